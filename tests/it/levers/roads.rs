//! What acts on the road: bus lanes, parking, low-emission zones, weather.

use crate::stage::{DATA, metric, moved, scenario, world};
use zaryad::data::DayType;
use zaryad::units::{Duration, Time};

/// A town with this many electric taxis among 300, and more lines.
fn town(electric: u32, more: &str) -> String {
    format!(
        "name = \"town\"\n\
         time = {{ warm_up = {{ hours = 6 }}, horizon = {{ days = 1 }}, replications = 16, seed = 3 }}\n\
         demand = {{ rides_per_day = 12_000 }}\nnetwork = {{ existing = 80 }}\n{more}\n\
         city.temperature_c = 15\nfleet = {{ taxis = 300, electric = {electric} }}\n"
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
    let (same, own) = (parking((12, 0), (12, 0)), parking((12, 0), (0, 0)));
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

#[test]
fn bad_weather_fills_the_streets_and_slows_them() {
    let weather = |what: &str| format!("city.weather = {{ {what} }}");
    let by = |what: &str| {
        let requested = |more: &str| mean(&metric(&town(100, more), "rides.requested"));
        requested(&weather(what)) / requested("")
    };
    let more = by("demand_factor = 1.3");
    assert!((more - 1.3).abs() < 0.02, "{more} times the requests");
    // The town has 15 degrees, halfway between these.
    let more = by("demand_by_temperature = [[10, 1], [20, 1.2]]");
    assert!((more - 1.1).abs() < 0.02, "{more} times the requests");
    let slow = weather("speed_factor = 0.7");
    let moved = moved(&town(100, ""), &town(100, &slow), "rides.pickup_wait_s.mean");
    assert!(moved.low > 0.0, "{moved:?}");
}

/// The factor of speed at a jam score, by straight lines between the pairs that the model states.
fn factor(score: f64) -> f64 {
    let pairs = [
        (0.0, 1.0),
        (2.0, 0.88),
        (4.0, 0.72),
        (5.0, 0.64),
        (6.0, 0.56),
        (7.0, 0.49),
        (8.0, 0.42),
        (10.0, 0.3),
    ];
    let above = pairs.iter().position(|pair| score < pair.0).expect("scores end at 10");
    let ((x0, y0), (x1, y1)) = (pairs[above - 1], pairs[above]);
    y0 + (y1 - y0) * (score - x0) / (x1 - x0)
}

/// Tuesday and Thursday stand for weekdays; Saturday and Sunday for themselves, wherever in the week a run begins.
#[test]
fn each_hour_of_the_week_has_the_traffic_of_its_day() {
    for (start, first) in [("2025-11-03", 0), ("2025-11-06", 3), ("2025-11-08", 5), ("2025-11-09", 6)] {
        let text =
            format!("name = \"week\"\ntime.start = \"{start}\"\nfleet = {{ taxis = 1, electric = 0 }}\n");
        let world = world(&scenario(&text), 0);
        for hour in 0..400_i64 {
            let day = match (first + hour / 24) % 7 {
                5 => DayType::Saturday,
                6 => DayType::Sunday,
                _ => DayType::Weekday,
            };
            let wanted = factor(DATA.congestion.score(day, (hour % 24) as usize));
            let lasting = world.drive_time(Time::at_hour(hour), Duration::minutes(10)).as_secs_f64();
            let near = |speed: f64| (lasting * speed - 600.0).abs() < 0.1;
            assert!(near(wanted), "{start}, hour {hour}: {lasting} s at a factor of {wanted}");
        }
        let arrivals: Vec<Time> = (0..7 * 24 * 12)
            .map(|five| Time::START + Duration::minutes(5 * five))
            .map(|leaves| leaves + world.drive_time(leaves, Duration::minutes(35)))
            .collect();
        assert!(arrivals.is_sorted(), "nobody overtakes by leaving later");
    }
}

#[test]
fn the_evening_of_a_weekday_is_the_slowest_and_nights_are_free() {
    let world = world(&scenario("name = \"week\"\nfleet = { taxis = 1, electric = 0 }"), 0);
    let lasting = |day: i64, hour: i64| {
        world.drive_time(Time::at_hour(24 * day + hour), Duration::minutes(10)).as_secs_f64()
    };
    for day in 0..7 {
        assert!((lasting(day, 3) - 600.0).abs() < 1.0, "day {day}");
        let evening = lasting(day, 18);
        assert!(evening > 1.2 * lasting(day, 3), "day {day}: {evening}");
        assert!(day == 1 || evening <= lasting(1, 18), "day {day}: {evening}");
    }
}
