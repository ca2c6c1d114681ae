//! `zaryad compare`: what differs between two runs whose results are saved.

use super::report::Place;
use super::sides::Both;
use super::wrong::Wrong;
use super::{CompareArguments, Failure, pretty, print, width};
use crate::report;
use crate::results::{Better, CITY, Metric, rounded};
use crate::scenario::{Problem, Report, nearest};
use crate::study::compare::{Comparison, Verdict};
use std::path::PathBuf;
use wildmatch::WildMatch;

/// Compares, prints, writes the page if one is wanted, and then fails if something is worse that must not be.
pub(super) fn compare(arguments: &CompareArguments) -> Result<(), Failure> {
    let (chosen, mut problems) = chosen(&arguments.metrics);
    problems.extend(arguments.fail_if_worse.iter().filter_map(|name| no_gate(name, &chosen)));
    let mut wrong = Wrong::default();
    wrong.extend(problems);
    let place = wrong.keep(arguments.report.as_deref().map(Place::check).transpose())?.flatten();
    let sides = [&arguments.a, &arguments.b].map(PathBuf::as_path);
    let both = Both::open(sides, arguments.report.is_some(), wrong)?;
    both.warn();
    let comparison = both.compare(&chosen);
    let gates: Vec<&str> = arguments.fail_if_worse.iter().map(String::as_str).collect();
    judgeable(&comparison, &gates)?;
    if let Some(place) = place {
        place.write(&both.page(&comparison))?;
    }
    print(&if arguments.json {
        pretty(&comparison.json())?
    } else {
        let why = both.why_the_same().map(|words| report::paragraph(&words, width()));
        report::comparison(&comparison, width()) + &why.unwrap_or_default()
    })?;
    breached(&comparison, &gates)
}

/// The metrics of the city that match any of the globs, all where there are none, and the globs that match nothing.
fn chosen(globs: &[String]) -> (Vec<&'static Metric>, Vec<Problem>) {
    let patterns: Vec<WildMatch> = globs.iter().map(|glob| WildMatch::new(glob)).collect();
    let fits = |pattern: &WildMatch| CITY.iter().any(|metric| pattern.matches(metric.name));
    let problems = globs.iter().zip(&patterns).filter(|(_, pattern)| !fits(pattern)).map(|(glob, _)| {
        let help = near(glob).unwrap_or_else(|| {
            "`*` stands for any letters and `?` for one: `charging.*`; `summary.json` has the names"
                .to_owned()
        });
        Problem::titled(format!("no metric matches `{glob}`")).help(help)
    });
    let wanted =
        |metric: &&Metric| patterns.is_empty() || patterns.iter().any(|pattern| pattern.matches(metric.name));
    (CITY.iter().filter(wanted).collect(), problems.collect())
}

/// The metric, or the group of metrics, whose name is nearest.
fn near(name: &str) -> Option<String> {
    let group = |metric: &Metric| Some(format!("{}.*", metric.name.split_once('.')?.0));
    let groups: Vec<String> = CITY.iter().filter_map(group).collect();
    let names = CITY.iter().map(|metric| metric.name).chain(groups.iter().map(String::as_str));
    nearest(name, names).map(|near| format!("did you mean `{near}`?"))
}

/// Why a metric cannot be one that must not get worse, if so.
fn no_gate(name: &str, chosen: &[&'static Metric]) -> Option<Problem> {
    let Some(metric) = CITY.iter().find(|metric| metric.name == name) else {
        let help =
            near(name).unwrap_or_else(|| "`summary.json` of a results folder has the names".to_owned());
        return Some(Problem::titled(format!("there is no metric `{name}`")).help(help));
    };
    if metric.better == Better::Neither {
        let title = format!("`{name}` cannot be worse: less of it is neither good nor bad in itself");
        return Some(
            Problem::titled(title).help("name what makes it good or bad, such as a wait, a loss or a profit"),
        );
    }
    if chosen.iter().all(|metric| metric.name != name) {
        let title = format!("`{name}` must not be worse, and `--metrics` leaves it out");
        return Some(Problem::titled(title).help("add it with one more `--metrics`"));
    }
    None
}

/// A metric that must not get worse has to be one that can be told.
fn judgeable(comparison: &Comparison, gates: &[&str]) -> Result<(), Failure> {
    let problem = |name: &&str| match comparison.get(name).map(|compared| compared.verdict) {
        None => Some(
            Problem::titled(format!("`{name}` applies in no two replications of A and B"))
                .help("leave it out of `--fail-if-worse`, or compare runs that have it"),
        ),
        Some(Verdict::Untested) => Some(
            Problem::titled(format!("there are too few replications to tell whether `{name}` is worse"))
                .help("run both sides with more `--replications`"),
        ),
        Some(Verdict::Better | Verdict::Worse | Verdict::Changed | Verdict::Undecided | Verdict::Same) => {
            None
        }
    };
    let problems: Vec<Problem> = gates.iter().filter_map(problem).collect();
    if problems.is_empty() { Ok(()) } else { Err(Report { texts: Vec::new(), problems }.into()) }
}

/// Fails if any of these metrics is worse.
fn breached(comparison: &Comparison, gates: &[&str]) -> Result<(), Failure> {
    let worse = comparison.with(Verdict::Worse).filter(|compared| gates.contains(&compared.metric.name));
    let worse: Vec<String> = worse
        .map(|compared| {
            let [a, b] = compared.means.map(rounded);
            format!("`{}` is worse in B: {b} instead of {a} {}", compared.metric.name, compared.metric.unit)
        })
        .collect();
    if worse.is_empty() { Ok(()) } else { Err(Failure::Breached(worse.join("; "))) }
}
