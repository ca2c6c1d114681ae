//! The program as people call it: exit codes, and what goes to which stream.

use std::fs;
use std::path::Path;
use std::process::Command;

struct Outcome {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

fn zaryad(folder: &Path, arguments: &[&str]) -> Outcome {
    let output = Command::new(env!("CARGO_BIN_EXE_zaryad"))
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .output()
        .expect("the program was built for this test");
    Outcome {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).expect("results are UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("messages are UTF-8"),
    }
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("the machine has a temporary folder")
}

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

#[test]
fn wrong_arguments_are_refused() {
    let temporary = folder();
    for arguments in [
        &["fly"][..],
        &["run", "--seed", "x"],
        &["run", "--seed", "18446744073709551615"],
        &["run", "--replications", "0"],
        &["run", "--threads", "0"],
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
        assert!(long.stdout.contains("OpenStreetMap"), "{}", long.stdout);
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
