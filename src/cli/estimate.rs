//! What a sweep may cost, from short pilot runs of some of its points.
//!
//! How much a run has to do is counted in events, which are the same on any machine at any time; how long an event takes
//! is measured for a second, in time of the processor, so that other work on the machine does not enter.

use super::{Failure, pretty, print, width};
use crate::printable;
use crate::report;
use crate::results::counted;
use crate::study::{KnownWays, Manifest, Pilot, Plan, Rule, Standstill, Swept, Tables};
use serde_json::json;
use std::fmt::Write;
use std::time::Instant;

/// What the first pilot simulates of a run.
const FIRST_SHARE: f64 = 1.0 / 1_024.0;
/// A pilot is long enough with so many events, or with its whole run.
const ENOUGH_EVENTS: u64 = 200_000;
/// For so many seconds in all the pace is measured.
const MEASURED: f64 = 1.0;
/// Tables take less than the journal: they are compressed.
const BYTES_PER_JOURNAL_BYTE: f64 = 1.6;

/// What one run costs, on average over the points that were tried.
pub(super) struct Cost {
    events: f64,
    /// On one thread.
    seconds: f64,
    /// In the journal.
    bytes: f64,
}

/// Tries the first, the middle and the last point.
pub(super) fn cost(plan: &Plan, tables: &Tables) -> Result<Cost, Failure> {
    let last = plan.points.len() as u32;
    let mut tried = vec![1, last.div_ceil(2), last];
    tried.dedup();
    let ways = KnownWays::default();
    let costs: Vec<Cost> = tried
        .iter()
        .map(|&point| {
            of_point(|share| Pilot::new(plan, tables, &ways, point, share), MEASURED / tried.len() as f64)
        })
        .collect::<Result<_, Standstill>>()?;
    let mean = |of: fn(&Cost) -> f64| costs.iter().map(of).sum::<f64>() / costs.len() as f64;
    Ok(Cost {
        events: mean(|cost| cost.events),
        seconds: mean(|cost| cost.seconds),
        bytes: mean(|cost| cost.bytes),
    })
}

/// What a run of one point costs, whose pace is measured for so many seconds.
fn of_point(pilot: impl Fn(f64) -> Pilot, measured: f64) -> Result<Cost, Standstill> {
    // What grows with the length of a run is found from two lengths.
    let mut share = FIRST_SHARE;
    let mut before = pilot(share).run()?.1;
    let (longest, compiling, (run, events), slope) = loop {
        share *= 2.0;
        let began = Busy::now();
        let pilot = pilot(share);
        let compiling = began.seconds();
        let (run, events) = pilot.run()?;
        if events >= ENOUGH_EVENTS || share >= 1.0 {
            break (pilot, compiling, (run, events), events.saturating_sub(before) as f64 / (share / 2.0));
        }
        before = events;
    };
    let (began, until) = (Busy::now(), Instant::now());
    let mut runs = 0.0;
    while runs < 1.0 || began.seconds() < measured && until.elapsed().as_secs_f64() < 10.0 * measured {
        longest.run()?;
        runs += 1.0;
    }
    let an_event = began.seconds() / (runs * events.max(1) as f64);
    let all = events as f64 + slope * (1.0 - share);
    Ok(Cost { events: all, seconds: compiling + an_event * all, bytes: run.line("").len() as f64 })
}

/// How long the processor has worked for this thread, where the system tells, or else the time of the clock.
#[derive(Clone, Copy)]
enum Busy {
    Nanoseconds(u64),
    Since(Instant),
}

impl Busy {
    fn now() -> Self {
        Self::of_thread().map_or_else(|| Self::Since(Instant::now()), Self::Nanoseconds)
    }

    /// Linux keeps it in the first word of a file.
    fn of_thread() -> Option<u64> {
        let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        told.split_whitespace().next()?.parse().ok()
    }

    /// How long it has worked since then.
    fn seconds(self) -> f64 {
        match self {
            Self::Nanoseconds(before) => {
                Self::of_thread().unwrap_or(before).saturating_sub(before) as f64 / 1e9
            }
            Self::Since(before) => before.elapsed().as_secs_f64(),
        }
    }
}

/// Prints the plan and what it may cost; `saved` is what its folder holds already.
pub(super) fn tell(
    plan: &Plan,
    manifest: &Manifest,
    saved: Option<&Swept>,
    cost: &Cost,
    threads: usize,
    as_json: bool,
) -> Result<(), Failure> {
    let (least, most) = plan.rule.bounds();
    let points = plan.points.len() as u64;
    let runs = |of_each: u32| -> u64 {
        let mine = |point: u32| {
            (1..=of_each).filter(|replication| plan.rule.is_in(manifest.shard, point, *replication)).count()
        };
        (1..=points as u32).map(|point| mine(point) as u64).sum()
    };
    let (least, most) = (runs(least), runs(most));
    let done = saved.map_or(0, |saved| saved.runs.len() as u64);
    let left = |runs: u64| runs.saturating_sub(done) as f64;
    let work = |runs: u64| left(runs) * cost.events;
    let seconds = |runs: u64| left(runs) * cost.seconds / threads as f64;
    let bytes = |runs: u64| runs as f64 * cost.bytes * BYTES_PER_JOURNAL_BYTE;
    if as_json {
        return print(&pretty(&json!({
            "schema_version": manifest.schema_version,
            "sweep": manifest.name,
            "design": manifest.design,
            "replications": manifest.replications,
            "axes": manifest.axes,
            "points": manifest.points,
            "runs": [least, most],
            "done": done,
            "threads": threads,
            "estimated_events": ([work(least), work(most)].map(f64::ceil)),
            "estimated_s": ([seconds(least), seconds(most)].map(f64::ceil)),
            "estimated_bytes": ([bytes(least), bytes(most)].map(f64::ceil)),
        }))?);
    }
    let head = format!("{} · {}", printable::line(&manifest.name), printable::line(&manifest.question));
    let mut out = report::wrapped(&head, width()) + "\n\n";
    let replications = match &manifest.replications {
        Rule::Fixed(count) => format!("{count} each"),
        Rule::Until(until) => format!(
            "{} to {} each, until `{}` is known to within {} %",
            until.at_least,
            until.at_most,
            until.metric,
            until.relative_half_width * 100.0
        ),
    };
    let range =
        |least: String, most: String| if least == most { least } else { format!("{least} to {most}") };
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{}\n", report::axes(plan, width()));
    let _ = writeln!(out, "points        {points}");
    let _ = writeln!(out, "replications  {replications}");
    if let Some(shard) = manifest.shard {
        let _ = writeln!(out, "part          {} of {}", shard.number, shard.of);
    }
    let _ = writeln!(out, "runs          {}", range(least.to_string(), most.to_string()));
    if done > 0 {
        let _ = writeln!(out, "done          {done}");
    }
    let time = range(duration(seconds(least)), duration(seconds(most)));
    let work = range(millions(work(least)), millions(work(most)));
    let _ = writeln!(out, "work          about {work} million events");
    let threads = counted(&threads.to_string(), "idle thread");
    let _ = writeln!(out, "time          about {time} on {threads}");
    let _ = writeln!(out, "disk          about {}", range(size(bytes(least)), size(bytes(most))));
    print(&out)
}

fn millions(events: f64) -> String {
    let digits = usize::from(events < 10e6);
    format!("{:.digits$}", events / 1e6)
}

fn duration(seconds: f64) -> String {
    match seconds {
        s if s < 90.0 => format!("{s:.0} s"),
        s if s < 5_400.0 => format!("{:.0} min", s / 60.0),
        s if s < 172_800.0 => format!("{:.1} h", s / 3_600.0),
        s => format!("{:.1} days", s / 86_400.0),
    }
}

fn size(bytes: f64) -> String {
    match bytes {
        b if b < 1e6 => format!("{:.0} kB", (b / 1e3).ceil()),
        b if b < 1e9 => format!("{:.0} MB", b / 1e6),
        b => format!("{:.1} GB", b / 1e9),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn what_the_processor_does_for_others_is_not_counted() {
        let (busy, clock) = (Busy::now(), Instant::now());
        std::thread::sleep(std::time::Duration::from_millis(200));
        assert!(clock.elapsed().as_secs_f64() > 0.19);
        assert!(busy.seconds() < 0.1, "{} s", busy.seconds());
    }
}
