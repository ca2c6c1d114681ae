//! What only several keys together make too much: how many arrive, and what a run adds up.
//!
//! A run keeps its sums in whole numbers of 64 bits. Here the most that each sum could come to is worked out from the
//! scenario's own numbers, as if every plug gave all its power and every taxi earned, drove and paid all the time. What
//! might not fit is refused, at the key that weighs most.

use super::{At, Checker, days};
use crate::scenario::bounds::{MOST_PLUGS, plain};
use crate::scenario::model::{Price, Scenario, Shape, Station, WalkIns, ZoneFee};

/// Rides and visits are numbered in 32 bits; the margin is for chance.
const MOST_ARRIVALS: f64 = 4e9;
/// Who waits with some patience has one of the agenda's 2²⁴ slots, beside plugs, taxis and streams, which may have half.
const MOST_WAITING: f64 = 8e6;
/// So many times its mean patience hardly anybody waits.
const PATIENT: f64 = 20.0;
/// The largest whole number of 64 bits.
const MOST: f64 = i64::MAX as f64;
/// Sums of energy are in millijoules.
const MOST_KWH: f64 = MOST / 3.6e9;
/// Sums of money are in tiyn.
const MOST_KZT: f64 = MOST / 1e2;
/// Sums of fuel are in microlitres.
const MOST_LITRES: f64 = MOST / 1e6;
/// Sums of time are in milliseconds.
const MOST_HOURS: f64 = MOST / 3.6e6;
const SHORTEN: &str = "shorten `time.horizon` and take more replications";

/// What a run may add up to: the key that something comes from, and the most that comes from it.
type Term = (&'static str, f64);

/// What a run may come to at most.
struct Most<'a> {
    scenario: &'a Scenario,
    hours: f64,
    /// What all public plugs could give, in kWh, by the keys that their powers come from.
    public: Vec<Term>,
    /// What all plugs at home could give, in kWh.
    home_kwh: f64,
    /// All public plugs.
    plugs: f64,
    rides: f64,
}

impl<'a> Most<'a> {
    fn new(scenario: &'a Scenario, plugs: u64) -> Self {
        let (network, fleet) = (&scenario.network, &scenario.fleet);
        let hours = 24.0 * run_days(scenario);
        let kind = &network.existing_kind;
        let existing = f64::from(network.existing);
        let cabinets = f64::from(cabinets(scenario)) * f64::from(network.planned.plots);
        // Nobody charges where only people come who stay for a time.
        let charges = |station: &&Station| {
            station.at.is_some() || station.walk_ins.iter().any(|stream| stream.energy.is_some())
        };
        let given = scenario.stations.iter().filter(charges).map(|station| {
            let plugs = station.plug_kw.map_or(f64::INFINITY, |kw| kw * f64::from(station.plugs));
            let least = plugs.min(station.cabinet_kw.unwrap_or(f64::INFINITY));
            if least.is_finite() { least } else { 0.0 }
        });
        let powers = [
            // One station more than the share, for its rounding.
            ("network.existing_kind.dc_kw", (existing * kind.dc_share).ceil() * largest(&kind.dc_kw)),
            (
                "network.existing_kind.ac_kw",
                (existing * (1.0 - kind.dc_share)).ceil() * f64::from(kind.plugs) * largest(&kind.ac_kw),
            ),
            ("network.planned.cabinet_kw", cabinets * network.planned.cabinet_kw),
            ("stations", given.sum()),
        ];
        Self {
            scenario,
            hours,
            public: powers.iter().map(|(key, kw)| (*key, kw * hours)).collect(),
            home_kwh: f64::from(fleet.electric) * fleet.home_kw.0.max(fleet.home_kw.1) * hours,
            plugs: plugs as f64,
            rides: rides_per_day(scenario) * hours / 24.0,
        }
    }

    fn public_kwh(&self) -> f64 {
        self.public.iter().map(|(_, kwh)| kwh).sum()
    }

    fn taxi_hours(&self) -> f64 {
        f64::from(self.scenario.fleet.taxis) * self.hours
    }

    /// Of all plugs, in kWh: what public plugs give is counted at the meter, where it is more.
    fn energy(&self) -> Vec<Term> {
        let at_meter = |(key, kwh): &Term| (*key, kwh / self.scenario.charging.efficiency);
        let home = [("fleet.home_kw", self.home_kwh)];
        self.public.iter().map(at_meter).chain(home).collect()
    }

    /// The dearest kWh at a public plug.
    fn dearest(&self) -> f64 {
        let (tariff, efficiency) = (&self.scenario.tariff, self.scenario.charging.efficiency);
        let own = self.scenario.stations.iter().filter_map(|station| station.price_kzt_per_kwh);
        let asked = own.chain([tariff.price_kzt_per_kwh]).filter_map(|price: Price| {
            let vats = [tariff.vat, tariff.vat_from_2026];
            vats.into_iter().filter_map(|vat| tariff.asked(price, efficiency, vat)).reduce(f64::max)
        });
        let shaped = match &tariff.shape {
            Shape::Flat => 1.0,
            Shape::TimeOfUse(bands) => bands.iter().map(|band| band.1).fold(0.0, f64::max),
            Shape::Dynamic { theta } => 1.0 + theta / 2.0,
        };
        let price = asked.fold(0.0, f64::max) * shaped;
        tariff.cap_kzt_per_kwh.map_or(price, |cap| price.min(cap))
    }

    /// What visitors pay at public plugs, in tenge.
    fn bills(&self) -> [Term; 2] {
        let overstay = self.scenario.charging.overstay.as_ref();
        let fee = overstay.map_or(0.0, |overstay| overstay.fee_kzt_per_minute);
        [
            ("tariff.price_kzt_per_kwh", self.public_kwh() * self.dearest()),
            ("charging.overstay.fee_kzt_per_minute", self.plugs * self.hours * 60.0 * fee),
        ]
    }

    /// What drivers get and pay, in tenge.
    fn drivers(&self) -> Vec<Term> {
        let Scenario { demand, fleet, tariff, policy, charging, city, .. } = self.scenario;
        let surge = demand.surge.as_ref().map_or(1.0, |surge| surge.at_most);
        let lanes = policy.bus_lanes.access_share > 0.0 && policy.bus_lanes.street_share > 0.0;
        // Who drives on a lane is paid for the time that the street takes.
        let street = if lanes {
            let weather = city.weather.speed_factor.min(1.0)
                * least(city.weather.speed_by_temperature.iter().map(|pair| pair.1)).min(1.0);
            1.0 / (least(city.congestion.iter().map(|pair| pair.1)) * weather)
        } else {
            1.0
        };
        let night = charging.home_night.as_ref().map_or(0.0, |night| night.kzt_per_kwh);
        let home = tariff.home_kzt_per_kwh.max(night) / charging.efficiency;
        let (zone, parking) = (&policy.low_emission_zone, &policy.parking);
        let entry = match zone.fee {
            _ if zone.districts.is_empty() => 0.0,
            ZoneFee::PerDayKzt(kzt) | ZoneFee::PerEntryKzt(kzt) => kzt,
        };
        let (taxi_hours, tow_hours) = (self.taxi_hours(), 24.0 * days(charging.tow));
        // A shift begins once a day, on the run's first and last day too. No taxi parks or enters a zone twice in a second.
        let shifts = f64::from(fleet.taxis) * (self.hours / 24.0 + 2.0);
        let mut terms = vec![
            ("demand.fare_kzt_per_minute", surge * demand.fare_kzt_per_minute * 60.0 * taxi_hours * street),
            ("demand.fare_at_least_kzt", surge * demand.fare_at_least_kzt * self.rides),
            ("fleet.lease_kzt_per_day", fleet.lease_kzt_per_day * shifts),
            ("charging.tow_fee_kzt", charging.tow_fee_kzt * taxi_hours / tow_hours),
            ("tariff.home_kzt_per_kwh", home * self.home_kwh),
            ("tariff.petrol_kzt_per_l", tariff.petrol_kzt_per_l.max(tariff.lpg_kzt_per_l) * self.litres()),
            ("policy.parking.fee_kzt", parking.fee_kzt.max(parking.electric_fee_kzt) * taxi_hours * 3_600.0),
            ("policy.low_emission_zone.fee", entry * taxi_hours * 3_600.0),
        ];
        terms.extend(self.bills());
        terms
    }

    /// What operators get and pay, in tenge.
    fn operators(&self) -> Vec<Term> {
        let Scenario { tariff, network, stations, charging, .. } = self.scenario;
        let placed = stations.len() as f64 + f64::from(network.existing);
        let plots = f64::from(network.planned.plots);
        let at_meter = self.public_kwh() / charging.efficiency;
        // Kilowatts by months of 730 hours.
        let months = at_meter / 730.0;
        let mut terms = vec![
            ("tariff.grid_kzt_per_kwh", tariff.grid_kzt_per_kwh * at_meter),
            ("tariff.demand_charge_kzt_per_kw_month", tariff.demand_charge_kzt_per_kw_month * months),
            ("tariff.opex_kzt_per_year", tariff.opex_kzt_per_year * (placed + plots) * self.hours / 8_760.0),
            ("tariff.capex_kzt", tariff.capex_kzt * (placed + plots * f64::from(cabinets(self.scenario)))),
        ];
        terms.extend(self.bills());
        terms
    }

    /// What cars burn.
    fn litres(&self) -> f64 {
        let Scenario { fleet, city, policy, .. } = self.scenario;
        let speeds = &city.free_flow_kmh;
        let roads = [
            speeds.trunk,
            speeds.primary,
            speeds.secondary,
            speeds.tertiary,
            speeds.unclassified,
            speeds.residential,
            speeds.living_street,
        ];
        let weather = city.weather.speed_factor.max(1.0)
            * largest_of(city.weather.speed_by_temperature.iter().map(|pair| pair.1)).max(1.0);
        let kmh = (largest(&roads) * weather).max(policy.parking.search_kmh);
        let factor = largest_of(fleet.fuel_speed_factor.iter().map(|pair| pair.1));
        let per_km = fleet.petrol_l_per_100km.max(fleet.lpg_l_per_100km) / 100.0 * factor;
        // Each tank is filled once more than it is emptied.
        self.taxi_hours() * kmh * per_km + f64::from(fleet.taxis) * fleet.refuel.tank_l
    }

    /// What people wait for plugs, in hours: all of them until the end, and so half of the run each, unless a station has
    /// no room for so many; and then as long again as the measured span, since a run goes on until their visits have ended.
    fn waiting(&self) -> Vec<Term> {
        let Scenario { charging, network, stations, .. } = self.scenario;
        // Private cars come to stations that are placed by rule. Nobody considers charging more often than once for each least
        // gain, and none of a hundredth lasts for a kilometre.
        let placed = network.existing > 0 || network.planned.plots > 0;
        let cars = if placed { f64::from(charging.private.registered) } else { 0.0 };
        let a_day = cars * charging.private.km_per_day / (charging.least_gain / 0.01);
        let visits = a_day / 24.0 * self.hours;
        let longer = 24.0 * days(self.scenario.time.horizon);
        let (mean, longest) = (self.hours / 2.0 + longer, self.hours + longer);
        let of_station = |station: &Station| {
            let comers = |stream: &WalkIns| {
                stream.per_hour.unwrap_or(0.0) * self.hours + f64::from(stream.cars.unwrap_or(0))
            };
            let visits: f64 = station.walk_ins.iter().map(comers).sum();
            (visits * mean).min(station.room.map_or(f64::INFINITY, f64::from) * longest)
        };
        vec![
            ("fleet.taxis", f64::from(self.scenario.fleet.taxis) * longest),
            ("charging.private.registered", visits * mean),
            ("stations", stations.iter().map(of_station).sum()),
        ]
    }
}

impl Checker {
    /// What only the sum of several keys makes too much. Silent where a part has a problem of its own.
    pub(super) fn totals(&mut self, root: &At<'_>, scenario: &Scenario) {
        if !self.problems.is_empty() || root.has_problem() {
            return;
        }
        let network = &scenario.network;
        let plugs = u64::from(network.existing) * u64::from(network.existing_kind.plugs)
            + u64::from(network.planned.plots) * u64::from(network.planned.plugs)
            + scenario.stations.iter().map(|station| u64::from(station.plugs)).sum::<u64>();
        if plugs as f64 > MOST_PLUGS {
            let words = format!("{plugs} plugs in all, of at most {MOST_PLUGS}");
            self.note(&root.key("network"), "has too many plugs", words, "");
        }
        self.powers(root, scenario, plugs);
        self.arrivals(root, scenario);
        if self.problems.is_empty() {
            self.sums(root, &Most::new(scenario, plugs));
        }
    }

    /// Every plug has a watt at least, so that every session ends.
    fn powers(&mut self, root: &At<'_>, scenario: &Scenario, plugs: u64) {
        let network = root.key("network");
        let limits = scenario
            .network
            .grid
            .iter()
            .flat_map(|grid| grid.spare_kw.iter().map(move |entry| (grid, entry)));
        for (grid, (district, kw)) in limits {
            if kw * grid.scale * 1e3 * scenario.charging.efficiency < plugs as f64 {
                let at = network.key("grid").key("spare_kw").key(district);
                let words = format!("less than a watt for each plug, of which there are {plugs}");
                self.note(&at, "is too little", words, "with so little no session would end");
            }
        }
        let mut cabinet = |at: &At<'_>, kw: f64, plugs: u32, remedy: &str| {
            if kw * 1e3 < f64::from(plugs) {
                let words = format!("less than a watt for each of its {plugs} plugs");
                let help = format!("give it {} at least, or {remedy}", plain(f64::from(plugs) / 1e3));
                self.note(at, "is too little", words, &help);
            }
        };
        let planned = &scenario.network.planned;
        if planned.plots > 0 {
            let plugs = planned.plugs_per_cabinet.unwrap_or(planned.plugs).min(planned.plugs);
            let at = network.key("planned").key("cabinet_kw");
            cabinet(&at, planned.cabinet_kw, plugs, "set `network.planned.plugs_per_cabinet`");
        }
        let kind = &scenario.network.existing_kind;
        if scenario.network.existing > 0 && kind.dc_share > 0.0 {
            for (number, kw) in kind.dc_kw.iter().enumerate() {
                let at = network.key("existing_kind").key("dc_kw").index(number);
                cabinet(&at, *kw, kind.plugs, "lower `network.existing_kind.plugs`");
            }
        }
        for (number, station) in scenario.stations.iter().enumerate() {
            if let Some(kw) = station.cabinet_kw {
                let mut at = root.key("stations").index(number);
                at.owner = Some(format!("station {:?}", station.name));
                at.path = String::new();
                let at = at.key("cabinet_kw");
                cabinet(&at, kw, station.plugs, "give the station fewer `plugs`");
            }
        }
    }

    /// How many come, and how many of them may wait at once.
    fn arrivals(&mut self, root: &At<'_>, scenario: &Scenario) {
        // After the horizon people go on to come until all measured visits have ended, for as long again at most.
        let run = run_days(scenario) + days(scenario.time.horizon);
        let (at, per_day) = (root.key("demand").key("rides_per_day"), rides_per_day(scenario));
        if per_day * run > MOST_ARRIVALS {
            let words = format!("up to {MOST_ARRIVALS:.0} rides in one replication are numbered");
            self.note(&at, "gives too many rides", words, SHORTEN);
        }
        let patience = days(scenario.demand.patience_at_most).min(run);
        if per_day * patience > MOST_WAITING {
            let words = format!("up to {MOST_WAITING:.0} passengers may wait at once");
            self.note(&at, "lets too many wait", words, "lower it or `demand.patience_at_most`");
        }
        let (at, streams) =
            (root.key("stations"), scenario.stations.iter().flat_map(|station| &station.walk_ins));
        let per_hour: f64 = streams.clone().map(visits_per_hour).sum();
        if per_hour * 24.0 * run > MOST_ARRIVALS {
            let words = format!("up to {MOST_ARRIVALS:.0} walk-ins in one replication are numbered");
            self.note(&at, "have too many walk-ins", words, SHORTEN);
        }
        let waiting = |stream: &WalkIns| {
            let patience = stream.patience.map(|law| (law.mean_minutes() / 60.0 * PATIENT).min(24.0 * run));
            stream.per_hour.unwrap_or(0.0) * patience.unwrap_or(0.0)
                + f64::from(stream.cars.filter(|_| stream.patience.is_some()).unwrap_or(0))
        };
        if streams.map(waiting).sum::<f64>() > MOST_WAITING {
            let words = format!("up to {MOST_WAITING:.0} walk-ins may wait with patience at once");
            self.note(&at, "let too many wait", words, "lower their rates or their `patience`");
        }
    }

    /// What a run adds up.
    fn sums(&mut self, root: &At<'_>, most: &Most<'_>) {
        for (what, unit, limit, terms) in [
            ("energy charged", "kWh", MOST_KWH, most.energy()),
            ("money of drivers", "tenge", MOST_KZT, most.drivers()),
            ("money of operators", "tenge", MOST_KZT, most.operators()),
            ("fuel burnt", "litres", MOST_LITRES, vec![("fleet.petrol_l_per_100km", most.litres())]),
            ("time waited", "hours", MOST_HOURS, most.waiting()),
        ] {
            let sum: f64 = terms.iter().map(|(_, amount)| amount).sum();
            let Some((key, _)) = terms.into_iter().max_by(|one, other| one.1.total_cmp(&other.1)) else {
                continue;
            };
            if sum > limit {
                let at = key.split('.').fold(root.clone(), |at, key| at.key(key));
                let words =
                    format!("the {what} could come to {sum:.0e} {unit}, and is counted up to {limit:.0e}");
                let help = format!("lower it, or {SHORTEN}");
                self.note(&at, "makes a sum too large", words, &help);
            }
        }
    }
}

/// Warm-up and horizon.
fn run_days(scenario: &Scenario) -> f64 {
    days(scenario.time.warm_up) + days(scenario.time.horizon)
}

/// The rides of the busiest day in any weather.
fn rides_per_day(scenario: &Scenario) -> f64 {
    let weather = &scenario.city.weather;
    let by_temperature = largest_of(weather.demand_by_temperature.iter().map(|pair| pair.1));
    scenario.demand.rides_per_day * weather.demand_factor * by_temperature
}

/// The cabinets of a plot.
fn cabinets(scenario: &Scenario) -> u32 {
    let planned = &scenario.network.planned;
    planned.plugs.div_ceil(planned.plugs_per_cabinet.unwrap_or(planned.plugs).max(1))
}

/// How often visitors come, at most: a car that comes back at once comes again in a minute at the earliest, or so it is
/// counted here.
fn visits_per_hour(stream: &WalkIns) -> f64 {
    stream.per_hour.unwrap_or(0.0) + 60.0 * f64::from(stream.cars.unwrap_or(0))
}

fn largest(values: &[f64]) -> f64 {
    largest_of(values.iter().copied())
}

fn largest_of(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(0.0, f64::max)
}

fn least(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(f64::INFINITY, f64::min)
}
