//! The hashes by which the files of a folder tell whether they are as they were written.

use super::saved::{MANIFEST, SavedProblem};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The entry with the hash.
const HASH: &str = "hash";
/// The entry of a manifest with the hashes of the other files.
const FILES: &str = "files";
/// What differs from one machine to the next has no part in it: the same run has the same hash on all.
const OF_THE_MACHINE: [&str; 2] = ["wall_s", "threads"];

/// The hash of a document, in hexadecimal digits.
fn hash(document: &Map<String, Value>) -> String {
    let told = document
        .iter()
        .filter(|(key, _)| *key != HASH && !OF_THE_MACHINE.contains(&key.as_str()))
        .map(|(key, value)| (key.clone(), value.clone()));
    let told: Map<String, Value> = told.collect();
    blake3::hash(Value::Object(told).to_string().as_bytes()).to_hex().to_string()
}

/// The document with its hash as its last entry; anything but an object as it is.
pub fn seal(mut document: Value) -> Value {
    if let Some(entries) = document.as_object_mut() {
        let hash = hash(entries);
        entries.insert(HASH.to_owned(), json!(hash));
    }
    document
}

/// Whether a document is as it was written, as far as this version can tell: others may make their hashes of
/// something else, or none.
pub fn is_sound(document: &Value) -> bool {
    let Some(entries) = document.as_object().filter(|entries| is_own(entries)) else { return true };
    entries.get(HASH).is_none_or(|found| *found == json!(hash(entries)))
}

/// The manifest of a run with the hashes of its other files, each a name and its bytes, and its own.
pub fn seal_files(mut manifest: Value, files: &[(String, Vec<u8>)]) -> Value {
    if let Some(entries) = manifest.as_object_mut() {
        let hashes: Map<String, Value> =
            files.iter().map(|(name, bytes)| (name.clone(), json!(of_file(bytes)))).collect();
        entries.insert(FILES.to_owned(), Value::Object(hashes));
    }
    seal(manifest)
}

/// Which files of a results folder, by name and text, are not as they were written.
pub fn changed(texts: &BTreeMap<String, String>) -> Vec<SavedProblem> {
    let manifest = texts.get(MANIFEST).and_then(|text| serde_json::from_str::<Value>(text).ok());
    let Some(manifest) = manifest.filter(|manifest| manifest.as_object().is_some_and(is_own)) else {
        return Vec::new();
    };
    let as_written = |name: &str, text: &str| {
        if name == MANIFEST {
            return is_sound(&manifest);
        }
        let told = manifest.get(FILES).and_then(|files| files.get(name));
        told.is_none_or(|told| *told == json!(of_file(text.as_bytes())))
    };
    let others = texts.iter().filter(|(name, text)| !as_written(name, text));
    others
        .map(|(name, _)| SavedProblem {
            file: name.clone(),
            line: None,
            what: "it was changed after it was written".to_owned(),
            remedy: "run the scenario again with `--out`".to_owned(),
        })
        .collect()
}

/// Whether this version wrote a document.
fn is_own(entries: &Map<String, Value>) -> bool {
    entries.get("version").and_then(Value::as_str) == Some(env!("CARGO_PKG_VERSION"))
}

/// The hash of a file: of a document without what depends on the machine, of anything else of its bytes.
fn of_file(bytes: &[u8]) -> String {
    match serde_json::from_slice::<Map<String, Value>>(bytes) {
        Ok(entries) => hash(&entries),
        Err(_) => blake3::hash(bytes).to_hex().to_string(),
    }
}
