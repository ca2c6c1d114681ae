//! A sweep in a page of text: its points with what people ask of them.

use super::figures::{digits, number, with_interval, wrapped};
use super::table::{Column, table};
use super::terminal::changed;
use crate::printable::line;
use crate::results::{Summaries, counted};
use crate::study::effect::without_effect;
use crate::study::{Plan, Rule, Swept};
use std::fmt::Write;

/// More points than this are read from the table and not from a screen.
const MOST_POINTS: usize = 60;

/// More values of an axis are not listed.
const MOST_VALUES: usize = 12;

/// What is told of each point: a metric, its header, its scale, and whether it is spared where room is short.
const TOLD: [(&str, &str, f64); 7] = [
    ("charging.wait_s.mean", "Wait, min", 1.0 / 60.0),
    ("charging.wait_s.p95", "p95, min", 1.0 / 60.0),
    ("charging.wait_over_10min", ">10 min, %", 100.0),
    ("charging.busy", "Busy, %", 100.0),
    ("rides.lost_share", "Rides lost, %", 100.0),
    ("drivers.net_kzt_per_hour.electric", "Electric, KZT/h", 1.0),
    ("operators.profit_kzt", "Profit, M KZT", 1e-6),
];
/// What is left out where the terminal is narrow, in this order.
const SPARED: [&str; 4] = ["Busy, %", "p95, min", "Rides lost, %", "Replications"];

/// A sweep as text of lines no wider than `width` where words allow it.
pub fn text(swept: &Swept, width: usize) -> String {
    let manifest = &swept.manifest;
    let replications = match &manifest.replications {
        Rule::Fixed(count) => counted(&count.to_string(), "replication"),
        Rule::Until(until) => format!("{} to {} replications", until.at_least, until.at_most),
    };
    let title = format!(
        "{} · {} · {replications} each · seed {} · ± is a 95 % interval\n{}",
        line(&manifest.name),
        counted(&number(manifest.points.len() as f64, 0), "point"),
        manifest.seed,
        line(&manifest.question),
    );
    let head: Vec<String> =
        [title.trim_end().to_owned()].into_iter().chain(changed(&manifest.sets)).collect();
    let mut sections = vec![wrapped(&head.join("\n"), width)];
    if let Some(shard) = manifest.shard {
        sections.push(format!(
            "part {} of {}: {}",
            shard.number,
            shard.of,
            counted(&swept.runs.len().to_string(), "run")
        ));
    } else {
        sections.push(points(swept, width));
        sections.extend(without_effect(swept).iter().map(|words| wrapped(&line(words), width)));
    }
    sections.join("\n\n") + "\n"
}

/// The axes of a plan, each with its different values in the order of the points.
pub fn axes(plan: &Plan, width: usize) -> String {
    let values = |axis: usize| {
        let mut seen: Vec<String> = Vec::new();
        for point in 0..plan.points.len() {
            let value = plan.shown(point).swap_remove(axis);
            if seen.contains(&value) {
                continue;
            }
            if seen.len() == MOST_VALUES {
                seen.push("…".to_owned());
                break;
            }
            seen.push(value);
        }
        seen.join(", ")
    };
    let keys = plan.axes();
    let cells = (0..keys.len()).map(values).collect();
    table(vec![Column::left("Axis", keys), Column::left("Values", cells)], &[], width)
}

fn points(swept: &Swept, width: usize) -> String {
    let all = swept.manifest.points.len();
    let shown: Vec<u32> = (1..=all.min(MOST_POINTS) as u32).collect();
    let rows: Vec<Summaries> = shown.iter().map(|point| swept.summaries(*point)).collect();
    let mut columns = vec![Column::right("Point", shown.iter().map(ToString::to_string).collect())];
    for (axis, key) in swept.manifest.axes.iter().enumerate() {
        let cells = shown.iter().map(|point| swept.shown(*point).swap_remove(axis)).collect();
        columns.push(Column::right(key.clone(), cells));
    }
    let counts: Vec<usize> = shown.iter().map(|point| swept.of_point(*point).len()).collect();
    if counts.iter().any(|count| *count != counts[0]) {
        let cells = counts.iter().map(ToString::to_string).collect();
        columns.push(Column::right("Replications", cells));
    }
    for (name, header, scale) in TOLD {
        let values: Vec<_> = rows.iter().map(|row| row.get(name)).collect();
        let largest =
            values.iter().flatten().fold(0.0, |most: f64, value| most.max((value.mean * scale).abs()));
        let cell = |value: &Option<_>| {
            value.map_or(String::new(), |value| with_interval(value, scale, digits(largest)))
        };
        columns.push(Column::right(header, values.iter().map(cell).collect()));
    }
    let mut out = table(columns, &SPARED, width);
    if all > shown.len() {
        let more = counted(&number((all - shown.len()) as f64, 0), "more point");
        // Writing to a string cannot fail.
        let _ = write!(out, "\n… and {more} in points.parquet");
    }
    out
}
