//! `zaryad about`: the version, the commit, and whose data the program holds.

use super::{Failure, print, width};
use crate::data::attribution;
use crate::report;
use std::fmt::Write;

/// Prints it.
pub(super) fn about() -> Result<(), Failure> {
    let (version, commit) = (env!("CARGO_PKG_VERSION"), env!("ZARYAD_COMMIT"));
    let mut text = format!("zaryad {version} (commit {commit})\nCode: MIT OR Apache-2.0\n\nData:\n");
    for credit in attribution() {
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "- {}: {}\n  {}, {}\n  {}",
            credit.what, credit.source, credit.licence, credit.licence_link, credit.source_link
        );
    }
    let others = "Other tables name their sources line by line; assumptions are marked as such.";
    print(&format!("{text}{}\n", report::wrapped(others, width())))
}
