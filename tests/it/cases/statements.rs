//! Intervals and verdicts that hold: waits of all who come, quantiles of all replications together, and intervals that
//! cover what they estimate.

use crate::stage::{self, DATA, cities, scenario, walk_ins, world};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use zaryad::results::{CITY, Doubt, Estimate, Metrics, Recorder, Results};
use zaryad::study::{Progress, replicate};
use zaryad::units::{Duration, Time};

/// A queue alone with stays of half an hour.
fn queue(plugs: u32, per_hour: f64, time: &str, more: &str) -> String {
    format!(
        "name = \"queue\"\ntime = {{ {time} }}\ndemand = {{ rides_per_day = 0 }}\n\
         fleet = {{ taxis = 0, electric = 0 }}\nnetwork = {{ existing = 0, planned = {{ plots = 0 }} }}\n\
         [[stations]]\nname = \"Q\"\nplugs = {plugs}\n[[stations.walk_ins]]\nper_hour = {per_hour}\n\
         stay = {{ exponential = {{ mean_minutes = 30 }} }}\n{more}"
    )
}

fn run(text: &str) -> Results {
    replicate(&scenario(text), &DATA, &Progress::default()).expect("the run comes to its end")
}

fn place(name: &str) -> usize {
    CITY.iter().position(|metric| metric.name == name).expect("it is a metric of the city")
}

/// A queue that grows all day: a tenth of its visitors still wait at the horizon. Each takes the plug that frees first
/// (Kiefer and Wolfowitz 1955), so that all waits are known from the arrivals and the stays alone.
#[test]
fn waits_of_a_day_are_those_of_all_who_arrive_in_it() {
    let text =
        queue(2, 4.4, "warm_up = { hours = 0 }, horizon = { days = 1 }, replications = 1, seed = 3", "");
    let (mut exact, mut told, mut late) = (Duration::ZERO, Duration::ZERO, 0);
    for replication in 0..20 {
        let world = world(&scenario(&text), replication);
        let mut free: BinaryHeap<Reverse<Time>> = [Reverse(Time::START); 2].into();
        for visitor in walk_ins(&world) {
            let Reverse(plug) = free.pop().expect("there are two plugs");
            let begins = plug.max(visitor.arrived);
            exact += begins - visitor.arrived;
            late += u32::from(begins >= world.horizon);
            free.push(Reverse(begins + visitor.stay.expect("it comes for a time")));
        }
        let mut recorder = Recorder::new(&world);
        stage::run(&world, &mut recorder);
        let sums = recorder.finish(world.horizon);
        told += sums.stations.iter().map(|sums| sums.waits.sum).sum();
    }
    assert!(late > 50, "{late} plug in after the horizon");
    assert_eq!(told, exact);
}

/// Visitors who never get a plug before the run is closed are part of the waits, as far as they were seen.
#[test]
fn who_waits_for_ever_is_estimated_and_told() {
    let time = "warm_up = { hours = 0 }, horizon = { hours = 24 }, replications = 4, seed = 1";
    let results = run(&queue(1, 6.0, time, ""));
    let note = results.notes.iter().find(|note| note.doubt == Doubt::Unfinished).expect("it is told");
    let number = |name: &str| {
        note.numbers.iter().find(|(own, _)| *own == name).map(|(_, value)| *value).expect("it is one of them")
    };
    // Of six an hour two are served; in the day of grace some 48 of the 96 that are left.
    assert!((30.0..66.0).contains(&number("censored")), "{note:?}");
    assert!(note.text.contains("Kaplan and Meier"), "{}", note.text);
    let metric = |name: &str| results.city.get(name).expect("it applies").mean;
    assert!(
        (metric("charging.wait_s.n") - metric("charging.visits")).abs() < 1e-6 * metric("charging.visits")
    );
    // Each who arrives at a time t waits until some 3 t have passed: a day in the mean, were all seen; half of those that
    // were never seen to plug in are counted with what they had waited so far.
    assert!((16.0..24.0).contains(&(metric("charging.wait_s.mean") / 3_600.0)));
    assert!(metric("charging.wait_s.p50") <= metric("charging.wait_s.p90"));
}

#[test]
fn what_never_happened_has_a_bound_and_no_interval_reaches_where_nothing_can_lie() {
    // Seven in a thousand wait at all, and hardly any for ten minutes.
    let time = "warm_up = { hours = 5 }, horizon = { hours = 40 }, replications = 6, seed = 2";
    let results = run(&queue(8, 6.0, time, ""));
    let over = results.city.get("charging.wait_over_30min").expect("it applies");
    let (low, high) = over.ci95.expect("there are six replications");
    assert!(over.mean == 0.0 && low == 0.0, "{over:?}");
    // Three in all visits by the rule of three, and more as visits hang together.
    let visits = results.city.get("charging.wait_s.n").expect("it applies").mean * 6.0;
    assert!(high >= 2.99 / visits && high < 0.1, "{high} of {visits}");
    for (metric, value) in results.city.iter() {
        let Some((low, high)) = value.ci95 else { continue };
        let signed = metric.name.contains("profit") || metric.name.contains("npv");
        assert!(low <= value.mean && value.mean <= high, "{}: {value:?}", metric.name);
        assert!(signed || low >= 0.0, "{}: {value:?}", metric.name);
        assert!(metric.unit != "share" || high <= 1.0, "{}: {value:?}", metric.name);
    }
    // Where one replication alone has waits as long, the quantile may as well be nothing.
    let p99 = results.city.get("charging.wait_s.p99").and_then(|p99| p99.ci95).expect("it has one");
    assert!(p99.0 >= 0.0 && p99.1 > 0.0, "{p99:?}");
}

/// How often intervals of `count` replications cover what all replications together say: 95 times in 100, nominally.
fn coverage(all: &[Metrics], name: &str, count: usize) -> f64 {
    let place = place(name);
    let of = |some: &[Metrics]| Estimate::of(place, &some.iter().collect::<Vec<_>>());
    let truth = of(all).expect("it applies").value;
    let experiments: Vec<bool> = all
        .chunks_exact(count)
        .map(|some| {
            let interval = of(some).and_then(|estimate| estimate.ci95);
            interval.is_some_and(|(low, high)| low <= truth && truth <= high)
        })
        .collect();
    experiments.iter().filter(|covers| **covers).count() as f64 / experiments.len() as f64
}

#[test]
fn intervals_of_queues_cover_what_they_estimate() {
    let time = "warm_up = { hours = 20 }, horizon = { days = 7 }, replications = 1, seed = 1";
    for (plugs, per_hour) in [(10, 18.0), (1, 1.4)] {
        let all = cities(&queue(plugs, per_hour, time, ""), 4_000);
        for name in ["charging.wait_s.mean", "charging.wait_s.p95", "charging.wait_over_10min"] {
            for count in [3, 5, 10] {
                let covered = coverage(&all, name, count);
                assert!(covered >= 0.91, "{plugs} plugs, {name} of {count} replications: {covered:.3}");
            }
        }
    }
}

#[test]
fn intervals_of_a_city_cover_what_they_estimate() {
    let text = "name = \"town\"\ntime = { warm_up = { hours = 6 }, horizon = { hours = 24 }, replications = 1, seed = 1 }\n\
                demand.rides_per_day = 500\nfleet = { taxis = 24, electric = 16 }\n\
                network = { existing = 4, planned = { plots = 0 } }\n";
    let all = cities(text, 600);
    for name in
        ["rides.lost_share", "charging.served", "drivers.net_kzt_per_hour.electric", "charging.wait_s.mean"]
    {
        for count in [3, 5] {
            let covered = coverage(&all, name, count);
            assert!(covered >= 0.91, "{name} of {count} replications: {covered:.3}");
        }
    }
}
