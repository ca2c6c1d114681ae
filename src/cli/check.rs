//! `zaryad check`: every problem of every file, or nothing to say.

use super::{CheckArguments, Failure, files, print};
use crate::data::Data;
use crate::scenario::show;
use std::fmt::Write;

/// Checks all files; with `--show`, prints what they resolve to.
pub(super) fn check(arguments: &CheckArguments) -> Result<(), Failure> {
    let data = Data::embedded();
    let mut reports = Vec::new();
    let mut out = String::new();
    for (number, file) in arguments.files.iter().enumerate() {
        let scenario = files::scenario(file, &arguments.sets, &data);
        // The tables that it names are wrong where they are, and not in the scenario.
        let whole = scenario.and_then(|scenario| files::tables(&scenario, data.clone()).map(|_| scenario));
        match whole {
            Ok(scenario) if arguments.show => {
                if number > 0 {
                    out.push('\n');
                }
                if arguments.files.len() > 1 {
                    // Writing to a string cannot fail.
                    let _ = writeln!(out, "# {}", file.display());
                }
                out.push_str(&show(&scenario));
            }
            Ok(_) => {
                let _ = writeln!(out, "{}: no problems", file.display());
            }
            Err(Failure::Input(more)) => reports.extend(more),
            Err(failure @ Failure::Machine(_)) => return Err(failure),
        }
    }
    print(&out)?;
    if reports.is_empty() { Ok(()) } else { Err(Failure::Input(reports)) }
}
