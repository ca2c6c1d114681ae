//! The checks of people: who rides, who drives, when, and at what price.

use super::{At, Checker, Known, plain};
use crate::scenario::model::{Fleet, Scenario, Shifts};
use crate::scenario::problem::Problem;

/// Longer than any way to a passenger, with a ride and the way home.
const LEAST_RANGE_KM: f64 = 100.0;

impl Checker {
    pub(super) fn demand(&mut self, at: &At<'_>, scenario: &Scenario, known: &Known<'_>) {
        let (jobs, shares) = (at.key("jobs_share"), &scenario.demand.jobs_share);
        self.known_names(&jobs, shares.keys(), known.districts, "district");
        self.weights(&jobs, shares.values().copied());
    }

    pub(super) fn fleet(&mut self, at: &At<'_>, scenario: &Scenario, known: &Known<'_>) {
        let fleet = &scenario.fleet;
        let (taxis, electric) = (at.key("taxis"), at.key("electric"));
        if fleet.electric > fleet.taxis && !taxis.has_problem() && !electric.has_problem() {
            self.problems.push(
                Problem::titled("more taxis are electric than there are taxis")
                    .at(electric.place, format!("{} of them electric", fleet.electric))
                    .at(taxis.place, format!("{} in all", fleet.taxis))
                    .help(
                        "`fleet.electric` counts a part of `fleet.taxis`: lower it, or raise `fleet.taxis`",
                    ),
            );
        }
        let models = at.key("models");
        self.known_names(&models, fleet.models.keys(), known.models, "model");
        self.weights(&models, fleet.models.values().copied());
        let inlets = fleet.inlets;
        let weights = [inlets.gbt, inlets.ccs2, inlets.tesla, inlets.chademo];
        self.weights(&at.key("inlets"), weights.into_iter());
        self.shifts(&at.key("shifts"), fleet.shifts);
        let (home, (low, high)) = (at.key("home_kw"), fleet.home_kw);
        if low > high && !home.has_problem() {
            self.note(
                &home,
                "is in the wrong order",
                "the first is the least power, the second the greatest",
                "",
            );
        }
        self.fuel(at, fleet);
    }

    fn fuel(&mut self, at: &At<'_>, fleet: &Fleet) {
        let factors = at.key("fuel_speed_factor");
        self.rising(&factors, &fleet.fuel_speed_factor, "speeds in km/h");
        let (tank, tank_l) = (at.key("refuel").key("tank_l"), fleet.refuel.tank_l);
        let sound = [&factors, &at.key("petrol_l_per_100km"), &at.key("lpg_l_per_100km")];
        if sound.iter().all(|at| !at.has_problem()) {
            let most = fleet.fuel_speed_factor.iter().map(|pair| pair.1).fold(0.0, f64::max);
            let need = most * fleet.petrol_l_per_100km.max(fleet.lpg_l_per_100km) * LEAST_RANGE_KM / 100.0;
            if tank_l < need {
                let words = format!("{LEAST_RANGE_KM} km in the slowest traffic need {} l", plain(need));
                let help = "a full tank must last for any drive in the city";
                self.note(&tank, "is too small", words, help);
            }
        }
    }

    fn shifts(&mut self, at: &At<'_>, shifts: Shifts) {
        let (part_time, double) = (at.key("part_time"), at.key("double"));
        let (few, two) = (part_time.key("share"), double.key("share"));
        if shifts.part_time.share + shifts.double.share > 1.0 && !few.has_problem() && !two.has_problem() {
            let words = format!("with the {} of `double`, more than all cars", shifts.double.share);
            self.note(&few, "is too much", words, "the rest of the cars have one full-time driver");
        }
        let (handovers, (first, second)) = (double.key("handovers_h"), shifts.double.handovers_h);
        if second - first < 1.0 && !handovers.has_problem() {
            let words = "the second hour must be at least 1 after the first";
            self.note(&handovers, "is in the wrong order", words, "hours of the day, e.g. `[7, 19]`");
        }
    }
}
