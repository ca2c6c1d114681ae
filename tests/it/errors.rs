//! Each diagnostic as people see it.

use insta::assert_snapshot;
use zaryad::cli::render;
use zaryad::data::Data;
use zaryad::scenario::{EMBEDDED, Known, Report, Scenario, Source, load, show};
use zaryad::study::Plan;

fn loaded(source: Source, sets: &[&str], files: &[(&str, &str)]) -> Result<Scenario, Report> {
    let owned = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
    let models = owned(&[
        "BYD Song Plus Comfort",
        "BYD Yuan Plus Extended Range",
        "BYD Han Flagship",
        "Zeekr 001 Base",
        "Changan Deepal SL03 Standard",
        "Volkswagen ID.4 PRO",
        "Tesla Model 3 Rear-Wheel Drive",
        "GAC Aion Aion ES Base",
    ]);
    let districts =
        owned(&["alatau", "almaly", "auezov", "bostandyk", "medeu", "nauryzbay", "turksib", "zhetysu"]);
    let inside = |lon: f64, lat: f64| (76.7..=77.15).contains(&lon) && (43.0..=43.45).contains(&lat);
    let metrics = ["charging.wait_s.mean", "charging.wait_s.p95"];
    let known = Known { models: &models, districts: &districts, metrics: &metrics, inside: &inside };
    let read = |path: &str| match files.iter().find(|(name, _)| *name == path) {
        Some((_, text)) => Ok((*text).to_string()),
        None => Err(format!("there is no file {path}")),
    };
    load(source, &owned(sets), &read, &known)
}

/// What is said of a file with this text, under these sets, beside these files.
fn check_with(text: &str, sets: &[&str], files: &[(&str, &str)]) -> String {
    match loaded(Source::file("mine.toml", text), sets, files) {
        Ok(scenario) => format!("no problems with {}", scenario.name),
        Err(report) => render(&report, false),
    }
}

fn check(text: &str) -> String {
    check_with(text, &[], &[])
}

/// What is said of a sweep with this text.
fn check_sweep(text: &str) -> String {
    let no_files = |path: &str| Err(format!("there is no file {path}"));
    match Plan::new(&Source::file("sweep.toml", text), &[], &no_files, &Data::embedded()) {
        Ok(plan) => format!("no problems with {} points", plan.points.len()),
        Err(report) => render(&report, false),
    }
}

#[test]
fn a_sweep_tells_every_problem_of_its_plan_at_once() {
    assert_snapshot!(check_sweep(
        r#"
        name = "wrong"
        desing = "grid"
        until = { metric = "charging.wait.mean", relative_half_width = 2, at_least = 9, at_most = 5 }
        [fleet]
        electrc = 3
        [[axes]]
        key = "network.planned.plots"
        values = []
        [[axes]]
        key = "fleet.electric"
        from = 500
        [[axes]]
        key = "fleet.taxis"
        values = [1]
        [[axes]]
        key = "fleet.taxis"
        from = 0
        to = 10
        scale = "log"
        [[axes]]
        scenarios = ["plan-62"]
        [[axes]]
        valus = [3]
        "#
    ));
}

#[test]
fn a_sweep_tells_every_problem_of_its_points_at_the_values_that_cause_it() {
    assert_snapshot!(check_sweep(
        r#"
        name = "wrong"
        [[axes]]
        key = "network.planed.plots"
        values = [1, 2]
        [[axes]]
        key = "fleet.electric"
        from = 4_000
        to = 6_000
        steps = 3
        [[axes]]
        key = "time.horizon"
        values = [{ days = 1 }, { weeks = 3 }, "long"]
        [[axes]]
        key = "stations.0.plugs"
        values = [1]
        "#
    ));
}

#[test]
fn designs_have_bounds() {
    let with = |design: &str, axes: &str| check_sweep(&format!("name = \"d\"\ndesign = {design}\n{axes}"));
    let range =
        |from: &str, to: &str| format!("[[axes]]\nkey = \"fleet.electric\"\nfrom = {from}\nto = {to}\n");
    let list = "[[axes]]\nkey = \"network.existing\"\nvalues = [1, 2, 3]\n";
    assert_snapshot!([
        with("\"grid\"", ""),
        with("\"grid\"", "axes = []"),
        with("\"gird\"", list),
        with("\"zip\"", &(list.to_owned() + "[[axes]]\nscenarios = [\"baseline\"]\n")),
        with("\"grid\"", &(range("1", "1000") + "steps = 2_000_000\n")),
        with("{ sobol = { points = 100_000 } }", &range("1", "1000")),
        with("{ saltelli = { samples = 1 } }", &(range("1", "1000") + "steps = 3\n")),
        with("{ latin_hypercube = { points = 5 } }", &range("7", "7")),
        with("\"one_at_a_time\"", "[[axes]]\nkey = \"name\"\nvalues = [\"a\"]\n"),
        with("\"zip\"", "[[axes]]\nkey = \"fleet..electric\"\nvalues = [1]\n"),
        with("\"zip\"", "[[axes]]\nscenarios = [\"baseline\"]\n[[axes]]\nscenarios = [\"plan-622\"]\n"),
        with("\"zip\"\nreplications = 0", list),
        with("\"zip\"\nreplications = 2\nuntil = { metric = \"rides.lost\", relative_half_width = 0.1, at_most = 9 }", list),
    ]
    .join("\n"));
}

#[test]
fn a_sweep_is_no_scenario() {
    assert_snapshot!(check("name = \"s\"\n[[axes]]\nkey = \"fleet.taxis\"\nvalues = [1]"));
}

#[test]
fn several_problems_are_told_at_once_in_the_order_of_the_file() {
    assert_snapshot!(check(
        r#"
        name = "several"
        taxis = 4
        [time]
        replications = 0
        [fleet]
        electrc = 10
        [charging]
        patience = "exponential"
        [tariff]
        vat = 12
        "#
    ));
}

#[test]
fn a_misspelt_key_gets_the_nearest_known_one_and_no_second_complaint() {
    assert_snapshot!(check("name = \"a\"\n[fleet]\ntaxi = 5\nelectric = 9_000\n"));
}

#[test]
fn a_strange_key_gets_the_list_of_known_ones() {
    assert_snapshot!(check("name = \"a\"\ntime.timezone = 5\npolicy.queue = 1\n"));
}

#[test]
fn a_number_out_of_range_names_the_range() {
    assert_snapshot!(check(
        r#"
        name = "a"
        time.horizon = { days = 0 }
        time.warm_up = { minutes = -1 }
        demand.rides_per_day = 1e300
        fleet.taxis = -1
        charging.attempts = 1000
        charging.efficiency = 0
        charging.patience = { hyperexponential = { mean_minutes = 0, cv = 0.5 } }
        network.planned.plugs = 99999999999999999999999999999999999999999999
        "#
    ));
}

#[test]
fn numbers_that_are_none_are_refused() {
    assert_snapshot!(check(
        "name = \"a\"\ntariff.vat = nan\nfleet.energy.idle_kw = inf\ncity.temperature_c = 1e999\n"
    ));
}

#[test]
fn more_electric_taxis_than_taxis_shows_both_places() {
    assert_snapshot!(check("name = \"a\"\n[fleet]\nelectric = 9_000\n"));
}

#[test]
fn more_cars_with_two_drivers_and_with_a_part_time_driver_than_cars_are_refused() {
    assert_snapshot!(check(
        "name = \"a\"\n[fleet.shifts]\npart_time.share = 0.7\ndouble = { share = 0.6, handovers_h = [19, 7] }\n"
    ));
}

#[test]
fn a_tank_that_does_not_last_for_a_drive_is_refused() {
    assert_snapshot!(check("name = \"a\"\n[fleet]\nrefuel = { minutes = 5, below = 0.1, tank_l = 5 }\n"));
}

#[test]
fn a_station_outside_the_city_is_told_of_swapped_degrees() {
    assert_snapshot!(check(
        r#"
        name = "a"
        [[stations]]
        name = "Swapped"
        plugs = 1
        plug_kw = 60
        at = { lon = 43.24, lat = 76.93 }
        [[stations]]
        name = "Astana"
        plugs = 1
        at = { lon = 71.43, lat = 51.12 }
        "#
    ));
}

#[test]
fn a_curve_must_be_monotone_in_the_state_of_charge_and_cover_it() {
    assert_snapshot!(check(
        "name = \"a\"\ncharging.curve = [[5, 1.0], [50, 0.8], [40, 0.6], [90, 1.2]]\n\
         city.congestion = [[0, 1], [5, 0.4], [10, 0.6]]\n"
    ));
}

#[test]
fn a_wrong_type_says_what_is_wanted_and_what_was_found() {
    assert_snapshot!(check(
        r#"
        name = 5
        stations = 4
        [time]
        seed = 1.0
        warm_up = 3
        [demand]
        rides_per_day = "100"
        [fleet]
        home_kw = [1, 2, 3]
        energy = true
        [network]
        planned = [1]
        "#
    ));
}

#[test]
fn an_unknown_choice_gets_the_nearest_one() {
    assert_snapshot!(check(
        r#"
        name = "a"
        demand.matching = "neerest"
        time.warm_up = { dayz = 1 }
        time.horizon = { days = 1, hours = 1 }
        charging.choice = { least_total_time = 1 }
        network.planned.standards = ["ccs", "nacs"]
        "#
    ));
}

#[test]
fn missing_keys_are_told_for_every_table_that_lacks_them() {
    assert_snapshot!(check(
        r#"
        question = "Who forgot the name?"
        [[stations]]
        plugs = 1
        [[stations]]
        name = "B"
        plugs = 1
        [[stations.walk_ins]]
        per_hour = 1
        [[stations.walk_ins]]
        stay = { weibull = { mean_minutes = 5 } }
        [[stations]]
        "#
    ));
}

#[test]
fn a_syntax_error_is_shown_where_it_is() {
    assert_snapshot!(check("name = \"a\"\n[time\nseed = 1\n"));
}

#[test]
fn a_key_given_twice_is_shown_at_its_second_place() {
    assert_snapshot!(check("name = \"a\"\n[fleet]\ntaxis = 1\ntaxis = 2\n"));
}

#[test]
fn an_empty_file_is_no_scenario() {
    assert_snapshot!(check(" \n\t\n"));
}

#[test]
fn names_of_the_data_get_the_nearest_one() {
    assert_snapshot!(check(
        r#"
        name = "a"
        [fleet.models]
        "BYD Han Flagshp" = 1
        [demand.jobs_share]
        almata = 0.2
        "#
    ));
}

#[test]
fn a_tariff_covers_the_day_once() {
    assert_snapshot!(check(
        "name = \"a\"\ntariff.shape = { time_of_use = [[6, 0.5], [23, 1], [19, 101], [25, 1]] }\n\
         tariff.cap_kzt_per_kwh = \"nothing\"\nstations = [{ name = \"Q\", plugs = 1, price_kzt_per_kwh = -1 }]\n"
    ));
}

#[test]
fn a_grid_names_districts_and_leaves_each_plug_a_watt() {
    assert_snapshot!(check(
        "name = \"a\"\nnetwork.grid = { spare_kw = { almalu = 1500, medeu = 0 }, control = \"fair\" }\n\
         tariff.spare_kw = 5\n"
    ));
    assert_snapshot!(check(
        "name = \"a\"\nnetwork.grid = { spare_kw = { medeu = 0.5 }, control = \"smart_cap\" }\n"
    ));
}

#[test]
fn two_stations_may_not_share_a_name() {
    assert_snapshot!(check(
        "name = \"a\"\n[[stations]]\nname = \"Q\"\nplugs = 1\n[[stations]]\nname = \"Q\"\nplugs = 0\n"
    ));
}

#[test]
fn a_date_that_the_calendar_lacks_is_refused() {
    assert_snapshot!(check("name = \"a\"\ntime.start = \"2025-02-30\"\n"));
}

#[test]
fn a_bad_set_is_shown_in_its_own_text() {
    let sets = [
        "fleet.electric",
        "time..seed=1",
        "fleet.electric=many",
        "stations.7.plugs=1",
        "fleet.electrc=5",
        "time.seed=18446744073709551615",
        "base=plan-622",
    ];
    assert_snapshot!(check_with("name = \"a\"\n", &sets, &[]));
}

#[test]
fn an_unknown_base_gets_the_nearest_name_and_the_rest_is_still_checked() {
    assert_snapshot!(check("name = \"a\"\nbase = \"plan-62\"\nfleet.taxis = -1\n"));
}

#[test]
fn a_base_that_cannot_be_read_is_shown_where_it_is_named() {
    assert_snapshot!(check("name = \"a\"\nbase = \"other.toml\"\n"));
}

#[test]
fn a_circle_of_bases_is_shown_where_it_closes() {
    let (mine, other) =
        ("name = \"a\"\nbase = \"other.toml\"\n", "name = \"b\"\nbase = \"./x/../mine.toml\"\n");
    assert_snapshot!(check_with(mine, &[], &[("other.toml", other), ("./x/../mine.toml", mine)]));
}

#[test]
fn a_problem_of_a_base_is_shown_in_its_own_text() {
    let other = "[tariff]\nvat = 12\n";
    assert_snapshot!(check_with("name = \"a\"\nbase = \"other.toml\"\n", &[], &[("other.toml", other)]));
}

#[test]
fn bases_without_end_are_cut_short() {
    let endless =
        |path: &str| Ok(format!("name = \"a\"\nbase = \"x/{}\"\n", path.rsplit('/').next().unwrap_or("")));
    let known = Known { models: &[], districts: &[], metrics: &[], inside: &|_, _| true };
    let source = Source::file("mine.toml", "name = \"a\"\nbase = \"x/b.toml\"\n");
    let report = load(source, &[], &endless, &known).expect_err("the chain does not end");
    assert!(render(&report, false).contains("more than 32 bases"));
}

#[test]
fn zero_is_a_valid_count() {
    let nothing = "name = \"zero\"\nfleet = { taxis = 0, electric = 0 }\ndemand.rides_per_day = 0\n\
                   network = { existing = 0, planned = { plots = 0 } }\ntariff.cap_kzt_per_kwh = 0\n";
    assert_eq!(check(nothing), "no problems with zero");
}

#[test]
fn a_queue_alone_is_a_scenario_and_sets_reach_into_it() {
    let text = r#"
name = "m-m-4"
time = { warm_up = { hours = 500 }, horizon = { hours = 20000 }, replications = 10, seed = 7 }
demand = { rides_per_day = 0 }
fleet = { taxis = 0, electric = 0 }
network = { existing = 0, planned = { plots = 0 } }
[[stations]]
name = "Q"
plugs = 4
queue = "fifo"
room = 8
[[stations.walk_ins]]
per_hour = 6.4
class = 0
stay = { exponential = { mean_minutes = 30.0 } }
patience = { exponential = { mean_minutes = 60.0 } }
"#;
    let sets = ["stations.0.plugs=5", "stations.0.walk_ins.0.stay.constant.minutes=3", "time.horizon.days=2"];
    let scenario =
        loaded(Source::file("mine.toml", text), &sets, &[]).map_err(|report| render(&report, false));
    let shown = scenario.map(|scenario| show(&scenario)).expect("the contract's example has no problems");
    for line in ["plugs = 5", "stay = { constant = { minutes = 3 } }", "horizon = { days = 2 }", "room = 8"] {
        assert!(shown.lines().any(|shown| shown == line), "{line} is not in {shown}");
    }
}

#[test]
fn embedded_scenarios_are_valid_and_show_themselves() {
    for scenario in EMBEDDED {
        let source = Source::embedded(scenario.name).expect("it is embedded");
        let first = loaded(source, &[], &[]).map_err(|report| render(&report, false));
        let first = first.expect("an embedded scenario has no problems");
        assert!(first.name == scenario.name && !first.question.is_empty());
        let again = loaded(Source::file("shown.toml", show(&first)), &[], &[]);
        assert_eq!(again.map_err(|report| render(&report, false)), Ok(first));
    }
}

#[test]
fn hostile_texts_are_refused_without_a_panic() {
    let deep = |open: &str, close: &str| format!("name = {}{}", open.repeat(5_000), close.repeat(5_000));
    let texts = [
        deep("[", "]"),
        deep("{ a = ", "}"),
        format!("a{} = 1", ".a".repeat(5_000)),
        format!("[a{}]", ".a".repeat(5_000)),
        "\u{feff}name = \"a\"\nцена = 1\n[fleet]\ntaxis = \"много\"\n".to_string(),
        "name = \"\"\n\"\" = 1\n[[stations]]\nname = \"\\u0000\"\nplugs = 1\n".to_string(),
        format!("name = \"{}\"\nfleet.taxis = \"{}\"", "я".repeat(5_000), "я".repeat(5_000)),
        "name = \"a\"\nstations = [1, [], {}, \"x\"]\ncity.congestion = [[], [1], [[1], 2]]\n".to_string(),
        "name = \"a\"\ncharging.curve = []\nfleet.models = {}\nnetwork.existing_kind.dc_kw = []\n"
            .to_string(),
        "name = \"a\"\r\ntime.start = 2025-11-03T00:00:00Z\r\n".to_string(),
        "time = { start = \"".to_string(),
    ];
    for text in texts {
        assert!(check(&text).starts_with("error: "), "{text}");
    }
    let sets = [
        "",
        "=",
        "a=",
        ".=.",
        "\"=1",
        "stations.0.x=1",
        "fleet.taxis.x.y=1",
        "ж.ж=ж",
        "time={",
        "name=\u{0}",
    ];
    for set in sets {
        assert!(check_with("name = \"a\"\n", &[set], &[]).starts_with("error: "), "{set}");
    }
    let many = check(&format!("name = \"a\"\n{}", "[[stations]]\n".repeat(20_000)));
    assert!(many.starts_with("error: there are too many problems"), "{many}");
    let dots = format!("a{}=1", ".a".repeat(100_000));
    assert!(check_with("name = \"a\"\n", &[&dots], &[]).starts_with("error: "));
}

#[test]
fn what_drivers_weigh_know_and_bring_is_checked() {
    assert_snapshot!(check(
        r#"
        name = "a"
        [charging]
        choice = "fastest"
        logit = { scale_kzt = 0, stations = 0 }
        app.share = 70
        adapter = { share = 0.1, fitting = { minutes = -3 }, power_share = 0 }
        "#
    ));
}

#[test]
fn when_drivers_go_and_stop_is_checked() {
    assert_snapshot!(check(
        r#"
        name = "a"
        [charging]
        before_handover = { within = { days = 3 }, below = 60 }
        session_at_most = { minutes = 1 }
        spare_before_home = -0.1
        home_night = { from_h = 25, to_h = -1, kzt_per_kwh = -18, only = true }
        "#
    ));
}

#[test]
fn levers_on_the_road_name_districts_and_stay_in_range() {
    assert_snapshot!(check(
        r#"
        name = "a"
        charging.cold_power = [[0, 0.85], [-10, 0]]
        [policy.bus_lanes]
        access_share = 2
        capacity_cars = 0
        [policy.parking]
        search_minutes = -1
        [policy.low_emission_zone]
        districts = ["almaly", "medeo"]
        fee = { per_day_kzt = -5 }
        "#
    ));
}

#[test]
fn what_fails_is_checked() {
    assert_snapshot!(check(
        r#"
        name = "a"
        charging.overstay = { lasting = { constant = { minutes = -1 } }, free = { days = 8 }, fee_kzt_per_minute = -50 }
        [network]
        failing_plug_ins = 14
        faults = { mean_up_h = 0, repair = { exponential = { mean_minutes = 0 } } }
        [[network.outages]]
        station = "Hubb"
        from = { hours = -1 }
        lasting = { minutes = 0 }
        [[network.outages]]
        station = "existing-401"
        from = { hours = 18 }
        lasting = { hours = 2 }
        [[stations]]
        name = "Hub"
        plugs = 1
        "#
    ));
}

#[test]
fn walk_ins_come_from_one_source_for_one_purpose() {
    assert_snapshot!(check(
        r#"
        name = "mine"
        [[stations]]
        name = "Q"
        plugs = 1
        [[stations.walk_ins]]
        per_hour = 1
        cars = 5
        away = { exponential = { mean_minutes = 60 } }
        stay = { constant = { minutes = 5 } }
        energy = { constant = { kwh = 5 } }
        [[stations.walk_ins]]
        cars = 5
        energy = { exponential = { mean_kwh = 0 } }
        [[stations.walk_ins]]
        per_hour = 1
        away = { constant = { minutes = 5 } }
        stay = { constant = { minutes = 5 } }
        "#
    ));
}
