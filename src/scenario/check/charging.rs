//! The checks of `[charging]`.

use super::super::model::Scenario;
use super::{At, Checker};
use std::collections::BTreeSet;

impl Checker {
    pub(super) fn charging(&mut self, at: &At<'_>, scenario: &Scenario) {
        let charging = &scenario.charging;
        let (threshold, parts) = (at.key("threshold"), charging.threshold);
        let between = parts.at_least <= parts.mean && parts.mean <= parts.at_most;
        if !between && !threshold.has_problem() {
            let words = format!("{} is not from {} to {}", parts.mean, parts.at_least, parts.at_most);
            let help = "`at_least`, `mean` and `at_most` come in rising order";
            self.note(&threshold.key("mean"), "lies outside its bounds", words, help);
        }
        if let Some(curve) = &charging.curve {
            let at = at.key("curve");
            self.rising(&at, curve, "states of charge in percent");
            self.ends(&at, curve, 100.0, "state of charge");
        }
        self.rising(&at.key("cold_power"), &charging.cold_power, "temperatures");
        if let Some(night) = charging.home_night {
            let (at, hours) = (at.key("home_night"), night.to_h - night.from_h);
            // 0 to 24 would be all day, which is no night either.
            if hours.rem_euclid(24.0) < 1.0 / 60.0 && !at.has_problem() {
                let help =
                    "a night is a part of the day: from 23 to 7, say; leave it out where there is none";
                self.note(&at.key("to_h"), "ends no night", "is the hour at which it begins", help);
            }
        }
    }

    /// What fails, and when.
    pub(super) fn faults(&mut self, at: &At<'_>, scenario: &Scenario) {
        let network = &scenario.network;
        let given: BTreeSet<&str> = scenario.stations.iter().map(|station| station.name.as_str()).collect();
        for (number, outage) in network.outages.iter().enumerate() {
            let at = at.key("outages").index(number);
            let is_placed = |name: &str, count: u32| {
                outage
                    .station
                    .strip_prefix(name)
                    .and_then(|number| number.parse().ok())
                    .is_some_and(|number: u32| (1..=count).contains(&number))
            };
            if !given.contains(outage.station.as_str())
                && !is_placed("existing-", network.existing)
                && !is_placed("plot-", network.planned.plots)
            {
                let words = format!("no station has the name {:?}", outage.station);
                let help = match self.guess(&outage.station, given.iter().copied()) {
                    Some(near) => format!("did you mean {near:?}?"),
                    None => "stations placed by rule are called `existing-001`, `plot-001` and so on".into(),
                };
                self.note(&at.key("station"), "is unknown", words, &help);
            }
        }
    }
}
