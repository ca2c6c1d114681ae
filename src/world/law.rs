//! Laws of spans of time, ready to be drawn from.

use crate::rng::Stream;
use crate::scenario;
use crate::units::{Duration, Energy};
use std::hint::cold_path;

/// Parts of a millisecond in which a stream keeps the spans between its arrivals, so that they add up: whole milliseconds
/// each would change a rate of a million an hour by a third of a percent.
pub const FINE: i64 = 1 << 16;

/// Fifty times this mean, in fine parts, is below 2⁵¹: a week.
const LONGEST_MEAN: f64 = 6e8;

/// A law of spans of time. Each draw takes what it needs from one stream and nothing else.
#[derive(Clone, Copy, Debug)]
pub enum Law {
    /// Always the same.
    Constant(Duration),
    /// Exponential: its mean in milliseconds.
    Exponential(f64),
    /// A sum of exponential stages: their number and the mean of each in milliseconds.
    Erlang(u32, f64),
    /// Lognormal: mean and standard deviation of the logarithm of milliseconds.
    Lognormal(f64, f64),
    /// Hyperexponential: the probability of the first branch and the means of both in milliseconds.
    Hyperexponential(f64, f64, f64),
    /// Weibull: scale in milliseconds and 1 / shape.
    Weibull(f64, f64),
}

impl Law {
    /// The law that a scenario names.
    pub fn new(law: scenario::Law) -> Self {
        let millis = |minutes: f64| minutes * 60e3;
        match law {
            scenario::Law::Constant { minutes } => Self::Constant(Duration::from_secs_f64(minutes * 60.0)),
            scenario::Law::Exponential { mean_minutes } => Self::exponential(millis(mean_minutes)),
            scenario::Law::Erlang { stages, mean_minutes } => {
                Self::Erlang(stages, millis(mean_minutes) / f64::from(stages))
            }
            scenario::Law::Lognormal { mean_minutes, cv } => {
                let variance = libm::log(1.0 + cv * cv);
                Self::Lognormal(libm::log(millis(mean_minutes)) - variance / 2.0, libm::sqrt(variance))
            }
            scenario::Law::Hyperexponential { mean_minutes, cv } => {
                // Balanced means: each branch carries half of the mean (Whitt 1982, equation 3.7).
                let scv = cv * cv;
                let first = f64::midpoint(1.0, libm::sqrt((scv - 1.0) / (scv + 1.0)));
                let half = millis(mean_minutes) / 2.0;
                Self::Hyperexponential(first, half / first, half / (1.0 - first))
            }
            scenario::Law::Weibull { mean_minutes, shape } => {
                Self::Weibull(millis(mean_minutes) / libm::tgamma(1.0 + 1.0 / shape), 1.0 / shape)
            }
        }
    }

    /// The law of energies that a scenario names, in joules: see [`draw_energy`](Self::draw_energy).
    pub fn of_energy(law: scenario::EnergyLaw) -> Self {
        // A joule takes the place of a millisecond.
        let minutes = |kwh: f64| kwh * 3.6e6 / 60e3;
        Self::new(match law {
            scenario::EnergyLaw::Constant { kwh } => scenario::Law::Constant { minutes: minutes(kwh) },
            scenario::EnergyLaw::Exponential { mean_kwh } => {
                scenario::Law::Exponential { mean_minutes: minutes(mean_kwh) }
            }
            scenario::EnergyLaw::Lognormal { mean_kwh, cv } => {
                scenario::Law::Lognormal { mean_minutes: minutes(mean_kwh), cv }
            }
            scenario::EnergyLaw::Hyperexponential { mean_kwh, cv } => {
                scenario::Law::Hyperexponential { mean_minutes: minutes(mean_kwh), cv }
            }
        })
    }

    /// An energy from a law of energies, at least a joule and at most a thousand megawatt-hours.
    pub fn draw_energy(&self, stream: &mut Stream) -> Energy {
        Energy::from_millijoules(self.draw(stream).as_millis().clamp(1, 3_600_000_000_000) * 1_000)
    }

    /// The exponential law with this mean in milliseconds. Where a draw, which is below fifty times the mean, would not
    /// remain a number of fine parts, it is drawn as one stage by a longer way that bounds it.
    pub(crate) fn exponential(mean: f64) -> Self {
        if mean <= LONGEST_MEAN { Self::Exponential(mean) } else { Self::Erlang(1, mean) }
    }

    /// A span from this law in parts of a millisecond, of which there are [`FINE`]: whole milliseconds where the law is of
    /// long spans or not exponential.
    #[inline(always)]
    pub fn draw_fine(&self, stream: &mut Stream) -> i64 {
        if let Self::Exponential(mean) = self {
            return nearest(stream.exponential() * (mean * FINE as f64));
        }
        cold_path();
        self.draw_other(stream).as_millis() * FINE
    }

    /// A span from this law.
    #[inline(always)]
    pub fn draw(&self, stream: &mut Stream) -> Duration {
        match self {
            Self::Exponential(mean) => Duration::from_millis(nearest(stream.exponential() * mean)),
            Self::Constant(_)
            | Self::Erlang(..)
            | Self::Lognormal(..)
            | Self::Hyperexponential(..)
            | Self::Weibull(..) => {
                cold_path();
                self.draw_other(stream)
            }
        }
    }

    /// The laws whose draws cost more than the call.
    #[inline(never)]
    fn draw_other(&self, stream: &mut Stream) -> Duration {
        let millis = match *self {
            Self::Constant(span) => return span,
            Self::Exponential(mean) => mean * stream.exponential(),
            Self::Erlang(stages, mean) => mean * (0..stages).map(|_| stream.exponential()).sum::<f64>(),
            Self::Lognormal(mu, sigma) => libm::exp(mu + sigma * stream.normal()),
            Self::Hyperexponential(first, one, other) => {
                (if stream.uniform() < first { one } else { other }) * stream.exponential()
            }
            Self::Weibull(scale, inverse_shape) => scale * libm::pow(stream.exponential(), inverse_shape),
        };
        // Beyond three thousand years a span is for ever: no run comes near its end, and sums of such spans remain numbers.
        Duration::from_millis(nearest(millis.min(1e14)))
    }
}

/// The integer nearest to a number from 0 to 2⁵¹, ties to even.
///
/// In a number of this size added to 2⁵² the last bit stands for 1, so that the sum is rounded to an integer and
/// holds it in its lowest bits. A cast checks for much that a span cannot be, and `f64::round` is a call.
#[inline]
pub(crate) fn nearest(number: f64) -> i64 {
    const SHIFT: f64 = (1_u64 << 52) as f64;
    debug_assert!((0.0..SHIFT / 2.0).contains(&number), "a span is finite and not negative");
    (number + SHIFT).to_bits() as i64 - SHIFT.to_bits() as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, Streams};
    use crate::scenario::Law::{Constant, Erlang, Exponential, Hyperexponential, Lognormal, Weibull};

    #[test]
    fn every_law_has_the_mean_and_variation_it_names() {
        // The Weibull law of shape 2 has cv = sqrt(4/π − 1).
        for (law, cv) in [
            (Constant { minutes: 30.0 }, 0.0),
            (Exponential { mean_minutes: 30.0 }, 1.0),
            (Erlang { stages: 4, mean_minutes: 30.0 }, 0.5),
            (Lognormal { mean_minutes: 30.0, cv: 0.5 }, 0.5),
            (Hyperexponential { mean_minutes: 30.0, cv: 2.0 }, 2.0),
            (Weibull { mean_minutes: 30.0, shape: 2.0 }, 0.522_723),
        ] {
            let mut stream = Streams::new(1, 0).get(Purpose::Stay, 0);
            let compiled = Law::new(law);
            let draws: Vec<f64> =
                (0..400_000).map(|_| compiled.draw(&mut stream).as_secs_f64() / 60.0).collect();
            let mean = draws.iter().sum::<f64>() / draws.len() as f64;
            let variance = draws.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / draws.len() as f64;
            assert!((mean - 30.0).abs() < 0.5, "{law:?}: mean {mean}");
            assert!((variance.sqrt() / mean - cv).abs() < 0.02, "{law:?}: cv {}", variance.sqrt() / mean);
        }
    }
}
