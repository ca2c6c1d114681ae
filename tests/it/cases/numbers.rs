//! Numbers of results that must be finite, complete and of the right year.

use crate::stage::{DATA, scenario};
use serde_json::Value;
use zaryad::report;
use zaryad::results::Results;
use zaryad::scenario::Price;
use zaryad::study::{Progress, replicate, resolve_text};
use zaryad::units;
use zaryad::world::{World, ways};

/// A small city over the assumptions alone, in which in most districts nobody asks for a ride or a plug.
const HAMLET: &str = "name = \"hamlet\"\nbase = \"assumptions\"\n\
    time = { warm_up = { hours = 0 }, horizon = { hours = 4 }, replications = 3, seed = 1 }\n\
    demand.rides_per_day = 24\nfleet = { taxis = 4, electric = 3 }\n\
    network = { existing = 3, planned = { plots = 0 } }\n";

fn run(text: &str) -> Results {
    replicate(&scenario(text), &DATA, &Progress::default()).expect("the run ends")
}

#[test]
fn counts_are_zero_where_nothing_happened_and_means_run_over_all_replications() {
    let results = run(HAMLET);
    let sum = |name: &str| -> f64 {
        results.districts.iter().map(|district| district.get(name).expect("it applies").mean).sum()
    };
    for (name, of_city) in [
        ("rides.requested", "rides.requested"),
        ("rides.lost", "rides.lost"),
        ("visits", "charging.visits"),
        ("served", "charging.served"),
        ("stranded", "taxis.stranded"),
        ("revenue_kzt", "operators.revenue_kzt"),
        ("profit_kzt", "operators.profit_kzt"),
    ] {
        let city = results.city.get(of_city).expect("it applies").mean;
        assert!((sum(name) - city).abs() < 1e-6 * (1.0 + city.abs()), "{name}: {} of {city}", sum(name));
    }
    let summary = results.summary_json(None);
    let districts = summary["districts"].as_array().expect("a list");
    assert_eq!(districts.len(), results.layout.districts.len());
    let mut ratios = 0;
    for (name, metric) in
        districts.iter().flat_map(|district| district["metrics"].as_object().expect("a table"))
    {
        if metric.get("n").is_some() {
            assert!(!["count", "KZT", "kWh"].contains(&metric["unit"].as_str().expect("a unit")), "{name}");
            ratios += 1;
        }
    }
    assert!(ratios > 0, "nowhere does a ratio not apply");
}

#[test]
fn a_maker_whose_cars_are_drawn_in_some_replications_has_none_in_the_others() {
    let results = run(&HAMLET.replace("electric = 3", "electric = 1"));
    let taxis = |metrics: &zaryad::results::Summaries| metrics.get("taxis").expect("it applies");
    let all: f64 = results.brands.iter().map(|brand| taxis(brand).mean).sum();
    assert!((all - 1.0).abs() < 1e-9, "{all} electric taxis instead of one");
    assert!(results.brands.iter().all(|brand| taxis(brand).n == 3));
    assert!(
        results
            .brands
            .iter()
            .any(|brand| !(0.0..1.0).contains(&taxis(brand).mean) || taxis(brand).mean > 0.0)
    );
}

/// Every number of a document is finite: JSON has no others, so none may have become null.
fn no_null(path: &str, value: &Value) {
    match value {
        Value::Null => panic!("{path} is null"),
        Value::Object(parts) => {
            parts.iter().for_each(|(key, value)| no_null(&format!("{path}.{key}"), value));
        }
        Value::Array(items) => items.iter().for_each(|value| no_null(path, value)),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn no_extreme_of_a_price_or_a_span_makes_a_number_infinite() {
    let tiny = ["1e-300", "5e-324", "1e-20", "1e-9"];
    let keys = [
        "tariff.lease_years",
        "tariff.discount_rate",
        "tariff.price_kzt_per_kwh",
        "tariff.capex_kzt",
        "tariff.grid_kzt_per_kwh",
        "demand.rides_per_day",
        "fleet.lease_kzt_per_day",
        "city.co2.grid_kg_per_kwh",
    ];
    let huge = ["tariff.capex_kzt=1e11", "tariff.opex_kzt_per_year=1e11", "tariff.price_kzt_per_kwh=1e6"];
    let small = keys.iter().flat_map(|key| tiny.iter().map(move |value| format!("{key}={value}")));
    let mut ran = 0;
    for set in small.chain(huge.map(str::to_owned)) {
        // What is refused for not being physical prints nothing.
        let Ok(scenario) = resolve_text(HAMLET, std::slice::from_ref(&set), &DATA) else { continue };
        let results = replicate(&scenario, &DATA, &Progress::default()).expect("the run ends");
        let mut summary = results.summary_json(None);
        for station in summary["stations"].as_array_mut().expect("a list") {
            station.as_object_mut().expect("a table").remove("district");
        }
        no_null(&set, &summary);
        let text = report::text(&results, 80);
        let mut words = text.split(|letter: char| !letter.is_alphanumeric());
        assert!(words.all(|word| !["inf", "NaN", "null"].contains(&word)), "{set}\n{text}");
        for (name, bytes) in results.files().iter().filter(|(name, _)| !name.contains("parquet")) {
            let text = String::from_utf8_lossy(bytes);
            let cells = text.lines().flat_map(|line| line.split(','));
            assert!(cells.into_iter().all(|cell| !["inf", "-inf", "NaN"].contains(&cell)), "{set} {name}");
        }
        ran += 1;
    }
    assert!(ran > 8, "only {ran} of the extremes are allowed");
}

/// The highest price that each station of a scenario asks, in tenge.
fn prices(text: &str, sets: &[&str]) -> Vec<f64> {
    let sets: Vec<String> = sets.iter().map(|set| (*set).to_owned()).collect();
    let scenario = resolve_text(text, &sets, &DATA).expect("the scenario is right");
    let world = World::compile(&scenario, &DATA, &ways(&scenario, &DATA), 0);
    world.tariffs.iter().map(|tariff| units::Price::as_kzt_per_kwh_f64(tariff.highest())).collect()
}

/// Stations that ask the tariff's price, the ceiling, a number and a margin over cost.
const FOUR: &str = "name = \"four\"\ndemand.rides_per_day = 0\nfleet = { taxis = 0, electric = 0 }\n\
    network = { existing = 0, planned = { plots = 0 } }\n\
    [[stations]]\nname = \"A\"\nplugs = 1\nplug_kw = 60\n\
    [[stations]]\nname = \"B\"\nplugs = 1\nplug_kw = 60\nprice_kzt_per_kwh = \"ceiling\"\n\
    [[stations]]\nname = \"C\"\nplugs = 1\nplug_kw = 60\nprice_kzt_per_kwh = 90\n\
    [[stations]]\nname = \"D\"\nplugs = 1\nplug_kw = 60\nprice_kzt_per_kwh = { over_cost = 30 }\n";

#[test]
fn stations_that_ask_the_ceiling_follow_it() {
    // 30 KZT over cost: (34.6/0.92 + 30) / (1/1.12 - 0.02) in November 2025, and with 16 % from 2026 on.
    assert_eq!(prices(FOUR, &[]), [100.0, 100.0, 90.0, 77.46]);
    assert_eq!(prices(FOUR, &["tariff.cap_kzt_per_kwh=160"]), [160.0, 160.0, 90.0, 77.46]);
    assert_eq!(prices(FOUR, &["tariff.cap_kzt_per_kwh=70"]), [70.0; 4]);
    assert_eq!(prices(FOUR, &["time.start=\"2026-01-05\""]), [100.0, 100.0, 90.0, 80.29]);
    let lifted = ["tariff.price_kzt_per_kwh=120", "tariff.cap_kzt_per_kwh=\"none\""];
    let without = FOUR.replace("price_kzt_per_kwh = \"ceiling\"\n", "");
    assert_eq!(prices(&without, &lifted), [120.0, 120.0, 90.0, 77.46]);
    let shaped = ["tariff.shape={ time_of_use = [[0, 0.5], [7, 1.75]] }"];
    assert_eq!(prices(FOUR, &shaped), [100.0; 4]);
}

#[test]
fn a_ceiling_that_is_asked_must_be_there() {
    for (text, sets) in [
        (HAMLET, vec!["tariff.cap_kzt_per_kwh=\"none\""]),
        (FOUR, vec!["tariff.cap_kzt_per_kwh=\"none\"", "tariff.price_kzt_per_kwh=50"]),
    ] {
        let sets: Vec<String> = sets.into_iter().map(str::to_owned).collect();
        let report = resolve_text(text, &sets, &DATA).expect_err("there is no ceiling to ask");
        let said = zaryad::cli::render(&report, false);
        assert!(
            said.contains("without a price") && said.contains("tariff.price_kzt_per_kwh = 100"),
            "{said}"
        );
    }
    for price in [
        "-1",
        "1e9",
        "\"roof\"",
        "{ over_cost = -1 }",
        "{ over_cost = 1e6 }",
        "{ number = 5 }",
        "true",
        "inf",
    ] {
        let sets = [format!("tariff.price_kzt_per_kwh={price}")];
        let report = resolve_text(HAMLET, &sets, &DATA).expect_err("it is no price");
        assert_eq!(report.problems.len(), 1, "{price}: {}", zaryad::cli::render(&report, false));
    }
}

#[test]
fn a_price_is_shown_as_it_is_written() {
    for (price, meant) in [
        ("\"ceiling\"", Price::Ceiling),
        ("{ over_cost = 30 }", Price::OverCost(30.0)),
        ("90", Price::Number(90.0)),
    ] {
        let sets = [format!("tariff.price_kzt_per_kwh={price}")];
        let scenario = resolve_text(HAMLET, &sets, &DATA).expect("it is a price");
        assert_eq!(scenario.tariff.price_kzt_per_kwh, meant);
        let shown = zaryad::scenario::show(&scenario);
        assert!(shown.contains(&format!("price_kzt_per_kwh = {price}\n")), "{shown}");
    }
}

#[test]
fn a_ceiling_that_nobody_reaches_is_noted() {
    let noted = |sets: &str| {
        let results = run(&format!("{HAMLET}{sets}"));
        results.notes.iter().any(|note| note.text.contains("no station asks the ceiling"))
    };
    assert!(!noted("") && !noted("tariff.cap_kzt_per_kwh = 160\n"));
    assert!(noted("tariff.price_kzt_per_kwh = 100\ntariff.cap_kzt_per_kwh = 160\n"));
    // A full station asks 1.25 times the price.
    let dynamic = "tariff.shape = { dynamic = { theta = 0.5 } }\ntariff.price_kzt_per_kwh = 100\n";
    assert!(!noted(&format!("{dynamic}tariff.cap_kzt_per_kwh = 125\n")));
    assert!(noted(&format!("{dynamic}tariff.cap_kzt_per_kwh = 126\n")));
}

/// A queue alone: further keys of its station, its streams, and its span.
fn queue(station: &str, streams: &str, time: &str) -> String {
    format!(
        "name = \"queue\"\ntime = {{ warm_up = {{ hours = 200 }}, {time}, seed = 1 }}\ndemand.rides_per_day = 0\n\
         fleet = {{ taxis = 0, electric = 0 }}\nnetwork = {{ existing = 0, planned = {{ plots = 0 }} }}\n\
         [[stations]]\nname = \"Q\"\n{station}\n[[stations.walk_ins]]\n{streams}\n"
    )
}

const SHORT: &str = "horizon = { hours = 10 }, replications = 1";
const EXPONENTIAL: &str = "stay = { exponential = { mean_minutes = 30 } }\n";

#[test]
fn what_is_known_exactly_stands_beside_what_was_simulated() {
    let patient = "patience = { exponential = { mean_minutes = 30 } }\n";
    for (station, per_hour, more, by, wait_minutes, leaves) in [
        ("plugs = 10", 18.0, "", "Erlang C", Some(20.062), 0.0),
        ("plugs = 10\nroom = 0", 18.0, "", "Erlang B", Some(0.0), 0.167_963_2),
        ("plugs = 8\nroom = 4", 16.0, "", "its states", None, 0.121_285_4),
        ("plugs = 10", 18.0, patient, "Erlang A", None, 0.085_912_11),
    ] {
        let text = queue(station, &format!("per_hour = {per_hour}\n{EXPONENTIAL}{more}"), SHORT);
        let summary = run(&text).summary_json(None);
        let exact = &summary["exact"];
        assert_eq!(exact["by"], by);
        let close = |name: &str, value: f64| {
            let told = exact[name].as_f64().expect("it is told");
            assert!((told - value).abs() <= 1e-4 * value, "{by}: {name} is {told}, not {value}");
        };
        if let Some(minutes) = wait_minutes {
            close("charging.wait_s.mean", minutes * 60.0);
        }
        close("share_that_leaves", leaves);
    }
    let constant = queue("plugs = 8", "per_hour = 14.4\nstay = { constant = { minutes = 30 } }", SHORT);
    let results = run(&constant);
    let exact = results.layout.exact.as_ref().expect("it is M/D/8");
    assert!((exact.wait_s - 0.449_973_3 * 1_800.0).abs() < 0.01, "{exact:?}");
    let said = report::text(&results, 200);
    assert!(said.contains("Exact in the long run by Crommelin (M/D/8): a mean wait of 13.50 min"), "{said}");
}

#[test]
fn nothing_is_called_exact_where_the_formula_does_not_hold() {
    let stream = format!("per_hour = 10\n{EXPONENTIAL}");
    let known = |text: &str| run(text).layout.exact.is_some();
    let good = queue("plugs = 10", &stream, SHORT);
    assert!(known(&good));
    for (from, to) in [
        ("per_hour = 10", "per_hour = 21"),
        ("per_hour = 10", "cars = 10\naway = { exponential = { mean_minutes = 30 } }"),
        (
            "stay = { exponential = { mean_minutes = 30 } }",
            "stay = { lognormal = { mean_minutes = 30, cv = 2 } }",
        ),
        ("fleet = {", "network.failing_plug_ins = 0.1\nfleet = {"),
        ("plots = 0 }", "plots = 0 }, faults = { mean_up_h = 60, repair = { constant = { minutes = 60 } } }"),
    ] {
        let text = good.replace(from, to);
        let text = if to.contains("failing") {
            good.replace("plots = 0 }", "plots = 0 }, failing_plug_ins = 0.1")
        } else {
            text
        };
        assert!(!known(&text), "{text}");
    }
    assert!(!known(&format!("{good}[[stations.walk_ins]]\n{stream}class = 1\n")));
    assert!(!known(&format!("{good}[[stations]]\nname = \"R\"\nplugs = 1\n")));
}

/// A shipped queue, so many replications of it at a seed.
fn shipped(name: &str, more: &[String]) -> Results {
    let file = zaryad::scenario::embedded(name).expect("it is embedded");
    let scenario = resolve_text(file.text, more, &DATA).expect("it is right");
    replicate(&scenario, &DATA, &Progress::default()).expect("the run ends")
}

#[test]
fn every_shipped_queue_holds_its_exact_value_in_its_interval() {
    for name in ["m-m-10", "m-d-8", "erlang-a"] {
        let results = shipped(name, &[]);
        let exact = results.layout.exact.as_ref().expect("its answer is known").wait_s;
        let wait = results.city.get("charging.wait_s.mean").expect("somebody waits");
        let (low, high) = wait.ci95.expect("there are replications");
        assert!((low..=high).contains(&exact), "{name}: {exact} is not in {low} to {high}");
        assert!(high - low < 0.05 * exact, "{name}: {low} to {high} is no statement");
    }
}

#[test]
fn a_page_tells_the_interval_that_the_summary_tells() {
    let text = queue(
        "plugs = 4",
        &format!("per_hour = 6\n{EXPONENTIAL}"),
        "horizon = { hours = 5_000 }, replications = 1",
    );
    let results = run(&text);
    let wait = results.city.get("charging.wait_s.mean").expect("somebody waits");
    assert!(wait.batches.is_some(), "it is long enough for batch means");
    let scenario = serde_json::to_value(scenario(&text)).expect("it is JSON");
    let about = zaryad::results::Manifest {
        scenario,
        version: "0".to_owned(),
        commit: None,
        data: Vec::new(),
        wall_s: 1.0,
        threads: 1,
    };
    let mut files: std::collections::BTreeMap<String, String> = (results.files().into_iter())
        .filter(|(name, _)| !name.contains("parquet"))
        .map(|(name, bytes)| (name, String::from_utf8(bytes).expect("tables are text")))
        .collect();
    files.insert("manifest.json".to_owned(), results.manifest_json(&about).to_string());
    files.insert("summary.json".to_owned(), results.summary_json(None).to_string());
    let page = report::page(&files, &DATA).expect("the files are right");
    let short =
        |value: f64| serde_json::json!(format!("{value:.4e}").parse::<f64>().expect("a number")).to_string();
    let (low, high) = wait.ci95.expect("it has an interval");
    let told = format!("\"charging.wait_s.mean\":[{},{},{}]", short(wait.mean), short(low), short(high));
    assert!(page.contains(&told), "{told} is not on the page");
    assert!(page.contains("\"by\":\"Erlang C\""));
    files.insert("summary.json".to_owned(), "{}".to_owned());
    let problems = report::page(&files, &DATA).expect_err("there is no summary");
    assert_eq!(problems.len(), 1, "{problems:?}");
}

#[test]
fn one_of_a_thing_is_told_in_the_singular() {
    let one = queue(
        "plugs = 1",
        "per_hour = 1\nstay = { constant = { minutes = 1 } }",
        "horizon = { hours = 1 }, replications = 1",
    );
    let said = report::text(&run(&one), 200);
    assert!(said.contains("1 replication of 1 hour ·") && said.contains("1 station with 1 plug\n"), "{said}");
    let said = report::text(&run(&one.replace("horizon = { hours = 1 }", "horizon = { hours = 1.5 }")), 200);
    assert!(said.contains("of 1.5 hours"), "{said}");
}
