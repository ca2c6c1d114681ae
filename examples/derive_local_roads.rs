//! Derives `data/local_roads.csv`: the length of the streets around each main-road node.
//!
//! ```text
//! cargo run --release --example derive_local_roads -- road_nodes.csv road_edges.csv data/local_roads.csv
//! ```
//!
//! The first two files are the full road graph, in the columns of `data/road_nodes_arterial.csv` and
//! `data/road_edges_arterial.csv`. The rule stands at [`zaryad::data::local_roads`]. The same files
//! give the same table on every machine.

#![allow(clippy::disallowed_methods, reason = "a program that reads and writes files by name")]

use std::error::Error;
use std::fmt::Write;
use std::process::ExitCode;
use std::{env, fs};
use zaryad::data::{District, Roads, Table, local_roads};

const DISTRICTS: Table =
    Table { name: "data/almaty_districts.geojson", text: include_str!("../data/almaty_districts.geojson") };
const MAIN_NODES: Table =
    Table { name: "data/road_nodes_arterial.csv", text: include_str!("../data/road_nodes_arterial.csv") };
const MAIN_EDGES: Table =
    Table { name: "data/road_edges_arterial.csv", text: include_str!("../data/road_edges_arterial.csv") };

#[expect(clippy::print_stderr, reason = "the terminal is this program's only reader")]
fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [nodes, edges, output] = arguments.as_slice() else {
        eprintln!("usage: derive_local_roads <nodes.csv> <edges.csv> <output.csv>");
        return ExitCode::from(2);
    };
    match derive(nodes, edges, output) {
        Ok(summary) => {
            eprintln!("{summary}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Writes the table, and says how many kilometres found a node.
fn derive(nodes: &str, edges: &str, output: &str) -> Result<String, Box<dyn Error>> {
    let read = |path: &str| fs::read_to_string(path).map_err(|error| format!("cannot read {path}: {error}"));
    let (nodes_text, edges_text) = (read(nodes)?, read(edges)?);
    let districts = District::parse_all(DISTRICTS)?;
    let main = Roads::parse(MAIN_NODES, MAIN_EDGES, &districts)?;
    let streets = Roads::parse(
        Table { name: nodes, text: &nodes_text },
        Table { name: edges, text: &edges_text },
        &districts,
    )?;

    let shared = local_roads(&main, &streets, &districts);
    let mut table = "node_id,local_road_m\n".to_owned();
    for (node, metres) in shared.metres.enumerate() {
        writeln!(table, "{},{metres:.0}", node.0)?;
    }
    fs::write(output, table).map_err(|error| format!("cannot write {output}: {error}"))?;

    let placed: f64 = shared.metres.iter().sum();
    Ok(format!(
        "{output}: {:.1} km around {} nodes; {:.1} km lie outside every district",
        placed / 1e3,
        shared.metres.len(),
        shared.unplaced / 1e3,
    ))
}
