//! Numbers of results that must be finite, complete and of the right year.

use crate::stage::{DATA, scenario};
use serde_json::Value;
use zaryad::report;
use zaryad::results::Results;
use zaryad::study::{Progress, replicate, resolve_text};

/// A small city over the assumptions alone, in which in most districts nobody asks for a ride or a plug.
const HAMLET: &str = "name = \"hamlet\"\nbase = \"assumptions\"\n\
    time = { warm_up = { hours = 0 }, horizon = { hours = 4 }, replications = 3, seed = 1 }\n\
    demand.rides_per_day = 24\nfleet = { taxis = 4, electric = 3 }\n\
    network = { existing = 3, planned = { plots = 0 } }\n";

fn run(text: &str) -> Results {
    replicate(&scenario(text), &DATA, &Progress::default())
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
            parts.iter().for_each(|(key, value)| no_null(&format!("{path}.{key}"), value))
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
        "charging.efficiency",
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
        let results = replicate(&scenario, &DATA, &Progress::default());
        let mut summary = results.summary_json(None);
        for station in summary["stations"].as_array_mut().expect("a list") {
            station.as_object_mut().expect("a table").remove("district");
        }
        no_null(&set, &summary);
        let text = report::text(&results, 80);
        assert!(!text.contains("inf") && !text.contains("NaN"), "{set}\n{text}");
        for (name, bytes) in results.files().iter().filter(|(name, _)| name.ends_with(".csv")) {
            let text = String::from_utf8_lossy(bytes);
            let cells = text.lines().flat_map(|line| line.split(','));
            assert!(cells.into_iter().all(|cell| !["inf", "-inf", "NaN"].contains(&cell)), "{set} {name}");
        }
        ran += 1;
    }
    assert!(ran > 8, "only {ran} of the extremes are allowed");
}
