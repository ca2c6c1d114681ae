//! Choosing among the points of a sweep, and which of its axes matters: what the program says, and what it runs.

use crate::stage::{Outcome, begin, document, files, fine, folder, runs, same, write, zaryad};
use serde_json::Value;
use std::fs;
use std::path::Path;

/// Twelve points of a queue: more plugs and fewer arrivals make shorter waits and idler plugs.
const QUEUE: &str = r#"
    name = "queue"
    base = "m-m-10"
    replications = 8

    [time]
    warm_up = { hours = 20 }
    horizon = { hours = 200 }

    [[axes]]
    key = "stations.0.plugs"
    values = [10, 11, 12]

    [[axes]]
    key = "stations.0.walk_ins.0.per_hour"
    values = [10, 12, 14, 16]
"#;

/// A folder with the sweep, run.
fn swept(text: &str) -> tempfile::TempDir {
    let temporary = folder();
    write(temporary.path(), "queue.toml", text);
    fine(&zaryad(temporary.path(), &["sweep", "queue.toml", "--out", "queue"]));
    temporary
}

fn rank(path: &Path, arguments: &[&str]) -> Outcome {
    zaryad(path, &[&["rank"], arguments].concat())
}

/// How many replications each point has, by its number.
fn replications(ranked: &Value) -> Vec<u64> {
    let points = ranked["points"].as_array().expect("a list");
    let mut counts: Vec<(u64, u64)> = points
        .iter()
        .map(|point| {
            (point["point"].as_u64().expect("a number"), point["replications"].as_u64().expect("a number"))
        })
        .collect();
    counts.sort_unstable();
    counts.into_iter().map(|(_, count)| count).collect()
}

#[test]
fn the_most_plugs_and_the_fewest_arrivals_wait_least_and_the_next_runs_go_to_its_rivals() {
    let temporary = swept(QUEUE);
    let path = temporary.path();
    let told = rank(path, &["queue", "--metric", "charging.wait_s.mean"]);
    fine(&told);
    assert!(
        told.stdout.contains("which point has the lowest charging.wait_s.mean, in s?"),
        "{}",
        told.stdout
    );
    let ranked = document(&rank(path, &["queue", "--metric", "charging.wait_s.mean", "--json"]));
    let points = ranked["points"].as_array().expect("a list");
    assert_eq!((&ranked["goal"], points.len()), (&"lower".into(), 12));
    assert_eq!(
        points[0]["values"],
        serde_json::json!({
            "stations.0.plugs": 12.0, "stations.0.walk_ins.0.per_hour": 10.0,
        })
    );
    assert_eq!(points[0]["standing"], "may_be_best");
    // Ten plugs under sixteen arrivals wait longest, and are surely not the best.
    assert_eq!((&points[11]["point"], &points[11]["standing"]), (&4.into(), &"worse".into()));
    let next: Vec<u64> = points.iter().map(|point| point["next"].as_u64().expect("a number")).collect();
    assert_eq!(next.iter().sum::<u64>(), 100);
    assert!(next[0] + next[1] > 50 && next[11] == 0, "{next:?}");
    // Of plugs in use neither many nor few are better in themselves: people say which.
    let higher = document(&rank(path, &["queue", "--metric", "charging.busy", "--higher", "--json"]));
    assert_eq!(higher["points"][0]["point"], 4);
}

#[test]
fn constraints_throw_out_what_surely_breaks_them() {
    let temporary = swept(QUEUE);
    let path = temporary.path();
    let asked = ["queue", "--metric", "charging.busy", "--higher", "--json", "--where"];
    let ranked = |constraints: &[&str]| document(&rank(path, &[&asked, constraints].concat()));
    let strict = ranked(&["charging.wait_s.mean <= 100", "--where", "charging.visits>=1"]);
    let points = strict["points"].as_array().expect("a list");
    assert_eq!(
        strict["constraints"],
        serde_json::json!(["charging.wait_s.mean <= 100", "charging.visits >= 1"])
    );
    for point in points {
        let [low, high] =
            [0, 1].map(|bound| point["constraints"][0]["ci95"][bound].as_f64().expect("a bound"));
        let verdict = if high <= 100.0 {
            "kept"
        } else if low > 100.0 {
            "broken"
        } else {
            "undecided"
        };
        assert_eq!(point["constraints"][0]["verdict"], verdict);
        assert_eq!(point["constraints"][1]["verdict"], "kept");
        assert_eq!(point["standing"] == "breaks_constraint", verdict == "broken", "{point}");
        assert!(verdict != "broken" || point["next"] == 0, "{point}");
    }
    // The busiest plugs make people wait too long: another point is chosen.
    let busiest = points.iter().find(|point| point["point"] == 4).expect("it is listed");
    assert_eq!((&busiest["standing"], points[0]["point"] == 4), (&"breaks_constraint".into(), false));
    let none =
        rank(path, &["queue", "--metric", "charging.busy", "--higher", "--where", "charging.visits < 1"]);
    fine(&none);
    assert!(none.stdout.contains("No point is left"), "{}", none.stdout);
}

#[test]
fn a_budget_makes_as_many_runs_as_it_says_and_they_belong_to_the_sweep() {
    let temporary = swept(QUEUE);
    let path = temporary.path();
    let arguments = ["queue", "--metric", "charging.wait_s.mean", "--json"];
    let before = document(&rank(path, &arguments));
    let after = document(&rank(path, &[&arguments[..], &["--budget", "40"]].concat()));
    assert_eq!(runs(&path.join("queue")), 12 * 8 + 40);
    let (before, after) = (replications(&before), replications(&after));
    assert_eq!(after.iter().sum::<u64>(), before.iter().sum::<u64>() + 40);
    assert!(after.iter().zip(&before).all(|(after, before)| after >= before));
    // The sweep itself has nothing left to do.
    let held = files(&path.join("queue"));
    let again = zaryad(path, &["sweep", "queue.toml", "--out", "queue"]);
    fine(&again);
    assert!(again.stderr.starts_with("0 runs in "), "{}", again.stderr);
    assert_eq!(files(&path.join("queue")), held);
}

#[test]
fn a_budget_cut_short_goes_on_by_the_same_command_or_with_the_sweep() {
    let temporary = swept(QUEUE);
    let path = temporary.path();
    let arguments = |folder: &'static str| {
        ["rank", folder, "--metric", "charging.wait_s.mean", "--budget", "300", "--json", "--threads", "1"]
    };
    for copy in ["ranked", "again", "resumed"] {
        fs::create_dir(path.join(copy)).expect("the disk has room");
        for (name, bytes) in files(&path.join("queue")) {
            fs::write(path.join(copy).join(name), bytes).expect("the disk has room");
        }
    }
    let whole = document(&zaryad(path, &arguments("ranked")));
    for cut in ["again", "resumed"] {
        let mut child = begin(path, &arguments(cut));
        while runs(&path.join(cut)) < 12 * 8 + 60 && child.try_wait().expect("it is our child").is_none() {
            std::thread::yield_now();
        }
        child.kill().expect("it is our child");
        child.wait().expect("it is our child");
        let left = runs(&path.join(cut));
        assert!((12 * 8 + 60..12 * 8 + 300).contains(&left), "it was not cut short: {left}");
        let refused = rank(path, &[cut, "--metric", "charging.wait_s.mean"]);
        assert_eq!((refused.code, refused.stdout.as_str()), (Some(3), ""), "{}", refused.stderr);
    }
    let again = zaryad(path, &arguments("again"));
    assert!(again.stderr.contains("an earlier budget was cut short"), "{}", again.stderr);
    assert_eq!(document(&again), whole);
    same(&path.join("ranked"), &path.join("again"));
    fine(&zaryad(path, &["sweep", "queue.toml", "--out", "resumed"]));
    same(&path.join("ranked"), &path.join("resumed"));
}

#[test]
fn an_incomplete_sweep_is_not_ranked_and_the_way_on_is_told() {
    let temporary = swept(QUEUE);
    let path = temporary.path();
    let journal = path.join("queue/runs.jsonl");
    let text = fs::read_to_string(&journal).expect("it is text");
    let half: String = text.lines().take(50).flat_map(|line| [line, "\n"]).collect();
    fs::write(&journal, half).expect("the disk has room");
    for arguments in [
        &["rank", "queue", "--metric", "charging.wait_s.mean"][..],
        &["rank", "queue", "--metric", "charging.wait_s.mean", "--budget", "5"],
    ] {
        let refused = zaryad(path, arguments);
        assert_eq!((refused.code, refused.stdout.as_str()), (Some(3), ""));
        assert!(refused.stderr.contains("queue lacks 46 runs"), "{}", refused.stderr);
        assert!(refused.stderr.contains("`zaryad sweep queue.toml --out queue`"), "{}", refused.stderr);
        assert_eq!(runs(&path.join("queue")), 50);
    }
    fine(&zaryad(path, &["sweep", "queue.toml", "--out", "queue"]));
    fine(&rank(path, &["queue", "--metric", "charging.wait_s.mean"]));
    // A part of a sweep is no whole one either.
    fine(&zaryad(path, &["sweep", "queue.toml", "--out", "part", "--shard", "1/2"]));
    let part = rank(path, &["part", "--metric", "charging.wait_s.mean"]);
    assert_eq!(part.code, Some(3));
    assert!(
        part.stderr.contains("part 1 of 2 of a sweep: join the parts with `zaryad merge`"),
        "{}",
        part.stderr
    );
}

#[test]
fn everything_that_is_wrong_with_a_question_is_told_at_once() {
    let temporary = swept(QUEUE);
    let path = temporary.path();
    let held = files(&path.join("queue"));
    let wrong = ["--metric", "charging.wait_s.maen", "--where", "charging.busy", "--where", "nothing < much"];
    let outcome = rank(path, &[&["nowhere"], &wrong[..]].concat());
    assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(2), ""));
    for words in [
        "did you mean `charging.wait_s.mean`?",
        "`charging.busy` compares nothing",
        "unknown metric `nothing`",
        "`much` is no number",
        "there is no folder nowhere",
    ] {
        assert!(outcome.stderr.contains(words), "{words}: {}", outcome.stderr);
    }
    let neither = rank(path, &["queue", "--metric", "charging.visits", "--budget", "5"]);
    assert_eq!(neither.code, Some(2));
    assert!(neither.stderr.contains("`--lower` or `--higher`"), "{}", neither.stderr);
    assert_eq!(rank(path, &["queue", "--metric", "charging.visits", "--lower", "--higher"]).code, Some(2));
    assert_eq!(
        rank(path, &["queue", "--metric", "charging.busy", "--higher", "--budget", "0"]).code,
        Some(2)
    );
    let grid =
        zaryad(path, &["sensitivity", "queue", "--metric", "charging.busy", "--metric", "charging.bsy"]);
    assert_eq!((grid.code, grid.stdout.as_str()), (Some(2), ""));
    for words in
        ["the design `grid` does not tell", "saltelli = { samples = 256 }", "did you mean `charging.busy`?"]
    {
        assert!(grid.stderr.contains(words), "{words}: {}", grid.stderr);
    }
    assert_eq!(files(&path.join("queue")), held);
}

/// A queue whose use of plugs is arrivals times stay, over the plugs.
fn product(design: &str) -> String {
    let axes = "[[axes]]\nkey = \"stations.0.walk_ins.0.per_hour\"\nfrom = 8.0\nto = 12.0\n\
        [[axes]]\nkey = \"stations.0.walk_ins.0.stay.exponential.mean_minutes\"\nfrom = 20.0\nto = 40.0\n";
    let time = "[time]\nwarm_up = { hours = 10 }\nhorizon = { hours = 400 }\n";
    format!("name = \"product\"\nbase = \"m-m-10\"\ndesign = {design}\nreplications = 4\n{time}{axes}")
}

#[test]
fn the_shares_of_a_product_of_two_inputs_are_the_exact_ones() {
    let temporary = swept(&product("{ saltelli = { samples = 128 } }"));
    let path = temporary.path();
    let arguments = ["sensitivity", "queue", "--metric", "charging.busy", "--metric", "rides.lost"];
    let found = document(&zaryad(path, &[&arguments[..], &["--json"]].concat()));
    // Squared coefficients of variation of uniform inputs: 4² / 12 / 10² and 20² / 12 / 30².
    let [rate, stay] = [16.0 / 12.0 / 100.0, 400.0 / 12.0 / 900.0];
    let variance = rate + stay + rate * stay;
    let busy = &found["metrics"][0];
    for (axis, own, other) in [(0, rate, stay), (1, stay, rate)] {
        let axis = &busy["axes"][axis];
        for (kind, exact) in [("first", own / variance), ("total", (own + own * other) / variance)] {
            let [value, low, high] = [&axis[kind]["value"], &axis[kind]["ci95"][0], &axis[kind]["ci95"][1]]
                .map(|number| number.as_f64().expect("a number"));
            assert!((value - exact).abs() < 0.05, "{kind} of {}: {value}, not {exact}", axis["axis"]);
            assert!(low <= exact && exact <= high, "{kind} of {}: {low} to {high}", axis["axis"]);
        }
    }
    let chance = busy["chance"].as_f64().expect("there are four replications");
    assert!(0.0 < chance && chance < 0.05, "{chance}");
    assert_eq!(found["metrics"][1]["axes"], Value::Null);
    let manifest = fs::read_to_string(path.join("queue/manifest.json")).expect("it is text");
    fs::create_dir(path.join("torn")).expect("the disk has room");
    write(&path.join("torn"), "manifest.json", &manifest.replace("\"samples\": 128", "\"samples\": 127"));
    write(&path.join("torn"), "runs.jsonl", "");
    let torn = zaryad(path, &["sensitivity", "torn", "--metric", "charging.busy"]);
    assert_eq!(torn.code, Some(2));
    assert!(torn.stderr.contains("its points are not those of its design"), "{}", torn.stderr);
    let told = zaryad(path, &arguments);
    fine(&told);
    assert!(told.stdout.contains("Alone, % of variance"), "{}", told.stdout);
    assert!(told.stdout.contains("rides.lost applies nowhere."), "{}", told.stdout);
}

#[test]
fn a_tornado_shows_the_difference_that_each_axis_makes() {
    let temporary = swept(&product("\"one_at_a_time\""));
    let path = temporary.path();
    let arguments = ["sensitivity", "queue", "--metric", "charging.busy"];
    let found = document(&zaryad(path, &[&arguments[..], &["--json"]].concat()));
    let busy = &found["metrics"][0];
    // The base has 18 arrivals an hour of half an hour each at ten plugs: a load of nine.
    let expected = [
        ("stations.0.walk_ins.0.per_hour", [8.0 / 2.0, 12.0 / 2.0]),
        ("stations.0.walk_ins.0.stay.exponential.mean_minutes", [18.0 / 3.0, 18.0 / 1.5]),
    ];
    for (axis, loads) in expected {
        let bars = busy["axes"].as_array().expect("a list");
        let bar = bars.iter().find(|bar| bar["axis"] == axis).expect("it is listed");
        for (point, load) in bar["points"].as_array().expect("a list").iter().zip(loads) {
            // Not more than all ten plugs can be in use.
            let exact = f64::min(load, 10.0) / 10.0 - 0.9;
            let difference = &point["difference"];
            let [mean, low, high] = [&difference["mean"], &difference["ci95"][0], &difference["ci95"][1]]
                .map(|number| number.as_f64().expect("a number"));
            assert!((mean - exact).abs() < 0.03, "{axis}: {mean}, not {exact}");
            assert!(low < mean && mean < high && high - low < 0.1, "{axis}: {low} to {high}");
        }
    }
    let told = zaryad(path, &arguments);
    fine(&told);
    let bars: Vec<&str> = told.stdout.lines().filter(|line| line.contains('│')).collect();
    assert_eq!(bars.len(), 4, "{}", told.stdout);
    assert!(bars[0].contains("█│"), "{}", told.stdout);
}
