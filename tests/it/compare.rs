//! Comparing saved results, as people call it: what is told, what is refused, and the exit codes.

use crate::stage::{Outcome, document, folder, zaryad};
use serde_json::Value;
use std::fs;
use std::path::Path;

/// Runs a queue with so many plugs into a folder that is called so.
fn run(path: &Path, name: &str, plugs: u32, more: &[&str]) {
    let text = format!(
        "name = \"queue-{plugs}\"\nquestion = \"\"\n\
         time = {{ warm_up = {{ hours = 20 }}, horizon = {{ hours = 400 }}, replications = 6, seed = 1 }}\n\
         demand = {{ rides_per_day = 0 }}\nfleet = {{ taxis = 0, electric = 0 }}\n\
         network = {{ existing = 0, planned = {{ plots = 0 }} }}\n\
         [[stations]]\nname = \"Q\"\nplugs = {plugs}\n\
         [[stations.walk_ins]]\nper_hour = 3\nstay = {{ exponential = {{ mean_minutes = 30 }} }}\n"
    );
    fs::write(path.join(format!("{name}.toml")), text).expect("the disk has room");
    let scenario = format!("{name}.toml");
    let outcome = zaryad(path, &[&["run", &scenario, "--out", name, "--quiet"], more].concat());
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
}

fn compare(path: &Path, arguments: &[&str]) -> Outcome {
    zaryad(path, &[&["compare"], arguments].concat())
}

/// Refused with code 2 and this message, without any result.
fn refuses(path: &Path, arguments: &[&str], message: &str) {
    let outcome = compare(path, arguments);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(2), ""), "{arguments:?}: {}", outcome.stderr);
    assert!(outcome.stderr.contains(message), "{arguments:?}: {}", outcome.stderr);
}

#[test]
fn a_plug_more_is_better_and_a_plug_less_fails_a_gate() {
    let temporary = folder();
    let path = temporary.path();
    run(path, "two", 2, &["--replications", "10"]);
    run(path, "three", 3, &["--replications", "10"]);

    let better = compare(path, &["two", "three", "--fail-if-worse", "charging.wait_s.mean"]);
    assert_eq!((better.code, better.stderr.as_str()), (Some(0), ""));
    assert!(better.stdout.starts_with("A = two: queue-2 · 10 replications · seed 1\n"), "{}", better.stdout);
    assert!(better.stdout.contains("the mean wait for a plug falls by"), "{}", better.stdout);

    let gate = ["three", "two", "--json", "--fail-if-worse", "charging.wait_s.mean", "--report", "page.html"];
    let worse = compare(path, &gate);
    assert_eq!(worse.code, Some(4), "{}", worse.stderr);
    assert!(path.join("page.html").exists(), "the page of what is worse is worth reading");
    assert!(worse.stderr.contains("`charging.wait_s.mean` is worse in B"), "{}", worse.stderr);
    // What was printed before the verdict is the whole result, and the same each time.
    assert_eq!(compare(path, &gate).stdout, worse.stdout);
    let told: Value = serde_json::from_str(&worse.stdout).expect("stdout is one JSON document");
    let wait = &told["metrics"]["charging.wait_s.mean"];
    assert_eq!((&wait["verdict"], &told["pairing"]), (&"worse".into(), &"by_seed".into()));
    assert_eq!(told["metrics"]["charging.busy"]["verdict"], "changed");
    let [removed, most] = ["variance_removed", "variance_removed_at_most"].map(|key| wait[key].as_f64());
    assert!(removed > Some(0.0) && removed < most && most < Some(1.0), "{wait}");
    // The difference of the means is that of the summaries.
    let mean = |name: &str| {
        let text = fs::read_to_string(path.join(name).join("summary.json")).expect("it was written");
        let summary: Value = serde_json::from_str(&text).expect("it is JSON");
        summary["metrics"]["charging.wait_s.mean"]["mean"].as_f64().expect("somebody waited")
    };
    let difference = wait["difference"].as_f64().expect("there is one");
    assert!((difference - (mean("two") - mean("three"))).abs() < 1e-5, "{difference}");
}

#[test]
fn a_run_compared_with_itself_is_the_same() {
    let temporary = folder();
    let path = temporary.path();
    run(path, "q", 2, &["--replications", "1"]);
    let gate = ["q", "q", "--fail-if-worse", "charging.wait_s.mean"];
    let outcome = compare(path, &gate);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert!(outcome.stdout.contains(" all the same in every replication."), "{}", outcome.stdout);
}

#[test]
fn what_cannot_be_paired_is_said() {
    let temporary = folder();
    let path = temporary.path();
    run(path, "q", 2, &[]);
    run(path, "fewer", 3, &["--replications", "4"]);
    run(path, "other", 3, &["--seed", "2"]);
    run(path, "single", 3, &["--replications", "1"]);
    run(path, "longer", 3, &["--set", "time.horizon.hours=500"]);

    let fewer = document(&compare(path, &["q", "fewer", "--json"]));
    assert_eq!((&fewer["a"]["left_out"], &fewer["b"]["left_out"]), (&2.into(), &0.into()));
    assert_eq!(fewer["metrics"]["charging.visits"]["replications"], serde_json::json!([4, 4]));
    let other = compare(path, &["q", "other"]);
    assert!(other.stdout.contains("Welch"), "{}", other.stdout);
    assert_eq!(document(&compare(path, &["q", "other", "--json"]))["pairing"], "none");
    let single = document(&compare(path, &["q", "single", "--json"]));
    let visits = &single["metrics"]["charging.visits"];
    assert_eq!((&visits["verdict"], &visits["ci95"]), (&"same".into(), &Value::Null));
    assert_eq!(single["metrics"]["charging.wait_s.mean"]["verdict"], "untested");
    refuses(path, &["q", "single", "--fail-if-worse", "charging.wait_s.mean"], "too few replications");
    let longer = compare(path, &["q", "longer"]);
    assert!(longer.code == Some(0) && longer.stderr.contains("the same span"), "{}", longer.stderr);
}

#[test]
fn metrics_are_chosen_by_globs_and_corrected_among_themselves() {
    let temporary = folder();
    let path = temporary.path();
    run(path, "two", 2, &[]);
    run(path, "three", 3, &[]);
    let told = |globs: &[&str]| {
        let globs: Vec<&str> = globs.iter().flat_map(|glob| ["--metrics", *glob]).collect();
        document(&compare(path, &[&["two", "three", "--json"], &globs[..]].concat()))
    };
    let (all, waits) = (told(&[]), told(&["charging.wait_s.*", "charging.b?sy"]));
    let names = |told: &Value| -> Vec<String> {
        told["metrics"].as_object().expect("it is an object").keys().cloned().collect()
    };
    assert_eq!(names(&waits).len(), 9, "{:?}", names(&waits));
    assert!(names(&waits).iter().all(|name| name.starts_with("charging.wait_s.") || name == "charging.busy"));
    let busy = |told: &Value, key: &str| told["metrics"]["charging.busy"][key].clone();
    assert_eq!(busy(&all, "p"), busy(&waits, "p"));
    let corrected = |told: &Value| busy(told, "p_holm").as_f64().expect("it was tested");
    assert!(corrected(&all) >= corrected(&waits));

    refuses(path, &["two", "three", "--metrics", "chargin.*"], "did you mean `charging.*`?");
    refuses(path, &["two", "three", "--metrics", "[a-z]"], "no metric matches `[a-z]`");
    let gate = |name: &'static str| ["two", "three", "--fail-if-worse", name];
    refuses(path, &gate("charging.wait.mean"), "did you mean `charging.wait_s.mean`?");
    refuses(path, &gate("charging.busy"), "neither good nor bad");
    refuses(path, &gate("rides.lost"), "applies in no two replications");
    let left_out = ["two", "three", "--metrics", "rides.*", "--fail-if-worse", "charging.balked"];
    refuses(path, &left_out, "`--metrics` leaves it out");
}

#[test]
fn folders_that_hold_no_whole_run_are_refused_both_at_once() {
    let temporary = folder();
    let path = temporary.path();
    run(path, "q", 2, &["--replications", "2"]);
    fs::create_dir(path.join("empty")).expect("the folder is new");
    let spoilt = |name: &str, file: &str, change: &dyn Fn(String) -> String| {
        fs::create_dir(path.join(name)).expect("the folder is new");
        for copied in ["manifest.json", "replications.csv", "waits.csv"] {
            let text = fs::read_to_string(path.join("q").join(copied)).expect("it was written");
            let text = if copied == file { change(text) } else { text };
            fs::write(path.join(name).join(copied), text).expect("the disk has room");
        }
    };
    spoilt("cut", "manifest.json", &|text| text[..text.len() / 2].to_owned());
    spoilt("ragged", "replications.csv", &|text| text.replacen(',', ",,", 1));
    spoilt("foreign", "replications.csv", &|_| "name,price\nfish,3\n".to_owned());
    spoilt("short", "replications.csv", &|text| text[..=text.trim_end().rfind('\n').unwrap_or(0)].to_owned());
    spoilt("wordy", "replications.csv", &|text| text.replacen("\n1,", "\none,", 1));
    spoilt("thrice", "waits.csv", &|text| text.replacen("\n2,", "\n3,", 1));
    spoilt("ground", "waits.csv", &|text| text.replacen("charging.wait_s,0,0,", "charging.wait_s,0,0.5,", 1));
    spoilt("older", "manifest.json", &|text| text.replace(env!("CARGO_PKG_VERSION"), "0.0.9"));
    fs::write(path.join("latin"), b"caf\xe9").expect("the disk has room");

    refuses(path, &["q", "none"], "there is no folder none");
    refuses(path, &["q", "q.toml"], "q.toml is a file");
    refuses(path, &["q", "empty"], "there is no file empty/manifest.json");
    refuses(path, &["q", "cut"], "cut/manifest.json, line ");
    refuses(path, &["q", "ragged"], "columns");
    refuses(path, &["q", "foreign"], "the column `price`");
    refuses(path, &["q", "short"], "rows: 1, and replications of the manifest: 2");
    refuses(path, &["q", "wordy"], "`replication` is `one`, which is no number");
    refuses(path, &["q", "thrice"], "these are no waits of one of the 2 replications");
    refuses(path, &["q", "ground"], "waits.csv, line 2");
    refuses(path, &["latin", "q"], "latin is a file");
    let both = compare(path, &["none", "cut", "--fail-if-worse", "charging"]);
    for message in ["no folder none", "cut/manifest.json", "there is no metric `charging`"] {
        assert!(both.stderr.contains(message), "{message}: {}", both.stderr);
    }
    let older = compare(path, &["q", "older"]);
    assert!(older.code == Some(0) && older.stderr.contains("0.0.9"), "{}", older.stderr);
}

#[test]
fn answers_of_a_scenario_are_a_family_of_their_own_and_others_are_refused() {
    let temporary = folder();
    let path = temporary.path();
    run(path, "two", 2, &[]);
    run(path, "three", 3, &[]);
    let answering = |name: &str, answers: &str| {
        let text = fs::read_to_string(path.join(format!("{name}.toml"))).expect("it was written");
        let text = text.replace("question = \"\"\n", &format!("question = \"\"\nanswers = {answers}\n"));
        fs::write(path.join("asked.toml"), text).expect("the disk has room");
    };
    answering("three", "[\"charging.wait_s.mean\", \"charging.busy\"]");
    let ran = zaryad(path, &["run", "asked.toml", "--out", "asked", "--quiet"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let told = document(&compare(path, &["two", "asked", "--json"]));
    let few = document(&compare(
        path,
        &["two", "asked", "--json", "--metrics", "charging.busy", "--metrics", "charging.visits"],
    ));
    for told in [&told, &few] {
        assert_eq!(told["answers_tested_together"], 2);
        assert_eq!(told["metrics"]["charging.busy"]["answer"], true);
    }
    assert_eq!(told["metrics"]["charging.busy"], few["metrics"]["charging.busy"]);
    assert_eq!(few["metrics"].as_object().map(serde_json::Map::len), Some(2));
    let text = compare(path, &["two", "asked"]).stdout;
    assert!(
        text.contains("charging.wait_s.mean *") && text.contains("2 answers to the question, marked *"),
        "{text}"
    );
    // Answers belong to their file, like its question.
    fs::write(path.join("on.toml"), "name = \"on\"\nbase = \"asked.toml\"\n").expect("the disk has room");
    let shown = zaryad(path, &["check", "--show", "on.toml"]);
    assert!(shown.code == Some(0) && !shown.stdout.contains("answers"), "{}{}", shown.stdout, shown.stderr);
    answering("three", "[\"charging.wait_s.maen\", \"charging.busy\", \"wait\"]");
    let refused = zaryad(path, &["check", "asked.toml"]);
    assert_eq!(refused.code, Some(2));
    for words in ["answers.0", "did you mean `charging.wait_s.mean`?", "answers.2"] {
        assert!(refused.stderr.contains(words), "{words}: {}", refused.stderr);
    }
}
