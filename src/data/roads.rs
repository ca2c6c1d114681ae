//! The road graph: nodes, two-way edges, and the small streets around each node.

use super::District;
use super::table::{Problems, Table, TableError, rows};
use crate::geo::Point;
use crate::ids::{DistrictId, Id, IdVec, NodeId};
use crate::units::Length;
use serde::Deserialize;

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
    /// Everything wrong with the nodes, or else with the edges; also if a node cannot be reached.
    pub fn parse(
        nodes: Table,
        edges: Table,
        districts: &IdVec<DistrictId, District>,
    ) -> Result<Self, TableError> {
        let nodes = parse_nodes(nodes, districts)?;
        let edges = parse_edges(edges, &nodes)?;
        Ok(Self { nodes, edges })
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
        problems.within(line, "length_m", row.length_m, 0.1..=1e6);
        if !row.oneway.is_empty() {
            let what = format!("`oneway` is \"{}\"", row.oneway);
            problems.at(line, what, "leave it empty: every road may be driven both ways");
        }
        let course = parse_course(&row.geometry).unwrap_or_else(|| {
            problems.at(line, "`geometry` is no line", "write `lon lat;lon lat` with two points or more");
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
        let unreached = unreached(nodes, &edges);
        if let Some(first) = unreached.first() {
            problems.whole(
                format!("{} nodes cannot be reached from node 0, the first is {}", unreached.len(), first.0),
                "add the missing roads, or keep the largest connected part only",
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

/// The nodes to which no road leads from the first.
fn unreached(nodes: &IdVec<NodeId, RoadNode>, edges: &[RoadEdge]) -> Vec<NodeId> {
    let mut neighbours: IdVec<NodeId, Vec<NodeId>> = nodes.iter().map(|_| Vec::new()).collect();
    for edge in edges {
        neighbours[edge.from].push(edge.to);
        neighbours[edge.to].push(edge.from);
    }
    let mut reached: IdVec<NodeId, bool> = nodes.iter().map(|_| false).collect();
    let mut open = vec![NodeId(0)];
    while let Some(node) = open.pop() {
        if !reached[node] {
            reached[node] = true;
            open.extend(&neighbours[node]);
        }
    }
    nodes.ids().filter(|&node| !reached[node]).collect()
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
            "edges.csv: 1 nodes cannot be reached from node 0, the first is 2; \
             add the missing roads, or keep the largest connected part only"
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
        assert!(
            lines[1].starts_with("edges.csv, line 3: unknown variant `motorway`, expected one of"),
            "{complaint}"
        );
        assert_eq!(
            lines[2..],
            [
                "edges.csv, line 4: `length_m` is 0; give a number from 0.1 to 1000000",
                "edges.csv, line 4: `oneway` is \"yes\"; leave it empty: every road may be driven both ways",
                "edges.csv, line 4: `geometry` is no line; write `lon lat;lon lat` with two points or more",
            ]
        );
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
