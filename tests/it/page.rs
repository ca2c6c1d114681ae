//! The page in a real browser: nothing leaves the machine, the console is clean, and what can be moved moves.
#![allow(clippy::print_stdout, reason = "a test that is skipped says why, and where its pictures are")]

mod compare;
mod sweep;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use zaryad::data::Data;
use zaryad::report::{PAGE_FILES, page};
use zaryad::scenario::{Scenario, show};
use zaryad::study::{Progress, replicate, resolve_text};

/// What the program writes about a small city with a hostile name, as a folder would hold it.
fn folder(at: &Path) -> PathBuf {
    let out = at.join("results");
    let scenario = r#"
        name = "</title><script>window.hostile = 1</script>"
        question = "Who waits <b>here</b>?"
        time = { warm_up = { hours = 6 }, horizon = { days = 1 }, replications = 2, seed = 1 }
        fleet = { taxis = 400, electric = 200 }
        demand.rides_per_day = 9000
        network.existing = 30
        network.planned.plots = 10
        network.grid = { spare_kw = { almaly = 900 }, control = "pro_rata" }
    "#;
    fs::write(at.join("small.toml"), scenario).expect("the disk has room");
    let ran = Command::new(env!("CARGO_BIN_EXE_zaryad"))
        .args(["run", "./small.toml", "--quiet", "--out", "results", "--report", "run.html"])
        .current_dir(at)
        .output()
        .expect("the program starts");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    out
}

/// The page that the program writes beside that folder.
fn run_page(at: &Path) -> String {
    folder(at);
    fs::read_to_string(at.join("run.html")).expect("it was written")
}

fn temporary() -> tempfile::TempDir {
    tempfile::tempdir().expect("the machine has a temporary folder")
}

fn report(at: &Path, folder: &str) -> (Option<i32>, String) {
    let made = Command::new(env!("CARGO_BIN_EXE_zaryad"))
        .args(["report", folder, "-o", "page.html"])
        .current_dir(at)
        .output()
        .expect("the program starts");
    (made.status.code(), String::from_utf8_lossy(&made.stderr).into_owned())
}

/// What a page draws from.
fn content(html: &str) -> serde_json::Value {
    let json = html.split("id=\"content\">").nth(1).and_then(|rest| rest.split("</script>").next());
    serde_json::from_str(json.expect("a page has its data")).expect("they are JSON")
}

#[test]
fn a_page_is_the_same_from_the_run_and_from_its_folder_and_asks_for_nothing() {
    let temporary = temporary();
    let at = temporary.path();
    folder(at);
    let (code, said) = report(at, "results");
    assert_eq!(code, Some(0), "{said}");
    let html = fs::read_to_string(at.join("page.html")).expect("it was written");
    assert_eq!(html, fs::read_to_string(at.join("run.html")).expect("it was written too"));
    assert!(html.len() < 8_000_000, "{} bytes", html.len());
    let (library, own) = html.split_once("plotly.js v").expect("the script of the charts is inside");
    let after = own.find("</script>").expect("it ends");
    assert!(library.len() + own.len() - after < 2_000_000, "our own share");
    let head = &html[..html.find("<style>").expect("the page has a style")];
    assert!(head.contains("default-src 'none'"), "the page itself forbids requests");
    assert!(!html.contains("<script>window.hostile"), "a name is text and not a script");
    assert!(head.contains("&#60;/title&#62;&#60;script&#62;"), "{head}");
}

#[test]
fn the_scenario_on_a_page_reads_as_the_same_scenario() {
    let data = Data::embedded();
    let text = "name = \"s\"\nfleet = { taxis = 20, electric = 10 }\ndemand.rides_per_day = 100\n\
                time = { horizon = { hours = 2 }, warm_up = { hours = 0 }, replications = 1 }\n";
    let scenario = resolve_text(text, &[], &data).expect("the scenario is right");
    let json = serde_json::to_value(&scenario).expect("a scenario is data");
    let again: Scenario = resolve_text(&toml::to_string(&json).expect("it is a table"), &[], &data)
        .unwrap_or_else(|report| panic!("{report:?}"));
    assert_eq!(show(&again), show(&scenario));
    let results = replicate(&scenario, &data, &Progress::default()).expect("it ends");
    assert_eq!(
        results.fingerprint(),
        replicate(&again, &data, &Progress::default()).expect("it ends").fingerprint()
    );
}

#[test]
fn every_slip_of_a_folder_is_told_and_nothing_is_written() {
    let temporary = temporary();
    let at = temporary.path();
    let out = folder(at);
    let stations = out.join("stations.csv");
    let hours = out.join("hours.csv");
    let waits = out.join("waits.csv");
    let text = |path: &Path| fs::read_to_string(path).expect("it was written");
    fs::write(&stations, text(&stations).replacen("existing-01", "existing-xx", 1)).expect("room");
    fs::write(&hours, text(&hours).replacen("drawn_kw.max", "drawn_kw.top", 1)).expect("room");
    fs::write(&waits, "replication,of,wait_s.low,wait_s.high,count\n1,charging.wait_s,0,0,many\n")
        .expect("room");
    let (code, said) = report(at, "results");
    assert_eq!(code, Some(2), "{said}");
    for told in ["station_hours.csv", "`drawn_kw.max` is missing", "`count` is `many`"] {
        assert!(said.contains(told), "{told}: {said}");
    }
    fs::remove_file(&waits).expect("it is there");
    let (code, said) = report(at, "results");
    assert!(code == Some(2) && said.contains("waits.csv"), "{said}");
    assert!(!at.join("page.html").exists());
    let (code, said) = report(at, "nowhere");
    assert!(code == Some(2) && said.matches("error").count() == 1, "{said}");
    assert!(
        page(&PAGE_FILES.map(|name| (name.to_owned(), String::new())).into(), &Data::embedded()).is_err()
    );
}

/// What a reader does.
const PROBE: &str = include_str!("page/probe.js");
/// The answers stand at the end of the page.
const TELL: &str = include_str!("page/tell.js");

/// Chromium, if this machine has it, which `.ci/run` installs; if not, it is said why a test is skipped.
fn chromium() -> Option<&'static str> {
    let answers =
        |name: &&str| Command::new(name).arg("--version").output().is_ok_and(|out| out.status.success());
    let found = ["chromium", "chromium-browser", "google-chrome"].into_iter().find(answers);
    if found.is_none() {
        println!("skipped: this machine has no Chromium, and `.ci/run` could not install it");
    }
    found
}

/// Opens a file without a window; returns what it printed and what the console said.
fn open(browser: &str, file: &Path, arguments: &[&str]) -> (String, String) {
    let profile = temporary();
    let out = Command::new(browser)
        .args([
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--enable-logging=stderr",
        ])
        .args(["--disable-background-networking", "--disable-component-update", "--no-first-run"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .args(["--virtual-time-budget=30000"])
        .args(arguments)
        .arg(format!("file://{}", file.display()))
        .output()
        .expect("the browser starts");
    let console = String::from_utf8_lossy(&out.stderr);
    let console = console.lines().filter(|line| line.contains("CONSOLE")).collect::<Vec<_>>().join("\n");
    (String::from_utf8_lossy(&out.stdout).into_owned(), console)
}

#[test]
fn a_reader_in_a_browser_moves_sorts_searches_and_changes_language_and_theme() {
    let Some(browser) = chromium() else { return };
    let temporary = temporary();
    let at = temporary.path();
    let html = run_page(at);
    let seen = probed(browser, at, &html, PROBE);
    for truth in ["slid", "plays", "kept", "falls", "rises", "district", "themed", "hostile", "title"] {
        assert_eq!(seen[truth], true, "{truth}: {seen}");
    }
    for truth in ["said", "stepped", "closer", "back", "left", "scrolls", "wheeled", "screen"] {
        assert_eq!(seen[truth], true, "{truth}: {seen}");
    }
    let doubts = seen["doubts"].as_array().expect("two replications are few");
    assert!(
        !doubts.is_empty() && !doubts.contains(&"en".into()),
        "notes speak the reader's language: {seen}"
    );
    assert!(seen["pictures"].as_u64() > Some(12), "the hours of the day differ on the map: {seen}");
    let cells = ["cell", "below"].map(|key| seen[key].as_str().unwrap_or_default());
    assert!(cells[0].starts_with("Alatau, 0") && cells[1].starts_with("Almaly, 0"), "{cells:?}");
    assert_eq!(seen["paper"], "light,660,false", "on paper all is dark on light, and no wider than that");
    assert_eq!(seen["number"], "1 234,5", "{seen}");
    assert_eq!((&seen["all"], &seen["found"]), (&40.into(), &9.into()), "{seen}");
    assert_eq!((&seen["charts"], &seen["lang"]), (&10.into(), &"kk".into()), "{seen}");
    let titles = ["english", "russian", "kazakh"].map(|language| seen[language].as_str().unwrap_or_default());
    assert_eq!(titles, ["The city, hour by hour", "Город по часам", "Қала сағат сайын"]);
    shoot(browser, at, "run", 5600);
}

#[test]
fn on_a_telephone_no_name_lies_on_another() {
    let Some(browser) = chromium() else { return };
    let temporary = temporary();
    let at = temporary.path();
    let html = run_page(at);
    let seen = acted(browser, at, &html, include_str!("page/narrow.js"), "500,900");
    for truth in ["narrow", "en", "ru", "kk", "fits"] {
        assert_eq!(seen[truth], true, "{truth}: {seen}");
    }
}

/// Lets a probe act on a page in a wide window; the console must stay clean, and axe-core find nothing serious.
fn probed(browser: &str, at: &Path, html: &str, probe: &str) -> serde_json::Value {
    let axe = std::env::var_os("ZARYAD_AXE").and_then(|path| fs::read_to_string(path).ok());
    let axe = axe.map(|script| format!("<script>{script}</script>")).unwrap_or_default();
    let html = html.replace("</body>", &format!("{axe}</body>"));
    let seen = acted(browser, at, &html, probe, "1280,900");
    match seen.get("axe") {
        Some(serious) => assert_eq!(serious, &serde_json::json!([]), "axe-core has serious findings"),
        None => println!("axe-core was not asked: ZARYAD_AXE does not name its script"),
    }
    seen
}

/// Lets a probe act on a page in a window of this size; the console must stay clean.
fn acted(browser: &str, at: &Path, html: &str, probe: &str, size: &str) -> serde_json::Value {
    let file = at.join("probed.html");
    let html = html.replace("</body>", &format!("<script>{probe}{TELL}</script></body>"));
    fs::write(&file, html).expect("the disk has room");
    let window = format!("--window-size={size}");
    let (dom, console) = open(browser, &file, &["--lang=en-GB", "--dump-dom", &window]);
    // The page forbids itself all requests, and what it asked for nevertheless would be a complaint here.
    assert_eq!(console, "", "the console is clean");
    let seen = dom.split("<pre id=\"seen\">").nth(1).and_then(|rest| rest.split("</pre>").next());
    let seen =
        seen.expect("the probe has ended").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    let seen: serde_json::Value = serde_json::from_str(&seen).expect("the probe tells JSON");
    assert_eq!(seen["error"], serde_json::Value::Null, "{seen}");
    seen
}

/// Takes pictures of a page, so high in a wide window: light, dark, and on a telephone.
fn shoot(browser: &str, at: &Path, page: &str, height: u32) {
    let pictures = Path::new(env!("CARGO_TARGET_TMPDIR")).join("page");
    fs::create_dir_all(&pictures).expect("the target folder can be written");
    let tall = height + 1400;
    // A window is at least 500 pixels wide; a telephone is a frame in it.
    let frame = format!(
        "<body style=margin:0><iframe src={page}.html style='width:390px;height:{tall}px;border:0'></iframe>"
    );
    fs::write(at.join("telephone.html"), frame).expect("the disk has room");
    let file = format!("{page}.html");
    let shots = [
        ("light", file.as_str(), format!("1280,{height}"), "--lang=en-GB"),
        ("dark", &file, format!("1280,{height}"), "--force-dark-mode"),
        ("narrow", "telephone.html", format!("500,{tall}"), "--accept-lang=ru-RU"),
    ];
    for (name, file, size, more) in shots {
        let picture = pictures.join(format!("{page}-{name}.png"));
        let shot = format!("--screenshot={}", picture.display());
        open(browser, &at.join(file), &[&shot, &format!("--window-size={size}"), more]);
        let bytes = fs::metadata(&picture).map_or(0, |about| about.len());
        assert!(bytes > 50_000, "{name}: a picture of {bytes} bytes is empty");
    }
    println!("screenshots are in {}", pictures.display());
}
