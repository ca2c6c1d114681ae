//! Sweeps: many points, each with its replications, run in parallel and saved one run at a time.

mod plan;
mod run;
mod runner;
mod saved;

pub use plan::{Extra, Plan, Planning, Rule, Shard};
pub use run::{Broken, Run, Why};
pub use runner::{KnownWays, Pilot, Runner, Running, Tables};
pub use saved::{MOST_REPLICATIONS, Manifest, Swept};
