//! Visits by the class of the visitor, at stations that are visited by several.

use super::lists::CLASS;
use super::metrics::{self, Metrics};
use super::sums::{VisitCounts, Waits};
use crate::ids::{IdVec, StationId, StreamId};
use crate::observe::{Visit, Visitor};
use crate::world::{Fuel, World};

/// What was measured of the visitors of one class at one station.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Class {
    /// Their visits that arrived in the measured span.
    pub counts: VisitCounts,
    /// Their waits.
    pub waits: Waits,
}

/// The stations that visitors of several classes come to, with each class, the one that goes first before the others.
pub(super) fn classes(world: &World) -> Vec<(StationId, u32)> {
    let taxis = world.taxis.iter().any(|taxi| taxi.fuel == Fuel::Electric);
    let mut of_station: IdVec<StationId, Vec<u32>> = (world.stations.iter())
        .map(|station| if taxis && station.place.is_some() { vec![station.taxi_class] } else { Vec::new() })
        .collect();
    for stream in &world.streams {
        of_station[stream.station].push(stream.class);
    }
    let mut all = Vec::new();
    for (station, mut classes) in world.stations.ids().zip(of_station.iter().cloned()) {
        classes.sort_unstable();
        classes.dedup();
        if classes.len() > 1 {
            all.extend(classes.into_iter().map(|class| (station, class)));
        }
    }
    all
}

/// The sums of all classes while the run goes on; nothing where no station has several.
pub(super) struct Classes {
    of_stream: IdVec<StreamId, Option<u32>>,
    of_taxis: IdVec<StationId, Option<u32>>,
    all: Vec<Class>,
}

impl Classes {
    pub(super) fn new(world: &World) -> Self {
        let classes = classes(world);
        let index = |station: StationId, class: u32| {
            classes.iter().position(|of| *of == (station, class)).map(|index| index as u32)
        };
        if classes.is_empty() {
            return Self { of_stream: IdVec::new(), of_taxis: IdVec::new(), all: Vec::new() };
        }
        Self {
            of_stream: world.streams.iter().map(|stream| index(stream.station, stream.class)).collect(),
            of_taxis: world.stations.enumerate().map(|(id, station)| index(id, station.taxi_class)).collect(),
            all: vec![Class::default(); classes.len()],
        }
    }

    /// The sums that a visit belongs to, if its station has several.
    #[inline]
    pub(super) fn of(&mut self, visit: Visit) -> Option<&mut Class> {
        if self.all.is_empty() {
            return None;
        }
        let index = match visit.visitor {
            Visitor::Taxi(_) => self.of_taxis[visit.station],
            Visitor::WalkIn(stream) => self.of_stream[stream],
        };
        Some(&mut self.all[index? as usize])
    }

    pub(super) fn finish(self) -> Vec<Class> {
        self.all
    }
}

/// The metrics of one class at one station.
pub(super) fn tell(class: &Class) -> Metrics {
    let mut to = Metrics::none(CLASS);
    metrics::counts(&mut to, "", class.counts);
    metrics::waits(&mut to, "", &class.waits);
    to
}
