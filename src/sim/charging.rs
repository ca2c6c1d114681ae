//! Visits to stations: arriving, waiting, charging, leaving; by taxis and by walk-ins.

use super::choice::{self, Goal};
use super::policy::{self, View};
use super::session::{Charge, Phase, Session};
use super::station::{ANY, Arrival, Clock, Departure, Guest, GuestId};
use super::taxi::Activity;
use super::{Engine, Waiter};
use crate::ids::{Id, PlugId, StationId, StreamId, TaxiId, VisitId};
use crate::observe::{Cost, Observation, Observer, Visit, Visitor};
use crate::rng::{self, Purpose, Stream};
use crate::units::{Due, Duration, Energy, Power, Time};
use crate::world::{Comer, Need, World};
use std::hint::cold_path;

/// Stations beyond the habitual attempts that a driver still tries when refused, before going home.
const LAST_TRIES: u16 = 8;

impl<O: Observer> Engine<'_, O> {
    // A taxi charges.

    /// Sends a taxi to the station of its choice; home if there is none left to try.
    pub(super) fn seek_charge(&mut self, taxi: TaxiId) {
        let car = &self.cars[taxi];
        let tired = car.attempts > u16::from(self.world.habits.attempts) + LAST_TRIES;
        let view = View {
            world: self.world,
            stations: &self.stations,
            learned: &self.learned,
            on_lanes: self.on_lanes,
            now: self.now,
        };
        let goal = choice::choose(&view, taxi, car, car.choices, &mut self.options).filter(|_| !tired);
        self.cars[taxi].choices += 1;
        match goal {
            Some(Goal::Station(station)) => self.drive_to_station(taxi, station),
            Some(Goal::Home) => self.drive_to_own_charger(taxi),
            None => {
                if policy::nearest(self.world, taxi, self.cars[taxi].node).is_none() {
                    self.tell(Observation::WithoutPlug { taxi });
                }
                self.drive_home(taxi);
            }
        }
    }

    pub(super) fn drive_to_station(&mut self, taxi: TaxiId, station: StationId) {
        let to = self.world.stations[station].place.expect("taxis choose stations with a place").node;
        let trip = self.trip(taxi, self.cars[taxi].node, to, self.now);
        self.depart(taxi, Activity::SeekingCharge(station), trip);
        self.reserve_plug(taxi, station);
    }

    fn drive_to_own_charger(&mut self, taxi: TaxiId) {
        let trip = self.trip(taxi, self.cars[taxi].node, self.world.taxis[taxi].home, self.now);
        self.depart(taxi, Activity::SeekingHome, trip);
    }

    /// A taxi stands at its driver's own charger: it charges there as long as at a plug, at most to the end of the shift.
    pub(super) fn charge_at_home(&mut self, taxi: TaxiId) {
        let power = self.world.taxis[taxi].home_power.expect("only drivers with a charger choose it");
        let need = policy::target(self.world, self.now, taxi, &self.cars[taxi]) - self.cars[taxi].stored;
        let left = self.cars[taxi].shift_ends - self.now;
        let lasting = (need.max(Energy::ZERO) / power).min(left).max(Duration::ZERO);
        self.cars[taxi].forgive();
        self.begin(taxi, Activity::ChargingAtHome, Some(lasting));
    }

    /// Drivers tell each other how long one of them waited at a station.
    fn spread_word(&mut self, visit: Visit) {
        if let (Some(ppm), Visitor::Taxi(_)) = (self.world.charging.new_wait_ppm, visit.visitor) {
            let known = &mut self.learned[visit.station];
            let news = (self.now - visit.arrived - *known).as_millis();
            *known += Duration::from_millis(news * ppm / 1_000_000);
        }
    }

    /// A taxi stands at a station's entrance.
    pub(super) fn visit(&mut self, taxi: TaxiId, station: StationId) {
        let facts = &self.world.taxis[taxi];
        let stored = self.cars[taxi].stored;
        // By now there may be too little to gain; a car without any energy cannot drive on.
        if stored
            >= policy::enough(self.world, self.now, taxi, &self.cars[taxi]).max(Energy::from_millijoules(1))
        {
            if let Some(plug) = self.stations.held_by(self.world, station, taxi) {
                self.lapse(plug);
            }
            return self.next_task(taxi);
        }
        let charge = policy::charge(self.world, self.now, taxi, &self.cars[taxi]);
        // An adapter stays in the boot where a plug is free that fits without it.
        let native = facts.adapter && self.stations.free_plug(station, charge.native).is_some();
        let fits = if native { charge.native } else { facts.fits() };
        let visit = self.new_visit(station, Visitor::Taxi(taxi));
        // What is drawn at a visit is keyed by it, so that another queue here changes nothing elsewhere.
        let key = rng::key(&[taxi.0.into(), self.cars[taxi].visits.into()]);
        self.cars[taxi].visits += 1;
        let mut chance = self.world.chance.get(Purpose::Driver, key);
        let (sight, luck) = (chance.uniform(), chance.word());
        let rank = self.world.stations[station].taxi_rank;
        if let Some(plug) = self.stations.held_by(self.world, station, taxi) {
            let guest = Guest::to_charge(visit, charge, facts.fits(), rank).with_luck(luck);
            self.keep(taxi, plug, guest);
            return self.plug_in(plug, &guest);
        }
        if self.is_dead(station, fits) {
            self.tell(Observation::Refused(visit));
            self.cars[taxi].shun(station);
            return self.seek_charge(taxi);
        }
        // A driver who has tried often enough stays, and one without energy cannot leave.
        let stays =
            stored == Energy::ZERO || self.cars[taxi].attempts >= u16::from(self.world.habits.attempts);
        if !stays
            && policy::balks(self.world, &self.stations, station, fits, charge, sight)
            && self.view().can_leave(taxi, &self.cars[taxi], station)
        {
            self.tell(Observation::Balked(visit));
            self.cars[taxi].shun(station);
            return self.seek_charge(taxi);
        }
        let guest = Guest::to_charge(visit, charge, fits, rank).with_luck(luck);
        match self.stations.arrive(self.world, &guest, self.now) {
            Arrival::Plug(plug) => self.plug_in(plug, &guest),
            Arrival::Queue => {
                self.tell(Observation::Queued(visit));
                let patience = (!stays).then(|| self.world.habits.patience.draw(&mut chance));
                self.cars[taxi].patient_until = patience.map_or(Time::NEVER, |patience| self.now + patience);
                self.wait_on(taxi, guest.id());
            }
            Arrival::Refused => {
                self.tell(Observation::Refused(visit));
                self.cars[taxi].shun(station);
                self.seek_charge(taxi);
            }
        }
    }

    /// Waits for a plug: until the driver's patience ends or, with the app, until the driver looks at other stations.
    fn wait_on(&mut self, taxi: TaxiId, waiting: GuestId) {
        let patience = self.cars[taxi].patient_until;
        let look = match &self.world.charging.jockey {
            Some(jockey) if self.world.taxis[taxi].has_app => self.now + jockey.looks_every,
            Some(_) | None => Time::NEVER,
        };
        let next = patience.min(look);
        self.begin(taxi, Activity::Queued(waiting), (next < Time::NEVER).then(|| next - self.now));
    }

    /// A queued driver loses patience, moves to another station, or waits on.
    pub(super) fn wait_or_leave(&mut self, taxi: TaxiId, waiting: GuestId) {
        self.settle(taxi);
        if self.now >= self.cars[taxi].patient_until {
            if self.view().can_leave(taxi, &self.cars[taxi], waiting.station()) {
                return self.renege(taxi, waiting);
            }
            self.cars[taxi].patient_until = Time::NEVER;
        }
        let car = &self.cars[taxi];
        let before = self.stations.before(waiting);
        let better = policy::better_queue(&self.view(), taxi, car, waiting.station(), before);
        match better {
            Some(station) => {
                let visit = self.stations.renege(waiting).visit();
                self.tell(Observation::Jockeyed { visit, to: station });
                self.tell(Observation::Reneged(visit));
                self.cars[taxi].shun(visit.station);
                self.drive_to_station(taxi, station);
            }
            None => self.wait_on(taxi, waiting),
        }
    }

    /// A queued driver's patience has run out.
    pub(super) fn renege(&mut self, taxi: TaxiId, waiting: GuestId) {
        let visit = self.stations.renege(waiting).visit();
        self.tell(Observation::Reneged(visit));
        self.spread_word(visit);
        self.cars[taxi].shun(visit.station);
        self.seek_charge(taxi);
    }

    /// A walk-in leaves the queue.
    pub(super) fn give_up(&mut self, waiting: GuestId) {
        let guest = self.stations.renege(waiting);
        self.tell(Observation::Reneged(guest.visit()));
        self.go_away(guest.returns());
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

    /// A walk-in arrives.
    #[inline(always)]
    pub(super) fn walk_in(&mut self, stream: StreamId) {
        let feed = &mut self.feeds[stream];
        let Need::Stay(_) = feed.facts.need else { return self.walk_in_to_charge(stream) };
        // A car that comes back does so when it has left.
        let next = if feed.facts.returns { Time::NEVER } else { self.now + feed.next_in() };
        self.agenda.set_source(self.slots.streams + stream.index(), next);
        let stay = feed.next_stay;
        // Drawn for every visitor, so that a different queue changes nobody's patience.
        let patience = feed.facts.patience.as_ref().map(|law| law.draw(&mut feed.patience));
        feed.draw_ahead();
        let guest = feed.guest.staying(VisitId(self.visits), self.now, stay);
        self.visits = self.visits.wrapping_add(1);
        self.tell(Observation::Arrived(guest.visit()));
        self.take_in(guest, patience);
    }

    /// A walk-in comes for energy: a private car with an inlet that fits one of the station's plugs, or one of a
    /// stream that the scenario gives.
    #[inline(never)]
    fn walk_in_to_charge(&mut self, stream: StreamId) {
        let feed = &mut self.feeds[stream];
        let next =
            if feed.facts.returns { Time::NEVER } else { self.now + feed.next_from(self.world, self.now) };
        self.agenda.set_source(self.slots.streams + stream.index(), next);
        let charge = match &feed.facts.need {
            Need::Charge(inlets) => match private_charge(self.world, self.now, inlets, &mut feed.stay) {
                Some(charge) => charge,
                // Whose battery is full enough drives on.
                None => return feed.draw_ahead(),
            },
            Need::Energy(law) => Charge {
                model: self.world.flat,
                stored: Energy::ZERO,
                target: law.draw_energy(&mut feed.stay),
                cold: self.world.conditions.cold(self.now),
                native: ANY,
            },
            Need::Stay(_) => unreachable!("who stays for a time comes for no energy"),
        };
        let patience = feed.facts.patience.as_ref().map(|law| law.draw(&mut feed.patience));
        // Drawn for every visitor as well.
        let (sight, luck) = (feed.patience.uniform(), feed.patience.word());
        let guest =
            feed.guest.charging(VisitId(self.visits), self.now, charge, charge.native).with_luck(luck);
        let is_driver = matches!(feed.facts.need, Need::Charge(_));
        self.visits = self.visits.wrapping_add(1);
        feed.draw_ahead();
        let visit = guest.visit();
        self.tell(Observation::Arrived(visit));
        // A driver goes on where no plug works; who has no other station waits for a repair.
        if is_driver && self.is_dead(visit.station, charge.native) {
            return self.tell(Observation::Refused(visit));
        }
        if is_driver && policy::balks(self.world, &self.stations, visit.station, charge.native, charge, sight)
        {
            return self.tell(Observation::Balked(visit));
        }
        self.take_in(guest, patience);
    }

    /// A car of this stream, if it is one that comes back, goes away for the time drawn.
    #[inline(always)]
    pub(super) fn go_away(&mut self, returns: Option<StreamId>) {
        if let Some(stream) = returns {
            let feed = &mut self.feeds[stream];
            let back = self.now + feed.next_in();
            feed.gap = feed.facts.gap.draw_fine(&mut feed.arrivals);
            self.agenda.set_source(self.slots.streams + stream.index(), back);
        }
    }

    /// Whether every plug of a station that fits is out of use.
    fn is_dead(&self, station: StationId, fits: u8) -> bool {
        self.world.faults.any() && !self.stations.is_live(self.world, station, fits)
    }

    /// Somebody begins a visit now.
    fn new_visit(&mut self, station: StationId, visitor: Visitor) -> Visit {
        let visit = Visit { id: VisitId(self.visits), station, visitor, arrived: self.now };
        self.visits = self.visits.wrapping_add(1);
        self.tell(Observation::Arrived(visit));
        visit
    }

    /// A walk-in takes a plug, waits, or is refused.
    #[inline(always)]
    fn take_in(&mut self, guest: Guest, patience: Option<Duration>) {
        match self.stations.arrive(self.world, &guest, self.now) {
            Arrival::Plug(plug) => self.plug_in(plug, &guest),
            Arrival::Queue => {
                self.tell(Observation::Queued(guest.visit()));
                if let Some(patience) = patience {
                    let clock = self.start_clock(Waiter::WalkIn(guest.id()), patience);
                    self.stations.set_clock(guest.id(), clock);
                }
            }
            Arrival::Refused => {
                self.tell(Observation::Refused(guest.visit()));
                self.go_away(guest.returns());
            }
        }
    }

    // A session.

    /// The guest that has just taken a plug begins a session.
    #[inline(always)]
    fn plug_in(&mut self, plug: PlugId, guest: &Guest) {
        match guest.stay() {
            Some(stay) => {
                let visit = guest.visit();
                self.tell(Observation::PluggedIn { visit, plug });
                self.agenda.set(plug.index(), self.now + stay);
            }
            None => self.begin_charge(plug),
        }
    }

    /// The guest that has just taken a plug begins to charge. If the plug-in fails, the next in the queue tries, and so
    /// on: one after the other, since thousands may wait.
    #[inline(never)]
    fn begin_charge(&mut self, plug: PlugId) {
        while self.fails(plug) {
            let next = self.give_up_plug(plug);
            let Some(next) = next else { return self.agenda.clear(plug.index()) };
            if next.clock() != Clock::NONE {
                self.stop_clock(next.clock());
            }
            if next.stay().is_some() {
                return self.plug_in(plug, &next);
            }
        }
        self.charge_at(plug);
    }

    /// Whether the plug-in of the guest at a plug fails.
    fn fails(&self, plug: PlugId) -> bool {
        let fails = self.world.faults.failing_plug_ins;
        let luck = || self.world.chance.get(Purpose::Session, self.stations.occupant(plug).luck()).uniform();
        fails > 0.0 && luck() < fails
    }

    /// The guest at a plug leaves without having charged, and the next in the queue takes it, if there is one.
    fn give_up_plug(&mut self, plug: PlugId) -> Option<Guest> {
        let guest = *self.stations.occupant(plug);
        let visit = guest.visit();
        if let Visitor::Taxi(taxi) = visit.visitor {
            self.settle(taxi);
        }
        self.tell(Observation::Failed { visit, plug, plugged_in: None });
        let next = match self.stations.leave(plug, self.now) {
            Departure::Next(next) => Some(next),
            Departure::Nobody => None,
            Departure::Further => self.stations.offer(plug, self.now),
        };
        self.go_away(guest.returns());
        if let Visitor::Taxi(taxi) = visit.visitor {
            self.cars[taxi].shun(visit.station);
            self.choose_again(taxi);
        }
        next
    }

    /// A driver who came for energy and got none looks for another station, unless there is no need any more.
    fn choose_again(&mut self, taxi: TaxiId) {
        if policy::wants_more(self.world, self.now, taxi, &self.cars[taxi]) {
            self.seek_charge(taxi);
        } else {
            self.next_task(taxi);
        }
    }

    /// The plug-in of the guest that has just taken a plug has worked.
    fn charge_at(&mut self, plug: PlugId) {
        let cold = self.world.conditions.cold(self.now);
        let guest = self.stations.at_plug(plug).map(|guest| (guest.visit(), guest.charge(cold)));
        let Some((visit, Some(mut charge))) = guest else { return };
        if let Visitor::Taxi(taxi) = visit.visitor {
            self.settle(taxi);
            charge.stored = self.cars[taxi].stored;
            self.begin(taxi, Activity::Charging, None);
        }
        self.tell(Observation::PluggedIn { visit, plug });
        self.spread_word(visit);
        let others = self.stations.busy(visit.station) - 1;
        let price = self.world.price(visit.station, self.now, Some(others));
        let at_most = self.world.charging.session_at_most;
        if charge.needs_adapter(&self.world.plugs[plug]) {
            self.sessions[plug] = Session::new(self.now, Phase::Fitting(charge), price, at_most);
            self.agenda.set(plug.index(), self.now + self.world.charging.fitting);
            return;
        }
        self.sessions[plug] = Session::new(self.now, Phase::Charging(charge), price, at_most);
        self.share_power(plug);
    }

    /// The session at a plug ends, or its power does, or nobody comes to a plug that is held.
    #[inline(always)]
    pub(super) fn session_changes(&mut self, plug: PlugId) {
        let guest = self.stations.occupant(plug);
        match guest.stay() {
            Some(_) => self.unplug(plug, guest.visit(), Energy::ZERO, Due::ZERO),
            None => self.charge_changes(plug),
        }
    }

    /// A battery is full, or takes another power from now on, or nobody came to a plug that was held. A taxi that is
    /// full finds its next task.
    #[inline(never)]
    fn charge_changes(&mut self, plug: PlugId) {
        let Some(visit) = self.stations.at_plug(plug).map(Guest::visit) else { return self.lapse(plug) };
        let session = &mut self.sessions[plug];
        session.settle(self.now);
        match session.phase {
            Phase::Fitting(charge) => {
                session.phase = Phase::Charging(charge);
                self.share_power(plug);
            }
            Phase::Charging(_) if !session.is_over(self.now) => self.share_power(plug),
            Phase::Charging(_) => {
                self.cut_power(plug);
                match &self.world.charging.overstay {
                    None => self.drive_off(plug, visit, false),
                    Some(overstay) => {
                        let luck = self.stations.occupant(plug).luck();
                        let mut chance = self.world.chance.get(Purpose::Overstay, luck);
                        let lasting = overstay.lasting.draw(&mut chance);
                        self.sessions[plug].phase = Phase::Over(self.now);
                        self.agenda.set(plug.index(), self.now + lasting);
                        self.share_power(plug);
                    }
                }
            }
            Phase::Over(_) => self.drive_off(plug, visit, false),
            Phase::Nothing => unreachable!("who charges has a session"),
        }
    }

    /// No more power flows at a plug.
    pub(super) fn cut_power(&mut self, plug: PlugId) {
        let session = &mut self.sessions[plug];
        let (power, powered) = (session.power, session.powered);
        session.set_power(self.now, Power::ZERO, &self.world.tariffs[self.world.plugs[plug].station]);
        if power > Power::ZERO {
            self.tell_power(plug, Power::ZERO, power, powered);
        }
    }

    /// A car leaves the plug that gives it no more power, with what it has gained. A driver who was cut off and came
    /// for more goes on to another plug. Who was cut off with something was served; who has gained nothing was not.
    pub(super) fn drive_off(&mut self, plug: PlugId, visit: Visit, cut: bool) {
        let session = std::mem::replace(&mut self.sessions[plug], Session::none());
        let (gained, mut due) = (session.gained, session.due(&self.world.tariffs[visit.station]));
        if let (Phase::Over(since), Some(overstay)) = (session.phase, &self.world.charging.overstay) {
            let lasting = self.now - since;
            due += overstay.fee(lasting);
            self.tell(Observation::Overstayed { visit, plug, lasting });
        }
        if gained > Energy::ZERO {
            self.unplug(plug, visit, gained, due);
        } else {
            self.leave_unserved(plug, visit);
        }
        self.share_power(plug);
        if let Visitor::Taxi(taxi) = visit.visitor {
            self.cars[taxi].stored += gained;
            if cut {
                return self.choose_again(taxi);
            }
            self.cars[taxi].forgive();
            self.next_task(taxi);
        }
    }

    /// The fault of a plug ends a session that has given nothing yet.
    #[cold]
    pub(super) fn leave_unserved(&mut self, plug: PlugId, visit: Visit) {
        let plugged_in = Some(self.stations.plugged_in(plug));
        self.tell(Observation::Failed { visit, plug, plugged_in });
        self.go_away(self.stations.occupant(plug).returns());
        self.pass_on(plug);
    }

    /// Ends a session and its visit; the next in the queue takes the plug, unless it is out of use.
    #[inline(always)]
    pub(super) fn unplug(&mut self, plug: PlugId, visit: Visit, energy: Energy, due: Due) {
        let (bill, plugged_in) = (due.rounded(), self.stations.plugged_in(plug));
        self.tell(Observation::Unplugged { visit, plug, plugged_in, energy, bill });
        self.go_away(self.stations.occupant(plug).returns());
        self.pass_on(plug);
    }

    /// The next in the queue takes a plug whose guest has left.
    #[inline(always)]
    pub(super) fn pass_on(&mut self, plug: PlugId) {
        match self.stations.leave(plug, self.now) {
            Departure::Next(next) => self.follow(plug, &next),
            Departure::Nobody => self.agenda.clear(plug.index()),
            Departure::Further => self.pass_on_further(plug),
        }
    }

    /// The first in the queue that fits a plug takes it, though it is not the first of all.
    #[inline(never)]
    fn pass_on_further(&mut self, plug: PlugId) {
        match self.stations.offer(plug, self.now) {
            Some(next) => self.follow(plug, &next),
            None => self.agenda.clear(plug.index()),
        }
    }

    /// A guest from the queue has taken a plug and waits no more.
    #[inline(always)]
    fn follow(&mut self, plug: PlugId, next: &Guest) {
        self.plug_in(plug, next);
        if next.clock() != Clock::NONE {
            cold_path();
            self.stop_clock(next.clock());
        }
    }

    /// Visits that wait or charge at the horizon; returns what taxis have gained in sessions that go on.
    pub(super) fn finish_visits(&mut self) -> Energy {
        let mut charged = Energy::ZERO;
        let waiting: Vec<Visit> = self.stations.all_waiting().map(Guest::visit).collect();
        for visit in waiting {
            self.tell(Observation::VisitUnfinished { visit, session: None });
            self.follow_up(visit, None);
        }
        for plug in self.world.plugs.ids() {
            let Some(visit) = self.stations.at_plug(plug).map(Guest::visit) else { continue };
            let session = &mut self.sessions[plug];
            session.settle(self.now);
            let Session { power, powered, gained, .. } = *session;
            if power > Power::ZERO {
                self.tell_power(plug, Power::ZERO, power, powered);
            }
            if let Visitor::Taxi(_) = visit.visitor {
                charged += gained;
            }
            self.tell(Observation::VisitUnfinished { visit, session: Some((plug, gained)) });
            self.follow_up(visit, Some(self.stations.plugged_in(plug)));
        }
        charged
    }

    /// Follows a visit up, if it is measured.
    fn follow_up(&mut self, visit: Visit, plugged_in: Option<Time>) {
        if visit.arrived >= self.world.measured_from {
            self.reporter.follow_up(visit, plugged_in);
        }
    }
}

/// What a private car comes for, with an inlet that fits one of the station's plugs; nothing where it has too little to
/// gain.
fn private_charge(world: &World, now: Time, inlets: &[f64; 4], chance: &mut Stream) -> Option<Charge> {
    let Comer { model, inlet, stored } = world.private.draw(&world.models, inlets, chance);
    let capacity = world.models[model].battery.capacity;
    (stored <= world.habits.worthwhile_below(capacity)).then(|| Charge {
        model,
        stored,
        target: world.habits.full(capacity),
        cold: world.conditions.cold(now),
        native: inlet.bit(),
    })
}
