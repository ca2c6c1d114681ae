//! A results folder: checked before the run, written beside its place, renamed when whole.

use super::{Failure, interrupt};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// All files that a run may write: nothing else is ever replaced.
const FILES: [&str; 20] = [
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

/// A place where a results folder may be written.
pub(super) struct Folder {
    path: PathBuf,
    parent: PathBuf,
}

impl Folder {
    /// Checks, before anything is run, that results can be written there.
    pub(super) fn check(path: &Path, overwrite: bool) -> Result<Self, Failure> {
        Self::check_for(path, overwrite, &FILES)
    }

    /// As [`Folder::check`], for a folder that holds these files and no others.
    pub(super) fn check_for(path: &Path, overwrite: bool, files: &[&str]) -> Result<Self, Failure> {
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
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if !parent.is_dir() {
            let title = format!("there is no folder {} to put {name} into", parent.display());
            return Err(Failure::input(title, "make it first, or give another path"));
        }
        let folder = Self { path: path.to_owned(), parent: parent.to_owned() };
        // A folder that cannot be written is better known before a long run than after it.
        let _uninterrupted = interrupt::hold_off();
        drop(folder.beside()?);
        Ok(folder)
    }

    /// The path as it was given.
    pub(super) fn name(&self) -> std::path::Display<'_> {
        self.path.display()
    }

    /// Writes files, each a name and its bytes, into a temporary folder and then gives it the right name.
    pub(super) fn write(&self, files: &[(String, Vec<u8>)]) -> Result<(), Failure> {
        let machine =
            |error: std::io::Error| Failure::Machine(format!("cannot write {}: {error}", self.name()));
        let _uninterrupted = interrupt::hold_off();
        let whole = self.beside()?;
        for (name, bytes) in files {
            let mut file = fs::File::create(whole.path().join(name)).map_err(machine)?;
            file.write_all(bytes).and_then(|()| file.sync_all()).map_err(machine)?;
        }
        // The old folder steps aside and is removed when the new one has its place.
        let aside = if fs::symlink_metadata(&self.path).is_ok() {
            let aside = self.beside()?;
            fs::rename(&self.path, aside.path().join("old")).map_err(machine)?;
            Some(aside)
        } else {
            None
        };
        if let Err(error) = fs::rename(whole.path(), &self.path) {
            if let Some(aside) = aside
                && fs::rename(aside.path().join("old"), &self.path).is_err()
            {
                let kept = aside.keep();
                return Err(Failure::Machine(format!(
                    "cannot write {}: {error}; the old results are in {}",
                    self.name(),
                    kept.display()
                )));
            }
            return Err(machine(error));
        }
        // It has another name now: there is nothing left to remove.
        let _ = whole.keep();
        Ok(())
    }

    /// A new empty folder beside the place, on the same disk.
    fn beside(&self) -> Result<TempDir, Failure> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(".zaryad-");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // As any other new folder; what the user's mask forbids, stays forbidden.
            builder.permissions(fs::Permissions::from_mode(0o777));
        }
        builder.tempdir_in(&self.parent).map_err(|error| {
            Failure::Machine(format!("cannot write into {}: {error}", self.parent.display()))
        })
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
