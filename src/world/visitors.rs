//! Who visits stations besides taxis: streams of visitors, and private electric cars.

use super::{Inlet, Law, Model, Rhythm};
use crate::ids::{Id, IdVec, ModelId, StationId};
use crate::rng::Stream;
use crate::units::{Energy, Soc};
use rand_distr::Beta;
use rand_distr::weighted::WeightedAliasIndex;

/// A stream of visitors to one station.
#[derive(Clone, Debug)]
pub struct WalkIns {
    /// The station.
    pub station: StationId,
    /// Which of the station's streams it is, from 0; cars that come back share theirs.
    pub number: u32,
    /// What keys their random numbers: the station's key, and which of its streams it is.
    pub key: u64,
    /// Their class.
    pub class: u32,
    /// The rank in the station's queue that it comes to.
    pub rank: u8,
    /// Time between arrivals, at pace 1; for a car that comes back, its time away.
    pub gap: Law,
    /// Whether it is one car that comes back, rather than ever new ones.
    pub returns: bool,
    /// What they come for.
    pub need: Need,
    /// How long they wait for a plug; none for ever.
    pub patience: Option<Law>,
}

/// What a visitor comes for.
#[derive(Clone, Debug)]
pub enum Need {
    /// A plug for a time.
    Stay(Law),
    /// An amount of energy, for the battery of [`World::flat`](super::World::flat).
    Energy(Law),
    /// Energy for a private car; the inlets that fit the station have these summed weights.
    Charge([f64; 4]),
}

/// Private electric cars.
#[derive(Clone, Debug)]
pub struct Private {
    /// The pace of their arrivals.
    pub rhythm: Rhythm,
    /// The mix of models.
    pub mix: WeightedAliasIndex<f64>,
    /// The law of their state of charge on arrival.
    pub arrival_soc: Beta<f64>,
}

/// What a private car brings that considers charging.
#[derive(Clone, Copy, Debug)]
pub struct Comer {
    /// Its model.
    pub model: ModelId,
    /// Its inlet.
    pub inlet: Inlet,
    /// What its battery holds.
    pub stored: Energy,
}

impl Private {
    /// Draws a private car, with an inlet that fits one of a station's plugs, of which these are the summed weights.
    pub fn draw(&self, models: &IdVec<ModelId, Model>, inlets: &[f64; 4], chance: &mut Stream) -> Comer {
        let share = chance.uniform() * inlets[3];
        let inlet = Inlet::ALL[inlets.partition_point(|&sum| sum <= share).min(3)];
        let model = ModelId::new(chance.sample(&self.mix));
        let soc: f64 = chance.sample(&self.arrival_soc);
        Comer { model, inlet, stored: Soc::from_share_f64(soc).of(models[model].battery.capacity) }
    }
}
