//! Taxis and their drivers, drawn one by one from their own streams.

use super::charge::Battery;
use super::demand::End;
use super::energy::Needs;
use super::network::Inlet;
use super::{Fuel, Model, Shift, Taxi};
use crate::data::Data;
use crate::ids::{Id, IdVec, ModelId, NodeId, TaxiId};
use crate::rng::{Purpose, Streams};
use crate::scenario::{Scenario, Span};
use crate::units::{Duration, Energy, Power, Soc, Volume};
use rand_distr::Beta;
use rand_distr::weighted::WeightedAliasIndex;

/// The span that a scenario names.
pub(crate) fn span(span: Span) -> Duration {
    Duration::from_secs_f64(match span {
        Span::Days(days) => days * 86_400.0,
        Span::Hours(hours) => hours * 3_600.0,
        Span::Minutes(minutes) => minutes * 60.0,
    })
}

/// The electric models of the mix with their weights; after them a battery without a curve.
pub(crate) fn models(scenario: &Scenario, data: &Data) -> (IdVec<ModelId, Model>, WeightedAliasIndex<f64>) {
    let curve = scenario.charging.curve.as_ref().unwrap_or(&data.charge_curve.points);
    let named = |name: &String| data.cars.iter().find(|car| car.name == *name);
    let usage = &scenario.fleet.energy;
    let mut weights = Vec::new();
    let mut models = IdVec::new();
    for (name, &weight) in &scenario.fleet.models {
        let car = named(name).expect("a checked scenario names known models");
        weights.push(weight);
        models.push(Model {
            name: car.name.clone(),
            make: car.make.clone(),
            battery: Battery::new(
                Energy::from_kwh_f64(car.battery_kwh),
                Power::from_kw_f64(car.dc_kw),
                Power::from_kw_f64(car.ac_kw),
                curve,
            ),
            needs: Needs::new(
                car.consumption_wh_per_km,
                car.curb_weight_kg.unwrap_or(usage.curb_weight_kg),
                car.heat_pump,
                usage,
            ),
        });
    }
    let battery = Battery::flat();
    models.push(Model {
        name: String::new(),
        make: String::new(),
        battery,
        needs: Needs::new(0.0, 0.0, false, usage),
    });
    (models, WeightedAliasIndex::new(weights).expect("a checked mix has a positive weight"))
}

/// The inlets with their weights.
pub(crate) fn inlet_weights(scenario: &Scenario) -> [f64; 4] {
    let inlets = &scenario.fleet.inlets;
    [inlets.gbt, inlets.ccs2, inlets.tesla, inlets.chademo]
}

/// The fleet of one replication. The first `fleet.electric` taxis are electric.
///
/// A driver's middle of the shift follows the hourly demand of weekdays, so that most drive when most ride.
pub(crate) fn taxis(
    scenario: &Scenario,
    data: &Data,
    (models, mix): (&IdVec<ModelId, Model>, &WeightedAliasIndex<f64>),
    homes: &Homes,
    streams: &Streams,
) -> IdVec<TaxiId, Taxi> {
    let (fleet, charging) = (&scenario.fleet, &scenario.charging);
    let inlets = WeightedAliasIndex::new(inlet_weights(scenario).to_vec()).expect("a checked mix of inlets");
    let beta = |(a, b): (f64, f64)| Beta::new(a, b).expect("a checked law");
    let start = [beta(fleet.start_soc_no_home), beta(fleet.start_soc_home)];
    let shifts = &fleet.shifts;
    let wh_per_km: Vec<f64> = fleet
        .models
        .keys()
        .filter_map(|name| data.cars.iter().find(|car| car.name == *name))
        .map(|car| car.consumption_wh_per_km)
        .collect();
    (0..fleet.taxis)
        .map(|index| {
            // Each quality takes the same draws whatever the scenario says, so that a changed share or
            // threshold leaves all else about a taxi as it was. Laws that take several draws come last.
            let mut stream = streams.get(Purpose::Taxi, index.into());
            let (fuel, home, middle) = (stream.uniform(), stream.uniform(), stream.uniform());
            let (at_home, home_kw) = (stream.uniform(), stream.uniform());
            let threshold = charging.threshold.mean + charging.threshold.sd * stream.normal();
            let model = ModelId::new(stream.sample(mix));
            let inlet = Inlet::ALL[stream.sample(&inlets)];
            let electric = index < fleet.electric;
            let has_home = electric && at_home < fleet.home_charging;
            let soc: f64 = stream.sample(&start[usize::from(has_home)]);
            let battery = models[model].battery.capacity;
            // A larger share of a kind makes more cars of that kind and leaves the others as they were.
            let mut chance = streams.get(Purpose::Shift, index.into());
            let (kind, tank) = (chance.uniform(), chance.uniform());
            let share = |share: f64| Soc::from_share_f64(share).of(battery);
            let middle = Duration::from_secs_f64(3_600.0 * hour_at(&data.demand.weekday, middle));
            let single = |lasting: Duration| Shift::Single {
                starts: Duration::from_millis(
                    (middle.as_millis() - lasting.as_millis() / 2).rem_euclid(Duration::DAY.as_millis()),
                ),
                lasting,
            };
            let shift = if kind < shifts.double.share {
                let (first, second) = shifts.double.handovers_h;
                Shift::Double {
                    handovers: [first, second].map(|hour| Duration::from_secs_f64(hour * 3_600.0)),
                }
            } else if kind < shifts.double.share + shifts.part_time.share {
                single(span(shifts.part_time.lasting))
            } else {
                single(span(fleet.shift))
            };
            let wh_per_shift = wh_per_km[model.index()] * shifts.km_per_hour * shift.longest().as_hours_f64();
            let mut belongings = streams.get(Purpose::Belongings, index.into());
            let (app, adapter) = (belongings.uniform(), belongings.uniform());
            Taxi {
                fuel: match (electric, fuel < fleet.lpg_share) {
                    (true, _) => Fuel::Electric,
                    (false, true) => Fuel::Lpg,
                    (false, false) => Fuel::Petrol,
                },
                model,
                inlet,
                home: homes.at(home),
                shift,
                shift_needs: if electric { Energy::from_kwh_f64(wh_per_shift / 1e3) } else { Energy::ZERO },
                home_power: has_home.then(|| {
                    let (low, high) = fleet.home_kw;
                    Power::from_kw_f64(low + (high - low) * home_kw)
                }),
                threshold: share(threshold.clamp(charging.threshold.at_least, charging.threshold.at_most)),
                stored_at_start: share(soc),
                tank_at_start: Volume::from_litres_f64(
                    fleet.refuel.tank_l * (fleet.refuel.below + (1.0 - fleet.refuel.below) * tank),
                ),
                has_app: app < charging.app.share,
                adapter: electric && adapter < charging.adapter.share,
            }
        })
        .collect()
}

/// The hour of the day below which this share of a profile's rides lies.
fn hour_at(profile: &[f64; 24], share: f64) -> f64 {
    let mut sum = 0.0;
    for (hour, &part) in profile.iter().enumerate() {
        if share < sum + part {
            return hour as f64 + (share - sum) / part;
        }
        sum += part;
    }
    24.0
}

/// Where drivers live: by district population, then as rides' ends within the district.
pub(crate) struct Homes(Vec<(f64, NodeId)>);

impl Homes {
    pub(crate) fn new(ends: &[End], data: &Data) -> Self {
        let mut total = vec![0.0; data.districts.len()];
        for end in ends {
            total[end.district.index()] += end.weight;
        }
        let mut sum = 0.0;
        let places = ends.iter().map(|end| {
            sum += data.districts[end.district].population * end.weight / total[end.district.index()];
            (sum, end.node)
        });
        Self(places.collect())
    }

    fn at(&self, share: f64) -> NodeId {
        let total = self.0.last().map_or(0.0, |place| place.0);
        let index = self.0.partition_point(|place| place.0 <= share * total);
        self.0[index.min(self.0.len() - 1)].1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_follow_the_profile() {
        let mut profile = [0.0; 24];
        (profile[8], profile[18]) = (0.5, 0.5);
        assert!((hour_at(&profile, 0.25) - 8.5).abs() < 1e-12);
        assert!((hour_at(&profile, 0.75) - 18.5).abs() < 1e-12);
    }
}
