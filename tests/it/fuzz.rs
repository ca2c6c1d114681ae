//! Random scenarios from the schema, with values at their bounds: none that `check` accepts hangs, panics or gives a number
//! that is none.
//!
//! `ZARYAD_FUZZ=20000 cargo test --test it fuzz` runs more of them than the few by default.

use crate::stage::{DATA, run, world};
use rand::{Rng, RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;
use serde_json::{Map, Value, json};
use std::panic::{AssertUnwindSafe, catch_unwind};
use zaryad::results::{CITY, Layout, Outcome, Recorder, Results};
use zaryad::scenario::schema;
use zaryad::study;

const FEW: u64 = 60;
/// In no city here so much happens; one that has more goes in circles.
const MOST_EVENTS: u64 = 3_000_000;

/// A value that a schema allows, often at a bound; nothing where the schema says too little.
fn value(schema: &Value, chance: &mut impl Rng, depth: u32) -> Option<Value> {
    for choices in ["oneOf", "anyOf"] {
        if let Some(choices) = schema[choices].as_array() {
            return value(&choices[chance.random_range(0..choices.len())], chance, depth);
        }
    }
    if let Some(words) = schema["enum"].as_array() {
        return Some(words[chance.random_range(0..words.len())].clone());
    }
    if !schema["const"].is_null() {
        return Some(schema["const"].clone());
    }
    match schema["type"].as_str()? {
        "boolean" => Some(json!(chance.random::<bool>())),
        "integer" => Some(json!(number(schema, chance)?.round() as i64)),
        "number" => Some(json!(number(schema, chance)?)),
        "array" => array(schema, chance, depth),
        "object" => Some(object(schema, chance, depth)),
        _ => schema.get("default").cloned(),
    }
}

fn number(schema: &Value, chance: &mut impl Rng) -> Option<f64> {
    let most = schema["maximum"].as_f64()?;
    let open = schema["exclusiveMinimum"].as_f64().map(|least| least + 1e-300);
    let least = schema["minimum"].as_f64().or(open)?;
    let default = schema["default"].as_f64();
    Some(match chance.random_range(0..8) {
        0 | 1 => least,
        2 => most,
        3 => least + (most - least) * chance.random::<f64>(),
        4 => least + (most - least) * 1e-6 * chance.random::<f64>(),
        5 => default.unwrap_or(least) * 1.1,
        _ => default.unwrap_or(least + (most - least) * 0.1),
    })
}

fn array(schema: &Value, chance: &mut impl Rng, depth: u32) -> Option<Value> {
    if let Some(items) = schema["items"].as_array() {
        return items.iter().map(|item| value(item, chance, depth + 1)).collect();
    }
    let many: Option<Vec<Value>> =
        (0..chance.random_range(1..4)).map(|_| value(&schema["items"], chance, depth + 1)).collect();
    let mut many = many?;
    // Pairs rise in their first numbers, and begin and end at the bounds of these.
    if let (Some([first, _]), true) =
        (schema["items"]["items"].as_array().map(Vec::as_slice), many[0][1].is_number())
    {
        many.resize(2, many[0].clone());
        many[0][0] = first["minimum"].clone();
        many[1][0] = first["maximum"].clone();
        if first["maximum"] == 10 {
            many[1][1] = many[0][1].clone();
        }
    }
    Some(json!(many))
}

fn object(schema: &Value, chance: &mut impl Rng, depth: u32) -> Value {
    let mut table = Map::new();
    let needed =
        |key: &str| schema["required"].as_array().is_some_and(|keys| keys.iter().any(|other| other == key));
    for (key, part) in schema["properties"].as_object().into_iter().flatten() {
        let often = if depth == 0 { 0.4 } else { 0.2 };
        // What is left out of the assumptions has no default, and is given whole or not at all.
        let wanted = needed(key) || part["default"].is_null() && depth > 1 || chance.random_bool(often);
        if wanted && let Some(value) = value(part, chance, depth + 1) {
            table.insert(key.clone(), value);
        }
    }
    Value::Object(table)
}

/// Sets a key of a table, if the rest of its path is there.
fn set(table: &mut Value, path: &[&str], value: Value) {
    let [first, rest @ ..] = path else { return *table = value };
    if !table[*first].is_object() {
        table[*first] = json!({});
    }
    set(&mut table[*first], rest, value);
}

/// A random scenario, small enough to run at once.
fn text(schema: &Value, seed: u64) -> String {
    let chance = &mut Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut file = object(schema, chance, 0);
    let taxis = chance.random_range(0..20);
    for (path, value) in [
        (&["time", "warm_up"][..], json!({ "hours": chance.random_range(0..3) })),
        (&["time", "horizon"], json!({ "hours": chance.random_range(1..8) })),
        (&["time", "replications"], json!(1)),
        (&["time", "start"], json!("2025-12-31")),
        (&["fleet", "taxis"], json!(taxis)),
        (&["fleet", "electric"], json!(chance.random_range(0..=taxis))),
        (&["demand", "rides_per_day"], json!(chance.random_range(0..1_000))),
        (&["network", "existing"], json!(chance.random_range(0..4))),
        (&["network", "planned", "plots"], json!(chance.random_range(0..3))),
        (&["network", "outages"], json!([])),
        (&["policy", "low_emission_zone", "districts"], json!(["almaly"])),
        (&["base"], json!("assumptions")),
        (&["name"], json!("fuzz")),
        (&["output", "detail"], json!(false)),
    ] {
        set(&mut file, path, value);
    }
    file.get_mut("city").and_then(Value::as_object_mut).into_iter().for_each(|city| {
        city.remove("free_flow_kmh");
        city.remove("roads");
    });
    for (number, station) in
        file.get_mut("stations").and_then(Value::as_array_mut).into_iter().flatten().enumerate()
    {
        station["name"] = json!(format!("S{number}"));
        station["plugs"] = json!(chance.random_range(1..4));
        if station["at"].is_object() {
            station["at"] = json!({ "lon": 76.93, "lat": 43.24 });
        }
        for stream in station.get_mut("walk_ins").and_then(Value::as_array_mut).into_iter().flatten() {
            let Value::Object(stream) = stream else { continue };
            let (by_rate, stays) = (chance.random::<bool>(), chance.random::<bool>());
            stream.retain(|key, _| match key.as_str() {
                "per_hour" => by_rate,
                "cars" | "away" => !by_rate,
                "stay" => stays,
                "energy" => !stays,
                _ => true,
            });
            for key in ["per_hour", "cars"] {
                if let Some(rate) = stream.get_mut(key) {
                    *rate = json!(chance.random_range(0..20));
                }
            }
        }
    }
    toml::to_string(&file).expect("a table is TOML")
}

/// Whether a scenario was accepted, and if so, that it runs to its end with numbers.
fn accepted(text: &str) -> bool {
    let Ok(scenario) = study::resolve_text(text, &[], &DATA) else { return false };
    let world = world(&scenario, 0);
    let mut recorder = Recorder::new(&world);
    run(&world, &mut recorder);
    let outcome = Outcome::of(&world, recorder.finish(world.horizon));
    for metric in CITY {
        let value = outcome.city.get(metric.name);
        assert!(value.is_none_or(f64::is_finite), "{} is {value:?}", metric.name);
    }
    let results = Results::new("fuzz".to_owned(), 1, Layout::of(&world), vec![outcome]);
    assert!(results.events() < MOST_EVENTS, "{} events", results.events());
    true
}

#[test]
fn no_checked_scenario_hangs_or_panics_or_gives_a_number_that_is_none() {
    let count = std::env::var("ZARYAD_FUZZ").ok().and_then(|count| count.parse().ok()).unwrap_or(FEW);
    let schema = schema();
    let failed = |seed: &u64| {
        let text = text(&schema, *seed);
        catch_unwind(AssertUnwindSafe(|| accepted(&text))).map_err(|_| format!("# seed {seed}\n{text}"))
    };
    let outcomes: Vec<Result<bool, String>> = (0..count).into_par_iter().map(|seed| failed(&seed)).collect();
    let findings: Vec<&String> = outcomes.iter().filter_map(|outcome| outcome.as_ref().err()).collect();
    assert!(findings.is_empty(), "{} findings, the first:\n{}", findings.len(), findings[0]);
    let run = outcomes.iter().filter(|outcome| matches!(outcome, Ok(true))).count() as u64;
    assert!(run * 20 > count, "only {run} of {count} scenarios were accepted: the fuzz looks at little");
}
