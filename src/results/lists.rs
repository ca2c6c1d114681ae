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

/// What a number is called, what it counts, and which way it should move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metric {
    /// Its name in the summary.
    pub name: &'static str,
    /// Its unit; `count` for numbers of things over the measured span, `share` for ratios.
    pub unit: &'static str,
    /// Which way it should move.
    pub better: Better,
}

impl Metric {
    /// The header of its column: the name, and the unit where the name does not say it.
    pub fn header(&self) -> String {
        if self.says_its_unit() { self.name.to_owned() } else { format!("{}_{}", self.name, self.unit) }
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

/// Lists of metrics: each its name, its unit and which way is better.
macro_rules! metrics {
    ($($(#[$doc:meta])* $list:ident: $($name:literal $unit:literal $better:ident,)*;)*) => {$(
        $(#[$doc])*
        pub static $list: &[Metric] =
            &[$(Metric { name: $name, unit: $unit, better: Better::$better },)*];
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
        "charging.wait_s.mean" "s" Lower,
        "charging.wait_s.p50" "s" Lower,
        "charging.wait_s.p90" "s" Lower,
        "charging.wait_s.p95" "s" Lower,
        "charging.wait_s.p99" "s" Lower,
        "charging.wait_s.max" "s" Lower,
        "charging.wait_over_10min" "share" Lower,
        "charging.wait_over_30min" "share" Lower,
        "charging.plugged_in_s.mean" "s" Neither,
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
        "rides.lost_share" "share" Lower,
        "rides.lost.impatient" "count" Lower,
        "rides.lost.no_car" "count" Lower,
        "rides.lost.price" "count" Lower,
        "rides.surge.mean" "ratio" Neither,
        "rides.fare_kzt.mean" "KZT" Neither,
        "rides.pickup_wait_s.mean" "s" Lower,
        "rides.pickup_wait_s.p95" "s" Lower,
        "taxis.empty_km_share" "share" Lower,
        "taxis.km_per_day" "km/day" Neither,
        "taxis.rides_per_day" "rides/day" Higher,
        "taxis.charging_hours_per_day" "hours/day" Lower,
        "taxis.to_plug_hours_per_day" "hours/day" Lower,
        "taxis.queue_hours_per_day" "hours/day" Lower,
        "taxis.plugged_in_hours_per_day" "hours/day" Neither,
        "taxis.stranded" "count" Lower,
        "taxis.without_plug" "count" Lower,
        "taxis.energy_cost_kzt_per_km" "KZT/km" Lower,
        "fleet.empty_km_share" "share" Lower,
        "fleet.empty_km_share.electric" "share" Lower,
        "fleet.empty_km_share.petrol" "share" Lower,
        "fleet.empty_km_share.lpg" "share" Lower,
        "fleet.km_per_day" "km/day" Neither,
        "fleet.rides_per_day" "rides/day" Higher,
        "drivers.net_kzt_per_hour.electric" "KZT/h" Higher,
        "drivers.net_kzt_per_hour.petrol" "KZT/h" Higher,
        "drivers.net_kzt_per_hour.lpg" "KZT/h" Higher,
        "drivers.net_kzt_per_hour.p10" "KZT/h" Higher,
        "drivers.net_kzt_per_hour.p50" "KZT/h" Higher,
        "drivers.net_kzt_per_hour.p90" "KZT/h" Higher,
        "drivers.gross_kzt_per_hour.electric" "KZT/h" Higher,
        "drivers.gross_kzt_per_hour.petrol" "KZT/h" Higher,
        "drivers.gross_kzt_per_hour.lpg" "KZT/h" Higher,
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
        "operators.profit_kzt" "KZT" Higher,
        "operators.npv_kzt" "KZT" Higher,
        "operators.margin_kzt_per_kwh" "KZT/kWh" Higher,
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
        "wait_s.mean" "s" Lower,
        "wait_s.p50" "s" Lower,
        "wait_s.p90" "s" Lower,
        "wait_s.p95" "s" Lower,
        "wait_s.p99" "s" Lower,
        "wait_s.max" "s" Lower,
        "wait_over_10min" "share" Lower,
        "wait_over_30min" "share" Lower,
        "plugged_in_s.mean" "s" Neither,
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
        "profit_kzt" "KZT" Higher,
        "npv_kzt" "KZT" Higher,
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
        "wait_s.mean" "s" Lower,
        "wait_s.p50" "s" Lower,
        "wait_s.p90" "s" Lower,
        "wait_s.p95" "s" Lower,
        "wait_s.p99" "s" Lower,
        "wait_s.max" "s" Lower,
        "wait_over_10min" "share" Lower,
        "wait_over_30min" "share" Lower,
        "plugged_in_s.mean" "s" Neither,
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
        "profit_kzt" "KZT" Higher,
        "npv_kzt" "KZT" Higher,
        "payback_years.p50" "years" Lower,
        "rides.requested" "count" Neither,
        "rides.served" "count" Higher,
        "rides.lost" "count" Lower,
        "rides.unfinished" "count" Neither,
        "rides.lost_share" "share" Lower,
        "rides.pickup_wait_s.mean" "s" Lower,
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
        "wait_s.mean" "s" Lower,
        "wait_s.p50" "s" Lower,
        "wait_s.p90" "s" Lower,
        "wait_s.p95" "s" Lower,
        "wait_s.p99" "s" Lower,
        "wait_s.max" "s" Lower,
        "wait_over_10min" "share" Lower,
        "wait_over_30min" "share" Lower,
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
        "rides.lost_share" "share" Lower,
        "rides.pickup_wait_s.mean" "s" Lower,
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
        "wait_s.mean" "s" Lower,
        "wait_s.p50" "s" Lower,
        "wait_s.p90" "s" Lower,
        "wait_s.p95" "s" Lower,
        "wait_s.p99" "s" Lower,
        "wait_s.max" "s" Lower,
        "wait_over_10min" "share" Lower,
        "wait_over_30min" "share" Lower,
        "charging_hours_per_day" "hours/day" Lower,
        "queue_hours_per_day" "hours/day" Lower,
        "stranded" "count" Lower,
        "energy_cost_kzt_per_km" "KZT/km" Lower,
        "net_kzt_per_hour" "KZT/h" Higher,
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
        let all = || [CITY, STATION, DISTRICT, HOUR, BRAND].into_iter().flatten();
        for metric in all() {
            for other in all().filter(|other| short(metric) == short(other)) {
                assert_eq!(metric.better, other.better, "{} and {}", metric.name, other.name);
            }
        }
    }

    #[test]
    fn headers_are_told_apart() {
        for list in [CITY, STATION, DISTRICT, HOUR, BRAND] {
            let mut headers: Vec<String> = list.iter().map(Metric::header).collect();
            headers.sort();
            headers.dedup();
            assert_eq!(headers.len(), list.len());
        }
    }
}
