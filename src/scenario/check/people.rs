//! The checks of people: who rides, who drives, when, and at what price.

use super::{At, Checker, Known, MOST_KW, MOST_PRICE, MOST_TAXIS, plain};
use crate::scenario::model::{Fleet, Matching, Scenario, Shifts};
use crate::scenario::problem::Problem;

/// Longer than any way to a passenger, with a ride and the way home.
const LEAST_RANGE_KM: f64 = 100.0;

impl Checker {
    pub(super) fn demand(&mut self, at: &At<'_>, scenario: &Scenario, known: &Known<'_>) {
        let demand = &scenario.demand;
        self.within(&at.key("rides_per_day"), demand.rides_per_day, 0.0, 1e7, "");
        self.within(&at.key("peakedness"), demand.peakedness, 0.0, 10.0, "1 is the table's shape");
        self.within(&at.key("decay_per_km"), demand.decay_per_km, 0.0, 100.0, "");
        self.share(&at.key("population_weight"), demand.population_weight);
        let jobs = at.key("jobs_share");
        self.known_names(&jobs, demand.jobs_share.keys(), known.districts, "district");
        self.weights(&jobs, demand.jobs_share.iter().map(|(key, share)| (key.as_str(), *share)));
        self.law(&at.key("patience"), demand.patience);
        self.span(&at.key("patience_at_most"), demand.patience_at_most, 0.0, 7.0);
        if let Matching::Batch { seconds, low_charge_minutes, nearest } = demand.matching {
            let at = at.key("matching").key("batch");
            self.within(&at.key("seconds"), seconds, 1.0, 3_600.0, "");
            self.within(&at.key("low_charge_minutes"), low_charge_minutes, 0.0, 1_440.0, "");
            self.count(&at.key("nearest"), nearest, 1, 1_000, "");
        }
        if let Some(surge) = demand.surge {
            let at = at.key("surge");
            self.within(&at.key("at_most"), surge.at_most, 1.0, 100.0, "a surge never lowers a fare");
            self.positive(&at.key("half_at_excess"), surge.half_at_excess, 1e6);
            self.within(&at.key("elasticity"), surge.elasticity, 0.0, 100.0, "");
        }
        self.within(&at.key("fare_at_least_kzt"), demand.fare_at_least_kzt, 0.0, MOST_PRICE, "");
        self.within(&at.key("fare_kzt_per_minute"), demand.fare_kzt_per_minute, 0.0, MOST_PRICE, "");
        self.share(&at.key("commission"), demand.commission);
    }

    pub(super) fn fleet(&mut self, at: &At<'_>, scenario: &Scenario, known: &Known<'_>) {
        let fleet = &scenario.fleet;
        let (taxis, electric) = (at.key("taxis"), at.key("electric"));
        let good = self.count(&taxis, fleet.taxis, 0, MOST_TAXIS, "")
            & self.count(&electric, fleet.electric, 0, MOST_TAXIS, "");
        if good && fleet.electric > fleet.taxis && !taxis.has_problem() && !electric.has_problem() {
            self.problems.push(
                Problem::titled("more taxis are electric than there are taxis")
                    .at(electric.place, format!("{} of them electric", fleet.electric))
                    .at(taxis.place, format!("{} in all", fleet.taxis))
                    .help(
                        "`fleet.electric` counts a part of `fleet.taxis`: lower it, or raise `fleet.taxis`",
                    ),
            );
        }
        self.share(&at.key("lpg_share"), fleet.lpg_share);
        let models = at.key("models");
        self.known_names(&models, fleet.models.keys(), known.models, "model");
        self.weights(&models, fleet.models.iter().map(|(key, weight)| (key.as_str(), *weight)));
        let inlets = fleet.inlets;
        let weights = [
            ("gbt", inlets.gbt),
            ("ccs2", inlets.ccs2),
            ("tesla", inlets.tesla),
            ("chademo", inlets.chademo),
        ];
        self.weights(&at.key("inlets"), weights.into_iter());
        self.span(&at.key("shift"), fleet.shift, 1.0 / 24.0, 1.0);
        self.shifts(&at.key("shifts"), fleet.shifts);
        if let Some(stopping) = fleet.stopping {
            let at = at.key("stopping");
            for (key, value) in [
                ("at_start", stopping.at_start),
                ("per_hour", stopping.per_hour),
                ("per_10000_kzt_over", stopping.per_10000_kzt_over),
            ] {
                self.within(&at.key(key), value, -1_000.0, 1_000.0, "");
            }
            self.within(&at.key("target_kzt"), stopping.target_kzt, 0.0, MOST_PRICE, "");
        }
        if let Some(reposition) = fleet.reposition {
            let at = at.key("reposition").key("spread_kzt_per_hour");
            self.positive(&at, reposition.spread_kzt_per_hour, MOST_PRICE);
        }
        self.within(&at.key("lease_kzt_per_day"), fleet.lease_kzt_per_day, 0.0, MOST_PRICE, "");
        self.share(&at.key("home_charging"), fleet.home_charging);
        let (home, (low, high)) = (at.key("home_kw"), fleet.home_kw);
        let good = self.positive(&home.index(0), low, MOST_KW) & self.positive(&home.index(1), high, MOST_KW);
        if good && low > high {
            self.note(
                &home,
                "is in the wrong order",
                "the first is the least power, the second the greatest",
                "",
            );
        }
        self.beta(&at.key("start_soc_home"), fleet.start_soc_home);
        self.beta(&at.key("start_soc_no_home"), fleet.start_soc_no_home);
        self.within(&at.key("petrol_l_per_100km"), fleet.petrol_l_per_100km, 0.0, 100.0, "");
        self.within(&at.key("lpg_l_per_100km"), fleet.lpg_l_per_100km, 0.0, 100.0, "");
        self.fuel(at, fleet);
    }

    fn fuel(&mut self, at: &At<'_>, fleet: &Fleet) {
        let factors = at.key("fuel_speed_factor");
        self.rising(&factors, &fleet.fuel_speed_factor, "speeds in km/h");
        let mut good = true;
        for (number, (speed, factor)) in fleet.fuel_speed_factor.iter().enumerate() {
            good &= self.within(&factors.index(number).index(0), *speed, 0.0, 300.0, "");
            good &= self.positive(&factors.index(number).index(1), *factor, 100.0);
        }
        let (refuel, parts) = (at.key("refuel"), fleet.refuel);
        self.within(&refuel.key("minutes"), parts.minutes, 0.0, 1_440.0, "");
        good &= self.share(&refuel.key("below"), parts.below);
        let tank = refuel.key("tank_l");
        if self.positive(&tank, parts.tank_l, 10_000.0) && good {
            let most = fleet.fuel_speed_factor.iter().map(|pair| pair.1).fold(0.0, f64::max);
            let need = most * fleet.petrol_l_per_100km.max(fleet.lpg_l_per_100km) * LEAST_RANGE_KM / 100.0;
            if parts.tank_l < need {
                let words = format!("{LEAST_RANGE_KM} km in the slowest traffic need {} l", plain(need));
                let help = "a full tank must last for any drive in the city";
                self.note(&tank, "is too small", words, help);
            }
        }
    }

    fn shifts(&mut self, at: &At<'_>, shifts: Shifts) {
        let (part_time, double) = (at.key("part_time"), at.key("double"));
        let (few, two) = (part_time.key("share"), double.key("share"));
        let good = self.share(&few, shifts.part_time.share) & self.share(&two, shifts.double.share);
        if good && shifts.part_time.share + shifts.double.share > 1.0 && !few.has_problem() {
            let words = format!("with the {} of `double`, more than all cars", shifts.double.share);
            self.note(&few, "is too much", words, "the rest of the cars have one full-time driver");
        }
        self.span(&part_time.key("lasting"), shifts.part_time.lasting, 1.0 / 24.0, 1.0);
        let (handovers, (first, second)) = (double.key("handovers_h"), shifts.double.handovers_h);
        let good = self.within(&handovers.index(0), first, 0.0, 23.99, "")
            & self.within(&handovers.index(1), second, 0.0, 23.99, "");
        if good && second - first < 1.0 {
            let words = "the second hour must be at least 1 after the first";
            self.note(&handovers, "is in the wrong order", words, "hours of the day, e.g. `[7, 19]`");
        }
        self.within(&at.key("km_per_hour"), shifts.km_per_hour, 0.0, 100.0, "");
    }
}
