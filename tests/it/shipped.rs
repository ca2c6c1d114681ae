//! Every scenario that the program carries runs.

use zaryad::data::Data;
use zaryad::results::{Results, Summaries};
use zaryad::scenario::{EMBEDDED, SWEEPS, Source};
use zaryad::study::{KnownWays, Pilot, Plan, Progress, replicate, resolve};

/// Half a day of a city, with one replication: quick, and with both visits and rides.
const SHORT_CITY: [&str; 3] = ["time.warm_up.hours=2", "time.horizon.hours=10", "time.replications=1"];
/// The queues have enough visitors in two hundred hours.
const SHORT_QUEUE: [&str; 3] = ["time.warm_up.hours=10", "time.horizon.hours=200", "time.replications=1"];

fn run(name: &str, data: &Data) -> Results {
    let source = Source::embedded(name).expect("it is embedded");
    let short = if is_city(name) { SHORT_CITY } else { SHORT_QUEUE }.map(str::to_owned);
    let no_files = |path: &str| Err(format!("{path} is no embedded base"));
    let scenario = resolve(source, &short, &no_files, data).expect("what is shipped is right");
    replicate(&scenario, data, &Progress::default()).expect("the run comes to its end")
}

fn is_city(name: &str) -> bool {
    !["m-m-10", "m-d-8", "erlang-a"].contains(&name)
}

#[test]
fn every_embedded_scenario_runs_and_has_finite_metrics() {
    let data = Data::embedded();
    for scenario in EMBEDDED {
        let results = run(scenario.name, &data);
        assert_eq!(results.scenario, scenario.name);
        assert!(results.events() > 0, "{}", scenario.name);
        let all = [&results.stations, &results.districts, &results.hours];
        let summaries = std::iter::once(&results.city).chain(all.into_iter().flatten());
        for (metric, value) in summaries.flat_map(Summaries::iter) {
            assert!(value.mean.is_finite(), "{}: {} is {}", scenario.name, metric.name, value.mean);
        }
        let served = results.city.get("charging.served").expect("there are stations");
        assert!(served.mean > 0.0, "{}", scenario.name);
    }
}

#[test]
fn every_embedded_sweep_has_sound_points_and_its_first_and_last_run() {
    let data = Data::embedded();
    let no_files = |path: &str| Err(format!("{path} is no embedded base"));
    for sweep in SWEEPS {
        let source = Source::embedded_sweep(sweep.name).expect("it is embedded");
        let plan = Plan::new(&source, &[], &no_files, &data).expect("what is shipped is right");
        assert!(!sweep.question().is_empty(), "{}", sweep.name);
        let tables = vec![(None, data.clone())];
        let ways = KnownWays::default();
        let runs = [1, plan.points.len() as u32]
            .map(|point| Pilot::new(&plan, &tables, &ways, point, 0.05).run().expect("it ends").0);
        for run in &runs {
            let served = run.value("city", "charging.served");
            assert!(served.is_some_and(|served| served > 0.0), "{}: {served:?}", sweep.name);
        }
        assert_ne!(runs[0].fingerprint, runs[1].fingerprint, "{}", sweep.name);
    }
}

#[test]
fn the_city_has_every_metric_and_a_queue_alone_only_those_of_charging() {
    const CHARGING: [&str; 17] = [
        "charging.visits",
        "charging.served",
        "charging.refused",
        "charging.balked",
        "charging.reneged",
        "charging.unfinished",
        "charging.wait_s.mean",
        "charging.wait_s.p50",
        "charging.wait_s.p90",
        "charging.wait_s.p95",
        "charging.wait_s.p99",
        "charging.wait_over_10min",
        "charging.wait_over_30min",
        "charging.queue.mean",
        "charging.busy",
        "charging.wait_s.max",
        "charging.plugged_in_s.mean",
    ];
    const CITY: [&str; 16] = [
        "charging.energy_kwh",
        "charging.peak_kw",
        "rides.requested",
        "rides.served",
        "rides.lost",
        "rides.pickup_wait_s.mean",
        "taxis.empty_km_share",
        "taxis.km_per_day",
        "taxis.charging_hours_per_day",
        "taxis.stranded",
        "drivers.net_kzt_per_hour.electric",
        "drivers.net_kzt_per_hour.petrol",
        "drivers.net_kzt_per_hour.lpg",
        "operators.revenue_kzt",
        "operators.profit_kzt",
        "rides.lost_share",
    ];
    let data = Data::embedded();
    let (city, queue) = (run("baseline", &data), run("m-m-10", &data));
    for name in CHARGING {
        assert!(city.city.get(name).is_some(), "{name}");
        assert!(queue.city.get(name).is_some(), "{name}");
    }
    for name in CITY {
        assert!(city.city.get(name).is_some(), "{name}");
        assert!(queue.city.get(name).is_none(), "{name}");
    }
}

#[test]
fn visits_and_rides_have_one_fate_each() {
    let results = run("baseline", &Data::embedded());
    let count = |name: &str| results.city.get(name).expect("it applies to a city").mean.round() as u64;
    let fates = ["served", "refused", "balked", "reneged", "failed", "unfinished"];
    let visits: u64 = fates.iter().map(|fate| count(&format!("charging.{fate}"))).sum();
    assert_eq!(visits, count("charging.visits"));
    let rides: u64 =
        ["served", "lost", "unfinished"].iter().map(|fate| count(&format!("rides.{fate}"))).sum();
    assert_eq!(rides, count("rides.requested"));
}
