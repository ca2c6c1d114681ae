//! What acts on the road: bus lanes, parking, low-emission zones, weather.

use crate::stage::{metric, moved};

/// A town with this many electric taxis among 300, and more lines.
fn town(electric: u32, more: &str) -> String {
    format!(
        "name = \"town\"\n\
         time = {{ warm_up = {{ hours = 6 }}, horizon = {{ days = 1 }}, replications = 6, seed = 3 }}\n\
         demand = {{ rides_per_day = 12_000 }}\nnetwork = {{ existing = 80 }}\n{more}\n\
         [city]\ntemperature_c = 15\n\
         [fleet]\ntaxis = 300\nelectric = {electric}\n"
    )
}

/// Bus lanes that are full when so many electric taxis drive.
fn lanes(access: f64, full_at: u32) -> String {
    format!(
        "policy.bus_lanes = {{ access_share = {access}, street_share = 1, speed_factor = 0.9, \
         capacity_cars = {full_at} }}"
    )
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

#[test]
fn who_may_use_the_bus_lanes_carries_more_and_earns_more() {
    for name in ["taxis.rides_per_day", "drivers.net_kzt_per_hour.electric"] {
        let moved = moved(&town(100, &lanes(0.0, 1_000)), &town(100, &lanes(1.0, 1_000)), name);
        assert!(moved.low > 0.0, "{name}: {moved:?}");
    }
}

#[test]
fn lanes_that_fill_up_help_less() {
    let gain = |electric| {
        let rides = |access| mean(&metric(&town(electric, &lanes(access, 40)), "taxis.rides_per_day"));
        rides(1.0) / rides(0.0) - 1.0
    };
    let (few, many) = (gain(30), gain(270));
    assert!(few > 2.0 * many && many >= -0.01, "{few} with few electric taxis, {many} with many");
}

/// Parking as minutes of search and tenge, for petrol and LPG taxis and for electric ones.
fn parking((search, fee): (u32, u32), (electric_search, electric_fee): (u32, u32)) -> String {
    format!(
        "policy.parking = {{ search_minutes = {search}, fee_kzt = {fee}, \
         electric_search_minutes = {electric_search}, electric_fee_kzt = {electric_fee}, search_kmh = 12 }}"
    )
}

#[test]
fn looking_for_a_place_is_driving_without_a_passenger() {
    let (none, all) = (parking((0, 0), (0, 0)), parking((6, 0), (6, 0)));
    let moved = moved(&town(100, &none), &town(100, &all), "fleet.empty_km_share");
    assert!(moved.low > 0.0, "{moved:?}");
}

#[test]
fn a_fee_for_places_costs_those_who_pay_it() {
    let (none, all) = (parking((0, 0), (0, 0)), parking((0, 150), (0, 0)));
    let change =
        |fuel| moved(&town(100, &none), &town(100, &all), &format!("drivers.net_kzt_per_hour.{fuel}"));
    assert!(change("petrol").high < 0.0 && change("lpg").high < 0.0);
    let electric = change("electric");
    assert!(electric.mean.abs() < 1e-9, "{electric:?}: a fee alone moves no taxi");
}

#[test]
fn places_of_their_own_leave_electric_taxis_more_time_for_rides() {
    let (same, own) = (parking((8, 0), (8, 0)), parking((8, 0), (0, 0)));
    let moved = moved(&town(100, &same), &town(100, &own), "taxis.rides_per_day");
    assert!(moved.low > 0.0, "{moved:?}");
}

#[test]
fn a_low_emission_zone_costs_petrol_and_not_electric_taxis() {
    let zone =
        |fee: &str| format!("policy.low_emission_zone = {{ districts = [\"almaly\"], fee = {{ {fee} }} }}");
    let change = |fuel: &str, fee| {
        moved(&town(100, ""), &town(100, &zone(fee)), &format!("drivers.net_kzt_per_hour.{fuel}")).mean
    };
    let (day, entry) = (change("petrol", "per_day_kzt = 1_000"), change("petrol", "per_entry_kzt = 1_000"));
    assert!(entry < day && day < 0.0, "{entry} at each entry, {day} a day");
    assert!(change("electric", "per_day_kzt = 1_000").abs() < 1e-9);
}
