//! What differs between points: an axis and its values.

use super::raw::{Raw, Scale};
use crate::scenario::layers::segments;
use crate::scenario::problem::Place;
use crate::scenario::tree::{Node, Step, Value, written_key};

/// What differs between points, in one direction.
#[derive(Clone, Debug)]
pub struct Axis {
    /// The scenario key that it sets; `scenario` for an axis over scenarios.
    pub key: String,
    /// The key's parts; none for an axis over scenarios.
    pub(super) steps: Vec<String>,
    /// Where the key is written.
    pub(super) place: Place,
    pub(super) levels: Levels,
}

/// The values of an axis.
#[derive(Clone, Debug)]
pub(super) enum Levels {
    /// One by one.
    Listed(Vec<Node>),
    /// From one number to another, both included.
    Range { from: Bound, to: Bound, steps: Option<u32>, scale: Scale },
    /// The names of scenarios.
    Scenarios(Vec<Node>),
}

/// One end of a range.
#[derive(Clone, Debug)]
pub(super) struct Bound {
    value: f64,
    /// Whether it was written without a fraction.
    whole: bool,
    place: Place,
}

/// What a point sets an axis to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Setting {
    /// As the base has it.
    Base,
    /// The listed value, or scenario, of this index.
    Listed(usize),
    /// A number of a range.
    Number(f64),
}

impl Axis {
    /// Whether the axis goes over scenarios.
    pub fn is_over_scenarios(&self) -> bool {
        matches!(self.levels, Levels::Scenarios(_))
    }

    /// The settings that are written out: listed values, or the steps of a range, which counts them and never
    /// adds them up; without steps its two ends.
    pub fn settings(&self) -> Vec<Setting> {
        match &self.levels {
            Levels::Listed(nodes) | Levels::Scenarios(nodes) => {
                (0..nodes.len()).map(Setting::Listed).collect()
            }
            Levels::Range { steps, .. } => {
                let steps = steps.unwrap_or(2).max(1);
                let share = |step: u32| f64::from(step) / f64::from((steps - 1).max(1));
                (0..steps).map(|step| self.number_at(share(step))).collect()
            }
        }
    }

    /// The setting at a share of the way along the axis, from 0 up to but not including 1. Every listed value
    /// has an equal part of the way, and so has every whole number of a range between whole bounds.
    pub fn at(&self, share: f64) -> Setting {
        let part = |count: usize| ((share * count as f64) as usize).min(count.saturating_sub(1));
        match &self.levels {
            Levels::Listed(nodes) | Levels::Scenarios(nodes) => Setting::Listed(part(nodes.len())),
            Levels::Range { from, to, scale: Scale::Linear, .. } if from.whole && to.whole => {
                let (low, high) = (from.value.min(to.value), from.value.max(to.value));
                Setting::Number(low + part((high - low) as usize + 1) as f64)
            }
            Levels::Range { .. } => self.number_at(share),
        }
    }

    /// The number at a share of the way along a range, both ends included.
    fn number_at(&self, share: f64) -> Setting {
        let Levels::Range { from, to, scale, .. } = &self.levels else { return Setting::Base };
        let value = match scale {
            _ if share <= 0.0 => from.value,
            _ if share >= 1.0 => to.value,
            Scale::Linear => from.value + (to.value - from.value) * share,
            Scale::Log => from.value * libm::pow(to.value / from.value, share),
        };
        Setting::Number(if from.whole && to.whole { value.round() } else { nine_digits(value) })
    }

    /// The index of the scenario that a setting chooses.
    pub(super) fn scenario(&self, setting: Setting) -> Option<usize> {
        match setting {
            Setting::Listed(index) if self.is_over_scenarios() => Some(index),
            Setting::Listed(_) | Setting::Base | Setting::Number(_) => None,
        }
    }

    /// The value that a setting lays over the scenario; none where it lays nothing.
    pub(super) fn node(&self, setting: Setting) -> Option<Node> {
        match (&self.levels, setting) {
            (Levels::Listed(nodes), Setting::Listed(index)) => {
                Some(Node { key: Some(self.place.clone()), ..nodes[index].clone() })
            }
            (Levels::Range { from, to, .. }, Setting::Number(number)) => {
                let value = if from.whole && to.whole {
                    Value::Integer(number as i128)
                } else {
                    Value::Float(number)
                };
                let nearer = if (number - from.value).abs() < (number - to.value).abs() { from } else { to };
                Some(Node { value, place: nearer.place.clone(), key: Some(self.place.clone()) })
            }
            _ => None,
        }
    }

    /// The setting as a number, where it is one of the axis's own.
    pub(super) fn number(&self, setting: Setting) -> Option<f64> {
        match (&self.levels, setting) {
            (_, Setting::Number(number)) => Some(number),
            (Levels::Listed(nodes), Setting::Listed(index)) => number(&nodes[index]),
            _ => None,
        }
    }

    /// The setting as it would be written, text without its quotes; empty where it is none of the axis's own.
    pub(super) fn shown(&self, setting: Setting) -> String {
        match (&self.levels, setting) {
            (_, Setting::Number(number)) => number.to_string(),
            (Levels::Listed(nodes) | Levels::Scenarios(nodes), Setting::Listed(index)) => {
                plain(&nodes[index])
            }
            _ => String::new(),
        }
    }
}

/// The axes of a sweep file; those with problems are left out.
pub(super) fn axes(raw: &Raw, plan: &Node) -> Vec<Axis> {
    let root = Step::Key("axes".to_owned());
    let part =
        |index: usize, key: &str| plan.get(&root)?.get(&Step::Index(index))?.get(&Step::Key(key.to_owned()));
    let items = |node: &Node| if let Value::Array(items) = &node.value { items.clone() } else { Vec::new() };
    let axis = |(index, raw): (usize, &super::raw::RawAxis)| {
        if raw.scenarios.is_some() {
            let list = part(index, "scenarios")?;
            let place = list.key.clone().unwrap_or_else(|| list.place.clone());
            let levels = Levels::Scenarios(items(list));
            return Some(Axis { key: "scenario".to_owned(), steps: Vec::new(), place, levels });
        }
        let key = raw.key.clone()?;
        let (steps, _) = segments(&format!("{key}="))?;
        let levels = if let Some(values) = part(index, "values") {
            Levels::Listed(items(values))
        } else {
            let bound = |key: &str| {
                let node = part(index, key)?;
                let whole = matches!(node.value, Value::Integer(_));
                Some(Bound { value: number(node)?, whole, place: node.place.clone() })
            };
            let scale = raw.scale.unwrap_or_default();
            Levels::Range { from: bound("from")?, to: bound("to")?, steps: raw.steps, scale }
        };
        Some(Axis { key, steps, place: part(index, "key")?.place.clone(), levels })
    };
    raw.axes.iter().enumerate().filter_map(axis).collect()
}

/// The number that a value is, if it is one.
pub(super) fn number(node: &Node) -> Option<f64> {
    match node.value {
        Value::Integer(integer) => Some(integer as f64),
        Value::Float(float) => Some(float),
        Value::Boolean(_)
        | Value::Text(_)
        | Value::Date(_)
        | Value::Array(_)
        | Value::Table(_)
        | Value::Broken
        | Value::Outside => None,
    }
}

/// A value as people read it: as TOML would have it, but text without quotes.
pub(super) fn plain(node: &Node) -> String {
    match &node.value {
        Value::Text(text) => text.clone(),
        Value::Boolean(_)
        | Value::Integer(_)
        | Value::Float(_)
        | Value::Date(_)
        | Value::Array(_)
        | Value::Table(_)
        | Value::Broken
        | Value::Outside => written(node),
    }
}

/// A value as TOML would have it, on one line.
pub(super) fn written(node: &Node) -> String {
    match &node.value {
        Value::Boolean(boolean) => boolean.to_string(),
        Value::Integer(integer) => integer.to_string(),
        Value::Float(float) => float.to_string(),
        Value::Text(text) => format!("{text:?}"),
        Value::Date(date) => date.clone(),
        Value::Array(items) => format!("[{}]", items.iter().map(written).collect::<Vec<_>>().join(", ")),
        Value::Table(table) => {
            let entry = |(key, node): (&String, &Node)| format!("{} = {}", written_key(key), written(node));
            format!("{{ {} }}", table.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
        Value::Broken | Value::Outside => String::new(),
    }
}

/// A number as it will be read again from tables.
fn nine_digits(value: f64) -> f64 {
    format!("{value:.8e}").parse().unwrap_or(value)
}
