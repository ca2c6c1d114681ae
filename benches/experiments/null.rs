//! How often a comparison of a scenario with itself calls anything sure: never more than in one of twenty.

use crate::{Effort, Queue, scenario};
use rayon::prelude::*;
use zaryad::data::Data;
use zaryad::results::CITY;
use zaryad::scenario::Scenario;
use zaryad::study::compare::{Comparison, Side, Verdict};
use zaryad::study::{Progress, replicate};

const COMPARISONS: u32 = 400;
const REPLICATIONS: [u32; 4] = [2, 3, 5, 10];

pub(crate) fn print(data: &Data, effort: Effort) {
    let count = effort.of(COMPARISONS);
    println!(
        "Comparisons of a queue with itself that call anything sure, of {count}: ten plugs at a load of 0.9, 100 hours \
         under two seeds"
    );
    println!();
    println!("{:>12} {:>6} {:>6}  most often called sure", "replications", "sure", "most");
    for replications in REPLICATIONS {
        let queue = scenario(&Queue { plugs: 10, rate: 9.0 }.text(20.0, 100.0, replications), data);
        let told: Vec<Vec<&str>> = (0..count).into_par_iter().map(|pair| sure(&queue, pair, data)).collect();
        let any = told.iter().filter(|names| !names.is_empty()).count();
        let often = |name: &str| told.iter().filter(|names| names.contains(&name)).count();
        let most = CITY.iter().map(|metric| (often(metric.name), metric.name)).max().unwrap_or_default();
        println!("{replications:>12} {any:>6} {:>6}  {} ({})", allowed(count), most.1, most.0);
    }
}

/// The metrics that are called different between two seeds.
fn sure(queue: &Scenario, pair: u32, data: &Data) -> Vec<&'static str> {
    let side = |seed: u32| {
        let mut queue = queue.clone();
        queue.time.seed = u64::from(seed);
        let results = replicate(&queue, data, &Progress::default()).expect("no run stands still");
        let city = results.replications.into_iter().map(|outcome| outcome.city).collect();
        Side {
            label: String::new(),
            scenario: String::new(),
            seed: u64::from(seed),
            city,
            answers: Vec::new(),
            fixed: false,
        }
    };
    let comparison =
        Comparison::of(&side(2 * pair + 1), &side(2 * pair + 2), &CITY.iter().collect::<Vec<_>>());
    let verdicts = [Verdict::Better, Verdict::Worse, Verdict::Changed].into_iter();
    verdicts
        .flat_map(|verdict| comparison.with(verdict).map(|of| of.metric.name).collect::<Vec<_>>())
        .collect()
}

/// Of so many comparisons the most that one in twenty exceeds only once in a hundred times.
fn allowed(count: u32) -> u32 {
    let mut chance = 0.95_f64.powi(count as i32);
    let (mut sum, mut most) = (chance, 0);
    while sum < 0.99 {
        chance *= f64::from(count - most) / f64::from(most + 1) * 0.05 / 0.95;
        most += 1;
        sum += chance;
    }
    most
}
