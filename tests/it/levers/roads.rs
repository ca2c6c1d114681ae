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
