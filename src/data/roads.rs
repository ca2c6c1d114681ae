//! The road graph: nodes, two-way edges, and the small streets around each node.

use super::District;
use super::table::{Problems, Table, TableError, rows};
use crate::geo::Point;
use crate::ids::{DistrictId, Id, IdVec, NodeId};
use crate::units::Length;
use serde::Deserialize;
use std::ops::RangeInclusive;

/// Places farther than this from every node of a graph are beyond its reach, in metres: a quarter of an hour on foot.
pub const REACH_M: f64 = 1_000.0;

/// The road graph: every edge may be driven both ways.
#[derive(Clone, Debug)]
pub struct Roads {
    /// The nodes.
    pub nodes: IdVec<NodeId, RoadNode>,
    /// The edges.
    pub edges: Vec<RoadEdge>,
}

/// A node of the road graph.
#[derive(Clone, Debug)]
pub struct RoadNode {
    /// Where it lies.
    pub at: Point,
    /// The district in whose outline it lies; none outside the city's limits.
    pub district: Option<DistrictId>,
    /// Ground height in metres above the sea, approximate: off by 20–60 m at three known points.
    pub height: i32,
    /// The length of all streets of its district that are nearer to this node than to any other; zero
    /// outside the city's limits. See [`local_roads`](super::local_roads).
    pub local_roads: Length,
}

/// A two-way road between two nodes.
#[derive(Clone, Debug)]
pub struct RoadEdge {
    /// One end.
    pub from: NodeId,
    /// The other end.
    pub to: NodeId,
    /// Its length, at least a metre.
    pub length: Length,
    /// Its class.
    pub class: RoadClass,
    /// Its course, both ends included, for maps.
    pub course: Vec<Point>,
}

/// OpenStreetMap's classes of roads, most important first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoadClass {
    /// `trunk`.
    Trunk,
    /// `primary`.
    Primary,
    /// `secondary`.
    Secondary,
    /// `tertiary`.
    Tertiary,
    /// `unclassified`.
    Unclassified,
    /// `residential`.
    Residential,
    /// `living_street`.
    LivingStreet,
}

/// How long an edge may be, in metres: no road leads farther without a crossing.
const LENGTHS: RangeInclusive<f64> = 0.1..=1e5;

#[derive(Deserialize)]
struct NodeRow {
    node_id: usize,
    lon: f64,
    lat: f64,
    elev_m_approx: i32,
}

#[derive(Deserialize)]
struct EdgeRow {
    edge_id: usize,
    from: usize,
    to: usize,
    length_m: f64,
    class: RoadClass,
    oneway: String,
    geometry: String,
}

#[derive(Deserialize)]
struct LocalRow {
    node_id: usize,
    local_road_m: f64,
}

impl Roads {
    /// Reads a road graph from its two tables; the streets around its nodes are still zero.
    ///
    /// Columns of the nodes: `node_id`, `lon`, `lat` (degrees), `elev_m_approx`. A node is of the
    /// district in whose outline it lies, whatever else its row may say. Columns of the edges: `edge_id`, `from`, `to`, `length_m`, `class`,
    /// `oneway` (empty), `geometry` (`lon lat;lon lat;…`). Ids count from 0 in order of the rows.
    ///
    /// # Errors
    ///
    /// Everything wrong with the nodes, or else with the edges; also if no road leads from some nodes to the others.
    pub fn parse(
        nodes: Table,
        edges: Table,
        districts: &IdVec<DistrictId, District>,
    ) -> Result<Self, TableError> {
        let nodes = parse_nodes(nodes, districts)?;
        let edges = parse_edges(edges, &nodes)?;
        Ok(Self { nodes, edges })
    }

    /// Which of a city's places lie beyond the reach of this graph.
    pub fn beyond(&self, places: &Self) -> IdVec<NodeId, bool> {
        let place = |place: &RoadNode| !self.nodes.iter().any(|node| is_near(node.at, place.at));
        places.nodes.iter().map(place).collect()
    }

    /// What is wrong with a graph beyond whose reach all of a city's places lie.
    pub(super) fn elsewhere(&self, table: Table, city: &Self) -> TableError {
        let swapped = |node: &RoadNode| Point { lon: node.at.lat, lat: node.at.lon };
        let is_swapped =
            self.nodes.iter().any(|node| city.nodes.iter().any(|place| is_near(swapped(node), place.at)));
        let mut problems = Problems::of(table);
        if is_swapped {
            let Point { lon, lat } = self.nodes[NodeId(0)].at;
            let remedy =
                format!("write the longitude into `lon` and the latitude into `lat`: {lat} and {lon}");
            problems.whole(format!("`lon` and `lat` are swapped: node 0 lies at {lon} and {lat}"), remedy);
        } else {
            let what =
                format!("no node lies within {REACH_M} m of any place of the city, but at {}", self.extent());
            problems.whole(what, format!("give the roads of the city, at {}", city.extent()));
        }
        problems.error()
    }

    /// From where to where the nodes lie, for people.
    fn extent(&self) -> String {
        let range = |of: fn(&Point) -> f64| {
            let values = || self.nodes.iter().map(|node| of(&node.at));
            let (least, most) =
                (values().fold(f64::INFINITY, f64::min), values().fold(-f64::INFINITY, f64::max));
            if least < most { format!("{least:.2} to {most:.2}") } else { format!("{least:.2}") }
        };
        format!("longitude {}, latitude {}", range(|at| at.lon), range(|at| at.lat))
    }

    /// Reads the length of the streets around each node, in columns `node_id` and `local_road_m`.
    ///
    /// # Errors
    ///
    /// Names every node that is unknown, stands twice or is missing.
    pub fn parse_local_roads(&mut self, table: Table) -> Result<(), TableError> {
        let mut problems = Problems::of(table);
        let mut read = vec![None; self.nodes.len()];
        let table_rows: Vec<(u64, LocalRow)> = rows(table, &["node_id", "local_road_m"], &mut problems);
        for (line, row) in table_rows {
            problems.within(line, "local_road_m", row.local_road_m, 0.0..=1e6);
            match read.get_mut(row.node_id) {
                None => problems.at(
                    line,
                    format!("there is no node {}", row.node_id),
                    "derive this table again from the same road graph",
                ),
                Some(Some(_)) => {
                    problems.at(line, format!("node {} stands twice", row.node_id), "keep one of its rows");
                }
                Some(empty) => *empty = Some(Length::metres(row.local_road_m.round() as i64)),
            }
        }
        for (node, length) in read.iter().enumerate() {
            match length {
                Some(length) => self.nodes[NodeId::new(node)].local_roads = *length,
                None if problems.none_yet() => problems.whole(
                    format!("node {node} is missing"),
                    "derive this table again from the same road graph",
                ),
                None => {}
            }
        }
        problems.finish(())
    }
}

fn parse_nodes(
    table: Table,
    districts: &IdVec<DistrictId, District>,
) -> Result<IdVec<NodeId, RoadNode>, TableError> {
    let mut problems = Problems::of(table);
    let columns = ["node_id", "lon", "lat", "elev_m_approx"];
    let table_rows: Vec<(u64, NodeRow)> = rows(table, &columns, &mut problems);
    if problems.none_yet() && table_rows.is_empty() {
        problems.whole("there is no node", "add at least one row");
    }
    if table_rows.len() > usize::from(u16::MAX) {
        let what = format!("there are {} nodes", table_rows.len());
        problems.whole(what, "keep the larger roads only: a graph may have 65,535");
        return problems.finish(IdVec::new());
    }
    let mut nodes = IdVec::new();
    let readable = problems.none_yet();
    for (line, row) in table_rows {
        // After an unreadable row all later ids would seem wrong.
        if readable && row.node_id != nodes.len() {
            let what = format!("`node_id` is {} where {} is due", row.node_id, nodes.len());
            problems.at(line, what, "number the rows from 0 without gaps");
        }
        problems.within(line, "lon", row.lon, -180.0..=180.0);
        problems.within(line, "lat", row.lat, -90.0..=90.0);
        problems.within(line, "elev_m_approx", f64::from(row.elev_m_approx), -500.0..=9_000.0);
        let at = Point { lon: row.lon, lat: row.lat };
        nodes.push(RoadNode {
            at,
            district: District::at(districts, at),
            height: row.elev_m_approx,
            local_roads: Length::ZERO,
        });
    }
    problems.finish(nodes)
}

fn parse_edges(table: Table, nodes: &IdVec<NodeId, RoadNode>) -> Result<Vec<RoadEdge>, TableError> {
    let mut problems = Problems::of(table);
    let columns = ["edge_id", "from", "to", "length_m", "class", "oneway", "geometry"];
    let table_rows: Vec<(u64, EdgeRow)> = rows(table, &columns, &mut problems);
    let mut edges = Vec::with_capacity(table_rows.len());
    let readable = problems.none_yet();
    for (line, row) in table_rows {
        if readable && row.edge_id != edges.len() {
            let what = format!("`edge_id` is {} where {} is due", row.edge_id, edges.len());
            problems.at(line, what, "number the rows from 0 without gaps");
        }
        for (column, end) in [("from", row.from), ("to", row.to)] {
            if end >= nodes.len() {
                let remedy = format!("name a node from 0 to {}", nodes.len() - 1);
                problems.at(line, format!("`{column}` is {end}"), remedy);
            }
        }
        let good = problems.within(line, "length_m", row.length_m, LENGTHS);
        if good && row.from.max(row.to) < nodes.len() {
            let (from, to): (NodeId, NodeId) = (NodeId::new(row.from), NodeId::new(row.to));
            // Metres and nothing else: a road may be measured roughly, and not be half as long as the air line.
            let air = nodes[from].at.metres_to(nodes[to].at);
            if row.length_m < air / 2.0 - 50.0 {
                let what = format!("`length_m` is {} between nodes {air:.0} m apart", row.length_m);
                problems.at(
                    line,
                    what,
                    format!("give the length along the road in metres: {air:.0} or more"),
                );
            }
        }
        if !row.oneway.is_empty() {
            let what = format!("`oneway` is \"{}\"", row.oneway);
            problems.at(line, what, "leave it empty: every road may be driven both ways");
        }
        let course = parse_course(&row.geometry).unwrap_or_else(|| {
            let what = format!("`geometry` is \"{}\"", shortened(&row.geometry));
            problems.at(line, what, "write two points or more in degrees: `lon lat;lon lat`");
            Vec::new()
        });
        edges.push(RoadEdge {
            from: NodeId::new(row.from.min(nodes.len() - 1)),
            to: NodeId::new(row.to.min(nodes.len() - 1)),
            length: Length::metres((row.length_m.round() as i64).max(1)),
            class: row.class,
            course,
        });
    }
    if problems.none_yet() {
        let parts = parts(nodes, &edges);
        let count = parts.iter().map(|part| part + 1).max().unwrap_or(0);
        let mut sizes = vec![0; count];
        parts.iter().for_each(|part| sizes[*part] += 1);
        // Of two equally large parts that with the first node.
        let largest = (0..count).rev().max_by_key(|part| sizes[*part]).unwrap_or(0);
        if let Some((first, _)) = parts.enumerate().find(|(_, part)| **part != largest) {
            let (all, outside) = (nodes.len(), nodes.len() - sizes[largest]);
            let lie = if outside == 1 { "lies" } else { "lie" };
            problems.whole(
                format!(
                    "the roads are in {count} parts without a road between them: {outside} of {all} nodes {lie} \
                     outside the largest, the first is {}",
                    first.0
                ),
                "add the missing roads, or keep the largest part only",
            );
        }
    }
    problems.finish(edges)
}

/// A course of two points or more.
fn parse_course(text: &str) -> Option<Vec<Point>> {
    let points: Vec<Point> = text
        .split(';')
        .map(|pair| {
            let (lon, lat) = pair.trim().split_once(' ')?;
            let (lon, lat) = (lon.parse().ok()?, lat.parse().ok()?);
            let on_earth = (-180.0..=180.0).contains(&lon) && (-90.0..=90.0).contains(&lat);
            on_earth.then_some(Point { lon, lat })
        })
        .collect::<Option<_>>()?;
    (points.len() >= 2).then_some(points)
}

/// For each node the number of its part of the graph: from 0, in order of their first nodes.
fn parts(nodes: &IdVec<NodeId, RoadNode>, edges: &[RoadEdge]) -> IdVec<NodeId, usize> {
    let mut neighbours: IdVec<NodeId, Vec<NodeId>> = nodes.iter().map(|_| Vec::new()).collect();
    for edge in edges {
        neighbours[edge.from].push(edge.to);
        neighbours[edge.to].push(edge.from);
    }
    let mut parts: IdVec<NodeId, Option<usize>> = nodes.iter().map(|_| None).collect();
    let mut count = 0;
    for start in nodes.ids() {
        if parts[start].is_some() {
            continue;
        }
        let mut open = vec![start];
        while let Some(node) = open.pop() {
            if parts[node].is_none() {
                parts[node] = Some(count);
                open.extend(&neighbours[node]);
            }
        }
        count += 1;
    }
    parts.iter().map(|part| part.unwrap_or_default()).collect()
}

/// Whether two points lie within reach of each other.
fn is_near(one: Point, other: Point) -> bool {
    // A degree of latitude is 111 km anywhere; most pairs need no more than this.
    (one.lat - other.lat).abs() < REACH_M / 100_000.0 && one.metres_to(other) <= REACH_M
}

/// The beginning of a long text.
fn shortened(text: &str) -> String {
    const LETTERS: usize = 40;
    let beginning: String = text.chars().take(LETTERS).collect();
    if beginning.len() < text.len() { format!("{beginning}…") } else { beginning }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NODES: &str = "node_id,lon,lat,elev_m_approx\n0,76.90,43.25,700\n1,76.91,43.25,710\n\
                         2,76.92,43.25,720\n";
    const HEADER: &str = "edge_id,from,to,length_m,class,oneway,geometry\n";

    fn parse(nodes: &str, edges: &str) -> Result<Roads, TableError> {
        let nodes = Table { name: "nodes.csv", text: nodes };
        Roads::parse(nodes, Table { name: "edges.csv", text: edges }, &IdVec::new())
    }

    fn complaint(nodes: &str, edges: &str) -> String {
        parse(nodes, edges).expect_err("the tables are broken").to_string()
    }

    fn two_roads() -> Roads {
        let edges = format!(
            "{HEADER}0,0,1,812.4,primary,,76.90 43.25;76.91 43.25\n1,1,2,812.5,tertiary,,76.91 43.25;76.92 43.25\n"
        );
        parse(NODES, &edges).expect("the tables are sound")
    }

    #[test]
    fn lengths_are_rounded_to_metres() {
        let lengths: Vec<Length> = two_roads().edges.iter().map(|edge| edge.length).collect();
        assert_eq!(lengths, [Length::metres(812), Length::metres(813)]);
    }

    #[test]
    fn a_node_without_a_road_is_found() {
        assert_eq!(
            complaint(NODES, &format!("{HEADER}0,0,1,812.4,primary,,76.90 43.25;76.91 43.25\n")),
            "edges.csv: the roads are in 2 parts without a road between them: 1 of 3 nodes lies outside the largest, the \
             first is 2; add the missing roads, or keep the largest part only"
        );
    }

    #[test]
    fn every_slip_in_the_nodes_is_named_by_its_line() {
        let nodes = "node_id,lon,lat,elev_m_approx\n0,76.90,43.25,700\n2,760.91,43.25,710\n";
        assert_eq!(
            complaint(nodes, HEADER),
            "nodes.csv, line 3: `node_id` is 2 where 1 is due; number the rows from 0 without gaps\n\
             nodes.csv, line 3: `lon` is 760.91; give a number from -180 to 180",
        );
    }

    #[test]
    fn every_slip_in_the_edges_is_named_by_its_line() {
        let edges = format!(
            "{HEADER}0,0,7,812.4,primary,,76.90 43.25;76.91 43.25\n1,1,2,-5,motorway,,76.91 43.25\n\
             2,1,2,0,tertiary,yes,76.91 43.25\n"
        );
        let complaint = complaint(NODES, &edges);
        let lines: Vec<&str> = complaint.lines().collect();
        assert_eq!(lines[0], "edges.csv, line 2: `to` is 7; name a node from 0 to 2");
        assert_eq!(
            lines[1],
            "edges.csv, line 3: `class` is \"motorway\"; write one of `trunk`, `primary`, `secondary`, `tertiary`, \
             `unclassified`, `residential`, `living_street`"
        );
        assert_eq!(
            lines[2..],
            [
                "edges.csv, line 4: `length_m` is 0; give a number from 0.1 to 100000",
                "edges.csv, line 4: `oneway` is \"yes\"; leave it empty: every road may be driven both ways",
                "edges.csv, line 4: `geometry` is \"76.91 43.25\"; write two points or more in degrees: `lon lat;lon lat`",
            ]
        );
    }

    #[test]
    fn a_length_in_kilometres_is_found() {
        assert_eq!(
            complaint(NODES, &format!("{HEADER}0,0,1,0.8124,primary,,76.90 43.25;76.91 43.25\n")),
            "edges.csv, line 2: `length_m` is 0.8124 between nodes 810 m apart; give the length along the road in \
             metres: 810 or more"
        );
    }

    #[test]
    fn islands_are_counted_from_the_largest_wherever_the_first_node_lies() {
        let nodes = "node_id,lon,lat,elev_m_approx\n0,76.90,43.25,700\n1,76.91,43.25,710\n2,76.92,43.25,720\n\
                     3,76.93,43.25,720\n";
        let edges = format!(
            "{HEADER}0,1,2,812.4,primary,,76.91 43.25;76.92 43.25\n1,2,3,812.4,primary,,76.92 43.25;76.93 43.25\n"
        );
        assert!(complaint(nodes, &edges).contains("1 of 4 nodes lies outside the largest, the first is 0;"));
    }

    #[test]
    fn local_roads_are_wanted_for_every_node_once() {
        let mut roads = two_roads();
        let table = |text| Table { name: "local.csv", text };
        let whole = roads.parse_local_roads(table("node_id,local_road_m\n0,10\n1,20\n2,30\n"));
        assert_eq!(whole, Ok(()));
        assert_eq!(roads.nodes[NodeId(2)].local_roads, Length::metres(30));

        let missing = roads.parse_local_roads(table("node_id,local_road_m\n0,10\n2,30\n"));
        assert_eq!(
            missing.expect_err("node 1 is missing").to_string(),
            "local.csv: node 1 is missing; derive this table again from the same road graph"
        );
        let doubled = roads.parse_local_roads(table("node_id,local_road_m\n0,10\n0,30\n9,1\n"));
        assert_eq!(
            doubled.expect_err("node 0 stands twice").to_string(),
            "local.csv, line 3: node 0 stands twice; keep one of its rows\n\
             local.csv, line 4: there is no node 9; derive this table again from the same road graph"
        );
    }
}
