//! Two commands, killed commands and strange text beside one folder.

use crate::stage::{begin, end, files, fine, folder, runs, said, same, wait_for, write, zaryad};
use std::fs::{self, File, OpenOptions};
use std::path::Path;
use std::process::{Child, Command};

/// Runs of a queue that are long enough for two commands to meet.
const RACE: &str = r#"
    name = "race"
    base = "m-m-10"
    replications = 6

    [time]
    warm_up = { hours = 100 }
    horizon = { hours = 1500 }

    [[axes]]
    key = "stations.0.plugs"
    values = [10, 11, 12, 13, 14, 15]
"#;

/// As many replications as it takes.
fn until() -> String {
    let rule = "until = { metric = \"charging.wait_s.mean\", relative_half_width = 0.3, at_most = 30 }";
    RACE.replace("replications = 6", rule).replace("hours = 1500", "hours = 300")
}

/// How often a loop goes round: a few times here, and as often as somebody asks.
fn times(variable: &str, few: usize) -> usize {
    std::env::var(variable).ok().and_then(|times| times.parse().ok()).unwrap_or(few)
}

/// What lies in a folder, hidden or not.
fn names(path: &Path) -> Vec<String> {
    let mut names: Vec<String> = files_and_folders(path);
    names.sort();
    names
}

fn files_and_folders(path: &Path) -> Vec<String> {
    let entries = fs::read_dir(path).expect("there is a folder");
    let name = |entry: std::io::Result<fs::DirEntry>| {
        entry.expect("the folder can be read").file_name().to_string_lossy().into_owned()
    };
    entries.map(name).collect()
}

#[test]
fn of_two_sweeps_that_begin_at_once_one_works_and_one_says_who_holds_the_folder() {
    let temporary = folder();
    let path = temporary.path();
    write(path, "race.toml", RACE);
    fine(&zaryad(path, &["sweep", "race.toml", "--out", "whole"]));
    for start in 0..times("ZARYAD_STARTS", 6) {
        // The folder is absent, or holds an old sweep that both want to replace.
        let mut arguments = vec!["sweep", "race.toml", "--out", "q"];
        if start % 2 == 1 {
            arguments.push("--overwrite");
        } else if path.join("q").exists() {
            fs::remove_dir_all(path.join("q")).expect("nobody holds it");
        }
        let children = [begin(path, &arguments), begin(path, &arguments)];
        let processes = children.each_ref().map(Child::id);
        let ended = children.map(end);
        let codes = ended.each_ref().map(|output| output.status.code());
        let refused = match codes {
            [Some(0), Some(1)] => 1,
            [Some(1), Some(0)] => 0,
            other => panic!("start {start}: {other:?} {} {}", said(&ended[0]), said(&ended[1])),
        };
        let words = said(&ended[refused]);
        let holder =
            format!("q is in use: process {} (`zaryad sweep race.toml --out q", processes[1 - refused]);
        assert!(words.contains(&holder) && words.contains("holds it since 20"), "start {start}: {words}");
        assert!(ended[refused].stdout.is_empty());
        same(&path.join("whole"), &path.join("q"));
        assert_eq!(names(path), ["q", "race.toml", "whole"]);
    }
}

#[test]
fn of_two_commands_that_write_one_place_the_second_is_refused_before_it_works() {
    let temporary = folder();
    let path = temporary.path();
    write(path, "race.toml", &RACE.replace("hours = 1500", "hours = 20"));
    fine(&zaryad(path, &["sweep", "race.toml", "--out", "q"]));
    let endless = ["run", "m-m-10", "--set", "time.horizon.hours=100000", "--replications", "50"];
    for (place, held, others) in [
        ("X", &["--out", "X"][..], &[&["run", "m-m-10", "--out", "X"][..]][..]),
        ("X", &["--out", "X"], &[&["run", "m-m-10", "--out", "./X/", "--overwrite"]]),
        ("X", &["--out", "X"], &[&["sweep", "race.toml", "--out", "X"], &["merge", "q", "--out", "X"]]),
        ("p.html", &["--report", "p.html"], &[&["report", "q", "-o", "p.html"]]),
        ("q", &["--out", "q"], &[&["rank", "q", "--metric", "charging.wait_s.mean", "--budget", "9"]]),
    ] {
        let before = files(&path.join("q"));
        // Where a sweep lies no run may write: a lock of our own stands for a command that does.
        let lock = path.join(format!(".{place}.zaryad-lock"));
        let mut child = if place == "q" { None } else { Some(begin(path, &[&endless, held].concat())) };
        let own = child.is_none().then(|| {
            let file = File::create(&lock).expect("the disk has room");
            file.lock().expect("nobody holds it");
            file
        });
        if let Some(child) = &mut child {
            let signed = || fs::read_to_string(&lock).is_ok_and(|text| text.lines().count() == 3);
            assert!(wait_for(child, signed), "{place}");
        }
        for other in others {
            let outcome = zaryad(path, other);
            assert_eq!(outcome.code, Some(1), "{other:?}: {}", outcome.stderr);
            let told = match &child {
                Some(child) => format!("is in use: process {} (`zaryad run m-m-10", child.id()),
                None => "is in use: another command holds it".to_owned(),
            };
            assert!(outcome.stderr.contains(&told), "{other:?}: {}", outcome.stderr);
            assert_eq!(outcome.stdout, "", "{other:?}");
        }
        if let Some(mut child) = child {
            child.kill().expect("it is our child");
            child.wait().expect("it is our child");
        }
        drop(own);
        assert!(!path.join("X").exists() && !path.join("p.html").exists());
        assert_eq!(files(&path.join("q")), before);
        // The lock of a dead command is no lock, and the next command removes it.
        assert!(lock.exists());
        fine(&zaryad(path, &["run", "m-m-10", "--set", "time.horizon.hours=50", "--out", "X"]));
        assert_eq!(names(path), ["X", "q", "race.toml"]);
        fs::remove_dir_all(path.join("X")).expect("nobody holds it");
    }
    let twice = zaryad(path, &["run", "m-m-10", "--out", "Y", "--report", "Y"]);
    assert_eq!(twice.code, Some(2), "{}", twice.stderr);
    assert!(twice.stderr.contains("Y is to be written twice by one command"), "{}", twice.stderr);
}

#[test]
fn what_killed_commands_left_is_cleaned_and_nothing_else() {
    let temporary = folder();
    let path = temporary.path();
    let make = |name: &str, file: &str| {
        fs::create_dir_all(path.join(name)).expect("the disk has room");
        write(&path.join(name), file, "old");
    };
    for name in [".a.zaryad-lock", ".b.zaryad-lock", ".c.zaryad-lock", ".page.html.zaryad-lock"] {
        write(path, name, "1\n2026-11-28T00:00:00Z\nzaryad run\n");
    }
    // A was stopped while it wrote, B between putting the old results away and the new in their place, C while it
    // removed old results to which somebody has added a photo.
    make(".a.zaryad-next", "summary.json");
    make(".b.zaryad-next", "summary.json");
    make(".b.zaryad-before", "manifest.json");
    make("c", "manifest.json");
    make(".c.zaryad-before", "me.png");
    write(path, ".page.html.zaryad-next", "half a pa");
    // D is alive, and E belongs to a stranger.
    make(".d.zaryad-next", "summary.json");
    let alive = File::create(path.join(".d.zaryad-lock")).expect("the disk has room");
    alive.lock().expect("nobody holds it");
    make(".zaryad-x", "summary.json");
    write(path, ".e.zaryad-next", "mine");
    fine(&zaryad(path, &["run", "m-m-10", "--set", "time.horizon.hours=50", "--out", "new"]));
    let left = [
        ".c.zaryad-before",
        ".d.zaryad-lock",
        ".d.zaryad-next",
        ".e.zaryad-next",
        ".zaryad-x",
        "b",
        "c",
        "new",
    ];
    assert_eq!(names(path), left);
    assert_eq!(names(&path.join("b")), ["manifest.json"]);
    assert_eq!(names(&path.join(".c.zaryad-before")), ["me.png"]);
    assert_eq!(names(&path.join(".d.zaryad-next")), ["summary.json"]);
}

#[test]
fn a_journal_that_is_changed_under_a_running_sweep_ends_it_without_tables() {
    let temporary = folder();
    let path = temporary.path();
    write(path, "race.toml", &RACE.replace("replications = 6", "replications = 60"));
    fine(&zaryad(path, &["sweep", "race.toml", "--out", "whole"]));
    let (q, journal) = (path.join("q"), path.join("q/runs.jsonl"));
    let cut = |length: u64| {
        let file = OpenOptions::new().write(true).open(&journal).expect("there is a journal");
        file.set_len(length).expect("it can be cut");
    };
    let replace = || {
        fs::copy(&journal, path.join("copy")).expect("the disk has room");
        fs::rename(path.join("copy"), &journal).expect("it is a file");
    };
    let away = || {
        fs::rename(&q, path.join("moved")).expect("it is a folder");
    };
    let meddle: [(&dyn Fn(), &str); 5] = [
        (&|| cut(0), "q/runs.jsonl was changed by something else while its sweep ran"),
        (&|| cut(700), "q/runs.jsonl was changed by something else"),
        (&replace, "q/runs.jsonl was removed, moved or replaced while its sweep ran"),
        (&|| fs::remove_file(&journal).expect("it is a file"), "removed, moved or replaced"),
        (&away, "removed, moved or replaced"),
    ];
    for (meddle, words) in meddle {
        let mut child = begin(path, &["sweep", "race.toml", "--out", "q"]);
        assert!(wait_for(&mut child, || runs(&q) > 5));
        meddle();
        let output = end(child);
        assert_eq!(output.status.code(), Some(1), "{}", said(&output));
        assert!(said(&output).contains(words), "{}", said(&output));
        assert!(!q.join("results.parquet").exists() && !q.join("points.parquet").exists());
        if path.join("moved").exists() {
            assert!(!q.exists());
            fs::rename(path.join("moved"), &q).expect("the place is free");
        }
        if !journal.exists() {
            write(&q, "runs.jsonl", "");
        }
        fine(&zaryad(path, &["sweep", "race.toml", "--out", "q"]));
        same(&path.join("whole"), &q);
        fs::remove_dir_all(&q).expect("nobody holds it");
    }
    // The whole folder is removed: there is nothing to go on from, and nothing is written.
    let mut child = begin(path, &["sweep", "race.toml", "--out", "q"]);
    assert!(wait_for(&mut child, || runs(&q) > 5));
    fs::remove_dir_all(&q).expect("it can be removed");
    let output = end(child);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert_eq!(names(path), ["race.toml", "whole"]);
}

#[test]
fn a_journal_takes_no_line_that_its_sweep_has_not_written() {
    let temporary = folder();
    let path = temporary.path();
    let short = RACE.replace("hours = 1500", "hours = 20");
    write(path, "race.toml", &short);
    write(path, "other.toml", &short.replace("hours = 20 ", "hours = 21 "));
    fine(&zaryad(path, &["sweep", "race.toml", "--out", "q"]));
    fine(&zaryad(path, &["sweep", "other.toml", "--out", "other"]));
    let read = |name: &str| fs::read_to_string(path.join(name)).expect("there is a journal");
    let (journal, other) = (read("q/runs.jsonl"), read("other/runs.jsonl"));
    let lines: Vec<&str> = journal.split_inclusive('\n').collect();
    let foreign = other.lines().nth(2).expect("there are runs");
    let changed = lines[2].replacen("\"events\":", "\"events\":1", 1);
    assert_ne!(changed, lines[2]);
    let digit = lines[2].rfind('1').expect("numbers have digits");
    let hash = format!("{}2{}", &lines[2][..digit], &lines[2][digit + 1..]);
    let remove = "remove the line";
    for (third, what, help) in [
        (format!("{foreign}\n"), "this run is of another sweep, or was changed", remove),
        (changed, "this run is of another sweep, or was changed", remove),
        (hash, "this run is of another sweep, or was changed", remove),
        (lines[0].to_owned(), "this run stands in line 1 already", remove),
        ("\n".to_owned(), "it is empty", remove),
        ("{}\n".to_owned(), "this is no run", "the run will be made again"),
        (format!("{}\r\n", lines[2].trim_end()), "this is no run", remove),
    ] {
        let broken = [lines[0], lines[1], &third, &lines[3..].concat()].concat();
        write(&path.join("q"), "runs.jsonl", &broken);
        let before = files(&path.join("q"));
        for arguments in [
            &["sweep", "race.toml", "--out", "q"][..],
            &["rank", "q", "--metric", "charging.wait_s.mean"],
            &["rank", "q", "--metric", "charging.wait_s.mean", "--budget", "3"],
            &["report", "q", "-o", "page.html"],
            &["compare", "q:1", "q:2"],
            &["merge", "q", "--out", "merged"],
        ] {
            let outcome = zaryad(path, arguments);
            assert_eq!(outcome.code, Some(2), "{arguments:?} {third}: {}", outcome.stderr);
            let words = &outcome.stderr;
            assert!(words.contains(&format!("q/runs.jsonl, line 3: {what}")), "{arguments:?}: {words}");
            assert!(words.contains(help), "{arguments:?}: {words}");
            assert_eq!(files(&path.join("q")), before);
        }
        // As the message says: without the line, the run is made again.
        write(&path.join("q"), "runs.jsonl", &[lines[0], lines[1], &lines[3..].concat()].concat());
        fine(&zaryad(path, &["sweep", "race.toml", "--out", "q"]));
        assert_eq!(read("q/runs.jsonl"), journal);
    }
    // Lines in another order are all there, and are not what the manifest tells of.
    write(&path.join("q"), "runs.jsonl", &[lines[1], lines[0], &lines[2..].concat()].concat());
    let outcome = zaryad(path, &["rank", "q", "--metric", "charging.wait_s.mean"]);
    assert_eq!(outcome.code, Some(2), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("is not the one that the manifest tells of"), "{}", outcome.stderr);
    fine(&zaryad(path, &["sweep", "race.toml", "--out", "q"]));
    assert_eq!(read("q/runs.jsonl"), journal);
    // So is a manifest that was changed.
    let manifest = fs::read_to_string(path.join("q/manifest.json")).expect("there is a manifest");
    write(&path.join("q"), "manifest.json", &manifest.replace("\"seed\": 1", "\"seed\": 2"));
    let outcome = zaryad(path, &["report", "q"]);
    assert_eq!(outcome.code, Some(2), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("it was changed after it was written"), "{}", outcome.stderr);
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_grow_ends_a_sweep_early_and_loses_nothing() {
    let temporary = folder();
    let path = temporary.path();
    let many = RACE.replace("hours = 1500", "hours = 200").replace("replications = 6", "replications = 20");
    write(path, "race.toml", &many);
    fine(&zaryad(path, &["sweep", "race.toml", "--out", "whole"]));
    // Without a word of the program the signal would end it, and with it whatever is being written.
    for threads in ["1", "4"] {
        let script = format!("ulimit -f 100; exec \"$0\" sweep race.toml --out full --threads {threads}");
        let outcome = Command::new("sh")
            .args(["-c", &script, env!("CARGO_BIN_EXE_zaryad")])
            .current_dir(path)
            .output()
            .expect("there is a shell");
        assert_eq!(outcome.status.code(), Some(1), "{}", said(&outcome));
        assert!(said(&outcome).contains("runs are safe, and the same command goes on"), "{}", said(&outcome));
        let kept = runs(&path.join("full"));
        assert!(0 < kept && kept < 120, "{kept}");
        fine(&zaryad(path, &["sweep", "race.toml", "--out", "full"]));
        same(&path.join("full"), &path.join("whole"));
        fs::remove_dir_all(path.join("full")).expect("nobody holds it");
    }
}

const RANK: [&str; 6] = ["rank", "q", "--metric", "charging.wait_s.mean", "--budget", "20"];

#[cfg(target_os = "linux")]
#[test]
fn a_budget_whose_ranking_was_never_told_is_not_spent_again() {
    let temporary = folder();
    let path = temporary.path();
    write(path, "race.toml", &RACE.replace("hours = 1500", "hours = 20"));
    fine(&zaryad(path, &["sweep", "race.toml", "--out", "q"]));
    let before = runs(&path.join("q"));
    let unheard = Command::new(env!("CARGO_BIN_EXE_zaryad"))
        .args(RANK)
        .current_dir(path)
        .stdout(OpenOptions::new().write(true).open("/dev/full").expect("Linux has it"))
        .output()
        .expect("the program was built for this test");
    assert_eq!(unheard.status.code(), Some(1), "{}", said(&unheard));
    assert_eq!(runs(&path.join("q")), before + 20);
    let again = zaryad(path, &RANK);
    fine(&again);
    assert!(again.stderr.contains("an earlier budget was cut short"), "{}", again.stderr);
    assert_eq!(runs(&path.join("q")), before + 20);
    // It has been told now: the next budget is another one.
    fine(&zaryad(path, &RANK));
    assert_eq!(runs(&path.join("q")), before + 40);
}

/// Kills a command as soon as a folder holds so many runs; whether it had told everything before.
fn killed(path: &Path, arguments: &[&str], at: &str, moment: usize) -> bool {
    let mut child = begin(path, arguments);
    wait_for(&mut child, || runs(&path.join(at)) >= moment);
    // It may have ended meanwhile.
    let _ = child.kill();
    let output = end(child);
    output.status.success() || !output.stdout.is_empty()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).expect("the place is free");
    for (name, bytes) in files(from) {
        fs::write(to.join(name), bytes).expect("the disk has room");
    }
}

#[test]
fn killed_again_and_again_every_kind_of_sweep_ends_with_the_same_bytes() {
    let temporary = folder();
    let path = temporary.path();
    write(path, "grid.toml", &RACE.replace("hours = 1500", "hours = 300"));
    write(path, "until.toml", &until());
    for name in ["grid", "until"] {
        fine(&zaryad(path, &["sweep", &format!("{name}.toml"), "--out", name, "--csv"]));
    }
    copy(&path.join("grid"), &path.join("q"));
    fine(&zaryad(path, &RANK));
    fs::rename(path.join("q"), path.join("ranked")).expect("the place is free");
    let all = times("ZARYAD_KILLS", 8);
    let mut kill = 0;
    while kill < all {
        let (kind, round) = (kill % 4, kill / 4);
        // Moments are spread over the whole, and some lie behind the last run, while tables are written.
        let at = |least: usize, most: usize| least + (round * 13 + kind * 5 + 3) % (most - least + 1);
        kill += 1;
        match kind {
            0 => {
                let arguments = ["sweep", "grid.toml", "--out", "q", "--csv"];
                killed(path, &arguments, "q", at(0, 36));
                fine(&zaryad(path, &arguments));
                same(&path.join("grid"), &path.join("q"));
            }
            1 => {
                let arguments = ["sweep", "until.toml", "--out", "q", "--csv"];
                killed(path, &arguments, "q", at(0, runs(&path.join("until"))));
                fine(&zaryad(path, &arguments));
                same(&path.join("until"), &path.join("q"));
            }
            2 => {
                for part in ["1/2", "2/2"] {
                    let out = format!("part-{}", &part[..1]);
                    let arguments = ["sweep", "grid.toml", "--out", &out, "--shard", part];
                    killed(path, &arguments, &out, at(0, 18));
                    fine(&zaryad(path, &arguments));
                }
                let merge = ["merge", "part-2", "part-1", "--out", "q", "--csv"];
                killed(path, &merge, "q", if round % 2 == 0 { 0 } else { 36 });
                if !path.join("q").exists() {
                    fine(&zaryad(path, &merge));
                }
                same(&path.join("grid"), &path.join("q"));
                for part in ["part-1", "part-2"] {
                    fs::remove_dir_all(path.join(part)).expect("nobody holds it");
                }
            }
            _ => {
                copy(&path.join("grid"), &path.join("q"));
                if !killed(path, &RANK, "q", at(36, 56)) {
                    fine(&zaryad(path, &RANK));
                }
                // Who was killed behind its last word may still have had to say so in the folder.
                let told = |name: &str| files(&path.join(name))["manifest.json"].clone();
                if told("q") != told("ranked") {
                    fine(&zaryad(path, &RANK));
                }
                same(&path.join("ranked"), &path.join("q"));
            }
        }
        fs::remove_dir_all(path.join("q")).expect("nobody holds it");
        let left: Vec<String> = names(path).into_iter().filter(|name| name.starts_with('.')).collect();
        assert!(left.len() <= 2, "{left:?}");
    }
    // Whatever is left of killed commands is gone with the next one.
    fine(&zaryad(path, &["sweep", "grid.toml", "--out", "q"]));
    assert_eq!(names(path), ["grid", "grid.toml", "q", "ranked", "until", "until.toml"]);
}

#[test]
fn results_that_were_changed_after_they_were_written_are_neither_compared_nor_shown() {
    let temporary = folder();
    let path = temporary.path();
    let run = ["run", "m-m-10", "--set", "time.horizon.hours=50", "--replications", "3", "--out"];
    fine(&zaryad(path, &[&run[..], &["a"]].concat()));
    fine(&zaryad(path, &[&run[..], &["b", "--threads", "1"]].concat()));
    let manifests = ["a", "b"].map(|name| {
        let text = fs::read_to_string(path.join(name).join("manifest.json")).expect("there is a manifest");
        text.lines()
            .filter(|line| !line.contains("\"wall_s\"") && !line.contains("\"threads\""))
            .collect::<String>()
    });
    assert_eq!(manifests[0], manifests[1], "a hash must not depend on the machine");
    let compare = &["compare", "a", "b"][..];
    let report = &["report", "b", "-o", "page.html"][..];
    let pages = &["report", "a", "b", "-o", "page.html"][..];
    for (file, from, to, readers) in [
        ("replications.csv", "\n1,", "\n1,1", &[compare, report, pages][..]),
        ("manifest.json", "\"seed\": 1", "\"seed\": 11", &[compare, report, pages]),
        ("manifest.json", "\"question\": \"", "\"question\": \"Why? ", &[compare, report, pages]),
        ("manifest.json", "replication_fingerprints", "fingerprints", &[compare, report, pages]),
        ("summary.json", "\"mean\": 1", "\"mean\": 2", &[report, pages]),
        ("summary.json", "\"scenario\": \"", "\"scenario\": \"x", &[report, pages]),
        ("stations.csv", "given,", "planned,", &[report, pages]),
        ("waits.csv", "charging.wait_s,0,0,", "charging.wait_s,0,0,1", &[compare, report, pages]),
    ] {
        let at = path.join("b").join(file);
        let text = fs::read_to_string(&at).expect("there is such a file");
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text, "{file}: {from}");
        fs::write(&at, changed).expect("the disk has room");
        for arguments in readers {
            let outcome = zaryad(path, arguments);
            assert_eq!(outcome.code, Some(2), "{file} {arguments:?}: {}", outcome.stderr);
            let words = format!("b/{file}: it was changed after it was written");
            assert!(outcome.stderr.contains(&words), "{file} {arguments:?}: {}", outcome.stderr);
            assert!(!path.join("page.html").exists());
        }
        fs::write(&at, text).expect("the disk has room");
    }
    fine(&zaryad(path, report));
    fine(&zaryad(path, compare));
}

/// What must never reach a terminal or a page as it is.
const HARMFUL: [char; 14] = [
    '\u{1b}',
    '\u{7}',
    '\u{8}',
    '\u{7f}',
    '\u{9b}',
    '\u{85}',
    '\u{202e}',
    '\u{2066}',
    '\u{200b}',
    '\u{200f}',
    '\u{2028}',
    '\u{feff}',
    '\u{e0041}',
    '\u{ad}',
];

#[test]
fn text_from_files_and_arguments_is_harmless_wherever_it_is_printed() {
    let temporary = folder();
    let path = temporary.path();
    let escaped = |letters: &[char]| -> String {
        letters.iter().map(|letter| format!("\\U{:08x}", u32::from(*letter))).collect::<Vec<_>>().concat()
    };
    // A name has no control characters; a question may have any.
    let marks: Vec<char> = HARMFUL.into_iter().filter(|letter| !letter.is_control()).collect();
    let (evil, marks) = (escaped(&HARMFUL), escaped(&marks));
    let raw = "\u{202e}\u{2066}\u{200b}\u{9b}2J\u{e0041}";
    let named = format!("name = \"n{marks}\"\nquestion = \"q{evil}\\nresult: forged\"\nbase = \"m-m-10\"\n");
    let queue = |name: &str| {
        format!(
            "{named}[time]\nreplications = 2\nhorizon = {{ hours = 50 }}\n[[stations]]\nname = \"{name}\"\n\
             plugs = 3\n[[stations.walk_ins]]\nper_hour = 1\nstay.exponential = {{ mean_minutes = 30 }}\n"
        )
    };
    write(path, "evil.toml", &queue(&format!("=sheet{marks}")));
    write(path, "refused.toml", &queue(&format!("{evil}\\nforged")));
    write(
        path,
        "sweep.toml",
        &format!(
            "{named}replications = 2\ntime.horizon = {{ hours = 50 }}\n[[axes]]\nkey = \"stations.0.plugs\"\nvalues = [10, 11]\n"
        ),
    );
    write(
        path,
        "wrong.toml",
        &format!("name = \"{raw}\" # {raw}\nbase = \"no{raw}.toml\"\nfl{raw}eet = 1\n"),
    );
    write(path, "key.toml", &format!("\"k{evil}\" = 1 # {raw}\n\"fleet\".\"t{evil}\" = 2 # {raw}\n"));
    let odd = format!("no{raw}\u{1b}[31m");
    let commands: &[&[&str]] = &[
        &["run", "evil.toml", "--out", "run", "--report", "run.html"],
        &["run", "evil.toml", "--json"],
        &["check", "evil.toml", "--show"],
        &["check", "evil.toml", "refused.toml", "wrong.toml", "key.toml"],
        &["sweep", "sweep.toml", "--dry-run"],
        &["sweep", "sweep.toml", "--out", "swept", "--report", "swept.html"],
        &["sweep", "sweep.toml", "--out", "swept", "--json"],
        &["rank", "swept", "--metric", "charging.wait_s.mean"],
        &["compare", "run", "run", "--report", "both.html"],
        &["compare", "swept:1", "swept:2"],
        &["report", "run", "-o", "again.html"],
        &["run", &odd],
        &["run", "m-m-10", "--set", &odd],
        &["sweep", &odd],
        &["report", &odd],
        &["compare", &odd, "run"],
        &["rank", "swept", "--metric", &odd],
        &["scenarios", &odd],
        &[&odd],
        &["run", "m-m-10", "--seed", &odd],
    ];
    let harmful = |text: &str| HARMFUL.iter().find(|letter| text.contains(**letter)).copied();
    for command in commands {
        let outcome = zaryad(path, command);
        for text in [&outcome.stdout, &outcome.stderr] {
            assert_eq!(harmful(text), None, "{command:?}: {text}");
            let forged = |line: &str| {
                ["error: forged", "result: forged", "forged"].iter().any(|word| line.starts_with(word))
            };
            // What is shown as TOML has its own lines of text, in quotation marks.
            assert!(command.contains(&"--show") || !text.lines().any(forged), "{command:?}: {text}");
        }
    }
    let page = |name: &str| fs::read_to_string(path.join(name)).expect("the page was written");
    for name in ["run.html", "swept.html", "both.html"] {
        let text = page(name);
        let found =
            ['\u{202e}', '\u{2066}', '\u{9b}', '\u{e0041}'].into_iter().find(|letter| text.contains(*letter));
        assert_eq!(found, None, "{name}");
        assert!(text.contains("\\\\u202e"), "{name} shows what the file holds");
    }
    // A cell that would be a formula has a mark before it, which the program's own reader takes away again.
    let table = fs::read_to_string(path.join("run/stations.csv")).expect("there is a table");
    assert!(table.contains("\n'=sheet") && !table.contains("\n="), "{table}");
    assert_eq!(page("run.html"), page("again.html"));
    assert!(!page("run.html").contains("'=sheet"));
}
