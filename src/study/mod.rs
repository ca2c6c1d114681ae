//! What needs many runs: replications in parallel, in an order that does not depend on threads.

mod batch_means;
pub mod choice;
pub mod compare;
pub mod constraint;
pub mod design;
pub mod effect;
pub mod influence;
pub mod rank;
pub mod sensitivity;
mod sweep;
pub mod ties;
mod trust;
mod warm_up;

pub use sweep::{
    Broken, Extra, KnownWays, MOST_REPLICATIONS, Manifest, Pilot, Plan, Planning, Rule, Run, Runner, Running,
    Shard, Swept, Tables, Why,
};
pub use trust::{judge, notes, roads};
pub use warm_up::{Truncation, mser};

use crate::data::Data;
use crate::geo::Point;
use crate::ids::PlugId;
use crate::results::{CITY, Layout, Outcome, Recorder, Results};
use crate::scenario::{Known, Read, Report, Scenario, Source, load, load_with_notes};
use crate::sim::{self, Entity, MOST_AT_ONCE};
use crate::units::Time;
use crate::world::{self, World};
use rayon::prelude::*;
use std::sync::atomic::{AtomicU64, Ordering};

/// How far all replications together have come; runs add to it, the terminal reads it.
#[derive(Debug, Default)]
pub struct Progress {
    /// Simulated milliseconds.
    pub simulated_ms: AtomicU64,
    /// Events handled.
    pub events: AtomicU64,
}

/// Reads and checks a scenario against the data tables: see [`load`].
///
/// # Errors
///
/// Returns every problem of all layers at once, each with its place in the text.
pub fn resolve(source: Source, sets: &[String], read: &Read<'_>, data: &Data) -> Result<Scenario, Report> {
    with_known(data, |known| load(source, sets, read, known))
}

/// As [`resolve`], with notes on what is right and may yet be meant otherwise.
///
/// # Errors
///
/// As [`resolve`].
pub fn resolve_with_notes(
    source: Source,
    sets: &[String],
    read: &Read<'_>,
    data: &Data,
) -> Result<(Scenario, Report), Report> {
    with_known(data, |known| load_with_notes(source, sets, read, known))
}

/// Hands on what the data tables know.
fn with_known<T>(data: &Data, ask: impl FnOnce(&Known<'_>) -> T) -> T {
    let models: Vec<String> = data.cars.iter().map(|car| car.name.clone()).collect();
    let districts: Vec<String> = data.districts.iter().map(|district| district.key.clone()).collect();
    let metrics: Vec<&str> = CITY.iter().map(|metric| metric.name).collect();
    let inside = |lon, lat| data.district_at(Point { lon, lat }).is_some();
    ask(&Known { models: &models, districts: &districts, metrics: &metrics, inside: &inside })
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

/// Runs all replications of a checked scenario, on as many threads as rayon's current pool has.
///
/// Replications are told apart by their random streams alone and are kept in order: the results do not
/// depend on the number of threads. `progress` counts up while they run.
///
/// # Errors
///
/// Of the replications that stood still, the first.
pub fn replicate(scenario: &Scenario, data: &Data, progress: &Progress) -> Result<Results, Standstill> {
    let travel = world::ways(scenario, data);
    let one = |replication: u32| {
        let world = World::compile(scenario, data, &travel, u64::from(replication));
        // Only the first keeps its layout, which is the same in all.
        (
            (replication == 0).then(|| Layout::of(&world)),
            simulate(scenario, &world, replication + 1, progress),
        )
    };
    let (layouts, outcomes): (Vec<Option<Layout>>, Vec<Result<Outcome, Standstill>>) =
        (0..scenario.time.replications).into_par_iter().map(one).unzip();
    let outcomes = outcomes.into_iter().collect::<Result<Vec<Outcome>, Standstill>>()?;
    let layout = layouts.into_iter().flatten().next().unwrap_or_default();
    let mut results = Results::new(scenario.name.clone(), scenario.time.seed, layout, outcomes);
    judge(&mut results);
    results.notes.extend(roads(scenario, data));
    Ok(results)
}

/// A replication that came to a standstill, so that it has no results: see [`sim::Standstill`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the run came to a standstill: {who} acted over {MOST_AT_ONCE} times at {at} in replication {replication} of \
     \"{scenario}\", and would have gone on for ever"
)]
pub struct Standstill {
    /// The scenario's name.
    pub scenario: String,
    /// The number of the replication, from 1.
    pub replication: u32,
    /// Who acted, in words.
    pub who: String,
    /// When.
    pub at: Time,
}

impl Standstill {
    fn of(scenario: &Scenario, world: &World, replication: u32, stands: sim::Standstill) -> Self {
        let plug = |plug: PlugId| {
            let station = &world.stations[world.plugs[plug].station];
            format!("plug {} of station {:?}", plug.0 - station.plugs.start.0 + 1, station.name)
        };
        let who = match stands.entity {
            Entity::Plug(at) => plug(at),
            Entity::Taxi(taxi) => format!("taxi {}", taxi.0 + 1),
            Entity::Fault(at) => format!("the faults of {}", plug(at)),
            Entity::Outage(station) => format!("an outage of station {:?}", world.stations[station].name),
            Entity::Requests => "the passengers who ask for rides".to_owned(),
            Entity::Batches => "matching in batches".to_owned(),
            Entity::Stream(stream) => {
                let station = &world.stations[world.streams[stream].station];
                format!("a stream of walk-ins at station {:?}", station.name)
            }
            Entity::Patience => "the patience of somebody who waits".to_owned(),
        };
        Self { scenario: scenario.name.clone(), replication, who, at: stands.at }
    }
}

/// Runs one replication, counted from 1, of a scenario in its world.
fn simulate(
    scenario: &Scenario,
    world: &World,
    replication: u32,
    progress: &Progress,
) -> Result<Outcome, Standstill> {
    let mut recorder =
        if scenario.output.detail { Recorder::with_detail(world) } else { Recorder::new(world) };
    let mut counted = Time::START;
    let mut beat = |now: Time, events: u64| {
        let since = (now - counted).as_millis().max(0) as u64;
        progress.simulated_ms.fetch_add(since, Ordering::Relaxed);
        progress.events.fetch_add(events, Ordering::Relaxed);
        counted = now;
    };
    let run = sim::run(world, &mut recorder, &mut beat)
        .map_err(|stands| Standstill::of(scenario, world, replication, stands))?;
    Ok(Outcome { events: run.events, ..Outcome::of(world, recorder.finish(world.horizon)) })
}
