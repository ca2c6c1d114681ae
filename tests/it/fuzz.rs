//! Random scenarios from the schema, with values at their bounds: none that `check` accepts hangs, panics or gives a number
//! that is none.
//!
//! `ZARYAD_FUZZ=20000 cargo test --test it fuzz` runs more of them than the few by default; `ZARYAD_FUZZ=10000..20000`
//! runs those with these seeds.

use crate::stage::{DATA, run, world};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;
use serde_json::{Map, Value, json};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use zaryad::results::{CITY, Layout, Outcome, Recorder, Results};
use zaryad::scenario::schema;
use zaryad::study;

const FEW: u64 = 60;
/// In no city here so much happens; one that has more goes in circles.
const MOST_EVENTS: u64 = 3_000_000;

/// How bold a scenario is: how often a key is given at all, and how often a number of it lies at a bound. Some have few
/// keys beside the defaults, some have many, and some have nothing but extremes.
struct Dice {
    chance: Xoshiro256PlusPlus,
    given: f64,
    extreme: f64,
}

impl Dice {
    fn new(seed: u64) -> Self {
        let mut chance = Xoshiro256PlusPlus::seed_from_u64(seed);
        let given = [0.05, 0.2, 0.4][chance.random_range(0..3)];
        let extreme = [0.3, 0.6, 1.0][chance.random_range(0..3)];
        Self { chance, given, extreme }
    }

    fn below(&mut self, count: usize) -> usize {
        self.chance.random_range(0..count)
    }

    fn coin(&mut self) -> bool {
        self.chance.random()
    }
}

/// A value that a schema allows, often at a bound; nothing where the schema says too little.
fn value(schema: &Value, dice: &mut Dice, depth: u32) -> Option<Value> {
    for choices in ["oneOf", "anyOf"] {
        if let Some(choices) = schema[choices].as_array() {
            return value(&choices[dice.below(choices.len())], dice, depth);
        }
    }
    if let Some(words) = schema["enum"].as_array() {
        return Some(words[dice.below(words.len())].clone());
    }
    if !schema["const"].is_null() {
        return Some(schema["const"].clone());
    }
    match schema["type"].as_str()? {
        "boolean" => Some(json!(dice.coin())),
        "integer" => Some(json!(number(schema, dice)?.round() as i64)),
        "number" => Some(json!(number(schema, dice)?)),
        "array" => array(schema, dice, depth),
        "object" => Some(object(schema, dice, depth)),
        _ => schema.get("default").cloned(),
    }
}

/// The bounds of a number.
fn bounds(schema: &Value) -> Option<(f64, f64)> {
    let open = schema["exclusiveMinimum"].as_f64().map(|least| least + 1e-300);
    Some((schema["minimum"].as_f64().or(open)?, schema["maximum"].as_f64()?))
}

fn number(schema: &Value, dice: &mut Dice) -> Option<f64> {
    let (least, most) = bounds(schema)?;
    let default = schema["default"].as_f64();
    if dice.chance.random_bool(dice.extreme) {
        return Some(if dice.coin() { least } else { most });
    }
    Some(match dice.below(5) {
        0 => least + (most - least) * dice.chance.random::<f64>(),
        1 => least + (most - least) * 1e-6 * dice.chance.random::<f64>(),
        2 => (default.unwrap_or(least) * 1.1).clamp(least, most),
        _ => default.unwrap_or(least + (most - least) * 0.1),
    })
}

/// As many copies of a table as one of its numbers has values, if these are few, each with another value.
fn one_for_each(item: &Value, schema: &Value) -> Option<Value> {
    let few = |(_, part): &(&String, &Value)| {
        let (least, most) = bounds(part).unwrap_or_default();
        part["type"] == "integer" && 2.0 < most - least && most - least < 300.0
    };
    let (key, part) = schema["properties"].as_object()?.iter().find(few)?;
    let (least, most) = bounds(part)?;
    let copy = |value: i64| {
        let mut copy = item.clone();
        copy[key] = json!(value);
        copy
    };
    Some(json!((least as i64..=most as i64).map(copy).collect::<Vec<_>>()))
}

fn array(schema: &Value, dice: &mut Dice, depth: u32) -> Option<Value> {
    if let Some(items) = schema["items"].as_array() {
        return items.iter().map(|item| value(item, dice, depth + 1)).collect();
    }
    let many: Option<Vec<Value>> =
        (0..=dice.below(3)).map(|_| value(&schema["items"], dice, depth + 1)).collect();
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
    if dice.below(20) == 0
        && let Some(all) = one_for_each(&many[0], &schema["items"])
    {
        return Some(all);
    }
    Some(json!(many))
}

fn object(schema: &Value, dice: &mut Dice, depth: u32) -> Value {
    let mut table = Map::new();
    let needed =
        |key: &str| schema["required"].as_array().is_some_and(|keys| keys.iter().any(|other| other == key));
    for (key, part) in schema["properties"].as_object().into_iter().flatten() {
        let often = if depth == 0 { (2.0 * dice.given).max(0.2) } else { dice.given };
        // What is left out of the assumptions has no default, and is given whole or not at all.
        let wanted = needed(key) || part["default"].is_null() && depth > 1 || dice.chance.random_bool(often);
        if wanted && let Some(value) = value(part, dice, depth + 1) {
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
    let mut dice = Dice::new(seed);
    let mut file = object(schema, &mut dice, 0);
    let chance = &mut dice.chance;
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
        if let Some(kw) = station.get("cabinet_kw").and_then(Value::as_f64) {
            // So many plugs have their watts.
            station["cabinet_kw"] = json!(kw.max(0.003));
        }
        if station["at"].is_object() {
            station["at"] = json!({ "lon": 76.93, "lat": 43.24 });
        }
        let streams = station.get_mut("walk_ins").and_then(Value::as_array_mut);
        let many = streams.as_ref().map_or(0, |streams| streams.len());
        for stream in streams.into_iter().flatten() {
            let Value::Object(stream) = stream else { continue };
            let (by_rate, stays) = (chance.random::<bool>(), chance.random::<bool>());
            stream.retain(|key, _| match key.as_str() {
                "per_hour" => by_rate,
                "cars" | "away" => !by_rate,
                "stay" => stays,
                "energy" => !stays,
                _ => true,
            });
            let most = if many > 9 { 2 } else { 20 };
            for key in ["per_hour", "cars"] {
                if let Some(rate) = stream.get_mut(key) {
                    *rate = json!(chance.random_range(0..most));
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

/// The seeds that are asked for: so many, or from one to another.
fn seeds(asked: &str) -> Range<u64> {
    let range = asked.split_once("..").map_or(("0", asked), |range| range);
    match (range.0.parse(), range.1.parse()) {
        (Ok(first), Ok(end)) => first..end,
        _ => 0..FEW,
    }
}

#[test]
fn no_checked_scenario_hangs_or_panics_or_gives_a_number_that_is_none() {
    let seeds = seeds(&std::env::var("ZARYAD_FUZZ").unwrap_or_default());
    let count = seeds.end - seeds.start;
    let schema = schema();
    let failed = |seed: &u64| {
        let text = text(&schema, *seed);
        catch_unwind(AssertUnwindSafe(|| accepted(&text))).map_err(|_| format!("# seed {seed}\n{text}"))
    };
    let outcomes: Vec<Result<bool, String>> = seeds.into_par_iter().map(|seed| failed(&seed)).collect();
    let findings: Vec<&String> = outcomes.iter().filter_map(|outcome| outcome.as_ref().err()).collect();
    assert!(findings.is_empty(), "{} findings, the first:\n{}", findings.len(), findings[0]);
    let run = outcomes.iter().filter(|outcome| matches!(outcome, Ok(true))).count() as u64;
    assert!(run * 20 > count, "only {run} of {count} scenarios were accepted: the fuzz looks at little");
}
