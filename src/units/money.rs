//! Money in tiyn, and prices per kilowatt-hour.

use super::{Duration, Energy, additive};
use std::ops::{AddAssign, Mul};

/// An amount of money in tiyn, a hundredth of a tenge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(i64);

/// A price in tiyn per kilowatt-hour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Price(i64);

/// An exact sum of prices times energies and of fees, before it is rounded to a bill: in tiyn per kilowatt-hour times
/// millijoules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Due(i128);

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

    /// The amount without a tax of this many millionths on top of it, rounded to the nearest tiyn.
    #[must_use]
    pub const fn net(self, ppm: i64) -> Self {
        let by = 1_000_000 + ppm as i128;
        Self((2 * self.0 as i128 * 1_000_000 + by).div_euclid(2 * by) as i64)
    }

    /// This share of the amount, in parts per million, rounded to the nearest tiyn.
    #[must_use]
    pub const fn share_ppm(self, ppm: i64) -> Self {
        Self((self.0 as i128 * ppm as i128 + 500_000).div_euclid(1_000_000) as i64)
    }
}

impl Price {
    /// The price nearest to a number of tenge per kilowatt-hour.
    pub fn from_kzt_per_kwh_f64(kzt: f64) -> Self {
        Self((kzt * 1e2).round() as i64)
    }

    /// What an energy costs, before rounding.
    pub const fn exactly(self, energy: Energy) -> Due {
        Due(self.0 as i128 * energy.as_millijoules() as i128)
    }

    /// The price times a ratio of integers, rounded to the nearest tiyn, and nothing if the ratio is negative.
    ///
    /// # Panics
    ///
    /// If the denominator is not positive.
    #[must_use]
    pub fn scaled(self, times: i64, by: i64) -> Self {
        assert!(by > 0, "a ratio has a positive denominator");
        let (exact, by) = (i128::from(self.0) * i128::from(times.max(0)), i128::from(by));
        Self(((2 * exact + by) / (2 * by)) as i64)
    }

    /// Tenge per kilowatt-hour, for tables and people.
    pub fn as_kzt_per_kwh_f64(self) -> f64 {
        self.0 as f64 / 1e2
    }
}

impl Due {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// A fee for each minute of a span, to the millisecond.
    pub const fn per_minute(fee: Money, span: Duration) -> Self {
        let tiyn_milliseconds = fee.0 as i128 * span.as_millis() as i128;
        Self(tiyn_milliseconds * (2 * HALF_KWH / Duration::MINUTE.as_millis()) as i128)
    }

    /// The bill, to the nearest tiyn: rounded here and nowhere else.
    pub const fn rounded(self) -> Money {
        Money((self.0 + HALF_KWH as i128).div_euclid(2 * HALF_KWH as i128) as i64)
    }
}

impl AddAssign for Due {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

/// Millijoules in half a kilowatt-hour.
const HALF_KWH: i64 = 1_800_000_000;

/// What an energy costs at one price, rounded to the nearest tiyn.
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
    fn energy_and_a_fee_make_one_bill() {
        let mut due = Price::from_kzt_per_kwh_f64(100.0).exactly(Energy::from_millijoules(180_000));
        assert_eq!(due.rounded(), Money::from_tiyn(1));
        due += Due::per_minute(Money::from_kzt_f64(50.0), Duration::from_millis(90_000));
        assert_eq!(due.rounded(), Money::from_tiyn(7_501));
        due += Price::from_kzt_per_kwh_f64(100.0).exactly(Energy::from_millijoules(179_999));
        // Two parts of half a tiyn are not rounded twice.
        assert_eq!(due.rounded(), Money::from_tiyn(7_501));
    }

    #[test]
    fn a_net_price_and_its_tax_make_the_price() {
        let net = Money::from_kzt_f64(100.0).net(120_000);
        assert_eq!(net, Money::from_tiyn(8_929));
        assert_eq!(Money::from_kzt_f64(112.0).net(120_000), Money::from_kzt_f64(100.0));
        assert_eq!(Money::ZERO.net(120_000), Money::ZERO);
    }

    #[test]
    fn a_commission_is_a_share_of_the_fare() {
        assert_eq!(Money::from_kzt_f64(600.0).share_ppm(200_000), Money::from_kzt_f64(120.0));
    }
}
