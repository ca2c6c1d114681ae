//! Reading a results folder, with a sentence for everything that can be wrong with one.

use super::wrong::Wrong;
use super::{Failure, files};
use crate::report::{PAGE_FILES, Shown};
use crate::results::{MANIFEST, REPLICATIONS, SavedProblem, SavedRun, WAITS, changed, counted};
use crate::scenario::{Problem, Report, Source, embedded};
use std::collections::BTreeMap;
use std::path::Path;

/// At most so many problems of a folder are told: what follows the first few is often their echo.
const MOST_TOLD: usize = 10;

/// The run whose results are in a folder.
pub(super) fn run(folder: &Path) -> Result<SavedRun, Failure> {
    let texts = texts(folder, &[MANIFEST, REPLICATIONS, WAITS])?;
    let read = SavedRun::read(&texts[MANIFEST], &texts[REPLICATIONS], &texts[WAITS]);
    as_written(folder, &texts, read)
}

/// The run whose results are in a folder, with what pages show of it.
pub(super) fn shown(folder: &Path) -> Result<(SavedRun, Shown), Failure> {
    let texts = texts(folder, &PAGE_FILES)?;
    as_written(folder, &texts, Shown::read(&texts))
}

/// What was read from the texts of a folder, if nothing is wrong with them and nobody has changed them.
pub(super) fn as_written<T>(
    folder: &Path,
    texts: &BTreeMap<String, String>,
    read: Result<T, Vec<SavedProblem>>,
) -> Result<T, Failure> {
    let read = read.and_then(|read| {
        let changed = changed(texts);
        if changed.is_empty() { Ok(read) } else { Err(changed) }
    });
    read.map_err(|problems| report(folder, &problems).into())
}

/// The texts of some files of a results folder by their names, or all that cannot be read.
pub(super) fn texts(folder: &Path, files: &[&str]) -> Result<BTreeMap<String, String>, Failure> {
    let mut texts = BTreeMap::new();
    let mut wrong = Wrong::default();
    for file in files {
        match text(folder, file) {
            // A folder that is none lacks every file: once is enough.
            Err(failure) if !folder.is_dir() => return Err(failure),
            read => texts.extend(wrong.keep(read)?.map(|text| ((*file).to_owned(), text))),
        }
    }
    wrong.finish(Some(texts))
}

/// The text of one file of a results folder.
fn text(folder: &Path, file: &str) -> Result<String, Failure> {
    let name = folder.display();
    match std::fs::metadata(folder) {
        Ok(about) if !about.is_dir() => {
            let help = "give the folder that `zaryad run --out` wrote, not a file of it";
            return Err(Failure::input(format!("{name} is a file"), help));
        }
        Err(error) if files::is_missing(&error) => {
            let help = made_by(folder);
            let help = help.unwrap_or_else(|| "give a folder that `zaryad run --out` wrote".to_owned());
            return Err(Failure::input(format!("there is no folder {name}"), help));
        }
        // What else cannot be asked of the folder cannot be asked of its files.
        _ => {}
    }
    let help = "only a whole results folder can be read: give one that `zaryad run --out` wrote";
    files::text_of(&folder.join(file), files::MOST_TABLE_BYTES, help)
}

/// The command that makes a folder that is not there, where its name is that of a scenario or a sweep.
pub(super) fn made_by(folder: &Path) -> Option<String> {
    let name = folder.to_string_lossy();
    if embedded(&name).is_some() {
        return Some(format!("`{name}` is a scenario: `zaryad run {name} --out {name}` makes its folder"));
    }
    let sweep = Source::embedded_sweep(&name).is_some();
    sweep.then(|| format!("`{name}` is a sweep: `zaryad sweep {name}` makes its folder, {name}.sweep"))
}

/// What is wrong with the files of a folder, for people.
fn report(folder: &Path, problems: &[SavedProblem]) -> Report {
    let told = problems.iter().take(MOST_TOLD).map(|problem| {
        let file = folder.join(&problem.file);
        let line = problem.line.map(|line| format!(", line {line}")).unwrap_or_default();
        Problem::titled(format!("{}{line}: {}", file.display(), problem.what)).help(problem.remedy.clone())
    });
    let mut told: Vec<Problem> = told.collect();
    if problems.len() > MOST_TOLD {
        told.push(Problem::titled(format!(
            "{}: {}",
            folder.display(),
            counted(&(problems.len() - MOST_TOLD).to_string(), "more problem")
        )));
    }
    Report { texts: Vec::new(), problems: told }
}
