//! Intervals of one long run: means of its batches in place of replications.
//!
//! The measured span is cut into some thirty batches of equal length (Schmeiser 1982: more add little to the
//! interval, fewer and longer hang together less). Their means are taken as independent, which they are if a batch is
//! much longer than the queue remembers; whether they are is tested by von Neumann's ratio. Thirty values often pass that
//! test although they hang together, so the run is also reckoned in independent slices. In a city only whole weeks are
//! alike, so a batch is made of weeks.

use super::trust::WEEK;
use crate::results::{Mark, Results, Series};
use crate::stats::{Confidence, half_width, mean, variance};

/// The most batches; there are more than half as many, unless the run has fewer slices or weeks.
const MOST: usize = 32;
/// The fewest: with nine degrees of freedom Student's quantile is 2.26, with four 2.78.
const FEWEST: usize = 10;
/// The quantile of the normal law that independent batches exceed once in a hundred tests; five metrics are tested.
const ONE_IN_A_HUNDRED: f64 = 2.326_348;

/// What a batch tells of a metric: a numerator and a denominator, whose sums over all batches give the metric.
type Part = fn(Mark) -> (f64, f64);

/// Means over visits are ratios of two sums; means over time have the same denominator in all batches.
const PARTS: [(&str, Part); 5] = [
    ("charging.wait_s.mean", |mark| (mark.waited.as_secs_f64(), mark.plugged_in as f64)),
    ("charging.wait_over_10min", |mark| (mark.over_10min as f64, mark.plugged_in as f64)),
    ("charging.wait_over_30min", |mark| (mark.over_30min as f64, mark.plugged_in as f64)),
    ("charging.queue.mean", |mark| (mark.queue as f64, 1.0)),
    ("charging.busy", |mark| (mark.busy as f64, 1.0)),
];

/// A metric by the batches of one run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct ByBatches {
    /// Its name.
    pub(super) name: &'static str,
    /// Half the width of its 95 % interval, relative to its mean.
    relative_half_width: f64,
    /// The correlation of neighbouring batches.
    pub(super) correlation: f64,
    /// Whether independent batches would show so much correlation only once in a hundred runs.
    pub(super) correlated: bool,
    /// How many independent slices would give as good a mean; none in a city, whose hours differ anyway.
    pub(super) worth: Option<f64>,
}

/// Gives the metrics of a single replication intervals by batch means, where it is long enough for them.
pub(super) fn apply(results: &mut Results) -> Vec<ByBatches> {
    let [outcome] = results.replications.as_slice() else { return Vec::new() };
    let (series, weekly) = (&outcome.series, results.layout.weekly);
    let first = first_measured(series, results);
    let batches = batches(series, first, weekly);
    let last = if weekly { first } else { series.slices() };
    let slices: Vec<Mark> = (first..last).map(|slice| series.between(slice, slice + 1)).collect();
    let found: Vec<ByBatches> =
        PARTS.iter().filter_map(|&(name, part)| metric(name, part, &batches, &slices)).collect();
    for by in &found {
        results.city.set_batch_interval(by.name, by.relative_half_width, batches.len());
    }
    found
}

/// The first slice after the warm-up.
fn first_measured(series: &Series, results: &Results) -> usize {
    let every = series.every.as_millis().max(1);
    ((results.layout.warm_up.as_millis() + every - 1) / every) as usize
}

/// The batches from a slice on; none if there would be too few. What is left of the last batch is not used.
fn batches(series: &Series, first: usize, weekly: bool) -> Vec<Mark> {
    let every = series.every.as_millis().max(1);
    let unit = if weekly { WEEK.as_millis() } else { every };
    if unit % every != 0 {
        return Vec::new();
    }
    let unit = (unit / every) as usize;
    let units = series.slices().saturating_sub(first) / unit;
    let length = unit * units.div_ceil(MOST);
    let count = if units < FEWEST { 0 } else { (series.slices() - first) / length };
    (0..count).map(|index| series.between(first + index * length, first + (index + 1) * length)).collect()
}

/// What each part of a run adds to the relative error of a metric that is a ratio of two means over parts; none where
/// there is nothing to divide by.
///
/// To first order that is what the part's numerator has beyond its share of the ratio, over the mean numerator (Cochran
/// 1977, section 2.11).
fn errors(part: Part, marks: &[Mark]) -> Option<Vec<f64>> {
    let parts: Vec<(f64, f64)> = marks.iter().map(|mark| part(*mark)).collect();
    let over = mean(&parts.iter().map(|(over, _)| *over).collect::<Vec<_>>())?;
    let under = mean(&parts.iter().map(|(_, under)| *under).collect::<Vec<_>>())?;
    let error = |(part, whole): &(f64, f64)| if over > 0.0 { part / over - whole / under } else { 0.0 };
    (under > 0.0).then(|| parts.iter().map(error).collect())
}

/// A metric by the batches of a run and by its slices.
fn metric(name: &'static str, part: Part, batches: &[Mark], slices: &[Mark]) -> Option<ByBatches> {
    let by_batch = errors(part, batches)?;
    let relative_half_width = half_width(&by_batch, Confidence::P95)?;
    let correlation = neighbours(&by_batch);
    let count = by_batch.len() as f64;
    let bound = ONE_IN_A_HUNDRED * ((count - 2.0) / (count * count - 1.0)).sqrt();
    let error = variance(&by_batch)? / count;
    let by_slice = errors(part, slices).and_then(|errors| variance(&errors));
    let worth = by_slice.filter(|_| error > 0.0).map(|variance| variance / error);
    Some(ByBatches { name, relative_half_width, correlation, correlated: correlation > bound, worth })
}

/// The correlation of neighbours by von Neumann's ratio (1941): one less half the mean square of their differences
/// over the variance; zero of equal values. Of n independent values it is near normal with mean zero and variance (n
/// − 2) / (n² − 1).
fn neighbours(values: &[f64]) -> f64 {
    let mean = mean(values).unwrap_or_default();
    let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    let steps: f64 = values.windows(2).map(|pair| (pair[1] - pair[0]) * (pair[1] - pair[0])).sum();
    if squares == 0.0 { 0.0 } else { 1.0 - steps / (2.0 * squares) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, Streams};

    fn batch(plugged_in: u64, busy: i64) -> Mark {
        Mark { plugged_in, busy, waited: crate::units::Duration::minutes(busy), ..Mark::default() }
    }

    #[test]
    fn neighbours_that_alternate_correlate_negatively_and_those_that_climb_positively() {
        assert!((neighbours(&[1.0, -1.0, 1.0, -1.0]) + 0.5).abs() < 1e-12);
        assert!((neighbours(&[1.0, 2.0, 3.0, 4.0]) - 0.7).abs() < 1e-12);
        assert!(neighbours(&[3.0, 3.0]).abs() < 1e-12);
    }

    #[test]
    fn independent_batches_are_called_correlated_once_in_a_hundred_times() {
        let mut stream = Streams::new(1, 0).get(Purpose::Stay, 0);
        let called = (0..4_000).filter(|_| {
            let batches: Vec<Mark> = (0..30).map(|_| batch(1, (stream.exponential() * 1e6) as i64)).collect();
            metric("charging.busy", PARTS[4].1, &batches, &[]).expect("there are batches").correlated
        });
        // Four standard errors of a share of one in a hundred are 0.63 in a hundred.
        let share = called.count() as f64 / 4_000.0;
        assert!((share - 0.01).abs() < 0.006_3, "{share}");
    }

    #[test]
    fn a_batch_with_more_visitors_weighs_more() {
        // Each visitor waits five minutes, whatever the batch: the mean is certain.
        let even: Vec<Mark> = (1..=12).map(|visitors| batch(visitors, 5 * visitors as i64)).collect();
        let wait = metric(PARTS[0].0, PARTS[0].1, &even, &[]).expect("somebody plugged in");
        assert!(wait.relative_half_width < 1e-12, "{wait:?}");
        let busy = metric(PARTS[4].0, PARTS[4].1, &even, &[]).expect("time always passes");
        // Twelve equal steps have the standard deviation √13 and the mean 6.5; Student's quantile is 2.200985.
        let expected = 2.200_985 * (13.0_f64 / 12.0).sqrt() / 6.5;
        assert!((busy.relative_half_width - expected).abs() < 1e-6, "{busy:?}");
    }

    #[test]
    fn a_run_of_slices_that_repeat_is_worth_the_fewer() {
        let mut stream = Streams::new(2, 0).get(Purpose::Stay, 0);
        let mut worth = |repeats: usize| {
            let fresh = (0..1_920 / repeats).map(|_| (stream.exponential() * 1e6) as i64).collect::<Vec<_>>();
            let slices: Vec<Mark> = (0..1_920).map(|slice| batch(1, fresh[slice / repeats])).collect();
            let sums = slices.chunks(60).map(|part| batch(60, part.iter().map(|mark| mark.busy).sum()));
            let by = metric("charging.busy", PARTS[4].1, &sums.collect::<Vec<_>>(), &slices);
            by.and_then(|by| by.worth).expect("the slices differ")
        };
        // The variance of 32 batches is known to a quarter.
        for repeats in [1, 4, 20] {
            let (found, expected) = (worth(repeats), 1_920.0 / repeats as f64);
            assert!((0.4..2.5).contains(&(found / expected)), "{found} instead of {expected}");
        }
    }

    #[test]
    fn nobody_waits_for_a_metric_of_nobody() {
        assert_eq!(metric(PARTS[0].0, PARTS[0].1, &[batch(0, 0); 12], &[]), None);
    }
}
