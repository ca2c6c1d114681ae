//! What sweeps cost beside their runs: two threads against one, worlds against runs, the first points of ten
//! thousand against the last.
//!
//! `cargo bench --bench sweep` prints all sections, `cargo bench --bench sweep -- threads` one of them.
#![allow(clippy::disallowed_methods, reason = "a bench reads the clock and its arguments")]
#![allow(clippy::print_stdout, reason = "a bench prints")]

use std::sync::Mutex;
use std::time::{Duration, Instant};
use zaryad::data::Data;
use zaryad::scenario::Source;
use zaryad::study::{Extra, Plan, Run, Runner, Running, Standstill, Tables};
use zaryad::world::{World, ways};

/// A section of the bench.
type Section = (&'static str, fn());

fn main() {
    let sections: [Section; 3] = [("threads", threads), ("worlds", worlds), ("points", points)];
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    for (name, section) in sections {
        if wanted.is_empty() || wanted.iter().any(|word| word == name) {
            section();
        }
    }
}

fn plan(text: &str, data: &Data) -> Plan {
    let no_files = |path: &str| Err(format!("{path} is no embedded base"));
    Plan::new(&Source::file("bench.toml", text), &[], &no_files, data).expect("the sweep is right")
}

/// Runs a plan on so many threads; `keep` sees each run as it ends.
fn run(plan: &Plan, tables: &Tables, threads: usize, keep: &(dyn Fn(&Run) + Sync)) -> Duration {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started");
    let keep = |run: &Run| -> Result<(), Standstill> {
        keep(run);
        Ok(())
    };
    let (extra, running) = (Extra::new(), Running::default());
    let start = Instant::now();
    let runner = Runner::new(plan, tables, (None, &extra), &running, &keep);
    pool.install(|| runner.run(&[])).expect("the runs come to their ends");
    start.elapsed()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Forty runs of the same length, one thread and two in turn.
fn threads() {
    let data = Data::embedded();
    let seeds: Vec<String> = (1..=40).map(|seed| seed.to_string()).collect();
    let plan = plan(
        &format!(
            "name = \"equal\"\nbase = \"m-m-10\"\nreplications = 1\ntime = {{ horizon = {{ hours = 20_000 }} }}\n\
             [[axes]]\nkey = \"time.seed\"\nvalues = [{}]\n",
            seeds.join(", ")
        ),
        &data,
    );
    let tables = vec![(None, data)];
    let pairs: Vec<f64> = (0..9)
        .map(|_| {
            let one = run(&plan, &tables, 1, &|_| {});
            let two = run(&plan, &tables, 2, &|_| {});
            two.as_secs_f64() / one.as_secs_f64()
        })
        .collect();
    let least = pairs.iter().copied().fold(f64::INFINITY, f64::min);
    println!(
        "threads: 40 equal runs, two threads take {:.3} of one thread's time (median of 9 pairs; least {least:.3})",
        median(pairs)
    );
}

/// A sweep over tariffs of the city: its worlds alone, and all of it.
fn worlds() {
    let data = Data::embedded();
    let text = "name = \"tariffs\"\nbase = \"plan-622\"\nreplications = 1\n\
        [[axes]]\nkey = \"tariff.cap_kzt_per_kwh\"\nvalues = [60, 70, 80, 90, 100]\n";
    let plan = plan(text, &data);
    let tables = vec![(None, data.clone())];
    let pairs: Vec<f64> = (0..3)
        .map(|_| {
            let all = run(&plan, &tables, 1, &|_| {});
            let start = Instant::now();
            let first = plan.scenario(0, &data);
            let travel = ways(&first, &data);
            for point in 0..plan.points.len() {
                std::hint::black_box(World::compile(&plan.scenario(point, &data), &data, &travel, 0));
            }
            start.elapsed().as_secs_f64() / all.as_secs_f64()
        })
        .collect();
    println!(
        "worlds: a sweep over five ceilings spends {:.1} % of its time on scenarios and worlds (median of 3 pairs)",
        100.0 * median(pairs)
    );
}

/// Ten thousand tiny points: time at the start and at the end, and memory.
fn points() {
    let data = Data::embedded();
    let text = "name = \"many\"\nbase = \"m-m-10\"\nreplications = 1\n\
        time = { warm_up = { hours = 1 }, horizon = { hours = 20 } }\n\
        [[axes]]\nkey = \"time.seed\"\nfrom = 1\nto = 10_000\nsteps = 10_000\n";
    let plan = plan(text, &data);
    let tables = vec![(None, data)];
    let before = memory("VmRSS");
    let ends = Mutex::new(Vec::new());
    let all = run(&plan, &tables, 2, &|_| {
        let rss = memory("VmRSS");
        ends.lock().expect("no run panics").push((Instant::now(), rss));
    });
    let ends = ends.into_inner().expect("no run panics");
    let pace = |from: usize, to: usize| (ends[to].0 - ends[from].0).as_secs_f64() * 1e6 / (to - from) as f64;
    println!(
        "points: 10,000 in {:.1} s; {:.0} us a point in the first thousand, {:.0} us in the last",
        all.as_secs_f64(),
        pace(0, 999),
        pace(8_999, 9_999)
    );
    if let (Some(before), Some(early), Some(late), Some(peak)) =
        (before, ends[999].1, ends[9_999].1, memory("VmHWM"))
    {
        println!(
            "points: {before} kB before, {early} kB after the first thousand, {late} kB after all; peak {peak} kB"
        );
    }
}

/// A line of the kernel's account of this process, in kB; none on other systems.
fn memory(line: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|text| {
        text.strip_prefix(line)?.trim_start_matches(':').split_whitespace().next()?.parse().ok()
    })
}
