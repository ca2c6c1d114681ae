//! `zaryad rank`: which points of a sweep may be the best, and more runs where they tell most.

use super::lock::Lock;
use super::wrong::Wrong;
use super::{Failure, RankArguments, files, pool, pretty, print, say, store, sweep, width};
use crate::data::Data;
use crate::report;
use crate::results::Better;
use crate::scenario::Problem;
use crate::study::choice::{Choice, Question};
use crate::study::constraint::{self, Constraint};
use crate::study::rank::Goal;
use crate::study::{Extra, MOST_REPLICATIONS, Manifest, Swept};
use std::path::Path;

/// How many runs are shared out where no budget says how many.
const NEXT: u64 = 100;

/// Ranks a whole sweep; with a budget, after more runs.
pub(super) fn rank(arguments: &RankArguments) -> Result<(), Failure> {
    let path = &arguments.sweep;
    let mut wrong = Wrong::default();
    let question = wrong.keep(question(arguments))?;
    // Who spends a budget reads what is there when nobody else can add to it.
    let lock = if arguments.budget.is_some() && store::is_sweep(path) {
        wrong.keep(Lock::take(path))?
    } else {
        None
    };
    let swept = wrong.keep(store::load(path))?;
    let (question, mut swept) = wrong.finish(question.zip(swept))?;
    let mut spent = None;
    match arguments.budget.zip(lock) {
        Some((budget, lock)) => {
            if let Some(manifest) = enlarged(path, &swept, &question, u64::from(budget), arguments.quiet)? {
                let store;
                (swept, store) = run(path, lock, manifest, arguments)?;
                spent = Some(store);
            }
        }
        None => store::check_whole(path, &swept)?,
    }
    let choice = Choice::of(&swept, question, NEXT);
    print(&if arguments.json { pretty(&choice.json())? } else { report::choice(&choice, width()) })?;
    if let Some(store) = spent {
        // Until its ranking has been told, a budget counts as cut short: the same command spends it no second time.
        let fingerprint = Some(swept.fingerprint());
        store.describe(&Manifest { fingerprint, ..swept.manifest })?;
    }
    Ok(())
}

/// What is asked, or everything that is wrong with it.
fn question(arguments: &RankArguments) -> Result<Question, Failure> {
    let mut wrong = Wrong::default();
    let metric = constraint::metric(&arguments.metric).map_err(|problem| wrong.extend([problem])).ok();
    let goal = match (arguments.lower, arguments.higher, metric.map(|metric| metric.better)) {
        (true, ..) | (false, false, Some(Better::Lower)) => Some(Goal::Lower),
        (_, true, _) | (false, false, Some(Better::Higher)) => Some(Goal::Higher),
        (false, false, None) => None,
        (false, false, Some(Better::Neither)) => {
            let title = format!("`{}` says nothing of better or worse", arguments.metric);
            let help = "say which values you want: `--lower` or `--higher`";
            wrong.extend([Problem::titled(title).help(help)]);
            None
        }
    };
    let mut constraints = Vec::new();
    for text in &arguments.constraints {
        constraints.extend(wrong.keep(Constraint::parse(text, "--where").map_err(Failure::from))?);
    }
    wrong.finish(metric.zip(goal).map(|(metric, goal)| Question { metric, goal, constraints }))
}

/// The manifest under which a budget is run; none if no point is left to run.
///
/// If runs of an earlier budget were cut short, they are what is run, and nothing is added: so the same command
/// goes on after an interrupt.
fn enlarged(
    path: &Path,
    swept: &Swept,
    question: &Question,
    budget: u64,
    quiet: bool,
) -> Result<Option<Manifest>, Failure> {
    let mut manifest = swept.manifest.clone();
    // Only a sweep that came to its end has a fingerprint: its runs were made, and its ranking was told.
    if !manifest.extra.is_empty() && manifest.fingerprint.is_none() {
        let without = Manifest { extra: Extra::new(), ..manifest.clone() };
        store::check_whole(path, &Swept::new(without, swept.runs.clone()))?;
        if !quiet {
            say("an earlier budget was cut short: what it lacks is made up for, and nothing is added\n");
        }
        return Ok(Some(manifest));
    }
    store::check_whole(path, swept)?;
    let choice = Choice::of(swept, question.clone(), budget);
    for point in choice.points.iter().filter(|point| point.next > 0) {
        let count = point.replications as u64 + point.next;
        if count > u64::from(MOST_REPLICATIONS) {
            let title = format!("point {} would get {count} replications", point.point);
            return Err(Failure::input(title, format!("no point may have more than {MOST_REPLICATIONS}")));
        }
        manifest.extra.insert(point.point, count as u32);
    }
    let any = choice.points.iter().any(|point| point.next > 0);
    if !any && !quiet {
        say("no more runs were made: every point breaks a constraint or lacks the metric\n");
    }
    Ok(any.then_some(manifest))
}

/// Runs what a manifest wants beyond what its folder holds.
fn run(
    path: &Path,
    lock: Lock,
    wanted: Manifest,
    arguments: &RankArguments,
) -> Result<(Swept, store::Store), Failure> {
    let pool = pool(arguments.threads)?;
    let data = Data::embedded();
    let plan = pool.install(|| files::plan_again(&wanted, &data))?;
    let tables = files::tables_of(&plan, &data)?;
    let own = sweep::manifest(&plan, &tables, wanted.sets, wanted.shard)?;
    let manifest = Manifest { extra: wanted.extra, ..own };
    // From here on the folder says which runs are wanted, so that they are made even if this is cut short.
    let (store, done) = store::Store::open(path, lock, &manifest, false)?;
    let how = sweep::How { bars: !arguments.quiet && !arguments.json, quiet: arguments.quiet, csv: false };
    let swept = sweep::run(&plan, &tables, &manifest, (&store, done), &pool, &how)?;
    Ok((swept, store))
}
