//! What needs many runs.

use std::sync::atomic::AtomicU64;

/// How far all replications together have come; runs add to it, the terminal reads it.
#[derive(Debug, Default)]
pub struct Progress {
    /// Simulated milliseconds.
    pub simulated_ms: AtomicU64,
    /// Events handled.
    pub events: AtomicU64,
}
