//! Queues with known answers, through real scenarios and the same engine and stations as the city.
//!
//! Times are in mean stays, rates per mean stay. A row holds if the exact value lies in the 99.9 % interval of
//! independent replications and the interval is narrow enough to notice a bug.

use crate::stage::{self, DATA, scenario, walk_ins, world};
use rayon::prelude::*;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fmt::Write;
use zaryad::observe::{Observation, Observer, Visit};
use zaryad::results::{Outcome, Recorder, Summaries};
use zaryad::stats::{Confidence, Interval};
use zaryad::study::{Progress, replicate};
use zaryad::units::{Duration, Time};
use zaryad::world::World;

const REPLICATIONS: u64 = 20;
/// The mean stay in all scenarios here.
const STAY_MS: f64 = 30.0 * 60e3;
/// The widest interval that counts, half of it, relative to the exact value.
const WIDEST: f64 = 0.05;

const EXPONENTIAL: &str = "{ exponential = { mean_minutes = 30 } }";
const CONSTANT: &str = "{ constant = { minutes = 30 } }";
const ERLANG_4: &str = "{ erlang = { stages = 4, mean_minutes = 30 } }";
const HYPEREXPONENTIAL_SCV_4: &str = "{ hyperexponential = { mean_minutes = 30, cv = 2 } }";

/// A queue alone: the lines of its station, and its streams as arrivals per mean stay, stay and further lines.
fn queue(hours: f64, station: &str, streams: &[(f64, &str, &str)]) -> String {
    let mut text = format!(
        "name = \"queue\"\n\
         time = {{ warm_up = {{ hours = 1_000 }}, horizon = {{ hours = {hours} }}, replications = 1, seed = 1 }}\n\
         demand = {{ rides_per_day = 0 }}\nfleet = {{ taxis = 0, electric = 0 }}\n\
         network = {{ existing = 0, planned = {{ plots = 0 }} }}\n[[stations]]\nname = \"Q\"\n{station}\n"
    );
    for (rate, stay, more) in streams {
        let per_hour = 2.0 * rate;
        let _ = writeln!(text, "[[stations.walk_ins]]\nper_hour = {per_hour}\nstay = {stay}\n{more}");
    }
    text
}

/// A queue alone whose visitors are written out.
fn queue_of(hours: f64, station: &str, walk_ins: &str) -> String {
    format!("{}[[stations.walk_ins]]\n{walk_ins}\n", queue(hours, station, &[]))
}

/// Counts of the visitors of one stream that arrived after the warm-up.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    arrived: f64,
    refused: f64,
    reneged: f64,
    plugged_in: f64,
    waited: f64,
    wait_ms: f64,
    left: f64,
    /// From arrival to the end of the session, summed.
    sojourn_ms: f64,
}

/// Keeps counts by stream; whose visit it is follows from the order of arrival.
struct Tally {
    from: Time,
    /// The stream of each visit, where there are several.
    streams: Vec<usize>,
    counts: Vec<Counts>,
}

impl Tally {
    fn new(world: &World) -> Self {
        // Cars that come back are streams of one kind.
        let several = world.streams.iter().filter(|stream| !stream.returns).count() > 1;
        let streams = if several { walk_ins(world) } else { Vec::new() };
        let streams = streams.iter().map(|walk_in| walk_in.stream.0 as usize).collect();
        Self { from: world.measured_from, streams, counts: vec![Counts::default(); world.streams.len()] }
    }

    fn count(&mut self, visit: Visit, count: impl FnOnce(&mut Counts)) {
        if visit.arrived >= self.from {
            let stream = self.streams.get(visit.id.0 as usize).copied().unwrap_or(0);
            count(&mut self.counts[stream]);
        }
    }
}

impl Observer for Tally {
    #[expect(clippy::wildcard_enum_match_arm, reason = "a queue alone has few facts")]
    fn observe(&mut self, now: Time, what: Observation) {
        match what {
            Observation::Arrived(visit) => self.count(visit, |counts| counts.arrived += 1.0),
            Observation::Refused(visit) => self.count(visit, |counts| counts.refused += 1.0),
            Observation::Reneged(visit) => self.count(visit, |counts| counts.reneged += 1.0),
            Observation::PluggedIn { visit, plug: _ } => {
                let wait = now - visit.arrived;
                self.count(visit, |counts| {
                    counts.plugged_in += 1.0;
                    counts.waited += f64::from(u8::from(wait > Duration::ZERO));
                    counts.wait_ms += wait.as_millis() as f64;
                });
            }
            Observation::Unplugged { visit, .. } => {
                let sojourn = now - visit.arrived;
                self.count(visit, |counts| {
                    counts.left += 1.0;
                    counts.sojourn_ms += sojourn.as_millis() as f64;
                });
            }
            _ => {}
        }
    }
}

/// What is measured in one replication.
type Measure = fn(&Tally) -> f64;

const MEAN_WAIT: Measure = |tally| tally.counts[0].wait_ms / tally.counts[0].plugged_in / STAY_MS;
const MEAN_WAIT_OF_THE_SECOND: Measure =
    |tally| tally.counts[1].wait_ms / tally.counts[1].plugged_in / STAY_MS;
const SHARE_THAT_WAITS: Measure = |tally| tally.counts[0].waited / tally.counts[0].plugged_in;
const SHARE_REFUSED: Measure = |tally| tally.counts[0].refused / tally.counts[0].arrived;
const MEAN_SOJOURN: Measure = |tally| tally.counts[0].sojourn_ms / tally.counts[0].left / STAY_MS;
const SHARE_THAT_LEAVES: Measure = |tally| tally.counts[0].reneged / tally.counts[0].arrived;

/// A system with a known answer.
struct Row<'a> {
    name: &'a str,
    /// The lines of its station.
    station: &'a str,
    /// Arrivals per mean stay, law of the stay, further lines.
    streams: &'a [(f64, &'a str, &'a str)],
    measure: Measure,
    exact: f64,
}

fn check(row: &Row<'_>) {
    let rate: f64 = row.streams.iter().map(|stream| stream.0).sum();
    // So many visitors a replication that the widest interval is well within bounds, or as many as come in nineteen
    // years.
    let hours = (1.3e6 / (2.0 * rate)).min(166_000.0).round();
    holds(row.name, &measured(&queue(hours, row.station, row.streams), row.measure), row.exact);
}

/// What is measured in each replication of a queue.
fn measured(text: &str, measure: impl Fn(&Tally) -> f64 + Sync) -> Vec<f64> {
    let scenario = scenario(text);
    (0..REPLICATIONS)
        .into_par_iter()
        .map(|replication| {
            let world = world(&scenario, replication);
            let mut tally = Tally::new(&world);
            stage::run(&world, &mut tally);
            measure(&tally)
        })
        .collect()
}

/// The exact value lies in the interval, and the interval is narrow.
fn holds(name: &str, values: &[f64], exact: f64) {
    let interval = Interval::of(values, Confidence::P999).expect("there are several replications");
    let width = interval.half_width() / exact;
    let told = format!(
        "{name}: exact {exact:.7}, interval {:.7} to {:.7}, half width {:.2} %",
        interval.low,
        interval.high,
        100.0 * width
    );
    assert!(interval.covers(exact), "{told}");
    assert!(width < WIDEST, "{told}");
}

// Exact values, in mean stays: the classical formulas are evaluated again below; M/E₄/5 and M/H₂/8 come from the
// matrix-geometric solution of their chains (Neuts 1981).
const M_M_2: f64 = 1.777_778;
const M_M_5: f64 = 1.524_986;
const M_M_10: f64 = 0.668_731_5;
const M_M_50: f64 = 0.072_772_89;
const M_M_10_WAITS: f64 = 0.668_731_5;
const M_M_50_WAITS: f64 = 0.363_864_5;
const M_M_10_10: f64 = 0.167_963_2;
const M_M_50_50: f64 = 0.054_104_47;
const M_M_8_12: f64 = 0.121_285_4;
const M_D_4: f64 = 0.386_094_9;
const M_D_8: f64 = 0.449_973_3;
const M_E4_5: f64 = 0.967_095_7;
const M_H2_8: f64 = 2.054_116;
const ERLANG_A_10: f64 = 0.085_912_11;
const ERLANG_A_50: f64 = 0.056_325_01;
const COBHAM: [f64; 2] = [0.095_533_07, 0.955_330_7];
const SHARED_CABINET: f64 = 5.0;
const FIFTY_CARS_THROUGHPUT: f64 = 9.321_044;
const FIFTY_CARS_WAIT: f64 = 0.364_206_2;
/// The mean number of visitors so many mean stays after ten plugs open, nine arriving in each.
const FROM_EMPTY: [(u32, f64); 4] = [(1, 5.698_742), (5, 10.524_63), (10, 12.174_90), (50, 14.684_33)];

fn check_single(name: &str, station: &str, stream: (f64, &str, &str), measure: Measure, exact: f64) {
    check(&Row { name, station, streams: &[stream], measure, exact });
}

#[test]
fn exponential_stays_wait_as_erlang_says() {
    for (name, plugs, rate, exact) in [
        ("M/M/2 wait", 2, 1.6, M_M_2),
        ("M/M/5 wait", 5, 4.5, M_M_5),
        ("M/M/10 wait", 10, 9.0, M_M_10),
        ("M/M/50 wait", 50, 45.0, M_M_50),
    ] {
        check_single(name, &format!("plugs = {plugs}"), (rate, EXPONENTIAL, ""), MEAN_WAIT, exact);
    }
}

#[test]
fn as_many_have_to_wait_as_erlang_c_says() {
    for (name, plugs, rate, exact) in
        [("M/M/10 waits", 10, 9.0, M_M_10_WAITS), ("M/M/50 waits", 50, 45.0, M_M_50_WAITS)]
    {
        check_single(name, &format!("plugs = {plugs}"), (rate, EXPONENTIAL, ""), SHARE_THAT_WAITS, exact);
    }
}

#[test]
fn without_room_to_wait_as_many_are_lost_as_erlang_b_says() {
    for (name, plugs, rate, exact) in
        [("M/M/10/10 loss", 10, 9.0, M_M_10_10), ("M/M/50/50 loss", 50, 45.0, M_M_50_50)]
    {
        let station = format!("plugs = {plugs}\nroom = 0");
        check_single(name, &station, (rate, EXPONENTIAL, ""), SHARE_REFUSED, exact);
    }
}

/// Erlang's loss formula holds for any law of the stay.
#[test]
fn the_loss_does_not_depend_on_the_law_of_the_stay() {
    for (name, stay) in [("M/D/10/10 loss", CONSTANT), ("M/H2/10/10 loss", HYPEREXPONENTIAL_SCV_4)] {
        check_single(name, "plugs = 10\nroom = 0", (9.0, stay, ""), SHARE_REFUSED, M_M_10_10);
    }
}

#[test]
fn where_the_room_is_full_visitors_are_refused() {
    check_single("M/M/8/12 loss", "plugs = 8\nroom = 4", (8.0, EXPONENTIAL, ""), SHARE_REFUSED, M_M_8_12);
}

#[test]
fn equal_stays_wait_as_crommelin_says() {
    check_single("M/D/4 wait", "plugs = 4", (3.2, CONSTANT, ""), MEAN_WAIT, M_D_4);
    check_single("M/D/8 wait", "plugs = 8", (7.2, CONSTANT, ""), MEAN_WAIT, M_D_8);
}

#[test]
fn even_stays_wait_less_and_uneven_ones_longer() {
    check_single("M/E4/5 wait", "plugs = 5", (4.5, ERLANG_4, ""), MEAN_WAIT, M_E4_5);
    check_single("M/H2/8 wait", "plugs = 8", (7.2, HYPEREXPONENTIAL_SCV_4, ""), MEAN_WAIT, M_H2_8);
}

#[test]
fn as_many_lose_patience_as_erlang_a_says() {
    let patience = format!("patience = {EXPONENTIAL}");
    for (name, plugs, rate, exact) in
        [("Erlang A, 10 plugs", 10, 9.0, ERLANG_A_10), ("Erlang A, 50 plugs", 50, 50.0, ERLANG_A_50)]
    {
        let stream = (rate, EXPONENTIAL, patience.as_str());
        check_single(name, &format!("plugs = {plugs}"), stream, SHARE_THAT_LEAVES, exact);
    }
}

#[test]
fn two_classes_wait_as_cobham_says() {
    let streams = [(3.0, EXPONENTIAL, "class = 0"), (6.0, EXPONENTIAL, "class = 7")];
    let station = "plugs = 10\nqueue = \"priority\"";
    let row = |name, measure, exact| Row { name, station, streams: &streams, measure, exact };
    check(&row("Cobham, first class", MEAN_WAIT, COBHAM[0]));
    check(&row("Cobham, second class", MEAN_WAIT_OF_THE_SECOND, COBHAM[1]));
}

/// The same as results tell it: waits by class, and rows with the stream and the class of each visitor.
#[test]
fn results_tell_the_waits_of_each_class() {
    let walk_ins = format!(
        "per_hour = 6\nstay = {EXPONENTIAL}\nclass = 0\n[[stations.walk_ins]]\nper_hour = 12\n\
         stay = {EXPONENTIAL}\nclass = 7"
    );
    let text = queue_of(20_000.0, "plugs = 10\nqueue = \"priority\"", &walk_ins);
    let scenario = scenario(&text.replace("replications = 1,", "replications = 10,"));
    let results = replicate(&scenario, &DATA, &Progress::default()).expect("the run comes to its end");
    assert_eq!(results.layout.classes, [(0, 0), (0, 7)]);
    assert_eq!(results.layout.streams, [(0, 0), (1, 7)]);
    for (class, exact) in results.classes.iter().zip(COBHAM) {
        let wait = class.get("wait_s.mean").expect("somebody plugs in");
        let (low, high) = wait.ci95.expect("there are ten replications");
        // Five standard errors.
        let exact = exact * STAY_MS / 1e3;
        let error = (high - low) / 2.0 / 2.262;
        assert!((wait.mean - exact).abs() < 5.0 * error && error < 0.05 * exact, "{wait:?} {exact}");
    }
    let visits = |metrics: &Summaries| metrics.get("visits").map(|visits| visits.mean);
    let both: f64 = results.classes.iter().filter_map(visits).sum();
    assert_eq!(Some(both), visits(&results.stations[0]));
}

/// A cabinet that all share is a queue M/G/1-PS: the mean time to charge is that of a cabinet alone over the share
/// that is not in use, for any law of the energy. There are so many plugs that nobody ever waits.
#[test]
fn who_shares_a_cabinet_charges_as_long_as_processor_sharing_says() {
    // At 60 kW, 30 kWh take the mean stay.
    for (name, energy) in [
        ("M/M/1-PS", "{ exponential = { mean_kwh = 30 } }"),
        ("M/D/1-PS", "{ constant = { kwh = 30 } }"),
        ("M/H2/1-PS", "{ hyperexponential = { mean_kwh = 30, cv = 2 } }"),
    ] {
        let walk_ins = format!("per_hour = 1.6\nenergy = {energy}");
        let text = queue_of(50_000.0, "plugs = 40\ncabinet_kw = 60", &walk_ins);
        holds(name, &measured(&text, MEAN_SOJOURN), SHARED_CABINET);
    }
}

/// Fifty cars that leave, come back after four mean stays, and find ten plugs.
#[test]
fn cars_that_come_back_wait_as_a_finite_source_says() {
    let hours = 20_000.0;
    let away = "cars = 50\naway = { exponential = { mean_minutes = 120 } }";
    let text = queue_of(hours, "plugs = 10", &format!("{away}\nstay = {EXPONENTIAL}"));
    let stays = hours * 2.0;
    let sum = |tally: &Tally, of: fn(&Counts) -> f64| tally.counts.iter().map(of).sum::<f64>();
    let throughput = measured(&text, |tally| sum(tally, |counts| counts.arrived) / stays);
    holds("finite source, throughput", &throughput, FIFTY_CARS_THROUGHPUT);
    let wait = measured(&text, |tally| {
        sum(tally, |counts| counts.wait_ms) / sum(tally, |counts| counts.plugged_in) / STAY_MS
    });
    holds("finite source, wait", &wait, FIFTY_CARS_WAIT);
}

/// The number of visitors at given times.
struct Present {
    times: Vec<Time>,
    visitors: f64,
    counted: Vec<f64>,
}

impl Observer for Present {
    #[expect(clippy::wildcard_enum_match_arm, reason = "a queue alone has few facts")]
    fn observe(&mut self, now: Time, what: Observation) {
        while self.times.get(self.counted.len()).is_some_and(|&time| time <= now) {
            self.counted.push(self.visitors);
        }
        match what {
            Observation::Arrived(_) => self.visitors += 1.0,
            Observation::Unplugged { .. } => self.visitors -= 1.0,
            _ => {}
        }
    }
}

#[test]
fn a_queue_fills_from_empty_as_its_chain_says() {
    let times: Vec<Time> = FROM_EMPTY
        .iter()
        .map(|(stays, _)| Time::START + Duration::from_secs_f64(f64::from(*stays) * STAY_MS / 1e3))
        .collect();
    let scenario = scenario(&queue(26.0, "plugs = 10", &[(9.0, EXPONENTIAL, "")]).replace("1_000", "0"));
    let counts: Vec<Vec<f64>> = (0..20_000)
        .into_par_iter()
        .map(|replication| {
            let mut present = Present { times: times.clone(), visitors: 0.0, counted: Vec::new() };
            stage::run(&world(&scenario, replication), &mut present);
            present.counted
        })
        .collect();
    for (index, (stays, exact)) in FROM_EMPTY.iter().enumerate() {
        let present: Vec<f64> = counts.iter().map(|counts| counts[index]).collect();
        holds(&format!("visitors after {stays} mean stays"), &present, *exact);
    }
}

/// The same row by the metrics that users read.
#[test]
fn the_recorder_says_what_erlang_says() {
    let scenario = scenario(&queue(60_000.0, "plugs = 10", &[(9.0, EXPONENTIAL, "")]));
    let outcomes: Vec<Outcome> = (0..REPLICATIONS)
        .into_par_iter()
        .map(|replication| {
            let world = world(&scenario, replication);
            let mut recorder = Recorder::new(&world);
            stage::run(&world, &mut recorder);
            Outcome::of(&world, recorder.finish(world.horizon))
        })
        .collect();
    let stay_s = STAY_MS / 1e3;
    let rate = 9.0;
    for (name, exact) in [
        ("charging.wait_s.mean", M_M_10 * stay_s),
        // The wait exceeds t with probability C exp(−(c − λ) t).
        ("charging.wait_s.p90", (M_M_10_WAITS / 0.10).ln() / (10.0 - rate) * stay_s),
        ("charging.wait_s.p95", (M_M_10_WAITS / 0.05).ln() / (10.0 - rate) * stay_s),
        ("charging.wait_over_30min", M_M_10_WAITS * (-(10.0 - rate)).exp()),
        // Little's law.
        ("charging.queue.mean", rate * M_M_10),
        ("charging.busy", rate / 10.0),
        ("charging.plugged_in_s.mean", stay_s),
    ] {
        let value = |outcome: &Outcome| outcome.city.get(name).expect("the metric applies to a queue");
        holds(name, &outcomes.iter().map(value).collect::<Vec<f64>>(), exact);
    }
}

// Intervals cover what they say.

/// In how many experiments the 95 % interval of a metric covers the exact value; the experiments differ by their seeds.
fn covers(text: &str, experiments: u64, exact: &[(&str, f64)]) -> Vec<usize> {
    let scenario = scenario(text);
    let one = |seed: u64| -> Vec<bool> {
        let mut scenario = scenario.clone();
        scenario.time.seed = seed;
        let results = replicate(&scenario, &stage::DATA, &Progress::default()).expect("it ends");
        let covers = |(name, exact): &(&str, f64)| {
            let (low, high) =
                results.city.get(name).and_then(|value| value.ci95).expect("there is an interval");
            low <= *exact && *exact <= high
        };
        exact.iter().map(covers).collect()
    };
    let all: Vec<Vec<bool>> = (1..=experiments).into_par_iter().map(one).collect();
    (0..exact.len()).map(|index| all.iter().filter(|covered| covered[index]).count()).collect()
}

/// Ten plugs at a load of 0.7 forget within two hours. Waits are skewed, so that intervals of such short runs cover some
/// 90 to 95 times in 100 (the bench `experiments` says it of a thousand). The bounds are those which binomial counts of
/// 400 experiments cross with a probability of less than 1 in 10,000, from 90 in 100 below to 95 in 100 above: 336 and
/// 395.
#[test]
fn intervals_cover_about_as_often_as_they_say() {
    let (plugs, rate) = (10, 7.0);
    let wait = erlang_c(plugs, rate) / (plugs as f64 - rate);
    let exact = [
        ("charging.wait_s.mean", wait * STAY_MS / 1e3),
        ("charging.queue.mean", wait * rate),
        ("charging.busy", 0.7),
    ];
    let text = |warm_up: &str, hours: f64, replications: &str| {
        let text = queue(hours, "plugs = 10", &[(rate, EXPONENTIAL, "")]);
        text.replace("1_000", warm_up)
            .replace("replications = 1,", &format!("replications = {replications},"))
    };
    for (name, text) in [
        ("ten replications of 100 hours", text("20", 100.0, "10")),
        ("batch means of one run of 1,000 hours", text("20", 1_000.0, "1")),
    ] {
        for (covered, (metric, _)) in covers(&text, 400, &exact).iter().zip(&exact) {
            assert!((336..=395).contains(covered), "{metric} by {name}: {covered} of 400 intervals cover");
        }
    }
}

// The formulas themselves.

/// Probabilities of a chain of births at rate `birth` and deaths at rate `death(n)`, up to `most`.
fn birth_and_death(most: usize, birth: f64, death: impl Fn(usize) -> f64) -> Vec<f64> {
    let mut weights = vec![1.0];
    for n in 1..=most {
        weights.push(weights[n - 1] * birth / death(n));
    }
    let sum: f64 = weights.iter().sum();
    weights.iter().map(|weight| weight / sum).collect()
}

fn erlang_b(plugs: usize, rate: f64) -> f64 {
    (1..=plugs).fold(1.0, |loss, n| rate * loss / (n as f64 + rate * loss))
}

fn erlang_c(plugs: usize, rate: f64) -> f64 {
    let (loss, load) = (erlang_b(plugs, rate), rate / plugs as f64);
    loss / (1.0 - load * (1.0 - loss))
}

/// Crommelin (1932): the mean wait with constant stays of one, as a sum over Poisson tails.
fn crommelin(plugs: usize, rate: f64) -> f64 {
    let tail = |from: usize, mean: f64| {
        let mut term = (1..=from).fold(-mean, |log, n| log + (mean / n as f64).ln()).exp();
        let mut sum = 0.0;
        for n in from + 1..from + 2_000 {
            sum += term;
            term *= mean / n as f64;
        }
        sum
    };
    (1..2_000)
        .map(|i| {
            let mean = rate * f64::from(i);
            let from = i as usize * plugs;
            tail(from, mean) - plugs as f64 / rate * tail(from + 1, mean)
        })
        .sum()
}

/// The mean number of visitors after some mean stays in an empty M/M/c queue, by uniformization (Jensen 1953) of one
/// mean stay after another.
fn from_empty(plugs: usize, rate: f64, stays: u32) -> f64 {
    // So many states that the last is never reached in fifty mean stays.
    const STATES: usize = 600;
    let fastest = rate + plugs as f64;
    let jump = |state: &[f64]| {
        let mut next = vec![0.0; STATES];
        for (n, share) in state.iter().enumerate() {
            let deaths = n.min(plugs) as f64;
            next[(n + 1).min(STATES - 1)] += share * rate / fastest;
            next[n.saturating_sub(1)] += share * deaths / fastest;
            next[n] += share * (plugs as f64 - deaths) / fastest;
        }
        next
    };
    let mut state = vec![0.0; STATES];
    state[0] = 1.0;
    for _ in 0..stays {
        let mut later = vec![0.0; STATES];
        let mut weight = (-fastest).exp();
        for jumps in 1..200 {
            later.iter_mut().zip(&state).for_each(|(later, share)| *later += weight * share);
            state = jump(&state);
            weight *= fastest / f64::from(jumps);
        }
        state = later;
    }
    state.iter().enumerate().map(|(n, share)| n as f64 * share).sum()
}

#[test]
fn the_exact_values_follow_from_their_formulas() {
    let same = |name: &str, formula: f64, constant: f64| {
        assert!(
            (formula / constant - 1.0).abs() < 5e-7,
            "{name}: {formula:.9} by formula, {constant:.9} above"
        );
    };
    same("M/G/1-PS sojourn", 1.0 / (1.0 - 0.8), SHARED_CABINET);
    let (cars, plugs, away) = (50, 10, 4.0);
    let mut weights = vec![1.0];
    for n in 1..=cars {
        weights.push(weights[n - 1] * (cars - n + 1) as f64 / away / n.min(plugs) as f64);
    }
    let total: f64 = weights.iter().sum();
    let mean = |of: &dyn Fn(usize) -> usize| {
        weights.iter().enumerate().map(|(n, weight)| of(n) as f64 * weight / total).sum::<f64>()
    };
    let throughput = mean(&|n| n.min(plugs));
    same("finite source throughput", throughput, FIFTY_CARS_THROUGHPUT);
    same("finite source wait", mean(&|n| n.saturating_sub(plugs)) / throughput, FIFTY_CARS_WAIT);
    for (stays, exact) in FROM_EMPTY {
        same("M/M/10 from empty", from_empty(10, 9.0, stays), exact);
    }
    for (plugs, rate, wait) in [(2, 1.6, M_M_2), (5, 4.5, M_M_5), (10, 9.0, M_M_10), (50, 45.0, M_M_50)] {
        same("M/M/c wait", erlang_c(plugs, rate) / (plugs as f64 - rate), wait);
    }
    same("Erlang C", erlang_c(10, 9.0), M_M_10_WAITS);
    same("Erlang C", erlang_c(50, 45.0), M_M_50_WAITS);
    same("Erlang B", erlang_b(10, 9.0), M_M_10_10);
    same("Erlang B", erlang_b(50, 45.0), M_M_50_50);
    let full = birth_and_death(12, 8.0, |n| n.min(8) as f64);
    same("M/M/8/12", full[12], M_M_8_12);
    same("M/D/4", crommelin(4, 3.2), M_D_4);
    same("M/D/8", crommelin(8, 7.2), M_D_8);
    for (plugs, rate, leaving) in [(10, 9.0, ERLANG_A_10), (50, 50.0, ERLANG_A_50)] {
        // At rate one by the plug and rate one by patience, everybody leaves at rate one.
        let share = birth_and_death(400, rate, |n| n as f64);
        let queue: f64 =
            share.iter().enumerate().skip(plugs).map(|(n, share)| (n - plugs) as f64 * share).sum();
        same("Erlang A", queue / rate, leaving);
    }
    // Cobham (1954): the time until a plug is free, shared out by the load of the classes before.
    let until_free = erlang_c(10, 9.0) / 10.0;
    same("Cobham, first", until_free / (1.0 - 0.3), COBHAM[0]);
    same("Cobham, second", until_free / (1.0 - 0.3) / (1.0 - 0.9), COBHAM[1]);
}

// Two kernels agree visitor by visitor.

/// What became of a visitor, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    PluggedIn(Time),
    Left(Time),
    WaitsAtTheHorizon,
}

/// Kiefer and Wolfowitz (1955): each visitor takes the plug that frees first, unless the wait that this offers
/// exceeds the patience.
fn recursion(world: &World) -> Vec<Fate> {
    let mut frees: BinaryHeap<Reverse<Time>> = (0..world.plugs.len()).map(|_| Reverse(Time::START)).collect();
    let mut fates = Vec::new();
    for visitor in walk_ins(world) {
        let Reverse(first) = *frees.peek().expect("a station has a plug");
        let plugged_in = visitor.arrived.max(first);
        let fate = match visitor.patience {
            Some(patience) if plugged_in - visitor.arrived > patience => {
                Fate::Left(visitor.arrived + patience)
            }
            _ => {
                frees.pop();
                frees.push(Reverse(plugged_in + visitor.stay.expect("visitors come for a time")));
                Fate::PluggedIn(plugged_in)
            }
        };
        let (Fate::PluggedIn(when) | Fate::Left(when)) = fate else { continue };
        fates.push(if when < world.horizon { fate } else { Fate::WaitsAtTheHorizon });
    }
    fates
}

/// The same from the engine's log.
#[expect(clippy::wildcard_enum_match_arm, reason = "only what ends a wait is of interest")]
fn engine(world: &World) -> Vec<Fate> {
    let mut log: stage::Log = Vec::new();
    stage::run(world, &mut log);
    let mut fates = Vec::new();
    for (now, what) in log {
        match what {
            Observation::Arrived(_) => fates.push(Fate::WaitsAtTheHorizon),
            Observation::PluggedIn { visit, plug: _ } => fates[visit.id.0 as usize] = Fate::PluggedIn(now),
            Observation::Reneged(visit) => fates[visit.id.0 as usize] = Fate::Left(now),
            _ => {}
        }
    }
    fates
}

#[test]
fn the_engine_and_the_recursion_agree_about_every_visitor() {
    let lognormal = "{ lognormal = { mean_minutes = 30, cv = 0.5 } }";
    let weibull = "{ weibull = { mean_minutes = 30, shape = 0.7 } }";
    let brief = "{ weibull = { mean_minutes = 12, shape = 2 } }";
    for (plugs, streams) in [
        (1, &[(0.8, EXPONENTIAL, "")][..]),
        (2, &[(1.9, CONSTANT, "")]),
        (3, &[(2.5, lognormal, "")]),
        (8, &[(7.5, HYPEREXPONENTIAL_SCV_4, "")]),
        (65, &[(62.0, ERLANG_4, "")]),
        (1, &[(1.4, weibull, "patience = { exponential = { mean_minutes = 30 } }")]),
        (4, &[(5.0, CONSTANT, "patience = { constant = { minutes = 15 } }")]),
        (10, &[(12.0, EXPONENTIAL, "patience = { erlang = { stages = 3, mean_minutes = 20 } }")]),
        (150, &[(170.0, lognormal, "patience = { weibull = { mean_minutes = 25, shape = 2 } }")]),
        // Nobody waits longer than not at all.
        (5, &[(5.0, EXPONENTIAL, "patience = { constant = { minutes = 0 } }")]),
        // Brief stays make ties of milliseconds; in a queue of one rank the class does not matter.
        (3, &[(1.0, EXPONENTIAL, ""), (2.0, brief, "class = 3\npatience = { constant = { minutes = 20 } }")]),
        (
            6,
            &[(
                800.0,
                "{ exponential = { mean_minutes = 0.2 } }",
                "patience = { constant = { minutes = 0.5 } }",
            )],
        ),
    ] {
        let rate: f64 = streams.iter().map(|stream| stream.0).sum();
        let scenario =
            scenario(&queue((24_000.0 / (2.0 * rate)).ceil(), &format!("plugs = {plugs}"), streams));
        let world = world(&scenario, 3);
        let (expected, found) = (recursion(&world), engine(&world));
        assert_eq!(expected.len(), found.len(), "{plugs} plugs, {streams:?}");
        assert!(found.len() > 20_000, "{} visitors at {plugs} plugs, {streams:?}", found.len());
        for (visit, (expected, found)) in expected.iter().zip(&found).enumerate() {
            assert_eq!(expected, found, "visitor {visit} at {plugs} plugs, {streams:?}");
        }
    }
}
