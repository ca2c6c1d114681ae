//! Roads, weather, and the policy levers that act on the road.

use super::{At, Checker};
use crate::scenario::model::Scenario;

impl Checker {
    pub(super) fn policy(&mut self, at: &At<'_>, scenario: &Scenario) {
        let (at, lanes) = (at.key("bus_lanes"), scenario.policy.bus_lanes);
        self.share(&at.key("access_share"), lanes.access_share);
        self.share(&at.key("street_share"), lanes.street_share);
        self.positive_share(&at.key("speed_factor"), lanes.speed_factor);
        self.positive(&at.key("capacity_cars"), lanes.capacity_cars, 1e6);
        self.within(&at.key("alpha"), lanes.alpha, 0.0, 100.0, "");
        self.within(&at.key("beta"), lanes.beta, 0.0, 20.0, "");
    }

    pub(super) fn city(&mut self, at: &At<'_>, scenario: &Scenario) {
        let city = &scenario.city;
        let speeds = at.key("free_flow_kmh");
        let flow = city.free_flow_kmh;
        for (class, speed) in [
            ("trunk", flow.trunk),
            ("primary", flow.primary),
            ("secondary", flow.secondary),
            ("tertiary", flow.tertiary),
            ("unclassified", flow.unclassified),
            ("residential", flow.residential),
            ("living_street", flow.living_street),
        ] {
            self.within(&speeds.key(class), speed, 1.0, 200.0, "");
        }
        let congestion = at.key("congestion");
        self.rising(&congestion, &city.congestion, "jam scores from 0 to 10");
        self.ends(&congestion, &city.congestion, 10.0, "jam score");
        for (number, (_, factor)) in city.congestion.iter().enumerate() {
            self.positive_share(&congestion.index(number).index(1), *factor);
        }
        for (number, pair) in city.congestion.windows(2).enumerate() {
            if pair[1].1 > pair[0].1 && !congestion.has_problem() {
                let words = format!("{} is faster than {} at a lower jam score", pair[1].1, pair[0].1);
                let help = "the speed factors fall, or stay, while the jam score rises";
                self.note(&congestion.index(number + 1).index(1), "is not monotone", words, help);
            }
        }
        if let Some(temperature) = city.temperature_c {
            self.within(&at.key("temperature_c"), temperature, -60.0, 60.0, "");
        }
    }
}
