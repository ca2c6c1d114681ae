//! The engine: one loop over an agenda, one function that changes a taxi's activity.
//!
//! The engine cannot fail on a compiled world, but by a [`Standstill`]. What happens at one instant, happens in this order: sessions
//! end, taxis act, rides are requested, walk-ins arrive, patience runs out; within each, by id.

mod agenda;
mod batch;
mod charging;
mod choice;
mod driving;
mod faults;
mod nearby;
mod overtime;
mod policy;
mod power;
mod reservations;
mod rides;
mod session;
mod station;
mod street;
mod taxi;

use crate::ids::{DistrictId, Id, IdVec, PlugId, StationId, StreamId, TaxiId};
use crate::observe::{Observation, Observer};
use crate::rng::{Purpose, Stream};
use crate::units::{Duration, Energy, Money, Power, Time, Volume};
use crate::world::{FINE, Fuel, Need, Ride, WalkIns, World};
use agenda::{Agenda, Next};
use choice::Priced;
use faults::Wearing;
use nearby::Nearby;
use overtime::Reporter;
use policy::View;
use session::Session;
use station::{Clock, Guest, GuestId, Stations};
use std::collections::BTreeMap;
use taxi::{Activity, Car, Order, Trip};

/// Calls between two beats of a run.
const BEAT: u64 = 1 << 16;

/// What a run leaves behind besides its observations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// How many events the agenda gave.
    pub events: u64,
    /// The energy in all taxis' batteries at the horizon.
    pub stored: Energy,
    /// The fuel in their tanks.
    pub tanks: Volume,
}

/// Who acts in a run: each has one slot of the agenda, or waits by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entity {
    /// The session or the reservation at a plug.
    Plug(PlugId),
    /// A taxi with its driver.
    Taxi(TaxiId),
    /// The faults and repairs of a plug.
    Fault(PlugId),
    /// A planned outage of a station.
    Outage(StationId),
    /// Requests for rides.
    Requests,
    /// Matching in batches.
    Batches,
    /// A stream of walk-ins.
    Stream(StreamId),
    /// Somebody's patience.
    Patience,
}

/// Why a run ended before its horizon: one entity acted more than [`MOST_AT_ONCE`] times while the clock stood still, and
/// would have gone on for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standstill {
    /// Who acted.
    pub entity: Entity,
    /// When.
    pub at: Time,
}

/// So often an entity may act at one instant: far more than any checked scenario makes one, whose drivers try some hundred
/// stations at most.
pub const MOST_AT_ONCE: u32 = 1_000;

/// After so many events a run looks whether the clock has moved.
const WATCH: u64 = 1 << 10;

/// Runs a world to its horizon and tells the observer all that happens; then goes on until the measured visits have ended,
/// and tells only how they did.
///
/// `beat` is called now and then with the simulated time and the number of events since the last call.
///
/// # Errors
///
/// Returns who acts without end at one instant. No checked scenario is known to do so; the guard keeps one that does from
/// running for ever.
pub fn run<O: Observer>(
    world: &World,
    observer: &mut O,
    beat: &mut dyn FnMut(Time, u64),
) -> Result<Outcome, Standstill> {
    let mut engine = Engine::new(world, observer);
    engine.start();
    let mut events = engine.run(beat)?;
    engine.now = world.horizon;
    let (stored, tanks) = engine.finish();
    if engine.reporter.waits() {
        engine.go_on();
        events += engine.run(&mut |_, more| beat(world.horizon, more))?;
        engine.now = world.closes;
        engine.reporter.give_up(world.closes);
    }
    Ok(Outcome { events, stored, tanks })
}

/// Which slot of the agenda belongs to whom: each kind's first slot.
#[derive(Clone, Copy, Debug)]
struct Slots {
    taxis: usize,
    faults: usize,
    outages: usize,
    next_ride: usize,
    streams: usize,
    clocks: usize,
}

impl Slots {
    fn new(world: &World) -> Self {
        let taxis = world.plugs.len();
        let faults = taxis + world.taxis.len();
        let outages = faults + if world.faults.wear.is_some() { world.plugs.len() } else { 0 };
        let next_ride = outages + world.faults.outages.len();
        // The slot between exists only where passengers are matched in batches.
        let streams = next_ride + 1 + usize::from(world.batch.is_some());
        Self { taxis, faults, outages, next_ride, streams, clocks: streams + world.streams.len() }
    }
}

/// Who waits by a clock.
#[derive(Clone, Copy, Debug)]
enum Waiter {
    Nobody,
    Passenger(Order),
    WalkIn(GuestId),
}

/// A stream of walk-ins with its random streams.
#[derive(Debug)]
struct Feed {
    facts: WalkIns,
    arrivals: Stream,
    /// From the next arrival to the one after, in parts of a millisecond, and how long the next stays if it comes for a
    /// time.
    ///
    /// Both are drawn ahead: which event comes next hangs on them, and the processor need not wait for a
    /// logarithm to know.
    gap: i64,
    next_stay: Duration,
    stay: Stream,
    patience: Stream,
    /// What whole milliseconds have left of the spans between arrivals: it is carried on, so that no rate is changed by
    /// rounding.
    rest: i64,
    /// What its visitors have in common.
    guest: Guest,
}

impl Feed {
    fn new(world: &World, id: StreamId) -> Self {
        let chance = |purpose| world.chance.get(purpose, world.streams[id].key);
        let facts = world.streams[id].clone();
        let mut arrivals = chance(Purpose::Arrivals);
        let mut feed = Self {
            guest: Guest::of_stream(id, &facts),
            gap: facts.gap.draw_fine(&mut arrivals),
            rest: 0,
            facts,
            arrivals,
            next_stay: Duration::ZERO,
            stay: chance(Purpose::Stay),
            patience: chance(Purpose::Patience),
        };
        if let Need::Stay(law) = &feed.facts.need {
            feed.next_stay = law.draw(&mut feed.stay);
        }
        feed
    }

    #[inline(always)]
    fn draw_ahead(&mut self) {
        if !self.facts.returns {
            self.gap = self.facts.gap.draw_fine(&mut self.arrivals);
        }
        if let Need::Stay(law) = &self.facts.need {
            self.next_stay = law.draw(&mut self.stay);
        }
    }

    /// From now to the next arrival, in whole milliseconds.
    #[inline(always)]
    fn next_in(&mut self) -> Duration {
        let due = self.rest + self.gap;
        self.rest = due & (FINE - 1);
        Duration::from_millis(due >> FINE.ilog2())
    }

    /// The same, in the rhythm of the city for private cars.
    fn next_from(&mut self, world: &World, now: Time) -> Duration {
        match self.facts.need {
            Need::Stay(_) | Need::Energy(_) => self.next_in(),
            Need::Charge(_) => {
                let (next, beyond) = world.private.rhythm.after_fine(now, self.rest + self.gap);
                self.rest = -beyond;
                next
            }
        }
    }
}

/// The state of a run.
struct Engine<'a, O> {
    world: &'a World,
    reporter: Reporter<'a, O>,
    now: Time,
    /// Rides are requested up to here: the horizon, and beyond it the end of the run.
    until: Time,
    agenda: Agenda,
    slots: Slots,
    stations: Stations,
    sessions: IdVec<PlugId, Session>,
    cars: IdVec<TaxiId, Car>,
    /// Waits that drivers without the app know of, by station; nothing where all have it.
    learned: IdVec<StationId, Duration>,
    /// Where it matters, how many taxis are idle in each district.
    idle_in: IdVec<DistrictId, u32>,
    /// Where it matters, how many passengers wait in each district.
    waiting_in: IdVec<DistrictId, u32>,
    /// Plugs that fail; nothing where none does.
    wearing: IdVec<PlugId, Wearing>,
    feeds: IdVec<StreamId, Feed>,
    /// Taxis with access to bus lanes that are driving, if there are lanes.
    on_lanes: u32,
    /// Taxis that wait for a ride.
    idle: Nearby,
    /// Passengers that wait for a taxi, by their clock.
    passengers: Nearby,
    clocks: Vec<Waiter>,
    unused_clocks: Vec<Clock>,
    /// The requests of the day, and how many of them were made.
    today: Vec<Ride>,
    made: usize,
    day: i64,
    rides: u32,
    visits: u32,
    /// Taxis that could not take the ride just offered and should charge.
    weak: Vec<TaxiId>,
    /// Who could take whom in a batch, and at what cost.
    pairs: Vec<batch::Pair>,
    /// Scratch for drivers who leave a queue.
    leaving: Vec<Guest>,
    /// Scratch for a driver's choice.
    options: Vec<Priced>,
    /// How many sessions of each district draw less than they would, where the grid is limited.
    curtailed: IdVec<DistrictId, u32>,
    /// What the sessions of each district draw, where the grid is limited.
    drawn: IdVec<DistrictId, Power>,
    /// Scratch for sharing power.
    powers: Vec<Power>,
}

impl<'a, O: Observer> Engine<'a, O> {
    fn new(world: &'a World, observer: &'a mut O) -> Self {
        let slots = Slots::new(world);
        let cars = world.taxis.iter().map(|taxi| Car {
            activity: Activity::OffShift,
            since: Time::START,
            settled: Time::START,
            node: taxi.home,
            trip: Trip::none(taxi.home),
            lane: None,
            zone_paid: None,
            runs_dry: false,
            stored: if taxi.fuel == Fuel::Electric { taxi.stored_at_start } else { Energy::ZERO },
            shift_ends: Time::START,
            shift_began: Time::START,
            earned: Money::ZERO,
            driver: 0,
            tank: if taxi.fuel == Fuel::Electric { Volume::ZERO } else { taxi.tank_at_start },
            attempts: 0,
            patient_until: Time::NEVER,
            shunned: [None; 4],
            visits: 0,
            choices: 0,
            stops: 0,
            moves: 0,
        });
        let counts = |wanted: bool| world.districts.iter().filter(|_| wanted).map(|_| 0).collect();
        Self {
            world,
            reporter: Reporter::new(observer),
            now: Time::START,
            until: world.horizon,
            agenda: Agenda::new(slots.next_ride..slots.clocks, world.horizon, world.closes),
            slots,
            stations: Stations::new(world),
            sessions: world.plugs.iter().map(|_| Session::none()).collect(),
            cars: cars.collect(),
            idle_in: counts(world.lures.is_some() || world.surge.is_some()),
            waiting_in: counts(world.surge.is_some()),
            learned: match world.charging.new_wait_ppm {
                Some(_) => world.stations.iter().map(|_| Duration::ZERO).collect(),
                None => IdVec::new(),
            },
            wearing: match world.faults.wear {
                Some(_) => world.plugs.ids().map(|plug| Wearing::new(world, plug)).collect(),
                None => IdVec::new(),
            },
            feeds: world.streams.ids().map(|stream| Feed::new(world, stream)).collect(),
            on_lanes: 0,
            idle: Nearby::new(world.nodes.len(), world.taxis.len()),
            passengers: Nearby::new(world.nodes.len(), 0),
            clocks: Vec::new(),
            unused_clocks: Vec::new(),
            today: Vec::new(),
            made: 0,
            day: -1,
            rides: 0,
            visits: 0,
            weak: Vec::new(),
            pairs: Vec::new(),
            leaving: Vec::new(),
            options: Vec::new(),
            curtailed: world.districts.iter().map(|_| 0).collect(),
            drawn: world.districts.iter().map(|_| Power::ZERO).collect(),
            powers: Vec::new(),
        }
    }

    /// Writes each entity's first event.
    fn start(&mut self) {
        for taxi in self.world.taxis.ids() {
            let starts = self.world.taxis[taxi].shift.first_start();
            self.agenda.set(self.slots.taxis + taxi.index(), starts);
        }
        for stream in self.world.streams.ids() {
            let feed = &mut self.feeds[stream];
            let first = feed.next_from(self.world, self.now);
            feed.gap = feed.facts.gap.draw_fine(&mut feed.arrivals);
            self.agenda.set_source(self.slots.streams + stream.index(), self.now + first);
        }
        self.schedule_ride();
        self.schedule_faults();
    }

    /// Goes on from the horizon to the end of the run.
    fn go_on(&mut self) {
        self.reporter.close();
        self.agenda.go_on();
        self.until = self.world.closes;
        self.schedule_ride();
    }

    /// Does what is due while there is anything, after the horizon while a visit is followed up, which is asked now and
    /// then; returns the number of events. `beat` is that of [`run`].
    ///
    /// There is one copy of this loop, so that what it calls once is part of it: with a copy for each side of the horizon
    /// M/M/10 ran 2 % slower.
    #[inline(never)]
    fn run(&mut self, beat: &mut dyn FnMut(Time, u64)) -> Result<u64, Standstill> {
        let (mut events, mut told) = (0, 0);
        while self.reporter.goes_on() {
            let before = self.now;
            let mut left = WATCH;
            while left > 0 && self.step() {
                left -= 1;
            }
            events += WATCH - left;
            if left > 0 {
                break;
            }
            if self.now == before {
                events += self.watch()?;
            }
            if events - told >= BEAT {
                beat(self.now, events - told);
                told = events;
            }
        }
        beat(self.until, events - told);
        Ok(events)
    }

    /// Goes on to the next event and does what is due; false if there is none before the horizon, or the end of the run.
    #[inline(always)]
    fn step(&mut self) -> bool {
        match self.agenda.next() {
            Some(Next::Source(now, slot)) => {
                self.now = now;
                self.act_for_source(slot);
                true
            }
            Some(Next::Entity(now, slot)) => {
                self.now = now;
                self.act_for_entity(slot);
                true
            }
            None => false,
        }
    }

    /// Goes on to the end of this instant, at which much happens, and counts who acts how often; returns the number of
    /// events. Many may act at one instant, such as all taxis that begin a shift, but each of them only so often.
    #[cold]
    #[inline(never)]
    fn watch(&mut self) -> Result<u64, Standstill> {
        let (at, mut events) = (self.now, 0);
        let mut acted: BTreeMap<usize, u32> = BTreeMap::new();
        while let Some(Next::Source(due, slot) | Next::Entity(due, slot)) = self.agenda.next() {
            if due > at {
                break;
            }
            let times = acted.entry(slot).or_default();
            *times += 1;
            if *times > MOST_AT_ONCE {
                return Err(Standstill { entity: self.entity(slot), at });
            }
            events += u64::from(self.step());
        }
        Ok(events)
    }

    /// Who acts by a slot.
    fn entity(&self, slot: usize) -> Entity {
        let slots = &self.slots;
        match slot {
            _ if slot < slots.taxis => Entity::Plug(PlugId::new(slot)),
            _ if slot < slots.faults => Entity::Taxi(TaxiId::new(slot - slots.taxis)),
            _ if slot < slots.outages => Entity::Fault(PlugId::new(slot - slots.faults)),
            _ if slot < slots.next_ride => {
                Entity::Outage(self.world.faults.outages[slot - slots.outages].station)
            }
            _ if slot == slots.next_ride => Entity::Requests,
            _ if slot < slots.streams => Entity::Batches,
            _ if slot < slots.clocks => Entity::Stream(StreamId::new(slot - slots.streams)),
            _ => Entity::Patience,
        }
    }

    /// The next visitor of a stream arrives, the next ride is requested, or a batch is matched.
    #[inline(always)]
    fn act_for_source(&mut self, slot: usize) {
        if slot >= self.slots.streams {
            self.walk_in(StreamId::new(slot - self.slots.streams));
        } else if slot == self.slots.next_ride {
            self.request();
        } else {
            self.match_batch();
        }
    }

    /// A session or a reservation ends or a power changes, a taxi's activity ends, or somebody's patience runs out.
    #[inline(always)]
    fn act_for_entity(&mut self, slot: usize) {
        if slot < self.slots.taxis {
            self.session_changes(PlugId::new(slot));
        } else if slot < self.slots.faults {
            self.move_on(TaxiId::new(slot - self.slots.taxis));
        } else if slot >= self.slots.clocks {
            self.lose_patience(Clock((slot - self.slots.clocks) as u32));
        } else if slot < self.slots.outages {
            self.fault_changes(PlugId::new(slot - self.slots.faults));
        } else {
            self.outage_changes(slot - self.slots.outages);
        }
    }

    /// What drivers can look at.
    #[inline]
    fn view(&self) -> View<'_> {
        View {
            world: self.world,
            stations: &self.stations,
            learned: &self.learned,
            on_lanes: self.on_lanes,
            now: self.now,
        }
    }

    #[inline]
    fn tell(&mut self, what: Observation) {
        self.reporter.tell(self.now, what);
    }

    /// Closes the books at the horizon and returns what is left in all batteries and tanks.
    fn finish(&mut self) -> (Energy, Volume) {
        self.finish_rides();
        self.finish_reservations();
        let charged = self.finish_visits();
        for taxi in self.world.taxis.ids() {
            self.settle(taxi);
        }
        let stored: Energy = self.cars.iter().map(|car| car.stored).sum();
        (stored + charged, self.cars.iter().map(|car| car.tank).sum())
    }
}
