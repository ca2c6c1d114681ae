//! Which points may be the best, and where more runs would tell most.
//!
//! A point is what one set of runs measured; its runs are told apart by their replication. The same replication
//! of two points shares its chance (common random numbers), so points are compared by differences within
//! replications.

use super::ties::{self, Resolution};
use crate::stats;

/// The values of one metric by replication; none where the metric did not apply.
pub type Runs = Vec<Option<f64>>;

/// How often all the points thrown out may include the best one.
const RISK: f64 = 0.05;

/// Which values are better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// Low ones.
    Lower,
    /// High ones.
    Higher,
}

impl Goal {
    /// By how much the first value is better than the second; negative if it is worse.
    fn gain(self, one: f64, other: f64) -> f64 {
        match self {
            Self::Lower => other - one,
            Self::Higher => one - other,
        }
    }
}

/// By how much one point is better than another within replications, in the unit of their values.
#[derive(Clone, Copy, Debug)]
struct Lead {
    /// In how many replications both have a value; there are at least two.
    pairs: usize,
    /// The mean difference.
    mean: f64,
    /// Its standard error.
    error: f64,
}

/// All points as rivals of each, best mean first.
struct Field {
    goal: Goal,
    resolution: Resolution,
    order: Vec<usize>,
    /// By replication and then by rank, so that a point is compared with many rivals at a stroke; NaN where a
    /// point has no value.
    values: Vec<Vec<f64>>,
}

/// How many rivals are looked at before it is asked whether one of them ousts the point: the best ones do.
const BLOCK: usize = 64;

impl Field {
    fn new(points: &[Runs], order: Vec<usize>, goal: Goal, resolution: Resolution) -> Self {
        let replications = points.iter().map(Vec::len).max().unwrap_or(0);
        let value = |replication: usize, point: &usize| {
            points[*point].get(replication).copied().flatten().unwrap_or(f64::NAN)
        };
        let row = |replication| order.iter().map(|point| value(replication, point)).collect();
        Self { goal, resolution, values: (0..replications).map(row).collect(), order }
    }

    /// By how much the rival of each rank is better than this point, as the values are; none without two replications
    /// in common.
    fn leads_over<'a>(&'a self, point: &'a Runs) -> impl Iterator<Item = (usize, Option<Lead>)> + 'a {
        let blocks = self.order.chunks(BLOCK).enumerate();
        blocks.flat_map(move |(block, rivals)| {
            (block * BLOCK..).zip(self.block(point, block * BLOCK, rivals.len()))
        })
    }

    /// The leads of some rivals, from the one of rank `from`.
    fn block(&self, point: &Runs, from: usize, rivals: usize) -> impl Iterator<Item = Option<Lead>> + use<> {
        let gains = |add: &mut dyn FnMut(usize, f64)| {
            for (values, own) in self.values.iter().zip(point) {
                let Some(own) = own else { continue };
                for (rival, value) in values[from..from + rivals].iter().enumerate() {
                    add(rival, self.goal.gain(*value, *own));
                }
            }
        };
        let [mut pairs, mut sum, mut squares] = [[0.0; BLOCK]; 3];
        gains(&mut |rival, gain| {
            pairs[rival] += if gain.is_nan() { 0.0 } else { 1.0 };
            sum[rival] += if gain.is_nan() { 0.0 } else { gain };
        });
        let mean: [f64; BLOCK] = std::array::from_fn(|rival| sum[rival] / pairs[rival]);
        gains(&mut |rival, gain| {
            let off = if gain.is_nan() { 0.0 } else { gain - mean[rival] };
            squares[rival] += off * off;
        });
        (0..rivals).map(move |rival| {
            let count = pairs[rival];
            let error = (squares[rival] / ((count - 1.0) * count)).sqrt();
            (count >= 2.0).then_some(Lead { pairs: count as usize, mean: mean[rival], error })
        })
    }

    /// The size of the values that a lead of the rival of this rank comes from.
    fn size(&self, point: &Runs, rank: usize) -> f64 {
        let both = self.values.iter().zip(point).filter_map(|(values, own)| Some([values[rank], (*own)?]));
        both.filter(|[value, _]| !value.is_nan()).map(|both| ties::size(&both)).fold(0.0, f64::max)
    }

    /// A lead whose error is no smaller than values that tie, or nearly so, allow: see [`ties`].
    fn careful(&self, point: &Runs, rank: usize, lead: Lead) -> Lead {
        let (pairs, size) = (lead.pairs as f64, self.size(point, rank));
        let (found, least) = (lead.error * lead.error * pairs, 2.0 * self.resolution.variance(size));
        let mut error = (found.max(least) / pairs).sqrt();
        if self.resolution != Resolution::Exact && Resolution::ties(found, size) {
            error = error.max(ties::error(lead.mean, ties::signs(lead.pairs), pairs - 1.0));
        }
        Lead { error, ..lead }
    }
}

/// Throws out the points that are surely not the best: for each point the one that is significantly better than
/// it, if any; none means that it may be the best.
///
/// The best point is among those kept in at least 95 of 100 such experiments. A point goes if another one leads
/// it by more than Student's quantile at 1 − 5 % / (k − 1) times the standard error of the mean paired
/// difference, over the replications that both have: Bonferroni over the k − 1 points that might oust the best
/// one (Nelson, Swann, Goldsman and Song 2001; paired as in Boesel, Nelson and Kim 2003). It presumes roughly
/// normal differences, and replications chosen before the values were seen: after runs that were allocated by
/// what earlier ones said, 95 % is nominal.
///
/// Only the points for which `may_oust` holds throw out others: one that might not be allowed must not cost one
/// that is. Without two replications in common nothing is thrown out. A difference that is the same in all of n
/// replications is no more certain than n tosses of a coin that all fall on the same side, unless the values are exact.
pub fn screen(
    points: &[Runs],
    goal: Goal,
    resolution: Resolution,
    may_oust: impl Fn(usize) -> bool,
) -> Vec<Option<usize>> {
    let rivals: Vec<usize> = by_mean(points, goal).into_iter().filter(|point| may_oust(*point)).collect();
    // The best point may be one that ousts nobody, and then has one rival more.
    let ousting = rivals.len().min(points.len().saturating_sub(1)).max(1);
    let field = Field::new(points, rivals, goal, resolution);
    let level = 1.0 - RISK / ousting as f64;
    // By how many pairs there are; there is no such quantile for fewer than two.
    let most = field.values.len();
    let quantiles: Vec<f64> = (2..=most).map(|pairs| stats::student_t(level, pairs - 1)).collect();
    let ousted_by = |point: &Runs| {
        let mut leads = field.leads_over(point);
        let leads_surely =
            |lead: &Lead| lead.mean > 0.0 && lead.mean > quantiles[lead.pairs - 2] * lead.error;
        leads.find_map(|(rank, lead)| {
            let lead = lead.filter(leads_surely).map(|lead| field.careful(point, rank, lead));
            lead.filter(leads_surely).map(|_| field.order[rank])
        })
    };
    points.iter().map(ousted_by).collect()
}

/// The points that have any value, best mean first; equal ones by index.
pub fn by_mean(points: &[Runs], goal: Goal) -> Vec<usize> {
    let mean = |runs: &Runs| stats::mean(&runs.iter().flatten().copied().collect::<Vec<_>>());
    let mut means: Vec<(usize, f64)> =
        points.iter().enumerate().filter_map(|(point, runs)| Some((point, mean(runs)?))).collect();
    means.sort_by(|(_, one), (_, other)| match goal {
        Goal::Lower => one.total_cmp(other),
        Goal::Higher => other.total_cmp(one),
    });
    means.into_iter().map(|(point, _)| point).collect()
}

/// At least how likely it is that the point with the best mean is the best one, by what was measured and
/// nothing else: one less the sum over all others of the chance that they are better (Chen and others 2000,
/// paired). Near to zero it is a poor bound. None without two replications in common with each other point.
///
/// The chance that another point is better is the tail of Student's law beyond the lead in standard errors; a
/// half if the values are equal in all replications.
pub fn chance_of_first(points: &[Runs], goal: Goal, resolution: Resolution) -> Option<f64> {
    let order = by_mean(points, goal);
    let first = &points[*order.first()?];
    let field = Field::new(points, order, goal, resolution);
    let mut chance = 1.0;
    for (rank, lead) in field.leads_over(first).skip(1) {
        let Lead { pairs, mean, error } = field.careful(first, rank, lead?);
        // Over the replications in common the other one may lead.
        chance -= if mean == 0.0 { 0.5 } else { stats::student_tail(-mean / error, pairs - 1) };
    }
    Some(chance.max(0.0))
}

/// One point as the allocation of runs sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// The mean of its values, finite like their variance.
    pub mean: f64,
    /// Their variance.
    pub variance: f64,
    /// How many runs it has.
    pub runs: u64,
}

/// Shares out `budget` more runs so that the chance to pick the best point grows most: for each point how many
/// more it gets, which add up to the budget (OCBA; Chen, Lin, Yücesan and Chick 2000).
///
/// Of all runs, old ones included, point i should have a share in proportion to its variance over the square of
/// its distance from the best mean, and the best point its standard deviation times the root of the sum of
/// the others' squared shares over their variances. A point that already has more than its share keeps what it has,
/// and the others share the rest in proportion. Fractions are rounded down, and what is left over goes to the best
/// point (Chen and Lee 2011, appendix).
///
/// Points that tie with the best one are infinitely hard to tell from it: they take all, as in the formula's limit.
/// A point without variance needs no more runs; if no point needs any, those with the fewest are levelled up.
/// Equal claims go by index. The rule takes points for independent; for those that share chance see [`ocba_of_pairs`].
pub fn ocba(points: &[Sample], goal: Goal, budget: u64) -> Vec<u64> {
    // How much better the second is than the first says which of them comes first.
    let behind = |one: usize, other: usize| goal.gain(points[other].mean, points[one].mean);
    let best = (0..points.len()).min_by(|&one, &other| behind(one, other).total_cmp(&0.0));
    let Some(best) = best else { return Vec::new() };
    share_out(&claims(points, best, goal), points, best, budget)
}

/// Shares out `budget` more runs among points whose replications share their chance, as [`ocba`] does among independent
/// ones.
///
/// What tells such points apart is their difference from the best one within replications. Of all runs point i should
/// therefore have a share in proportion to `Var(Xᵢ − X_best)` over the square of its mean; the best point one as large as
/// the largest of these, because a replication of another point without its partner tells nothing, and neither does one
/// of the best point that no other has (Fu, Hu, Chen and Xiong 2007, "Simulation Allocation for Determining the Best
/// Design in the Presence of Correlated Sampling", INFORMS Journal on Computing 19, 101–111). Where a point has fewer
/// than two replications in common with the best one, those with the fewest runs are levelled up.
pub fn ocba_of_pairs(points: &[Runs], goal: Goal, resolution: Resolution, budget: u64) -> Vec<u64> {
    let runs = |point: usize| points[point].len() as u64;
    let mut samples: Vec<Sample> =
        (0..points.len()).map(|point| Sample { mean: 0.0, variance: 0.0, runs: runs(point) }).collect();
    let order = by_mean(points, goal);
    let Some(&best) = order.first() else { return level_up(&samples, budget) };
    let field = Field::new(points, order, goal, resolution);
    let mut known = 1;
    for (rank, lead) in field.leads_over(&points[best]).skip(1) {
        let Some(lead) = lead else { continue };
        known += 1;
        let pairs = lead.pairs as f64;
        let least = 2.0 * resolution.variance(field.size(&points[best], rank));
        let sample = &mut samples[field.order[rank]];
        // Over the replications in common the other one may lead, and then ties.
        sample.mean = (-lead.mean).max(0.0);
        sample.variance = (lead.error * lead.error * pairs).max(least);
    }
    if known < points.len() {
        return level_up(&samples, budget);
    }
    let mut claims = claims(&samples, best, Goal::Lower);
    claims[best] = claims.iter().copied().fold(0.0, f64::max);
    share_out(&claims, &samples, best, budget)
}

/// Shares out `budget` more runs so that all runs come as near as they can to these proportions.
fn share_out(claims: &[f64], points: &[Sample], best: usize, budget: u64) -> Vec<u64> {
    if claims.iter().all(|claim| *claim == 0.0) {
        return level_up(points, budget);
    }
    let total = points.iter().map(|point| point.runs).sum::<u64>() + budget;
    let mut open = vec![true; points.len()];
    loop {
        // What those who have more than their share keep is not there for the others.
        let kept: u64 =
            points.iter().zip(&open).filter(|(_, open)| !**open).map(|(point, _)| point.runs).sum();
        let claimed: f64 = claims.iter().zip(&open).filter(|(_, open)| **open).map(|(claim, _)| claim).sum();
        let share = |point: usize| {
            let share = claims[point] / claimed * (total - kept) as f64;
            // Nothing is left to share if all claims are nothing.
            if claimed > 0.0 { (share + ROUNDING).floor() as u64 } else { 0 }
        };
        let sated: Vec<usize> =
            (0..points.len()).filter(|&point| open[point] && share(point) < points[point].runs).collect();
        if sated.is_empty() {
            let more = |point: usize| if open[point] { share(point) - points[point].runs } else { 0 };
            let mut more: Vec<u64> = (0..points.len()).map(more).collect();
            more[best] += budget.saturating_sub(more.iter().sum());
            return more;
        }
        for point in sated {
            open[point] = false;
        }
    }
}

/// A share that is whole but for the last bits of its computation is that whole number.
const ROUNDING: f64 = 1e-9;

/// In what proportion points should have runs; at most the number of points for the best, and 1 for any other.
fn claims(points: &[Sample], best: usize, goal: Goal) -> Vec<f64> {
    let others = || points.iter().enumerate().filter(|(index, point)| *index != best && point.variance > 0.0);
    let behind = |point: &Sample| goal.gain(points[best].mean, point.mean);
    // Ratios to the least distance and to the largest variance neither overflow nor divide by nothing.
    let nearest = others().map(|(_, point)| behind(point)).fold(f64::INFINITY, f64::min);
    let largest = points.iter().map(|point| point.variance).fold(f64::MIN_POSITIVE, f64::max);
    let closeness = |point: &Sample| {
        let ratio = if behind(point) == 0.0 { 1.0 } else { nearest / behind(point) };
        ratio * ratio
    };
    let mut claims = vec![0.0; points.len()];
    let mut squares = 0.0;
    for (index, point) in others() {
        claims[index] = point.variance / largest * closeness(point);
        squares += claims[index] * closeness(point);
    }
    claims[best] = (points[best].variance / largest * squares).sqrt();
    claims
}

/// Gives run after run to whoever has the fewest, by index.
fn level_up(points: &[Sample], budget: u64) -> Vec<u64> {
    if points.is_empty() {
        return Vec::new();
    }
    // The level that all can reach; below it lie those that get runs.
    let mut counts: Vec<u64> = points.iter().map(|point| point.runs).collect();
    counts.sort_unstable();
    let (mut level, mut left) = (counts[0], budget);
    for (below, next) in counts.iter().enumerate().skip(1) {
        let cost = (next - level).saturating_mul(below as u64);
        if cost > left {
            break;
        }
        left -= cost;
        level = *next;
    }
    let below = points.iter().filter(|point| point.runs <= level).count() as u64;
    level += left / below;
    let mut over = left % below;
    let more = |point: &Sample| {
        let extra = u64::from(point.runs <= level && over > 0);
        over -= extra;
        level.saturating_sub(point.runs) + extra
    };
    points.iter().map(more).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, Streams};
    use proptest::prelude::*;

    /// The resolution of values that are written to nine digits.
    const WRITTEN: Resolution = Resolution::Share(1e-8);

    fn keep(points: &[Runs], goal: Goal) -> Vec<Option<usize>> {
        screen(points, goal, WRITTEN, |_| true)
    }

    fn runs(values: &[f64]) -> Runs {
        values.iter().copied().map(Some).collect()
    }

    #[test]
    fn a_point_beaten_in_every_replication_goes_though_the_means_overlap() {
        // The replications differ by far more than the points do.
        let one = [10.0, 250.0, 90.0, 400.0, 33.0, 70.0];
        let around = runs(&[8.0, 254.0, 86.0, 404.0, 29.0, 74.0]);
        let points = [runs(&one), runs(&one.map(|value| value + 2.0)), around];
        assert_eq!(keep(&points, Goal::Lower), [None, Some(0), None]);
        assert_eq!(keep(&points, Goal::Higher), [Some(1), None, None]);
    }

    #[test]
    fn the_bound_is_students_quantile_over_all_rivals() {
        // The mean difference is 1 with a standard error of 1 / t: just not, or just beyond it.
        let rival = |spread: f64| [runs(&[0.0, 0.0]), runs(&[1.0 - spread, 1.0 + spread])];
        // Two pairs: one degree of freedom, and the quantile at 95 % is 6.3138.
        assert_eq!(keep(&rival(1.0 / 6.32), Goal::Lower), [None, Some(0)]);
        assert_eq!(keep(&rival(1.0 / 6.31), Goal::Lower), [None, None]);
        // With a third point it is that at 97.5 %, 12.7062.
        let three = |spread: f64| {
            let [one, other] = rival(spread);
            keep(&[one.clone(), other, one], Goal::Lower)
        };
        assert_eq!(three(1.0 / 12.71), [None, Some(0), None]);
        assert_eq!(three(1.0 / 12.70), [None, None, None]);
    }

    #[test]
    fn nothing_is_thrown_out_without_two_runs_in_common() {
        assert_eq!(keep(&[], Goal::Lower), []);
        assert_eq!(keep(&[runs(&[1.0, 2.0])], Goal::Lower), [None]);
        assert_eq!(keep(&[runs(&[1.0]), runs(&[100.0])], Goal::Lower), [None, None]);
        assert_eq!(keep(&[runs(&[1.0]), runs(&[100.0, 100.0])], Goal::Lower), [None, None]);
        let apart = [vec![Some(1.0), None, Some(1.0)], vec![None, Some(9.0), Some(9.0)]];
        assert_eq!(keep(&apart, Goal::Lower), [None, None]);
        assert_eq!(keep(&[runs(&[1.0, 1.0]), vec![None, None]], Goal::Lower), [None, None]);
    }

    #[test]
    fn unequal_numbers_of_runs_are_compared_over_those_in_common() {
        // The third run of the first point, which the second does not have, would hide the difference.
        let points = [runs(&[1.0, 3.0, 900.0]), runs(&[2.0, 4.01])];
        assert_eq!(keep(&points, Goal::Lower), [None, Some(0)]);
    }

    #[test]
    fn differences_without_variance_are_certain_only_where_values_are_exact_and_equal_points_stay() {
        let points = |runs_of_each: usize| {
            let values =
                |first: f64| (0..runs_of_each).map(|run| Some(first + 4.0 * run as f64)).collect::<Runs>();
            [values(1.0), values(1.0), values(1.5)]
        };
        assert_eq!(screen(&points(2), Goal::Lower, Resolution::Exact, |_| true), [None, None, Some(0)]);
        // Two rivals: the sixth toss of a coin is as rare as one of forty.
        assert_eq!(keep(&points(5), Goal::Lower), [None, None, None]);
        assert_eq!(keep(&points(6), Goal::Lower), [None, None, Some(0)]);
        // Bits of floats are no difference between differences.
        let waits = [runs(&[12.345, 45.678]), runs(&[12.353, 45.686])];
        assert_eq!(keep(&waits, Goal::Lower), [None, None]);
        // Nor is a part of a bucket, or of a count.
        let close = [runs(&[100.0, 100.0]), runs(&[101.5, 101.6])];
        assert_eq!(keep(&close, Goal::Lower), [None, Some(0)]);
        assert_eq!(screen(&close, Goal::Lower, Resolution::Share(1.0 / 64.0), |_| true), [None, None]);
        assert_eq!(screen(&close, Goal::Lower, Resolution::Step(1.0), |_| true), [None, None]);
    }

    #[test]
    fn a_point_that_may_not_oust_throws_out_nobody_and_can_be_thrown_out() {
        let points = [runs(&[1.0, 2.0]), runs(&[2.0, 3.0]), runs(&[3.0, 4.0])];
        let of = |may_oust: &dyn Fn(usize) -> bool| screen(&points, Goal::Lower, Resolution::Exact, may_oust);
        assert_eq!(of(&|_| true), [None, Some(0), Some(0)]);
        assert_eq!(of(&|point| point > 0), [None, None, Some(1)]);
        assert_eq!(of(&|point| point == 0), [None, Some(0), Some(0)]);
        assert_eq!(of(&|_| false), [None; 3]);
    }

    /// Points whose means are `means`, with half of the variance in common within each replication.
    fn chancy(means: &[f64], replications: usize, seed: u64) -> Vec<Runs> {
        let streams = Streams::new(seed, 0);
        let mut shared = streams.get(Purpose::Demand, 0);
        let shared: Vec<f64> = (0..replications).map(|_| shared.normal()).collect();
        let point = |(index, mean): (usize, &f64)| {
            let mut own = streams.get(Purpose::Stay, index as u64);
            shared.iter().map(|shared| Some(mean + shared + own.normal())).collect()
        };
        means.iter().enumerate().map(point).collect()
    }

    #[test]
    fn the_best_point_is_kept_in_nineteen_of_twenty_experiments_and_poor_ones_are_not() {
        // Equal means are the hardest: any of the ten may be called the best, and must not be thrown out.
        let thrown = (0..2000).filter(|&seed| keep(&chancy(&[0.0; 10], 10, seed), Goal::Lower)[0].is_some());
        let thrown = thrown.count() as f64 / 2000.0;
        // Bonferroni is cautious, but not by more than its name: the rate lies below 5 % and not far below.
        assert!((0.015..0.05).contains(&thrown), "{thrown}");
        let means: Vec<f64> = (0..20).map(f64::from).collect();
        let kept = keep(&chancy(&means, 20, 1), Goal::Lower);
        assert_eq!(kept[0], None);
        assert!(kept[3..].iter().all(Option::is_some), "{kept:?}");
        assert!(keep(&chancy(&means, 20, 1), Goal::Higher)[..17].iter().all(Option::is_some));
    }

    #[test]
    fn ten_thousand_points_are_screened_by_the_few_that_lead() {
        let means: Vec<f64> = (0..10_000).map(|index| f64::from(index) / 100.0).collect();
        let kept = keep(&chancy(&means, 20, 1), Goal::Lower);
        let survivors = kept.iter().filter(|verdict| verdict.is_none()).count();
        assert!(kept[0].is_none() && (100..1000).contains(&survivors), "{survivors}");
    }

    #[test]
    fn the_chance_of_the_first_is_that_of_students_law() {
        let chance = |points: &[Runs]| chance_of_first(points, Goal::Lower, WRITTEN);
        let exact = |points: &[Runs]| chance_of_first(points, Goal::Lower, Resolution::Exact);
        let near = |found: Option<f64>, expected: f64| {
            let found = found.expect("there is a chance");
            assert!((found - expected).abs() < 1e-8, "{found} instead of {expected}");
        };
        // Two points with a lead of one standard error over two pairs: a quarter lies beyond it.
        near(chance(&[runs(&[0.0, 0.0]), runs(&[0.0, 2.0])]), 0.75);
        near(chance(&[runs(&[1.0, 2.0]), runs(&[1.0, 2.0])]), 0.5);
        // The same lead in both of two pairs is as rare as two heads.
        near(chance(&[runs(&[1.0, 2.0]), runs(&[2.0, 3.0])]), 0.75);
        near(exact(&[runs(&[1.0, 2.0]), runs(&[2.0, 3.0])]), 1.0);
        // The first one trails wherever both have a value, and always by as much.
        let trailing = [vec![Some(2.0), Some(3.0), Some(-90.0)], runs(&[1.0, 2.0])];
        near(chance(&trailing), 0.25);
        near(exact(&trailing), 0.0);
        near(chance(&[runs(&[1.0])]), 1.0);
        assert_eq!(chance(&[runs(&[1.0]), runs(&[2.0])]), None);
        assert_eq!(chance(&[]), None);
    }

    #[test]
    fn the_bound_of_the_chance_holds() {
        let means = [0.0, 0.5, 1.0, 1.5];
        let (mut promised, mut right) = (0.0, 0.0);
        for seed in 0..1000 {
            let points = chancy(&means, 10, seed);
            promised += chance_of_first(&points, Goal::Lower, WRITTEN).expect("there are ten runs") / 1000.0;
            right += f64::from(u8::from(by_mean(&points, Goal::Lower)[0] == 0)) / 1000.0;
        }
        assert!(promised < right + 0.02 && promised > right - 0.2, "{promised} {right}");
    }

    fn samples(means: &[f64], variances: &[f64], runs: &[u64]) -> Vec<Sample> {
        let sample =
            |index: usize| Sample { mean: means[index], variance: variances[index], runs: runs[index] };
        (0..means.len()).map(sample).collect()
    }

    #[test]
    fn the_published_allocation_is_reproduced() {
        let points = samples(&[1.2, 2.1, 3.4, 4.87, 6.05], &[3.3, 2.0, 4.5, 5.3, 6.9], &[12, 6, 5, 5, 4]);
        assert_eq!(ocba(&points, Goal::Lower, 100), [48, 38, 11, 2, 1]);
        let mirrored: Vec<Sample> =
            points.iter().map(|point| Sample { mean: -point.mean, ..*point }).collect();
        assert_eq!(ocba(&mirrored, Goal::Higher, 100), [48, 38, 11, 2, 1]);
    }

    #[test]
    fn points_that_share_chance_get_runs_by_the_variance_of_their_differences() {
        // Chance that all share moves nothing: differences of 1 ± 1 and of 4 ± 4 / 3 have variances 2 and 32 / 9, and
        // those over the squares of 1 and 4 are 2 and 2 / 9. The best one has as many as the one that needs most.
        let shared = [500.0, -300.0];
        let point = |mean: f64, off: f64| runs(&[shared[0] + mean + off, shared[1] + mean - off]);
        let points = [point(4.0, 4.0 / 3.0), point(0.0, 0.0), point(1.0, 1.0)];
        assert_eq!(ocba_of_pairs(&points, Goal::Lower, WRITTEN, 13), [0, 7, 6]);
        assert_eq!(ocba_of_pairs(&points, Goal::Lower, WRITTEN, 184), [8, 88, 88]);
        let mirrored = points.map(|runs| runs.iter().map(|value| Some(-(*value)?)).collect::<Runs>());
        assert_eq!(ocba_of_pairs(&mirrored, Goal::Higher, WRITTEN, 184), [8, 88, 88]);
        // One that leads over the replications in common ties, and takes all with the best one.
        let tie = [vec![Some(2.0), Some(3.0), Some(-90.0)], runs(&[1.0, 2.5]), runs(&[7.0, 1.0])];
        assert_eq!(ocba_of_pairs(&tie, Goal::Lower, WRITTEN, 5), [2, 3, 0]);
    }

    #[test]
    fn points_without_pairs_are_levelled_up_and_a_budget_is_always_spent() {
        let points = [runs(&[1.0, 2.0, 3.0]), runs(&[5.0]), vec![None, None]];
        assert_eq!(ocba_of_pairs(&points, Goal::Lower, WRITTEN, 3), [0, 2, 1]);
        assert_eq!(ocba_of_pairs(&points[..1], Goal::Lower, WRITTEN, 7), [7]);
        assert!(ocba_of_pairs(&[], Goal::Lower, WRITTEN, 7).is_empty());
        let equal = [runs(&[1.0, 2.0]), runs(&[1.0, 2.0]), runs(&[1.0, 2.0])];
        assert_eq!(ocba_of_pairs(&equal, Goal::Lower, Resolution::Exact, 7), [3, 2, 2]);
        for seed in 0..50 {
            let points = chancy(&[0.0, 0.1, 0.5, 1.0, 4.0], 4, seed);
            let more = ocba_of_pairs(&points, Goal::Lower, WRITTEN, 100);
            assert_eq!(more.iter().sum::<u64>(), 100);
            assert!(more[4] < 20, "{more:?}");
        }
    }

    #[test]
    fn a_point_with_more_than_its_share_gets_nothing_and_the_others_share_the_rest() {
        // Claims 1, 1 and 1/4 of 90 runs are 40, 40 and 10, but the third has 30: the first two share the 60 left.
        let points = samples(&[0.0, 1.0, 2.0], &[1.0, 1.0, 1.0], &[10, 10, 30]);
        let claims = claims(&points, 0, Goal::Lower);
        assert_eq!(claims[1..], [1.0, 0.25]);
        let more = ocba(&points, Goal::Lower, 40);
        let best = claims[0] / (claims[0] + claims[1]) * 60.0;
        assert_eq!(more, [best.ceil() as u64 - 10, 60 - best.ceil() as u64 - 10, 0]);
    }

    #[test]
    fn points_that_tie_with_the_best_take_all() {
        let points = samples(&[1.0, 1.0, 1.0, 2.0], &[2.0, 1.0, 3.0, 9.0], &[0, 0, 0, 5]);
        let more = ocba(&points, Goal::Lower, 100);
        // Shares of 1 and 3 beside the root of 2 × (1 + 3) for the best one.
        let root = 8.0_f64.sqrt();
        let share = |claim: f64| (claim / (4.0 + root) * 100.0).floor() as u64;
        assert_eq!(more, [100 - share(1.0) - share(3.0), share(1.0), share(3.0), 0]);
    }

    #[test]
    fn points_without_variance_need_no_more_runs_than_any_other() {
        let points = samples(&[1.0, 2.0, 3.0], &[0.0, 1.0, 0.0], &[2, 2, 2]);
        assert_eq!(ocba(&points, Goal::Lower, 10), [0, 10, 0]);
        let certain = samples(&[1.0, 2.0, 3.0], &[0.0; 3], &[5, 2, 3]);
        assert_eq!(ocba(&certain, Goal::Lower, 2), [0, 2, 0]);
        assert_eq!(ocba(&certain, Goal::Lower, 6), [1, 3, 2]);
        assert_eq!(ocba(&certain, Goal::Lower, 10), [2, 5, 3]);
        assert_eq!(ocba(&certain[..1], Goal::Lower, 7), [7]);
        assert!(ocba(&[], Goal::Lower, 7).is_empty());
    }

    proptest! {
        #[test]
        fn any_budget_is_spent_to_the_last_run(
            points in prop::collection::vec(
                (
                    prop_oneof![Just(0.0), Just(1e-300), Just(-1e300), -1e3..1e3],
                    prop_oneof![Just(0.0), Just(1e-300), Just(1e300), 0.0..1e3],
                    0_u64..50,
                ),
                1..12,
            ),
            budget in 0_u64..10_000,
            higher in any::<bool>(),
        ) {
            let points: Vec<Sample> =
                points.into_iter().map(|(mean, variance, runs)| Sample { mean, variance, runs }).collect();
            let goal = if higher { Goal::Higher } else { Goal::Lower };
            let more = ocba(&points, goal, budget);
            prop_assert_eq!(more.len(), points.len());
            prop_assert_eq!(more.iter().sum::<u64>(), budget);
        }

        #[test]
        fn what_screening_keeps_does_not_depend_on_the_order_of_points(seed in any::<u64>(), turn in 0_usize..8) {
            let mut points = chancy(&[0.0, 0.3, 0.6, 1.0, 1.5, 2.0, 3.0, 4.0], 6, seed);
            let mut kept: Vec<bool> = keep(&points, Goal::Lower).iter().map(Option::is_none).collect();
            points.rotate_left(turn);
            kept.rotate_left(turn);
            let turned: Vec<bool> = keep(&points, Goal::Lower).iter().map(Option::is_none).collect();
            prop_assert_eq!(turned, kept);
        }
    }
}
