//! Roads, weather, and the policy levers that act on the road.

use super::{At, Checker, Known, MOST_PRICE};
use crate::scenario::model::{Scenario, ZoneFee};
use crate::scenario::problem::nearest;

impl Checker {
    pub(super) fn policy(&mut self, policy: &At<'_>, scenario: &Scenario, known: &Known<'_>) {
        let (at, lanes) = (policy.key("bus_lanes"), scenario.policy.bus_lanes);
        self.share(&at.key("access_share"), lanes.access_share);
        self.share(&at.key("street_share"), lanes.street_share);
        self.positive_share(&at.key("speed_factor"), lanes.speed_factor);
        self.positive(&at.key("capacity_cars"), lanes.capacity_cars, 1e6);
        self.within(&at.key("alpha"), lanes.alpha, 0.0, 100.0, "");
        self.within(&at.key("beta"), lanes.beta, 0.0, 20.0, "");
        let (at, parking) = (policy.key("parking"), scenario.policy.parking);
        self.within(&at.key("search_minutes"), parking.search_minutes, 0.0, 120.0, "");
        self.within(&at.key("electric_search_minutes"), parking.electric_search_minutes, 0.0, 120.0, "");
        self.within(&at.key("search_kmh"), parking.search_kmh, 0.0, 60.0, "");
        self.within(&at.key("fee_kzt"), parking.fee_kzt, 0.0, MOST_PRICE, "");
        self.within(&at.key("electric_fee_kzt"), parking.electric_fee_kzt, 0.0, MOST_PRICE, "");
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
        let (choice, fee) = match zone.fee {
            ZoneFee::PerDayKzt(fee) => ("per_day_kzt", fee),
            ZoneFee::PerEntryKzt(fee) => ("per_entry_kzt", fee),
        };
        self.within(&at.key("fee").inner(choice), fee, 0.0, MOST_PRICE, "");
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
        if let Some(files) = &city.roads {
            for (key, path) in [("nodes", &files.nodes), ("edges", &files.edges)] {
                self.name(&at.key("roads").key(key), path);
            }
        }
        let (at_weather, weather) = (at.key("weather"), &city.weather);
        for (of, factor, pairs) in [
            ("demand", weather.demand_factor, &weather.demand_by_temperature),
            ("speed", weather.speed_factor, &weather.speed_by_temperature),
        ] {
            self.within(&at_weather.key(&format!("{of}_factor")), factor, 0.1, 10.0, "");
            let at = at_weather.key(&format!("{of}_by_temperature"));
            self.rising(&at, pairs, "temperatures");
            for (number, (temperature, factor)) in pairs.iter().enumerate() {
                self.within(&at.index(number).index(0), *temperature, -100.0, 100.0, "");
                self.within(&at.index(number).index(1), *factor, 0.1, 10.0, "");
            }
        }
        if let Some(temperature) = city.temperature_c {
            self.within(&at.key("temperature_c"), temperature, -60.0, 60.0, "");
        }
    }
}
