//! `zaryad run`: one scenario, from its text to its results.

use super::{Failure, RunArguments, files};
use crate::scenario::Scenario;

/// Loads the scenario, and only when nothing is wrong with it, runs it.
pub(super) fn run(arguments: &RunArguments) -> Result<(), Failure> {
    let mut sets = arguments.sets.clone();
    sets.extend(arguments.seed.map(|seed| format!("time.seed={seed}")));
    sets.extend(arguments.replications.map(|count| format!("time.replications={count}")));
    let scenario = files::scenario(&arguments.scenario, &sets)?;
    execute(&scenario, arguments)
}

/// Simulates, prints and writes.
fn execute(_scenario: &Scenario, _arguments: &RunArguments) -> Result<(), Failure> {
    // The study, its results and the report are wired here.
    Err(Failure::Machine("the simulation is not wired yet".to_string()))
}
