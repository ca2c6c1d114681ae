//! Ctrl-C: the program ends with code 130, after what is being written is safe on disk.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// The exit code of an interrupted run.
const INTERRUPTED: i32 = 130;

/// Held while results are written.
static WRITING: Mutex<()> = Mutex::new(());

/// From now on an interrupt waits for what is being written, and then ends the program.
pub(super) fn catch() {
    // Where no handler can be set, the system's own still ends the program.
    let _ = ctrlc::set_handler(|| {
        let _written = hold_off();
        std::process::exit(INTERRUPTED)
    });
}

/// Holds interrupts off as long as the guard lives.
pub(super) fn hold_off() -> MutexGuard<'static, ()> {
    WRITING.lock().unwrap_or_else(PoisonError::into_inner)
}
