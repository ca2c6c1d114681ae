//! A pace that changes by the hour of the week: of traffic, of requests, of private visits.

use crate::units::{Duration, Time};

/// Hours in a week.
pub(crate) const WEEK: usize = 168;

/// The pace 1 in the integers of a [`Rhythm`].
const UNIT: i64 = super::FINE;

/// A piecewise-constant pace by hour of the run's week.
///
/// With `G(t)` the integral of the pace, [`after`](Self::after) is `G⁻¹(G(t) + work) − t`. Cars that obey one
/// rhythm never overtake by leaving later, and a Poisson stream in the rhythm's time is an inhomogeneous one
/// in ours.
#[derive(Clone, Debug)]
pub struct Rhythm {
    /// Pace times `UNIT` for each hour of the week, counted from the run's first midnight.
    pace: [u32; WEEK],
    /// Work done in a week, in milliseconds times `UNIT`.
    week: i64,
    /// Factors of the pace for each hour of the run, times `UNIT`, the last one standing for all later ones; none if
    /// all are 1.
    factors: Option<Vec<u32>>,
}

impl Rhythm {
    /// The rhythm with this pace for each hour of the week, Monday first, in a run whose first day is
    /// `first_weekday` (Monday is 0). `None` if no hour has a pace.
    pub fn new(first_weekday: u8, pace: impl Fn(u8, usize) -> f64) -> Option<Self> {
        let mut hours = [0; WEEK];
        for (hour, slot) in hours.iter_mut().enumerate() {
            let weekday = (usize::from(first_weekday) + hour / 24) % 7;
            *slot = (pace(weekday as u8, hour % 24) * UNIT as f64).round() as u32;
        }
        let week = hours.iter().map(|&pace| i64::from(pace) * Duration::HOUR.as_millis()).sum();
        (week > 0).then_some(Self { pace: hours, week, factors: None })
    }

    /// The same rhythm under a factor for each hour of the run.
    pub(crate) fn under(mut self, factors: impl Iterator<Item = f64>) -> Self {
        let factors: Vec<u32> = factors.map(|factor| (factor * UNIT as f64).round() as u32).collect();
        self.factors = factors.iter().any(|&factor| i64::from(factor) != UNIT).then_some(factors);
        self
    }

    /// The pace in an hour of the run.
    #[inline]
    fn pace_in(&self, hour: i64) -> i64 {
        let pace = i64::from(self.pace[hour as usize % WEEK]);
        match &self.factors {
            None => pace,
            // What moves at all, moves on.
            Some(factors) => {
                let factor = factors[(hour as usize).min(factors.len() - 1)];
                (pace * i64::from(factor) / UNIT).max(i64::from(pace > 0))
            }
        }
    }

    /// The span from `start` in which this much work is done, at pace 1 as long as `work` itself.
    #[inline]
    pub fn after(&self, start: Time, work: Duration) -> Duration {
        self.after_fine(start, work.as_millis() * UNIT).0
    }

    /// As [`after`](Self::after), of work in parts of a millisecond at pace 1, of which there are
    /// [`FINE`](super::FINE); and by how much more work than asked the next whole millisecond is later.
    #[inline]
    pub fn after_fine(&self, start: Time, work: i64) -> (Duration, i64) {
        let mut left = work;
        let mut from = start;
        if left >= self.week && self.factors.is_none() {
            // Whole weeks are alike.
            let weeks = left / self.week;
            left -= weeks * self.week;
            from = start + Duration::hours(weeks * WEEK as i64);
        }
        let (rest, beyond) = self.through(from, left, |pace| pace);
        (from - start + rest, beyond)
    }

    /// How long a unit of work takes at the pace of this moment, in units of 2⁻¹⁶; at most a thousand times as long as
    /// at pace 1.
    #[inline]
    pub(crate) fn slowness(&self, now: Time) -> i64 {
        UNIT * UNIT / self.pace_in(now.hour()).max(UNIT / 1_000)
    }

    /// As [`after`](Self::after), at another pace for each pace of an hour: in and out in units of 2⁻¹⁶.
    #[inline]
    pub(crate) fn after_at(&self, start: Time, work: Duration, other: impl Fn(i64) -> i64) -> Duration {
        self.through(start, work.as_millis() * UNIT, other).0
    }

    /// The span from `start` until nothing is left, hour by hour, and by how much more than that is done then.
    #[inline]
    fn through(&self, start: Time, mut left: i64, at: impl Fn(i64) -> i64) -> (Duration, i64) {
        let mut hour = start.hour();
        let mut now = start;
        loop {
            let pace = at(self.pace_in(hour));
            let until_hour = Time::at_hour(hour + 1) - now;
            let possible = until_hour.as_millis() * pace;
            if left <= possible {
                // Rounded up, and at most `until_hour` because `left` is at most `possible`.
                let rest = if left <= 0 { 0 } else { (left as u64).div_ceil(pace as u64) as i64 };
                return (now - start + Duration::from_millis(rest), rest * pace - left);
            }
            left -= possible;
            hour += 1;
            now = Time::at_hour(hour);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Half pace from 8 to 9 on Mondays, full pace otherwise.
    fn one_slow_hour() -> Rhythm {
        Rhythm::new(0, |day, hour| if (day, hour) == (0, 8) { 0.5 } else { 1.0 }).expect("has a pace")
    }

    #[test]
    fn work_across_hours_is_integrated() {
        let half_past_seven = Time::at_hour(7) + Duration::minutes(30);
        let rhythm = one_slow_hour();
        assert_eq!(rhythm.after(half_past_seven, Duration::minutes(30)), Duration::minutes(30));
        assert_eq!(rhythm.after(half_past_seven, Duration::minutes(45)), Duration::minutes(60));
        assert_eq!(rhythm.after(half_past_seven, Duration::minutes(70)), Duration::minutes(100));
    }

    #[test]
    fn whole_weeks_are_skipped_without_a_loop() {
        let (rhythm, week) = (one_slow_hour(), Duration::DAY * 7);
        let work = week - Duration::minutes(30);
        assert_eq!(rhythm.after(Time::at_hour(5), work), week);
        assert_eq!(
            rhythm.after(Time::at_hour(5), work * 1_000 + Duration::minutes(9)),
            week * 1_000 + Duration::minutes(9)
        );
    }

    #[test]
    fn no_one_overtakes_by_leaving_later() {
        let rhythm = one_slow_hour();
        let arrivals: Vec<Time> = (0..240)
            .map(|minute| Time::at_hour(6) + Duration::minutes(minute))
            .map(|start| start + rhythm.after(start, Duration::minutes(37)))
            .collect();
        assert!(arrivals.is_sorted());
    }

    #[test]
    fn factors_are_of_the_run_and_not_of_the_week() {
        let steady = || Rhythm::new(0, |_, _| 1.0).expect("has a pace");
        let slow_second_day = (0..48).map(|hour| if hour < 24 { 1.0 } else { 0.5 });
        let rhythm = steady().under(slow_second_day);
        let last_minutes = Time::at_hour(23) + Duration::minutes(45);
        assert_eq!(rhythm.after(last_minutes, Duration::minutes(30)), Duration::minutes(45));
        // Beyond the factors the last one goes on, also in the next week.
        assert_eq!(rhythm.after(Time::at_hour(200), Duration::hours(500)), Duration::hours(1_000));
        assert!(steady().under([1.0, 1.0].into_iter()).factors.is_none());
    }

    #[test]
    fn the_week_begins_on_the_first_weekday_of_the_run() {
        let monday_only =
            |first| Rhythm::new(first, |day, _| f64::from(u8::from(day == 0))).expect("has a pace");
        assert_eq!(monday_only(6).after(Time::START, Duration::hours(1)), Duration::hours(25));
        assert!(Rhythm::new(0, |_, _| 0.0).is_none());
    }
}
