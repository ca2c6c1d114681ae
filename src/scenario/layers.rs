//! How a scenario comes about from its layers.
//!
//! A file lies over its `base`, that over its own, down to the embedded `baseline` and `data/assumptions.toml`;
//! the values of `--set` lie on top. The rule, in one place:
//!
//! - Tables are merged key by key; every other value, arrays among them, is replaced whole: so are `[[stations]]`, and a
//!   note names those of the base that are gone.
//! - A choice, such as a span (`{ days = 1 }`), a law (`{ exponential = … }`) or a way of matching, is replaced whole by
//!   another choice, and merged with the same one: `--set charging.patience.weibull.shape=3` keeps the mean. Which keys
//!   make choices the [shape](super::shape) of a scenario says.
//! - `fleet.models` is a mix: a file that names it replaces it whole, so that no model of the base lingers in
//!   it. (`--set` of one model changes that model alone.) `demand.jobs_share` and all else is merged.
//! - The paths in `city.roads` are relative to the file that names them, and in `--set` to the current folder.
//! - `name`, `question`, `answers` and `base` belong to their file and are not inherited.
//! - A file that names no base lies over the baseline; a queue alone, of which nothing stands in the city, over the
//!   assumptions: what the baseline switches on, faults and cars that stay on among it, is of the city.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "layers differ in tables and arrays, and in nothing else"
)]

use super::embedded::{ASSUMPTIONS, BASELINE, EMBEDDED, SWEEPS, embedded};
use super::problem::{Place, Problem, Report, Text, nearest};
use super::shape::{SCENARIO, Shape};
use super::tree::{Node, Step, Value};
use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};
use toml::de::{DeTable, DeValue};

/// The text of a scenario, and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// The path, or the embedded name.
    name: String,
    text: String,
    is_file: bool,
}

impl Source {
    /// A file that was read from this path.
    pub fn file(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: path.into(), text: text.into(), is_file: true }
    }

    /// The embedded scenario of this name.
    ///
    /// # Errors
    ///
    /// Returns a report with the nearest name where no scenario has this one.
    pub fn embedded(name: &str) -> Result<Self, Report> {
        let Some(found) = embedded(name) else {
            let problem =
                Problem::titled(format!("there is no embedded scenario `{name}`")).help(no_such_name(name));
            return Err(Report { texts: Vec::new(), problems: vec![problem] });
        };
        Ok(Self { name: found.name.to_string(), text: found.text.to_string(), is_file: false })
    }

    /// The embedded sweep of this name, if there is one.
    pub fn embedded_sweep(name: &str) -> Option<Self> {
        let found = SWEEPS.iter().find(|sweep| sweep.name == name)?;
        Some(Self { name: found.name.to_string(), text: found.text.to_string(), is_file: false })
    }

    /// The path, or the embedded name.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The text with its name.
    pub(super) fn text(&self) -> Text {
        Text { name: self.name.clone(), text: self.text.clone() }
    }

    /// What tells two sources apart: an embedded name, or a path without detours.
    fn identity(&self) -> (bool, PathBuf) {
        let mut plain = PathBuf::new();
        for part in Path::new(&self.name).components() {
            match part {
                Component::CurDir => {}
                Component::ParentDir
                    if matches!(plain.components().next_back(), Some(Component::Normal(_))) =>
                {
                    plain.pop();
                }
                part => plain.push(part),
            }
        }
        (self.is_file, plain)
    }
}

/// What to do about a name that no embedded scenario has.
pub(super) fn no_such_name(name: &str) -> String {
    let names: Vec<&str> = EMBEDDED.iter().map(|scenario| scenario.name).collect();
    match nearest(name, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!(
            "the embedded scenarios are {}; a file is given by a path ending in .toml",
            names.join(", ")
        ),
    }
}

/// Whether a name that is not embedded means a file.
pub fn is_path(name: &str) -> bool {
    name.contains(['/', '\\'])
        || Path::new(name).extension().is_some_and(|end| end.eq_ignore_ascii_case("toml"))
}

/// Reads the text of a base by its path; the error is a sentence for people.
pub type Read<'a> = dyn Fn(&str) -> Result<String, String> + 'a;

/// Chains longer than this are taken for cycles that hide behind links.
const MOST_LAYERS: usize = 32;

/// A scenario whose layers are merged, and whose values are not yet checked.
#[derive(Clone, Debug)]
pub(super) struct Layered {
    pub(super) tree: Node,
    /// The texts of the layers, and what is wrong with the layers themselves.
    pub(super) report: Report,
    /// What is right and may yet be meant otherwise.
    pub(super) notes: Vec<Problem>,
}

/// All layers merged. The texts are in the order of their layers, the given source first, `--set` last.
///
/// `edit` may change the given source's own layer before it is laid over its base.
pub(super) fn merged(
    source: Source,
    sets: &[String],
    read: &Read<'_>,
    edit: &mut dyn FnMut(&mut Node),
) -> Result<Layered, Report> {
    let mut report = Report::default();
    let mut layers: Vec<Node> = Vec::new();
    let mut seen = Vec::new();
    let mut current = Some(source);
    let mut unnamed_baseline = None;
    while let Some(source) = current.take() {
        let number = report.texts.len();
        seen.push(source.identity());
        report.texts.push(Text { name: source.name.clone(), text: source.text.clone() });
        let mut layer = match parse(&source, number) {
            Ok(layer) => layer,
            Err(problem) => {
                report.problems.push(problem);
                // Without its own text nothing sensible can be said about a scenario; without a base's, much.
                if number == 0 {
                    return Err(report);
                }
                Node::table(Place::new(number, 0..0))
            }
        };
        if number == 0 {
            edit(&mut layer);
        }
        if source.is_file {
            for key in ["nodes", "edges"] {
                let path = ["city", "roads", key].map(|key| Step::Key(key.to_string()));
                if let Some(Node { value: Value::Text(file), .. }) = layer.get_mut(&path) {
                    *file = beside(&source, file);
                }
            }
        }
        let base = take_own_keys(&mut layer, number, &source, &mut report.problems);
        layers.push(layer);
        let named = base.is_some();
        current = next(&source, base, &seen, read, &mut report.problems);
        if !named && current.as_ref().is_some_and(|under| under.name == BASELINE && !under.is_file) {
            unnamed_baseline = Some(layers.len());
        }
    }
    let notes = stations_gone(&layers, &report.texts).into_iter().collect();
    // Stations need no mention in the layers: without any there are none, and `--set` finds an empty array.
    if let Some(Node { value: Value::Table(bottom), place, .. }) = layers.last_mut() {
        let none = Node { value: Value::Array(Vec::new()), place: place.clone(), key: None };
        bottom.entry("stations".to_string()).or_insert(none);
    }
    let first_set = report.texts.len();
    for set in sets {
        report.texts.push(Text { name: "--set".to_string(), text: set.clone() });
    }
    let all = stack(&layers, None, sets, first_set);
    let (tree, problems) = match unnamed_baseline {
        Some(_) if is_queue_alone(&all.0) => stack(&layers, unnamed_baseline, sets, first_set),
        _ => all,
    };
    report.problems.extend(problems);
    Ok(Layered { tree, report, notes })
}

/// Which stations of a base are gone, since a file over it names stations of its own; that a file with an empty list
/// wants none is plain.
fn stations_gone(layers: &[Node], texts: &[Text]) -> Option<Problem> {
    /// So many are named.
    const MOST_NAMED: usize = 5;
    let stations = Step::Key("stations".to_string());
    let names = |list: &Node| -> Vec<String> {
        let Value::Array(items) = &list.value else { return Vec::new() };
        let name = |(number, item): (usize, &Node)| match item.get(&Step::Key("name".to_string())) {
            Some(Node { value: Value::Text(name), .. }) => format!("{name:?}"),
            _ => format!("number {number}"),
        };
        items.iter().enumerate().map(name).collect()
    };
    let mut lists =
        layers.iter().enumerate().filter_map(|(number, layer)| Some((number, layer.get(&stations)?)));
    let ((_, above), (number, below)) = (lists.next()?, lists.next()?);
    let kept: BTreeSet<String> = names(above).into_iter().collect();
    let gone: Vec<String> = names(below).into_iter().filter(|name| !kept.contains(name)).collect();
    if kept.is_empty() || gone.is_empty() {
        return None;
    }
    let (count, base) = (gone.len(), &texts[number].name);
    let mut list = gone.into_iter().take(MOST_NAMED).collect::<Vec<_>>().join(", ");
    if count > MOST_NAMED {
        list = format!("{list} and {} more", count - MOST_NAMED);
    }
    let (plural, are) = if count == 1 { ("", "is") } else { ("s", "are") };
    let place = above.key.clone().unwrap_or_else(|| above.place.clone());
    Some(
        Problem::titled(format!("{count} station{plural} of {base} {are} gone: {list}"))
            .at(place, "this list replaces that of the base")
            .help("a file that has `[[stations]]` names all that there are: repeat those that are to stay"),
    )
}

/// All layers, but for one to leave out, laid over each other from the last up, with the sets on top; and what is wrong
/// with the sets, whose texts have numbers from `first_set` on.
fn stack(layers: &[Node], but: Option<usize>, sets: &[String], first_set: usize) -> (Node, Vec<Problem>) {
    let kept = layers.iter().enumerate().filter(|(number, _)| Some(*number) != but);
    let mut kept = kept.rev().map(|(_, layer)| layer.clone());
    let mut tree = kept.next().unwrap_or_else(|| Node::table(Place::default()));
    for layer in kept {
        merge(&mut tree, layer, Some(&SCENARIO), &mut Vec::new());
    }
    let problems = sets.iter().enumerate();
    let problems = problems
        .filter_map(|(number, set)| apply(&mut tree, &SCENARIO, set, first_set + number).err())
        .collect();
    (tree, problems)
}

/// Whether nothing in a scenario stands in the city: no taxi, no ride, and no station with a place.
fn is_queue_alone(tree: &Node) -> bool {
    let none = |path: &[&str]| {
        let steps: Vec<Step> = path.iter().map(|key| Step::Key((*key).to_string())).collect();
        tree.at(&steps).is_some_and(|node| match node.value {
            Value::Integer(number) => number == 0,
            Value::Float(number) => number == 0.0,
            _ => false,
        })
    };
    let placed = |station: &Node| station.get(&Step::Key("at".to_string())).is_some();
    let stations = tree.get(&Step::Key("stations".to_string())).map(|stations| &stations.value);
    none(&["fleet", "taxis"])
        && none(&["demand", "rides_per_day"])
        && none(&["network", "existing"])
        && none(&["network", "planned", "plots"])
        && matches!(stations, Some(Value::Array(stations)) if !stations.iter().any(placed))
}

pub(super) fn parse(source: &Source, number: usize) -> Result<Node, Problem> {
    let text = &source.text;
    if text.trim().is_empty() {
        return Err(Problem::titled(format!("{} is empty", source.name))
            .help("a scenario needs at least a name: `name = \"mine\"`"));
    }
    // A byte order mark is allowed by TOML and skipped by the parser, whose spans count it.
    match DeTable::parse(text) {
        Ok(table) => Ok(Node::from_document(table.get_ref(), number)),
        Err(error) => {
            let span = error.span().unwrap_or(0..0);
            let mut problem = Problem::titled(format!("{} is not valid TOML", source.name))
                .at(Place::new(number, span), error.message());
            if error.message().starts_with("duplicate key") {
                problem = problem.help("each key may be given once in its table");
            }
            Err(problem)
        }
    }
}

/// Takes out of a layer what is not inherited; returns its `base` with its place.
fn take_own_keys(
    layer: &mut Node,
    number: usize,
    source: &Source,
    problems: &mut Vec<Problem>,
) -> Option<(String, Place)> {
    let Value::Table(table) = &mut layer.value else { return None };
    if number > 0 {
        if table.remove("name").is_none() && source.is_file {
            problems.push(
                Problem::titled(format!("{} has no `name`", source.name))
                    .at(Place::new(number, 0..0), "the file needs the key `name`")
                    .help("add it, e.g. `name = \"mine\"`"),
            );
        }
        table.remove("question");
        table.remove("answers");
    } else if !table.contains_key("question") {
        let question = Node { value: Value::Text(String::new()), place: Place::new(number, 0..0), key: None };
        table.insert("question".to_string(), question);
    }
    let base = table.remove("base")?;
    if let Value::Text(name) = base.value {
        return Some((name, base.place));
    }
    let found = base.kind();
    problems.push(
        Problem::titled("`base` is of the wrong kind")
            .at(base.place, format!("expected the name or the path of a scenario in quotes, found {found}")),
    );
    None
}

/// A path that a source names, relative to where the source lies; what comes through a pipe lies in the current folder.
fn beside(source: &Source, path: &str) -> String {
    let file = Path::new(&source.name);
    let is_pipe = ["/dev", "/proc"].iter().any(|folder| file.starts_with(folder));
    let folder = file.parent().filter(|_| !is_pipe).unwrap_or(Path::new(""));
    folder.join(path).to_string_lossy().into_owned()
}

/// The source under this one.
fn next(
    source: &Source,
    base: Option<(String, Place)>,
    seen: &[(bool, PathBuf)],
    read: &Read<'_>,
    problems: &mut Vec<Problem>,
) -> Option<Source> {
    // A base that cannot be had is one problem; over the baseline the rest can still be checked.
    let fallback =
        |name: &str| Source::embedded(name).ok().filter(|source| !seen.contains(&source.identity()));
    let Some((name, place)) = base else {
        if source.is_file {
            return fallback(BASELINE).or_else(|| fallback(ASSUMPTIONS));
        }
        return match source.name.as_str() {
            ASSUMPTIONS => None,
            BASELINE => fallback(ASSUMPTIONS),
            _ => fallback(BASELINE),
        };
    };
    let found = if embedded(&name).is_some() {
        Source::embedded(&name).map_err(|_| Problem::titled("no such base"))
    } else if is_path(&name) {
        let path = beside(source, &name);
        match read(&path) {
            Ok(text) => Ok(Source::file(path, text)),
            Err(why) => Err(Problem::titled(format!("cannot read the base `{name}`"))
                .at(place.clone(), why)
                .help("paths of bases are relative to the file that names them")),
        }
    } else {
        Err(Problem::titled(format!("unknown base `{name}`"))
            .at(place.clone(), "no embedded scenario has this name")
            .help(no_such_name(&name)))
    };
    match found {
        Ok(base) if seen.contains(&base.identity()) => {
            problems.push(
                Problem::titled("the bases go in a circle")
                    .at(place, format!("{} lies already above this file", base.name))
                    .help("leave `base` out where the chain should end: such a file lies over `baseline`"),
            );
        }
        Ok(_) if seen.len() >= MOST_LAYERS => {
            problems.push(
                Problem::titled(format!("more than {MOST_LAYERS} bases lie over each other"))
                    .at(place, "this one is too many"),
            );
        }
        Ok(base) => return Some(base),
        Err(problem) => problems.push(problem),
    }
    fallback(BASELINE).or_else(|| fallback(ASSUMPTIONS))
}

/// Lays a value of this shape over another.
fn merge(under: &mut Node, over: Node, shape: Option<&Shape>, path: &mut Vec<String>) {
    let is_mix = path.len() == 2 && path[0] == "fleet" && path[1] == "models";
    let is_choice = shape.is_some_and(Shape::is_choice);
    match (&mut under.value, over.value) {
        (Value::Table(below), Value::Table(above))
            if !is_mix && (!is_choice || below.keys().eq(above.keys())) =>
        {
            for (key, node) in above {
                let shape = shape.and_then(|shape| shape.under(&key));
                path.push(key.clone());
                match below.get_mut(&key) {
                    Some(below) => merge(below, node, shape, path),
                    None => {
                        below.insert(key, node);
                    }
                }
                path.pop();
            }
        }
        (_, value) => under.value = value,
    }
    under.place = over.place;
    under.key = over.key;
}

/// Applies one `KEY=VALUE` to a tree of this shape.
pub(super) fn apply(tree: &mut Node, shape: &Shape, set: &str, number: usize) -> Result<(), Problem> {
    let whole = Place::new(number, 0..set.len());
    let usage = "write e.g. `--set fleet.electric=2000`";
    let bad = |words: &str| {
        Problem::titled(format!("cannot use `--set {set}`")).at(whole.clone(), words).help(usage)
    };
    let steps = segments(set).ok_or_else(|| bad("there is no equals sign"))?;
    let (steps, after) = steps;
    if steps.iter().any(String::is_empty) {
        return Err(bad("a part of the key is empty"));
    }
    if steps.len() > MOST_LAYERS {
        return Err(bad("the key has too many parts"));
    }
    let key = Place::new(number, 0..after - 1);
    let text = set[after..].trim();
    let offset = after + (set[after..].len() - set[after..].trim_start().len());
    let mut value = match DeValue::parse(text) {
        Ok(value) => Node::from_toml(value.get_ref(), value.span(), number, offset),
        Err(_) => Node {
            value: Value::Text(text.to_string()),
            place: Place::new(number, offset..offset + text.len()),
            key: None,
        },
    };
    value.key = Some(key.clone());
    if steps.len() == 1 && steps[0] == "base" {
        return Err(bad("`base` belongs to a file").help("give the scenario to run as an argument"));
    }
    put(tree, shape, steps, &key, value).map_err(|fault| match fault {
        Misplaced::Nowhere => bad("the key leads nowhere"),
        Misplaced::Index(problem) => problem,
    })
}

/// Why a value has no place in a tree.
pub(super) enum Misplaced {
    /// A part of the key lies inside a plain value.
    Nowhere,
    /// A part of the key is no index of an array.
    Index(Problem),
}

/// Lays a value over what stands in a tree of this shape under this key, which is written at `key`.
pub(super) fn put(
    tree: &mut Node,
    shape: &Shape,
    steps: Vec<String>,
    key: &Place,
    value: Node,
) -> Result<(), Misplaced> {
    let mut node = tree;
    let mut shape = Some(shape);
    let mut path: Vec<Step> = Vec::new();
    for step in steps {
        let is_choice = shape.is_some_and(Shape::is_choice);
        let stays = match &node.value {
            Value::Table(table) => !is_choice || table.contains_key(&step),
            value => matches!(value, Value::Array(_)),
        };
        if !stays {
            *node = Node { key: node.key.clone(), ..Node::table(key.clone()) };
        }
        node = match &mut node.value {
            Value::Array(items) => {
                let index = index(&step, items.len(), &path, key).map_err(Misplaced::Index)?;
                path.push(Step::Index(index));
                shape = shape.and_then(|shape| shape.at(&path[path.len() - 1..]));
                &mut items[index]
            }
            Value::Table(table) => {
                path.push(Step::Key(step.clone()));
                shape = shape.and_then(|shape| shape.under(&step));
                let new = || Node { key: Some(key.clone()), ..Node::table(key.clone()) };
                table.entry(step).or_insert_with(new)
            }
            _ => return Err(Misplaced::Nowhere),
        };
    }
    let mut path = path.iter().map(|step| super::tree::dotted(std::slice::from_ref(step))).collect();
    merge(node, value, shape, &mut path);
    Ok(())
}

/// The index that a part of a key means in an array of this length.
fn index(step: &str, length: usize, path: &[Step], key: &Place) -> Result<usize, Problem> {
    step.parse().ok().filter(|index| *index < length).ok_or_else(|| {
        Problem::titled(format!("`{}` has no element `{step}`", super::tree::dotted(path)))
            .at(key.clone(), "no such element")
            .help(match length {
                0 => "it is empty".to_string(),
                1 => "its only element is 0".to_string(),
                _ => format!("its elements are 0 to {}", length - 1),
            })
    })
}

/// The parts of a dotted key, which may stand in quotes, and where the value begins.
pub(super) fn segments(set: &str) -> Option<(Vec<String>, usize)> {
    let mut parts = vec![String::new()];
    let mut quote = None;
    for (at, letter) in set.char_indices() {
        let part = parts.last_mut()?;
        match (quote, letter) {
            (Some(open), _) if open == letter => quote = None,
            (None, '"' | '\'') => quote = Some(letter),
            (None, '.') => parts.push(String::new()),
            (None, '=') => {
                return Some((parts.iter().map(|part| part.trim().to_string()).collect(), at + 1));
            }
            _ => part.push(letter),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layered(under: &str, over: &str, sets: &[&str]) -> String {
        let tree = |text: &str| parse(&Source::file("f", text), 0).expect("the test's TOML is valid");
        let mut merged = tree(under);
        if !over.is_empty() {
            merge(&mut merged, tree(over), Some(&SCENARIO), &mut Vec::new());
        }
        for set in sets {
            apply(&mut merged, &SCENARIO, set, 1).expect("the test's sets are valid");
        }
        shown(&merged)
    }

    fn shown(node: &Node) -> String {
        let join = |parts: Vec<String>| parts.join(" ");
        match &node.value {
            Value::Table(table) => {
                let parts = table.iter().map(|(key, node)| format!("{key}={}", shown(node))).collect();
                format!("{{{}}}", join(parts))
            }
            Value::Array(items) => format!("[{}]", join(items.iter().map(shown).collect())),
            Value::Integer(integer) => integer.to_string(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn tables_are_merged_and_arrays_replaced() {
        assert_eq!(layered("a = { b = 1, c = [1, 2] }", "a.c = [3]", &[]), "{a={b=1 c=[3]}}");
    }

    #[test]
    fn a_span_replaces_a_span_in_another_unit() {
        assert_eq!(
            layered("time.warm_up = { days = 1 }", "time.warm_up = { hours = 5 }", &[]),
            "{time={warm_up={hours=5}}}"
        );
        assert_eq!(
            layered("time.warm_up = { days = 1 }", "", &["time.warm_up.hours=5"]),
            "{time={warm_up={hours=5}}}"
        );
    }

    #[test]
    fn a_law_keeps_its_other_parameters_only_under_the_same_name() {
        let weibull = "charging.patience = { weibull = { mean = 25, shape = 2 } }";
        let set = |set| layered(weibull, "", &[set]);
        assert_eq!(
            set("charging.patience.weibull.shape=3"),
            "{charging={patience={weibull={mean=25 shape=3}}}}"
        );
        assert_eq!(
            set("charging.patience.constant.minutes=3"),
            "{charging={patience={constant={minutes=3}}}}"
        );
    }

    #[test]
    fn a_mix_of_models_is_replaced_whole_by_a_file_and_changed_in_part_by_a_set() {
        let mix = "fleet.models = { A = 1, B = 1 }";
        assert_eq!(layered(mix, "fleet.models = { C = 1 }", &[]), "{fleet={models={C=1}}}");
        assert_eq!(layered(mix, "", &["fleet.models.A=2"]), "{fleet={models={A=2 B=1}}}");
    }

    #[test]
    fn a_set_reaches_into_arrays_and_quoted_keys() {
        let under = "s = [{ w = [{ r = 1 }] }]\n[m]\n\"A.1 x\" = 1";
        assert_eq!(layered(under, "", &["s.0.w.0.r=3", "m.\"A.1 x\" = 2"]), "{m={A.1 x=2} s=[{w=[{r=3}]}]}");
    }
}
