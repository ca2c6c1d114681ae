//! Shortest ways between all pairs of road nodes, computed once and shared by all replications.

use crate::data::{RoadClass, Roads};
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
#[derive(Debug)]
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

impl Travel {
    /// All ways over a connected road graph, by Dijkstra's algorithm from every node.
    pub fn new(roads: &Roads, speeds: &FreeFlow) -> Self {
        let nodes = roads.nodes.len();
        let mut arcs: Arcs = roads.nodes.iter().map(|_| Vec::new()).collect();
        for edge in &roads.edges {
            let metres = edge.length.as_metres();
            let millis = (metres as f64 * 3_600.0 / speed(speeds, edge.class)).round() as u32;
            let millis = millis.max(1);
            let main = if edge.class <= RoadClass::Primary { millis } else { 0 };
            let step = Step { millis, metres: metres as u32, main };
            arcs[edge.from].push((edge.to, step));
            arcs[edge.to].push((edge.from, step));
        }
        let from: Vec<NodeId> = roads.nodes.ids().collect();
        let rows: Vec<_> = from.into_par_iter().map(|from| row(&arcs, from)).collect();
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

impl Step {
    fn then(self, next: Self) -> Self {
        Self {
            millis: self.millis + next.millis,
            metres: self.metres + next.metres,
            main: self.main + next.main,
        }
    }

    /// A row's entry.
    fn entry(self) -> (u32, u32) {
        let main = u64::from(self.main) * 255 / u64::from(self.millis.max(1));
        (self.millis, pack(self.metres, main as u8))
    }
}

/// The ways from one node, and the nodes in the order in which Dijkstra's algorithm settles them.
fn row(arcs: &Arcs, from: NodeId) -> (Vec<(u32, u32)>, Vec<NodeId>) {
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
    (ways.into_iter().map(Step::entry).collect(), order)
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
}
