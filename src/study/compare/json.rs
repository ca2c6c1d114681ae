//! A comparison as JSON.

use super::{Compared, Comparison, MOST_REPLICATIONS, More, POWER, Pairing, Told, Verdict};
use crate::results::{Metric, SCHEMA_VERSION, rounded};
use serde_json::{Map, Value, json};

impl Verdict {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Better => "better",
            Self::Worse => "worse",
            Self::Changed => "changed",
            Self::Undecided => "undecided",
            Self::Same => "same",
            Self::Untested => "untested",
        }
    }
}

impl Comparison {
    /// The whole comparison; what does not apply is left out. `more_replications` is null where even
    /// `most_replications` would not decide.
    pub fn json(&self) -> Value {
        let names = |metrics: &[&Metric]| metrics.iter().map(|metric| metric.name).collect::<Vec<_>>();
        json!({
            "schema_version": SCHEMA_VERSION,
            "a": self.sides[0].json(),
            "b": self.sides[1].json(),
            "pairing": match self.pairing {
                Pairing::BySeed => "by_seed",
                Pairing::None => "none",
            },
            "answers_tested_together": self.tested[0],
            "tested_together": self.tested[1],
            "most_replications": MOST_REPLICATIONS,
            "power": POWER,
            "metrics": self.metrics.iter().map(|one| (one.metric.name.to_owned(), one.json())).collect::<Map<_, _>>(),
            "only_a": names(&self.alone[0]),
            "only_b": names(&self.alone[1]),
            "never_in_the_same_replication": names(&self.apart),
        })
    }
}

impl Told {
    fn json(&self) -> Value {
        json!({
            "label": self.label,
            "scenario": self.scenario,
            "seed": self.seed,
            "replications": self.replications,
            "left_out": self.left_out,
        })
    }
}

impl Compared {
    fn json(&self) -> Value {
        let mut entry = Map::new();
        let mut put = |key: &str, value: Value| entry.insert(key.to_owned(), value);
        put("unit", json!(self.metric.unit));
        put("answer", json!(self.answer));
        put("verdict", json!(self.verdict.word()));
        put("a", number(self.means[0]));
        put("b", number(self.means[1]));
        put("replications", json!(self.replications));
        put("difference", number(self.difference));
        if let Some((low, high)) = self.ci95 {
            put("ci95", json!([number(low), number(high)]));
        }
        let optional = [
            ("relative", self.relative),
            ("p", self.p),
            ("p_holm", self.p_holm),
            ("variance_removed", self.shared.map(|shared| shared.removed)),
            ("variance_removed_at_most", self.shared.map(|shared| shared.ceiling)),
        ];
        for (key, value) in optional {
            if let Some(value) = value {
                put(key, number(value));
            }
        }
        if let Some(more) = self.more {
            let count = match more {
                More::Replications(count) => Some(count),
                More::TooMany => None,
            };
            put("more_replications", json!(count));
        }
        Value::Object(entry)
    }
}

/// JSON has no number for what is not finite.
fn number(value: f64) -> Value {
    json!(rounded(value))
}
