//! Energy, power, length and state of charge.

use super::{Duration, additive};
use std::ops::{Div, Mul};

/// An amount of energy in millijoules: watts times milliseconds, exactly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Energy(i64);

/// A power in watts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Power(i64);

/// A length in metres.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Length(i64);

/// A state of charge: the stored share of a battery's capacity, in ten-thousandths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Soc(i64);

additive!(Energy);
additive!(Power);
additive!(Length);

/// Millijoules in one kilowatt-hour.
const MILLIJOULES_PER_KWH: i64 = 3_600_000_000;

impl Energy {
    /// An amount in millijoules.
    pub const fn from_millijoules(millijoules: i64) -> Self {
        Self(millijoules)
    }

    /// An amount in whole watt-hours.
    pub const fn wh(wh: i64) -> Self {
        Self(wh * 3_600_000)
    }

    /// The amount nearest to a number of kilowatt-hours, as read from a scenario or a table.
    pub fn from_kwh_f64(kwh: f64) -> Self {
        Self((kwh * MILLIJOULES_PER_KWH as f64).round() as i64)
    }

    /// Millijoules.
    pub const fn as_millijoules(self) -> i64 {
        self.0
    }

    /// Kilowatt-hours, for tables and people.
    pub fn as_kwh_f64(self) -> f64 {
        self.0 as f64 / MILLIJOULES_PER_KWH as f64
    }
}

impl Power {
    /// A power in whole watts.
    pub const fn watts(watts: i64) -> Self {
        Self(watts)
    }

    /// A power in whole kilowatts.
    pub const fn kw(kw: i64) -> Self {
        Self(kw * 1_000)
    }

    /// The power nearest to a number of kilowatts, as read from a scenario or a table.
    pub fn from_kw_f64(kw: f64) -> Self {
        Self((kw * 1e3).round() as i64)
    }

    /// Watts.
    pub const fn as_watts(self) -> i64 {
        self.0
    }

    /// Kilowatts, for tables and people.
    pub fn as_kw_f64(self) -> f64 {
        self.0 as f64 / 1e3
    }
}

impl Length {
    /// A length in whole metres.
    pub const fn metres(metres: i64) -> Self {
        Self(metres)
    }

    /// Metres.
    pub const fn as_metres(self) -> i64 {
        self.0
    }

    /// Kilometres, for tables and people.
    pub fn as_km_f64(self) -> f64 {
        self.0 as f64 / 1e3
    }
}

impl Soc {
    /// The state nearest to a share between 0 and 1, as read from a scenario.
    pub fn from_share_f64(share: f64) -> Self {
        Self((share * 1e4).round() as i64)
    }

    /// The energy that this state means in a battery of the given capacity.
    pub const fn of(self, battery: Energy) -> Energy {
        // In two parts, so that a capacity of hundreds of megawatt-hours does not overflow.
        Energy(battery.0 / 10_000 * self.0 + battery.0 % 10_000 * self.0 / 10_000)
    }
}

impl Mul<Duration> for Power {
    type Output = Energy;
    fn mul(self, span: Duration) -> Energy {
        Energy(self.0 * span.as_millis())
    }
}

/// The time in which a power delivers an energy, rounded up: never cut short.
impl Div<Power> for Energy {
    type Output = Duration;
    fn div(self, power: Power) -> Duration {
        // `i64::div_ceil` is not stable for signed integers; both values are positive here.
        Duration::from_millis((self.0 as u64).div_ceil(power.0 as u64) as i64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_an_hour_at_sixty_kilowatts_is_thirty_kilowatt_hours() {
        assert_eq!(Power::kw(60) * Duration::minutes(30), Energy::wh(30_000));
        assert_eq!(Energy::wh(30_000) / Power::kw(60), Duration::minutes(30));
    }

    #[test]
    fn a_division_that_leaves_a_rest_is_rounded_up() {
        assert_eq!(Energy::from_millijoules(1_001) / Power::watts(10), Duration::from_millis(101));
    }

    #[test]
    fn a_state_of_charge_is_a_share_of_the_battery() {
        let battery = Energy::from_kwh_f64(60.5);
        assert_eq!(Soc::from_share_f64(0.8).of(battery), Energy::from_kwh_f64(48.4));
        assert_eq!(Soc::from_share_f64(1.0).of(battery), battery);
    }
}
