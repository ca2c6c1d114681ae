//! Plugs and queues: who gets a plug, who waits, who is next.
//!
//! A station has three verbs: a guest may [`arrive`](Stations::arrive), [`leave`](Stations::leave) a plug, or
//! [`renege`](Stations::renege). It knows no battery and no clock.
//!
//! A guest is written to the plug it takes, or to the end of a line and from there to a plug. One that has left
//! its line or plug is no longer [present](Guest::is_present); a line closes over such gaps at its head,
//! and others when it would have to grow.

mod held;
mod line;
mod out;

use super::session::Charge;
use crate::ids::{Id, IdVec, ModelId, PlugId, StationId, StreamId, TaxiId, VisitId};
use crate::observe::{Visit, Visitor};
use crate::units::{Duration, Energy, Time};
use crate::world::{Cold, Inlet, Plug, WalkIns, World};
use held::Held;
use line::Line;
use out::Out;

/// What a visitor without a car fits: every plug.
pub(crate) const ANY: u8 = u8::MAX;

/// Where a guest waits. Visits are numbered in order of arrival, and so are those in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct GuestId {
    visit: VisitId,
    station: StationId,
    rank: u8,
}

impl GuestId {
    /// Where it waits.
    pub(crate) fn station(self) -> StationId {
        self.station
    }
}

/// Somebody who wants a plug, in whole words: it is copied from hand to line to plug, and smaller fields are
/// copied one by one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Guest {
    arrived: Time,
    /// How long it stays, in milliseconds, or what its battery stores, in millijoules.
    amount: i64,
    /// Up to what its battery is charged.
    target: Energy,
    /// The number of its visit, and the station.
    visit: Word,
    /// [Whose] it is, and the [clock](Self::clock) of its patience.
    whose: Word,
    /// What it [fits](Self::fits), its [model](Self::model), its [rank](Self::rank) and what is
    /// [native](Self::native) to it, a byte each; nothing for one who has left. Above them its [luck](Self::luck).
    traits: Word,
}

/// Two numbers in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Word(u64);

impl Word {
    const fn of(low: u32, high: u32) -> Self {
        Self((high as u64) << 32 | low as u64)
    }

    const fn low(self) -> u32 {
        self.0 as u32
    }

    const fn high(self) -> u32 {
        (self.0 >> 32) as u32
    }

    const fn with_low(self, low: u32) -> Self {
        Self::of(low, self.high())
    }

    const fn with_high(self, high: u32) -> Self {
        Self::of(self.low(), high)
    }
}

/// Who visits: a taxi, or above `WALK_IN` a visitor of a stream, which comes again if `RETURNS` is set.
///
/// The agenda has far fewer slots than either kind has numbers here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Whose(u32);

impl Whose {
    const WALK_IN: u32 = 1 << 31;
    const RETURNS: u32 = 1 << 30;

    const fn of(visitor: Visitor) -> Self {
        match visitor {
            Visitor::Taxi(taxi) => Self(taxi.0),
            Visitor::WalkIn(stream) => Self(Self::WALK_IN | stream.0),
        }
    }

    #[inline(always)]
    const fn visitor(self) -> Visitor {
        if self.0 < Self::WALK_IN { Visitor::Taxi(TaxiId(self.0)) } else { Visitor::WalkIn(self.stream()) }
    }

    #[inline(always)]
    const fn stream(self) -> StreamId {
        StreamId(self.0 & (Self::RETURNS - 1))
    }
}

/// The model of a visitor that comes for a time and not for energy.
const NO_MODEL: ModelId = ModelId(u8::MAX);

/// What a guest fits, its model, its rank, and what is native to it.
const fn traits(fits: u8, model: ModelId, rank: u8, native: u8) -> Word {
    Word::of(u32::from_le_bytes([fits, model.0, rank, native]), 0)
}

impl Guest {
    /// Nobody, at a free plug or where somebody waited.
    const NOBODY: Self = Self {
        arrived: Time::START,
        amount: 0,
        target: Energy::ZERO,
        visit: Word(0),
        whose: Word::of(Whose::WALK_IN, Clock::NONE.0),
        traits: Word(0),
    };

    /// A visitor that comes to charge, in a car with this inlet.
    pub(crate) fn to_charge(visit: Visit, charge: Charge, fits: u8, rank: u8) -> Self {
        let Visit { id, station, visitor, arrived } = visit;
        let Whose(whose) = Whose::of(visitor);
        let Charge { model, stored, target, cold: _, native } = charge;
        Self {
            arrived,
            amount: stored.as_millijoules(),
            target,
            visit: Word::of(id.0, station.0),
            whose: Word::of(whose, Clock::NONE.0),
            traits: traits(fits, model, rank, native),
        }
    }

    /// What the visitors of a stream have in common.
    pub(crate) fn of_stream(stream: StreamId, facts: &WalkIns) -> Self {
        let returns = if facts.returns { Whose::RETURNS } else { 0 };
        Self {
            visit: Word::of(0, facts.station.0),
            whose: Word::of(Whose::of(Visitor::WalkIn(stream)).0 | returns, Clock::NONE.0),
            traits: traits(ANY, NO_MODEL, facts.rank, 0),
            ..Self::NOBODY
        }
    }

    /// One of them, that charges a battery.
    pub(crate) fn charging(&self, id: VisitId, arrived: Time, charge: Charge, fits: u8) -> Self {
        let Charge { model, stored, target, cold: _, native } = charge;
        Self {
            arrived,
            amount: stored.as_millijoules(),
            target,
            visit: self.visit.with_low(id.0),
            traits: traits(fits, model, self.rank(), native),
            ..*self
        }
    }

    /// The same guest, whose luck at the plug is keyed by this number.
    pub(crate) fn with_luck(mut self, luck: u32) -> Self {
        self.traits = self.traits.with_high(luck);
        self
    }

    /// What keys its luck at the plug, if it comes to charge.
    pub(crate) fn luck(&self) -> u64 {
        self.traits.high().into()
    }

    /// One of them, that holds a plug.
    #[inline(always)]
    pub(crate) fn staying(&self, id: VisitId, arrived: Time, stay: Duration) -> Self {
        // Written out, so that the compiler knows of these that any plug fits and that there is nothing to charge. Their
        // common guest has number 0.
        Self {
            arrived,
            amount: stay.as_millis(),
            target: Energy::ZERO,
            visit: Word(self.visit.0 | u64::from(id.0)),
            whose: self.whose,
            traits: traits(ANY, NO_MODEL, self.rank(), 0),
        }
    }

    /// The stream to which it returns when it leaves.
    #[inline(always)]
    pub(crate) fn returns(&self) -> Option<StreamId> {
        let whose = Whose(self.whose.low());
        (whose.0 & Whose::RETURNS != 0).then(|| whose.stream())
    }

    /// Its visit.
    #[inline(always)]
    pub(crate) fn visit(&self) -> Visit {
        let visitor = Whose(self.whose.low()).visitor();
        Visit { id: self.number(), station: self.station(), visitor, arrived: self.arrived }
    }

    /// Where it stands, if it waits.
    #[inline(always)]
    pub(crate) fn id(&self) -> GuestId {
        GuestId { visit: self.number(), station: self.station(), rank: self.rank() }
    }

    /// How long it stays; none if it comes for energy, or has left.
    #[inline(always)]
    pub(crate) fn stay(&self) -> Option<Duration> {
        (self.model() == NO_MODEL).then(|| Duration::from_millis(self.amount))
    }

    /// The charge it came for, of a battery that is this cold; none if it comes for a time.
    pub(crate) fn charge(&self, cold: Cold) -> Option<Charge> {
        let stored = Energy::from_millijoules(self.amount);
        (self.model() != NO_MODEL).then_some(Charge {
            model: self.model(),
            stored,
            target: self.target,
            cold,
            native: self.native(),
        })
    }

    #[inline(always)]
    fn number(&self) -> VisitId {
        VisitId(self.visit.low())
    }

    #[inline(always)]
    fn station(&self) -> StationId {
        StationId(self.visit.high())
    }

    /// The clock of its patience, if it has one of its own.
    #[inline(always)]
    pub(crate) fn clock(&self) -> Clock {
        Clock(self.whose.high())
    }

    /// The inlets of the car, one bit each; all bits for a visitor without a car; none for one who has left.
    #[inline(always)]
    pub(crate) fn fits(&self) -> u8 {
        self.traits.0 as u8
    }

    #[inline(always)]
    fn model(&self) -> ModelId {
        ModelId((self.traits.0 >> 8) as u8)
    }

    /// The lowest goes first.
    #[inline(always)]
    fn rank(&self) -> u8 {
        (self.traits.0 >> 16) as u8
    }

    /// The inlets that it fits without an adapter.
    fn native(&self) -> u8 {
        (self.traits.0 >> 24) as u8
    }

    /// Whether it has not left. One that has fits no plug, so that a search for one that fits passes it by.
    #[inline]
    fn is_present(&self) -> bool {
        self.fits() != 0
    }

    /// It leaves its line or plug.
    #[inline(always)]
    fn go(&mut self) {
        self.traits = Word(0);
    }
}

/// A running patience: a slot of the agenda for one who waits and is no taxi.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Clock(pub(crate) u32);

impl Clock {
    /// No clock: for taxis, whose own slot holds their patience, and for those who wait for ever.
    pub(crate) const NONE: Self = Self(u32::MAX);
}

/// What becomes of a guest that arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arrival {
    /// It takes this free plug.
    Plug(PlugId),
    /// It waits.
    Queue,
    /// There is no place to wait, or no plug that fits.
    Refused,
}

/// What becomes of a plug whose guest leaves.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Departure {
    /// This guest takes it.
    Next(Guest),
    /// Nobody waits, or the plug is out of use.
    Nobody,
    /// Somebody waits, but the first of those does not fit or has left.
    Further,
}

/// The plugs and queues of all stations.
#[derive(Debug)]
pub(crate) struct Stations {
    out: Out,
    held: Held,
    places: IdVec<StationId, Place>,
    seats: IdVec<PlugId, Seat>,
    /// The lines of ranks other than a station's first, which are neighbours.
    later_lines: Vec<Line>,
    /// The first of them of each station.
    first_later_lines: IdVec<StationId, u32>,
    /// One bit for each plug of a station beyond its first 64: whether it is free.
    free_beyond: Vec<u64>,
}

/// What every visit to a station asks, in 64 bytes: what a line of the processor's cache holds.
#[derive(Clone, Debug)]
struct Place {
    /// One bit for each of the first 64 plugs: whether it is free.
    free: u64,
    /// Those of the first rank, who are all that wait at most stations.
    line: Line,
    waiting: u32,
    /// Places to wait.
    room: u32,
    first_plug: u32,
    plugs: u32,
    /// The station's first word in `free_beyond`, and how many it has.
    first_beyond: u32,
    beyond: u16,
    /// How many lines it has in `later_lines`.
    later_ranks: u16,
}

const _: () = assert!(size_of::<Place>() == 64 && size_of::<Seat>() == 64);

/// A plug, and who is plugged in since when.
#[derive(Clone, Copy, Debug)]
struct Seat {
    guest: Guest,
    since: Time,
    station: StationId,
    fits: u8,
    /// For how many reasons it is out of use: a fault, outages.
    out: u8,
}

impl Stations {
    /// All plugs free, all queues empty.
    pub(crate) fn new(world: &World) -> Self {
        let seat = |plug: &Plug| Seat {
            guest: Guest::NOBODY,
            since: Time::START,
            station: plug.station,
            fits: plug.fits,
            out: 0,
        };
        let mut stations = Self {
            out: Out::new(world),
            held: Held::new(world),
            places: IdVec::new(),
            first_later_lines: IdVec::new(),
            seats: world.plugs.iter().map(seat).collect(),
            later_lines: Vec::new(),
            free_beyond: Vec::new(),
        };
        for station in &world.stations {
            let plugs = station.plugs.end.index() - station.plugs.start.index();
            let bits = |word: usize| match plugs - 64 * word {
                rest @ 0..64 => (1 << rest) - 1,
                _ => u64::MAX,
            };
            let beyond = 1..plugs.div_ceil(64).max(1);
            let later_ranks = station.ranks.saturating_sub(1);
            stations.places.push(Place {
                free: bits(0),
                line: Line::new(),
                waiting: 0,
                room: station.room.unwrap_or(u32::MAX),
                first_plug: station.plugs.start.0,
                plugs: plugs as u32,
                first_beyond: stations.free_beyond.len() as u32,
                beyond: beyond.len() as u16,
                later_ranks: later_ranks.into(),
            });
            stations.first_later_lines.push(stations.later_lines.len() as u32);
            stations.free_beyond.extend(beyond.map(bits));
            stations.later_lines.extend(std::iter::repeat_with(Line::new).take(later_ranks.into()));
        }
        stations
    }

    /// How many wait at a station.
    #[inline]
    pub(crate) fn waiting(&self, station: StationId) -> u32 {
        self.places[station].waiting
    }

    /// How many plugs of a station are in use.
    #[inline]
    pub(crate) fn busy(&self, station: StationId) -> u32 {
        let place = &self.places[station];
        let beyond = &self.free_beyond[place.first_beyond as usize..][..usize::from(place.beyond)];
        let free: u32 = beyond.iter().chain([&place.free]).map(|bits| bits.count_ones()).sum();
        place.plugs - free - self.out.down(station) - self.held.count(station)
    }

    /// The first free plug of a station that fits.
    #[inline(always)]
    pub(crate) fn free_plug(&self, station: StationId, fits: u8) -> Option<PlugId> {
        let place = &self.places[station];
        if place.free == 0 && place.beyond == 0 {
            return None;
        }
        let first = self.first_that_fits(place.free, place.first_plug, fits);
        if first.is_some() {
            return first;
        }
        (0..u32::from(place.beyond)).find_map(|word| {
            let free = self.free_beyond[(place.first_beyond + word) as usize];
            self.first_that_fits(free, place.first_plug + 64 * (word + 1), fits)
        })
    }

    /// The first plug that fits among 64 from `first` on, of which `free` are free.
    #[inline(always)]
    fn first_that_fits(&self, mut free: u64, first: u32, fits: u8) -> Option<PlugId> {
        while free != 0 {
            let plug = PlugId(first + free.trailing_zeros());
            if fits == ANY || self.seats[plug].fits & fits != 0 {
                return Some(plug);
            }
            free &= free - 1;
        }
        None
    }

    /// Who is plugged in; nobody at a free plug.
    #[inline(always)]
    pub(crate) fn at_plug(&self, plug: PlugId) -> Option<&Guest> {
        Some(&self.seats[plug].guest).filter(|guest| guest.is_present())
    }

    /// Who is plugged in, or was last.
    #[inline(always)]
    pub(crate) fn occupant(&self, plug: PlugId) -> &Guest {
        &self.seats[plug].guest
    }

    /// Since when the plug has its guest, or when the last one came.
    #[inline(always)]
    pub(crate) fn plugged_in(&self, plug: PlugId) -> Time {
        self.seats[plug].since
    }

    /// A guest comes: takes the first free plug that fits, from `now` on, or waits, or is refused.
    #[inline(always)]
    pub(crate) fn arrive(&mut self, world: &World, guest: &Guest, now: Time) -> Arrival {
        let station = guest.station();
        if let Some(plug) = self.free_plug(station, guest.fits()) {
            self.flip(station, plug);
            let seat = &mut self.seats[plug];
            (seat.guest, seat.since) = (*guest, now);
            return Arrival::Plug(plug);
        }
        let place = &mut self.places[station];
        if place.waiting >= place.room || !any_fits(world, station, guest.fits()) {
            return Arrival::Refused;
        }
        place.waiting += 1;
        match guest.rank() {
            0 => place.line.join(guest),
            rank => self.later_line(station, rank).join(guest),
        }
        Arrival::Queue
    }

    /// The guest at a plug leaves; the first in the queue takes it from `now` on if it fits, or the plug is free, or
    /// stays out of use, or those [further back](Self::offer) are to be asked.
    #[inline(always)]
    pub(crate) fn leave(&mut self, plug: PlugId, now: Time) -> Departure {
        let seat = &mut self.seats[plug];
        seat.guest.go();
        if seat.out > 0 {
            return Departure::Nobody;
        }
        let station = seat.station;
        let place = &mut self.places[station];
        if place.waiting == 0 {
            self.flip(station, plug);
            return Departure::Nobody;
        }
        let Some(next) = place.line.take_first(seat.fits) else { return Departure::Further };
        place.waiting -= 1;
        (seat.guest, seat.since) = (next, now);
        Departure::Next(next)
    }

    /// The first of a queue that fits a plug takes it from `now` on and is returned, or the plug is free.
    #[inline(never)]
    pub(crate) fn offer(&mut self, plug: PlugId, now: Time) -> Option<Guest> {
        let seat = &mut self.seats[plug];
        let station = seat.station;
        let place = &mut self.places[station];
        let later = &mut self.later_lines[self.first_later_lines[station] as usize..];
        let lines = std::iter::once(&mut place.line).chain(&mut later[..usize::from(place.later_ranks)]);
        let next = { lines }.find_map(|line| line.take_first_that_fits(seat.fits));
        if let Some(next) = next {
            place.waiting -= 1;
            (seat.guest, seat.since) = (next, now);
        } else {
            self.flip(station, plug);
        }
        next
    }

    /// A guest gives up its place in the queue.
    pub(crate) fn renege(&mut self, id: GuestId) -> Guest {
        self.places[id.station].waiting -= 1;
        let line = self.line(id);
        let at = line.find(id.visit);
        line.take(at)
    }

    /// How many wait before a guest.
    pub(crate) fn before(&self, id: GuestId) -> usize {
        let first = |guest: &&Guest| (guest.rank(), guest.number()) < (id.rank, id.visit);
        self.all_waiting_at(id.station).filter(first).count()
    }

    /// Gives a waiting guest the clock of its patience.
    pub(crate) fn set_clock(&mut self, id: GuestId, clock: Clock) {
        let line = self.line(id);
        let at = line.find(id.visit);
        let guest = line.at(at);
        guest.whose = guest.whose.with_high(clock.0);
    }

    /// All that wait, station by station and rank by rank.
    pub(crate) fn all_waiting(&self) -> impl Iterator<Item = &Guest> {
        self.places.ids().flat_map(|station| self.all_waiting_at(station))
    }

    /// All that wait at a station.
    pub(crate) fn all_waiting_at(&self, station: StationId) -> impl Iterator<Item = &Guest> {
        let place = &self.places[station];
        let first_later = self.first_later_lines[station];
        let later = &self.later_lines[first_later as usize..][..usize::from(place.later_ranks)];
        std::iter::once(&place.line).chain(later).flat_map(Line::all)
    }

    fn line(&mut self, id: GuestId) -> &mut Line {
        match id.rank {
            0 => &mut self.places[id.station].line,
            rank => self.later_line(id.station, rank),
        }
    }

    fn later_line(&mut self, station: StationId, rank: u8) -> &mut Line {
        let first = self.first_later_lines[station];
        &mut self.later_lines[first as usize + usize::from(rank) - 1]
    }

    /// Makes a free plug busy, or a busy one free.
    #[inline(always)]
    fn flip(&mut self, station: StationId, plug: PlugId) {
        let place = &mut self.places[station];
        let offset = plug.0 - place.first_plug;
        if offset < 64 {
            place.free ^= 1 << offset;
        } else {
            let word = place.first_beyond + offset / 64 - 1;
            self.free_beyond[word as usize] ^= 1 << (offset % 64);
        }
    }
}

/// Whether a station has a plug for one of these inlets.
#[inline(always)]
fn any_fits(world: &World, station: StationId, fits: u8) -> bool {
    let suits = |&inlet: &Inlet| fits & inlet.bit() != 0 && world.stations[station].fits(inlet);
    fits == ANY || Inlet::ALL.iter().any(suits)
}
