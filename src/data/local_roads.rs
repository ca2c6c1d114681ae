//! The streets around each main-road node: how a district's weight is spread over its nodes.

use super::{District, RoadEdge, Roads};
use crate::geo::Point;
use crate::ids::{DistrictId, IdVec, NodeId};

/// Courses are cut into pieces of at most this many metres: short beside the blocks between main roads.
const PIECE: f64 = 25.0;

/// Lengths of streets shared out to main-road nodes.
#[derive(Clone, Debug, PartialEq)]
pub struct LocalRoads {
    /// Metres of street at each node.
    pub metres: IdVec<NodeId, f64>,
    /// Metres of street that no node got: outside every district, or in one without a node.
    pub unplaced: f64,
}

/// Shares the length of all `streets` out to the nodes of the `main` roads.
///
/// The course of every street is cut, between two of its points, into equal pieces of at most 25 m.
/// A piece belongs to the district in which its middle lies, and its length goes to that district's
/// node nearest to its middle as the crow flies (of two equally near, to the one numbered first).
/// Pieces are scaled so that those of a street add up to its stated length.
pub fn local_roads(main: &Roads, streets: &Roads, districts: &IdVec<DistrictId, District>) -> LocalRoads {
    let mut nodes_of: IdVec<DistrictId, Vec<NodeId>> = districts.iter().map(|_| Vec::new()).collect();
    for (id, node) in main.nodes.enumerate() {
        if let Some(district) = node.district {
            nodes_of[district].push(id);
        }
    }
    let mut metres: IdVec<NodeId, f64> = main.nodes.iter().map(|_| 0.0).collect();
    let mut unplaced = 0.0;
    for (middle, length) in streets.edges.iter().flat_map(pieces) {
        let nearest = District::at(districts, middle).and_then(|district| {
            let distance = |node: &NodeId| main.nodes[*node].at.metres_to(middle);
            nodes_of[district].iter().copied().min_by(|a, b| distance(a).total_cmp(&distance(b)))
        });
        match nearest {
            Some(node) => metres[node] += length,
            None => unplaced += length,
        }
    }
    LocalRoads { metres, unplaced }
}

/// The pieces of a street: the middle of each, and its length in metres.
fn pieces(street: &RoadEdge) -> Vec<(Point, f64)> {
    let mut pieces = Vec::new();
    for ends in street.course.windows(2) {
        let (from, to) = (ends[0], ends[1]);
        let length = from.metres_to(to);
        let count = (length / PIECE).ceil().max(1.0);
        for number in 0..count as u32 {
            let share = (f64::from(number) + 0.5) / count;
            let middle = Point {
                lon: from.lon + (to.lon - from.lon) * share,
                lat: from.lat + (to.lat - from.lat) * share,
            };
            pieces.push((middle, length / count));
        }
    }
    let drawn: f64 = pieces.iter().map(|(_, length)| length).sum();
    let stated = street.length.as_metres() as f64;
    if drawn > 0.0 {
        for (_, length) in &mut pieces {
            *length *= stated / drawn;
        }
    } else {
        // A street shorter than the last digit of its points.
        pieces.truncate(1);
        for (_, length) in &mut pieces {
            *length = stated;
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::{RoadClass, RoadNode};
    use crate::geo::Polygon;
    use crate::units::Length;
    use geo::polygon;

    fn at(lon: f64, lat: f64) -> Point {
        Point { lon, lat }
    }

    /// A district a hundredth of a degree high, between two longitudes.
    fn district(west: f64, east: f64) -> District {
        let area = polygon![(x: west, y: 0.0), (x: east, y: 0.0), (x: east, y: 0.01), (x: west, y: 0.01)];
        District {
            key: format!("from {west}"),
            name_en: String::new(),
            name_ru: String::new(),
            name_kk: String::new(),
            population: 1.0,
            outline: Polygon::new(geo::MultiPolygon(vec![area])),
        }
    }

    fn node(at: Point, district: Option<DistrictId>) -> RoadNode {
        RoadNode { at, district, height: 0, local_roads: Length::ZERO }
    }

    fn street(metres: i64, course: &[Point]) -> RoadEdge {
        RoadEdge {
            from: NodeId(0),
            to: NodeId(0),
            length: Length::metres(metres),
            class: RoadClass::Residential,
            course: course.to_vec(),
        }
    }

    /// Two districts side by side; two nodes in the first, one in the second, one outside both.
    fn share(streets: Vec<RoadEdge>) -> LocalRoads {
        let districts = [district(0.0, 0.01), district(0.01, 0.02)].into_iter().collect();
        let (first, second) = (Some(DistrictId(0)), Some(DistrictId(1)));
        let nodes = [
            node(at(0.002, 0.005), first),
            node(at(0.006, 0.005), first),
            node(at(0.019, 0.005), second),
            node(at(0.009, -0.001), None),
        ];
        let main = Roads { nodes: nodes.into_iter().collect(), edges: Vec::new() };
        local_roads(&main, &Roads { nodes: IdVec::new(), edges: streets }, &districts)
    }

    fn rounded(shared: &LocalRoads) -> Vec<i64> {
        shared.metres.iter().chain([&shared.unplaced]).map(|metres| metres.round() as i64).collect()
    }

    #[test]
    fn a_street_is_divided_between_its_nearest_nodes() {
        // From 0 to 0.008: the border between the first two nodes lies in its middle.
        let shared = share(vec![street(1_000, &[at(0.0, 0.006), at(0.008, 0.006)])]);
        assert_eq!(rounded(&shared), [500, 500, 0, 0, 0]);
    }

    #[test]
    fn a_street_belongs_to_its_own_district_even_beside_another_ones_node() {
        // At 0.0105 the first district's node is nearer, and the outside node nearer still.
        let shared = share(vec![street(100, &[at(0.0105, 0.001), at(0.0106, 0.001)])]);
        assert_eq!(rounded(&shared), [0, 0, 100, 0, 0]);
    }

    #[test]
    fn nothing_is_lost() {
        let streets = vec![
            street(3_000, &[at(-0.01, 0.005), at(0.01, 0.005), at(0.03, 0.005)]),
            street(7, &[at(0.005, 0.005), at(0.005, 0.005)]),
        ];
        let shared = share(streets);
        let total = shared.metres.iter().sum::<f64>() + shared.unplaced;
        assert!((total - 3_007.0).abs() < 1e-6, "{total}");
        // Half of the first street lies outside, give or take a piece at either border.
        assert!((shared.unplaced - 1_500.0).abs() < 2.0 * PIECE, "{}", shared.unplaced);
        assert_eq!(rounded(&share(Vec::new())), [0; 5]);
    }
}
