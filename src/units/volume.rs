//! Volumes of fuel.

use super::additive;

/// A volume in microlitres: a litre for 100 km is ten of them a metre, so that short drives lose nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Volume(i64);

additive!(Volume);

impl Volume {
    /// A volume in microlitres.
    pub const fn from_microlitres(microlitres: i64) -> Self {
        Self(microlitres)
    }

    /// The volume nearest to a number of litres, as read from a scenario.
    pub fn from_litres_f64(litres: f64) -> Self {
        Self((litres * 1e6).round() as i64)
    }

    /// Microlitres.
    pub const fn as_microlitres(self) -> i64 {
        self.0
    }

    /// Litres, for tables and people.
    pub fn as_litres_f64(self) -> f64 {
        self.0 as f64 / 1e6
    }
}
