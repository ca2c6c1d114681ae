//! One finished run of a sweep, as a line of its journal.

use crate::ids::{DistrictId, IdVec};
use crate::results::{Group, Outcome, WHOLE, columns, groups};
use serde::{Deserialize, Serialize};

/// One replication of one point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// The number of the point, from 1.
    pub point: u32,
    /// The number of the replication, from 1.
    pub replication: u32,
    /// How many events the engine handled.
    pub events: u64,
    /// The hash of all observations, in hexadecimal digits.
    pub fingerprint: String,
    /// The metrics of the city, and of each district in which any applies.
    pub groups: Vec<Group>,
}

impl Run {
    /// A run from what a replication measured; `districts` are the keys of the districts.
    pub(super) fn of(
        point: u32,
        replication: u32,
        outcome: &Outcome,
        districts: &IdVec<DistrictId, String>,
    ) -> Self {
        let fingerprint = outcome.fingerprint.to_hex().to_string();
        Self { point, replication, events: outcome.events, fingerprint, groups: groups(outcome, districts) }
    }

    /// The value of a metric in a group, if there is such a group and it applies.
    pub fn value(&self, group: &str, metric: &str) -> Option<f64> {
        let column = columns().iter().position(|column| column.name == metric)?;
        self.groups.iter().find(|of| of.name == group)?.values[column]
    }

    /// The metrics of the whole city, in the order of [`columns`].
    pub fn city(&self) -> Option<&[Option<f64>]> {
        self.groups.iter().find(|group| group.name == WHOLE).map(|group| group.values.as_slice())
    }

    /// The run as one line of JSON, its line break included.
    pub fn line(&self) -> String {
        // Names, whole numbers and finite numbers: what serde_json can always write.
        serde_json::to_string(self).unwrap_or_default() + "\n"
    }

    /// The runs of a journal, and how many of its bytes hold them: what follows is the half-written line of a
    /// run that was interrupted.
    ///
    /// # Errors
    ///
    /// Returns the number of a broken line that others follow, counted from 1.
    pub fn parse_all(journal: &[u8]) -> Result<(Vec<Self>, usize), usize> {
        let mut runs = Vec::new();
        let (mut whole, mut broken) = (0, None);
        for (number, line) in (1..).zip(journal.split_inclusive(|byte| *byte == b'\n')) {
            let run = if line.ends_with(b"\n") { Self::parse(line) } else { None };
            match (run, broken) {
                (Some(_), Some(broken)) => return Err(broken),
                (Some(run), None) => {
                    runs.push(run);
                    whole += line.len();
                }
                (None, None) => broken = Some(number),
                (None, Some(_)) => {}
            }
        }
        Ok((runs, whole))
    }

    fn parse(line: &[u8]) -> Option<Self> {
        let run: Self = serde_json::from_slice(line).ok()?;
        let whole = run.groups.iter().all(|group| group.values.len() == columns().len());
        (whole && run.point > 0 && run.replication > 0).then_some(run)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(replication: u32) -> Run {
        let mut values = vec![None; columns().len()];
        values[0] = Some(0.1 + f64::from(replication));
        let groups = vec![Group { name: "city".to_owned(), values }];
        Run { point: 3, replication, events: 7, fingerprint: "f0".to_owned(), groups }
    }

    #[test]
    fn a_journal_gives_back_its_runs_and_forgets_a_torn_line() {
        let lines = run(1).line() + &run(2).line();
        let torn = lines.clone() + &run(3).line()[..40];
        assert_eq!(Run::parse_all(torn.as_bytes()), Ok((vec![run(1), run(2)], lines.len())));
        let zeros = [lines.as_bytes(), &[0; 30], b"\n"].concat();
        assert_eq!(Run::parse_all(&zeros), Ok((vec![run(1), run(2)], lines.len())));
        assert_eq!(Run::parse_all(b""), Ok((vec![], 0)));
    }

    #[test]
    fn a_broken_line_among_others_is_told() {
        let lines = run(1).line() + "{}\n" + &run(2).line();
        assert_eq!(Run::parse_all(lines.as_bytes()), Err(2));
    }

    #[test]
    fn numbers_come_back_with_all_their_digits() {
        for value in [0.1, 1.0 / 3.0, 123_456.789, 5e-324, 1.797_693_134_862_315_7e308] {
            let mut run = run(1);
            run.groups[0].values[0] = Some(value);
            let (runs, _) = Run::parse_all(run.line().as_bytes()).expect("the line is whole");
            assert_eq!(runs[0].groups[0].values[0], Some(value));
        }
    }
}
