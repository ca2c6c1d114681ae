//! Outputs on narrow terminals.

use crate::stage::folder;
use std::fs;
use std::path::Path;
use std::process::Command;

/// A small city, so that there are districts, drivers and stations to tell of.
const TOWN: &str = "name = \"town\"\nquestion = \"Does a longer question than fits on a narrow terminal break?\"\n\
    base = \"assumptions\"\ntime = { warm_up = { hours = 0 }, horizon = { hours = 6 }, replications = 3, seed = 1 }\n\
    demand.rides_per_day = 400\nfleet = { taxis = 20, electric = 15 }\n\
    network = { existing = 12, planned = { plots = 0 } }\ncharging.private.registered = 2_000\n";

/// What a command prints, on both streams, where a terminal has so many columns.
fn printed(folder: &Path, columns: usize, arguments: &[&str]) -> String {
    let outcome = Command::new(env!("CARGO_BIN_EXE_zaryad"))
        .args(arguments)
        .current_dir(folder)
        .env("COLUMNS", columns.to_string())
        .output()
        .expect("the program starts");
    let [out, err] = [outcome.stdout, outcome.stderr].map(|bytes| String::from_utf8(bytes).expect("UTF-8"));
    out + &err
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    let temporary = folder();
    let path = temporary.path();
    let write = |name: &str, text: &str| fs::write(path.join(name), text).expect("the disk has room");
    write("town.toml", TOWN);
    let axes = "[[axes]]\nkey = \"network.existing\"\nvalues = [6, 12]\n\n\
                [[axes]]\nkey = \"charging.private.registered\"\nvalues = [1000, 3000]\n";
    write("s.toml", &format!("replications = 2\n{TOWN}\n{axes}"));
    let range = |text: &str| {
        text.replace("values = [6, 12]", "from = 6\nto = 12")
            .replace("values = [1000, 3000]", "from = 1000\nto = 3000")
    };
    write(
        "i.toml",
        &format!("design = {{ saltelli = {{ samples = 4 }} }}\nreplications = 2\n{TOWN}\n{}", range(axes)),
    );
    write("o.toml", &format!("design = \"one_at_a_time\"\nreplications = 2\n{TOWN}\n{}", range(axes)));
    write(
        "wrong.toml",
        "name = \"wrong\"\ncharging.efficiency = 3\nfleet = { taxis = -1, electric = 7, colour = \"a very long word that says nothing\" }\n\
         [[stations]]\nname = \"Q\"\nplugs = 0\n[[stations]]\nname = \"Q\"\nplugs = 1\nat = { lon = 43.24, lat = 76.93 }\n\
         tariff = 4\nnetwork.planned = { plots = 1, plugs = 30, cabinet_kw = 0.002 }\n",
    );
    for (out, set) in [("a", "fleet.electric=15"), ("b", "fleet.electric=5")] {
        printed(path, 80, &["run", "town.toml", "--set", set, "--out", out]);
    }
    for sweep in ["s", "i", "o"] {
        let file = format!("{sweep}.toml");
        printed(path, 80, &["sweep", &file, "--out", sweep]);
    }
    let mut commands: Vec<Vec<&str>> = vec![
        vec!["run", "town.toml", "--set", "fleet.electric=5", "--set", "demand.rides_per_day=500"],
        vec!["compare", "a", "b"],
        vec!["compare", "a", "nowhere"],
        vec!["sweep", "s.toml", "--out", "s"],
        vec!["sweep", "s.toml", "--dry-run"],
        vec!["rank", "s", "--metric", "charging.wait_s.mean"],
        vec!["rank", "s", "--metric", "rides.lost_share", "--where", "charging.wait_s.p95 <= 600"],
        vec!["sensitivity", "i", "--metric", "charging.wait_s.mean", "--metric", "rides.lost_share"],
        vec!["sensitivity", "o", "--metric", "charging.wait_s.mean"],
        vec!["check", "wrong.toml"],
        vec!["check", "wrong.toml", "--set", "charging.efficiency=7", "--set", "nothing"],
        vec!["check", "s.toml"],
        vec!["scenarios"],
        vec!["about"],
        vec!["help"],
    ];
    let names =
        ["run", "sweep", "merge", "compare", "rank", "sensitivity", "report", "check", "scenarios", "schema"];
    commands.extend(names.map(|name| vec!["help", name]));
    let mut wide = Vec::new();
    for columns in [40, 60, 80, 200] {
        for command in &commands {
            let text = printed(path, columns, command);
            assert!(!text.is_empty(), "{command:?}");
            // A word that is longer than the line, such as a path, is never broken; everything else must fit. At 40 columns it
            // is enough that tables do.
            let broken = |line: &&str| {
                let words = line.split_whitespace().map(|word| word.chars().count());
                line.chars().count() > columns
                    && (columns > 40 || line.contains('─'))
                    && words.max().unwrap_or(0) + 12 < columns
            };
            wide.extend(text.lines().filter(broken).map(|line| format!("{columns} {command:?}: {line}")));
        }
    }
    assert!(wide.is_empty(), "{} lines are too wide:\n{}", wide.len(), wide.join("\n"));
}
