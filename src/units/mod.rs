//! Time, energy, length and money as integers, with exact arithmetic between them.
//!
//! Each quantity has one unit, chosen so that products are exact: watts times milliseconds are
//! millijoules. Sums of such values do not depend on their order.

mod energy;
mod money;
mod time;
mod volume;

pub use energy::{Energy, Length, Power, Soc};
pub use money::{Due, Money, Price};
pub use time::{Duration, Time};
pub use volume::Volume;

/// Implements what every additive quantity shares: sums, differences, scaling by a count.
macro_rules! additive {
    ($name:ident) => {
        impl $name {
            /// Nothing of it.
            pub const ZERO: Self = Self(0);
        }
        impl std::ops::Add for $name {
            type Output = Self;
            fn add(self, other: Self) -> Self {
                Self(self.0 + other.0)
            }
        }
        impl std::ops::Sub for $name {
            type Output = Self;
            fn sub(self, other: Self) -> Self {
                Self(self.0 - other.0)
            }
        }
        impl std::ops::AddAssign for $name {
            fn add_assign(&mut self, other: Self) {
                self.0 += other.0;
            }
        }
        impl std::ops::SubAssign for $name {
            fn sub_assign(&mut self, other: Self) {
                self.0 -= other.0;
            }
        }
        impl std::ops::Mul<i64> for $name {
            type Output = Self;
            fn mul(self, times: i64) -> Self {
                Self(self.0 * times)
            }
        }
        impl std::iter::Sum for $name {
            fn sum<I: Iterator<Item = Self>>(values: I) -> Self {
                values.fold(Self::ZERO, |sum, value| sum + value)
            }
        }
    };
}
use additive;
