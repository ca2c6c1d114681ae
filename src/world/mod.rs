//! What the engine may assume: integers, dense ids, tables. Nothing in a world changes during a run.

use crate::geo::Point;
use crate::ids::{CabinetId, DistrictId, IdVec, ModelId, NodeId, PlugId, StationId, StreamId, TaxiId};
use crate::units::{Duration, Energy, Length, Money, Power, Price, Time};
use std::ops::Range;

/// Everything one replication runs on.
pub struct World {
    /// The end of the warm-up: only what begins from here on is measured.
    pub measured_from: Time,
    /// The end of the run.
    pub horizon: Time,
    /// The day of the week of the first day; Monday is 0.
    pub first_weekday: u8,
    /// The districts' keys.
    pub districts: IdVec<DistrictId, String>,
    /// The stations.
    pub stations: IdVec<StationId, Station>,
    /// The plugs of all stations; a station's plugs are neighbours.
    pub plugs: IdVec<PlugId, Plug>,
    /// The fleet.
    pub taxis: IdVec<TaxiId, Taxi>,
    // … more, for the engine only
}

/// Where a station comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// One of the existing network: its place is synthetic.
    Existing,
    /// One of the planned plots: its place is synthetic.
    Planned,
    /// Written out in the scenario.
    Given,
}

/// A charging station.
#[derive(Clone, Debug)]
pub struct Station {
    /// Its name, unique in the world.
    pub name: String,
    /// Where it comes from.
    pub origin: Origin,
    /// Its place; none for a queue alone, which no taxi can reach.
    pub place: Option<Place>,
    /// Its plugs.
    pub plugs: Range<PlugId>,
}

/// A place in the city.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// The road node that taxis drive to.
    pub node: NodeId,
    /// The district.
    pub district: DistrictId,
    /// Longitude and latitude.
    pub at: Point,
}

/// What drives a taxi.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fuel {
    /// A battery.
    Electric,
    /// Petrol.
    Petrol,
    /// Liquefied petroleum gas.
    Lpg,
}
