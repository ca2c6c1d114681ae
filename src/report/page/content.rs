//! What the page shows, as one JSON document made from the texts of a results folder.

use super::city;
use crate::data::{Data, attribution};
use crate::results::{
    CITY, HOURS_OF_DAY, MANIFEST, Metrics, REPLICATIONS, SavedProblem, SavedRun, SavedTable, Summaries,
};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Columns of the table of stations by the names that the page gives them.
const STATIONS: &[(&str, &str)] = &[
    ("lon", "lon_deg"),
    ("lat", "lat_deg"),
    ("plugs", "plugs"),
    ("kw", "plug_kw"),
    ("visits", "visits"),
    ("served", "served"),
    ("wait", "wait_s.mean"),
    ("p95", "wait_s.p95"),
    ("over10", "wait_over_10min_share"),
    ("queue", "queue.mean_cars"),
    ("busy", "busy_share"),
    ("kwh", "energy_kwh"),
    ("profit", "profit_kzt"),
];

/// The same of the districts.
const DISTRICTS: &[(&str, &str)] = &[
    ("plugs", "plugs"),
    ("visits", "visits"),
    ("wait", "wait_s.mean"),
    ("lost", "rides.lost_share"),
    ("busy", "busy_share"),
];

/// The same of the hours of the week.
const HOURS: &[(&str, &str)] = &[
    ("queue", "queue.mean_cars"),
    ("busy", "busy_share"),
    ("charging", "taxis.charging.mean_cars"),
    ("wait", "wait_s.mean"),
    ("visits", "visits"),
    ("energy", "energy_kwh"),
    ("drawn", "drawn_kw.mean"),
    ("peak", "drawn_kw.max"),
    ("requested", "rides.requested"),
    ("served", "rides.served"),
    ("lost", "rides.lost"),
];

/// The same of the hours of the day, by station and by district.
const DAY: &[(&str, &str)] = &[
    ("visits", "visits"),
    ("served", "served"),
    ("wait", "wait_s.mean"),
    ("queue", "queue.mean_cars"),
    ("busy", "busy_share"),
];

const WAITS: &[(&str, &str)] = &[("low", "wait_s.low"), ("high", "wait_s.high"), ("served", "served")];

/// Reads tables and keeps what is wrong with them.
struct Reader<'a> {
    files: &'a BTreeMap<String, String>,
    problems: Vec<SavedProblem>,
}

impl Reader<'_> {
    fn complain(&mut self, file: &str, what: &str) {
        self.problems.push(SavedProblem {
            file: file.to_owned(),
            line: None,
            what: what.to_owned(),
            remedy: "run the scenario again with `--out`".to_owned(),
        });
    }

    fn text(&mut self, file: &str) -> &str {
        if !self.files.contains_key(file) {
            self.complain(file, "it is missing");
        }
        self.files.get(file).map_or("", String::as_str)
    }

    fn keep<T>(&mut self, read: Result<T, Vec<SavedProblem>>) -> Option<T> {
        read.map_err(|problems| self.problems.extend(problems)).ok()
    }

    fn table(&mut self, file: &str) -> Option<SavedTable> {
        if !self.files.contains_key(file) {
            self.complain(file, "it is missing");
            return None;
        }
        let read = SavedTable::read(file, &self.files[file]);
        self.keep(read)
    }

    /// The columns of a table under the page's names, to five digits.
    fn columns(&mut self, table: &SavedTable, columns: &[(&str, &str)]) -> Map<String, Value> {
        let mut all = Map::new();
        for (name, header) in columns {
            if let Some(numbers) = self.keep(table.numbers(header)) {
                all.insert((*name).to_owned(), numbers.into_iter().map(number).collect());
            }
        }
        all
    }

    fn words(&mut self, table: &SavedTable, column: &str) -> Vec<String> {
        let cells = self.keep(table.cells(column)).unwrap_or_default();
        cells.into_iter().map(str::to_owned).collect()
    }

    /// The hours of the day of named places, which must be these.
    fn day(&mut self, file: &str, what: &str, places: &[String]) -> Map<String, Value> {
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

/// The document.
///
/// # Errors
///
/// Returns everything that is wrong with the files.
pub(super) fn content(files: &BTreeMap<String, String>, data: &Data) -> Result<Value, Vec<SavedProblem>> {
    let mut reader = Reader { files, problems: Vec::new() };
    let manifest = reader.text(MANIFEST).to_owned();
    let replications = reader.text(REPLICATIONS).to_owned();
    let read = SavedRun::read(&manifest, &replications);
    let run = reader.keep(read);
    let mut document = Map::new();
    if let Some(table) = reader.table("stations.csv") {
        let names = reader.words(&table, "name");
        let mut stations = reader.columns(&table, STATIONS);
        for column in ["origin", "synthetic", "district"] {
            let cells = reader.words(&table, column);
            stations.insert(column.to_owned(), json!(cells));
        }
        let day = reader.day("station_hours.csv", "station", &names);
        stations.insert("name".to_owned(), json!(names));
        document.insert("stations".to_owned(), Value::Object(stations));
        document.insert("day".to_owned(), Value::Object(day));
    }
    if let Some(table) = reader.table("districts.csv") {
        let keys = reader.words(&table, "name");
        let outlines = city::districts(data, &keys.iter().map(String::as_str).collect::<Vec<_>>());
        let columns = reader.columns(&table, DISTRICTS);
        let day = reader.day("district_hours.csv", "district", &keys);
        document.insert("districts".to_owned(), outlines);
        document.insert("district".to_owned(), Value::Object(columns));
        document.insert("district_day".to_owned(), Value::Object(day));
    }
    for (name, file, columns) in [("hours", "hours.csv", HOURS), ("waits", "waits.csv", WAITS)] {
        if let Some(table) = reader.table(file) {
            let columns = reader.columns(&table, columns);
            document.insert(name.to_owned(), Value::Object(columns));
        }
    }
    let notes = serde_json::from_str::<Value>(reader.text("summary.json")).unwrap_or_default();
    document.insert("notes".to_owned(), texts(&notes["notes"]));
    match run {
        Some(run) if reader.problems.is_empty() => {
            about(&mut document, &run);
            document.insert("roads".to_owned(), city::roads(data));
            Ok(Value::Object(document))
        }
        _ => Err(reader.problems),
    }
}

/// The sentences of the summary's notes.
fn texts(notes: &Value) -> Value {
    notes.as_array().into_iter().flatten().map(|note| note["text"].clone()).collect()
}

/// What the run says of itself, its metrics with intervals, and whose data it shows.
fn about(document: &mut Map<String, Value>, run: &SavedRun) {
    let mut put = |key: &str, value: Value| document.insert(key.to_owned(), value);
    let scenario = &run.about.scenario;
    put("scenario", json!(run.scenario));
    put("question", scenario["question"].clone());
    put("seed", json!(run.seed));
    put("replications", json!(run.city.len()));
    put("fingerprint", json!(run.fingerprint));
    put("version", json!(run.about.version));
    put("commit", json!(run.about.commit));
    put("data", run.about.data.iter().map(|(name, hash)| json!([name, hash])).collect());
    put("time", scenario["time"].clone());
    put("tariff", scenario["tariff"].clone());
    put("taxis", json!([scenario["fleet"]["taxis"], scenario["fleet"]["electric"]]));
    put("grid", scenario["network"]["grid"].clone());
    put("efficiency", scenario["charging"]["efficiency"].clone());
    put("toml", json!(toml::to_string(scenario).unwrap_or_default()));
    put("city", metrics(&run.city));
    put("credits", credits());
}

/// Whose data pages show.
pub(super) fn credits() -> Value {
    let credit = |credit: &crate::data::Credit| {
        json!([credit.source, credit.source_link, credit.licence, credit.licence_link, credit.what])
    };
    attribution().iter().map(credit).collect()
}

/// Each metric that applies: mean, and bounds of its interval if there is one.
fn metrics(replications: &[Metrics]) -> Value {
    let summaries = Summaries::of(replications);
    let entry = |name: &str| {
        let value = summaries.get(name)?;
        let (low, high) = value.ci95.map_or((None, None), |(low, high)| (Some(low), Some(high)));
        let told: Value = [Some(value.mean), low, high].into_iter().map(number).collect();
        Some((name.to_owned(), told))
    };
    Value::Object(CITY.iter().filter_map(|metric| entry(metric.name)).collect())
}
