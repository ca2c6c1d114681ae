//! When each entity acts next: winner trees with one slot per entity.
//!
//! A key is `time << 24 | slot`, so one integer comparison orders events by time and ties by slot. To put an
//! event off, or to cancel it, is to write its slot again: no tickets, no stale entries, no allocation.
//!
//! The sources of requests and visitors, whose slots are written again whenever they act, have a tree of
//! their own: it is much smaller than that of plugs, taxis and waiting people, so that writing is quick.

use crate::units::Time;
use std::ops::Range;

/// Bits of a key that hold the slot.
const SLOT_BITS: u32 = 24;
/// The most slots an agenda can have.
const MOST_SLOTS: usize = 1 << SLOT_BITS;
/// The last time of a key, in some 35 years, is never: beyond every horizon that a scenario may have.
const NEVER: i64 = (1 << (64 - SLOT_BITS)) - 1;

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
    entities: Tree,
    sources: Tree,
    /// The slots of the sources.
    first_source: usize,
    last_source: usize,
}

/// A binary tree: the root at 1, the children of node `n` at `2n` and `2n + 1`, each parent the lesser of its
/// children, the leaves last. They are a power of two, so that each lies equally deep: a climb of ever
/// the same length is one that the processor foresees.
#[derive(Debug)]
struct Tree {
    keys: Vec<u64>,
    /// The key at the root.
    least: u64,
}

impl Agenda {
    /// An agenda without events. Its slots count from 0; these belong to the sources, and later ones to entities
    /// again.
    pub(crate) fn new(sources: Range<usize>) -> Self {
        assert!(sources.end <= MOST_SLOTS, "a checked scenario has fewer entities than the agenda has slots");
        Self {
            entities: Tree::new(sources.start),
            sources: Tree::new(sources.len()),
            first_source: sources.start,
            last_source: sources.end,
        }
    }

    /// The earliest event; where no slot has one, a time beyond every horizon.
    #[inline(always)]
    pub(crate) fn next(&self) -> Next {
        let when = |key: u64| Time::from_millis((key >> SLOT_BITS) as i64);
        let slot = |key: u64| key as usize & (MOST_SLOTS - 1);
        let (source, entity) = (self.sources.least, self.entities.least);
        if source < entity {
            Next::Source(when(source), slot(source))
        } else {
            Next::Entity(when(entity), slot(entity))
        }
    }

    /// Gives the slot of a plug or a taxi its one event.
    #[inline(always)]
    pub(crate) fn set(&mut self, slot: usize, time: Time) {
        debug_assert!(slot < self.first_source, "sources have slots of their own");
        self.entities.write(slot, key(slot, time));
    }

    /// Takes the event of a plug or a taxi away.
    #[inline(always)]
    pub(crate) fn clear(&mut self, slot: usize) {
        debug_assert!(slot < self.first_source, "sources have slots of their own");
        self.entities.write(slot, NONE);
    }

    /// Gives a source its next event, or none.
    #[inline(always)]
    pub(crate) fn set_source(&mut self, slot: usize, time: Option<Time>) {
        debug_assert!(
            (self.first_source..self.last_source).contains(&slot),
            "a source has one of these slots"
        );
        self.sources.write(slot - self.first_source, time.map_or(NONE, |time| key(slot, time)));
    }

    /// Gives a slot beyond the sources, of somebody's patience, its one event, or none.
    #[inline]
    pub(crate) fn set_patience(&mut self, slot: usize, time: Option<Time>) {
        let leaf = slot - (self.last_source - self.first_source);
        self.entities.grow(leaf + 1);
        self.entities.write(leaf, time.map_or(NONE, |time| key(slot, time)));
    }
}

/// The key of no event.
const NONE: u64 = u64::MAX;

#[inline(always)]
fn key(slot: usize, time: Time) -> u64 {
    (time.as_millis().min(NEVER) as u64) << SLOT_BITS | slot as u64
}

impl Tree {
    fn new(slots: usize) -> Self {
        Self { keys: vec![NONE; 2 * slots.next_power_of_two().max(2)], least: NONE }
    }

    fn leaves(&self) -> usize {
        self.keys.len() / 2
    }

    #[inline(always)]
    fn write(&mut self, leaf: usize, key: u64) {
        let keys = self.keys.as_mut_slice();
        // All nodes are below the length, a power of two; the mask says so to the compiler.
        let mask = keys.len() - 1;
        let mut node = keys.len() / 2 + leaf;
        let mut least = key;
        while node > 1 {
            keys[node & mask] = least;
            least = least.min(keys[(node ^ 1) & mask]);
            node /= 2;
        }
        self.least = least;
    }

    /// Makes room for at least this many leaves; their keys stay.
    #[inline]
    fn grow(&mut self, leaves: usize) {
        if leaves <= self.leaves() {
            return;
        }
        let mut larger = Self::new(leaves);
        for (leaf, &key) in self.keys[self.leaves()..].iter().enumerate() {
            larger.write(leaf, key);
        }
        *self = larger;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(agenda: &Agenda) -> (Time, usize) {
        match agenda.next() {
            Next::Source(time, slot) | Next::Entity(time, slot) => (time, slot),
        }
    }

    /// Takes all events out of an agenda of four plugs, two sources and patience from slot 6 on.
    fn drain(agenda: &mut Agenda) -> Vec<(i64, usize)> {
        std::iter::from_fn(|| {
            let (time, slot) = next(agenda);
            if time.as_millis() == NEVER {
                return None;
            }
            match slot {
                0..4 => agenda.clear(slot),
                4..6 => agenda.set_source(slot, None),
                _ => agenda.set_patience(slot, None),
            }
            Some((time.as_millis(), slot))
        })
        .collect()
    }

    #[test]
    fn events_come_by_time_and_ties_by_slot() {
        let mut agenda = Agenda::new(4..6);
        agenda.set(3, Time::from_millis(7));
        agenda.set_source(5, Some(Time::from_millis(9)));
        agenda.set_patience(6, Some(Time::from_millis(9)));
        agenda.set(0, Time::from_millis(9));
        agenda.set_source(4, Some(Time::from_millis(1)));
        assert_eq!(drain(&mut agenda), [(1, 4), (7, 3), (9, 0), (9, 5), (9, 6)]);
    }

    #[test]
    fn an_event_that_is_written_again_has_only_its_last_time() {
        let mut agenda = Agenda::new(4..6);
        agenda.set(0, Time::from_millis(5));
        agenda.set(1, Time::from_millis(6));
        agenda.set(0, Time::from_millis(8));
        assert_eq!(drain(&mut agenda), [(6, 1), (8, 0)]);
    }

    #[test]
    fn growing_keeps_every_event() {
        let mut agenda = Agenda::new(4..6);
        agenda.set(1, Time::from_millis(3));
        for slot in (6..1_000).rev() {
            agenda.set_patience(slot, Some(Time::from_millis(slot as i64)));
        }
        let drained = drain(&mut agenda);
        assert_eq!((drained.len(), drained[0], drained[1], drained[994]), (995, (3, 1), (6, 6), (999, 999)));
    }

    #[test]
    fn a_tree_of_one_leaf_grows_too() {
        let mut agenda = Agenda::new(1..2);
        agenda.set(0, Time::from_millis(5));
        agenda.set_patience(2, Some(Time::from_millis(9)));
        assert_eq!(next(&agenda), (Time::from_millis(5), 0));
        agenda.clear(0);
        assert_eq!(next(&agenda), (Time::from_millis(9), 2));
    }

    #[test]
    fn what_lies_beyond_the_agenda_never_comes() {
        let mut agenda = Agenda::new(4..6);
        agenda.set(0, Time::from_millis(NEVER + 7));
        assert_eq!(drain(&mut agenda), []);
    }
}
