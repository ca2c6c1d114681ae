//! A sweep's folder: every finished run is on disk before the next begins, and tables are made when all are.

use super::folder::{Folder, UNFINISHED};
use super::{Failure, interrupt};
use crate::study::{Manifest, Rule, Run, Shard, Swept};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

const MANIFEST: &str = "manifest.json";
/// A line for each finished run.
const JOURNAL: &str = "runs.jsonl";
/// All files of a sweep's folder: nothing else is ever replaced.
pub(super) const FILES: [&str; 6] =
    [MANIFEST, JOURNAL, "results.parquet", "results.csv", "points.parquet", "points.csv"];
/// Runs survive the end of the program as soon as they are written, and that of the machine after this long.
const SYNC: Duration = Duration::from_secs(1);

/// An open sweep folder, which no other process can open meanwhile.
pub(super) struct Store {
    path: PathBuf,
    journal: Mutex<Journal>,
}

struct Journal {
    file: File,
    synced: Instant,
}

/// What a sweep's folder holds.
pub(super) fn load(path: &Path) -> Result<Swept, Failure> {
    Ok(Swept::new(manifest(path)?, runs(path)?))
}

/// Refuses a sweep that lacks runs, with the command that makes them.
pub(super) fn check_whole(path: &Path, swept: &Swept) -> Result<(), Failure> {
    let (name, manifest) = (path.display(), &swept.manifest);
    if let Some(Shard { number, of }) = manifest.shard {
        let sentence =
            format!("{name} is part {number} of {of} of a sweep: join the parts with `zaryad merge`");
        return Err(Failure::Incomplete(sentence));
    }
    if swept.missing == 0 {
        return Ok(());
    }
    let mut again = format!("zaryad sweep {}", manifest.file);
    for set in &manifest.sets {
        again = format!("{again} --set '{set}'");
    }
    // Where results decide how many runs there are, more may be wanted than are known to be missing.
    let least = match manifest.replications {
        Rule::Fixed(_) => "",
        Rule::Until(_) => "at least ",
    };
    Err(Failure::Incomplete(format!(
        "{least}{} runs of {name} are missing: `{again} --out {name}` goes on with them",
        swept.missing
    )))
}

fn runs(path: &Path) -> Result<Vec<Run>, Failure> {
    let journal = path.join(JOURNAL);
    let bytes = fs::read(&journal).map_err(|error| cannot_read(&journal, &error))?;
    let (runs, _) = Run::parse_all(&bytes).map_err(|line| broken(&journal, line))?;
    Ok(runs)
}

/// Whether a folder holds a sweep, as far as its files' names tell.
pub(super) fn is_sweep(path: &Path) -> bool {
    path.join(JOURNAL).exists()
}

/// What a sweep's folder says of itself.
pub(super) fn manifest(path: &Path) -> Result<Manifest, Failure> {
    let (name, file) = (path.display(), path.join(MANIFEST));
    let help = "give the folder of a sweep, or another path";
    if !is_sweep(path) {
        let title = if path.is_dir() {
            format!("{name} is not the folder of a sweep")
        } else {
            format!("there is no folder {name}")
        };
        return Err(Failure::input(title, help));
    }
    let bytes = fs::read(&file).map_err(|error| cannot_read(&file, &error))?;
    Manifest::read(&bytes).map_err(|why| {
        let title = format!("{} is not the manifest of a sweep of this version: {why}", file.display());
        Failure::input(title, help)
    })
}

impl Store {
    /// Opens the folder of a sweep, or makes it; gives the runs that it holds.
    ///
    /// A folder with another sweep, or another part of it, is refused. One with the same sweep takes over what
    /// `wanted` says of replications.
    pub(super) fn open(path: &Path, wanted: &Manifest, overwrite: bool) -> Result<(Self, Vec<Run>), Failure> {
        let there = is_sweep(path) && !overwrite;
        if there {
            check_same(path, &manifest(path)?, wanted)?;
        } else {
            if is_sweep(path) {
                // Nobody's running sweep is pulled away from under it.
                drop(locked(path)?);
            }
            let folder = Folder::check_for(path, overwrite, &FILES)?;
            let files = [(MANIFEST.to_owned(), bytes(wanted)?), (JOURNAL.to_owned(), Vec::new())];
            folder.write(&files)?;
        }
        let journal = path.join(JOURNAL);
        let machine = |error: std::io::Error| cannot_write(&journal, &error);
        let mut file = locked(path)?;
        let mut held = Vec::new();
        file.read_to_end(&mut held).map_err(|error| cannot_read(&journal, &error))?;
        let (runs, whole) = Run::parse_all(&held).map_err(|line| broken(&journal, line))?;
        if whole < held.len() {
            file.set_len(whole as u64).and_then(|()| file.seek(SeekFrom::End(0))).map_err(machine)?;
        }
        let store =
            Self { path: path.to_owned(), journal: Mutex::new(Journal { file, synced: Instant::now() }) };
        if there {
            store.describe(wanted)?;
        }
        Ok((store, runs))
    }

    /// Writes a finished run.
    pub(super) fn keep(&self, run: &Run) -> Result<(), Failure> {
        let line = run.line();
        let machine = |error: std::io::Error| cannot_write(&self.path.join(JOURNAL), &error);
        let _uninterrupted = interrupt::hold_off();
        let mut journal = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
        journal.file.write_all(line.as_bytes()).map_err(machine)?;
        if journal.synced.elapsed() >= SYNC {
            journal.file.sync_data().map_err(machine)?;
            journal.synced = Instant::now();
        }
        Ok(())
    }

    /// What the folder holds by now.
    pub(super) fn reload(&self, manifest: Manifest) -> Result<Swept, Failure> {
        Ok(Swept::new(manifest, runs(&self.path)?))
    }

    /// Writes what the folder says of itself.
    pub(super) fn describe(&self, manifest: &Manifest) -> Result<(), Failure> {
        let _uninterrupted = interrupt::hold_off();
        self.replace(MANIFEST, &bytes(manifest)?)
    }

    /// Puts the journal in order and writes the tables of a whole sweep; the manifest comes last.
    pub(super) fn finish(self, swept: &Swept, with_csv: bool) -> Result<(), Failure> {
        let _uninterrupted = interrupt::hold_off();
        self.replace(JOURNAL, swept.journal().collect::<String>().as_bytes())?;
        if swept.manifest.shard.is_none() {
            for (name, bytes) in swept.files(with_csv) {
                self.replace(&name, &bytes)?;
            }
        }
        self.replace(MANIFEST, &bytes(&swept.manifest)?)
    }

    /// Writes a file beside its place, and gives it its name when it is whole and safe.
    fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        let (place, beside) = (self.path.join(name), self.path.join(format!("{name}{UNFINISHED}")));
        let write = || {
            let mut file = File::create(&beside)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            fs::rename(&beside, &place)
        };
        write().map_err(|error| cannot_write(&place, &error))
    }
}

/// The journal of a folder, which is nobody else's as long as it is open.
fn locked(path: &Path) -> Result<File, Failure> {
    let journal = path.join(JOURNAL);
    let machine = |error: std::io::Error| cannot_write(&journal, &error);
    let file = OpenOptions::new().read(true).append(true).open(&journal).map_err(machine)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            Err(Failure::Machine(format!("{} is in use: another command runs this sweep", path.display())))
        }
        Err(TryLockError::Error(error)) => Err(machine(error)),
    }
}

/// The files of a whole sweep, for a folder that is written at once.
pub(super) fn files(swept: &Swept, with_csv: bool) -> Result<Vec<(String, Vec<u8>)>, Failure> {
    let journal: String = swept.journal().collect();
    let own = [(MANIFEST.to_owned(), bytes(&swept.manifest)?), (JOURNAL.to_owned(), journal.into_bytes())];
    Ok(own.into_iter().chain(swept.files(with_csv)).collect())
}

/// Refuses a folder that does not belong to this sweep, or to this part of it.
fn check_same(path: &Path, there: &Manifest, wanted: &Manifest) -> Result<(), Failure> {
    let name = path.display();
    let help = "give another path with `--out`, or begin anew with `--overwrite`";
    let program = |manifest: &Manifest| {
        let commit = manifest.commit.as_ref().map_or_else(String::new, |commit| format!(" ({commit})"));
        format!("{}{commit}", manifest.version)
    };
    if program(there) != program(wanted) {
        let title = format!(
            "{name} was begun by zaryad {}, and this is {}: their runs cannot be mixed",
            program(there),
            program(wanted)
        );
        return Err(Failure::input(title, help));
    }
    if there.identity != wanted.identity {
        let title = format!("{name} belongs to another sweep: {}", difference(there, wanted));
        return Err(Failure::input(title, help));
    }
    if there.shard != wanted.shard {
        let shard = |manifest: &Manifest| {
            manifest
                .shard
                .map_or_else(|| "all of it".to_owned(), |shard| format!("part {}/{}", shard.number, shard.of))
        };
        let title = format!("{name} holds {} of this sweep, and not {}", shard(there), shard(wanted));
        return Err(Failure::input(title, help));
    }
    Ok(())
}

/// In what two sweeps differ, in words.
fn difference(there: &Manifest, wanted: &Manifest) -> String {
    if there.name != wanted.name {
        return format!("`{}`, not `{}`", there.name, wanted.name);
    }
    let what = if there.axes != wanted.axes || there.points != wanted.points {
        "other points"
    } else if there.design != wanted.design {
        "another design"
    } else if there.data != wanted.data {
        "other data tables"
    } else {
        "other values of the scenario that its points share"
    };
    format!("`{}` with {what}", there.name)
}

fn bytes(manifest: &Manifest) -> Result<Vec<u8>, Failure> {
    let text = serde_json::to_string_pretty(manifest);
    text.map(|text| (text + "\n").into_bytes())
        .map_err(|error| Failure::Machine(format!("cannot write JSON: {error}")))
}

fn broken(journal: &Path, line: usize) -> Failure {
    let title = format!("{}, line {line}: this is no run", journal.display());
    Failure::input(title, "remove the line: the run will be made again")
}

fn cannot_read(path: &Path, error: &std::io::Error) -> Failure {
    Failure::Machine(format!("cannot read {}: {error}", path.display()))
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Failure {
    Failure::Machine(format!("cannot write {}: {error}", path.display()))
}
