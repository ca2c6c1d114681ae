//! What a modeller may say: scenario files, their layers, and every problem in them.
//!
//! A scenario passes three stages: its layers are merged into one tree of values that remember their places
//! (`layers`, `tree`), the tree is read as a [`Scenario`] (`decode`), and the values are checked for sense
//! (`check`). Each stage notes all problems it finds; none says anything about a value that an earlier one
//! has complained of. [`load`] is all three.

mod bounds;
mod check;
mod decode;
mod embedded;
mod layers;
mod model;
mod problem;
mod schema;
mod show;
mod sweep;
mod tree;

pub use check::Known;
pub use embedded::{ASSUMPTIONS, BASELINE, EMBEDDED, Embedded, SWEEPS, embedded};
pub use layers::{Read, Source, is_path};
pub use model::*;
pub use problem::{Label, Place, Problem, Report, Text, nearest};
pub use schema::{schema, sweep_schema};
pub use show::show;
pub use sweep::{Axis, Design, Replications, Setting, Sweep, Until, is_sweep};

use std::sync::LazyLock;
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
    if let Some(problem) = sweep::mistaken(&source) {
        return Err(Report { texts: Vec::new(), problems: vec![problem] });
    }
    let (tree, report) = layers::merged(source, sets, read, &mut |_| {})?;
    Layered { tree, report }.check(known)
}

/// A scenario whose layers are merged, and whose values are not yet checked.
#[derive(Clone, Debug)]
struct Layered {
    tree: Node,
    /// The texts of the layers, and what is wrong with the layers themselves.
    report: Report,
}

impl Layered {
    /// Reads and checks the values.
    fn check(mut self, known: &Known<'_>) -> Result<Scenario, Report> {
        let Self { tree, report } = &mut self;
        let (scenario, problems) = decode::decode::<Scenario>(tree, &EVERY_KEY);
        report.problems.extend(problems);
        if report.problems.len() >= decode::MOST_PROBLEMS {
            // Values beyond are stand-ins: what is said about them could be wrong.
            report.problems.push(Problem::titled("there are too many problems to look at all of them"));
        } else if let Some(scenario) = &scenario {
            report.problems.extend(bounds::check(tree));
            report.problems.extend(check::check(scenario, tree, known));
        }
        match scenario {
            Some(scenario) if report.problems.is_empty() => Ok(scenario),
            _ => {
                self.report.sort();
                Err(self.report)
            }
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
    "network.grid.scale",
];

/// Every key of the assumptions with its path, for keys that stand in the wrong table.
static EVERY_KEY: LazyLock<Vec<(String, String)>> = LazyLock::new(every_key);

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
