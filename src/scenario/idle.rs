//! Keys that a file sets and that have no effect, since another key leaves out what they are about.

use super::embedded::embedded;
use super::model::{Choice, Scenario};
use super::problem::{Problem, Text};
use super::tree::{Node, Step, Value};

/// A note on each such table that the file itself or `--set` sets. A base may say how something is that a file over
/// it then leaves out.
pub(super) fn notes(scenario: &Scenario, tree: &Node, texts: &[Text]) -> Vec<Problem> {
    let network = &scenario.network;
    // Each table, the keys of it that are no matter, and whether it has an effect.
    let rows: [(&[&str], &[&str], bool, &str); 3] = [
        (
            &["network", "existing_kind"],
            &[],
            network.existing > 0,
            "`network.existing` is 0: set it too, or leave this out",
        ),
        (
            &["network", "planned"],
            &["plots"],
            network.planned.plots > 0,
            "`network.planned.plots` is 0: set it too, or leave this out",
        ),
        (
            &["charging", "logit"],
            &[],
            scenario.charging.choice == Choice::Logit,
            "`charging.choice` is another one: set it to `\"logit\"`, or leave this out",
        ),
    ];
    let note = |(path, apart, has_effect, why): (&[&str], &[&str], bool, &str)| {
        let steps: Vec<Step> = path.iter().map(|key| Step::Key((*key).to_owned())).collect();
        let Value::Table(keys) = &tree.at(&steps).filter(|_| !has_effect)?.value else { return None };
        let mut own = keys.iter().filter(|(key, node)| !apart.contains(&key.as_str()) && is_own(node, texts));
        let (key, node) = own.next()?;
        let rest = own.count();
        let place = node.key.clone().unwrap_or_else(|| node.place.clone());
        let words = match rest {
            0 => "nothing depends on it".to_owned(),
            _ => format!("nothing depends on it, nor on {rest} more of this table"),
        };
        let title = format!("`{}.{key}` has no effect", path.join("."));
        Some(Problem::titled(title).at(place, words).help(why))
    };
    rows.into_iter().filter_map(note).collect()
}

/// Whether a value was given by the file that is read, or by `--set`.
fn is_own(node: &Node, texts: &[Text]) -> bool {
    let number = node.place.text;
    texts.get(number).is_some_and(|text| {
        let is_file = number == 0 && embedded(&text.name).is_none();
        is_file || text.name == "--set"
    })
}
