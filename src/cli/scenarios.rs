//! `zaryad scenarios`: what can be run without any file.

use super::{Failure, files, print};
use crate::scenario::{EMBEDDED, embedded};

/// Lists the embedded scenarios, or prints the one with this name.
pub(super) fn scenarios(name: Option<&str>) -> Result<(), Failure> {
    if let Some(name) = name {
        let scenario = embedded(name).ok_or_else(|| files::no_scenario(name))?;
        return print(scenario.text);
    }
    let widest = EMBEDDED.iter().map(|scenario| scenario.name.len()).max().unwrap_or(0);
    let line = |scenario: &crate::scenario::Embedded| {
        format!("{:widest$}  {}\n", scenario.name, scenario.question())
    };
    print(&EMBEDDED.iter().map(line).collect::<String>())
}
