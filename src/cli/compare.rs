//! `zaryad compare`: what differs between two runs whose results are saved.

use super::{CompareArguments, Failure, pretty, print, saved, say, store, width};
use crate::report;
use crate::results::{Better, CITY, Metric, rounded};
use crate::scenario::{Problem, Report, nearest};
use crate::study::compare::{Comparison, Side, Verdict};
use serde_json::Value;
use std::path::{Path, PathBuf};
use wildmatch::WildMatch;

/// One side with what is not compared, but must not differ unseen.
struct Opened {
    side: Side,
    /// The program's version and commit.
    program: String,
    /// The scenario's table `time` without seed and replications.
    time: Value,
}

/// Compares, prints, and then fails if something is worse that must not be.
pub(super) fn compare(arguments: &CompareArguments) -> Result<(), Failure> {
    let (chosen, mut problems) = chosen(&arguments.metrics);
    problems.extend(arguments.fail_if_worse.iter().filter_map(|name| no_gate(name, &chosen)));
    let opened = [&arguments.a, &arguments.b].map(|argument| side_of(argument));
    let [a, b] = both(opened, problems)?;
    for warning in warnings(&a, &b) {
        say(&format!("warning: {warning}\n"));
    }
    let comparison = Comparison::of(&a.side, &b.side, &chosen);
    let gates: Vec<&str> = arguments.fail_if_worse.iter().map(String::as_str).collect();
    judgeable(&comparison, &gates)?;
    print(&if arguments.json {
        pretty(&comparison.json())?
    } else {
        report::comparison(&comparison, width())
    })?;
    breached(&comparison, &gates)
}

/// The side that an argument names: a results folder, or a point of a sweep.
fn side_of(argument: &Path) -> Result<Opened, Failure> {
    if let Some((folder, point)) = point_of(argument) {
        return side_of_point(argument, &folder, &point);
    }
    if store::is_sweep(argument) {
        let name = argument.display();
        let help = format!("name one of its points, such as {name}:1");
        return Err(Failure::input(format!("{name} is a sweep, and two runs are compared"), help));
    }
    let run = saved::run(argument)?;
    let program = program(&run.about.version, run.about.commit.as_deref());
    let time = timing(&run.about.scenario);
    let label = argument.display().to_string();
    let side = Side { label, scenario: run.scenario, seed: run.seed, city: run.city };
    Ok(Opened { side, program, time })
}

/// The folder and the point that `FOLDER:POINT` means, if there is such a sweep.
fn point_of(argument: &Path) -> Option<(PathBuf, String)> {
    let text = argument.to_str().filter(|_| !argument.exists())?;
    let (folder, point) = text.rsplit_once(':')?;
    let folder = PathBuf::from(folder);
    store::is_sweep(&folder).then(|| (folder, point.to_owned()))
}

/// The side that is one point of a sweep.
fn side_of_point(argument: &Path, folder: &Path, point: &str) -> Result<Opened, Failure> {
    let swept = store::load(folder)?;
    let count = swept.manifest.points.len();
    let number = point.parse().ok().filter(|number: &u32| (1..=count).contains(&(*number as usize)));
    let Some(point) = number else {
        let help = format!("its points are 1 to {count}; `points.csv` or `zaryad sweep` lists them");
        return Err(Failure::input(format!("{} has no point `{point}`", folder.display()), help));
    };
    let city = swept.city(point);
    if city.is_empty() {
        let title = format!("{} has no finished run yet", argument.display());
        return Err(Failure::Incomplete(format!("{title}: the sweep's own command goes on with it")));
    }
    let manifest = &swept.manifest;
    let settings: Vec<String> =
        manifest.axes.iter().zip(swept.shown(point)).map(|(key, value)| format!("{key} = {value}")).collect();
    let mut time = timing(&manifest.scenario);
    if let Some(keys) = time.as_object_mut() {
        for key in manifest.axes.iter().filter(|key| key.starts_with("time.") && *key != "time.seed") {
            keys.insert(key.clone(), swept.setting(point, key).cloned().unwrap_or_default());
        }
    }
    let side = Side {
        label: argument.display().to_string(),
        scenario: format!("{}, {}", manifest.name, settings.join(", ")),
        seed: swept.seed(point),
        city,
    };
    Ok(Opened { side, program: program(&manifest.version, manifest.commit.as_deref()), time })
}

fn program(version: &str, commit: Option<&str>) -> String {
    format!("{version} (commit {})", commit.unwrap_or("unknown"))
}

/// What a resolved scenario measures: its table `time` but for seed and replications.
fn timing(scenario: &Value) -> Value {
    let mut time = scenario.get("time").cloned().unwrap_or_default();
    if let Some(keys) = time.as_object_mut() {
        keys.retain(|key, _| !["seed", "replications"].contains(&key.as_str()));
    }
    time
}

/// Both sides, or everything that is wrong with them and before them.
fn both(opened: [Result<Opened, Failure>; 2], problems: Vec<Problem>) -> Result<[Opened; 2], Failure> {
    let mut reports = Vec::new();
    if !problems.is_empty() {
        reports.push(Report { texts: Vec::new(), problems });
    }
    match opened {
        [Ok(a), Ok(b)] if reports.is_empty() => Ok([a, b]),
        opened => {
            for result in opened {
                match result {
                    Err(Failure::Input(more)) => reports.extend(more),
                    Err(failure) => return Err(failure),
                    Ok(_) => {}
                }
            }
            Err(Failure::Input(reports))
        }
    }
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

/// What the user should know of two sides that differ in more than their scenario.
fn warnings(a: &Opened, b: &Opened) -> Vec<String> {
    let mut words = Vec::new();
    if a.program != b.program {
        words.push(format!(
            "A was run by zaryad {} and B by {}: part of a difference may be the program's",
            a.program, b.program
        ));
    }
    if a.time != b.time {
        words.push(
            "A and B do not measure the same span (`time` of their scenarios): sums cannot be compared"
                .into(),
        );
    }
    words
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
