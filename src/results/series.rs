//! The run in slices of equal length, from its very start: what warm-ups and batches are judged by.

use crate::units::{Duration, Time};
use std::ops::Sub;

/// The most slices that are kept: a run has half as many or more, unless it is shorter than a day.
const MOST: i64 = 2_048;
/// The shortest slice is a day halved so often: 84.375 seconds, the last of these that is a whole number of
/// milliseconds.
const HALVINGS: u32 = 10;

/// What had come together since the start of the run by a time, over all stations.
///
/// The difference of two marks is what happened between them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// Visitors plugged in.
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
    /// When the present slice ends.
    ends: Time,
    so_far: Mark,
    marks: Vec<Mark>,
}

impl Track {
    /// For a run up to this time.
    pub(super) fn new(horizon: Time) -> Self {
        let mut every = Duration::from_millis(Duration::DAY.as_millis() >> HALVINGS);
        while horizon.since_start().as_millis() > MOST * every.as_millis() {
            every = every * 2;
        }
        Self { every, ends: Time::START + every, so_far: Mark::default(), marks: Vec::new() }
    }

    /// The end of the present slice.
    #[inline]
    pub(super) fn ends(&self) -> Time {
        self.ends
    }

    /// Closes the present slice with the integrals up to its end.
    pub(super) fn close(&mut self, queue: i64, busy: i64) {
        self.marks.push(Mark { queue, busy, ..self.so_far });
        self.ends = self.ends + self.every;
    }

    /// A visitor plugs in.
    #[inline]
    pub(super) fn plugged_in(&mut self, wait: Duration) {
        self.so_far.plugged_in += 1;
        self.so_far.waited += wait;
        self.so_far.over_10min += u64::from(wait > Duration::minutes(10));
        self.so_far.over_30min += u64::from(wait > Duration::minutes(30));
    }

    /// The slices that ended.
    pub(super) fn finish(self) -> Series {
        Series { every: self.every, marks: self.marks }
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
        for minutes in [0, 11, 31] {
            track.plugged_in(Duration::minutes(minutes));
            track.close(minutes, 1);
        }
        let series = track.finish();
        let last = series.between(1, 3);
        assert_eq!((last.plugged_in, last.waited), (2, Duration::minutes(42)));
        assert_eq!((last.over_10min, last.over_30min, last.queue, last.busy), (2, 1, 31, 0));
        assert_eq!(series.between(0, 3).plugged_in, 3);
    }
}
