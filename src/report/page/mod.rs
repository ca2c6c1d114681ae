//! One run, one sweep, or a comparison, as one page of HTML that needs no network: charts, a map that plays the day, and tables.
//!
//! The page is a template around one JSON document (`content`) and the words of three languages; its own script
//! (`templates/page/`) draws from them. Plotly's script comes out of the crate `plotly`.

mod city;
mod compare;
mod content;
mod point;
mod reader;
mod sweep;

pub use compare::Caution;
pub use content::Shown;

use crate::data::Data;
use crate::printable::{json_for_show, line};
use crate::results::{MANIFEST, REPLICATIONS, SavedProblem};
use crate::study::Swept;
use crate::study::compare::Comparison;
use askama::Template;
use serde_json::Value;
use std::collections::BTreeMap;

/// The files of a results folder that a page is made from.
pub const PAGE_FILES: [&str; 9] = [
    MANIFEST,
    "summary.json",
    REPLICATIONS,
    "stations.csv",
    "districts.csv",
    "hours.csv",
    "station_hours.csv",
    "district_hours.csv",
    "waits.csv",
];

/// The page's words: one table for each language, all with the same keys.
const WORDS: [(&str, &str); 3] = [
    ("en", include_str!("words/en.json")),
    ("ru", include_str!("words/ru.json")),
    ("kk", include_str!("words/kk.json")),
];

/// The page around its data.
#[derive(Template)]
#[template(path = "page/page.html")]
struct Page<'a> {
    title: &'a str,
    style: &'a str,
    library: &'a str,
    body: String,
    script: String,
    words: String,
    content: String,
}

/// The page of a run, from the texts of the files of its results folder by name; see [`PAGE_FILES`].
///
/// # Errors
///
/// Returns everything that is wrong with the files.
///
/// # Panics
///
/// If the page's own words are broken, which is a bug of ours.
pub fn page(files: &BTreeMap<String, String>, data: &Data) -> Result<String, Vec<SavedProblem>> {
    let content = content::content(files, data)?;
    Ok(framed(content["scenario"].as_str().unwrap_or_default(), &RUN, &content))
}

/// The page of a whole sweep.
///
/// # Panics
///
/// If the page's own words are broken, which is a bug of ours.
pub fn sweep_page(swept: &Swept) -> String {
    framed(&swept.manifest.name, &SWEEP, &sweep::content(swept))
}

/// The page of a comparison, from what pages show of its sides A and B, and what its readers must know.
///
/// # Panics
///
/// If the page's own words are broken, which is a bug of ours.
pub fn comparison_page(
    comparison: &Comparison,
    sides: [&Shown; 2],
    cautions: &[Caution],
    data: &Data,
) -> String {
    framed(&compare::title(comparison), &COMPARISON, &compare::content(comparison, sides, cautions, data))
}

/// What makes one kind of page: its sections, and its part of the script.
struct Kind {
    body: &'static [&'static str],
    script: &'static [&'static str],
}

/// Where the charts go.
const CHARTS: &str = "<div id=\"charts\"></div>\n";

const RUN: Kind = Kind {
    body: &[
        include_str!("../../../templates/page/map.html"),
        CHARTS,
        include_str!("../../../templates/page/stations.html"),
        include_str!("../../../templates/page/run.html"),
    ],
    script: &[
        include_str!("../../../templates/page/runs.js"),
        include_str!("../../../templates/page/charts.js"),
        include_str!("../../../templates/page/map.js"),
        include_str!("../../../templates/page/tables.js"),
        include_str!("../../../templates/page/main.js"),
    ],
};

const SWEEP: Kind = Kind {
    body: &[include_str!("../../../templates/page/sweep.html")],
    script: &[
        include_str!("../../../templates/page/metrics.js"),
        include_str!("../../../templates/page/sweep_data.js"),
        include_str!("../../../templates/page/sweep_charts.js"),
        include_str!("../../../templates/page/sweep.js"),
    ],
};

const COMPARISON: Kind = Kind {
    body: &[
        include_str!("../../../templates/page/compare_changes.html"),
        include_str!("../../../templates/page/map.html"),
        CHARTS,
        include_str!("../../../templates/page/compare_metrics.html"),
        include_str!("../../../templates/page/stations.html"),
        include_str!("../../../templates/page/compare.html"),
    ],
    script: &[
        include_str!("../../../templates/page/runs.js"),
        include_str!("../../../templates/page/metrics.js"),
        include_str!("../../../templates/page/compare_data.js"),
        include_str!("../../../templates/page/compare_map.js"),
        include_str!("../../../templates/page/compare_charts.js"),
        include_str!("../../../templates/page/compare_tables.js"),
        include_str!("../../../templates/page/compare.js"),
    ],
};

/// What all pages share of the script.
const SHARED: [&str; 6] = [
    include_str!("../../../templates/page/base.js"),
    include_str!("../../../templates/page/plots.js"),
    include_str!("../../../templates/page/steps.js"),
    include_str!("../../../templates/page/frames.js"),
    include_str!("../../../templates/page/city.js"),
    include_str!("../../../templates/page/shell.js"),
];

/// A page of a kind around its document.
fn framed(title: &str, kind: &Kind, content: &Value) -> String {
    let words: Value = WORDS.iter().map(|(language, table)| (*language, words(table))).collect();
    let library = plotly::Plot::offline_js_sources();
    let page = Page {
        title: &line(title),
        style: include_str!("../../../templates/page/page.css"),
        library: script_of_plotly(&library),
        body: kind.body.concat(),
        script: [&SHARED, kind.script].concat().concat(),
        words: embedded(&words),
        content: embedded(content),
    };
    page.render().expect("memory takes the whole page")
}

fn words(table: &str) -> Value {
    serde_json::from_str(table).expect("the words are JSON")
}

/// The first of the scripts that the crate offers is Plotly; the other sets formulas, of which a page has none.
fn script_of_plotly(library: &str) -> &str {
    let begin = library.find('>').map_or(0, |at| at + 1);
    let end = library.find("</script>").unwrap_or(library.len());
    &library[begin..end]
}

/// JSON that may stand in a script element, whatever a file put into it.
fn embedded(value: &Value) -> String {
    json_for_show(&value.to_string()).replace('<', "\\u003c")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::{CITY, Doubt};

    #[test]
    fn every_language_has_the_same_words() {
        let keys = |table: &str| {
            let words = words(table);
            words.as_object().expect("a table").keys().cloned().collect::<Vec<_>>()
        };
        let english = keys(WORDS[0].1);
        assert!(english.len() > 50);
        for (language, table) in WORDS {
            assert_eq!(keys(table), english, "{language}");
        }
    }

    #[test]
    fn every_word_that_the_page_asks_for_is_there() {
        let words = words(WORDS[0].1);
        let frame = include_str!("../../../templates/page/page.html");
        let html = [&[frame], RUN.body, SWEEP.body, COMPARISON.body].concat().concat();
        let asked = html.split("data-t=\"").skip(1).map(|rest| rest.split('"').next().unwrap_or_default());
        // A script asks by `t("key")`; what ends another name is no question.
        let script = [&SHARED, RUN.script, SWEEP.script, COMPARISON.script].concat().concat();
        let alone =
            |before: &str| !before.ends_with(|last: char| last.is_alphanumeric() || "_$.".contains(last));
        let by_script = script.match_indices("t(\"").filter(|(at, _)| alone(&script[..*at]));
        let by_script = by_script.map(|(at, question)| &script[at + question.len()..]);
        let by_script = by_script.filter_map(|rest| rest.split_once('"')).map(|(key, _)| key);
        let missing: Vec<&str> = asked.chain(by_script).filter(|key| words.get(*key).is_none()).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn every_doubt_has_words() {
        let words = words(WORDS[0].1);
        let keys: Vec<&String> = words.as_object().expect("a table of words").keys().collect();
        let doubts = [
            Doubt::WarmUp,
            Doubt::Backlog,
            Doubt::Unfinished,
            Doubt::FewReplications,
            Doubt::Batches,
            Doubt::Skewed,
            Doubt::Wide,
            Doubt::FewVisits,
            Doubt::Ceiling,
            Doubt::LeftOut,
            Doubt::Roads,
            Doubt::NoEffect,
        ];
        for doubt in doubts {
            assert!(keys.iter().any(|key| key.starts_with(&format!("n_{}_", doubt.key()))), "{doubt:?}");
        }
    }

    #[test]
    fn every_unit_of_a_metric_has_a_word() {
        let words = words(WORDS[0].1);
        // These are told in others: minutes, percent, millions, or nothing at all.
        let told = |unit: &str| ["s", "share", "KZT", "count"].contains(&unit);
        let units = CITY.iter().map(|metric| metric.unit).filter(|unit| !told(unit));
        let missing: Vec<&str> = units.filter(|unit| words.get(format!("u_{unit}")).is_none()).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn what_a_file_says_cannot_end_a_script() {
        let hostile = Value::from("</script><script>alert(1)</script>\u{2028}");
        assert!(!embedded(&hostile).contains(['<', '\u{2028}']));
        // What ends a line without being seen is spelled out, as wherever text from a file is shown.
        let shown = Value::from("</script><script>alert(1)</script>\\u2028");
        assert_eq!(serde_json::from_str::<Value>(&embedded(&hostile)).expect("still JSON"), shown);
    }

    #[test]
    fn the_script_of_the_charts_is_taken_alone() {
        let library = plotly::Plot::offline_js_sources();
        let script = script_of_plotly(&library);
        assert!(script.contains("plotly.js v") && !script.contains("</script"));
        assert!((3_000_000..5_500_000).contains(&script.len()), "{}", script.len());
    }
}
