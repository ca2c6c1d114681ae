//! Means with their intervals over replications, and a histogram whose quantiles do not depend on order.

use statrs::distribution::{ContinuousCDF, StudentsT};

/// How sure an interval is to cover what it estimates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confidence {
    /// 95 %: for people.
    P95,
    /// 99.9 %: for tests that repeat by the thousand.
    P999,
}

impl Confidence {
    /// The level at which the two-sided quantile is taken.
    fn level(self) -> f64 {
        match self {
            Self::P95 => 0.975,
            Self::P999 => 0.9995,
        }
    }
}

/// A mean with the bounds of its confidence interval, all in the unit of the values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The mean of the values.
    pub mean: f64,
    /// The lower bound.
    pub low: f64,
    /// The upper bound.
    pub high: f64,
}

impl Interval {
    /// The Student interval of independent values; none if there are fewer than two.
    pub fn of(values: &[f64], confidence: Confidence) -> Option<Self> {
        let (mean, half) = (mean(values)?, half_width(values, confidence)?);
        Some(Self { mean, low: mean - half, high: mean + half })
    }

    /// Half of the distance between the bounds.
    pub fn half_width(&self) -> f64 {
        (self.high - self.low) / 2.0
    }

    /// Whether a value lies between the bounds.
    pub fn covers(&self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }
}

/// The mean of the values, the same for any order of them; none of no values.
pub fn mean(values: &[f64]) -> Option<f64> {
    if values.is_empty() { None } else { Some(sum(values.iter().copied()) / values.len() as f64) }
}

/// The unbiased variance of the values, the same for any order of them; none of fewer than two.
pub fn variance(values: &[f64]) -> Option<f64> {
    let mean = mean(values)?;
    let squares = sum(values.iter().map(|value| (value - mean) * (value - mean)));
    (values.len() >= 2).then(|| squares / (values.len() - 1) as f64)
}

/// Half the width of the Student interval around the mean; none of fewer than two values.
pub fn half_width(values: &[f64], confidence: Confidence) -> Option<f64> {
    let variance = variance(values)?;
    let count = values.len();
    Some(student_t(confidence.level(), count - 1) * (variance / count as f64).sqrt())
}

/// The quantile of Student's t law with the given degrees of freedom, to nine decimals.
///
/// # Panics
///
/// If `freedom` is zero or `level` is not between 0 and 1.
pub fn student_t(level: f64, freedom: usize) -> f64 {
    student_quantile(level, freedom as f64)
}

/// The same for degrees of freedom that need not be whole, as those of two samples of unlike variance.
///
/// # Panics
///
/// If `freedom` is not positive or `level` is not between 0 and 1.
pub fn student_quantile(level: f64, freedom: f64) -> f64 {
    // The library's last digits come from the machine's logarithm; nine decimals agree everywhere.
    (student_law(freedom).inverse_cdf(level) * 1e9).round() / 1e9
}

/// The chance that Student's t law with the given degrees of freedom yields a value at least as far from zero as `t`,
/// on either side.
///
/// # Panics
///
/// If `freedom` is not positive.
pub fn student_p(t: f64, freedom: f64) -> f64 {
    (2.0 * student_law(freedom).sf(t.abs())).min(1.0)
}

fn student_law(freedom: f64) -> StudentsT {
    StudentsT::new(0.0, 1.0, freedom).expect("there are degrees of freedom")
}

/// The chance that Student's t law with the given degrees of freedom exceeds a value, to nine decimals.
///
/// # Panics
///
/// If `freedom` is zero.
pub fn student_tail(value: f64, freedom: usize) -> f64 {
    (student_law(freedom as f64).sf(value) * 1e9).round() / 1e9
}

/// Floats do not add up alike in any order, so they are added from the smallest.
fn sum(values: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = values.collect();
    sorted.sort_by(f64::total_cmp);
    sorted.iter().sum()
}

/// Buckets of each power of two: a bucket is at most 1/64 of its values wide.
const BUCKETS: u64 = 64;
/// The binary logarithm of `BUCKETS`.
const BITS: u32 = BUCKETS.trailing_zeros();

/// Counts of integers in buckets whose width grows with the value.
///
/// Values below 128 have a bucket each; above that a bucket is at most 1.6 % of its values wide. Counts are integers, so neither the order of recording nor that of
/// merging matters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Histogram {
    counts: Vec<u64>,
    total: u64,
}

impl Histogram {
    /// Counts a value.
    #[inline]
    pub fn record(&mut self, value: u64) {
        let bucket = Self::bucket(value);
        if bucket >= self.counts.len() {
            self.counts.resize(bucket + 1, 0);
        }
        self.counts[bucket] += 1;
        self.total += 1;
    }

    /// Adds the counts of another histogram.
    pub fn merge(&mut self, other: &Self) {
        if other.counts.len() > self.counts.len() {
            self.counts.resize(other.counts.len(), 0);
        }
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count += more;
        }
        self.total += other.total;
    }

    /// How many values were counted.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// The buckets in which values were counted, in order, each with how many were.
    pub fn counts(&self) -> impl Iterator<Item = (usize, u64)> {
        self.counts.iter().copied().enumerate().filter(|(_, count)| *count > 0)
    }

    /// The largest value of the highest bucket in which values were counted; 0 if there is none.
    pub fn highest(&self) -> u64 {
        self.counts().last().map_or(0, |(bucket, _)| Self::bounds(bucket).1)
    }

    /// The bucket of a value.
    #[inline]
    pub fn bucket(value: u64) -> usize {
        if value < 2 * BUCKETS {
            return value as usize;
        }
        let shift = value.ilog2() - BITS;
        (u64::from(shift) * BUCKETS + (value >> shift)) as usize
    }

    /// The smallest value of a bucket.
    pub fn lowest(bucket: usize) -> u64 {
        let bucket = bucket as u64;
        if bucket < 2 * BUCKETS {
            return bucket;
        }
        (BUCKETS + bucket % BUCKETS) << (bucket / BUCKETS - 1)
    }

    /// The smallest and the largest value of a bucket.
    pub fn bounds(bucket: usize) -> (u64, u64) {
        (Self::lowest(bucket), Self::lowest(bucket + 1) - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn near(a: f64, b: f64, tolerance: f64) {
        assert!((a - b).abs() <= tolerance, "{a} is not within {tolerance} of {b}");
    }

    #[test]
    fn student_quantiles_are_those_of_the_tables() {
        near(student_t(0.975, 9), 2.262_157, 5e-7);
        near(student_t(0.975, 19), 2.093_024, 5e-7);
        for (freedom, t) in [(1, 12.706_205), (2, 4.302_653), (3, 3.182_446), (4, 2.776_445), (99, 1.984_217)]
        {
            near(student_t(0.975, freedom), t, 1e-6);
        }
        for (freedom, t) in [(1, 636.619_249), (2, 31.599_055), (9, 4.780_913), (19, 3.883_406)] {
            near(student_t(0.9995, freedom), t, 1e-5);
        }
    }

    #[test]
    fn chances_of_far_values_are_those_of_the_tables_and_undo_quantiles() {
        // One degree of freedom is Cauchy's law, two have a closed form as well.
        near(student_p(1.0, 1.0), 0.5, 1e-12);
        near(student_p(-3.0, 2.0), 1.0 - 3.0 / 11.0_f64.sqrt(), 1e-12);
        near(student_p(1e9, 1.0) * 1e9, 2.0 / std::f64::consts::PI, 1e-9);
        assert_eq!((student_p(0.0, 4.5), student_p(f64::INFINITY, 4.5)), (1.0, 0.0));
        for freedom in [1.0, 1.7, 9.0, 60.25, 9_999.0] {
            for level in [0.6, 0.975, 0.9995, 0.999_999] {
                let back = 1.0 - student_p(student_quantile(level, freedom), freedom) / 2.0;
                near(back, level, 1e-9);
            }
        }
    }

    #[test]
    fn an_interval_is_a_mean_and_its_student_half_width() {
        let interval = Interval::of(&[1.0, 2.0, 3.0, 4.0], Confidence::P95).expect("there are four values");
        near(interval.mean, 2.5, 0.0);
        near(interval.half_width(), 3.182_446 * (5.0_f64 / 3.0 / 4.0).sqrt(), 1e-6);
        assert!(interval.covers(2.0) && !interval.covers(5.0));
    }

    #[test]
    fn one_value_has_a_mean_and_no_interval() {
        assert_eq!(mean(&[7.0]), Some(7.0));
        assert_eq!(Interval::of(&[7.0], Confidence::P95), None);
        assert_eq!(mean(&[]), None);
    }

    #[test]
    fn buckets_have_bounds_and_counts() {
        let mut histogram = Histogram::default();
        for value in [0, 0, 127, 128, 129, 1_000] {
            histogram.record(value);
        }
        let counts: Vec<_> =
            histogram.counts().map(|(bucket, count)| (Histogram::bounds(bucket), count)).collect();
        assert_eq!(counts, [((0, 0), 2), ((127, 127), 1), ((128, 129), 2), ((1_000, 1_007), 1)]);
    }

    proptest! {
        #[test]
        fn a_bucket_holds_its_values_and_is_narrow(value in 0_u64..1 << 50) {
            let (low, high) = Histogram::bounds(Histogram::bucket(value));
            prop_assert!(low <= value && value <= high && (high - low) * 64 <= value);
        }

        #[test]
        fn neither_order_nor_merging_matters(values in prop::collection::vec(0_u64..10_000_000, 1..200), cut in 0_usize..200) {
            let of = |values: &[u64]| values.iter().fold(Histogram::default(), |mut sum, value| {
                sum.record(*value);
                sum
            });
            let (left, right) = values.split_at(cut.min(values.len()));
            let mut merged = of(right);
            merged.merge(&of(left));
            prop_assert_eq!(&merged, &of(&values));
            let mut sorted = values.clone();
            sorted.sort_unstable();
            prop_assert_eq!(&merged, &of(&sorted));
        }

        #[test]
        fn a_mean_does_not_depend_on_order(mut values in prop::collection::vec(-1e6_f64..1e6, 2..20)) {
            let before = Interval::of(&values, Confidence::P95);
            values.reverse();
            prop_assert_eq!(before, Interval::of(&values, Confidence::P95));
        }
    }
}
