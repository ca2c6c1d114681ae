//! Reading scenario files, with a sentence for everything that can be wrong with a file.

use super::Failure;
use crate::data::Data;
use crate::scenario::{EMBEDDED, Scenario, Source, embedded, is_path, nearest};
use crate::study::resolve;
use std::io::{ErrorKind, Read};
use std::path::Path;

/// Larger files are refused before they are read: a scenario is written by hand.
const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// Loads the scenario that an argument names: an embedded name, or else a path.
pub(super) fn scenario(argument: &Path, sets: &[String], data: &Data) -> Result<Scenario, Failure> {
    let source = source(argument)?;
    // A base that cannot be read is a mistake in the file that names it, whatever the reason.
    let read = |path: &str| text(Path::new(path)).map_err(|failure| sentence(&failure));
    Ok(resolve(source, sets, &read, data)?)
}

fn source(argument: &Path) -> Result<Source, Failure> {
    let name = argument.to_string_lossy();
    if embedded(&name).is_some() {
        return Ok(Source::embedded(&name)?);
    }
    if !is_path(&name) && !argument.exists() {
        return Err(no_scenario(&name));
    }
    Ok(Source::file(name.clone(), text(argument)?))
}

/// Wrong input: neither a file nor an embedded scenario.
pub(super) fn no_scenario(name: &str) -> Failure {
    let help = match nearest(name, EMBEDDED.iter().map(|scenario| scenario.name)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`zaryad scenarios` lists the embedded ones; a file is given by its path".to_string(),
    };
    Failure::input(format!("there is no scenario `{name}`"), help)
}

/// The text of a file.
fn text(path: &Path) -> Result<String, Failure> {
    let name = path.display();
    let machine = |error: std::io::Error| {
        let kinds = [
            ErrorKind::NotFound,
            ErrorKind::NotADirectory,
            ErrorKind::InvalidInput,
            ErrorKind::InvalidFilename,
        ];
        if kinds.contains(&error.kind()) {
            Failure::input(
                format!("there is no file {name}"),
                "`zaryad scenarios` lists the embedded scenarios",
            )
        } else {
            Failure::Machine(format!("cannot read {name}: {error}"))
        }
    };
    let about = std::fs::metadata(path).map_err(machine)?;
    if about.is_dir() {
        return Err(Failure::input(format!("{name} is a folder"), "give the path of a scenario file in it"));
    }
    let too_large = || {
        let help = "a scenario is written by hand: is this another file?";
        Failure::input(format!("{name} is larger than 16 MiB"), help)
    };
    if about.len() > MOST_BYTES {
        return Err(too_large());
    }
    // Some files have no length beforehand: devices, pipes.
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(machine)?;
    file.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(machine)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(too_large());
    }
    String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let title = format!("{name} is not UTF-8 text: byte {offset} belongs to no letter");
        Failure::input(title, "save the file with the encoding UTF-8")
    })
}

fn sentence(failure: &Failure) -> String {
    match failure {
        Failure::Input(reports) => {
            let problems = reports.iter().flat_map(|report| &report.problems);
            problems.map(|problem| problem.title.clone()).collect::<Vec<_>>().join("; ")
        }
        Failure::Machine(sentence) => sentence.clone(),
    }
}
