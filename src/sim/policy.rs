//! How drivers decide: these functions look and answer, and change nothing.
//!
//! They weigh in milliseconds and break ties by the order in which they look: the nearest first, then by id.

use super::session::Charge;
use super::station::Stations;
use super::taxi::{Car, Trip};
use crate::ids::{DistrictId, IdVec, NodeId, PlugId, StationId, TaxiId};
use crate::observe::Doing;
use crate::rng::Stream;
use crate::units::{Duration, Energy, Length, Money, Price, Time};
use crate::world::{Fuel, Lane, Lures, Stopping, World};

/// What drivers can look at.
pub(crate) struct View<'a> {
    pub(crate) world: &'a World,
    pub(crate) stations: &'a Stations,
    /// The waits that drivers know of who do not see the queues; empty where all see them.
    pub(crate) learned: &'a IdVec<StationId, Duration>,
    /// Taxis with access to bus lanes that are driving, if there are lanes.
    pub(crate) on_lanes: u32,
    pub(crate) now: Time,
}

impl View<'_> {
    /// How quick the bus lanes are for a taxi that sets out now; none if it may not use them.
    #[inline]
    pub(crate) fn lane(&self, taxi: TaxiId) -> Option<Lane> {
        let lanes = self.world.lanes.as_ref()?;
        (self.world.taxis[taxi].fuel == Fuel::Electric).then(|| lanes.at(self.on_lanes))
    }

    /// Whether the charge of an electric taxi lasts for the drive to a node, if it sets out now.
    pub(crate) fn reaches(&self, taxi: TaxiId, car: &Car, to: NodeId) -> bool {
        Trip::of(self.world, taxi, car.node, to, self.now, self.lane(taxi)).energy <= car.stored
    }

    /// Whether its charge lasts for the drive to a station.
    pub(crate) fn reaches_station(&self, taxi: TaxiId, car: &Car, station: StationId) -> bool {
        self.world.stations[station].place.is_some_and(|place| self.reaches(taxi, car, place.node))
    }

    /// Whether its driver has a charger at home that the charge lasts for.
    pub(crate) fn reaches_own_charger(&self, taxi: TaxiId, car: &Car) -> bool {
        let facts = &self.world.taxis[taxi];
        facts.home_power.is_some() && self.reaches(taxi, car, facts.home)
    }

    /// Whether a driver may leave this station without running dry: there is another plug that the charge lasts for, or
    /// none at all, and the charge lasts for the way home.
    pub(crate) fn can_leave(&self, taxi: TaxiId, car: &Car, here: StationId) -> bool {
        let (world, facts) = (self.world, &self.world.taxis[taxi]);
        if self.reaches_own_charger(taxi, car) {
            return true;
        }
        let fits = facts.fits();
        let suits = |id: &&StationId| {
            **id != here && !car.shunned.contains(&Some(**id)) && self.stations.is_live(world, **id, fits)
        };
        let mut others = world.stations_from[car.node].iter().filter(suits).peekable();
        match others.peek() {
            Some(_) => others.any(|&id| self.reaches_station(taxi, car, id)),
            None => self.reaches(taxi, car, facts.home),
        }
    }
}

/// What a taxi with this charge wants of a plug.
pub(crate) fn charge(world: &World, now: Time, taxi: TaxiId, car: &Car) -> Charge {
    let facts = &world.taxis[taxi];
    let (target, cold) = (target(world, now, taxi, car), world.conditions.cold(now));
    Charge { model: facts.model, stored: car.stored, target, cold, native: facts.inlet.bit() }
}

/// The charge at which a session of this taxi stops: one that is worth its stop.
pub(crate) fn target(world: &World, now: Time, taxi: TaxiId, car: &Car) -> Energy {
    let capacity = world.models[world.taxis[taxi].model].battery.capacity;
    let worthwhile = car.stored + world.habits.least_gain.of(capacity);
    goal(world, now, taxi, car).max(worthwhile).min(world.habits.full(capacity))
}

/// The charge with which a driver wants to go on: a session stops there if it has gained enough.
fn goal(world: &World, now: Time, taxi: TaxiId, car: &Car) -> Energy {
    let facts = &world.taxis[taxi];
    let model = &world.models[facts.model];
    let most = world.habits.full(model.battery.capacity);
    match &world.charging.rest_of_shift {
        Some(rest) if facts.home_power.is_some() && !facts.shift.is_double() => {
            let left = (car.shift_ends - now).max(Duration::ZERO);
            let metres = rest.per_hour.as_metres() * left.as_millis() / Duration::HOUR.as_millis();
            most.min(rest.spare.of(model.battery.capacity) + model.needs.over(Length::metres(metres)))
        }
        Some(_) | None => most,
    }
}

/// The charge from which on a driver has nothing to gain at a plug, or too little for a stop.
pub(crate) fn enough(world: &World, now: Time, taxi: TaxiId, car: &Car) -> Energy {
    let capacity = world.models[world.taxis[taxi].model].battery.capacity;
    goal(world, now, taxi, car).min(world.habits.worthwhile_below(capacity))
}

/// The charge below which a driver goes to charge: the driver's own, or before a handover that of the next.
///
/// A session that stops below it is as much as the driver can have.
pub(crate) fn threshold(world: &World, now: Time, taxi: TaxiId, car: &Car) -> Energy {
    let facts = &world.taxis[taxi];
    let mut threshold = facts.threshold;
    if let Some((within, below)) = world.charging.before_handover
        && facts.shift.is_double()
        && car.shift_ends - now <= within
    {
        threshold = threshold.max(below.of(world.models[facts.model].battery.capacity));
    }
    threshold.min(enough(world, now, taxi, car))
}

/// The nearest station with a plug that fits a taxi.
pub(crate) fn nearest(world: &World, taxi: TaxiId, from: NodeId) -> Option<StationId> {
    let facts = &world.taxis[taxi];
    if facts.adapter {
        world.stations_from[from].first().copied()
    } else {
        world.refuges[from][facts.inlet as usize]
    }
}

/// The nearest station with a plug that fits a taxi and is not out of use, except some.
pub(crate) fn nearest_but(
    world: &World,
    stations: &Stations,
    taxi: TaxiId,
    from: NodeId,
    except: &[Option<StationId>],
) -> Option<StationId> {
    let fits = world.taxis[taxi].fits();
    let suits =
        |&station: &StationId| stations.is_live(world, station, fits) && !except.contains(&Some(station));
    world.stations_from[from].iter().copied().find(suits)
}

/// A free plug that fits, near enough for an idle electric taxi to make use of the time.
///
/// Without the app a driver tries the nearest station where drivers waited no longer than one would idle.
pub(crate) fn opportunity(view: &View<'_>, taxi: TaxiId, car: &Car) -> Option<StationId> {
    let world = view.world;
    let facts = &world.taxis[taxi];
    if facts.fuel != Fuel::Electric {
        return None;
    }
    let capacity = world.models[facts.model].battery.capacity;
    if car.stored >= world.habits.opportunity_below.of(capacity).min(enough(world, view.now, taxi, car)) {
        return None;
    }
    let fits = facts.fits();
    let seems_free = |station: &StationId| {
        if facts.has_app {
            view.stations.free_plug(*station, fits).is_some()
        } else {
            world.stations[*station].inlets & fits != 0
                && view.learned[*station] <= world.habits.opportunity_after
        }
    };
    let suits = |station: &StationId| seems_free(station) && view.reaches_station(taxi, car, *station);
    world.stations_near[car.node].iter().copied().find(suits)
}

/// Another station that the charge lasts for, where a queued driver would be served so much sooner that it is worth the
/// drive; the soonest of several. `before` wait before the driver here.
pub(crate) fn better_queue(
    view: &View<'_>,
    taxi: TaxiId,
    car: &Car,
    here: StationId,
    before: usize,
) -> Option<StationId> {
    let world = view.world;
    let jockey = world.charging.jockey.as_ref()?;
    let charge = charge(world, view.now, taxi, car);
    let own = expect(view, taxi, here, charge)?;
    // The visible queue is in proportion to those who wait; the driver is among them.
    let wait = own.wait.as_millis() * (before as i64 + 1) / (i64::from(view.stations.waiting(here)) + 1);
    let most = wait + own.charge.as_millis() - wait * jockey.saves_ppm / 1_000_000;
    let mut best = None;
    let mut most = Duration::from_millis(most);
    for &id in &world.stations_from[car.node] {
        let station = &world.stations[id];
        let Some(place) = station.place else { continue };
        let drive = world.drive_time(view.now, world.travel.way(car.node, place.node).free_flow);
        if drive >= most {
            break;
        }
        if id == here || station.inlets & world.taxis[taxi].fits() == 0 || car.shunned.contains(&Some(id)) {
            continue;
        }
        let Some(outlook) = expect(view, taxi, id, charge) else { continue };
        let total = drive + outlook.wait + outlook.charge;
        if total < most && view.reaches(taxi, car, place.node) {
            most = total;
            best = Some(id);
        }
    }
    best
}

/// Whether a driver who was cut off, or whose plug-in failed, still has less than would make a free plug an opportunity,
/// or than sends a driver to charge.
pub(crate) fn wants_more(world: &World, now: Time, taxi: TaxiId, car: &Car) -> bool {
    let capacity = world.models[world.taxis[taxi].model].battery.capacity;
    let tempting = world.habits.opportunity_below.of(capacity).min(enough(world, now, taxi, car));
    now < car.shift_ends && car.stored < tempting.max(threshold(world, now, taxi, car))
}

/// Whether a visitor who comes to charge sees the queue and leaves at once: logistic in the expected wait, of which a
/// uniform `share` is drawn.
#[inline(never)]
pub(crate) fn balks(
    world: &World,
    stations: &Stations,
    station: StationId,
    fits: u8,
    charge: Charge,
    share: f64,
) -> bool {
    let Some(outlook) = outlook(world, stations, station, fits, charge) else { return false };
    if outlook.wait == Duration::ZERO {
        return false;
    }
    let (half, spread) = world.habits.balk;
    let excess = (outlook.wait - half).as_secs_f64() / spread.as_secs_f64();
    share * (1.0 + libm::exp(-excess)) < 1.0
}

/// Whether a driver ends the shift now: a logit in the hours worked and in the income over the target.
#[inline(never)]
pub(crate) fn stops(stopping: &Stopping, worked: Duration, earned: Money, chance: &mut Stream) -> bool {
    let over = (earned - stopping.target).max(Money::ZERO).as_kzt_f64();
    let logit = stopping.at_start + stopping.per_hour * worked.as_hours_f64() + stopping.per_tenge * over;
    chance.uniform() * (1.0 + libm::exp(-logit)) < 1.0
}

/// The district in which a taxi without a passenger should wait, if it is another one than its own: a multinomial logit
/// on expected income, drawn as the greatest of the utilities with a Gumbel number added to each.
#[inline(never)]
pub(crate) fn better_district(
    world: &World,
    lures: &Lures,
    idle_in: &IdVec<DistrictId, u32>,
    now: Time,
    car: &Car,
    chance: &mut Stream,
) -> Option<DistrictId> {
    let own = world.nodes[car.node].district;
    let moment = lures.moment(world, now);
    let mut best: Option<(f64, DistrictId)> = None;
    for district in lures.ids() {
        // The taxi is one more wherever it is not idle yet.
        let counted = own == Some(district) && car.activity.doing() == Doing::Idle;
        let idle = idle_in[district] + u32::from(!counted);
        let income = lures.income(world, moment, car.node, district, idle);
        let utility = income.as_tiyn() as f64 / lures.spread - libm::log(chance.exponential());
        if best.is_none_or(|(most, _)| utility > most) {
            best = Some((utility, district));
        }
    }
    best.map(|(_, district)| district).filter(|&district| own != Some(district))
}

/// What a driver expects of a station.
pub(crate) struct Outlook {
    pub(crate) wait: Duration,
    pub(crate) charge: Duration,
}

/// What a driver far away expects: what the app shows, or else the wait that drivers had there before.
pub(crate) fn expect(view: &View<'_>, taxi: TaxiId, id: StationId, charge: Charge) -> Option<Outlook> {
    let facts = &view.world.taxis[taxi];
    let outlook = outlook(view.world, view.stations, id, facts.fits(), charge)?;
    Some(if facts.has_app { outlook } else { Outlook { wait: view.learned[id], ..outlook } })
}

/// The price that a driver expects at a station; where it follows the use of the plugs and none is seen, as if half of
/// them were in use.
pub(crate) fn price(view: &View<'_>, taxi: TaxiId, id: StationId, at: Time) -> Price {
    let busy = view.world.taxis[taxi].has_app.then(|| view.stations.busy(id));
    view.world.price(id, at, busy)
}

/// The expected wait and charging time at the entrance; `None` where no plug that works fits or the plug gives no energy.
///
/// Without a free plug the wait is the visible queue, the driver included, as sessions like the driver's
/// own over all plugs that fit. A cabinet counts as shared with nobody.
fn outlook(world: &World, stations: &Stations, id: StationId, fits: u8, charge: Charge) -> Option<Outlook> {
    let station = &world.stations[id];
    let free = stations.free_plug(id, charge.native & fits).or_else(|| stations.free_plug(id, fits));
    let of_use = |plug: PlugId, fits: u8| world.plugs[plug].fits & fits != 0 && !stations.is_out(plug);
    let fitting = |fits: u8| station.each_plug().filter(move |&plug| of_use(plug, fits));
    let first = || fitting(charge.native).next().or_else(|| fitting(fits).next());
    let plug = &world.plugs[free.or_else(first)?];
    let limit = charge.limit(world, plug)?.min(world.cabinets[plug.cabinet].power);
    let mut charge_time = charge.time(world, limit, plug.direct);
    if charge.needs_adapter(plug) {
        charge_time += world.charging.fitting;
    }
    let wait = match free {
        Some(_) => Duration::ZERO,
        None => {
            let ahead = i64::from(stations.waiting(id)) + 1;
            Duration::from_millis(charge_time.as_millis() * ahead / fitting(fits).count() as i64)
        }
    };
    Some(Outlook { wait, charge: charge_time })
}
