//! Where and when drivers charge, and what stands at a station.

use crate::stage::moved;

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
         time = {{ warm_up = {{ hours = 12 }}, horizon = {{ days = 2 }}, replications = 8, seed = 5 }}\n\
         city = {{ temperature_c = 15 }}\ndemand = {{ rides_per_day = 1_000 }}\n\
         network = {{ existing = 0, planned = {{ plots = 0 }} }}\n\
         fleet = {{ taxis = 60, electric = 60, home_charging = 0.25 }}\n{more}\n{stations}"
    )
}

/// With this change a metric of the town falls, beyond chance.
#[track_caller]
fn lowers(name: &str, before: &str, after: &str) {
    let moved = moved(&town(before), &town(after), name);
    assert!(moved.high < 0.0, "{name} from {before:?} to {after:?}: {moved:?}");
}

const NEAREST: &str = "charging.choice = \"nearest\"";
const QUICKEST: &str = "charging.choice = \"least_total_time\"";

#[test]
fn drivers_who_weigh_the_queues_find_fewer_of_them() {
    lowers("charging.balked", NEAREST, QUICKEST);
    lowers("charging.visits", NEAREST, QUICKEST);
}

#[test]
fn drivers_who_see_the_queues_wait_less() {
    lowers("charging.wait_s.mean", "charging.app.share = 0", "charging.app.share = 1");
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
