//! What petrol and LPG cars burn, and when they stop for more.

use super::Fuel;
use super::energy::interpolate;
use crate::scenario::Fleet;
use crate::units::{Duration, Length, Volume};

/// The unit of the factors below: 1 is 2¹⁶.
const UNIT: i64 = 1 << 16;
/// Speeds beyond this many km/h consume like this.
const FASTEST: usize = 160;

/// Tanks and what empties them.
#[derive(Clone, Debug)]
pub struct Tanks {
    /// Microlitres a metre of petrol and of LPG, at factor 1.
    per_metre: [i64; 2],
    /// The factor of consumption by whole km/h.
    by_speed: Vec<u32>,
    /// What a tank holds.
    pub capacity: Volume,
    /// A driver with less than this stops for fuel.
    pub low: Volume,
    /// How long the stop takes, the way to it included.
    pub stop: Duration,
}

impl Tanks {
    pub(crate) fn new(fleet: &Fleet) -> Self {
        let per_metre = |litres_per_100km: f64| (litres_per_100km * 10.0).round() as i64;
        let factor = |kmh: usize| (interpolate(&fleet.fuel_speed_factor, kmh as f64) * UNIT as f64) as u32;
        let refuel = &fleet.refuel;
        Self {
            per_metre: [per_metre(fleet.petrol_l_per_100km), per_metre(fleet.lpg_l_per_100km)],
            by_speed: (0..=FASTEST).map(factor).collect(),
            capacity: Volume::from_litres_f64(refuel.tank_l),
            low: Volume::from_litres_f64(refuel.tank_l * refuel.below),
            stop: Duration::from_secs_f64(refuel.minutes * 60.0),
        }
    }

    /// What a drive burns: `d·c·f(v)`. Nothing in an electric car.
    #[inline]
    pub fn burn(&self, fuel: Fuel, length: Length, lasting: Duration) -> Volume {
        let per_metre = match fuel {
            Fuel::Electric => return Volume::ZERO,
            Fuel::Petrol => self.per_metre[0],
            Fuel::Lpg => self.per_metre[1],
        };
        let metres = length.as_metres();
        let kmh = (metres * 3_600 / lasting.as_millis().max(1)).min(FASTEST as i64);
        Volume::from_microlitres(metres * per_metre * i64::from(self.by_speed[kmh as usize]) / UNIT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_drive_burns_more_than_a_quick_one_and_lpg_more_than_petrol() {
        let tanks = Tanks {
            per_metre: [80, 110],
            by_speed: (0..=FASTEST).map(|kmh| if kmh < 20 { 3 << 15 } else { 1 << 16 }).collect(),
            capacity: Volume::from_litres_f64(45.0),
            low: Volume::from_litres_f64(5.0),
            stop: Duration::minutes(8),
        };
        let burn = |fuel, minutes| tanks.burn(fuel, Length::metres(10_000), Duration::minutes(minutes));
        assert_eq!(burn(Fuel::Petrol, 20), Volume::from_litres_f64(0.8));
        assert_eq!(burn(Fuel::Petrol, 40), Volume::from_litres_f64(1.2));
        assert_eq!(burn(Fuel::Lpg, 20), Volume::from_litres_f64(1.1));
        assert_eq!(burn(Fuel::Electric, 20), Volume::ZERO);
    }
}
