//! What pages show of one point of a sweep: its journal knows the city and its districts, but no station and no hour.

use super::content::{Shown, flat};
use super::reader::number;
use crate::results::{CITY, Metrics, Summaries, Summary, WHOLE};
use crate::study::Swept;
use serde_json::{Map, Value, json};

impl Shown {
    /// A point of a sweep, by its number from 1.
    pub fn of_point(swept: &Swept, point: u32) -> Self {
        let manifest = &swept.manifest;
        let mut document = Map::new();
        let mut put = |key: &str, value: Value| document.insert(key.to_owned(), value);
        put("question", json!(manifest.question));
        put("version", json!(manifest.version));
        put("commit", json!(manifest.commit));
        put("fingerprint", json!(manifest.fingerprint));
        put("data", manifest.data.iter().map(|(name, hash)| json!([name, hash])).collect());
        put("district", districts(swept, point));
        put("sweep", json!({ "file": manifest.file, "sets": manifest.sets, "texts": manifest.texts }));
        Self { settings: settings(swept, point), document }
    }
}

/// What the scenario of a point says: that of the first point, with the axes as they are set here, and the
/// replications that were made.
fn settings(swept: &Swept, point: u32) -> Map<String, Value> {
    let mut settings = flat(&swept.manifest.scenario);
    for key in &swept.manifest.axes {
        let below = format!("{key}.");
        settings.retain(|known, _| !known.starts_with(&below));
        settings.insert(key.clone(), swept.setting(point, key).cloned().unwrap_or_default());
    }
    settings.insert("time.replications".to_owned(), json!(swept.of_point(point).len()));
    settings
}

/// The mean wait in each district with its interval over the replications.
fn districts(swept: &Swept, point: u32) -> Value {
    let runs = swept.of_point(point);
    let mut keys: Vec<&str> =
        runs.iter().flat_map(|run| &run.groups).map(|group| group.name.as_str()).collect();
    keys.sort_unstable();
    keys.dedup();
    keys.retain(|key| *key != WHOLE);
    let wait = |key: &&str| {
        let of_district: Vec<Metrics> = runs.iter().filter_map(|run| run.metrics(key)).collect();
        Summaries::over(CITY, &of_district).get("charging.wait_s.mean")
    };
    let waits: Vec<Option<Summary>> = keys.iter().map(wait).collect();
    let column = |value: fn(Summary) -> Option<f64>| {
        waits.iter().map(|wait| number(wait.and_then(value))).collect::<Value>()
    };
    json!({
        "key": keys,
        "wait": column(|wait| Some(wait.mean)),
        "wait_low": column(|wait| Some(wait.ci95?.0)),
        "wait_high": column(|wait| Some(wait.ci95?.1)),
    })
}
