//! Two sides compared, metric by metric: what differs, how surely, and what that means.
//!
//! Two runs under one master seed share their luck: replication r of both meets the same passengers, weather and
//! faults. Their difference is taken replication by replication, and what both had in common drops out of it. Runs
//! under different seeds share nothing, and are compared as two independent samples.
//!
//! Sources: A. M. Law, "Simulation Modeling and Analysis" (5th ed., 2015), sections 10.2 and 11.2, for paired and
//! Welch's intervals; S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of
//! Statistics 6 (1979) 65–70, for many tests at once.

mod json;
#[cfg(test)]
mod tests;

use crate::results::{Better, Metric, Metrics};
use crate::stats::{mean, student_p, student_quantile, variance};

/// How often a verdict may be wrong, over all metrics together; intervals miss as often, each for itself.
const RISK: f64 = 0.05;

/// More replications than this are not asked for: a difference that small is as good as none.
pub const MOST_REPLICATIONS: usize = 10_000;

/// One side of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct Side {
    /// What the user called it: a folder, or a point of a sweep.
    pub label: String,
    /// The scenario's name.
    pub scenario: String,
    /// The master seed.
    pub seed: u64,
    /// The metrics of the whole city by replication, in order.
    pub city: Vec<Metrics>,
}

/// Which replications stand against each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pairing {
    /// Replication r against replication r: the sides share their seed.
    BySeed,
    /// All of one side against all of the other: the seeds differ.
    None,
}

/// What a difference means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// B is surely better.
    Better,
    /// B is surely worse.
    Worse,
    /// B surely differs, in what is neither good nor bad by itself.
    Changed,
    /// Chance alone may have made the difference.
    Undecided,
    /// There is no difference in any replication.
    Same,
    /// There are too few replications to tell.
    Untested,
}

/// How many more replications of each side would decide, if differences stay as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum More {
    /// So many.
    Replications(usize),
    /// More than [`MOST_REPLICATIONS`] in all.
    TooMany,
}

/// One metric of both sides; numbers are in its unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Compared {
    /// The metric.
    pub metric: &'static Metric,
    /// In how many replications of A and of B it was compared.
    pub replications: [usize; 2],
    /// Its means over these, of A and of B.
    pub means: [f64; 2],
    /// B less A.
    pub difference: f64,
    /// The 95 % interval of the difference, of this metric alone; none of fewer than two replications.
    pub ci95: Option<(f64, f64)>,
    /// The difference as a share of A; none where A is zero.
    pub relative: Option<f64>,
    /// How often chance alone would make a difference at least as large.
    pub p: Option<f64>,
    /// The same, corrected by [`holm`] for all metrics that were looked at.
    pub p_holm: Option<f64>,
    /// The share of the variance of two independent samples that pairing removed: `1 − var(B − A) / (var A + var B)`.
    /// It is negative where the sides' luck pulls in opposite directions; none without pairs.
    pub variance_removed: Option<f64>,
    /// What the difference means, at 95 % over all metrics together.
    pub verdict: Verdict,
    /// What would decide, if it is undecided.
    pub more: Option<More>,
}

/// A comparison of two sides.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// A and B, each without its values: label, scenario, seed and how many replications there are.
    pub sides: [Told; 2],
    /// Which replications stand against each other.
    pub pairing: Pairing,
    /// The metrics that apply on both sides, in the order of their list.
    pub metrics: Vec<Compared>,
    /// The metrics that apply on side A alone, and on B alone.
    pub alone: [Vec<&'static Metric>; 2],
    /// The metrics that apply on both sides, but never in the same replication.
    pub apart: Vec<&'static Metric>,
}

/// What is told of a side.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// What the user called it.
    pub label: String,
    /// The scenario's name.
    pub scenario: String,
    /// The master seed.
    pub seed: u64,
    /// How many replications it has.
    pub replications: usize,
    /// How many of them have no partner on the other side.
    pub left_out: usize,
}

/// The variance of some values, and how many there are.
#[derive(Clone, Copy)]
struct Sample {
    variance: f64,
    count: usize,
}

impl Comparison {
    /// Compares two sides in some metrics of the city.
    pub fn of(a: &Side, b: &Side, metrics: &[&'static Metric]) -> Self {
        let pairing = if a.seed == b.seed { Pairing::BySeed } else { Pairing::None };
        let partners = match pairing {
            Pairing::BySeed => a.city.len().min(b.city.len()),
            Pairing::None => usize::MAX,
        };
        let told = |side: &Side| Told {
            label: side.label.clone(),
            scenario: side.scenario.clone(),
            seed: side.seed,
            replications: side.city.len(),
            left_out: side.city.len().saturating_sub(partners),
        };
        let mut comparison = Self {
            sides: [told(a), told(b)],
            pairing,
            metrics: Vec::new(),
            alone: [Vec::new(), Vec::new()],
            apart: Vec::new(),
        };
        let mut samples = Vec::new();
        for metric in metrics {
            let values = [a, b].map(|side| values(side, metric, partners));
            match values.each_ref().map(|values| values.iter().any(Option::is_some)) {
                [true, true] => match measure(metric, pairing, &values) {
                    Some((compared, sample)) => {
                        comparison.metrics.push(compared);
                        samples.push(sample);
                    }
                    None => comparison.apart.push(metric),
                },
                [true, false] => comparison.alone[0].push(metric),
                [false, true] => comparison.alone[1].push(metric),
                [false, false] => {}
            }
        }
        judge(&mut comparison.metrics, &samples);
        comparison
    }

    /// A metric, if it was compared.
    pub fn get(&self, name: &str) -> Option<&Compared> {
        self.metrics.iter().find(|compared| compared.metric.name == name)
    }

    /// The metrics with a verdict, in the order of their list.
    pub fn with(&self, verdict: Verdict) -> impl Iterator<Item = &Compared> {
        self.metrics.iter().filter(move |compared| compared.verdict == verdict)
    }
}

/// A metric's values by replication, at most so many; what is not finite does not apply.
fn values(side: &Side, metric: &Metric, most: usize) -> Vec<Option<f64>> {
    let finite = |row: &Metrics| row.get(metric.name).filter(|value| value.is_finite());
    side.city.iter().take(most).map(finite).collect()
}

/// The difference in a metric without a verdict, and the samples that its error comes from; none without any pair.
fn measure(
    metric: &'static Metric,
    pairing: Pairing,
    values: &[Vec<Option<f64>>; 2],
) -> Option<(Compared, Vec<Sample>)> {
    let [a, b] = match pairing {
        Pairing::BySeed => {
            let both = values[0].iter().zip(&values[1]).filter_map(|(a, b)| Some(((*a)?, (*b)?)));
            let (a, b): (Vec<f64>, Vec<f64>) = both.unzip();
            [a, b]
        }
        Pairing::None => values.each_ref().map(|values| values.iter().flatten().copied().collect()),
    };
    let means = [mean(&a)?, mean(&b)?];
    let sample = |values: &[f64]| Some(Sample { variance: variance(values)?, count: values.len() });
    let apart: Option<Vec<Sample>> = [&a, &b].into_iter().map(|values| sample(values)).collect();
    let (difference, samples, variance_removed) = match pairing {
        Pairing::BySeed => {
            let differences: Vec<f64> = a.iter().zip(&b).map(|(a, b)| b - a).collect();
            let samples = sample(&differences).into_iter().collect::<Vec<_>>();
            (mean(&differences)?, samples.clone(), removed(&samples, &apart.unwrap_or_default()))
        }
        Pairing::None => (means[1] - means[0], apart.unwrap_or_default(), None),
    };
    let same = match pairing {
        Pairing::BySeed => a == b,
        Pairing::None => {
            difference == 0.0 && !samples.is_empty() && samples.iter().all(|s| s.variance == 0.0)
        }
    };
    let half = half_width(&samples).filter(|half| half.is_finite());
    let compared = Compared {
        metric,
        replications: [a.len(), b.len()],
        means,
        difference,
        ci95: half.map(|half| (difference - half, difference + half)),
        relative: (means[0] != 0.0).then(|| difference / means[0].abs()),
        p: half.and_then(|_| chance(metric, difference, &samples)),
        p_holm: None,
        variance_removed,
        verdict: if same { Verdict::Same } else { Verdict::Untested },
        more: None,
    };
    Some((compared, samples))
}

/// See [`Compared::variance_removed`].
fn removed(pairs: &[Sample], apart: &[Sample]) -> Option<f64> {
    let of = |samples: &[Sample]| samples.iter().map(|sample| sample.variance).sum::<f64>();
    let share = 1.0 - of(pairs) / of(apart);
    (!pairs.is_empty() && share.is_finite()).then_some(share)
}

/// The standard error of a mean, or of the difference of two independent ones, with its degrees of freedom by Welch and
/// Satterthwaite; none of fewer than two values. Of one sample they are exact: the count less one.
fn error(samples: &[Sample]) -> Option<(f64, f64)> {
    if samples.is_empty() || samples.iter().any(|sample| sample.count < 2) {
        return None;
    }
    let part = |sample: &Sample| sample.variance / sample.count as f64;
    let all: f64 = samples.iter().map(part).sum();
    let shares = samples.iter().map(|sample| (part(sample) / all).powi(2) / (sample.count - 1) as f64);
    let fewest = samples.iter().map(|sample| sample.count - 1).min().unwrap_or(1) as f64;
    let freedom = 1.0 / shares.sum::<f64>();
    // Without any variance, and at the ends of the range of floats, the formula says nothing.
    Some((all.sqrt(), if freedom.is_finite() { freedom.max(fewest) } else { fewest }))
}

/// Half the width of the 95 % interval.
fn half_width(samples: &[Sample]) -> Option<f64> {
    let (error, freedom) = error(samples)?;
    Some(error * student_quantile(1.0 - RISK / 2.0, freedom))
}

/// How often chance alone would make a difference at least as large; none where it cannot be told.
///
/// A difference that is the same in all replications is no chance, unless it is one of counts: small ones are easily
/// alike, so they are trusted no more than that many tosses of a coin that all fall on the same side.
fn chance(metric: &Metric, difference: f64, samples: &[Sample]) -> Option<f64> {
    let (error, freedom) = error(samples)?;
    if !difference.is_finite() || !error.is_finite() {
        return None;
    }
    let fewest = samples.iter().map(|sample| sample.count).min()?;
    Some(match (difference == 0.0, error == 0.0) {
        (true, _) => 1.0,
        (false, true) if metric.unit == "count" => 0.5_f64.powi(fewest as i32 - 1),
        (false, true) => 0.0,
        (false, false) => student_p(difference / error, freedom),
    })
}

/// Gives all metrics that could be tested their verdicts.
fn judge(metrics: &mut [Compared], samples: &[Vec<Sample>]) {
    let chances: Vec<f64> = metrics.iter().filter_map(|compared| compared.p).collect();
    let mut corrected = holm(&chances).into_iter();
    for compared in metrics.iter_mut().filter(|compared| compared.p.is_some()) {
        compared.p_holm = corrected.next();
    }
    let sure = |compared: &Compared| compared.p_holm.is_some_and(|p| p <= RISK);
    let open = chances.len() - metrics.iter().filter(|compared| sure(compared)).count();
    for (compared, samples) in metrics.iter_mut().zip(samples) {
        if compared.verdict == Verdict::Same || compared.p.is_none() {
            continue;
        }
        if sure(compared) {
            compared.verdict = match (compared.metric.better, compared.difference < 0.0) {
                (Better::Neither, _) => Verdict::Changed,
                (Better::Lower, true) | (Better::Higher, false) => Verdict::Better,
                (Better::Lower, false) | (Better::Higher, true) => Verdict::Worse,
            };
        } else {
            compared.verdict = Verdict::Undecided;
            // The next metric to be decided is tested at the level that is shared by all that are still open.
            let level = RISK / open as f64;
            compared.more = more(compared.metric, compared.difference, samples, level);
        }
    }
}

/// The chances of several tests, each corrected for being one of many: if all that are then at most 5 % are believed,
/// at most one time in twenty any of them is believed wrongly.
///
/// The smallest of m is multiplied by m, the next by m − 1 and so on; none is less than one before it. In the order of
/// `chances`, each at most 1. Source: S. Holm (1979), see above.
pub fn holm(chances: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..chances.len()).collect();
    order.sort_by(|a, b| chances[*a].total_cmp(&chances[*b]));
    let mut corrected = vec![1.0; chances.len()];
    let mut least: f64 = 0.0;
    for (rank, index) in order.into_iter().enumerate() {
        least = least.max(chances[index] * (chances.len() - rank) as f64).min(1.0);
        corrected[index] = least;
    }
    corrected
}

/// How many more replications of each side would decide at this level; none where there is no difference to decide on.
fn more(metric: &Metric, difference: f64, samples: &[Sample], level: f64) -> Option<More> {
    let now = samples.iter().map(|sample| sample.count).min()?;
    if difference == 0.0 {
        return None;
    }
    let decides = |count: usize| {
        let grown = samples.iter().map(|sample| Sample { count: sample.count.max(count), ..*sample });
        chance(metric, difference, &grown.collect::<Vec<_>>()).is_some_and(|chance| chance <= level)
    };
    if now >= MOST_REPLICATIONS || !decides(MOST_REPLICATIONS) {
        return Some(More::TooMany);
    }
    // More replications never make it less sure, so the fewest that decide are found by halving.
    let (mut too_few, mut enough) = (now, MOST_REPLICATIONS);
    while enough - too_few > 1 {
        let middle = usize::midpoint(too_few, enough);
        if decides(middle) {
            enough = middle;
        } else {
            too_few = middle;
        }
    }
    Some(More::Replications(enough - now))
}
