//! How far results can be trusted: notes where an interval says more than it knows.
//!
//! Each rule has a threshold with its reason, and says one sentence at most.

use super::batch_means::{self, ByBatches};
use super::warm_up;
use crate::data::{Data, REACH_M};
use crate::results::{
    CITY, Doubt, Estimate, Metric, Metrics, Note, Outcome, Results, Sample, Summaries, Summary, counted,
    listed,
};
use crate::scenario::Scenario;
use crate::stats::variance;
use crate::units::Duration;
use crate::world::demand_beyond;

/// After so long the hours and days of a city are alike again.
pub(super) const WEEK: Duration = Duration::hours(168);

/// What most readers look at: the metrics whose intervals are judged.
const HEADLINE: [&str; 7] = [
    "charging.wait_s.mean",
    "charging.wait_over_10min",
    "charging.busy",
    "rides.lost_share",
    "drivers.net_kzt_per_hour.electric",
    "drivers.net_kzt_per_hour.petrol",
    "drivers.net_kzt_per_hour.lpg",
];

/// With fewer replications the half width itself is off by a third and more: the standard deviation of n normal
/// values has a relative error of about 1 / √(2 (n − 1)).
const REPLICATIONS: usize = 5;
/// Below so many values skewness says nothing (D'Agostino 1970).
const VALUES_FOR_SKEWNESS: usize = 8;
/// Cochran's rule (1977, section 2.15): with this many times the squared skewness of values or more, a 95 % interval
/// is wrong at most 6 times in 100.
const COCHRAN: f64 = 25.0;
/// So many standard errors of the skewness of normal values are exceeded once in a hundred times.
const ONE_IN_A_HUNDRED: f64 = 2.575_829;
/// What lies beyond a quantile should come from as many replications.
const BURSTS: f64 = 2.0;
/// The half width that more replications are counted for, relative to the mean.
const WANTED_HALF_WIDTH: f64 = 0.1;
/// More than so many times as long is asked for nowhere: an interval around zero cannot be told in shares of it.
const MOST_TIMES: f64 = 1e6;
/// Bounds of intervals below which a table shows zero: shares of 0.05 %, waits of 0.3 s.
const SHOWN: [(&str, f64); 2] = [("share", 0.000_5), ("s", 0.3)];
/// Plugs that are busy for this share of the time can hardly do more.
const SATURATED: f64 = 0.98;
/// Who still waits at the end, relative to all visits, where a queue grows: 2 % more come than can be served.
const BACKLOG: f64 = 0.02;
/// A quantile rests on so many waits beyond it, or on too few.
const VISITS_BEYOND: f64 = 10.0;
/// Where a larger share of visits is unfinished at the horizon, it is said what became of them.
const UNFINISHED: f64 = 0.01;
/// The correlation of neighbouring batches at which a 95 % interval still covers 92.6 %.
const HARMLESS_CORRELATION: f64 = 0.1;
/// A run worth fewer independent slices has batches of less than some seven each: by the bench `experiments`, intervals
/// of such runs cover 86 to 92 times in 100.
const WORTH: f64 = 200.0;

/// Completes results: intervals by batch means where there is only one replication, then the notes of [`notes`].
pub fn judge(results: &mut Results) {
    let batches = batch_means::apply(results);
    results.notes = notes(results);
    results.notes.extend(correlated(&batches));
    results.notes.sort_by_key(|note| note.doubt);
}

/// What is to be said about results: at most one note of each kind, none where nothing is wrong.
pub fn notes(results: &Results) -> Vec<Note> {
    let backlog = backlog(results);
    // Where a queue grows for ever, no warm-up is long enough.
    let warm_up = if backlog.is_none() { warm_up::advice(results) } else { None };
    let rules = [unfinished, few_replications, skewed, wide, few_visits, ceiling, left_out];
    warm_up.into_iter().chain(backlog).chain(rules.iter().filter_map(|rule| rule(results))).collect()
}

/// A span for people: `2.5 days`, `30 hours`, `45 minutes`.
pub(super) fn told(span: Duration) -> String {
    let hours = span.as_hours_f64();
    let (amount, unit) = match hours {
        days if days >= 48.0 && days % 12.0 == 0.0 => (days / 24.0, "day"),
        short if short > 0.0 && short < 2.0 => (short * 60.0, "minute"),
        _ => (hours, "hour"),
    };
    let text = if amount < 100.0 { format!("{amount:.1}") } else { format!("{amount:.0}") };
    counted(text.strip_suffix(".0").unwrap_or(&text), unit)
}

fn note(doubt: Doubt, text: String, metrics: Vec<&'static str>, numbers: Vec<(&'static str, f64)>) -> Note {
    Note { doubt, text, metrics, numbers }
}

/// A metric of the city over all replications.
fn estimate(results: &Results, name: &str) -> Option<(&'static Metric, Estimate)> {
    let (place, metric) = (0..).zip(CITY).find(|(_, metric)| metric.name == name)?;
    let city: Vec<&Metrics> = results.replications.iter().map(|outcome| &outcome.city).collect();
    Some((metric, Estimate::of(place, &city)?))
}

/// A smaller share of the demand beyond the roads is a place or two at the edge of the city.
const BEYOND: f64 = 0.01;

/// What is to be said about the road graph that a checked scenario names, whose tables are in the data.
pub fn roads(scenario: &Scenario, data: &Data) -> Option<Note> {
    let percent = 100.0 * demand_beyond(scenario, data).filter(|share| *share >= BEYOND)?;
    let text = format!(
        "the road graph does not reach {percent:.0} % of the demand: it begins at places farther than {:.0} km from every \
         node, to which cars drive straight across at the speed of residential streets",
        REACH_M / 1e3
    );
    Some(note(Doubt::Roads, text, Vec::new(), vec![("beyond_percent", percent)]))
}

fn few_replications(results: &Results) -> Option<Note> {
    let count = results.replications.len();
    let by_batches = results.city.iter().any(|(_, value)| value.batches.is_some());
    let mut numbers = vec![("replications", count as f64)];
    let text = match count {
        1 if by_batches => return None,
        1 => "one replication, and too short a run for batch means: there is no interval; use --replications 10"
            .to_owned(),
        few if few < REPLICATIONS => {
            let off = 100.0 / (2.0 * (few as f64 - 1.0)).sqrt();
            numbers.push(("half_width_off_percent", off));
            format!("{few} replications: the half widths of intervals are themselves uncertain by some {off:.0} %")
        }
        _ => return None,
    };
    Some(note(Doubt::FewReplications, text, Vec::new(), numbers))
}

/// Fisher's skewness of values, as unbiased as G₁ of common statistics programs is, with its standard error for
/// normal values; none of fewer than three or of equal ones.
fn skewness(values: &[f64]) -> Option<(f64, f64)> {
    let n = values.len() as f64;
    let mean = crate::stats::mean(values)?;
    let moment = |power| values.iter().map(|value| f64::powi(value - mean, power)).sum::<f64>() / n;
    let (second, third) = (moment(2), moment(3));
    let error = (6.0 * n * (n - 1.0) / ((n - 2.0) * (n + 1.0) * (n + 3.0))).sqrt();
    (n >= 3.0 && second > 0.0)
        .then(|| ((n * (n - 1.0)).sqrt() / (n - 2.0) * third / (second * second.sqrt()), error))
}

fn skewed(results: &Results) -> Option<Note> {
    let skews = HEADLINE.iter().filter_map(|&name| {
        let (metric, Estimate { value, parts, .. }) = estimate(results, name)?;
        let (skewness, error) = skewness(&parts).filter(|_| parts.len() >= VALUES_FOR_SKEWNESS)?;
        // On the scale on which the interval is made.
        let skewness = skewness + 3.0 * variance(&parts)?.sqrt() * metric.range.bend(value);
        let wanted = COCHRAN * skewness * skewness;
        let skewed = skewness.abs() > ONE_IN_A_HUNDRED * error && (parts.len() as f64) < wanted;
        skewed.then_some((name, wanted.ceil()))
    });
    let (metrics, wanted): (Vec<&str>, Vec<f64>) = skews.chain(bursts(results)).unzip();
    let most = wanted.iter().copied().fold(0.0, f64::max);
    let text = format!(
        "{}: strongly skewed over replications, so that intervals cover less than they say; some {most:.0} replications \
         would do",
        listed(&metrics)
    );
    (!metrics.is_empty()).then(|| note(Doubt::Skewed, text, metrics, vec![("replications_wanted", most)]))
}

/// The p95 of the wait, where what lies beyond it comes from so few of the replications that its interval covers less than
/// it says; with how many would do.
///
/// Waits come in bursts. If replication r has bᵣ of the waits beyond, they are worth (Σ bᵣ)² / Σ bᵣ² replications with
/// equally many (Kish 1965). By the bench `experiments` intervals cover 91 times in 100 and more from some
/// [`BURSTS`] on.
fn bursts(results: &Results) -> Option<(&'static str, f64)> {
    let name = "charging.wait_s.p95";
    let value = results.city.get(name)?.mean;
    let samples: Vec<&Sample> =
        results.replications.iter().filter_map(|outcome| outcome.city.sample("charging.wait_s")).collect();
    let beyond = samples.iter().map(|sample| sample.beyond((value * 1e3) as u64));
    let (sum, squares) =
        beyond.fold((0.0, 0.0), |(sum, squares), beyond| (sum + beyond, squares + beyond * beyond));
    let (worth, count) = (sum * sum / squares, samples.len() as f64);
    (samples.len() > 1 && value > 0.0 && worth < BURSTS).then(|| (name, (count * BURSTS / worth).ceil()))
}

fn wide(results: &Results) -> Option<Note> {
    let wides = HEADLINE.iter().filter_map(|&name| {
        let (metric, value) = results.city.iter().find(|(metric, _)| metric.name == name)?;
        let (low, high) = value.ci95?;
        let shown = SHOWN.iter().find(|(unit, _)| *unit == metric.unit).map_or(0.0, |(_, least)| *least);
        let half = metric.range.half_width(value.mean, (low, high));
        let times = (half / value.mean / WANTED_HALF_WIDTH).powi(2).min(MOST_TIMES);
        (high - low > value.mean.abs() && high.abs() > shown).then_some((name, times))
    });
    let (metrics, times): (Vec<&str>, Vec<f64>) = wides.unzip();
    let most = times.iter().copied().fold(0.0, f64::max);
    let count = results.replications.len();
    let (remedy, number) = if count == 1 {
        (format!("a run {:.0} times as long", most.ceil()), ("times_as_long", most.ceil()))
    } else {
        let wanted = (most * count as f64).ceil();
        (format!("some {wanted:.0} replications"), ("replications_wanted", wanted))
    };
    let text = format!(
        "{}: the interval is wider than the mean; {remedy} would bring it to ± {:.0} %",
        listed(&metrics),
        WANTED_HALF_WIDTH * 100.0
    );
    (!metrics.is_empty()).then(|| note(Doubt::Wide, text, metrics, vec![number]))
}

/// Visits that were unfinished at the horizon, where they are many, or that never ended in the run.
fn unfinished(results: &Results) -> Option<Note> {
    let mean = |name: &str| results.city.get(name).map(|value| value.mean);
    let (visits, unfinished) = (mean("charging.visits")?, mean("charging.unfinished")?);
    let censored = mean("charging.wait_s.censored").unwrap_or(0.0);
    let share = unfinished / visits;
    let percent = format!("{:.1} % of visits were unfinished at the horizon", share * 100.0);
    let text = if censored > 0.0 {
        format!(
            "{percent}, and {censored:.0} in a replication still waited when it was closed, {} later: waits are estimated \
             with them by Kaplan and Meier, and count no longer than they were seen to be",
            told(results.layout.measured.max(Duration::DAY))
        )
    } else {
        format!("{percent}: waits and sessions count them, as the run went on until they had ended")
    };
    let numbers = vec![("unfinished_share", share), ("censored", censored)];
    (share > UNFINISHED || censored > 0.0).then(|| note(Doubt::Unfinished, text, Vec::new(), numbers))
}

/// Stations to which more come than they can serve: nearly always busy, and many still wait at the end.
fn backlog(results: &Results) -> Option<Note> {
    let waiting = |plugs: usize, metrics: &Summaries| {
        let mean = |name| metrics.get(name).map(|value| value.mean);
        let waiting = mean("unfinished")? - plugs as f64;
        (mean("busy")? >= SATURATED && waiting > BACKLOG * mean("visits")?).then_some(waiting)
    };
    let stations = results.layout.stations.iter().zip(&results.stations);
    let growing: Vec<(&str, f64)> = stations
        .filter_map(|(site, metrics)| Some((site.name.as_str(), waiting(site.plugs, metrics)?)))
        .collect();
    let sum: f64 = growing.iter().map(|(_, waiting)| waiting).sum();
    let (name, _) = growing.first()?;
    let where_to = match growing.len() {
        1 => format!("at {name} plugs were"),
        many => format!("at {many} stations, {name} the first of them, plugs were"),
    };
    let text = format!(
        "{where_to} busy nearly all the time and {sum:.0} visitors still waited at the end: more come than can be served, \
         and the wait depends on how long the run lasts"
    );
    let numbers = vec![("stations", growing.len() as f64), ("waiting_at_end", sum)];
    Some(note(Doubt::Backlog, text, Vec::new(), numbers))
}

/// Quantiles beyond which fewer than ten waits of all replications lie.
fn few_visits(results: &Results) -> Option<Note> {
    let all = |count: Option<Summary>| count.map(|count| count.mean * count.n as f64);
    let waits = all(results.city.get("charging.wait_s.n"))?;
    let few = |waits: f64, q: f64| waits > 0.0 && waits * (1.0 - q) < VISITS_BEYOND;
    let quantiles = CITY.iter().filter(|metric| metric.stem() == "charging.wait_s");
    let metrics: Vec<&str> = quantiles
        .filter(|metric| metric.quantile.is_some_and(|level| few(waits, level)))
        .map(|metric| metric.name)
        .collect();
    if !metrics.is_empty() {
        let text = format!(
            "{}: fewer than ten waits lie beyond, as only {waits:.0} visitors plugged in over all replications",
            listed(&metrics)
        );
        return Some(note(Doubt::FewVisits, text, metrics, vec![("waits", waits)]));
    }
    let of = |metrics: &Summaries| all(metrics.get("wait_s.n")).unwrap_or(0.0);
    let stations = results.stations.iter().filter(|metrics| few(of(metrics), 0.95)).count();
    let visited = results.stations.iter().filter(|metrics| of(metrics) > 0.0).count();
    let text = format!(
        "the p95 of the wait at {stations} of {visited} stations: fewer than ten waits of all replications lie beyond it"
    );
    let numbers = vec![("stations", stations as f64), ("visited_stations", visited as f64)];
    (stations > 0).then(|| note(Doubt::FewVisits, text, Vec::new(), numbers))
}

/// A ceiling that nobody reaches.
fn ceiling(results: &Results) -> Option<Note> {
    let (ceiling, highest) = results.layout.ceiling.filter(|(ceiling, highest)| highest < ceiling)?;
    let text = format!(
        "no station asks the ceiling of {ceiling} KZT/kWh, the highest price is {highest}: a higher ceiling changes nothing \
         unless `tariff.price_kzt_per_kwh` is \"ceiling\""
    );
    let numbers = vec![("ceiling_kzt_per_kwh", ceiling), ("highest_kzt_per_kwh", highest)];
    Some(note(Doubt::Ceiling, text, Vec::new(), numbers))
}

/// Metrics that have no value in some replication, though they apply there.
fn left_out(results: &Results) -> Option<Note> {
    let of = |outcome: &Outcome| -> Vec<&'static str> {
        let parts = [&outcome.stations, &outcome.districts, &outcome.hours, &outcome.brands];
        let all = std::iter::once(&outcome.city).chain(parts.into_iter().flatten());
        all.flat_map(Metrics::left_out).copied().collect()
    };
    let names: Vec<Vec<&'static str>> = results.replications.iter().map(of).collect();
    let replications = names.iter().filter(|names| !names.is_empty()).count();
    let mut metrics: Vec<&'static str> = Vec::new();
    for name in names.into_iter().flatten() {
        if !metrics.contains(&name) {
            metrics.push(name);
        }
    }
    let text = format!(
        "{}: left out where the value would be infinite, or larger than anything that can be measured",
        listed(&metrics)
    );
    let numbers = vec![("replications", replications as f64)];
    (!metrics.is_empty()).then(|| note(Doubt::LeftOut, text, metrics, numbers))
}

/// Batches that hang together: those of the mean wait by what the run is worth, those of any metric by their correlation.
fn correlated(batches: &[ByBatches]) -> Option<Note> {
    let poor = batches.first().and_then(|wait| Some((wait, wait.worth.filter(|worth| *worth < WORTH)?)));
    let worst = batches
        .iter()
        .filter(|by| by.correlated)
        .max_by(|one, other| one.correlation.total_cmp(&other.correlation));
    let (name, why, number, times) = match (poor, worst) {
        (Some((wait, worth)), _) => {
            let why = format!("for {} it is worth some {worth:.0} independent moments", wait.name);
            (wait.name, why, ("independent_moments", worth), WORTH / worth)
        }
        (None, Some(by)) => {
            let why = format!("neighbours in {} correlate by {:.2}", by.name, by.correlation);
            // The correlation of neighbouring batches falls about in proportion to their length.
            (by.name, why, ("correlation", by.correlation), by.correlation / HARMLESS_CORRELATION)
        }
        (None, None) => return None,
    };
    let times = times.ceil();
    let text = format!(
        "the batches of the run still hang together ({why}), so that its intervals are too narrow; a run some {times:.0} \
         times as long or ten replications would help"
    );
    Some(note(Doubt::Batches, text, vec![name], vec![number, ("times_as_long", times)]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::{Day, Fingerprint, Layout, Series};

    /// Replications with these values of a metric and nothing else.
    fn results(name: &str, values: &[f64]) -> Results {
        let outcome = |value: &f64| {
            let mut city = Metrics::none(CITY);
            city.set("", name, *value);
            let (fingerprint, events) = Fingerprint::default().finish();
            Outcome {
                fingerprint,
                events,
                city,
                stations: Vec::new(),
                districts: Vec::new(),
                hours: Vec::new(),
                brands: Vec::new(),
                classes: Vec::new(),
                series: Series::default(),
                day: Day::default(),
                detail: None,
            }
        };
        Results::new("r".to_owned(), 1, Layout::default(), values.iter().map(outcome).collect())
    }

    fn said(name: &str, values: &[f64]) -> Vec<(Doubt, String)> {
        let notes = notes(&results(name, values));
        notes.into_iter().map(|note| (note.doubt, note.text)).collect()
    }

    #[test]
    fn skewness_is_the_one_that_statistics_programs_print() {
        let (skewness, error) = skewness(&[1.0, 2.0, 3.0, 4.0, 10.0]).expect("the values differ");
        assert!(
            (skewness - 1.697_056).abs() < 1e-6 && (error - 0.912_871).abs() < 1e-6,
            "{skewness} {error}"
        );
        assert_eq!(super::skewness(&[2.0; 9]), None);
    }

    #[test]
    fn one_wild_replication_of_ten_is_told_and_even_ones_are_not() {
        let even = [9.0, 9.5, 9.8, 10.0, 10.0, 10.1, 10.2, 10.5, 11.0, 9.9];
        assert_eq!(said("charging.busy", &even), []);
        let wild = [9.0, 9.5, 9.8, 10.0, 10.0, 10.1, 10.2, 10.5, 11.0, 16.0];
        let text = "charging.busy: strongly skewed over replications, so that intervals cover less than they say; some \
                    187 replications would do";
        assert_eq!(said("charging.busy", &wild), [(Doubt::Skewed, text.to_owned())]);
        // What few people look at is not judged.
        assert_eq!(said("grid.at_limit", &wild), []);
    }

    #[test]
    fn an_interval_wider_than_its_mean_says_how_many_replications_it_wants() {
        // Of six values the half width is 2.570582 times 1.095445 over √6, of a mean of 1: 1.15.
        let values = [0.0, 2.0, 0.0, 2.0, 0.0, 2.0];
        let text = "charging.wait_s.mean: the interval is wider than the mean; some 793 replications would bring it to \
                    ± 10 %";
        assert_eq!(said("charging.wait_s.mean", &values), [(Doubt::Wide, text.to_owned())]);
        // So short waits are printed as none.
        assert_eq!(said("charging.wait_s.mean", &values.map(|wait| wait / 20.0)), []);
    }

    #[test]
    fn spans_are_told_in_the_unit_that_suits_them() {
        let hours = [0.0, 0.75, 13.54, 48.0, 84.0, 100.0, 286.1];
        let spans = hours.map(|hours| told(Duration::from_secs_f64(hours * 3_600.0)));
        assert_eq!(
            spans,
            ["0 hours", "45 minutes", "13.5 hours", "2 days", "3.5 days", "100 hours", "286 hours"]
        );
    }
}
