//! Where a driver goes to charge.
//!
//! Stations come by rising driving time, so that each rule stops looking where no later station can matter.

use super::policy::{self, View};
use super::taxi::Car;
use crate::ids::{StationId, TaxiId};
use crate::rng::Stream;
use crate::units::{Duration, Energy, Money};
use crate::world::{Choice, Logit};

/// Where to charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Goal {
    /// At a station.
    Station(StationId),
    /// At the driver's own charger.
    Home,
}

/// A goal with what it costs in time and money.
pub(crate) type Priced = (Goal, Money);

/// Beyond so many scales of the logit above the least cost an option counts as hopeless: it is less than one in
/// two hundred million as likely as the best.
const HOPELESS: f64 = 20.0;

/// The driver's choice among the stations that fit, except those just left; `None` if there is none.
///
/// `luck` gives one number for a choice by chance and none for the others; `scratch` is emptied first.
pub(crate) fn choose(
    view: &View<'_>,
    taxi: TaxiId,
    car: &Car,
    luck: Option<&mut Stream>,
    scratch: &mut Vec<Priced>,
) -> Option<Goal> {
    match (view.world.charging.choice, luck) {
        (Choice::Logit(logit), Some(luck)) => {
            weigh(view, taxi, car, &logit, scratch);
            draw(scratch, logit.scale, luck)
        }
        (Choice::Nearest, _) => {
            policy::nearest_but(view.world, view.stations, taxi, car.node, &car.shunned).map(Goal::Station)
        }
        (Choice::Cheapest, _) => cheapest(view, taxi, car).map(Goal::Station),
        (Choice::LeastTotalTime | Choice::Logit(_), _) => quickest(view, taxi, car).map(Goal::Station),
    }
}

/// The stations that come into question, with the drive to each, nearest first.
fn candidates<'a>(
    view: &'a View<'_>,
    taxi: TaxiId,
    car: &'a Car,
) -> impl Iterator<Item = (StationId, Duration)> + 'a {
    let (world, now) = (view.world, view.now);
    let fits = world.taxis[taxi].fits();
    world.stations_from[car.node].iter().filter_map(move |&id| {
        let station = &world.stations[id];
        let place = station.place?;
        (station.inlets & fits != 0 && !car.shunned.contains(&Some(id)))
            .then(|| (id, world.drive_time(now, world.travel.way(car.node, place.node).free_flow)))
    })
}

/// The least sum of drive, expected wait and charging time.
fn quickest(view: &View<'_>, taxi: TaxiId, car: &Car) -> Option<StationId> {
    let charge = policy::charge(view.world, view.now, taxi, car);
    let least_charge = charge.at_best(view.world);
    let mut best: Option<(Duration, StationId)> = None;
    for (id, drive) in candidates(view, taxi, car) {
        if best.is_some_and(|(least, _)| drive + least_charge >= least) {
            break;
        }
        let Some(outlook) = policy::expect(view, taxi, id, charge) else { continue };
        let total = drive + outlook.wait + outlook.charge;
        if best.is_none_or(|(least, _)| total < least) {
            best = Some((total, id));
        }
    }
    best.map(|(_, id)| id)
}

/// The lowest price on arrival; the nearest of several.
fn cheapest(view: &View<'_>, taxi: TaxiId, car: &Car) -> Option<StationId> {
    candidates(view, taxi, car)
        .map(|(id, drive)| (policy::price(view, taxi, id, view.now + drive), id))
        .reduce(|best, next| if next.0 < best.0 { next } else { best })
        .map(|(_, id)| id)
}

/// Writes down what each option costs.
fn weigh(view: &View<'_>, taxi: TaxiId, car: &Car, logit: &Logit, options: &mut Vec<Priced>) {
    let world = view.world;
    let facts = &world.taxis[taxi];
    let charge = policy::charge(world, view.now, taxi, car);
    let need = (charge.target - charge.stored).max(Energy::ZERO);
    options.clear();
    let mut least = i64::MAX;
    if let Some(power) = facts.home_power {
        let way = world.travel.way(car.node, facts.home);
        let drive = world.drive_time(view.now, way.free_flow);
        // What is charged after the shift costs no working time.
        let left = (car.shift_ends - view.now - drive).max(Duration::ZERO);
        let time = drive + (need / power).min(left);
        let cost = logit.time(time)
            + logit.way(way.length.as_metres())
            + (world.home_price(view.now + drive) * need).as_tiyn();
        options.push((Goal::Home, Money::from_tiyn(cost)));
        least = cost;
    }
    let least_charge = charge.at_best(world);
    for (id, drive) in candidates(view, taxi, car).take(logit.stations) {
        let hopeless = least.saturating_add((HOPELESS * logit.scale) as i64);
        if logit.time(drive + least_charge) > hopeless {
            break;
        }
        let Some(outlook) = policy::expect(view, taxi, id, charge) else { continue };
        let length = world.stations[id]
            .place
            .map_or(0, |place| world.travel.way(car.node, place.node).length.as_metres());
        let cost = logit.time(drive + outlook.wait + outlook.charge)
            + logit.way(length)
            + (policy::price(view, taxi, id, view.now + drive) * need).as_tiyn();
        least = least.min(cost);
        options.push((Goal::Station(id), Money::from_tiyn(cost)));
    }
}

/// One option with the probabilities of the logit, by inversion of one uniform number.
fn draw(options: &[Priced], scale: f64, luck: &mut Stream) -> Option<Goal> {
    let least = options.iter().map(|(_, cost)| *cost).min()?;
    let weight = |cost: Money| libm::exp(-((cost - least).as_tiyn() as f64) / scale);
    let sum: f64 = options.iter().map(|(_, cost)| weight(*cost)).sum();
    let mut rest = sum * luck.uniform();
    for &(goal, cost) in options {
        rest -= weight(cost);
        if rest < 0.0 {
            return Some(goal);
        }
    }
    // Rounding may leave a hair beyond the last.
    options.last().map(|(goal, _)| *goal)
}

impl Logit {
    /// What a span costs, in tiyn.
    fn time(&self, span: Duration) -> i64 {
        (i128::from(self.per_hour) * i128::from(span.as_millis()) / i128::from(Duration::HOUR.as_millis()))
            as i64
    }

    /// What a way costs, in tiyn.
    fn way(&self, metres: i64) -> i64 {
        self.per_km * metres / 1_000
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, Streams};

    #[test]
    fn an_option_is_as_likely_as_the_logit_says() {
        let options =
            [0, 300, 600].map(|kzt| (Goal::Station(StationId(kzt)), Money::from_kzt_f64(f64::from(kzt))));
        let mut luck = Streams::new(1, 0).get(Purpose::Choice, 0);
        let mut counts = [0.0; 3];
        let draws = 100_000;
        for _ in 0..draws {
            let Some(Goal::Station(StationId(kzt))) = draw(&options, 30_000.0, &mut luck) else { continue };
            counts[kzt as usize / 300] += 1.0 / f64::from(draws);
        }
        let sum: f64 = (0..3).map(|scales| libm::exp(-f64::from(scales))).sum();
        for (scales, share) in counts.into_iter().enumerate() {
            let exact = libm::exp(-(scales as f64)) / sum;
            assert!((share - exact).abs() < 0.006, "{scales} scales above the best: {share}, not {exact}");
        }
        assert_eq!(draw(&[], 1.0, &mut luck), None);
    }
}
