//! One finished run of a sweep, as a line of its journal.

use crate::ids::{DistrictId, IdVec};
use crate::results::{CITY, Group, Metrics, Outcome, Sample, WHOLE, columns, groups};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
    /// What the quantiles of the city are of, by name: see [`Metrics::sample`].
    pub waits: BTreeMap<String, Sample>,
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
        let waits = outcome.city.samples().iter().map(|(of, sample)| ((*of).to_owned(), sample.clone()));
        let (events, groups) = (outcome.events, groups(outcome, districts));
        Self { point, replication, events, fingerprint, groups, waits: waits.collect() }
    }

    /// The value of a metric in a group, if there is such a group and it applies.
    pub fn value(&self, group: &str, metric: &str) -> Option<f64> {
        let column = columns().iter().position(|column| column.name == metric)?;
        self.groups.iter().find(|of| of.name == group)?.values[column]
    }

    /// The metrics of a group, as far as the city has them too; those of the whole city with what its quantiles are of.
    pub fn metrics(&self, group: &str) -> Option<Metrics> {
        // The columns of runs begin with the metrics of the city.
        let group = self.groups.iter().find(|of| of.name == group)?;
        let mut metrics = Metrics::of(CITY, &group.values);
        if group.name == WHOLE {
            self.waits.iter().for_each(|(of, sample)| metrics.set_sample(of, sample.clone()));
        }
        Some(metrics)
    }

    /// The run as one line of JSON, its line break included. Its last entry is the hash of all before it and of
    /// the sweep, by its identity.
    pub fn line(&self, sweep: &str) -> String {
        // Names, whole numbers and finite numbers: what serde_json can always write.
        let mut line = serde_json::to_string(self).unwrap_or_default();
        line.truncate(line.len().saturating_sub(1));
        let hash = hash(sweep, line.as_bytes());
        line + HASH + &hash + "\"}\n"
    }

    /// The runs of a sweep's journal, and how many of its bytes hold them: what follows is the half-written line
    /// of a run that was interrupted.
    ///
    /// # Errors
    ///
    /// Returns every line that is not of this sweep as it was written.
    pub fn parse_all(journal: &[u8], sweep: &str) -> Result<(Vec<Self>, usize), Vec<Broken>> {
        let whole = whole(journal);
        let (mut runs, mut broken) = (Vec::new(), Vec::new());
        let mut lines: BTreeMap<(u32, u32), usize> = BTreeMap::new();
        for (number, line) in (1..).zip(journal[..whole].split_inclusive(|byte| *byte == b'\n')) {
            let run = Self::parse(line, sweep).and_then(|run| {
                match lines.insert((run.point, run.replication), number) {
                    Some(first) => Err(Why::Repeated(first)),
                    None => Ok(run),
                }
            });
            match run {
                Ok(run) => runs.push(run),
                Err(why) => broken.push(Broken { line: number, why }),
            }
        }
        if broken.is_empty() { Ok((runs, whole)) } else { Err(broken) }
    }

    fn parse(line: &[u8], sweep: &str) -> Result<Self, Why> {
        if line.trim_ascii().is_empty() {
            return Err(Why::Empty);
        }
        let sealed = line
            .strip_suffix(b"\"}\n")
            .and_then(|line| line.split_at_checked(line.len().checked_sub(HASH_DIGITS)?));
        let (told, found) = sealed.ok_or(Why::NoRun)?;
        let told = told.strip_suffix(HASH.as_bytes()).ok_or(Why::NoRun)?;
        if hash(sweep, told).as_bytes() != found {
            return Err(Why::Changed);
        }
        let run: Self = serde_json::from_slice(&[told, b"}"].concat()).map_err(|_| Why::NoRun)?;
        let whole = run.groups.iter().all(|group| group.values.len() == columns().len());
        if whole && run.point > 0 && run.replication > 0 { Ok(run) } else { Err(Why::NoRun) }
    }
}

/// A line of a journal that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Its number, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub why: Why,
}

/// What is wrong with a line of a journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// There is nothing in it.
    Empty,
    /// It does not have the form of a run.
    NoRun,
    /// Its hash is that of another text, or of a run of another sweep.
    Changed,
    /// Another line has the same run; its number.
    Repeated(usize),
}

/// What stands between a run and its hash.
const HASH: &str = ",\"hash\":\"";
/// A line is told from any other by so many digits.
const HASH_DIGITS: usize = 32;

/// The hash of a line up to its hash.
fn hash(sweep: &str, told: &[u8]) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(sweep.as_bytes()).update(b"\n").update(told);
    hasher.finalize().to_hex()[..HASH_DIGITS].to_owned()
}

/// How many bytes of a journal are whole lines. A line is written at once: who is stopped meanwhile leaves one
/// without an end. A machine that is stopped may leave bytes that were never written: they are zero.
fn whole(journal: &[u8]) -> usize {
    let mut whole = journal.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    loop {
        let start = journal[..whole.saturating_sub(1)]
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |end| end + 1);
        let last = &journal[start..whole];
        if last.len() < 2 || last[..last.len() - 1].iter().any(|byte| *byte != 0) {
            return whole;
        }
        whole = start;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Histogram;

    fn run(replication: u32) -> Run {
        let mut values = vec![None; columns().len()];
        values[0] = Some(0.1 + f64::from(replication));
        let groups = vec![Group { name: "city".to_owned(), values }];
        let mut waits = Histogram::default();
        for wait in [0, 0, 5, 70_000] {
            waits.record(wait);
        }
        let waits = BTreeMap::from([("charging.wait_s".to_owned(), Sample::of(&waits, 70_000))]);
        Run { point: 3, replication, events: 7, fingerprint: "f0".to_owned(), groups, waits }
    }

    const SWEEP: &str = "5eed";

    fn line(replication: u32) -> String {
        run(replication).line(SWEEP)
    }

    #[test]
    fn a_journal_gives_back_its_runs_and_forgets_a_torn_line() {
        let lines = line(1) + &line(2);
        let whole = Ok((vec![run(1), run(2)], lines.len()));
        let third = line(3);
        for end in 0..third.len() {
            let torn = lines.clone() + &third[..end];
            assert_eq!(Run::parse_all(torn.as_bytes(), SWEEP), whole, "{torn}");
        }
        for zeros in [&b"\0\0\0"[..], b"\0\0\0\n", b"\0\n\0\0\n"] {
            assert_eq!(Run::parse_all(&[lines.as_bytes(), zeros].concat(), SWEEP), whole);
        }
        assert_eq!(Run::parse_all(b"", SWEEP), Ok((vec![], 0)));
    }

    #[test]
    fn every_line_that_is_not_as_it_was_written_is_told() {
        let torn = &line(4)[..40];
        let cases = [
            ("{}\n".to_owned(), Why::NoRun),
            ("\n".to_owned(), Why::Empty),
            (" \t\r\n".to_owned(), Why::Empty),
            (format!("{torn}\n"), Why::NoRun),
            (line(4).replace('\n', "\r\n"), Why::NoRun),
            (line(4).replace("\"events\":7", "\"events\":8"), Why::Changed),
            (line(4).replace("4.1", "4.2"), Why::Changed),
            (line(4).replace("\"replication\":4", "\"replication\":5"), Why::Changed),
            (run(4).line("another"), Why::Changed),
            (line(1), Why::Repeated(1)),
        ];
        for (middle, why) in cases {
            for journal in [line(1) + &middle + &line(3), line(1) + &middle] {
                let told = Run::parse_all(journal.as_bytes(), SWEEP);
                assert_eq!(told, Err(vec![Broken { line: 2, why }]), "{middle}");
            }
        }
    }

    #[test]
    fn numbers_come_back_with_all_their_digits() {
        for value in [0.1, 1.0 / 3.0, 123_456.789, 5e-324, 1.797_693_134_862_315_7e308] {
            let mut run = run(1);
            run.groups[0].values[0] = Some(value);
            let (runs, _) = Run::parse_all(run.line(SWEEP).as_bytes(), SWEEP).expect("the line is whole");
            assert_eq!(runs[0].groups[0].values[0], Some(value));
        }
    }
}
