//! The metrics by name, unit and direction.

/// Which way a metric should move.
///
/// It is the view of whom the metric is about: a passenger waits, a driver pays for energy, an operator earns. What
/// one party gains from another within the same number (a fare, a tax), what only tells how much was asked for or
/// where things stand (visits, kilometres, plugs in use), and what two parties see differently, has no direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    /// Less of it is better: waits, losses, costs that a plan can avoid.
    Lower,
    /// More of it is better: passengers served, income, plugs that work.
    Higher,
    /// Neither: it describes.
    Neither,
}

/// Where a metric can lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Range {
    /// Anywhere: what may be gained or lost.
    Any,
    /// At zero or above.
    Positive,
    /// From 0 to 1.
    Share,
}

/// What a number is called, what it counts, which way it should move, and how it comes together over replications.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Metric {
    /// Its name in the summary.
    pub name: &'static str,
    /// Its unit; `count` for numbers of things over the measured span, `share` for ratios.
    pub unit: &'static str,
    /// Which way it should move.
    pub better: Better,
    /// Where it can lie.
    pub range: Range,
    /// The place in its list of what it is a mean over: visits, rides, kilometres or hours; none where all replications
    /// weigh alike.
    pub over: Option<usize>,
    /// The share of the visits or rides that do not exceed it, where it is a quantile of them.
    pub quantile: Option<f64>,
}

impl Metric {
    /// The header of its column: the name, and the unit where the name does not say it.
    pub fn header(&self) -> String {
        if self.says_its_unit() { self.name.to_owned() } else { format!("{}_{}", self.name, self.unit) }
    }

    /// The name without its last part: what a quantile or a mean is of.
    pub fn stem(&self) -> &'static str {
        self.name.rsplit_once('.').map_or(self.name, |(stem, _)| stem)
    }

    /// Whether the name says the unit; a count needs none.
    pub fn says_its_unit(&self) -> bool {
        match self.unit {
            "count" => true,
            "s" => self.name.contains("_s.") || self.name.ends_with("_s"),
            unit => self.name.contains(&unit.replace('/', "_per_").to_lowercase()),
        }
    }
}

/// Where metrics of this unit can lie, unless they are signed.
const fn range(unit: &str, signed: bool) -> Range {
    match unit.as_bytes() {
        _ if signed => Range::Any,
        b"share" => Range::Share,
        _ => Range::Positive,
    }
}

/// The place of a name in a list.
const fn place(names: &[&str], name: &str) -> usize {
    let mut index = 0;
    while index < names.len() {
        let (one, other) = (names[index].as_bytes(), name.as_bytes());
        let mut byte = 0;
        while byte < one.len() && byte < other.len() && one[byte] == other[byte] {
            byte += 1;
        }
        if byte == one.len() && byte == other.len() {
            return index;
        }
        index += 1;
    }
    panic!("a metric is a mean over another one of its list");
}

/// The place of what stands in these brackets of a list, after nothing: 1 if there is anything, else 0.
const fn given<T>(what: &[T]) -> usize {
    if what.is_empty() { 0 } else { 1 }
}

/// Lists of metrics: each its name, its unit, which way is better, whether it may be negative, and what it is a mean over or
/// which quantile it is.
macro_rules! metrics {
    ($($(#[$doc:meta])* $list:ident: $(
        $name:literal $unit:literal $better:ident $($signed:ident)? $(/ $over:literal)? $(@ $quantile:literal)?,
    )*;)*) => {$(
        $(#[$doc])*
        pub static $list: &[Metric] = {
            const NAMES: &[&str] = &[$($name,)*];
            &[$(Metric {
                name: $name,
                unit: $unit,
                better: Better::$better,
                range: range($unit, false $(|| matches!(Range::$signed, Range::Any))?),
                over: [None::<usize>, $(Some(place(NAMES, $over)))?][given::<&str>(&[$($over)?])],
                quantile: [None::<f64>, $(Some($quantile))?][given::<f64>(&[$($quantile)?])],
            },)*]
        };
    )*};
}

metrics! {
    /// Of the whole city.
    CITY:
        "charging.visits" "count" Neither,
        "charging.served" "count" Neither,
        "charging.refused" "count" Lower,
        "charging.balked" "count" Lower,
        "charging.reneged" "count" Lower,
        "charging.jockeyed" "count" Neither,
        "charging.failed" "count" Lower,
        "charging.unfinished" "count" Neither,
        "charging.wait_s.n" "count" Neither,
        "charging.wait_s.censored" "count" Neither,
        "charging.wait_s.mean" "s" Lower / "charging.wait_s.n",
        "charging.wait_s.p50" "s" Lower @ 0.5,
        "charging.wait_s.p90" "s" Lower @ 0.9,
        "charging.wait_s.p95" "s" Lower @ 0.95,
        "charging.wait_s.p99" "s" Lower @ 0.99,
        "charging.wait_s.max" "s" Lower,
        "charging.wait_over_10min" "share" Lower / "charging.wait_s.n",
        "charging.wait_over_30min" "share" Lower / "charging.wait_s.n",
        "charging.left_after_s.n" "count" Neither,
        "charging.left_after_s.mean" "s" Neither / "charging.left_after_s.n",
        "charging.plugged_in_s.n" "count" Neither,
        "charging.plugged_in_s.mean" "s" Neither / "charging.plugged_in_s.n",
        "charging.queue.mean" "cars" Lower,
        "charging.busy" "share" Neither,
        "charging.busy_by_energy" "share" Neither,
        "charging.plugs_up" "share" Higher,
        "charging.sessions_cut" "count" Lower,
        "charging.overstayed_minutes" "min" Lower,
        "charging.reservations_kept" "count" Neither,
        "charging.reservations_lapsed" "count" Lower,
        "charging.energy_kwh" "kWh" Neither,
        "charging.peak_kw" "kW" Lower,
        "grid.curtailed_hours" "hours" Lower,
        "grid.at_limit" "share" Lower,
        "rides.requested" "count" Neither,
        "rides.served" "count" Higher,
        "rides.lost" "count" Lower,
        "rides.unfinished" "count" Neither,
        "rides.lost_share" "share" Lower / "rides.requested",
        "rides.lost.impatient" "count" Lower,
        "rides.lost.no_car" "count" Lower,
        "rides.lost.price" "count" Lower,
        "rides.surge.mean" "ratio" Neither / "rides.requested",
        "rides.fare_kzt.mean" "KZT" Neither / "rides.served",
        "rides.pickup_wait_s.mean" "s" Lower / "rides.served",
        "rides.pickup_wait_s.p95" "s" Lower @ 0.95,
        "taxis.empty_km_share" "share" Lower / "taxis.km_per_day",
        "taxis.km_per_day" "km/day" Neither,
        "taxis.rides_per_day" "rides/day" Higher,
        "taxis.charging_hours_per_day" "hours/day" Lower,
        "taxis.to_plug_hours_per_day" "hours/day" Lower,
        "taxis.queue_hours_per_day" "hours/day" Lower,
        "taxis.plugged_in_hours_per_day" "hours/day" Neither,
        "taxis.stranded" "count" Lower,
        "taxis.without_plug" "count" Lower,
        "taxis.energy_cost_kzt_per_km" "KZT/km" Lower / "taxis.km_per_day",
        "fleet.empty_km_share" "share" Lower / "fleet.km_per_day",
        "fleet.empty_km_share.electric" "share" Lower,
        "fleet.empty_km_share.petrol" "share" Lower,
        "fleet.empty_km_share.lpg" "share" Lower,
        "fleet.km_per_day" "km/day" Neither,
        "fleet.rides_per_day" "rides/day" Higher,
        "drivers.net_kzt_per_hour.electric" "KZT/h" Higher Any / "drivers.hours_per_day.electric",
        "drivers.net_kzt_per_hour.petrol" "KZT/h" Higher Any / "drivers.hours_per_day.petrol",
        "drivers.net_kzt_per_hour.lpg" "KZT/h" Higher Any / "drivers.hours_per_day.lpg",
        "drivers.net_kzt_per_hour.p10" "KZT/h" Higher Any,
        "drivers.net_kzt_per_hour.p50" "KZT/h" Higher Any,
        "drivers.net_kzt_per_hour.p90" "KZT/h" Higher Any,
        "drivers.gross_kzt_per_hour.electric" "KZT/h" Higher / "drivers.hours_per_day.electric",
        "drivers.gross_kzt_per_hour.petrol" "KZT/h" Higher / "drivers.hours_per_day.petrol",
        "drivers.gross_kzt_per_hour.lpg" "KZT/h" Higher / "drivers.hours_per_day.lpg",
        "drivers.gross_gini" "ratio" Lower,
        "drivers.hours_per_day.electric" "hours/day" Neither,
        "drivers.hours_per_day.petrol" "hours/day" Neither,
        "drivers.hours_per_day.lpg" "hours/day" Neither,
        "drivers.charging_hours_per_day" "hours/day" Lower,
        "operators.revenue_kzt" "KZT" Higher,
        "operators.vat_kzt" "KZT" Neither,
        "operators.energy_cost_kzt" "KZT" Neither,
        "operators.acquiring_kzt" "KZT" Neither,
        "operators.demand_charge_kzt" "KZT" Lower,
        "operators.opex_kzt" "KZT" Lower,
        "operators.profit_kzt" "KZT" Higher Any,
        "operators.npv_kzt" "KZT" Higher Any,
        "operators.margin_kzt_per_kwh" "KZT/kWh" Higher Any / "operators.sold_kwh_per_day",
        "operators.break_even_kwh_per_day" "kWh/day" Lower,
        "operators.sold_kwh_per_day" "kWh/day" Higher,
        "operators.payback_years.p50" "years" Lower,
        "city.co2_kg" "kg" Lower,
        "fleet.co2_g_per_km.electric" "g/km" Lower,
        "fleet.co2_g_per_km.petrol" "g/km" Lower,
        "fleet.co2_g_per_km.lpg" "g/km" Lower,
        "equity.plugs_per_head.gini" "share" Lower,
        "equity.wait_s.gini" "share" Lower,
    ;
    /// Of one station.
    STATION:
        "visits" "count" Neither,
        "served" "count" Neither,
        "refused" "count" Lower,
        "balked" "count" Lower,
        "reneged" "count" Lower,
        "jockeyed" "count" Neither,
        "failed" "count" Lower,
        "unfinished" "count" Neither,
        "wait_s.n" "count" Neither,
        "wait_s.censored" "count" Neither,
        "wait_s.mean" "s" Lower / "wait_s.n",
        "wait_s.p50" "s" Lower @ 0.5,
        "wait_s.p90" "s" Lower @ 0.9,
        "wait_s.p95" "s" Lower @ 0.95,
        "wait_s.p99" "s" Lower @ 0.99,
        "wait_s.max" "s" Lower,
        "wait_over_10min" "share" Lower / "wait_s.n",
        "wait_over_30min" "share" Lower / "wait_s.n",
        "left_after_s.n" "count" Neither,
        "left_after_s.mean" "s" Neither / "left_after_s.n",
        "plugged_in_s.n" "count" Neither,
        "plugged_in_s.mean" "s" Neither / "plugged_in_s.n",
        "queue.mean" "cars" Lower,
        "busy" "share" Neither,
        "busy_by_energy" "share" Neither,
        "plugs_up" "share" Higher,
        "sessions_cut" "count" Lower,
        "overstayed_minutes" "min" Lower,
        "energy_kwh" "kWh" Neither,
        "peak_kw" "kW" Lower,
        "revenue_kzt" "KZT" Higher,
        "vat_kzt" "KZT" Neither,
        "energy_cost_kzt" "KZT" Neither,
        "acquiring_kzt" "KZT" Neither,
        "demand_charge_kzt" "KZT" Lower,
        "opex_kzt" "KZT" Lower,
        "profit_kzt" "KZT" Higher Any,
        "npv_kzt" "KZT" Higher Any,
        "payback_years" "years" Lower,
    ;
    /// Of one district: of its stations, and of the rides that start in it.
    DISTRICT:
        "stations" "count" Neither,
        "plugs" "count" Neither,
        "plugs_per_1000" "plugs/1000" Neither,
        "visits" "count" Neither,
        "served" "count" Neither,
        "refused" "count" Lower,
        "balked" "count" Lower,
        "reneged" "count" Lower,
        "jockeyed" "count" Neither,
        "failed" "count" Lower,
        "unfinished" "count" Neither,
        "wait_s.n" "count" Neither,
        "wait_s.censored" "count" Neither,
        "wait_s.mean" "s" Lower / "wait_s.n",
        "wait_s.p50" "s" Lower @ 0.5,
        "wait_s.p90" "s" Lower @ 0.9,
        "wait_s.p95" "s" Lower @ 0.95,
        "wait_s.p99" "s" Lower @ 0.99,
        "wait_s.max" "s" Lower,
        "wait_over_10min" "share" Lower / "wait_s.n",
        "wait_over_30min" "share" Lower / "wait_s.n",
        "left_after_s.n" "count" Neither,
        "left_after_s.mean" "s" Neither / "left_after_s.n",
        "plugged_in_s.n" "count" Neither,
        "plugged_in_s.mean" "s" Neither / "plugged_in_s.n",
        "queue.mean" "cars" Lower,
        "busy" "share" Neither,
        "busy_by_energy" "share" Neither,
        "plugs_up" "share" Higher,
        "sessions_cut" "count" Lower,
        "overstayed_minutes" "min" Lower,
        "energy_kwh" "kWh" Neither,
        "peak_kw" "kW" Lower,
        "grid.curtailed_hours" "hours" Lower,
        "grid.at_limit" "share" Lower,
        "revenue_kzt" "KZT" Higher,
        "vat_kzt" "KZT" Neither,
        "energy_cost_kzt" "KZT" Neither,
        "acquiring_kzt" "KZT" Neither,
        "demand_charge_kzt" "KZT" Lower,
        "opex_kzt" "KZT" Lower,
        "profit_kzt" "KZT" Higher Any,
        "npv_kzt" "KZT" Higher Any,
        "payback_years.p50" "years" Lower,
        "rides.requested" "count" Neither,
        "rides.served" "count" Higher,
        "rides.lost" "count" Lower,
        "rides.unfinished" "count" Neither,
        "rides.lost_share" "share" Lower / "rides.requested",
        "rides.pickup_wait_s.mean" "s" Lower / "rides.served",
        "stranded" "count" Lower,
    ;
    /// Of one hour of the week: visits by arrival, rides by request.
    HOUR:
        "visits" "count" Neither,
        "served" "count" Neither,
        "refused" "count" Lower,
        "balked" "count" Lower,
        "reneged" "count" Lower,
        "jockeyed" "count" Neither,
        "failed" "count" Lower,
        "unfinished" "count" Neither,
        "wait_s.n" "count" Neither,
        "wait_s.censored" "count" Neither,
        "wait_s.mean" "s" Lower / "wait_s.n",
        "wait_s.p50" "s" Lower @ 0.5,
        "wait_s.p90" "s" Lower @ 0.9,
        "wait_s.p95" "s" Lower @ 0.95,
        "wait_s.p99" "s" Lower @ 0.99,
        "wait_s.max" "s" Lower,
        "wait_over_10min" "share" Lower / "wait_s.n",
        "wait_over_30min" "share" Lower / "wait_s.n",
        "queue.mean" "cars" Lower,
        "busy" "share" Neither,
        "busy_by_energy" "share" Neither,
        "energy_kwh" "kWh" Neither,
        "drawn_kw.mean" "kW" Neither,
        "drawn_kw.max" "kW" Lower,
        "taxis.charging.mean" "cars" Lower,
        "rides.requested" "count" Neither,
        "rides.served" "count" Higher,
        "rides.lost" "count" Lower,
        "rides.unfinished" "count" Neither,
        "rides.lost_share" "share" Lower / "rides.requested",
        "rides.pickup_wait_s.mean" "s" Lower / "rides.served",
    ;
    /// Of the visitors of one class at one station that several classes visit.
    CLASS:
        "visits" "count" Neither,
        "served" "count" Neither,
        "refused" "count" Lower,
        "balked" "count" Lower,
        "reneged" "count" Lower,
        "failed" "count" Lower,
        "unfinished" "count" Neither,
        "wait_s.n" "count" Neither,
        "wait_s.censored" "count" Neither,
        "wait_s.mean" "s" Lower / "wait_s.n",
        "wait_s.p50" "s" Lower @ 0.5,
        "wait_s.p90" "s" Lower @ 0.9,
        "wait_s.p95" "s" Lower @ 0.95,
        "wait_s.p99" "s" Lower @ 0.99,
        "wait_s.max" "s" Lower,
        "wait_over_10min" "share" Lower / "wait_s.n",
        "wait_over_30min" "share" Lower / "wait_s.n",
        "left_after_s.n" "count" Neither,
        "left_after_s.mean" "s" Neither / "left_after_s.n",
    ;
    /// Of the electric taxis of one maker, and of their visits to stations.
    BRAND:
        "taxis" "count" Neither,
        "km_per_day" "km/day" Neither,
        "empty_km_share" "share" Lower,
        "rides_per_day" "rides/day" Higher,
        "driving_kwh_per_100km" "kWh/100km" Lower,
        "charged_kwh" "kWh" Neither,
        "charged_at_home_kwh" "kWh" Neither,
        "visits" "count" Neither,
        "served" "count" Neither,
        "refused" "count" Lower,
        "balked" "count" Lower,
        "reneged" "count" Lower,
        "jockeyed" "count" Neither,
        "failed" "count" Lower,
        "unfinished" "count" Neither,
        "without_plug" "count" Lower,
        "wait_s.n" "count" Neither,
        "wait_s.censored" "count" Neither,
        "wait_s.mean" "s" Lower / "wait_s.n",
        "wait_s.p50" "s" Lower @ 0.5,
        "wait_s.p90" "s" Lower @ 0.9,
        "wait_s.p95" "s" Lower @ 0.95,
        "wait_s.p99" "s" Lower @ 0.99,
        "wait_s.max" "s" Lower,
        "wait_over_10min" "share" Lower / "wait_s.n",
        "wait_over_30min" "share" Lower / "wait_s.n",
        "charging_hours_per_day" "hours/day" Lower,
        "queue_hours_per_day" "hours/day" Lower,
        "stranded" "count" Lower,
        "energy_cost_kzt_per_km" "KZT/km" Lower,
        "net_kzt_per_hour" "KZT/h" Higher Any,
    ;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_metric_points_the_same_way_in_every_list() {
        // `charging.wait_s.mean` of the city is `wait_s.mean` of a station.
        let short = |metric: &Metric| {
            let groups = ["charging.", "operators.", "taxis."];
            groups.iter().find_map(|group| metric.name.strip_prefix(group)).unwrap_or(metric.name)
        };
        let all = || [CITY, STATION, DISTRICT, HOUR, CLASS, BRAND].into_iter().flatten();
        for metric in all() {
            for other in all().filter(|other| short(metric) == short(other)) {
                assert_eq!(metric.better, other.better, "{} and {}", metric.name, other.name);
            }
        }
    }

    #[test]
    fn headers_are_told_apart() {
        for list in [CITY, STATION, DISTRICT, HOUR, CLASS, BRAND] {
            let mut headers: Vec<String> = list.iter().map(Metric::header).collect();
            headers.sort();
            headers.dedup();
            assert_eq!(headers.len(), list.len());
        }
    }
}
