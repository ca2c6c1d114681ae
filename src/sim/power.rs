//! Power: how a cabinet, and where the grid is limited a district, shares it among sessions.

use super::Engine;
use crate::ids::{CabinetId, Id, PlugId, each};
use crate::observe::{Observation, Observer};
use crate::units::{Power, Time};
use crate::world::{Feeder, share};
use std::slice;

impl<O: Observer> Engine<'_, O> {
    /// Shares anew the power of a plug's cabinet among its sessions, and writes when each should be looked at again.
    ///
    /// Where the grid cannot spare what its district would then draw, or could not before, all the district's
    /// sessions share anew.
    pub(super) fn share_power(&mut self, plug: PlugId) {
        let world = self.world;
        let cabinet = world.plugs[plug].cabinet;
        let mut powers = std::mem::take(&mut self.powers);
        powers.clear();
        self.wanted(cabinet, &mut powers);
        let feeder = world.feeder(plug).filter(|feeder| self.binds(feeder, cabinet, &powers));
        let cabinets = match feeder {
            None => slice::from_ref(&cabinet),
            Some(feeder) => {
                powers.clear();
                feeder.cabinets.iter().for_each(|&cabinet| self.wanted(cabinet, &mut powers));
                &feeder.cabinets
            }
        };
        let lowered = feeder.map_or(0, |feeder| feeder.curtail(&mut powers));
        let mut shares = powers.iter();
        for plug in cabinets.iter().flat_map(|cabinet| each(&world.cabinets[*cabinet].plugs)) {
            let session = &mut self.sessions[plug];
            let Some(charge) = session.charge() else { continue };
            let power = *shares.next().expect("one share a session");
            let next = self.now + charge.lasting(world, &world.plugs[plug], power);
            self.agenda.set(plug.index(), next.min(session.until).max(self.now));
            let (before, since) = (session.power, session.powered);
            if power != before {
                session.set_power(self.now, power, &world.tariffs[world.plugs[plug].station]);
                self.tell_power(plug, power, before, since);
            }
        }
        self.powers = powers;
        if let Some(Feeder { district, .. }) = feeder
            && std::mem::replace(&mut self.curtailed[*district], lowered) != lowered
        {
            self.tell(Observation::Curtailed { district: *district, sessions: lowered });
        }
    }

    /// Appends what each session of a cabinet would draw, a watt at least, so that every session ends.
    fn wanted(&mut self, cabinet: CabinetId, powers: &mut Vec<Power>) {
        let cabinet = &self.world.cabinets[cabinet];
        let first = powers.len();
        for plug in each(&cabinet.plugs) {
            let session = &mut self.sessions[plug];
            session.settle(self.now);
            powers.extend(session.charge().map(|charge| charge.takes(self.world, &self.world.plugs[plug])));
        }
        share(cabinet.power, &mut powers[first..]);
        powers[first..].iter_mut().for_each(|power| *power = (*power).max(Power::watts(1)));
    }

    /// Whether a district's feeder lowers a session, or would if this cabinet drew these powers. While it lowers
    /// none, each of the district's sessions draws what it wants.
    fn binds(&self, feeder: &Feeder, cabinet: CabinetId, wanted: &[Power]) -> bool {
        let now: Power =
            each(&self.world.cabinets[cabinet].plugs).map(|plug| self.sessions[plug].power).sum();
        let wanted: Power = wanted.iter().copied().sum();
        self.curtailed[feeder.district] > 0 || self.drawn[feeder.district] - now + wanted > feeder.power
    }

    /// Tells of the power at a plug.
    pub(super) fn tell_power(&mut self, plug: PlugId, power: Power, before: Power, since: Time) {
        if let Some(feeder) = self.world.feeder(plug) {
            self.drawn[feeder.district] += power - before;
        }
        let station = self.world.plugs[plug].station;
        self.tell(Observation::Drawing { station, plug, power, before, since });
    }
}
