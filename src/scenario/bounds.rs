//! From where to where each number of a scenario may lie, and why: one table, read by the check and by the schema.
//!
//! The ends are far from anything that occurs and near enough that no sum of a run overflows and no quotient is without
//! end. What two numbers together make wrong is the business of `check`.

use super::problem::Problem;
use super::tree::{Node, Step, Value, written_key};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The longest run, warm-up and horizon together: the engine counts milliseconds in 40 bits, some 34 years.
pub(super) const MOST_DAYS: f64 = 20.0 * 365.25;
/// Far beyond any price of a unit, in tenge.
pub(super) const MOST_PRICE: f64 = 1e6;
/// Plugs have 24 bits of the agenda's keys, beside taxis and streams.
pub(super) const MOST_PLUGS: f64 = 1e6;
const HOUR: f64 = 1.0 / 24.0;
const MINUTE: f64 = 1.0 / 1_440.0;
const SECOND: f64 = 1.0 / 86_400.0;
const WATT: f64 = 0.001;

/// One row: a key, from where to where its number may lie, and why no further.
///
/// In a key `*` stands for every element of an array or of a table of names.
struct Row(&'static str, Range, &'static str);

/// From where to where.
enum Range {
    /// Both ends allowed.
    Within(f64, f64),
    /// A span of time, in days.
    Span(f64, f64),
    /// A distribution of spans of time, of at most a year in the mean; a constant may be as short as this many minutes.
    Spans(f64),
    /// A distribution of amounts of energy.
    Energies,
}

use Range::{Energies, Span, Spans, Within};

const SHARE: &str = "shares are written as fractions: 0.25 for 25 %";
const EFFICIENCY: &str = "no machine that is in use loses more than 99 % of its energy; 0.25 stands for 25 %";
const POWER: &str = "a watt at least, so that every session ends; 10 MW are more than any plug gives";
const PRICE: &str = "prices go from nothing to a million tenge";
const MONEY: &str = "a hundred thousand million tenge for one station are more than the city spends on roads";
const PACE: &str = "traffic that hardly moves still takes no more than twenty times as long";
const FACTOR: &str = "a hundredth to a hundred times as much is all that a factor may mean";
const WEIGHT: &str = "weights are compared with each other: 1e9 against 1 is never";
const TEMPERATURE: &str = "colder or hotter than anywhere on Earth";
const BETA: &str = "below 0.01 the distribution lies at its ends alone, above 1000 at one point";
const CLASS: &str = "a queue tells 255 classes apart";
const COUNT: &str = "entities are numbered in 24 bits of the agenda's keys";

/// All bounds, in the order of the tables.
const ROWS: &[Row] = &[
    Row("time.warm_up", Span(0.0, MOST_DAYS), "years are better simulated as replications"),
    Row(
        "time.horizon",
        Span(SECOND, MOST_DAYS),
        "something must be left to measure, and years are better simulated as replications",
    ),
    Row("time.replications", Within(1.0, 1e5), "an interval hardly narrows beyond 100 000"),
    Row("time.seed", Within(0.0, 9_223_372_036_854_775_807.0), "seeds are kept as whole numbers of 63 bits"),
    Row("city.free_flow_kmh.*", Within(5.0, 200.0), "from walking pace to the fastest road anywhere"),
    Row("city.congestion.*.0", Within(0.0, 10.0), "jam scores go from 0 to 10"),
    Row("city.congestion.*.1", Within(0.05, 1.0), PACE),
    Row("city.co2.*", Within(0.0, 10.0), "no fuel emits more per unit"),
    Row("city.temperature_c", Within(-60.0, 60.0), TEMPERATURE),
    Row("city.weather.demand_factor", Within(0.1, 10.0), "weather never changes demand tenfold"),
    Row("city.weather.demand_by_temperature.*.0", Within(-100.0, 100.0), TEMPERATURE),
    Row("city.weather.demand_by_temperature.*.1", Within(0.1, 10.0), "weather never changes demand tenfold"),
    Row("city.weather.speed_factor", Within(0.1, 10.0), "weather never changes speed tenfold"),
    Row("city.weather.speed_by_temperature.*.0", Within(-100.0, 100.0), TEMPERATURE),
    Row("city.weather.speed_by_temperature.*.1", Within(0.1, 10.0), "weather never changes speed tenfold"),
    Row("demand.rides_per_day", Within(0.0, 1e7), "five rides a day of every inhabitant"),
    Row("demand.peakedness", Within(0.0, 10.0), "1 is the table's shape"),
    Row(
        "demand.decay_per_km",
        Within(0.0, 10.0),
        "at 10 a ride of 2.3 km is as rare as one of 0 km in ten thousand million",
    ),
    Row("demand.population_weight", Within(0.0, 1.0), SHARE),
    Row("demand.jobs_share.*", Within(0.0, 1e9), WEIGHT),
    Row("demand.patience", Spans(0.0), "nobody waits for a year"),
    Row("demand.patience_at_most", Span(0.0, 7.0), "nobody waits for a week"),
    Row(
        "demand.matching.batch.seconds",
        Within(1.0, 3_600.0),
        "a batch waits for a second at least, so that time moves on",
    ),
    Row("demand.matching.batch.low_charge_minutes", Within(0.0, 1_440.0), "a day is more than any detour"),
    Row("demand.matching.batch.nearest", Within(1.0, 1_000.0), "more are never weighed in time"),
    Row("demand.surge.at_most", Within(1.0, 100.0), "a surge never lowers a fare"),
    Row("demand.surge.half_at_excess", Within(0.01, 1e6), "an excess is a number of passengers"),
    Row("demand.surge.elasticity", Within(0.0, 100.0), "at 100 nobody takes a raised fare"),
    Row("demand.fare_at_least_kzt", Within(0.0, MOST_PRICE), PRICE),
    Row("demand.fare_kzt_per_minute", Within(0.0, MOST_PRICE), PRICE),
    Row("demand.commission", Within(0.0, 1.0), SHARE),
    Row("fleet.taxis", Within(0.0, 1e6), COUNT),
    Row("fleet.electric", Within(0.0, 1e6), COUNT),
    Row("fleet.lpg_share", Within(0.0, 1.0), SHARE),
    Row("fleet.models.*", Within(0.0, 1e9), WEIGHT),
    Row("fleet.inlets.*", Within(0.0, 1e9), WEIGHT),
    Row("fleet.shift", Span(HOUR, 1.0), "a shift ends before the same driver's next one begins"),
    Row("fleet.shifts.part_time.share", Within(0.0, 1.0), SHARE),
    Row(
        "fleet.shifts.part_time.lasting",
        Span(HOUR, 1.0),
        "a shift ends before the same driver's next one begins",
    ),
    Row("fleet.shifts.double.share", Within(0.0, 1.0), SHARE),
    Row("fleet.shifts.double.handovers_h.*", Within(0.0, 23.99), "hours of the day, e.g. `[7, 19]`"),
    Row("fleet.shifts.km_per_hour", Within(0.0, 100.0), "no taxi drives faster all day"),
    Row("fleet.stopping.at_start", Within(-1_000.0, 1_000.0), "a logit of 1000 is certain"),
    Row("fleet.stopping.per_hour", Within(-1_000.0, 1_000.0), "a logit of 1000 is certain"),
    Row("fleet.stopping.per_10000_kzt_over", Within(-1_000.0, 1_000.0), "a logit of 1000 is certain"),
    Row("fleet.stopping.target_kzt", Within(0.0, MOST_PRICE), PRICE),
    Row(
        "fleet.reposition.spread_kzt_per_hour",
        Within(1.0, 1e6),
        "no driver knows an hour's income to the tenge",
    ),
    Row("fleet.lease_kzt_per_day", Within(0.0, MOST_PRICE), PRICE),
    Row("fleet.home_charging", Within(0.0, 1.0), SHARE),
    Row("fleet.home_kw.*", Within(WATT, 10_000.0), POWER),
    Row("fleet.start_soc_home.*", Within(0.01, 1_000.0), BETA),
    Row("fleet.start_soc_no_home.*", Within(0.01, 1_000.0), BETA),
    Row("fleet.petrol_l_per_100km", Within(0.0, 100.0), "no car burns more"),
    Row("fleet.lpg_l_per_100km", Within(0.0, 100.0), "no car burns more"),
    Row("fleet.fuel_speed_factor.*.0", Within(0.0, 300.0), "no taxi drives faster"),
    Row("fleet.fuel_speed_factor.*.1", Within(0.01, 100.0), FACTOR),
    Row("fleet.refuel.minutes", Within(0.0, 1_440.0), "no stop for fuel takes a day"),
    Row("fleet.refuel.below", Within(0.0, 1.0), SHARE),
    Row("fleet.refuel.tank_l", Within(1.0, 10_000.0), "a full tank must last for any drive in the city"),
    Row("fleet.energy.speed_factor.*.0", Within(0.0, 300.0), "no taxi drives faster"),
    Row("fleet.energy.speed_factor.*.1", Within(0.01, 100.0), FACTOR),
    Row("fleet.energy.idle_kw", Within(0.0, 50.0), "more than any car draws while it waits"),
    Row("fleet.energy.cold_per_kelvin", Within(0.0, 1.0), "a kelvin never doubles what driving takes"),
    Row("fleet.energy.cold_below_c", Within(-60.0, 60.0), TEMPERATURE),
    Row("fleet.energy.heat_kw_per_kelvin", Within(0.0, 10.0), "more than any heater gives"),
    Row("fleet.energy.heat_below_c", Within(-60.0, 60.0), TEMPERATURE),
    Row("fleet.energy.cool_kw_per_kelvin", Within(0.0, 10.0), "more than any cooler gives"),
    Row("fleet.energy.cool_above_c", Within(-60.0, 60.0), TEMPERATURE),
    Row("fleet.energy.cabin_at_most_kw", Within(0.0, 50.0), "more than any heater gives"),
    Row("fleet.energy.heat_pump_cop.*.0", Within(-100.0, 100.0), TEMPERATURE),
    Row("fleet.energy.heat_pump_cop.*.1", Within(0.01, 100.0), FACTOR),
    Row("fleet.energy.climb_efficiency", Within(0.01, 1.0), EFFICIENCY),
    Row("fleet.energy.regeneration", Within(0.0, 1.0), SHARE),
    Row("fleet.energy.curb_weight_kg", Within(50.0, 20_000.0), "from a light quadricycle to a lorry"),
    Row("fleet.energy.load_kg", Within(0.0, 20_000.0), "more than any car carries"),
    Row("charging.threshold.*", Within(0.0, 1.0), SHARE),
    Row(
        "charging.opportunity.idle",
        Span(MINUTE, 7.0),
        "drivers look around once a minute at most, so that time moves on",
    ),
    Row("charging.opportunity.within_km", Within(0.0, 100.0), "the city is smaller"),
    Row("charging.opportunity.below", Within(0.0, 1.0), SHARE),
    Row("charging.before_handover.within", Span(0.0, 1.0), "a handover comes within a day"),
    Row("charging.before_handover.below", Within(0.0, 1.0), SHARE),
    Row(
        "charging.stop_at",
        Within(0.01, 1.0),
        "a session that stops below 1 % charges nothing; 0.25 stands for 25 %",
    ),
    Row(
        "charging.least_gain",
        Within(0.01, 1.0),
        "below a hundredth of a battery sessions of some seconds would follow each other",
    ),
    Row("charging.session_at_most", Span(10.0 * MINUTE, 7.0), "a shorter session is not worth its stop"),
    Row("charging.spare_before_home", Within(0.0, 1.0), SHARE),
    Row("charging.overstay.lasting", Spans(0.0), "no car stays for a year"),
    Row("charging.overstay.free", Span(0.0, 7.0), "no car stays for a week"),
    Row("charging.overstay.fee_kzt_per_minute", Within(0.0, MOST_PRICE), PRICE),
    Row("charging.home_night.from_h", Within(0.0, 24.0), "hours of the day"),
    Row("charging.home_night.to_h", Within(0.0, 24.0), "hours of the day"),
    Row("charging.home_night.kzt_per_kwh", Within(0.0, MOST_PRICE), PRICE),
    Row("charging.reserve", Within(0.0, 1.0), SHARE),
    Row("charging.logit.hour_kzt", Within(0.0, MOST_PRICE), PRICE),
    Row("charging.logit.km_kzt", Within(0.0, MOST_PRICE), PRICE),
    Row("charging.logit.scale_kzt", Within(0.01, 1e6), "a tiyn is the least that anything costs"),
    Row("charging.logit.stations", Within(1.0, MOST_PLUGS), COUNT),
    Row("charging.app.share", Within(0.0, 1.0), SHARE),
    Row("charging.app.new_wait_weight", Within(0.0, 1.0), SHARE),
    Row("charging.adapter.share", Within(0.0, 1.0), SHARE),
    Row("charging.adapter.fitting", Span(0.0, 1.0), "no adapter takes a day to fit"),
    Row("charging.adapter.power_share", Within(0.01, 1.0), SHARE),
    Row("charging.balk.half_at_minutes", Within(0.0, 525_600.0), "nobody waits for a year"),
    Row(
        "charging.balk.spread_minutes",
        Within(1.0 / 60.0, 525_600.0),
        "nobody foresees a wait to the second",
    ),
    Row("charging.patience", Spans(0.0), "nobody waits for a year"),
    Row("charging.jockey.saves", Within(0.0, 1.0), SHARE),
    Row(
        "charging.jockey.looks_every",
        Span(MINUTE, 1.0),
        "drivers look around once a minute at most, so that time moves on",
    ),
    Row("charging.reservation.held", Span(MINUTE, 1.0), "a plug is held from a minute to a day"),
    Row("charging.taxi_class", Within(0.0, 254.0), CLASS),
    Row("charging.attempts", Within(0.0, 255.0), "nobody tries more stations"),
    Row("charging.efficiency", Within(0.01, 1.0), EFFICIENCY),
    Row("charging.curve.*.0", Within(0.0, 100.0), "states of charge in percent"),
    Row("charging.curve.*.1", Within(0.01, 1.0), "below 1 % of its peak power a battery does not charge"),
    Row("charging.cold_power.*.0", Within(-100.0, 100.0), TEMPERATURE),
    Row("charging.cold_power.*.1", Within(0.01, 1.0), "below 1 % of its power a battery does not charge"),
    Row("charging.tow", Span(MINUTE, 7.0), "a tow takes from a minute to a week"),
    Row("charging.tow_fee_kzt", Within(0.0, MOST_PRICE), PRICE),
    Row("charging.private.registered", Within(0.0, 1e7), "five cars of every inhabitant"),
    Row("charging.private.km_per_day", Within(0.0, 1_000.0), "no private car drives farther day by day"),
    Row("charging.private.home_share", Within(0.0, 1.0), SHARE),
    Row("charging.private.class", Within(0.0, 254.0), CLASS),
    Row("charging.private.arrival_soc.*", Within(0.01, 1_000.0), BETA),
    Row("network.existing", Within(0.0, MOST_PLUGS), COUNT),
    Row(
        "network.existing_kind.plugs",
        Within(1.0, 10_000.0),
        "a station has a plug at least; to place none, set `network.existing` to 0",
    ),
    Row("network.existing_kind.dc_share", Within(0.0, 1.0), SHARE),
    Row("network.existing_kind.dc_kw.*", Within(WATT, 10_000.0), POWER),
    Row("network.existing_kind.ac_kw.*", Within(WATT, 10_000.0), POWER),
    Row("network.planned.plots", Within(0.0, MOST_PLUGS), COUNT),
    Row("network.planned.plugs", Within(1.0, 10_000.0), "to plan nothing, set `plots` to 0"),
    Row("network.planned.plugs_per_cabinet", Within(1.0, 10_000.0), "leave it out for one cabinet a plot"),
    Row("network.planned.cabinet_kw", Within(WATT, 10_000.0), POWER),
    Row("network.failing_plug_ins", Within(0.0, 1.0), SHARE),
    Row(
        "network.faults.mean_up_h",
        Within(1.0, 1e6),
        "a plug that fails within the hour is none; a million hours are a century",
    ),
    Row("network.faults.repair", Spans(0.0), "no repair takes a year in the mean"),
    Row("network.outages.*.from", Span(0.0, MOST_DAYS), "no run is longer"),
    Row(
        "network.outages.*.lasting",
        Span(MINUTE, MOST_DAYS),
        "an outage lasts for a minute at least, so that time moves on",
    ),
    Row(
        "network.grid.spare_kw.*",
        Within(WATT, 1e7),
        "a watt at least, so that every session ends; 10 GW are more than the city's power stations give",
    ),
    Row("network.grid.scale", Within(0.001, 1_000.0), "a thousandth to a thousand times as much"),
    Row("tariff.price_kzt_per_kwh", Within(0.0, MOST_PRICE), PRICE),
    Row("tariff.price_kzt_per_kwh.over_cost", Within(0.0, MOST_PRICE), PRICE),
    Row("tariff.acquiring", Within(0.0, 1.0), SHARE),
    Row("tariff.cap_kzt_per_kwh", Within(0.0, 1e6), "`\"none\"` is no ceiling"),
    Row("tariff.shape.time_of_use.*.0", Within(0.0, 24.0), "hours of the day"),
    Row("tariff.shape.time_of_use.*.1", Within(0.0, 100.0), "ratios to the flat price"),
    Row("tariff.shape.dynamic.theta", Within(0.0, 2.0), "beyond 2 an empty station would pay its visitors"),
    Row("tariff.vat", Within(0.0, 1.0), SHARE),
    Row("tariff.vat_from_2026", Within(0.0, 1.0), SHARE),
    Row("tariff.home_kzt_per_kwh", Within(0.0, MOST_PRICE), PRICE),
    Row("tariff.petrol_kzt_per_l", Within(0.0, MOST_PRICE), PRICE),
    Row("tariff.lpg_kzt_per_l", Within(0.0, MOST_PRICE), PRICE),
    Row("tariff.grid_kzt_per_kwh", Within(0.0, MOST_PRICE), PRICE),
    Row("tariff.demand_charge_kzt_per_kw_month", Within(0.0, MOST_PRICE), PRICE),
    Row("tariff.capex_kzt", Within(0.0, 1e11), MONEY),
    Row("tariff.opex_kzt_per_year", Within(0.0, 1e11), MONEY),
    Row(
        "tariff.lease_years",
        Within(1.0 / 12.0, 100.0),
        "from a month, since nothing is built for less, to a century",
    ),
    Row("tariff.discount_rate", Within(0.0, 10.0), SHARE),
    Row("policy.bus_lanes.access_share", Within(0.0, 1.0), SHARE),
    Row("policy.bus_lanes.street_share", Within(0.0, 1.0), SHARE),
    Row("policy.bus_lanes.speed_factor", Within(0.05, 1.0), PACE),
    Row("policy.bus_lanes.capacity_cars", Within(1.0, 1e6), "a lane is full with a car at least"),
    Row("policy.bus_lanes.alpha", Within(0.0, 100.0), "the usual value is 0.15"),
    Row("policy.bus_lanes.beta", Within(0.0, 20.0), "the usual value is 4"),
    Row("policy.parking.search_minutes", Within(0.0, 120.0), "nobody searches for two hours"),
    Row("policy.parking.electric_search_minutes", Within(0.0, 120.0), "nobody searches for two hours"),
    Row("policy.parking.search_kmh", Within(0.0, 60.0), "the urban limit"),
    Row("policy.parking.fee_kzt", Within(0.0, MOST_PRICE), PRICE),
    Row("policy.parking.electric_fee_kzt", Within(0.0, MOST_PRICE), PRICE),
    Row("policy.low_emission_zone.fee.*", Within(0.0, MOST_PRICE), PRICE),
    Row("stations.*.plugs", Within(1.0, 10_000.0), "leave the station out, or set `plugs` to 1 or more"),
    Row("stations.*.plug_kw", Within(WATT, 10_000.0), POWER),
    Row("stations.*.cabinet_kw", Within(WATT, 10_000.0), POWER),
    Row("stations.*.price_kzt_per_kwh", Within(0.0, MOST_PRICE), PRICE),
    Row("stations.*.at.lon", Within(-180.0, 180.0), "degrees"),
    Row("stations.*.at.lat", Within(-90.0, 90.0), "degrees"),
    Row("stations.*.price_kzt_per_kwh.over_cost", Within(0.0, MOST_PRICE), PRICE),
    Row("stations.*.room", Within(0.0, 1e6), "leave `room` out for a queue without limit"),
    Row(
        "stations.*.walk_ins.*.per_hour",
        Within(0.0, 1e6),
        "a million an hour are one in 3.6 milliseconds, and time is counted in milliseconds",
    ),
    Row("stations.*.walk_ins.*.cars", Within(0.0, 1e6), COUNT),
    Row("stations.*.walk_ins.*.away", Spans(0.0), "who stays away for a year is no visitor"),
    Row("stations.*.walk_ins.*.class", Within(0.0, 254.0), CLASS),
    Row("stations.*.walk_ins.*.stay", Spans(0.0), "nobody stays for a year"),
    Row("stations.*.walk_ins.*.energy", Energies, "100 MWh are far beyond any vehicle's battery"),
    Row("stations.*.walk_ins.*.patience", Spans(0.0), "nobody waits for a year"),
];

/// From where to where one number may lie.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Bound {
    /// The least and the most, both allowed.
    pub(super) least: f64,
    pub(super) most: f64,
    /// The two as people say them, with their units where the key has none.
    pub(super) words: String,
    /// Why no further, or what to write instead.
    pub(super) why: &'static str,
    /// Whether the key is the unit that was chosen for a span, so that people name the span.
    is_unit: bool,
}

impl Bound {
    fn number(least: f64, most: f64, why: &'static str) -> Self {
        Self { least, most, words: format!("from {} to {}", plain(least), plain(most)), why, is_unit: false }
    }
}

/// The bounds of a value and of what lies in it.
#[derive(Debug, Default)]
pub(super) struct Bounds {
    own: Option<Bound>,
    /// By key; `*` stands for all.
    inner: BTreeMap<&'static str, Bounds>,
}

/// The bounds of a whole scenario.
pub(super) static BOUNDS: LazyLock<Bounds> = LazyLock::new(|| {
    let mut all = Bounds::default();
    for Row(key, range, why) in ROWS {
        all.at(key).put(range, why);
    }
    all
});

impl Bounds {
    /// The bounds under a dotted key, made if they are not there.
    fn at(&mut self, key: &'static str) -> &mut Self {
        key.split('.').fold(self, |bounds, part| bounds.inner.entry(part).or_default())
    }

    fn put(&mut self, range: &Range, why: &'static str) {
        match *range {
            Within(least, most) => self.own = Some(Bound::number(least, most, why)),
            Span(least, most) => {
                let words = format!("from {} to {}", span_words(least), span_words(most));
                for (key, per_day) in [("days", 1.0), ("hours", 24.0), ("minutes", 1_440.0)] {
                    let (least, most, words) = (least * per_day, most * per_day, words.clone());
                    self.at(key).own = Some(Bound { least, most, words, why, is_unit: true });
                }
            }
            Spans(least) => {
                self.at("constant.minutes").own = Some(Bound::number(least, YEAR, why));
                self.distributions("mean_minutes", LEAST_MEAN, YEAR, why);
                self.at("erlang.stages").own =
                    Some(Bound::number(1.0, 1_000.0, "1000 stages are a constant"));
                self.at("erlang.mean_minutes").own = Some(Bound::number(LEAST_MEAN, YEAR, why));
                let shape = "an `exponential` distribution has the shape 1";
                self.at("weibull.shape").own = Some(Bound::number(0.1, 100.0, shape));
                self.at("weibull.mean_minutes").own = Some(Bound::number(LEAST_MEAN, YEAR, why));
            }
            Energies => {
                self.at("constant.kwh").own = Some(Bound::number(LEAST_KWH, MOST_KWH, why));
                self.distributions("mean_kwh", LEAST_KWH, MOST_KWH, why);
            }
        }
    }

    /// The parameters of the distributions that times and energies have in common.
    fn distributions(&mut self, mean: &'static str, least: f64, most: f64, why: &'static str) {
        for name in ["exponential", "lognormal", "hyperexponential"] {
            self.at(name).at(mean).own = Some(Bound::number(least, most, why));
        }
        let constant = "a smaller one is a constant, a larger one is never met";
        self.at("lognormal.cv").own = Some(Bound::number(0.001, 100.0, constant));
        let exponential = "at 1 an `exponential` distribution fits, below 1 an `erlang` or `lognormal` one";
        self.at("hyperexponential.cv").own = Some(Bound::number(1.0, 100.0, exponential));
    }

    /// The bounds of what lies under a key or an index.
    pub(super) fn under(&self, key: &str) -> Option<&Self> {
        self.inner.get(key).or_else(|| self.inner.get("*"))
    }

    /// The bounds of the value itself, if it is a number.
    pub(super) fn own(&self) -> Option<&Bound> {
        self.own.as_ref()
    }
}

/// In minutes.
const YEAR: f64 = 525_600.0;
/// A tenth of a second: shorter spans drown in the rounding to milliseconds.
const LEAST_MEAN: f64 = 0.1 / 60.0;
/// A watt-hour: energies are drawn in joules.
const LEAST_KWH: f64 = 0.001;
const MOST_KWH: f64 = 1e5;

/// A number of a bound as people write it.
pub(super) fn plain(bound: f64) -> String {
    if bound >= i64::MAX as f64 {
        // The greatest seed, which no float can hold to the last digit.
        return i64::MAX.to_string();
    }
    if bound.abs() >= 1e15 { format!("{bound:e}") } else { format!("{}", (bound * 1e6).round() / 1e6) }
}

/// A span of a bound as people say it.
fn span_words(days: f64) -> String {
    if days <= 0.0 {
        return "0".to_owned();
    }
    let units = [
        (365.25, "year"),
        (7.0, "week"),
        (1.0, "day"),
        (HOUR, "hour"),
        (MINUTE, "minute"),
        (SECOND, "second"),
    ];
    let whole = |&(unit, _): &(f64, &str)| {
        let count = days / unit;
        count > 0.5 && (count - count.round()).abs() < 1e-6
    };
    match units.iter().find(|unit| whole(unit)) {
        Some(&(unit, name)) => {
            let count = (days / unit).round();
            format!("{count} {name}{}", if count > 1.0 { "s" } else { "" })
        }
        None => format!("{} days", plain(days)),
    }
}

/// Tells every number of a tree that lies outside its bounds; such a number is marked, so that nothing more is said about it alone.
pub(super) fn check(tree: &mut Node) -> Vec<Problem> {
    let mut problems = Vec::new();
    walk(tree, &BOUNDS, &mut Vec::new(), None, &mut problems);
    problems
}

/// Visits a value and all in it. `owner` is the station that the value belongs to, for people who count by names, and
/// how much of the path leads to it.
fn walk(
    node: &mut Node,
    bounds: &Bounds,
    path: &mut Vec<String>,
    owner: Option<(&str, usize)>,
    problems: &mut Vec<Problem>,
) {
    let number = match &mut node.value {
        Value::Integer(integer) => *integer as f64,
        Value::Float(float) => *float,
        Value::Array(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                let index = index.to_string();
                let Some(bounds) = bounds.under(&index) else { continue };
                path.push(index);
                walk_item(item, bounds, path, owner, problems);
                path.pop();
            }
            return;
        }
        Value::Table(table) => {
            for (key, item) in table {
                let Some(bounds) = bounds.under(key) else { continue };
                path.push(written_key(key));
                walk(item, bounds, path, owner, problems);
                path.pop();
            }
            return;
        }
        Value::Boolean(_) | Value::Text(_) | Value::Date(_) | Value::Broken | Value::Outside => return,
    };
    let Some(bound) = bounds.own().filter(|bound| !(bound.least..=bound.most).contains(&number)) else {
        return;
    };
    let named = path.len() - usize::from(bound.is_unit);
    let title = match owner {
        Some((name, from)) => format!("`{}` of station {name:?}", path[from..named].join(".")),
        None => format!("`{}`", path[..named].join(".")),
    };
    let place = node.place.clone();
    problems.push(
        Problem::titled(format!("{title} is out of range"))
            .at(place, format!("must be {}", bound.words))
            .help(bound.why),
    );
    node.value = Value::Outside;
}

/// Visits an element of an array, which may be a station with a name.
fn walk_item(
    item: &mut Node,
    bounds: &Bounds,
    path: &mut Vec<String>,
    owner: Option<(&str, usize)>,
    problems: &mut Vec<Problem>,
) {
    let name = match item.get(&Step::Key("name".to_owned())) {
        Some(Node { value: Value::Text(name), .. }) if path.len() == 2 && path[0] == "stations" => {
            name.clone()
        }
        _ => return walk(item, bounds, path, owner, problems),
    };
    let from = path.len();
    walk(item, bounds, path, Some((name.as_str(), from)).filter(|_| !name.trim().is_empty()), problems);
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value as Json;

    /// The parts of a schema, each with the key that leads to it: `*` for the elements of an array and the values of a table of
    /// names, nothing for one of several choices.
    fn parts(schema: &Json) -> Vec<(&str, &Json)> {
        let keyed =
            schema["properties"].as_object().into_iter().flatten().map(|(key, part)| (key.as_str(), part));
        let choices = ["anyOf", "oneOf"].into_iter().filter_map(|word| schema[word].as_array()).flatten();
        let mut parts: Vec<(&str, &Json)> = keyed.chain(choices.map(|part| ("", part))).collect();
        match &schema["items"] {
            // A pair: each element by its number.
            Json::Array(items) => parts.extend(["0", "1"].into_iter().zip(items)),
            Json::Object(_) => parts.push(("*", &schema["items"])),
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
        }
        if schema["additionalProperties"].is_object() {
            parts.push(("*", &schema["additionalProperties"]));
        }
        parts
    }

    /// The rows that a walk over the schema meets, and the numbers that have none.
    fn meet<'b>(
        schema: &Json,
        bounds: Option<&'b Bounds>,
        path: &str,
        met: &mut Vec<&'b Bound>,
        lost: &mut Vec<String>,
    ) {
        let is_number = crate::scenario::schema::is_number(schema);
        match bounds.and_then(Bounds::own) {
            Some(bound) if is_number => met.push(bound),
            None if is_number => lost.push(path.to_owned()),
            Some(_) | None => {}
        }
        for (key, part) in parts(schema) {
            let under = if key.is_empty() { bounds } else { bounds.and_then(|bounds| bounds.under(key)) };
            meet(part, under, &format!("{path}.{key}"), met, lost);
        }
    }

    fn unmet_in(bounds: &Bounds, path: &str, met: &[&Bound], unmet: &mut Vec<String>) {
        if bounds.own().is_some_and(|own| !met.iter().any(|bound| std::ptr::eq(*bound, own))) {
            unmet.push(path.to_owned());
        }
        for (key, inner) in &bounds.inner {
            unmet_in(inner, &format!("{path}.{key}"), met, unmet);
        }
    }

    #[test]
    fn every_number_of_a_scenario_has_a_bound_and_every_bound_a_number() {
        let (mut met, mut lost) = (Vec::new(), Vec::new());
        meet(&crate::scenario::schema(), Some(&BOUNDS), "", &mut met, &mut lost);
        assert_eq!(lost, Vec::<String>::new());
        let mut unmet = Vec::new();
        unmet_in(&BOUNDS, "", &met, &mut unmet);
        assert_eq!(unmet, Vec::<String>::new(), "these bounds are of no key");
    }

    #[test]
    fn bounds_are_in_order_and_say_why() {
        for Row(key, range, why) in ROWS {
            assert!(!why.is_empty(), "{key}");
            if let Within(least, most) | Span(least, most) = range {
                assert!(least < most, "{key}");
            }
        }
    }

    #[test]
    fn spans_are_told_in_the_largest_whole_unit() {
        let told = [SECOND, MINUTE, 10.0 * MINUTE, HOUR, 1.0, 7.0, MOST_DAYS, 0.0].map(span_words);
        assert_eq!(
            told,
            ["1 second", "1 minute", "10 minutes", "1 hour", "1 day", "1 week", "20 years", "0"]
        );
    }
}
