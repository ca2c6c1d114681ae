//! Values for the hours of a day, each given exactly once.

use super::table::Problems;

/// The hours of a day while a table is read.
#[derive(Default)]
pub(super) struct Hours([Option<f64>; 24]);

impl Hours {
    /// Fills an hour.
    pub(super) fn set(&mut self, line: u64, hour: usize, value: f64, problems: &mut Problems) {
        match self.0.get_mut(hour) {
            None => problems.at(line, format!("hour {hour} is not of this day"), "count hours from 0 to 23"),
            Some(Some(_)) => problems.at(line, format!("hour {hour} stands twice"), "keep one of its rows"),
            Some(empty) => *empty = Some(value),
        }
    }

    /// All hours; an empty one is a problem of `whose` day.
    pub(super) fn finish(self, whose: &str, problems: &mut Problems) -> [f64; 24] {
        for (hour, value) in self.0.iter().enumerate() {
            if value.is_none() {
                problems.whole(format!("hour {hour} of {whose} is missing"), "add its row");
            }
        }
        self.0.map(Option::unwrap_or_default)
    }
}
