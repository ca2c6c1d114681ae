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

#[test]
fn a_cabinet_that_cannot_give_each_plug_a_watt_is_refused_where_it_stands() {
    for (line, place) in [
        ("network.planned = { plots = 1, plugs = 3, cabinet_kw = 0.002 }", "`network.planned.cabinet_kw`"),
        ("network.existing_kind = { plugs = 70, dc_kw = [60, 0.06] }", "`network.existing_kind.dc_kw.1`"),
        ("[[stations]]\nname = \"Q\"\nplugs = 2\ncabinet_kw = 0.001", "`cabinet_kw` of station \"Q\""),
    ] {
        let told = problems(line);
        assert!(told.contains(place) && told.contains("less than a watt for each of its"), "{line}: {told}");
        assert!(told.contains("at least, or"), "{told}");
    }
    for line in [
        "network.planned = { plots = 1, plugs = 3, cabinet_kw = 0.003 }",
        "network.planned = { plots = 1, plugs = 3, plugs_per_cabinet = 2, cabinet_kw = 0.002 }",
        "network.existing_kind = { plugs = 70, dc_kw = [60, 0.07] }",
    ] {
        assert_eq!(problems(line), "", "{line}");
    }
}

/// The largest whole number below a bound with which a text is right.
fn largest(text: &str, key: &str, bound: i64) -> i64 {
    let right = |number: i64| {
        let sets = [format!("{key}={number}")];
        study::resolve_text(&format!("name = \"a\"\n{text}"), &sets, &DATA).is_ok()
    };
    let (mut least, mut most) = (1, bound);
    assert!(right(least) && !right(most), "{key} has no largest number below {bound}: {}", problems(text));
    while most - least > 1 {
        let middle = i64::midpoint(least, most);
        *(if right(middle) { &mut least } else { &mut most }) = middle;
    }
    least
}

/// What a sum is of, a text of extremes, the key that is raised, beyond which bound, and what the sum then is in its own
/// unit.
type Sum<'a> = (&'a str, String, &'a str, i64, &'a dyn Fn(i128) -> i128);

#[test]
fn no_sum_of_a_scenario_that_is_allowed_needs_more_than_64_bits() {
    let alone = "fleet = { taxis = 0, electric = 0 }\ndemand.rides_per_day = 0\nnetwork.existing = 0\n\
                 charging.private.registered = 0\ntime.warm_up = { hours = 0 }\n";
    let hour = 3_600_000_i128;
    let sums: [Sum<'_>; 5] = [
        (
            // Millijoules: ten thousand plugs of 10 MW.
            "energy",
            format!(
                "{alone}charging.efficiency = 1\ntariff.grid_kzt_per_kwh = 1\n\
                 [[stations]]\nname = \"Q\"\nplugs = 10_000\nplug_kw = 10_000\n\
                 [[stations.walk_ins]]\nper_hour = 1\nenergy = {{ constant = {{ kwh = 1 }} }}"
            ),
            "time.horizon.hours",
            175_000,
            &|hours| 10_000 * 10_000_000 * hours * hour,
        ),
        (
            // Tiyn: a hundred times a million tenge a minute.
            "fares",
            "demand.fare_kzt_per_minute = 1e6\ndemand.surge = { at_most = 100, half_at_excess = 1, elasticity = 0 }\n\
             time = { warm_up = { hours = 0 }, horizon = { days = 7_000 } }\nnetwork.existing = 1\n\
             fleet.electric = 0\ncharging.private.registered = 0"
                .to_owned(),
            "fleet.taxis",
            1_000_000,
            &|taxis| taxis * 7_000 * 1_440 * 100 * 100_000_000,
        ),
        (
            "investments",
            format!(
                "{alone}tariff.capex_kzt = 1e11\ntime.horizon = {{ hours = 1 }}\n\
                 network.existing_kind = {{ plugs = 1, dc_share = 0, ac_kw = [1] }}"
            ),
            "network.existing",
            1_000_000,
            &|stations| stations * 10_000_000_000_000,
        ),
        (
            "yearly costs",
            format!(
                "{alone}tariff.opex_kzt_per_year = 1e11\ntime.horizon = {{ days = 7_300 }}\ntariff.capex_kzt = 0\n\
                 network.existing_kind = {{ plugs = 1, dc_share = 0, ac_kw = [0.1] }}"
            ),
            "network.existing",
            1_000_000,
            &|stations| stations * 20 * 10_000_000_000_000,
        ),
        (
            // Milliseconds: all wait from when they come to the end, and as long again as is measured.
            "waits",
            format!(
                "{alone}time.horizon = {{ days = 2_000 }}\n[[stations]]\nname = \"Q\"\nplugs = 1\n\
                 [[stations.walk_ins]]\nper_hour = 1\nstay = {{ constant = {{ minutes = 1 }} }}"
            ),
            "stations.0.walk_ins.0.per_hour",
            1_000_000,
            &|per_hour| per_hour * 2_000 * 24 * 2_000 * 24 * hour * 3 / 2,
        ),
    ];
    for (name, text, key, bound, sum) in sums {
        let number = i128::from(largest(&text, key, bound));
        let most = i128::from(i64::MAX);
        assert!(sum(number) <= most, "{name}: {} with {key} = {number}", sum(number));
        // Nothing is refused much earlier than it must be.
        assert!(sum(number + 1) * 20 > most * 19, "{name}: {key} = {number} is the most");
    }
}

#[test]
fn a_sum_that_could_need_more_is_refused_at_the_key_that_weighs_most() {
    let slow = "network.existing_kind = { dc_share = 0, ac_kw = [1], plugs = 2 }\n";
    let years = "time.horizon = { days = 1_000 }\n";
    for (text, key, unit) in [
        (
            "network.existing_kind = { dc_share = 0, ac_kw = [0.1], plugs = 1 }\ntariff.capex_kzt = 1e11\n\
             network.existing = 950_000"
                .to_owned(),
            "tariff.capex_kzt",
            "tenge",
        ),
        (
            format!("{years}network.existing_kind = {{ dc_kw = [10_000], dc_share = 1 }}"),
            "network.existing_kind.dc_kw",
            "kWh",
        ),
        (
            format!(
                "{slow}{years}network.existing = 100_000\ncharging.overstay = {{ free = {{ minutes = 0 }}, \
                 lasting = {{ constant = {{ minutes = 1 }} }}, fee_kzt_per_minute = 1e6 }}"
            ),
            "charging.overstay.fee_kzt_per_minute",
            "tenge",
        ),
        (
            "time.horizon = { days = 2_000 }\ntariff = { price_kzt_per_kwh = 1e6, cap_kzt_per_kwh = \"none\", \
             shape = { time_of_use = [[0, 100], [12, 1]] } }"
                .to_owned(),
            "tariff.price_kzt_per_kwh",
            "tenge",
        ),
        (
            format!("{years}policy.parking.fee_kzt = 1e6\nfleet = {{ taxis = 1_000_000, electric = 0 }}"),
            "policy.parking.fee_kzt",
            "tenge",
        ),
        (
            format!(
                "{years}[[stations]]\nname = \"Q\"\nplugs = 1\n[[stations.walk_ins]]\nper_hour = 60_000\n\
                 stay = {{ constant = {{ minutes = 1 }} }}"
            ),
            "stations",
            "hours",
        ),
    ] {
        let told = problems(&text);
        assert!(told.contains(&format!("`{key}` makes a sum too large")), "{text}: {told}");
        assert!(told.contains(unit) && told.contains("lower it, or shorten `time.horizon`"), "{told}");
    }
    for (text, words) in [
        ("demand.patience_at_most = { days = 2 }\ntime.horizon = { days = 9 }", "lets too many wait"),
        (
            "city.weather.demand_factor = 10\ndemand.patience_at_most = { minutes = 5 }\n\
             time.horizon = { days = 50 }",
            "gives too many rides",
        ),
    ] {
        let told = problems(&format!("demand.rides_per_day = 1e7\n{text}"));
        assert!(told.contains(words), "{text}: {told}");
    }
}
