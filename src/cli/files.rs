//! Reading scenario files, with a sentence for everything that can be wrong with a file.

use super::Failure;
use crate::data::{Data, Table, TableError};
use crate::results::counted;
use crate::scenario::{
    self, EMBEDDED, Problem, Report, RoadFiles, SWEEPS, Scenario, Source, embedded, is_path, nearest,
};
use crate::study::{Manifest, Plan, Planning, Tables, resolve_with_notes, roads};
use std::collections::BTreeSet;
use std::io::{ErrorKind, Read};
use std::path::Path;

/// Larger files are refused before they are read: a scenario is written by hand.
const MOST_BYTES: u64 = 16 * 1024 * 1024;
/// The same of a table: the streets of a large city are some megabytes.
pub(super) const MOST_TABLE_BYTES: u64 = 256 * 1024 * 1024;

/// The argument that means standard input.
pub(super) const STDIN: &str = "-";

/// Loads a scenario, with notes on it.
pub(super) fn scenario(source: Source, sets: &[String], data: &Data) -> Result<(Scenario, Report), Failure> {
    Ok(resolve_with_notes(source, sets, &base, data)?)
}

/// All that is set on the command line: what `--set` says, and what other options say for it. Each key is set once, so that
/// nothing that was typed is without effect.
pub(super) fn settings(
    typed: &[String],
    options: [(&str, &str, Option<u64>); 2],
) -> Result<Vec<String>, Failure> {
    let mut all = typed.to_vec();
    let mut twice = BTreeSet::new();
    let mut seen = BTreeSet::new();
    for key in typed.iter().filter_map(key_of) {
        if !seen.insert(key) {
            twice.insert(format!("`--set {key}` is given twice"));
        }
    }
    for (option, key, value) in options {
        let Some(value) = value else { continue };
        if seen.contains(key) {
            twice.insert(format!("`{option}` and `--set {key}` set the same key"));
        }
        all.push(format!("{key}={value}"));
    }
    if twice.is_empty() {
        return Ok(all);
    }
    let problem = |title: String| Problem::titled(title).help("leave one out");
    Err(Report { texts: Vec::new(), problems: twice.into_iter().map(problem).collect() }.into())
}

/// The key that `--set` names.
#[expect(clippy::ptr_arg, reason = "it is asked of elements of a list")]
fn key_of(set: &String) -> Option<&str> {
    set.split_once('=').map(|(key, _)| key.trim())
}

/// Lays out a sweep.
pub(super) fn plan(
    source: &Source,
    sets: &[String],
    data: &Data,
    progress: &Planning,
) -> Result<Plan, Failure> {
    Ok(Plan::followed(source, sets, &base, data, progress)?)
}

/// The text of a base. That it cannot be read is a mistake in the file that names it, whatever the reason.
fn base(path: &str) -> Result<String, String> {
    text(Path::new(path)).map_err(|failure| sentence(&failure))
}

/// Lays out a sweep again from what its folder says of it, whatever has become of its files since.
pub(super) fn plan_again(manifest: &Manifest, data: &Data) -> Result<Plan, Failure> {
    let Manifest { file, texts, .. } = manifest;
    let text = texts.get(file).cloned().unwrap_or_default();
    let source = Source::embedded_sweep(file).unwrap_or_else(|| Source::file(file.clone(), text));
    let read =
        |path: &str| texts.get(path).cloned().ok_or_else(|| format!("the folder has no text of {path}"));
    Ok(Plan::new(&source, &manifest.sets, &read, data)?)
}

/// What an argument names, and whether it is a sweep: an embedded scenario or sweep, or else a file.
pub(super) fn either(argument: &Path) -> Result<(Source, bool), Failure> {
    if let Some(sweep) = Source::embedded_sweep(&argument.to_string_lossy()) {
        return Ok((sweep, true));
    }
    let source = source(argument)?;
    let is_sweep = scenario::is_sweep(&source);
    Ok((source, is_sweep))
}

/// The sweep that an argument names: an embedded name, or else a path.
pub(super) fn sweep(argument: &Path) -> Result<Source, Failure> {
    let name = argument.to_string_lossy();
    match Source::embedded_sweep(&name) {
        Some(source) => Ok(source),
        None if is_file(argument) => file(argument),
        None => Err(no_sweep(&name)),
    }
}

/// Wrong input: neither a file nor an embedded sweep.
fn no_sweep(name: &str) -> Failure {
    let help = if embedded(name).is_some() {
        format!("`{name}` is a single scenario: `zaryad run {name}`")
    } else {
        match nearest(name, SWEEPS.iter().map(|sweep| sweep.name)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`zaryad scenarios` lists the embedded ones; a file is given by its path".to_owned(),
        }
    };
    Failure::input(format!("there is no sweep `{name}`"), help)
}

/// The data with the tables that a scenario names read in.
pub(super) fn tables(scenario: &Scenario, data: Data) -> Result<Data, Failure> {
    with_roads(scenario.city.roads.as_ref(), data)
}

/// The data with the tables of each road graph that the points of a sweep name.
pub(super) fn tables_of(plan: &Plan, data: &Data) -> Result<Tables, Failure> {
    plan.roads.iter().map(|roads| Ok((roads.clone(), with_roads(roads.as_ref(), data.clone())?))).collect()
}

/// Notes with those on road graphs: how much of a scenario's demand each does not reach.
pub(super) fn with_roads_noted<'a>(
    mut notes: Report,
    scenario: &Scenario,
    data: impl IntoIterator<Item = &'a Data>,
) -> Report {
    let of_roads = data.into_iter().filter_map(|data| roads(scenario, data));
    notes.problems.extend(of_roads.map(|note| Problem::titled(note.text)));
    notes
}

fn with_roads(files: Option<&RoadFiles>, data: Data) -> Result<Data, Failure> {
    let Some(files) = files else { return Ok(data) };
    let read = |path: &str| {
        let help = "`city.roads` names tables by paths relative to the scenario's file";
        text_of(Path::new(path), MOST_TABLE_BYTES, help)
    };
    let (nodes, edges) = (read(&files.nodes)?, read(&files.edges)?);
    let (nodes, edges) =
        (Table { name: &files.nodes, text: &nodes }, Table { name: &files.edges, text: &edges });
    data.with_graph(nodes, edges).map_err(|error| table_report(&error).into())
}

/// At most so many problems of a table are told: what follows the first few is often their echo.
const MOST_TOLD: usize = 10;

fn table_report(error: &TableError) -> Report {
    let table = &error.table;
    let told = error.problems.iter().take(MOST_TOLD).map(|problem| {
        let title = match problem.line {
            Some(line) => format!("{table}, line {line}: {}", problem.what),
            None => format!("{table}: {}", problem.what),
        };
        Problem::titled(title).help(problem.remedy.clone())
    });
    let mut problems: Vec<Problem> = told.collect();
    if error.problems.len() > MOST_TOLD {
        let more = counted(&(error.problems.len() - MOST_TOLD).to_string(), "more problem");
        problems.push(Problem::titled(format!("{table}: {more}")));
    }
    Report { texts: Vec::new(), problems }
}

/// The scenario that an argument names: an embedded name, or else a path.
///
/// It is read here, and only once: what comes through a pipe is gone afterwards.
pub(super) fn source(argument: &Path) -> Result<Source, Failure> {
    let name = argument.to_string_lossy();
    if embedded(&name).is_some() {
        return Ok(Source::embedded(&name)?);
    }
    if !is_file(argument) {
        return Err(no_scenario(&name));
    }
    file(argument)
}

/// Whether an argument means a file, there or not.
fn is_file(argument: &Path) -> bool {
    argument == Path::new(STDIN) || is_path(&argument.to_string_lossy()) || argument.exists()
}

/// The text of a file, or of standard input.
fn file(argument: &Path) -> Result<Source, Failure> {
    let text = if argument == Path::new(STDIN) {
        let machine = |error| Failure::Machine(format!("cannot read standard input: {error}"));
        text_in(std::io::stdin().lock(), "standard input", MOST_BYTES, machine)?
    } else {
        text(argument)?
    };
    Ok(Source::file(argument.to_string_lossy(), text))
}

/// Wrong input: neither a file nor an embedded scenario.
pub(super) fn no_scenario(name: &str) -> Failure {
    let help = match nearest(name, EMBEDDED.iter().map(|scenario| scenario.name)) {
        _ if Source::embedded_sweep(name).is_some() => format!("`{name}` is a sweep: `zaryad sweep {name}`"),
        Some(near) => format!("did you mean `{near}`?"),
        None => "`zaryad scenarios` lists the embedded ones; a file is given by its path".to_string(),
    };
    Failure::input(format!("there is no scenario `{name}`"), help)
}

/// The text of a scenario's file.
fn text(path: &Path) -> Result<String, Failure> {
    text_of(path, MOST_BYTES, "`zaryad scenarios` lists the embedded scenarios")
}

/// Whether a file could not be there, by what its system says.
pub(super) fn is_missing(error: &std::io::Error) -> bool {
    let kinds =
        [ErrorKind::NotFound, ErrorKind::NotADirectory, ErrorKind::InvalidInput, ErrorKind::InvalidFilename];
    kinds.contains(&error.kind())
}

/// The text of a file of at most so many bytes; `help` is for one that is not there.
pub(super) fn text_of(path: &Path, most_bytes: u64, help: &str) -> Result<String, Failure> {
    let name = path.display();
    let machine = |error: std::io::Error| {
        if is_missing(&error) {
            Failure::input(format!("there is no file {name}"), help)
        } else {
            Failure::Machine(format!("cannot read {name}: {error}"))
        }
    };
    let about = std::fs::metadata(path).map_err(machine)?;
    if about.is_dir() {
        return Err(Failure::input(format!("{name} is a folder"), "give the path of a file in it"));
    }
    if about.len() > most_bytes {
        return Err(too_large(&name.to_string(), most_bytes));
    }
    let file = std::fs::File::open(path).map_err(machine)?;
    text_in(file, &name.to_string(), most_bytes, machine)
}

fn too_large(name: &str, most_bytes: u64) -> Failure {
    Failure::input(format!("{name} is larger than {} MiB", most_bytes >> 20), "is this another file?")
}

/// All that can be read, at most so many bytes: devices and pipes have no length beforehand.
fn text_in(
    from: impl Read,
    name: &str,
    most_bytes: u64,
    machine: impl Fn(std::io::Error) -> Failure,
) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    from.take(most_bytes + 1).read_to_end(&mut bytes).map_err(machine)?;
    if bytes.len() as u64 > most_bytes {
        return Err(too_large(name, most_bytes));
    }
    String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let title = format!("{name} is not UTF-8 text: byte {offset} belongs to no letter");
        Failure::input(title, "save the file with the encoding UTF-8")
    })
}

fn sentence(failure: &Failure) -> String {
    match failure {
        Failure::Input(reports) => {
            let problems = reports.iter().flat_map(|report| &report.problems);
            problems.map(|problem| problem.title.clone()).collect::<Vec<_>>().join("; ")
        }
        Failure::Machine(sentence) | Failure::Incomplete(sentence) | Failure::Breached(sentence) => {
            sentence.clone()
        }
    }
}
