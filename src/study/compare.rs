//! Two sides compared, metric by metric: what differs, how surely, and what that means.
//!
//! Two runs under one master seed share their luck: replication r of both meets the same passengers, weather and
//! faults. Their difference is taken replication by replication, and what both had in common drops out of it. Runs
//! under different seeds share nothing, and are compared as two independent samples.
//!
//! Sources: A. M. Law, "Simulation Modeling and Analysis" (5th ed., 2015), sections 10.2 and 11.2, for paired and
//! Welch's intervals; S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of
//! Statistics 6 (1979) 65–70, for many tests at once; R. E. Tarone, "A modified Bonferroni method for discrete data",
//! Biometrics 46 (1990) 515–522, for those that no values could decide and that are therefore not counted.

mod json;
#[cfg(test)]
mod tests;

use super::ties::{self, Resolution};
use crate::results::{Better, CITY, Estimate, Metric, Metrics};
use crate::stats::{student_p, student_quantile, variance};

/// How often a verdict may be wrong, over all metrics together; intervals miss as often, each for itself.
const RISK: f64 = 0.05;

/// More replications than this are not asked for: a difference that small is as good as none.
pub const MOST_REPLICATIONS: usize = 10_000;

/// Replications that are asked for decide this often, if the difference is what it seems to be.
pub const POWER: f64 = 0.8;

/// The share of variance that pairing removed is told of so many pairs or more: the correlation ρ behind it has a
/// standard error of (1 − ρ²) / √(n − 1), which is a third of 1 − ρ² then.
const PAIRS_FOR_SHARED: usize = 10;

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
    /// The metrics that its scenario says answer its question.
    pub answers: Vec<String>,
    /// Whether chance plays no part in it: its replications, two or more, are all the same run.
    pub fixed: bool,
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

/// The variance of two independent samples beside that of pairs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shared {
    /// The share that pairing removed: `1 − var(B − A) / (var A + var B)`. It is negative where the sides' luck pulls in
    /// opposite directions.
    pub removed: f64,
    /// The largest share that any pairing could remove: `1 − (σA − σB)² / (σA² + σB²)`. Below 1 it is because one side
    /// varies more than the other.
    pub ceiling: f64,
}

/// One metric of both sides; numbers are in its unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Compared {
    /// The metric.
    pub metric: &'static Metric,
    /// Whether it answers the question of A or of B: those are a family of their own, whatever else is looked at.
    pub answer: bool,
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
    /// How often chance alone would make a difference at least as large; none of too few replications, nor where all
    /// values of both sides are one number, so that nothing could be decided.
    pub p: Option<f64>,
    /// The same, corrected by [`holm`] for all metrics of its family.
    pub p_holm: Option<f64>,
    /// What pairing did to the variance; none of fewer than ten pairs, which say too little of it.
    pub shared: Option<Shared>,
    /// What the difference means, at 95 % over all metrics of its family together.
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
    /// How many metrics were tested together: answers, and all others.
    pub tested: [usize; 2],
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

/// What the error of a difference comes from.
#[derive(Clone)]
struct Evidence {
    /// B less A.
    difference: f64,
    /// The differences of pairs, or one sample of each side.
    samples: Vec<Sample>,
    /// The size of the values.
    size: f64,
    /// How finely they are told apart.
    resolution: Resolution,
}

impl Comparison {
    /// Compares two sides in some metrics of the city.
    ///
    /// Metrics that answer the question of either side are judged together, also those that are not among `metrics`, so
    /// that an answer has one verdict whatever else is looked at. The other metrics are judged together.
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
            tested: [0; 2],
        };
        let answer =
            |metric: &Metric| [a, b].iter().any(|side| side.answers.iter().any(|name| name == metric.name));
        let wanted = |metric: &Metric| metrics.iter().any(|wanted| wanted.name == metric.name);
        let more = CITY.iter().filter(|metric| answer(metric) && !wanted(metric));
        let all: Vec<&'static Metric> = metrics.iter().copied().chain(more).collect();
        let mut evidence = Vec::new();
        let fixed = a.fixed && b.fixed;
        for metric in all {
            let Some(place) = CITY.iter().position(|of_city| of_city.name == metric.name) else { continue };
            let rows = [a, b].map(|side| rows(side, place, partners));
            match rows.each_ref().map(|rows| rows.iter().any(Option::is_some)) {
                [true, true] => match measure(place, pairing, &rows, fixed) {
                    Some((compared, of_metric)) => {
                        comparison.metrics.push(Compared { answer: answer(metric), ..compared });
                        evidence.push(of_metric);
                    }
                    None => comparison.apart.push(metric),
                },
                [true, false] => comparison.alone[0].push(metric),
                [false, true] => comparison.alone[1].push(metric),
                [false, false] => {}
            }
        }
        for (family, answer) in [true, false].into_iter().enumerate() {
            let of_family = comparison.metrics.iter_mut().zip(&evidence);
            comparison.tested[family] =
                judge(of_family.filter(|(compared, _)| compared.answer == answer).collect());
        }
        // Answers that nobody asked to see were only judged with the others.
        comparison.metrics.retain(|compared| wanted(compared.metric));
        for metrics in comparison.alone.iter_mut().chain([&mut comparison.apart]) {
            metrics.retain(|metric| wanted(metric));
        }
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

/// The replications of a side, at most so many; none in place of one in which the metric at this place does not apply.
fn rows(side: &Side, place: usize, most: usize) -> Vec<Option<&Metrics>> {
    let applies = |row: &&Metrics| row.values()[place].is_some();
    side.city.iter().take(most).map(|row| Some(row).filter(applies)).collect()
}

/// The difference in a metric without a verdict, and what its error comes from; none without any pair.
///
/// Ratios and quantiles are compared as they are told, over all replications of a side together; what stands against each
/// other by replication is what each adds to them.
fn measure(
    place: usize,
    pairing: Pairing,
    rows: &[Vec<Option<&Metrics>>; 2],
    fixed: bool,
) -> Option<(Compared, Evidence)> {
    let metric = &CITY[place];
    let rows = match pairing {
        Pairing::BySeed => {
            let both = rows[0].iter().zip(&rows[1]).filter_map(|(a, b)| Some(((*a)?, (*b)?)));
            let (a, b): (Vec<&Metrics>, Vec<&Metrics>) = both.unzip();
            [a, b]
        }
        Pairing::None => rows.each_ref().map(|rows| rows.iter().flatten().copied().collect()),
    };
    let [Estimate { value: mean_a, parts: a, .. }, Estimate { value: mean_b, parts: b, .. }] =
        [Estimate::of(place, &rows[0])?, Estimate::of(place, &rows[1])?];
    let (means, difference) = ([mean_a, mean_b], mean_b - mean_a);
    let sample = |values: &[f64]| Some(Sample { variance: variance(values)?, count: values.len() });
    let apart: Option<Vec<Sample>> = [&a, &b].into_iter().map(|values| sample(values)).collect();
    let apart = apart.unwrap_or_default();
    let (samples, shared) = match pairing {
        Pairing::BySeed => {
            let differences: Vec<f64> = a.iter().zip(&b).map(|(a, b)| b - a).collect();
            let samples = sample(&differences).into_iter().collect::<Vec<_>>();
            let shared = shared(&samples, &apart);
            (samples, shared)
        }
        Pairing::None => (apart, None),
    };
    // No values of one and the same number could decide anything, whichever side they are on.
    let idle = a.iter().chain(&b).all(|value| (value - a[0]).abs() <= 0.0);
    let same = match pairing {
        Pairing::BySeed => a == b,
        Pairing::None => idle && !samples.is_empty(),
    };
    let size = ties::size(a.iter().chain(&b));
    let resolution = Resolution::of(metric, fixed);
    let evidence = Evidence { difference, samples, size, resolution };
    let half = evidence.half_width().filter(|half| half.is_finite());
    let compared = Compared {
        metric,
        answer: false,
        replications: [a.len(), b.len()],
        means,
        difference,
        ci95: half.map(|half| (difference - half, difference + half)),
        relative: Some(difference / means[0].abs()).filter(|share| share.is_finite()),
        p: half.filter(|_| !idle).and_then(|_| evidence.chance()),
        p_holm: None,
        shared,
        verdict: if same { Verdict::Same } else { Verdict::Untested },
        more: None,
    };
    Some((compared, evidence))
}

/// See [`Compared::shared`].
fn shared(pairs: &[Sample], apart: &[Sample]) -> Option<Shared> {
    let ([pairs], [a, b]) = (pairs, apart) else { return None };
    let both = a.variance + b.variance;
    let removed = 1.0 - pairs.variance / both;
    let ceiling = 1.0 - (a.variance.sqrt() - b.variance.sqrt()).powi(2) / both;
    let told = pairs.count >= PAIRS_FOR_SHARED && removed.is_finite() && ceiling.is_finite();
    told.then_some(Shared { removed, ceiling })
}

impl Evidence {
    /// Whether the values of each sample are all the same, though chance might have made them others.
    fn ties(&self) -> bool {
        let ties = |sample: &Sample| Resolution::ties(sample.variance, self.size);
        self.resolution != Resolution::Exact && self.samples.iter().all(ties)
    }

    /// The standard error of the difference, with its degrees of freedom by Welch and Satterthwaite; none of fewer than
    /// two values. Of one sample they are exact: the count less one. See [`ties`](super::ties) for its lower bounds.
    fn error(&self) -> Option<(f64, f64)> {
        if self.samples.is_empty() || self.samples.iter().any(|sample| sample.count < 2) {
            return None;
        }
        // A difference of two values has twice the variance of rounding one.
        let least = self.resolution.variance(self.size) * if self.samples.len() == 1 { 2.0 } else { 1.0 };
        let part = |sample: &Sample| sample.variance.max(least) / sample.count as f64;
        let all: f64 = self.samples.iter().map(part).sum();
        let share = |sample: &Sample| (part(sample) / all).powi(2) / (sample.count - 1) as f64;
        let fewest = self.samples.iter().map(|sample| sample.count - 1).min().unwrap_or(1) as f64;
        let freedom = 1.0 / self.samples.iter().map(share).sum::<f64>();
        // Without any variance, and at the ends of the range of floats, the formula says nothing.
        let freedom = if freedom.is_finite() { freedom.max(fewest) } else { fewest };
        let raised = if self.ties() {
            let chance = match self.samples.as_slice() {
                [a, b] => ties::draws([a.count, b.count]),
                [pairs] => ties::signs(pairs.count),
                _ => 1.0,
            };
            ties::error(self.difference, chance, freedom)
        } else {
            0.0
        };
        Some((all.sqrt().max(raised), freedom))
    }

    /// Half the width of the 95 % interval.
    fn half_width(&self) -> Option<f64> {
        let (error, freedom) = self.error()?;
        Some(error * student_quantile(1.0 - RISK / 2.0, freedom))
    }

    /// How often chance alone would make a difference at least as large; none where it cannot be told.
    fn chance(&self) -> Option<f64> {
        self.chance_less(|_| 0.0)
    }

    /// The same for a difference that is nearer to zero by some standard errors, which may depend on the degrees of
    /// freedom.
    fn chance_less(&self, nearer: impl Fn(f64) -> f64) -> Option<f64> {
        let (error, freedom) = self.error()?;
        if !self.difference.is_finite() || !error.is_finite() {
            return None;
        }
        Some(match (self.difference == 0.0, error == 0.0) {
            (true, _) => 1.0,
            (false, true) => 0.0,
            (false, false) => student_p((self.difference.abs() / error - nearer(freedom)).max(0.0), freedom),
        })
    }

    /// How many more replications of each side would decide at this level; none where there is no difference to decide
    /// on. They are as many as decide with the chance [`POWER`], if mean and variance are what they seem to be: the
    /// difference must exceed what is needed by that quantile of its own chance (Law 2015, section 9.4; Cohen 1988,
    /// section 2.4).
    fn more(&self, level: f64) -> Option<More> {
        let now = self.samples.iter().map(|sample| sample.count).min()?;
        if self.difference == 0.0 {
            return None;
        }
        let decides = |count: usize| {
            let grown = |sample: &Sample| Sample { count: sample.count.max(count), ..*sample };
            let grown = Self { samples: self.samples.iter().map(grown).collect(), ..self.clone() };
            grown
                .chance_less(|freedom| student_quantile(POWER, freedom))
                .is_some_and(|chance| chance <= level)
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
}

/// Gives all metrics of a family that could be tested their verdicts, and tells how many these are.
fn judge(mut family: Vec<(&mut Compared, &Evidence)>) -> usize {
    let chances: Vec<f64> = family.iter().filter_map(|(compared, _)| compared.p).collect();
    let mut corrected = holm(&chances).into_iter();
    for (compared, _) in family.iter_mut().filter(|(compared, _)| compared.p.is_some()) {
        compared.p_holm = corrected.next();
    }
    let sure = |compared: &Compared| compared.p_holm.is_some_and(|p| p <= RISK);
    let open = chances.len() - family.iter().filter(|(compared, _)| sure(compared)).count();
    for (compared, evidence) in family {
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
            compared.more = evidence.more(RISK / open as f64);
        }
    }
    chances.len()
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
