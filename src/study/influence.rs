//! What each axis of a sweep does to a metric: shares of variance, or a tornado, as the design allows.

use super::Swept;
use super::rank::Runs;
use super::sensitivity::{Bar, ENOUGH_SAMPLES, Indices, Share, shared, sobol_indices, tornado};
use crate::results::{Metric, SCHEMA_VERSION, Summary, rounded};
use crate::scenario::Design;
use crate::stats;
use serde_json::{Value, json};

/// What a sweep says of the influence of its axes on a metric.
#[derive(Clone, Debug, PartialEq)]
pub enum Influence {
    /// Of a Saltelli design: shares of the variance between points.
    Shares(Shares),
    /// Of one axis at a time: differences from the base.
    Differences(Differences),
}

/// How much of the variance between points is due to each axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Shares {
    /// How many samples the design has in which the metric applies everywhere.
    pub samples: usize,
    /// How many samples it has in all.
    pub of: usize,
    /// The mean over points, and its standard deviation between them; none where the metric applies nowhere.
    pub spread: Option<(f64, f64)>,
    /// The share of the variance between points' means that is chance of their replications, and that indices are
    /// cleared of; none of one replication, whose chance counts as if axes did it.
    pub chance: Option<f64>,
    /// By axis; none if there are fewer than two samples or no variance beyond chance.
    pub indices: Option<Vec<Indices>>,
}

impl Shares {
    /// Whether there are too few samples for more than a first look.
    pub fn rough(&self) -> bool {
        self.samples < ENOUGH_SAMPLES
    }
}

/// What each axis does by itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Differences {
    /// The metric at the base.
    pub base: Option<Summary>,
    /// For each bar the numbers of its points.
    pub points: Vec<Vec<u32>>,
    /// The axes, the one that does most first.
    pub bars: Vec<Bar>,
}

impl Influence {
    /// What a whole sweep says of a metric of the city; none if its design tells nothing of single axes.
    pub fn of(swept: &Swept, metric: &Metric) -> Option<Self> {
        let runs = |point: u32| swept.parts(point, metric);
        let numbers = 1..=swept.manifest.points.len() as u32;
        match swept.manifest.design {
            Design::Saltelli { .. } => {
                let points: Vec<Runs> = numbers.map(runs).collect();
                Some(Self::Shares(shares(&points, swept.manifest.axes.len(), swept.manifest.seed)))
            }
            Design::OneAtATime => Some(Self::Differences(differences(swept, metric, &runs))),
            Design::Grid | Design::Zip | Design::LatinHypercube { .. } | Design::Sobol { .. } => None,
        }
    }

    /// The part of `sensitivity --json` that is about one metric.
    pub fn json(&self, swept: &Swept, metric: &Metric) -> Value {
        let axes = &swept.manifest.axes;
        match self {
            Self::Shares(shares) => {
                let entry = |(key, indices): (&String, &Indices)| json!({ "axis": key, "first": share(indices.first), "total": share(indices.total) });
                let indices =
                    shares.indices.as_ref().map(|all| axes.iter().zip(all).map(entry).collect::<Vec<_>>());
                json!({
                    "metric": metric.name,
                    "unit": metric.unit,
                    "samples": shares.samples,
                    "rough": shares.rough(),
                    "mean": shares.spread.map(|(mean, _)| rounded(mean)),
                    "deviation": shares.spread.map(|(_, deviation)| rounded(deviation)),
                    "chance": shares.chance.map(rounded),
                    "axes": indices,
                })
            }
            Self::Differences(found) => {
                let point = |(point, effect): (&u32, &Option<Summary>)| json!({ "point": point, "values": swept.named(*point), "difference": summary(*effect) });
                let bar = |(bar, points): (&Bar, &Vec<u32>)| {
                    let points = points.iter().zip(&bar.effects).map(point).collect::<Vec<_>>();
                    json!({ "axis": axes[bar.axis], "span": rounded(bar.span), "points": points })
                };
                json!({
                    "metric": metric.name,
                    "unit": metric.unit,
                    "base": summary(found.base),
                    "axes": found.bars.iter().zip(&found.points).map(bar).collect::<Vec<_>>(),
                })
            }
        }
    }
}

/// The content of `sensitivity --json`.
pub fn json(swept: &Swept, found: &[(&Metric, Influence)]) -> Value {
    let metrics = found.iter().map(|(metric, influence)| influence.json(swept, metric));
    json!({
        "schema_version": SCHEMA_VERSION,
        "sweep": swept.manifest.name,
        "design": swept.manifest.design,
        "confidence": 0.95,
        "metrics": metrics.collect::<Vec<_>>(),
    })
}

fn share(share: Share) -> Value {
    json!({ "value": rounded(share.value), "ci95": [rounded(share.low), rounded(share.high)] })
}

fn summary(summary: Option<Summary>) -> Option<Value> {
    summary.map(|Summary { mean, ci95, n, .. }| {
        json!({ "mean": rounded(mean), "ci95": ci95.map(|(low, high)| [rounded(low), rounded(high)]), "n": n })
    })
}

/// Shares from the runs of the points of a Saltelli design.
fn shares(points: &[Runs], axes: usize, seed: u64) -> Shares {
    let mean = |runs: &Runs| stats::mean(&runs.iter().flatten().copied().collect::<Vec<_>>());
    let means: Vec<Option<f64>> = points.iter().map(mean).collect();
    let samples = means.chunks(axes + 2);
    let known: Vec<f64> = means.iter().flatten().copied().collect();
    let spread = stats::mean(&known).map(|mean| (mean, stats::variance(&known).unwrap_or(0.0).sqrt()));
    Shares {
        samples: samples.clone().filter(|sample| sample.iter().all(Option::is_some)).count(),
        of: samples.len(),
        spread,
        chance: spread.and_then(|(_, deviation)| chance(points, deviation * deviation)),
        indices: sobol_indices(points, axes, seed),
    }
}

/// The share of chance in the variance between the means of points.
///
/// What a replication does to all points alike is no such chance: it is taken off before.
fn chance(points: &[Runs], between: f64) -> Option<f64> {
    let shared = shared(points);
    let of_mean = |runs: &Runs| {
        let own = runs.iter().zip(&shared).filter_map(|(value, shared)| Some((*value)? - (*shared)?));
        let own: Vec<f64> = own.collect();
        Some(stats::variance(&own)? / own.len() as f64)
    };
    let variances: Vec<f64> = points.iter().filter_map(of_mean).collect();
    // Each point has pulled what is shared a little towards itself.
    let chance = stats::mean(&variances)? * points.len() as f64 / (points.len().max(2) - 1) as f64;
    (between > 0.0).then(|| (chance / between).min(1.0))
}

/// The bars of a sweep whose points change one axis each; the first one is the base.
fn differences(swept: &Swept, metric: &Metric, runs: &dyn Fn(u32) -> Runs) -> Differences {
    let settings = &swept.manifest.points;
    // The points of an axis follow one another, and those of the next begin where that one leaves the base. A
    // point that is the base again does nothing, whichever axis it is counted to.
    let mut of_axis: Vec<Vec<u32>> = vec![Vec::new(); swept.manifest.axes.len()];
    let mut current = 0;
    for (number, setting) in (1..).zip(settings).skip(1) {
        let moved = setting.iter().zip(&settings[0]).position(|(value, base)| value != base);
        current = moved.unwrap_or(current);
        of_axis[current].push(number);
    }
    let base = runs(1);
    let all: Vec<Vec<Runs>> =
        of_axis.iter().map(|points| points.iter().map(|point| runs(*point)).collect()).collect();
    let bars = tornado(&base, &all.iter().map(|runs| runs.iter().collect()).collect::<Vec<_>>());
    Differences {
        base: swept.estimate(1, metric).map(Summary::from),
        points: bars.iter().map(|bar| of_axis[bar.axis].clone()).collect(),
        bars,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chance_that_all_points_share_is_no_chance_between_them() {
        let shared = [0.0, 5.0, -3.0, 9.0];
        let point = |mean: f64| shared.iter().map(|shared| Some(mean + shared)).collect::<Runs>();
        let points: Vec<Runs> = [1.0, 2.0, 3.0, 4.0].map(point).to_vec();
        assert_eq!(chance(&points, 5.0 / 3.0), Some(0.0));
        // Chance of its own, of variance 16/3 in every point and a quarter of that in their means.
        let own = [[2.0, -2.0, 2.0, -2.0], [2.0, 2.0, -2.0, -2.0]];
        let points: Vec<Runs> = own.iter().map(|own| own.iter().copied().map(Some).collect()).collect();
        let found = chance(&points, 10.0).expect("there are four replications");
        assert!((found - 16.0 / 3.0 / 4.0 / 10.0).abs() < 1e-12, "{found}");
    }

    #[test]
    fn one_replication_tells_nothing_of_chance() {
        assert_eq!(chance(&[vec![Some(1.0)], vec![Some(2.0)]], 1.0), None);
        assert_eq!(chance(&[], 1.0), None);
    }
}
