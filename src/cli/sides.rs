//! The two sides of a comparison, opened together: results folders, or points of sweeps.

use super::wrong::Wrong;
use super::{Failure, saved, say, store};
use crate::data::Data;
use crate::report::{Caution, Shown, comparison_page};
use crate::results::{CITY, Metric, counted};
use crate::study::compare::{Comparison, Side, Verdict};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// More keys than this are counted and not listed.
const MOST_KEYS: usize = 6;

/// A and B.
pub(super) struct Both([Opened; 2]);

/// One side with what is not compared, but must not differ unseen.
struct Opened {
    side: Side,
    /// The program's version and commit.
    program: String,
    /// What `--set` changed of it, but for seed and replications, which are told in any case.
    sets: Vec<String>,
    /// The scenario's table `time` without seed and replications.
    time: Value,
    /// Every key of the scenario with its value, but for how it is called and how often it is run.
    settings: BTreeMap<String, Value>,
    /// What a page shows of it, if one is wanted.
    shown: Option<Shown>,
}

impl Both {
    /// Opens both sides, for a page or not, or fails with everything that is wrong with them and was before.
    pub(super) fn open(arguments: [&Path; 2], for_page: bool, mut wrong: Wrong) -> Result<Self, Failure> {
        let [a, b] = arguments.map(|argument| wrong.keep(side_of(argument, for_page)));
        let both = a?.zip(b?).map(|(a, b)| Self([a, b]));
        wrong.finish(both.map(Self::told_apart))
    }

    /// Where other keys were set on the sides, says with their scenarios which.
    fn told_apart(mut self) -> Self {
        let [a, b] = self.0.each_ref().map(|opened| opened.sets.clone());
        if a != b {
            for (opened, sets) in self.0.iter_mut().zip([a, b]).filter(|(_, sets)| !sets.is_empty()) {
                opened.side.scenario = format!("{}, with {}", opened.side.scenario, sets.join(", "));
            }
        }
        self
    }

    /// Compares them in some metrics of the city.
    pub(super) fn compare(&self, metrics: &[&'static Metric]) -> Comparison {
        Comparison::of(&self.0[0].side, &self.0[1].side, metrics)
    }

    /// Says what the user should know of sides that differ in more than their scenario.
    pub(super) fn warn(&self) {
        for caution in self.cautions() {
            say(&format!("warning: {}\n", self.sentence(caution)));
        }
    }

    /// Why no metric of the city differs, if none does.
    pub(super) fn why_the_same(&self) -> Option<String> {
        let [a, b] = &self.0;
        let comparison = self.compare(&CITY.iter().collect::<Vec<_>>());
        let all = comparison.with(Verdict::Same).count() == comparison.metrics.len();
        if !all || comparison.metrics.is_empty() || comparison.alone.iter().any(|alone| !alone.is_empty()) {
            return None;
        }
        let keys: Vec<&String> = a.settings.keys().chain(b.settings.keys()).collect();
        let differing: BTreeSet<&String> =
            keys.into_iter().filter(|key| a.settings.get(*key) != b.settings.get(*key)).collect();
        if differing.is_empty() {
            return Some("Nothing differs, because both sides are runs of the same scenario.".to_owned());
        }
        let shown = |side: &Opened, key: &str| match side.settings.get(key) {
            Some(value) => value.as_str().map_or_else(|| value.to_string(), str::to_owned),
            None => "not set".to_owned(),
        };
        let told: Vec<String> = differing
            .iter()
            .take(MOST_KEYS)
            .map(|key| format!("`{key}` ({} in A, {} in B)", shown(a, key), shown(b, key)))
            .collect();
        let more = differing.len().saturating_sub(MOST_KEYS);
        let more =
            if more > 0 { format!(" and {}", counted(&more.to_string(), "more key")) } else { String::new() };
        Some(format!(
            "Nothing differs, because what differs between the scenarios had no effect: {}{more}.",
            told.join(", ")
        ))
    }

    /// The page of their comparison; they were opened for it.
    pub(super) fn page(&self, comparison: &Comparison) -> String {
        let shown =
            self.0.each_ref().map(|opened| opened.shown.as_ref().expect("the sides were opened for a page"));
        comparison_page(comparison, shown, &self.cautions(), &Data::embedded())
    }

    fn cautions(&self) -> Vec<Caution> {
        let [a, b] = &self.0;
        let differ = [(a.program != b.program, Caution::Program), (a.time != b.time, Caution::Span)];
        differ.into_iter().filter(|(differ, _)| *differ).map(|(_, caution)| caution).collect()
    }

    fn sentence(&self, caution: Caution) -> String {
        let [a, b] = &self.0;
        match caution {
            Caution::Program => format!(
                "A was run by zaryad {} and B by {}: part of a difference may be the program's",
                a.program, b.program
            ),
            Caution::Span => {
                "A and B do not measure the same span (`time` of their scenarios): sums cannot be compared"
                    .to_owned()
            }
        }
    }
}

/// The side that an argument names: a results folder, or a point of a sweep.
fn side_of(argument: &Path, for_page: bool) -> Result<Opened, Failure> {
    if let Some((folder, point)) = point_of(argument) {
        return side_of_point(argument, &folder, &point, for_page);
    }
    if store::is_sweep(argument) {
        let name = argument.display();
        let help = format!("name one of its points, such as {name}:1");
        return Err(Failure::input(format!("{name} is a sweep, and two runs are compared"), help));
    }
    let (run, shown) = if for_page {
        let (run, shown) = saved::shown(argument)?;
        (run, Some(shown))
    } else {
        (saved::run(argument)?, None)
    };
    let program = program(&run.about.version, run.about.commit.as_deref());
    let time = timing(&run.about.scenario);
    let settings = settings(&run.about.scenario);
    let label = argument.display().to_string();
    let answers = answers(&run.about.scenario);
    let side =
        Side { answers, label, scenario: run.scenario, seed: run.seed, fixed: run.fixed, city: run.city };
    Ok(Opened { side, program, sets: model_of(run.sets), time, settings, shown })
}

/// The settings that change a model, and not how often or by which luck it is run.
fn model_of(mut sets: Vec<String>) -> Vec<String> {
    let of_luck = |set: &String| {
        let key = set.split('=').next().unwrap_or_default().trim();
        ["time.seed", "time.replications", "replications"].contains(&key)
    };
    sets.retain(|set| !of_luck(set));
    sets
}

/// The folder and the point that `FOLDER:POINT` means, if there is such a sweep.
fn point_of(argument: &Path) -> Option<(PathBuf, String)> {
    let text = argument.to_str().filter(|_| !argument.exists())?;
    let (folder, point) = text.rsplit_once(':')?;
    let folder = PathBuf::from(folder);
    store::is_sweep(&folder).then(|| (folder, point.to_owned()))
}

/// The side that is one point of a sweep.
fn side_of_point(argument: &Path, folder: &Path, point: &str, for_page: bool) -> Result<Opened, Failure> {
    let swept = store::load(folder)?;
    let count = swept.manifest.points.len();
    let number = point.parse().ok().filter(|number: &u32| (1..=count).contains(&(*number as usize)));
    let Some(point) = number else {
        let help = format!("its points are 1 to {count}; its `points.parquet` lists them");
        return Err(Failure::input(format!("{} has no point `{point}`", folder.display()), help));
    };
    let city = swept.city(point).to_vec();
    if city.is_empty() {
        let title = format!("{} has no finished run yet", argument.display());
        return Err(Failure::Incomplete(format!("{title}: the sweep's own command goes on with it")));
    }
    let manifest = &swept.manifest;
    let shown_axes: Vec<String> =
        manifest.axes.iter().zip(swept.shown(point)).map(|(key, value)| format!("{key} = {value}")).collect();
    let mut time = timing(&manifest.scenario);
    let mut settings = settings(&manifest.scenario);
    for (key, value) in swept.named(point) {
        settings.insert(key, value);
    }
    if let Some(keys) = time.as_object_mut() {
        for key in manifest.axes.iter().filter(|key| key.starts_with("time.") && *key != "time.seed") {
            keys.insert(key.clone(), swept.setting(point, key).cloned().unwrap_or_default());
        }
    }
    let side = Side {
        label: argument.display().to_string(),
        scenario: format!("{}, {}", manifest.name, shown_axes.join(", ")),
        seed: swept.seed(point),
        answers: answers(&manifest.scenario),
        city,
        fixed: swept.fixed(point),
    };
    let program = program(&manifest.version, manifest.commit.as_deref());
    let shown = for_page.then(|| Shown::of_point(&swept, point));
    Ok(Opened { side, program, sets: model_of(manifest.sets.clone()), time, settings, shown })
}

fn program(version: &str, commit: Option<&str>) -> String {
    format!("{version} (commit {})", commit.unwrap_or("unknown"))
}

/// The metrics that a resolved scenario says answer its question.
fn answers(scenario: &Value) -> Vec<String> {
    let names = scenario.get("answers").and_then(Value::as_array);
    names.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// What a resolved scenario measures: its table `time` but for seed and replications.
fn timing(scenario: &Value) -> Value {
    let mut time = scenario.get("time").cloned().unwrap_or_default();
    if let Some(keys) = time.as_object_mut() {
        keys.retain(|key, _| !["seed", "replications"].contains(&key.as_str()));
    }
    time
}

/// Every key of a resolved scenario by its dotted name, but for those that are no part of its model.
fn settings(scenario: &Value) -> BTreeMap<String, Value> {
    fn lay(prefix: &str, value: &Value, all: &mut BTreeMap<String, Value>) {
        let name = |key: &str| if prefix.is_empty() { key.to_owned() } else { format!("{prefix}.{key}") };
        match value {
            Value::Object(table) => table.iter().for_each(|(key, value)| lay(&name(key), value, all)),
            Value::Array(list) if list.iter().any(Value::is_object) => {
                list.iter().enumerate().for_each(|(index, value)| lay(&name(&index.to_string()), value, all));
            }
            Value::Array(_) | Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
                all.insert(prefix.to_owned(), value.clone());
            }
        }
    }
    let mut all = BTreeMap::new();
    lay("", scenario, &mut all);
    all.retain(|key, _| {
        !["name", "question", "time.replications"].contains(&key.as_str()) && !key.starts_with("output.")
    });
    all
}
