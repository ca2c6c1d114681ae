//! Plugs that are out of use: neither free nor busy.

use super::{ANY, Stations};
use crate::ids::{IdVec, PlugId, StationId};
use crate::world::World;

/// How many plugs are out of use; empty where none can be.
#[derive(Debug, Default)]
pub(super) struct Out {
    /// How many of each station are.
    down: IdVec<StationId, u32>,
}

impl Out {
    pub(super) fn new(world: &World) -> Self {
        if !world.faults.any() {
            return Self::default();
        }
        Self { down: world.stations.iter().map(|_| 0).collect() }
    }

    /// How many plugs of a station are out of use.
    #[inline]
    pub(super) fn down(&self, station: StationId) -> u32 {
        if self.down.is_empty() { 0 } else { self.down[station] }
    }
}

impl Stations {
    /// Whether a plug is out of use.
    #[inline]
    pub(crate) fn is_out(&self, plug: PlugId) -> bool {
        self.seats[plug].out > 0
    }

    /// Whether a station has a plug for one of these inlets that is not out of use.
    pub(crate) fn is_live(&self, world: &World, station: StationId, fits: u8) -> bool {
        let facts = &world.stations[station];
        if self.out.down(station) == 0 {
            return fits == ANY || facts.inlets & fits != 0;
        }
        facts.each_plug().any(|plug| world.plugs[plug].fits & fits != 0 && !self.is_out(plug))
    }

    /// A plug is out of use, for one more reason; false if it was before. Who is plugged in has to
    /// [`leave`](Self::leave), and who holds it by [`release`](Self::release).
    pub(crate) fn take_down(&mut self, station: StationId, plug: PlugId) -> bool {
        let reasons = &mut self.seats[plug].out;
        *reasons += 1;
        if *reasons > 1 {
            return false;
        }
        self.out.down[station] += 1;
        if self.at_plug(plug).is_none() && self.holder(plug).is_none() {
            self.flip(station, plug);
        }
        true
    }

    /// One reason less why a plug is out of use; true if that was the last, so that it is free for who waits, as
    /// if somebody [left](Self::leave).
    pub(crate) fn bring_up(&mut self, station: StationId, plug: PlugId) -> bool {
        let reasons = &mut self.seats[plug].out;
        *reasons -= 1;
        if *reasons > 0 {
            return false;
        }
        self.out.down[station] -= 1;
        true
    }
}
