//! How often runs are told that their warm-up is too short, where it is and where it is not.

use crate::{Effort, Queue, scenario};
use rayon::prelude::*;
use zaryad::data::Data;
use zaryad::results::Doubt;
use zaryad::study::{Progress, replicate};

const RUNS: u32 = 100;

/// Each a queue with its warm-up and span in hours, and its replications.
const CASES: [(Queue, f64, f64, u32); 6] = [
    (Queue { plugs: 1, rate: 0.95 }, 0.0, 1_500.0, 10),
    (Queue { plugs: 1, rate: 0.95 }, 0.0, 3_000.0, 10),
    (Queue { plugs: 1, rate: 0.95 }, 1_500.0, 1_500.0, 10),
    (Queue { plugs: 10, rate: 9.0 }, 100.0, 500.0, 10),
    (Queue { plugs: 10, rate: 9.0 }, 100.0, 500.0, 3),
    (Queue { plugs: 10, rate: 7.0 }, 50.0, 100.0, 10),
];

pub(crate) fn print(data: &Data, effort: Effort) {
    let count = effort.of(RUNS);
    println!("Runs with a note on their warm-up, of {count}");
    println!();
    println!(
        "{:>5} {:>5} {:>10} {:>8} {:>12} {:>14} {:>6}",
        "plugs", "load", "warm-up h", "span h", "replications", "mean wait min", "noted"
    );
    for (queue, warm_up, span, replications) in CASES {
        let queue_of = scenario(&queue.text(warm_up, span, replications), data);
        let run = |seed: u32| {
            let mut scenario = queue_of.clone();
            scenario.time.seed = u64::from(seed);
            let results = replicate(&scenario, data, &Progress::default()).expect("no run stands still");
            let wait = results.city.get("charging.wait_s.mean").map_or(0.0, |wait| wait.mean / 60.0);
            (wait, results.notes.iter().any(|note| note.doubt == Doubt::WarmUp))
        };
        let runs: Vec<(f64, bool)> = (1..=count).into_par_iter().map(run).collect();
        let noted = runs.iter().filter(|(_, noted)| *noted).count();
        let wait = runs.iter().map(|(wait, _)| wait).sum::<f64>() / runs.len() as f64;
        println!(
            "{:>5} {:>5.2} {warm_up:>10} {span:>8} {replications:>12} {wait:>14.2} {noted:>6}",
            queue.plugs,
            queue.load()
        );
    }
}
