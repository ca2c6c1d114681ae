//! What layers do to each other, and how files come in.

use crate::stage::{DATA, folder, piped, told, write, zaryad};
use std::process::Command;
use zaryad::scenario::{Problem, Source};
use zaryad::study::{Plan, Planning, resolve_text};

const TWO: &str = "name = \"two\"\nbase = \"assumptions\"\nnetwork.existing = 0\nfleet = { taxis = 0, electric = 0 }\n\
    demand.rides_per_day = 0\n[[stations]]\nname = \"A\"\nplugs = 1\n[[stations]]\nname = \"B\"\nplugs = 1\n";

#[test]
fn stations_of_a_base_that_are_gone_are_named() {
    let temporary = folder();
    let path = temporary.path();
    write(path, "two.toml", TWO);
    let mine = |stations: &str| {
        write(
            path,
            "mine.toml",
            &format!("name = \"mine\"\nbase = \"two.toml\"\ntime.replications = 1\n{stations}"),
        );
        zaryad(path, &["check", "mine.toml"])
    };
    let station = |name: &str| format!("[[stations]]\nname = \"{name}\"\nplugs = 1\n");
    told(
        &mine(&station("B")),
        &["note: 1 station of two.toml is gone: \"A\"", "mine.toml:4:3", "mine.toml: no problems"],
    );
    told(&mine(&station("C")), &["note: 2 stations of two.toml are gone: \"A\", \"B\""]);
    told(&zaryad(path, &["run", "mine.toml", "--quiet"]), &["note: 2 stations of two.toml are gone"]);
    let axes = "\n[[axes]]\nkey = \"stations.0.plugs\"\nvalues = [1, 2]\n";
    told(&mine(&(station("C") + axes)), &["note: 2 stations of two.toml are gone", "no problems"]);
    told(&zaryad(path, &["sweep", "mine.toml", "--dry-run"]), &["note: 2 stations of two.toml are gone"]);
    // Nothing is gone where all are named again, where none is named, or where the list is emptied in so many words.
    for stations in [&(station("B") + &station("A")), "", "stations = []\n"] {
        assert_eq!(mine(stations).stderr, "", "{stations}");
    }
}

#[test]
fn what_a_file_says_of_stations_that_are_not_there_is_noted() {
    let temporary = folder();
    let path = temporary.path();
    let check = |lines: &str, more: &[&str]| {
        write(path, "mine.toml", &format!("name = \"mine\"\n{lines}\n"));
        zaryad(path, &[&["check", "mine.toml"], more].concat())
    };
    let noted = check("network = { existing = 0, existing_kind = { plugs = 4, dc_share = 1 } }", &[]);
    told(&noted, &["note: `network.existing_kind.dc_share` has no effect", "nor on 1 more of this table"]);
    told(&noted, &["mine.toml: no problems"]);
    told(
        &check("network.existing = 0", &["--set", "network.existing_kind.plugs=4"]),
        &["note: `network.existing_kind.plugs` has no effect", "nothing depends on it"],
    );
    told(
        &check("network.planned.cabinet_kw = 120", &[]),
        &["note: `network.planned.cabinet_kw` has no effect"],
    );
    let nearest = "charging = { choice = \"nearest\", logit = { hour_kzt = 1 } }";
    told(&check(nearest, &[]), &["note: `charging.logit.hour_kzt` has no effect"]);
    let axes = "network.existing_kind.plugs = 4\n[[axes]]\nkey = \"network.existing\"\nvalues = ";
    told(&check(&format!("{axes}[0]"), &[]), &["note: `network.existing_kind.plugs` has no effect"]);
    for right in [
        "network.existing_kind.plugs = 4",
        "network.existing = 0",
        "network.planned = { plots = 1, cabinet_kw = 120 }",
        "charging.logit.hour_kzt = 1",
        &format!("{axes}[0, 4]"),
    ] {
        assert_eq!(check(right, &[]).stderr, "", "{right}");
    }
}

#[test]
fn what_comes_through_a_pipe_is_read() {
    let temporary = folder();
    let path = temporary.path();
    write(path, "two.toml", TWO);
    let text =
        "name = \"mine\"\nbase = \"two.toml\"\ntime = { warm_up = { hours = 0 }, horizon = { hours = 1 } }\n";
    told(&piped(path, &["check", "-"], text), &["-: no problems"]);
    told(&piped(path, &["check", "-", "--show"], text), &["name = \"mine\"", "name = \"A\""]);
    told(
        &piped(path, &["run", "-", "--quiet", "--rep", "1", "--set", "stations.0.plugs=2"], text),
        &["mine"],
    );
    let axes = "[[axes]]\nkey = \"stations.0.plugs\"\nvalues = [1, 2]\n";
    told(
        &piped(path, &["sweep", "-", "--rep", "1", "--out", "swept"], &format!("{text}{axes}")),
        &["2 runs in "],
    );
    told(
        &zaryad(path, &["rank", "swept", "--metric", "charging.busy", "--lower"]),
        &["lowest charging.busy"],
    );
    if cfg!(target_os = "linux") {
        told(&piped(path, &["check", "/dev/stdin"], text), &["/dev/stdin: no problems"]);
        write(path, "mine.toml", text);
        let script = "\"$0\" check <(cat mine.toml)";
        if let Ok(shell) =
            Command::new("bash").args(["-c", script, env!("CARGO_BIN_EXE_zaryad")]).current_dir(path).output()
        {
            let words = String::from_utf8_lossy(&shell.stdout).into_owned();
            assert!(words.contains(": no problems"), "{words}{}", String::from_utf8_lossy(&shell.stderr));
        }
    }
    let wrong = piped(path, &["check", "-"], "name = \"mine\"\nfleet.taxi = 3\n");
    assert_eq!(wrong.code, Some(2));
    told(&wrong, &["-:2:7", "did you mean `taxis`?"]);
    assert_eq!(piped(path, &["check", "-"], "").code, Some(2));
    told(&piped(path, &["check", "-", "-"], text), &["standard input is named twice"]);
    told(&piped(path, &["check", "-"], &"#".repeat(17 << 20)), &["standard input is larger than 16 MiB"]);
}

#[test]
fn a_part_of_a_cars_name_finds_it_and_all_names_are_told() {
    let temporary = folder();
    let path = temporary.path();
    write(
        path,
        "mine.toml",
        "name = \"mine\"\nfleet.models = { \"BYD Song\" = 1, \"Tesla Modell 3 Performance\" = 1 }\n",
    );
    let outcome = zaryad(path, &["check", "mine.toml"]);
    assert_eq!(outcome.code, Some(2));
    told(
        &outcome,
        &[
            "unknown model `BYD Song`",
            "did you mean `\"BYD Song Plus Comfort\"`?",
            "did you mean `\"Tesla Model 3 Performance\"`?",
            "the models are \"BYD ",
            "\"Nissan LEAF Base\"",
        ],
    );
    assert_eq!(outcome.stderr.matches("the models are").count(), 1, "{}", outcome.stderr);
}

#[test]
fn near_names_are_searched_for_a_few_wrong_ones_and_not_for_all_of_a_large_file() {
    let station = |n| format!("[[stations]]\nname = \"S{n}\"\nplugs = 1\n");
    let stations: String = (0..500).map(station).collect();
    let outage = |n| {
        format!(
            "[[network.outages]]\nstation = \"Z{n}\"\nfrom = {{ hours = 1 }}\nlasting = {{ hours = 1 }}\n"
        )
    };
    let outages: String = (100..400).map(outage).collect();
    let text = format!("name = \"many\"\n{stations}{outages}");
    let report = resolve_text(&text, &[], &DATA).expect_err("there are no such stations");
    let with_near =
        |problem: &&Problem| problem.help.as_ref().is_some_and(|help| help.starts_with("did you mean"));
    assert_eq!((report.problems.len(), report.problems.iter().filter(with_near).count()), (300, 100));
}

#[test]
fn how_many_points_have_been_checked_is_counted() {
    let text = format!("{TWO}[[axes]]\nkey = \"stations.0.plugs\"\nfrom = 1\nto = 3000\nsteps = 3000\n");
    let (none, progress) = (|_: &str| Err("there is no other file".to_owned()), Planning::default());
    let plan = Plan::followed(&Source::file("s.toml", text), &[], &none, &DATA, &progress);
    let counted = (progress.points.into_inner(), progress.checked.into_inner());
    assert_eq!((plan.expect("it is right").points.len(), counted), (3_000, (3_000, 3_000)));
}
