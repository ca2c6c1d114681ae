//! How far results say that they can be trusted.

use crate::stage::{self, DATA, scenario, world};
use zaryad::observe::{Observation, Observer};
use zaryad::results::{CITY, Doubt, Metric, Recorder, Results, Series};
use zaryad::study::compare::{Comparison, Side, Verdict};
use zaryad::study::{Progress, replicate};
use zaryad::units::{Duration, Time};

/// A queue of ten plugs and stays of half an hour.
fn queue(warm_up: u32, horizon: u32, replications: u32, per_hour: f64) -> Results {
    let text = format!(
        "name = \"queue\"\n\
         time = {{ warm_up = {{ hours = {warm_up} }}, horizon = {{ hours = {horizon} }}, \
         replications = {replications}, seed = 1 }}\n\
         demand = {{ rides_per_day = 0 }}\nfleet = {{ taxis = 0, electric = 0 }}\n\
         network = {{ existing = 0, planned = {{ plots = 0 }} }}\n[[stations]]\nname = \"Q\"\nplugs = 10\n\
         [[stations.walk_ins]]\nper_hour = {per_hour}\nstay = {{ exponential = {{ mean_minutes = 30 }} }}\n"
    );
    replicate(&scenario(&text), &DATA, &Progress::default()).expect("the run comes to its end")
}

fn doubts(results: &Results) -> Vec<Doubt> {
    results.notes.iter().map(|note| note.doubt).collect()
}

fn number(results: &Results, doubt: Doubt, name: &str) -> f64 {
    let note = results.notes.iter().find(|note| note.doubt == doubt);
    let numbers = &note.unwrap_or_else(|| panic!("no {doubt:?} in {:?}", results.notes)).numbers;
    numbers.iter().find(|(key, _)| *key == name).expect("the note has this number").1
}

#[test]
fn a_start_from_empty_that_is_measured_is_seen_and_one_that_is_not_is_not() {
    // At nineteen twentieths of load a queue needs days to forget that it was empty.
    let cold = queue(0, 200, 100, 19.0);
    assert_eq!(doubts(&cold), [Doubt::WarmUp], "{:?}", cold.notes);
    let advised = number(&cold, Doubt::WarmUp, "advised_hours");
    assert!((12.0..=100.0).contains(&advised), "{advised}");
    let warm = queue(200, 200, 100, 19.0);
    assert!(!doubts(&warm).contains(&Doubt::WarmUp), "{:?}", warm.notes);
}

#[test]
fn a_bias_of_some_percent_is_seen_though_intervals_are_wider_than_it() {
    // One plug at nineteen twentieths of load waits 9.5 hours on average; from empty 1,500 hours lack a tenth of it.
    let noted = |warm_up: u32, hours: u32, plugs: u32, per_hour: f64| {
        let text = format!(
            "name = \"queue\"\ntime = {{ warm_up = {{ hours = {warm_up} }}, horizon = {{ hours = {hours} }}, \
             replications = 10, seed = 1 }}\n\
             demand = {{ rides_per_day = 0 }}\nfleet = {{ taxis = 0, electric = 0 }}\n\
             network = {{ existing = 0, planned = {{ plots = 0 }} }}\n[[stations]]\nname = \"Q\"\nplugs = {plugs}\n\
             [[stations.walk_ins]]\nper_hour = {per_hour}\nstay = {{ exponential = {{ mean_minutes = 30 }} }}\n"
        );
        let mut scenario = scenario(&text);
        let mut of = |seed: u64| {
            scenario.time.seed = seed;
            replicate(&scenario, &DATA, &Progress::default()).expect("the run comes to its end")
        };
        (1..=40).filter(|seed| doubts(&of(*seed)).contains(&Doubt::WarmUp)).count()
    };
    let cold = noted(0, 1_500, 1, 1.9);
    assert!(cold >= 18, "{cold}");
    let settled = noted(100, 400, 10, 18.0);
    assert!(settled <= 3, "{settled}");
}

#[test]
fn a_queue_compared_with_itself_under_two_seeds_differs_surely_in_one_of_twenty_at_most() {
    let text = "name = \"queue\"\ntime = { warm_up = { hours = 5 }, horizon = { hours = 30 }, replications = 5, seed = 1 }\n\
        demand = { rides_per_day = 0 }\nfleet = { taxis = 0, electric = 0 }\n\
        network = { existing = 0, planned = { plots = 0 } }\n[[stations]]\nname = \"Q\"\nplugs = 2\n\
        [[stations.walk_ins]]\nper_hour = 2.4\nstay = { exponential = { mean_minutes = 30 } }\n";
    let mut scenario = scenario(text);
    let mut side = |seed: u64, replications: u32| {
        (scenario.time.seed, scenario.time.replications) = (seed, replications);
        let results = replicate(&scenario, &DATA, &Progress::default()).expect("the run comes to its end");
        let city = results.replications.into_iter().map(|outcome| outcome.city).collect();
        Side { label: String::new(), scenario: String::new(), seed, city, answers: Vec::new(), fixed: false }
    };
    let metrics: Vec<&Metric> = CITY.iter().collect();
    for replications in [2, 3, 5] {
        let mut sure = 0;
        for pair in 0..100 {
            let [a, b] = [2 * pair + 1, 2 * pair + 2].map(|seed| side(seed, replications));
            let comparison = Comparison::of(&a, &b, &metrics);
            let undecided = [Verdict::Undecided, Verdict::Same, Verdict::Untested];
            let any = comparison.metrics.iter().any(|compared| !undecided.contains(&compared.verdict));
            sure += u32::from(any);
        }
        // Of a hundred comparisons one in twenty is exceeded by more than eleven once in a hundred times.
        assert!(sure <= 11, "{replications}: {sure}");
    }
}

#[test]
fn a_few_hours_are_too_short_to_tell() {
    let brief = queue(1, 2, 10, 18.0);
    let note = brief.notes.iter().find(|note| note.doubt == Doubt::WarmUp).expect("it is too short");
    assert_eq!(note.text, "the run is too short to tell whether a warm-up of 60 minutes is enough");
}

#[test]
fn a_queue_that_grows_for_ever_is_told_and_no_warm_up_is_advised() {
    let crowded = queue(100, 1_000, 5, 21.0);
    assert!(doubts(&crowded).starts_with(&[Doubt::Backlog, Doubt::Unfinished]), "{:?}", crowded.notes);
    // One more arrives each hour than ten plugs can serve, the warm-up among them.
    let waiting = number(&crowded, Doubt::Backlog, "waiting_at_end");
    // 1,100 of them, with a standard error of 95 over five replications.
    assert!((800.0..=1_400.0).contains(&waiting), "{waiting}");
}

#[test]
fn one_long_run_has_intervals_from_its_batches_and_a_short_one_says_that_they_fail() {
    let long = queue(500, 40_000, 1, 18.0);
    assert_eq!(doubts(&long), [], "{:?}", long.notes);
    let wait = long.city.get("charging.wait_s.mean").expect("somebody was served");
    assert!(wait.batches.is_some_and(|batches| (16..=32).contains(&batches)), "{wait:?}");
    let half_width = wait.half_width().expect("there are batches") / wait.mean;
    assert!((0.02..0.08).contains(&half_width), "{half_width}");
    let json = long.summary_json(None);
    assert_eq!(json["metrics"]["charging.wait_s.mean"]["by"], "batch means");
    assert_eq!(json["metrics"]["charging.wait_s.p95"].get("ci95"), None);

    // In ten hours a queue so full is one burst or none.
    let short = queue(100, 300, 1, 19.5);
    assert!(doubts(&short).contains(&Doubt::Batches), "{:?}", short.notes);
    assert!(number(&short, Doubt::Batches, "times_as_long") >= 3.0);
}

#[test]
fn few_replications_and_few_visits_are_told() {
    let few = queue(20, 45, 3, 2.0);
    let told = doubts(&few);
    assert!(told.contains(&Doubt::FewReplications) && told.contains(&Doubt::FewVisits), "{:?}", few.notes);
    let json = few.summary_json(None);
    let notes = json["notes"].as_array().expect("notes are a list");
    let of = |kind: &str| notes.iter().find(|note| note["kind"] == kind).expect("the note is there");
    of("few_replications");
    // Some 270 visitors in all three plug in: 27 of them wait longer than nine in ten.
    assert_eq!(of("few_visits")["metrics"], serde_json::json!(["charging.wait_s.p99"]));
}

/// A city of electric taxis over nine days, two of them to warm up.
fn city(stations: u32) -> Results {
    let text = format!(
        "name = \"city\"\ntime = {{ warm_up = {{ days = 2 }}, horizon = {{ days = 7 }}, replications = 6, seed = 1 }}\n\
         demand.rides_per_day = 4000\nfleet = {{ taxis = 100, electric = 100 }}\nnetwork = {{ existing = {stations} }}"
    );
    replicate(&scenario(&text), &DATA, &Progress::default()).expect("the run comes to its end")
}

#[test]
fn days_that_differ_from_each_other_are_no_reason_to_doubt_a_city_but_weeks_that_do_are() {
    let settled = city(20);
    assert!(!doubts(&settled).contains(&Doubt::WarmUp), "{:?}", settled.notes);
    // At six stations all queue for half a day on the first days, when all are as empty, and half as long later.
    let growing = city(6);
    let day = number(&growing, Doubt::WarmUp, "day_wait_min");
    let week_later = number(&growing, Doubt::WarmUp, "week_later_wait_min");
    assert!(week_later < 0.75 * day, "{day} {week_later}");
}

/// Who waits and who is plugged in at the end of each slice, and what those have waited who arrived in it.
struct Watch {
    every: Duration,
    from: Time,
    now: Time,
    queue: (i64, i64),
    busy: (i64, i64),
    /// When visitors arrived who plugged in, each with the wait.
    waits: Vec<(Time, Duration)>,
    told: Vec<(i64, i64)>,
}

impl Watch {
    fn advance(&mut self, to: Time) {
        while self.now < to {
            let next = Time::START + self.every * (self.told.len() as i64 + 1);
            let until = next.min(to);
            let span = (until - self.now.max(self.from)).as_millis().max(0);
            self.queue.1 += self.queue.0 * span;
            self.busy.1 += self.busy.0 * span;
            self.now = until;
            if until == next {
                self.told.push((self.queue.1, self.busy.1));
            }
        }
    }
}

impl Observer for Watch {
    #[expect(clippy::wildcard_enum_match_arm, reason = "a queue alone has few facts")]
    fn observe(&mut self, now: Time, what: Observation) {
        if let Observation::FollowedUp { visit, plugged_in, .. } = what {
            let after = plugged_in.filter(|since| *since >= self.now);
            return self.waits.extend(after.map(|since| (visit.arrived, since - visit.arrived)));
        }
        self.advance(now);
        match what {
            Observation::Arrived(_) => self.queue.0 += 1,
            Observation::Reneged(_) => self.queue.0 -= 1,
            Observation::PluggedIn { visit, .. } => {
                self.queue.0 -= 1;
                self.busy.0 += 1;
                self.waits.push((visit.arrived, now - visit.arrived));
            }
            Observation::Unplugged { .. } => self.busy.0 -= 1,
            _ => {}
        }
    }
}

#[test]
fn the_run_in_slices_is_what_another_watch_sees() {
    let text = "name = \"queue\"\n\
        time = { warm_up = { hours = 30 }, horizon = { hours = 301 }, replications = 1, seed = 5 }\n\
        demand = { rides_per_day = 0 }\nfleet = { taxis = 0, electric = 0 }\n\
        network = { existing = 0, planned = { plots = 0 } }\n[[stations]]\nname = \"Q\"\nplugs = 2\n\
        [[stations.walk_ins]]\nper_hour = 4.5\nstay = { exponential = { mean_minutes = 30 } }\n\
        patience = { exponential = { mean_minutes = 60 } }\n";
    let world = world(&scenario(text), 0);
    let mut recorder = Recorder::new(&world);
    stage::run(&world, &mut recorder);
    let Series { every, marks } = recorder.finish(world.horizon).series;
    // The day halved seven times: 331 hours in 1,765 slices and a part of one.
    assert_eq!((every, marks.len()), (Duration::from_millis(675_000), 1_765));
    let mut watch = Watch {
        every,
        from: world.measured_from,
        now: Time::START,
        queue: (0, 0),
        busy: (0, 0),
        waits: Vec::new(),
        told: Vec::new(),
    };
    stage::run(&world, &mut watch);
    watch.advance(world.horizon);
    let found: Vec<_> =
        marks.iter().map(|mark| (mark.plugged_in, mark.waited, mark.queue, mark.busy)).collect();
    let told = (1..).zip(&watch.told).map(|(slice, (queue, busy))| {
        let end = Time::START + every * slice;
        let waits = || watch.waits.iter().filter(|(arrived, _)| *arrived < end).map(|(_, wait)| *wait);
        (waits().count() as u64, waits().sum(), *queue, *busy)
    });
    assert_eq!(found, told.collect::<Vec<_>>());
    assert!(marks.iter().any(|mark| mark.over_10min > 0 && mark.over_30min < mark.over_10min));
}
