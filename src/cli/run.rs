//! `zaryad run`: one scenario, from its text to its results.

use super::folder::Folder;
use super::progress::simulated_ms;
use super::report::Place;
use super::{Bar, Failure, RunArguments, files, interrupt, json, pool, pretty, print, say, width};
use crate::data::Data;
use crate::report;
use crate::results::{Doubt, MANIFEST, Manifest, Note, Results, seal_files};
use crate::scenario::Scenario;
use crate::study::effect::same_worlds;
use crate::study::{Progress, replicate};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

/// Loads the scenario, and only when nothing is wrong with it, runs it.
pub(super) fn run(arguments: &RunArguments) -> Result<(), Failure> {
    let mut sets = arguments.sets.clone();
    sets.extend(arguments.seed.map(|seed| format!("time.seed={seed}")));
    sets.extend(arguments.replications.map(|count| format!("time.replications={count}")));
    let data = Data::embedded();
    let scenario = files::scenario(&arguments.scenario, &sets, &data)?;
    let data = files::tables(&scenario, data)?;
    let folder = arguments.out.as_deref().map(|out| Folder::check(out, arguments.overwrite)).transpose()?;
    let place = arguments.report.as_deref().map(Place::check).transpose()?;
    let idle = idle(&scenario, &sets, &data, arguments)?;
    execute(&scenario, &data, folder, place.as_ref(), arguments, (sets, idle))
}

/// The note on what `--set` changed without any effect on the run, if there is such a key.
fn idle(
    scenario: &Scenario,
    sets: &[String],
    data: &Data,
    arguments: &RunArguments,
) -> Result<Option<Note>, Failure> {
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
        files::scenario(&arguments.scenario, &others, data).ok()
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
    let plural = if threads == 1 { "" } else { "s" };
    let events = results.events();
    let mut line =
        format!("\n{:.1} million events in {wall:.1} s on {threads} thread{plural}\n", events as f64 / 1e6);
    if let Some(folder) = folder {
        // Writing to a string cannot fail.
        let _ = writeln!(line, "Results are in {}", folder.display());
    }
    say(&line);
}
