//! Experiments about experiments: what intervals cover, what common random numbers save, and what is said of runs in
//! which nothing is wrong.
//!
//! `cargo bench --bench experiments` runs every section, `cargo bench --bench experiments -- coverage --quick` one of
//! them with a tenth of the runs.
#![allow(clippy::disallowed_methods, reason = "a benchmark reads its arguments")]
#![allow(clippy::print_stdout, reason = "a benchmark prints its tables")]

mod coverage;
mod null;
mod pairing;
mod warm_up;

use std::fmt::Write;
use zaryad::data::Data;
use zaryad::scenario::Scenario;
use zaryad::study;

/// A part of this bench, by its name.
type Section = (&'static str, fn(&Data, Effort));

const SECTIONS: [Section; 5] = [
    ("coverage", coverage::replications),
    ("batches", coverage::batches),
    ("pairing", pairing::print),
    ("null", null::print),
    ("warm_up", warm_up::print),
];

/// How much is run.
#[derive(Clone, Copy)]
enum Effort {
    Full,
    /// A tenth.
    Quick,
}

impl Effort {
    fn of(self, count: u32) -> u32 {
        match self {
            Self::Full => count,
            Self::Quick => count.div_ceil(10).max(2),
        }
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let effort =
        if arguments.iter().any(|argument| argument == "--quick") { Effort::Quick } else { Effort::Full };
    // Cargo adds an argument of its own, `--bench`.
    let wanted: Vec<&String> = arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
    if let Some(unknown) = wanted.iter().find(|name| SECTIONS.iter().all(|(section, _)| section != *name)) {
        let names: Vec<&str> = SECTIONS.iter().map(|(name, _)| *name).collect();
        println!("There is no section {unknown}; there are: {}", names.join(", "));
        std::process::exit(2);
    }
    let data = Data::embedded();
    let chosen =
        SECTIONS.iter().filter(|(name, _)| wanted.is_empty() || wanted.iter().any(|own| own == name));
    for (index, (_, section)) in chosen.enumerate() {
        if index > 0 {
            println!();
        }
        section(&data, effort);
    }
}

/// The scenario of a text that has no problem.
fn scenario(text: &str, data: &Data) -> Scenario {
    study::resolve_text(text, &[], data)
        .unwrap_or_else(|report| panic!("{}", zaryad::cli::render(&report, false)))
}

/// A queue M/M/c with stays of half an hour.
#[derive(Clone, Copy)]
struct Queue {
    plugs: u32,
    /// Arrivals in a mean stay.
    rate: f64,
}

/// The mean stay in hours.
const STAY_H: f64 = 0.5;

impl Queue {
    fn load(self) -> f64 {
        self.rate / f64::from(self.plugs)
    }

    /// The time in which the queue forgets, in hours: one mean stay over (√c − √λ)², the gap of its chain's spectrum.
    fn memory_h(self) -> f64 {
        STAY_H / (f64::from(self.plugs).sqrt() - self.rate.sqrt()).powi(2)
    }

    /// Its scenario.
    fn text(self, warm_up_h: f64, horizon_h: f64, replications: u32) -> String {
        let mut text = format!(
            "name = \"queue\"\n\
             time = {{ warm_up = {{ hours = {warm_up_h:.0} }}, horizon = {{ hours = {horizon_h:.0} }}, \
             replications = {replications}, seed = 1 }}\n\
             demand = {{ rides_per_day = 0 }}\nfleet = {{ taxis = 0, electric = 0 }}\n\
             network = {{ existing = 0, planned = {{ plots = 0 }} }}\n"
        );
        let _ = write!(
            text,
            "[[stations]]\nname = \"Q\"\nplugs = {}\n[[stations.walk_ins]]\nper_hour = {}\n\
             stay = {{ exponential = {{ mean_minutes = {} }} }}\n",
            self.plugs,
            self.rate / STAY_H,
            STAY_H * 60.0
        );
        text
    }
}
