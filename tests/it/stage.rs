//! From the text of a scenario to its worlds and runs, as the program does it.

use rayon::prelude::*;
use std::sync::{Arc, LazyLock};
use zaryad::data::Data;
use zaryad::ids::{StationId, StreamId};
use zaryad::observe::{Observation, Observer};
use zaryad::results::{self, Metrics, Recorder};
use zaryad::rng::Purpose;
use zaryad::scenario::Scenario;
use zaryad::sim::{self, Outcome};
use zaryad::stats::{Confidence, Interval};
use zaryad::study;
use zaryad::units::{Duration, Time};
use zaryad::world::{FINE, Need, Travel, World, ways};

/// All facts of a run.
pub(crate) type Log = Vec<(Time, Observation)>;

pub(crate) static DATA: LazyLock<Data> = LazyLock::new(Data::embedded);

/// The ways of every scenario here that needs any: none changes a speed, and to find them takes longest.
///
/// They are found by threads of their own: those that run replications may all wait here, and could not help.
static CITY_WAYS: LazyLock<Arc<Travel>> = LazyLock::new(|| {
    let find = || {
        let scenario = scenario("name = \"city\"\nfleet = { taxis = 1, electric = 0 }");
        let threads = rayon::ThreadPoolBuilder::new().build().expect("threads can be started");
        threads.install(|| ways(&scenario, &DATA))
    };
    std::thread::spawn(find).join().expect("the city has ways")
});

/// A scenario that has no problem. It lies on the assumptions alone, unless it names a base: what the baseline switches
/// on is no part of a test that does not name it.
pub(crate) fn scenario(text: &str) -> Scenario {
    let text =
        if text.contains("base = ") { text.to_owned() } else { format!("base = \"assumptions\"\n{text}") };
    study::resolve_text(&text, &[], &DATA)
        .unwrap_or_else(|report| panic!("{}\n{text}", zaryad::cli::render(&report, false)))
}

/// The world of one replication. Only a queue alone, without taxis, rides and places, has no ways.
pub(crate) fn world(scenario: &Scenario, replication: u64) -> World {
    let alone = scenario.fleet.taxis == 0
        && scenario.demand.rides_per_day == 0.0
        && scenario.network.existing == 0
        && scenario.network.planned.plots == 0
        && scenario.stations.iter().all(|station| station.at.is_none());
    let ways = if alone { ways(scenario, &DATA) } else { Arc::clone(&CITY_WAYS) };
    World::compile(scenario, &DATA, &ways, replication)
}

/// Runs a world to its horizon.
pub(crate) fn run(world: &World, observer: &mut impl Observer) -> Outcome {
    sim::run(world, observer, &mut |_, _| ()).expect("the run comes to its end")
}

/// The metrics of the city in so many replications of a scenario, in their order.
pub(crate) fn cities(text: &str, replications: u32) -> Vec<Metrics> {
    let scenario = scenario(text);
    let one = |replication: u32| {
        let world = world(&scenario, replication.into());
        let mut recorder = Recorder::new(&world);
        run(&world, &mut recorder);
        results::Outcome::of(&world, recorder.finish(world.horizon)).city
    };
    (0..replications).into_par_iter().map(one).collect()
}

/// A metric of the city in each replication of a scenario, in their order.
pub(crate) fn metric(text: &str, name: &str) -> Vec<f64> {
    let of = |city: &Metrics| city.get(name).unwrap_or_else(|| panic!("{name} does not apply to\n{text}"));
    cities(text, scenario(text).time.replications).iter().map(of).collect()
}

/// How much a change of a scenario moves a metric, with its interval over replications paired by their seeds.
pub(crate) fn moved(before: &str, after: &str, name: &str) -> Interval {
    let (before, after) = (metric(before, name), metric(after, name));
    let differences: Vec<f64> = before.iter().zip(&after).map(|(before, after)| after - before).collect();
    Interval::of(&differences, Confidence::P95).expect("two replications or more")
}

/// A walk-in as its stream draws it, whatever becomes of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WalkIn {
    pub(crate) arrived: Time,
    pub(crate) station: StationId,
    pub(crate) stream: StreamId,
    pub(crate) rank: u8,
    /// The inlets of its car; all of them if it has none.
    pub(crate) fits: u8,
    /// How long it holds a plug; nothing if it comes for energy.
    pub(crate) stay: Option<Duration>,
    pub(crate) patience: Option<Duration>,
}

/// All walk-ins before the horizon, drawn again from the world's streams, in order of arrival.
pub(crate) fn walk_ins(world: &World) -> Vec<WalkIn> {
    let mut all = Vec::new();
    for (id, stream) in world.streams.enumerate() {
        let chance = |purpose| world.chance.get(purpose, stream.key);
        let mut arrivals = chance(Purpose::Arrivals);
        let mut needs = chance(Purpose::Stay);
        let mut patiences = chance(Purpose::Patience);
        let (mut now, mut rest) = (Time::START, 0);
        loop {
            let gap = rest + stream.gap.draw_fine(&mut arrivals);
            let (next, beyond) = match stream.need {
                Need::Stay(_) | Need::Energy(_) => {
                    (Duration::from_millis(gap.div_euclid(FINE)), -gap.rem_euclid(FINE))
                }
                Need::Charge(_) => world.private.rhythm.after_fine(now, gap),
            };
            (now, rest) = (now + next, -beyond);
            if now >= world.horizon {
                break;
            }
            let (fits, stay) = match &stream.need {
                Need::Stay(law) => (u8::MAX, Some(law.draw(&mut needs))),
                Need::Energy(law) => {
                    law.draw_energy(&mut needs);
                    (u8::MAX, None)
                }
                Need::Charge(weights) => {
                    let comer = world.private.draw(&world.models, weights, &mut needs);
                    let capacity = world.models[comer.model].battery.capacity;
                    if comer.stored > world.habits.worthwhile_below(capacity) {
                        continue;
                    }
                    (comer.inlet.bit(), None)
                }
            };
            // Who comes for energy draws more from this stream; nothing here depends on it.
            let patience = stay.and(stream.patience).map(|law| law.draw(&mut patiences));
            let (station, rank) = (stream.station, stream.rank);
            all.push(WalkIn { arrived: now, station, stream: id, rank, fits, stay, patience });
        }
    }
    all.sort_by_key(|walk_in| (walk_in.arrived, walk_in.stream));
    all
}
