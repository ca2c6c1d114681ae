//! `zaryad merge`: the parts of a sweep become what one machine would have made.

use super::folder::Folder;
use super::lock::Lock;
use super::{Failure, MergeArguments, say, store};
use crate::results::counted;
use crate::study::{Manifest, Shard, Swept};
use std::path::Path;

/// Joins all parts, or writes nothing.
pub(super) fn merge(arguments: &MergeArguments) -> Result<(), Failure> {
    let out = &arguments.out;
    let folder = Folder::check_for(out, Lock::take(out)?, arguments.overwrite, &store::FILES)?;
    let mut parts: Vec<(&Path, Swept)> = Vec::new();
    for path in &arguments.parts {
        let part = store::load(path)?;
        if let Some((first, of_first)) = parts.first() {
            check_alike(first, of_first, path, &part)?;
        }
        parts.push((path.as_path(), part));
    }
    let mut manifest: Manifest = parts[0].1.manifest.clone();
    manifest.shard = None;
    for (_, part) in &parts {
        for (point, count) in &part.manifest.extra {
            let most = manifest.extra.entry(*point).or_default();
            *most = (*most).max(*count);
        }
    }
    let held: Vec<Option<Shard>> = parts.iter().map(|(_, part)| part.manifest.shard).collect();
    let runs = parts.into_iter().flat_map(|(_, part)| part.runs).collect();
    let mut whole = Swept::new(manifest, runs);
    if whole.missing > 0 {
        return Err(Failure::Incomplete(lacking(whole.missing, &held)));
    }
    whole.manifest.fingerprint = Some(whole.fingerprint());
    folder.write(&store::files(&whole, arguments.csv)?)?;
    if !arguments.quiet {
        let [runs, parts] = [(whole.runs.len(), "run"), (held.len(), "part")]
            .map(|(count, one)| counted(&count.to_string(), one));
        say(&format!("{} holds {runs} of {parts}\n", out.display()));
    }
    Ok(())
}

/// Refuses parts of different sweeps.
fn check_alike(first: &Path, of_first: &Swept, path: &Path, part: &Swept) -> Result<(), Failure> {
    let (one, other) = (&of_first.manifest, &part.manifest);
    if one.identity == other.identity && one.replications == other.replications {
        return Ok(());
    }
    let title = format!("{} and {} are no parts of one sweep", first.display(), path.display());
    let help = if one.identity == other.identity {
        "their numbers of replications differ: run one of them again with the other's"
    } else {
        "parts come from the same file, the same `--set` and the same version"
    };
    Err(Failure::input(title, help))
}

/// What is missing, and how to get it.
fn lacking(missing: u64, held: &[Option<Shard>]) -> String {
    let of = held.iter().flatten().map(|shard| shard.of).max().unwrap_or(1);
    let absent: Vec<String> = (1..=of)
        .filter(|number| !held.iter().flatten().any(|shard| shard.number == *number && shard.of == of))
        .map(|number| format!("{number}/{of}"))
        .collect();
    let remedy = if absent.is_empty() {
        "run the unfinished parts again: they go on where they stopped".to_owned()
    } else {
        format!("no folder holds part {}", absent.join(", "))
    };
    format!("the parts lack {}: {remedy}", counted(&missing.to_string(), "run"))
}
