//! All integration tests, in one binary.

mod cli;
mod errors;
mod stage;
mod theory;
