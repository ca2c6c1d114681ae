//! The page of a comparison: of two runs of a small city, and of points of a sweep.

use super::sweep::{AXES, write};
use super::{acted, chromium, content, folder, probed, shoot, temporary};
use crate::stage::{Outcome, document, zaryad};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// The small city, and the same with fewer stations and more plots.
fn both(at: &Path) {
    folder(at);
    let sets = ["--set", "network.existing=25", "--set", "network.planned.plots=20"];
    let ran = zaryad(at, &[&["run", "./small.toml", "--quiet", "--out", "other"], &sets[..]].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
}

/// Makes a page of these two, if nothing is wrong.
fn report(at: &Path, a: &str, b: &str) -> Outcome {
    zaryad(at, &["report", a, b, "-o", "compare.html"])
}

fn text(at: &Path, file: &str) -> String {
    fs::read_to_string(at.join(file)).expect("it was written")
}

#[test]
fn the_page_of_a_comparison_is_the_same_from_both_commands_and_asks_for_nothing() {
    let temporary = temporary();
    let at = temporary.path();
    both(at);
    let reported = report(at, "results", "other");
    assert_eq!((reported.code, reported.stderr.as_str()), (Some(0), "The page is in compare.html\n"));
    let compared = zaryad(at, &["compare", "results", "other", "--json", "--report", "page.html"]);
    let html = text(at, "compare.html");
    assert!(html == text(at, "page.html"), "both commands write the same bytes");
    assert!(html.len() < 8_000_000, "{} bytes", html.len());
    let (library, own) = html.split_once("plotly.js v").expect("the script of the charts is inside");
    let after = own.find("</script>").expect("it ends");
    assert!(library.len() + own.len() - after < 2_000_000, "our own share");
    assert!(html[..html.find("<style>").expect("the page has a style")].contains("default-src 'none'"));
    assert!(!html.contains("<script>window.hostile"), "a name is text and not a script");
    let content = content(&html);
    assert_eq!(content["comparison"], document(&compared), "the page holds the numbers of the comparison");
    assert_eq!(content["changes"], json!([["network.existing", 30, 25], ["network.planned.plots", 10, 20]]));
    assert_eq!(content["cautions"], json!([]));
    let chosen =
        zaryad(at, &["compare", "results", "other", "--metrics", "rides.*", "--report", "page.html"]);
    assert_eq!(chosen.code, Some(0), "{}", chosen.stderr);
    let metrics = content_of(at, "page.html")["comparison"]["metrics"].clone();
    assert!(metrics.as_object().is_some_and(|all| all.keys().all(|name| name.starts_with("rides."))));
}

fn content_of(at: &Path, file: &str) -> Value {
    content(&text(at, file))
}

#[test]
fn what_differs_beside_the_scenario_is_told_on_the_page_too() {
    let temporary = temporary();
    let at = temporary.path();
    folder(at);
    let longer = ["--set", "time.horizon.hours=12", "--seed", "2", "--replications", "1"];
    let ran = zaryad(at, &[&["run", "./small.toml", "--quiet", "--out", "other"], &longer[..]].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let manifest = at.join("other/manifest.json");
    let older = text(at, "other/manifest.json").replace(env!("CARGO_PKG_VERSION"), "0.0.9");
    fs::write(manifest, older).expect("the disk has room");
    let reported = report(at, "results", "other");
    assert_eq!(reported.code, Some(0), "{}", reported.stderr);
    for warning in ["0.0.9", "the same span"] {
        assert!(reported.stderr.contains(warning), "{warning}: {}", reported.stderr);
    }
    let content = content_of(at, "compare.html");
    assert_eq!(content["cautions"], json!(["p_program", "p_span"]));
    assert_eq!(content["comparison"]["pairing"], "none");
    let Some(browser) = chromium() else { return };
    let seen = probed(browser, at, &text(at, "compare.html"), include_str!("compare.js"));
    let cautions = seen["cautions"].to_string();
    for told in ["by 0.0.9", "the same span", "The seeds differ"] {
        assert!(cautions.contains(told), "{told}: {cautions}");
    }
    assert!(seen["setting"].as_str().is_some_and(|told| told.contains("one replication")), "{seen}");
    assert_eq!(seen["signs"], json!(["– untested"]), "{seen}");
}

#[test]
fn every_slip_of_both_sides_is_told_once_and_nothing_is_written() {
    let temporary = temporary();
    let at = temporary.path();
    both(at);
    write(at, "grid", "\"grid\"", AXES);
    let swept = zaryad(at, &["sweep", "grid.toml", "--quiet"]);
    assert_eq!(swept.code, Some(0), "{}", swept.stderr);
    fs::remove_file(at.join("results/waits.csv")).expect("it is there");
    fs::remove_file(at.join("results/hours.csv")).expect("it is there");
    fs::write(at.join("other/stations.csv"), "name,lon_deg\n").expect("the disk has room");
    let outcome = zaryad(at, &["report", "results", "other", "-o", "nowhere/page.html"]);
    assert_eq!(outcome.code, Some(2), "{}", outcome.stderr);
    let once = [
        "no folder nowhere",
        "no file results/waits.csv",
        "no file results/hours.csv",
        "`wait_s.p95` is missing",
    ];
    for told in once {
        assert_eq!(outcome.stderr.matches(told).count(), 1, "{told}: {}", outcome.stderr);
    }
    for (a, b, told) in [
        ("grid.sweep", "other", "grid.sweep is a sweep, and two runs are compared"),
        ("grid.sweep:1", "grid.sweep:7", "has no point `7`"),
        ("none", "nothing", "there is no folder nothing"),
    ] {
        let outcome = report(at, a, b);
        assert!(outcome.code == Some(2) && outcome.stderr.contains(told), "{a} {b}: {}", outcome.stderr);
    }
    let sweeps = report(at, "grid.sweep", "grid.sweep");
    assert_eq!(
        sweeps.stderr.matches("is a sweep, and two runs are compared").count(),
        2,
        "{}",
        sweeps.stderr
    );
    let three = zaryad(at, &["report", "results", "other", "grid.sweep"]);
    assert!(
        three.code == Some(2) && three.stderr.contains("unexpected argument 'grid.sweep'"),
        "{}",
        three.stderr
    );
    let compared = zaryad(at, &["compare", "results", "other", "--report", "compare.html"]);
    assert_eq!((compared.code, compared.stdout.as_str()), (Some(2), ""), "{}", compared.stderr);
    assert!(!at.join("compare.html").exists() && !at.join("report.html").exists());
}

#[test]
fn a_reader_of_a_comparison_moves_sorts_searches_and_changes_language_and_theme() {
    let Some(browser) = chromium() else { return };
    let temporary = temporary();
    let at = temporary.path();
    both(at);
    assert_eq!(report(at, "results", "other").code, Some(0));
    let seen = probed(browser, at, &text(at, "compare.html"), include_str!("compare.js"));
    let truths = [
        "slid",
        "measured",
        "returned",
        "grouped",
        "falls",
        "rises",
        "differences",
        "named",
        "themed",
        "hostile",
    ];
    for truth in truths {
        assert_eq!(seen[truth], true, "{truth}: {seen}");
    }
    // A map, the forest, districts, waits, two pictures of hours, and hours by district.
    assert_eq!((&seen["charts"], &seen["tables"]), (&7.into(), &7.into()), "{seen}");
    assert_eq!(
        seen["changed"],
        json!([["network.existing", "30", "25"], ["network.planned.plots", "10", "20"]])
    );
    assert_eq!(seen["caption"], "Stations in both: 35; new in B: 10; gone: 5.");
    assert_eq!(
        (&seen["stations"], &seen["added"], &seen["waits"]),
        (&50.into(), &10.into(), &8.into()),
        "{seen}"
    );
    let said = ["pressed", "forest"].map(|key| seen[key].as_str().unwrap_or_default());
    assert!(
        said[0].starts_with("in both (35) · ") && said[1].contains(" → "),
        "keys lead to points: {said:?}"
    );
    let titles = ["english", "russian", "kazakh"].map(|language| seen[language].as_str().unwrap_or_default());
    assert_eq!(titles, ["What differs where", "Что и где изменилось", "Не, қай жерде өзгерді"]);
    let command = seen["command"].as_str().unwrap_or_default();
    assert!(command.ends_with("zaryad report results other -o report.html"), "{command}");
    let narrow = acted(browser, at, &text(at, "compare.html"), include_str!("narrow.js"), "500,900");
    for truth in ["narrow", "en", "ru", "kk", "fits"] {
        assert_eq!(narrow[truth], true, "{truth}: {narrow}");
    }
    shoot(browser, at, "compare", 6600);
}

#[test]
fn points_of_a_sweep_are_compared_without_stations() {
    let temporary = temporary();
    let at = temporary.path();
    write(at, "grid", "\"grid\"", AXES);
    let swept = zaryad(at, &["sweep", "grid.toml", "--quiet"]);
    assert_eq!(swept.code, Some(0), "{}", swept.stderr);
    let reported = report(at, "grid.sweep:1", "grid.sweep:6");
    assert_eq!(reported.code, Some(0), "{}", reported.stderr);
    let content = content_of(at, "compare.html");
    assert_eq!(
        content["changes"],
        json!([["fleet.electric", 100.0, 300.0], ["network.planned.plots", 0.0, 40.0]])
    );
    assert_eq!(content["stations"]["name"], json!([]));
    assert!(content["sides"][1]["district"]["wait"].as_array().is_some_and(|waits| waits.len() > 2));
    let Some(browser) = chromium() else { return };
    let seen = probed(browser, at, &text(at, "compare.html"), include_str!("compare.js"));
    // A map of districts, the forest, and the districts' waits.
    assert_eq!((&seen["charts"], &seen["stations"]), (&3.into(), &0.into()), "{seen}");
    for truth in ["falls", "rises", "named", "themed", "hostile"] {
        assert_eq!(seen[truth], true, "{truth}: {seen}");
    }
    let command = seen["command"].as_str().unwrap_or_default();
    assert!(command.starts_with("zaryad sweep grid.toml --out grid.sweep\n"), "{command}");
    assert!(seen["notes"][0].as_str().is_some_and(|told| told.contains("keeps no notes")), "{seen}");
}
