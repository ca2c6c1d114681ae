//! Shortest ways between all pairs of road nodes, computed once and shared by all replications.

use crate::data::{RoadClass, Roads};
use crate::geo::Point;
use crate::ids::{Id, IdVec, NodeId};
use crate::scenario::FreeFlow;
use crate::units::{Duration, Length};
use rayon::prelude::*;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The shortest way by free-flow time between each pair of nodes, and each node's neighbours by time.
///
/// Edges go both ways, so a way and its reverse take equally long: the nodes nearest *from* a node are those
/// nearest *to* it.
pub struct Travel {
    nodes: usize,
    /// Row by row: free-flow milliseconds; and metres with the share on main roads, see [`pack`].
    ways: Vec<(u32, u32)>,
    /// Row by row: all nodes by rising time, ties by id.
    order: Vec<NodeId>,
}

/// A way between two nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Way {
    /// How long it takes without traffic.
    pub free_flow: Duration,
    /// How long it is.
    pub length: Length,
    /// The share of that time on trunk and primary roads: 255 is all of it.
    pub main: u8,
}

/// Metres, at most some 16,000 km, and the share of a way on main roads in one word, so that a way stays a word
/// of the table.
fn pack(metres: u32, main: u8) -> u32 {
    metres.min((1 << 24) - 1) << 8 | u32::from(main)
}

impl std::fmt::Debug for Travel {
    /// Millions of ways are no text that anybody reads.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Travel").field("nodes", &self.nodes).finish_non_exhaustive()
    }
}

impl Travel {
    /// All ways over a connected road graph, by Dijkstra's algorithm from every node.
    pub fn new(roads: &Roads, speeds: &FreeFlow) -> Self {
        let arcs = arcs(roads, speeds);
        let from: Vec<NodeId> = roads.nodes.ids().collect();
        let row = |from: NodeId| {
            let (ways, order) = search(&arcs, from);
            (ways.into_iter().map(Step::entry).collect(), order)
        };
        Self::of_rows(roads.nodes.len(), from.into_par_iter().map(row).collect())
    }

    /// All ways between the places of a city over another, connected road graph.
    ///
    /// Each place is joined to its nearest node by a straight street at residential speed, so that the table is no
    /// larger than one between the places alone.
    pub fn over(graph: &Roads, places: &Roads, speeds: &FreeFlow) -> Self {
        let arcs = arcs(graph, speeds);
        let at: Vec<Point> = places.nodes.iter().map(|place| place.at).collect();
        let joined: Vec<(NodeId, Step)> =
            at.into_par_iter().map(|place| join(place, graph, speeds)).collect();
        let row = |from: usize| {
            let (start, first) = joined[from];
            let (ways, _) = search(&arcs, start);
            let to = |(to, &(end, last)): (usize, &(NodeId, Step))| {
                if to == from {
                    Step::default()
                } else {
                    first.then(ways[end.index()]).then(last).at_least_a_milli()
                }
            };
            let steps: Vec<Step> = joined.iter().enumerate().map(to).collect();
            let mut order: Vec<NodeId> = places.nodes.ids().collect();
            order.sort_by_key(|node| (steps[node.index()].millis, node.index() != from, *node));
            (steps.into_iter().map(Step::entry).collect(), order)
        };
        Self::of_rows(joined.len(), (0..joined.len()).into_par_iter().map(row).collect())
    }

    fn of_rows(nodes: usize, rows: Vec<Row>) -> Self {
        let mut travel =
            Self { nodes, ways: Vec::with_capacity(nodes * nodes), order: Vec::with_capacity(nodes * nodes) };
        for (ways, order) in rows {
            travel.ways.extend(ways);
            travel.order.extend(order);
        }
        travel
    }

    /// No ways at all, for a world without roads.
    pub fn none() -> Self {
        Self { nodes: 0, ways: Vec::new(), order: Vec::new() }
    }

    /// The way between two nodes.
    #[inline]
    pub fn way(&self, from: NodeId, to: NodeId) -> Way {
        let (millis, packed) = self.ways[from.index() * self.nodes + to.index()];
        Way {
            free_flow: Duration::from_millis(millis.into()),
            length: Length::metres((packed >> 8).into()),
            main: packed as u8,
        }
    }

    /// All nodes by rising time from (or to) this one, itself first.
    #[inline]
    pub fn order(&self, from: NodeId) -> &[NodeId] {
        &self.order[from.index() * self.nodes..][..self.nodes]
    }
}

fn speed(speeds: &FreeFlow, class: RoadClass) -> f64 {
    match class {
        RoadClass::Trunk => speeds.trunk,
        RoadClass::Primary => speeds.primary,
        RoadClass::Secondary => speeds.secondary,
        RoadClass::Tertiary => speeds.tertiary,
        RoadClass::Unclassified => speeds.unclassified,
        RoadClass::Residential => speeds.residential,
        RoadClass::LivingStreet => speeds.living_street,
    }
}

/// What an edge, or a way, takes: milliseconds, metres, and milliseconds on main roads. Of equally quick ways the
/// shorter one is the less, and then the one less on main roads, so that the table does not depend on the order of edges.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Step {
    millis: u32,
    metres: u32,
    main: u32,
}

/// For each node those to which an edge leads.
type Arcs = IdVec<NodeId, Vec<(NodeId, Step)>>;

/// A row of the table: its ways and its order.
type Row = (Vec<(u32, u32)>, Vec<NodeId>);

fn arcs(roads: &Roads, speeds: &FreeFlow) -> Arcs {
    let mut arcs: Arcs = roads.nodes.iter().map(|_| Vec::new()).collect();
    for edge in &roads.edges {
        let metres = edge.length.as_metres();
        let millis = millis(metres as f64, speed(speeds, edge.class)).max(1);
        let main = if edge.class <= RoadClass::Primary { millis } else { 0 };
        let step = Step { millis, metres: metres as u32, main };
        arcs[edge.from].push((edge.to, step));
        arcs[edge.to].push((edge.from, step));
    }
    arcs
}

fn millis(metres: f64, kmh: f64) -> u32 {
    (metres * 3_600.0 / kmh).round() as u32
}

/// The node of a graph nearest to a place, and the street between them.
fn join(place: Point, graph: &Roads, speeds: &FreeFlow) -> (NodeId, Step) {
    let far = |id: NodeId| (graph.nodes[id].at.metres_to(place), id);
    let nearest = graph.nodes.ids().map(far).min_by(|a, b| a.0.total_cmp(&b.0));
    let (metres, node) = nearest.expect("a road graph has at least one node");
    let millis = millis(metres, speeds.residential);
    (node, Step { millis, metres: metres.round() as u32, main: 0 })
}

impl Step {
    fn then(self, next: Self) -> Self {
        Self {
            millis: self.millis.saturating_add(next.millis),
            metres: self.metres.saturating_add(next.metres),
            main: self.main.saturating_add(next.main),
        }
    }

    fn at_least_a_milli(self) -> Self {
        Self { millis: self.millis.max(1), ..self }
    }

    /// A row's entry.
    fn entry(self) -> (u32, u32) {
        let main = u64::from(self.main) * 255 / u64::from(self.millis.max(1));
        (self.millis, pack(self.metres, main as u8))
    }
}

/// The ways from one node, and the nodes in the order in which Dijkstra's algorithm settles them.
fn search(arcs: &Arcs, from: NodeId) -> (Vec<Step>, Vec<NodeId>) {
    let far = Step { millis: u32::MAX, metres: u32::MAX, main: u32::MAX };
    let mut ways = vec![far; arcs.len()];
    let mut order = Vec::with_capacity(arcs.len());
    // Nodes settle by time and then by id.
    let mut open = BinaryHeap::from([Reverse((0, from, Step::default()))]);
    ways[from.index()] = Step::default();
    let mut settled = vec![false; arcs.len()];
    while let Some(Reverse((_, node, way))) = open.pop() {
        if std::mem::replace(&mut settled[node.index()], true) {
            continue;
        }
        order.push(node);
        for &(next, step) in &arcs[node] {
            let way = way.then(step);
            if way < ways[next.index()] {
                ways[next.index()] = way;
                open.push(Reverse((way.millis, next, way)));
            }
        }
    }
    (ways, order)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{RoadEdge, RoadNode};
    use crate::geo::Point;

    const SPEEDS: FreeFlow = FreeFlow {
        trunk: 60.0,
        primary: 60.0,
        secondary: 30.0,
        tertiary: 30.0,
        unclassified: 30.0,
        residential: 30.0,
        living_street: 30.0,
    };

    /// A triangle: 0–1 direct on a slow road, 0–2–1 longer on a fast one.
    fn triangle() -> Roads {
        let node = RoadNode { at: Point::default(), district: None, height: 0, local_roads: Length::ZERO };
        let edge = |from, to, metres, class| RoadEdge {
            from: NodeId(from),
            to: NodeId(to),
            length: Length::metres(metres),
            class,
            course: vec![],
        };
        Roads {
            nodes: std::iter::repeat_n(node, 3).collect(),
            edges: vec![
                edge(0, 1, 1_000, RoadClass::Secondary),
                edge(0, 2, 600, RoadClass::Primary),
                edge(2, 1, 600, RoadClass::Primary),
            ],
        }
    }

    #[test]
    fn the_quickest_way_wins_even_if_it_is_longer() {
        let travel = Travel::new(&triangle(), &SPEEDS);
        let way = travel.way(NodeId(0), NodeId(1));
        assert_eq!((way.free_flow, way.length), (Duration::from_millis(72_000), Length::metres(1_200)));
        assert_eq!(way.main, 255, "both of its edges are primary roads");
        assert_eq!(travel.way(NodeId(1), NodeId(0)), way);
        assert_eq!(travel.order(NodeId(0)), [NodeId(0), NodeId(2), NodeId(1)]);
    }

    #[test]
    fn a_way_knows_how_much_of_its_time_is_on_main_roads() {
        let mut roads = triangle();
        roads.edges.remove(0);
        roads.edges[1].class = RoadClass::Secondary;
        let way = Travel::new(&roads, &SPEEDS).way(NodeId(0), NodeId(1));
        // 36 s at 60 km/h on the primary road, 72 s at 30 km/h on the other.
        assert_eq!((way.free_flow, way.main), (Duration::from_millis(108_000), 255 / 3));
        assert_eq!(Travel::new(&roads, &SPEEDS).way(NodeId(2), NodeId(1)).main, 0);
    }

    /// Two places on the triangle's slow side: one on its corner, one a street away from the other corner.
    #[test]
    fn ways_between_places_lead_over_another_graph() {
        let mut graph = triangle();
        let at = [(76.90, 43.25), (76.92, 43.25), (76.91, 43.26)];
        for (id, (lon, lat)) in at.into_iter().enumerate() {
            graph.nodes[NodeId(id as u16)].at = Point { lon, lat };
        }
        let mut places = triangle();
        places.nodes[NodeId(0)].at = Point { lon: 76.90, lat: 43.25 };
        places.nodes[NodeId(1)].at = Point { lon: 76.92, lat: 43.249 };
        places.nodes[NodeId(2)].at = Point { lon: 76.90, lat: 43.25 };
        let travel = Travel::over(&graph, &places, &SPEEDS);
        let street = places.nodes[NodeId(1)].at.metres_to(graph.nodes[NodeId(1)].at);
        let way = travel.way(NodeId(0), NodeId(1));
        let wanted = 72_000.0 + street * 3_600.0 / 30.0;
        assert!((way.free_flow.as_millis() as f64 - wanted).abs() <= 1.0, "{way:?}");
        assert_eq!(way.length, Length::metres(1_200 + street.round() as i64));
        assert_eq!(travel.way(NodeId(1), NodeId(0)), way);
        // Two places at one crossing are a moment apart, each before the other in its own order.
        assert_eq!(travel.way(NodeId(0), NodeId(2)).free_flow, Duration::from_millis(1));
        assert_eq!(travel.way(NodeId(2), NodeId(2)).free_flow, Duration::ZERO);
        assert_eq!(travel.order(NodeId(2)), [NodeId(2), NodeId(0), NodeId(1)]);
    }

    #[test]
    fn ways_over_the_citys_own_graph_are_the_same() {
        let data = crate::data::Data::embedded();
        let (own, over) =
            (Travel::new(&data.roads, &SPEEDS), Travel::over(&data.roads, &data.roads, &SPEEDS));
        assert!(own.ways == over.ways, "the ways differ");
        for from in data.roads.nodes.ids() {
            let times = |travel: &Travel| {
                travel.order(from).iter().map(|&to| own.way(from, to).free_flow).collect::<Vec<_>>()
            };
            assert!(times(&own) == times(&over), "the order from {from:?} differs");
        }
    }
}
