//! What each driver earns: one account for each of a car's drivers.

use super::metrics::Metrics;
use crate::ids::{IdVec, TaxiId};
use crate::observe::Doing;
use crate::units::{Duration, Money, Time};
use crate::world::{Fuel, World};

/// What one driver got and paid in the measured span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Driver {
    /// What drives the car.
    pub fuel: Fuel,
    /// What passengers paid.
    pub gross: Money,
    /// What is left of it after commission, energy, lease, tows and fees.
    pub net: Money,
    /// Time on shift.
    pub on_shift: Duration,
    /// Time of it lost to charging: on the way to a plug, in a queue and plugged in.
    pub charging: Duration,
}

/// The accounts of all drivers while the run goes on.
pub(super) struct Drivers {
    from: Time,
    all: IdVec<TaxiId, [Driver; 2]>,
    /// Who drives each car, and up to when the account knows the time.
    wheel: IdVec<TaxiId, (usize, Time)>,
}

impl Drivers {
    pub(super) fn new(world: &World) -> Self {
        let (nothing, never) = (Money::ZERO, Duration::ZERO);
        let none = |fuel| Driver { fuel, gross: nothing, net: nothing, on_shift: never, charging: never };
        Self {
            from: world.measured_from,
            all: world.taxis.iter().map(|taxi| [none(taxi.fuel); 2]).collect(),
            wheel: world.taxis.iter().map(|_| (0, world.measured_from)).collect(),
        }
    }

    /// A passenger paid a fare, of which the driver keeps a share.
    #[inline]
    pub(super) fn earn(&mut self, now: Time, taxi: TaxiId, fare: Money, share: Money) {
        if now >= self.from {
            let driver = &mut self.all[taxi][self.wheel[taxi].0];
            driver.gross += fare;
            driver.net += share;
        }
    }

    /// The driver pays.
    #[inline]
    pub(super) fn pay(&mut self, now: Time, taxi: TaxiId, bill: Money) {
        if now >= self.from {
            self.all[taxi][self.wheel[taxi].0].net -= bill;
        }
    }

    /// Up to now the taxi did this.
    #[inline]
    pub(super) fn spend(&mut self, now: Time, taxi: TaxiId, doing: Doing) {
        let (driver, since) = &mut self.wheel[taxi];
        if now > *since {
            if doing != Doing::OffShift {
                let (driver, span) = (&mut self.all[taxi][*driver], now - *since);
                driver.on_shift += span;
                if matches!(doing, Doing::SeekingCharge | Doing::Queued | Doing::Charging) {
                    driver.charging += span;
                }
            }
            *since = now;
        }
    }

    /// From now on this driver has the car.
    pub(super) fn take_over(&mut self, taxi: TaxiId, driver: u8) {
        self.wheel[taxi].0 = driver.into();
    }

    /// The accounts of all who worked or paid anything.
    pub(super) fn finish(self) -> Vec<Driver> {
        let used = |driver: &&Driver| driver.on_shift > Duration::ZERO || driver.net != Money::ZERO;
        self.all.iter().flatten().filter(used).copied().collect()
    }
}

/// What drivers get, by what they drive and over all of them.
pub(super) fn tell(to: &mut Metrics, drivers: &[Driver], measured: Duration) {
    let drivers: Vec<&Driver> = drivers.iter().filter(|driver| driver.on_shift > Duration::ZERO).collect();
    for (fuel, name) in [(Fuel::Electric, "electric"), (Fuel::Petrol, "petrol"), (Fuel::Lpg, "lpg")] {
        let of_fuel = || drivers.iter().filter(|driver| driver.fuel == fuel);
        let count = of_fuel().count();
        if count == 0 {
            continue;
        }
        let hours = of_fuel().map(|driver| driver.on_shift).sum::<Duration>().as_hours_f64();
        let gross: Money = of_fuel().map(|driver| driver.gross).sum();
        to.set("drivers.gross_kzt_per_hour.", name, gross.as_kzt_f64() / hours);
        let driver_days = count as f64 * measured.as_hours_f64() / 24.0;
        to.set("drivers.hours_per_day.", name, hours / driver_days);
        if fuel == Fuel::Electric {
            let charging: Duration = of_fuel().map(|driver| driver.charging).sum();
            to.set("drivers.", "charging_hours_per_day", charging.as_hours_f64() / driver_days);
        }
    }
    let per_hour = |of: fn(&Driver) -> Money| {
        let rate = |driver: &Driver| of(driver).as_kzt_f64() / driver.on_shift.as_hours_f64();
        let mut rates: Vec<f64> = drivers.iter().map(|driver| rate(driver)).collect();
        rates.sort_by(f64::total_cmp);
        rates
    };
    let net = per_hour(|driver| driver.net);
    for (name, share) in [("p10", 0.1), ("p50", 0.5), ("p90", 0.9)] {
        // The least rate that this share of the drivers does not exceed.
        let rank = (share * net.len() as f64).ceil() as usize;
        to.set("drivers.net_kzt_per_hour.", name, net.get(rank.saturating_sub(1)).copied());
    }
    to.set("drivers.", "gross_gini", gini(&per_hour(|driver| driver.gross)));
}

/// The Gini coefficient of values in rising order: `2 Σ i·xᵢ / (n Σ xᵢ) − (n + 1) / n`.
fn gini(values: &[f64]) -> Option<f64> {
    let (count, sum) = (values.len() as f64, values.iter().sum::<f64>());
    let ranked: f64 = values.iter().zip(1..).map(|(value, rank)| value * f64::from(rank)).sum();
    (sum > 0.0).then(|| 2.0 * ranked / (count * sum) - (count + 1.0) / count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_drivers_have_a_gini_of_nothing_and_one_who_has_all_nearly_one() {
        assert!(gini(&[3.0; 10]).is_some_and(|gini| gini.abs() < 1e-12));
        assert!(gini(&[0.0, 0.0, 0.0, 8.0]).is_some_and(|gini| (gini - 0.75).abs() < 1e-12));
        assert_eq!(gini(&[]), None);
    }
}
