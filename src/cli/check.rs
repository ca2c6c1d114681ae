//! `zaryad check`: every problem of every file, or nothing to say.

use super::wrong::Wrong;
use super::{Bar, CheckArguments, Failure, files, print, tell_notes};
use crate::data::Data;
use crate::printable;
use crate::scenario::{Scenario, show};
use crate::study::Planning;
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

/// Checks all files; with `--show`, prints what they resolve to, of a sweep its first point.
pub(super) fn check(arguments: &CheckArguments) -> Result<(), Failure> {
    let sets = files::settings(&arguments.sets, [("", "", None); 2])?;
    if arguments.files.iter().filter(|file| file.as_os_str() == files::STDIN).count() > 1 {
        return Err(Failure::input(
            "standard input is named twice",
            "it can be read once: leave one `-` out",
        ));
    }
    let data = Data::embedded();
    let mut wrong = Wrong::default();
    let mut out = String::new();
    for (number, file) in arguments.files.iter().enumerate() {
        match wrong.keep(resolved(file, &sets, &data))? {
            Some((scenario, points)) if arguments.show => {
                if number > 0 {
                    out.push('\n');
                }
                if arguments.files.len() > 1 {
                    // Writing to a string cannot fail.
                    let _ = writeln!(out, "# {}", printable::line(&file.to_string_lossy()));
                }
                if let Some(points) = points {
                    let _ = writeln!(out, "# The first point; there are {points} in all.");
                }
                out.push_str(&show(&scenario));
            }
            Some(_) => {
                let _ = writeln!(out, "{}: no problems", printable::line(&file.to_string_lossy()));
            }
            None => {}
        }
    }
    print(&out)?;
    wrong.finish(Some(()))
}

/// A scenario, or the first one of a sweep and how many there are. The tables that they name are read too: they
/// are wrong where they are, and not in the scenario.
fn resolved(file: &Path, sets: &[String], data: &Data) -> Result<(Scenario, Option<usize>), Failure> {
    let (source, is_sweep) = files::either(file)?;
    if is_sweep {
        let planning = Arc::new(Planning::default());
        let plan = {
            let _bar = Bar::of_planning(&planning, true);
            files::plan(&source, sets, data, &planning)?
        };
        let tables = files::tables_of(&plan, data)?;
        tell_notes(&files::with_roads_noted(plan.notes, &plan.base, tables.iter().map(|(_, data)| data)));
        return Ok((plan.base, Some(plan.points.len())));
    }
    let (scenario, notes) = files::scenario(source, sets, data)?;
    let data = files::tables(&scenario, data.clone())?;
    tell_notes(&files::with_roads_noted(notes, &scenario, [&data]));
    Ok((scenario, None))
}
