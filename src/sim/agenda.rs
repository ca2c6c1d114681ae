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
/// Times from here on, some 35 years, are never: beyond every horizon that a scenario may have.
const NEVER_FROM: i64 = 1 << (64 - SLOT_BITS);

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
/// children, the leaves last. With any number of leaves, not only a power of two, each has the root above it.
#[derive(Debug)]
struct Tree {
    keys: Vec<u64>,
    leaves: usize,
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

    /// The earliest event's time and slot; where no slot has an event, a time beyond every horizon.
    #[inline(always)]
    pub(crate) fn next(&self) -> (Time, usize) {
        let key = self.entities.least.min(self.sources.least);
        (Time::from_millis((key >> SLOT_BITS) as i64), key as usize & (MOST_SLOTS - 1))
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
        self.entities.write(slot, NEVER);
    }

    /// Gives a source its next event, or none.
    #[inline(always)]
    pub(crate) fn set_source(&mut self, slot: usize, time: Option<Time>) {
        self.sources.write(slot - self.first_source, time.map_or(NEVER, |time| key(slot, time)));
    }

    /// Gives a slot beyond the sources, of somebody's patience, its one event, or none.
    #[inline]
    pub(crate) fn set_patience(&mut self, slot: usize, time: Option<Time>) {
        let leaf = slot - (self.last_source - self.first_source);
        self.entities.grow(leaf + 1);
        self.entities.write(leaf, time.map_or(NEVER, |time| key(slot, time)));
    }
}

/// The key of no event.
const NEVER: u64 = u64::MAX;

#[inline(always)]
fn key(slot: usize, time: Time) -> u64 {
    let millis = time.as_millis();
    if millis < NEVER_FROM { (millis as u64) << SLOT_BITS | slot as u64 } else { NEVER }
}

impl Tree {
    fn new(slots: usize) -> Self {
        let leaves = slots.max(1);
        Self { keys: vec![NEVER; 2 * leaves], leaves, least: NEVER }
    }

    #[inline(always)]
    fn write(&mut self, leaf: usize, key: u64) {
        let keys = self.keys.as_mut_slice();
        let mut node = self.leaves + leaf;
        let mut least = key;
        keys[node] = least;
        while node > 1 {
            least = least.min(keys[node ^ 1]);
            node >>= 1;
            keys[node] = least;
        }
        self.least = least;
    }

    /// Makes room for at least this many leaves; their keys stay.
    #[inline]
    fn grow(&mut self, leaves: usize) {
        if leaves <= self.leaves {
            return;
        }
        // Twice as many as there were, so that growing one by one costs little.
        let mut larger = Self::new(leaves.max(2 * self.leaves));
        larger.keys[larger.leaves..][..self.leaves].copy_from_slice(&self.keys[self.leaves..]);
        for node in (1..larger.leaves).rev() {
            larger.keys[node] = larger.keys[2 * node].min(larger.keys[2 * node + 1]);
        }
        larger.least = larger.keys[1];
        *self = larger;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes all events out of an agenda of four plugs, two sources and patience from slot 6 on.
    fn drain(agenda: &mut Agenda) -> Vec<(i64, usize)> {
        std::iter::from_fn(|| {
            let (time, slot) = agenda.next();
            if time.as_millis() == NEVER_FROM - 1 {
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
        assert_eq!(agenda.next(), (Time::from_millis(5), 0));
        agenda.clear(0);
        assert_eq!(agenda.next(), (Time::from_millis(9), 2));
    }

    #[test]
    fn what_lies_beyond_the_agenda_never_comes() {
        let mut agenda = Agenda::new(4..6);
        agenda.set(0, Time::from_millis(NEVER_FROM));
        assert_eq!(drain(&mut agenda), []);
    }
}
