//! Queues with known answers: exact and simulated waits side by side, and how fast each queue runs.
#![allow(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
#![allow(clippy::print_stdout, reason = "a benchmark prints its table")]

use std::fmt::Write;
use std::time::Instant;
use zaryad::observe::{Observation, Observer, Visit};
use zaryad::results::Sample;
use zaryad::sim;
use zaryad::stats::{Confidence, Histogram, Interval};
use zaryad::units::Time;

#[path = "../tests/it/stage.rs"]
#[allow(dead_code, reason = "the tests use more of it")]
mod stage;

const REPLICATIONS: u64 = 10;
/// The mean stay in all systems here.
const STAY_MINUTES: f64 = 30.0;
/// Visitors per replication, unless nineteen years bring fewer.
const VISITORS: f64 = 1e6;

const EXPONENTIAL: &str = "{ exponential = { mean_minutes = 30 } }";
const CONSTANT: &str = "{ constant = { minutes = 30 } }";
const ERLANG_4: &str = "{ erlang = { stages = 4, mean_minutes = 30 } }";
const HYPEREXPONENTIAL: &str = "{ hyperexponential = { mean_minutes = 30, cv = 2 } }";
const PATIENCE: &str = "patience = { exponential = { mean_minutes = 30 } }";

/// Arrivals per mean stay, the law of the stay, further lines.
type Stream = (f64, &'static str, &'static str);

/// What is known exactly; waits in mean stays, one for each stream.
enum Exact {
    Wait(&'static [f64]),
    /// The share of the visitors that go away without a plug.
    Away(f64),
}

struct System {
    name: &'static str,
    plugs: u32,
    /// Further lines of the station.
    station: &'static str,
    streams: &'static [Stream],
    exact: Exact,
}

// The names say plugs and load; the exact values are those of `tests/it/theory.rs`.
const SYSTEMS: [System; 13] = [
    system("M/M/2, load 0.8", 2, "", &[(1.6, EXPONENTIAL, "")], Exact::Wait(&[1.777_778])),
    system("M/M/5, load 0.9", 5, "", &[(4.5, EXPONENTIAL, "")], Exact::Wait(&[1.524_986])),
    system("M/M/10, load 0.9", 10, "", &[(9.0, EXPONENTIAL, "")], Exact::Wait(&[0.668_731_5])),
    system("M/M/50, load 0.9", 50, "", &[(45.0, EXPONENTIAL, "")], Exact::Wait(&[0.072_772_89])),
    system("M/D/4, load 0.8", 4, "", &[(3.2, CONSTANT, "")], Exact::Wait(&[0.386_094_9])),
    system("M/D/8, load 0.9", 8, "", &[(7.2, CONSTANT, "")], Exact::Wait(&[0.449_973_3])),
    system("M/E4/5, load 0.9", 5, "", &[(4.5, ERLANG_4, "")], Exact::Wait(&[0.967_095_7])),
    system("M/H2/8, load 0.9", 8, "", &[(7.2, HYPEREXPONENTIAL, "")], Exact::Wait(&[2.054_116])),
    system(
        "Erlang A, 10 plugs, load 0.9",
        10,
        "",
        &[(9.0, EXPONENTIAL, PATIENCE)],
        Exact::Away(0.085_912_11),
    ),
    system("Erlang A, 50 plugs, load 1", 50, "", &[(50.0, EXPONENTIAL, PATIENCE)], Exact::Away(0.056_325_01)),
    system(
        "Cobham, 10 plugs, load 0.9",
        10,
        "queue = \"priority\"",
        &[(3.0, EXPONENTIAL, "class = 0"), (6.0, EXPONENTIAL, "class = 1")],
        Exact::Wait(&[0.095_533_07, 0.955_330_7]),
    ),
    system(
        "Erlang B, 10 plugs, load 0.9",
        10,
        "room = 0",
        &[(9.0, EXPONENTIAL, "")],
        Exact::Away(0.167_963_2),
    ),
    system(
        "Erlang B, 50 plugs, load 0.9",
        50,
        "room = 0",
        &[(45.0, EXPONENTIAL, "")],
        Exact::Away(0.054_104_47),
    ),
];

const fn system(
    name: &'static str,
    plugs: u32,
    station: &'static str,
    streams: &'static [Stream],
    exact: Exact,
) -> System {
    System { name, plugs, station, streams, exact }
}

impl System {
    /// Its scenario: a station alone.
    fn text(&self) -> String {
        let per_hour = |rate: f64| rate * 60.0 / STAY_MINUTES;
        let rate: f64 = self.streams.iter().map(|stream| stream.0).sum();
        let hours = (VISITORS / per_hour(rate)).min(166_000.0).round();
        let mut text = format!(
            "name = \"queue\"\n\
             time = {{ warm_up = {{ hours = 1_000 }}, horizon = {{ hours = {hours} }}, replications = 1, seed = 1 }}\n\
             demand = {{ rides_per_day = 0 }}\nfleet = {{ taxis = 0, electric = 0 }}\n\
             network = {{ existing = 0, planned = {{ plots = 0 }} }}\n\
             [[stations]]\nname = \"Q\"\nplugs = {}\n{}\n",
            self.plugs, self.station
        );
        for &(rate, stay, more) in self.streams {
            let per_hour = per_hour(rate);
            let _ = writeln!(text, "[[stations.walk_ins]]\nper_hour = {per_hour}\nstay = {stay}\n{more}");
        }
        text
    }

    /// The wait that one visitor in twenty exceeds, in minutes, where a formula says it.
    fn exact_p95(&self) -> Option<f64> {
        match (&self.exact, self.streams) {
            (&Exact::Wait(&[wait]), &[(rate, EXPONENTIAL, _)]) => {
                // The wait exceeds t with probability C exp(−(c − λ) t), and its mean is C / (c − λ).
                let spare = f64::from(self.plugs) - rate;
                Some((wait * spare / 0.05).ln() / spare * STAY_MINUTES)
            }
            _ => None,
        }
    }

    fn print(&self) {
        let scenario = stage::scenario(&self.text());
        let mut seen = vec![Seen::default(); self.streams.len()];
        let (mut visitors, mut seconds) = (0, 0.0);
        for replication in 0..REPLICATIONS {
            let world = stage::world(&scenario, replication);
            // Whose visit it is follows from the order of arrival.
            let streams = match self.streams {
                [_] => Vec::new(),
                _ => stage::walk_ins(&world).iter().map(|walk_in| walk_in.stream.0 as usize).collect(),
            };
            let tallies = vec![Tally::default(); self.streams.len()];
            let mut watch = Watch { from: world.measured_from, streams, visitors: 0, tallies };
            let start = Instant::now();
            sim::run(&world, &mut watch, &mut |_, _| ()).expect("the run comes to its end");
            seconds += start.elapsed().as_secs_f64();
            visitors += watch.visitors;
            for (seen, tally) in seen.iter_mut().zip(&watch.tallies) {
                seen.add(tally);
            }
        }
        let speed = format!("{:.1} M", f64::from(visitors) / seconds / 1e6);
        for (index, seen) in seen.iter().enumerate() {
            let (what, exact, values, scale, unit) = match self.exact {
                Exact::Wait(waits) => ("mean wait", waits[index] * STAY_MINUTES, &seen.mean, 1.0, "min"),
                Exact::Away(share) => ("leave", share, &seen.away, 100.0, "%"),
            };
            let name = match self.streams.len() {
                1 => self.name.to_owned(),
                _ => format!("{}, class {index}", self.name),
            };
            let interval = Interval::of(values, Confidence::P95).expect("there are several replications");
            let (exact, mean, half) = (exact * scale, interval.mean * scale, interval.half_width() * scale);
            let p95 = Interval::of(&seen.p95, Confidence::P95).expect("there are several replications").mean;
            let exact_p95 = self.exact_p95().map_or(String::new(), |exact| format!("{exact:.2}"));
            println!(
                "{name:<36} {what:<9} {exact:>8.3} {mean:>8.3} ± {half:<6.3}{unit:<4} {p95:>8.2} {exact_p95:>8} {:>11}",
                if index == 0 { speed.as_str() } else { "" }
            );
        }
    }
}

/// A value of each replication, of one stream.
#[derive(Clone, Default)]
struct Seen {
    /// Mean wait in minutes.
    mean: Vec<f64>,
    /// In minutes.
    p95: Vec<f64>,
    /// The share that went away without a plug.
    away: Vec<f64>,
}

impl Seen {
    fn add(&mut self, tally: &Tally) {
        self.mean.push(tally.wait_ms as f64 / tally.waits.total() as f64 / 60e3);
        self.p95.push(
            Sample::of(&tally.waits, tally.waits.highest()).quantile(0.95).expect("somebody is served")
                / 60e3,
        );
        self.away.push(tally.away as f64 / tally.arrived as f64);
    }
}

/// What the visitors of one stream did that arrived after the warm-up.
#[derive(Clone, Default)]
struct Tally {
    arrived: u64,
    away: u64,
    wait_ms: i64,
    waits: Histogram,
}

struct Watch {
    from: Time,
    /// The stream of each visit, where there are several.
    streams: Vec<usize>,
    /// All visitors, those of the warm-up among them.
    visitors: u32,
    tallies: Vec<Tally>,
}

impl Watch {
    fn tally(&mut self, visit: Visit) -> Option<&mut Tally> {
        let stream = self.streams.get(visit.id.0 as usize).copied().unwrap_or(0);
        (visit.arrived >= self.from).then(|| &mut self.tallies[stream])
    }
}

impl Observer for Watch {
    #[expect(clippy::wildcard_enum_match_arm, reason = "a queue alone has few facts")]
    fn observe(&mut self, now: Time, what: Observation) {
        match what {
            Observation::Arrived(visit) => {
                self.visitors += 1;
                if let Some(tally) = self.tally(visit) {
                    tally.arrived += 1;
                }
            }
            Observation::Refused(visit) | Observation::Reneged(visit) => {
                if let Some(tally) = self.tally(visit) {
                    tally.away += 1;
                }
            }
            Observation::PluggedIn { visit, plug: _ } => {
                if let Some(tally) = self.tally(visit) {
                    let wait = (now - visit.arrived).as_millis();
                    tally.wait_ms += wait;
                    tally.waits.record(wait as u64);
                }
            }
            _ => {}
        }
    }
}

fn main() {
    println!(
        "Stays of 30 minutes on average; {REPLICATIONS} replications of a million visitors or nineteen years; \
         95 % intervals, so that\none value in twenty lies outside by chance. p95 of the wait in minutes. \
         One thread."
    );
    println!();
    println!(
        "{:<36} {:<9} {:>8} {:>8}   {:<10} {:>8} {:>8} {:>11}",
        "system", "", "exact", "found", "", "p95", "exact", "visitors/s"
    );
    for system in &SYSTEMS {
        system.print();
    }
}
