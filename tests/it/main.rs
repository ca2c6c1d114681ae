//! All integration tests, in one binary.
#![allow(
    clippy::disallowed_methods,
    reason = "tests read the house and run the program in folders of their own"
)]

mod cases;
mod choices;
mod cli;
mod compare;
mod errors;
mod fuzz;
mod laws;
mod levers;
mod page;
mod results;
mod schema;
mod shipped;
mod specs;
mod stage;
mod sweeps;
mod theory;
mod tidy;
mod trust;
