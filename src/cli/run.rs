//! `zaryad run`: one scenario, from its text to its results.

use super::folder::Folder;
use super::progress::simulated_ms;
use super::report::Place;
use super::{
    Bar, Failure, RunArguments, files, interrupt, json, pool, pretty, print, say, tell_notes, width,
};
use crate::data::Data;
use crate::report;
use crate::results::{Doubt, MANIFEST, Manifest, Note, Results, counted, seal_files};
use crate::scenario::{Scenario, Source};
use crate::study::effect::same_worlds;
use crate::study::{Progress, replicate};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

/// Loads the scenario, and only when nothing is wrong with it, runs it.
pub(super) fn run(arguments: &RunArguments) -> Result<(), Failure> {
    let sets = files::settings(
        &arguments.sets,
        [
            ("--seed", "time.seed", arguments.seed),
            ("--replications", "time.replications", arguments.replications.map(u64::from)),
        ],
    )?;
    let data = Data::embedded();
    let source = files::source(&arguments.scenario)?;
    let (scenario, notes) = files::scenario(source.clone(), &sets, &data)?;
    let data = files::tables(&scenario, data)?;
    let folder = arguments.out.as_deref().map(|out| Folder::check(out, arguments.overwrite)).transpose()?;
    let place = arguments.report.as_deref().map(Place::check).transpose()?;
    tell_notes(&notes);
    let idle = idle(&scenario, &sets, &data, &source)?;
    execute(&scenario, &data, folder, place.as_ref(), arguments, (sets, idle))
}

/// The note on what `--set` changed without any effect on the run, if there is such a key.
fn idle(scenario: &Scenario, sets: &[String], data: &Data, source: &Source) -> Result<Option<Note>, Failure> {
    // What is no lever: how often, by which luck and with how much detail the same world is run.
    let lever = |set: &str| {
        !["time.seed", "time.replications", "output", "name", "question"]
            .iter()
            .any(|key| set.trim_start().starts_with(key))
    };
    let tried: Vec<usize> = (0..sets.len()).filter(|index| lever(&sets[*index])).collect();
    if tried.is_empty() {
        return Ok(None);
    }
    let without = |index: &usize| {
        let others = [&sets[..*index], &sets[index + 1..]].concat();
        // Without it the scenario may be wrong, and then it has an effect.
        files::scenario(source.clone(), &others, data).ok().map(|(scenario, _)| scenario)
    };
    let others: Vec<Option<Scenario>> = tried.iter().map(without).collect();
    let same = same_worlds(scenario, &others, data);
    let own = json(scenario)?;
    let mut told = Vec::new();
    for ((index, other), _) in tried.iter().zip(&others).zip(same).filter(|(_, same)| *same) {
        let key = sets[*index].split('=').next().unwrap_or_default().trim();
        let says_the_same = other.as_ref().map(json).transpose()?.is_some_and(|other| other == own);
        let why = if says_the_same {
            "the scenario says the same without it"
        } else {
            "nothing that is simulated here depends on it"
        };
        told.push(format!("`{key}` changed nothing: {why}"));
    }
    Ok((!told.is_empty()).then(|| Note {
        doubt: Doubt::NoEffect,
        metrics: Vec::new(),
        numbers: vec![("settings", told.len() as f64)],
        text: told.join("; "),
    }))
}

/// Simulates, writes and prints.
fn execute(
    scenario: &Scenario,
    data: &Data,
    folder: Option<Folder>,
    place: Option<&Place>,
    arguments: &RunArguments,
    (sets, idle): (Vec<String>, Option<Note>),
) -> Result<(), Failure> {
    let pool = pool(arguments.threads)?;
    let progress = Arc::new(Progress::default());
    let start = Instant::now();
    let total = simulated_ms(&scenario.time) * u64::from(scenario.time.replications);
    let mut results = {
        let kept = "interrupted: nothing is kept of a run that has not come to its end";
        let _told = interrupt::telling(move || kept.to_owned());
        let wanted = !arguments.quiet && !arguments.json;
        let _bar = Bar::follow(&progress, total, wanted);
        pool.install(|| replicate(scenario, data, &progress))?
    };
    let wall = start.elapsed().as_secs_f64();
    results.sets = sets;
    results.notes.extend(idle);
    let summary = results.summary_json(Some(wall));
    if folder.is_some() || place.is_some() {
        let manifest = results.manifest_json(&Manifest {
            scenario: json(scenario)?,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            commit: Some(env!("ZARYAD_COMMIT")).filter(|commit| *commit != "unknown").map(str::to_owned),
            data: data.fingerprints.clone(),
            wall_s: wall,
            threads: pool.current_num_threads(),
        });
        let mut files: Vec<(String, Vec<u8>)> = vec![("summary.json".into(), pretty(&summary)?.into_bytes())];
        files.extend(results.files());
        let manifest = pretty(&seal_files(manifest, &files))?;
        files.insert(0, (MANIFEST.to_owned(), manifest.into_bytes()));
        if let Some(place) = place {
            place.write(&page_of(&files)?)?;
        }
        if let Some(folder) = folder {
            folder.write(&files)?;
        }
    }
    if arguments.json {
        return print(&pretty(&summary)?);
    }
    print(&report::text(&results, width()))?;
    if !arguments.quiet {
        close(&results, wall, pool.current_num_threads(), arguments.out.as_deref());
    }
    Ok(())
}

/// The page of files that were just made, each a name and its bytes: as if they had been read back.
fn page_of(files: &[(String, Vec<u8>)]) -> Result<String, Failure> {
    let text =
        |(name, bytes): &(String, Vec<u8>)| Some((name.clone(), String::from_utf8(bytes.clone()).ok()?));
    report::page(&files.iter().filter_map(text).collect(), &Data::embedded()).map_err(|problems| {
        let told: Vec<String> =
            problems.iter().map(|problem| format!("{}: {}", problem.file, problem.what)).collect();
        Failure::Machine(format!("cannot make a page of these results: {}", told.join("; ")))
    })
}

/// Says on stderr how quickly it went, and where the results are.
fn close(results: &Results, wall: f64, threads: usize, folder: Option<&Path>) {
    let threads = counted(&threads.to_string(), "thread");
    let mut line =
        format!("\n{:.1} million events in {wall:.1} s on {threads}\n", results.events() as f64 / 1e6);
    if let Some(folder) = folder {
        // Writing to a string cannot fail.
        let _ = writeln!(line, "Results are in {}", folder.display());
    }
    say(&line);
}

#[cfg(test)]
mod tests {
    use super::super::{Arguments, Command, MACHINE_FAILED};
    use super::*;
    use crate::scenario::Law;
    use crate::study::resolve_text;
    use clap::Parser;

    /// No scenario that is checked is known to come to a standstill. This one is checked, and then changed as no check would
    /// let it pass: a car that finds no room comes back at the same instant.
    fn endless(data: &Data) -> Scenario {
        let text = "name = \"endless\"\nbase = \"assumptions\"\n\
                    time = { warm_up = { hours = 0 }, horizon = { hours = 1 }, replications = 1 }\n\
                    demand.rides_per_day = 0\nfleet = { taxis = 0, electric = 0 }\nnetwork.existing = 0\n\
                    [[stations]]\nname = \"Q\"\nplugs = 1\nroom = 0\n\
                    [[stations.walk_ins]]\ncars = 2\naway = { constant = { minutes = 1 } }\n\
                    stay = { constant = { minutes = 30 } }\n";
        let mut scenario = resolve_text(text, &[], data).expect("the scenario is right");
        scenario.stations[0].walk_ins[0].away = Some(Law::Constant { minutes: 0.0 });
        scenario
    }

    #[test]
    fn a_run_that_comes_to_a_standstill_fails_with_who_stands_and_writes_nothing() {
        let data = Data::embedded();
        let temporary = tempfile::tempdir().expect("there is room");
        let (out, page) = (temporary.path().join("out"), temporary.path().join("page.html"));
        let typed = [
            "zaryad".as_ref(),
            "run".as_ref(),
            "--out".as_ref(),
            out.as_os_str(),
            "--report".as_ref(),
            page.as_os_str(),
        ];
        let arguments = Arguments::try_parse_from(typed).expect("the arguments are right");
        let Some(Command::Run(arguments)) = &arguments.command else { panic!("{arguments:?}") };
        let folder = Folder::check(&out, false).expect("the place is free");
        let place = Place::check(&page).expect("the place is free");
        let failure =
            execute(&endless(&data), &data, Some(folder), Some(&place), arguments, (Vec::new(), None))
                .expect_err("it stands still");
        assert_eq!(failure.exit_code(), MACHINE_FAILED);
        let told = failure.to_string();
        assert!(
            told.starts_with(
                "the run came to a standstill: a stream of walk-ins at station \"Q\" acted over"
            ),
            "{told}"
        );
        drop(place);
        let left: Vec<_> = std::fs::read_dir(temporary.path()).expect("it is there").collect();
        assert!(left.is_empty(), "{left:?}");
    }
}
