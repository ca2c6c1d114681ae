//! `zaryad scenarios`: what can be run without any file.

use super::{Failure, files, print, width};
use crate::report;
use crate::scenario::{EMBEDDED, Embedded, SWEEPS, embedded};

/// Lists the embedded scenarios and sweeps, or prints the one with this name.
pub(super) fn scenarios(name: Option<&str>) -> Result<(), Failure> {
    if let Some(name) = name {
        let sweep = || SWEEPS.iter().find(|sweep| sweep.name == name).copied();
        let scenario = embedded(name).or_else(sweep).ok_or_else(|| files::no_scenario(name))?;
        return print(scenario.text);
    }
    let widest = EMBEDDED.iter().chain(SWEEPS).map(|scenario| scenario.name.len()).max().unwrap_or(0);
    let room = width().saturating_sub(widest + 2);
    let line = |scenario: &Embedded| {
        let question =
            report::wrapped(&scenario.question(), room).replace('\n', &format!("\n{:1$}", "", widest + 2));
        format!("{:widest$}  {question}\n", scenario.name)
    };
    let list = |all: &[Embedded]| all.iter().map(line).collect::<String>();
    print(&format!("{}\nSweeps, for `zaryad sweep`:\n{}", list(EMBEDDED), list(SWEEPS)))
}
