//! What the program says to people, and what it does with odd arguments.

use crate::stage::{Outcome, document, folder, told, write, zaryad};
use clap::Parser;
use serde_json::Value;
use std::fs;
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
        // Where a command has nothing more to say at length, its own help stands closer together.
        let said = |outcome: &Outcome| outcome.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!((same.code, said(&same)), (Some(0), said(&long)), "{command}: {}", same.stderr);
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

#[test]
fn what_set_changed_stands_with_the_result() {
    let temporary = folder();
    let path = temporary.path();
    write(path, "q.toml", QUEUE);
    let set = ["--set", "stations.0.plugs=3", "--replications", "2", "--seed", "5"];
    let outcome = zaryad(path, &[&["run", "q.toml", "--out", "out"][..], &set].concat());
    told(&outcome, &["with stations.0.plugs = 3, time.seed = 5, time.replications = 2"]);
    let manifest = fs::read_to_string(path.join("out/manifest.json")).expect("it was written");
    let manifest: Value = serde_json::from_str(&manifest).expect("it is JSON");
    let sets = ["stations.0.plugs=3", "time.seed=5", "time.replications=2"];
    assert_eq!(manifest["sets"], serde_json::json!(sets));
    write(path, "s.toml", &swept(""));
    let outcome = zaryad(path, &["sweep", "s.toml", "--set", "time.horizon.hours=4", "--rep", "2"]);
    told(&outcome, &["with time.horizon.hours = 4, replications = 2"]);
    assert!(!zaryad(path, &["run", "q.toml"]).stdout.contains("\nwith "));
}

#[test]
fn a_lever_that_changed_nothing_is_named() {
    let temporary = folder();
    let path = temporary.path();
    write(path, "q.toml", QUEUE);
    let run = |sets: &[&str], out: &str| {
        let sets: Vec<&str> = sets.iter().flat_map(|set| ["--set", *set]).collect();
        zaryad(path, &[&["run", "q.toml", "--out", out][..], &sets].concat()).stdout.replace('\n', " ")
    };
    // Nobody pays at a queue alone whose stays are given as times, and nobody is cold in it.
    let idle = "demand.rides_per_day=0";
    let text = run(&[idle, "stations.0.plugs=3"], "idle");
    assert!(text.contains("`demand.rides_per_day` changed nothing: the scenario says the same"), "{text}");
    assert!(!text.contains("`stations.0.plugs` changed nothing"), "{text}");
    let text = run(&["fleet.stopping=0.5"], "other");
    assert!(!text.contains("panicked"), "{text}");
    let text = run(&["charging.stop_at=0.5"], "b");
    let same = run(&[], "a");
    assert!(!same.contains("changed nothing"), "{same}");
    let compared = zaryad(path, &["compare", "a", "b"]).stdout.replace('\n', " ");
    assert!(compared.contains("Nothing differs, because"), "{text}\n{compared}");
    assert!(compared.contains("`charging.stop_at` (0.8 in A, 0.5 in B)"), "{compared}");

    let axes = "[[axes]]\nkey = \"charging.stop_at\"\nvalues = [0.7, 0.8]\n\n\
                [[axes]]\nkey = \"stations.0.plugs\"\nvalues = [2, 3]\n\n\
                [[axes]]\nkey = \"stations.0.room\"\nvalues = [0, 500, 600]\n";
    write(path, "s.toml", &format!("{QUEUE}\n{axes}"));
    let outcome = zaryad(path, &["sweep", "s.toml", "--out", "s"]);
    told(&outcome, &["`charging.stop_at` changed nothing: every run is the same at each of its values."]);
    told(&outcome, &["`stations.0.room` changed nothing between 500 and 600"]);
    assert!(!outcome.stdout.contains("`stations.0.plugs` changed nothing"), "{}", outcome.stdout);
    let ranked = zaryad(path, &["rank", "s", "--metric", "charging.wait_s.mean"]);
    told(&ranked, &["`charging.stop_at` changed nothing"]);
}

#[test]
fn names_of_scenarios_are_no_folders_and_the_command_that_makes_one_is_told() {
    let temporary = folder();
    let path = temporary.path();
    let compared = zaryad(path, &["compare", "baseline", "plan-622"]);
    assert_eq!(compared.code, Some(2));
    told(&compared, &["`zaryad run baseline --out baseline`", "`zaryad run plan-622 --out plan-622`"]);
    told(&zaryad(path, &["report", "baseline"]), &["`zaryad run baseline --out baseline`"]);
    told(
        &zaryad(path, &["rank", "ceiling", "--metric", "charging.wait_s.mean"]),
        &["`zaryad sweep ceiling`"],
    );
    told(&zaryad(path, &["report", "elsewhere"]), &["give a folder that `zaryad run --out` wrote"]);
}

#[test]
fn odd_arguments_are_refused_with_what_is_wrong_with_them() {
    let temporary = folder();
    let path = temporary.path();
    write(path, "q.toml", QUEUE);
    for (arguments, words) in [
        (&["run", ""][..], "a value is required for '[SCENARIO]'"),
        (&["run", "q.toml", "--out", ""], "a value is required for '--out <DIR>'"),
        (&["run", "q.toml", "--threads", "99999999999"], "is not in 0..=1024"),
        (&["run", "q.toml", "--threads", "-1"], "-1 is not in 0..=1024"),
        (&["run", "q.toml", "--replications", "0"], "must be from 1 to 100000"),
        (&["run", "q.toml", "--replications", "-3"], "invalid value '-3'"),
        (&["run", "q.toml", "--replications", "99999999999"], "99999999999 is not in"),
        (&["run", "q.toml", "--seed", "-1"], "invalid value '-1'"),
        (&["run", "q.toml", "--seed", "99999999999999999999"], "number too large"),
        (&["run", "q.toml", "--set", "nothing"], "there is no equals sign"),
        (&["run", "q.toml", "--set", ""], "cannot use `--set `"),
        (&["run", "q.toml", "--set", "=3"], "cannot use `--set =3`"),
        (
            &["run", "q.toml", "--set", "time.seed=1", "--set", "time.seed =2"],
            "`--set time.seed` is given twice",
        ),
        (
            &["run", "q.toml", "--seed", "1", "--set", "time.seed=2"],
            "`--seed` and `--set time.seed` set the same key",
        ),
        (
            &["sweep", "ceiling", "--rep", "1", "--set", "replications=2"],
            "`--replications` and `--set replications`",
        ),
        (&["check", "q.toml", "--set", "time.seed=1", "--set", "time.seed=1"], "is given twice"),
        (&["sweep", "ceiling", "--shard", "0/0"], "part 2 of 3"),
        (&["sweep", "ceiling", "--shard", "3/2"], "part 2 of 3"),
        (&["sweep", "ceiling", "--shard", "-1/2"], "part 2 of 3"),
        (&["sweep", "ceiling", "--shard", "1"], "part 2 of 3"),
        (&["compare", "", "b"], "a value is required for '<A>'"),
        (&["rank", "s", "--metric", "charging.wait_s.mean", "--budget", "0"], "0 is not in 1..=1000000"),
        (&["scenarios", ""], "there is no scenario ``"),
        (&["man", ""], "there is no command ``"),
    ] {
        let outcome = zaryad(path, arguments);
        assert_eq!(outcome.code, Some(2), "{arguments:?}: {}", outcome.stderr);
        assert!(outcome.stderr.contains(words), "{arguments:?}: {}", outcome.stderr);
        assert_eq!(outcome.stdout, "", "{arguments:?}");
    }
    assert_eq!(zaryad(path, &["run", "q.toml", "--threads", "0", "--quiet"]).code, Some(0));
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        let odd = std::ffi::OsStr::from_bytes(b"a=\xff");
        let outcome = std::process::Command::new(env!("CARGO_BIN_EXE_zaryad"))
            .args(["run", "q.toml", "--set"])
            .arg(odd)
            .current_dir(path)
            .output()
            .expect("the program was built for this test");
        assert_eq!(outcome.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&outcome.stderr).contains("invalid UTF-8"));
    }
}

#[test]
fn what_was_set_on_one_side_stands_in_the_head_of_a_comparison_and_on_the_page() {
    let temporary = folder();
    let path = temporary.path();
    write(path, "q.toml", QUEUE);
    zaryad(path, &["run", "q.toml", "--out", "a", "--replications", "2"]);
    let set = ["--set", "stations.0.plugs=3", "--report", "page.html"];
    zaryad(path, &[&["run", "q.toml", "--out", "b", "--replications", "2"][..], &set].concat());
    zaryad(path, &["run", "q.toml", "--out", "c", "--replications", "2", "--set", "stations.0.plugs=3"]);
    let apart = zaryad(path, &["compare", "a", "b"]);
    told(&apart, &["B = b: queue, with stations.0.plugs=3 · 2 replications"]);
    assert!(apart.stdout.contains("A = a: queue · 2 replications"), "{}", apart.stdout);
    let alike = zaryad(path, &["compare", "b", "c"]);
    assert!(!alike.stdout.contains("with stations.0.plugs"), "{}", alike.stdout);
    let page = fs::read_to_string(path.join("page.html")).expect("it was written");
    assert!(page.contains("\"sets\":[\"stations.0.plugs=3\",\"time.replications=2\"]"));
}
