//! The keys of a sweep file, as written.

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

/// How points are laid along the axes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::scenario) enum Scale {
    /// Equal differences.
    #[default]
    Linear,
    /// Equal ratios.
    Log,
}

/// The keys that belong to the plan and not to the scenario.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::scenario) struct Raw {
    #[serde(default)]
    pub(in crate::scenario) design: Design,
    pub(in crate::scenario) replications: Option<u32>,
    pub(in crate::scenario) until: Option<Until>,
    #[serde(default)]
    pub(in crate::scenario) axes: Vec<RawAxis>,
}

/// `[[axes]]`: `key` with `values`, or `key` with `from` and `to`, or `scenarios`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::scenario) struct RawAxis {
    pub(in crate::scenario) key: Option<String>,
    pub(in crate::scenario) values: Option<Vec<IgnoredAny>>,
    pub(in crate::scenario) from: Option<f64>,
    pub(in crate::scenario) to: Option<f64>,
    pub(in crate::scenario) steps: Option<u32>,
    pub(in crate::scenario) scale: Option<Scale>,
    pub(in crate::scenario) scenarios: Option<Vec<String>>,
}
