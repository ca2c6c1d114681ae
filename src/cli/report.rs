//! `zaryad report`: a page from a results folder, from that of a sweep, or from two runs.

use super::lock::Lock;
use super::sides::Both;
use super::wrong::Wrong;
use super::{Failure, ReportArguments, interrupt, saved, say, store};
use crate::data::Data;
use crate::report::{PAGE_FILES, page, sweep_page};
use crate::results::CITY;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Reads what is asked for, and only if nothing is wrong with it writes the page.
pub(super) fn report(arguments: &ReportArguments) -> Result<(), Failure> {
    let folder = &arguments.folder;
    let mut wrong = Wrong::default();
    let place = wrong.keep(Place::check(&arguments.out))?;
    let html = match &arguments.other {
        Some(other) => wrong.keep(page_of_both([folder, other]))?,
        None if store::is_sweep(folder) => wrong.keep(page_of_sweep(folder))?,
        None => wrong.keep(page_of(folder))?,
    };
    let (place, html) = wrong.finish(place.zip(html))?;
    place.write(&html)?;
    say(&format!("The page is in {}\n", arguments.out.display()));
    Ok(())
}

/// The page of a results folder.
fn page_of(folder: &Path) -> Result<String, Failure> {
    let texts = saved::texts(folder, &PAGE_FILES)?;
    saved::as_written(folder, &texts, page(&texts, &Data::embedded()))
}

/// The page of the comparison of two runs.
fn page_of_both(sides: [&PathBuf; 2]) -> Result<String, Failure> {
    let both = Both::open(sides.map(PathBuf::as_path), true, Wrong::default())?;
    both.warn();
    Ok(both.page(&both.compare(&CITY.iter().collect::<Vec<_>>())))
}

/// The page of a sweep's folder with the runs that it has; it says how many are missing.
fn page_of_sweep(folder: &Path) -> Result<String, Failure> {
    let swept = store::load(folder)?;
    if let Err(lacking) = store::check_whole(folder, &swept) {
        if swept.runs.is_empty() {
            return Err(lacking);
        }
        say(&format!("warning: {lacking}\n"));
    }
    Ok(sweep_page(&swept))
}

/// Where a page may be written, and nobody else writes.
pub(super) struct Place<'a> {
    path: &'a Path,
    lock: Lock,
}

impl<'a> Place<'a> {
    /// Checks, before anything is run or read, that a file can be written there.
    pub(super) fn check(path: &'a Path) -> Result<Self, Failure> {
        let name = path.display();
        if path.is_dir() || path.file_name().is_none() {
            return Err(Failure::input(
                format!("{name} is a folder"),
                "give the path of a file, such as page.html",
            ));
        }
        Ok(Self { path, lock: Lock::take(path)? })
    }

    /// Writes a page beside its place and then gives it its name, so that none is half-written.
    pub(super) fn write(&self, html: &str) -> Result<(), Failure> {
        let machine = |error: std::io::Error| {
            Failure::Machine(format!("cannot write {}: {error}", self.path.display()))
        };
        let _uninterrupted = interrupt::hold_off();
        let mut file = File::create(self.lock.next()).map_err(machine)?;
        file.write_all(html.as_bytes()).map_err(machine)?;
        self.lock.put().map_err(machine)
    }
}
