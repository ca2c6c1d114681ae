//! The run in slices of equal length, from its very start: what warm-ups and batches are judged by.

use crate::units::{Duration, Time};
use std::ops::Sub;

/// The most slices that are kept: a run has half as many or more, unless it is shorter than a day.
const MOST: i64 = 2_048;
/// The shortest slice is a day halved so often: 84.375 seconds, the last of these that is a whole number of
/// milliseconds.
const HALVINGS: u32 = 10;
const SHORTEST: i64 = Duration::DAY.as_millis() >> HALVINGS;

/// What had come together since the start of the run by a time, over all stations: queues and busy plugs up to then, and
/// the waits of all who had arrived by then, however late they plugged in.
///
/// The difference of two marks is what belongs to the span between them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// Visitors who plugged in.
    pub plugged_in: u64,
    /// Their waits from arrival to plug-in, summed.
    pub waited: Duration,
    /// How many of them waited longer than ten minutes.
    pub over_10min: u64,
    /// How many of them waited longer than thirty minutes.
    pub over_30min: u64,
    /// Milliseconds of waiting visitors; nothing is integrated before the end of the warm-up.
    pub queue: i64,
    /// Milliseconds of plugs in use, likewise.
    pub busy: i64,
}

impl Sub for Mark {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        Self {
            plugged_in: self.plugged_in - before.plugged_in,
            waited: self.waited - before.waited,
            over_10min: self.over_10min - before.over_10min,
            over_30min: self.over_30min - before.over_30min,
            queue: self.queue - before.queue,
            busy: self.busy - before.busy,
        }
    }
}

/// A replication in slices of equal length, those of the warm-up among them; what is left of a slice at the horizon
/// is not told.
///
/// A slice lasts a day halved or doubled a number of times, so that days are whole numbers of slices, or slices of
/// days, and the slices of replications lie beside each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Series {
    /// The length of a slice.
    pub every: Duration,
    /// By slice, what had come together by its end.
    pub marks: Vec<Mark>,
}

impl Series {
    /// How many slices there are.
    pub fn slices(&self) -> usize {
        self.marks.len()
    }

    /// What happened in the slices from one to before another.
    ///
    /// # Panics
    ///
    /// If `to` is beyond the last slice or before `from`.
    pub fn between(&self, from: usize, to: usize) -> Mark {
        let by = |slice: usize| slice.checked_sub(1).map_or_else(Mark::default, |last| self.marks[last]);
        by(to) - by(from)
    }
}

/// The slice in which a run is, and those behind it.
#[derive(Clone, Debug)]
pub(super) struct Track {
    every: Duration,
    /// How often the shortest slice was doubled.
    doublings: u32,
    /// When the present slice ends.
    ends: Time,
    /// The waits of each slice's arrivals, and the integrals up to its end.
    slices: Vec<Mark>,
    closed: usize,
}

impl Track {
    /// For a run up to this time.
    pub(super) fn new(horizon: Time) -> Self {
        let mut doublings = 0;
        while horizon.since_start().as_millis() > MOST * (SHORTEST << doublings) {
            doublings += 1;
        }
        let every = Duration::from_millis(SHORTEST << doublings);
        Self { every, doublings, ends: Time::START + every, slices: Vec::new(), closed: 0 }
    }

    /// The end of the present slice.
    #[inline]
    pub(super) fn ends(&self) -> Time {
        self.ends
    }

    /// Closes the present slice with the integrals up to its end.
    pub(super) fn close(&mut self, queue: i64, busy: i64) {
        let slice = self.slice(self.closed);
        (slice.queue, slice.busy) = (queue, busy);
        self.closed += 1;
        self.ends = self.ends + self.every;
    }

    /// A visitor who arrived at this time plugs in after a wait.
    #[inline]
    pub(super) fn plugged_in(&mut self, arrived: Time, wait: Duration) {
        // Division by a constant is a multiplication.
        let slice = self.slice(((arrived.as_millis() >> self.doublings) / SHORTEST) as usize);
        slice.plugged_in += 1;
        slice.waited += wait;
        slice.over_10min += u64::from(wait > Duration::minutes(10));
        slice.over_30min += u64::from(wait > Duration::minutes(30));
    }

    #[inline]
    fn slice(&mut self, index: usize) -> &mut Mark {
        if index >= self.slices.len() {
            self.slices.resize(index + 1, Mark::default());
        }
        &mut self.slices[index]
    }

    /// The slices that ended.
    pub(super) fn finish(self) -> Series {
        let mut sum = Mark::default();
        let up_to = |slice: &Mark| {
            sum.plugged_in += slice.plugged_in;
            sum.waited += slice.waited;
            sum.over_10min += slice.over_10min;
            sum.over_30min += slice.over_30min;
            Mark { queue: slice.queue, busy: slice.busy, ..sum }
        };
        Series { every: self.every, marks: self.slices.iter().take(self.closed).map(up_to).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slice_is_a_day_halved_or_doubled_and_there_are_never_too_many() {
        let slice = |hours: i64| Track::new(Time::START + Duration::hours(hours)).every;
        assert_eq!(slice(1), Duration::from_millis(84_375));
        assert_eq!(slice(48), Duration::from_millis(84_375));
        assert_eq!(slice(9 * 24), Duration::from_millis(84_375 * 8));
        assert_eq!(slice(2_048 * 24), Duration::DAY);
        assert_eq!(slice(2_048 * 24 + 1), Duration::DAY * 2);
    }

    #[test]
    fn the_difference_of_two_marks_is_what_happened_between_them() {
        let mut track = Track::new(Time::START + Duration::DAY);
        // The last of them plugs in long after its slice has ended, and belongs to that in which it arrived.
        for (slice, minutes) in [(0, 0), (2, 31), (1, 11)] {
            track.plugged_in(Time::from_millis(slice * SHORTEST), Duration::minutes(minutes));
        }
        for queue in [0, 11, 31] {
            track.close(queue, 1);
        }
        let series = track.finish();
        let last = series.between(1, 3);
        assert_eq!((last.plugged_in, last.waited), (2, Duration::minutes(42)));
        assert_eq!((last.over_10min, last.over_30min, last.queue, last.busy), (2, 1, 31, 0));
        assert_eq!(series.between(0, 3).plugged_in, 3);
    }
}
