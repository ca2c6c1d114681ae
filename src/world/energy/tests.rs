//! Consumption against what was published.

use super::*;
use crate::data::Data;
use crate::scenario::{Known, Scenario, Source, load};

fn data() -> Data {
    Data::embedded()
}

/// The default assumptions.
fn assumptions(data: &Data) -> Scenario {
    let models: Vec<String> = data.cars.iter().map(|car| car.name.clone()).collect();
    let districts: Vec<String> = data.districts.iter().map(|district| district.key.clone()).collect();
    let known = Known { models: &models, districts: &districts, metrics: &[], inside: &|_, _| true };
    let source = Source::embedded("baseline").expect("it is embedded");
    load(source, &[], &|path| Err(path.to_owned()), &known)
        .unwrap_or_else(|_| panic!("the baseline is right"))
}

/// The cars of the default mix: consumption, mass, and whether they have a heat pump.
fn cars(data: &Data, scenario: &Scenario) -> Vec<(f64, f64, bool)> {
    let named = |name: &String| data.cars.iter().find(|car| car.name == *name).expect("a known model");
    let facts = |car: &crate::data::Car| (car.consumption_wh_per_km, car.curb_weight_kg.unwrap_or(1_800.0));
    scenario.fleet.models.keys().map(named).map(|car| (facts(car).0, facts(car).1, car.heat_pump)).collect()
}

/// Legs of a cycle: kilometres at a mean speed.
type Cycle = &'static [(i64, f64)];
/// Fuel economy labels in the USA weigh the city cycle (UDDS) with 55 % and the motorway cycle (HWFET) with 45 %.
const LABEL: Cycle = &[(55, 31.5), (45, 77.7)];
/// Cars driven daily.
const DAILY: Cycle = &[(100, 45.0)];
/// From Oslo by main roads until empty.
const MAIN_ROADS: Cycle = &[(100, 60.0)];

/// The energy of a cycle on level ground.
fn energy(usage: &EnergyUse, needs: &Needs, cycle: Cycle, celsius: f64) -> f64 {
    let conditions = Conditions::new(usage, &[], [celsius].into_iter());
    let legs = cycle.iter().map(|&(km, kmh)| {
        let lasting = Duration::from_secs_f64(3_600.0 * km as f64 / kmh);
        conditions.drive(needs, Length::metres(km * 1_000), lasting, 0, Time::START).as_kwh_f64()
    });
    legs.sum()
}

/// The mean share of mild range that is lost, in percent, of the cars of the mix that are `among`.
fn losses(
    among: impl Fn(bool) -> bool,
    heat_pump: impl Fn(bool) -> bool,
    cycle: Cycle,
    celsius: f64,
) -> Vec<f64> {
    let data = data();
    let scenario = assumptions(&data);
    let usage = &scenario.fleet.energy;
    let loss = |(wh_per_km, curb_kg, has): (f64, f64, bool)| {
        let needs = Needs::new(wh_per_km, curb_kg, heat_pump(has), usage);
        100.0 * (1.0 - energy(usage, &needs, cycle, 20.0) / energy(usage, &needs, cycle, celsius))
    };
    let all = cars(&data, &scenario).into_iter();
    all.filter(|(_, _, has)| among(*has)).map(loss).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn extremes(values: &[f64]) -> (f64, f64) {
    (values.iter().copied().fold(f64::MAX, f64::min), values.iter().copied().fold(f64::MIN, f64::max))
}

/// Each published loss within five points, from one set of parameters: see `data/cold_range.csv`.
#[test]
fn the_cold_costs_what_was_published() {
    let (all, own) = (|_: bool| true, |has: bool| has);
    let near = |what: &str, lost: f64, published: f64| {
        assert!((lost - published).abs() <= 5.0, "{what}: {lost:.1} % lost, published {published} %");
    };
    near("AAA at -6.7 C", mean(&losses(all, |_| false, LABEL, -6.7)), 41.0);
    near("18,000 cars around freezing", mean(&losses(all, own, DAILY, 0.0)), 20.0);
    near("those with a heat pump", mean(&losses(own, own, DAILY, 0.0)), 17.0);
    near("those without", mean(&losses(|has| !has, own, DAILY, 0.0)), 25.0);
    near("NAF at +4 C, least", extremes(&losses(all, own, MAIN_ROADS, 4.0)).0, 6.0);
    near("NAF at -11 C, greatest", extremes(&losses(all, own, MAIN_ROADS, -11.0)).1, 32.0);
    let (least, greatest) = extremes(&losses(all, own, MAIN_ROADS, -31.0));
    near("NAF at -31 C, least", least, 29.0);
    near("NAF at -31 C, greatest", greatest, 46.0);
}

/// AAA's cars without heating lost 12 %; what is not the cabin is the driving itself.
#[test]
fn a_cold_car_without_heating_loses_little() {
    let data = data();
    let usage = EnergyUse { cabin_at_most_kw: 0.0, ..assumptions(&data).fleet.energy };
    let needs = Needs::new(160.0, 1_800.0, false, &usage);
    let lost = 100.0 * (1.0 - energy(&usage, &needs, LABEL, 23.9) / energy(&usage, &needs, LABEL, -6.7));
    assert!((lost - 12.0).abs() <= 5.0, "{lost:.1} % lost");
}

fn usage() -> EnergyUse {
    assumptions(&data()).fleet.energy
}

#[test]
fn consumption_follows_the_published_speeds() {
    let usage = usage();
    let needs = Needs::new(160.0, 1_800.0, false, &usage);
    let conditions = Conditions::new(&usage, &[], [20.0].into_iter());
    let per_km = |kmh: i64| {
        let lasting = Duration::from_millis(100_000 * 3_600 / kmh);
        conditions.drive(&needs, Length::metres(100_000), lasting, 0, Time::START).as_kwh_f64() * 10.0
    };
    for (kmh, factor) in [(4, 1.44), (20, 1.15), (44, 0.93), (60, 1.0), (72, 1.08), (101, 1.28), (150, 1.28)]
    {
        let relative = per_km(kmh) / 160.0;
        assert!((relative - factor).abs() < 0.005, "{relative} at {kmh} km/h, not {factor}");
    }
}

/// Lifting two tonnes by a hundred metres takes 0.545 kWh, at an efficiency of 0.9 then 0.605 kWh.
#[test]
fn a_climb_takes_more_than_a_descent_returns() {
    let usage = EnergyUse { load_kg: 200.0, ..usage() };
    let needs = Needs::new(160.0, 1_800.0, false, &usage);
    let conditions = Conditions::new(&usage, &[], [20.0].into_iter());
    let drive = |rise| {
        let lasting = Duration::minutes(10);
        conditions.drive(&needs, Length::metres(10_000), lasting, rise, Time::START).as_kwh_f64()
    };
    let lift = 2_000.0 * 9.806_65 * 100.0 / 3.6e6;
    assert!((drive(100) - drive(0) - lift / 0.9).abs() < 1e-6);
    assert!((drive(0) - drive(-100) - lift * 0.65).abs() < 1e-6);
    assert!(drive(-1_000) < 0.0, "a long descent returns more than the drive takes");
}

#[test]
fn a_waiting_car_draws_for_its_systems_and_its_cabin() {
    let usage = usage();
    let conditions = Conditions::new(&usage, &[], [22.0, -10.0, -60.0].into_iter());
    let kw = |hour, heat_pump| {
        let needs = Needs::new(160.0, 1_800.0, heat_pump, &usage);
        conditions.waiting(&needs, Time::at_hour(hour)).as_kw_f64()
    };
    let near = |kw: f64, wanted: f64| assert!((kw - wanted).abs() < 0.002, "{kw} kW, not {wanted}");
    near(kw(0, false), usage.idle_kw);
    near(kw(1, false), usage.idle_kw + usage.cabin_at_most_kw);
    near(kw(1, true), usage.idle_kw + 20.0 * usage.heat_kw_per_kelvin / 1.7);
    near(kw(2, true), usage.idle_kw + usage.cabin_at_most_kw);
    near(kw(99, true), kw(2, true));
}
