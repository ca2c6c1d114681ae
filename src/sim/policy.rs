//! How drivers decide: these functions look and answer, and change nothing.
//!
//! They weigh in milliseconds and break ties by the order in which they look: the nearest first, then by id.

use super::session::Charge;
use super::station::Stations;
use super::taxi::Car;
use crate::ids::{NodeId, StationId, TaxiId};
use crate::rng::Stream;
use crate::units::{Duration, Energy, Power, Time};
use crate::world::{Fuel, World};

/// The charge at which a session of this taxi stops.
pub(crate) fn target(world: &World, taxi: TaxiId) -> Energy {
    let capacity = world.models[world.taxis[taxi].model].battery.capacity;
    full(world.habits.stop_at.of(capacity), capacity)
}

/// A target that a session which ends within the millisecond cannot overshoot beyond the capacity: at most
/// a kilojoule below it, which is a millisecond at a megawatt.
pub(crate) fn full(target: Energy, capacity: Energy) -> Energy {
    target.min(capacity - Energy::from_millijoules(1_000_000))
}

/// The nearest station with a plug that fits a taxi.
pub(crate) fn nearest(world: &World, taxi: TaxiId, from: NodeId) -> Option<StationId> {
    nearest_but(world, taxi, from, &[])
}

/// The nearest station with a plug that fits a taxi, except some.
pub(crate) fn nearest_but(
    world: &World,
    taxi: TaxiId,
    from: NodeId,
    except: &[Option<StationId>],
) -> Option<StationId> {
    let inlet = world.taxis[taxi].inlet;
    let suits =
        |&station: &StationId| world.stations[station].fits(inlet) && !except.contains(&Some(station));
    world.stations_from[from].iter().copied().find(suits)
}

/// The station with the least sum of drive, visible wait and charging time, except those just left.
pub(crate) fn station(
    world: &World,
    stations: &Stations,
    now: Time,
    taxi: TaxiId,
    car: &Car,
) -> Option<StationId> {
    let facts = &world.taxis[taxi];
    let (target, cold) = (target(world, taxi), world.conditions.cold(now));
    let charge = Charge { model: facts.model, stored: car.stored, target, cold };
    let least_charge = charge.time(world, UNLIMITED, true);
    let mut best: Option<(Duration, StationId)> = None;
    for &id in &world.stations_from[car.node] {
        let station = &world.stations[id];
        let Some(place) = &station.place else { continue };
        let drive = world.drive_time(now, world.travel.way(car.node, place.node).free_flow);
        if best.is_some_and(|(least, _)| drive + least_charge >= least) {
            // Stations come by rising time, so that no later one can be better.
            break;
        }
        if !station.fits(facts.inlet) || car.shunned.contains(&Some(id)) {
            continue;
        }
        let Some(outlook) = outlook(world, stations, id, facts.inlet.bit(), charge) else { continue };
        let total = drive + outlook.wait + outlook.charge;
        if best.is_none_or(|(least, _)| total < least) {
            best = Some((total, id));
        }
    }
    best.map(|(_, id)| id)
}

/// A free plug that fits, near enough for an idle electric taxi to make use of the time.
pub(crate) fn opportunity(world: &World, stations: &Stations, taxi: TaxiId, car: &Car) -> Option<StationId> {
    let facts = &world.taxis[taxi];
    if facts.fuel != Fuel::Electric {
        return None;
    }
    let capacity = world.models[facts.model].battery.capacity;
    if car.stored >= world.habits.opportunity_below.of(capacity).min(target(world, taxi)) {
        return None;
    }
    let fits = facts.inlet.bit();
    let is_free = |station: &StationId| stations.free_plug(*station, fits).is_some();
    world.stations_near[car.node].iter().copied().find(is_free)
}

/// Whether a visitor who comes to charge sees the queue and leaves at once: logistic in the expected wait.
#[inline(never)]
pub(crate) fn balks(
    world: &World,
    stations: &Stations,
    station: StationId,
    fits: u8,
    charge: Charge,
    chance: &mut Stream,
) -> bool {
    let Some(outlook) = outlook(world, stations, station, fits, charge) else { return false };
    if outlook.wait == Duration::ZERO {
        return false;
    }
    let (half, spread) = world.habits.balk;
    let excess = (outlook.wait - half).as_secs_f64() / spread.as_secs_f64();
    chance.uniform() * (1.0 + libm::exp(-excess)) < 1.0
}

/// No limit but the battery's own.
const UNLIMITED: Power = Power::watts(i64::MAX);

/// What a driver at a station's entrance expects.
struct Outlook {
    wait: Duration,
    charge: Duration,
}

/// The expected wait and charging time; `None` where no plug fits or the plug gives no energy.
///
/// Without a free plug the wait is the visible queue, the driver included, as sessions like the driver's
/// own over all plugs that fit. A cabinet counts as shared with nobody.
fn outlook(world: &World, stations: &Stations, id: StationId, fits: u8, charge: Charge) -> Option<Outlook> {
    let station = &world.stations[id];
    let free = stations.free_plug(id, fits);
    let fitting = || station.each_plug().filter(|&plug| world.plugs[plug].fits & fits != 0);
    let plug = &world.plugs[free.or_else(|| fitting().next())?];
    let charge = charge.time(world, plug.power?.min(world.cabinets[plug.cabinet].power), plug.direct);
    let wait = match free {
        Some(_) => Duration::ZERO,
        None => {
            let ahead = i64::from(stations.waiting(id)) + 1;
            Duration::from_millis(charge.as_millis() * ahead / fitting().count() as i64)
        }
    };
    Some(Outlook { wait, charge })
}
