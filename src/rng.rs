//! Random streams keyed by purpose and entity, with the same bits on every machine.
//!
//! A stream belongs to one entity and one purpose, so that one more taxi changes nobody else's luck.
//! `ln`, `exp` and `pow` come from `libm`, never from the platform. `rand_distr` cannot promise that here
//! (`parquet` switches its mathematics to the platform's), so the laws drawn during a run stand in
//! this file; `rand_distr` draws what is rounded coarsely, once per car.

use rand::{Rng, SeedableRng};
use rand_distr::Distribution;
use rand_xoshiro::Xoshiro256PlusPlus;
use std::hint::cold_path;
use std::sync::LazyLock;

/// What a stream is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum Purpose {
    /// Rides of one day.
    Demand = 1,
    /// What a taxi and its driver are.
    Taxi = 2,
    /// What a taxi's driver does by chance at one visit to a station.
    Driver = 3,
    /// Times of arrival of a stream of walk-ins.
    Arrivals = 4,
    /// How long walk-ins stay, or what they need.
    Stay = 5,
    /// How long walk-ins wait, whether they balk, and what they are lucky with at the plug.
    Patience = 6,
    /// When a taxi is driven, by how many, and with how much fuel it starts.
    Shift = 20,
    /// Where a driver goes to charge.
    Choice = 30,
    /// What a taxi's driver has besides the car.
    Belongings = 31,
    /// When a driver ends a shift before its time.
    Stopping = 21,
    /// Where an idle driver goes to wait.
    Repositioning = 22,
    /// Whether a passenger rides at a raised fare.
    Surge = 23,
    /// When a plug fails, and how long its repair takes.
    Fault = 32,
    /// Whether the plug-in of a visit fails.
    Session = 33,
    /// How long a car stays at the plug after the session of a visit.
    Overstay = 34,
    /// Where the points of a design lie.
    Design = 40,
    /// Which runs a resample takes.
    Bootstrap = 41,
}

/// The source of all streams of one replication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Streams {
    seed: u64,
    replication: u64,
}

impl Streams {
    /// Streams for one replication under a master seed.
    pub const fn new(seed: u64, replication: u64) -> Self {
        Self { seed, replication }
    }

    /// The stream of one entity for one purpose: the same key gives the same numbers.
    pub fn get(&self, purpose: Purpose, entity: u64) -> Stream {
        let key = key(&[self.seed, self.replication, purpose as u64, entity]);
        Stream { bits: Xoshiro256PlusPlus::seed_from_u64(key), ziggurat: &ZIGGURAT }
    }

    /// The number from the standard Gumbel law that belongs to an entity, of the purposes that need only one.
    ///
    /// The greatest of several utilities with such a number added to each is drawn as a multinomial logit says, and one
    /// more alternative leaves the numbers of all others as they are.
    pub fn gumbel(&self, purpose: Purpose, entity: u64) -> f64 {
        let key = key(&[self.seed, self.replication, purpose as u64, entity]);
        // The middle of one of 2⁵² steps: never 0 and never 1.
        let share = ((key >> 12) as f64 + 0.5) * (1.0 / (1_u64 << 52) as f64);
        -libm::log(-libm::log(share))
    }
}

/// One key for an entity that several numbers tell from others.
pub fn key(words: &[u64]) -> u64 {
    words.iter().fold(0, |hash, &word| mix(hash ^ mix(word.wrapping_add(0x9E37_79B9_7F4A_7C15))))
}

/// A key for an entity that its name tells from others.
pub fn key_of_name(name: &str) -> u64 {
    name.bytes().fold(0, |hash, byte| key(&[hash, byte.into()]))
}

/// The finalizer of `SplitMix64`: a bijection in which each input bit changes half of the output bits.
const fn mix(mut word: u64) -> u64 {
    word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    word ^ (word >> 31)
}

/// One sequence of random numbers.
#[derive(Clone, Debug)]
pub struct Stream {
    bits: Xoshiro256PlusPlus,
    ziggurat: &'static Ziggurat,
}

impl Stream {
    /// A uniform number in [0, 1), in steps of 2⁻⁵³.
    #[inline]
    pub fn uniform(&mut self) -> f64 {
        (self.bits.next_u64() >> 11) as f64 * (1.0 / (1_u64 << 53) as f64)
    }

    /// Thirty-two random bits, to key another stream by.
    pub fn word(&mut self) -> u32 {
        (self.bits.next_u64() >> 32) as u32
    }

    /// A uniform number in (0, 1]: safe to take the logarithm of.
    #[inline]
    fn uniform_above_zero(&mut self) -> f64 {
        ((self.bits.next_u64() >> 11) + 1) as f64 * (1.0 / (1_u64 << 53) as f64)
    }

    /// A uniform number in [low, high).
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.uniform()
    }

    /// An exponential number with mean 1, by the ziggurat of Marsaglia and Tsang (2000).
    #[inline(always)]
    pub fn exponential(&mut self) -> f64 {
        let (layer, x) = self.point();
        if x < self.ziggurat.edge[layer + 1] {
            return x;
        }
        cold_path();
        self.beside_the_layer(layer, x)
    }

    /// A layer of the ziggurat and a point from zero up to its right edge.
    #[inline(always)]
    fn point(&mut self) -> (usize, f64) {
        let bits = self.bits.next_u64();
        let layer = (bits & 0xFF) as usize;
        // Twelve bits beside the layer's eight are left out, as `f64` has room for fifty-two below the point.
        (layer, (f64::from_bits(bits >> 12 | 1.0_f64.to_bits()) - 1.0) * self.ziggurat.edge[layer])
    }

    /// The ziggurat's rare case, one draw in fifty: a point right of the next layer's edge.
    #[cold]
    #[inline(never)]
    fn beside_the_layer(&mut self, mut layer: usize, mut x: f64) -> f64 {
        while x >= self.ziggurat.edge[layer + 1] {
            if layer == 0 {
                return TAIL - libm::log(self.uniform_above_zero());
            }
            let [above, below] = [self.ziggurat.density[layer + 1], self.ziggurat.density[layer]];
            if above + (below - above) * self.uniform() < libm::exp(-x) {
                return x;
            }
            (layer, x) = self.point();
        }
        x
    }

    /// A standard normal number, by Box and Muller (1958), one of the pair.
    pub fn normal(&mut self) -> f64 {
        let radius = libm::sqrt(-2.0 * libm::log(self.uniform_above_zero()));
        radius * libm::cos(std::f64::consts::TAU * self.uniform())
    }

    /// A number from a law of `rand_distr`. Round it coarsely: its last bits may differ between machines.
    pub fn sample<T>(&mut self, law: &impl Distribution<T>) -> T {
        law.sample(&mut self.bits)
    }
}

/// Where the ziggurat's tail begins.
const TAIL: f64 = 7.697_117_470_131_05;
/// The area of each of its 256 layers.
const LAYER: f64 = 0.003_949_659_822_581_557;

/// Right edges of the layers of the exponential density, widest first, and the density there.
#[derive(Debug)]
struct Ziggurat {
    edge: [f64; 257],
    density: [f64; 257],
}

static ZIGGURAT: LazyLock<Ziggurat> = LazyLock::new(|| {
    let mut edge = [0.0; 257];
    edge[0] = LAYER * libm::exp(TAIL);
    edge[1] = TAIL;
    for layer in 1..255 {
        edge[layer + 1] = -libm::log(LAYER / edge[layer] + libm::exp(-edge[layer]));
    }
    Ziggurat { edge, density: edge.map(|x| libm::exp(-x)) }
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_key_gives_the_same_numbers_and_another_key_others() {
        let draw = |streams: Streams, purpose, entity| streams.get(purpose, entity).uniform().to_bits();
        let streams = Streams::new(1, 0);
        assert_eq!(draw(streams, Purpose::Taxi, 7), draw(streams, Purpose::Taxi, 7));
        assert_ne!(draw(streams, Purpose::Taxi, 7), draw(streams, Purpose::Taxi, 8));
        assert_ne!(draw(streams, Purpose::Taxi, 7), draw(streams, Purpose::Driver, 7));
        assert_ne!(draw(streams, Purpose::Taxi, 7), draw(Streams::new(1, 1), Purpose::Taxi, 7));
        assert_ne!(draw(streams, Purpose::Taxi, 7), draw(Streams::new(2, 0), Purpose::Taxi, 7));
    }

    #[test]
    fn keys_tell_numbers_names_and_their_order_apart() {
        let keys = [
            key(&[1, 2]),
            key(&[2, 1]),
            key(&[1]),
            key(&[1, 2, 0]),
            key_of_name("plot-001"),
            key_of_name("plot-010"),
            key_of_name(""),
        ];
        for (index, one) in keys.iter().enumerate() {
            assert!(!keys[..index].contains(one), "{keys:?}");
        }
    }

    #[test]
    fn exponential_numbers_follow_their_law() {
        let streams = (0..50).map(|entity| Streams::new(1, 0).get(Purpose::Stay, entity));
        let draws: Vec<f64> =
            streams.flat_map(|mut stream| (0..20_000).map(move |_| stream.exponential())).collect();
        // The share above each level must lie within four standard errors of exp(-level).
        for level in [0.01, 0.1, 0.5, 1.0, 2.0, 4.0, 7.0, 7.7, 9.0] {
            let above = draws.iter().filter(|&&draw| draw > level).count() as f64 / draws.len() as f64;
            let exact = libm::exp(-level);
            let error = libm::sqrt(exact * (1.0 - exact) / draws.len() as f64);
            assert!((above - exact).abs() < 4.0 * error, "above {level}: {above}, not {exact}");
        }
        let mean = draws.iter().sum::<f64>() / draws.len() as f64;
        assert!((mean - 1.0).abs() < 0.004, "mean {mean}");
    }

    #[test]
    fn normal_numbers_have_mean_zero_and_variance_one() {
        let mut stream = Streams::new(1, 0).get(Purpose::Stay, 1);
        let draws: Vec<f64> = (0..200_000).map(|_| stream.normal()).collect();
        let mean = draws.iter().sum::<f64>() / draws.len() as f64;
        let variance = draws.iter().map(|draw| draw * draw).sum::<f64>() / draws.len() as f64;
        assert!(mean.abs() < 0.01 && (variance - 1.0).abs() < 0.015, "{mean} {variance}");
    }
}
