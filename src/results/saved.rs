//! Results read back from the texts of their folder: what a run said of itself, and its values by replication.

use super::{CITY, Manifest, Metric, Metrics, SCHEMA_VERSION, Sample};
use csv::{ReaderBuilder, StringRecord};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// The file with what a run says of itself.
pub const MANIFEST: &str = "manifest.json";
/// The file with the city's metrics, one row for each replication.
pub const REPLICATIONS: &str = "replications.csv";

/// The file with the waits that quantiles are of, by replication.
pub const WAITS: &str = "waits.csv";

/// The columns of the table of replications that are no metrics.
const COUNTED: [&str; 2] = ["replication", "events"];
const REMEDY: &str = "run the scenario again with `--out`";

/// One thing that is wrong with a file of a results folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedProblem {
    /// The file's name in its folder.
    pub file: String,
    /// The line, counted from 1; none if it is about the file as a whole.
    pub line: Option<u64>,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub remedy: String,
}

/// A run as its results folder tells it.
#[derive(Clone, Debug)]
pub struct SavedRun {
    /// The scenario's name.
    pub scenario: String,
    /// The master seed.
    pub seed: u64,
    /// The hash of all observations, in hexadecimal digits.
    pub fingerprint: String,
    /// Whether its replications, two or more, are all the same run: chance plays no part in it.
    pub fixed: bool,
    /// What else the manifest says: the resolved scenario, the program's version, the data.
    pub about: Manifest,
    /// What `--set` and its like changed, each as it was typed.
    pub sets: Vec<String>,
    /// The metrics of the whole city, by replication, in order.
    pub city: Vec<Metrics>,
}

/// The manifest as it is written.
#[derive(Deserialize)]
struct File {
    version: String,
    commit: Option<String>,
    seed: u64,
    replications: usize,
    fingerprint: String,
    #[serde(default)]
    replication_fingerprints: Vec<String>,
    #[serde(default)]
    sets: Vec<String>,
    wall_s: f64,
    threads: usize,
    data: Map<String, Value>,
    scenario: Value,
}

/// The one entry that any version of a manifest has.
#[derive(Deserialize)]
struct Form {
    schema_version: u32,
}

impl SavedRun {
    /// Reads a run from the texts of [`MANIFEST`], [`REPLICATIONS`] and [`WAITS`].
    ///
    /// A metric that has no column applies nowhere: older programs knew fewer.
    ///
    /// # Errors
    ///
    /// Returns every problem: text that is not of this form, columns that are not known, cells that are no
    /// numbers, and replications that are not those of the manifest.
    pub fn read(manifest: &str, replications: &str, waits: &str) -> Result<Self, Vec<SavedProblem>> {
        let told = self::manifest(manifest);
        let version = told.as_ref().ok().map(|(file, _)| file.version.as_str());
        match (city(replications, version), told) {
            (Ok(city), Ok((file, scenario))) if city.len() == file.replications => Ok(Self {
                scenario,
                seed: file.seed,
                fingerprint: file.fingerprint,
                fixed: all_alike(&file.replication_fingerprints),
                sets: file.sets,
                about: Manifest {
                    scenario: file.scenario,
                    version: file.version,
                    commit: file.commit,
                    data: file.data.into_iter().map(|(name, hash)| (name, words(&hash))).collect(),
                    wall_s: file.wall_s,
                    threads: file.threads,
                },
                city: with_waits(city, waits)?,
            }),
            (Ok(city), Ok((file, _))) => {
                let what =
                    format!("rows: {}, and replications of the manifest: {}", city.len(), file.replications);
                Err(vec![problem(REPLICATIONS, None, what)])
            }
            (city, told) => Err([told.err(), city.err()].into_iter().flatten().flatten().collect()),
        }
    }
}

/// Whether there are two runs or more, and all of them are the same by their fingerprints.
pub fn all_alike<S: AsRef<str>>(fingerprints: &[S]) -> bool {
    fingerprints.len() >= 2 && fingerprints.windows(2).all(|pair| pair[0].as_ref() == pair[1].as_ref())
}

fn problem(file: &str, line: Option<u64>, what: impl Into<String>) -> SavedProblem {
    SavedProblem { file: file.to_owned(), line, what: what.into(), remedy: REMEDY.to_owned() }
}

/// A JSON string without its quotation marks; anything else as it is written.
fn words(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The manifest, and the scenario's name in it.
fn manifest(text: &str) -> Result<(File, String), Vec<SavedProblem>> {
    let wrong = |error: serde_json::Error| {
        // The place stands in the message too, at its end.
        let message = error.to_string();
        let what = message.split(" at line ").next().unwrap_or_default();
        vec![problem(
            MANIFEST,
            (error.line() > 0).then_some(error.line() as u64),
            format!("no manifest of a run: {what}"),
        )]
    };
    let form: Form = serde_json::from_str(text).map_err(wrong)?;
    if form.schema_version != SCHEMA_VERSION {
        let what =
            format!("its form has version {}, and this program reads {SCHEMA_VERSION}", form.schema_version);
        return Err(vec![problem(MANIFEST, None, what)]);
    }
    let file: File = serde_json::from_str(text).map_err(wrong)?;
    match file.scenario.get("name").and_then(Value::as_str).map(str::to_owned) {
        Some(name) => Ok((file, name)),
        None => Err(vec![problem(MANIFEST, None, "its scenario has no name")]),
    }
}

/// The city's metrics by replication; `version` is that of the program that wrote them.
fn city(text: &str, version: Option<&str>) -> Result<Vec<Metrics>, Vec<SavedProblem>> {
    let table = SavedTable::read(REPLICATIONS, text)?;
    let mut problems = Vec::new();
    let known: Vec<(&Metric, String)> = CITY.iter().map(|metric| (metric, metric.header())).collect();
    let is_known = |name: &str| COUNTED.contains(&name) || known.iter().any(|(_, header)| header == name);
    for name in table.headers().filter(|name| !is_known(name)) {
        let by = version.map(|version| format!(", which zaryad {version} wrote,")).unwrap_or_default();
        problems.push(problem(REPLICATIONS, Some(1), format!("the column `{name}`{by} is not known here")));
    }
    match table.numbers(COUNTED[0]) {
        Err(more) => problems.extend(more),
        Ok(numbers) => {
            let expected = (1..=table.rows()).map(|number| Some(number as f64));
            if !numbers.into_iter().eq(expected) {
                problems.push(problem(REPLICATIONS, None, "replications are not numbered 1, 2, 3 and so on"));
            }
        }
    }
    let mut city = vec![Metrics::none(CITY); table.rows()];
    for (metric, header) in known.iter().filter(|(_, header)| table.has(header)) {
        match table.numbers(header) {
            Err(more) => problems.extend(more),
            Ok(values) => {
                for (row, value) in city.iter_mut().zip(values) {
                    row.set("", metric.name, value);
                }
            }
        }
    }
    if city.is_empty() {
        problems.push(problem(REPLICATIONS, None, "it has no replication"));
    }
    if problems.is_empty() { Ok(city) } else { Err(problems) }
}

/// The metrics of each replication with the waits that their quantiles are of.
fn with_waits(mut city: Vec<Metrics>, text: &str) -> Result<Vec<Metrics>, Vec<SavedProblem>> {
    let table = SavedTable::read(WAITS, text)?;
    let number = |column| table.numbers(column);
    let (replications, of) = (number("replication")?, table.cells("of")?);
    let (low, high, count) = (number("wait_s.low")?, number("wait_s.high")?, number("count")?);
    let millis = |seconds: Option<f64>| (seconds.unwrap_or(-1.0) * 1e3).round();
    let mut problems = Vec::new();
    let mut start = 0;
    while start < table.rows() {
        let same = |row: &usize| replications[*row] == replications[start] && of[*row] == of[start];
        let rows = start..(start..table.rows()).find(|row| !same(row)).unwrap_or(table.rows());
        let bucket =
            |row: usize| (millis(low[row]) as u64, millis(high[row]) as u64, count[row].unwrap_or(0.0));
        let sample = Sample::from_buckets(rows.clone().map(bucket));
        let count = city.len();
        let metrics = replications[start].and_then(|number| city.get_mut((number as usize).checked_sub(1)?));
        match (metrics, sample) {
            (Some(metrics), Some(sample)) if metrics.sample(of[start]).is_none() => {
                metrics.set_sample(of[start], sample);
            }
            _ => {
                let what = format!("these are no waits of one of the {count} replications");
                problems.push(problem(WAITS, Some(table.rows[start].0), what));
            }
        }
        start = rows.end;
    }
    if problems.is_empty() { Ok(city) } else { Err(problems) }
}

/// A CSV table of a results folder: named columns, cells as text.
#[derive(Clone, Debug)]
pub struct SavedTable {
    file: String,
    headers: StringRecord,
    /// Each row with its line.
    rows: Vec<(u64, StringRecord)>,
}

impl SavedTable {
    /// Reads the text of a file with this name.
    ///
    /// # Errors
    ///
    /// Returns every row that has not as many cells as there are columns, and every name that two columns bear.
    pub fn read(file: &str, text: &str) -> Result<Self, Vec<SavedProblem>> {
        let mut reader = ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
        let wrong = |error: csv::Error| vec![problem(file, None, error.to_string())];
        let headers = reader.headers().map_err(wrong)?.clone();
        let mut problems = Vec::new();
        if headers.is_empty() {
            problems.push(problem(file, None, "it is empty"));
        }
        let mut seen = BTreeSet::new();
        for name in headers.iter().filter(|name| !seen.insert(*name)) {
            problems.push(problem(file, Some(1), format!("two columns are called `{name}`")));
        }
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(wrong)?;
            let line = record.position().map_or(0, csv::Position::line);
            if record.len() != headers.len() {
                let what = format!("cells: {}, and columns: {}", record.len(), headers.len());
                problems.push(problem(file, Some(line), what));
            }
            rows.push((line, record));
        }
        if problems.is_empty() { Ok(Self { file: file.to_owned(), headers, rows }) } else { Err(problems) }
    }

    /// How many rows there are below the headers.
    pub fn rows(&self) -> usize {
        self.rows.len()
    }

    /// The names of the columns in order.
    pub fn headers(&self) -> impl Iterator<Item = &str> {
        self.headers.iter()
    }

    /// Whether there is a column of this name.
    pub fn has(&self, column: &str) -> bool {
        self.headers().any(|name| name == column)
    }

    /// The cells of a column from top to bottom; an empty cell is a value that does not apply.
    ///
    /// # Errors
    ///
    /// Says so if there is no such column.
    pub fn cells(&self, column: &str) -> Result<Vec<&str>, Vec<SavedProblem>> {
        let index = self
            .headers()
            .position(|name| name == column)
            .ok_or_else(|| vec![problem(&self.file, None, format!("the column `{column}` is missing"))])?;
        Ok(self.rows.iter().map(|(_, row)| &row[index]).collect())
    }

    /// The numbers of a column from top to bottom.
    ///
    /// # Errors
    ///
    /// Returns every cell that is no finite number, or says that there is no such column.
    pub fn numbers(&self, column: &str) -> Result<Vec<Option<f64>>, Vec<SavedProblem>> {
        let mut problems = Vec::new();
        let mut number = |(cell, (line, _)): (&str, &(u64, StringRecord))| match cell.parse::<f64>() {
            _ if cell.is_empty() => None,
            Ok(value) if value.is_finite() => Some(value),
            _ => {
                // A cell of a foreign file may be a whole page.
                let shown: String = cell.chars().take(40).collect();
                problems.push(problem(
                    &self.file,
                    Some(*line),
                    format!("`{column}` is `{shown}`, which is no number"),
                ));
                None
            }
        };
        let numbers = self.cells(column)?.into_iter().zip(&self.rows).map(&mut number).collect();
        if problems.is_empty() { Ok(numbers) } else { Err(problems) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST_TEXT: &str = r#"{ "schema_version": 1, "version": "0.1.0", "commit": null, "seed": 7,
        "replications": 2, "fingerprint": "ab", "replication_fingerprints": [], "events": 3, "wall_s": 0.5,
        "threads": 2, "data": { "roads.csv": "cd" }, "scenario": { "name": "m-m-4", "time": {} } }"#;
    const ROWS: &str = "replication,events,charging.visits,charging.wait_s.mean,charging.busy_share\n\
                        1,10,100,1.5,0.5\n2,11,101,,0.75\n";

    const WAITS_TEXT: &str = "replication,of,wait_s.low,wait_s.high,count\n\
                              2,charging.wait_s,0,0,2.5\n2,charging.wait_s,0.13,0.131,1\n";

    /// What is wrong, one line for each problem.
    fn complaints(manifest: &str, replications: &str) -> String {
        let problems = SavedRun::read(manifest, replications, WAITS_TEXT).expect_err("something is wrong");
        let line = |problem: SavedProblem| {
            let line = problem.line.map(|line| format!(":{line}")).unwrap_or_default();
            format!("{}{line}: {}\n", problem.file, problem.what)
        };
        problems.into_iter().map(line).collect()
    }

    #[test]
    fn a_run_is_read_back_with_what_does_not_apply_left_out() {
        let run = SavedRun::read(MANIFEST_TEXT, ROWS, WAITS_TEXT).expect("the files are right");
        let sample = run.city[1].sample("charging.wait_s").expect("the second replication has waits");
        assert_eq!((sample.total(), sample.quantile(0.95)), (3.5, Some(130.825)));
        assert_eq!(run.city[0].sample("charging.wait_s"), None);
        assert_eq!((run.scenario.as_str(), run.seed, run.fingerprint.as_str()), ("m-m-4", 7, "ab"));
        assert_eq!(run.about.data, [("roads.csv".to_owned(), "cd".to_owned())]);
        let of = |name: &str| run.city.iter().map(|row| row.get(name)).collect::<Vec<_>>();
        assert_eq!(of("charging.visits"), [Some(100.0), Some(101.0)]);
        assert_eq!(of("charging.wait_s.mean"), [Some(1.5), None]);
        assert_eq!(of("charging.busy"), [Some(0.5), Some(0.75)]);
        assert_eq!(of("rides.lost"), [None, None]);
    }

    #[test]
    fn every_slip_of_a_table_is_told_with_its_line() {
        let rows = "replication,events,charging.visits,charging.weight_s\n1,10,many,3\n3,11,inf,4\n";
        insta::assert_snapshot!(complaints(MANIFEST_TEXT, rows), @r"
        replications.csv:1: the column `charging.weight_s`, which zaryad 0.1.0 wrote, is not known here
        replications.csv: replications are not numbered 1, 2, 3 and so on
        replications.csv:2: `charging.visits` is `many`, which is no number
        replications.csv:3: `charging.visits` is `inf`, which is no number
        ");
        let ragged = "replication,replication\n1\n1,2,3\n";
        insta::assert_snapshot!(complaints(MANIFEST_TEXT, ragged), @r"
        replications.csv:1: two columns are called `replication`
        replications.csv:2: cells: 1, and columns: 2
        replications.csv:3: cells: 3, and columns: 2
        ");
    }

    #[test]
    fn files_that_are_something_else_are_told_so() {
        let cut = &MANIFEST_TEXT[..150];
        let manifests = [
            "",
            "[1]",
            "{}",
            cut,
            &"[".repeat(100_000),
            &MANIFEST_TEXT.replace("\"seed\": 7", "\"seed\": -7"),
        ];
        let told: String = manifests.iter().map(|manifest| complaints(manifest, ROWS)).collect();
        insta::assert_snapshot!(told, @r"
        manifest.json:1: no manifest of a run: EOF while parsing a value
        manifest.json:1: no manifest of a run: invalid type: integer `1`, expected a string
        manifest.json:1: no manifest of a run: missing field `schema_version`
        manifest.json:2: no manifest of a run: EOF while parsing a value
        manifest.json:1: no manifest of a run: invalid type: sequence, expected u32
        manifest.json:1: no manifest of a run: invalid value: integer `-7`, expected u64
        ");
        let later = MANIFEST_TEXT.replace("\"schema_version\": 1", "\"schema_version\": 2");
        let nameless = MANIFEST_TEXT.replace("\"name\"", "\"title\"");
        let three = MANIFEST_TEXT.replace("\"replications\": 2", "\"replications\": 3");
        let told: String =
            [later, nameless, three].iter().map(|manifest| complaints(manifest, ROWS)).collect();
        insta::assert_snapshot!(told, @r"
        manifest.json: its form has version 2, and this program reads 1
        manifest.json: its scenario has no name
        replications.csv: rows: 2, and replications of the manifest: 3
        ");
        let tables = ["", "\n\n", "replication\n", "name,visits\nQ,3\n", "replication\n\"1"];
        let told: String = tables.iter().map(|table| complaints(MANIFEST_TEXT, table)).collect();
        insta::assert_snapshot!(told, @r"
        replications.csv: it is empty
        replications.csv: it is empty
        replications.csv: it has no replication
        replications.csv:1: the column `name`, which zaryad 0.1.0 wrote, is not known here
        replications.csv:1: the column `visits`, which zaryad 0.1.0 wrote, is not known here
        replications.csv: the column `replication` is missing
        replications.csv: rows: 1, and replications of the manifest: 2
        ");
    }
}
