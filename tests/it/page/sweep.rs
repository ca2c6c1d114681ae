//! The page of a sweep: of small ones that were run, and of ten thousand points that were made up.

use super::{acted, chromium, content, probed, report, shoot, temporary};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use zaryad::report::sweep_page;
use zaryad::study::{Manifest, Rule, Run, Swept};

pub(super) const AXES: &str = "[[axes]]\nkey = \"network.planned.plots\"\nvalues = [0, 20, 40]\n\
                    [[axes]]\nkey = \"fleet.electric\"\nvalues = [100, 300]\n";

/// Writes a sweep of a small city with a hostile question.
pub(super) fn write(at: &Path, name: &str, design: &str, axes: &str) {
    let text = format!(
        "name = \"{name}\"\nquestion = \"</p><script>window.hostile = 1</script>\"\ndesign = {design}\n\
         replications = 2\ntime = {{ warm_up = {{ hours = 6 }}, horizon = {{ hours = 12 }}, seed = 1 }}\n\
         fleet = {{ taxis = 400, electric = 200 }}\ndemand.rides_per_day = 9000\n\
         network = {{ existing = 30, planned = {{ plots = 10 }} }}\n{axes}"
    );
    fs::write(at.join(format!("{name}.toml")), text).expect("the disk has room");
}

fn zaryad(at: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zaryad"));
    command.args(arguments).current_dir(at).output().expect("the program starts")
}

/// Runs a sweep into its folder and makes its page.
fn run(at: &Path, name: &str) -> String {
    let (file, page) = (format!("{name}.toml"), format!("{name}.html"));
    let ran = zaryad(at, &["sweep", &file, "--quiet", "--report", &page]);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    fs::read_to_string(at.join(page)).expect("the page was written")
}

#[test]
fn the_page_of_a_sweep_is_the_same_from_the_run_and_from_its_folder_and_holds_its_numbers() {
    let temporary = temporary();
    let at = temporary.path();
    write(at, "grid", "\"grid\"", AXES);
    let html = run(at, "grid");
    let (code, said) = report(at, "grid.sweep");
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(html, fs::read_to_string(at.join("page.html")).expect("it was written"));
    assert!(!html.contains("<script>window.hostile"), "a question is text and not a script");
    let content = content(&html);
    let told = zaryad(at, &["sweep", "grid.toml", "--json"]);
    let told: serde_json::Value = serde_json::from_slice(&told.stdout).expect("it prints JSON");
    let metrics = content["metrics"].as_array().expect("a page has metrics");
    assert!(metrics.len() > 50, "{}", metrics.len());
    for metric in metrics {
        for (point, mean) in metric["mean"].as_array().expect("means").iter().enumerate() {
            let name = metric["name"].as_str().expect("a name");
            assert_eq!(*mean, told["points"][point]["metrics"][name]["mean"], "{name} at {point}");
        }
    }
    let ranked = zaryad(at, &["rank", "grid.sweep", "--metric", "charging.wait_s.mean", "--json"]);
    let ranked: serde_json::Value = serde_json::from_slice(&ranked.stdout).expect("it prints JSON");
    let best = metrics[0]["best"].as_array().expect("a wait has a direction");
    assert_eq!(serde_json::json!(best.len()), ranked["may_be_best"]);
    assert_eq!(best[0].as_u64().map(|point| point + 1), ranked["first"].as_u64());
}

#[test]
fn a_sweep_that_lacks_runs_has_a_page_of_what_it_has_and_says_how_to_go_on() {
    let temporary = temporary();
    let at = temporary.path();
    write(at, "cut", "\"grid\"", AXES);
    run(at, "cut");
    let journal = at.join("cut.sweep/runs.jsonl");
    let lines = fs::read_to_string(&journal).expect("it was written");
    let fewer: String = lines.split_inclusive('\n').skip(1).collect();
    fs::write(&journal, fewer).expect("the disk has room");
    let (code, said) = report(at, "cut.sweep");
    assert!(code == Some(0) && said.contains("zaryad sweep") && said.contains("1 run"), "{said}");
    let page = fs::read_to_string(at.join("page.html")).expect("it was written");
    assert!(page.contains("\"missing\":1,"), "the page says how many runs are missing");
    fs::write(&journal, "").expect("the disk has room");
    let (code, said) = report(at, "cut.sweep");
    assert!(code == Some(3) && said.contains("zaryad sweep"), "{said}");
    let nowhere = zaryad(at, &["sweep", "cut.toml", "--overwrite", "--report", "no/page.html"]);
    assert_eq!(nowhere.status.code(), Some(2), "a place is checked before anything runs");
}

#[test]
fn a_reader_of_a_sweep_chooses_sorts_searches_and_changes_language_and_theme() {
    let Some(browser) = chromium() else { return };
    let temporary = temporary();
    let at = temporary.path();
    write(at, "grid", "\"grid\"", AXES);
    let seen = probed(browser, at, &run(at, "grid"), include_str!("sweep.js"));
    for truth in ["undirected", "chosen", "falls", "rises", "named", "themed", "hostile"] {
        assert_eq!(seen[truth], true, "{truth}: {seen}");
    }
    // One picture for each axis, both at once, and the best points.
    assert_eq!((&seen["charts"], &seen["hidden"]), (&4.into(), &false.into()), "{seen}");
    assert_eq!((&seen["rows"], &seen["found"]), (&6.into(), &"2 of 6".into()), "{seen}");
    assert_eq!(
        (&seen["before"], &seen["after"]),
        (&"Mean wait for a plug, min".into(), &"Cars in queues, cars".into())
    );
    let titles = ["english", "russian", "kazakh"].map(|language| seen[language].as_str().unwrap_or_default());
    let expected = [
        "Which points may be the best",
        "Какие точки могут быть лучшими",
        "Қай нүктелер ең жақсы болуы мүмкін",
    ];
    assert_eq!(titles, expected);
    assert_eq!(seen["command"], "zaryad sweep grid.toml --out grid.sweep --report sweep.html");
    shoot(browser, at, "grid", 4200);
}

#[test]
fn every_design_has_its_pictures() {
    let Some(browser) = chromium() else { return };
    let ranges = "[[axes]]\nkey = \"fleet.electric\"\nfrom = 50\nto = 350\n\
                  [[axes]]\nkey = \"fleet.home_charging\"\nfrom = 0.05\nto = 0.5\n";
    let together = "[[axes]]\nkey = \"network.planned.plots\"\nvalues = [0, 20]\n\
                    [[axes]]\nkey = \"fleet.electric\"\nvalues = [100, 300]\n";
    let texts = "[[axes]]\nkey = \"charging.choice\"\nvalues = [\"nearest\", \"cheapest\"]\n\
                 [[axes]]\nkey = \"fleet.electric\"\nvalues = [100, 300]\n";
    let designs = [
        ("one", "\"one_at_a_time\"", AXES, 4, true),
        ("shares", "{ saltelli = { samples = 4 } }", ranges, 4, true),
        ("cube", "{ latin_hypercube = { points = 6 } }", ranges, 3, true),
        ("together", "\"zip\"", together, 3, true),
        ("texts", "\"grid\"", texts, 4, false),
    ];
    let temporary = temporary();
    let at = temporary.path();
    for (name, design, axes, count, alone) in designs {
        write(at, name, design, axes);
        let seen = probed(browser, at, &run(at, name), include_str!("sweep.js"));
        assert_eq!((&seen["charts"], &seen["hidden"]), (&count.into(), &alone.into()), "{name}: {seen}");
    }
}

/// Ten thousand points like those of a sweep that was run, each with other numbers.
fn ten_thousand(at: &Path) -> Swept {
    let manifest = fs::read(at.join("grid.sweep/manifest.json")).expect("it was written");
    let manifest = Manifest::read(&manifest).expect("it is a manifest");
    let journal = fs::read(at.join("grid.sweep/runs.jsonl")).expect("it was written");
    let (runs, _) = Run::parse_all(&journal, &manifest.identity).expect("they are runs");
    let points = (0..100).flat_map(|x| (0..100).map(move |y| vec![x.into(), y.into()])).collect();
    let manifest = Manifest { points, replications: Rule::Fixed(2), ..manifest };
    let made = (1..=10_000).flat_map(|point| [(point, 1), (point, 2)]).map(|(point, replication)| {
        let mut run = runs[point as usize % runs.len()].clone();
        run.groups.truncate(1);
        let factor = 1.0 + f64::from(point) / 7919.0 + f64::from(replication * (point % 13)) / 1000.0;
        run.groups[0].values.iter_mut().flatten().for_each(|value| *value *= factor);
        Run { point, replication, ..run }
    });
    Swept::new(manifest, made.collect())
}

#[test]
fn ten_thousand_points_fit_into_a_page_that_scrolls() {
    let temporary = temporary();
    let at = temporary.path();
    write(at, "grid", "\"grid\"", AXES);
    run(at, "grid");
    let html = sweep_page(&ten_thousand(at));
    assert!(html.len() < 8_000_000, "{} bytes", html.len());
    let own = content(&html).to_string().len();
    assert!(own < 3_000_000, "our own share is {own} bytes");
    let Some(browser) = chromium() else { return };
    let seen = acted(browser, at, &html, include_str!("sweep.js"), "1280,900");
    let (rows, made) = (seen["rows"].as_u64(), seen["made"].as_u64());
    assert!(rows < Some(100) && made < Some(100) && made > Some(5), "only rows in sight are made: {seen}");
    assert!(seen["height"].as_u64() > Some(300_000), "{seen}");
    assert_eq!((&seen["first"], &seen["last"]), (&1.into(), &10_000.into()), "{seen}");
    for truth in ["chosen", "falls", "rises"] {
        assert_eq!(seen[truth], true, "{truth}: {seen}");
    }
}
