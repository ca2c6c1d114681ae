//! Events per second: a queue against the plain loop of the same work, and the city with what the baseline switches
//! on and with nothing switched on.
#![allow(clippy::disallowed_methods, reason = "a benchmark reads the clock, its arguments and its memory")]
#![allow(clippy::print_stdout, reason = "a benchmark prints its tables")]

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::hint::black_box;
use std::time::Instant;
use zaryad::data::Data;
use zaryad::observe::{Observation, Observer};
use zaryad::results::Recorder;
use zaryad::units::Time;
use zaryad::world::{self, World};
use zaryad::{sim, study};

fn main() {
    let data = Data::embedded();
    // `cargo bench --bench engine -- queue` runs one part.
    let wanted: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let runs = |part: &str| wanted.is_empty() || wanted.iter().any(|name| name == part);
    if runs("queue") {
        queue(&data);
        println!();
    }
    if runs("city") {
        city(&data, "the baseline", "name = \"b\"");
        println!();
        city(&data, "nothing switched on", "name = \"b\"\nbase = \"assumptions\"\ntime.warm_up.days = 2");
        if let Some(peak) = peak_memory() {
            println!();
            println!("Peak resident memory of this program: {peak:.0} MB.");
        }
    }
}

/// Keeps what the plain loop keeps: how many were served, and their summed wait.
#[derive(Default)]
struct Waits {
    served: u64,
    wait_ms: i64,
}

impl Observer for Waits {
    #[inline]
    fn observe(&mut self, now: Time, what: Observation) {
        if let Observation::PluggedIn { visit, .. } = what {
            self.served += 1;
            self.wait_ms += (now - visit.arrived).as_millis();
        }
    }
}

/// Ten plugs at nine tenths of load.
const QUEUE: &str = r#"
name = "m-m-10"
time = { warm_up = { hours = 0 }, horizon = { hours = 20_000 }, replications = 1, seed = 7 }
demand = { rides_per_day = 0 }
fleet = { taxis = 0, electric = 0 }
network = { existing = 0, planned = { plots = 0 } }
[[stations]]
name = "Q"
plugs = 10
[[stations.walk_ins]]
per_hour = 18.0
stay = { exponential = { mean_minutes = 30.0 } }
"#;

/// Rounds in which each way to run the queue has its turn: other work on the machine then slows all of them alike.
const ROUNDS: usize = 40;
const CITY_ROUNDS: usize = 3;

fn queue(data: &Data) {
    let scenario = study::resolve_text(QUEUE, &[], data).expect("the bench's scenario is right");
    let world = World::compile(&scenario, data, &world::ways(&scenario, data), 0);
    let (mut plain, mut waits) = ((0, 0.0), Waits::default());
    let mut events = 0;
    // Nanoseconds per customer served: plain loop, engine, engine with the recorder, engine with ().
    let mut rounds: [Vec<f64>; 4] = Default::default();
    for _ in 0..ROUNDS {
        let seconds = seconds(|| plain = plain_loop(10, 18.0 / 60.0, 30.0, 20_000.0 * 60.0));
        rounds[0].push(seconds / plain.0 as f64 * 1e9);
        waits = Waits::default();
        let seconds = self::seconds(|| events = run(&world, &mut waits));
        let per_customer = |seconds: f64| seconds / waits.served as f64 * 1e9;
        rounds[1].push(per_customer(seconds));
        rounds[2].push(per_customer(self::seconds(|| record(&world))));
        rounds[3].push(per_customer(self::seconds(|| _ = run(&world, &mut ()))));
    }
    let ways = [
        "plain loop: waits summed",
        "engine: waits summed",
        "engine: every metric (Recorder)",
        "engine: nothing kept, ()",
    ];
    println!("Queue: M/M/10 at load 0.9, 20,000 hours, {ROUNDS} rounds in turn, one thread");
    println!(
        "engine: {} customers, {events} events, mean wait {:.2} min; plain loop: {} customers, mean wait {:.2} min",
        waits.served,
        waits.wait_ms as f64 / 60e3 / waits.served as f64,
        plain.0,
        plain.1 / plain.0 as f64
    );
    println!();
    println!("{:<34} {:>16} {:>8} {:>26}", "", "least ns/customer", "median", "speed against plain loop");
    for (name, times) in ways.iter().zip(&rounds) {
        let ratios: Vec<f64> = rounds[0].iter().zip(times).map(|(plain, time)| plain / time).collect();
        let least = times.iter().copied().fold(f64::INFINITY, f64::min);
        println!("{name:<34} {least:>17.1} {:>8.1} {:>26.2}", median(times), median(&ratios));
    }
}

fn city(data: &Data, name: &str, text: &str) {
    let scenario = study::resolve_text(text, &[], data).expect("the bench's scenario is right");
    let mut compiled = None;
    let compile =
        seconds(|| compiled = Some(World::compile(&scenario, data, &world::ways(&scenario, data), 0)));
    let world = compiled.expect("the world was just compiled");
    let (mut bare, mut recorded, mut events) = (Vec::new(), Vec::new(), 0);
    for _ in 0..CITY_ROUNDS {
        bare.push(seconds(|| events = run(&world, &mut ())));
        recorded.push(seconds(|| record(&world)));
    }
    let ratios: Vec<f64> = bare.iter().zip(&recorded).map(|(bare, recorded)| recorded / bare).collect();
    println!(
        "City: {name}, {} taxis, {} stations, {:.0} days, median of {CITY_ROUNDS} rounds, one thread",
        world.taxis.len(),
        world.stations.len(),
        world.horizon.since_start().as_hours_f64() / 24.0
    );
    println!("world compiled in {compile:.3} s; {events} events");
    println!();
    println!("{:<34} {:>8} {:>17}", "", "seconds", "million events/s");
    for (name, times) in [("engine: nothing kept, ()", &bare), ("engine: every metric (Recorder)", &recorded)]
    {
        let seconds = median(times);
        println!("{name:<34} {seconds:>8.2} {:>17.2}", events as f64 / seconds / 1e6);
    }
    println!("The Recorder makes a run {:.2} times as long.", median(&ratios));
}

/// Runs a world; the number of its events.
fn run(world: &World, observer: &mut impl Observer) -> u64 {
    sim::run(world, observer, &mut |_, _| ()).expect("the run comes to its end").events
}

/// Runs a world with everything that results need.
fn record(world: &World) {
    let mut recorder = Recorder::new(world);
    run(world, &mut recorder);
    black_box(recorder.finish(world.horizon));
}

/// How long something takes.
fn seconds(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 { sorted[middle] } else { f64::midpoint(sorted[middle - 1], sorted[middle]) }
}

/// The most memory that was resident, in megabytes, where the system tells.
fn peak_memory() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1.024 / 1e3)
}

/// An event of the plain loop.
struct Event {
    time: f64,
    kind: Kind,
}

enum Kind {
    Arrival,
    Departure,
}

impl PartialEq for Event {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Event {}
impl PartialOrd for Event {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Event {
    fn cmp(&self, other: &Self) -> Ordering {
        other.time.total_cmp(&self.time)
    }
}

/// The newcomer's loop: a binary heap of float times and kinds, a deque of waiting customers.
fn plain_loop(plugs: u32, per_minute: f64, stay: f64, horizon: f64) -> (u64, f64) {
    use rand::SeedableRng;
    use rand_distr::{Distribution, Exp};
    let mut rng = rand_xoshiro::Xoshiro256PlusPlus::seed_from_u64(7);
    let gap = Exp::new(per_minute).expect("a positive rate");
    let service = Exp::new(1.0 / stay).expect("a positive rate");
    let mut heap = BinaryHeap::new();
    let mut queue = std::collections::VecDeque::new();
    let (mut busy, mut served, mut wait) = (0, 0_u64, 0.0);
    heap.push(Event { time: gap.sample(&mut rng), kind: Kind::Arrival });
    while let Some(Event { time, kind }) = heap.pop() {
        if time >= horizon {
            break;
        }
        match kind {
            Kind::Arrival => {
                heap.push(Event { time: time + gap.sample(&mut rng), kind: Kind::Arrival });
                if busy < plugs {
                    busy += 1;
                    served += 1;
                    heap.push(Event { time: time + service.sample(&mut rng), kind: Kind::Departure });
                } else {
                    queue.push_back(time);
                }
            }
            Kind::Departure => match queue.pop_front() {
                Some(arrived) => {
                    served += 1;
                    wait += time - arrived;
                    heap.push(Event { time: time + service.sample(&mut rng), kind: Kind::Departure });
                }
                None => busy -= 1,
            },
        }
    }
    black_box((served, wait))
}
