//! Integrals over time of quantities that jump: queues, busy plugs, drawn power.

use crate::units::{Duration, Time};

/// The hours of a week.
pub(super) const HOURS_OF_WEEK: usize = 168;

/// The hours of the week, Monday's first hour being 0.
#[derive(Clone, Copy, Debug)]
pub(super) struct Week {
    /// The hour of the week at which the run starts.
    first: i64,
}

impl Week {
    /// A week whose first simulated day is this one; Monday is 0.
    pub(super) fn starting(weekday: u8) -> Self {
        Self { first: i64::from(weekday) * 24 }
    }

    /// The hour of the week at a time.
    #[inline]
    pub(super) fn hour(self, time: Time) -> usize {
        (self.first + time.hour()).rem_euclid(HOURS_OF_WEEK as i64) as usize
    }

    /// Splits a span at the full hours and gives each hour of the week its milliseconds.
    #[inline]
    pub(super) fn spread(self, from: Time, to: Time, mut give: impl FnMut(usize, i64)) {
        let week = Duration::HOUR * HOURS_OF_WEEK as i64;
        let whole_weeks = (to - from).as_millis() / week.as_millis();
        if whole_weeks > 0 {
            for hour in 0..HOURS_OF_WEEK {
                give(hour, whole_weeks * Duration::HOUR.as_millis());
            }
        }
        let mut from = from + week * whole_weeks;
        while from < to {
            let until = Time::at_hour(from.hour() + 1).min(to);
            give(self.hour(from), (until - from).as_millis());
            from = until;
        }
    }
}

/// A quantity and its integral since the end of the warm-up.
#[derive(Clone, Debug)]
pub(super) struct Gauge {
    value: i64,
    /// Up to here the integral is complete. It starts at the end of the warm-up, so that spans before
    /// that are negative and not counted.
    since: Time,
    integral: i64,
    peak: i64,
}

impl Gauge {
    /// A quantity of zero, to be integrated from a time on.
    pub(super) fn from(start: Time) -> Self {
        Self { value: 0, since: start, integral: 0, peak: 0 }
    }

    /// Completes the integral up to now.
    #[inline]
    pub(super) fn advance(&mut self, now: Time) {
        if now > self.since {
            self.integral += self.value * (now - self.since).as_millis();
            // A value that lasts no time is an order of events at one instant, not a peak.
            self.peak = self.peak.max(self.value);
            self.since = now;
        }
    }

    /// The quantity jumps.
    #[inline]
    pub(super) fn add(&mut self, now: Time, change: i64) {
        self.advance(now);
        self.value += change;
    }

    /// The quantity.
    #[inline]
    pub(super) fn value(&self) -> i64 {
        self.value
    }

    /// The integral up to now.
    pub(super) fn integral(&mut self, now: Time) -> i64 {
        self.advance(now);
        self.integral
    }

    /// The quantity has another value from now on.
    pub(super) fn set(&mut self, now: Time, value: i64) {
        self.advance(now);
        self.value = value;
    }

    /// The integral and the greatest value, at the end of the run.
    pub(super) fn close(mut self, end: Time) -> (i64, i64) {
        self.advance(end);
        (self.integral, self.peak)
    }
}

/// A quantity of the whole city, with an integral and a greatest value for each hour of the week.
#[derive(Clone, Debug)]
pub(super) struct WeekGauge {
    gauge: Gauge,
    week: Week,
    hours: Vec<(i64, i64)>,
}

impl WeekGauge {
    /// A quantity of zero, to be integrated from a time on.
    pub(super) fn from(start: Time, week: Week) -> Self {
        Self { gauge: Gauge::from(start), week, hours: vec![(0, 0); HOURS_OF_WEEK] }
    }

    /// Completes the integrals up to now.
    #[inline]
    fn advance(&mut self, now: Time) {
        let (since, value) = (self.gauge.since, self.gauge.value);
        if now > since && value != 0 {
            self.week.spread(since, now, |hour, millis| {
                let (integral, peak) = &mut self.hours[hour];
                *integral += value * millis;
                *peak = (*peak).max(value);
            });
        }
        self.gauge.advance(now);
    }

    /// The quantity jumps.
    #[inline]
    pub(super) fn add(&mut self, now: Time, change: i64) {
        self.advance(now);
        self.gauge.value += change;
    }

    /// The integral up to now.
    pub(super) fn integral(&mut self, now: Time) -> i64 {
        self.advance(now);
        self.gauge.integral
    }

    /// The integral and the greatest value, and both by hour of the week, at the end of the run.
    pub(super) fn close(mut self, end: Time) -> (i64, i64, Vec<(i64, i64)>) {
        self.advance(end);
        (self.gauge.integral, self.gauge.peak, self.hours)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Time {
        Time::START + Duration::minutes(minutes)
    }

    #[test]
    fn a_span_is_split_at_the_full_hours() {
        let mut parts = Vec::new();
        // The run starts on a Sunday; its last hour is followed by Monday's first.
        Week::starting(6).spread(at(22 * 60 + 30), at(24 * 60 + 15), |hour, millis| {
            parts.push((hour, millis / 60_000));
        });
        assert_eq!(parts, [(166, 30), (167, 60), (0, 15)]);
    }

    #[test]
    fn weeks_are_spread_without_counting_hours() {
        let mut hours = vec![0; HOURS_OF_WEEK];
        let weeks = Duration::HOUR * (168 * 1_000_000);
        let end = at(30) + weeks + Duration::HOUR;
        Week::starting(0).spread(at(30), end, |hour, millis| hours[hour] += millis);
        let hour = Duration::HOUR.as_millis();
        assert_eq!(hours[0], 1_000_000 * hour + hour / 2);
        assert_eq!(hours[1], 1_000_000 * hour + hour / 2);
        assert!(hours[2..].iter().all(|millis| *millis == 1_000_000 * hour));
    }

    #[test]
    fn nothing_before_the_warm_up_ends_is_integrated() {
        let mut gauge = WeekGauge::from(at(60), Week::starting(0));
        gauge.add(at(10), 5);
        gauge.add(at(50), -3);
        gauge.add(at(90), 1);
        gauge.add(at(90), 9);
        gauge.add(at(90), -9);
        let (integral, peak, hours) = gauge.close(at(150));
        assert_eq!(integral, (2 * 30 + 3 * 60) * 60_000);
        assert_eq!(peak, 3);
        assert_eq!(&hours[..3], [(0, 0), ((2 * 30 + 3 * 30) * 60_000, 3), (3 * 30 * 60_000, 3)]);
    }
}
