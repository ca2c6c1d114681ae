//! The keys of a sweep file, as written.

use schemars::JsonSchema;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

/// How points are laid along the axes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Design {
    /// Every value of each axis with every value of the others, the last axis fastest.
    #[default]
    Grid,
    /// The first values of all axes together, then the second, and so on.
    Zip,
    /// Points that take each of `points` equal parts of every axis once.
    LatinHypercube {
        /// How many points.
        points: u32,
    },
    /// Points of a scrambled Sobol sequence, which fills the space of the axes evenly.
    Sobol {
        /// How many points; best a power of two.
        points: u32,
    },
    /// Two Sobol samples and their mixtures, from which indices of sensitivity follow.
    Saltelli {
        /// How many points each sample has; the design has two more points for each sample than there are axes.
        samples: u32,
    },
    /// The base, and for each axis the base with only that axis changed.
    OneAtATime,
}

/// `until`: replications are added until an interval is narrow enough.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Until {
    /// Whose interval.
    pub metric: String,
    /// Half of the 95 % interval's width as a share of the true mean.
    pub relative_half_width: f64,
    /// No point gets fewer replications, unless `at_most` is less.
    #[serde(default = "at_least")]
    pub at_least: u32,
    /// No point gets more replications.
    pub at_most: u32,
}

/// Student intervals of fewer values are unsteady (Law, Simulation Modeling and Analysis, 5th ed., 9.4.1).
fn at_least() -> u32 {
    10
}

/// How a range is divided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::scenario) enum Scale {
    /// Equal differences.
    #[default]
    Linear,
    /// Equal ratios.
    Log,
}

/// The keys that belong to the plan and not to the scenario.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::scenario) struct Raw {
    /// How points are laid along the axes.
    #[serde(default)]
    pub(in crate::scenario) design: Design,
    /// How many replications each point has; left out, `time.replications`.
    pub(in crate::scenario) replications: Option<u32>,
    /// Instead of a number of replications: how narrow an interval has to be.
    pub(in crate::scenario) until: Option<Until>,
    /// What differs between the points.
    #[serde(default)]
    pub(in crate::scenario) axes: Vec<RawAxis>,
}

/// `[[axes]]`: `key` with `values`, or `key` with `from` and `to`, or `scenarios`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::scenario) struct RawAxis {
    /// The key of a scenario, such as `fleet.electric`.
    pub(in crate::scenario) key: Option<String>,
    /// The values it takes.
    #[schemars(with = "Option<Vec<serde_json::Value>>")]
    pub(in crate::scenario) values: Option<Vec<IgnoredAny>>,
    /// The least value of a range.
    pub(in crate::scenario) from: Option<f64>,
    /// The greatest value of a range.
    pub(in crate::scenario) to: Option<f64>,
    /// Into how many values a range is divided, both ends among them.
    pub(in crate::scenario) steps: Option<u32>,
    /// How a range is divided.
    pub(in crate::scenario) scale: Option<Scale>,
    /// Instead of a key: whole scenarios, by name or path.
    pub(in crate::scenario) scenarios: Option<Vec<String>>,
}
