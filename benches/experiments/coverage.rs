//! How often a nominal 95 % interval covers what it estimates: over replications, and by batch means of one run.

use crate::{Effort, Queue, STAY_H, scenario};
use rayon::prelude::*;
use zaryad::data::Data;
use zaryad::results::{CITY, Doubt, Estimate, Metrics, Results};
use zaryad::scenario::Scenario;
use zaryad::stats::{Confidence, Interval};
use zaryad::study::{Progress, replicate};

/// Warm-up of a run in the time in which its queue forgets.
const WARM_UP: f64 = 5.0;

/// Replications of an experiment.
const COUNTS: [usize; 4] = [3, 5, 10, 40];

/// A system whose intervals are tried: its name, its scenario, how many replications are run, and what is looked at.
type System = (String, String, u32, &'static [&'static str]);

const OF_QUEUES: &[&str] = &["charging.wait_s.mean", "charging.wait_s.p95", "charging.wait_over_10min"];
const OF_TOWNS: &[&str] = &[
    "charging.wait_s.mean",
    "charging.wait_s.p95",
    "charging.wait_over_10min",
    "rides.lost_share",
    "charging.served",
    "drivers.net_kzt_per_hour.electric",
];

fn systems(effort: Effort) -> Vec<System> {
    let queue = |plugs, rate, days: f64| {
        let queue = Queue { plugs, rate };
        let name = format!("M/M/{plugs}, load {:.2}, {days} days", queue.load());
        (name, queue.text(20.0, days * 24.0, 100), effort.of(8_000), OF_QUEUES)
    };
    let town = |days: u32| {
        let text = format!(
            "name = \"town\"\nbase = \"assumptions\"\n\
             time = {{ warm_up = {{ hours = 6 }}, horizon = {{ days = {days} }}, replications = 100, seed = 1 }}\n\
             demand.rides_per_day = 500\nfleet = {{ taxis = 24, electric = 16 }}\n\
             network = {{ existing = 4, planned = {{ plots = 0 }} }}\n"
        );
        (format!("a town of 24 taxis, {days} days"), text, effort.of(2_000), OF_TOWNS)
    };
    vec![
        queue(10, 9.0, 1.0),
        queue(10, 9.0, 7.0),
        queue(10, 9.0, 28.0),
        queue(1, 0.7, 1.0),
        queue(1, 0.7, 7.0),
        queue(1, 0.7, 28.0),
        town(1),
        town(7),
    ]
}

/// The metrics of the city in so many replications, a hundred under each seed.
fn cities(scenario: &Scenario, data: &Data, count: u32) -> Vec<Metrics> {
    let some = |seed: u32| {
        let mut scenario = scenario.clone();
        scenario.time.seed = u64::from(seed);
        let results = replicate(&scenario, data, &Progress::default()).expect("the run comes to its end");
        results.replications.into_iter().map(|outcome| outcome.city)
    };
    (1..=count.div_ceil(100)).flat_map(some).collect()
}

fn place(name: &str) -> usize {
    CITY.iter().position(|metric| metric.name == name).expect("it is a metric of the city")
}

fn estimate(place: usize, some: &[Metrics]) -> Option<Estimate> {
    Estimate::of(place, &some.iter().collect::<Vec<_>>())
}

/// Over replications: Student's interval of the values of each, and the interval that is told. What they estimate is what
/// all replications together say.
pub(crate) fn replications(data: &Data, effort: Effort) {
    println!(
        "Coverage of nominal 95 % intervals in %, with two standard errors: of Student's interval of the values by\n\
         replication around what that estimates, their mean in the long run, and of the interval that is told"
    );
    for (name, text, count, metrics) in systems(effort) {
        let all = cities(&scenario(&text, data), data, count);
        println!();
        println!("{name}, {} replications", all.len());
        println!(
            "{:<36} {:>5} {:>11} {:>14} {:>14} {:>14}",
            "", "n", "value", "Student", "pooled truth", "told"
        );
        for metric in metrics {
            let place = place(metric);
            let value = |city: &Metrics| city.values()[place];
            let Some(truth) = estimate(place, &all).map(|all| all.value) else { continue };
            for count in COUNTS {
                let mut covered = [Vec::new(), Vec::new(), Vec::new()];
                let by_mean = zaryad::stats::mean(&all.iter().filter_map(value).collect::<Vec<_>>());
                for some in all.chunks_exact(count) {
                    let values: Vec<f64> = some.iter().filter_map(value).collect();
                    let student = Interval::of(&values, Confidence::P95);
                    let covers = |truth: f64| student.is_some_and(|interval| interval.covers(truth));
                    covered[0].push(by_mean.is_some_and(covers));
                    covered[1].push(covers(truth));
                    let told = estimate(place, some).and_then(|estimate| estimate.ci95);
                    covered[2].push(told.is_some_and(|(low, high)| low <= truth && truth <= high));
                }
                let [student, pooled, told] = covered.map(|covered| share(&covered));
                println!("{metric:<36} {count:>5} {truth:>11.4} {student:>14} {pooled:>14} {told:>14}");
            }
        }
    }
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

/// The exact mean wait of a queue, in seconds, by Erlang's formula.
fn exact(queue: Queue) -> f64 {
    let (plugs, rate) = (f64::from(queue.plugs), queue.rate);
    let blocked = (1..=queue.plugs).fold(1.0, |b, k| rate * b / (f64::from(k) + rate * b));
    let waits = blocked / (1.0 - queue.load() * (1.0 - blocked));
    waits / (plugs - rate) * STAY_H * 3_600.0
}

/// Whether the interval of the mean wait covers the exact value; none where there is no interval.
fn covered(results: &Results, queue: Queue) -> Option<bool> {
    let (low, high) = results.city.get("charging.wait_s.mean")?.ci95?;
    Some(low <= exact(queue) && exact(queue) <= high)
}

/// The share that is true, in percent, with two standard errors.
fn share(found: &[bool]) -> String {
    let count = found.len() as f64;
    let share = found.iter().filter(|covers| **covers).count() as f64 / count;
    let error = 200.0 * (share * (1.0 - share) / count).sqrt();
    if found.is_empty() { "–".to_owned() } else { format!("{:.1} ± {error:.1}", share * 100.0) }
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
            let all: Vec<bool> = found.iter().filter_map(|results| covered(results, queue)).collect();
            let doubts: Vec<bool> = found.iter().map(doubtful).collect();
            let sound: Vec<bool> = found
                .iter()
                .filter(|results| !doubtful(results))
                .filter_map(|results| covered(results, queue))
                .collect();
            let (wait, without) = (share(&all), share(&sound));
            println!(
                "{:>5} {:>5.2} {visitors:>12.0} {runs:>6} {wait:>14} {:>14} {without:>14}",
                queue.plugs,
                queue.load(),
                share(&doubts)
            );
        }
    }
}
