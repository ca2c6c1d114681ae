//! Zaryad, a charging-network simulator.

pub mod cli;
pub mod data;
pub mod geo;
pub mod ids;
pub mod observe;
pub mod report;
pub mod results;
pub mod rng;
pub mod scenario;
pub mod sim;
pub mod stats;
pub mod study;
pub mod units;
pub mod world;
