//! TOML values that remember which text they came from, and where.

use super::problem::Place;
use std::collections::BTreeMap;
use toml::de::{DeTable, DeValue};

/// A value with its place.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) value: Value,
    /// Where the value stands.
    pub(super) place: Place,
    /// Where its key stands, if it has one.
    pub(super) key: Option<Place>,
}

/// What TOML knows, and one more.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Boolean(bool),
    Integer(i128),
    Float(f64),
    Text(String),
    /// A date, as it would be written.
    Date(String),
    Array(Vec<Node>),
    Table(BTreeMap<String, Node>),
    /// A value whose problem is already noted: it reads as anything, and nothing more is said about it.
    Broken,
    /// A number outside its bounds, whose problem is noted. It can be compared with others, and nothing more is said
    /// about it alone.
    Outside,
}

/// A step from a value to one inside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Key(String),
    Index(usize),
}

impl Node {
    /// An empty table.
    pub(super) fn table(place: Place) -> Self {
        Self { value: Value::Table(BTreeMap::new()), place, key: None }
    }

    /// A value parsed from text number `text`, whose spans start at byte `offset` of that text.
    pub(super) fn from_toml(
        value: &DeValue<'_>,
        span: std::ops::Range<usize>,
        text: usize,
        offset: usize,
    ) -> Self {
        let value = match value {
            DeValue::Boolean(boolean) => Value::Boolean(*boolean),
            // Saturation keeps a number of forty digits what it is: out of every range.
            DeValue::Integer(integer) => Value::Integer(
                i128::from_str_radix(integer.as_str(), integer.radix())
                    .unwrap_or(if integer.as_str().starts_with('-') { i128::MIN } else { i128::MAX }),
            ),
            DeValue::Float(float) => Value::Float(float.as_str().parse().unwrap_or(f64::NAN)),
            DeValue::String(string) => Value::Text(string.to_string()),
            DeValue::Datetime(date) => Value::Date(date.to_string()),
            DeValue::Array(array) => Value::Array(
                array.iter().map(|item| Self::from_toml(item.get_ref(), item.span(), text, offset)).collect(),
            ),
            DeValue::Table(table) => Value::Table(entries(table, text, offset)),
        };
        Self { value, place: Place::new(text, span.start + offset..span.end + offset), key: None }
    }

    /// A whole document.
    pub(super) fn from_document(table: &DeTable<'_>, text: usize) -> Self {
        Self { value: Value::Table(entries(table, text, 0)), place: Place::new(text, 0..0), key: None }
    }

    pub(super) fn get(&self, step: &Step) -> Option<&Self> {
        match (&self.value, step) {
            (Value::Table(table), Step::Key(key)) => table.get(key),
            (Value::Array(array), Step::Index(index)) => array.get(*index),
            _ => None,
        }
    }

    /// The value on this path.
    pub(super) fn at(&self, path: &[Step]) -> Option<&Self> {
        path.iter().try_fold(self, |node, step| node.get(step))
    }

    pub(super) fn get_mut(&mut self, path: &[Step]) -> Option<&mut Self> {
        let Some((step, rest)) = path.split_first() else { return Some(self) };
        match (&mut self.value, step) {
            (Value::Table(table), Step::Key(key)) => table.get_mut(key),
            (Value::Array(array), Step::Index(index)) => array.get_mut(*index),
            _ => None,
        }?
        .get_mut(rest)
    }

    /// Visits every value on this path, where an index stands for every index; `path` becomes that of each.
    pub(super) fn visit_alike(
        &mut self,
        path: &mut [Step],
        depth: usize,
        visit: &mut dyn FnMut(&[Step], &mut Self),
    ) {
        let Some(step) = path.get(depth).cloned() else { return visit(path, self) };
        match (&mut self.value, &step) {
            (Value::Table(table), Step::Key(key)) => {
                if let Some(child) = table.get_mut(key) {
                    child.visit_alike(path, depth + 1, visit);
                }
            }
            (Value::Array(array), Step::Index(_)) => {
                for (index, child) in array.iter_mut().enumerate() {
                    path[depth] = Step::Index(index);
                    child.visit_alike(path, depth + 1, visit);
                }
            }
            _ => {}
        }
    }

    /// What the value is, for messages.
    pub(super) fn kind(&self) -> &'static str {
        match self.value {
            Value::Boolean(_) => "true or false",
            Value::Integer(_) => "a whole number",
            Value::Float(float) if float.is_nan() => "not a number",
            Value::Float(float) if float.is_infinite() => "an infinite number",
            Value::Float(_) => "a number with a fraction",
            Value::Text(_) => "text",
            Value::Date(_) => "a date",
            Value::Array(_) => "an array",
            Value::Table(_) => "a table",
            Value::Outside => "a number outside its bounds",
            Value::Broken => "nothing",
        }
    }
}

fn entries(table: &DeTable<'_>, text: usize, offset: usize) -> BTreeMap<String, Node> {
    let entry = |(key, value): (&toml::Spanned<_>, &toml::Spanned<DeValue<'_>>)| {
        let mut node = Node::from_toml(value.get_ref(), value.span(), text, offset);
        node.key = Some(Place::new(text, key.span().start + offset..key.span().end + offset));
        let key: &std::borrow::Cow<'_, str> = key.get_ref();
        (key.to_string(), node)
    };
    table.iter().map(entry).collect()
}

/// A path as it would be written before an equals sign.
pub(super) fn dotted(path: &[Step]) -> String {
    let parts: Vec<String> = path
        .iter()
        .map(|step| match step {
            Step::Key(key) => written_key(key),
            Step::Index(index) => index.to_string(),
        })
        .collect();
    parts.join(".")
}

/// A key as TOML would write it.
pub(super) fn written_key(key: &str) -> String {
    let bare = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    if bare { key.to_string() } else { format!("{key:?}") }
}
