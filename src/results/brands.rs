//! Electric taxis by the makers of their cars.

use super::lists::BRAND;
use super::metrics::{self, Metrics};
use super::sums::{Fleet, VisitCounts, Waits};
use crate::ids::{Id, IdVec, TaxiId};
use crate::units::Duration;
use crate::world::{Fuel, World};

/// What the electric taxis of one maker did in the measured span, and how their visits to stations ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Brand {
    /// The taxis.
    pub fleet: Fleet,
    /// Their visits that arrived in the span.
    pub counts: VisitCounts,
    /// Their waits.
    pub waits: Waits,
}

/// The makers of the models that electric taxis may be, in the order of the models; none where no taxi is electric.
pub(super) fn makers(world: &World) -> Vec<&str> {
    let mut makers: Vec<&str> = Vec::new();
    if world.taxis.iter().any(|taxi| taxi.fuel == Fuel::Electric) {
        for (id, model) in world.models.enumerate() {
            if id != world.flat && !makers.contains(&model.make.as_str()) {
                makers.push(&model.make);
            }
        }
    }
    makers
}

/// The sums of all taxis while the run goes on: those of each maker's electric ones, then those of petrol and of LPG
/// cars, so that a fact is counted once and what is said of electric taxis is what their makers add up to.
pub(super) struct Brands {
    of: IdVec<TaxiId, u16>,
    all: Vec<Brand>,
}

impl Brands {
    pub(super) fn new(world: &World) -> Self {
        let makers = makers(world);
        let by_model: Vec<u16> = (world.models.iter())
            .map(|model| makers.iter().position(|maker| *maker == model.make).unwrap_or(0) as u16)
            .collect();
        let group = |fuel, model: usize| match fuel {
            Fuel::Electric => by_model[model],
            Fuel::Petrol => makers.len() as u16,
            Fuel::Lpg => makers.len() as u16 + 1,
        };
        let mut all = vec![Brand::default(); makers.len() + 2];
        let of: IdVec<TaxiId, u16> =
            world.taxis.iter().map(|taxi| group(taxi.fuel, taxi.model.index())).collect();
        of.iter().for_each(|group| all[usize::from(*group)].fleet.taxis += 1);
        Self { of, all }
    }

    /// The sums that a taxi belongs to.
    #[inline]
    pub(super) fn of(&mut self, taxi: TaxiId) -> &mut Brand {
        &mut self.all[usize::from(self.of[taxi])]
    }

    /// Electric taxis by maker, and the fleets of electric, petrol and LPG taxis.
    pub(super) fn finish(mut self) -> (Vec<Brand>, [Fleet; 3]) {
        let fuelled = self.all.split_off(self.all.len() - 2);
        let mut electric = Fleet::default();
        self.all.iter().for_each(|brand| electric.merge(&brand.fleet));
        (self.all, [electric, fuelled[0].fleet, fuelled[1].fleet])
    }
}

/// The metrics of one maker's taxis. Models are drawn, so that a maker may have no taxi in a replication and some in
/// another: its counts are zero there.
pub(super) fn tell(world: &World, brand: &Brand, measured: Duration) -> Metrics {
    let mut to = Metrics::none(BRAND);
    let fleet = &brand.fleet;
    to.set("", "taxis", fleet.taxis as f64);
    metrics::work(&mut to, "", fleet, measured);
    metrics::electricity(&mut to, "", fleet, measured);
    let hundred_km = metrics::kilometres(fleet) / 100.0;
    to.set("", "driving_kwh_per_100km", metrics::ratio(fleet.driving_energy.as_kwh_f64(), hundred_km));
    to.set("", "charged_kwh", fleet.charged.1.as_kwh_f64());
    to.set("", "charged_at_home_kwh", fleet.charged_at_home.1.as_kwh_f64());
    to.set("", "net_kzt_per_hour", metrics::net_per_hour(fleet));
    metrics::counts(&mut to, "", brand.counts);
    if world.charging.jockey.is_some() {
        to.set("", "jockeyed", brand.counts.jockeyed as f64);
    }
    metrics::waits(&mut to, "", &brand.waits);
    to
}
