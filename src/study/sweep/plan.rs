//! What a sweep will run, as a value: its points, and how many replications each of them gets.

use super::{Run, Tables};
use crate::data::Data;
use crate::results::{CITY, Estimate, Metrics, WHOLE, columns};
use crate::scenario::{
    Axis, Design, Problem, Read, Replications, Report, RoadFiles, Scenario, Setting, Source, Sweep, Until,
};
use crate::study::{design, with_known};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

/// Where replications are added until an interval is narrow, so many are added at a time: the two or more
/// threads of a machine share them, and the decision does not depend on how many threads there are.
const ROUND: u32 = 4;
/// Points are checked so many at a time; after a batch with problems no more are looked at.
const BATCH: usize = 1_024;

/// How many replications a point gets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// Each the same number.
    Fixed(u32),
    /// As many as it takes.
    Until(Until),
}

/// The place of the metric that decides among those of the city.
fn place(until: &Until) -> Option<usize> {
    CITY.iter().position(|metric| metric.name == until.metric)
}

impl Rule {
    /// How many replications a point gets, as far as its first ones tell: as many as there are, if these suffice.
    /// `decisive` are those of [`Rule::decisive`] by replication.
    ///
    /// The interval is narrow enough when its half width is at most γ/(1 + γ) of the mean, γ being what is
    /// asked for (Law, Simulation Modeling and Analysis, 5th ed., 9.4.1).
    pub fn wanted(&self, decisive: &[Option<Metrics>]) -> u32 {
        let until = match self {
            Self::Fixed(count) => return *count,
            Self::Until(until) => until,
        };
        let count = decisive.len() as u32;
        if count < until.at_least {
            return until.at_least.min(until.at_most);
        }
        let gamma = until.relative_half_width;
        let applying: Vec<&Metrics> = decisive.iter().flatten().collect();
        let narrow = |place: usize| {
            let Estimate { value, ci95, .. } = Estimate::of(place, &applying)?;
            Some(CITY[place].range.half_width(value, ci95?) <= gamma / (1.0 + gamma) * value.abs())
        };
        if count >= until.at_most || place(until).and_then(narrow).unwrap_or(false) {
            return count;
        }
        (count + ROUND).min(until.at_most)
    }

    /// The metrics of a run on which the number of replications depends, if it does on any: the one that is asked for, with
    /// what it is a mean or a quantile of.
    pub fn decisive(&self, run: &Run) -> Option<Metrics> {
        match self {
            Self::Fixed(_) => None,
            Self::Until(until) => Some(run.metrics(WHOLE)?.only(place(until)?)),
        }
    }

    /// How many replications a point gets at least, and at most.
    pub fn bounds(&self) -> (u32, u32) {
        match self {
            Self::Fixed(count) => (*count, *count),
            Self::Until(until) => (until.at_least.min(until.at_most), until.at_most),
        }
    }

    /// Whether a run belongs to a machine's part. Where the number of replications depends on their results, a
    /// point is never split.
    pub fn is_in(&self, shard: Option<Shard>, point: u32, replication: u32) -> bool {
        let Some(Shard { number, of }) = shard else { return true };
        let index = match self {
            Self::Fixed(_) => u64::from(point) + u64::from(replication),
            Self::Until(_) => u64::from(point),
        };
        index % u64::from(of) == u64::from(number - 1)
    }
}

/// A checked sweep with its points.
#[derive(Debug)]
pub struct Plan {
    /// The sweep file.
    pub sweep: Sweep,
    /// The scenario of the first point.
    pub base: Scenario,
    /// How many replications each point gets.
    pub rule: Rule,
    /// For each point what each axis is set to.
    pub points: Vec<Vec<Setting>>,
    /// The road graphs that its points name.
    pub roads: Vec<Option<RoadFiles>>,
    /// Notes on what is right in all points and may yet be meant otherwise.
    pub notes: Report,
}

/// One machine's part of a sweep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    /// Which part, from 1.
    pub number: u32,
    /// Of how many.
    pub of: u32,
}

/// How many replications some points get beyond what the rule says, by the points' numbers from 1.
pub type Extra = BTreeMap<u32, u32>;

/// The road graph of a point, and the notes on it.
type Checked = Result<(Option<RoadFiles>, Vec<Problem>), Report>;

/// How far the laying out of a sweep has come; the plan adds to it, the terminal reads it.
#[derive(Debug, Default)]
pub struct Planning {
    /// How many points there are; 0 before that is known.
    pub points: AtomicU64,
    /// How many of them have been checked.
    pub checked: AtomicU64,
}

impl Plan {
    /// Lays out a sweep and checks every point.
    ///
    /// # Errors
    ///
    /// Returns every problem of the file and of all points at once, each with its place in the text.
    pub fn new(source: &Source, sets: &[String], read: &Read<'_>, data: &Data) -> Result<Self, Report> {
        Self::followed(source, sets, read, data, &Planning::default())
    }

    /// As [`Plan::new`], while `progress` counts up.
    ///
    /// # Errors
    ///
    /// As [`Plan::new`].
    pub fn followed(
        source: &Source,
        sets: &[String],
        read: &Read<'_>,
        data: &Data,
        progress: &Planning,
    ) -> Result<Self, Report> {
        with_known(data, |known| {
            let sweep = Sweep::load(source, sets, read, known)?;
            let points = points(&sweep);
            progress.points.store(points.len() as u64, Ordering::Relaxed);
            let mut report = Report::default();
            let mut roads: Vec<Option<RoadFiles>> = Vec::new();
            // What is noted of a sweep is noted of every point.
            let mut notes: Option<Vec<Problem>> = None;
            for batch in points.chunks(BATCH) {
                let checked: Vec<Checked> = batch
                    .par_iter()
                    .map(|point| {
                        let (scenario, notes) = sweep.scenario(point, known)?;
                        Ok((scenario.city.roads, notes))
                    })
                    .collect();
                for point in checked {
                    match point {
                        Ok((files, own)) => {
                            if !roads.contains(&files) {
                                roads.push(files);
                            }
                            notes.get_or_insert_with(|| own.clone()).retain(|note| own.contains(note));
                        }
                        Err(wrong) => report.add(wrong),
                    }
                }
                if !report.problems.is_empty() {
                    report.sort();
                    return Err(report);
                }
                progress.checked.fetch_add(batch.len() as u64, Ordering::Relaxed);
            }
            let (base, _) = sweep.scenario(&points[0], known)?;
            let notes = sweep.noted(notes.unwrap_or_default());
            let rule = match &sweep.replications {
                Replications::Fixed(count) => Rule::Fixed(count.unwrap_or(base.time.replications)),
                Replications::Until(until) => Rule::Until(until.clone()),
            };
            Ok(Self { sweep, base, rule, points, roads, notes })
        })
    }

    /// The scenario of a point.
    ///
    /// # Panics
    ///
    /// If there is no such point, or other data are given than the plan was made with.
    pub fn scenario(&self, point: usize, data: &Data) -> Scenario {
        let scenario = with_known(data, |known| self.sweep.scenario(&self.points[point], known));
        scenario.expect("the plan has checked every point").0
    }

    /// The settings of a point as they would be written, in the order of the axes.
    pub fn shown(&self, point: usize) -> Vec<String> {
        let show = |(axis, setting): (_, &Setting)| self.sweep.shown(axis, *setting);
        self.sweep.axes.iter().zip(&self.points[point]).map(show).collect()
    }

    /// The settings of a point, numbers as numbers and all else as text.
    pub fn values(&self, point: usize) -> Vec<Value> {
        let axes = self.sweep.axes.iter().zip(&self.points[point]);
        axes.map(|(axis, setting)| match self.sweep.number(axis, *setting) {
            Some(number) => json!(number),
            None => json!(self.sweep.shown(axis, *setting)),
        })
        .collect()
    }

    /// The hash of all that its results depend on, but for how many replications there are. `version` is that
    /// of the program.
    pub fn identity(&self, tables: &Tables, version: &str) -> String {
        let columns: Vec<&str> = columns().iter().map(|metric| metric.name).collect();
        let points: Vec<Vec<Value>> = (0..self.points.len()).map(|point| self.values(point)).collect();
        let data: Vec<_> = tables.iter().map(|(roads, data)| (roads, &data.fingerprints)).collect();
        let all = json!({
            "version": version, "columns": columns, "design": self.sweep.design, "axes": self.axes(),
            "points": points, "bases": self.sweep.bases(), "data": data,
        });
        blake3::hash(all.to_string().as_bytes()).to_hex().to_string()
    }

    /// The keys of the axes.
    pub fn axes(&self) -> Vec<String> {
        self.sweep.axes.iter().map(|axis| axis.key.clone()).collect()
    }
}

/// The points of a sweep.
fn points(sweep: &Sweep) -> Vec<Vec<Setting>> {
    let (axes, seed) = (&sweep.axes, sweep.seed());
    let settings: Vec<Vec<Setting>> = axes.iter().map(Axis::settings).collect();
    let lengths: Vec<usize> = settings.iter().map(Vec::len).collect();
    let chosen = |indices: Vec<Vec<usize>>| -> Vec<Vec<Setting>> {
        let point = |indices: Vec<usize>| indices.iter().zip(&settings).map(|(i, list)| list[*i]).collect();
        indices.into_iter().map(point).collect()
    };
    let placed = |shares: Vec<Vec<f64>>| -> Vec<Vec<Setting>> {
        let point = |shares: Vec<f64>| shares.iter().zip(axes).map(|(share, axis)| axis.at(*share)).collect();
        shares.into_iter().map(point).collect()
    };
    match sweep.design {
        Design::Grid => chosen(design::grid(&lengths)),
        Design::Zip => chosen(design::zip(&lengths).expect("zipped axes are checked to be equally long")),
        Design::LatinHypercube { points } => placed(design::latin_hypercube(points, axes.len(), seed)),
        Design::Sobol { points } => placed(design::sobol(points, axes.len(), seed)),
        Design::Saltelli { samples } => placed(design::saltelli(samples, axes.len(), seed)),
        Design::OneAtATime => {
            let setting =
                |(value, list): (Option<usize>, &Vec<Setting>)| value.map_or(Setting::Base, |i| list[i]);
            let point = |values: Vec<Option<usize>>| values.into_iter().zip(&settings).map(setting).collect();
            design::one_at_a_time(&lengths).into_iter().map(point).collect()
        }
    }
}
