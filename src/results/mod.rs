//! Results: what a run measured, with intervals over its replications, as tables and as JSON.

mod accounts;
mod brands;
mod classes;
mod day;
mod detail;
mod drivers;
mod equity;
mod estimate;
mod exact;
mod files;
mod fingerprint;
mod gauge;
mod groups;
mod lists;
mod metrics;
mod notes;
mod recorder;
mod sample;
mod saved;
mod seal;
mod series;
mod sums;
mod table;

pub use accounts::Account;
pub use brands::Brand;
pub use classes::Class;
pub use day::{Day, DayHour, HOURS_OF_DAY};
pub use detail::Detail;
pub use drivers::Driver;
pub use estimate::Estimate;
pub use exact::Exact;
pub use files::summaries;
pub use fingerprint::Fingerprint;
pub use groups::{Group, WHOLE, columns, groups};
pub use lists::{BRAND, Better, CITY, CLASS, DISTRICT, HOUR, Metric, Range, STATION};
pub use metrics::{Metrics, Outcome};
pub use notes::{Doubt, Note, counted, listed};
pub use recorder::Recorder;
pub use sample::Sample;
pub use saved::{MANIFEST, REPLICATIONS, SavedProblem, SavedRun, SavedTable, WAITS, all_alike};
pub use seal::{changed, is_sound, seal, seal_files};
pub use series::{Mark, Series};
pub use sums::{Charging, Curtailed, Fleet, Hour, Replication, Rides, VisitCounts, Waits};
pub use table::{Table, Values, csv, parquet, unmarked};

use crate::geo::Point;
use crate::ids::Id;
use crate::units::{Duration, Power};
use crate::world::{Fuel, Need, Origin, Station, World};
use serde_json::{Map, Value, json};

/// The version of the form of `summary.json` and `manifest.json`.
pub const SCHEMA_VERSION: u32 = 1;

/// A metric over the replications in which it applies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// The metric over all replications, in its unit: see [`Estimate`].
    pub mean: f64,
    /// Its 95 % interval; none of one replication that is not long enough for batch means.
    pub ci95: Option<(f64, f64)>,
    /// In how many replications the metric applies.
    pub n: usize,
    /// How many batches of a single replication the interval comes from; none if it is over replications.
    pub batches: Option<usize>,
}

impl From<Estimate> for Summary {
    fn from(Estimate { value, ci95, parts }: Estimate) -> Self {
        Self { mean: value, ci95, n: parts.len(), batches: None }
    }
}

impl Summary {
    /// Half the width of the interval, whose bounds may lie unevenly around the metric.
    pub fn half_width(&self) -> Option<f64> {
        self.ci95.map(|(low, high)| (high - low) / 2.0)
    }
}

/// The metrics of one thing, each over the replications.
#[derive(Clone, Debug, PartialEq)]
pub struct Summaries {
    list: &'static [Metric],
    values: Vec<Option<Summary>>,
}

impl Summaries {
    /// Brings the same thing's metrics in each replication together.
    ///
    /// # Panics
    ///
    /// If there is no replication.
    pub fn of<'a>(replications: impl IntoIterator<Item = &'a Metrics>) -> Self {
        let all: Vec<&Metrics> = replications.into_iter().collect();
        Self::of_all(all.first().expect("there is at least one replication").list(), &all)
    }

    /// The same for any number of replications, whose metrics are those of a list.
    pub fn over(list: &'static [Metric], replications: &[Metrics]) -> Self {
        Self::of_all(list, &replications.iter().collect::<Vec<_>>())
    }

    fn of_all(list: &'static [Metric], all: &[&Metrics]) -> Self {
        Self { list, values: (0..list.len()).map(|index| Some(Estimate::of(index, all)?.into())).collect() }
    }

    /// A metric, if it applies.
    pub fn get(&self, name: &str) -> Option<Summary> {
        self.list.iter().position(|metric| metric.name == name).and_then(|index| self.values[index])
    }

    /// The metrics that apply.
    pub fn iter(&self) -> impl Iterator<Item = (&'static Metric, Summary)> {
        self.list.iter().zip(&self.values).filter_map(|(metric, value)| Some((metric, (*value)?)))
    }

    /// All metrics of the list, applying or not.
    pub fn all(&self) -> impl Iterator<Item = (&'static Metric, Option<Summary>)> {
        self.list.iter().zip(self.values.iter().copied())
    }

    /// Gives a metric of a single replication an interval from its batches, if it applies.
    ///
    /// `relative_half_width` is half the width of the 95 % interval over the mean.
    pub fn set_batch_interval(&mut self, name: &str, relative_half_width: f64, batches: usize) {
        let found = self.list.iter().zip(&mut self.values).find(|(metric, _)| metric.name == name);
        if let Some((metric, Some(value))) = found {
            let half = (value.mean * relative_half_width).abs();
            (value.ci95, value.batches) = (metric.range.interval(value.mean, half), Some(batches));
        }
    }

    /// Each metric that applies with its mean, interval and unit.
    pub fn json(&self) -> Value {
        let replications = self.values.iter().flatten().map(|value| value.n).max().unwrap_or(0);
        let entry = |(metric, value): (&Metric, Summary)| {
            let mut entry = Map::new();
            entry.insert("mean".to_owned(), json!(rounded(value.mean)));
            if let Some((low, high)) = value.ci95 {
                entry.insert("ci95".to_owned(), json!([rounded(low), rounded(high)]));
            }
            if let Some(batches) = value.batches {
                entry.insert("by".to_owned(), json!("batch means"));
                entry.insert("batches".to_owned(), json!(batches));
            }
            entry.insert("unit".to_owned(), json!(metric.unit));
            if value.n < replications {
                entry.insert("n".to_owned(), json!(value.n));
            }
            (metric.name.to_owned(), Value::Object(entry))
        };
        Value::Object(self.iter().map(entry).collect())
    }
}

/// A station as results know it.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    /// Its name.
    pub name: String,
    /// `existing`, `planned` or `given`.
    pub origin: &'static str,
    /// Whether its place follows from a rule and not from a map.
    pub synthetic: bool,
    /// The index of its district; none for a queue alone.
    pub district: Option<usize>,
    /// Its place; none for a queue alone.
    pub at: Option<Point>,
    /// The class of taxis that visit it.
    pub taxi_class: u32,
    /// How many plugs it has.
    pub plugs: usize,
    /// The most power of its strongest plug, in kW; none where stays are given as times.
    pub plug_kw: Option<f64>,
}

/// What stays the same in all replications.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// The districts' keys.
    pub districts: Vec<String>,
    /// The stations.
    pub stations: Vec<Site>,
    /// The makers of the electric taxis' models.
    pub brands: Vec<String>,
    /// The stations, by index, that visitors of several classes come to, with each class.
    pub classes: Vec<(usize, u32)>,
    /// Streams of visitors: which of its station's each is, from 0, and its class.
    pub streams: Vec<(u32, u32)>,
    /// Electric, petrol and LPG taxis.
    pub taxis: [usize; 3],
    /// The span before it.
    pub warm_up: Duration,
    /// The measured span.
    pub measured: Duration,
    /// The price ceiling and the highest price that a station which sells energy ever asks, in tenge per kWh; none where
    /// there is no ceiling or no such station.
    pub ceiling: Option<(f64, f64)>,
    /// What is known exactly, where it is a queue of which that is known.
    pub exact: Option<Exact>,
    /// Whether hours differ by day and week, as a city's do; those of a queue alone are all alike.
    pub weekly: bool,
}

impl Layout {
    /// The layout of a world.
    pub fn of(world: &World) -> Self {
        let site = |station: &Station| Site {
            name: station.name.clone(),
            origin: match station.origin {
                Origin::Existing => "existing",
                Origin::Planned => "planned",
                Origin::Given => "given",
            },
            synthetic: match station.origin {
                Origin::Existing | Origin::Planned => true,
                Origin::Given => false,
            },
            district: station.place.map(|place| place.district.index()),
            at: station.place.map(|place| place.at),
            taxi_class: station.taxi_class,
            plugs: station.plugs.end.index() - station.plugs.start.index(),
            plug_kw: world
                .plugs
                .range(&station.plugs)
                .iter()
                .filter_map(|plug| plug.power)
                .max()
                .map(Power::as_kw_f64),
        };
        let selling = world.stations.enumerate().filter(|(_, station)| metrics::sells(world, station));
        let highest = selling.map(|(id, _)| world.tariffs[id].highest()).max();
        let fuelled = |fuel| world.taxis.iter().filter(|taxi| taxi.fuel == fuel).count();
        Self {
            districts: world.districts.iter().cloned().collect(),
            stations: world.stations.iter().map(site).collect(),
            brands: brands::makers(world).into_iter().map(str::to_owned).collect(),
            classes: classes::classes(world)
                .into_iter()
                .map(|(station, class)| (station.index(), class))
                .collect(),
            streams: world.streams.iter().map(|stream| (stream.number, stream.class)).collect(),
            taxis: [Fuel::Electric, Fuel::Petrol, Fuel::Lpg].map(fuelled),
            warm_up: world.measured_from.since_start(),
            measured: world.horizon - world.measured_from,
            ceiling: world
                .ceiling
                .zip(highest)
                .map(|(ceiling, highest)| (ceiling.as_kzt_per_kwh_f64(), highest.as_kzt_per_kwh_f64())),
            exact: Exact::of(world),
            weekly: world.demand.is_some()
                || !world.taxis.is_empty()
                || world.streams.iter().any(|stream| matches!(stream.need, Need::Charge(_))),
        }
    }
}

/// What a run measured.
pub struct Results {
    /// The scenario's name.
    pub scenario: String,
    /// The master seed.
    pub seed: u64,
    /// Stations and districts.
    pub layout: Layout,
    /// The replications in order.
    pub replications: Vec<Outcome>,
    /// Of the whole city.
    pub city: Summaries,
    /// By station.
    pub stations: Vec<Summaries>,
    /// By district.
    pub districts: Vec<Summaries>,
    /// By hour of the week.
    pub hours: Vec<Summaries>,
    /// Electric taxis by the makers of their cars.
    pub brands: Vec<Summaries>,
    /// Visitors by station and class, in the order of the layout's.
    pub classes: Vec<Summaries>,
    /// By station and hour of the day, sums over all replications.
    pub day: Day,
    /// What is to be said about how far they can be trusted.
    pub notes: Vec<Note>,
    /// What was changed beside the scenario's file, each as `key=value`.
    pub sets: Vec<String>,
}

impl Results {
    /// Brings replications together.
    ///
    /// # Panics
    ///
    /// If there is no replication.
    pub fn new(scenario: String, seed: u64, layout: Layout, mut replications: Vec<Outcome>) -> Self {
        let mut day = Day::default();
        for outcome in &mut replications {
            // Their sum is what is told: a thousand replications need not keep a thousand days.
            day.merge(&std::mem::take(&mut outcome.day));
        }
        let first = replications.first().expect("there is at least one replication");
        let each = |count: usize, part: fn(&Outcome) -> &[Metrics]| {
            let of = |index: usize| Summaries::of(replications.iter().map(|outcome| &part(outcome)[index]));
            (0..count).map(of).collect()
        };
        let city = Summaries::of(replications.iter().map(|outcome| &outcome.city));
        let stations = each(first.stations.len(), |outcome| &outcome.stations);
        let districts = each(first.districts.len(), |outcome| &outcome.districts);
        let hours = each(first.hours.len(), |outcome| &outcome.hours);
        let brands = each(first.brands.len(), |outcome| &outcome.brands);
        let classes = each(first.classes.len(), |outcome| &outcome.classes);
        let notes = Vec::new();
        Self {
            scenario,
            seed,
            layout,
            replications,
            city,
            stations,
            districts,
            hours,
            brands,
            classes,
            day,
            notes,
            sets: Vec::new(),
        }
    }

    /// The hash of the replications' hashes, in hexadecimal digits.
    pub fn fingerprint(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        for outcome in &self.replications {
            hasher.update(outcome.fingerprint.as_bytes());
        }
        hasher.finalize().to_hex().to_string()
    }

    /// How many events the replications handled together.
    pub fn events(&self) -> u64 {
        self.replications.iter().map(|outcome| outcome.events).sum()
    }

    /// The content of `summary.json`; `wall` is how long the run took, in seconds.
    pub fn summary_json(&self, wall: Option<f64>) -> Value {
        let classes = |station: usize| -> Vec<Value> {
            let all = self.layout.classes.iter().zip(&self.classes).filter(|((of, _), _)| *of == station);
            all.map(|((_, class), metrics)| json!({ "class": class, "metrics": metrics.json() })).collect()
        };
        let stations =
            self.layout.stations.iter().zip(&self.stations).enumerate().map(|(index, (site, metrics))| {
                let district = site.district.map(|district| &self.layout.districts[district]);
                let mut station =
                    json!({ "name": site.name, "district": district, "metrics": metrics.json() });
                let classes = classes(index);
                if !classes.is_empty() {
                    station["classes"] = Value::Array(classes);
                }
                station
            });
        let named = |names: &[String], all: &[Summaries]| {
            // A maker whose models were never drawn has nothing to tell.
            let none = |metrics: &Summaries| metrics.get("taxis").is_some_and(|taxis| taxis.mean == 0.0);
            let told = names
                .iter()
                .zip(all)
                .filter(|(_, metrics)| metrics.iter().next().is_some() && !none(metrics));
            told.map(|(name, metrics)| json!({ "name": name, "metrics": metrics.json() })).collect::<Value>()
        };
        let mut summary = Map::new();
        let mut put = |key: &str, value: Value| summary.insert(key.to_owned(), value);
        put("schema_version", json!(SCHEMA_VERSION));
        put("scenario", json!(self.scenario));
        put("seed", json!(self.seed));
        put("replications", json!(self.replications.len()));
        put("fingerprint", json!(self.fingerprint()));
        put("events", json!(self.events()));
        if let Some(wall) = wall {
            put("wall_s", json!(rounded(wall)));
        }
        put("notes", self.notes.iter().map(Note::json).collect());
        if let Some(exact) = &self.layout.exact {
            put("exact", exact.json());
        }
        put("metrics", self.city.json());
        put("stations", stations.collect());
        put("districts", named(&self.layout.districts, &self.districts));
        put("brands", named(&self.layout.brands, &self.brands));
        Value::Object(summary)
    }

    /// The content of `manifest.json`.
    pub fn manifest_json(&self, about: &Manifest) -> Value {
        json!({
            "schema_version": SCHEMA_VERSION,
            "version": about.version,
            "commit": about.commit,
            "seed": self.seed,
            "replications": self.replications.len(),
            "fingerprint": self.fingerprint(),
            "replication_fingerprints":
                self.replications.iter().map(|outcome| outcome.fingerprint.to_hex().to_string()).collect::<Vec<_>>(),
            "events": self.events(),
            "wall_s": rounded(about.wall_s),
            "threads": about.threads,
            "sets": self.sets,
            "data": about.data.iter().map(|(name, hash)| (name.clone(), json!(hash))).collect::<Map<_, _>>(),
            "scenario": about.scenario,
        })
    }
}

/// What the manifest says beyond the results themselves.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// The resolved scenario.
    pub scenario: Value,
    /// The program's version.
    pub version: String,
    /// The program's commit, if known.
    pub commit: Option<String>,
    /// The names of the data tables, each with the hash of its text.
    pub data: Vec<(String, String)>,
    /// How long the run took, in seconds.
    pub wall_s: f64,
    /// On how many threads.
    pub threads: usize,
}

/// A number to nine significant digits, so that it has the same digits on any machine.
///
/// # Panics
///
/// Never: a written number can be read.
pub fn rounded(value: f64) -> f64 {
    format!("{value:.8e}").parse().expect("a written number can be read")
}
