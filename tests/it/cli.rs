//! The program as people call it: exit codes, and what goes to which stream.

use crate::stage::{document, folder, write, zaryad};
use parquet::file::reader::{FileReader, SerializedFileReader};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;

/// A wrong input ends with code 2 and this message, prints no result and writes nothing.
fn refuses(folder: &Path, scenario: &str, message: &str) {
    for command in [&["run", scenario, "--out", "results"][..], &["check", scenario]] {
        let outcome = zaryad(folder, command);
        assert_eq!(outcome.code, Some(2), "{command:?}: {}", outcome.stderr);
        assert!(outcome.stderr.contains(message), "{command:?}: {}", outcome.stderr);
        assert_eq!(outcome.stdout, "", "{command:?}");
        assert!(!folder.join("results").exists(), "{command:?}");
    }
}

#[test]
fn files_that_are_no_scenarios_are_refused() {
    let temporary = folder();
    let path = temporary.path();
    fs::create_dir(path.join("folder.toml")).expect("the folder is new");
    fs::write(path.join("empty.toml"), "").expect("the disk has room");
    fs::write(path.join("latin.toml"), b"name = \"caf\xe9\"").expect("the disk has room");
    // A sparse file: large to all who ask, and nothing on the disk.
    let huge = fs::File::create(path.join("huge.toml")).expect("the disk has room");
    huge.set_len(2 << 30).expect("sparse files are cheap");
    refuses(path, "none.toml", "there is no file none.toml");
    refuses(path, "folder.toml", "folder.toml is a folder");
    refuses(path, "empty.toml", "empty.toml is empty");
    refuses(path, "latin.toml", "byte 11 ");
    refuses(path, "huge.toml", "huge.toml is larger than 16 MiB");
    refuses(path, "plan622", "did you mean `plan-622`?");
}

#[test]
fn a_base_is_found_beside_the_file_that_names_it() {
    let temporary = folder();
    let path = temporary.path();
    fs::create_dir(path.join("a")).expect("the folder is new");
    fs::write(path.join("a/base.toml"), "name = \"base\"\nfleet.taxis = 7_000\n").expect("the disk has room");
    fs::write(path.join("a/top.toml"), "name = \"top\"\nbase = \"base.toml\"\n").expect("the disk has room");
    let outcome = zaryad(path, &["check", "a/top.toml", "--show"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
    assert!(outcome.stdout.contains("\ntaxis = 7000\n"), "{}", outcome.stdout);
    assert!(outcome.stdout.starts_with("name = \"top\"\nquestion = \"\"\n"), "{}", outcome.stdout);
}

/// A ring of five crossings around the centre.
const NODES: &str = "node_id,lon,lat,elev_m_approx\n0,76.85,43.22,800\n1,76.95,43.22,850\n\
                     2,77.00,43.26,700\n3,76.92,43.32,650\n4,76.82,43.27,700\n";
const EDGES: &str = "edge_id,from,to,length_m,class,oneway,geometry\n\
    0,0,1,9000,primary,,76.85 43.22;76.95 43.22\n1,1,2,7000,secondary,,76.95 43.22;77.00 43.26\n\
    2,2,3,9500,trunk,,77.00 43.26;76.92 43.32\n3,3,4,9800,residential,,76.92 43.32;76.82 43.27\n\
    4,4,0,6000,tertiary,,76.82 43.27;76.85 43.22\n";

#[test]
fn a_scenario_may_bring_roads_of_its_own() {
    let temporary = folder();
    let path = temporary.path();
    let write = |name: &str, text: &str| write(path, name, text);
    fs::create_dir(path.join("a")).expect("the folder is new");
    write("a/nodes.csv", NODES);
    write("a/edges.csv", EDGES);
    write("a/ring.toml", "name = \"ring\"\ncity.roads = { nodes = \"nodes.csv\", edges = \"edges.csv\" }\n");
    write("a/over.toml", "name = \"over\"\nbase = \"ring.toml\"\n");

    let run = |scenario: &str, more: &[&str]| {
        let mut arguments = short(&["--json"]);
        arguments.extend(more);
        arguments.insert(1, scenario);
        document(&zaryad(path, &arguments))
    };
    let ring = run("a/over.toml", &["--out", "results"]);
    let own = run("a/over.toml", &["--set", "city.roads=none"]);
    let pickup = |summary: &Value| summary["metrics"]["rides.pickup_wait_s.mean"]["mean"].as_f64();
    assert!(pickup(&ring) > pickup(&own), "a ring without crossings is a long way round");
    let set = ["--set", "city.roads.nodes=a/nodes.csv", "--set", "city.roads.edges=a/edges.csv"];
    assert_eq!(run("baseline", &set)["fingerprint"], ring["fingerprint"], "a path in --set begins here");

    let manifest = fs::read_to_string(path.join("results/manifest.json")).expect("it was written");
    let manifest: Value = serde_json::from_str(&manifest).expect("it is JSON");
    assert_eq!(manifest["data"].as_object().map(serde_json::Map::len), Some(12));
    assert_eq!(manifest["data"]["a/nodes.csv"], blake3::hash(NODES.as_bytes()).to_string());
}

#[test]
fn roads_with_slips_are_refused() {
    let temporary = folder();
    let path = temporary.path();
    let write = |name: &str, text: &str| write(path, name, text);
    write("nodes.csv", NODES);
    write("loose.csv", &EDGES.replace("3,3,4,9800", "3,3,9,9800").replace("tertiary", "canal"));
    let roads = |edges: &str| {
        write(
            "r.toml",
            &format!("name = \"r\"\ncity.roads = {{ nodes = \"nodes.csv\", edges = \"{edges}\" }}\n"),
        );
    };
    roads("loose.csv");
    refuses(path, "r.toml", "loose.csv, line 5: `to` is 9");
    refuses(path, "r.toml", "loose.csv, line 6: `class` is \"canal\"");
    roads("none.csv");
    refuses(path, "r.toml", "there is no file none.csv");
    write("short.csv", &EDGES.lines().take(4).collect::<Vec<_>>().join("\n"));
    roads("short.csv");
    refuses(
        path,
        "r.toml",
        "short.csv: the roads are in 2 parts without a road between them: 1 of 5 nodes lies outside the largest, the first is 4",
    );
    roads("");
    refuses(path, "r.toml", "`city.roads.edges` is empty");
}

#[test]
fn wrong_arguments_are_refused() {
    let temporary = folder();
    for arguments in [
        &["fly"][..],
        &["run", "--seed", "x"],
        &["run", "--seed", "18446744073709551615"],
        &["run", "--replications", "0"],
        &["run", "--threads", "1025"],
        &["run", "--threads", "-1"],
        &["run", "--set", "fleet.electric"],
        &["check"],
        &["scenarios", "base-line"],
        &["run", ""],
        &["--verbose"],
    ] {
        let outcome = zaryad(temporary.path(), arguments);
        assert_eq!(outcome.code, Some(2), "{arguments:?}: {}", outcome.stderr);
        assert_eq!(outcome.stdout, "", "{arguments:?}");
    }
}

#[test]
fn the_program_alone_says_how_to_begin() {
    let outcome = zaryad(folder().path(), &[]);
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""));
    assert!(outcome.stdout.contains("zaryad run"), "{}", outcome.stdout);
}

#[test]
fn the_version_is_told_shortly_and_at_length() {
    let temporary = folder();
    let version = concat!("zaryad ", env!("CARGO_PKG_VERSION"));
    let short = zaryad(temporary.path(), &["-V"]);
    assert_eq!((short.code, short.stdout), (Some(0), format!("{version}\n")));
    for arguments in [&["about"][..], &["--version", "--verbose"]] {
        let long = zaryad(temporary.path(), arguments);
        assert_eq!(long.code, Some(0));
        assert!(long.stdout.starts_with(&format!("{version} (commit ")), "{}", long.stdout);
        for licence in ["© OpenStreetMap contributors", "ODbL 1.0", "CC BY 4.0", "CDLA-Permissive-2.0", "MIT"]
        {
            assert!(long.stdout.contains(licence), "{}", long.stdout);
        }
    }
}

#[test]
fn all_embedded_scenarios_are_listed_and_printed() {
    let temporary = folder();
    let list = zaryad(temporary.path(), &["scenarios"]);
    assert_eq!(list.code, Some(0));
    for name in ["baseline", "plan-622", "m-m-10", "m-d-8", "erlang-a"] {
        assert!(list.stdout.lines().any(|line| line.starts_with(&format!("{name} "))), "{}", list.stdout);
        let text = zaryad(temporary.path(), &["scenarios", name]).stdout;
        assert!(text.contains(&format!("name = \"{name}\"\n")), "{text}");
    }
}

#[test]
fn a_shown_scenario_is_a_scenario_that_shows_the_same() {
    let temporary = folder();
    let first = zaryad(temporary.path(), &["check", "plan-622", "--show", "--set", "fleet.electric=2_000"]);
    assert_eq!(first.code, Some(0), "{}", first.stderr);
    fs::write(temporary.path().join("shown.toml"), &first.stdout).expect("the disk has room");
    let second = zaryad(temporary.path(), &["check", "shown.toml", "--show"]);
    assert_eq!((second.code, second.stdout), (Some(0), first.stdout));
}

#[test]
fn every_file_is_checked_before_the_verdict() {
    let temporary = folder();
    fs::write(temporary.path().join("a.toml"), "name = \"a\"\ntaxis = 1\n").expect("the disk has room");
    fs::write(temporary.path().join("b.toml"), "name = \"b\"\nfleet.taxis = -1\n")
        .expect("the disk has room");
    let outcome = zaryad(temporary.path(), &["check", "a.toml", "baseline", "b.toml"]);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(2), "baseline: no problems\n"));
    assert!(
        outcome.stderr.contains("a.toml:2:1") && outcome.stderr.contains("b.toml:2:15"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_zaryad"))
        .args(["check", "baseline", "--show"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the program was built for this test");
    drop(child.stdout.take());
    let outcome = child.wait_with_output().expect("it ends");
    assert_eq!((outcome.status.code(), outcome.stderr), (Some(0), Vec::new()));
}

/// A baseline short enough for a test.
const SHORT: [&str; 6] =
    ["--set", "time.warm_up.hours=1", "--set", "time.horizon.hours=9", "--set", "time.replications=2"];

fn short<'a>(more: &[&'a str]) -> Vec<&'a str> {
    ["run"].into_iter().chain(SHORT).chain(more.iter().copied()).collect()
}

/// How many rows a Parquet file has.
fn rows(path: &Path) -> i64 {
    let file = fs::File::open(path).expect("the file was written");
    let reader = SerializedFileReader::new(file).expect("the file is Parquet");
    reader.metadata().file_metadata().num_rows()
}

fn names(path: &Path) -> Vec<String> {
    let entries = fs::read_dir(path).expect("the folder is there");
    let name = |entry: std::io::Result<fs::DirEntry>| {
        entry.expect("the folder can be read").file_name().to_string_lossy().into_owned()
    };
    let mut names: Vec<String> = entries.map(name).collect();
    names.sort();
    names
}

#[test]
fn a_run_repeats_to_the_digit_on_any_number_of_threads() {
    let temporary = folder();
    let run = |threads: &str, out: &str| {
        let arguments = short(&["--json", "--seed", "1", "--threads", threads, "--out", out]);
        let outcome = zaryad(temporary.path(), &arguments);
        assert_eq!(outcome.stderr, "");
        let mut summary = document(&outcome);
        let wall = summary.as_object_mut().and_then(|summary| summary.remove("wall_s"));
        assert!(wall.is_some_and(|wall| wall.is_number()));
        summary
    };
    let first = run("1", "a");
    assert_eq!(first, run("1", "b"));
    assert_eq!(first, run("2", "c"));
    for name in names(&temporary.path().join("a"))
        .iter()
        .filter(|name| ["csv", "parquet"].iter().any(|kind| name.ends_with(kind)))
    {
        let bytes =
            |out: &str| fs::read(temporary.path().join(out).join(name)).expect("the table was written");
        assert!(bytes("a") == bytes("b") && bytes("a") == bytes("c"), "{name}");
    }
    let other = document(&zaryad(temporary.path(), &short(&["--json", "--seed", "2"])[..]));
    assert_ne!(first["fingerprint"], other["fingerprint"]);
}

#[test]
fn a_results_folder_is_whole_and_its_rows_are_those_of_the_summary() {
    let temporary = folder();
    let out = temporary.path().join("results");
    let arguments = short(&["--json", "--set", "output.detail=true", "--out", "results"]);
    let printed = document(&zaryad(temporary.path(), &arguments));
    let tables = [
        "brands",
        "classes",
        "district_hours",
        "districts",
        "hours",
        "replications",
        "station_hours",
        "stations",
        "waits",
    ];
    let mut expected: Vec<String> =
        tables.iter().flat_map(|table| [format!("{table}.csv"), format!("{table}.parquet")]).collect();
    expected.extend(["manifest.json", "summary.json", "rides.parquet", "visits.parquet"].map(str::to_owned));
    expected.sort();
    assert_eq!(names(&out), expected);
    assert_eq!(names(temporary.path()), ["results"], "nothing temporary is left");

    let json = |name: &str| -> Value {
        let text = fs::read_to_string(out.join(name)).expect("it was written");
        serde_json::from_str(&text).expect("it is JSON")
    };
    let (summary, manifest) = (json("summary.json"), json("manifest.json"));
    assert_eq!(summary, printed);
    assert_eq!(summary["fingerprint"], manifest["fingerprint"]);
    assert_eq!((&manifest["seed"], &manifest["replications"]), (&1.into(), &2.into()));
    assert_eq!(manifest["scenario"]["time"]["horizon"]["hours"], 9.0);
    assert_eq!(manifest["data"].as_object().map(serde_json::Map::len), Some(10));

    let total = |metric: &str| {
        let mean = summary["metrics"][metric]["mean"].as_f64().expect("the metric applies");
        (mean * 2.0).round() as i64
    };
    assert!(total("charging.visits") > 0);
    assert_eq!(rows(&out.join("visits.parquet")), total("charging.visits"));
    assert_eq!(rows(&out.join("rides.parquet")), total("rides.requested"));
    for (table, count) in [
        ("replications", 2),
        ("stations", 400),
        ("districts", 8),
        ("hours", 168),
        ("brands", 6),
        ("classes", 0),
        ("station_hours", 400 * 24),
        ("district_hours", 8 * 24),
    ] {
        assert_eq!(rows(&out.join(format!("{table}.parquet"))), count, "{table}");
        let csv = fs::read_to_string(out.join(format!("{table}.csv"))).expect("CSV is UTF-8");
        assert_eq!(csv.lines().count() as i64, count + 1, "{table}");
    }
    let header = |name: &str| {
        let csv = fs::read_to_string(out.join(name)).expect("CSV is UTF-8");
        csv.lines().next().unwrap_or_default().split(',').map(str::to_owned).collect::<Vec<_>>()
    };
    for (table, column) in [
        ("replications.csv", "charging.wait_s.mean"),
        ("replications.csv", "charging.busy_share"),
        ("replications.csv", "operators.revenue_kzt"),
        ("stations.csv", "energy_kwh"),
        ("districts.csv", "rides.pickup_wait_s.mean"),
        ("hours.csv", "drawn_kw.mean"),
        ("hours.csv", "drawn_kw.max"),
        ("station_hours.csv", "queue.mean_cars"),
        ("district_hours.csv", "busy_share"),
        ("waits.csv", "count"),
        ("station_hours.csv", "plugged_in"),
        ("classes.csv", "wait_s.p95"),
        ("brands.csv", "driving_kwh_per_100km"),
    ] {
        assert!(header(table).iter().any(|name| name == column), "{table}: {column}");
    }
}

#[test]
fn a_folder_with_anything_in_it_is_replaced_only_if_asked_and_only_if_it_holds_results() {
    let temporary = folder();
    let path = temporary.path();
    let queue =
        ["run", "m-m-10", "--set", "time.horizon.hours=20", "--replications", "1", "--out", "q", "--quiet"];
    let run = |more: &[&str]| zaryad(path, &[&queue[..], more].concat());
    let first = run(&[]);
    assert_eq!((first.code, first.stderr.as_str()), (Some(0), ""));
    let old = fs::read(path.join("q/replications.csv")).expect("the table was written");

    let refused = run(&["--seed", "2"]);
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(2), ""));
    assert!(refused.stderr.contains("--overwrite"), "{}", refused.stderr);
    assert_eq!(fs::read(path.join("q/replications.csv")).expect("it is still there"), old);

    let replaced = run(&["--seed", "2", "--overwrite"]);
    assert_eq!(replaced.code, Some(0), "{}", replaced.stderr);
    assert_ne!(fs::read(path.join("q/replications.csv")).expect("it was written again"), old);

    fs::write(path.join("q/notes.txt"), "mine").expect("the disk has room");
    let refused = run(&["--overwrite"]);
    assert_eq!(refused.code, Some(2));
    assert!(refused.stderr.contains("notes.txt"), "{}", refused.stderr);
    assert_eq!(names(path), ["q"]);

    // An empty folder is as good as none.
    fs::create_dir(path.join("empty")).expect("the folder is new");
    let filled = zaryad(path, &["run", "m-m-10", "--set", "time.horizon.hours=20", "--out", "empty"]);
    assert_eq!(filled.code, Some(0), "{}", filled.stderr);
    assert_eq!(names(&path.join("empty")).len(), 20);
}

#[test]
fn a_place_where_no_folder_can_be_is_refused_before_the_run() {
    let temporary = folder();
    fs::write(temporary.path().join("file"), "").expect("the disk has room");
    for (out, message) in [
        ("missing/results", "there is no folder missing"),
        ("file", "file is a file"),
        ("file/results", "there is no folder file"),
        (".", "names no new folder"),
        ("..", "names no new folder"),
    ] {
        let outcome = zaryad(temporary.path(), &["run", "--out", out]);
        assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(2), ""), "{out}: {}", outcome.stderr);
        assert!(outcome.stderr.contains(message), "{out}: {}", outcome.stderr);
    }
}

#[test]
fn what_does_not_apply_to_a_queue_alone_is_left_out() {
    let arguments = ["run", "m-m-10", "--json", "--set", "time.horizon.hours=20", "--replications", "1"];
    let summary = document(&zaryad(folder().path(), &arguments));
    let metrics = summary["metrics"].as_object().expect("metrics are an object");
    assert!(metrics.keys().all(|name| name.starts_with("charging.")), "{:?}", metrics.keys());
    assert!(!metrics.contains_key("charging.energy_kwh"));
    assert_eq!(summary["stations"][0]["name"], "Q");
    assert_eq!(summary["districts"], serde_json::json!([]));
    let keys: Vec<&str> = summary.as_object().expect("it is an object").keys().map(String::as_str).collect();
    let fixed = ["scenario", "seed", "replications", "fingerprint", "events", "wall_s", "metrics"];
    assert!(fixed.iter().all(|key| keys.contains(key)), "{keys:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn an_interrupted_run_ends_with_130_and_leaves_nothing() {
    let temporary = folder();
    let mut run = Command::new(env!("CARGO_BIN_EXE_zaryad"))
        .args(["run", "--replications", "10000", "--out", "results", "--quiet"])
        .current_dir(temporary.path())
        .spawn()
        .expect("the program was built for this test");
    // The signal is sent when the program has said that it will catch it: bit 1 of the caught signals is SIGINT.
    let status = format!("/proc/{}/status", run.id());
    let catches = || {
        let status = fs::read_to_string(&status).unwrap_or_default();
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap_or("0").trim();
        u64::from_str_radix(caught, 16).unwrap_or(0) & 0b10 != 0
    };
    while !catches() {
        assert!(run.try_wait().expect("the child can be asked").is_none(), "it ended by itself");
        std::thread::yield_now();
    }
    let sent = Command::new("kill").args(["-INT", &run.id().to_string()]).status();
    assert!(sent.is_ok_and(|status| status.success()));
    let status = run.wait().expect("the child can be waited for");
    assert_eq!(status.code(), Some(130));
    assert_eq!(fs::read_dir(temporary.path()).expect("the folder is there").count(), 0);
}
