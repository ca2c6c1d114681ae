//! `zaryad about`: the version, the commit, and whose data the program holds.

use super::{Failure, print};

const ATTRIBUTION: &str = "\
Roads and districts: © OpenStreetMap contributors, Open Database License (ODbL) 1.0.
Charging stations: Open Charge Map, CC BY 4.0.
Charging curves: chargeprice/open-ev-data, MIT License.
Other tables name their sources line by line; assumptions are marked as such.
";

/// Prints it.
pub(super) fn about() -> Result<(), Failure> {
    let (version, commit) = (env!("CARGO_PKG_VERSION"), env!("ZARYAD_COMMIT"));
    print(&format!("zaryad {version} (commit {commit})\n\n{ATTRIBUTION}"))
}
