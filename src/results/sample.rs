//! A distribution of waits as a file can hold it: counts by bucket, which may be fractions where some waits are estimated.

use crate::stats::Histogram;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Waits by buckets of [`Histogram`], in milliseconds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sample {
    /// The buckets in which there is anything, in order, each with how many waits it holds.
    counts: Vec<(u32, f64)>,
    /// The longest wait.
    longest: u64,
}

impl Sample {
    /// The waits that are counted in a histogram; `longest` is the longest of them.
    pub fn of(histogram: &Histogram, longest: u64) -> Self {
        let counts = histogram.counts().map(|(bucket, count)| (bucket as u32, count as f64));
        Self { counts: counts.collect(), longest }
    }

    /// The waits of all who plug in, where some still waited after the times of `open` when they were last seen, and others
    /// left after the times of `left`.
    ///
    /// Each who still waits is shared out among those who were seen to wait longer, also those who leave: the estimate of
    /// the product-limit type (Kaplan and Meier, JASA 53, 1958; B. Efron, "The two sample problem with censored data",
    /// Fifth Berkeley Symposium 4, 1967, for the redistribution; Aalen and Johansen 1978 for those who leave). Who was
    /// seen to wait longer than anybody else counts as if the wait had ended then, so that what follows is a lower bound.
    pub fn with_open(plugged_in: &Histogram, left: &Histogram, open: &Histogram, longest: u64) -> Self {
        let mut by_bucket: BTreeMap<usize, [f64; 3]> = BTreeMap::new();
        for (kind, histogram) in [plugged_in, left, open].into_iter().enumerate() {
            histogram.counts().for_each(|(bucket, count)| {
                by_bucket.entry(bucket).or_default()[kind] += count as f64;
            });
        }
        // So many are still to be seen, and each of them stands for so many.
        let mut at_risk: f64 = by_bucket.values().flatten().sum();
        let mut stands_for = 1.0;
        let mut counts = Vec::new();
        let mut most = longest;
        for (bucket, [plugged_in, left, open]) in by_bucket {
            let rest = at_risk - plugged_in - left - open;
            // Nobody is seen beyond: there is nobody to share them out among.
            let ended = if rest > 0.0 { plugged_in } else { plugged_in + open };
            if ended > 0.0 {
                counts.push((bucket as u32, ended * stands_for));
                most = most.max(Histogram::lowest(bucket));
            }
            if rest > 0.0 {
                stands_for *= (rest + open) / rest;
            }
            at_risk = rest;
        }
        Self { counts, longest: most }
    }

    /// How many waits there are.
    pub fn total(&self) -> f64 {
        self.counts.iter().map(|(_, count)| count).sum()
    }

    /// How many of them are longer than nothing.
    pub fn positive(&self) -> f64 {
        self.counts.iter().filter(|(bucket, _)| *bucket > 0).map(|(_, count)| count).sum()
    }

    /// How many are longer than a time in milliseconds, to within the bucket that holds it.
    pub fn beyond(&self, time: u64) -> f64 {
        let after = self.counts.iter().filter(|(bucket, _)| Histogram::lowest(*bucket as usize) > time);
        after.map(|(_, count)| count).sum()
    }

    /// Their mean in milliseconds, to within a bucket; none of nothing.
    pub fn mean(&self) -> Option<f64> {
        let middle = |bucket: u32| {
            let (low, high) = Histogram::bounds(bucket as usize);
            low as f64 + (high.min(self.longest).max(low) - low) as f64 / 2.0
        };
        let sum: f64 = self.counts.iter().map(|(bucket, count)| count * middle(*bucket)).sum();
        let total = self.total();
        (total > 0.0).then(|| sum / total)
    }

    /// The buckets, each with the shortest and the longest wait that it can hold and with how many it does.
    pub fn buckets(&self) -> impl Iterator<Item = (u64, u64, f64)> + '_ {
        self.counts.iter().map(|(bucket, count)| {
            let (low, high) = Histogram::bounds(*bucket as usize);
            (low, high, *count)
        })
    }

    /// The same from rows of [`buckets`](Self::buckets), in order; none if a row is no bucket of a histogram.
    pub fn from_buckets(rows: impl IntoIterator<Item = (u64, u64, f64)>) -> Option<Self> {
        let mut sample = Self::default();
        for (low, high, count) in rows {
            let bucket = Histogram::bucket(low);
            let follows = sample.counts.last().is_none_or(|(last, _)| (*last as usize) < bucket);
            if Histogram::bounds(bucket) != (low, high) || !follows || !(count > 0.0 && count.is_finite()) {
                return None;
            }
            sample.counts.push((bucket as u32, count));
            sample.longest = high;
        }
        Some(sample)
    }

    /// All waits of several samples.
    pub fn pool<'a>(samples: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut counts: BTreeMap<u32, f64> = BTreeMap::new();
        let mut longest = 0;
        for sample in samples {
            longest = longest.max(sample.longest);
            for (bucket, count) in &sample.counts {
                *counts.entry(*bucket).or_default() += count;
            }
        }
        Self { counts: counts.into_iter().collect(), longest }
    }

    /// The time in milliseconds that a share `q` of the waits does not exceed, interpolated inside its bucket; none of
    /// nothing.
    pub fn quantile(&self, q: f64) -> Option<f64> {
        self.quantile_without(&Self::default(), q)
    }

    /// The same of what is left without a sample that is part of this one.
    pub fn quantile_without(&self, part: &Self, q: f64) -> Option<f64> {
        let total = self.total() - part.total();
        let rank = (q * total).max(f64::MIN_POSITIVE);
        let mut parts = part.counts.iter().peekable();
        let (mut seen, mut last) = (0.0, None);
        for (bucket, count) in &self.counts {
            let count = count - parts.next_if(|(other, _)| other == bucket).map_or(0.0, |(_, count)| *count);
            if count <= 0.0 {
                continue;
            }
            let (low, high) = Histogram::bounds(*bucket as usize);
            let width = (high.min(self.longest).max(low) - low) as f64;
            if seen + count >= rank {
                return Some(low as f64 + width * (rank - seen) / count);
            }
            seen += count;
            last = Some(low as f64 + width);
        }
        last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn histogram(values: &[u64]) -> Histogram {
        let mut histogram = Histogram::default();
        for value in values {
            histogram.record(*value);
        }
        histogram
    }

    fn sample(values: &[u64]) -> Sample {
        Sample::of(&histogram(values), values.iter().copied().max().unwrap_or(0))
    }

    #[test]
    fn quantiles_are_ranks_and_interpolated_inside_a_wide_bucket() {
        let few = sample(&[0, 0, 3, 100]);
        let quantiles = [0.0, 0.5, 0.51, 0.75, 0.76, 1.0].map(|q| few.quantile(q));
        assert_eq!(quantiles, [0.0, 0.0, 3.0, 3.0, 100.0, 100.0].map(Some));
        // 1,000 to 1,007 share a bucket.
        let wide = sample(&[1_000, 1_002, 1_004, 1_007]);
        assert_eq!([0.25, 0.5, 1.0].map(|q| wide.quantile(q)), [1_001.75, 1_003.5, 1_007.0].map(Some));
        assert_eq!(Sample::default().quantile(0.5), None);
    }

    #[test]
    fn a_part_is_taken_out_as_if_it_had_never_been_there() {
        let (one, other) = (sample(&[0, 5, 90, 4_000]), sample(&[0, 0, 7, 90, 64_000]));
        let both = Sample::pool([&one, &other]);
        // Its longest wait ends a bucket, so that the last quantile is interpolated to the end of it.
        for q in [0.1, 0.5, 0.75] {
            assert_eq!(both.quantile_without(&other, q), one.quantile(q), "{q}");
        }
        assert_eq!((both.total(), both.positive(), both.beyond(100)), (9.0, 6.0, 2.0));
        assert_eq!(both.quantile_without(&both.clone(), 0.5), None);
    }

    #[test]
    fn who_still_waits_is_shared_out_among_those_who_waited_longer() {
        // Seen: 10, 20+, 30, 40, a textbook case: the estimate puts 1/4 at 10 and 3/8 at 30 and at 40.
        let (seen, open, none) = (histogram(&[10, 30, 40]), histogram(&[20]), Histogram::default());
        let estimate = Sample::with_open(&seen, &none, &open, 40);
        assert_eq!(estimate.counts, [(10, 1.0), (30, 1.5), (40, 1.5)]);
        // One of those behind leaves: half a visit goes with it.
        let estimate = Sample::with_open(&histogram(&[10, 40]), &histogram(&[30]), &open, 40);
        assert_eq!(estimate.counts, [(10, 1.0), (40, 1.5)]);
        // Nobody was seen to wait longer than the last.
        let estimate = Sample::with_open(&seen, &none, &histogram(&[50]), 40);
        assert_eq!((estimate.counts.last(), estimate.total()), (Some(&(50, 1.0)), 4.0));
        assert_eq!(Sample::with_open(&seen, &none, &none, 40), Sample::of(&seen, 40));
    }

    #[test]
    fn rows_of_a_table_give_the_sample_back() {
        let written = sample(&[0, 3, 90, 4_000, 64_000]);
        let back = Sample::from_buckets(written.buckets()).expect("they are its buckets");
        assert_eq!(back.counts, written.counts);
        for wrong in [(1_000, 1_006, 1.0), (1_001, 1_008, 1.0), (3, 3, 0.0), (3, 3, f64::NAN)] {
            assert_eq!(Sample::from_buckets([wrong]), None, "{wrong:?}");
        }
        assert_eq!(Sample::from_buckets([(5, 5, 1.0), (4, 4, 1.0)]), None);
    }
}
