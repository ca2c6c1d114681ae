//! What a sweep may cost, from short pilot runs of some of its points.

use super::{Failure, pretty, print, width};
use crate::printable;
use crate::report;
use crate::study::{Manifest, Plan, Rule, Swept, Tables, pilot};
use serde_json::json;
use std::fmt::Write;
use std::time::Instant;

/// A pilot is long enough when it takes so many seconds, or its whole run.
const LONG_ENOUGH: f64 = 0.2;
/// What the first pilot simulates of a run.
const FIRST_SHARE: f64 = 1.0 / 1_024.0;
/// Tables take less than the journal: they are compressed.
const BYTES_PER_JOURNAL_BYTE: f64 = 1.6;

/// What one run costs, on average over the points that were tried.
pub(super) struct Cost {
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
    let of_point = |point: &u32| {
        let timed = |share: f64| -> Result<(f64, f64), Failure> {
            let start = Instant::now();
            let run = pilot(plan, tables, *point, share)?;
            Ok((start.elapsed().as_secs_f64(), run.line("").len() as f64))
        };
        // The world takes the same time for a short run: what grows is found from two lengths.
        let (mut share, mut before) = (FIRST_SHARE, timed(FIRST_SHARE)?);
        loop {
            share *= 2.0;
            let (seconds, bytes) = timed(share)?;
            if seconds >= LONG_ENOUGH || share >= 1.0 {
                let slope = (seconds - before.0).max(0.0) / (share / 2.0);
                return Ok((seconds + slope * (1.0 - share), bytes));
            }
            before = (seconds, bytes);
        }
    };
    let costs: Vec<(f64, f64)> = tried.iter().map(of_point).collect::<Result<_, Failure>>()?;
    let mean = |of: fn(&(f64, f64)) -> f64| costs.iter().map(of).sum::<f64>() / costs.len() as f64;
    Ok(Cost { seconds: mean(|cost| cost.0), bytes: mean(|cost| cost.1) })
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
    let seconds = |runs: u64| runs.saturating_sub(done) as f64 * cost.seconds / threads as f64;
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
            "estimated_s": ([seconds(least), seconds(most)].map(f64::ceil)),
            "estimated_bytes": ([bytes(least), bytes(most)].map(f64::ceil)),
        }))?);
    }
    let mut out =
        format!("{} · {}\n\n", printable::line(&manifest.name), printable::line(&manifest.question));
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
    let _ = writeln!(out, "time          about {time} on {threads} threads");
    let _ = writeln!(out, "disk          about {}", range(size(bytes(least)), size(bytes(most))));
    print(&out)
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
