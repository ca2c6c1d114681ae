//! Who waits at a station, in order of arrival.

use super::Guest;
use crate::ids::VisitId;

/// Guests in order of arrival, in a ring whose length is a power of two: those from `head` up to `tail`, which
/// count all that ever came. In the other places, and there always is one, stands nobody.
#[derive(Clone, Debug)]
pub(super) struct Line {
    ring: Box<[Guest]>,
    head: usize,
    tail: usize,
}

impl Line {
    /// A line with room for a few.
    pub(super) fn new() -> Self {
        Self { ring: Box::new([Guest::NOBODY; 4]), head: 0, tail: 0 }
    }

    /// The guest that came as this one, or whoever took the place later.
    #[inline(always)]
    pub(super) fn at(&mut self, count: usize) -> &mut Guest {
        let mask = self.ring.len() - 1;
        &mut self.ring[count & mask]
    }

    /// Puts a guest at the end.
    #[inline(always)]
    pub(super) fn join(&mut self, guest: &Guest) {
        *self.at(self.tail) = *guest;
        self.tail += 1;
        if self.tail - self.head == self.ring.len() {
            self.make_room();
        }
    }

    /// Takes the first guest out if it has not left and fits.
    #[inline(always)]
    pub(super) fn take_first(&mut self, fits: u8) -> Option<Guest> {
        let first = self.at(self.head);
        if first.fits() & fits == 0 {
            return None;
        }
        let guest = *first;
        first.go();
        self.head += 1;
        Some(guest)
    }

    /// Takes the first of all guests out that fits, if there is one.
    pub(super) fn take_first_that_fits(&mut self, fits: u8) -> Option<Guest> {
        while self.head < self.tail && !self.at(self.head).is_present() {
            self.head += 1;
        }
        let count = (self.head..self.tail).find(|&count| self.at(count).fits() & fits != 0)?;
        Some(self.take(count))
    }

    /// Takes a guest out.
    pub(super) fn take(&mut self, count: usize) -> Guest {
        let place = self.at(count);
        let guest = *place;
        place.go();
        self.head += usize::from(count == self.head);
        guest
    }

    /// Where the guest of a visit stands.
    pub(super) fn find(&mut self, visit: VisitId) -> usize {
        let (mut low, mut high) = (self.head, self.tail);
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.at(middle).number() < visit {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        debug_assert!(self.at(low).number() == visit, "who gives up is in the line");
        low
    }

    /// Those that wait, in order.
    pub(super) fn all(&self) -> impl Iterator<Item = &Guest> {
        let mask = self.ring.len() - 1;
        (self.head..self.tail).map(move |count| &self.ring[count & mask]).filter(|guest| guest.is_present())
    }

    /// Closes all gaps, and doubles the ring if fewer than half of its places were gaps.
    #[cold]
    fn make_room(&mut self) {
        let mut waiting: Vec<Guest> = self.all().copied().collect();
        (self.head, self.tail) = (0, waiting.len());
        let length = if 2 * waiting.len() > self.ring.len() { 2 * self.ring.len() } else { self.ring.len() };
        waiting.resize(length, Guest::NOBODY);
        self.ring = waiting.into_boxed_slice();
    }
}

#[cfg(test)]
mod tests {
    use super::super::{NO_MODEL, Word, traits};
    use super::*;

    fn guest(number: u32, fits: u8) -> Guest {
        Guest { visit: Word::of(number, 0), traits: traits(fits, NO_MODEL, 0, 0), ..Guest::NOBODY }
    }

    fn order(line: &Line) -> Vec<u32> {
        line.all().map(|guest| guest.number().0).collect()
    }

    fn next(line: &mut Line, fits: u8) -> Option<u32> {
        line.take_first_that_fits(fits).map(|guest| guest.number().0)
    }

    #[test]
    fn a_line_keeps_the_order_of_arrival_through_gaps_and_growth() {
        let mut line = Line::new();
        for number in 0..4 {
            line.join(&guest(number, if number == 0 { 2 } else { 1 }));
        }
        // The first waits for a plug of its own kind and is passed by.
        assert_eq!(next(&mut line, 1), Some(1));
        let third = line.find(VisitId(3));
        line.take(third);
        for number in 4..9 {
            line.join(&guest(number, 1));
        }
        assert_eq!(order(&line), [0, 2, 4, 5, 6, 7, 8]);
        assert_eq!(next(&mut line, 2), Some(0));
        assert_eq!(next(&mut line, 2), None);
        assert_eq!(order(&line), [2, 4, 5, 6, 7, 8]);
    }

    #[test]
    fn the_first_is_taken_only_if_it_is_there_and_fits() {
        let mut line = Line::new();
        assert!(line.take_first(1).is_none(), "nobody has come");
        for number in 0..3 {
            line.join(&guest(number, 1));
        }
        assert!(line.take_first(2).is_none(), "the first does not fit");
        assert_eq!(line.take_first(1).map(|guest| guest.number().0), Some(0));
        let second = line.find(VisitId(1));
        line.take(second);
        assert_eq!(line.take_first(1).map(|guest| guest.number().0), Some(2));
        assert!(line.take_first(1).is_none(), "all have left");
    }

    #[test]
    fn one_who_waits_for_long_does_not_make_a_line_grow() {
        let mut line = Line::new();
        line.join(&guest(0, 2));
        for number in 1..10_000 {
            line.join(&guest(number, 1));
            assert_eq!(next(&mut line, 1), Some(number));
        }
        assert_eq!((order(&line), line.ring.len()), (vec![0], 4));
    }
}
