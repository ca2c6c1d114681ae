//! What the engine may assume: integers, dense ids, tables. Nothing in a world changes during a run.

use crate::geo::Point;
use crate::ids::{DistrictId, IdVec, NodeId, PlugId, StationId, TaxiId};
use crate::units::{Money, Power, Price, Time};
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
    /// What operators pay.
    pub costs: OperatorCosts,
}

/// What an operator of a station pays.
#[derive(Clone, Copy, Debug)]
pub struct OperatorCosts {
    /// Value-added tax contained in each bill, as a share on top of the net price.
    pub vat: f64,
    /// The grid's energy, before VAT.
    pub grid: Price,
    /// Share of the grid's energy that reaches the battery.
    pub efficiency: f64,
    /// Investment per station.
    pub capex: Money,
    /// Yearly cost per station apart from energy.
    pub opex_per_year: Money,
}

/// A plug.
#[derive(Clone, Copy, Debug)]
pub struct Plug {
    /// Its station.
    pub station: StationId,
    /// The most power it gives; none where stays are given as times.
    pub power: Option<Power>,
}

/// A taxi with its driver.
#[derive(Clone, Copy, Debug)]
pub struct Taxi {
    /// What drives it.
    pub fuel: Fuel,
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
