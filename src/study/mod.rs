//! What needs many runs: replications in parallel, in an order that does not depend on threads.

use crate::data::Data;
use crate::geo::Point;
use crate::scenario::{Known, Read, Report, Scenario, Source, load};
use std::sync::atomic::AtomicU64;

/// How far all replications together have come; runs add to it, the terminal reads it.
#[derive(Debug, Default)]
pub struct Progress {
    /// Simulated milliseconds.
    pub simulated_ms: AtomicU64,
    /// Events handled.
    pub events: AtomicU64,
}

/// Reads and checks a scenario against the data tables: see [`load`](crate::scenario::load).
///
/// # Errors
///
/// Returns every problem of all layers at once, each with its place in the text.
pub fn resolve(source: Source, sets: &[String], read: &Read<'_>, data: &Data) -> Result<Scenario, Report> {
    let models: Vec<String> = data.cars.iter().map(|car| car.name.clone()).collect();
    let districts: Vec<String> = data.districts.iter().map(|district| district.key.clone()).collect();
    let inside = |lon, lat| data.district_at(Point { lon, lat }).is_some();
    load(source, sets, read, &Known { models: &models, districts: &districts, inside: &inside })
}

/// A scenario from its text alone, over embedded bases: for tests, benchmarks and programs.
///
/// # Errors
///
/// As [`resolve`]; a base that is a file cannot be read here.
pub fn resolve_text(text: &str, sets: &[String], data: &Data) -> Result<Scenario, Report> {
    let no_files = |path: &str| Err(format!("{path} is a file, and only embedded bases can be read here"));
    resolve(Source::file("scenario.toml", text), sets, &no_files, data)
}
