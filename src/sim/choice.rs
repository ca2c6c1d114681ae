//! Where a driver goes to charge.
//!
//! Stations come by rising driving time, so that each rule stops looking where no later station can matter.

use super::policy::{self, View};
use super::taxi::Car;
use crate::ids::{StationId, TaxiId};
use crate::rng::{self, Purpose};
use crate::units::{Duration, Energy, Money, Price};
use crate::world::{Choice, Logit, World};

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
/// Nobody sets out for a place the charge does not last to if there is another: who has no station in reach goes to a
/// charger of the driver's own, and without that to the nearest station.
///
/// `turn` is which of the driver's choices this is, and keys a choice by chance; `scratch` is emptied first.
pub(crate) fn choose(
    view: &View<'_>,
    taxi: TaxiId,
    car: &Car,
    turn: u32,
    scratch: &mut Vec<Priced>,
) -> Option<Goal> {
    let goal = match view.world.charging.choice {
        Choice::Logit(logit) => {
            weigh(view, taxi, car, &logit, scratch);
            draw(scratch, logit.scale, |goal| luck(view.world, taxi, turn, goal))
        }
        Choice::Nearest => nearest(view, taxi, car).map(Goal::Station),
        Choice::Cheapest => cheapest(view, taxi, car).map(Goal::Station),
        Choice::LeastTotalTime => quickest(view, taxi, car).map(Goal::Station),
    };
    goal.or_else(|| last_resort(view, taxi, car))
}

/// Where a driver goes who has no station in reach.
#[cold]
#[inline(never)]
fn last_resort(view: &View<'_>, taxi: TaxiId, car: &Car) -> Option<Goal> {
    if view.reaches_own_charger(taxi, car) {
        return Some(Goal::Home);
    }
    policy::nearest_but(view.world, view.stations, taxi, car.node, &car.shunned).map(Goal::Station)
}

/// The nearest station in reach, not out of use.
fn nearest(view: &View<'_>, taxi: TaxiId, car: &Car) -> Option<StationId> {
    let fits = view.world.taxis[taxi].fits();
    let suits =
        |id: &StationId| view.stations.is_live(view.world, *id, fits) && view.reaches_station(taxi, car, *id);
    candidates(view, taxi, car).map(|(id, _)| id).find(suits)
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
        if best.is_none_or(|(least, _)| total < least) && view.reaches_station(taxi, car, id) {
            best = Some((total, id));
        }
    }
    best.map(|(_, id)| id)
}

/// The lowest price on arrival in reach, not out of use; the nearest of several.
fn cheapest(view: &View<'_>, taxi: TaxiId, car: &Car) -> Option<StationId> {
    let fits = view.world.taxis[taxi].fits();
    let mut best: Option<(Price, StationId)> = None;
    for (id, drive) in candidates(view, taxi, car) {
        let price = policy::price(view, taxi, id, view.now + drive);
        if best.is_none_or(|(least, _)| price < least)
            && view.stations.is_live(view.world, id, fits)
            && view.reaches_station(taxi, car, id)
        {
            best = Some((price, id));
        }
    }
    best.map(|(_, id)| id)
}

/// Writes down what each option in reach costs.
fn weigh(view: &View<'_>, taxi: TaxiId, car: &Car, logit: &Logit, options: &mut Vec<Priced>) {
    let world = view.world;
    let facts = &world.taxis[taxi];
    let charge = policy::charge(world, view.now, taxi, car);
    let need = (charge.target - charge.stored).max(Energy::ZERO);
    options.clear();
    let mut least = i64::MAX;
    if let Some(power) = facts.home_power.filter(|_| view.reaches(taxi, car, facts.home)) {
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
    let in_reach = |&(id, _): &(StationId, Duration)| view.reaches_station(taxi, car, id);
    for (id, drive) in candidates(view, taxi, car).filter(in_reach).take(logit.stations) {
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

/// What a driver's liking adds to an option at this turn, in scales of the logit.
fn luck(world: &World, taxi: TaxiId, turn: u32, goal: Goal) -> f64 {
    let option = match goal {
        Goal::Home => 0,
        Goal::Station(id) => world.stations[id].key,
    };
    world.chance.gumbel(Purpose::Choice, rng::key(&[taxi.0.into(), turn.into(), option]))
}

/// One option with the probabilities of the logit: that of the greatest utility with its Gumbel number, so that one
/// more option changes the choice only to itself.
fn draw(options: &[Priced], scale: f64, luck: impl Fn(Goal) -> f64) -> Option<Goal> {
    let mut best: Option<(f64, Goal)> = None;
    for &(goal, cost) in options {
        let utility = luck(goal) - cost.as_tiyn() as f64 / scale;
        if best.is_none_or(|(most, _)| utility > most) {
            best = Some((utility, goal));
        }
    }
    best.map(|(_, goal)| goal)
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
    use crate::rng::Streams;

    #[test]
    fn an_option_is_as_likely_as_the_logit_says() {
        let options =
            [0, 300, 600].map(|kzt| (Goal::Station(StationId(kzt)), Money::from_kzt_f64(f64::from(kzt))));
        let streams = Streams::new(1, 0);
        let luck = |turn: u32| {
            move |goal| {
                let Goal::Station(StationId(option)) = goal else { return 0.0 };
                streams.gumbel(Purpose::Choice, rng::key(&[turn.into(), option.into()]))
            }
        };
        let mut counts = [0.0; 3];
        let draws = 100_000;
        for turn in 0..draws {
            let Some(Goal::Station(StationId(kzt))) = draw(&options, 30_000.0, luck(turn)) else { continue };
            counts[kzt as usize / 300] += 1.0 / f64::from(draws);
        }
        let sum: f64 = (0..3).map(|scales| libm::exp(-f64::from(scales))).sum();
        for (scales, share) in counts.into_iter().enumerate() {
            let exact = libm::exp(-(scales as f64)) / sum;
            assert!((share - exact).abs() < 0.006, "{scales} scales above the best: {share}, not {exact}");
        }
        assert_eq!(draw(&[], 1.0, luck(0)), None);
        for turn in 0..1_000 {
            // One more option takes choices to itself alone.
            let (two, three) =
                (draw(&options[..2], 30_000.0, luck(turn)), draw(&options, 30_000.0, luck(turn)));
            assert!(three == two || three == Some(options[2].0), "{two:?} {three:?}");
        }
    }
}
