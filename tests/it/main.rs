//! All integration tests, in one binary.

mod cli;
mod errors;
mod results;
mod shipped;
