//! A sweep's folder: every finished run is on disk before the next begins, and tables are made when all are.

use super::folder::{Folder, UNFINISHED};
use super::lock::{Lock, is_at};
use super::{Failure, interrupt, saved};
use crate::results::counted;
use crate::scenario::{Problem, Report};
use crate::study::{Broken, Manifest, Rule, Run, Shard, Standstill, Swept, Why};
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
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

/// At most so many lines of a journal are told to be wrong: what follows the first few is often their echo.
const MOST_TOLD: usize = 10;

/// An open sweep folder, which no other process can open meanwhile.
pub(super) struct Store {
    path: PathBuf,
    journal: Mutex<Journal>,
    _lock: Lock,
}

struct Journal {
    file: File,
    /// How many bytes it has, as far as this process knows.
    length: u64,
    synced: Instant,
    /// Whether it could not be written, so that no more is.
    failed: bool,
}

/// Why a finished run could not be kept.
pub(super) enum Unkept {
    /// There is no room for it, or the like; those before it are safe.
    Unwritten(String),
    /// No command goes on by itself: somebody else has changed the journal, or a run stands still.
    Ended(Failure),
}

impl From<Standstill> for Unkept {
    fn from(standstill: Standstill) -> Self {
        Self::Ended(standstill.into())
    }
}

/// What a sweep's folder holds.
pub(super) fn load(path: &Path) -> Result<Swept, Failure> {
    let manifest = manifest(path)?;
    let journal = path.join(JOURNAL);
    let bytes = fs::read(&journal).map_err(|error| cannot_read(&journal, &error))?;
    let (runs, _) = parsed(&journal, &bytes, &manifest)?;
    let swept = Swept::new(manifest, runs);
    // A whole sweep's journal is in order, and its hash is known.
    let told = swept.manifest.fingerprint.as_ref().filter(|_| swept.missing == 0);
    if told.is_some_and(|told| *told != *blake3::hash(&bytes).to_hex()) {
        let title = format!("{} is not the one that the manifest tells of", journal.display());
        return Err(Failure::input(title, "the sweep's own command, run again, puts its runs in order"));
    }
    Ok(swept)
}

/// The runs in the bytes of a journal, and how many of the bytes hold them.
fn parsed(journal: &Path, bytes: &[u8], manifest: &Manifest) -> Result<(Vec<Run>, usize), Failure> {
    Run::parse_all(bytes, &manifest.identity).map_err(|broken| unsound(journal, &broken))
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
        "{name} lacks {least}{}: `{again} --out {name}` goes on",
        counted(&swept.missing.to_string(), "run")
    )))
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
        let known = saved::made_by(path).filter(|_| !path.exists());
        return Err(Failure::input(title, known.unwrap_or_else(|| help.to_owned())));
    }
    let bytes = fs::read(&file).map_err(|error| cannot_read(&file, &error))?;
    Manifest::read(&bytes).map_err(|why| {
        let title = format!("{} is not the manifest of a sweep of this version: {why}", file.display());
        Failure::input(title, help)
    })
}

impl Store {
    /// Opens the locked folder of a sweep, or makes it; gives the runs that it holds.
    ///
    /// A folder with another sweep, or another part of it, is refused. One with the same sweep takes over what
    /// `wanted` says of replications.
    pub(super) fn open(
        path: &Path,
        lock: Lock,
        wanted: &Manifest,
        overwrite: bool,
    ) -> Result<(Self, Vec<Run>), Failure> {
        let there = is_sweep(path) && !overwrite;
        let lock = if there {
            check_same(path, &manifest(path)?, wanted)?;
            lock
        } else {
            let folder = Folder::check_for(path, lock, overwrite, &FILES)?;
            folder.write(&[(MANIFEST.to_owned(), bytes(wanted)?), (JOURNAL.to_owned(), Vec::new())])?
        };
        for name in FILES {
            // What a killed command was about to put into the folder.
            let _ = fs::remove_file(path.join(format!("{name}{UNFINISHED}")));
        }
        let journal = path.join(JOURNAL);
        let machine = |error: std::io::Error| cannot_write(&journal, &error);
        let mut file = OpenOptions::new().read(true).append(true).open(&journal).map_err(machine)?;
        let mut held = Vec::new();
        file.read_to_end(&mut held).map_err(|error| cannot_read(&journal, &error))?;
        let (runs, whole) = parsed(&journal, &held, wanted)?;
        let length = whole as u64;
        if whole < held.len() {
            file.set_len(length).map_err(machine)?;
        }
        let journal = Mutex::new(Journal { file, length, synced: Instant::now(), failed: false });
        let store = Self { path: path.to_owned(), journal, _lock: lock };
        if there {
            store.describe(wanted)?;
        }
        Ok((store, runs))
    }

    /// Writes a finished run.
    pub(super) fn keep(&self, run: &Run, sweep: &str) -> Result<(), Unkept> {
        let line = run.line(sweep);
        let place = self.path.join(JOURNAL);
        let unwritten =
            |error: &std::io::Error| Unkept::Unwritten(format!("cannot write {}: {error}", place.display()));
        let _uninterrupted = interrupt::hold_off();
        let mut journal = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
        if journal.failed {
            return Err(Unkept::Unwritten(format!("cannot write {}", place.display())));
        }
        self.check_own(&journal).map_err(|sentence| Unkept::Ended(Failure::Machine(sentence)))?;
        if let Err(error) = journal.file.write_all(line.as_bytes()) {
            // Half a line at the end would be forgiven, and one between others would not.
            journal.failed = true;
            let _ = journal.file.set_len(journal.length);
            return Err(unwritten(&error));
        }
        journal.length += line.len() as u64;
        if journal.synced.elapsed() >= SYNC {
            journal.file.sync_data().map_err(|error| unwritten(&error))?;
            journal.synced = Instant::now();
        }
        Ok(())
    }

    /// Says so if the journal is not as this process has left it.
    fn check_own(&self, journal: &Journal) -> Result<(), String> {
        let place = self.path.join(JOURNAL);
        let unread = |error: std::io::Error| format!("cannot read {}: {error}", place.display());
        if !is_at(&journal.file, &place).map_err(unread)? {
            return Err(format!(
                "{} was removed, moved or replaced while its sweep ran: no more runs are made, and the same command \
                 goes on from the runs that are there",
                place.display()
            ));
        }
        if journal.file.metadata().map_err(unread)?.len() != journal.length {
            return Err(format!(
                "{} was changed by something else while its sweep ran: no more runs are made, and the same command \
                 goes on from the runs that are there",
                place.display()
            ));
        }
        Ok(())
    }

    /// What the folder holds by now; refuses a sweep that lacks runs.
    pub(super) fn reload(&self, manifest: Manifest) -> Result<Swept, Failure> {
        let journal = self.path.join(JOURNAL);
        self.check_own(&self.journal.lock().unwrap_or_else(PoisonError::into_inner))
            .map_err(Failure::Machine)?;
        let bytes = fs::read(&journal).map_err(|error| cannot_read(&journal, &error))?;
        let (runs, _) = parsed(&journal, &bytes, &manifest)?;
        let swept = Swept::new(manifest, runs);
        if swept.missing > 0 {
            let title = format!("{} lacks {}", journal.display(), counted(&swept.missing.to_string(), "run"));
            return Err(Failure::Incomplete(format!("{title}: the same command goes on")));
        }
        Ok(swept)
    }

    /// Writes what the folder says of itself.
    pub(super) fn describe(&self, manifest: &Manifest) -> Result<(), Failure> {
        let _uninterrupted = interrupt::hold_off();
        self.replace(MANIFEST, &bytes(manifest)?)
    }

    /// Puts the journal in order and writes the tables of a whole sweep; the manifest comes last. Tables as CSV are
    /// written where there are any already: old ones would tell of fewer runs.
    pub(super) fn finish(&self, swept: &Swept, with_csv: bool) -> Result<(), Failure> {
        let _uninterrupted = interrupt::hold_off();
        self.replace(JOURNAL, swept.journal().collect::<String>().as_bytes())?;
        if swept.manifest.shard.is_none() {
            let with_csv = with_csv || self.path.join("points.csv").exists();
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
        write().map_err(|error| {
            let _ = fs::remove_file(&beside);
            cannot_write(&place, &error)
        })
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
    let text = manifest.text();
    text.map(String::into_bytes).map_err(|error| Failure::Machine(format!("cannot write JSON: {error}")))
}

/// The lines of a journal that are not as they were written.
fn unsound(journal: &Path, broken: &[Broken]) -> Failure {
    let journal = journal.display();
    let again = "remove the line: the run will be made again";
    let problem = |Broken { line, why }: &Broken| {
        let (what, help) = match why {
            Why::Empty => ("it is empty".to_owned(), "remove the line"),
            Why::NoRun => ("this is no run".to_owned(), again),
            Why::Changed => {
                ("this run is of another sweep, or was changed after it was written".to_owned(), again)
            }
            Why::Repeated(first) => (format!("this run stands in line {first} already"), "remove the line"),
        };
        Problem::titled(format!("{journal}, line {line}: {what}")).help(help)
    };
    let mut problems: Vec<Problem> = broken.iter().take(MOST_TOLD).map(problem).collect();
    if broken.len() > MOST_TOLD {
        let more = counted(&(broken.len() - MOST_TOLD).to_string(), "more problem");
        problems.push(Problem::titled(format!("{journal}: {more}")));
    }
    Report { texts: Vec::new(), problems }.into()
}

fn cannot_read(path: &Path, error: &std::io::Error) -> Failure {
    Failure::Machine(format!("cannot read {}: {error}", path.display()))
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Failure {
    Failure::Machine(format!("cannot write {}: {error}", path.display()))
}
