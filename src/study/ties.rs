//! What may be said of values that tie, or nearly so, over few replications.
//!
//! The variance of a few values says nothing below the resolution of the metric: small counts are easily alike, a
//! quantile is one of a few numbers, and numbers are written to nine digits. Two rules keep Student's test from taking
//! such values for certain:
//!
//! - the variance of a value is at least that of rounding it to its resolution h, h²/12 (Sheppard's correction; Kendall
//!   and Stuart, "The Advanced Theory of Statistics" 1, 1977, section 3.18);
//! - where all values tie, no chance is smaller than that of the sharpest test that presumes no law at all, which counts
//!   the signs of n differences, 2^(1 − n), or the ways to draw one sample from both together (Fisher, "The Design of
//!   Experiments", 1935, section 21; Pitman 1937).
//!
//! Neither rule holds for what no chance can move: a value that the scenario sets, or runs that are all the same run.

use crate::results::Metric;
use crate::stats::student_quantile;

/// Metrics of the city that the scenario sets, whatever happens in a run: where plugs stand, and what they cost in care.
const SET: [&str; 2] = ["equity.plugs_per_head.gini", "operators.opex_kzt"];

/// Bits of a histogram's bucket: a quantile is known to a 64th of itself.
const QUANTILE: f64 = 1.0 / 64.0;
/// Numbers are written to nine digits, so that their last one may stand for one in 10⁸.
const WRITTEN: f64 = 1e-8;
/// Smaller chances are not told apart.
const LEAST: f64 = 1e-12;

/// How finely a metric tells values apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Resolution {
    /// Its values are set: what is the same is certain.
    Exact,
    /// Its values lie at least so far apart.
    Step(f64),
    /// Its values are known to this share of themselves.
    Share(f64),
}

impl Resolution {
    /// The resolution of a metric; `fixed` says that chance plays no part in any of the runs.
    pub fn of(metric: &Metric, fixed: bool) -> Self {
        let last = metric.name.rsplit('.').next().unwrap_or_default();
        let quantile = last.strip_prefix('p').is_some_and(|level| level.parse::<u8>().is_ok());
        if fixed || SET.contains(&metric.name) {
            Self::Exact
        } else if metric.unit == "count" {
            Self::Step(1.0)
        } else {
            Self::Share(if quantile { QUANTILE } else { WRITTEN })
        }
    }

    /// The distance below which it does not tell values of this size apart.
    pub(super) fn step(self, size: f64) -> f64 {
        match self {
            Self::Exact => 0.0,
            Self::Step(step) => step.max(size * WRITTEN),
            Self::Share(share) => size * share,
        }
    }

    /// The least variance that a value of this size is taken to have.
    pub(super) fn variance(self, size: f64) -> f64 {
        let step = self.step(size);
        step * step / 12.0
    }

    /// Whether values of this size with this variance are all one value, as far as they are written.
    pub(super) fn ties(variance: f64, size: f64) -> bool {
        variance.sqrt() <= size * WRITTEN
    }
}

/// The size of values: the largest, whatever its sign.
pub(super) fn size<'a>(values: impl IntoIterator<Item = &'a f64>) -> f64 {
    values.into_iter().fold(0.0, |most: f64, value| most.max(value.abs()))
}

/// How often, at least, chance alone puts so many differences on the same side of zero, whichever side that is.
pub(super) fn signs(count: usize) -> f64 {
    (0.5_f64.powi(count.saturating_sub(1).min(1_000) as i32)).max(LEAST)
}

/// How often, at least, chance alone draws two samples of these sizes so that they lie apart, whichever is the higher:
/// twice one over the number of ways to draw the one from both.
pub(super) fn draws(counts: [usize; 2]) -> f64 {
    let [few, many] = [counts[0].min(counts[1]), counts[0].max(counts[1])];
    let mut chance = 2.0;
    for drawn in 1..=few {
        chance *= drawn as f64 / (many + drawn) as f64;
        if chance < LEAST {
            return LEAST;
        }
    }
    chance.min(1.0)
}

/// The least standard error of a distance from zero so that Student's test does not give a chance below `least`.
pub(super) fn error(distance: f64, least: f64, freedom: f64) -> f64 {
    // A chance of one would be at no distance from zero.
    let level = (1.0 - least / 2.0).max(0.5 + 1e-9);
    distance.abs() / student_quantile(level, freedom).max(1e-9)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::CITY;
    use crate::stats::student_p;

    fn of(name: &str) -> Resolution {
        Resolution::of(CITY.iter().find(|metric| metric.name == name).expect("it is a metric"), false)
    }

    #[test]
    fn counts_have_a_step_quantiles_a_bucket_and_what_is_set_is_exact() {
        assert_eq!(of("rides.lost"), Resolution::Step(1.0));
        for quantile in ["charging.wait_s.p95", "rides.pickup_wait_s.p95", "drivers.net_kzt_per_hour.p10"] {
            assert_eq!(of(quantile), Resolution::Share(1.0 / 64.0), "{quantile}");
        }
        for written in ["charging.wait_s.mean", "charging.plugs_up", "fleet.co2_g_per_km.petrol"] {
            assert_eq!(of(written), Resolution::Share(1e-8), "{written}");
        }
        for set in SET {
            assert_eq!(of(set), Resolution::Exact);
        }
        assert_eq!(Resolution::of(&CITY[0], true), Resolution::Exact);
    }

    #[test]
    fn chances_of_ties_are_those_of_coins_and_of_draws() {
        for (count, chance) in [(1, 1.0), (2, 0.5), (5, 0.0625), (6, 0.03125)] {
            assert!((signs(count) - chance).abs() < 1e-15, "{count}");
        }
        assert!(signs(10_000) > 0.0);
        // Of four two can be drawn in six ways, of ten five in 252.
        assert!((draws([2, 2]) - 1.0 / 3.0).abs() < 1e-15 && (draws([5, 5]) - 2.0 / 252.0).abs() < 1e-15);
        assert!((draws([2, 3]) - 0.2).abs() < 1e-15 && (draws([3, 2]) - 0.2).abs() < 1e-15);
        assert!((draws([1, 1]) - 1.0).abs() < 1e-15 && draws([10_000, 10_000]) > 0.0);
    }

    #[test]
    fn an_error_that_is_raised_gives_the_chance_that_it_was_raised_to() {
        for (least, freedom) in [(0.5, 1.0), (0.0625, 4.0), (1.0 / 3.0, 2.0), (1e-9, 30.0)] {
            let found = student_p(7.0 / error(-7.0, least, freedom), freedom);
            assert!((found / least - 1.0).abs() < 1e-6, "{found} instead of {least}");
        }
        assert!(error(7.0, 1.0, 1.0) > 1e6);
    }
}
