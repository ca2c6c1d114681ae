//! Reads the tables of a results folder for a page, and keeps everything that is wrong with them.

use crate::results::{HOURS_OF_DAY, SavedProblem, SavedTable, unmarked};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The columns of the tables of the hours of the day, by the names that a page gives them.
const DAY: &[(&str, &str)] = &[
    ("visits", "visits"),
    ("plugged", "plugged_in"),
    ("wait", "wait_s.mean"),
    ("queue", "queue.mean_cars"),
    ("busy", "busy_share"),
];

/// The texts of a folder by the names of their files.
pub(super) struct Reader<'a> {
    files: &'a BTreeMap<String, String>,
    problems: Vec<SavedProblem>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(files: &'a BTreeMap<String, String>) -> Self {
        Self { files, problems: Vec::new() }
    }

    /// What was read, or everything that was wrong.
    pub(super) fn finish<T>(self, read: Option<T>) -> Result<T, Vec<SavedProblem>> {
        read.filter(|_| self.problems.is_empty()).ok_or(self.problems)
    }

    fn complain(&mut self, file: &str, what: &str) {
        self.problems.push(SavedProblem {
            file: file.to_owned(),
            line: None,
            what: what.to_owned(),
            remedy: "run the scenario again with `--out`".to_owned(),
        });
    }

    /// The text of a file; none is a problem, and empty.
    pub(super) fn text(&mut self, file: &str) -> &'a str {
        if !self.files.contains_key(file) {
            self.complain(file, "it is missing");
        }
        self.files.get(file).map_or("", String::as_str)
    }

    /// What the run says of itself in `summary.json`.
    pub(super) fn summary(&mut self) -> Value {
        let file = "summary.json";
        let read = serde_json::from_str::<Value>(self.text(file));
        if self.files.contains_key(file) && !read.as_ref().is_ok_and(|summary| summary["metrics"].is_object())
        {
            self.complain(file, "it is no summary of a run");
        }
        read.unwrap_or_default()
    }

    /// What was read, or nothing, and what was wrong with it is kept.
    pub(super) fn keep<T>(&mut self, read: Result<T, Vec<SavedProblem>>) -> Option<T> {
        read.map_err(|problems| self.problems.extend(problems)).ok()
    }

    pub(super) fn table(&mut self, file: &str) -> Option<SavedTable> {
        if !self.files.contains_key(file) {
            self.complain(file, "it is missing");
            return None;
        }
        let read = SavedTable::read(file, &self.files[file]);
        self.keep(read)
    }

    /// The columns of a table under the page's names, to five digits.
    pub(super) fn columns(&mut self, table: &SavedTable, columns: &[(&str, &str)]) -> Map<String, Value> {
        let mut all = Map::new();
        for (name, header) in columns {
            if let Some(numbers) = self.keep(table.numbers(header)) {
                all.insert((*name).to_owned(), numbers.into_iter().map(number).collect());
            }
        }
        all
    }

    pub(super) fn words(&mut self, table: &SavedTable, column: &str) -> Vec<String> {
        let cells = self.keep(table.cells(column)).unwrap_or_default();
        cells.into_iter().map(unmarked).collect()
    }

    /// The hours of the day of named places, which must be these.
    pub(super) fn day(&mut self, file: &str, what: &str, places: &[String]) -> Map<String, Value> {
        let Some(table) = self.table(file) else { return Map::new() };
        let named = self.words(&table, what);
        let expected = places.iter().flat_map(|place| std::iter::repeat_n(place, HOURS_OF_DAY));
        if !named.iter().eq(expected) {
            self.complain(file, "its places are not those of the other tables, 24 hours each");
        }
        self.columns(&table, DAY)
    }
}

/// A number to five significant digits, which no chart can tell from more.
pub(super) fn number(value: Option<f64>) -> Value {
    value.map_or(Value::Null, |value| json!(format!("{value:.4e}").parse::<f64>().unwrap_or(value)))
}
