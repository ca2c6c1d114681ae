//! How fares rise where cars are short, and how passengers take it.

use crate::rng::Stream;
use crate::scenario;

/// One, in parts per million.
pub(crate) const ONE: i64 = 1_000_000;

/// The multiplier of fares: `1 + (most − 1) · x / (x + half)`, where `x` is by how many waiting passengers of a
/// district, the new one included, outnumber its idle cars.
#[derive(Clone, Copy, Debug)]
pub struct Surge {
    /// What the greatest multiplier adds to 1, in parts per million.
    most: i64,
    /// Thousandths of the excess that brings half of it.
    half: i64,
    elasticity: f64,
}

impl Surge {
    pub(crate) fn new(surge: &scenario::Surge) -> Self {
        Self {
            most: ((surge.at_most - 1.0) * ONE as f64).round() as i64,
            half: (surge.half_at_excess * 1e3).round() as i64,
            elasticity: surge.elasticity,
        }
    }

    /// The multiplier in parts per million.
    pub fn multiplier(&self, waiting: u32, idle: u32) -> i64 {
        let excess = (i64::from(waiting) - i64::from(idle)).max(0) * 1_000;
        ONE + self.most * excess / (excess + self.half).max(1)
    }

    /// Whether a passenger rides at this multiplier: with probability `multiplier^−elasticity`, by one uniform number.
    pub fn accepts(&self, multiplier: i64, chance: &mut Stream) -> bool {
        chance.uniform() < libm::pow(multiplier as f64 / ONE as f64, -self.elasticity)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, Streams};

    #[test]
    fn fares_rise_with_the_excess_up_to_the_most_and_passengers_shrink_with_them() {
        let surge = Surge::new(&scenario::Surge { at_most: 2.0, half_at_excess: 10.0, elasticity: 1.0 });
        assert_eq!(surge.multiplier(3, 3), ONE);
        assert_eq!(surge.multiplier(3, 8), ONE);
        assert_eq!(surge.multiplier(13, 3), 3 * ONE / 2);
        assert!((1_990_000..2 * ONE).contains(&surge.multiplier(5_000, 0)));
        let mut chance = Streams::new(1, 0).get(Purpose::Surge, 0);
        let taken = (0..10_000).filter(|_| surge.accepts(2 * ONE, &mut chance)).count();
        assert!((4_800..5_200).contains(&taken), "{taken}");
        assert!((0..100).all(|_| surge.accepts(ONE, &mut chance)));
    }
}
