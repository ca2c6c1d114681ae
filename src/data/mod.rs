//! The tables the product embeds: parsed from CSV, GeoJSON and TOML text, checked once.
//!
//! Every number about the world that is measured or published stands in one of these tables; what
//! is assumed stands in `data/assumptions.toml` and is read as the bottom layer of every scenario.

use crate::geo::{Point, Polygon};
use crate::ids::{DistrictId, IdVec, NodeId};
use crate::units::Length;

/// All tables.
#[derive(Clone, Debug)]
pub struct Data {
    /// The eight districts, in order of their names.
    pub districts: IdVec<DistrictId, District>,
    /// The arterial road graph.
    pub roads: Roads,
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
    /// Names and blake3 digests of the embedded files, for the manifest.
    pub fingerprints: Vec<(&'static str, String)>,
}

/// A district of the city.
#[derive(Clone, Debug)]
pub struct District {
    /// The key used in scenarios and results, e.g. `almaly`.
    pub key: String,
    /// Its name in English.
    pub name_en: String,
    /// Its name in Russian.
    pub name_ru: String,
    /// Its name in Kazakh.
    pub name_kk: String,
    /// Inhabitants, scaled to the city's total of February 2026.
    pub population: f64,
    /// Its outline.
    pub outline: Polygon,
}

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
    /// Its district; none outside the city's limits.
    pub district: Option<DistrictId>,
    /// Ground height in metres above the sea, approximate: off by 20–60 m at three known points.
    pub height: i32,
    /// The length of all roads of the full graph that are nearer to this node than to any other.
    pub local_roads: Length,
}

/// A two-way road between two nodes.
#[derive(Clone, Debug)]
pub struct RoadEdge {
    /// One end.
    pub from: NodeId,
    /// The other end.
    pub to: NodeId,
    /// Its length.
    pub length: Length,
    /// Its class.
    pub class: RoadClass,
    /// Its course, both ends included, for maps.
    pub course: Vec<Point>,
}

/// OpenStreetMap's classes of roads, most important first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

/// Kinds of days with their own traffic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DayType {
    /// Monday to Friday.
    Weekday,
    /// Saturday.
    Saturday,
    /// Sunday.
    Sunday,
}

/// Yandex jam scores, 0 (free) to 10, by day type and hour of the day.
#[derive(Clone, Debug)]
pub struct Congestion {
    /// Weekday: the mean of the measured Tuesday and Thursday.
    pub weekday: [f64; 24],
    /// The measured Saturday.
    pub saturday: [f64; 24],
    /// The measured Sunday.
    pub sunday: [f64; 24],
}

/// A variant of an electric car.
#[derive(Clone, Debug)]
pub struct Car {
    /// Make, model and variant, e.g. `BYD Song Plus Comfort`.
    pub name: String,
    /// The maker.
    pub make: String,
    /// Usable battery energy.
    pub battery_kwh: f64,
    /// Greatest charging power from alternating current.
    pub ac_kw: f64,
    /// Greatest charging power from direct current.
    pub dc_kw: f64,
    /// Consumption at the WLTP-equivalent rating.
    pub consumption_wh_per_km: f64,
    /// Mass without load; none where the source has none.
    pub curb_weight_kg: Option<f64>,
    /// Whether the cabin is heated by a heat pump; false where the source does not say.
    pub heat_pump: bool,
}

/// Charging power as a share of a car's peak power, piecewise linear over the state of charge.
#[derive(Clone, Debug, PartialEq)]
pub struct ChargeCurve {
    /// Pairs of state of charge (percent, strictly rising from 0 to 100) and share of peak power (0–1).
    pub points: Vec<(f64, f64)>,
}

/// Mean temperature in °C by month (January first) and hour of the day.
#[derive(Clone, Debug)]
pub struct Climate {
    /// `[month][hour]`.
    pub celsius: [[f64; 24]; 12],
}

/// Shares of a day's rides by hour; each sums to one. Borrowed from New York and Chicago.
#[derive(Clone, Debug)]
pub struct DemandProfile {
    /// Monday to Friday.
    pub weekday: [f64; 24],
    /// Saturday and Sunday.
    pub weekend: [f64; 24],
}
