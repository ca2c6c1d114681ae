//! Matching many passengers and taxis at once.

use crate::scenario::Matching;
use crate::units::Duration;

/// When waiting passengers and idle taxis are matched at once, and at what cost.
#[derive(Clone, Copy, Debug)]
pub struct Batch {
    /// From one batch to the next; the first is at midnight.
    pub every: Duration,
    /// What an empty battery counts against a full one, as a time of arrival.
    pub low_charge: Duration,
    /// How many candidates are weighed on the side of which there are more.
    pub nearest: usize,
}

pub(super) fn batch(matching: Matching) -> Option<Batch> {
    match matching {
        Matching::Nearest => None,
        Matching::Batch { seconds, low_charge_minutes, nearest } => Some(Batch {
            every: Duration::from_secs_f64(seconds),
            low_charge: Duration::from_secs_f64(low_charge_minutes * 60.0),
            nearest: nearest as usize,
        }),
    }
}
