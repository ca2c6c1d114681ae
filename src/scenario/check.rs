//! The checks of meaning: ranges, orders and names, each problem at the place its value came from.
#![expect(clippy::wildcard_enum_match_arm, reason = "only broken values matter, and what can hold them")]

mod charging;
mod city;
mod people;
mod stations;
mod sweep;
mod tariff;
mod totals;

pub(super) use sweep::check as check_sweep;

use super::bounds::{MOST_DAYS, plain};
use super::model::{Scenario, Span};
use super::problem::{Place, Problem, nearest};
use super::tree::{Node, Step, Value, written_key};

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

/// Checks a scenario that was read from this tree.
pub(super) fn check(scenario: &Scenario, tree: &Node, known: &Known<'_>) -> Vec<Problem> {
    let mut checker = Checker::default();
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
    c.faults(&root.key("network"), scenario);
    c.grid(&root.key("network").key("grid"), scenario, known);
    c.tariff(&root.key("tariff"), scenario);
    c.policy(&root.key("policy"), scenario, known);
    c.stations(&root, scenario, known);
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

    /// Whether the value, or any part of it, has a problem already.
    fn has_problem(&self) -> bool {
        self.broken
            || self
                .node
                .is_some_and(|node| any(node, &|value| matches!(value, Value::Broken | Value::Outside)))
    }

    /// Whether the value, or any part of it, could not be read, so that a stand-in takes its place.
    fn is_unread(&self) -> bool {
        self.broken || self.node.is_some_and(|node| any(node, &|value| matches!(value, Value::Broken)))
    }

    /// Whether the value is a number outside its bounds.
    fn is_outside(&self) -> bool {
        self.node.is_some_and(|node| matches!(node.value, Value::Outside))
    }

    fn title(&self) -> String {
        match &self.owner {
            Some(owner) => format!("`{}` of {owner}", self.path),
            None => format!("`{}`", self.path),
        }
    }
}

/// Whether a value or any part of it is like this.
fn any(node: &Node, like: &dyn Fn(&Value) -> bool) -> bool {
    like(&node.value)
        || match &node.value {
            Value::Array(items) => items.iter().any(|item| any(item, like)),
            Value::Table(table) => table.values().any(|item| any(item, like)),
            _ => false,
        }
}

/// The first of some names that has all words of another, which is a part of it.
fn part_of<'k>(name: &str, known: &'k [String]) -> Option<&'k str> {
    let words = |name: &str| name.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>();
    let wanted = words(name);
    let has_all = |known: &&String| {
        let words = words(known);
        !wanted.is_empty() && wanted.iter().all(|word| words.contains(word))
    };
    known.iter().find(has_all).map(String::as_str)
}

/// So many misspelt names are searched for a near one: nobody reads on, and a file may have as many names as wrong ones.
const MOST_GUESSES: u32 = 100;

#[derive(Default)]
struct Checker {
    problems: Vec<Problem>,
    /// How many near names have been searched for.
    guesses: u32,
}

impl Checker {
    /// Notes a problem unless there is one at this place already.
    fn note(&mut self, at: &At<'_>, title: &str, words: impl Into<String>, help: &str) {
        if !at.is_unread() && !at.is_outside() {
            let help = (!help.is_empty()).then(|| help.to_string());
            let problem = Problem::titled(format!("{} {title}", at.title())).at(at.place.clone(), words);
            self.problems.push(problem.maybe_help(help));
        }
    }

    /// The name nearest to a misspelt one, of as many as a file may have.
    fn guess<'n>(&mut self, name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
        self.guesses += 1;
        if self.guesses > MOST_GUESSES { None } else { nearest(name, known) }
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

    /// The first numbers of pairs rise, without repeating one.
    fn rising(&mut self, at: &At<'_>, pairs: &[(f64, f64)], what: &str) {
        if at.is_unread() {
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

    fn weights(&mut self, at: &At<'_>, weights: impl Iterator<Item = f64>) {
        if weights.sum::<f64>() <= 0.0 && !at.has_problem() {
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
        let sound = !at.key("warm_up").has_problem() && !at.key("horizon").has_problem();
        if sound && days(time.warm_up) + days(time.horizon) > MOST_DAYS {
            let words = "with the warm-up, more than 20 years";
            self.note(&at.key("horizon"), "is too long", words, "years are better simulated as replications");
        }
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
        if at.is_unread() {
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
        let all = format!(
            "the {what}s are {}",
            known.iter().map(|name| written_key(name)).collect::<Vec<_>>().join(", ")
        );
        for (number, name) in names.filter(|name| !known.contains(name)).enumerate() {
            let near = nearest(name, known.iter().map(String::as_str)).or_else(|| part_of(name, known));
            // A long list is told once.
            let help = match near.map(|near| format!("did you mean `{}`?", written_key(near))) {
                Some(near) if number > 0 => near,
                Some(near) => format!("{near}\n{all}"),
                None => all.clone(),
            };
            let entry = at.key(name);
            let place = entry.node.and_then(|node| node.key.clone()).unwrap_or(entry.place);
            let title = format!("unknown {what} `{name}` in `{}`", at.path);
            self.problems.push(Problem::titled(title).at(place, format!("no such {what}")).help(help));
        }
    }

    fn energy(&mut self, at: &At<'_>, scenario: &Scenario) {
        let energy = &scenario.fleet.energy;
        self.rising(&at.key("speed_factor"), &energy.speed_factor, "speeds in km/h");
        self.rising(&at.key("heat_pump_cop"), &energy.heat_pump_cop, "temperatures");
    }

    fn network(&mut self, at: &At<'_>, scenario: &Scenario) {
        let network = &scenario.network;
        let (kind, parts) = (at.key("existing_kind"), &network.existing_kind);
        for (key, powers) in [("dc_kw", &parts.dc_kw), ("ac_kw", &parts.ac_kw)] {
            self.not_empty(&kind.key(key), powers.len(), "power");
        }
        self.not_empty(&kind.key("dc_standards"), parts.dc_standards.len(), "standard");
        self.not_empty(&kind.key("ac_standards"), parts.ac_standards.len(), "standard");
        self.not_empty(&at.key("planned").key("standards"), network.planned.standards.len(), "standard");
    }

    fn not_empty(&mut self, at: &At<'_>, length: usize, what: &str) {
        if length == 0 {
            self.note(at, "is empty", format!("needs one {what} or more"), "");
        } else if length > 1_000 {
            self.note(at, "is too long", format!("more than 1000 of one {what} each"), "");
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
