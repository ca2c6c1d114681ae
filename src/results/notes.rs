//! What is to be said about how far results can be trusted.

use super::rounded;
use serde_json::{Map, Value, json};

/// Why a result may not be trusted. There is at most one note of each kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doubt {
    /// The warm-up is too short, or the run is too short to tell.
    WarmUp,
    /// A queue grows for as long as the run lasts.
    Backlog,
    /// Many visits were unfinished at the horizon, or had not ended when the run was closed.
    Unfinished,
    /// There are too few replications for an interval, or for a good one.
    FewReplications,
    /// The batches of a single run still hang together.
    Batches,
    /// The values are so skewed that an interval over so few replications covers less than it says.
    Skewed,
    /// The interval is wider than its mean.
    Wide,
    /// Quantiles rest on few visits.
    FewVisits,
    /// No price reaches the ceiling, so that a higher one changes nothing.
    Ceiling,
    /// Metrics are left out, as their values are no numbers that can be measured.
    LeftOut,
    /// Places of the city lie beyond the reach of its road graph.
    Roads,
    /// A key was changed, and nothing depends on it.
    NoEffect,
}

impl Doubt {
    /// Its name in JSON.
    pub fn key(self) -> &'static str {
        match self {
            Self::WarmUp => "warm_up",
            Self::Backlog => "backlog",
            Self::Unfinished => "unfinished",
            Self::FewReplications => "few_replications",
            Self::Batches => "batches",
            Self::Skewed => "skewed",
            Self::Wide => "wide",
            Self::FewVisits => "few_visits",
            Self::Ceiling => "ceiling",
            Self::LeftOut => "left_out",
            Self::Roads => "roads",
            Self::NoEffect => "no_effect",
        }
    }
}

/// A reason to doubt a result.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    /// Of which kind.
    pub doubt: Doubt,
    /// In one sentence.
    pub text: String,
    /// The metrics of the city that it is about; none if it is about all of them.
    pub metrics: Vec<&'static str>,
    /// The numbers behind it; each name carries its unit.
    pub numbers: Vec<(&'static str, f64)>,
}

impl Note {
    /// The note as an object: `kind`, `text`, and where there are any `metrics` and `numbers`.
    pub(super) fn json(&self) -> Value {
        let mut note = Map::new();
        note.insert("kind".to_owned(), json!(self.doubt.key()));
        note.insert("text".to_owned(), json!(self.text));
        if !self.metrics.is_empty() {
            note.insert("metrics".to_owned(), json!(self.metrics));
        }
        if !self.numbers.is_empty() {
            let finite = self.numbers.iter().filter(|(_, value)| value.is_finite());
            let numbers = finite.map(|(name, value)| ((*name).to_owned(), json!(rounded(*value))));
            note.insert("numbers".to_owned(), Value::Object(numbers.collect()));
        }
        Value::Object(note)
    }
}

/// A written number of things: `1 hour`, `1.5 hours`, `0 hours`.
pub fn counted(number: &str, one: &str) -> String {
    format!("{number} {one}{}", if number == "1" { "" } else { "s" })
}

/// Names as a sentence has them: `a`, `a and b`, `a, b and c`.
pub fn listed<S: AsRef<str>>(names: &[S]) -> String {
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}
