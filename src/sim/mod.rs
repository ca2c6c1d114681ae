//! The engine: one loop over an agenda, one function that changes a taxi's activity.
//!
//! The engine cannot fail on a compiled world. What happens at one instant, happens in this order: sessions
//! end, taxis act, rides are requested, walk-ins arrive, patience runs out; within each, by id.

mod agenda;
mod batch;
mod charging;
mod choice;
mod driving;
mod nearby;
mod policy;
mod rides;
mod session;
mod station;
mod street;
mod taxi;

use crate::ids::{DistrictId, Id, IdVec, PlugId, StationId, StreamId, TaxiId};
use crate::observe::{Observation, Observer};
use crate::rng::{Purpose, Stream};
use crate::units::{Duration, Energy, Money, Power, Time, Volume};
use crate::world::{Choice, Fuel, Ride, WalkIns, World};
use agenda::Agenda;
use choice::Priced;
use nearby::Nearby;
use policy::View;
use session::Session;
use station::{Clock, GuestId, Stations};
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

/// Runs a world to its horizon and tells the observer all that happens.
///
/// `beat` is called now and then with the simulated time and the number of events since the last call.
pub fn run<O: Observer>(world: &World, observer: &mut O, beat: &mut dyn FnMut(Time, u64)) -> Outcome {
    let mut engine = Engine::new(world, observer);
    engine.start();
    let mut events = 0;
    loop {
        let before = events;
        while events < before + BEAT && engine.step() {
            events += 1;
        }
        if events < before + BEAT {
            beat(world.horizon, events - before);
            break;
        }
        beat(engine.now, BEAT);
    }
    engine.now = world.horizon;
    let (stored, tanks) = engine.finish();
    Outcome { events, stored, tanks }
}

/// What is due when a slot's time comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Slot {
    /// A session at a plug ends, or its power changes.
    Plug(PlugId),
    /// A taxi's activity ends.
    Taxi(TaxiId),
    /// The next ride is requested.
    NextRide,
    /// Waiting passengers and idle taxis are matched.
    Batch,
    /// The next visitor of a stream arrives.
    WalkIn(StreamId),
    /// The patience of a passenger or a walk-in runs out.
    Patience(Clock),
}

/// Which slot of the agenda belongs to whom: each kind's first slot.
#[derive(Clone, Copy, Debug)]
struct Slots {
    taxis: usize,
    next_ride: usize,
    streams: usize,
    clocks: usize,
}

impl Slots {
    fn new(world: &World) -> Self {
        let taxis = world.plugs.len();
        let next_ride = taxis + world.taxis.len();
        // The slot between exists only where passengers are matched in batches.
        let streams = next_ride + 1 + usize::from(world.batch.is_some());
        Self { taxis, next_ride, streams, clocks: streams + world.streams.len() }
    }

    #[inline]
    fn whose(&self, slot: usize) -> Slot {
        if slot < self.taxis {
            Slot::Plug(PlugId::new(slot))
        } else if slot < self.next_ride {
            Slot::Taxi(TaxiId::new(slot - self.taxis))
        } else if slot == self.next_ride {
            Slot::NextRide
        } else if slot < self.streams {
            Slot::Batch
        } else if slot < self.clocks {
            Slot::WalkIn(StreamId::new(slot - self.streams))
        } else {
            Slot::Patience(Clock((slot - self.clocks) as u32))
        }
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
    stay: Stream,
    patience: Stream,
}

impl Feed {
    fn new(world: &World, id: StreamId) -> Self {
        let chance = |purpose| world.chance.get(purpose, id.index() as u64);
        Self {
            facts: world.streams[id].clone(),
            arrivals: chance(Purpose::Arrivals),
            stay: chance(Purpose::Stay),
            patience: chance(Purpose::Patience),
        }
    }
}

/// The state of a run.
struct Engine<'a, O> {
    world: &'a World,
    observer: &'a mut O,
    now: Time,
    agenda: Agenda,
    slots: Slots,
    stations: Stations,
    sessions: IdVec<PlugId, Session>,
    /// When each plug's session began.
    plugged_in: IdVec<PlugId, Time>,
    cars: IdVec<TaxiId, Car>,
    drivers: IdVec<TaxiId, Stream>,
    /// Where drivers go to charge, if by chance; nothing otherwise.
    lucks: IdVec<TaxiId, Stream>,
    /// Waits that drivers without the app know of, by station; nothing where all have it.
    learned: IdVec<StationId, Duration>,
    /// Where drivers may stop early, what each draws for that.
    stopping: IdVec<TaxiId, Stream>,
    /// Where drivers look for a better place, what each draws for that.
    repositioning: IdVec<TaxiId, Stream>,
    /// Where it matters, how many taxis are idle in each district.
    idle_in: IdVec<DistrictId, u32>,
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
    /// Scratch for a driver's choice.
    options: Vec<Priced>,
    /// How many sessions of each district draw less than they would, where the grid is limited.
    curtailed: IdVec<DistrictId, u32>,
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
            shunned: [None; 4],
        });
        let streams = |purpose, wanted: bool| {
            let taxis = world.taxis.ids().filter(move |_| wanted);
            taxis.map(|taxi| world.chance.get(purpose, taxi.index() as u64)).collect()
        };
        Self {
            world,
            observer,
            now: Time::START,
            agenda: Agenda::new(slots.next_ride..slots.clocks),
            slots,
            stations: Stations::new(world),
            sessions: world.plugs.iter().map(|_| Session::none()).collect(),
            plugged_in: world.plugs.iter().map(|_| Time::START).collect(),
            cars: cars.collect(),
            drivers: streams(Purpose::Driver, true),
            lucks: streams(Purpose::Choice, matches!(world.charging.choice, Choice::Logit(_))),
            stopping: streams(Purpose::Stopping, world.habits.stopping.is_some()),
            repositioning: streams(Purpose::Repositioning, world.lures.is_some()),
            idle_in: world.districts.iter().filter(|_| world.lures.is_some()).map(|_| 0).collect(),
            learned: match world.charging.new_wait_ppm {
                Some(_) => world.stations.iter().map(|_| Duration::ZERO).collect(),
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
            options: Vec::new(),
            curtailed: world.districts.iter().map(|_| 0).collect(),
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
            self.schedule_walk_in(stream);
        }
        self.schedule_ride();
    }

    /// Goes on to the next event and does what is due; false if there is none before the horizon.
    #[inline(always)]
    fn step(&mut self) -> bool {
        let (now, slot) = self.agenda.next();
        if now >= self.world.horizon {
            return false;
        }
        self.now = now;
        self.act(slot);
        true
    }

    /// Does what is due.
    #[inline(always)]
    fn act(&mut self, slot: usize) {
        match self.slots.whose(slot) {
            Slot::Plug(plug) => self.session_changes(plug),
            Slot::Taxi(taxi) => self.move_on(taxi),
            Slot::NextRide => self.request(),
            Slot::Batch => self.match_batch(),
            Slot::WalkIn(stream) => self.walk_in(stream),
            Slot::Patience(clock) => self.lose_patience(clock),
        }
    }

    /// What drivers can look at.
    fn view(&self) -> View<'_> {
        View { world: self.world, stations: &self.stations, learned: &self.learned, now: self.now }
    }

    #[inline]
    fn tell(&mut self, what: Observation) {
        self.observer.observe(self.now, what);
    }

    /// Closes the books at the horizon and returns what is left in all batteries and tanks.
    fn finish(&mut self) -> (Energy, Volume) {
        self.finish_rides();
        self.finish_visits();
        for taxi in self.world.taxis.ids() {
            self.settle(taxi);
        }
        (self.cars.iter().map(|car| car.stored).sum(), self.cars.iter().map(|car| car.tank).sum())
    }
}
