//! Visits to stations: arriving, waiting, charging, leaving; by taxis and by walk-ins.

use super::session::{Charge, Session, Wish};
use super::station::{Arrival, Guest, GuestId};
use super::taxi::Activity;
use super::{Engine, Waiter, policy};
use crate::ids::{Id, ModelId, PlugId, StationId, StreamId, TaxiId, VisitId, each};
use crate::observe::{Cost, Observation, Observer, Visit, Visitor};
use crate::units::{Energy, Money, Power, Soc, Time};
use crate::world::{Inlet, Need, share};

/// Stations beyond the habitual attempts that a driver still tries when refused, before going home.
const LAST_TRIES: u8 = 8;

impl<O: Observer> Engine<'_, O> {
    // A taxi charges.

    /// Sends a taxi to the station of its choice; home if there is none left to try.
    pub(super) fn seek_charge(&mut self, taxi: TaxiId) {
        let car = &self.cars[taxi];
        let tired = car.attempts > self.world.habits.attempts.saturating_add(LAST_TRIES);
        let station = policy::station(self.world, &self.stations, self.now, taxi, car).filter(|_| !tired);
        match station {
            Some(station) => self.drive_to_station(taxi, station),
            None => {
                if policy::nearest(self.world, taxi, car.node).is_none() {
                    self.tell(Observation::WithoutPlug { taxi });
                }
                self.head_home(taxi);
            }
        }
    }

    pub(super) fn drive_to_station(&mut self, taxi: TaxiId, station: StationId) {
        let to = self.world.stations[station].place.expect("taxis choose stations with a place").node;
        let trip = self.trip(taxi, self.cars[taxi].node, to, self.now);
        self.depart(taxi, Activity::SeekingCharge(station), trip);
    }

    /// A taxi stands at a station's entrance.
    pub(super) fn visit(&mut self, taxi: TaxiId, station: StationId) {
        let facts = &self.world.taxis[taxi];
        let stored = self.cars[taxi].stored;
        let wish = Wish::Charge(Charge { model: facts.model, stored, target: policy::target(self.world, taxi) });
        let guest = self.guest(station, Visitor::Taxi(taxi), facts.inlet.bit(), 0, wish);
        self.tell(Observation::Arrived(guest.visit));
        // A driver who has tried often enough stays, and one without energy cannot leave.
        let stays = stored == Energy::ZERO || self.cars[taxi].attempts >= self.world.habits.attempts;
        if !stays && policy::balks(self.world, &self.stations, &guest, &mut self.drivers[taxi]) {
            self.tell(Observation::Balked(guest.visit));
            self.cars[taxi].shun(station);
            return self.seek_charge(taxi);
        }
        match self.stations.arrive(self.world, guest) {
            Arrival::Plug(plug) => self.plug_in(plug),
            Arrival::Queue(waiting) => {
                self.tell(Observation::Queued(guest.visit));
                let patience = (!stays).then(|| self.world.habits.patience.draw(&mut self.drivers[taxi]));
                self.begin(taxi, Activity::Queued(waiting), patience);
            }
            Arrival::Refused => {
                self.tell(Observation::Refused(guest.visit));
                self.cars[taxi].shun(station);
                self.seek_charge(taxi);
            }
        }
    }

    /// A queued driver's patience has run out.
    pub(super) fn renege(&mut self, taxi: TaxiId, waiting: GuestId) {
        let visit = self.stations.renege(waiting);
        self.tell(Observation::Reneged(visit));
        self.cars[taxi].shun(visit.station);
        self.seek_charge(taxi);
    }

    /// The tow has brought a taxi to a station, or home.
    pub(super) fn towed(&mut self, taxi: TaxiId, to: Option<StationId>) {
        self.tell(Observation::Paid { taxi, what: Cost::Tow, amount: self.world.prices.tow });
        match to.and_then(|station| Some((station, self.world.stations[station].place?))) {
            Some((station, place)) => {
                self.cars[taxi].node = place.node;
                self.visit(taxi, station);
            }
            None => {
                self.cars[taxi].node = self.world.taxis[taxi].home;
                self.end_shift(taxi);
            }
        }
    }

    // A walk-in visits.

    /// Writes the time of a stream's next arrival.
    pub(super) fn schedule_walk_in(&mut self, stream: StreamId) {
        let facts = &self.world.streams[stream];
        let gap = facts.gap.draw(&mut self.walk_ins[stream].arrivals);
        let gap = match facts.need {
            Need::Stay(_) => gap,
            Need::Charge(_) => self.world.private.rhythm.after(self.now, gap),
        };
        self.agenda.set(self.slots.streams + stream.index(), self.now + gap);
    }

    /// A walk-in arrives.
    pub(super) fn walk_in(&mut self, stream: StreamId) {
        self.schedule_walk_in(stream);
        let facts = &self.world.streams[stream];
        let chance = &mut self.walk_ins[stream];
        let (fits, wish) = match &facts.need {
            Need::Stay(law) => (u8::MAX, Wish::Stay(law.draw(&mut chance.stay))),
            Need::Charge(inlets) => {
                let share = chance.stay.uniform() * inlets[3];
                let inlet = Inlet::ALL[inlets.partition_point(|&sum| sum <= share).min(3)];
                let model = ModelId::new(chance.stay.sample(&self.world.private.mix));
                let capacity = self.world.models[model].battery.capacity;
                let soc: f64 = chance.stay.sample(&self.world.private.arrival_soc);
                let target = policy::full(self.world.habits.stop_at.of(capacity), capacity);
                let stored = Soc::from_share_f64(soc).of(capacity).min(target);
                (inlet.bit(), Wish::Charge(Charge { model, stored, target }))
            }
        };
        // Drawn for every visitor, so that a different queue changes nobody's patience.
        let patience = facts.patience.map(|law| law.draw(&mut chance.patience));
        let guest = self.guest(facts.station, Visitor::WalkIn, fits, facts.rank, wish);
        self.tell(Observation::Arrived(guest.visit));
        if policy::balks(self.world, &self.stations, &guest, &mut self.walk_ins[stream].patience) {
            self.tell(Observation::Balked(guest.visit));
            return;
        }
        match self.stations.arrive(self.world, guest) {
            Arrival::Plug(plug) => self.plug_in(plug),
            Arrival::Queue(waiting) => {
                self.tell(Observation::Queued(guest.visit));
                if let Some(patience) = patience {
                    let clock = self.start_clock(Waiter::WalkIn(waiting), patience);
                    self.stations.set_clock(waiting, clock);
                }
            }
            Arrival::Refused => self.tell(Observation::Refused(guest.visit)),
        }
    }

    /// Somebody who begins a visit now.
    fn guest(&mut self, station: StationId, visitor: Visitor, fits: u8, rank: u8, wish: Wish) -> Guest {
        let visit = Visit { id: VisitId(self.visits), station, visitor, arrived: self.now };
        self.visits = self.visits.wrapping_add(1);
        Guest { visit, fits, rank, wish, clock: None }
    }

    // A session.

    /// The guest that has just taken a plug begins a session.
    #[inline(always)]
    fn plug_in(&mut self, plug: PlugId) {
        let Some(&Guest { visit, wish, .. }) = self.stations.at_plug(plug) else { return };
        match wish {
            Wish::Stay(stay) => {
                self.sessions[plug].plugged_in = self.now;
                self.tell(Observation::PluggedIn { visit, plug });
                self.agenda.set(plug.index(), self.now + stay);
            }
            Wish::Charge(mut charge) => {
                if let Visitor::Taxi(taxi) = visit.visitor {
                    self.settle(taxi);
                    charge.stored = self.cars[taxi].stored;
                    self.begin(taxi, Activity::Charging, None);
                }
                self.tell(Observation::PluggedIn { visit, plug });
                self.sessions[plug] = Session::charge(self.now, charge);
                self.share_cabinet(plug);
            }
        }
    }

    /// The session at a plug ends, or its power does.
    #[inline]
    pub(super) fn session_changes(&mut self, plug: PlugId) {
        if self.sessions[plug].charge.is_some() {
            let session = &mut self.sessions[plug];
            session.settle(self.now);
            if session.charge.is_some_and(|charge| charge.stored < charge.target) {
                return self.share_cabinet(plug);
            }
        }
        self.unplug(plug);
    }

    /// Ends a session; the next in the queue takes the plug, and a taxi that leaves finds its next task.
    #[inline]
    fn unplug(&mut self, plug: PlugId) {
        let Some(&Guest { visit, .. }) = self.stations.at_plug(plug) else { return };
        let Session { plugged_in, charge, .. } = self.sessions[plug];
        let (mut energy, mut bill) = (Energy::ZERO, Money::ZERO);
        if charge.is_some() {
            let Session { power, powered, gained, .. } = std::mem::replace(&mut self.sessions[plug], Session::none());
            self.tell_power(plug, Power::ZERO, power, powered);
            energy = gained;
            bill = self.world.prices.charging * energy;
        }
        self.tell(Observation::Unplugged { visit, plug, plugged_in, energy, bill });
        match self.stations.leave(self.world, plug) {
            Some(next) => {
                if let Some(clock) = self.stations.guest(next).clock {
                    self.stop_clock(clock);
                }
                self.plug_in(plug);
            }
            None => {
                self.agenda.clear(plug.index());
                if charge.is_some() {
                    self.share_cabinet(plug);
                }
            }
        }
        if let Visitor::Taxi(taxi) = visit.visitor {
            let car = &mut self.cars[taxi];
            car.stored += energy;
            car.forgive();
            self.next_task(taxi);
        }
    }

    /// Shares the power of a plug's cabinet anew among its sessions, and writes when each should be looked at again.
    fn share_cabinet(&mut self, plug: PlugId) {
        let world = self.world;
        let cabinet = &world.cabinets[world.plugs[plug].cabinet];
        let mut takes = std::mem::take(&mut self.takes);
        takes.clear();
        for plug in each(&cabinet.plugs) {
            let session = &mut self.sessions[plug];
            session.settle(self.now);
            takes.extend(session.charge.map(|charge| charge.takes(world, &world.plugs[plug])));
        }
        share(cabinet.power, &mut takes);
        let mut shares = takes.iter();
        for plug in each(&cabinet.plugs) {
            let session = &mut self.sessions[plug];
            let Some(charge) = session.charge else { continue };
            // A watt at least, so that every session ends.
            let power = (*shares.next().expect("one share a session")).max(Power::watts(1));
            let next = self.now + charge.lasting(world, &world.plugs[plug], power);
            self.agenda.set(plug.index(), next);
            let (before, since) = (session.power, session.powered);
            if power != before {
                (session.power, session.powered) = (power, self.now);
                self.tell_power(plug, power, before, since);
            }
        }
        self.takes = takes;
    }

    fn tell_power(&mut self, plug: PlugId, power: Power, before: Power, since: Time) {
        let station = self.world.plugs[plug].station;
        self.tell(Observation::Drawing { station, plug, power, before, since });
    }

    /// Visits that wait or charge at the horizon.
    pub(super) fn finish_visits(&mut self) {
        let waiting: Vec<Visit> = self.stations.all_waiting().map(|guest| guest.visit).collect();
        for visit in waiting {
            self.tell(Observation::VisitUnfinished { visit, session: None });
        }
        for plug in self.world.plugs.ids() {
            let Some(&Guest { visit, .. }) = self.stations.at_plug(plug) else { continue };
            let session = &mut self.sessions[plug];
            session.settle(self.now);
            let Session { power, powered, gained, .. } = *session;
            if power > Power::ZERO {
                self.tell_power(plug, Power::ZERO, power, powered);
            }
            if let Visitor::Taxi(taxi) = visit.visitor {
                self.cars[taxi].stored += gained;
            }
            self.tell(Observation::VisitUnfinished { visit, session: Some((plug, gained)) });
        }
    }
}
