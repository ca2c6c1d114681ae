//! A metric over replications: how it comes together from their values, and what its interval is.
//!
//! - A mean over visits, rides or hours is the ratio of two sums over all replications, not a mean of their means, and a
//!   quantile is that of all waits together. Their standard errors are those of the jackknife that leaves out one
//!   replication at a time (Miller, "The jackknife: a review", Biometrika 61, 1974; for ratios Cochran, "Sampling
//!   Techniques", 1977, section 6.17).
//! - An interval stays where its metric can lie. Of what is never negative the logarithm is estimated, so that it is
//!   `value · exp(± t · error / value)`; of a share the logit; of what may have any sign the value itself.
//! - Where a share is nothing or all of what was seen, or a quantile is zero, or would be if one replication had not been
//!   run, no error can be estimated from the replications: the bound is one-sided, see [`rare`] and [`by_order`].

use super::{Metric, Metrics, Range, Sample};
use crate::stats::{Confidence, half_width, mean, student_quantile, variance};
use statrs::distribution::{Binomial, DiscreteCDF};

/// How often an interval misses.
const RISK: f64 = 0.05;

/// A metric over the replications in which it applies.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimate {
    /// The metric, in its unit.
    pub value: f64,
    /// Its 95 % interval; none of one replication, or where replications that are all alike tell nothing.
    pub ci95: Option<(f64, f64)>,
    /// What each replication adds: Tukey's pseudo-values, whose mean is the value but for the bias that a ratio or a
    /// quantile of few replications has, and whose spread is its error. Of a plain mean they are the values themselves.
    pub parts: Vec<f64>,
}

impl Estimate {
    /// The metric at this place of the list of some replications, which apply to one thing; none if it applies in none of
    /// them.
    pub fn of(index: usize, replications: &[&Metrics]) -> Option<Self> {
        let metric = replications.first()?.list().get(index)?;
        if let Some(level) = metric.quantile {
            let samples: Option<Vec<&Sample>> =
                replications.iter().map(|metrics| metrics.sample(metric.stem())).collect();
            if let Some(samples) = samples {
                return Self::of_quantile(&Sample::pool(samples.iter().copied()), &samples, level);
            }
        }
        let values = || replications.iter().map(|metrics| metrics.values()[index]);
        let weights: Option<Vec<f64>> =
            metric.over.and_then(|over| replications.iter().map(|metrics| metrics.values()[over]).collect());
        match weights {
            Some(weights) if weights.iter().any(|weight| *weight > 0.0) => {
                let parts: Vec<(f64, f64)> = values()
                    .zip(&weights)
                    .map(|(value, weight)| (value.unwrap_or(0.0) * weight, *weight))
                    .collect();
                let sample = |metrics: &&Metrics| metrics.sample(metric.stem()).cloned();
                let samples: Option<Vec<Sample>> = replications.iter().map(sample).collect();
                Self::of_ratio(metric, &parts, samples.as_deref())
            }
            _ => Self::of_mean(metric.range, values().flatten().collect()),
        }
    }

    /// What each of some replications adds to the metric at this place of their list, see [`parts`](Self::parts); none for
    /// one in which it does not apply.
    pub fn parts_of(index: usize, replications: &[&Metrics]) -> Vec<Option<f64>> {
        let Some(Self { parts, .. }) = Self::of(index, replications) else {
            return vec![None; replications.len()];
        };
        if parts.len() == replications.len() {
            return parts.into_iter().map(Some).collect();
        }
        // Of a plain mean: the values themselves.
        replications.iter().map(|metrics| metrics.values()[index]).collect()
    }

    /// The mean of values, one for each replication; none of no values.
    pub fn of_mean(range: Range, parts: Vec<f64>) -> Option<Self> {
        let value = mean(&parts)?;
        let half = half_width(&parts, Confidence::P95);
        let ci95 = half.and_then(|half| range.interval(value, half));
        Some(Self { value, ci95, parts })
    }

    /// The ratio of the sums of numerators and denominators.
    fn of_ratio(metric: &Metric, parts: &[(f64, f64)], samples: Option<&[Sample]>) -> Option<Self> {
        let sums = parts.iter().fold((0.0, 0.0), |sum, part| (sum.0 + part.0, sum.1 + part.1));
        let value = ratio(sums)?;
        let without: Vec<Option<f64>> =
            parts.iter().map(|part| ratio((sums.0 - part.0, sums.1 - part.1))).collect();
        let Some((mut estimate, half)) = Self::jackknife(value, &without) else {
            return Some(Self { value, ci95: None, parts: vec![value; parts.len()] });
        };
        // Sums of floats that cancel are nothing but for their last bits.
        let none = |share: f64| share <= 1e-12;
        let bare = |value: f64| none(value) || (metric.range == Range::Share && none(1.0 - value));
        let rests_on_one = without.iter().flatten().any(|value| bare(*value));
        estimate.ci95 = match metric.range {
            Range::Share if bare(value) => rare(value, sums.1, samples),
            Range::Share if rests_on_one => {
                let interval = metric.range.interval(value, half);
                let low = without.iter().flatten().any(|value| none(*value));
                interval.map(|interval| if low { (0.0, interval.1) } else { (interval.0, 1.0) })
            }
            Range::Share | Range::Positive | Range::Any => metric.range.jackknife(value, &without),
        };
        Some(estimate)
    }

    /// A quantile of the waits of all replications together.
    fn of_quantile(pool: &Sample, samples: &[&Sample], level: f64) -> Option<Self> {
        let seconds = |millis: f64| millis / 1e3;
        let value = pool.quantile(level).map(seconds)?;
        let without: Vec<Option<f64>> =
            samples.iter().map(|part| pool.quantile_without(part, level).map(seconds)).collect();
        let Some((mut estimate, half)) = Self::jackknife(value, &without) else {
            return Some(Self { value, ci95: None, parts: vec![value; samples.len()] });
        };
        let zero = |value: f64| value <= 0.0;
        let one_sided = zero(value) || without.iter().flatten().any(|value| zero(*value));
        let by_error = if zero(value) { None } else { Range::Positive.interval(value, half) };
        let by_shares = inverted(pool, samples, level).map(|(low, high)| (seconds(low), seconds(high)));
        let hull = |one: (f64, f64), other: (f64, f64)| (one.0.min(other.0), one.1.max(other.1));
        let both = by_error.into_iter().chain(by_shares).reduce(hull);
        estimate.ci95 = both.map(|(low, high)| {
            if one_sided {
                (0.0, high.max(seconds(by_order(samples, level))))
            } else {
                (low.min(value), high.max(value))
            }
        });
        Some(estimate)
    }

    /// An estimate without its interval, and half the width of Student's; none where leaving out one replication leaves
    /// nothing.
    fn jackknife(value: f64, without: &[Option<f64>]) -> Option<(Self, f64)> {
        let count = without.len() as f64;
        let part = |without: &Option<f64>| without.map(|without| count * value - (count - 1.0) * without);
        let parts: Vec<f64> = without.iter().map(part).collect::<Option<_>>()?;
        let half = half_width(&parts, Confidence::P95)?;
        Some((Self { value, ci95: None, parts }, half))
    }
}

fn ratio((part, whole): (f64, f64)) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

impl Range {
    /// The bend of the scale on which the interval of a value is made, relative to its slope: `g″ / g′` of the identity, of
    /// the logarithm or of the logit. An estimate whose skewness is γ over n replications with the standard deviation σ has
    /// on that scale the skewness `(γ + 3 σ g″ / g′) / √n`, to first order.
    pub fn bend(self, value: f64) -> f64 {
        match self {
            Self::Positive if value > 0.0 => -1.0 / value,
            Self::Share if value > 0.0 && value < 1.0 => (2.0 * value - 1.0) / (value * (1.0 - value)),
            Self::Any | Self::Positive | Self::Share => 0.0,
        }
    }

    /// The interval of a value by the values without one replication each, on the scale of the range: the hull of the one
    /// around the value and of the one around what the jackknife makes of it, which lacks most of the bias of a ratio of
    /// few replications. None where one of them does not lie on the scale.
    fn jackknife(self, value: f64, without: &[Option<f64>]) -> Option<(f64, f64)> {
        let scale = |value: f64| match self {
            Self::Any => value,
            Self::Positive => libm::log(value),
            Self::Share => libm::log(value / (1.0 - value)),
        };
        let back = |scaled: f64| match self {
            Self::Any => scaled,
            Self::Positive => libm::exp(scaled),
            // Written so that neither end overflows.
            Self::Share => 1.0 / (1.0 + libm::exp(-scaled)),
        };
        let (count, full) = (without.len() as f64, scale(value));
        let part =
            |without: &Option<f64>| without.map(|without| count * full - (count - 1.0) * scale(without));
        let parts: Vec<f64> = without.iter().map(part).collect::<Option<_>>()?;
        let (centre, half) = (mean(&parts)?, half_width(&parts, Confidence::P95)?);
        let interval = (back(full.min(centre) - half), back(full.max(centre) + half));
        let told = |bound: f64| super::metrics::measurable(bound).is_some();
        (told(interval.0) && told(interval.1)).then_some(interval)
    }

    /// Half the width that an interval has on its value's own scale, where it was made of that.
    pub fn half_width(self, value: f64, (low, high): (f64, f64)) -> f64 {
        let logit = |share: f64| libm::log(share / (1.0 - share));
        match self {
            Self::Positive if low > 0.0 => value * libm::log(high / low) / 2.0,
            Self::Share if low > 0.0 && high < 1.0 => {
                value * (1.0 - value) * (logit(high) - logit(low)) / 2.0
            }
            Self::Any | Self::Positive | Self::Share => (high - low) / 2.0,
        }
    }

    /// The interval of a value, by half the width that it has on the value's own scale; none where that says nothing.
    pub fn interval(self, value: f64, half: f64) -> Option<(f64, f64)> {
        let interval = match self {
            Self::Any => (value - half, value + half),
            Self::Positive if value > 0.0 => {
                let factor = libm::exp(half / value);
                (value / factor, value * factor)
            }
            Self::Share if value > 0.0 && value < 1.0 => {
                let off = half / (value * (1.0 - value));
                let odds = value / (1.0 - value);
                let share = |odds: f64| odds / (1.0 + odds);
                let factor = libm::exp(off);
                // Odds that are infinite are those of all.
                let high = if factor.is_finite() { share(odds * factor) } else { 1.0 };
                (share(odds / factor), high)
            }
            // What never happened, or always: replications that are all alike.
            Self::Positive | Self::Share => (value, value),
        };
        let told = |bound: f64| super::metrics::measurable(bound).is_some();
        (told(interval.0) && told(interval.1)).then_some(interval)
    }
}

/// The interval of a share that was nothing, or all, of what was seen in every replication.
///
/// Of so many independent trials a share of `1 − 0.05^(1 / trials)` would have shown itself 95 times in 100 (the rule of
/// three; Hanley and Lippman-Hand 1983). Visits are no independent trials: who waits, waits behind others. They are worth
/// fewer, by the design effect that the share of those who wait at all shows over the replications (Kish 1965), as in a
/// beta-binomial law with that correlation.
fn rare(value: f64, trials: f64, samples: Option<&[Sample]>) -> Option<(f64, f64)> {
    let effect = samples.and_then(design_effect).unwrap_or(1.0);
    let most = 1.0 - libm::pow(RISK, effect / trials);
    let most = most.is_finite().then_some(most)?;
    Some(if value < 0.5 { (0.0, most) } else { (1.0 - most, 1.0) })
}

/// By how much the variance of the share of visitors who wait at all exceeds that of independent visits; at least 1.
fn design_effect(samples: &[Sample]) -> Option<f64> {
    let parts: Vec<(f64, f64)> = samples.iter().map(|sample| (sample.positive(), sample.total())).collect();
    let (share, error) = share(&parts)?;
    let visits: f64 = samples.iter().map(Sample::total).sum();
    let effect = error * error * visits / (share * (1.0 - share));
    effect.is_finite().then(|| effect.max(1.0))
}

/// The share that some parts of wholes are of all together, with its standard error by the jackknife; none of one.
fn share(parts: &[(f64, f64)]) -> Option<(f64, f64)> {
    let sums = parts.iter().fold((0.0, 0.0), |sum, part| (sum.0 + part.0, sum.1 + part.1));
    let without: Vec<f64> =
        parts.iter().map(|part| ratio((sums.0 - part.0, sums.1 - part.1))).collect::<Option<_>>()?;
    let count = without.len() as f64;
    Some((ratio(sums)?, ((count - 1.0) * (count - 1.0) / count * variance(&without)?).sqrt()))
}

/// The times, in milliseconds, of which the share of waits beyond them may be what lies beyond the quantile: its interval
/// by those of shares (Woodruff, "Confidence intervals for medians and other position measures", JASA 47, 1952). None of
/// one replication.
///
/// The jackknife of a quantile covers too little where few bursts of waits lie beyond it; the interval that is told is the
/// hull of both. Beyond the longest wait that was seen, waits are taken to thin out as those of a queue with exponential
/// stays do, by their own mean.
fn inverted(pool: &Sample, samples: &[&Sample], level: f64) -> Option<(f64, f64)> {
    let buckets: Vec<(u64, u64, f64)> = pool.buckets().collect();
    let beyond = |bucket: usize| beyond(samples, buckets[bucket].1);
    let (tail, last) = (1.0 - level, buckets.len().checked_sub(1)?);
    beyond(0)?;
    // Both bounds of a share fall with the time beyond which it lies.
    let surely_more = |bucket: usize| beyond(bucket).is_some_and(|(low, _)| low > tail);
    let maybe_as_many = |bucket: usize| beyond(bucket).is_some_and(|(_, high)| high >= tail);
    let (surely, maybe) = (first_not(last, surely_more), first_not(last, maybe_as_many));
    let low = surely.checked_sub(1).map_or(0, |bucket| buckets[bucket].0);
    let high = if maybe == last && last > 0 {
        let positive = pool.mean()? * pool.total() / pool.positive();
        let (_, most) = beyond(last - 1)?;
        // Nobody waits: nothing thins out.
        let more = positive * libm::log((most / tail).max(1.0));
        buckets[last].1 as f64 + if more.is_finite() { more } else { 0.0 }
    } else {
        buckets[maybe].1 as f64
    };
    Some((low as f64, high))
}

/// The first of the places before `last` for which this does not hold, or `last`; it holds up to somewhere and not beyond.
fn first_not(last: usize, holds: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, last);
    while low < high {
        let middle = usize::midpoint(low, high);
        if holds(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

/// The interval of the share of waits beyond a time in milliseconds; nothing of none, and none of one replication.
fn beyond(samples: &[&Sample], time: u64) -> Option<(f64, f64)> {
    let parts: Vec<(f64, f64)> = samples.iter().map(|sample| (sample.beyond(time), sample.total())).collect();
    let (share, error) = share(&parts)?;
    let half = student_quantile(1.0 - RISK / 2.0, samples.len() as f64 - 1.0) * error;
    Range::Share.interval(share, half)
}

/// The upper bound, in milliseconds, of a quantile by the replications' own: so many of them lie below it that chance alone
/// would put fewer than one in forty of such experiments there (the order statistics of a median; David and Nagaraja,
/// "Order Statistics", 2003, section 7.1), or all of them where they are too few for that.
fn by_order(samples: &[&Sample], level: f64) -> f64 {
    let mut own: Vec<f64> = samples.iter().filter_map(|sample| sample.quantile(level)).collect();
    own.sort_by(f64::total_cmp);
    own.get(median_at_most(own.len()).saturating_sub(1)).copied().unwrap_or(0.0)
}

/// Which of so many values in order the median exceeds less than once in forty times; the last if none.
fn median_at_most(count: usize) -> usize {
    let below =
        Binomial::new(0.5, count as u64).map_or(count as u64, |law| law.inverse_cdf(1.0 - RISK / 2.0));
    (below as usize + 1).clamp(1, count.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, expected: f64) {
        assert!((found - expected).abs() <= 1e-6 * expected.abs().max(1e-3), "{found} instead of {expected}");
    }

    #[test]
    fn an_interval_stays_where_its_metric_can_lie() {
        assert_eq!(Range::Any.interval(1.0, 2.0), Some((-1.0, 3.0)));
        let (low, high) = Range::Positive.interval(2.0, 2.0).expect("it is finite");
        near(low, 2.0 / std::f64::consts::E);
        near(high, 2.0 * std::f64::consts::E);
        // Of a share of a half the logit is nothing, and its error four times that of the share.
        let (low, high) = Range::Share.interval(0.5, 0.25).expect("it is finite");
        near(low, 1.0 / (1.0 + std::f64::consts::E));
        near(high, 1.0 - low);
        for (range, value, half) in
            [(Range::Any, -3.0, 2.0), (Range::Positive, 0.2, 0.7), (Range::Share, 0.1, 0.2)]
        {
            let interval = range.interval(value, half).expect("it is finite");
            near(range.half_width(value, interval), half);
        }
        assert_eq!(Range::Positive.interval(1.0, 1e4), None);
    }

    #[test]
    fn the_median_is_at_most_an_order_statistic() {
        let ranks = [1, 3, 5, 6, 10, 20, 40].map(median_at_most);
        assert_eq!(ranks, [1, 3, 5, 6, 9, 15, 27]);
        assert_eq!(median_at_most(10_000), 5_099);
    }
}
