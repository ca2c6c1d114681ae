//! Reservations: a plug held for a driver on the way, by the plug's own slot.

use super::Engine;
use super::station::Guest;
use crate::ids::{Id, PlugId, StationId, TaxiId};
use crate::observe::{Observation, Observer};

impl<O: Observer> Engine<'_, O> {
    /// A driver with the app who sets out to a station reserves a free plug there, one that needs no adapter if there is
    /// one.
    pub(super) fn reserve_plug(&mut self, taxi: TaxiId, station: StationId) {
        let facts = &self.world.taxis[taxi];
        let Some(held) = self.world.charging.held.filter(|_| facts.has_app) else { return };
        let native = self.stations.free_plug(station, facts.inlet.bit());
        let Some(plug) = native.or_else(|| self.stations.free_plug(station, facts.fits())) else { return };
        self.stations.hold(station, plug, taxi);
        self.agenda.set(plug.index(), self.now + held);
        self.tell(Observation::Reserved { taxi, station, plug });
    }

    /// A driver takes the plug that is held.
    pub(super) fn keep(&mut self, taxi: TaxiId, plug: PlugId, guest: Guest) {
        self.agenda.clear(plug.index());
        self.stations.claim(plug, guest, self.now);
        self.tell(Observation::ReservationKept { taxi, station: guest.visit().station, plug });
    }

    /// The time of a reservation is over, or its driver does not come.
    pub(super) fn lapse(&mut self, plug: PlugId) {
        let station = self.world.plugs[plug].station;
        if let Some(taxi) = self.stations.release(station, plug) {
            self.tell(Observation::ReservationLapsed { taxi, station, plug });
            self.pass_on(plug);
        }
    }

    /// Plugs that are held at the horizon.
    pub(super) fn finish_reservations(&mut self) {
        for plug in self.world.plugs.ids() {
            let station = self.world.plugs[plug].station;
            if let Some(taxi) = self.stations.holder(plug) {
                self.tell(Observation::ReservationUnfinished { taxi, station, plug });
            }
        }
    }
}
