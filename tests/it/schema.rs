//! The schemas of scenario and sweep files, held against the files that are shipped and against slips.

use crate::stage::{folder, zaryad};
use jsonschema::Validator;
use serde_json::Value;
use zaryad::scenario::{ASSUMPTIONS, EMBEDDED, SWEEPS, embedded, schema, sweep_schema};

fn file(text: &str) -> Value {
    toml::from_str(text).expect("the text is TOML")
}

fn validator(schema: &Value) -> Validator {
    jsonschema::draft7::new(schema).expect("the schema is one")
}

/// Where the schema finds a text wrong.
fn slips(validator: &Validator, text: &str) -> Vec<String> {
    validator.iter_errors(&file(text)).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn every_shipped_file_follows_its_schema() {
    let (scenario, sweep) = (validator(&schema()), validator(&sweep_schema()));
    let assumptions = embedded(ASSUMPTIONS).expect("they are embedded");
    for file in EMBEDDED.iter().chain([&assumptions]) {
        assert_eq!(slips(&scenario, file.text), [""; 0], "{}", file.name);
    }
    for file in SWEEPS {
        assert_eq!(slips(&sweep, file.text), [""; 0], "{}", file.name);
    }
}

#[test]
fn a_resolved_scenario_follows_the_schema() {
    let outcome = zaryad(folder().path(), &["check", "plan-622", "--show"]);
    assert_eq!(slips(&validator(&schema()), &outcome.stdout), [""; 0]);
}

#[test]
fn slips_are_marked() {
    let (scenario, sweep) = (validator(&schema()), validator(&sweep_schema()));
    for slip in [
        "question = \"nameless\"",
        "name = 7",
        "name = \"a\"\nbase = 7",
        "name = \"a\"\nfleet.taxi = 7",
        "name = \"a\"\nfleet.taxis = -7",
        "name = \"a\"\ntime.horizon = { weeks = 1 }",
        "name = \"a\"\n[[stations]]\nname = \"Q\"\nplugs = \"four\"",
        "name = \"a\"\n[[stations]]\nplugs = 4",
        "name = \"a\"\n[[axes]]\nkey = \"fleet.electric\"\nvalues = [1]",
    ] {
        assert_ne!(slips(&scenario, slip), [""; 0], "{slip}");
    }
    for slip in
        ["name = \"a\"", "name = \"a\"\ndesign = \"gird\"\naxes = []", "name = \"a\"\n[[axes]]\nkey = 1"]
    {
        assert_ne!(slips(&sweep, slip), [""; 0], "{slip}");
    }
}

/// Follows a path of keys through a schema.
fn part<'a>(schema: &'a Value, path: &str) -> &'a Value {
    path.split('.').fold(schema, |schema, key| &schema["properties"][key])
}

#[test]
fn every_key_is_explained_and_has_the_default_that_the_assumptions_say() {
    fn unexplained(schema: &Value, path: &str, found: &mut Vec<String>) {
        for (key, part) in schema["properties"].as_object().into_iter().flatten() {
            let path = format!("{path}.{key}");
            if part["description"].as_str().is_none_or(str::is_empty) {
                found.push(path.clone());
            }
            unexplained(part, &path, found);
        }
    }
    let (scenario, sweep) = (schema(), sweep_schema());
    let mut found = Vec::new();
    unexplained(&sweep, "", &mut found);
    assert_eq!(found, [""; 0]);
    let assumptions = file(embedded(ASSUMPTIONS).expect("they are embedded").text);
    for path in ["fleet.taxis", "tariff.cap_kzt_per_kwh", "time.horizon"] {
        let said = path.split('.').fold(&assumptions, |table, key| &table[key]);
        assert!(!said.is_null() && part(&scenario, path)["default"] == *said, "{path}");
    }
}

#[test]
fn the_program_prints_both_schemas_and_what_shells_complete() {
    let temporary = folder();
    let at = temporary.path();
    for (kind, expected) in [("scenario", schema()), ("sweep", sweep_schema())] {
        let outcome = zaryad(at, &["schema", kind]);
        let printed: Value = serde_json::from_str(&outcome.stdout).expect("it is JSON");
        assert_eq!((outcome.code, printed), (Some(0), expected));
    }
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let outcome = zaryad(at, &["completions", shell]);
        assert_eq!(outcome.code, Some(0), "{shell}: {}", outcome.stderr);
        for word in ["sweep", "sensitivity", "replications", "fail-if-worse"] {
            assert!(outcome.stdout.contains(word), "{shell} does not complete {word}");
        }
    }
    assert_eq!(zaryad(at, &["completions", "cmd"]).code, Some(2));
}
