//! Keys that make one choice of several: what layers do to them, and what is proposed where one is wrong.

use crate::stage::DATA;
use serde_json::Value;
use zaryad::cli::render;
use zaryad::scenario::{Report, Scenario, Source, schema};
use zaryad::study::{self, Plan};

/// A scenario in which every optional table is there.
const WHOLE: &str = r#"
name = "whole"
charging.session_at_most = { hours = 2 }
charging.home_night = { from_h = 23, to_h = 7, kzt_per_kwh = 18, only = true }
charging.reservation = { held = { minutes = 15 } }
network.grid = { spare_kw = { almaly = 1_500 }, control = "pro_rata" }

[[network.outages]]
station = "Q"
from = { hours = 1 }
lasting = { hours = 1 }

[[stations]]
name = "Q"
plugs = 2
plug_kw = 60
at = { lon = 76.93, lat = 43.24 }
standards = ["gbt"]
price_kzt_per_kwh = 90

[[stations.walk_ins]]
per_hour = 1
stay = { constant = { minutes = 10 } }
patience = { constant = { minutes = 10 } }

[[stations.walk_ins]]
cars = 2
away = { constant = { minutes = 100 } }
energy = { constant = { kwh = 10 } }
"#;

fn resolved(text: &str, sets: &[String], base: &str) -> Result<Scenario, Report> {
    let read = |_: &str| Ok(base.to_owned());
    study::resolve(Source::file("mine.toml", text), sets, &read, &DATA)
}

/// What is said of the whole scenario with this setting.
fn said(set: &str) -> String {
    match resolved(WHOLE, &[set.to_owned()], "") {
        Ok(_) => String::new(),
        Err(report) => render(&report, false),
    }
}

/// The choices of a schema: for each key that makes one, the words that it has.
fn choices(schema: &Value, path: &str, found: &mut Vec<(String, Vec<String>)>) {
    let nothing = |part: &Value| part["const"] == "none" && part["type"].is_null();
    let several = schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array());
    match several {
        Some(several) if several.iter().any(nothing) => {
            for part in several {
                choices(part, path, found);
            }
        }
        Some(several) => {
            let word = |part: &Value| match part["const"].as_str() {
                Some(word) => Some(word.to_owned()),
                None => part["properties"].as_object()?.keys().next().cloned(),
            };
            found.push((path.to_owned(), several.iter().filter_map(word).collect()));
        }
        None => {
            for (key, part) in schema["properties"].as_object().into_iter().flatten() {
                let dot = if path.is_empty() { "" } else { "." };
                choices(part, &format!("{path}{dot}{key}"), found);
            }
            // The second stream of visitors is of cars that come for energy.
            let first = |key: &str| usize::from(matches!(key, "away" | "energy"));
            if schema["items"].is_object() && path.ends_with("walk_ins") {
                for (key, part) in schema["items"]["properties"].as_object().into_iter().flatten() {
                    choices(part, &format!("{path}.{}.{key}", first(key)), found);
                }
            } else if schema["items"].is_object() {
                choices(&schema["items"], &format!("{path}.0"), found);
            }
        }
    }
}

fn every_choice() -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    choices(&schema(), "", &mut found);
    assert!(found.len() > 35, "{found:?}");
    found
}

/// The values that stand in marks in a text, over its lines.
fn marked(text: &str) -> Vec<String> {
    let parts = text.split('`').collect::<Vec<_>>();
    parts.iter().skip(1).step_by(2).map(|part| (*part).to_owned()).collect()
}

/// A right value for each word of a choice, as the program proposes it.
fn proposed(key: &str, word: &str) -> String {
    let told = said(&format!("{key}={word}"));
    if told.is_empty() {
        return format!("\"{word}\"");
    }
    let help = told.split("help: write e.g. ").nth(1).unwrap_or_else(|| panic!("{key} = {word}: {told}"));
    marked(&help.replace('\n', " "))[0].split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn what_is_proposed_for_a_choice_is_right_for_that_very_key() {
    for (key, words) in every_choice() {
        for word in &words {
            let value = proposed(&key, word);
            assert!(value.contains(word), "{key} = {word} is to be {value}");
            assert_eq!(said(&format!("{key}={value}")), "", "{key}");
        }
        let told = said(&format!("{key}=true"));
        let wanted = told.split("expected ").nth(1).and_then(|rest| rest.split(", found true").next());
        let wanted = wanted.unwrap_or_else(|| panic!("{key}: {told}")).to_owned();
        let words = wanted.split('"').skip(1).step_by(2).map(|word| format!("\"{word}\""));
        let values: Vec<String> = words.chain(marked(&wanted)).collect();
        assert!(!values.is_empty(), "{key}: {told}");
        for value in values {
            assert_eq!(said(&format!("{key}={value}")), "", "{key} = {value}: {told}");
        }
    }
}

#[test]
fn every_choice_replaces_every_other_in_files_sets_and_axes() {
    for (key, words) in every_choice() {
        let values: Vec<String> = words.iter().map(|word| proposed(&key, word)).collect();
        for (word, value) in words.iter().zip(&values) {
            for other in &values {
                // One setting after another.
                let sets = [format!("{key}={other}"), format!("{key}={value}")];
                let alone = resolved(WHOLE, &sets[1..], "");
                assert_eq!(resolved(WHOLE, &sets, ""), alone, "{sets:?}");
                // A setting of a part of what the choice holds.
                if let Some((_, content)) = value.split_once(&format!("{{ {word} = ")) {
                    let content = content.strip_suffix(" }").expect("a table ends so");
                    let part = format!("{key}.{word}={content}");
                    assert_eq!(resolved(WHOLE, &[sets[0].clone(), part], ""), alone, "{sets:?}");
                }
                // Arrays are replaced whole by a file, and need no more than that.
                if !key.contains(".0") && !key.contains(".1") {
                    // Below both lies the baseline, and what it lacks of a table.
                    let base = |line: &str| format!("name = \"base\"\n{line}\n{}", needs(&key));
                    let mine = format!("name = \"mine\"\nbase = \"base.toml\"\n{key} = {value}\n");
                    let over = resolved(&mine, &[], &base(&format!("{key} = {other}")));
                    assert_eq!(over, resolved(&mine, &[], &base("")), "{key} = {value} over {other}");
                    assert!(over.is_ok(), "{key} = {value} over {other}");
                }
            }
        }
        let axis = format!("{WHOLE}\n[[axes]]\nkey = \"{key}\"\nvalues = [{}]\n", values.join(", "));
        let none = |_: &str| Err("there is no other file".to_owned());
        let plan = Plan::new(&Source::file("s.toml", axis.as_str()), &[], &none, &DATA);
        assert!(plan.is_ok_and(|plan| plan.points.len() == values.len()), "{axis}");
    }
}

/// What an optional table needs beside a key of it, where the baseline has none.
fn needs(key: &str) -> &'static str {
    if key == "network.grid.control" { "network.grid.spare_kw.almaly = 1_500" } else { "" }
}

#[test]
fn a_key_that_is_nearly_one_of_another_table_finds_it() {
    for (set, near) in [
        ("electrc=5", "did you mean `fleet.electric`?"),
        ("fleet.cap_kzt_per_kw=5", "did you mean `tariff.cap_kzt_per_kwh`?"),
        ("demand.surge.at_mots=5", "did you mean `at_most`?"),
        ("demand.matching.batch.secnds=5", "did you mean `seconds`?"),
        ("demand.low_charge_minuts=5", "did you mean `demand.matching.batch.low_charge_minutes`?"),
        ("charging.spare_kw=5", "did you mean `network.grid.spare_kw`?"),
    ] {
        let told = said(set);
        assert!(told.contains(near), "{set}: {told}");
    }
}

#[test]
fn a_design_replaces_another_in_a_setting_of_a_sweep() {
    let text = format!(
        "design = {{ latin_hypercube = {{ points = 3 }} }}\n{WHOLE}\n[[axes]]\nkey = \"fleet.electric\"\nfrom = 1\nto = 9\n"
    );
    let none = |_: &str| Err("there is no other file".to_owned());
    let points = |set: &str| {
        let plan = Plan::new(&Source::file("s.toml", text.as_str()), &[set.to_owned()], &none, &DATA);
        plan.unwrap_or_else(|report| panic!("{}", render(&report, false))).points.len()
    };
    assert_eq!(points("design.sobol.points=4"), 4);
    assert_eq!(points("design={ saltelli = { samples = 2 } }"), 6);
    assert_eq!(points("design.latin_hypercube.points=5"), 5);
}
