//! The checks of stations written out one by one, and of who visits them.

use super::{At, Checker, Known};
use crate::scenario::model::{EXISTING, EnergyLaw, Law, PLOT, Scenario, Station, WalkIns, placed_name};
use crate::scenario::problem::{Place, Problem};
use std::collections::BTreeMap;

/// A car that comes, leaves and is away takes at least a second for all of it on average, in minutes: time has to move on.
const LEAST_ROUND: f64 = 1.0 / 60.0;

impl Checker {
    pub(super) fn stations(&mut self, root: &At<'_>, scenario: &Scenario, known: &Known<'_>) {
        let at = root.key("stations");
        let mut first: BTreeMap<&str, Place> = BTreeMap::new();
        for (number, station) in scenario.stations.iter().enumerate() {
            let mut at = at.index(number);
            let name = at.key("name");
            self.name(&name, &station.name);
            if name.has_problem() || station.name.trim().is_empty() {
                at.owner = None;
            } else {
                if let Some(earlier) = first.get(station.name.as_str()) {
                    self.problems.push(
                        Problem::titled(format!("two stations have the name {:?}", station.name))
                            .at(name.place.clone(), "the same name again")
                            .at(earlier.clone(), "first used here")
                            .help("results are told apart by name: give each station its own"),
                    );
                } else {
                    first.insert(&station.name, name.place.clone());
                }
                self.placed_name(root, &name, &station.name, scenario);
                at.owner = Some(format!("station {:?}", station.name));
                at.path = String::new();
            }
            self.station(&at, station, scenario, known);
            for (number, stream) in station.walk_ins.iter().enumerate() {
                let failing = scenario.network.failing_plug_ins > 0.0;
                self.coming_back(&at.key("walk_ins").index(number), station, stream, failing);
            }
        }
    }

    /// Stations that are placed by rule have names of their own.
    fn placed_name(&mut self, root: &At<'_>, at: &At<'_>, name: &str, scenario: &Scenario) {
        let network = &scenario.network;
        for (placed, count, keys) in [
            (EXISTING, network.existing, &["existing"][..]),
            (PLOT, network.planned.plots, &["planned", "plots"][..]),
        ] {
            let number =
                name.strip_prefix(placed).and_then(|rest| rest.strip_prefix('-')?.parse::<u32>().ok());
            let Some(number) = number.filter(|&number| (1..=count).contains(&number)) else { continue };
            if name == placed_name(placed, number) {
                let path = keys.iter().fold(root.key("network"), |at, key| at.key(key));
                self.problems.push(
                    Problem::titled(format!("a placed station has the name {name:?} already"))
                        .at(at.place.clone(), "the same name again")
                        .at(
                            path.place,
                            format!("stations are named `{placed}-001` and on, so many of them: {count}"),
                        )
                        .help("results are told apart by name: give this station another"),
                );
            }
        }
    }

    fn station(&mut self, at: &At<'_>, station: &Station, scenario: &Scenario, known: &Known<'_>) {
        if let Some(price) = station.price_kzt_per_kwh {
            self.price(&at.key("price_kzt_per_kwh"), price, scenario);
        }
        if let Some(standards) = &station.standards {
            self.not_empty(&at.key("standards"), standards.len(), "standard");
        }
        if let Some(place) = station.at {
            let at_place = at.key("at");
            if !(known.inside)(place.lon, place.lat) {
                let words = format!("longitude {}, latitude {} is in no district", place.lon, place.lat);
                let swapped = (known.inside)(place.lat, place.lon);
                let help = if swapped {
                    "`lon` and `lat` are swapped"
                } else {
                    "give a place in the city in degrees, e.g. `{ lon = 76.93, lat = 43.24 }`"
                };
                self.note(&at_place, "lies outside the city", words, help);
            }
            if station.plug_kw.is_none() && station.cabinet_kw.is_none() && !at.has_problem() {
                let words = "taxis can reach it, but its power is not given";
                self.note(&at_place, "needs a power beside it", words, "add e.g. `plug_kw = 60`");
            }
        }
        let powered = station.plug_kw.or(station.cabinet_kw).is_some();
        for (number, stream) in station.walk_ins.iter().enumerate() {
            self.walk_ins(&at.key("walk_ins").index(number), stream, powered);
        }
    }

    fn walk_ins(&mut self, at: &At<'_>, stream: &WalkIns, powered: bool) {
        match (stream.per_hour, stream.cars) {
            (Some(_), Some(_)) => self.note(
                &at.key("cars"),
                "stands beside `per_hour`",
                "these visitors have a rate already",
                "leave one out: a source without end has a rate, a number of cars has a time `away`",
            ),
            (None, None) => {
                let help = "add e.g. `per_hour = 6.4`, or `cars = 50` with a time `away`";
                self.note(&at.key("per_hour"), "is missing", "needs `per_hour` or `cars`", help);
            }
            (Some(_), None) | (None, Some(_)) => {}
        }
        match (stream.cars, stream.away) {
            (Some(_), None) => {
                let help = "add e.g. `away = { exponential = { mean_minutes = 120 } }`";
                self.note(&at.key("cars"), "has no time away", "needs `away` beside it", help);
            }
            (None, Some(_)) => {
                let help = "leave it out, or replace `per_hour` by `cars`";
                self.note(&at.key("away"), "is of no car", "needs `cars` beside it", help);
            }
            (Some(_), Some(_)) | (None, None) => {}
        }
        match (stream.stay, stream.energy) {
            (Some(_), Some(_)) => self.note(
                &at.key("energy"),
                "stands beside `stay`",
                "these visitors come for a time already",
                "leave one out",
            ),
            (None, None) => {
                let help = "add e.g. `stay = { exponential = { mean_minutes = 30 } }`";
                self.note(&at.key("stay"), "is missing", "needs `stay` or `energy`", help);
            }
            (None, Some(_)) if !powered => {
                let help = "give the station e.g. `plug_kw = 60`";
                let words = "the station's power is not given";
                self.note(&at.key("energy"), "has no power to come from", words, help);
            }
            (Some(_), None) | (None, Some(_)) => {}
        }
    }

    /// A car that is away for no time must not leave at the instant at which it came: it would come and go for ever.
    fn coming_back(&mut self, at: &At<'_>, station: &Station, stream: &WalkIns, failing: bool) {
        let Some(away) = stream.cars.and(stream.away).filter(|away| away.mean_minutes() < LEAST_ROUND) else {
            return;
        };
        let short = |law: Option<Law>| law.is_some_and(|law| law.mean_minutes() < LEAST_ROUND);
        let charges = |energy: EnergyLaw| {
            let kw = station.plug_kw.or(station.cabinet_kw).unwrap_or_default();
            energy.mean_kwh() / kw * 60.0
        };
        let leaves = if station.room.is_some() {
            Some(("that finds no room", "or leave out `room`, so that it waits"))
        } else if short(stream.patience) {
            Some(("that loses its patience", "or leave out `patience`, so that it waits"))
        } else if short(stream.stay) {
            Some(("that has stayed", "or a longer `stay`"))
        } else if stream.energy.is_some_and(|energy| charges(energy) < LEAST_ROUND) {
            Some(("that has charged", "or more `energy`"))
        } else if stream.energy.is_some() && failing {
            Some(("whose plug-in fails", "or set `network.failing_plug_ins` to 0"))
        } else {
            None
        };
        if let (Some((who, or)), false) = (leaves, at.has_problem()) {
            let words =
                format!("{} minutes on average, and a car {who} comes back at once", away.mean_minutes());
            let help =
                format!("give a second at least, e.g. `away = {{ constant = {{ minutes = 1 }} }}`, {or}");
            self.note(&at.key("away"), "is too short", words, &help);
        }
    }
}
