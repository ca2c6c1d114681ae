//! What a modeller may say: scenario files, their layers, and every problem in them.
//!
//! A scenario passes three stages: its layers are merged into one tree of values that remember their places
//! (`layers`, `tree`), the tree is read as a [`Scenario`] (`decode`), and the values are checked for sense
//! (`check`). Each stage notes all problems it finds; none says anything about a value that an earlier one
//! has complained of. [`load`] is all three.

mod bounds;
mod check;
mod decode;
mod embedded;
mod idle;
mod layers;
mod model;
mod problem;
mod schema;
mod shape;
mod show;
mod sweep;
mod tree;

pub use check::Known;
pub use embedded::{ASSUMPTIONS, BASELINE, EMBEDDED, Embedded, SWEEPS, embedded};
pub use layers::{Read, Source, is_path};
pub use model::*;
pub use problem::{Label, Place, Problem, Report, Text, nearest};
pub use schema::{schema, sweep_schema};
pub use show::show;
pub use sweep::{Axis, Design, Replications, Setting, Sweep, Until, is_sweep};

use layers::Layered;
use shape::SCENARIO;

/// Reads a scenario with all its layers and checks it.
///
/// `sets` are the arguments of `--set`, each `KEY=VALUE`; `read` gives the text of a base by its path, which
/// is relative like that of `source`; `known` is what the data tables know.
///
/// # Errors
///
/// Returns every problem of all layers at once, each with its place in the text.
pub fn load(source: Source, sets: &[String], read: &Read<'_>, known: &Known<'_>) -> Result<Scenario, Report> {
    Ok(load_with_notes(source, sets, read, known)?.0)
}

/// As [`load`], with notes on what is right and may yet be meant otherwise, in a report of their own.
///
/// # Errors
///
/// As [`load`].
pub fn load_with_notes(
    source: Source,
    sets: &[String],
    read: &Read<'_>,
    known: &Known<'_>,
) -> Result<(Scenario, Report), Report> {
    if let Some(problem) = sweep::mistaken(&source) {
        return Err(Report { texts: Vec::new(), problems: vec![problem] });
    }
    let layered = layers::merged(source, sets, read, &mut |_| {})?;
    let texts = layered.report.texts.clone();
    let (scenario, problems) = layered.check(known)?;
    Ok((scenario, Report { texts, problems }))
}

impl Layered {
    /// Reads and checks the values; the second are notes.
    fn check(mut self, known: &Known<'_>) -> Result<(Scenario, Vec<Problem>), Report> {
        let Self { tree, report, notes } = &mut self;
        let (scenario, problems) = decode::decode::<Scenario>(tree, &SCENARIO);
        report.problems.extend(problems);
        if report.problems.len() >= decode::MOST_PROBLEMS {
            // Values beyond are stand-ins: what is said about them could be wrong.
            report.problems.push(Problem::titled("there are too many problems to look at all of them"));
        } else if let Some(scenario) = &scenario {
            report.problems.extend(bounds::check(tree));
            report.problems.extend(check::check(scenario, tree, known));
        }
        match scenario {
            Some(scenario) if report.problems.is_empty() => {
                notes.extend(idle::notes(&scenario, tree, &report.texts));
                Ok((scenario, self.notes))
            }
            _ => {
                self.report.sort();
                Err(self.report)
            }
        }
    }
}
