//! What the program says to people, and what it does with odd arguments.

use crate::cli::{Outcome, document, folder, zaryad};
use clap::Parser;
use serde_json::Value;
use std::fs;
use std::path::Path;
use zaryad::cli::Arguments;

/// A queue of a few hours: three points, as two axes would be too many for a test.
const QUEUE: &str = r#"
name = "queue"
time = { warm_up = { hours = 0 }, horizon = { hours = 6 }, replications = 3, seed = 1 }
demand = { rides_per_day = 0 }
fleet = { taxis = 0, electric = 0 }
network = { existing = 0, planned = { plots = 0 } }

[[stations]]
name = "Q"
plugs = 2

[[stations.walk_ins]]
per_hour = 6
stay = { exponential = { mean_minutes = 20 } }
"#;

/// The queue with these keys of a sweep, and an axis over its plugs.
fn swept(keys: &str) -> String {
    format!("{keys}\n{QUEUE}\n[[axes]]\nkey = \"stations.0.plugs\"\nvalues = [2, 3]\n")
}

fn write(folder: &Path, name: &str, text: &str) {
    fs::write(folder.join(name), text).expect("the disk has room");
}

fn told(outcome: &Outcome, words: &[&str]) {
    for words in words {
        let found = outcome.stdout.contains(words) || outcome.stderr.contains(words);
        assert!(found, "{words} in\n{}\n{}", outcome.stdout, outcome.stderr);
    }
}

#[test]
fn a_sweep_obeys_how_many_replications_are_asked_for() {
    let temporary = folder();
    let path = temporary.path();
    let until = "until = { metric = \"charging.wait_s.mean\", relative_half_width = 0.1, at_most = 20 }";
    for (name, keys) in [("none", ""), ("fixed", "replications = 4"), ("until", until)] {
        write(path, "s.toml", &swept(keys));
        for (number, set) in
            [&["--replications", "2"][..], &["--rep=2"], &["--set", "replications=2"]].iter().enumerate()
        {
            let out = format!("{name}{number}");
            let outcome = zaryad(path, &[&["sweep", "s.toml", "--json", "--out", &out], *set].concat());
            assert_eq!(document(&outcome)["runs"], 4, "{name} {set:?}");
        }
    }
    write(path, "s.toml", &swept("replications = 4"));
    let outcome = zaryad(
        path,
        &[
            "sweep",
            "s.toml",
            "--json",
            "--set",
            "until={ metric = \"charging.wait_s.mean\", relative_half_width = 0.5, at_most = 2 }",
        ],
    );
    assert_eq!(document(&outcome)["runs"], 4);
}

#[test]
fn what_a_sweep_fixes_is_not_ignored_in_a_set() {
    let temporary = folder();
    let path = temporary.path();
    write(path, "s.toml", &swept("replications = 4"));
    let refused = |set: &str, words: &[&str]| {
        let outcome = zaryad(path, &["sweep", "s.toml", "--set", set, "--out", "out"]);
        assert_eq!(outcome.code, Some(2), "{set}: {}", outcome.stderr);
        told(&outcome, words);
        assert!(!path.join("out").exists());
    };
    refused(
        "time.replications=2",
        &["s.toml:1:1", "overridden by the sweep's `replications`", "--replications N"],
    );
    refused("time={ replications = 2 }", &["overridden by the sweep's `replications`"]);
    refused("stations.0.plugs=5", &["overridden by an axis", "this axis sets the same key"]);
    refused("axes.0.values=[5]", &["axes belong to their file"]);
    refused("axes=[]", &["axes belong to their file"]);
    refused("replications=0", &["replications"]);
    refused("until.at_most=5", &["until"]);
    refused("base=\"plan-622\"", &["`base` belongs to a file"]);
}

#[test]
fn every_command_is_explained_with_examples_that_can_be_typed() {
    let temporary = folder();
    let help = zaryad(temporary.path(), &["help", "--help"]);
    assert_eq!((help.code, help.stderr.as_str()), (Some(0), ""), "{}", help.stdout);
    let mut tried = 0;
    for command in [
        "run",
        "sweep",
        "merge",
        "compare",
        "rank",
        "sensitivity",
        "report",
        "check",
        "scenarios",
        "schema",
        "completions",
        "man",
        "about",
        "help",
    ] {
        let long = zaryad(temporary.path(), &[command, "--help"]);
        let same = zaryad(temporary.path(), &["help", command]);
        assert_eq!((same.code, &same.stdout), (Some(0), &long.stdout), "{command}: {}", same.stderr);
        for line in long.stdout.lines().filter_map(|line| line.strip_prefix("  zaryad ")) {
            // One word in quotes at most: what lies between two of them is one argument.
            let words = line.split('\'').enumerate().flat_map(|(number, part)| match number % 2 {
                0 => part.split_whitespace().map(str::to_owned).collect::<Vec<_>>(),
                _ => vec![part.to_owned()],
            });
            let words: Vec<String> = words.take_while(|word| word != ">").collect();
            let all = std::iter::once("zaryad".to_owned()).chain(words.iter().cloned());
            assert!(Arguments::try_parse_from(all).is_ok(), "zaryad {line}");
            if words[0] == "check" || words[0] == "scenarios" {
                let words: Vec<&str> = words.iter().map(String::as_str).collect();
                assert_eq!(zaryad(temporary.path(), &words).code, Some(0), "zaryad {line}");
            }
            tried += 1;
        }
    }
    assert!(tried > 20, "{tried}");
    assert_eq!(zaryad(temporary.path(), &["help", "swep"]).code, Some(2));
}

#[test]
fn manual_pages_and_completions_know_every_command_and_embedded_name() {
    let temporary = folder();
    let path = temporary.path();
    assert!(zaryad(path, &["man"]).stdout.contains("zaryad"));
    told(&zaryad(path, &["man", "sweep"]), &[".TH zaryad-sweep 1", "\\-\\-replications"]);
    assert_eq!(zaryad(path, &["man", "swep"]).code, Some(2));
    assert_eq!(zaryad(path, &["man", "--out", "man/man1"]).code, Some(0));
    for page in ["zaryad", "zaryad-run", "zaryad-compare"] {
        let text = fs::read_to_string(path.join(format!("man/man1/{page}.1"))).expect("it was written");
        assert!(text.contains(&format!(".TH {page} 1")), "{text}");
    }
    for shell in ["bash", "zsh", "fish"] {
        told(&zaryad(path, &["completions", shell]), &["plan-622", "plots-by-fleet", "m-m-10"]);
    }
}

#[test]
fn the_start_of_an_option_is_enough_where_it_is_the_only_one() {
    let temporary = folder();
    let path = temporary.path();
    write(path, "q.toml", QUEUE);
    let replications = |option: &str| {
        let outcome = document(&zaryad(path, &["run", "q.toml", "--json", option, "2"]));
        outcome.get("replications").cloned().unwrap_or(Value::Null)
    };
    assert_eq!([replications("--rep"), replications("--repl")], [2, 2]);
}
