//! A resolved scenario as TOML again, laid out for people.
#![expect(clippy::wildcard_enum_match_arm, reason = "only tables and arrays are laid out")]

use super::model::Scenario;
use super::tree::written_key;
use std::fmt::Write;
use toml::{Table, Value};

/// A table that fits in this many columns is written in braces.
const COLUMNS: usize = 100;

/// The scenario as a file that says everything, and that reads as the same scenario.
pub fn show(scenario: &Scenario) -> String {
    let mut out = String::new();
    // A checked scenario holds finite numbers and a seed within TOML's integers: it always serializes.
    let mut table = Table::try_from(scenario).unwrap_or_default();
    if scenario.stations.is_empty() {
        table.remove("stations");
    }
    section(&table, "", &mut out);
    out.trim_start().to_string()
}

/// Writes the entries of a table, its values first and then its sections.
fn section(table: &Table, path: &str, out: &mut String) {
    let (sections, values): (Vec<_>, Vec<_>) = table.iter().partition(|(_, value)| is_section(value, path));
    for (key, value) in values {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{} = {}", written_key(key), inline(value));
    }
    for (key, value) in sections {
        let inner = if path.is_empty() { written_key(key) } else { format!("{path}.{}", written_key(key)) };
        match value {
            Value::Array(items) => {
                for item in items.iter().filter_map(Value::as_table) {
                    let _ = writeln!(out, "\n[[{inner}]]");
                    section(item, &inner, out);
                }
            }
            Value::Table(table) => {
                let _ = writeln!(out, "\n[{inner}]");
                section(table, &inner, out);
            }
            _ => {}
        }
    }
}

fn is_section(value: &Value, path: &str) -> bool {
    match value {
        Value::Table(_) => path.is_empty() || inline(value).len() > COLUMNS,
        Value::Array(items) => items.first().is_some_and(Value::is_table),
        _ => false,
    }
}

/// A value on one line.
pub(super) fn inline(value: &Value) -> String {
    match value {
        Value::Table(table) if table.is_empty() => "{}".to_string(),
        Value::Table(table) => {
            let entry = |(key, value): (&String, &Value)| format!("{} = {}", written_key(key), inline(value));
            format!("{{ {} }}", table.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
        // Numbers were read from decimal text: what can be whole is shown so.
        Value::Float(float) if float.fract() == 0.0 && float.abs() < 1e15 => format!("{float:.0}"),
        other => other.to_string(),
    }
}
