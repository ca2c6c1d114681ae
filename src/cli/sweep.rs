//! `zaryad sweep`: every point of a design, and none of them twice.

use super::lock::Lock;
use super::report::Place;
use super::store::Unkept;
use super::{
    Bar, Failure, SweepArguments, estimate, files, interrupt, pool, pretty, print, progress, say, store,
    tell_notes, width,
};
use crate::data::Data;
use crate::report;
use crate::results::{SCHEMA_VERSION, columns, counted};
use crate::study::{Extra, Manifest, Plan, Planning, Runner, Running, Shard, Swept, Tables};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

/// Plans the sweep, and only when nothing is wrong with it, runs what is missing.
pub(super) fn sweep(arguments: &SweepArguments) -> Result<(), Failure> {
    let sets = files::settings(
        &arguments.sets,
        [
            ("--seed", "time.seed", arguments.seed),
            ("--replications", "replications", arguments.replications.map(u64::from)),
        ],
    )?;
    let place = arguments.report.as_deref().map(Place::check).transpose()?;
    let pool = pool(arguments.threads)?;
    let data = Data::embedded();
    let source = files::sweep(&arguments.sweep)?;
    let plan = {
        let planning = Arc::new(Planning::default());
        let _bar = Bar::of_planning(&planning, !arguments.quiet && !arguments.json);
        pool.install(|| files::plan(&source, &sets, &data, &planning))?
    };
    let tables = files::tables_of(&plan, &data)?;
    let graphs = tables.iter().map(|(_, data)| data);
    tell_notes(&files::with_roads_noted(plan.notes.clone(), &plan.base, graphs));
    let mut manifest = manifest(&plan, &tables, sets, arguments.shard)?;
    let out = match &arguments.out {
        Some(out) => out.clone(),
        None => by_name(&plan.sweep.name, arguments.shard)?,
    };
    if arguments.dry_run {
        let saved = if store::is_sweep(&out) { Some(store::load(&out)?) } else { None };
        let saved = saved.filter(|saved| saved.manifest.identity == manifest.identity);
        let cost = pool.install(|| estimate::cost(&plan, &tables))?;
        return estimate::tell(
            &plan,
            &manifest,
            saved.as_ref(),
            &cost,
            pool.current_num_threads(),
            arguments.json,
        );
    }
    let lock = Lock::take(&out)?;
    if !arguments.overwrite && store::is_sweep(&out) {
        // Choosing among points may have added replications to some of them.
        manifest.extra = store::manifest(&out)?.extra;
    }
    let (store, done) = store::Store::open(&out, lock, &manifest, arguments.overwrite)?;
    let how = How { bars: !arguments.quiet && !arguments.json, quiet: arguments.quiet, csv: arguments.csv };
    let mut swept = run(&plan, &tables, &manifest, (&store, done), &pool, &how)?;
    swept.manifest.fingerprint = Some(swept.fingerprint());
    store.describe(&swept.manifest)?;
    if let Some(place) = &place {
        place.write(&report::sweep_page(&swept))?;
    }
    if arguments.json {
        return print(&pretty(&swept)?);
    }
    print(&report::sweep(&swept, width()))?;
    if !arguments.quiet {
        say(&format!("\nResults are in {}\n", out.display()));
        if let Some(path) = &arguments.report {
            say(&format!("The page is in {}\n", path.display()));
        }
    }
    Ok(())
}

/// What a sweep shows and writes while it runs.
pub(super) struct How {
    /// Progress bars on a terminal.
    pub(super) bars: bool,
    /// No closing line.
    pub(super) quiet: bool,
    /// Tables as CSV too.
    pub(super) csv: bool,
}

/// Runs what a sweep's folder lacks, and writes the tables of all runs. That they are all there is for the caller to
/// say in the manifest: with the fingerprint.
pub(super) fn run(
    plan: &Plan,
    tables: &Tables,
    manifest: &Manifest,
    (store, done): (&store::Store, Vec<crate::study::Run>),
    pool: &rayon::ThreadPool,
    how: &How,
) -> Result<Swept, Failure> {
    let before = Swept::new(manifest.clone(), done);
    let running = Arc::new(Running::default());
    let began = Instant::now();
    let first = before.runs.len() as u64;
    {
        let progress = Arc::clone(&running);
        let _told = interrupt::telling(move || {
            let (done, wanted) =
                (progress.done.load(Ordering::Relaxed), progress.wanted.load(Ordering::Relaxed));
            let wanted = counted(&wanted.to_string(), "run");
            format!("interrupted: {done} of {wanted} are safe, and the same command goes on from there")
        });
        let _bars = progress::Bars::follow(&running, plan, pool.current_num_threads(), how.bars);
        let keep = |run: &crate::study::Run| store.keep(run, &manifest.identity);
        let runner = Runner::new(plan, tables, (manifest.shard, &manifest.extra), &running, &keep);
        pool.install(|| runner.run(&before.runs)).map_err(|unkept| failure(unkept, &running))?;
    }
    let made = running.done.load(Ordering::Relaxed) - first;
    drop(before);
    let swept = store.reload(manifest.clone())?;
    store.finish(&swept, how.csv)?;
    if !how.quiet {
        let wall = began.elapsed().as_secs_f64();
        let [made, threads] = [(made, "run"), (pool.current_num_threads() as u64, "thread")]
            .map(|(count, one)| counted(&count.to_string(), one));
        say(&format!("{made} in {wall:.1} s on {threads}; there before: {first}\n"));
    }
    Ok(swept)
}

/// The folder of a sweep, or of a part of it, where none is given.
fn by_name(name: &str, shard: Option<Shard>) -> Result<PathBuf, Failure> {
    let path = PathBuf::from(name);
    if path.file_name().is_none_or(|file| file != name) {
        let title = format!("the sweep's name, `{name}`, is no name of a folder");
        return Err(Failure::input(title, "give one with `--out`"));
    }
    let part = shard.map_or_else(String::new, |part| format!(".{}-of-{}", part.number, part.of));
    Ok(PathBuf::from(format!("{name}{part}.sweep")))
}

/// Why a sweep ended early, with what is safe on the disk.
fn failure(unkept: Unkept, running: &Running) -> Failure {
    let done = running.done.load(Ordering::Relaxed);
    match unkept {
        Unkept::Unwritten(sentence) => Failure::Machine(format!(
            "{sentence}; {} safe, and the same command goes on from there",
            if done == 1 { "1 run is".to_owned() } else { format!("{done} runs are") }
        )),
        Unkept::Ended(failure) => failure,
    }
}

/// What the sweep's folder will say of itself.
pub(super) fn manifest(
    plan: &Plan,
    tables: &Tables,
    sets: Vec<String>,
    shard: Option<Shard>,
) -> Result<Manifest, Failure> {
    let commit = Some(env!("ZARYAD_COMMIT")).filter(|commit| *commit != "unknown").map(str::to_owned);
    let version = format!("{} {}", env!("CARGO_PKG_VERSION"), env!("ZARYAD_COMMIT"));
    let data = tables.iter().flat_map(|(_, data)| &data.fingerprints);
    Ok(Manifest {
        schema_version: SCHEMA_VERSION,
        kind: "sweep".to_owned(),
        name: plan.sweep.name.clone(),
        question: plan.sweep.question.clone(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        commit,
        identity: plan.identity(tables, &version),
        seed: plan.base.time.seed,
        design: plan.sweep.design,
        replications: plan.rule.clone(),
        shard,
        extra: Extra::new(),
        fingerprint: None,
        metrics: columns().iter().map(|metric| metric.name.to_owned()).collect(),
        axes: plan.axes(),
        points: (0..plan.points.len()).map(|point| plan.values(point)).collect(),
        file: plan.sweep.file.clone(),
        sets,
        texts: plan.sweep.texts(),
        scenario: super::json(&plan.base)?,
        data: data.map(|(name, hash)| (name.clone(), serde_json::json!(hash))).collect(),
    })
}
