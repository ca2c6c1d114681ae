//! When each entity acts next: winner trees with one slot per entity.
//!
//! A key is `time << 24 | slot`, so one integer comparison orders events by time and ties by slot. To put an
//! event off, or to cancel it, is to write its slot again: no tickets, no stale entries, no allocation.
//!
//! The sources of requests and visitors, whose slots are written again whenever they act, have a tree of
//! their own: it is much smaller than that of plugs, taxis and waiting people, so that writing is quick.

use crate::units::Time;
use std::hint::cold_path;
use std::ops::Range;

/// Bits of a key that hold the slot.
const SLOT_BITS: u32 = 24;
/// The most slots an agenda can have.
const MOST_SLOTS: usize = 1 << SLOT_BITS;
/// Times of a key are less than this, some 35 years.
const END_OF_KEYS: i64 = 1 << (64 - SLOT_BITS);

/// The time and the slot of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Of a source.
    Source(Time, usize),
    /// Of a plug, a taxi or somebody's patience.
    Entity(Time, usize),
}

/// The pending events, one per slot.
#[derive(Debug)]
pub(crate) struct Agenda {
    /// Of plugs, taxis and patience: all slots but those of the sources.
    entities: Tree<32>,
    /// Of few sources in a queue alone.
    sources: Tree<4>,
    /// The slots of the sources.
    first_source: usize,
    last_source: usize,
    /// The least key of what is not due yet: events from here on wait until the agenda [goes on](Agenda::go_on).
    stop: u64,
    /// What is due from here on never happens.
    end: Time,
}

/// A binary tree: the root at 1, the children of node `n` at `2n` and `2n + 1`, each parent the lesser of its
/// children, the leaves last. They are a power of two, so that each lies equally deep: a climb of ever
/// the same length is one that the processor foresees.
///
/// Each climb ends in the first `TOP` nodes, a power of two: its last steps are always as many, and need no loop.
#[derive(Debug)]
struct Tree<const TOP: usize> {
    top: [u64; TOP],
    /// The nodes below the top by their numbers; nothing stands in place of the top, nor where that is all.
    deep: Vec<u64>,
    /// How many leaves there are: half of `TOP` or more.
    leaves: usize,
    /// The key at the root.
    least: u64,
}

impl Agenda {
    /// An agenda without events. It gives those before the horizon, and after [`go_on`](Agenda::go_on) those before
    /// `end`, which is later. Its slots count from 0; these belong to the sources, and later ones to entities again.
    pub(crate) fn new(sources: Range<usize>, horizon: Time, end: Time) -> Self {
        assert!(sources.end <= MOST_SLOTS, "a checked scenario has fewer entities than the agenda has slots");
        assert!(horizon.as_millis() < END_OF_KEYS, "a checked scenario ends before the agenda does");
        Self {
            entities: Tree::new(sources.start),
            sources: Tree::new(sources.len()),
            first_source: sources.start,
            last_source: sources.end,
            stop: (horizon.as_millis() as u64) << SLOT_BITS,
            end: end.min(Time::from_millis(END_OF_KEYS - 1)),
        }
    }

    /// Goes on beyond the horizon, to the end.
    pub(crate) fn go_on(&mut self) {
        self.stop = (self.end.as_millis() as u64) << SLOT_BITS;
    }

    /// The earliest event before the horizon, or before the end, if there is one.
    #[inline(always)]
    pub(crate) fn next(&self) -> Option<Next> {
        let when = |key: u64| Time::from_millis((key >> SLOT_BITS) as i64);
        let slot = |key: u64| key as usize & (MOST_SLOTS - 1);
        let (source, entity) = (self.sources.least, self.entities.least);
        if source < entity {
            (source < self.stop).then(|| Next::Source(when(source), slot(source)))
        } else {
            (entity < self.stop).then(|| Next::Entity(when(entity), slot(entity)))
        }
    }

    /// The key of an event; that of none from the end on.
    #[inline(always)]
    fn key(&self, slot: usize, time: Time) -> u64 {
        let key = (time.as_millis() as u64) << SLOT_BITS | slot as u64;
        if time < self.end { key } else { NONE }
    }

    /// Gives the slot of a plug or a taxi its one event.
    #[inline(always)]
    pub(crate) fn set(&mut self, slot: usize, time: Time) {
        debug_assert!(slot < self.first_source, "sources have slots of their own");
        self.entities.write(slot, self.key(slot, time));
    }

    /// Takes the event of a plug or a taxi away.
    #[inline(always)]
    pub(crate) fn clear(&mut self, slot: usize) {
        debug_assert!(slot < self.first_source, "sources have slots of their own");
        self.entities.write(slot, NONE);
    }

    /// Gives a source its next event, which may be never.
    #[inline(always)]
    pub(crate) fn set_source(&mut self, slot: usize, time: Time) {
        debug_assert!(
            (self.first_source..self.last_source).contains(&slot),
            "a source has one of these slots"
        );
        self.sources.write_near(slot - self.first_source, self.key(slot, time));
    }

    /// Gives a slot beyond the sources, of somebody's patience, its one event, which may be never.
    #[inline]
    pub(crate) fn set_patience(&mut self, slot: usize, time: Time) {
        assert!(slot < MOST_SLOTS, "in a checked scenario fewer people wait at once than there are slots");
        let leaf = slot - (self.last_source - self.first_source);
        self.entities.grow(leaf + 1);
        self.entities.write(leaf, self.key(slot, time));
    }
}

/// The key of no event.
const NONE: u64 = u64::MAX;

impl<const TOP: usize> Tree<TOP> {
    fn new(slots: usize) -> Self {
        let leaves = slots.next_power_of_two().max(TOP / 2);
        let deep = if 2 * leaves > TOP { vec![NONE; 2 * leaves] } else { Vec::new() };
        Self { top: [NONE; TOP], deep, leaves, least: NONE }
    }

    /// Writes a key that is seldom the least. The processor foresees that, and goes on to the next event before it
    /// knows the key: what the key comes from is a long chain of loads.
    #[inline(always)]
    fn write(&mut self, leaf: usize, key: u64) {
        let others = self.climb(leaf, key);
        self.least = if key < others {
            cold_path();
            key
        } else {
            others
        };
    }

    /// Writes a key that may well be the least.
    #[inline(always)]
    fn write_near(&mut self, leaf: usize, key: u64) {
        self.least = key.min(self.climb(leaf, key));
    }

    /// Writes a leaf and all above it but the root; returns the least of all other leaves.
    #[inline(always)]
    fn climb(&mut self, leaf: usize, key: u64) -> u64 {
        let (mut node, mut least, mut others) = (self.leaves + leaf, key, NONE);
        // Both lengths are powers of two above all nodes; the masks say so to the compiler.
        let deep = self.deep.as_mut_slice();
        let mask = deep.len().wrapping_sub(1);
        while node >= TOP {
            deep[node & mask] = least;
            let sibling = deep[(node ^ 1) & mask];
            (least, others) = (least.min(sibling), others.min(sibling));
            node /= 2;
        }
        for _ in 1..TOP.ilog2() {
            self.top[node % TOP] = least;
            let sibling = self.top[(node ^ 1) % TOP];
            (least, others) = (least.min(sibling), others.min(sibling));
            node /= 2;
        }
        others
    }

    /// Makes room for at least this many leaves; their keys stay.
    #[inline]
    fn grow(&mut self, leaves: usize) {
        if leaves <= self.leaves {
            return;
        }
        let mut larger = Self::new(leaves);
        let old = if self.deep.is_empty() { &self.top[..] } else { &self.deep[..] };
        for (leaf, &key) in old[self.leaves..].iter().enumerate() {
            larger.write(leaf, key);
        }
        *self = larger;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HORIZON: Time = Time::from_millis(END_OF_KEYS - 1);

    fn next(agenda: &Agenda) -> Option<(Time, usize)> {
        match agenda.next()? {
            Next::Source(time, slot) | Next::Entity(time, slot) => Some((time, slot)),
        }
    }

    /// Takes all events out of an agenda of four plugs, two sources and patience from slot 6 on.
    fn drain(agenda: &mut Agenda) -> Vec<(i64, usize)> {
        std::iter::from_fn(|| {
            let (time, slot) = next(agenda)?;
            match slot {
                0..4 => agenda.clear(slot),
                4..6 => agenda.set_source(slot, Time::NEVER),
                _ => agenda.set_patience(slot, Time::NEVER),
            }
            Some((time.as_millis(), slot))
        })
        .collect()
    }

    #[test]
    fn events_come_by_time_and_ties_by_slot() {
        let mut agenda = Agenda::new(4..6, HORIZON, HORIZON);
        agenda.set(3, Time::from_millis(7));
        agenda.set_source(5, Time::from_millis(9));
        agenda.set_patience(6, Time::from_millis(9));
        agenda.set(0, Time::from_millis(9));
        agenda.set_source(4, Time::from_millis(1));
        assert_eq!(drain(&mut agenda), [(1, 4), (7, 3), (9, 0), (9, 5), (9, 6)]);
    }

    #[test]
    fn an_event_that_is_written_again_has_only_its_last_time() {
        let mut agenda = Agenda::new(4..6, HORIZON, HORIZON);
        agenda.set(0, Time::from_millis(5));
        agenda.set(1, Time::from_millis(6));
        agenda.set(0, Time::from_millis(8));
        assert_eq!(drain(&mut agenda), [(6, 1), (8, 0)]);
    }

    #[test]
    fn growing_keeps_every_event() {
        let mut agenda = Agenda::new(4..6, HORIZON, HORIZON);
        agenda.set(1, Time::from_millis(3));
        for slot in (6..1_000).rev() {
            agenda.set_patience(slot, Time::from_millis(slot as i64));
        }
        let drained = drain(&mut agenda);
        assert_eq!((drained.len(), drained[0], drained[1], drained[994]), (995, (3, 1), (6, 6), (999, 999)));
    }

    #[test]
    fn a_tree_of_one_leaf_grows_too() {
        let mut agenda = Agenda::new(1..2, HORIZON, HORIZON);
        agenda.set(0, Time::from_millis(5));
        agenda.set_patience(2, Time::from_millis(9));
        assert_eq!(next(&agenda), Some((Time::from_millis(5), 0)));
        agenda.clear(0);
        assert_eq!(next(&agenda), Some((Time::from_millis(9), 2)));
    }

    #[test]
    fn what_is_due_at_the_horizon_comes_when_the_agenda_goes_on_and_what_is_due_at_its_end_never() {
        let mut agenda = Agenda::new(4..6, Time::from_millis(7), Time::from_millis(9));
        agenda.set(0, Time::from_millis(7));
        agenda.set(1, Time::from_millis(9));
        agenda.set_source(4, Time::NEVER);
        agenda.set_patience(6, Time::from_millis(8));
        assert_eq!(drain(&mut agenda), []);
        agenda.set(2, Time::from_millis(6));
        assert_eq!(drain(&mut agenda), [(6, 2)]);
        agenda.go_on();
        assert_eq!(drain(&mut agenda), [(7, 0), (8, 6)]);
    }
}
