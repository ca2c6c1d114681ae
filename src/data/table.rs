//! Reading a table: rows with their lines, and every problem found on the way.

use csv::DeserializeErrorKind as Kind;
use serde::de::DeserializeOwned;
use std::fmt::{self, Display};
use std::ops::RangeInclusive;
use thiserror::Error;

/// How many problems of one table an error shows; the rest are counted.
const SHOWN: usize = 10;

/// The text of a table, and the name by which its errors call it.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a> {
    /// A file name or a path.
    pub name: &'a str,
    /// The whole text.
    pub text: &'a str,
}

/// Everything that is wrong with one table.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{}", Listing(self))]
pub struct TableError {
    /// The name of the table.
    pub table: String,
    /// What is wrong, at least one thing: line by line, then what is about the whole.
    pub problems: Vec<TableProblem>,
}

/// One thing that is wrong with a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableProblem {
    /// The line, counted from 1; none if it is about the table as a whole.
    pub line: Option<u64>,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub remedy: String,
}

/// One line per problem: table, line, what is wrong, what to do.
struct Listing<'a>(&'a TableError);

impl Display for Listing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let TableError { table, problems } = self.0;
        for (index, TableProblem { line, what, remedy }) in problems.iter().take(SHOWN).enumerate() {
            let gap = if index == 0 { "" } else { "\n" };
            match line {
                Some(line) => write!(f, "{gap}{table}, line {line}: {what}; {remedy}")?,
                None => write!(f, "{gap}{table}: {what}; {remedy}")?,
            }
        }
        match problems.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(f, "\n{table}: and {more} more"),
        }
    }
}

/// The problems of one table as they are found.
pub(super) struct Problems(TableError);

impl Problems {
    pub(super) fn of(table: Table) -> Self {
        Self(TableError { table: table.name.to_owned(), problems: Vec::new() })
    }

    pub(super) fn at(&mut self, line: u64, what: impl Into<String>, remedy: impl Into<String>) {
        self.push(Some(line), what, remedy);
    }

    pub(super) fn whole(&mut self, what: impl Into<String>, remedy: impl Into<String>) {
        self.push(None, what, remedy);
    }

    pub(super) fn push(&mut self, line: Option<u64>, what: impl Into<String>, remedy: impl Into<String>) {
        self.0.problems.push(TableProblem { line, what: what.into(), remedy: remedy.into() });
    }

    /// Wants a value in a range so wide that only a wrong unit or a slip of the pen leaves it.
    pub(super) fn within(&mut self, line: u64, column: &str, value: f64, range: RangeInclusive<f64>) -> bool {
        let good = range.contains(&value);
        if !good {
            let remedy = format!("give a number from {} to {}", range.start(), range.end());
            self.at(line, format!("`{column}` is {value}"), remedy);
        }
        good
    }

    pub(super) fn none_yet(&self) -> bool {
        self.0.problems.is_empty()
    }

    /// The value if nothing was wrong, else all problems.
    pub(super) fn finish<T>(self, value: T) -> Result<T, TableError> {
        if self.none_yet() { Ok(value) } else { Err(self.error()) }
    }

    /// All problems.
    pub(super) fn error(mut self) -> TableError {
        self.0.problems.sort_by_key(|problem| problem.line.unwrap_or(u64::MAX));
        self.0
    }
}

/// The rows that could be read, each with its line; the others become problems. A missing column is
/// one problem and not one for each row.
pub(super) fn rows<T: DeserializeOwned>(
    table: Table,
    columns: &[&str],
    problems: &mut Problems,
) -> Vec<(u64, T)> {
    let mut reader = csv::Reader::from_reader(table.text.as_bytes());
    let headers = match reader.headers() {
        Ok(headers) => headers.clone(),
        Err(error) => {
            problems.at(1, format!("the header cannot be read ({error})"), "write it as UTF-8 text");
            return Vec::new();
        }
    };
    for column in columns {
        if !headers.iter().any(|header| header == *column) {
            problems.at(1, format!("there is no column `{column}`"), "add it to the header and to every row");
        }
    }
    if !problems.none_yet() {
        return Vec::new();
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let (what, remedy) = malformed(&error);
                problems.push(error.position().map(csv::Position::line), what, remedy);
                continue;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        match record.deserialize(Some(&headers)) {
            Ok(row) => rows.push((line, row)),
            Err(error) => {
                let (what, remedy) = unreadable(&error, &headers, &record);
                problems.at(line, what, remedy);
            }
        }
    }
    rows
}

/// A value that is not what its column wants.
fn unreadable(
    error: &csv::Error,
    headers: &csv::StringRecord,
    record: &csv::StringRecord,
) -> (String, String) {
    let csv::ErrorKind::Deserialize { err, .. } = error.kind() else {
        let (what, remedy) = malformed(error);
        return (what, remedy.to_owned());
    };
    let field = err.field().map(|field| field as usize);
    let column = field.and_then(|field| headers.get(field)).unwrap_or("?");
    let value = field.and_then(|field| record.get(field)).unwrap_or_default();
    let what = format!("`{column}` is \"{value}\"");
    match err.kind() {
        Kind::ParseFloat(_) => (what, "write a number with a decimal point, as in 43.25".to_owned()),
        Kind::ParseInt(_) => (what, "write a whole number, not below zero where it counts things".to_owned()),
        Kind::ParseBool(_) => (what, "write `true` or `false`".to_owned()),
        Kind::Message(reason) | Kind::Unsupported(reason) => {
            unknown_word(reason, headers, record).unwrap_or_else(|| (reason.clone(), LIKE_OTHERS.to_owned()))
        }
        Kind::UnexpectedEndOfRow | Kind::InvalidUtf8(_) => (what, LIKE_OTHERS.to_owned()),
    }
}

const LIKE_OTHERS: &str = "write the row like its neighbours";

/// A word that is none of those that its column knows: what serde says of it names the words, and not the column.
fn unknown_word(
    reason: &str,
    headers: &csv::StringRecord,
    record: &csv::StringRecord,
) -> Option<(String, String)> {
    let (value, wanted) = reason.strip_prefix("unknown variant `")?.split_once("`, expected ")?;
    let column = headers.iter().zip(record).find(|(_, cell)| *cell == value)?.0;
    Some((format!("`{column}` is \"{value}\""), format!("write {wanted}")))
}

/// A row that is no row of this table at all.
fn malformed(error: &csv::Error) -> (String, &'static str) {
    if let csv::ErrorKind::UnequalLengths { expected_len, len, .. } = error.kind() {
        let what = format!("the row has {len} fields and the header {expected_len}");
        return (what, "give one field per column, and quote a field that holds a comma");
    }
    (format!("the row cannot be read ({error})"), "write it as UTF-8 text with commas between the fields")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only the reading is tested")]
    struct Row {
        id: usize,
        lon: f64,
        heated: Option<bool>,
    }

    fn complaint(text: &str) -> String {
        let table = Table { name: "places.csv", text };
        let mut problems = Problems::of(table);
        let rows: Vec<(u64, Row)> = rows(table, &["id", "lon", "heated"], &mut problems);
        problems.finish(rows).expect_err("the table is broken").to_string()
    }

    #[test]
    fn every_broken_row_is_named_by_its_line() {
        assert_eq!(
            complaint("id,lon,heated\n0,76.9,\none,76.9,true\n2,east,\n3,76.9,perhaps\n"),
            "places.csv, line 3: `id` is \"one\"; write a whole number, not below zero where it counts things\n\
             places.csv, line 4: `lon` is \"east\"; write a number with a decimal point, as in 43.25\n\
             places.csv, line 5: `heated` is \"perhaps\"; write `true` or `false`",
        );
    }

    #[test]
    fn a_missing_column_is_one_problem() {
        assert_eq!(
            complaint("id,heated\n0,\n1,\n"),
            "places.csv, line 1: there is no column `lon`; add it to the header and to every row"
        );
    }

    #[test]
    fn a_row_with_a_field_too_many_is_named_by_its_line() {
        assert_eq!(
            complaint("id,lon,heated\n0,76,9,true\n"),
            "places.csv, line 2: the row has 4 fields and the header 3; \
             give one field per column, and quote a field that holds a comma"
        );
    }

    #[test]
    fn a_hopeless_table_does_not_fill_the_screen() {
        let text = format!("id,lon,heated\n{}", "x,0,\n".repeat(500));
        let complaint = complaint(&text);
        assert_eq!(complaint.lines().count(), SHOWN + 1);
        assert!(complaint.ends_with("places.csv: and 490 more"));
    }
}
