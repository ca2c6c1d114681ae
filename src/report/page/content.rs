//! What the page of a run shows, as one JSON document made from the texts of a results folder.

use super::city;
use super::reader::{Reader, number};
use crate::data::{Data, attribution};
use crate::results::{CITY, MANIFEST, Metric, REPLICATIONS, Sample, SavedProblem, SavedRun, WAITS};
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
    ("wait_low", "wait_s.mean.ci95_low"),
    ("wait_high", "wait_s.mean.ci95_high"),
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

/// A run as pages show it, without the city around it.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The keys of the resolved scenario, each with its value.
    pub(super) settings: Map<String, Value>,
    /// What pages draw from, under the names that their scripts know.
    pub(super) document: Map<String, Value>,
}

impl Shown {
    /// Reads a run, and what pages show of it, from the texts of the files of its results folder by name.
    ///
    /// # Errors
    ///
    /// Returns everything that is wrong with the files.
    pub fn read(files: &BTreeMap<String, String>) -> Result<(SavedRun, Self), Vec<SavedProblem>> {
        let mut reader = Reader::new(files);
        let read = SavedRun::read(reader.text(MANIFEST), reader.text(REPLICATIONS), reader.text(WAITS));
        let run = reader.keep(read);
        let mut document = Map::new();
        stations(&mut document, &mut reader);
        districts(&mut document, &mut reader);
        if let Some(table) = reader.table("hours.csv") {
            let columns = reader.columns(&table, HOURS);
            document.insert("hours".to_owned(), Value::Object(columns));
        }
        let summary = reader.summary();
        document.insert("notes".to_owned(), notes(&summary["notes"]));
        document.insert("exact".to_owned(), summary["exact"].clone());
        document.insert("city".to_owned(), metrics(&summary["metrics"]));
        let run = reader.finish(run)?;
        document.insert("waits".to_owned(), waits(&run));
        about(&mut document, &run);
        let settings = flat(&run.about.scenario);
        Ok((run, Self { settings, document }))
    }
}

/// The waits of all replications together, by bucket: bounds in seconds, and how many.
fn waits(run: &SavedRun) -> Value {
    let all = Sample::pool(run.city.iter().filter_map(|metrics| metrics.sample("charging.wait_s")));
    let seconds = |millis: u64| millis as f64 / 1e3;
    json!({
        "low": all.buckets().map(|(low, ..)| seconds(low)).collect::<Vec<_>>(),
        "high": all.buckets().map(|(_, high, _)| seconds(high)).collect::<Vec<_>>(),
        "count": all.buckets().map(|(.., count)| count).collect::<Vec<_>>(),
    })
}

/// The document of the page of one run.
///
/// # Errors
///
/// Returns everything that is wrong with the files.
pub(super) fn content(files: &BTreeMap<String, String>, data: &Data) -> Result<Value, Vec<SavedProblem>> {
    let (_, Shown { mut document, .. }) = Shown::read(files)?;
    let keys: Vec<String> = keys(&document["district"]).map(str::to_owned).collect();
    document.extend(city::around(data, &keys));
    document.insert("credits".to_owned(), credits());
    Ok(Value::Object(document))
}

/// Every value of a scenario under its dotted key, elements of lists by their index.
pub(super) fn flat(scenario: &Value) -> Map<String, Value> {
    fn collect(key: &str, value: &Value, all: &mut Map<String, Value>) {
        match value {
            Value::Object(entries) if !entries.is_empty() => {
                let dot = if key.is_empty() { "" } else { "." };
                entries.iter().for_each(|(name, value)| collect(&format!("{key}{dot}{name}"), value, all));
            }
            Value::Array(elements) if elements.iter().any(Value::is_object) => {
                let indexed = elements.iter().enumerate();
                indexed.for_each(|(index, value)| collect(&format!("{key}[{index}]"), value, all));
            }
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_)
            | Value::Object(_) => {
                all.insert(key.to_owned(), value.clone());
            }
        }
    }
    let mut all = Map::new();
    collect("", scenario, &mut all);
    all
}

/// The keys of districts in the order of their columns.
pub(super) fn keys(districts: &Value) -> impl Iterator<Item = &str> {
    districts["key"].as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// The stations, and their day by the hour.
fn stations(document: &mut Map<String, Value>, reader: &mut Reader) {
    let Some(table) = reader.table("stations.csv") else { return };
    let mut stations = reader.columns(&table, STATIONS);
    for column in ["origin", "synthetic", "district"] {
        stations.insert(column.to_owned(), json!(reader.words(&table, column)));
    }
    let names = reader.words(&table, "name");
    let day = reader.day("station_hours.csv", "station", &names);
    stations.insert("name".to_owned(), json!(names));
    document.insert("stations".to_owned(), Value::Object(stations));
    document.insert("day".to_owned(), Value::Object(day));
}

/// The districts, and their day by the hour.
fn districts(document: &mut Map<String, Value>, reader: &mut Reader) {
    let Some(table) = reader.table("districts.csv") else { return };
    let mut columns = reader.columns(&table, DISTRICTS);
    let keys = reader.words(&table, "name");
    let day = reader.day("district_hours.csv", "district", &keys);
    columns.insert("key".to_owned(), json!(keys));
    document.insert("district".to_owned(), Value::Object(columns));
    document.insert("district_day".to_owned(), Value::Object(day));
}

/// The summary's notes: of which kind each is, its sentence, and the metrics and numbers to say it with in another
/// language.
fn notes(notes: &Value) -> Value {
    let note = |note: &Value| {
        let metrics = note["metrics"].as_array().cloned().unwrap_or_default();
        let numbers = note["numbers"].as_object().cloned().unwrap_or_default();
        json!({ "kind": note["kind"], "text": note["text"], "metrics": metrics, "numbers": numbers })
    };
    notes.as_array().into_iter().flatten().map(note).collect()
}

/// What the run says of itself, its metrics with intervals, and whose data it shows.
fn about(document: &mut Map<String, Value>, run: &SavedRun) {
    let mut put = |key: &str, value: Value| document.insert(key.to_owned(), value);
    let scenario = &run.about.scenario;
    put("scenario", json!(run.scenario));
    put("question", scenario["question"].clone());
    put("sets", json!(run.sets));
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
}

/// Whose data pages show.
pub(super) fn credits() -> Value {
    let credit = |credit: &crate::data::Credit| {
        json!([credit.source, credit.source_link, credit.licence, credit.licence_link, credit.what])
    };
    attribution().iter().map(credit).collect()
}

/// Each metric of the summary: mean, and bounds of its interval if there is one.
fn metrics(told: &Value) -> Value {
    let entry = |metric: &Metric| {
        let entry = told.get(metric.name)?;
        let values = [&entry["mean"], &entry["ci95"][0], &entry["ci95"][1]];
        let values: Value = values.into_iter().map(|value| number(value.as_f64())).collect();
        Some((metric.name.to_owned(), values))
    };
    Value::Object(CITY.iter().filter_map(entry).collect())
}
