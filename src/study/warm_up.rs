//! Whether the warm-up was long enough: the MSER-5 rule, and for a city the same weekday a week later.
//!
//! A queue alone has arrivals at a constant rate, so that its waits have one mean once it has forgotten its start,
//! and MSER-5 (White 1997) applies; its bins are spans of time in which five visitors or more plug in, so that those
//! of replications lie beside each other. Where it sees nothing, the later half of the measured span is held against
//! the earlier one, replication by replication. In a city hours swing with the day and days with the week: only whole weeks
//! are alike, and a rule for series with one mean would take a quiet Sunday for a start that must be dropped. A city
//! of ten weeks or more is judged by MSER over its weeks. A shorter one is judged by the last day of the warm-up
//! beside the same weekday a week later, over the replications. That test sees what is left of the start on that day
//! alone, it takes a change of the season for a part of the start, and with few replications it sees only large
//! effects; where it sees nothing, nothing is said.

use super::trust::{WEEK, told};
use crate::results::{Doubt, Mark, Note, Outcome, Results};
use crate::stats::{Confidence, Interval, mean, student_tail, variance};
use crate::units::Duration;

/// The least visits of a bin, in each replication on average: the batch size of MSER-5.
const VISITS: u64 = 5;
/// The fewest bins that MSER can tell anything from.
const BINS: usize = 20;
/// The fewest weeks that MSER can tell anything from.
const WEEKS: usize = 10;
/// A longer warm-up is advised if it moves the mean wait by more than this share of the half width of its interval:
/// a bias of a quarter of the half width takes the coverage of 95 % down to 92 %, and less is not worth a word.
const SHARE_OF_HALF_WIDTH: f64 = 0.25;
/// It is advised also if it moves the mean wait by more than this share of it: an interval so wide that it hides as much
/// does not make the mean right.
const SHARE_OF_MEAN: f64 = 0.03;
/// How often the halves of a run without any fault are taken for unlike.
const ONE_IN_A_HUNDRED: f64 = 0.01;
/// A day of the warm-up differs from the same weekday a week later if it does so by more than this share.
const SHARE_OF_DAY: f64 = 0.05;

/// How many values MSER drops at the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truncation {
    /// So many.
    Drop(usize),
    /// As many as it may: the series is too short to tell.
    TooShort,
}

/// The truncation rule MSER of White (1997): drops so many of the first values that the standard error of the mean of
/// the others, as if they were independent, is least; among equals as few as possible.
///
/// Only the first half may be dropped, as the error of few values says little; if the least lies at the end of that
/// half, the series is too short to tell (White, Cobb and Spratt 2000). MSER-5 is the rule applied to means of five
/// visits.
pub fn mser(values: &[f64]) -> Truncation {
    let half = values.len() / 2;
    let (mut mean, mut squares) = (0.0, 0.0);
    let (mut best, mut least) = (0, f64::INFINITY);
    // From the back, each value joins those behind it (Welford 1962).
    for (count, (dropped, value)) in (1..).zip(values.iter().enumerate().rev()) {
        let count = f64::from(count);
        let step = value - mean;
        mean += step / count;
        squares += step * (value - mean);
        let error = squares / (count * count);
        if dropped <= half && error <= least {
            (best, least) = (dropped, error);
        }
    }
    if best == half && half > 0 { Truncation::TooShort } else { Truncation::Drop(best) }
}

/// The advice about the warm-up; none if nothing is wrong with it, or nothing can be told.
pub(super) fn advice(results: &Results) -> Option<Note> {
    let run = Run::of(results)?;
    if !results.layout.weekly {
        return run.by_bins();
    }
    let weeks = run.slices / run.slices_of(WEEK)?;
    if weeks >= WEEKS { run.by_weeks() } else { run.by_weekday() }
}

/// The slices that all replications have.
struct Run<'a> {
    results: &'a Results,
    every: Duration,
    slices: usize,
}

impl<'a> Run<'a> {
    fn of(results: &'a Results) -> Option<Self> {
        let slices = results.replications.iter().map(|outcome| outcome.series.slices()).min()?;
        let every = results.replications.first()?.series.every;
        let visited = results.city.get("charging.wait_s.mean").is_some();
        (visited && slices > 0).then_some(Self { results, every, slices })
    }

    /// How many slices a span has, if it is a whole number of them.
    fn slices_of(&self, span: Duration) -> Option<usize> {
        let (span, every) = (span.as_millis(), self.every.as_millis());
        (span >= every && span % every == 0).then_some((span / every) as usize)
    }

    /// The mean wait in seconds in some slices, over all replications; none if nobody plugged in.
    fn wait(&self, from: usize, to: usize) -> Option<f64> {
        let parts = self.results.replications.iter().map(|outcome| outcome.series.between(from, to));
        let (visits, waited) = parts.fold((0, 0.0), |(visits, waited), part| {
            (visits + part.plugged_in, waited + part.waited.as_secs_f64())
        });
        (visits > 0).then(|| waited / visits as f64)
    }
}

impl Run<'_> {
    /// The first slice after the warm-up.
    fn measured_from(&self) -> usize {
        let (warm_up, every) = (self.results.layout.warm_up.as_millis(), self.every.as_millis());
        ((warm_up + every - 1) / every) as usize
    }

    /// A queue alone: MSER over bins of equal length, of five visits or more.
    fn by_bins(&self) -> Option<Note> {
        let visits = |from, to| -> u64 {
            let parts = self.results.replications.iter().map(|outcome| outcome.series.between(from, to));
            parts.map(|part| part.plugged_in).sum()
        };
        let enough = VISITS * self.results.replications.len() as u64;
        let mut bin = 1;
        while self.slices / bin >= BINS {
            let bins = (self.slices / bin) as u64;
            let waits: Option<Vec<f64>> =
                (0..self.slices / bin).map(|index| self.wait(index * bin, (index + 1) * bin)).collect();
            match waits {
                Some(waits) if visits(0, self.slices) >= enough * bins => {
                    return match mser(&waits) {
                        Truncation::Drop(bins) => {
                            self.longer(bins * bin, "MSER-5").or_else(|| self.by_halves())
                        }
                        Truncation::TooShort => Some(self.too_short()),
                    };
                }
                _ => bin *= 2,
            }
        }
        Some(self.too_short())
    }

    /// A city of many weeks: MSER over them. So few values often end at the last that may be dropped, which tells
    /// nothing.
    fn by_weeks(&self) -> Option<Note> {
        let week = self.slices_of(WEEK)?;
        let waits: Option<Vec<f64>> =
            (0..self.slices / week).map(|index| self.wait(index * week, (index + 1) * week)).collect();
        match mser(&waits?) {
            Truncation::Drop(weeks) => self.longer(weeks * week, "MSER over weeks"),
            Truncation::TooShort => None,
        }
    }

    /// A city of few weeks: the last day of the warm-up beside the same weekday a week later.
    fn by_weekday(&self) -> Option<Note> {
        let (day, week) = (self.slices_of(Duration::DAY)?, self.slices_of(WEEK)?);
        let first = self.measured_from().saturating_sub(day);
        if first + week + day > self.slices {
            return None;
        }
        let wait =
            |mark: Mark| (mark.plugged_in > 0).then(|| mark.waited.as_secs_f64() / mark.plugged_in as f64);
        let pair = |outcome: &Outcome| {
            let early = wait(outcome.series.between(first, first + day))?;
            let late = wait(outcome.series.between(first + week, first + week + day))?;
            Some((early - late, late))
        };
        let pairs: Vec<(f64, f64)> = self.results.replications.iter().filter_map(pair).collect();
        let differences: Vec<f64> = pairs.iter().map(|(difference, _)| *difference).collect();
        let late = mean(&pairs.iter().map(|(_, late)| *late).collect::<Vec<f64>>())?;
        // One run in a thousand without any fault is doubted.
        let difference = Interval::of(&differences, Confidence::P999)?;
        if difference.covers(0.0) || difference.mean.abs() < SHARE_OF_DAY * late {
            return None;
        }
        let warm_up = told(self.results.layout.warm_up);
        let (early, late) = ((late + difference.mean) / 60.0, late / 60.0);
        let text = format!(
            "the warm-up is {warm_up}, and its last day is not yet like the same weekday a week later: a mean wait of \
             {early:.1} min there, {late:.1} min then"
        );
        Some(self.note(text, vec![("day_wait_min", early), ("week_later_wait_min", late)]))
    }

    /// The advice to drop so many slices, if the warm-up is shorter and that would matter.
    ///
    /// A run starts with free plugs, so that what its start leaves behind are waits too short. MSER also drops a
    /// burst of long waits early in a run, and the mean without it would be worse: nothing is said then.
    fn longer(&self, slices: usize, rule: &str) -> Option<Note> {
        let warm_up = self.results.layout.warm_up;
        let advised = self.every * slices as i64;
        let now = self.wait(self.measured_from(), self.slices)?;
        let then = self.wait(slices, self.slices)?;
        let half_width = self.results.city.get("charging.wait_s.mean")?.half_width()?;
        let matters = f64::min(SHARE_OF_HALF_WIDTH * half_width, SHARE_OF_MEAN * now);
        if advised <= warm_up || then - now <= matters {
            return None;
        }
        let (now, then) = (now / 60.0, then / 60.0);
        let text = format!(
            "the warm-up is {}, {rule} would drop the first {}: the mean wait would be {then:.1} min instead of {now:.1}",
            told(warm_up),
            told(advised),
        );
        let advised = ("advised_hours", advised.as_hours_f64());
        Some(self.note(text, vec![advised, ("wait_min", now), ("advised_wait_min", then)]))
    }

    /// A queue alone whose waits still grow from the earlier half of the measured span to the later one, by more than
    /// chance over replications would let them in one of a hundred runs.
    ///
    /// What a start leaves behind fades, so that the mean of both halves lacks half of their difference, at least.
    fn by_halves(&self) -> Option<Note> {
        let first = self.measured_from();
        let middle = usize::midpoint(first, self.slices);
        let wait = |outcome: &Outcome, from: usize, to: usize| {
            let mark = outcome.series.between(from, to);
            (mark.plugged_in > 0).then(|| mark.waited.as_secs_f64() / mark.plugged_in as f64)
        };
        let half =
            |outcome: &Outcome| Some(wait(outcome, middle, self.slices)? - wait(outcome, first, middle)?);
        let growths: Vec<f64> = self.results.replications.iter().filter_map(half).collect();
        let growth = mean(&growths)?;
        let error = (variance(&growths)? / growths.len() as f64).sqrt();
        let sure = error > 0.0 && student_tail(growth / error, growths.len() - 1) <= ONE_IN_A_HUNDRED;
        let [early, late] = [self.wait(first, middle)? / 60.0, self.wait(middle, self.slices)? / 60.0];
        if !sure || growth / 2.0 <= SHARE_OF_MEAN * self.wait(first, self.slices)? {
            return None;
        }
        let text = format!(
            "the warm-up is {}, and waits still grow after it: a mean wait of {early:.1} min in the first half of the \
             measured span, {late:.1} min in the second",
            told(self.results.layout.warm_up)
        );
        Some(self.note(text, vec![("first_half_wait_min", early), ("second_half_wait_min", late)]))
    }

    fn too_short(&self) -> Note {
        let text = format!(
            "the run is too short to tell whether a warm-up of {} is enough",
            told(self.results.layout.warm_up)
        );
        self.note(text, Vec::new())
    }

    fn note(&self, text: String, mut numbers: Vec<(&'static str, f64)>) -> Note {
        numbers.insert(0, ("warm_up_hours", self.results.layout.warm_up.as_hours_f64()));
        Note { doubt: Doubt::WarmUp, text, metrics: Vec::new(), numbers }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The rule as it is written: the sum of squares of what is kept, over the square of how many are kept.
    fn error(kept: &[f64]) -> f64 {
        let count = kept.len() as f64;
        let mean = kept.iter().sum::<f64>() / count;
        kept.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>() / count / count
    }

    #[test]
    fn mser_drops_what_comes_before_the_level() {
        let settled = [5.0, 6.0, 5.0, 4.0, 5.0, 6.0, 4.0, 5.0];
        assert_eq!(mser(&[&[0.0, 2.0][..], &settled].concat()), Truncation::Drop(2));
        assert_eq!(mser(&[7.0; 8]), Truncation::Drop(0));
        assert_eq!(mser(&[1.0]), Truncation::Drop(0));
        assert_eq!(mser(&[]), Truncation::Drop(0));
    }

    #[test]
    fn a_series_that_still_rises_is_too_short_to_tell() {
        let rising: Vec<f64> = (0..40).map(f64::from).collect();
        assert_eq!(mser(&rising), Truncation::TooShort);
    }

    proptest! {
        #[test]
        fn mser_finds_the_least_error_in_the_first_half(values in prop::collection::vec(0.0_f64..10.0, 2..60)) {
            let half = values.len() / 2;
            let dropped = match mser(&values) {
                Truncation::Drop(dropped) => dropped,
                Truncation::TooShort => half,
            };
            let least = (0..=half).map(|dropped| error(&values[dropped..])).fold(f64::INFINITY, f64::min);
            prop_assert!(dropped <= half && error(&values[dropped..]) <= least * (1.0 + 1e-9));
        }
    }
}
