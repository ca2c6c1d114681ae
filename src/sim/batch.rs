//! Matching in batches: as many passengers as possible at once, at the least sum of costs.
//!
//! The library that solves the assignment allocates: a batch is the one event of the engine that does.

use super::station::Clock;
use super::taxi::{Activity, Order};
use super::{Engine, Waiter};
use crate::ids::{NodeId, TaxiId};
use crate::observe::Observer;
use crate::units::{Duration, Time};
use crate::world::{Batch, Fuel};
use pathfinding::matrix::Matrix;
use pathfinding::prelude::kuhn_munkres;

/// A taxi that can take a passenger, who is known by a clock.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair {
    clock: u32,
    taxi: u32,
    /// Milliseconds.
    cost: i64,
}

/// What a match is worth before its cost: more than all costs of a batch together, so that none is left out to save.
const WORTH: i64 = 1 << 40;

impl<O: Observer> Engine<'_, O> {
    /// Writes the time of the next batch: the next multiple of its span, be it now.
    pub(super) fn call_batch(&mut self, every: Duration) {
        let (now, every) = (self.now.as_millis(), every.as_millis());
        let next = (now as u64).div_ceil(every as u64) as i64 * every;
        self.agenda.set_source(self.slots.next_ride + 1, Time::from_millis(next));
    }

    /// Matches waiting passengers and idle taxis.
    #[inline(never)]
    pub(super) fn match_batch(&mut self) {
        let Some(batch) = &self.world.batch else { return };
        let mut pairs = std::mem::take(&mut self.pairs);
        pairs.clear();
        if self.passengers.len() <= self.idle.len() {
            self.weigh_taxis(batch, &mut pairs);
        } else {
            self.weigh_passengers(batch, &mut pairs);
        }
        for (clock, taxi) in cheapest(&pairs) {
            let Waiter::Passenger(order) = self.clocks[clock as usize] else { continue };
            let taxi = TaxiId(taxi);
            let Some(trip) = self.feasible(taxi, &order) else { continue };
            self.stop_waiting(Clock(clock), order.ride.from);
            self.settle(taxi);
            self.assign(taxi, order, trip);
        }
        // Those that could not take any ride go for energy.
        while let Some(taxi) = self.weak.pop() {
            let could = pairs.iter().any(|pair| pair.taxi == taxi.0);
            if !could && self.cars[taxi].activity == Activity::Idle {
                self.settle(taxi);
                self.take_energy(taxi);
            }
        }
        self.pairs = pairs;
        let next = if self.passengers.is_empty() { Time::NEVER } else { self.now + batch.every };
        self.agenda.set_source(self.slots.next_ride + 1, next);
    }

    /// The taxis that reach each passenger first.
    fn weigh_taxis(&mut self, batch: &Batch, pairs: &mut Vec<Pair>) {
        for clock in 0..self.clocks.len() as u32 {
            let Waiter::Passenger(order) = self.clocks[clock as usize] else { continue };
            let mut found = 0;
            for taxi in self.idle.in_order(self.world.travel.order(order.ride.from)) {
                let taxi = TaxiId(taxi);
                match self.cost(batch, taxi, &order) {
                    Some(cost) => {
                        pairs.push(Pair { clock, taxi: taxi.0, cost });
                        found += 1;
                    }
                    None if self.has_room(taxi) => self.weak.push(taxi),
                    None => {}
                }
                if found == batch.nearest {
                    break;
                }
            }
        }
    }

    /// The passengers whom each idle taxi reaches first.
    fn weigh_passengers(&mut self, batch: &Batch, pairs: &mut Vec<Pair>) {
        // All idle taxis, in any order that is always the same.
        for taxi in self.idle.in_order(self.world.travel.order(NodeId(0))) {
            let taxi = TaxiId(taxi);
            let mut found = 0;
            for clock in self.passengers.in_order(self.world.travel.order(self.cars[taxi].node)) {
                let Waiter::Passenger(order) = self.clocks[clock as usize] else { continue };
                if let Some(cost) = self.cost(batch, taxi, &order) {
                    pairs.push(Pair { clock, taxi: taxi.0, cost });
                    found += 1;
                }
                if found == batch.nearest {
                    break;
                }
            }
            if found == 0 && self.has_room(taxi) {
                self.weak.push(taxi);
            }
        }
    }

    /// What it costs that a taxi takes a passenger; none if it cannot.
    fn cost(&self, batch: &Batch, taxi: TaxiId, order: &Order) -> Option<i64> {
        let trip = self.feasible(taxi, order)?;
        let facts = &self.world.taxis[taxi];
        let low = match facts.fuel {
            Fuel::Electric => {
                let capacity = self.world.models[facts.model].battery.capacity;
                let missing = capacity - self.stored_now(taxi);
                // In joules, so that the product fits.
                let joules = |millijoules: i64| millijoules / 1_000;
                batch.low_charge.as_millis() * joules(missing.as_millijoules())
                    / joules(capacity.as_millijoules()).max(1)
            }
            Fuel::Petrol | Fuel::Lpg => 0,
        };
        Some(trip.lasting.as_millis() + low)
    }
}

/// Clocks and taxis of as many matches as possible at the least sum of costs.
fn cheapest(pairs: &[Pair]) -> Vec<(u32, u32)> {
    let side = |of: fn(&Pair) -> u32| {
        let mut side: Vec<u32> = pairs.iter().map(of).collect();
        side.sort_unstable();
        side.dedup();
        side
    };
    let (clocks, taxis) = (side(|pair| pair.clock), side(|pair| pair.taxi));
    if pairs.is_empty() {
        return Vec::new();
    }
    let upright = clocks.len() <= taxis.len();
    let (rows, columns) = if upright { (&clocks, &taxis) } else { (&taxis, &clocks) };
    let mut worth = Matrix::new(rows.len(), columns.len(), 0);
    let place = |side: &[u32], id: u32| side.binary_search(&id).expect("each side has all its ids");
    for pair in pairs {
        let (row, column) = if upright { (pair.clock, pair.taxi) } else { (pair.taxi, pair.clock) };
        worth[(place(rows, row), place(columns, column))] = WORTH - pair.cost;
    }
    let (_, columns_of_rows) = kuhn_munkres(&worth);
    let assigned = columns_of_rows.into_iter().enumerate();
    assigned
        .filter(|&(row, column)| worth[(row, column)] > 0)
        .map(|(row, column)| {
            let (row, column) = (rows[row], columns[column]);
            if upright { (row, column) } else { (column, row) }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(clock: u32, taxi: u32, cost: i64) -> Pair {
        Pair { clock, taxi, cost }
    }

    #[test]
    fn the_nearest_taxi_goes_where_it_saves_most() {
        // Taxi 7 is nearest to both; the second passenger has no other one near.
        let pairs = [pair(0, 7, 10), pair(0, 8, 20), pair(1, 7, 15), pair(1, 8, 90)];
        assert_eq!(cheapest(&pairs), [(0, 8), (1, 7)]);
    }

    #[test]
    fn no_passenger_is_left_out_to_save_time() {
        let pairs = [pair(0, 7, 1), pair(1, 7, 1), pair(0, 8, 100_000)];
        assert_eq!(cheapest(&pairs), [(0, 8), (1, 7)]);
    }

    #[test]
    fn there_may_be_more_passengers_than_taxis_or_nobody_at_all() {
        let pairs = [pair(0, 7, 5), pair(1, 7, 4), pair(2, 7, 6)];
        assert_eq!(cheapest(&pairs), [(1, 7)]);
        assert_eq!(cheapest(&[]), []);
    }
}
