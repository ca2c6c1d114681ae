//! The shape of the code: who may import whom, and what may not stand in it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{fs, iter};
use zaryad::scenario::{EMBEDDED, SWEEPS};

/// Each module of the library with those it may import; a row names only rows above it.
const HOUSE: &[(&str, &[&str])] = &[
    ("units", &[]),
    ("ids", &[]),
    ("printable", &[]),
    ("rng", &[]),
    ("stats", &[]),
    ("geo", &["units"]),
    ("scenario", &["units", "geo"]),
    ("data", &["units", "ids", "geo"]),
    ("world", &["units", "ids", "geo", "rng", "scenario", "data"]),
    ("observe", &["units", "ids"]),
    ("sim", &["units", "ids", "rng", "world", "observe"]),
    ("results", &["units", "ids", "geo", "stats", "world", "observe"]),
    ("study", &["units", "ids", "geo", "rng", "stats", "scenario", "data", "world", "sim", "results"]),
    ("report", &["units", "geo", "stats", "printable", "data", "results", "study"]),
    (
        "cli",
        &[
            "units",
            "ids",
            "rng",
            "stats",
            "geo",
            "scenario",
            "data",
            "world",
            "observe",
            "sim",
            "results",
            "study",
            "report",
            "printable",
        ],
    ),
];

/// A file hides two beyond some 500 lines; the longest here, one list of checks, has its tests elsewhere.
const MOST_LINES: usize = 700;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All files of a folder and its folders with one of these endings, with their text.
fn files(folder: &str, endings: &[&str]) -> BTreeMap<PathBuf, String> {
    fn collect(folder: &Path, endings: &[&str], files: &mut BTreeMap<PathBuf, String>) {
        for entry in fs::read_dir(folder).expect("the folder can be read") {
            let path = entry.expect("the folder can be read").path();
            if path.is_dir() {
                collect(&path, endings, files);
            } else if path.extension().is_some_and(|ending| endings.iter().any(|wanted| ending == *wanted)) {
                let text = fs::read_to_string(&path).expect("sources are text");
                files.insert(path.strip_prefix(root()).expect("it lies below").to_path_buf(), text);
            }
        }
    }
    let mut all = BTreeMap::new();
    collect(&root().join(folder), endings, &mut all);
    all
}

/// The sources of the library and the program without comments and without tests, line by line.
///
/// Tests end a file, behind the first `#[cfg(test)]`, or have one of their own, `tests.rs`.
fn code() -> BTreeMap<PathBuf, Vec<String>> {
    let is_code = |path: &Path| path.file_name().is_some_and(|name| name != "tests.rs");
    files("src", &["rs"])
        .into_iter()
        .filter(|(path, _)| is_code(path))
        .map(|(path, text)| {
            let lines = text.lines().take_while(|line| line.trim() != "#[cfg(test)]");
            let lines = lines.map(|line| line.split("//").next().unwrap_or_default().to_owned());
            (path, lines.collect())
        })
        .collect()
}

/// The module of the library that a file belongs to.
fn module(path: &Path) -> String {
    let first = path.components().nth(1).expect("a source lies in src").as_os_str();
    Path::new(first).with_extension("").to_string_lossy().into_owned()
}

/// The modules that a text imports or names: what follows `crate::`, one name or a list in braces.
fn imports(code: &str) -> BTreeSet<String> {
    let name = |text: &str| {
        text.trim_start()
            .chars()
            .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
            .collect::<String>()
    };
    let mut modules = BTreeSet::new();
    for after in code.split("crate::").skip(1) {
        let Some(list) = after.strip_prefix('{') else {
            modules.insert(name(after));
            continue;
        };
        let mut depth = 0;
        let items = list.split(|letter| match letter {
            '{' => {
                depth += 1;
                false
            }
            '}' => {
                depth -= 1;
                depth < 0
            }
            ',' => depth == 0,
            _ => false,
        });
        modules.extend(items.map_while(|item| Some(name(item)).filter(|name| !name.is_empty())));
    }
    modules
}

#[test]
fn imports_are_found_alone_and_in_lists() {
    let found = imports("use crate::{geo::{Point, far}, ids::TaxiId};\nlet x: crate::units::Time = y;");
    assert_eq!(found.into_iter().collect::<Vec<_>>(), ["geo", "ids", "units"]);
}

#[test]
fn a_row_of_the_house_names_only_rows_above_it() {
    for (row, (module, may)) in HOUSE.iter().enumerate() {
        for import in *may {
            let above = HOUSE[..row].iter().any(|(name, _)| name == import);
            assert!(above, "{module} may not import {import}, which does not stand above it");
        }
    }
}

#[test]
fn modules_import_only_what_the_house_allows() {
    let mut complaints = Vec::new();
    for (path, lines) in code() {
        let own = module(&path);
        if own == "lib" || own == "main" {
            continue;
        }
        let Some((_, may)) = HOUSE.iter().find(|(module, _)| *module == own) else {
            complaints.push(format!("{} belongs to no row of the house", path.display()));
            continue;
        };
        for import in imports(&lines.join("\n")) {
            if import != own && !may.contains(&import.as_str()) {
                complaints.push(format!("{} imports {import}: {own} stands below it", path.display()));
            }
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn no_file_hides_two() {
    for (path, text) in files("src", &["rs"]) {
        let lines = text.lines().count();
        assert!(lines <= MOST_LINES, "{} has {lines} lines: split it", path.display());
    }
}

/// Asserts that no line of the code outside some folder has any of these words.
fn absent(words: &[&str], except: &str, why: &str) {
    for (path, lines) in code() {
        if path.starts_with(except) {
            continue;
        }
        for (number, line) in lines.iter().enumerate() {
            let word = words.iter().find(|word| line.contains(**word));
            assert_eq!(word, None, "{}:{}: {why}", path.display(), number + 1);
        }
    }
}

#[test]
fn nothing_depends_on_the_order_of_hashes() {
    absent(&["HashMap", "HashSet"], "none", "a BTreeMap has an order that repeats");
}

#[test]
fn only_the_command_line_prints() {
    absent(&["print!", "println!", "dbg!"], "src/cli", "the library tells its caller and prints nothing");
}

#[test]
fn no_file_knows_the_machine_it_was_written_on() {
    let folders = ["src", "tests", "benches", "examples", "scenarios", "data"];
    let all = folders.iter().flat_map(|folder| files(folder, &["rs", "toml", "md", "snap", "log"]));
    let places = [["/ho", "me/"], ["/wo", "rk/"], ["/t", "mp/"], ["/Us", "ers/"], ["C:", "\\"]]
        .map(|parts| parts.concat());
    for (path, text) in all {
        let place = places.iter().find(|place| text.contains(*place));
        assert_eq!(place, None, "{}", path.display());
    }
}

#[test]
fn every_scenario_is_part_of_the_program() {
    let stem = |path: PathBuf| path.file_stem().expect("it has a name").to_string_lossy().into_owned();
    let written: BTreeSet<String> = files("scenarios", &["toml"]).into_keys().map(stem).collect();
    let embedded: BTreeSet<String> =
        EMBEDDED.iter().chain(SWEEPS).map(|scenario| scenario.name.to_owned()).collect();
    assert_eq!(written, embedded);
}

#[test]
fn the_architecture_is_told_in_150_lines() {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap_or_default();
    assert!(text.lines().count() <= 150, "what everybody reads first must be short");
    // A map that names what is gone leads astray.
    let gone: Vec<&str> = iter::once(text.as_str())
        .flat_map(|text| text.split('`'))
        .filter(|name| name.starts_with("src/") && !root().join(name).exists())
        .collect();
    assert!(gone.is_empty(), "{gone:?}");
}
