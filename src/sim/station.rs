//! Plugs and queues: who gets a plug, who waits, who is next.
//!
//! A station has three verbs: a guest may [`arrive`](Stations::arrive), [`leave`](Stations::leave) a plug, or
//! [`renege`](Stations::renege). It knows no battery and no clock.

use crate::ids::{Id, IdVec, PlugId, StationId};
use crate::observe::Visit;
use crate::world::{Inlet, World};

use super::session::Wish;

/// No place in a queue.
const NONE: u32 = u32::MAX;

/// A place in a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place(pub(crate) u32);

/// Somebody who wants a plug.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Guest {
    pub(crate) visit: Visit,
    /// The inlets of the car, one bit each; all bits for a visitor without a car.
    pub(crate) fits: u8,
    /// The lowest goes first.
    pub(crate) rank: u8,
    /// What it came for.
    pub(crate) wish: Wish,
    /// The clock of its patience, if it has one of its own.
    pub(crate) clock: Option<Clock>,
}

/// A running patience: a slot of the agenda for one who waits and is no taxi.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Clock(pub(crate) u32);

/// What becomes of a guest that arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arrival {
    /// It takes this free plug.
    Plug(PlugId),
    /// It waits here.
    Queue(Place),
    /// There is no place to wait, or no plug that fits.
    Refused,
}

/// The plugs and queues of all stations.
#[derive(Debug)]
pub(crate) struct Stations {
    /// One bit a plug: whether it is free. A station's bits begin at a word of their own.
    free: Vec<u64>,
    words: IdVec<StationId, Words>,
    /// One line for each station and rank, a station's lines being neighbours.
    lines: Vec<Line>,
    places: Vec<Waiting>,
    /// The first unused place, the others linked behind it.
    unused: u32,
}

#[derive(Clone, Copy, Debug)]
struct Words {
    first_word: u32,
    first_line: u32,
    waiting: u32,
}

#[derive(Clone, Copy, Debug)]
struct Line {
    first: u32,
    last: u32,
}

#[derive(Clone, Copy, Debug)]
struct Waiting {
    guest: Guest,
    before: u32,
    after: u32,
}

impl Stations {
    /// All plugs free, all queues empty.
    pub(crate) fn new(world: &World) -> Self {
        let mut stations = Self {
            free: Vec::new(),
            words: IdVec::new(),
            lines: Vec::new(),
            places: Vec::new(),
            unused: NONE,
        };
        for station in &world.stations {
            let plugs = station.plugs.end.index() - station.plugs.start.index();
            stations.words.push(Words {
                first_word: stations.free.len() as u32,
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
        self.words[station].waiting
    }

    /// The first free plug of a station that fits.
    #[inline]
    pub(crate) fn free_plug(&self, world: &World, station: StationId, fits: u8) -> Option<PlugId> {
        let plugs = &world.stations[station].plugs;
        let first_word = self.words[station].first_word as usize;
        let words = (plugs.end.index() - plugs.start.index()).div_ceil(64);
        for (word, &bits) in self.free[first_word..first_word + words].iter().enumerate() {
            let mut bits = bits;
            while bits != 0 {
                let plug = PlugId::new(plugs.start.index() + 64 * word + bits.trailing_zeros() as usize);
                if world.plugs[plug].fits & fits != 0 {
                    return Some(plug);
                }
                bits &= bits - 1;
            }
        }
        None
    }

    /// A guest comes: takes the first free plug that fits, or waits, or is refused.
    #[inline]
    pub(crate) fn arrive(&mut self, world: &World, guest: Guest) -> Arrival {
        let id = guest.visit.station;
        let station = &world.stations[id];
        if let Some(plug) = self.free_plug(world, id, guest.fits) {
            self.flip(world, id, plug);
            return Arrival::Plug(plug);
        }
        let fits = guest.fits == u8::MAX
            || Inlet::ALL.iter().any(|&inlet| guest.fits & inlet.bit() != 0 && station.fits(inlet));
        if !fits || station.room.is_some_and(|room| self.words[id].waiting >= room) {
            return Arrival::Refused;
        }
        Arrival::Queue(self.join(guest))
    }

    /// The session at a plug ends: the first in the queue that fits takes the plug, or it is free.
    #[inline]
    pub(crate) fn leave(&mut self, world: &World, plug: PlugId) -> Option<Guest> {
        let id = world.plugs[plug].station;
        if self.words[id].waiting > 0 {
            let fits = world.plugs[plug].fits;
            let first_line = self.words[id].first_line as usize;
            for line in first_line..first_line + usize::from(world.stations[id].ranks) {
                let mut place = self.lines[line].first;
                while place != NONE {
                    let waiting = &self.places[place as usize];
                    if waiting.guest.fits & fits != 0 {
                        return Some(self.renege(Place(place)));
                    }
                    place = waiting.after;
                }
            }
        }
        self.flip(world, id, plug);
        None
    }

    /// A guest gives up its place in the queue.
    pub(crate) fn renege(&mut self, place: Place) -> Guest {
        let Waiting { guest, before, after } = self.places[place.0 as usize];
        let words = &mut self.words[guest.visit.station];
        words.waiting -= 1;
        let line = &mut self.lines[words.first_line as usize + usize::from(guest.rank)];
        match before {
            NONE => line.first = after,
            before => self.places[before as usize].after = after,
        }
        match after {
            NONE => line.last = before,
            after => self.places[after as usize].before = before,
        }
        self.places[place.0 as usize].after = std::mem::replace(&mut self.unused, place.0);
        guest
    }

    /// Gives a waiting guest the clock of its patience.
    pub(crate) fn set_clock(&mut self, place: Place, clock: Clock) {
        self.places[place.0 as usize].guest.clock = Some(clock);
    }

    /// All that wait, station by station and rank by rank.
    pub(crate) fn all_waiting(&self) -> impl Iterator<Item = &Guest> {
        self.lines.iter().flat_map(|line| {
            let place = |place: u32| (place != NONE).then(|| &self.places[place as usize]);
            std::iter::successors(place(line.first), move |waiting| place(waiting.after))
                .map(|waiting| &waiting.guest)
        })
    }

    /// A guest goes to the end of its line.
    fn join(&mut self, guest: Guest) -> Place {
        let words = &mut self.words[guest.visit.station];
        words.waiting += 1;
        let line = &mut self.lines[words.first_line as usize + usize::from(guest.rank)];
        let waiting = Waiting { guest, before: line.last, after: NONE };
        let place = match self.unused {
            NONE => {
                self.places.push(waiting);
                (self.places.len() - 1) as u32
            }
            place => {
                self.unused = self.places[place as usize].after;
                self.places[place as usize] = waiting;
                place
            }
        };
        match std::mem::replace(&mut line.last, place) {
            NONE => line.first = place,
            before => self.places[before as usize].after = place,
        }
        Place(place)
    }

    /// Makes a free plug busy, or a busy one free.
    #[inline]
    fn flip(&mut self, world: &World, station: StationId, plug: PlugId) {
        let offset = plug.index() - world.stations[station].plugs.start.index();
        self.free[self.words[station].first_word as usize + offset / 64] ^= 1 << (offset % 64);
    }
}
