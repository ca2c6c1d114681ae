//! Shifts and drives: what a taxi does between rides and charges.

use super::taxi::{Activity, Trip};
use super::{Engine, policy};
use crate::ids::{Id, NodeId, TaxiId};
use crate::observe::{Cost, Doing, Drive, Observation, Observer};
use crate::rng::{self, Purpose, Stream};
use crate::units::{Duration, Energy, Money, Power, Time, Volume};
use crate::world::{Fuel, Lane};

impl<O: Observer> Engine<'_, O> {
    /// The one place where a taxi's activity changes: it writes the slot and checks the invariants.
    pub(super) fn begin(&mut self, taxi: TaxiId, activity: Activity, lasting: Option<Duration>) {
        let slot = self.slots.taxis + taxi.index();
        match lasting {
            Some(lasting) => self.agenda.set(slot, self.now + lasting),
            None => self.agenda.clear(slot),
        }
        let car = &mut self.cars[taxi];
        let (before, since) = (car.activity.doing(), car.since);
        let doing = activity.doing();
        car.activity = activity;
        car.settled = self.now;
        debug_assert!(
            self.world.taxis[taxi].fuel != Fuel::Electric
                || (Energy::ZERO..=self.world.models[self.world.taxis[taxi].model].battery.capacity)
                    .contains(&car.stored),
            "a battery holds between nothing and its capacity"
        );
        if before == doing {
            return;
        }
        car.since = self.now;
        let node = car.node;
        if self.world.lanes.is_some() && self.world.taxis[taxi].fuel == Fuel::Electric {
            self.on_lanes += u32::from(doing.drives());
            self.on_lanes -= u32::from(before.drives());
        }
        if doing == Doing::Idle {
            self.idle.insert(node, taxi.0);
            self.count_idle(node, 1);
        } else if before == Doing::Idle {
            self.idle.remove(taxi.0);
            self.count_idle(node, -1);
        }
        self.tell(Observation::Began { taxi, doing, before, since });
    }

    /// Counts a taxi that becomes idle at a node, or is no longer.
    #[inline]
    fn count_idle(&mut self, node: NodeId, change: i32) {
        if self.idle_in.is_empty() {
            return;
        }
        if let Some(district) = self.world.nodes[node].district {
            let count = &mut self.idle_in[district];
            *count = count.wrapping_add_signed(change);
        }
    }

    /// A taxi's activity has run its time.
    #[inline(never)]
    pub(super) fn move_on(&mut self, taxi: TaxiId) {
        match self.cars[taxi].activity {
            Activity::OffShift => self.start_shift(taxi),
            Activity::Idle => {
                self.settle(taxi);
                self.may_stop(taxi);
                self.look_around(taxi);
            }
            Activity::Approaching(order) => {
                let arrived = self.end_trip(taxi);
                debug_assert!(arrived, "no ride is taken that the energy does not allow");
                self.pick_up(taxi, order);
            }
            Activity::Carrying(order, picked_up) => {
                let arrived = self.end_trip(taxi);
                debug_assert!(arrived, "no ride is taken that the energy does not allow");
                self.drop_off(taxi, order, picked_up);
                self.may_stop(taxi);
                if !self.find_task(taxi) && !self.reposition(taxi) {
                    self.park(taxi);
                }
            }
            Activity::Repositioning => {
                let arrived = self.end_trip(taxi);
                debug_assert!(arrived, "nobody looks for a better place without the energy for it");
                if !self.find_task(taxi) {
                    self.park(taxi);
                }
            }
            Activity::Parking => {
                if self.end_trip(taxi) {
                    self.parked(taxi);
                } else {
                    self.strand(taxi);
                }
            }
            Activity::SeekingCharge(station) => {
                if self.end_trip(taxi) {
                    self.visit(taxi, station);
                } else {
                    if let Some(plug) = self.stations.held_by(self.world, station, taxi) {
                        self.lapse(plug);
                    }
                    self.strand(taxi);
                }
            }
            Activity::SeekingHome => {
                if self.end_trip(taxi) {
                    self.charge_at_home(taxi);
                } else {
                    self.strand(taxi);
                }
            }
            Activity::ChargingAtHome => {
                self.settle(taxi);
                self.next_task(taxi);
            }
            Activity::Queued(waiting) => self.wait_or_leave(taxi, waiting),
            Activity::Charging => unreachable!("a session ends by its plug's slot, never by the taxi's"),
            Activity::Refuelling => self.refuelled(taxi),
            Activity::Homing => {
                if self.end_trip(taxi) {
                    self.end_shift(taxi);
                } else {
                    self.strand(taxi);
                }
            }
            Activity::Stranded(to) => self.towed(taxi, to),
        }
    }

    fn start_shift(&mut self, taxi: TaxiId) {
        self.settle(taxi);
        let facts = &self.world.taxis[taxi];
        let home = self.cars[taxi].node;
        let plugless = facts.fuel == Fuel::Electric
            && facts.home_power.is_none()
            && policy::nearest(self.world, taxi, home).is_none();
        if plugless {
            // Without any plug to return to no ride can be taken: the driver tries again on the next day.
            self.tell(Observation::WithoutPlug { taxi });
            self.begin(taxi, Activity::OffShift, Some(facts.shift.next_start(self.now) - self.now));
            return;
        }
        let driver = facts.shift.driver(self.now);
        if driver != self.cars[taxi].driver {
            self.cars[taxi].driver = driver;
            self.tell(Observation::HandedOver { taxi, driver });
        }
        let lease = self.world.prices.lease;
        let amount = if facts.shift.is_double() { Money::from_tiyn(lease.as_tiyn() / 2) } else { lease };
        self.tell(Observation::Paid { taxi, what: Cost::Lease, amount });
        let car = &mut self.cars[taxi];
        (car.shift_began, car.shift_ends) = (self.now, facts.shift.end(self.now));
        car.earned = Money::ZERO;
        (car.stops, car.moves) = (0, 0);
        car.forgive();
        self.next_task(taxi);
    }

    /// Stands at home until the next shift; one that has begun by now is taken up at once, by a driver who waits for the
    /// car or by the same one.
    pub(super) fn end_shift(&mut self, taxi: TaxiId) {
        let shift = &self.world.taxis[taxi].shift;
        if shift.has_followed(self.cars[taxi].shift_began, self.now) {
            return self.start_shift(taxi);
        }
        self.begin(taxi, Activity::OffShift, Some(shift.next_start(self.now) - self.now));
    }

    /// A driver may end the shift before its time.
    fn may_stop(&mut self, taxi: TaxiId) {
        let Some(stopping) = &self.world.habits.stopping else { return };
        let turn = self.cars[taxi].stops;
        self.cars[taxi].stops += 1;
        let mut chance = self.shift_luck(taxi, Purpose::Stopping, turn);
        let car = &mut self.cars[taxi];
        let worked = self.now - car.shift_began;
        if policy::stops(stopping, worked, car.earned, &mut chance) {
            car.shift_ends = car.shift_ends.min(self.now);
        }
    }

    /// What a driver draws at one turn of a shift. One more turn changes nothing in the next shift.
    fn shift_luck(&self, taxi: TaxiId, purpose: Purpose, turn: u32) -> Stream {
        let began = self.world.taxis[taxi].shift.last_start(self.cars[taxi].shift_began);
        self.world.chance.get(purpose, rng::key(&[taxi.0.into(), began.as_millis() as u64, turn.into()]))
    }

    /// A taxi without a task finds its next one, or a place to wait.
    pub(super) fn next_task(&mut self, taxi: TaxiId) {
        if !self.find_task(taxi) && !self.reposition(taxi) {
            self.idle_on(taxi);
        }
    }

    /// The next task of a taxi without one; false if nothing is to be done but to wait.
    pub(super) fn find_task(&mut self, taxi: TaxiId) -> bool {
        if self.now >= self.cars[taxi].shift_ends {
            self.head_home(taxi);
        } else if self.is_low(taxi) {
            self.take_energy(taxi);
        } else {
            return self.take_waiting_passenger(taxi);
        }
        true
    }

    /// Sends a taxi to wait in another district, if its driver expects more there and nobody waits for it here.
    fn reposition(&mut self, taxi: TaxiId) -> bool {
        let (Some(lures), Some(demand)) = (&self.world.lures, &self.world.demand) else { return false };
        if !self.passengers.is_empty() {
            return false;
        }
        let turn = self.cars[taxi].moves;
        self.cars[taxi].moves += 1;
        let chance = &mut self.shift_luck(taxi, Purpose::Repositioning, turn);
        let car = &self.cars[taxi];
        let Some(to) = policy::better_district(self.world, lures, &self.idle_in, self.now, car, chance)
        else {
            return false;
        };
        let to = demand.place(to, chance);
        match self.spare_drive(taxi, to) {
            Some(trip) => {
                self.depart(taxi, Activity::Repositioning, trip);
                true
            }
            None => false,
        }
    }

    /// An idle taxi looks around: to end the shift, to charge, or to wait on.
    fn look_around(&mut self, taxi: TaxiId) {
        let car = &self.cars[taxi];
        if self.now >= car.shift_ends {
            self.head_home(taxi);
        } else if self.is_low(taxi) {
            self.take_energy(taxi);
        } else if let Some(station) = policy::opportunity(&self.view(), taxi, car) {
            self.drive_to_station(taxi, station);
        } else if !self.reposition(taxi) {
            self.idle_on(taxi);
        }
    }

    /// Whether a taxi's charge is below its driver's threshold, or its tank is low.
    fn is_low(&self, taxi: TaxiId) -> bool {
        let (facts, car) = (&self.world.taxis[taxi], &self.cars[taxi]);
        match facts.fuel {
            Fuel::Electric => car.stored < policy::threshold(self.world, self.now, taxi, car),
            Fuel::Petrol | Fuel::Lpg => car.tank < self.world.tanks.low,
        }
    }

    /// Waits for a ride: until the shift ends, or until the driver looks around, for a plug or a better place.
    pub(super) fn idle_on(&mut self, taxi: TaxiId) {
        let left = self.cars[taxi].shift_ends - self.now;
        let looks_around = self.world.taxis[taxi].fuel == Fuel::Electric
            || self.world.habits.stopping.is_some()
            || self.world.lures.is_some();
        let lasting = if looks_around { left.min(self.world.habits.opportunity_after) } else { left };
        self.begin(taxi, Activity::Idle, Some(lasting));
    }

    /// Ends the working day, unless the same driver's next one has begun by now; without enough energy for the way home
    /// only after a stop for it.
    pub(super) fn head_home(&mut self, taxi: TaxiId) {
        let (facts, car) = (&self.world.taxis[taxi], &self.cars[taxi]);
        if facts.shift.driver(self.now) == car.driver && facts.shift.has_followed(car.shift_began, self.now) {
            return self.start_shift(taxi);
        }
        let lasts = match facts.fuel {
            Fuel::Petrol | Fuel::Lpg => {
                self.trip(taxi, car.node, facts.home, self.now).fuel <= self.cars[taxi].tank
            }
            // Who has no charger at home must reach a plug from there.
            Fuel::Electric if facts.home_power.is_none() => self.spare_drive(taxi, facts.home).is_some(),
            Fuel::Electric => self.trip(taxi, car.node, facts.home, self.now).energy <= car.stored,
        };
        if !lasts && self.has_room(taxi) {
            return self.take_energy(taxi);
        }
        self.drive_home(taxi);
    }

    /// Drives home, as far as the energy lasts.
    pub(super) fn drive_home(&mut self, taxi: TaxiId) {
        let trip = self.trip(taxi, self.cars[taxi].node, self.world.taxis[taxi].home, self.now);
        self.depart(taxi, Activity::Homing, trip);
    }

    /// How quick the bus lanes are for a taxi that sets out now; none if it may not use them.
    #[inline]
    pub(super) fn lane(&self, taxi: TaxiId) -> Option<Lane> {
        self.view().lane(taxi)
    }

    /// The drive between two nodes that starts at this time, on lanes as quick as they are now.
    #[inline]
    pub(super) fn trip(&self, taxi: TaxiId, from: NodeId, to: NodeId, start: Time) -> Trip {
        self.trip_by(taxi, from, to, start, self.lane(taxi))
    }

    /// The drive between two nodes that starts at this time, on lanes as quick as this.
    #[inline]
    pub(super) fn trip_by(
        &self,
        taxi: TaxiId,
        from: NodeId,
        to: NodeId,
        start: Time,
        lane: Option<Lane>,
    ) -> Trip {
        Trip::of(self.world, taxi, from, to, start, lane)
    }

    /// Begins a drive, as far as the energy lasts. A taxi that waited is settled before.
    pub(super) fn depart(&mut self, taxi: TaxiId, activity: Activity, trip: Trip) {
        let car = &mut self.cars[taxi];
        car.runs_dry = trip.energy > car.stored;
        car.trip = if car.runs_dry { trip.until_dry(car.stored) } else { trip };
        let lasting = car.trip.lasting;
        self.begin(taxi, activity, Some(lasting));
    }

    /// Ends the drive under way; false if it ended where the energy did.
    fn end_trip(&mut self, taxi: TaxiId) -> bool {
        let facts = &self.world.taxis[taxi];
        let car = &mut self.cars[taxi];
        let Trip { to, lasting, length, energy, fuel } = car.trip;
        // A descent cannot fill a battery beyond its capacity.
        let energy = match facts.fuel {
            Fuel::Electric => energy.max(car.stored - self.world.models[facts.model].battery.capacity),
            Fuel::Petrol | Fuel::Lpg => energy,
        };
        car.stored -= energy;
        car.tank -= fuel;
        debug_assert!(car.tank >= Volume::ZERO, "no drive begins that the tank does not last for");
        let (arrived, from) = (!car.runs_dry, car.node);
        if arrived {
            car.node = to;
        }
        let doing = car.activity.doing();
        self.tell(Observation::Drove { taxi, doing, drive: Drive { length, lasting, energy, fuel } });
        if arrived {
            self.pay_zone(taxi, doing, from, to);
        }
        arrived
    }

    /// Accounts for what a battery lost by waiting or gained at home up to now.
    pub(super) fn settle(&mut self, taxi: TaxiId) {
        let facts = &self.world.taxis[taxi];
        if facts.fuel != Fuel::Electric {
            return;
        }
        match self.cars[taxi].activity {
            Activity::Idle | Activity::Queued(_) => {
                let energy = self.cars[taxi].stored - self.stored_now(taxi);
                self.cars[taxi].stored -= energy;
                if energy > Energy::ZERO {
                    self.tell(Observation::Drained { taxi, energy });
                }
            }
            Activity::OffShift | Activity::ChargingAtHome => {
                if let Some(power) = facts.home_power {
                    self.settle_at_home(taxi, power);
                }
            }
            // A drive is settled where it ends, and a session with its plug.
            Activity::Approaching(_)
            | Activity::Carrying(..)
            | Activity::SeekingCharge(_)
            | Activity::SeekingHome
            | Activity::Charging
            | Activity::Refuelling
            | Activity::Repositioning
            | Activity::Parking
            | Activity::Homing
            | Activity::Stranded(_) => {}
        }
        self.cars[taxi].settled = self.now;
    }

    /// Accounts for what a battery gained at home up to now, by day and at night.
    fn settle_at_home(&mut self, taxi: TaxiId, power: Power) {
        let car = &self.cars[taxi];
        let room = self.world.models[self.world.taxis[taxi].model].battery.capacity - car.stored;
        let (from, prices) = (car.settled, &self.world.prices);
        let whole = (power * (self.now - from)).min(room);
        let (day, night) = match &self.world.charging.night {
            None => (whole, (Energy::ZERO, prices.home)),
            // A car whose driver waits for it does not wait for the night.
            Some(night) if night.only && car.activity == Activity::OffShift => {
                (Energy::ZERO, ((power * night.part(from, self.now)).min(room), night.price))
            }
            Some(night) => {
                let until = self.now.min(from + whole / power);
                let energy = (power * night.part(from, until)).min(whole);
                (whole - energy, (energy, night.price))
            }
        };
        for (energy, price) in [(day, prices.home), night] {
            if energy > Energy::ZERO {
                self.cars[taxi].stored += energy;
                self.tell(Observation::ChargedAtHome { taxi, energy, bill: price * energy });
            }
        }
    }

    /// What an electric taxi's battery holds now, if it waits for a ride or a plug or begins to.
    pub(super) fn stored_now(&self, taxi: TaxiId) -> Energy {
        let car = &self.cars[taxi];
        if !matches!(car.activity, Activity::Idle | Activity::Queued(_)) {
            return car.stored;
        }
        let needs = &self.world.models[self.world.taxis[taxi].model].needs;
        let power = self.world.conditions.waiting(needs, car.settled);
        (car.stored - power * (self.now - car.settled)).max(Energy::ZERO)
    }

    /// Goes for the energy that drives the taxi: to a plug, or to a pump nearby.
    pub(super) fn take_energy(&mut self, taxi: TaxiId) {
        match self.world.taxis[taxi].fuel {
            Fuel::Electric => self.seek_charge(taxi),
            Fuel::Petrol | Fuel::Lpg => {
                self.begin(taxi, Activity::Refuelling, Some(self.world.tanks.stop));
            }
        }
    }

    /// The tank is full again.
    fn refuelled(&mut self, taxi: TaxiId) {
        let capacity = self.world.tanks.capacity;
        let volume = capacity - std::mem::replace(&mut self.cars[taxi].tank, capacity);
        let bill = self.world.prices.fuel(self.world.taxis[taxi].fuel, volume);
        self.tell(Observation::Refuelled { taxi, volume, bill });
        self.next_task(taxi);
    }

    /// The battery is empty on the way: a tow is called, to the nearest station that fits and did not just refuse
    /// the taxi, or else home.
    pub(super) fn strand(&mut self, taxi: TaxiId) {
        let from = self.world.nodes[self.cars[taxi].node].district;
        self.tell(Observation::Stranded { taxi, from });
        let car = &self.cars[taxi];
        let to = policy::nearest_but(self.world, &self.stations, taxi, car.node, &car.shunned);
        self.begin(taxi, Activity::Stranded(to), Some(self.world.habits.tow));
    }
}
