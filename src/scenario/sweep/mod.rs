//! Sweep files: a scenario with axes, and the rule by which points are laid along them.
//!
//! A sweep file may say all that a scenario may, for what its points share, and besides `design`,
//! `replications` or `until`, and `axes`. A point lays one value of each axis over that scenario.

mod axis;
mod raw;

pub use axis::{Axis, Setting};
pub use raw::{Design, Until};
pub(super) use raw::{Raw, RawAxis, Scale};

use super::check::Known;
use super::layers::{self, Layered, Misplaced, Read, Source};
use super::problem::{Place, Problem, Report, Text, nearest};
use super::shape::{EVERY_KEY, PLAN, SCENARIO};
use super::tree::{Node, Step, Value};
use super::{Scenario, decode};
use axis::Levels;
use std::collections::BTreeMap;

/// How many replications each point gets.
#[derive(Clone, Debug, PartialEq)]
pub enum Replications {
    /// Each the same number; none given: `time.replications`.
    Fixed(Option<u32>),
    /// As many as it takes.
    Until(Until),
}

/// A checked sweep file.
#[derive(Clone, Debug)]
pub struct Sweep {
    /// A short name, used for results.
    pub name: String,
    /// The question the sweep answers.
    pub question: String,
    /// The path or embedded name of the file.
    pub file: String,
    /// How points are laid along the axes.
    pub design: Design,
    /// How many replications each point gets.
    pub replications: Replications,
    /// What differs between points.
    pub axes: Vec<Axis>,
    /// What points share: one scenario, or one for each entry of the axis over scenarios.
    bases: Vec<Layered>,
}

/// The keys that make a scenario file a sweep file.
const KEYS: [&str; 4] = ["design", "replications", "until", "axes"];

/// What to say of a sweep file where a scenario is wanted.
pub(super) fn mistaken(source: &Source) -> Option<Problem> {
    let name = source.name();
    is_sweep(source).then(|| {
        Problem::titled(format!("{name} is a sweep")).help(format!("run it with `zaryad sweep {name}`"))
    })
}

/// Whether a file has axes, and so is a sweep and no scenario.
pub fn is_sweep(source: &Source) -> bool {
    layers::parse(source, 0).is_ok_and(|layer| layer.get(&Step::Key("axes".to_owned())).is_some())
}

impl Sweep {
    /// Reads a sweep with the layers of the scenario that its points share, and checks what does not need its
    /// points. Arguments are those of [`load`](super::load).
    ///
    /// # Errors
    ///
    /// Returns every problem at once, each with its place in the text.
    pub fn load(
        source: &Source,
        sets: &[String],
        read: &Read<'_>,
        known: &Known<'_>,
    ) -> Result<Self, Report> {
        let (mut plan, mut report) = plan(source)?;
        let (own, sets): (Vec<String>, Vec<String>) = sets.iter().cloned().partition(|set| is_own(set));
        for set in &own {
            replan(&mut plan, set, &mut report);
        }
        let (raw, problems) = decode::decode::<Raw>(&mut plan, &PLAN);
        report.problems.extend(problems);
        let raw = raw.unwrap_or_default();
        report.problems.extend(super::check::check_sweep(&raw, &plan, known));
        let axes = axis::axes(&raw, &plan);
        report.problems.extend(conflicts(&axes, &sets));
        report.problems.extend(fixed(&plan, &sets));
        let bases = bases(source, &sets, read, &axes, &mut report)?;
        if report.problems.is_empty() {
            let replications = match raw.until {
                Some(until) => Replications::Until(until),
                None => Replications::Fixed(raw.replications),
            };
            let text = |key: &str| match bases[0].tree.get(&Step::Key(key.to_owned())) {
                Some(Node { value: Value::Text(text), .. }) => text.clone(),
                _ => String::new(),
            };
            let (name, question) = (text("name"), text("question"));
            let file = source.name().to_owned();
            return Ok(Self { name, question, file, design: raw.design, replications, axes, bases });
        }
        // Points cannot be made; what their scenario says can still be checked.
        for base in bases {
            if let Err(more) = base.check(known) {
                report.add(more);
            }
        }
        report.sort();
        Err(report)
    }

    /// The scenario of a point, which sets each axis in turn, and notes on it.
    ///
    /// # Errors
    ///
    /// Returns every problem of the scenario, with the places of the axes' values that cause it.
    ///
    /// # Panics
    ///
    /// If there are more settings than axes.
    pub fn scenario(&self, point: &[Setting], known: &Known<'_>) -> Result<(Scenario, Vec<Problem>), Report> {
        let chosen = self.axes.iter().zip(point).find_map(|(axis, setting)| axis.scenario(*setting));
        let mut layered = self.bases[chosen.unwrap_or(0)].clone();
        for (axis, setting) in self.axes.iter().zip(point) {
            let Some(value) = axis.node(*setting) else { continue };
            if let Err(fault) =
                layers::put(&mut layered.tree, &SCENARIO, axis.steps.clone(), &axis.place, value)
            {
                layered.report.problems.push(match fault {
                    Misplaced::Index(problem) => problem,
                    Misplaced::Nowhere => Problem::titled(format!("unknown key `{}`", axis.key))
                        .at(axis.place.clone(), "the key leads nowhere"),
                });
            }
        }
        layered.check(known)
    }

    /// Notes on a scenario under the sweep, with the texts that they speak of.
    pub fn noted(&self, notes: Vec<Problem>) -> Report {
        Report { texts: self.bases[0].report.texts.clone(), problems: notes }
    }

    /// The master seed of the first scenario under the sweep, which also lays out random designs.
    pub fn seed(&self) -> u64 {
        match self.bases[0].tree.at(&["time", "seed"].map(|key| Step::Key(key.to_owned()))) {
            Some(Node { value: Value::Integer(seed), .. }) => u64::try_from(*seed).unwrap_or(0),
            _ => 0,
        }
    }

    /// A setting as it would be written, text without its quotes.
    pub fn shown(&self, axis: &Axis, setting: Setting) -> String {
        match setting {
            Setting::Base => self.under(axis).map_or_else(|| "none".to_owned(), axis::plain),
            Setting::Listed(_) | Setting::Number(_) => axis.shown(setting),
        }
    }

    /// A setting as a number, where it is one.
    pub fn number(&self, axis: &Axis, setting: Setting) -> Option<f64> {
        match setting {
            Setting::Base => self.under(axis).and_then(axis::number),
            Setting::Listed(_) | Setting::Number(_) => axis.number(setting),
        }
    }

    /// The value that the base has where an axis would set one.
    fn under(&self, axis: &Axis) -> Option<&Node> {
        axis.steps.iter().try_fold(&self.bases[0].tree, |node, step| {
            let index = if matches!(node.value, Value::Array(_)) { step.parse().ok() } else { None };
            node.get(&index.map_or_else(|| Step::Key(step.clone()), Step::Index))
        })
    }

    /// All that the scenarios under the sweep say, on a line each, but for how many replications they have.
    pub fn bases(&self) -> Vec<String> {
        let base = |layered: &Layered| {
            let mut tree = layered.tree.clone();
            if let Some(Node { value: Value::Table(time), .. }) =
                tree.get_mut(&[Step::Key("time".to_owned())])
            {
                time.remove("replications");
            }
            axis::written(&tree)
        };
        self.bases.iter().map(base).collect()
    }

    /// The texts that the sweep was read from with their names, its own first.
    pub fn texts(&self) -> BTreeMap<String, String> {
        let texts = self.bases.iter().flat_map(|base| &base.report.texts);
        texts.map(|text| (text.name.clone(), text.text.clone())).collect()
    }
}

/// The keys of the plan, apart from those of the scenario, as a table of their own.
fn plan(source: &Source) -> Result<(Node, Report), Report> {
    let mut report = Report { texts: vec![source.text()], problems: Vec::new() };
    let mut layer = match layers::parse(source, 0) {
        Ok(layer) => layer,
        Err(problem) => {
            report.problems.push(problem);
            return Err(report);
        }
    };
    let mut plan = Node::table(Place::new(0, 0..0));
    if let (Value::Table(all), Value::Table(taken)) = (&mut layer.value, &mut plan.value) {
        if !all.contains_key("axes") {
            let title = format!("{} has no axes", source.name());
            let help = "begin each axis with `[[axes]]`; a single scenario is run with `zaryad run`";
            report.problems.push(Problem::titled(title).at(Place::new(0, 0..0), "this file").help(help));
        }
        for key in KEYS {
            if let Some(node) = all.remove(key) {
                taken.insert(key.to_owned(), node);
            }
        }
    }
    Ok((plan, report))
}

/// Whether `--set` names a key of the sweep, and not one of the scenario that its points share.
fn is_own(set: &str) -> bool {
    layers::segments(set).is_some_and(|(steps, _)| KEYS.contains(&steps[0].as_str()))
}

/// Lays what `--set` says of the sweep itself over its plan.
fn replan(plan: &mut Node, set: &str, report: &mut Report) {
    let number = report.texts.len();
    report.texts.push(Text { name: "--set".to_owned(), text: set.to_owned() });
    let Some((steps, _)) = layers::segments(set) else { return };
    if steps[0] == "axes" {
        let title = format!("cannot use `--set {set}`");
        let place = Place::new(number, 0..set.len());
        let help = "write other axes into a file; `zaryad scenarios NAME` prints an embedded sweep";
        report.problems.push(Problem::titled(title).at(place, "axes belong to their file").help(help));
        return;
    }
    // How many runs there are is said in one of two ways: what is set replaces the other.
    let other = match steps[0].as_str() {
        "replications" => Some("until"),
        "until" => Some("replications"),
        _ => None,
    };
    if let (Some(other), Value::Table(keys)) = (other, &mut plan.value) {
        keys.remove(other);
    }
    if let Err(problem) = layers::apply(plan, &PLAN, set, number) {
        report.problems.push(problem);
    }
}

/// What `--set` says of replications where the sweep says it itself.
fn fixed(plan: &Node, sets: &[String]) -> Vec<Problem> {
    let own = ["replications", "until"].into_iter().find_map(|key| {
        let node = plan.get(&Step::Key(key.to_owned()))?;
        Some((key, node.key.clone().unwrap_or_else(|| node.place.clone())))
    });
    let Some((key, place)) = own else { return Vec::new() };
    let is_count = |set: &&String| {
        layers::segments(set).is_some_and(|(steps, value)| {
            steps == ["time", "replications"] || steps == ["time"] && set[value..].contains("replications")
        })
    };
    let problem = |set: &String| {
        Problem::titled(format!("`--set {set}` is overridden by the sweep's `{key}`"))
            .at(place.clone(), "this says how many runs each point has")
            .help("use `--replications N`, which replaces it")
    };
    sets.iter().filter(is_count).map(problem).collect()
}

/// The scenario under each entry of the axis over scenarios, or else the one under the sweep.
fn bases(
    source: &Source,
    sets: &[String],
    read: &Read<'_>,
    axes: &[Axis],
    report: &mut Report,
) -> Result<Vec<Layered>, Report> {
    let named = axes.iter().find_map(|axis| match &axis.levels {
        Levels::Scenarios(nodes) => Some(nodes.iter().map(Some).collect::<Vec<_>>()),
        Levels::Listed(_) | Levels::Range { .. } => None,
    });
    let mut bases = Vec::new();
    for base in named.unwrap_or_else(|| vec![None]) {
        let mut misspelt = Vec::new();
        let mut edit = |layer: &mut Node| {
            let Value::Table(table) = &mut layer.value else { return };
            table.retain(|key, _| !KEYS.contains(&key.as_str()));
            misspelt = unknown(table);
            if let Some(base) = base {
                table.insert("base".to_owned(), base.clone());
            }
        };
        let mut layered = layers::merged(source.clone(), sets, read, &mut edit)?;
        report.add(Report { texts: layered.report.texts.clone(), problems: misspelt });
        report.add(layered.report.clone());
        layered.report.problems.clear();
        bases.push(layered);
    }
    Ok(bases)
}

/// Takes out top-level keys that neither a scenario nor a sweep has, where a key of a sweep may be meant.
fn unknown(table: &mut BTreeMap<String, Node>) -> Vec<Problem> {
    let tables = || EVERY_KEY.iter().filter(|(key, path)| key == path).map(|(key, _)| key.as_str());
    let known = || tables().chain(["name", "question", "base"]).chain(KEYS);
    let strange: Vec<String> =
        table.keys().filter(|key| known().all(|known| known != key.as_str())).cloned().collect();
    let mut problems = Vec::new();
    for key in strange {
        if let Some(near) = nearest(&key, known()).filter(|near| KEYS.contains(near))
            && let Some(node) = table.remove(&key)
        {
            let place = node.key.unwrap_or(node.place);
            problems.push(
                Problem::titled(format!("unknown key `{key}`"))
                    .at(place, "no such key")
                    .help(format!("did you mean `{near}`?")),
            );
        }
    }
    problems
}

/// Axes that would undo each other, or what `--set` says.
fn conflicts(axes: &[Axis], sets: &[String]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (number, axis) in axes.iter().enumerate() {
        let within = |steps: &[String]| {
            let shorter = steps.len().min(axis.steps.len());
            !axis.steps.is_empty() && shorter > 0 && steps[..shorter] == axis.steps[..shorter]
        };
        if let Some(other) = axes[..number].iter().find(|other| within(&other.steps)) {
            let title = format!("two axes set `{}`", axis.key);
            let words = if other.key == axis.key {
                "here again".to_owned()
            } else {
                format!("as does `{}`", other.key)
            };
            problems.push(
                Problem::titled(title).at(axis.place.clone(), words).at(other.place.clone(), "here first"),
            );
        }
        let set = sets.iter().find(|set| layers::segments(set).is_some_and(|(steps, _)| within(&steps)));
        if let Some(set) = set {
            problems.push(
                Problem::titled(format!("`--set {set}` is overridden by an axis"))
                    .at(axis.place.clone(), "this axis sets the same key")
                    .help("leave one of them out"),
            );
        }
    }
    problems
}
