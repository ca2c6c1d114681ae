//! How often a nominal 95 % interval covers the exact value: over replications, and by batch means of one run.

use crate::{Effort, Queue, STAY_H, scenario};
use rayon::prelude::*;
use zaryad::data::Data;
use zaryad::results::{Doubt, Results};
use zaryad::scenario::Scenario;
use zaryad::study::{Progress, replicate};

const EXPERIMENTS: u32 = 1_000;
/// Spans of a run in the time in which its queue forgets.
const WARM_UP: f64 = 5.0;
const HORIZON: f64 = 25.0;
const REPLICATIONS: u32 = 10;

const QUEUES: [Queue; 6] = [
    Queue { plugs: 1, rate: 0.7 },
    Queue { plugs: 2, rate: 1.6 },
    Queue { plugs: 5, rate: 4.5 },
    Queue { plugs: 10, rate: 7.0 },
    Queue { plugs: 10, rate: 9.0 },
    Queue { plugs: 50, rate: 45.0 },
];

const METRICS: [&str; 4] =
    ["charging.wait_s.mean", "charging.wait_over_10min", "charging.queue.mean", "charging.busy"];

/// The exact values of the metrics, in their units: the wait exceeds t mean stays with probability C exp(−(c − λ) t),
/// C being Erlang's.
fn exact(queue: Queue) -> [f64; 4] {
    let (plugs, rate) = (f64::from(queue.plugs), queue.rate);
    let blocked = (1..=queue.plugs).fold(1.0, |b, k| rate * b / (f64::from(k) + rate * b));
    let waits = blocked / (1.0 - queue.load() * (1.0 - blocked));
    let wait = waits / (plugs - rate);
    let ten_minutes = 1.0 / 6.0 / STAY_H;
    [wait * STAY_H * 3_600.0, waits * (-(plugs - rate) * ten_minutes).exp(), wait * rate, queue.load()]
}

/// The same scenario under seeds from 1 on.
fn experiments(scenario: &Scenario, data: &Data, count: u32) -> Vec<Results> {
    let one = |seed: u32| {
        let mut scenario = scenario.clone();
        scenario.time.seed = u64::from(seed);
        replicate(&scenario, data, &Progress::default()).expect("the run comes to its end")
    };
    (1..=count).into_par_iter().map(one).collect()
}

/// Whether each metric's interval covers the exact value; none where there is no interval.
fn covered(results: &Results, queue: Queue) -> [Option<bool>; 4] {
    let exact = exact(queue);
    std::array::from_fn(|index| {
        let (low, high) = results.city.get(METRICS[index])?.ci95?;
        Some(low <= exact[index] && exact[index] <= high)
    })
}

/// The share that is true, in percent, with two standard errors.
fn share(found: &[bool]) -> String {
    let count = found.len() as f64;
    let share = found.iter().filter(|covers| **covers).count() as f64 / count;
    let error = 200.0 * (share * (1.0 - share) / count).sqrt();
    if found.is_empty() { "–".to_owned() } else { format!("{:.1} ± {error:.1}", share * 100.0) }
}

fn shares(all: &[[Option<bool>; 4]]) -> [String; 4] {
    std::array::from_fn(|index| share(&all.iter().filter_map(|covers| covers[index]).collect::<Vec<_>>()))
}

/// Ten replications an experiment.
pub(crate) fn replications(data: &Data, effort: Effort) {
    let count = effort.of(EXPERIMENTS);
    println!(
        "Coverage of nominal 95 % intervals in %: {count} experiments of {REPLICATIONS} replications on M/M/c; a \
         replication\nwarms up for {WARM_UP} and measures for {HORIZON} of the times in which its queue forgets"
    );
    println!();
    println!(
        "{:>5} {:>5} {:>12} {:>14} {:>14} {:>14} {:>14}",
        "plugs", "load", "visitors/run", "mean wait", "over 10 min", "queue", "busy"
    );
    for queue in QUEUES {
        let hours = queue.memory_h() * HORIZON;
        let text = queue.text(queue.memory_h() * WARM_UP, hours, REPLICATIONS);
        let all: Vec<_> = experiments(&scenario(&text, data), data, count)
            .iter()
            .map(|results| covered(results, queue))
            .collect();
        let [wait, over, waiting, busy] = shares(&all);
        println!(
            "{:>5} {:>5.2} {:>12.0} {wait:>14} {over:>14} {waiting:>14} {busy:>14}",
            queue.plugs,
            queue.load(),
            hours * queue.rate / STAY_H
        );
    }
}

/// The runs of batch means: visitors after the warm-up, and how many such runs.
const RUNS: [(f64, u32); 3] = [(2e4, 1_000), (1e5, 500), (1e6, 100)];

/// One run an experiment.
pub(crate) fn batches(data: &Data, effort: Effort) {
    println!(
        "Coverage of nominal 95 % intervals by batch means of one run in %, of the mean wait; and of those runs that do not \
         say\nthat their batches hang together"
    );
    println!();
    println!(
        "{:>5} {:>5} {:>12} {:>6} {:>14} {:>14} {:>14}",
        "plugs", "load", "visitors/run", "runs", "mean wait", "doubtful runs", "without them"
    );
    for queue in [Queue { plugs: 5, rate: 4.5 }, Queue { plugs: 10, rate: 9.0 }] {
        for (visitors, runs) in RUNS {
            let runs = effort.of(runs);
            let hours = visitors * STAY_H / queue.rate;
            let text = queue.text(queue.memory_h() * WARM_UP, hours, 1);
            let found = experiments(&scenario(&text, data), data, runs);
            let doubtful = |results: &Results| results.notes.iter().any(|note| note.doubt == Doubt::Batches);
            let all: Vec<_> = found.iter().map(|results| covered(results, queue)).collect();
            let doubts: Vec<bool> = found.iter().map(doubtful).collect();
            let sound: Vec<_> = found
                .iter()
                .filter(|results| !doubtful(results))
                .map(|results| covered(results, queue))
                .collect();
            let ([wait, ..], [without, ..]) = (shares(&all), shares(&sound));
            println!(
                "{:>5} {:>5.2} {visitors:>12.0} {runs:>6} {wait:>14} {:>14} {without:>14}",
                queue.plugs,
                queue.load(),
                share(&doubts)
            );
        }
    }
}
