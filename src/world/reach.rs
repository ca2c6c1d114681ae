//! How much of the demand a road graph of one's own reaches.

use super::{needs_roads, network};
use crate::data::{Data, District};
use crate::ids::{DistrictId, IdVec};
use crate::scenario::{Demand, Scenario};

/// Each district's share of the rides that begin there, and of those that end there.
pub(super) fn attraction(demand: &Demand, data: &Data) -> IdVec<DistrictId, f64> {
    let people: f64 = data.districts.iter().map(|district| district.population).sum();
    let jobs: f64 = demand.jobs_share.values().sum();
    let share = |district: &District| {
        let jobs_share = demand.jobs_share.get(&district.key).copied().unwrap_or(0.0) / jobs;
        demand.population_weight * district.population / people
            + (1.0 - demand.population_weight) * jobs_share
    };
    data.districts.iter().map(share).collect()
}

/// The share of a checked scenario's rides that begin beyond the reach of its own road graph; none without such a graph.
pub fn demand_beyond(scenario: &Scenario, data: &Data) -> Option<f64> {
    if data.graph.is_none() || !needs_roads(scenario) {
        return None;
    }
    let ends = network::ends(data);
    let share = |(district, share): (DistrictId, &f64)| {
        let here = || ends.iter().filter(|end| end.district == district);
        let beyond: f64 = here().filter(|end| data.beyond[end.node]).map(|end| end.weight).sum();
        share * beyond / here().map(|end| end.weight).sum::<f64>()
    };
    Some(attraction(&scenario.demand, data).enumerate().map(share).sum())
}
