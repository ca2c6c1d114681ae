//! Where and when drivers charge, and what stands at a station.

use crate::stage::{Log, moved, run, scenario, world};
use zaryad::observe::Observation;
use zaryad::units::Time;

/// A town of four small stations and more drivers than plugs, with one more line.
fn town(more: &str) -> String {
    let station = |(index, (lon, lat)): (usize, (f64, f64))| {
        format!(
            "[[stations]]\nname = \"S{index}\"\nplugs = 2\nplug_kw = 60\n\
             standards = [\"gbt\", \"ccs2\"]\nat = {{ lon = {lon}, lat = {lat} }}\n\
             [[stations.walk_ins]]\nper_hour = {}\nstay = {{ exponential = {{ mean_minutes = 30 }} }}\n\
             patience = {{ exponential = {{ mean_minutes = 40 }} }}\n",
            0.5 + index as f64
        )
    };
    let at = [(76.93, 43.24), (76.89, 43.25), (76.95, 43.26), (76.86, 43.23)];
    let stations = at.into_iter().enumerate().map(station).collect::<Vec<_>>().concat();
    format!(
        "name = \"town\"\n\
         time = {{ warm_up = {{ hours = 12 }}, horizon = {{ days = 2 }}, replications = 20, seed = 5 }}\n\
         city = {{ temperature_c = 15 }}\ndemand = {{ rides_per_day = 1_000 }}\n\
         network.existing = 0\nnetwork.planned.plots = 0\n\
         fleet.taxis = 60\nfleet.electric = 60\n{more}\n{stations}"
    )
}

#[track_caller]
fn raises(name: &str, before: &str, after: &str) {
    super::rises(name, &town(before), &town(after));
}

#[track_caller]
fn lowers(name: &str, before: &str, after: &str) {
    super::falls(name, &town(before), &town(after));
}

const NEAREST: &str = "charging.choice = \"nearest\"";
/// Everybody waits as long as it takes.
const PATIENT: &str = "charging.balk = { half_at_minutes = 10_000, spread_minutes = 1 }\n\
    charging.patience = { constant = { minutes = 10_000 } }";
const QUICKEST: &str = "charging.choice = \"least_total_time\"";

#[test]
fn drivers_who_weigh_the_queues_find_fewer_of_them() {
    lowers("charging.balked", NEAREST, QUICKEST);
    lowers("charging.visits", NEAREST, QUICKEST);
}

#[test]
fn drivers_who_see_the_queues_wait_less() {
    // Drivers who balk or renege would hide it: those who come to a long queue then do not wait in it.
    let app = |share| format!("{PATIENT}\ncharging.app.share = {share}");
    lowers("charging.wait_s.mean", &app(0), &app(1));
}

#[test]
fn drivers_with_a_charger_at_home_may_leave_the_stations() {
    lowers("charging.energy_kwh", QUICKEST, "charging.choice = \"logit\"");
}

#[test]
fn adapters_help_those_whom_no_plug_fits_and_shorten_the_queues() {
    let (none, half) = ("charging.adapter.share = 0", "charging.adapter.share = 0.5");
    lowers("taxis.without_plug", none, half);
    lowers("charging.wait_s.mean", none, half);
}

#[test]
fn a_driver_who_loses_patience_with_a_slow_plug_leaves_earlier() {
    lowers("charging.plugged_in_s.mean", "", "charging.session_at_most = { minutes = 15 }");
}

#[test]
fn drivers_who_charge_at_home_after_the_shift_buy_less_on_the_way() {
    let everybody = "charging.choice = \"nearest\"";
    lowers("charging.energy_kwh", everybody, &format!("{everybody}\ncharging.spare_before_home = 0.1"));
}

#[test]
fn a_night_tariff_at_home_makes_energy_cheaper() {
    // Chargers that wait for the night save nothing here: what they leave empty is bought at public plugs.
    let night = "charging.home_night = { from_h = 23, to_h = 7, kzt_per_kwh = 18.19, only = false }";
    lowers("taxis.energy_cost_kzt_per_km", "", night);
}

#[test]
fn cars_are_charged_before_they_are_handed_over() {
    let double = "fleet.shifts.double.share = 1";
    let before = "charging.before_handover = { within = { minutes = 90 }, below = 0.7 }";
    raises("charging.visits", double, &format!("{double}\n{before}"));
}

#[test]
fn cars_that_stay_on_lengthen_the_queues() {
    let stays = |minutes| {
        format!(
            "charging.overstay = {{ lasting = {{ lognormal = {{ mean_minutes = {minutes}, cv = 1 }} }}, \
             free = {{ minutes = 10 }}, fee_kzt_per_minute = 50 }}"
        )
    };
    raises("charging.wait_s.mean", "", &stays(15));
    raises("charging.overstayed_minutes", &stays(6), &stays(15));
}

#[test]
fn faults_take_plugs_away_and_lengthen_the_queues() {
    // Drivers who balk or renege would hide it: those who are then served wait as long as before.
    let faults = |hours| {
        format!(
            "network.faults = {{ mean_up_h = {hours}, repair = {{ lognormal = {{ mean_minutes = 360, cv = 1 }} }} }}"
        )
    };
    raises("charging.wait_s.mean", PATIENT, &format!("{PATIENT}\n{}", faults(24)));
    raises("charging.sessions_cut", &faults(96), &faults(24));
    lowers("charging.plugs_up", &faults(96), &faults(24));
}

#[test]
fn plugs_fail_as_often_from_the_first_instant_as_ever_after() {
    let text = "name = \"plugs\"\n\
        time = { warm_up = { hours = 0 }, horizon = { hours = 1 }, replications = 1, seed = 1 }\n\
        demand.rides_per_day = 0\nfleet = { taxis = 0, electric = 0 }\ncharging.private.registered = 0\n\
        network.existing = 1_000\n\
        network.faults = { mean_up_h = 600, repair = { lognormal = { mean_minutes = 2_880, cv = 1 } } }";
    let world = world(&scenario(text), 0);
    let mut log = Log::new();
    run(&world, &mut log);
    let down = |fact: &&(Time, Observation)| matches!(fact, (Time::START, Observation::PlugDown { .. }));
    let share = log.iter().filter(down).count() as f64 / world.plugs.len() as f64;
    let exact: f64 = 48.0 / 648.0;
    let error = (exact * (1.0 - exact) / world.plugs.len() as f64).sqrt();
    assert_eq!(world.plugs.len(), 2_000);
    assert!((share - exact).abs() < 4.0 * error, "{share} are down, not {exact} \u{b1} {error}");
}

#[test]
fn plug_ins_that_fail_send_drivers_on() {
    raises("charging.visits", "", "network.failing_plug_ins = 0.14");
}

#[test]
fn drivers_who_move_to_shorter_queues_do_not_lengthen_them() {
    let jockey = "charging.jockey = { saves = 0.3, looks_every = { minutes = 5 } }";
    // Half of the drivers do not see the queues when they choose; those who do move away.
    let half = format!("{PATIENT}\ncharging.app.share = 0.5");
    let moved = moved(&town(&half), &town(&format!("{half}\n{jockey}")), "charging.wait_s.mean");
    assert!(moved.low < 0.0, "{moved:?}");
    raises("charging.reneged", PATIENT, &format!("{PATIENT}\n{jockey}"));
}

#[test]
fn taxis_that_go_first_wait_less() {
    let class = |taxis| {
        town(&format!("{PATIENT}\ncharging.taxi_class = {taxis}"))
            .replace("plugs = 2\n", "plugs = 2\nqueue = \"priority\"\n")
            .replace("[[stations.walk_ins]]\n", "[[stations.walk_ins]]\nclass = 1\n")
    };
    let moved = moved(&class(2), &class(0), "taxis.queue_hours_per_day");
    assert!(moved.high < 0.0, "{moved:?}");
}

/// Stations whose visitors take half of all plugs' time, sixteen plugs in all.
fn sites(stations: usize, plugs: usize) -> String {
    let station = |index: usize| {
        format!(
            "[[stations]]\nname = \"S{index}\"\nplugs = {plugs}\n\
             [[stations.walk_ins]]\nper_hour = {}\nstay = {{ exponential = {{ mean_minutes = 40 }} }}\n",
            0.75 * plugs as f64
        )
    };
    format!(
        "name = \"sites\"\n\
         time = {{ warm_up = {{ days = 1 }}, horizon = {{ days = 60 }}, replications = 8, seed = 5 }}\n\
         demand = {{ rides_per_day = 0 }}\nfleet = {{ taxis = 0, electric = 0 }}\n\
         network = {{ existing = 0, planned = {{ plots = 0 }} }}\n{}",
        (0..stations).map(station).collect::<Vec<_>>().concat()
    )
}

#[test]
fn hubs_shorten_the_waits_of_pairs() {
    // Erlang C: 13.3 minutes at two plugs, 0.6 at eight.
    let moved = moved(&sites(8, 2), &sites(2, 8), "charging.wait_s.mean");
    assert!(moved.high < -11.0 * 60.0 && moved.low > -14.5 * 60.0, "{moved:?}");
}

#[test]
fn more_plugs_never_lengthen_the_waits() {
    let plugs = |count: u32| town("").replace("plugs = 2\n", &format!("plugs = {count}\n"));
    for count in 2..5 {
        let moved = moved(&plugs(count), &plugs(count + 1), "charging.wait_s.mean");
        assert!(moved.low < 0.0, "from {count} plugs to one more: {moved:?}");
    }
    let moved = moved(&plugs(2), &plugs(4), "charging.wait_s.mean");
    assert!(moved.high < 0.0, "{moved:?}");
}

#[test]
fn drivers_who_look_for_the_lowest_price_pay_less() {
    let prices = |choice| town(choice).replacen("plugs = 2\n", "plugs = 2\nprice_kzt_per_kwh = 50\n", 2);
    let moved =
        moved(&prices(NEAREST), &prices("charging.choice = \"cheapest\""), "taxis.energy_cost_kzt_per_km");
    assert!(moved.high < 0.0, "{moved:?}");
}

/// Every driver has the app and reserves for so many minutes.
fn reservations(minutes: u32) -> String {
    format!("{PATIENT}\ncharging.reservation = {{ held = {{ minutes = {minutes} }} }}")
}

#[test]
fn drivers_who_reserve_wait_less() {
    // A quarter less where all choose by the queues that they see: nobody else drives to a plug that is held. Surprising:
    // where all drive to the nearest station, free or not, or only half have the app, eight runs show no effect. And
    // every second reservation of 15 minutes lapses here: drives in this town take as long.
    lowers("taxis.queue_hours_per_day", PATIENT, &reservations(15));
}

#[test]
fn a_plug_that_is_held_for_longer_is_reached_by_more() {
    raises("charging.reservations_kept", &reservations(5), &reservations(20));
    lowers("charging.reservations_lapsed", &reservations(5), &reservations(20));
}
