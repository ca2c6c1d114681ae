//! What the street asks of a taxi: to look for a place and pay for it, and to pay for a low-emission zone.

use super::Engine;
use super::taxi::{Activity, Trip};
use crate::ids::{NodeId, TaxiId};
use crate::observe::{Cost, Doing, Observation, Observer};
use crate::units::{Duration, Energy, Money};
use crate::world::Fuel;

impl<O: Observer> Engine<'_, O> {
    /// Waits at the kerb where a drive has ended, after a search for a place if it takes one. Who searches takes no ride.
    pub(super) fn park(&mut self, taxi: TaxiId) {
        let Some(parking) = &self.world.parking else { return self.idle_on(taxi) };
        let facts = &self.world.taxis[taxi];
        let search = parking.search(facts.fuel);
        if search.lasting == Duration::ZERO {
            return self.parked(taxi);
        }
        let (length, lasting) = (search.length, search.lasting);
        let energy = match facts.fuel {
            Fuel::Electric => {
                let needs = &self.world.models[facts.model].needs;
                self.world.conditions.drive(needs, length, lasting, 0, self.now)
            }
            Fuel::Petrol | Fuel::Lpg => Energy::ZERO,
        };
        let fuel = self.world.tanks.burn(facts.fuel, length, lasting);
        if fuel > self.cars[taxi].tank || energy > self.cars[taxi].stored {
            return self.take_energy(taxi);
        }
        let trip = Trip { to: self.cars[taxi].node, lasting, length, energy, fuel };
        self.depart(taxi, Activity::Parking, trip);
    }

    /// A place is found: the driver pays for it and waits, unless there is something to do by now.
    pub(super) fn parked(&mut self, taxi: TaxiId) {
        if self.find_task(taxi) {
            return;
        }
        if let Some(parking) = &self.world.parking {
            let amount = parking.search(self.world.taxis[taxi].fuel).fee;
            if amount > Money::ZERO {
                self.tell(Observation::Paid { taxi, what: Cost::Parking, amount });
            }
        }
        self.idle_on(taxi);
    }

    /// Pays for a low-emission zone that a drive from here to there has ended in. The way home is free.
    #[inline]
    pub(super) fn pay_zone(&mut self, taxi: TaxiId, doing: Doing, from: NodeId, to: NodeId) {
        let Some(zone) = &self.world.zone else { return };
        let within = |node: NodeId| zone.holds(self.world.nodes[node].district);
        if self.world.taxis[taxi].fuel == Fuel::Electric || doing == Doing::Homing || !within(to) {
            return;
        }
        let today = self.now.day();
        let due = if zone.by_day { self.cars[taxi].zone_paid != Some(today) } else { !within(from) };
        if due {
            self.cars[taxi].zone_paid = Some(today);
            self.tell(Observation::Paid { taxi, what: Cost::Zone, amount: zone.fee });
        }
    }
}
