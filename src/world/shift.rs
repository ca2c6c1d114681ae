//! When a car is driven, and by whom.

use crate::units::{Duration, Time};

/// The working hours of a car's drivers, the same every day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shift {
    /// One driver, who starts at this time of day and stays this long.
    Single {
        /// Time of day.
        starts: Duration,
        /// Length.
        lasting: Duration,
    },
    /// Two drivers round the clock, who hand the car over at its home at these times of day, in rising order.
    Double {
        /// Times of day.
        handovers: [Duration; 2],
    },
}

impl Shift {
    /// The first start of a shift after a time.
    pub fn next_start(&self, now: Time) -> Time {
        match *self {
            Self::Single { starts, .. } => after(now, starts),
            Self::Double { handovers } => after(now, handovers[0]).min(after(now, handovers[1])),
        }
    }

    /// The first start of a shift in a run.
    pub fn first_start(&self) -> Time {
        match *self {
            Self::Single { starts, .. } => Time::START + starts,
            Self::Double { handovers } => Time::START + handovers[0],
        }
    }

    /// The last start of a shift up to a time, this one included.
    pub fn last_start(&self, now: Time) -> Time {
        match *self {
            Self::Single { starts, .. } => before(now, starts),
            Self::Double { handovers } => before(now, handovers[0]).max(before(now, handovers[1])),
        }
    }

    /// When the shift ends that started last. Whoever takes a car late ends on time.
    pub fn end(&self, now: Time) -> Time {
        match *self {
            Self::Single { lasting, .. } => self.last_start(now) + lasting,
            Self::Double { .. } => self.next_start(now),
        }
    }

    /// Whether a later shift than the one that began at this time has started by now, and is not over.
    pub fn has_followed(&self, began: Time, now: Time) -> bool {
        self.last_start(now) > began && now < self.end(now)
    }

    /// Which of a car's drivers, 0 or 1, has it from now on.
    pub fn driver(&self, now: Time) -> u8 {
        match *self {
            Self::Single { .. } => 0,
            Self::Double { handovers } => u8::from(after(now, handovers[0]) < after(now, handovers[1])),
        }
    }

    /// Whether another driver waits for the car at the end of a shift.
    pub fn is_double(&self) -> bool {
        matches!(self, Self::Double { .. })
    }

    /// The length of the longest shift.
    pub fn longest(&self) -> Duration {
        match *self {
            Self::Single { lasting, .. } => lasting,
            Self::Double { handovers: [first, second] } => {
                (second - first).max(Duration::DAY - (second - first))
            }
        }
    }
}

/// The first time after `now` at which the clock shows this time of day.
fn after(now: Time, of_day: Duration) -> Time {
    let today = Time::START + Duration::DAY * now.day() + of_day;
    if today > now { today } else { today + Duration::DAY }
}

/// The last time up to `now` at which the clock showed this time of day.
fn before(now: Time, of_day: Duration) -> Time {
    let today = Time::START + Duration::DAY * now.day() + of_day;
    if today <= now { today } else { Time::START + Duration::DAY * (now.day() - 1) + of_day }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_drivers_take_turns_and_one_who_comes_late_has_less() {
        let shift = Shift::Double { handovers: [Duration::hours(7), Duration::hours(19)] };
        let late = Time::at_hour(19) + Duration::minutes(20);
        assert_eq!(shift.next_start(Time::START), Time::at_hour(7));
        assert_eq!((shift.driver(Time::at_hour(7)), shift.end(Time::at_hour(7))), (0, Time::at_hour(19)));
        assert_eq!((shift.driver(late), shift.end(late)), (1, Time::at_hour(31)));
        assert_eq!(shift.driver(Time::at_hour(3)), 1);
        assert_eq!(shift.longest(), Duration::hours(12));
    }

    #[test]
    fn one_driver_starts_at_the_same_time_every_day() {
        let shift = Shift::Single { starts: Duration::hours(8), lasting: Duration::hours(10) };
        assert_eq!(shift.next_start(Time::at_hour(8)), Time::at_hour(32));
        assert_eq!(shift.end(Time::at_hour(8)), Time::at_hour(18));
        assert!(!shift.is_double() && shift.driver(Time::at_hour(20)) == 0);
    }

    #[test]
    fn a_shift_that_ends_after_the_next_begins_is_followed_by_it_at_once() {
        let shift = Shift::Single { starts: Duration::hours(8), lasting: Duration::hours(24) };
        assert!(shift.has_followed(Time::at_hour(8), Time::at_hour(32)));
        assert!(!shift.has_followed(Time::at_hour(8), Time::at_hour(31)));
        assert_eq!(shift.end(Time::at_hour(33)), Time::at_hour(56));
        let short = Shift::Single { starts: Duration::hours(8), lasting: Duration::hours(10) };
        assert!(!short.has_followed(Time::at_hour(8), Time::at_hour(19)));
        assert!(
            short.has_followed(Time::at_hour(8), Time::at_hour(33)),
            "a driver who is a day late begins at once"
        );
        assert!(!short.has_followed(Time::at_hour(8), Time::at_hour(43)), "that shift is over as well");
        let double = Shift::Double { handovers: [Duration::hours(7), Duration::hours(8)] };
        assert!(
            double.has_followed(Time::at_hour(8), Time::at_hour(32)),
            "the other driver has missed the hour"
        );
    }
}
