//! The checks of meaning: ranges, orders and names, each problem at the place its value came from.
#![expect(clippy::wildcard_enum_match_arm, reason = "only broken values matter, and what can hold them")]

mod charging;
mod city;
mod people;
mod stations;
mod sweep;
mod tariff;

pub(super) use sweep::check as check_sweep;

use super::model::{Law, Scenario, Span, WalkIns};
use super::problem::{Place, Problem, nearest};
use super::tree::{Node, Step, Value, written_key};
use crate::units::Duration;

/// What the data tables know, as far as scenarios speak of it.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// Names of the electric models.
    pub models: &'a [String],
    /// Keys of the districts.
    pub districts: &'a [String],
    /// Names of the metrics of the whole city.
    pub metrics: &'a [&'a str],
    /// Whether a place (longitude, latitude) lies inside the city.
    pub inside: &'a (dyn Fn(f64, f64) -> bool + Sync),
}

/// The longest run, warm-up and horizon together: the engine counts milliseconds in 40 bits, some 34 years.
const MOST_DAYS: f64 = 20.0 * 365.25;
/// Rides and visits are numbered in 32 bits; the margin is for chance.
const MOST_ARRIVALS: f64 = 4e9;
const MOST_TAXIS: u32 = 1_000_000;
const MOST_PLUGS: u64 = 1_000_000;
const MOST_PLUGS_AT_A_STATION: u32 = 10_000;
const MOST_ROOM: u32 = 1_000_000;
const MOST_CLASS: u32 = 255;
/// Far beyond any price, and far from overflow in tiyn.
const MOST_MONEY: f64 = 1e12;
/// Far beyond any price per unit.
const MOST_PRICE: f64 = 1e6;
const MOST_KW: f64 = 10_000.0;
/// Where nothing else takes time, a taxi must not do it over and over at one instant.
const MINUTE_IN_DAYS: f64 = 1.0 / 1_440.0;
const MINUTES_IN_A_YEAR: f64 = 525_600.0;
const SHARES: &str = "shares are written as fractions: 0.25 for 25 %";

/// Checks a scenario that was read from this tree.
pub(super) fn check(scenario: &Scenario, tree: &Node, known: &Known<'_>) -> Vec<Problem> {
    let mut checker = Checker { problems: Vec::new() };
    let root =
        At { node: Some(tree), place: tree.place.clone(), path: String::new(), owner: None, broken: false };
    let c = &mut checker;
    c.name(&root.key("name"), &scenario.name);
    for (index, answer) in scenario.answers.iter().enumerate() {
        c.metric(&root.key("answers").index(index), answer, known);
    }
    c.time(&root.key("time"), scenario);
    c.city(&root.key("city"), scenario);
    c.demand(&root.key("demand"), scenario, known);
    c.fleet(&root.key("fleet"), scenario, known);
    c.energy(&root.key("fleet").key("energy"), scenario);
    c.charging(&root.key("charging"), scenario);
    c.network(&root.key("network"), scenario);
    c.co2(&root.key("city").key("co2"), scenario);
    c.faults(&root.key("network"), scenario);
    c.grid(&root.key("network").key("grid"), scenario, known);
    c.tariff(&root.key("tariff"), scenario);
    c.policy(&root.key("policy"), scenario, known);
    c.stations(&root.key("stations"), scenario, known);
    c.totals(&root, scenario);
    checker.problems
}

/// A value's path and place.
#[derive(Clone)]
struct At<'a> {
    node: Option<&'a Node>,
    /// The value's place, or that of the nearest table around it.
    place: Place,
    path: String,
    /// The station a value belongs to, for people who count by names.
    owner: Option<String>,
    broken: bool,
}

impl At<'_> {
    fn step(&self, step: &Step, written: &str) -> Self {
        let node = self.node.and_then(|node| node.get(step));
        let mut path = self.path.clone();
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(written);
        Self {
            node,
            place: node.map_or_else(|| self.place.clone(), |node| node.place.clone()),
            path,
            owner: self.owner.clone(),
            broken: self.broken || node.is_some_and(|node| matches!(node.value, Value::Broken)),
        }
    }

    fn key(&self, key: &str) -> Self {
        self.step(&Step::Key(key.to_string()), &written_key(key))
    }

    fn index(&self, index: usize) -> Self {
        self.step(&Step::Index(index), &index.to_string())
    }

    /// The value inside a choice, e.g. that of `days` in `{ days = 1 }`.
    fn inner(&self, choice: &str) -> Self {
        Self { path: self.path.clone(), ..self.key(choice) }
    }

    /// Whether the value, or any part of it, has a problem already.
    fn has_problem(&self) -> bool {
        fn broken(node: &Node) -> bool {
            match &node.value {
                Value::Broken => true,
                Value::Array(items) => items.iter().any(broken),
                Value::Table(table) => table.values().any(broken),
                _ => false,
            }
        }
        self.broken || self.node.is_some_and(broken)
    }

    fn title(&self) -> String {
        match &self.owner {
            Some(owner) => format!("`{}` of {owner}", self.path),
            None => format!("`{}`", self.path),
        }
    }
}

struct Checker {
    problems: Vec<Problem>,
}

impl Checker {
    /// Notes a problem unless there is one at this place already.
    fn note(&mut self, at: &At<'_>, title: &str, words: impl Into<String>, help: &str) {
        if !at.has_problem() {
            let help = (!help.is_empty()).then(|| help.to_string());
            let problem = Problem::titled(format!("{} {title}", at.title())).at(at.place.clone(), words);
            self.problems.push(problem.maybe_help(help));
        }
    }

    /// From `least` to `most`, both allowed.
    fn within(&mut self, at: &At<'_>, value: f64, least: f64, most: f64, help: &str) -> bool {
        let good = (least..=most).contains(&value);
        if !good {
            let words = format!("must be from {} to {}", plain(least), plain(most));
            self.note(at, "is out of range", words, help);
        }
        good
    }

    /// More than zero, at most `most`.
    fn positive(&mut self, at: &At<'_>, value: f64, most: f64) -> bool {
        let good = value > 0.0 && value <= most;
        if !good {
            let words = format!("must be more than 0 and at most {}", plain(most));
            self.note(at, "is out of range", words, "");
        }
        good
    }

    fn share(&mut self, at: &At<'_>, value: f64) -> bool {
        self.within(at, value, 0.0, 1.0, SHARES)
    }

    fn positive_share(&mut self, at: &At<'_>, value: f64) -> bool {
        let good = value > 0.0 && value <= 1.0;
        if !good {
            self.note(at, "is out of range", "must be more than 0 and at most 1", SHARES);
        }
        good
    }

    fn span(&mut self, at: &At<'_>, span: Span, least_days: f64, most_days: f64) -> bool {
        let (key, value, per_day) = match span {
            Span::Days(days) => ("days", days, 1.0),
            Span::Hours(hours) => ("hours", hours, 24.0),
            Span::Minutes(minutes) => ("minutes", minutes, 1_440.0),
        };
        self.within(&at.inner(key), value, least_days * per_day, most_days * per_day, "")
    }

    fn law(&mut self, at: &At<'_>, law: Law) {
        let (choice, mean) = match law {
            Law::Constant { minutes } => {
                let at = at.key("constant").key("minutes");
                self.within(&at, minutes, 0.0, MINUTES_IN_A_YEAR, "");
                return;
            }
            Law::Exponential { mean_minutes } => ("exponential", mean_minutes),
            Law::Erlang { stages, mean_minutes } => {
                self.within(&at.key("erlang").key("stages"), f64::from(stages), 1.0, 1_000.0, "");
                ("erlang", mean_minutes)
            }
            Law::Lognormal { mean_minutes, cv } => {
                self.positive(&at.key("lognormal").key("cv"), cv, 100.0);
                ("lognormal", mean_minutes)
            }
            Law::Hyperexponential { mean_minutes, cv } => {
                let help = "below 1 an `erlang` law fits, at 1 an `exponential` one";
                self.within(&at.key("hyperexponential").key("cv"), cv, 1.0, 100.0, help);
                ("hyperexponential", mean_minutes)
            }
            Law::Weibull { mean_minutes, shape } => {
                self.within(&at.key("weibull").key("shape"), shape, 0.1, 100.0, "");
                ("weibull", mean_minutes)
            }
        };
        self.positive(&at.key(choice).key("mean_minutes"), mean, MINUTES_IN_A_YEAR);
    }

    fn beta(&mut self, at: &At<'_>, (a, b): (f64, f64)) {
        self.positive(&at.index(0), a, 1_000.0);
        self.positive(&at.index(1), b, 1_000.0);
    }

    /// The first numbers of pairs rise, without repeating one.
    fn rising(&mut self, at: &At<'_>, pairs: &[(f64, f64)], what: &str) {
        if at.has_problem() {
            return;
        }
        if pairs.len() < 2 {
            self.note(at, "is too short", "needs two pairs or more", "");
        }
        for (number, pair) in pairs.windows(2).enumerate() {
            if pair[1].0 <= pair[0].0 {
                let words = format!("{} does not rise above {}", pair[1].0, pair[0].0);
                let help = format!("the first numbers of the pairs are {what}, in rising order");
                self.note(&at.index(number + 1).index(0), "is not monotone", words, &help);
            }
        }
    }

    fn weights<'k>(&mut self, at: &At<'_>, weights: impl Iterator<Item = (&'k str, f64)>) {
        let mut sum = 0.0;
        let mut good = true;
        for (key, weight) in weights {
            good &= self.within(&at.key(key), weight, 0.0, 1e9, "");
            sum += weight;
        }
        if good && sum <= 0.0 {
            self.note(at, "have no weight", "the weights add up to 0", "give at least one a positive weight");
        }
    }

    fn count(&mut self, at: &At<'_>, value: u32, least: u32, most: u32, help: &str) -> bool {
        self.within(at, f64::from(value), f64::from(least), f64::from(most), help)
    }

    /// Names end up in tables and on screens.
    fn name(&mut self, at: &At<'_>, name: &str) {
        if name.trim().is_empty() {
            self.note(at, "is empty", "needs a letter at least", "");
        } else if name.chars().count() > 200 {
            self.note(at, "is too long", "must be at most 200 letters", "");
        } else if name.chars().any(char::is_control) {
            self.note(at, "has control characters", "must be one line of plain text", "");
        }
    }

    fn time(&mut self, at: &At<'_>, scenario: &Scenario) {
        let time = &scenario.time;
        let date = time.start.parse::<jiff::civil::Date>();
        if !date.is_ok_and(|date| date.to_string() == time.start && (1900..=2200).contains(&date.year())) {
            self.note(
                &at.key("start"),
                "is not a date",
                "must be a day between the years 1900 and 2200",
                "dates are written `\"2025-11-03\"`",
            );
        }
        let warm_up = self.span(&at.key("warm_up"), time.warm_up, 0.0, MOST_DAYS);
        let least = Duration::SECOND.as_hours_f64() / 24.0;
        let horizon = if days(time.horizon) > 0.0 {
            self.span(&at.key("horizon"), time.horizon, least, MOST_DAYS)
        } else {
            let words = "must be more than 0";
            self.note(&at.key("horizon"), "leaves nothing to measure", words, "");
            false
        };
        if warm_up && horizon && days(time.warm_up) + days(time.horizon) > MOST_DAYS {
            let words = "with the warm-up, more than 20 years";
            self.note(&at.key("horizon"), "is too long", words, "years are better simulated as replications");
        }
        self.count(&at.key("replications"), time.replications, 1, 100_000, "");
        if i64::try_from(time.seed).is_err() {
            let words = format!("must be at most {}", i64::MAX);
            self.note(&at.key("seed"), "is out of range", words, "");
        }
    }

    /// Pairs begin at 0 and end at `last`.
    fn ends(&mut self, at: &At<'_>, pairs: &[(f64, f64)], last: f64, what: &str) {
        // Bounds are exact: they are written, not computed.
        #[expect(clippy::float_cmp, reason = "compares what was written with a whole number")]
        let wrong = |value: f64, wanted: f64| value != wanted;
        if at.has_problem() {
            return;
        }
        if let [first, .., end] = pairs {
            if wrong(first.0, 0.0) {
                let words = format!("the first {what} must be 0");
                self.note(&at.index(0).index(0), "does not cover the whole range", words, "");
            }
            if wrong(end.0, last) {
                let words = format!("the last {what} must be {last}");
                self.note(&at.index(pairs.len() - 1).index(0), "does not cover the whole range", words, "");
            }
        }
    }

    /// Keys of a table that are names of things in the data.
    fn known_names<'k>(
        &mut self,
        at: &At<'_>,
        names: impl Iterator<Item = &'k String>,
        known: &[String],
        what: &str,
    ) {
        for name in names.filter(|name| !known.contains(name)) {
            let help = match nearest(name, known.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `{}`?", written_key(near)),
                None if known.len() <= 10 => format!("known are {}", known.join(", ")),
                None => format!("the data know {} of them by name", known.len()),
            };
            let entry = at.key(name);
            let place = entry.node.and_then(|node| node.key.clone()).unwrap_or(entry.place);
            let title = format!("unknown {what} `{name}` in `{}`", at.path);
            self.problems.push(Problem::titled(title).at(place, format!("no such {what}")).help(help));
        }
    }

    fn energy(&mut self, at: &At<'_>, scenario: &Scenario) {
        let energy = &scenario.fleet.energy;
        let factors = at.key("speed_factor");
        self.rising(&factors, &energy.speed_factor, "speeds in km/h");
        for (number, (speed, factor)) in energy.speed_factor.iter().enumerate() {
            self.within(&factors.index(number).index(0), *speed, 0.0, 300.0, "");
            self.positive(&factors.index(number).index(1), *factor, 100.0);
        }
        let cop = at.key("heat_pump_cop");
        self.rising(&cop, &energy.heat_pump_cop, "temperatures");
        for (number, (temperature, factor)) in energy.heat_pump_cop.iter().enumerate() {
            self.within(&cop.index(number).index(0), *temperature, -100.0, 100.0, "");
            self.positive(&cop.index(number).index(1), *factor, 100.0);
        }
        self.within(&at.key("idle_kw"), energy.idle_kw, 0.0, 50.0, "");
        self.within(&at.key("cold_per_kelvin"), energy.cold_per_kelvin, 0.0, 1.0, "");
        self.within(&at.key("heat_kw_per_kelvin"), energy.heat_kw_per_kelvin, 0.0, 10.0, "");
        self.within(&at.key("cool_kw_per_kelvin"), energy.cool_kw_per_kelvin, 0.0, 10.0, "");
        for (key, temperature) in [
            ("cold_below_c", energy.cold_below_c),
            ("heat_below_c", energy.heat_below_c),
            ("cool_above_c", energy.cool_above_c),
        ] {
            self.within(&at.key(key), temperature, -60.0, 60.0, "");
        }
        self.within(&at.key("cabin_at_most_kw"), energy.cabin_at_most_kw, 0.0, 50.0, "");
        self.positive_share(&at.key("climb_efficiency"), energy.climb_efficiency);
        self.share(&at.key("regeneration"), energy.regeneration);
        self.positive(&at.key("curb_weight_kg"), energy.curb_weight_kg, 20_000.0);
        self.within(&at.key("load_kg"), energy.load_kg, 0.0, 20_000.0, "");
    }

    fn network(&mut self, at: &At<'_>, scenario: &Scenario) {
        let network = &scenario.network;
        self.count(&at.key("existing"), network.existing, 0, MOST_PLUGS as u32, "");
        let (kind, parts) = (at.key("existing_kind"), &network.existing_kind);
        self.count(&kind.key("plugs"), parts.plugs, 1, MOST_PLUGS_AT_A_STATION, "");
        self.share(&kind.key("dc_share"), parts.dc_share);
        for (key, powers) in [("dc_kw", &parts.dc_kw), ("ac_kw", &parts.ac_kw)] {
            let at = kind.key(key);
            self.not_empty(&at, powers.len(), "power");
            for (number, power) in powers.iter().enumerate() {
                self.positive(&at.index(number), *power, MOST_KW);
            }
        }
        self.not_empty(&kind.key("dc_standards"), parts.dc_standards.len(), "standard");
        self.not_empty(&kind.key("ac_standards"), parts.ac_standards.len(), "standard");
        let (planned, parts) = (at.key("planned"), &network.planned);
        self.count(&planned.key("plots"), parts.plots, 0, MOST_PLUGS as u32, "");
        let help = "to plan nothing, set `plots` to 0";
        self.count(&planned.key("plugs"), parts.plugs, 1, MOST_PLUGS_AT_A_STATION, help);
        if let Some(together) = parts.plugs_per_cabinet {
            let help = "leave it out for one cabinet a plot";
            self.count(&planned.key("plugs_per_cabinet"), together, 1, MOST_PLUGS_AT_A_STATION, help);
        }
        self.positive(&planned.key("cabinet_kw"), parts.cabinet_kw, MOST_KW);
        self.not_empty(&planned.key("standards"), parts.standards.len(), "standard");
    }

    fn not_empty(&mut self, at: &At<'_>, length: usize, what: &str) {
        if length == 0 {
            self.note(at, "is empty", format!("needs one {what} or more"), "");
        } else if length > 1_000 {
            self.note(at, "is too long", format!("more than 1000 of one {what} each"), "");
        }
    }

    /// What only the sum of several keys makes too much. Silent where a part has a problem of its own.
    fn totals(&mut self, root: &At<'_>, scenario: &Scenario) {
        if !self.problems.is_empty() {
            return;
        }
        let network = &scenario.network;
        let plugs = u64::from(network.existing) * u64::from(network.existing_kind.plugs)
            + u64::from(network.planned.plots) * u64::from(network.planned.plugs)
            + scenario.stations.iter().map(|station| u64::from(station.plugs)).sum::<u64>();
        if plugs > MOST_PLUGS {
            let words = format!("{plugs} plugs in all, of at most {MOST_PLUGS}");
            self.note(&root.key("network"), "has too many plugs", words, "");
        }
        let limits =
            network.grid.iter().flat_map(|grid| grid.spare_kw.iter().map(move |entry| (grid, entry)));
        for (grid, (district, kw)) in limits {
            if kw * grid.scale * 1e3 * scenario.charging.efficiency < plugs as f64 {
                let at = root.key("network").key("grid").key("spare_kw").key(district);
                let words = format!("less than a watt for each of {plugs} plugs");
                self.note(&at, "is too little", words, "with so little no session would end");
            }
        }
        let run = days(scenario.time.warm_up) + days(scenario.time.horizon);
        if scenario.demand.rides_per_day * run > MOST_ARRIVALS {
            let words = format!("more than {MOST_ARRIVALS:.0} rides in one replication");
            let help = "shorten `time.horizon` and take more replications";
            self.note(&root.key("demand").key("rides_per_day"), "gives too many rides", words, help);
        }
        let streams = scenario.stations.iter().flat_map(|station| &station.walk_ins);
        // A car that comes back at once comes again in a minute at the earliest, or so it is counted here.
        let rate =
            |stream: &WalkIns| stream.per_hour.unwrap_or(0.0) + 60.0 * f64::from(stream.cars.unwrap_or(0));
        let per_hour: f64 = streams.map(rate).sum();
        if per_hour * 24.0 * run > MOST_ARRIVALS {
            let words = format!("more than {MOST_ARRIVALS:.0} walk-ins in one replication");
            let help = "shorten `time.horizon` and take more replications";
            self.note(&root.key("stations"), "have too many walk-ins", words, help);
        }
    }
}

fn days(span: Span) -> f64 {
    match span {
        Span::Days(days) => days,
        Span::Hours(hours) => hours / 24.0,
        Span::Minutes(minutes) => minutes / 1_440.0,
    }
}

/// A bound as people write it.
fn plain(bound: f64) -> String {
    if bound.abs() >= 1e15 { format!("{bound:e}") } else { format!("{}", (bound * 1e6).round() / 1e6) }
}
