//! Stations with their plugs and cabinets.

use crate::geo::Point;
use crate::ids::{CabinetId, DistrictId, NodeId, PlugId, StationId};
use crate::units::Power;
use std::ops::Range;

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
    /// What keys its random numbers: its origin and name, so that other stations may come and go.
    pub key: u64,
    /// Its place; none for a queue alone, which no taxi can reach.
    pub place: Option<Place>,
    /// Its plugs.
    pub plugs: Range<PlugId>,
    /// Places to wait; none without limit.
    pub room: Option<u32>,
    /// How many ranks its queue distinguishes; the lowest goes first.
    pub ranks: u8,
    /// The rank of taxis among them.
    pub taxi_rank: u8,
    /// The class of taxis that this rank comes from.
    pub taxi_class: u32,
    /// How many of its plugs fit each inlet.
    pub fitting: [u32; 4],
    /// The inlets that any of its plugs fits, one bit each.
    pub inlets: u8,
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

/// A plug.
#[derive(Clone, Copy, Debug)]
pub struct Plug {
    /// Its station.
    pub station: StationId,
    /// The most power it gives; none where stays are given as times.
    pub power: Option<Power>,
    /// Whether it gives direct current.
    pub direct: bool,
    /// The inlets it fits, one bit each.
    pub fits: u8,
    /// The cabinet it hangs on.
    pub cabinet: CabinetId,
}

/// A cabinet whose plugs share its power.
#[derive(Clone, Debug)]
pub struct Cabinet {
    /// Its plugs.
    pub plugs: Range<PlugId>,
    /// Its power.
    pub power: Power,
}
