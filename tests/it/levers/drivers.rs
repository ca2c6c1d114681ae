//! Levers of drivers and passengers: shifts, stopping, places to wait, fuel, lease, patience.

use crate::stage::metric;

/// Three days of two hundred taxis, some of each fuel, on a small network.
const TOWN: &str = r#"
name = "town"
time = { warm_up = { hours = 6 }, horizon = { days = 2 }, replications = 3, seed = 5 }
demand = { rides_per_day = 4_000 }
fleet = { taxis = 200, electric = 70 }
charging = { private = { registered = 0 } }
network = { existing = 60 }
"#;

/// A busy evening of the town, in which cars are short.
const BUSY: &str = "demand.rides_per_day = 8_000\n";

/// Means of metrics of the town with these lines changed.
fn town<const N: usize>(lines: &str, metrics: [&str; N]) -> [f64; N] {
    let mut table: toml::Table = TOWN.parse().expect("the town is TOML");
    for (key, value) in lines.parse::<toml::Table>().expect("the change is TOML") {
        merge(&mut table, key, value);
    }
    let text = table.to_string();
    metrics.map(|name| {
        let values = metric(&text, name);
        values.iter().sum::<f64>() / values.len() as f64
    })
}

fn merge(into: &mut toml::Table, key: String, value: toml::Value) {
    match (into.get_mut(&key), value) {
        (Some(toml::Value::Table(old)), toml::Value::Table(new)) => {
            for (key, value) in new {
                merge(old, key, value);
            }
        }
        (_, value) => {
            into.insert(key, value);
        }
    }
}

const NETS: [&str; 3] =
    ["drivers.net_kzt_per_hour.electric", "drivers.net_kzt_per_hour.petrol", "drivers.net_kzt_per_hour.lpg"];

#[test]
fn dearer_petrol_lowers_what_petrol_drivers_net_and_nobody_elses() {
    let (cheap, dear) = (town("", NETS), town("tariff.petrol_kzt_per_l = 400", NETS));
    assert!(dear[1] < cheap[1] - 50.0, "{cheap:?} {dear:?}");
    assert_eq!((dear[0].to_bits(), dear[2].to_bits()), (cheap[0].to_bits(), cheap[2].to_bits()));
}

#[test]
fn a_dearer_lease_lowers_what_every_driver_nets() {
    let (cheap, dear) = (town("", NETS), town("fleet.lease_kzt_per_day = 20_000", NETS));
    for (cheap, dear) in cheap.iter().zip(&dear) {
        // 5,000 tenge over some ten hours.
        assert!((300.0..700.0).contains(&(cheap - dear)), "{cheap} {dear}");
    }
}

#[test]
fn slower_traffic_makes_a_kilometre_burn_more() {
    let slow = "city.congestion = [[0, 0.5], [10, 0.3]]\nfleet.shift = { hours = 10 }";
    let fuel = ["drivers.net_kzt_per_hour.petrol"];
    let flat = "\nfleet.fuel_speed_factor = [[5, 1.0], [100, 1.0]]";
    let [slow_flat] = town(&format!("{slow}{flat}"), fuel);
    let [slow] = town(slow, fuel);
    assert!(slow < slow_flat, "{slow} {slow_flat}");
}

#[test]
fn more_taxis_lose_fewer_rides_and_longer_patience_does_too() {
    let lost = ["rides.lost_share"];
    let [few] = town(BUSY, lost);
    let [many] = town(&format!("{BUSY}fleet.taxis = 260"), lost);
    let patience = "demand.patience = { exponential = { mean_minutes = 20 } }\n\
                    demand.patience_at_most = { minutes = 30 }\n";
    let [patient] = town(&format!("{BUSY}{patience}"), lost);
    assert!(many < few - 0.02 && patient < few - 0.02, "{few} {many} {patient}");
}

#[test]
fn two_drivers_of_a_car_drive_more_and_part_time_drivers_less() {
    let km = ["fleet.km_per_day"];
    let [single] = town(BUSY, km);
    let [double] = town(&format!("{BUSY}fleet.shifts.double.share = 0.5"), km);
    let [part_time] = town(&format!("{BUSY}fleet.shifts.part_time.share = 0.5"), km);
    assert!(part_time < 0.9 * single && single < 0.9 * double, "{part_time} {single} {double}");
}

#[test]
fn drivers_who_tire_or_reach_their_target_work_shorter_shifts() {
    let stopping = |hour: f64, over: f64| {
        format!(
            "fleet.stopping = {{ at_start = -9, per_hour = {hour}, per_10000_kzt_over = {over}, target_kzt = 5_000 }}"
        )
    };
    let rides = ["fleet.rides_per_day"];
    let [clock] = town(BUSY, rides);
    let of = |hour, over| town(&format!("{BUSY}{}", stopping(hour, over)), rides)[0];
    let (hardly, tired, rich) = (of(0.0, 0.0), of(1.0, 0.0), of(0.0, 5.0));
    assert!(
        tired < 0.95 * hardly && rich < 0.95 * hardly && hardly <= 1.01 * clock,
        "{clock} {hardly} {tired} {rich}"
    );
}

#[test]
fn drivers_who_look_for_a_better_place_drive_more_empty_kilometres() {
    let empty = ["fleet.empty_km_share"];
    let [stay] = town("", empty);
    let [some] = town("fleet.reposition.spread_kzt_per_hour = 200", empty);
    let [many] = town("fleet.reposition.spread_kzt_per_hour = 2_000", empty);
    assert!(stay + 0.02 < some && some + 0.02 < many, "{stay} {some} {many}");
}

#[test]
fn batches_lose_no_more_rides_than_the_nearest_car_does_and_drive_less_for_them() {
    let metrics = ["rides.lost_share", "fleet.empty_km_share", "rides.pickup_wait_s.mean"];
    let batch = "demand.matching = { batch = { seconds = 10, low_charge_minutes = 0, nearest = 5 } }";
    let (nearest, batch) = (town(BUSY, metrics), town(&format!("{BUSY}{batch}"), metrics));
    assert!(batch[0] < nearest[0] + 0.005, "{nearest:?} {batch:?}");
    assert!(batch[1] < nearest[1] && batch[2] < nearest[2], "{nearest:?} {batch:?}");
}

#[test]
fn a_penalty_for_low_charge_sends_electric_cars_less_often() {
    let rides = ["taxis.rides_per_day"];
    let batch = |minutes: u32| {
        let batch = format!("{{ seconds = 10, low_charge_minutes = {minutes}, nearest = 5 }}");
        town(&format!("demand.matching = {{ batch = {batch} }}"), rides)[0]
    };
    assert!(batch(10) < 0.95 * batch(0), "{} {}", batch(10), batch(0));
}

#[test]
fn a_surge_raises_fares_and_dear_rides_are_left() {
    let metrics = ["rides.fare_kzt.mean", "rides.surge.mean", "rides.lost.price"];
    let surge = |elasticity: f64| {
        let surge = format!("{{ at_most = 2, half_at_excess = 10, elasticity = {elasticity} }}");
        town(&format!("{BUSY}demand.surge = {surge}"), metrics)
    };
    let (flat, patient, wary) = (town(BUSY, metrics), surge(0.0), surge(1.0));
    assert!(patient[0] > 1.05 * flat[0] && wary[0] > 1.01 * flat[0], "{flat:?} {patient:?} {wary:?}");
    assert!(patient[2] < 0.5 && wary[2] > 100.0 && wary[1] < patient[1], "{patient:?} {wary:?}");
}

#[test]
fn passengers_are_lost_for_want_of_a_car_or_of_one_with_the_energy() {
    let metrics = ["rides.lost.no_car", "rides.lost.impatient", "rides.lost"];
    let busy = town(BUSY, metrics);
    assert!(busy[0] > 0.9 * busy[2] && (busy[0] + busy[1] - busy[2]).abs() < 1e-6, "{busy:?}");
    let flat = "fleet = { electric = 200, home_charging = 0, start_soc_no_home = [1, 9] }\ncharging.reserve = 0.5\n\
                charging.threshold = { mean = 0.1, sd = 0, at_least = 0.1, at_most = 0.1 }\n";
    let flat = town(&format!("{BUSY}{flat}"), metrics);
    assert!(flat[1] > busy[1], "{busy:?} {flat:?}");
}
