//! A choice among the points of a sweep: which may be the best, which keep what is asked, and what to run next.

use super::Swept;
use super::constraint::{Constraint, Verdict};
use super::rank::{Goal, Runs, Sample, by_mean, chance_of_first, ocba, ocba_of_pairs, screen};
use super::ties::Resolution;
use crate::results::{Metric, SCHEMA_VERSION, Summary, rounded};
use crate::stats;
use serde_json::{Value, json};

/// What is asked of the points.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// By which metric of the city.
    pub metric: &'static Metric,
    /// Which way is better.
    pub goal: Goal,
    /// What points must keep.
    pub constraints: Vec<Constraint>,
}

/// How a point stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It may be the best.
    MayBeBest,
    /// This point, which keeps every constraint, is significantly better.
    Worse {
        /// The better point's number.
        than: u32,
    },
    /// It breaks a constraint.
    Breaks,
    /// The metric applies in none of its runs.
    Unmeasured,
}

/// What is known of a point.
#[derive(Clone, Debug, PartialEq)]
pub struct Considered {
    /// Its number, from 1.
    pub point: u32,
    /// The metric over its replications.
    pub value: Option<Summary>,
    /// How many replications it has.
    pub replications: usize,
    /// How it stands.
    pub standing: Standing,
    /// For each constraint its metric, and what that says.
    pub kept: Vec<(Option<Summary>, Verdict)>,
    /// How many of the next runs it should get.
    pub next: u64,
}

/// An answer to a question.
#[derive(Clone, Debug)]
pub struct Choice<'a> {
    /// The sweep.
    pub swept: &'a Swept,
    /// The question.
    pub question: Question,
    /// All points: those that may be the best, those that are worse, those that break a constraint, those not
    /// measured; each kind by its mean, best first.
    pub points: Vec<Considered>,
    /// Of the points that break no constraint, the number of the one with the best mean.
    pub first: Option<u32>,
    /// At least how likely it is that this one is the best of them; none where that cannot be said.
    pub chance_of_first: Option<f64>,
    /// How many runs [`Considered::next`] shares out.
    pub next: u64,
}

impl<'a> Choice<'a> {
    /// Considers every point of a whole sweep, and shares out `next` more runs among those that may be the best.
    pub fn of(swept: &'a Swept, question: Question, next: u64) -> Self {
        let Question { metric, goal, constraints } = &question;
        let numbers: Vec<u32> = (1..=swept.manifest.points.len() as u32).collect();
        let runs: Vec<Runs> = numbers.iter().map(|point| swept.parts(*point, metric)).collect();
        // Where no point leaves anything to chance, nothing that differs is in doubt.
        let fixed = numbers.iter().all(|point| swept.fixed(*point));
        let resolution = Resolution::of(metric, fixed);
        let kept: Vec<Vec<(Option<Summary>, Verdict)>> =
            numbers.iter().map(|point| verdicts(swept, *point, constraints, fixed)).collect();
        let breaks = |point: &usize| kept[*point].iter().any(|(_, verdict)| *verdict == Verdict::Broken);
        let keeps_all = |point: usize| kept[point].iter().all(|(_, verdict)| *verdict == Verdict::Kept);

        // Positions among all points; screening and allocation count among those that are left.
        let order = by_mean(&runs, *goal);
        let left: Vec<usize> = order.iter().copied().filter(|point| !breaks(point)).collect();
        let of_left: Vec<Runs> = left.iter().map(|point| runs[*point].clone()).collect();
        let ousted = screen(&of_left, *goal, resolution, |point| keeps_all(left[point]));

        let mut standings = vec![(Standing::Unmeasured, 0); numbers.len()];
        for point in order.iter().filter(|point| breaks(point)) {
            standings[*point].0 = Standing::Breaks;
        }
        let mut in_play = Vec::new();
        for (point, ousted) in left.iter().zip(ousted) {
            standings[*point].0 = match ousted {
                None => Standing::MayBeBest,
                Some(by) => Standing::Worse { than: numbers[left[by]] },
            };
            in_play.extend(ousted.is_none().then_some(*point));
        }
        // Points that are out need no more runs. Those under seeds of their own share no chance.
        let of_play: Vec<Runs> = in_play.iter().map(|point| runs[*point].clone()).collect();
        let apart = swept.manifest.axes.iter().any(|axis| axis == "time.seed");
        let shares = if apart {
            share_out(&of_play, *goal, next)
        } else {
            ocba_of_pairs(&of_play, *goal, resolution, next)
        };
        for (point, share) in in_play.into_iter().zip(shares) {
            standings[point].1 = share;
        }
        let unmeasured = (0..numbers.len()).filter(|point| runs[*point].iter().all(Option::is_none));
        let considered = |point: usize| Considered {
            point: numbers[point],
            value: swept.estimate(numbers[point], metric).map(Summary::from),
            replications: runs[point].len(),
            standing: standings[point].0,
            kept: kept[point].clone(),
            next: standings[point].1,
        };
        let mut points: Vec<Considered> = order.iter().copied().chain(unmeasured).map(considered).collect();
        points.sort_by_key(|point| match point.standing {
            Standing::MayBeBest => 0,
            Standing::Worse { .. } => 1,
            Standing::Breaks => 2,
            Standing::Unmeasured => 3,
        });
        let first = left.first().map(|point| numbers[*point]);
        let chance_of_first = chance_of_first(&of_left, *goal, resolution);
        Self { swept, question, points, first, chance_of_first, next }
    }

    /// How many points stand in some way.
    pub fn count(&self, standing: impl Fn(Standing) -> bool) -> usize {
        self.points.iter().filter(|point| standing(point.standing)).count()
    }

    /// The content of `rank --json`.
    pub fn json(&self) -> Value {
        let manifest = &self.swept.manifest;
        let Question { metric, goal, constraints } = &self.question;
        json!({
            "schema_version": SCHEMA_VERSION,
            "sweep": manifest.name,
            "metric": metric.name,
            "unit": metric.unit,
            "goal": match goal { Goal::Lower => "lower", Goal::Higher => "higher" },
            "confidence": 0.95,
            "constraints": constraints.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "may_be_best": self.count(|standing| standing == Standing::MayBeBest),
            "first": self.first,
            "chance_of_first": self.chance_of_first.map(rounded),
            "next_runs": self.next,
            "points": self.points.iter().map(|point| self.point_json(point)).collect::<Vec<_>>(),
        })
    }

    fn point_json(&self, point: &Considered) -> Value {
        let (standing, than) = match point.standing {
            Standing::MayBeBest => ("may_be_best", None),
            Standing::Worse { than } => ("worse", Some(than)),
            Standing::Breaks => ("breaks_constraint", None),
            Standing::Unmeasured => ("not_measured", None),
        };
        let constraint = |(constraint, (value, verdict)): (&Constraint, &(Option<Summary>, Verdict))| {
            let verdict = match verdict {
                Verdict::Kept => "kept",
                Verdict::Broken => "broken",
                Verdict::Undecided => "undecided",
            };
            json!({
                "constraint": constraint.to_string(), "mean": mean(*value), "ci95": bounds(*value),
                "verdict": verdict,
            })
        };
        json!({
            "point": point.point,
            "values": self.swept.named(point.point),
            "replications": point.replications,
            "mean": mean(point.value),
            "ci95": bounds(point.value),
            "standing": standing,
            "worse_than": than,
            "constraints":
                self.question.constraints.iter().zip(&point.kept).map(constraint).collect::<Vec<_>>(),
            "next": point.next,
        })
    }
}

fn mean(value: Option<Summary>) -> Option<f64> {
    value.map(|value| rounded(value.mean))
}

fn bounds(value: Option<Summary>) -> Option<[f64; 2]> {
    let (low, high) = value?.ci95?;
    Some([rounded(low), rounded(high)])
}

/// What a point's runs say of each constraint.
fn verdicts(
    swept: &Swept,
    point: u32,
    constraints: &[Constraint],
    fixed: bool,
) -> Vec<(Option<Summary>, Verdict)> {
    let verdict = |constraint: &Constraint| {
        let estimate = swept.estimate(point, constraint.metric);
        let resolution = Resolution::of(constraint.metric, fixed);
        let verdict =
            estimate.as_ref().map_or(Verdict::Undecided, |found| constraint.verdict(found, resolution));
        (estimate.map(Summary::from), verdict)
    };
    constraints.iter().map(verdict).collect()
}

/// How many more runs each of these points that share no chance should get. Where one has no variance yet, those with the fewest runs
/// come first.
fn share_out(points: &[Runs], goal: Goal, budget: u64) -> Vec<u64> {
    let sample = |runs: &Runs| {
        let values: Vec<f64> = runs.iter().flatten().copied().collect();
        let (mean, variance) = (stats::mean(&values)?, stats::variance(&values)?);
        Some(Sample { mean, variance, runs: runs.len() as u64 })
    };
    let samples: Option<Vec<Sample>> = points.iter().map(sample).collect();
    let certain = |runs: &Runs| Sample { mean: 0.0, variance: 0.0, runs: runs.len() as u64 };
    let samples = samples.unwrap_or_else(|| points.iter().map(certain).collect());
    ocba(&samples, goal, budget)
}
