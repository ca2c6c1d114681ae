//! What the tests share: from the text of a scenario to its worlds and runs, as the program does it, and the program
//! itself, as people call it.

use rayon::prelude::*;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, LazyLock};
use zaryad::data::Data;
use zaryad::ids::{StationId, StreamId};
use zaryad::observe::{Observation, Observer};
use zaryad::results::{self, Metrics, Recorder};
use zaryad::rng::Purpose;
use zaryad::scenario::Scenario;
use zaryad::sim;
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
pub(crate) fn run(world: &World, observer: &mut impl Observer) -> sim::Outcome {
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

/// How a command ended, and what it said.
pub(crate) struct Outcome {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The program with its arguments, in a folder.
fn program(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zaryad"));
    command.args(arguments).current_dir(folder).env("NO_COLOR", "1");
    command
}

/// Runs the program to its end.
pub(crate) fn zaryad(folder: &Path, arguments: &[&str]) -> Outcome {
    outcome(program(folder, arguments).output().expect("the program was built for this test"))
}

fn outcome(output: Output) -> Outcome {
    Outcome {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).expect("results are UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("messages are UTF-8"),
    }
}

/// Runs the program to its end with this text on its standard input.
pub(crate) fn piped(folder: &Path, arguments: &[&str], text: &str) -> Outcome {
    let mut child = begin_with(program(folder, arguments).stdin(Stdio::piped()));
    let mut stdin = child.stdin.take().expect("it is piped");
    // Who refuses its arguments reads nothing.
    let _ = stdin.write_all(text.as_bytes());
    drop(stdin);
    outcome(end(child))
}

pub(crate) fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("the machine has a temporary folder")
}

pub(crate) fn write(folder: &Path, name: &str, text: &str) {
    fs::write(folder.join(name), text).expect("the disk has room");
}

pub(crate) fn fine(outcome: &Outcome) {
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
}

/// The files of a folder.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entry = |entry: std::io::Result<fs::DirEntry>| {
        let path = entry.expect("the folder can be read").path();
        let name = path.file_name().expect("entries have names").to_string_lossy().into_owned();
        (name, fs::read(&path).expect("the file can be read"))
    };
    fs::read_dir(folder).expect("there is a folder").map(entry).collect()
}

pub(crate) fn same(one: &Path, other: &Path) {
    let (one, other) = (files(one), files(other));
    assert_eq!(one.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>());
    for (name, bytes) in &one {
        assert!(other[name] == *bytes, "{name} differs");
    }
}

pub(crate) fn runs(folder: &Path) -> usize {
    let journal = fs::read(folder.join("runs.jsonl")).unwrap_or_default();
    journal.split(|byte| *byte == b'\n').count() - 1
}

/// Begins a command and goes on.
pub(crate) fn begin(path: &Path, arguments: &[&str]) -> Child {
    begin_with(program(path, arguments).stdin(Stdio::null()))
}

fn begin_with(command: &mut Command) -> Child {
    let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("the program was built for this test")
}

pub(crate) fn end(child: Child) -> Output {
    child.wait_with_output().expect("it is our child")
}

pub(crate) fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Waits until something is so, or a child has ended; whether it is so.
pub(crate) fn wait_for(child: &mut Child, mut so: impl FnMut() -> bool) -> bool {
    loop {
        if so() {
            return true;
        }
        if child.try_wait().expect("it is our child").is_some() {
            return so();
        }
        std::thread::yield_now();
    }
}

/// Stdout as the one JSON document that it must be.
pub(crate) fn document(outcome: &Outcome) -> Value {
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    serde_json::from_str(&outcome.stdout).expect("stdout is one JSON document")
}

/// That a command says all of this, on either stream.
pub(crate) fn told(outcome: &Outcome, words: &[&str]) {
    for words in words {
        let found = outcome.stdout.contains(words) || outcome.stderr.contains(words);
        assert!(found, "{words} in\n{}\n{}", outcome.stdout, outcome.stderr);
    }
}
