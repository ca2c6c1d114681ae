//! `[[stations]]`: stations written out one by one, and who visits them.

use super::{Price, Standard};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `[[stations]]`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Station {
    /// Its name, unique in the scenario.
    #[schemars(example = &"Q")]
    pub name: String,
    /// How many plugs.
    #[schemars(example = 2)]
    pub plugs: u32,
    /// Power of each plug; needed where cars charge by energy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plug_kw: Option<f64>,
    /// Power of the one cabinet that its plugs share; left out, each plug has its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cabinet_kw: Option<f64>,
    /// Standards of the plugs, given out in turn; left out, every car fits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standards: Option<Vec<Standard>>,
    /// What it asks; left out, the price of `tariff`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_kzt_per_kwh: Option<Price>,
    /// Longitude and latitude; left out, a queue alone that no taxi can reach.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<LonLat>,
    /// Who is served first.
    #[serde(default)]
    pub queue: Discipline,
    /// Places to wait; left out, no limit; 0 is a loss system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<u32>,
    /// Streams of visitors.
    #[serde(default)]
    pub walk_ins: Vec<WalkIns>,
}

/// A place in degrees.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "longitude and latitude")]
pub struct LonLat {
    #[schemars(example = 76.93)]
    pub lon: f64,
    #[schemars(example = 43.24)]
    pub lat: f64,
}

/// `stations.queue`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Discipline {
    /// First come, first served.
    #[default]
    Fifo,
    /// Lower class first, no pre-emption; first come, first served within a class.
    Priority,
}

/// `[[stations.walk_ins]]`
///
/// Visitors arrive either at a rate, from a source without end (`per_hour`), or as so many cars that leave and come
/// back (`cars` and `away`). They come either for a time (`stay`) or for energy (`energy`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WalkIns {
    /// Rate of the Poisson arrivals.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per_hour: Option<f64>,
    /// How many cars come again and again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cars: Option<u32>,
    /// How long each of them is away between its visits, and before its first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub away: Option<Law>,
    /// Priority class: lower goes first.
    #[serde(default)]
    pub class: u32,
    /// How long a plug is held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stay: Option<Law>,
    /// How much energy is charged, at whatever power the plug gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub energy: Option<EnergyLaw>,
    /// How long a visitor waits for a plug; left out, for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patience: Option<Law>,
}

/// A law of spans of time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[expect(missing_docs, reason = "parameters are named in full")]
pub enum Law {
    /// Always the same.
    Constant {
        #[schemars(example = 30.0)]
        minutes: f64,
    },
    /// Without memory.
    Exponential {
        #[schemars(example = 30.0)]
        mean_minutes: f64,
    },
    /// A sum of equal exponential stages.
    Erlang {
        #[schemars(example = 4)]
        stages: u32,
        #[schemars(example = 30.0)]
        mean_minutes: f64,
    },
    /// Lognormal; `cv` is standard deviation over mean.
    Lognormal {
        #[schemars(example = 30.0)]
        mean_minutes: f64,
        #[schemars(example = 2.0)]
        cv: f64,
    },
    /// Two exponential branches with balanced means; `cv` is at least 1.
    Hyperexponential {
        #[schemars(example = 30.0)]
        mean_minutes: f64,
        #[schemars(example = 2.0)]
        cv: f64,
    },
    /// Weibull; hazard rises with time where `shape` exceeds 1.
    Weibull {
        #[schemars(example = 30.0)]
        mean_minutes: f64,
        #[schemars(example = 2.0)]
        shape: f64,
    },
}

impl Law {
    /// Its mean.
    pub fn mean_minutes(&self) -> f64 {
        match *self {
            Self::Constant { minutes } => minutes,
            Self::Exponential { mean_minutes }
            | Self::Erlang { mean_minutes, .. }
            | Self::Lognormal { mean_minutes, .. }
            | Self::Hyperexponential { mean_minutes, .. }
            | Self::Weibull { mean_minutes, .. } => mean_minutes,
        }
    }
}

/// A law of amounts of energy.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[expect(missing_docs, reason = "parameters are named in full")]
pub enum EnergyLaw {
    /// Always the same.
    Constant {
        #[schemars(example = 30.0)]
        kwh: f64,
    },
    /// Without memory.
    Exponential {
        #[schemars(example = 30.0)]
        mean_kwh: f64,
    },
    /// Lognormal; `cv` is standard deviation over mean.
    Lognormal {
        #[schemars(example = 30.0)]
        mean_kwh: f64,
        #[schemars(example = 2.0)]
        cv: f64,
    },
    /// Two exponential branches with balanced means; `cv` is at least 1.
    Hyperexponential {
        #[schemars(example = 30.0)]
        mean_kwh: f64,
        #[schemars(example = 2.0)]
        cv: f64,
    },
}

impl EnergyLaw {
    /// Its mean.
    pub fn mean_kwh(&self) -> f64 {
        match *self {
            Self::Constant { kwh } => kwh,
            Self::Exponential { mean_kwh }
            | Self::Lognormal { mean_kwh, .. }
            | Self::Hyperexponential { mean_kwh, .. } => mean_kwh,
        }
    }
}
