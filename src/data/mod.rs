//! The tables the product embeds: parsed from CSV and `GeoJSON` text, checked once.
//!
//! Every number about the world that is measured or published stands in one of these tables; what
//! is assumed stands in `data/assumptions.toml` and is read as the bottom layer of every scenario.
//! `data/SOURCES.md` says where each table comes from and how sure it is.

mod cars;
mod charge_curve;
mod climate;
mod congestion;
mod credits;
mod demand;
mod districts;
mod hours;
mod local_roads;
mod roads;
mod table;

pub use cars::Car;
pub use charge_curve::{ChargeCurve, CurveProblem};
pub use climate::Climate;
pub use congestion::{Congestion, DayType};
pub use credits::{Credit, attribution};
pub use demand::DemandProfile;
pub use districts::District;
pub use local_roads::{LocalRoads, local_roads};
pub use roads::{REACH_M, RoadClass, RoadEdge, RoadNode, Roads};
pub use table::{Table, TableError, TableProblem};

use crate::geo::Point;
use crate::ids::{DistrictId, IdVec, NodeId};

/// All tables.
#[derive(Clone, Debug)]
pub struct Data {
    /// The eight districts, in order of their keys.
    pub districts: IdVec<DistrictId, District>,
    /// The arterial road graph: its nodes are the places of the city.
    pub roads: Roads,
    /// Another road graph, over which the ways between those places lead; see [`Data::with_graph`].
    pub graph: Option<Roads>,
    /// Which of the city's places lie beyond the reach of that other graph; empty without one.
    pub beyond: IdVec<NodeId, bool>,
    /// Jam scores by day type and hour.
    pub congestion: Congestion,
    /// Electric cars on sale.
    pub cars: Vec<Car>,
    /// Charging power as a share of peak power against state of charge.
    pub charge_curve: ChargeCurve,
    /// Mean temperature by month and hour.
    pub climate: Climate,
    /// Hourly shares of a day's rides.
    pub demand: DemandProfile,
    /// Names and blake3 digests (hexadecimal) of all files, for the manifest.
    pub fingerprints: Vec<(String, String)>,
}

/// A file of `data/`, embedded.
macro_rules! embedded {
    ($name:literal) => {
        Table { name: $name, text: include_str!(concat!("../../data/", $name)) }
    };
}

const DISTRICTS: Table<'static> = embedded!("almaty_districts.geojson");
const ROAD_NODES: Table<'static> = embedded!("road_nodes_arterial.csv");
const ROAD_EDGES: Table<'static> = embedded!("road_edges_arterial.csv");
const LOCAL_ROADS: Table<'static> = embedded!("local_roads.csv");
const CONGESTION_WEEK: Table<'static> = embedded!("congestion_week.csv");
const CONGESTION_THURSDAY: Table<'static> = embedded!("congestion_profile.csv");
const CARS: Table<'static> = embedded!("ev_models.csv");
const CHARGE_CURVES: Table<'static> = embedded!("charge_curves.csv");
const CLIMATE: Table<'static> = embedded!("climate_almaty.csv");
const DEMAND: Table<'static> = embedded!("demand_profile.csv");

impl Data {
    /// The tables that every copy of the program carries.
    ///
    /// # Panics
    ///
    /// If an embedded table is broken, which is a bug of ours.
    pub fn embedded() -> Self {
        let districts = sound(District::parse_all(DISTRICTS));
        let mut roads = sound(Roads::parse(ROAD_NODES, ROAD_EDGES, &districts));
        sound(roads.parse_local_roads(LOCAL_ROADS));
        let files = [
            DISTRICTS,
            ROAD_NODES,
            ROAD_EDGES,
            LOCAL_ROADS,
            CONGESTION_WEEK,
            CONGESTION_THURSDAY,
            CARS,
            CHARGE_CURVES,
            CLIMATE,
            DEMAND,
        ];
        Self {
            districts,
            roads,
            graph: None,
            beyond: IdVec::new(),
            congestion: sound(Congestion::parse(CONGESTION_WEEK, CONGESTION_THURSDAY)),
            cars: sound(Car::parse_all(CARS)),
            charge_curve: sound(ChargeCurve::parse(CHARGE_CURVES)),
            climate: sound(Climate::parse(CLIMATE)),
            demand: sound(DemandProfile::parse(DEMAND)),
            fingerprints: files.iter().map(fingerprint).collect(),
        }
    }

    /// The same tables with another road graph, from its nodes and edges as in [`Roads::parse`].
    ///
    /// # Errors
    ///
    /// Everything wrong with the nodes, or else with the edges; also if no road leads from some nodes to the others, or
    /// if all places of the city lie beyond the reach of the graph.
    pub fn with_graph(mut self, nodes: Table, edges: Table) -> Result<Self, TableError> {
        // Nobody asks in which district a mere crossing lies.
        let graph = Roads::parse(nodes, edges, &IdVec::new())?;
        self.beyond = graph.beyond(&self.roads);
        if self.beyond.iter().all(|beyond| *beyond) {
            return Err(graph.elsewhere(nodes, &self.roads));
        }
        self.graph = Some(graph);
        self.fingerprints.extend([nodes, edges].iter().map(fingerprint));
        Ok(self)
    }

    /// The district with this key, e.g. `almaly`.
    pub fn district_by_key(&self, key: &str) -> Option<DistrictId> {
        self.districts.enumerate().find(|(_, district)| district.key == key).map(|(id, _)| id)
    }

    /// The district in which a place lies: the first of two on their common border, none outside.
    pub fn district_at(&self, place: Point) -> Option<DistrictId> {
        District::at(&self.districts, place)
    }

    /// The road node nearest to a place as the crow flies, and its distance in metres; of two equally
    /// near, the one numbered first.
    ///
    /// # Panics
    ///
    /// If the road graph has no node, which no table that was read can bring about.
    pub fn node_nearest(&self, place: Point) -> (NodeId, f64) {
        self.roads
            .nodes
            .enumerate()
            .map(|(id, node)| (id, node.at.metres_to(place)))
            .min_by(|(_, a), (_, b)| a.total_cmp(b))
            .expect("a road graph has at least one node")
    }
}

fn fingerprint(file: &Table) -> (String, String) {
    (file.name.to_owned(), blake3::hash(file.text.as_bytes()).to_string())
}

/// A table that was checked before it was shipped.
fn sound<T>(table: Result<T, TableError>) -> T {
    table.unwrap_or_else(|error| panic!("an embedded table is broken:\n{error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Length;

    #[test]
    fn the_city_has_eight_districts_and_2_351_thousand_people() {
        let data = Data::embedded();
        let keys: Vec<&str> = data.districts.iter().map(|district| district.key.as_str()).collect();
        assert_eq!(
            keys,
            ["alatau", "almaly", "auezov", "bostandyk", "medeu", "nauryzbay", "turksib", "zhetysu"]
        );
        let people: f64 = data.districts.iter().map(|district| district.population).sum();
        assert!((people - 2_351_424.0).abs() < 5.0, "{people}");
        assert_eq!(data.district_by_key("medeu"), Some(DistrictId(4)));
        assert_eq!(data.district_by_key("centre"), None);
        let areas: usize = data.districts.iter().map(|district| district.outline.exteriors().count()).sum();
        assert_eq!(areas, 9, "Medeu has two");
    }

    #[test]
    fn a_place_in_almaly_is_in_almaly() {
        let data = Data::embedded();
        let place = Point { lon: 76.90569, lat: 43.25233 };
        assert_eq!(data.district_at(place), data.district_by_key("almaly"));
        assert_eq!(data.district_at(Point { lon: 71.43, lat: 51.13 }), None, "Astana is elsewhere");
    }

    #[test]
    fn the_road_graph_has_1129_nodes_1817_edges_and_908_km() {
        let roads = Data::embedded().roads;
        assert_eq!((roads.nodes.len(), roads.edges.len()), (1_129, 1_817));
        let total: Length = roads.edges.iter().map(|edge| edge.length).sum();
        assert!((total.as_km_f64() - 907.8).abs() < 0.1, "{total:?}");
    }

    #[test]
    fn some_main_roads_leave_the_city_and_every_district_has_some() {
        let data = Data::embedded();
        let within = |district| data.roads.nodes.iter().filter(|node| node.district == district).count();
        assert_eq!(within(None), 66);
        assert!(data.districts.ids().all(|district| within(Some(district)) >= 25));
    }

    #[test]
    fn every_edge_is_drawn_from_its_one_node_to_its_other() {
        let Roads { nodes, edges } = Data::embedded().roads;
        for edge in &edges {
            let (first, last) = (edge.course[0], edge.course[edge.course.len() - 1]);
            assert!(first.metres_to(nodes[edge.from].at) < 3.0, "{edge:?}");
            assert!(last.metres_to(nodes[edge.to].at) < 3.0, "{edge:?}");
        }
    }

    /// The full graph has 3,409.3 km in lengths rounded to metres, of which 85.4 km lie outside the city.
    #[test]
    fn the_streets_around_the_nodes_are_those_of_the_city() {
        let nodes = Data::embedded().roads.nodes;
        let total: Length = nodes.iter().map(|node| node.local_roads).sum();
        assert_eq!(total, Length::metres(3_323_895));
        let outside = nodes.iter().filter(|node| node.district.is_none());
        assert_eq!(outside.map(|node| node.local_roads).sum::<Length>(), Length::ZERO);
    }

    #[test]
    fn the_nearest_node_to_a_node_is_itself() {
        let data = Data::embedded();
        let (node, metres) = data.node_nearest(data.roads.nodes[NodeId(500)].at);
        assert_eq!(node, NodeId(500));
        assert!(metres < f64::EPSILON);
    }

    #[test]
    fn tables_hold_what_was_measured() {
        let data = Data::embedded();
        let near = |value: f64, wanted: f64| assert!((value - wanted).abs() < 1e-9, "{value} {wanted}");
        near(data.congestion.score(DayType::Weekday, 18), f64::midpoint(7.40, 7.87));
        near(data.congestion.score(DayType::Saturday, 14), 5.0);
        near(data.congestion.score(DayType::Sunday, 3), 0.0);
        near(data.climate.celsius(1, 0), -9.7);
        assert_eq!(data.charge_curve.points.len(), 21);
        assert_eq!(data.charge_curve.points[0], (0.0, 0.952));
        assert_eq!(data.charge_curve.points[20], (100.0, 0.146));
        for day in [data.demand.weekday, data.demand.weekend] {
            assert_eq!(day.iter().sum::<f64>().to_bits(), 1.0_f64.to_bits());
        }
        near((data.demand.weekday[18] * 1e4).round(), 672.0);
    }

    #[test]
    fn cars_are_known_by_make_model_and_variant() {
        let cars = Data::embedded().cars;
        assert_eq!(cars.len(), 65);
        let named = |name: &str| cars.iter().find(|car| car.name == name);
        let wanted = Car {
            name: "BYD Song Plus Comfort".to_owned(),
            make: "BYD".to_owned(),
            battery_kwh: 71.8,
            ac_kw: 11.0,
            dc_kw: 115.0,
            consumption_wh_per_km: 171.0,
            curb_weight_kg: Some(2_020.0),
            heat_pump: true,
        };
        assert_eq!(named("BYD Song Plus Comfort"), Some(&wanted));
        // The assumptions name these for the default fleet.
        for name in [
            "BYD Yuan Plus Extended Range",
            "BYD Han Flagship",
            "Zeekr 001 Base",
            "Changan Deepal SL03 Standard",
            "Volkswagen ID.4 PRO",
            "Tesla Model 3 Rear-Wheel Drive",
            "GAC Aion Aion ES Base",
        ] {
            assert!(named(name).is_some(), "{name}");
        }
    }

    #[test]
    fn every_embedded_file_has_a_fingerprint_and_every_credit_a_licence() {
        let fingerprints = Data::embedded().fingerprints;
        assert_eq!(fingerprints.len(), 10);
        assert!(fingerprints.iter().all(|(_, digest)| digest.len() == 64));
        assert_eq!(attribution().len(), 5);
        assert!(attribution().iter().all(|credit| credit.licence_link.starts_with("https://")));
    }
}
