//! The structural check: a tree becomes a scenario or the plan of a sweep, and every unknown key, missing key, wrong type and
//! unknown choice becomes a problem in one pass.
//!
//! serde stops at the first error. This deserializer therefore does not fail: it notes the problem, answers
//! with a stand-in of the wanted type, and remembers that the value is broken, so that the checks of meaning
//! pass it by. Only a missing key must be reported by serde itself; it is then put in as a broken value, and
//! the pass is made again.
#![expect(clippy::wildcard_enum_match_arm, reason = "a value is of the wanted kind, or it is not")]

use super::problem::{Problem, nearest};
use super::shape::{EVERY_KEY, Shape};
use super::tree::{Node, Step, Value, dotted};
use serde::de::value::StrDeserializer;
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, EnumAccess, IntoDeserializer, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use std::cell::RefCell;
use std::fmt;

/// No more problems than this are noted of each sort: a file of some megabytes can hold millions.
pub(super) const MOST_PROBLEMS: usize = 10_000;

/// Reads a tree as a value, such as a scenario; values with problems become [`Value::Broken`] in the tree.
///
/// `shape` is what may stand in it, for remedies.
pub(super) fn decode<T: DeserializeOwned>(tree: &mut Node, shape: &Shape) -> (Option<T>, Vec<Problem>) {
    let mut missing = Vec::new();
    loop {
        let notes = Notes { shape, problems: RefCell::default(), broken: RefCell::default() };
        let result = T::deserialize(Decoder { node: tree, path: Vec::new(), notes: &notes });
        let (problems, broken) = (notes.problems.into_inner(), notes.broken.into_inner());
        match result {
            Err(Fault { missing: Some((field, Some(mut path))), .. }) => {
                // The same key is looked for in all tables of its kind at once: the number of passes is
                // bounded by the number of keys and not by the length of the file.
                let mut found = false;
                tree.visit_alike(&mut path, 0, &mut |path, node| {
                    if let Some(problem) = put_in(field, path, node, shape) {
                        found = true;
                        if missing.len() < MOST_PROBLEMS {
                            missing.push(problem);
                        }
                    }
                });
                if found {
                    continue;
                }
                missing.push(Problem::titled(format!("the scenario has no `{field}`")));
                return (None, missing);
            }
            Err(fault) => {
                missing.extend(problems);
                missing.push(Problem::titled(fault.to_string()));
                return (None, missing);
            }
            Ok(value) => {
                for path in broken {
                    if let Some(node) = tree.get_mut(&path) {
                        node.value = Value::Broken;
                    }
                }
                missing.extend(problems);
                return (Some(value), missing);
            }
        }
    }
}

/// Puts a broken value where a table lacks this key.
fn put_in(field: &str, path: &[Step], node: &mut Node, shape: &Shape) -> Option<Problem> {
    let place = node.key.clone().unwrap_or_else(|| node.place.clone());
    let Value::Table(table) = &mut node.value else { return None };
    if table.contains_key(field) {
        return None;
    }
    let broken = Node { value: Value::Broken, place: place.clone(), key: None };
    table.insert(field.to_string(), broken);
    let (title, what) = match path {
        [] => (format!("the scenario has no `{field}`"), "the file"),
        _ => (format!("`{}` has no `{field}`", dotted(path)), "this table"),
    };
    let problem = Problem::titled(title).at(place, format!("{what} needs the key `{field}`"));
    let example = shape.at(path).and_then(|shape| shape.under(field)?.example());
    let help = match example {
        Some(example) => format!("add it, e.g. `{field} = {example}`"),
        None => "add it".to_string(),
    };
    Some(problem.help(help))
}

struct Notes<'a> {
    shape: &'a Shape,
    problems: RefCell<Vec<Problem>>,
    broken: RefCell<Vec<Vec<Step>>>,
}

struct Decoder<'a> {
    node: &'a Node,
    path: Vec<Step>,
    notes: &'a Notes<'a>,
}

/// The one thing that is wanted of a number, for messages.
type Limits = (i128, i128);

impl Notes<'_> {
    /// Notes a problem, unless there are so many that nobody reads on.
    fn push(&self, problem: Problem) -> bool {
        let room = !self.is_full();
        if room {
            self.problems.borrow_mut().push(problem);
        }
        room
    }

    fn is_full(&self) -> bool {
        self.problems.borrow().len() >= MOST_PROBLEMS
    }
}

impl<'a> Decoder<'a> {
    fn child(&self, node: &'a Node, step: Step) -> Self {
        let mut path = self.path.clone();
        path.push(step);
        Self { node, path, notes: self.notes }
    }

    fn note(&self, problem: Problem) {
        if self.notes.push(problem) {
            self.notes.broken.borrow_mut().push(self.path.clone());
        }
    }

    fn is_broken(&self) -> bool {
        matches!(self.node.value, Value::Broken)
    }

    /// Notes that the value is of another kind than wanted, unless it is known to be broken.
    fn wrong(&self, wanted: &str, help: Option<String>) {
        if self.is_broken() {
            return;
        }
        let title = if self.path.is_empty() {
            "the scenario is of the wrong kind".to_string()
        } else {
            format!("`{}` is of the wrong kind", dotted(&self.path))
        };
        let found = self.node.kind();
        self.note(
            Problem::titled(title)
                .at(self.node.place.clone(), format!("expected {wanted}, found {found}"))
                .maybe_help(help),
        );
    }

    fn integer(&self, (least, most): Limits) -> i128 {
        match &self.node.value {
            Value::Integer(integer) if (least..=most).contains(integer) => return *integer,
            Value::Integer(integer) => {
                let bound =
                    if *integer < least { format!("at least {least}") } else { format!("at most {most}") };
                let title = format!("`{}` is out of range", dotted(&self.path));
                self.note(Problem::titled(title).at(self.node.place.clone(), format!("must be {bound}")));
            }
            // The upper bound keeps the cast exact.
            Value::Float(float) if float.fract() == 0.0 && float.abs() < 1e15 => {
                self.wrong("a whole number", Some(format!("write `{}`", *float as i64)));
            }
            Value::Text(text) if text.trim().parse::<i128>().is_ok() => {
                self.wrong("a whole number", Some("leave out the quotes".to_string()));
            }
            _ => self.wrong("a whole number", None),
        }
        least.max(1)
    }

    fn number(&self) -> f64 {
        match &self.node.value {
            Value::Integer(integer) => return *integer as f64,
            Value::Float(float) if float.is_finite() => return *float,
            Value::Float(_) => self.wrong("a finite number", None),
            Value::Text(text) if text.trim().parse::<f64>().is_ok() => {
                self.wrong("a number", Some("leave out the quotes".to_string()));
            }
            _ => self.wrong("a number", None),
        }
        1.0
    }

    fn text(&self) -> String {
        match &self.node.value {
            Value::Text(text) | Value::Date(text) => return text.clone(),
            Value::Integer(_) | Value::Float(_) | Value::Boolean(_) => {
                self.wrong("text", Some("put it in quotes".to_string()));
            }
            Value::Array(_) | Value::Table(_) | Value::Broken | Value::Outside => self.wrong("text", None),
        }
        String::new()
    }

    fn unknown_key(&self, key: &str, node: &Node, known: &[&'static str]) {
        if self.notes.is_full() {
            return;
        }
        let mut path = self.path.clone();
        path.push(Step::Key(key.to_string()));
        let elsewhere = || {
            let name = nearest(key, EVERY_KEY.iter().map(|(name, _)| name.as_str()))?;
            EVERY_KEY.iter().find(|(other, _)| other == name)
        };
        let help = if let Some(near) = nearest(key, known.iter().copied()) {
            // Nothing is said about the value from below that the misspelt one was to replace.
            let meant = self.node.get(&Step::Key(near.to_string()));
            if meant.is_some_and(|meant| meant.place.text != node.place.text) {
                let meant = [&self.path[..], &[Step::Key(near.to_string())]].concat();
                self.notes.broken.borrow_mut().push(meant);
            }
            format!("did you mean `{near}`?")
        } else if let Some((_, path)) = elsewhere() {
            format!("did you mean `{path}`?")
        } else if known.is_empty() {
            "leave it out: this table has no keys yet".to_string()
        } else {
            format!("the keys here are {}", listed(known))
        };
        let place = node.key.clone().unwrap_or_else(|| node.place.clone());
        let problem =
            Problem::titled(format!("unknown key `{}`", dotted(&path))).at(place, "no such key").help(help);
        self.notes.push(problem);
    }
}

fn listed(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

macro_rules! integers {
    ($($method:ident $visit:ident $type:ty,)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            let integer = self.integer((i128::from(<$type>::MIN), i128::from(<$type>::MAX)));
            // `integer` keeps to the bounds it is given.
            visitor.$visit(integer as $type)
        }
    )*};
}

impl<'de> de::Deserializer<'de> for Decoder<'_> {
    type Error = Fault;

    integers! {
        deserialize_u8 visit_u8 u8,
        deserialize_u16 visit_u16 u16,
        deserialize_u32 visit_u32 u32,
        deserialize_u64 visit_u64 u64,
        deserialize_i64 visit_i64 i64,
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match &self.node.value {
            Value::Boolean(boolean) => visitor.visit_bool(*boolean),
            Value::Integer(integer) => visitor.visit_i128(*integer),
            Value::Float(float) => visitor.visit_f64(*float),
            Value::Text(text) | Value::Date(text) => visitor.visit_str(text),
            Value::Array(_) => self.deserialize_seq(visitor),
            Value::Table(_) => self.deserialize_map(visitor),
            Value::Broken | Value::Outside => visitor.visit_unit(),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if let Value::Boolean(boolean) = self.node.value {
            return visitor.visit_bool(boolean);
        }
        self.wrong("true or false", None);
        visitor.visit_bool(false)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_f64(self.number())
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_string(self.text())
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match &self.node.value {
            Value::Broken => visitor.visit_none(),
            // So a file can take back an optional value that its base gives.
            Value::Text(word) if word == "none" => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let items = if let Value::Array(items) = &self.node.value {
            items.as_slice()
        } else {
            let help = matches!(&self.path[..], [Step::Key(key)] if key == "stations")
                .then(|| "begin each station with `[[stations]]`, in two pairs of brackets".to_string());
            self.wrong("an array", help);
            &[]
        };
        visitor.visit_seq(Sequence { parent: &self, items, next: 0, length: items.len() })
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Fault> {
        let wanted = format!("an array of {length} numbers");
        let items = match &self.node.value {
            Value::Array(items) if items.len() == length => items.as_slice(),
            Value::Array(items) => {
                let title = format!("`{}` is of the wrong length", dotted(&self.path));
                let words = format!("expected {wanted}, found {}", items.len());
                self.note(Problem::titled(title).at(self.node.place.clone(), words));
                &[]
            }
            _ => {
                self.wrong(&wanted, None);
                &[]
            }
        };
        visitor.visit_seq(Sequence { parent: &self, items, next: 0, length })
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if let Value::Table(table) = &self.node.value {
            let entries = table.iter().map(|(key, node)| (key.as_str(), node)).collect();
            return visitor.visit_map(Mapping { parent: &self, entries, next: 0 });
        }
        self.wrong("a table", None);
        visitor.visit_map(Mapping { parent: &self, entries: Vec::new(), next: 0 })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let mut entries: Vec<(&str, &Node)> = Vec::new();
        if let Value::Table(table) = &self.node.value {
            for (key, node) in table {
                if fields.contains(&key.as_str()) {
                    entries.push((key, node));
                } else {
                    self.unknown_key(key, node, fields);
                }
            }
        } else {
            self.wrong("a table", None);
            entries.extend(fields.iter().map(|field| (*field, &BROKEN)));
        }
        visitor.visit_map(Mapping { parent: &self, entries, next: 0 }).map_err(|mut fault| {
            if let Some((_, path @ None)) = &mut fault.missing {
                *path = Some(self.path.clone());
            }
            fault
        })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let wanted = || {
            let choices = self.notes.shape.at(&self.path).and_then(Shape::choices);
            choices.unwrap_or_else(|| listed(variants))
        };
        // A number makes its choice by itself, and no word does.
        let named: Vec<&'static str> =
            variants.iter().copied().filter(|variant| *variant != NUMBER).collect();
        let known = |word: &str| named.iter().find(|variant| **variant == word).copied();
        let unknown = |word: &str, place: &super::problem::Place| {
            let help = match nearest(word, named.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None if named.len() < variants.len() => format!("write {}", wanted()),
                None if named.len() == 1 => format!("the only choice is {}", listed(&named)),
                None => format!("the choices are {}", listed(&named)),
            };
            let title = format!("unknown choice for `{}`", dotted(&self.path));
            self.note(Problem::titled(title).at(place.clone(), "no such choice").help(help));
        };
        let chosen = match &self.node.value {
            Value::Integer(_) | Value::Float(_) if variants.contains(&NUMBER) => {
                Some((NUMBER, Some(self.node)))
            }
            Value::Text(word) => {
                let found = known(word);
                if found.is_none() {
                    unknown(word, &self.node.place);
                }
                found.map(|variant| (variant, None))
            }
            Value::Table(table) => match table.iter().next() {
                Some((word, node)) if table.len() == 1 => {
                    let found = known(word);
                    if found.is_none() {
                        unknown(word, node.key.as_ref().unwrap_or(&node.place));
                    }
                    found.map(|variant| (variant, Some(node)))
                }
                _ => {
                    let title = format!("`{}` must make one choice", dotted(&self.path));
                    let label = format!("this table has {} keys", table.len());
                    let help = format!("write {}", wanted());
                    self.note(Problem::titled(title).at(self.node.place.clone(), label).help(help));
                    None
                }
            },
            _ => {
                self.wrong(&wanted(), None);
                None
            }
        };
        let (variant, content) = chosen.unwrap_or((variants[0], Some(&BROKEN)));
        visitor.visit_enum(Choice { decoder: self, variant, content })
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i128 u128 f32 char str bytes byte_buf unit unit_struct tuple_struct identifier ignored_any
    }
}

/// What stands in for parts of a value that is broken as a whole.
static BROKEN: Node =
    Node { value: Value::Broken, place: super::problem::Place { text: 0, start: 0, end: 0 }, key: None };

struct Sequence<'p, 'a> {
    parent: &'p Decoder<'a>,
    items: &'a [Node],
    next: usize,
    length: usize,
}

impl<'de> SeqAccess<'de> for Sequence<'_, '_> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Fault> {
        if self.next == self.length {
            return Ok(None);
        }
        let node = self.items.get(self.next).unwrap_or(&BROKEN);
        let child = self.parent.child(node, Step::Index(self.next));
        self.next += 1;
        seed.deserialize(child).map(Some)
    }
}

struct Mapping<'p, 'a> {
    parent: &'p Decoder<'a>,
    entries: Vec<(&'p str, &'a Node)>,
    next: usize,
}

impl<'de> MapAccess<'de> for Mapping<'_, '_> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        let Some((key, _)) = self.entries.get(self.next) else { return Ok(None) };
        let key: StrDeserializer<'_, Fault> = key.into_deserializer();
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        let (key, node) = self.entries[self.next];
        self.next += 1;
        seed.deserialize(self.parent.child(node, Step::Key(key.to_string())))
    }
}

/// The choice that a plain number makes, where there is one.
const NUMBER: &str = "number";

struct Choice<'a> {
    decoder: Decoder<'a>,
    variant: &'static str,
    content: Option<&'a Node>,
}

impl<'a> Choice<'a> {
    /// The decoder of what stands behind the chosen word.
    fn content(&self) -> Decoder<'a> {
        let node = self.content.unwrap_or_else(|| {
            let Decoder { path, notes, .. } = &self.decoder;
            let title = format!("`{}` lacks its parameters", dotted(path));
            let example = notes.shape.at(path).and_then(|shape| shape.example_of(self.variant));
            let help = example.map(|example| format!("write e.g. `{example}`"));
            let place = self.decoder.node.place.clone();
            self.decoder.note(Problem::titled(title).at(place, "a word alone").maybe_help(help));
            &BROKEN
        });
        if self.variant == NUMBER {
            let Decoder { path, notes, .. } = &self.decoder;
            return Decoder { node, path: path.clone(), notes };
        }
        self.decoder.child(node, Step::Key(self.variant.to_string()))
    }
}

impl<'de> EnumAccess<'de> for Choice<'_> {
    type Error = Fault;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Fault> {
        let variant: StrDeserializer<'_, Fault> = self.variant.into_deserializer();
        Ok((seed.deserialize(variant)?, self))
    }
}

impl<'de> VariantAccess<'de> for Choice<'_> {
    type Error = Fault;

    fn unit_variant(self) -> Result<(), Fault> {
        if self.content.is_some_and(|node| !matches!(node.value, Value::Broken)) {
            self.decoder.wrong(&format!("\"{}\"", self.variant), None);
        }
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Fault> {
        seed.deserialize(self.content())
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Fault> {
        de::Deserializer::deserialize_tuple(self.content(), length, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        de::Deserializer::deserialize_struct(self.content(), self.variant, fields, visitor)
    }
}

/// Why a pass had to stop.
#[derive(Debug)]
struct Fault {
    /// The key that is missing, and the path of the table without it.
    missing: Option<(&'static str, Option<Vec<Step>>)>,
    message: String,
}

impl de::Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self { missing: None, message: message.to_string() }
    }

    fn missing_field(field: &'static str) -> Self {
        Self { missing: Some((field, None)), message: format!("missing `{field}`") }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}
