//! `zaryad report`: a page from a results folder, or from that of a sweep.

use super::{Failure, ReportArguments, saved, say, store};
use crate::data::Data;
use crate::report::{PAGE_FILES, page, sweep_page};
use crate::scenario::Report;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

/// Reads the folder, and only if nothing is wrong with it writes the page.
pub(super) fn report(arguments: &ReportArguments) -> Result<(), Failure> {
    let place = Place::check(&arguments.out)?;
    let folder = &arguments.folder;
    let html = if store::is_sweep(folder) { page_of_sweep(folder)? } else { page_of(folder)? };
    place.write(&html)?;
    say(&format!("The page is in {}\n", arguments.out.display()));
    Ok(())
}

/// The page of a results folder.
fn page_of(folder: &Path) -> Result<String, Failure> {
    let mut texts = BTreeMap::new();
    let mut reports: Vec<Report> = Vec::new();
    for name in PAGE_FILES {
        match saved::text(folder, name) {
            Ok(text) => {
                texts.insert(name.to_owned(), text);
            }
            // A folder that is none lacks every file: once is enough.
            Err(failure) if !folder.is_dir() => return Err(failure),
            Err(Failure::Input(more)) => reports.extend(more),
            Err(failure) => return Err(failure),
        }
    }
    if !reports.is_empty() {
        return Err(Failure::Input(reports));
    }
    page(&texts, &Data::embedded()).map_err(|problems| saved::report(folder, &problems).into())
}

/// The page of a sweep's folder, which must lack no run.
fn page_of_sweep(folder: &Path) -> Result<String, Failure> {
    let swept = store::load(folder)?;
    store::check_whole(folder, &swept)?;
    Ok(sweep_page(&swept))
}

/// Where a page may be written.
pub(super) struct Place<'a>(&'a Path);

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
        let parent = parent(path);
        if !parent.is_dir() {
            let title = format!("there is no folder {} to put {name} into", parent.display());
            return Err(Failure::input(title, "make it first, or give another path"));
        }
        Ok(Self(path))
    }

    /// Writes a page beside its place and then gives it its name, so that none is half-written.
    pub(super) fn write(&self, html: &str) -> Result<(), Failure> {
        let machine =
            |error: std::io::Error| Failure::Machine(format!("cannot write {}: {error}", self.0.display()));
        let mut builder = tempfile::Builder::new();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // As any other new file; what the user's mask forbids, stays forbidden.
            builder.permissions(std::fs::Permissions::from_mode(0o666));
        }
        let mut file = builder.prefix(".zaryad-").tempfile_in(parent(self.0)).map_err(machine)?;
        file.write_all(html.as_bytes()).map_err(machine)?;
        file.persist(self.0).map_err(|error| machine(error.error))?;
        Ok(())
    }
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
