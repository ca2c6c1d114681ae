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

/// A station of a queue alone with stays of half an hour.
fn station(name: &str, plugs: u32, per_hour: f64) -> String {
    format!(
        "[[stations]]\nname = \"{name}\"\nplugs = {plugs}\n[[stations.walk_ins]]\nper_hour = {per_hour}\n\
         stay = {{ exponential = {{ mean_minutes = 30 }} }}\npatience = {{ exponential = {{ mean_minutes = 60 }} }}\n"
    )
}

/// Stations without a city, with some head.
fn alone(head: &str, stations: &str) -> String {
    format!(
        "name = \"alone\"\n{head}demand = {{ rides_per_day = 0 }}\nfleet = {{ taxis = 0, electric = 0 }}\n\
         network = {{ existing = 0, planned = {{ plots = 0 }} }}\n{stations}"
    )
}

/// A town: a tenth of a city, so that one station, plug or taxi of it is seen.
fn town(replications: u32, taxis: u32, stations: u32, more: &str) -> String {
    format!(
        "name = \"town\"\nbase = \"assumptions\"\n\
         time = {{ warm_up = {{ days = 1 }}, horizon = {{ days = 7 }}, replications = {replications}, seed = 1 }}\n\
         demand.rides_per_day = 4000\ncharging.choice = \"logit\"\nfleet = {{ taxis = {taxis}, electric = 150 }}\n\
         network = {{ existing = {stations}, faults = {{ mean_up_h = 200, repair = {{ constant = {{ minutes = 720 }} }} }}, planned = {{ plots = 0 }} }}\n{more}"
    )
}

pub(crate) fn print(data: &Data, effort: Effort) {
    let ten = Queue { plugs: 10, rate: 9.0 };
    let replications = effort.of(200);
    let text = |queue: Queue| queue.text(100.0, 500.0, replications);
    let against = |title: &str, before: &str, after: &str, metrics: &[&str]| {
        println!("{title}, {replications} replications");
        compare(&scenario(before, data), &scenario(after, data), data, metrics);
        println!();
    };
    against(
        "A plug more at ten of a load of 0.9, 500 hours",
        &text(ten),
        &text(Queue { plugs: 11, ..ten }),
        &QUEUE_METRICS,
    );
    let head = format!(
        "time = {{ warm_up = {{ hours = 20 }}, horizon = {{ hours = 200 }}, replications = {replications}, seed = 1 }}\n"
    );
    let queues =
        |first: &str| alone(&head, &(first.to_owned() + &station("B", 2, 3.6) + &station("C", 4, 7.0)));
    against(
        "A plug more at two beside four, with patience, 200 hours",
        &queues(&station("A", 2, 3.6)),
        &queues(&station("A", 3, 3.6)),
        &QUEUE_METRICS,
    );
    against(
        "A station more before two others, 200 hours",
        &queues(""),
        &queues(&station("A", 2, 1.0)),
        &QUEUE_METRICS,
    );
    let replications = effort.of(100);
    let against = |title: &str, after: &str| {
        println!("{title}, a town of 200 taxis and 30 stations, {replications} replications of a week");
        let before = town(replications, 200, 30, "");
        compare(&scenario(&before, data), &scenario(after, data), data, &CITY_METRICS);
        println!();
    };
    against("A station more", &town(replications, 200, 31, ""));
    let plug = "[[stations]]\nname = \"one\"\nat = { lon = 76.93, lat = 43.24 }\nplugs = 1\nplug_kw = 60\nstandards = [\"gbt\"]\n";
    against("A plug more, alone at a place of its own", &town(replications, 200, 30, plug));
    against("A taxi more", &town(replications, 201, 30, ""));
    against("A price lower by a tenth", &town(replications, 200, 30, "tariff.price_kzt_per_kwh = 90\n"));
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
