//! Zaryad, a charging-network simulator: electric, petrol and LPG taxis work the streets of Almaty and queue
//! for plugs.
//!
//! A run is a chain of pure functions. Each stage has one input and one output and knows nothing of later
//! stages; only [`cli`] touches files, terminal, clock and environment.
//!
//! ```text
//!  .toml ─▶ Scenario ─┐
//!                     ├─ compile(seed) ─▶ World ─ run ─▶ observations ─▶ Results ─▶ report
//!  .csv  ─▶ Data ─────┘
//! ```
//!
//! The same engine runs a city and a queue alone. A queue with a known answer is how it is held against theory:
//! ten plugs at nine tenths of load, for which Erlang's formula C gives a mean wait of 20.06 minutes.
//!
//! ```
//! use zaryad::data::Data;
//! use zaryad::study::{Progress, replicate, resolve_text};
//!
//! let queue = r#"
//!     name = "m-m-10"
//!     time = { warm_up = { hours = 200 }, horizon = { hours = 4000 }, replications = 8, seed = 1 }
//!     demand = { rides_per_day = 0 }
//!     fleet = { taxis = 0, electric = 0 }
//!     network = { existing = 0, planned = { plots = 0 } }
//!
//!     [[stations]]
//!     name = "Q"
//!     plugs = 10
//!
//!     [[stations.walk_ins]]
//!     per_hour = 18
//!     stay = { exponential = { mean_minutes = 30 } }
//! "#;
//! let data = Data::embedded();
//! let scenario = resolve_text(queue, &[], &data).expect("the scenario is right");
//! let results = replicate(&scenario, &data, &Progress::default()).expect("the run comes to its end");
//! let wait = results.city.get("charging.wait_s.mean").expect("somebody was served");
//!
//! // Erlang B by its recursion, then Erlang C, then the mean wait: C / (plugs / stay − rate).
//! let (plugs, load, spare_per_hour) = (10, 9.0, 20.0 - 18.0);
//! let blocked = (1..=plugs).fold(1.0, |b, k| load * b / (f64::from(k) + load * b));
//! let waits = blocked / (1.0 - 0.9 * (1.0 - blocked));
//! let theory = waits / spare_per_hour * 3_600.0;
//!
//! assert!((theory / 60.0 - 20.06).abs() < 0.01);
//! assert!((wait.mean / theory - 1.0).abs() < 0.15, "{} is far from {theory}", wait.mean);
//! ```

// In the order of the house: a module knows only modules of groups above its own, or beside it.

// Values, and what is computed from them alone.
pub mod geo;
pub mod ids;
pub mod rng;
pub mod stats;
pub mod units;

// What a modeller may say, and what the tables know.
pub mod data;
pub mod scenario;

// What the engine may assume.
pub mod world;

// What happens, and the words for it.
pub mod observe;
pub mod printable;
pub mod sim;

// What was measured.
pub mod results;

// What needs many runs.
pub mod study;

// Results for people.
pub mod report;

// The edge: files, terminal, clock, environment.
pub mod cli;
