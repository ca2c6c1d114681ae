//! Which changes of a scenario or of a sweep changed no number: nobody should read a difference into chance.

use super::{Run, Swept};
use crate::data::Data;
use crate::scenario::Scenario;
use crate::world::{self, World};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Points beyond this many are not searched for axes without effect.
const MOST_POINTS: usize = 20_000;

/// The hash of all that a world holds, but for the ways between its nodes.
struct Hasher(blake3::Hasher);

impl Write for Hasher {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.0.update(text.as_bytes());
        Ok(())
    }
}

/// Which of some other scenarios compile to the same world as a checked one, so that their runs are the same too.
///
/// False negatives are possible, as where roads or their speeds differ; false positives are not.
pub fn same_worlds(scenario: &Scenario, others: &[Option<Scenario>], data: &Data) -> Vec<bool> {
    let travel = world::ways(scenario, data);
    let hash = |scenario: &Scenario| {
        let mut hasher = Hasher(blake3::Hasher::new());
        // Hashing cannot fail.
        let _ = write!(hasher, "{:?}", World::compile(scenario, data, &travel, 0));
        hasher.0.finalize()
    };
    let own = hash(scenario);
    let same = |other: &Scenario| world::same_ways(scenario, other) && hash(other) == own;
    others.iter().map(|other| other.as_ref().is_some_and(same)).collect()
}

/// What axes of a sweep changed no number in any run, each as a sentence: a whole axis, or two of its values.
///
/// Only points that differ in one axis alone tell something of it.
pub fn without_effect(swept: &Swept) -> Vec<String> {
    let axes = &swept.manifest.axes;
    let count = swept.manifest.points.len();
    if count > MOST_POINTS {
        return Vec::new();
    }
    let shown: Vec<Vec<String>> = (1..=count as u32).map(|point| swept.shown(point)).collect();
    (0..axes.len()).filter_map(|axis| sentence(swept, &shown, axis)).collect()
}

fn sentence(swept: &Swept, shown: &[Vec<String>], axis: usize) -> Option<String> {
    // The points that agree in all other axes stand together.
    let mut groups: BTreeMap<Vec<&str>, Vec<u32>> = BTreeMap::new();
    for (point, values) in (1..).zip(shown) {
        let others = values.iter().enumerate().filter(|(other, _)| *other != axis);
        groups.entry(others.map(|(_, value)| value.as_str()).collect()).or_default().push(point);
    }
    let value = |point: u32| shown[point as usize - 1][axis].as_str();
    let mut pairs: BTreeMap<(&str, &str), bool> = BTreeMap::new();
    for points in groups.values() {
        for pair in points.windows(2).filter(|pair| value(pair[0]) != value(pair[1])) {
            let same = same_runs(swept.of_point(pair[0]), swept.of_point(pair[1]));
            let all = pairs.entry((value(pair[0]), value(pair[1]))).or_insert(true);
            *all &= same;
        }
    }
    let key = &swept.manifest.axes[axis];
    if !pairs.is_empty() && pairs.values().all(|same| *same) {
        return Some(format!("`{key}` changed nothing: every run is the same at each of its values."));
    }
    let twins: Vec<String> =
        pairs.iter().filter(|(_, same)| **same).map(|((a, b), _)| format!("{a} and {b}")).collect();
    (!twins.is_empty()).then(|| {
        format!("`{key}` changed nothing between {}: their runs are the same.", twins.join(", between "))
    })
}

/// Whether the runs that two points both have agree in every number; false if they have none.
fn same_runs(one: &[Run], other: &[Run]) -> bool {
    let both = one.len().min(other.len());
    let alike = |(a, b): (&Run, &Run)| a.fingerprint == b.fingerprint && a.groups == b.groups;
    both > 0 && one.iter().zip(other).all(alike)
}
