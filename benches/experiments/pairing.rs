//! Common random numbers: the variance of a difference of pairs beside that of a difference of strangers.
//!
//! Where one side varies much more than the other, even a correlation of 1 leaves the difference of their standard
//! deviations: ten plugs at nine tenths of load have long queues now and then, of which eleven see little.

use crate::{Effort, Queue, scenario};
use zaryad::data::Data;
use zaryad::results::Results;
use zaryad::scenario::Scenario;
use zaryad::stats::{mean, variance};
use zaryad::study::{Progress, replicate};

const QUEUE_METRICS: [&str; 6] = [
    "charging.visits",
    "charging.wait_s.mean",
    "charging.wait_s.p95",
    "charging.wait_over_10min",
    "charging.queue.mean",
    "charging.busy",
];

const CITY_METRICS: [&str; 11] = [
    "charging.visits",
    "charging.served",
    "charging.wait_s.mean",
    "charging.wait_over_10min",
    "charging.busy",
    "charging.energy_kwh",
    "rides.lost_share",
    "rides.pickup_wait_s.mean",
    "taxis.charging_hours_per_day",
    "drivers.net_kzt_per_hour.electric",
    "operators.profit_kzt",
];

pub(crate) fn print(data: &Data, effort: Effort) {
    let ten = Queue { plugs: 10, rate: 9.0 };
    let more = Queue { plugs: 11, ..ten };
    let replications = effort.of(200);
    let text = |queue: Queue| queue.text(100.0, 500.0, replications);
    println!("10 plugs at a load of 0.9 against 11, {replications} replications of 500 hours");
    compare(&scenario(&text(ten), data), &scenario(&text(more), data), data, &QUEUE_METRICS);
    println!();
    let replications = effort.of(20);
    let city = |base: &str| {
        let text = format!("name = \"{base}\"\nbase = \"{base}\"\ntime.replications = {replications}");
        scenario(&text, data)
    };
    println!("baseline against plan-622, {replications} replications of a week");
    compare(&city("baseline"), &city("plan-622"), data, &CITY_METRICS);
}

/// Prints a line for each metric.
fn compare(before: &Scenario, after: &Scenario, data: &Data, metrics: &[&str]) {
    let run = |scenario| replicate(scenario, data, &Progress::default()).expect("the run comes to its end");
    let (before, after) = (run(before), run(after));
    println!();
    println!(
        "{:<34} {:>13} {:>13} {:>12} {:>12} {:>9} {:>11} {:>9}",
        "", "before", "change", "var unpaired", "var paired", "removed %", "correlation", "worth"
    );
    for name in metrics {
        let values = |results: &Results| -> Vec<f64> {
            results.replications.iter().filter_map(|outcome| outcome.city.get(name)).collect()
        };
        let (before, after) = (values(&before), values(&after));
        let differences: Vec<f64> = before.iter().zip(&after).map(|(before, after)| after - before).collect();
        let spread = |values: &[f64]| variance(values).expect("there are several replications");
        let (unpaired, paired) = (spread(&before) + spread(&after), spread(&differences));
        let correlation = (unpaired - paired) / 2.0 / (spread(&before) * spread(&after)).sqrt();
        println!(
            "{name:<34} {:>13.4} {:>13.4} {unpaired:>12.3e} {paired:>12.3e} {:>9.1} {correlation:>11.3} {:>9}",
            mean(&before).unwrap_or_default(),
            mean(&differences).unwrap_or_default(),
            (1.0 - paired / unpaired) * 100.0,
            // So many times the replications would be needed without common random numbers.
            if paired > 0.0 { format!("× {:.1}", unpaired / paired) } else { "exact".to_owned() }
        );
    }
}
