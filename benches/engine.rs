//! Events per second: a queue against the plain loop of the same work, and the baseline city.
#![allow(clippy::disallowed_methods, reason = "a benchmark reads the clock and its arguments")]

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::hint::black_box;
use std::time::Instant;
use zaryad::data::Data;
use zaryad::observe::{Observation, Observer};
use zaryad::units::Time;
use zaryad::{sim, study, world};

fn main() {
    let data = Data::embedded();
    // `cargo bench --bench engine -- queue` runs one part.
    let wanted: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let runs = |part: &str| wanted.is_empty() || wanted.iter().any(|name| name == part);
    if runs("queue") {
        queue(&data);
    }
    if runs("city") {
        city(&data);
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

const QUEUE: &str = r#"
name = "m-m-10"
time = { warm_up = { hours = 0 }, horizon = { hours = 100000 }, replications = 1, seed = 7 }
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

fn queue(data: &Data) {
    let scenario = study::resolve_text(QUEUE, &[], data).expect("the bench's scenario is right");
    let world = world::World::compile(&scenario, data, &world::ways(&scenario, data), 0);
    for _ in 0..5 {
        let start = Instant::now();
        let mut waits = Waits::default();
        let outcome = sim::run(&world, &mut waits, &mut |_, _| ());
        let engine = start.elapsed().as_secs_f64() / waits.served as f64 * 1e9;
        let start = Instant::now();
        let (served, wait) = plain_loop(10, 18.0 / 60.0, 30.0, 100_000.0 * 60.0);
        let plain = start.elapsed().as_secs_f64() / served as f64 * 1e9;
        println!(
            "engine {engine:.1} ns/customer ({} events, mean wait {:.3} min), plain {plain:.1} ns ({:.3} min): ratio {:.2}",
            outcome.events,
            waits.wait_ms as f64 / 6e4 / waits.served as f64,
            wait / served as f64,
            plain / engine
        );
    }
}

fn city(data: &Data) {
    let scenario = study::resolve_text("name = \"b\"", &[], data).expect("the baseline is right");
    let start = Instant::now();
    let ways = world::ways(&scenario, data);
    let world = world::World::compile(&scenario, data, &ways, 0);
    println!("compiled in {:.3} s", start.elapsed().as_secs_f64());
    for _ in 0..3 {
        let start = Instant::now();
        let outcome = sim::run(&world, &mut (), &mut |_, _| ());
        let seconds = start.elapsed().as_secs_f64();
        println!(
            "baseline: {} events in {seconds:.2} s: {:.2} M/s",
            outcome.events,
            outcome.events as f64 / seconds / 1e6
        );
    }
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
