//! The checks of `[charging]`.

use super::super::model::Scenario;
use super::{At, Checker, nearest};

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
    }

    /// What fails, and when.
    pub(super) fn faults(&mut self, at: &At<'_>, scenario: &Scenario) {
        let network = &scenario.network;
        for (number, outage) in network.outages.iter().enumerate() {
            let at = at.key("outages").index(number);
            let is_placed = |name: &str, count: u32| {
                outage
                    .station
                    .strip_prefix(name)
                    .and_then(|number| number.parse().ok())
                    .is_some_and(|number: u32| (1..=count).contains(&number))
            };
            let given: Vec<&str> = scenario.stations.iter().map(|station| station.name.as_str()).collect();
            if !given.contains(&outage.station.as_str())
                && !is_placed("existing-", network.existing)
                && !is_placed("plot-", network.planned.plots)
            {
                let words = format!("no station has the name {:?}", outage.station);
                let help = match nearest(&outage.station, given.iter().copied()) {
                    Some(near) => format!("did you mean {near:?}?"),
                    None => "stations placed by rule are called `existing-001`, `plot-001` and so on".into(),
                };
                self.note(&at.key("station"), "is unknown", words, &help);
            }
        }
    }
}
