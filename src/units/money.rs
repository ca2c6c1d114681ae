//! Money in tiyn, and prices per kilowatt-hour.

use super::{Energy, additive};
use std::ops::Mul;

/// An amount of money in tiyn, a hundredth of a tenge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(i64);

/// A price in tiyn per kilowatt-hour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Price(i64);

additive!(Money);

impl Money {
    /// An amount in tiyn.
    pub const fn from_tiyn(tiyn: i64) -> Self {
        Self(tiyn)
    }

    /// The amount nearest to a number of tenge, as read from a scenario or a table.
    pub fn from_kzt_f64(kzt: f64) -> Self {
        Self((kzt * 1e2).round() as i64)
    }

    /// Tiyn.
    pub const fn as_tiyn(self) -> i64 {
        self.0
    }

    /// Tenge, for tables and people.
    pub fn as_kzt_f64(self) -> f64 {
        self.0 as f64 / 1e2
    }

    /// This share of the amount, in parts per million, rounded to the nearest tiyn.
    #[must_use]
    pub const fn share_ppm(self, ppm: i64) -> Self {
        Self((self.0 * ppm + 500_000).div_euclid(1_000_000))
    }
}

impl Price {
    /// The price nearest to a number of tenge per kilowatt-hour.
    pub fn from_kzt_per_kwh_f64(kzt: f64) -> Self {
        Self((kzt * 1e2).round() as i64)
    }

    /// Tenge per kilowatt-hour, for tables and people.
    pub fn as_kzt_per_kwh_f64(self) -> f64 {
        self.0 as f64 / 1e2
    }
}

/// Millijoules in half a kilowatt-hour.
const HALF_KWH: i64 = 1_800_000_000;

/// What an energy costs, rounded to the nearest tiyn: a bill is rounded here and nowhere else.
impl Mul<Energy> for Price {
    type Output = Money;
    fn mul(self, energy: Energy) -> Money {
        // Sixty-four bits hold the bill of any session; the wide division is slow.
        let narrow =
            self.0.checked_mul(energy.as_millijoules()).and_then(|exact| exact.checked_add(HALF_KWH));
        if let Some(exact) = narrow {
            return Money(exact.div_euclid(2 * HALF_KWH));
        }
        let exact = i128::from(self.0) * i128::from(energy.as_millijoules());
        Money((exact + i128::from(HALF_KWH)).div_euclid(2 * i128::from(HALF_KWH)) as i64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bill_is_rounded_once_to_the_nearest_tiyn() {
        let ceiling = Price::from_kzt_per_kwh_f64(100.0);
        assert_eq!(ceiling * Energy::wh(30_000), Money::from_kzt_f64(3_000.0));
        assert_eq!(ceiling * Energy::from_millijoules(180_000), Money::from_tiyn(1));
        assert_eq!(ceiling * Energy::from_millijoules(179_999), Money::from_tiyn(0));
        assert_eq!(ceiling * Energy::wh(2_000_000_000), Money::from_kzt_f64(2e8));
    }

    #[test]
    fn a_commission_is_a_share_of_the_fare() {
        assert_eq!(Money::from_kzt_f64(600.0).share_ppm(200_000), Money::from_kzt_f64(120.0));
    }
}
