//! What a scenario may not say, and what layers do to it.

use crate::stage::DATA;
use zaryad::study;

fn problems(text: &str) -> String {
    match study::resolve_text(&format!("name = \"a\"\n{text}"), &[], &DATA) {
        Ok(_) => String::new(),
        Err(report) => zaryad::cli::render(&report, false),
    }
}

#[test]
fn what_no_device_does_is_refused_with_the_reason() {
    for (line, why) in [
        ("charging.efficiency = 1e-300", "from 0.01 to 1"),
        ("fleet.energy.climb_efficiency = 1e-9", "from 0.01 to 1"),
        ("fleet.home_kw = [1e-9, 7]", "a watt at least"),
        ("network.planned.cabinet_kw = 0.0004", "a watt at least"),
        ("network.existing_kind.dc_kw = [60, 1e-4]", "a watt at least"),
        ("network.existing_kind.ac_kw = [1e-4]", "a watt at least"),
        ("network.grid = { spare_kw = { almaly = 1e-4 }, control = \"pro_rata\" }", "a watt at least"),
        ("charging.adapter.power_share = 1e-9", "from 0.01 to 1"),
        ("charging.curve = [[0, 1], [100, 1e-9]]", "from 0.01 to 1"),
        ("charging.cold_power = [[-20, 1e-9], [20, 1]]", "from 0.01 to 1"),
        ("demand.decay_per_km = 100", "from 0 to 10"),
        ("city.free_flow_kmh.trunk = 1", "from 5 to 200"),
        ("city.congestion = [[0, 1], [10, 1e-7]]", "from 0.05 to 1"),
        ("tariff.lease_years = 1e-300", "from a month"),
        ("charging.taxi_class = 255", "255 classes"),
        ("demand.fare_kzt_per_minute = 1e300", "a million tenge"),
        ("[[stations]]\nname = \"Q\"\nplugs = 1\nplug_kw = 1e-9", "a watt at least"),
    ] {
        let told = problems(line);
        assert!(told.contains(why), "{line} is told {told:?}");
    }
}

#[test]
fn a_night_and_a_band_that_cover_nothing_are_refused() {
    for (from, to) in [(7, 7), (0, 24), (24, 0)] {
        let told = problems(&format!(
            "charging.home_night = {{ from_h = {from}, to_h = {to}, kzt_per_kwh = 18, only = true }}"
        ));
        assert!(told.contains("ends no night"), "{from} to {to}: {told}");
    }
    let told = problems("tariff.shape = { time_of_use = [[0, 1], [24, 2]] }");
    assert!(told.contains("begins no band"), "{told}");
    assert_eq!(problems("tariff.shape = { time_of_use = [[0, 1], [23, 2]] }"), "");
}

#[test]
fn a_station_with_as_many_ranks_as_are_allowed_runs() {
    let stream = |class| {
        format!(
            "[[stations.walk_ins]]\nper_hour = 0.1\nclass = {class}\nstay = {{ constant = {{ minutes = 5 }} }}"
        )
    };
    let streams = (0..=254).map(stream).collect::<Vec<_>>().join("\n");
    let text = format!(
        "name = \"ranks\"\nfleet = {{ taxis = 0, electric = 0 }}\ndemand.rides_per_day = 0\nnetwork.existing = 0\n\
         time.horizon = {{ hours = 5 }}\n[[stations]]\nname = \"Q\"\nplugs = 1\nqueue = \"priority\"\n{streams}"
    );
    assert!(crate::stage::metric(&format!("{text}\n"), "charging.visits")[0] > 0.0);
}
