//! What fails: `[network.faults]` and `[[network.outages]]`.

use super::{Law, Span};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `network.faults`: of every plug, also of a queue alone.
///
/// While no plug that fits works, drivers of the city's cars do not wait: they are refused, or leave the queue. Visitors of
/// `walk_ins` have no other station and wait for the repair, as in an outage. A session that is cut short is served with
/// what it gave; one that gave nothing has failed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Faults {
    /// Mean time that a plug works between faults; exponential.
    pub mean_up_h: f64,
    /// From a fault to the plug's working again.
    pub repair: Law,
}

/// `[[network.outages]]`: all plugs of a station are out of use. Who arrives or waits meanwhile does as with `faults`.
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
