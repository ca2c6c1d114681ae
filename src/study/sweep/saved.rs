//! What a sweep's folder holds, from which its tables are made.

use super::{Extra, Rule, Run, Shard, runner};
use crate::results::{
    CITY, Estimate, Metric, Metrics, SCHEMA_VERSION, Summaries, Table, WHOLE, all_alike, columns, csv,
    is_sound, parquet, rounded, seal, summaries,
};
use crate::scenario::Design;
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The most replications of a point, as many as a sweep file may ask for.
pub const MOST_REPLICATIONS: u32 = 100_000;
/// Rows that are in memory at a time when a table is written.
const ROWS: usize = 20_000;

/// What a sweep is, and everything needed to repeat it. It says nothing of time and threads: two folders of
/// the same sweep hold the same bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The version of the form of this file.
    pub schema_version: u32,
    /// Always `sweep`.
    pub kind: String,
    /// The sweep's name.
    pub name: String,
    /// The question it answers.
    pub question: String,
    /// The program's version.
    pub version: String,
    /// The program's commit, if known.
    pub commit: Option<String>,
    /// The hash of all that results depend on.
    pub identity: String,
    /// The master seed.
    pub seed: u64,
    /// How points are laid along the axes.
    pub design: Design,
    /// How many replications each point gets.
    pub replications: Rule,
    /// The part of the sweep that this folder holds; none if all of it.
    pub shard: Option<Shard>,
    /// Points with more replications than the rule gives them.
    pub extra: Extra,
    /// The hash of the journal, in which all runs stand in order; none while some are missing, or while the ranking
    /// that a budget was spent for has not been told.
    pub fingerprint: Option<String>,
    /// What the values of a run's groups are, in their order.
    pub metrics: Vec<String>,
    /// The keys of the axes.
    pub axes: Vec<String>,
    /// For each point what each axis is set to: a number, or text.
    pub points: Vec<Vec<Value>>,
    /// The name of the sweep's own text.
    pub file: String,
    /// The arguments of `--set`.
    pub sets: Vec<String>,
    /// Every text that the sweep was read from, by name.
    pub texts: BTreeMap<String, String>,
    /// The resolved scenario of the first point.
    pub scenario: Value,
    /// The names of the data tables, each with the hash of its text.
    pub data: Map<String, Value>,
}

impl Manifest {
    /// Reads a manifest that may have been written by anybody.
    ///
    /// # Errors
    ///
    /// A sentence that says why this is no manifest of a sweep.
    pub fn read(text: &[u8]) -> Result<Self, String> {
        let mut document: Value = serde_json::from_slice(text).map_err(|error| error.to_string())?;
        let sound = is_sound(&document);
        if let Some(entries) = document.as_object_mut() {
            entries.shift_remove("hash");
        }
        let manifest: Self = serde_json::from_value(document).map_err(|error| error.to_string())?;
        let setting = |value: &Value| value.is_number() || value.is_string();
        let whole = |point: &Vec<Value>| point.len() == manifest.axes.len() && point.iter().all(setting);
        let most = manifest.extra.values().copied().chain([manifest.replications.bounds().1]).max();
        let laid_out = match manifest.design {
            Design::Saltelli { samples } => {
                manifest.points.len() == samples as usize * (manifest.axes.len() + 2)
            }
            Design::Grid
            | Design::Zip
            | Design::LatinHypercube { .. }
            | Design::Sobol { .. }
            | Design::OneAtATime => true,
        };
        let wrong = if manifest.kind != "sweep" || manifest.schema_version != SCHEMA_VERSION {
            "it is of another kind"
        } else if !columns().iter().map(|metric| metric.name).eq(&manifest.metrics) {
            return Err(format!("zaryad {} wrote it, with other metrics", manifest.version));
        } else if manifest.points.is_empty() || !manifest.points.iter().all(whole) {
            "its points do not have a value for each axis"
        } else if !laid_out {
            "its points are not those of its design"
        } else if manifest.shard.is_some_and(|shard| shard.number == 0 || shard.number > shard.of) {
            "its part is none"
        } else if most > Some(MOST_REPLICATIONS) {
            "its replications are too many"
        } else if !sound {
            "it was changed after it was written"
        } else {
            return Ok(manifest);
        };
        Err(wrong.to_owned())
    }

    /// The text of its file, which ends with its hash.
    ///
    /// # Errors
    ///
    /// Never, in practice: all of it can be written as JSON.
    pub fn text(&self) -> serde_json::Result<String> {
        Ok(serde_json::to_string_pretty(&seal(serde_json::to_value(self)?))? + "\n")
    }
}

/// A sweep as far as it has been run.
#[derive(Clone, Debug)]
pub struct Swept {
    /// What it is.
    pub manifest: Manifest,
    /// The finished runs that are wanted, by point and replication.
    pub runs: Vec<Run>,
    /// How many runs are known to be missing.
    pub missing: u64,
    /// For each run the metrics of the city.
    cities: Vec<Metrics>,
    /// For each point its runs.
    ranges: Vec<std::ops::Range<usize>>,
}

impl Swept {
    /// Puts runs, in whatever order they ended, into that of points and replications. Of a run that is there
    /// twice the first is taken; runs that nobody wants are left out.
    pub fn new(manifest: Manifest, mut runs: Vec<Run>) -> Self {
        runs.sort_by_key(|run| (run.point, run.replication));
        runs.dedup_by_key(|run| (run.point, run.replication));
        let (rule, shard) = (&manifest.replications, manifest.shard);
        let (mut kept, mut ranges) = (Vec::with_capacity(runs.len()), Vec::new());
        let mut missing = 0;
        let mut rest = runs.into_iter().peekable();
        for point in 1..=manifest.points.len() as u32 {
            let mut of_point = Vec::new();
            while let Some(run) = rest.next_if(|run| run.point <= point) {
                of_point.push(run);
            }
            let values = of_point.iter().map(|run| (run.replication, rule.decisive(run))).collect();
            let mine = |replication: u32| rule.is_in(shard, point, replication);
            let mut asked = 0;
            loop {
                let wanted = runner::wanted(rule, &manifest.extra, point, asked, &values);
                let lacking = (asked + 1..=wanted)
                    .filter(|replication| mine(*replication) && !values.contains_key(replication))
                    .count() as u64;
                missing += lacking;
                let settled = wanted == asked || lacking > 0;
                asked = wanted;
                if settled {
                    break;
                }
            }
            let start = kept.len();
            kept.extend(of_point.into_iter().filter(|run| run.replication <= asked && mine(run.replication)));
            ranges.push(start..kept.len());
        }
        let none = || Metrics::none(CITY);
        let cities = kept.iter().map(|run: &Run| run.metrics(WHOLE).unwrap_or_else(none)).collect();
        Self { manifest, runs: kept, missing, cities, ranges }
    }

    /// The runs of a point, by its number from 1; none if there is no such point.
    pub fn of_point(&self, point: u32) -> &[Run] {
        let range = (point as usize).checked_sub(1).and_then(|index| self.ranges.get(index));
        range.map_or(&[], |range| &self.runs[range.clone()])
    }

    /// What each replication of a point adds to a metric of the city: see [`Estimate::parts_of`].
    pub fn parts(&self, point: u32, metric: &Metric) -> Vec<Option<f64>> {
        let city = self.city(point);
        let place = CITY.iter().position(|of_city| of_city.name == metric.name);
        let parts = place.map(|place| Estimate::parts_of(place, &city.iter().collect::<Vec<_>>()));
        parts.unwrap_or_else(|| vec![None; city.len()])
    }

    /// A metric of the city at a point, over its replications; none if it applies in none of them.
    pub fn estimate(&self, point: u32, metric: &Metric) -> Option<Estimate> {
        let place = CITY.iter().position(|of_city| of_city.name == metric.name)?;
        Estimate::of(place, &self.city(point).iter().collect::<Vec<_>>())
    }

    /// Whether the replications of a point, two or more, are all the same run: chance plays no part in it.
    pub fn fixed(&self, point: u32) -> bool {
        all_alike(&self.of_point(point).iter().map(|run| run.fingerprint.as_str()).collect::<Vec<_>>())
    }

    /// The metrics of the city in each replication of a point.
    pub fn city(&self, point: u32) -> &[Metrics] {
        let range = (point as usize).checked_sub(1).and_then(|index| self.ranges.get(index));
        range.map_or(&[], |range| &self.cities[range.clone()])
    }

    /// The metrics of the city at a point, over its replications.
    pub fn summaries(&self, point: u32) -> Summaries {
        Summaries::over(CITY, self.city(point))
    }

    /// The master seed at a point: an axis may set it.
    pub fn seed(&self, point: u32) -> u64 {
        let of_axis = self.setting(point, "time.seed").and_then(Value::as_f64);
        of_axis.map_or(self.manifest.seed, |seed| seed as u64)
    }

    /// What the axis over a key is set to at a point; none if there is no such axis or point.
    pub fn setting(&self, point: u32, key: &str) -> Option<&Value> {
        let axis = self.manifest.axes.iter().position(|axis| axis == key)?;
        self.manifest.points.get((point as usize).checked_sub(1)?)?.get(axis)
    }

    /// What the axes are set to at a point, as text.
    pub fn shown(&self, point: u32) -> Vec<String> {
        let values = (point as usize).checked_sub(1).and_then(|index| self.manifest.points.get(index));
        values.into_iter().flatten().map(text).collect()
    }

    /// What the axes are set to at a point, by their keys, to nine digits.
    pub fn named(&self, point: u32) -> Map<String, Value> {
        let values = (point as usize).checked_sub(1).and_then(|index| self.manifest.points.get(index));
        self.manifest.axes.iter().cloned().zip(values.into_iter().flatten().map(digits)).collect()
    }

    /// The hash of the journal with its runs in order.
    pub fn fingerprint(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        self.journal().for_each(|line| {
            hasher.update(line.as_bytes());
        });
        hasher.finalize().to_hex().to_string()
    }

    /// The journal with its runs in order.
    pub fn journal(&self) -> impl Iterator<Item = String> {
        self.runs.iter().map(|run| run.line(&self.manifest.identity))
    }

    /// The tidy table in parts, one below the other: a row for each point, replication and group.
    pub fn results(&self) -> impl Iterator<Item = Table<'_>> {
        let rows: Vec<(&Run, usize)> =
            self.runs.iter().flat_map(|run| (0..run.groups.len()).map(move |group| (run, group))).collect();
        let parts = rows.len().div_ceil(ROWS).max(1);
        (0..parts).map(move |part| self.results_of(&rows[part * ROWS..rows.len().min((part + 1) * ROWS)]))
    }

    fn results_of(&self, rows: &[(&Run, usize)]) -> Table<'static> {
        let mut table = Table::default();
        table.whole("point", rows.iter().map(|(run, _)| Some(i64::from(run.point))));
        self.axes(&mut table, || rows.iter().map(|(run, _)| run.point));
        table.whole("replication", rows.iter().map(|(run, _)| Some(i64::from(run.replication))));
        table.text("group", rows.iter().map(|(run, group)| Some(run.groups[*group].name.clone())));
        for (column, metric) in columns().iter().enumerate() {
            table.real(metric.header(), rows.iter().map(|(run, group)| run.groups[*group].values[column]));
        }
        table
    }

    /// One row for each point: what its axes are set to, and the metrics of the city with their intervals.
    pub fn points(&self) -> impl Iterator<Item = Table<'_>> {
        let all: Vec<u32> = (1..=self.manifest.points.len() as u32).collect();
        let parts: Vec<Vec<u32>> = all.chunks(ROWS / 8).map(<[u32]>::to_vec).collect();
        parts.into_iter().map(|points| {
            let mut table = Table::default();
            table.whole("point", points.iter().map(|point| Some(i64::from(*point))));
            self.axes(&mut table, || points.iter().copied());
            let replications = |point: &u32| Some(self.of_point(*point).len() as i64);
            table.whole("replications", points.iter().map(replications));
            let rows: Vec<Summaries> = points.iter().map(|point| self.summaries(*point)).collect();
            summaries(&mut table, CITY, &rows);
            table
        })
    }

    /// Columns for what the axes are set to at these points: numbers where all of an axis's are.
    fn axes<I: Iterator<Item = u32>>(&self, table: &mut Table<'_>, points: impl Fn() -> I) {
        let all = &self.manifest.points;
        for (axis, key) in self.manifest.axes.iter().enumerate() {
            let value = |point: u32| &all[point as usize - 1][axis];
            if all.iter().all(|point| point[axis].is_number()) {
                table.real(key.clone(), points().map(|point| value(point).as_f64()));
            } else {
                table.text(key.clone(), points().map(|point| Some(text(value(point)))));
            }
        }
    }

    /// The files of a whole sweep by name, but for its manifest and journal; each with its CSV twin if wanted.
    pub fn files(&self, with_csv: bool) -> Vec<(String, Vec<u8>)> {
        let mut files = vec![
            ("results.parquet".to_owned(), parquet(self.results())),
            ("points.parquet".to_owned(), parquet(self.points())),
        ];
        if with_csv {
            files.push(("results.csv".to_owned(), csv(self.results())));
            files.push(("points.csv".to_owned(), csv(self.points())));
        }
        files
    }

    /// The events of all runs.
    pub fn events(&self) -> u64 {
        self.runs.iter().map(|run| run.events).sum()
    }
}

/// What `sweep --json` prints. It is written point by point: ten thousand points need no tree in memory.
impl Serialize for Swept {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let manifest = &self.manifest;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("schema_version", &SCHEMA_VERSION)?;
        map.serialize_entry("sweep", &manifest.name)?;
        map.serialize_entry("question", &manifest.question)?;
        map.serialize_entry("seed", &manifest.seed)?;
        map.serialize_entry("design", &manifest.design)?;
        map.serialize_entry("runs", &self.runs.len())?;
        map.serialize_entry("missing", &self.missing)?;
        map.serialize_entry("events", &self.events())?;
        map.serialize_entry("fingerprint", &manifest.fingerprint)?;
        map.serialize_entry("axes", &manifest.axes)?;
        map.serialize_entry("points", &Points(self))?;
        map.end()
    }
}

struct Points<'a>(&'a Swept);

impl Serialize for Points<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(swept) = self;
        let point = |number: u32| {
            json!({
                "point": number,
                "values": swept.named(number),
                "replications": swept.of_point(number).len(),
                "metrics": swept.summaries(number).json(),
            })
        };
        serializer.collect_seq((1..=swept.manifest.points.len() as u32).map(point))
    }
}

fn digits(value: &Value) -> Value {
    value.as_f64().map_or_else(|| value.clone(), |number| json!(rounded(number)))
}

/// A setting as people read it.
fn text(value: &Value) -> String {
    match (value.as_str(), value.as_f64()) {
        (Some(text), _) => text.to_owned(),
        (None, Some(number)) => number.to_string(),
        (None, None) => value.to_string(),
    }
}
