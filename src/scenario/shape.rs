//! What may stand at each key, read once from the schema that the model's types have: which keys a table knows, which of
//! them make a choice, and what is right for each, as an example.

use super::schema;
use super::show::inline;
use super::tree::{Step, dotted};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What may stand at a key, and under it.
#[derive(Debug, Default)]
pub(super) struct Shape {
    /// The keys of a table, and the words of a choice with something behind them.
    keys: BTreeMap<String, Shape>,
    /// What every element of an array is, and every value of a table whose keys are names.
    each: Option<Box<Shape>>,
    /// What the elements of an array of a fixed length are.
    elements: Vec<Shape>,
    /// The choices there are, each by an example; none where the key makes no choice.
    choices: Vec<Choice>,
    /// A right value, as TOML writes it.
    example: Option<Value>,
}

/// One of the choices of a key.
#[derive(Debug)]
struct Choice {
    /// The word that makes it; a plain number makes its choice by itself.
    word: Option<String>,
    example: Value,
}

/// The shape of a scenario.
pub(super) static SCENARIO: LazyLock<Shape> = LazyLock::new(|| Shape::of(&schema::whole()));

/// The shape of the keys that a sweep file has beside those of a scenario.
pub(super) static PLAN: LazyLock<Shape> = LazyLock::new(|| Shape::of(&schema::plan()));

/// Every key of a scenario with its path, for keys that stand in the wrong table; not those of stations and other
/// arrays, which have no path of their own.
pub(super) static EVERY_KEY: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let mut keys = Vec::new();
    SCENARIO.collect(&mut Vec::new(), &mut keys);
    keys
});

impl Shape {
    fn of(schema: &Value) -> Self {
        let mut shape = Self::default();
        shape.add(schema);
        shape.example = example(schema);
        let given = shape.example.clone().unwrap_or_default();
        // Of the choice that the example makes, the example itself is the best one.
        for choice in &mut shape.choices {
            if choice.word.is_some() && choice.word.as_deref() == word(&given) {
                choice.example = given.clone();
            }
        }
        shape
    }

    /// Adds what one of several alternatives allows.
    fn add(&mut self, schema: &Value) {
        if let Some(something) = schema::something(schema) {
            return self.add(something);
        }
        if let Some(choices) = schema::choices(schema) {
            for choice in choices {
                self.keys.extend(keys(choice));
                if let Some(example) = example(choice) {
                    self.choices.push(Choice { word: word(&example).map(str::to_owned), example });
                }
            }
            return;
        }
        self.keys.extend(keys(schema));
        if let Some(elements) = schema["items"].as_array() {
            self.elements = elements.iter().map(Self::of).collect();
        }
        let each = [&schema["items"], &schema["additionalProperties"]];
        self.each = each.into_iter().find(|each| each.is_object()).map(|each| Box::new(Self::of(each)));
    }

    /// The shape of what lies under a key; none where there is no such key.
    pub(super) fn under(&self, key: &str) -> Option<&Self> {
        self.keys.get(key).or(self.each.as_deref())
    }

    /// The shape of what lies on a path.
    pub(super) fn at(&self, path: &[Step]) -> Option<&Self> {
        path.iter().try_fold(self, |shape, step| match step {
            Step::Key(key) => shape.under(key),
            Step::Index(index) => shape.elements.get(*index).or(shape.each.as_deref()),
        })
    }

    /// Whether the key makes one choice of several, so that another one replaces it whole.
    pub(super) fn is_choice(&self) -> bool {
        !self.choices.is_empty()
    }

    /// A right value, as TOML writes it.
    pub(super) fn example(&self) -> Option<String> {
        self.example.as_ref().and_then(written)
    }

    /// A right value that makes this choice.
    pub(super) fn example_of(&self, word: &str) -> Option<String> {
        let choice = self.choices.iter().find(|choice| choice.word.as_deref() == Some(word))?;
        written(&choice.example)
    }

    /// What a choice looks like: all of them if they are short, or else one.
    pub(super) fn choices(&self) -> Option<String> {
        /// Longer lists are no help.
        const MOST_LETTERS: usize = 120;
        let all: Vec<String> =
            self.choices.iter().filter_map(|choice| written(&choice.example)).map(marked).collect();
        let listed = match &all[..] {
            [] => return None,
            [only] => return Some(only.clone()),
            [others @ .., last] => format!("{} or {last}", others.join(", ")),
        };
        if listed.len() <= MOST_LETTERS {
            return Some(format!("one of {listed}"));
        }
        let made = self.example.as_ref().and_then(written).map(marked);
        Some(format!("a choice such as {}", made.as_ref().unwrap_or(&all[0])))
    }

    fn collect(&self, path: &mut Vec<Step>, keys: &mut Vec<(String, String)>) {
        for (key, shape) in &self.keys {
            path.push(Step::Key(key.clone()));
            keys.push((key.clone(), dotted(path)));
            shape.collect(path, keys);
            path.pop();
        }
    }
}

/// What the keys of a table are.
fn keys(schema: &Value) -> impl Iterator<Item = (String, Shape)> {
    let keys = schema["properties"].as_object().into_iter().flatten();
    keys.map(|(key, part)| (key.clone(), Shape::of(part)))
}

/// The word that makes a choice.
fn word(choice: &Value) -> Option<&str> {
    match choice {
        Value::String(word) => Some(word),
        Value::Object(table) => table.keys().next().map(String::as_str),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => None,
    }
}

/// A value as TOML writes it.
fn written(value: &Value) -> Option<String> {
    toml::Value::try_from(value).ok().map(|value| inline(&value))
}

/// As words and values stand in messages.
fn marked(value: String) -> String {
    if value.starts_with('"') { value } else { format!("`{value}`") }
}

/// A value that a schema allows: its own example, or else its default, or else a plain one.
fn example(schema: &Value) -> Option<Value> {
    if let Some(given) = schema["examples"].get(0).or_else(|| schema.get("default")) {
        return Some(given.clone());
    }
    if let Some(inner) = schema::something(schema).or_else(|| schema::choices(schema)?.first()) {
        return example(inner);
    }
    if let Some(word) = schema.get("const").or_else(|| schema["enum"].get(0)) {
        return Some(word.clone());
    }
    match schema::kind(schema)? {
        "boolean" => Some(Value::Bool(true)),
        "string" => Some(Value::from("…")),
        "integer" => number(schema).map(|number| Value::from(number as i64)),
        "number" => number(schema).map(Value::from),
        "array" => match schema["items"].as_array() {
            Some(elements) => elements.iter().map(example).collect::<Option<_>>().map(Value::Array),
            None => Some(Value::Array(vec![example(&schema["items"])?])),
        },
        "object" => {
            let needed = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
            let part = |key: &str| Some((key.to_owned(), example(&schema["properties"][key])?));
            needed.map(part).collect::<Option<Map<String, Value>>>().map(Value::Object)
        }
        _ => None,
    }
}

/// A plain number within the bounds of a schema.
fn number(schema: &Value) -> Option<f64> {
    let bound = |end: &str, none: f64| schema[end].as_f64().unwrap_or(none);
    let (least, most) = (bound("minimum", f64::NEG_INFINITY), bound("maximum", f64::INFINITY));
    [1.0, 2.0, 30.0, 100.0, least, most].into_iter().find(|plain| (least..=most).contains(plain))
}
