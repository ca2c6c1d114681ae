//! JSON Schemas of scenario and sweep files, from which editors complete keys, explain them and mark slips.
//!
//! A schema knows shapes: keys, kinds and choices. What makes sense, and what the tables know, only the program checks.

use super::bounds::{BOUNDS, Bounds};
use super::embedded::{ASSUMPTIONS, BASELINE, embedded};
use super::model::Scenario;
use super::sweep::Raw;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

/// The schema of a scenario file: JSON Schema, draft 7, which most editors read.
///
/// No key is demanded that the file may inherit from its base, and a key's default is what the assumptions say.
pub fn schema() -> Value {
    let mut schema = whole();
    inherit(&mut schema);
    let base =
        "The embedded scenario, or the path of a file, from which every key comes that is not named here.";
    schema["properties"]["base"] = json!({ "description": base, "type": "string", "default": BASELINE });
    schema["required"] = json!(["name"]);
    schema["title"] = json!("Scenario of zaryad");
    schema
}

/// The schema of a sweep file, which is a scenario with axes.
pub fn sweep_schema() -> Value {
    let mut schema = schema();
    for (key, part) in plan()["properties"].as_object().into_iter().flatten() {
        schema["properties"][key] = part.clone();
    }
    schema["required"] = json!(["name", "axes"]);
    schema["title"] = json!("Sweep of zaryad");
    schema
}

/// The schema of a resolved scenario, which inherits nothing.
pub(super) fn whole() -> Value {
    let mut schema = of::<Scenario>();
    let assumptions = embedded(ASSUMPTIONS).and_then(|file| toml::from_str::<Value>(file.text).ok());
    explain(&mut schema, &assumptions.unwrap_or_default());
    bound(&mut schema, &BOUNDS);
    schema
}

/// The schema of the keys that a sweep file has beside those of a scenario.
pub(super) fn plan() -> Value {
    of::<Raw>()
}

/// The schema of a type, every part of it in its place.
fn of<T: schemars::JsonSchema>() -> Value {
    let settings = SchemaSettings::draft07().with(|settings| settings.inline_subschemas = true);
    let mut schema = settings.into_generator().into_root_schema_for::<T>().to_value();
    name_nothing(&mut schema);
    schema
}

/// Puts "none", which takes back what a base gives, wherever a schema and its parts speak of null, which TOML lacks.
fn name_nothing(schema: &mut Value) {
    match schema {
        Value::Object(parts) => {
            let optional = |kinds: &&mut Vec<Value>| kinds.iter().any(|kind| kind == "null");
            if let Some(kinds) = parts.get_mut("type").and_then(Value::as_array_mut).filter(optional) {
                kinds.retain(|kind| kind != "null");
                let description = parts.remove("description");
                let something = Value::Object(std::mem::take(parts));
                parts.extend(description.map(|words| ("description".to_owned(), words)));
                parts.insert("anyOf".to_owned(), json!([something, { "type": "null" }]));
            }
            if let Some(Value::Array(choices)) = parts.get_mut("anyOf") {
                let nothing = choices.iter_mut().filter(|choice| choice["type"] == "null");
                nothing.for_each(|choice| *choice = json!({ "const": "none" }));
            }
            parts.retain(|key, value| key != "default" || !value.is_null());
            parts.values_mut().for_each(name_nothing);
        }
        Value::Array(items) => items.iter_mut().for_each(name_nothing),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// What a value is where it may also be "none"; nothing where it may not.
pub(super) fn something(schema: &Value) -> Option<&Value> {
    match schema["anyOf"].as_array().map(Vec::as_slice) {
        Some([something, nothing]) if is_nothing(nothing) => Some(something),
        _ => None,
    }
}

/// Whether this is the "none" of an optional value; a choice called so would have a type.
fn is_nothing(schema: &Value) -> bool {
    schema["const"] == "none" && schema["type"].is_null()
}

/// The choices among which a value makes one; nothing where it makes none.
pub(super) fn choices(schema: &Value) -> Option<&Vec<Value>> {
    let choices = schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array());
    choices.filter(|choices| !choices.iter().any(is_nothing))
}

/// The kind of value that is wanted.
pub(super) fn kind(schema: &Value) -> Option<&str> {
    schema["type"].as_str().or_else(|| schema["type"].get(0)?.as_str())
}

/// The schemas of the keys of a table.
fn keys_of(schema: &mut Value) -> Option<&mut Map<String, Value>> {
    schema.get_mut("properties")?.as_object_mut()
}

/// Takes out of a schema which keys are demanded, but where a key tells a choice from the others, and in the items of
/// a list, which nothing inherits.
fn inherit(schema: &mut Value) {
    keys_of(schema).into_iter().flat_map(Map::values_mut).for_each(inherit);
    let is_choice = choices(schema).is_some();
    let Value::Object(parts) = schema else { return };
    parts.remove("required");
    for alternatives in ["anyOf", "oneOf"] {
        let alternatives = parts.get_mut(alternatives).and_then(Value::as_array_mut).into_iter().flatten();
        if is_choice {
            alternatives.filter_map(keys_of).flat_map(Map::values_mut).for_each(inherit);
        } else {
            alternatives.for_each(inherit);
        }
    }
}

/// Gives each key its default by its path.
fn explain(schema: &mut Value, defaults: &Value) {
    let (Some(keys), Some(defaults)) = (keys_of(schema), defaults.as_object()) else { return };
    for (key, part) in keys {
        let Some(default) = defaults.get(key) else { continue };
        explain(part, default);
        if !(default.is_object() && part["properties"].is_object()) {
            part["default"] = default.clone();
        }
    }
}

/// Gives each number the bounds of its key, and says why no further.
fn bound(schema: &mut Value, bounds: &Bounds) {
    if let Some(bound) = bounds.own().filter(|_| is_number(schema)) {
        let whole = !schema["type"].to_string().contains("number");
        let end = |end: f64| if whole && end.abs() < 9e15 { json!(end as i64) } else { json!(end) };
        schema["minimum"] = end(bound.least);
        schema["maximum"] = end(bound.most);
        let words = schema["description"].as_str().unwrap_or_default();
        let stop = if words.is_empty() || words.ends_with('.') { "" } else { "." };
        let said = format!("{words}{stop} Must be {}: {}.", bound.words, bound.why);
        schema["description"] = json!(said.trim_start());
    }
    let Value::Object(all) = schema else { return };
    for (word, part) in all {
        match (word.as_str(), part) {
            ("properties", Value::Object(keys)) => {
                for (key, part) in keys {
                    if let Some(under) = bounds.under(key) {
                        bound(part, under);
                    }
                }
            }
            ("anyOf" | "oneOf", Value::Array(choices)) => {
                for part in choices {
                    bound(part, bounds);
                }
            }
            ("items", Value::Array(items)) => {
                for (number, part) in items.iter_mut().enumerate() {
                    if let Some(under) = bounds.under(&number.to_string()) {
                        bound(part, under);
                    }
                }
            }
            ("items" | "additionalProperties", part @ Value::Object(_)) => {
                if let Some(under) = bounds.under("*") {
                    bound(part, under);
                }
            }
            _ => {}
        }
    }
}

/// Whether a value of this schema is a number and nothing else.
pub(super) fn is_number(schema: &Value) -> bool {
    let kinds = schema["type"].as_array().map_or(std::slice::from_ref(&schema["type"]), Vec::as_slice);
    kinds.iter().all(|kind| kind == "number" || kind == "integer")
}
