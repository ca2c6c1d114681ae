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
    let huge = ["tariff.capex_kzt=1e12", "tariff.opex_kzt_per_year=1e12", "tariff.price_kzt_per_kwh=1e6"];
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
