//! A results folder: checked before the run, written beside its place, renamed when whole.

use super::lock::Lock;
use super::{Failure, interrupt};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// All files that a run may write: nothing else is ever replaced.
pub(super) const FILES: [&str; 22] = [
    "manifest.json",
    "summary.json",
    "replications.csv",
    "replications.parquet",
    "stations.csv",
    "stations.parquet",
    "districts.csv",
    "districts.parquet",
    "hours.csv",
    "hours.parquet",
    "brands.csv",
    "brands.parquet",
    "classes.csv",
    "classes.parquet",
    "station_hours.csv",
    "station_hours.parquet",
    "district_hours.csv",
    "district_hours.parquet",
    "waits.csv",
    "waits.parquet",
    "visits.parquet",
    "rides.parquet",
];

/// What follows a file's name while it is written in its folder.
pub(super) const UNFINISHED: &str = ".part";

/// A place where a results folder may be written, and nobody else writes.
pub(super) struct Folder {
    path: PathBuf,
    lock: Lock,
}

impl Folder {
    /// Checks, before anything is run, that results can be written there.
    pub(super) fn check(path: &Path, overwrite: bool) -> Result<Self, Failure> {
        Self::check_for(path, Lock::take(path)?, overwrite, &FILES)
    }

    /// As [`Folder::check`], for a folder that is locked, and holds these files and no others.
    pub(super) fn check_for(
        path: &Path,
        lock: Lock,
        overwrite: bool,
        files: &[&str],
    ) -> Result<Self, Failure> {
        let name = path.display();
        if path.file_name().is_none() {
            let help = "give the path of a new folder, such as `--out results`";
            return Err(Failure::input(format!("`--out {name}` names no new folder"), help));
        }
        if let Ok(about) = fs::symlink_metadata(path) {
            if about.is_symlink() || !about.is_dir() {
                let kind = if about.is_symlink() { "link" } else { "file" };
                return Err(Failure::input(format!("{name} is a {kind}"), "give the path of a new folder"));
            }
            check_existing(path, overwrite, files)?;
        }
        Ok(Self { path: path.to_owned(), lock })
    }

    /// The path as it was given.
    pub(super) fn name(&self) -> std::path::Display<'_> {
        self.path.display()
    }

    /// Writes files, each a name and its bytes, into a folder beside the place and then gives it the right name.
    pub(super) fn write(self, files: &[(String, Vec<u8>)]) -> Result<Lock, Failure> {
        let machine =
            |error: std::io::Error| Failure::Machine(format!("cannot write {}: {error}", self.name()));
        let _uninterrupted = interrupt::hold_off();
        let next = self.lock.next();
        fs::create_dir(&next).map_err(machine)?;
        for (name, bytes) in files {
            let mut file = fs::File::create(next.join(name)).map_err(machine)?;
            file.write_all(bytes).and_then(|()| file.sync_all()).map_err(machine)?;
        }
        self.lock.put().map_err(machine)?;
        Ok(self.lock)
    }
}

/// A folder that is there may be empty, or hold old results that the user wants to lose.
fn check_existing(path: &Path, overwrite: bool, files: &[&str]) -> Result<(), Failure> {
    let name = path.display();
    let machine = |error: std::io::Error| Failure::Machine(format!("cannot read {name}: {error}"));
    let mut empty = true;
    for entry in fs::read_dir(path).map_err(machine)? {
        let entry = entry.map_err(machine)?.file_name();
        empty = false;
        let known = |name: &str| files.contains(&name.strip_suffix(UNFINISHED).unwrap_or(name));
        if overwrite && !entry.to_str().is_some_and(known) {
            let title = format!("{name} holds `{}`, which is no result", entry.display());
            return Err(Failure::input(title, "only a results folder is replaced: give another path"));
        }
    }
    if empty || overwrite {
        return Ok(());
    }
    let help = "give another path, or replace old results with `--overwrite`";
    Err(Failure::input(format!("{name} exists and is not empty"), help))
}
