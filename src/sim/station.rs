//! Plugs and queues: who gets a plug, who waits, who is next.
//!
//! A station has three verbs: a guest may [`arrive`](Stations::arrive), [`leave`](Stations::leave) a plug, or
//! [`renege`](Stations::renege). It knows no battery and no clock. A guest is written down once, when it
//! arrives; from then on only its number moves.

use super::session::Wish;
use crate::ids::{Id, IdVec, PlugId, StationId};
use crate::observe::Visit;
use crate::world::{Inlet, World};

/// Nobody.
const NONE: u32 = u32::MAX;

/// What a visitor without a car fits: every plug.
pub(crate) const ANY: u8 = u8::MAX;

/// A guest that waits or is plugged in. The number is given anew when the guest has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct GuestId(u32);

/// Somebody who wants a plug.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Guest {
    pub(crate) visit: Visit,
    /// What it came for.
    pub(crate) wish: Wish,
    /// The clock of its patience, if it has one of its own.
    pub(crate) clock: Clock,
    /// The inlets of the car, one bit each; all bits for a visitor without a car.
    pub(crate) fits: u8,
    /// The lowest goes first.
    pub(crate) rank: u8,
}

/// A running patience: a slot of the agenda for one who waits and is no taxi.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Clock(pub(crate) u32);

impl Clock {
    /// No clock: for taxis, whose own slot holds their patience, and for those who wait for ever.
    pub(crate) const NONE: Self = Self(NONE);
}

/// What becomes of a guest that arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arrival {
    /// It takes this free plug.
    Plug(PlugId),
    /// It waits.
    Queue(GuestId),
    /// There is no place to wait, or no plug that fits.
    Refused,
}

/// The plugs and queues of all stations.
#[derive(Debug)]
pub(crate) struct Stations {
    /// One bit a plug: whether it is free. A station's bits begin at a word of their own.
    free: Vec<u64>,
    places: IdVec<StationId, Place>,
    /// One line for each station and rank, a station's lines being neighbours.
    lines: Vec<Line>,
    seats: IdVec<PlugId, Seat>,
    /// Everybody who waits or is plugged in, and unused entries.
    guests: Vec<Entry>,
    /// The first unused entry, the others linked behind it.
    unused: u32,
}

#[derive(Clone, Copy, Debug)]
struct Place {
    first_plug: u32,
    plugs: u32,
    first_word: u32,
    words: u32,
    first_line: u32,
    ranks: u32,
    waiting: u32,
}

/// A plug, and who is plugged in.
#[derive(Clone, Copy, Debug)]
struct Seat {
    station: StationId,
    guest: u32,
    fits: u8,
}

#[derive(Clone, Copy, Debug)]
struct Line {
    first: u32,
    last: u32,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    guest: Guest,
    before: u32,
    after: u32,
}

impl Stations {
    /// All plugs free, all queues empty.
    pub(crate) fn new(world: &World) -> Self {
        let mut stations = Self {
            free: Vec::new(),
            places: IdVec::new(),
            lines: Vec::new(),
            seats: world
                .plugs
                .iter()
                .map(|plug| Seat { station: plug.station, guest: NONE, fits: plug.fits })
                .collect(),
            guests: Vec::new(),
            unused: NONE,
        };
        for station in &world.stations {
            let plugs = station.plugs.end.index() - station.plugs.start.index();
            stations.places.push(Place {
                first_plug: station.plugs.start.0,
                plugs: plugs as u32,
                first_word: stations.free.len() as u32,
                words: plugs.div_ceil(64) as u32,
                ranks: station.ranks.into(),
                first_line: stations.lines.len() as u32,
                waiting: 0,
            });
            let bits = |word: usize| match plugs - 64 * word {
                rest @ 0..64 => (1 << rest) - 1,
                _ => u64::MAX,
            };
            stations.free.extend((0..plugs.div_ceil(64)).map(bits));
            let empty = Line { first: NONE, last: NONE };
            stations.lines.extend(std::iter::repeat_n(empty, station.ranks.into()));
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
        let words = place.first_word as usize..(place.first_word + place.words) as usize;
        let free: u32 = self.free[words].iter().map(|bits| bits.count_ones()).sum();
        place.plugs - free
    }

    /// The first free plug of a station that fits.
    #[inline(always)]
    pub(crate) fn free_plug(&self, station: StationId, fits: u8) -> Option<PlugId> {
        let place = &self.places[station];
        for word in 0..place.words {
            let mut bits = self.free[(place.first_word + word) as usize];
            while bits != 0 {
                let plug = PlugId(place.first_plug + 64 * word + bits.trailing_zeros());
                if fits == ANY || self.seats[plug].fits & fits != 0 {
                    return Some(plug);
                }
                bits &= bits - 1;
            }
        }
        None
    }

    /// Who is plugged in; nobody at a free plug.
    #[inline]
    pub(crate) fn at_plug(&self, plug: PlugId) -> Option<&Guest> {
        self.guests.get(self.seats[plug].guest as usize).map(|entry| &entry.guest)
    }

    /// A guest comes: takes the first free plug that fits, or waits, or is refused.
    #[inline(always)]
    pub(crate) fn arrive(&mut self, world: &World, guest: Guest) -> Arrival {
        let id = guest.visit.station;
        if let Some(plug) = self.free_plug(id, guest.fits) {
            self.flip(id, plug);
            self.seats[plug].guest = self.enter(guest);
            return Arrival::Plug(plug);
        }
        let station = &world.stations[id];
        let fits = guest.fits == ANY
            || Inlet::ALL.iter().any(|&inlet| guest.fits & inlet.bit() != 0 && station.fits(inlet));
        if !fits || station.room.is_some_and(|room| self.places[id].waiting >= room) {
            return Arrival::Refused;
        }
        let rank = guest.rank;
        let entry = self.enter(guest);
        self.join(entry, id, rank);
        Arrival::Queue(GuestId(entry))
    }

    /// The guest at a plug leaves; the first in the queue that fits takes the plug and is returned, or the plug is free.
    #[inline(always)]
    pub(crate) fn leave(&mut self, plug: PlugId) -> Option<&Guest> {
        let Seat { station, guest, fits } = self.seats[plug];
        self.forget(guest);
        let Some(GuestId(next)) = self.next_in_queue(station, fits) else {
            self.seats[plug].guest = NONE;
            self.flip(station, plug);
            return None;
        };
        self.unlink(next);
        self.seats[plug].guest = next;
        Some(&self.guests[next as usize].guest)
    }

    /// A guest gives up its place in the queue.
    pub(crate) fn renege(&mut self, id: GuestId) -> Visit {
        self.unlink(id.0);
        self.forget(id.0);
        self.guests[id.0 as usize].guest.visit
    }

    /// Gives a waiting guest the clock of its patience.
    pub(crate) fn set_clock(&mut self, id: GuestId, clock: Clock) {
        self.guests[id.0 as usize].guest.clock = clock;
    }

    /// All that wait, station by station and rank by rank.
    pub(crate) fn all_waiting(&self) -> impl Iterator<Item = &Guest> {
        self.lines.iter().flat_map(|line| {
            let entry = |entry: u32| (entry != NONE).then(|| &self.guests[entry as usize]);
            std::iter::successors(entry(line.first), move |waiting| entry(waiting.after))
                .map(|waiting| &waiting.guest)
        })
    }

    /// The first in a station's queue, by rank, whom a plug fits.
    #[inline(always)]
    fn next_in_queue(&self, station: StationId, fits: u8) -> Option<GuestId> {
        let place = &self.places[station];
        if place.waiting == 0 {
            return None;
        }
        for line in place.first_line..place.first_line + place.ranks {
            let mut entry = self.lines[line as usize].first;
            while entry != NONE {
                let waiting = &self.guests[entry as usize];
                if waiting.guest.fits & fits != 0 {
                    return Some(GuestId(entry));
                }
                entry = waiting.after;
            }
        }
        None
    }

    /// Writes a guest down.
    #[inline(always)]
    fn enter(&mut self, guest: Guest) -> u32 {
        match self.unused {
            NONE => {
                self.guests.push(Entry { guest, before: NONE, after: NONE });
                (self.guests.len() - 1) as u32
            }
            entry => {
                let place = &mut self.guests[entry as usize];
                self.unused = place.after;
                place.guest = guest;
                entry
            }
        }
    }

    /// Gives a guest's entry free.
    #[inline(always)]
    fn forget(&mut self, entry: u32) {
        self.guests[entry as usize].after = std::mem::replace(&mut self.unused, entry);
    }

    /// Puts a guest at the end of its line.
    #[inline(always)]
    fn join(&mut self, entry: u32, station: StationId, rank: u8) {
        let place = &mut self.places[station];
        place.waiting += 1;
        let line = &mut self.lines[place.first_line as usize + usize::from(rank)];
        let before = std::mem::replace(&mut line.last, entry);
        (self.guests[entry as usize].before, self.guests[entry as usize].after) = (before, NONE);
        match before {
            NONE => line.first = entry,
            before => self.guests[before as usize].after = entry,
        }
    }

    /// Takes a guest out of its line.
    #[inline(always)]
    fn unlink(&mut self, entry: u32) {
        let Entry { guest: Guest { visit, rank, .. }, before, after } = &self.guests[entry as usize];
        let (before, after) = (*before, *after);
        let place = &mut self.places[visit.station];
        place.waiting -= 1;
        let line = &mut self.lines[place.first_line as usize + usize::from(*rank)];
        match before {
            NONE => line.first = after,
            before => self.guests[before as usize].after = after,
        }
        match after {
            NONE => line.last = before,
            after => self.guests[after as usize].before = before,
        }
    }

    /// Makes a free plug busy, or a busy one free.
    #[inline(always)]
    fn flip(&mut self, station: StationId, plug: PlugId) {
        let place = &self.places[station];
        let offset = plug.0 - place.first_plug;
        self.free[(place.first_word + offset / 64) as usize] ^= 1 << (offset % 64);
    }
}
