//! `zaryad check`: every problem of every file, or nothing to say.

use super::wrong::Wrong;
use super::{CheckArguments, Failure, files, print};
use crate::data::Data;
use crate::printable;
use crate::scenario::{Scenario, show};
use std::fmt::Write;
use std::path::Path;

/// Checks all files; with `--show`, prints what they resolve to, of a sweep its first point.
pub(super) fn check(arguments: &CheckArguments) -> Result<(), Failure> {
    let sets = files::settings(&arguments.sets, [("", "", None); 2])?;
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
    if files::is_sweep(file)? {
        let plan = files::plan(file, sets, data)?;
        files::tables_of(&plan, data)?;
        return Ok((plan.base, Some(plan.points.len())));
    }
    let scenario = files::scenario(file, sets, data)?;
    files::tables(&scenario, data.clone())?;
    Ok((scenario, None))
}
