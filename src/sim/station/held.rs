//! Plugs held for drivers on the way: neither free nor busy.

use super::{Guest, Stations};
use crate::ids::{IdVec, PlugId, StationId, TaxiId};
use crate::units::Time;
use crate::world::World;

/// Which plugs are held; empty where nobody reserves.
#[derive(Debug, Default)]
pub(super) struct Held {
    holders: IdVec<PlugId, Option<TaxiId>>,
    /// How many plugs of each station are.
    count: IdVec<StationId, u32>,
}

impl Held {
    pub(super) fn new(world: &World) -> Self {
        if world.charging.held.is_none() {
            return Self::default();
        }
        Self {
            holders: world.plugs.iter().map(|_| None).collect(),
            count: world.stations.iter().map(|_| 0).collect(),
        }
    }

    /// How many plugs of a station are held.
    #[inline]
    pub(super) fn count(&self, station: StationId) -> u32 {
        if self.count.is_empty() { 0 } else { self.count[station] }
    }
}

impl Stations {
    /// Who holds a plug.
    #[inline]
    pub(crate) fn holder(&self, plug: PlugId) -> Option<TaxiId> {
        if self.held.holders.is_empty() { None } else { self.held.holders[plug] }
    }

    /// The plug of a station that a taxi holds.
    pub(crate) fn held_by(&self, world: &World, station: StationId, taxi: TaxiId) -> Option<PlugId> {
        if self.held.count(station) == 0 {
            return None;
        }
        world.stations[station].each_plug().find(|&plug| self.holder(plug) == Some(taxi))
    }

    /// A free plug is held for a taxi.
    pub(crate) fn hold(&mut self, station: StationId, plug: PlugId, taxi: TaxiId) {
        self.held.holders[plug] = Some(taxi);
        self.held.count[station] += 1;
        self.flip(station, plug);
    }

    /// A plug is no longer held, so that it is free for who waits as if somebody [left](Self::leave); returns who held
    /// it.
    pub(crate) fn release(&mut self, station: StationId, plug: PlugId) -> Option<TaxiId> {
        let holder = self.holder(plug)?;
        self.held.holders[plug] = None;
        self.held.count[station] -= 1;
        Some(holder)
    }

    /// A guest takes the plug that was held for it.
    pub(crate) fn claim(&mut self, plug: PlugId, guest: Guest, now: Time) {
        let holder = self.release(guest.station(), plug);
        debug_assert!(holder.is_some(), "only a plug that is held is claimed");
        let seat = &mut self.seats[plug];
        (seat.guest, seat.since) = (guest, now);
    }
}
