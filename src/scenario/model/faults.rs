//! What fails: `[network.faults]` and `[[network.outages]]`.

use super::{Law, Span};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `network.faults`: of every plug in the city; a queue alone, whose station has no place, has none.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Faults {
    /// Mean time that a plug works between faults; exponential.
    pub mean_up_h: f64,
    /// From a fault to the plug's working again.
    pub repair: Law,
}

/// `[[network.outages]]`: all plugs of a station are out of use.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Outage {
    /// The station's name.
    pub station: String,
    /// When it begins, from the first midnight.
    pub from: Span,
    /// How long it lasts.
    pub lasting: Span,
}
