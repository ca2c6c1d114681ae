//! Plugs that fail, plug-ins that fail, and planned outages.

use super::Engine;
use super::station::{ANY, Clock, Guest};
use crate::ids::{Id, PlugId, StationId};
use crate::observe::{Observation, Observer, Visitor};
use crate::rng::{Purpose, Stream};
use crate::units::{Due, Energy};
use crate::world::World;

/// A plug that fails now and then.
#[derive(Debug)]
pub(super) struct Wearing {
    luck: Stream,
    broken: bool,
}

impl Wearing {
    pub(super) fn new(world: &World, plug: PlugId) -> Self {
        Self { luck: world.chance.get(Purpose::Fault, world.plug_key(plug)), broken: false }
    }
}

impl<O: Observer> Engine<'_, O> {
    /// Writes how long each plug goes on as it is when the run begins, and the beginnings of outages.
    pub(super) fn schedule_faults(&mut self) {
        if let Some(wear) = &self.world.faults.wear {
            for plug in self.world.plugs.ids() {
                let (broken, lasting) = wear.at_start(&mut self.wearing[plug].luck);
                self.agenda.set(self.slots.faults + plug.index(), self.now + lasting);
                if broken {
                    self.wearing[plug].broken = true;
                    self.take_down(self.world.plugs[plug].station, plug..PlugId(plug.0 + 1));
                }
            }
        }
        for (number, outage) in self.world.faults.outages.iter().enumerate() {
            self.agenda.set(self.slots.outages + number, outage.from);
        }
    }

    /// A plug fails, or its repair ends.
    #[inline(never)]
    pub(super) fn fault_changes(&mut self, plug: PlugId) {
        let Some(wear) = &self.world.faults.wear else { return };
        let Wearing { luck, broken } = &mut self.wearing[plug];
        *broken = !*broken;
        let (fails, lasting) = (*broken, if *broken { wear.repair } else { wear.up }.draw(luck));
        self.agenda.set(self.slots.faults + plug.index(), self.now + lasting);
        let station = self.world.plugs[plug].station;
        if fails {
            self.take_down(station, plug..PlugId(plug.0 + 1));
        } else {
            self.bring_up(station, plug..PlugId(plug.0 + 1));
        }
    }

    /// An outage begins or ends.
    #[inline(never)]
    pub(super) fn outage_changes(&mut self, number: usize) {
        let outage = self.world.faults.outages[number];
        let (slot, plugs) = (self.slots.outages + number, self.world.stations[outage.station].plugs.clone());
        if self.now < outage.from + outage.lasting {
            self.agenda.set(slot, outage.from + outage.lasting);
            self.take_down(outage.station, plugs);
        } else {
            self.agenda.clear(slot);
            self.bring_up(outage.station, plugs);
        }
    }

    /// Plugs of a station are out of use from now on: all at once, so that nobody moves from one to another.
    fn take_down(&mut self, station: StationId, plugs: std::ops::Range<PlugId>) {
        let each = || (plugs.start.0..plugs.end.0).map(PlugId);
        for plug in each() {
            if self.stations.take_down(station, plug) {
                self.tell(Observation::PlugDown { station, plug });
                if let Some(taxi) = self.stations.release(station, plug) {
                    self.agenda.clear(plug.index());
                    self.tell(Observation::ReservationLapsed { taxi, station, plug });
                }
            }
        }
        for plug in each() {
            self.cut(plug);
        }
        self.leave_dead_station(station);
    }

    /// Whoever is plugged in has to go.
    fn cut(&mut self, plug: PlugId) {
        let Some((visit, stay)) = self.stations.at_plug(plug).map(|guest| (guest.visit(), guest.stay()))
        else {
            return;
        };
        self.tell(Observation::Cut { visit, plug });
        if stay.is_some() {
            if self.stations.plugged_in(plug) < self.now {
                self.unplug(plug, visit, Energy::ZERO, Due::ZERO);
            } else {
                self.leave_unserved(plug, visit);
            }
        } else {
            self.sessions[plug].settle(self.now);
            self.cut_power(plug);
            self.drive_off(plug, visit, true);
        }
    }

    /// Drivers that wait at a station where no plug that fits works any more leave: taxis look for another. The visitors
    /// of a stream that the scenario gives have no other station, and wait for a repair.
    fn leave_dead_station(&mut self, station: StationId) {
        let mut leaving = std::mem::take(&mut self.leaving);
        let fits = |guest: &Guest| match guest.visit().visitor {
            Visitor::Taxi(taxi) => self.world.taxis[taxi].fits(),
            Visitor::WalkIn(_) => guest.fits(),
        };
        leaving.extend(self.stations.all_waiting_at(station).filter(|guest| {
            let fits = fits(guest);
            fits != ANY && !self.stations.is_live(self.world, station, fits)
        }));
        for guest in leaving.drain(..) {
            self.leave_queue(&guest);
        }
        self.leaving = leaving;
    }

    /// A driver leaves the queue: of a taxi for another station.
    fn leave_queue(&mut self, guest: &Guest) {
        match guest.visit().visitor {
            Visitor::Taxi(taxi) => {
                self.settle(taxi);
                self.renege(taxi, guest.id());
            }
            Visitor::WalkIn(_) => {
                self.give_up(guest.id());
                if guest.clock() != Clock::NONE {
                    self.stop_clock(guest.clock());
                }
            }
        }
    }

    /// Plugs of a station work again, unless something else is wrong with them.
    fn bring_up(&mut self, station: StationId, plugs: std::ops::Range<PlugId>) {
        for plug in (plugs.start.0..plugs.end.0).map(PlugId) {
            if self.stations.bring_up(station, plug) {
                self.tell(Observation::PlugUp { station, plug });
                self.pass_on(plug);
            }
        }
    }
}
