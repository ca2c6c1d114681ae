//! Rides: requests, who takes them, who loses patience.

use super::station::Clock;
use super::taxi::{Activity, Order, Trip};
use super::{Engine, Waiter, policy};
use crate::ids::{DistrictId, Id, NodeId, RideId, TaxiId};
use crate::observe::{Loss, Observation, Observer};
use crate::rng::Purpose;
use crate::units::{Duration, Energy, Time};
use crate::world::{Fuel, Ride};

impl<O: Observer> Engine<'_, O> {
    /// Writes the time of the next request, drawing the next day's where today's are used up.
    pub(super) fn schedule_ride(&mut self) {
        let Some(demand) = &self.world.demand else { return };
        while self.made == self.today.len() {
            if Time::START + Duration::DAY * (self.day + 1) >= self.until {
                self.agenda.set_source(self.slots.next_ride, Time::NEVER);
                return;
            }
            self.day += 1;
            demand.draw_day(self.day, &self.world.chance, &mut self.today);
            self.made = 0;
        }
        self.agenda.set_source(self.slots.next_ride, self.today[self.made].requested);
    }

    /// A passenger asks for a ride: the taxi that arrives first takes it, or the passenger waits.
    #[inline(never)]
    pub(super) fn request(&mut self) {
        let ride = self.today[self.made];
        let mut order = Order { id: RideId(self.rides), surge: 1_000_000, ride };
        self.made += 1;
        self.rides += 1;
        self.schedule_ride();
        let from = self.district(ride.from);
        self.tell(Observation::Requested { ride: order.id, from });
        if let Some(surge) = &self.world.surge {
            let multiplier = surge.multiplier(self.waiting_in[from] + 1, self.idle_in[from]);
            if multiplier > 1_000_000 {
                order.surge = multiplier as u32;
                self.tell(Observation::Surged { ride: order.id, from, multiplier_ppm: multiplier });
                let mut chance = self.world.chance.get(Purpose::Surge, order.id.index() as u64);
                if !surge.accepts(multiplier, &mut chance) {
                    let (ride, requested) = (order.id, ride.requested);
                    return self.tell(Observation::Lost { ride, from, requested, why: Loss::Price });
                }
            }
        }
        if let Some(batch) = &self.world.batch {
            if self.passengers.is_empty() {
                self.call_batch(batch.every);
            }
            return self.wait_for_car(order);
        }
        match self.nearest_idle(&order) {
            Some((taxi, trip)) => {
                self.settle(taxi);
                self.assign(taxi, order, trip);
            }
            None => self.wait_for_car(order),
        }
        // Those that could not take the ride go for energy.
        while let Some(taxi) = self.weak.pop() {
            self.settle(taxi);
            self.take_energy(taxi);
        }
    }

    /// A passenger begins to wait.
    fn wait_for_car(&mut self, order: Order) {
        let clock = self.start_clock(Waiter::Passenger(order), order.ride.patience);
        self.passengers.insert(order.ride.from, clock.0);
        self.count_waiting(order.ride.from, 1);
    }

    /// A passenger does not wait any more.
    pub(super) fn stop_waiting(&mut self, clock: Clock, from: NodeId) {
        self.passengers.remove(clock.0);
        self.stop_clock(clock);
        self.count_waiting(from, -1);
    }

    #[inline]
    fn count_waiting(&mut self, from: NodeId, change: i32) {
        if !self.waiting_in.is_empty() {
            let from = self.district(from);
            self.waiting_in[from] = self.waiting_in[from].wrapping_add_signed(change);
        }
    }

    /// The idle taxi that reaches the passenger first and can finish the ride, with its drive there.
    fn nearest_idle(&mut self, order: &Order) -> Option<(TaxiId, Trip)> {
        if self.idle.is_empty() {
            return None;
        }
        let mut weak = std::mem::take(&mut self.weak);
        let nearest = self.idle.in_order(self.world.travel.order(order.ride.from)).find_map(|taxi| {
            let taxi = TaxiId(taxi);
            let trip = self.feasible(taxi, order);
            if trip.is_none() && self.has_room(taxi) {
                weak.push(taxi);
            }
            trip.map(|trip| (taxi, trip))
        });
        self.weak = weak;
        nearest
    }

    /// Whether a battery could be charged by as much as is worth a stop, or a tank filled.
    pub(super) fn has_room(&self, taxi: TaxiId) -> bool {
        match self.world.taxis[taxi].fuel {
            Fuel::Electric => {
                self.stored_now(taxi) < policy::enough(self.world, self.now, taxi, &self.cars[taxi])
            }
            Fuel::Petrol | Fuel::Lpg => self.cars[taxi].tank < self.world.tanks.capacity,
        }
    }

    /// A free taxi takes the waiting passenger it reaches first, if it can finish a ride.
    pub(super) fn take_waiting_passenger(&mut self, taxi: TaxiId) -> bool {
        if self.passengers.is_empty() || self.world.batch.is_some() {
            return false;
        }
        let order =
            self.passengers.in_order(self.world.travel.order(self.cars[taxi].node)).find_map(|clock| {
                let Waiter::Passenger(order) = self.clocks[clock as usize] else { return None };
                self.feasible(taxi, &order).map(|trip| (Clock(clock), order, trip))
            });
        let Some((clock, order, trip)) = order else { return false };
        self.stop_waiting(clock, order.ride.from);
        self.assign(taxi, order, trip);
        true
    }

    /// The drive to a passenger, if after the ride the taxi could still reach a plug it can use, with the reserve left;
    /// pumps stand everywhere, so that a tank need only last for the ride.
    pub(super) fn feasible(&self, taxi: TaxiId, order: &Order) -> Option<Trip> {
        let approach = self.trip(taxi, self.cars[taxi].node, order.ride.from, self.now);
        let facts = &self.world.taxis[taxi];
        let picked_up = self.now + approach.lasting;
        let ride = self.trip(taxi, order.ride.from, order.ride.to, picked_up);
        if facts.fuel != Fuel::Electric {
            return (self.cars[taxi].tank >= approach.fuel + ride.fuel).then_some(approach);
        }
        let refuge = self.trip_to_refuge(taxi, order.ride.to, picked_up + ride.lasting);
        // A descent first and a climb after may need more at the start than their sum.
        let need = approach
            .energy
            .max(approach.energy + ride.energy)
            .max(approach.energy + ride.energy + refuge.energy);
        (self.stored_now(taxi) >= need + self.reserve(taxi)).then_some(approach)
    }

    /// The drive to a place without a passenger there, if the taxi could still reach a plug after it.
    pub(super) fn spare_drive(&self, taxi: TaxiId, to: NodeId) -> Option<Trip> {
        let trip = self.trip(taxi, self.cars[taxi].node, to, self.now);
        if self.world.taxis[taxi].fuel != Fuel::Electric {
            return (self.cars[taxi].tank >= trip.fuel).then_some(trip);
        }
        let refuge = self.trip_to_refuge(taxi, to, self.now + trip.lasting);
        let need = trip.energy.max(trip.energy + refuge.energy);
        (self.stored_now(taxi) >= need + self.reserve(taxi)).then_some(trip)
    }

    /// The drive to the nearest plug that a taxi can use, or else home.
    fn trip_to_refuge(&self, taxi: TaxiId, from: NodeId, start: Time) -> Trip {
        let refuge = policy::nearest(self.world, taxi, from)
            .and_then(|station| self.world.stations[station].place)
            .map_or(self.world.taxis[taxi].home, |place| place.node);
        self.trip(taxi, from, refuge, start)
    }

    /// What is to be left in the battery on reaching a plug.
    fn reserve(&self, taxi: TaxiId) -> Energy {
        self.world.habits.reserve.of(self.world.models[self.world.taxis[taxi].model].battery.capacity)
    }

    pub(super) fn assign(&mut self, taxi: TaxiId, order: Order, approach: Trip) {
        self.tell(Observation::Assigned { ride: order.id, taxi });
        self.cars[taxi].lane = self.lane(taxi);
        self.depart(taxi, Activity::Approaching(order), approach);
    }

    pub(super) fn pick_up(&mut self, taxi: TaxiId, order: Order) {
        self.tell(Observation::PickedUp { ride: order.id, taxi });
        // The lanes are as they were when the ride was taken, or its energy might not suffice.
        let lane = self.cars[taxi].lane;
        let trip = self.trip_by(taxi, order.ride.from, order.ride.to, self.now, lane);
        self.depart(taxi, Activity::Carrying(order, self.now), trip);
    }

    pub(super) fn drop_off(&mut self, taxi: TaxiId, order: Order, picked_up: Time) {
        let prices = &self.world.prices;
        // Who passes the jam on a lane is paid for the street: fares do not depend on which taxi comes.
        let lasting = match self.cars[taxi].lane {
            Some(_) => {
                let way = self.world.travel.way(order.ride.from, order.ride.to);
                self.world.drive_time(picked_up, way.free_flow)
            }
            None => self.now - picked_up,
        };
        let fare = prices.fare(lasting).share_ppm(order.surge.into());
        let driver_share = fare - fare.share_ppm(prices.commission_ppm);
        self.cars[taxi].earned += driver_share;
        self.tell(Observation::Served {
            ride: order.id,
            taxi,
            from: self.district(order.ride.from),
            requested: order.ride.requested,
            picked_up,
            fare,
            driver_share,
        });
    }

    /// The patience of a passenger or of a walk-in has run out.
    #[inline(never)]
    pub(super) fn lose_patience(&mut self, clock: Clock) {
        match self.clocks[clock.0 as usize] {
            Waiter::Passenger(Order { id, ride, .. }) => {
                let from = self.district(ride.from);
                let requested = ride.requested;
                let short = self.idle.len() < self.passengers.len();
                let why = if short { Loss::NoCar } else { Loss::Impatient };
                self.tell(Observation::Lost { ride: id, from, requested, why });
                self.stop_waiting(clock, ride.from);
            }
            Waiter::WalkIn(waiting) => {
                self.give_up(waiting);
                self.stop_clock(clock);
            }
            Waiter::Nobody => unreachable!("a stopped clock has no slot in the agenda"),
        }
    }

    /// Lets a clock of patience run for somebody who waits and is no taxi.
    pub(super) fn start_clock(&mut self, waiter: Waiter, patience: Duration) -> Clock {
        let clock = self.unused_clocks.pop().unwrap_or_else(|| {
            self.clocks.push(Waiter::Nobody);
            Clock((self.clocks.len() - 1) as u32)
        });
        self.clocks[clock.0 as usize] = waiter;
        self.agenda.set_patience(self.slots.clocks + clock.0 as usize, self.now + patience);
        clock
    }

    /// Stops a clock of patience.
    pub(super) fn stop_clock(&mut self, clock: Clock) {
        self.clocks[clock.0 as usize] = Waiter::Nobody;
        self.agenda.set_patience(self.slots.clocks + clock.0 as usize, Time::NEVER);
        self.unused_clocks.push(clock);
    }

    /// Rides that wait or are under way at the horizon.
    pub(super) fn finish_rides(&mut self) {
        let waiting = self.clocks.iter().filter_map(|waiter| match waiter {
            Waiter::Passenger(order) => Some(*order),
            Waiter::WalkIn(_) | Waiter::Nobody => None,
        });
        let under_way = self.cars.iter().filter_map(|car| match car.activity {
            Activity::Approaching(order) | Activity::Carrying(order, _) => Some(order),
            Activity::OffShift
            | Activity::Idle
            | Activity::SeekingCharge(_)
            | Activity::SeekingHome
            | Activity::ChargingAtHome
            | Activity::Queued(_)
            | Activity::Charging
            | Activity::Refuelling
            | Activity::Repositioning
            | Activity::Parking
            | Activity::Homing
            | Activity::Stranded(_) => None,
        });
        let unfinished: Vec<Order> = waiting.chain(under_way).collect();
        for Order { id, ride, .. } in unfinished {
            let from = self.district(ride.from);
            self.tell(Observation::RideUnfinished { ride: id, from, requested: ride.requested });
        }
    }

    fn district(&self, node: NodeId) -> DistrictId {
        self.world.nodes[node].district.expect("rides end inside the city")
    }
}

/// A ride is small enough to be copied with its order.
const _: () = assert!(size_of::<Ride>() <= 24);
