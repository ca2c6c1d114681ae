//! What the page of a sweep shows, as one JSON document: by point, and by metric of the city.

use super::content::credits;
use super::reader::number;
use crate::results::{Better, CITY, Metric, Summary, WHOLE, columns, rounded};
use crate::study::influence::Influence;
use crate::study::rank::{Goal, Runs, by_mean, screen};
use crate::study::ties::Resolution;
use crate::study::{Rule, Swept};
use serde_json::{Value, json};

/// What most readers ask for: these come first, and are on every page.
const MAIN: [&str; 10] = [
    "charging.wait_s.mean",
    "charging.wait_s.p95",
    "charging.wait_over_10min",
    "charging.queue.mean",
    "charging.busy",
    "charging.peak_kw",
    "rides.lost_share",
    "taxis.empty_km_share",
    "drivers.net_kzt_per_hour.electric",
    "operators.profit_kzt",
];
/// Means that a page holds at most, so that it opens at once: all metrics of 800 points, the main ones of 10,000.
/// The rest stand in the sweep's tables.
const MOST_MEANS: usize = 100_000;
/// Comparisons of runs that are made at most to tell which points may be the best: some seconds. A metric costs
/// the square of the number of points times their replications where no point is thrown out.
const MOST_COMPARISONS: usize = 1_000_000_000;

/// The document of a whole sweep.
pub(super) fn content(swept: &Swept) -> Value {
    let manifest = &swept.manifest;
    let count = manifest.points.len();
    let numbers = 1..=count as u32;
    let column = |axis: usize| manifest.points.iter().map(|point| setting(&point[axis])).collect::<Value>();
    let (low, high) = match &manifest.replications {
        Rule::Fixed(count) => (*count, *count),
        Rule::Until(until) => (until.at_least, until.at_most),
    };
    let applying: Vec<&'static Metric> = main_first().filter(|metric| applies(swept, metric)).collect();
    let held = (MOST_MEANS / count).clamp(MAIN.len(), applying.len().max(MAIN.len()));
    let mut comparisons = MOST_COMPARISONS;
    let metrics: Vec<Value> =
        applying.iter().take(held).map(|metric| of_metric(swept, metric, &mut comparisons)).collect();
    json!({
        "scenario": manifest.name,
        "question": manifest.question,
        "design": manifest.design,
        "seed": manifest.seed,
        "version": manifest.version,
        "commit": manifest.commit,
        "identity": manifest.identity,
        "fingerprint": manifest.fingerprint,
        "data": manifest.data.iter().map(|(name, hash)| json!([name, hash])).collect::<Value>(),
        "file": manifest.file,
        "sets": manifest.sets,
        "texts": manifest.texts,
        "asked": [low, high],
        "axes": manifest.axes,
        "points": (0..manifest.axes.len()).map(column).collect::<Value>(),
        "missing": swept.missing,
        "runs": numbers.map(|point| swept.of_point(point).len()).collect::<Value>(),
        "main": MAIN,
        "applying": applying.len(),
        "metrics": metrics,
        "credits": credits(),
    })
}

/// All metrics of the city, the main ones before the others.
fn main_first() -> impl Iterator<Item = &'static Metric> {
    let main = MAIN.iter().filter_map(|name| CITY.iter().find(|metric| metric.name == *name));
    main.chain(CITY.iter().filter(|metric| !MAIN.contains(&metric.name)))
}

/// Whether a metric of the city applies in any run.
fn applies(swept: &Swept, metric: &Metric) -> bool {
    let column = columns().iter().position(|column| column.name == metric.name);
    let Some(column) = column else { return false };
    swept
        .runs
        .iter()
        .any(|run| run.groups.iter().any(|group| group.name == WHOLE && group.values[column].is_some()))
}

/// A metric at every point: means and half widths of 95 % intervals, the points that may be the best, best mean
/// first, and what the axes do to it, where the design tells.
fn of_metric(swept: &Swept, metric: &'static Metric, comparisons: &mut usize) -> Value {
    let numbers = 1..=swept.manifest.points.len() as u32;
    let points: Vec<Runs> = numbers.clone().map(|point| swept.parts(point, metric)).collect();
    let summary = |point| swept.estimate(point, metric).map(Summary::from);
    let summaries: Vec<Option<Summary>> = numbers.map(summary).collect();
    let mean = |of: &Option<Summary>| of.map_or(Value::Null, |of| json!(rounded(of.mean)));
    let bound = |bound: fn((f64, f64)) -> f64| {
        let told = |of: &Option<Summary>| number(of.and_then(|of| of.ci95).map(bound));
        summaries.iter().map(told).collect::<Value>()
    };
    let goal = match metric.better {
        Better::Lower => Some(Goal::Lower),
        Better::Higher => Some(Goal::Higher),
        Better::Neither => None,
    };
    let replications = points.iter().map(Vec::len).max().unwrap_or(0);
    let cost = points.len().saturating_mul(points.len()).saturating_mul(replications);
    let mut best = None;
    // While runs are missing, points do not stand against each other replication by replication.
    let whole = swept.missing == 0;
    if let (Some(goal), Some(left)) = (goal.filter(|_| whole), comparisons.checked_sub(cost)) {
        *comparisons = left;
        let fixed = (1..=swept.manifest.points.len() as u32).all(|point| swept.fixed(point));
        best = Some(may_be_best(&points, goal, Resolution::of(metric, fixed)));
    }
    json!({
        "name": metric.name,
        "unit": metric.unit,
        "better": match goal { Some(Goal::Lower) => "lower", Some(Goal::Higher) => "higher", None => "neither" },
        "mean": summaries.iter().map(mean).collect::<Value>(),
        "low": bound(|(low, _)| low),
        "high": bound(|(_, high)| high),
        "best": best,
        "influence": Influence::of(swept, metric).filter(|_| whole).map(|influence| influence.json(swept, metric)),
    })
}

/// The indices of the points that may be the best, best mean first.
fn may_be_best(points: &[Runs], goal: Goal, resolution: Resolution) -> Vec<usize> {
    let ousted = screen(points, goal, resolution, |_| true);
    by_mean(points, goal).into_iter().filter(|point| ousted[*point].is_none()).collect()
}

/// A setting as the page reads it: a number to nine digits, or text.
fn setting(value: &Value) -> Value {
    value.as_f64().map_or_else(|| value.clone(), |number| json!(rounded(number)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_main_metrics_are_metrics_and_none_is_told_twice() {
        let names: Vec<&str> = main_first().map(|metric| metric.name).collect();
        assert_eq!(names[..MAIN.len()], MAIN);
        let mut sorted = names.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!((sorted.len(), names.len()), (CITY.len(), CITY.len()));
    }

    #[test]
    fn those_that_may_be_the_best_come_best_mean_first() {
        let runs = |base: f64| [base + 1.0, base - 1.0].map(Some).to_vec();
        let close = vec![Some(7.0), Some(4.5)];
        let points = [runs(50.0), close, runs(5.0), vec![None, None]];
        assert_eq!(may_be_best(&points, Goal::Lower, Resolution::Exact), [2, 1]);
        assert_eq!(may_be_best(&points, Goal::Higher, Resolution::Exact), [0]);
    }
}
