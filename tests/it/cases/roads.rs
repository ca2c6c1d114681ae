//! Road graphs of one's own: what is wrong with them is told, and how much of the city they do not reach.

use crate::stage::{document, folder, told, write, zaryad};
use std::path::Path;

const HEADER: &str = "edge_id,from,to,length_m,class,oneway,geometry\n";

/// A small city over a graph with these nodes, as longitudes and latitudes, each joined to the next by a road.
fn graph(at: &Path, nodes: &[(f64, f64)], metres: u32) {
    let row = |(id, (lon, lat)): (usize, &(f64, f64))| format!("{id},{lon},{lat},800\n");
    let rows: String = nodes.iter().enumerate().map(row).collect();
    write(at, "nodes.csv", &format!("node_id,lon,lat,elev_m_approx\n{rows}"));
    let edge = |(id, ends): (usize, &[(f64, f64)])| {
        let [(a, b), (c, d)] = [ends[0], ends[1]];
        format!("{id},{id},{},{metres},primary,,{a} {b};{c} {d}\n", id + 1)
    };
    write(
        at,
        "edges.csv",
        &(HEADER.to_owned() + &nodes.windows(2).enumerate().map(edge).collect::<String>()),
    );
    let text = "name = \"mine\"\nbase = \"assumptions\"\nfleet = { taxis = 20, electric = 5 }\n\
                time = { warm_up = { hours = 0 }, horizon = { hours = 2 }, replications = 1 }\n\
                demand.rides_per_day = 2_000\nnetwork.existing = 4\n\
                city.roads = { nodes = \"nodes.csv\", edges = \"edges.csv\" }\n";
    write(at, "mine.toml", text);
}

fn refused(nodes: &[(f64, f64)], words: &[&str]) {
    let temporary = folder();
    graph(temporary.path(), nodes, 1_500);
    for command in ["check", "run"] {
        let outcome = zaryad(temporary.path(), &[command, "mine.toml"]);
        assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(2), ""), "{}", outcome.stderr);
        told(&outcome, words);
    }
}

#[test]
fn a_graph_of_another_place_is_refused_with_what_would_be_right() {
    refused(
        &[(43.24, 76.93), (43.23, 76.92)],
        &["nodes.csv: `lon` and `lat` are swapped: node 0 lies at 43.24 and 76.93", "76.93 and 43.24"],
    );
    refused(
        &[(71.42, 51.13), (71.43, 51.13)],
        &[
            "nodes.csv: no node lies within 1000 m of any place of the city, but at longitude 71.42 to 71.43, latitude \
             51.13",
            "give the roads of the city, at longitude 76.",
        ],
    );
}

#[test]
fn what_a_graph_does_not_reach_is_told_as_a_share_of_the_demand() {
    let temporary = folder();
    let path = temporary.path();
    graph(path, &[(76.93, 43.24), (76.92, 43.23)], 1_500);
    let checked = zaryad(path, &["check", "mine.toml"]);
    assert_eq!(checked.code, Some(0), "{}", checked.stderr);
    let share = |text: &str| -> f64 {
        let (_, rest) = text.split_once("the road graph does not reach ").expect("it is told");
        rest.split_once(" % of the demand").expect("it is a share").0.parse().expect("it is a number")
    };
    let of_check = share(&checked.stderr);
    assert!(of_check > 90.0 && of_check < 100.0, "{of_check}");
    let ran = zaryad(path, &["run", "mine.toml", "--out", "results"]);
    assert!(
        (share(&ran.stdout.replace('\n', " ").replace("  ", " ")) - of_check).abs() < 0.1,
        "{}",
        ran.stdout
    );
    let summary = document(&zaryad(path, &["run", "mine.toml", "--json"]));
    let note = summary["notes"].as_array().expect("a list").iter().find(|note| note["kind"] == "roads");
    let percent = note.expect("it is noted")["numbers"]["beyond_percent"].as_f64().expect("a number");
    assert!((percent - of_check).abs() < 0.6, "{percent}");
    // A point of a sweep may have a graph of its own.
    write(
        path,
        "s.toml",
        "name = \"s\"\nbase = \"mine.toml\"\n[[axes]]\nkey = \"fleet.electric\"\nvalues = [5, 6]\n",
    );
    told(&zaryad(path, &["check", "s.toml"]), &["the road graph does not reach"]);
    // The city's own roads reach all of it.
    told(&zaryad(path, &["check", "baseline"]), &["baseline: no problems"]);
    assert_eq!(zaryad(path, &["check", "mine.toml", "--set", "city.roads=none"]).stderr, "");
}

#[test]
fn roads_as_long_as_may_be_are_driven_without_a_fault() {
    let temporary = folder();
    let path = temporary.path();
    let nodes: Vec<(f64, f64)> = (0..40).map(|id| (76.93 + f64::from(id % 2) * 1e-3, 43.24)).collect();
    graph(path, &nodes, 100_000);
    let ran = zaryad(path, &["run", "mine.toml", "--quiet", "--set", "city.free_flow_kmh.primary=5"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
}

#[test]
fn a_wrong_cell_names_its_column_its_value_and_what_is_right() {
    let temporary = folder();
    let path = temporary.path();
    let told_of = |edge: &str, words: &[&str]| {
        graph(path, &[(76.93, 43.24), (76.92, 43.23)], 1_500);
        write(path, "edges.csv", &format!("{HEADER}{edge}\n"));
        let outcome = zaryad(path, &["check", "mine.toml"]);
        assert_eq!(outcome.code, Some(2), "{edge}");
        told(&outcome, words);
    };
    let line = "76.93 43.24;76.92 43.23";
    told_of(
        &format!("0,0,1,1500,motorway,,{line}"),
        &["line 2: `class` is \"motorway\"", "write one of `trunk`"],
    );
    told_of(
        &format!("0,0,1,1.5,primary,,{line}"),
        &["`length_m` is 1.5 between nodes 1376 m apart", "in metres"],
    );
    told_of(&format!("0,0,1,long,primary,,{line}"), &["`length_m` is \"long\"", "write a number"]);
    told_of(&format!("0,0,7,1500,primary,,{line}"), &["`to` is 7", "name a node from 0 to 1"]);
    told_of("0,0,1,1500,primary,,76.93", &["`geometry` is \"76.93\"", "two points or more"]);
    told_of(&format!("0,0,1,1500,primary,yes,{line}"), &["`oneway` is \"yes\"", "leave it empty"]);
}
