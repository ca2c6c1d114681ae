//! Sweeps as people run them: what they write, that nothing is lost, and that no run is made twice.

use crate::stage::{Outcome, begin, files, fine, folder, runs, same, write, zaryad};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;

/// 210 short runs of a queue.
const TINY: &str = r#"
    name = "tiny"
    question = "How does the wait grow with load?"
    base = "m-m-10"
    replications = 10

    [time]
    warm_up = { hours = 20 }
    horizon = { hours = 200 }

    [[axes]]
    key = "stations.0.plugs"
    values = [10, 11, 12]

    [[axes]]
    key = "stations.0.walk_ins.0.per_hour"
    from = 10
    to = 16
    steps = 7
"#;

/// As many replications as it takes, over the same axes.
fn until() -> String {
    let rule = "until = { metric = \"charging.wait_s.mean\", relative_half_width = 0.3, at_most = 30 }";
    TINY.replace("replications = 10", rule).replace("steps = 7", "steps = 3")
}

fn sweep(folder: &Path, arguments: &[&str]) -> Outcome {
    zaryad(folder, &[&["sweep"], arguments].concat())
}

#[test]
fn a_sweep_killed_ten_times_gives_the_same_bytes_as_one_left_alone() {
    let temporary = folder();
    let path = temporary.path();
    write(path, "tiny.toml", TINY);
    fine(&sweep(path, &["tiny.toml", "--out", "whole", "--csv"]));
    assert_eq!(runs(&path.join("whole")), 210);
    let mut before = 0;
    for kill in 1..=10 {
        let mut child = begin(path, &["sweep", "tiny.toml", "--out", "killed", "--csv"]);
        // Unevenly spread, and the last one while the tables may be in the making.
        let moment = kill * 21 - kill % 3 * 5;
        while runs(&path.join("killed")) < moment && child.try_wait().expect("it is our child").is_none() {
            std::thread::yield_now();
        }
        child.kill().expect("it is our child");
        child.wait().expect("it is our child");
        let now = runs(&path.join("killed"));
        assert!(now >= before, "{before} runs were safe, and {now} are left");
        before = now;
    }
    fine(&sweep(path, &["tiny.toml", "--out", "killed", "--csv"]));
    same(&path.join("whole"), &path.join("killed"));
}

#[test]
fn a_finished_run_is_never_made_again() {
    let temporary = folder();
    let path = temporary.path();
    write(path, "tiny.toml", TINY);
    fine(&sweep(path, &["tiny.toml", "--out", "all"]));
    let before = files(&path.join("all"));
    let again = sweep(path, &["tiny.toml", "--out", "all"]);
    fine(&again);
    assert!(again.stderr.starts_with("0 runs in "), "{}", again.stderr);
    assert_eq!(files(&path.join("all")), before);
    // More replications of the same design: only the new ones are run.
    write(path, "more.toml", &TINY.replace("replications = 10", "replications = 12"));
    let more = sweep(path, &["more.toml", "--out", "all"]);
    fine(&more);
    assert!(
        more.stderr.starts_with("42 runs in ") && more.stderr.contains("there before: 210"),
        "{}",
        more.stderr
    );
    fine(&sweep(path, &["more.toml", "--out", "anew"]));
    // The files' names stand in the manifests, and are those that each folder was begun with.
    assert_eq!(files(&path.join("all"))["results.parquet"], files(&path.join("anew"))["results.parquet"]);
}

#[test]
fn parts_of_a_sweep_merge_into_what_one_machine_makes() {
    let temporary = folder();
    let path = temporary.path();
    for (name, text) in [("fixed", TINY.to_owned()), ("until", until())] {
        let file = format!("{name}.toml");
        write(path, &file, &text);
        let whole = format!("{name}-whole");
        fine(&sweep(path, &[&file, "--out", &whole, "--csv", "--threads", "1"]));
        let parts: Vec<String> = (1..=3).map(|part| format!("{name}-{part}")).collect();
        for (number, part) in (1..).zip(&parts) {
            fine(&sweep(path, &[&file, "--out", part, "--shard", &format!("{number}/3")]));
        }
        let counts: Vec<usize> = parts.iter().map(|part| runs(&path.join(part))).collect();
        assert_eq!(counts.iter().sum::<usize>(), runs(&path.join(&whole)));
        assert!(counts.iter().all(|count| *count > 0), "{counts:?}");
        let joined = format!("{name}-joined");
        let merge =
            |parts: &[&str], out: &str| zaryad(path, &[&["merge"], parts, &["--out", out, "--csv"]].concat());
        let lacking = merge(&[&parts[0], &parts[2]], &joined);
        assert_eq!(lacking.code, Some(3), "{}", lacking.stderr);
        assert!(lacking.stderr.contains("no folder holds part 2/3"), "{}", lacking.stderr);
        assert!(!path.join(&joined).exists());
        fine(&merge(&[&parts[2], &parts[0], &parts[1]], &joined));
        same(&path.join(&whole), &path.join(&joined));
    }
    let strangers = zaryad(path, &["merge", "fixed-1", "until-2", "--out", "mixed"]);
    assert_eq!(strangers.code, Some(2), "{}", strangers.stderr);
    assert!(strangers.stderr.contains("no parts of one sweep"), "{}", strangers.stderr);
    let wrong = sweep(path, &["fixed.toml", "--out", "fixed-1", "--shard", "2/3"]);
    assert_eq!(wrong.code, Some(2));
    assert!(wrong.stderr.contains("holds part 1/3 of this sweep, and not part 2/3"), "{}", wrong.stderr);
}

#[test]
fn replications_are_added_until_the_interval_is_narrow() {
    let temporary = folder();
    let path = temporary.path();
    write(path, "until.toml", &until());
    let printed = sweep(path, &["until.toml", "--out", "some", "--json"]);
    fine(&printed);
    let printed: Value = serde_json::from_str(&printed.stdout).expect("one JSON document");
    let points = printed["points"].as_array().expect("points are listed");
    let counts: Vec<u64> =
        points.iter().map(|point| point["replications"].as_u64().expect("a count")).collect();
    assert!(counts.iter().all(|count| (10..=30).contains(count)), "{counts:?}");
    assert!(counts.iter().any(|count| *count > 10) && counts.iter().any(|count| *count < 30), "{counts:?}");
    for (point, count) in points.iter().zip(counts) {
        let wait = &point["metrics"]["charging.wait_s.mean"];
        let bound = |index: usize| wait["ci95"][index].as_f64().expect("a bound");
        let half = (bound(1) - bound(0)) / 2.0 / wait["mean"].as_f64().expect("a mean");
        assert!(half <= 0.3 / 1.3 || count == 30, "{half} after {count}");
    }
}

#[test]
fn a_folder_of_another_sweep_or_of_none_is_refused_and_kept() {
    let temporary = folder();
    let path = temporary.path();
    write(path, "tiny.toml", &TINY.replace("steps = 7", "steps = 2"));
    fine(&sweep(path, &["tiny.toml", "--out", "mine"]));
    let before = files(&path.join("mine"));
    let refused = |arguments: &[&str], message: &str| {
        let outcome = sweep(path, arguments);
        assert_eq!(outcome.code, Some(2), "{}", outcome.stderr);
        assert!(outcome.stderr.contains(message), "{}", outcome.stderr);
        assert_eq!(outcome.stdout, "");
        assert_eq!(files(&path.join("mine")), before);
    };
    write(path, "other.toml", TINY);
    refused(&["other.toml", "--out", "mine"], "mine belongs to another sweep: `tiny` with other points");
    refused(&["tiny.toml", "--out", "mine", "--seed", "9"], "with other values of the scenario");
    write(path, "named.toml", &TINY.replace("\"tiny\"", "\"second\""));
    refused(&["named.toml", "--out", "mine"], "`tiny`, not `second`");
    fs::create_dir(path.join("photos")).expect("the folder is new");
    write(&path.join("photos"), "me.png", "");
    refused(&["tiny.toml", "--out", "photos"], "photos exists and is not empty");
    refused(&["tiny.toml", "--out", "photos", "--overwrite"], "photos holds `me.png`");
    let manifest = String::from_utf8(before["manifest.json"].clone()).expect("a manifest is text");
    let older = manifest
        .replace(&format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION")), "\"version\": \"0.0.9\"");
    assert_ne!(older, manifest);
    write(&path.join("mine"), "manifest.json", &older);
    let outcome = sweep(path, &["tiny.toml", "--out", "mine"]);
    assert_eq!(outcome.code, Some(2));
    assert!(outcome.stderr.contains("was begun by zaryad 0.0.9"), "{}", outcome.stderr);
    fine(&sweep(path, &["tiny.toml", "--out", "mine", "--overwrite"]));
}

#[test]
fn a_journal_that_was_meddled_with_is_told_and_a_torn_line_is_made_again() {
    let temporary = folder();
    let path = temporary.path();
    write(path, "tiny.toml", &TINY.replace("steps = 7", "steps = 2"));
    fine(&sweep(path, &["tiny.toml", "--out", "whole"]));
    let journal = fs::read_to_string(path.join("whole/runs.jsonl")).expect("there is a journal");
    let copy = |text: &str| {
        fs::create_dir_all(path.join("torn")).expect("the disk has room");
        for (name, bytes) in files(&path.join("whole")) {
            fs::write(path.join("torn").join(name), bytes).expect("the disk has room");
        }
        write(&path.join("torn"), "runs.jsonl", text);
    };
    copy(&journal[..journal.len() / 2]);
    fine(&sweep(path, &["tiny.toml", "--out", "torn"]));
    same(&path.join("whole"), &path.join("torn"));
    let lines: Vec<&str> = journal.lines().collect();
    copy(&format!("{}\nnonsense\n{}\n", lines[0], lines[1]));
    let outcome = sweep(path, &["tiny.toml", "--out", "torn"]);
    assert_eq!(outcome.code, Some(2));
    assert!(outcome.stderr.contains("runs.jsonl, line 2: this is no run"), "{}", outcome.stderr);
}

#[cfg(unix)]
#[test]
fn where_no_more_can_be_written_what_was_finished_is_kept() {
    let temporary = folder();
    let path = temporary.path();
    write(path, "tiny.toml", TINY);
    // The shell's limit stands for a full disk: 100 blocks of 512 or 1024 bytes hold some of the runs.
    let script = "trap '' XFSZ; ulimit -f 100; exec \"$0\" sweep tiny.toml --out full";
    let outcome = Command::new("sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_zaryad")])
        .current_dir(path)
        .output()
        .expect("there is a shell");
    let words = String::from_utf8_lossy(&outcome.stderr).into_owned();
    assert_eq!(outcome.status.code(), Some(1), "{words}");
    assert!(words.contains("runs are safe, and the same command goes on"), "{words}");
    let kept = runs(&path.join("full"));
    assert!(0 < kept && kept < 210, "{kept}");
    fine(&sweep(path, &["tiny.toml", "--out", "full"]));
    fine(&sweep(path, &["tiny.toml", "--out", "whole"]));
    same(&path.join("full"), &path.join("whole"));
}

#[test]
fn a_dry_run_writes_nothing_and_tells_points_runs_time_and_disk() {
    let temporary = folder();
    let path = temporary.path();
    write(path, "tiny.toml", TINY);
    let outcome = sweep(path, &["tiny.toml", "--dry-run", "--threads", "2"]);
    fine(&outcome);
    for words in
        ["stations.0.plugs", "10, 11, 12", "points        21", "runs          210", "time   ", "disk   "]
    {
        assert!(outcome.stdout.contains(words), "{words}: {}", outcome.stdout);
    }
    assert_eq!(fs::read_dir(path).expect("the folder is there").count(), 1);
    let printed = sweep(path, &["tiny.toml", "--dry-run", "--json", "--shard", "1/2"]);
    let printed: Value = serde_json::from_str(&printed.stdout).expect("one JSON document");
    assert_eq!(printed["runs"], serde_json::json!([105, 105]));
    // What is to be done does not depend on what else the machine does, and is counted.
    let again = sweep(path, &["tiny.toml", "--dry-run", "--json", "--shard", "1/2", "--threads", "1"]);
    let again: Value = serde_json::from_str(&again.stdout).expect("one JSON document");
    assert_eq!(printed["estimated_events"], again["estimated_events"]);
    let events = printed["estimated_events"][0].as_f64().expect("a number");
    // Sixteen visitors an hour for 220 hours, on the average of the points, come, plug in and leave.
    assert!((4e3..4e4).contains(&(events / 105.0)), "{events}");
}

#[test]
fn a_point_of_a_sweep_is_the_run_of_its_scenario() {
    let temporary = folder();
    let path = temporary.path();
    write(path, "tiny.toml", &TINY.replace("steps = 7", "steps = 2"));
    let swept = sweep(path, &["tiny.toml", "--json"]);
    fine(&swept);
    let swept: Value = serde_json::from_str(&swept.stdout).expect("one JSON document");
    let sets = [
        "time.warm_up.hours=20",
        "time.horizon.hours=200",
        "stations.0.plugs=11",
        "stations.0.walk_ins.0.per_hour=16",
    ];
    let mut arguments = vec!["run", "m-m-10", "--json", "--replications", "10"];
    arguments.extend(sets.iter().flat_map(|set| ["--set", set]));
    let alone: Value = serde_json::from_str(&zaryad(path, &arguments).stdout).expect("one JSON document");
    assert_eq!(swept["points"][3]["values"]["stations.0.plugs"], 11.0);
    let (swept, alone) = (&swept["points"][3]["metrics"], &alone["metrics"]);
    let alone = alone.as_object().expect("metrics have names");
    assert_eq!(swept.as_object().map(serde_json::Map::len), Some(alone.len()));
    for (name, metric) in alone {
        // A journal keeps nine digits of each run, a run all of them.
        let mean = |metric: &Value| metric["mean"].as_f64().expect("a mean");
        let near = (mean(&swept[name]) - mean(metric)).abs() <= 1e-8 * mean(metric).abs();
        assert!(near, "{name}: {} and {}", swept[name], metric);
    }
}

#[test]
fn every_design_lays_out_its_points() {
    let temporary = folder();
    let path = temporary.path();
    let points = |design: &str, axes: &str| {
        let head = "name = \"d\"\nbase = \"m-m-10\"\n[time]\nhorizon = { hours = 10 }\n";
        write(path, "d.toml", &format!("design = {design}\nreplications = 1\n{head}{axes}"));
        let outcome = sweep(path, &["d.toml", "--dry-run", "--json"]);
        fine(&outcome);
        let printed: Value = serde_json::from_str(&outcome.stdout).expect("one JSON document");
        let points: Vec<Vec<f64>> = serde_json::from_value(printed["points"].clone()).expect("numbers");
        points
    };
    let lists = "[[axes]]\nkey = \"stations.0.plugs\"\nvalues = [9, 10]\n\
        [[axes]]\nkey = \"stations.0.walk_ins.0.per_hour\"\nfrom = 1\nto = 4\nsteps = 2\nscale = \"log\"\n";
    assert_eq!(points("\"grid\"", lists), [[9.0, 1.0], [9.0, 4.0], [10.0, 1.0], [10.0, 4.0]]);
    assert_eq!(points("\"zip\"", lists), [[9.0, 1.0], [10.0, 4.0]]);
    let ranges = "[[axes]]\nkey = \"stations.0.plugs\"\nfrom = 5\nto = 12\n\
        [[axes]]\nkey = \"stations.0.walk_ins.0.per_hour\"\nfrom = 0.5\nto = 2.0\n";
    // The base has 10 plugs and 18 arrivals.
    let one = [[10.0, 18.0], [5.0, 18.0], [12.0, 18.0], [10.0, 0.5], [10.0, 2.0]];
    assert_eq!(points("\"one_at_a_time\"", ranges), one);
    for (design, count) in [
        ("{ latin_hypercube = { points = 8 } }", 8),
        ("{ sobol = { points = 8 } }", 8),
        ("{ saltelli = { samples = 8 } }", 32),
    ] {
        let points = points(design, ranges);
        assert_eq!(points.len(), count, "{design}");
        // Whole bounds give whole numbers, each of the eight in one of eight strata.
        let mut plugs: Vec<f64> = points.iter().map(|point| point[0]).collect();
        assert!(points.iter().all(|point| (0.5..=2.0).contains(&point[1])), "{design}");
        plugs.sort_by(f64::total_cmp);
        plugs.dedup();
        assert_eq!(plugs, [5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0], "{design}");
    }
}

#[test]
fn scenarios_can_be_an_axis() {
    let temporary = folder();
    let path = temporary.path();
    write(path, "mine.toml", "name = \"mine\"\nbase = \"m-m-10\"\nstations = [{ name = \"Q\", plugs = 3 }]");
    let text = "name = \"both\"\nreplications = 2\ntime = { warm_up = { hours = 1 }, horizon = { hours = 100 } }\n\
        [[axes]]\nscenarios = [\"m-m-10\", \"m-d-8\", \"mine.toml\"]\n";
    write(path, "both.toml", text);
    let outcome = sweep(path, &["both.toml", "--json"]);
    fine(&outcome);
    let printed: Value = serde_json::from_str(&outcome.stdout).expect("one JSON document");
    let names: Vec<&Value> = printed["points"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|point| &point["values"]["scenario"])
        .collect();
    assert_eq!(names, ["m-m-10", "m-d-8", "mine.toml"]);
    assert!(printed["points"][1]["metrics"]["charging.wait_s.mean"]["mean"].is_number());
}

#[test]
fn two_points_are_compared_replication_by_replication() {
    let temporary = folder();
    let path = temporary.path();
    write(path, "tiny.toml", &TINY.replace("steps = 7", "steps = 2"));
    fine(&sweep(path, &["tiny.toml", "--out", "tiny"]));
    let compare = |a: &str, b: &str| {
        zaryad(path, &["compare", a, b, "--json", "--fail-if-worse", "charging.wait_s.mean"])
    };
    // Points 2 and 4 differ in one plug.
    let fewer = compare("tiny:4", "tiny:2");
    assert_eq!(fewer.code, Some(4), "{}", fewer.stderr);
    fine(&compare("tiny:2", "tiny:4"));
    let printed: Value = serde_json::from_str(&fewer.stdout).expect("one JSON document");
    assert!(fewer.stdout.contains("stations.0.plugs = 10"), "{printed}");
    for (argument, code, words) in [
        ("tiny:7", 2, "tiny has no point `7`"),
        ("tiny:x", 2, "tiny has no point `x`"),
        ("tiny", 2, "tiny is a sweep, and two runs are compared"),
    ] {
        let outcome = compare(argument, "tiny:1");
        assert_eq!(outcome.code, Some(code));
        assert!(outcome.stderr.contains(words), "{}", outcome.stderr);
    }
}

/// Each reader in one line, as the README shows it; it prints the mean of a column over the rows of the city.
#[test]
#[expect(clippy::print_stderr, reason = "what is skipped is said")]
fn the_tidy_table_is_read_in_one_line_by_whatever_is_at_hand() {
    let temporary = folder();
    let path = temporary.path();
    write(path, "tiny.toml", &TINY.replace("steps = 7", "steps = 2"));
    fine(&sweep(path, &["tiny.toml", "--out", "tiny", "--csv"]));
    let text = fs::read_to_string(path.join("tiny/results.csv")).expect("the table is there");
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    let headers = rows.headers().expect("there are headers").clone();
    let wait = headers.iter().position(|name| name == "charging.wait_s.mean").expect("there is a column");
    let waits: Vec<f64> =
        rows.records().map(|row| row.expect("the row is whole")[wait].parse().expect("a number")).collect();
    let mean = waits.iter().sum::<f64>() / waits.len() as f64;
    assert_eq!(waits.len(), 60);
    let query = r#"SELECT avg("charging.wait_s.mean") FROM 'tiny/results.parquet' WHERE "group" = 'city'"#;
    let pandas = r#"import pandas; print(pandas.read_parquet("tiny/results.parquet").query("group == 'city'")["charging.wait_s.mean"].mean())"#;
    let polars =
        r#"import polars; print(polars.read_parquet("tiny/results.parquet")["charging.wait_s.mean"].mean())"#;
    let duckdb = format!(r#"import duckdb; print(duckdb.sql("""{query}""").fetchall()[0][0])"#);
    let r = r#"cat(format(mean(arrow::read_parquet("tiny/results.parquet")[["charging.wait_s.mean"]]), digits = 15))"#;
    let readers: [(&str, &[&str]); 5] = [
        ("python3", &["-c", pandas]),
        ("python3", &["-c", polars]),
        ("python3", &["-c", &duckdb]),
        ("duckdb", &["-noheader", "-list", "-c", query]),
        ("Rscript", &["-e", r]),
    ];
    for (program, arguments) in readers {
        let Ok(output) = Command::new(program).args(arguments).current_dir(path).output() else {
            eprintln!("skipped: there is no {program}");
            continue;
        };
        let words = String::from_utf8_lossy(&output.stderr);
        let lacks = ["ModuleNotFoundError", "there is no package", "Unable to find a usable engine"];
        if lacks.iter().any(|lack| words.contains(lack)) {
            eprintln!("skipped: {program} lacks a package for {}", arguments[arguments.len() - 1]);
            continue;
        }
        assert!(output.status.success(), "{program}: {words}");
        let read: f64 = String::from_utf8_lossy(&output.stdout).trim().parse().expect("a number is printed");
        assert!((read / mean - 1.0).abs() < 1e-9, "{program} reads {read}, and not {mean}");
    }
}

#[test]
fn a_manifest_that_was_meddled_with_is_told() {
    let temporary = folder();
    let path = temporary.path();
    write(path, "tiny.toml", &TINY.replace("steps = 7", "steps = 2"));
    fine(&sweep(path, &["tiny.toml", "--out", "tiny", "--shard", "1/2"]));
    let manifest = fs::read_to_string(path.join("tiny/manifest.json")).expect("there is a manifest");
    for (from, to, words) in [
        ("\"kind\": \"sweep\"", "\"kind\": \"run\"", "it is of another kind"),
        ("\"stations.0.plugs\",", "", "do not have a value for each axis"),
        ("\"number\": 1", "\"number\": 0", "its part is none"),
        ("\"charging.visits\",", "", "with other metrics"),
        ("\"fixed\": 10", "\"fixed\": 4000000000", "its replications are too many"),
        ("\"extra\": {}", "\"extra\": { \"1\": 4000000000 }", "its replications are too many"),
        ("\"seed\": 1", "\"seed\": \"one\"", "invalid type"),
    ] {
        let other = manifest.replacen(from, to, 1);
        assert_ne!(other, manifest, "{from}");
        write(&path.join("tiny"), "manifest.json", &other);
        for arguments in [&["merge", "tiny", "--out", "all"][..], &["compare", "tiny:1", "tiny:2"]] {
            let outcome = zaryad(path, arguments);
            assert_eq!(outcome.code, Some(2), "{}", outcome.stderr);
            assert!(outcome.stderr.contains(words), "{}", outcome.stderr);
        }
    }
}

#[test]
fn one_folder_is_run_by_one_command_at_a_time() {
    let temporary = folder();
    let path = temporary.path();
    write(path, "tiny.toml", &TINY.replace("hours = 200 ", "hours = 20_000 "));
    let mut first = begin(path, &["sweep", "tiny.toml", "--out", "tiny", "--threads", "1"]);
    while runs(&path.join("tiny")) == 0 && first.try_wait().expect("it is our child").is_none() {
        std::thread::yield_now();
    }
    let second = sweep(path, &["tiny.toml", "--out", "tiny"]);
    let third = sweep(path, &["tiny.toml", "--out", "tiny", "--overwrite"]);
    first.kill().expect("it is our child");
    first.wait().expect("it is our child");
    for outcome in [second, third] {
        assert_eq!(outcome.code, Some(1), "{}", outcome.stderr);
        assert!(outcome.stderr.contains("tiny is in use"), "{}", outcome.stderr);
    }
}
