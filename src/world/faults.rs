//! What fails: plugs by chance, stations by plan.

use super::Station;
use super::fleet::span;
use super::law::Law;
use crate::ids::{IdVec, StationId};
use crate::scenario::Scenario;
use crate::units::{Duration, Time};

/// What fails in a world.
#[derive(Clone, Debug)]
pub struct Faults {
    /// Faults of plugs, each by itself.
    pub wear: Option<Wear>,
    /// Share of plug-ins that fail at once.
    pub failing_plug_ins: f64,
    /// Planned outages.
    pub outages: Vec<Outage>,
}

/// How long plugs work, and how long they are under repair.
#[derive(Clone, Copy, Debug)]
pub struct Wear {
    /// From the end of a repair to the next fault.
    pub up: Law,
    /// From a fault to the end of its repair.
    pub repair: Law,
}

/// All plugs of a station are out of use.
#[derive(Clone, Copy, Debug)]
pub struct Outage {
    /// The station.
    pub station: StationId,
    /// When it begins.
    pub from: Time,
    /// How long it lasts.
    pub lasting: Duration,
}

impl Faults {
    pub(super) fn new(scenario: &Scenario, stations: &IdVec<StationId, Station>) -> Self {
        let network = &scenario.network;
        let outages = network.outages.iter().filter_map(|outage| {
            let (station, _) = stations.enumerate().find(|(_, station)| station.name == outage.station)?;
            Some(Outage { station, from: Time::START + span(outage.from), lasting: span(outage.lasting) })
        });
        Self {
            wear: network.faults.map(|faults| Wear {
                up: Law::exponential(faults.mean_up_h * Duration::HOUR.as_millis() as f64),
                repair: Law::new(faults.repair),
            }),
            failing_plug_ins: network.failing_plug_ins,
            outages: outages.collect(),
        }
    }

    /// Whether plugs can be out of use.
    pub fn any(&self) -> bool {
        self.wear.is_some() || !self.outages.is_empty()
    }
}
