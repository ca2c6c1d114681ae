//! What a modeller may say: scenario files, their layers, and every problem in them.
//!
//! A scenario passes three stages: its layers are merged into one tree of values that remember their places
//! (`layers`, `tree`), the tree is read as a [`Scenario`] (`decode`), and the values are checked for sense
//! (`check`). Each stage notes all problems it finds; none says anything about a value that an earlier one
//! has complained of. [`load`] is all three.

mod check;
mod decode;
mod embedded;
mod layers;
mod model;
mod problem;
mod show;
mod tree;

pub use check::Known;
pub use embedded::{ASSUMPTIONS, BASELINE, EMBEDDED, Embedded, embedded};
pub use layers::{Read, Source, is_path};
pub use model::*;
pub use problem::{Label, Place, Problem, Report, Text, nearest};
pub use show::show;

use tree::{Node, Step, Value, dotted};

/// Reads a scenario with all its layers and checks it.
///
/// `sets` are the arguments of `--set`, each `KEY=VALUE`; `read` gives the text of a base by its path, which
/// is relative like that of `source`; `known` is what the data tables know.
///
/// # Errors
///
/// Returns every problem of all layers at once, each with its place in the text.
pub fn load(source: Source, sets: &[String], read: &Read<'_>, known: &Known<'_>) -> Result<Scenario, Report> {
    let (mut tree, mut report) = layers::merged(source, sets, read)?;
    let (scenario, problems) = decode::decode(&mut tree, &every_key());
    report.problems.extend(problems);
    if report.problems.len() >= decode::MOST_PROBLEMS {
        // Values beyond are stand-ins: what is said about them could be wrong.
        report.problems.push(Problem::titled("there are too many problems to look at all of them"));
    } else if let Some(scenario) = &scenario {
        report.problems.extend(check::check(scenario, &tree, known));
    }
    match scenario {
        Some(scenario) if report.problems.is_empty() => Ok(scenario),
        _ => {
            report.problems.sort_by(|a, b| {
                let place = |problem: &Problem| problem.labels.first().map(|label| label.place.clone());
                place(a).cmp(&place(b))
            });
            Err(report)
        }
    }
}

/// The keys that the assumptions leave out.
const OPTIONAL: &[&str] = &[
    "city.temperature_c",
    "city.roads",
    "city.roads.nodes",
    "city.roads.edges",
    "charging.curve",
    "demand.surge",
    "demand.surge.at_most",
    "demand.surge.half_at_excess",
    "demand.surge.elasticity",
    "demand.matching.batch",
    "demand.matching.batch.seconds",
    "demand.matching.batch.low_charge_minutes",
    "demand.matching.batch.nearest",
    "charging.before_handover",
    "charging.session_at_most",
    "charging.spare_before_home",
    "charging.home_night",
    "fleet.stopping",
    "fleet.stopping.at_start",
    "fleet.stopping.per_hour",
    "fleet.stopping.per_10000_kzt_over",
    "fleet.stopping.target_kzt",
    "fleet.reposition",
    "fleet.reposition.spread_kzt_per_hour",
    "charging.overstay",
    "charging.jockey",
    "charging.reservation",
    "charging.reservation.held",
    "network.faults",
    "network.outages",
    "network.planned.plugs_per_cabinet",
    "network.grid",
    "network.grid.spare_kw",
    "network.grid.control",
];

/// Every key of the assumptions with its path, for keys that stand in the wrong table.
fn every_key() -> Vec<(String, String)> {
    fn collect(node: &Node, path: &mut Vec<Step>, keys: &mut Vec<(String, String)>) {
        let Value::Table(table) = &node.value else { return };
        for (key, child) in table {
            path.push(Step::Key(key.clone()));
            keys.push((key.clone(), dotted(path)));
            collect(child, path, keys);
            path.pop();
        }
    }
    let mut keys = Vec::new();
    let assumptions = embedded(ASSUMPTIONS).map_or("", |assumptions| assumptions.text);
    if let Ok(table) = toml::de::DeTable::parse(assumptions) {
        collect(&Node::from_document(table.get_ref(), 0), &mut Vec::new(), &mut keys);
    }
    let optional = OPTIONAL.iter().map(|path| {
        let key = path.rsplit('.').next().unwrap_or(path);
        (key.to_string(), (*path).to_string())
    });
    keys.extend(optional);
    keys
}
