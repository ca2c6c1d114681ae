//! Roads, weather, and the policy levers that act on the road.

use super::{At, Checker, Known};
use crate::scenario::model::Scenario;
use crate::scenario::problem::nearest;

impl Checker {
    pub(super) fn policy(&mut self, policy: &At<'_>, scenario: &Scenario, known: &Known<'_>) {
        let (at, zone) = (policy.key("low_emission_zone"), &scenario.policy.low_emission_zone);
        let districts = at.key("districts");
        for (number, name) in zone.districts.iter().enumerate() {
            if !known.districts.contains(name) {
                let help = match nearest(name, known.districts.iter().map(String::as_str)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("known are {}", known.districts.join(", ")),
                };
                self.note(&districts.index(number), "is no district", format!("no district `{name}`"), &help);
            }
        }
    }

    pub(super) fn city(&mut self, at: &At<'_>, scenario: &Scenario) {
        let city = &scenario.city;
        let congestion = at.key("congestion");
        self.rising(&congestion, &city.congestion, "jam scores from 0 to 10");
        self.ends(&congestion, &city.congestion, 10.0, "jam score");
        for (number, pair) in city.congestion.windows(2).enumerate() {
            if pair[1].1 > pair[0].1 && !congestion.has_problem() {
                let words = format!("{} is faster than {} at a lower jam score", pair[1].1, pair[0].1);
                let help = "the speed factors fall, or stay, while the jam score rises";
                self.note(&congestion.index(number + 1).index(1), "is not monotone", words, help);
            }
        }
        if let Some(files) = &city.roads {
            for (key, path) in [("nodes", &files.nodes), ("edges", &files.edges)] {
                self.name(&at.key("roads").key(key), path);
            }
        }
        let (at, weather) = (at.key("weather"), &city.weather);
        self.rising(&at.key("demand_by_temperature"), &weather.demand_by_temperature, "temperatures");
        self.rising(&at.key("speed_by_temperature"), &weather.speed_by_temperature, "temperatures");
    }
}
