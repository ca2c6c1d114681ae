//! Tells the program its commit, as `ZARYAD_COMMIT`; `unknown` where it is not built in its repository.
#![allow(clippy::disallowed_methods, reason = "a build script reads where it is built")]

use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let commit = commit(&root).unwrap_or_else(|| "unknown".to_string());
    println!("cargo::rustc-env=ZARYAD_COMMIT={commit}");
}

fn commit(root: &Path) -> Option<String> {
    // A source package unpacked inside another repository must not take that repository's commit.
    let top = PathBuf::from(git(root, &["rev-parse", "--show-toplevel"])?);
    if top.canonicalize().ok()? != root.canonicalize().ok()? {
        return None;
    }
    // In a worktree HEAD and the branch lie in different folders; git knows where. A path that does not
    // exist would make cargo run this script every time, so a branch that is packed is watched by its pack.
    let branch = git(root, &["symbolic-ref", "--quiet", "HEAD"]);
    for name in [Some("HEAD".to_string()), branch, Some("packed-refs".to_string())].into_iter().flatten() {
        let path = root.join(git(root, &["rev-parse", "--git-path", &name])?);
        if path.exists() {
            println!("cargo::rerun-if-changed={}", path.display());
        }
    }
    git(root, &["rev-parse", "--short=12", "HEAD"])
}

fn git(root: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").arg("-C").arg(root).args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?.trim().to_string();
    (output.status.success() && !text.is_empty()).then_some(text)
}
