//! Points in simulated time and the spans between them, in milliseconds.

use super::additive;
use std::fmt;
use std::ops::{Add, Sub};

/// A point in simulated time: milliseconds of Almaty wall clock since the scenario's first midnight.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(i64);

/// A span of simulated time, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(i64);

additive!(Duration);

impl Time {
    /// The scenario's first midnight.
    pub const START: Self = Self(0);
    /// Later than any run ends.
    pub const NEVER: Self = Self(i64::MAX / 4);

    /// The point this many milliseconds after the start.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since the start.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// The whole hours that have passed since the start.
    pub const fn hour(self) -> i64 {
        self.0.div_euclid(Duration::HOUR.0)
    }

    /// The whole days that have passed since the start.
    pub const fn day(self) -> i64 {
        self.0.div_euclid(Duration::DAY.0)
    }

    /// The start of the hour with this number.
    pub const fn at_hour(hour: i64) -> Self {
        Self(hour * Duration::HOUR.0)
    }

    /// The span since the start.
    pub const fn since_start(self) -> Duration {
        Duration(self.0)
    }
}

impl Duration {
    /// One second.
    pub const SECOND: Self = Self(1_000);
    /// One minute.
    pub const MINUTE: Self = Self(60_000);
    /// One hour.
    pub const HOUR: Self = Self(3_600_000);
    /// One day.
    pub const DAY: Self = Self(24 * 3_600_000);

    /// A span of this many milliseconds.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// A span of this many minutes.
    pub const fn minutes(minutes: i64) -> Self {
        Self(minutes * Self::MINUTE.0)
    }

    /// A span of this many hours.
    pub const fn hours(hours: i64) -> Self {
        Self(hours * Self::HOUR.0)
    }

    /// The span nearest to a number of seconds, as read from a scenario or a table.
    pub fn from_secs_f64(seconds: f64) -> Self {
        Self((seconds * 1e3).round() as i64)
    }

    /// Milliseconds.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Seconds, for tables and people.
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / 1e3
    }

    /// Hours, for tables and people.
    pub fn as_hours_f64(self) -> f64 {
        self.0 as f64 / Self::HOUR.0 as f64
    }
}

impl Add<Duration> for Time {
    type Output = Self;
    fn add(self, span: Duration) -> Self {
        Self(self.0 + span.0)
    }
}

impl Sub<Duration> for Time {
    type Output = Self;
    fn sub(self, span: Duration) -> Self {
        Self(self.0 - span.0)
    }
}

impl Sub for Time {
    type Output = Duration;
    fn sub(self, earlier: Self) -> Duration {
        Duration(self.0 - earlier.0)
    }
}

/// Reads as `day 2 07:05:09.250`.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (second, milli) = (self.0.div_euclid(1_000), self.0.rem_euclid(1_000));
        let (minute, hour) = (second.div_euclid(60), second.div_euclid(3_600));
        write!(
            f,
            "day {} {:02}:{:02}:{:02}",
            self.day(),
            hour.rem_euclid(24),
            minute.rem_euclid(60),
            second.rem_euclid(60)
        )?;
        if milli == 0 { Ok(()) } else { write!(f, ".{milli:03}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_reads_as_a_clock() {
        let time = Time::START + Duration::DAY * 2 + Duration::hours(7) + Duration::minutes(5);
        assert_eq!(time.to_string(), "day 2 07:05:00");
        assert_eq!((time + Duration::from_millis(9_250)).to_string(), "day 2 07:05:09.250");
        assert_eq!((time.day(), time.hour()), (2, 55));
    }
}
