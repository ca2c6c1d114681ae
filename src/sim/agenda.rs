//! When each entity acts next: a winner tree with one slot per entity.
//!
//! A key is `time << 24 | slot`, so one integer comparison orders events by time and ties by slot. To put an
//! event off, or to cancel it, is to write its slot again: no tickets, no stale entries, no allocation.

use crate::units::Time;

/// Bits of a key that hold the slot.
const SLOT_BITS: u32 = 24;
/// The most slots an agenda can have.
pub(crate) const MOST_SLOTS: usize = 1 << SLOT_BITS;
/// Times from here on, some 35 years, are never.
const NEVER_FROM: i64 = 1 << (64 - SLOT_BITS);

/// The pending events, one per slot.
#[derive(Debug)]
pub(crate) struct Agenda {
    /// A complete binary tree as pairs of siblings. The children of the node at `pairs[i][j]` are `pairs[2i + j]`,
    /// the root stands at `pairs[0][1]`, each parent is the lesser of its children, and the leaves come last.
    pairs: Vec<[u64; 2]>,
    leaves: usize,
}

impl Agenda {
    /// An agenda of at least this many slots, none with an event.
    pub(crate) fn new(slots: usize) -> Self {
        assert!(slots <= MOST_SLOTS, "a checked scenario has fewer entities than the agenda has slots");
        let leaves = slots.next_power_of_two().max(2);
        Self { pairs: vec![[u64::MAX; 2]; leaves], leaves }
    }

    /// The earliest event's time and slot, if any slot has one.
    #[inline]
    pub(crate) fn next(&self) -> Option<(Time, usize)> {
        let key = self.pairs[0][1];
        (key != u64::MAX)
            .then(|| (Time::from_millis((key >> SLOT_BITS) as i64), key as usize & (MOST_SLOTS - 1)))
    }

    /// Gives a slot its one event.
    #[inline(always)]
    pub(crate) fn set(&mut self, slot: usize, time: Time) {
        let millis = time.as_millis();
        let key = if millis < NEVER_FROM { (millis as u64) << SLOT_BITS | slot as u64 } else { u64::MAX };
        self.write(slot, key);
    }

    /// Takes a slot's event away.
    #[inline(always)]
    pub(crate) fn clear(&mut self, slot: usize) {
        self.write(slot, u64::MAX);
    }

    #[inline(always)]
    fn write(&mut self, slot: usize, key: u64) {
        let mut node = self.leaves + slot;
        let mut least = key;
        while node > 1 {
            let pair = &mut self.pairs[node / 2];
            pair[node % 2] = least;
            least = least.min(pair[1 - node % 2]);
            node /= 2;
        }
        self.pairs[0][1] = least;
    }

    /// Makes room for at least this many slots; their events stay.
    pub(crate) fn grow(&mut self, slots: usize) {
        if slots <= self.leaves {
            return;
        }
        let mut larger = Self::new(slots);
        let [from, to] = [self.leaves / 2, larger.leaves / 2];
        larger.pairs[to..][..from].copy_from_slice(&self.pairs[from..]);
        for node in (1..larger.leaves).rev() {
            let [left, right] = larger.pairs[node];
            larger.pairs[node / 2][node % 2] = left.min(right);
        }
        *self = larger;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drain(agenda: &mut Agenda) -> Vec<(i64, usize)> {
        std::iter::from_fn(|| {
            let (time, slot) = agenda.next()?;
            agenda.clear(slot);
            Some((time.as_millis(), slot))
        })
        .collect()
    }

    #[test]
    fn events_come_by_time_and_ties_by_slot() {
        let mut agenda = Agenda::new(5);
        for (slot, millis) in [(4, 7), (2, 9), (0, 9), (3, 1)] {
            agenda.set(slot, Time::from_millis(millis));
        }
        assert_eq!(drain(&mut agenda), [(1, 3), (7, 4), (9, 0), (9, 2)]);
    }

    #[test]
    fn an_event_that_is_written_again_has_only_its_last_time() {
        let mut agenda = Agenda::new(2);
        agenda.set(0, Time::from_millis(5));
        agenda.set(1, Time::from_millis(6));
        agenda.set(0, Time::from_millis(8));
        assert_eq!(drain(&mut agenda), [(6, 1), (8, 0)]);
    }

    #[test]
    fn growing_keeps_every_event() {
        let mut agenda = Agenda::new(2);
        agenda.set(1, Time::from_millis(3));
        agenda.grow(9);
        agenda.set(8, Time::from_millis(2));
        assert_eq!(drain(&mut agenda), [(2, 8), (3, 1)]);
    }

    #[test]
    fn what_lies_beyond_the_agenda_never_comes() {
        let mut agenda = Agenda::new(1);
        agenda.set(0, Time::from_millis(NEVER_FROM));
        assert_eq!(agenda.next(), None);
    }
}
