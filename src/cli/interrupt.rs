//! Ctrl-C: the program ends with code 130, after what is being written is safe on disk.

use super::lock;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The exit code of an interrupted run.
const INTERRUPTED: i32 = 130;

/// Held while results are written.
static WRITING: Mutex<()> = Mutex::new(());

/// What is to be said to people when they interrupt.
static WORDS: Mutex<Option<Box<dyn Fn() -> String + Send>>> = Mutex::new(None);

/// Takes away what is drawn on the terminal, so that nothing stands half drawn beside the words.
static DRAWN: Mutex<Option<Box<dyn Fn() + Send>>> = Mutex::new(None);

/// From now on an interrupt waits for what is being written, and then ends the program.
pub(super) fn catch() {
    // Where no handler can be set, the system's own still ends the program.
    let _ = ctrlc::set_handler(|| {
        let _written = hold_off();
        if let Some(clear) = &*open(&DRAWN) {
            clear();
        }
        if let Some(words) = &*open(&WORDS) {
            super::say(&format!("\n{}\n", words()));
        }
        lock::remove_all();
        std::process::exit(INTERRUPTED)
    });
    // A file that may not grow any more is an error of writing it, and not the end of the program.
    #[cfg(unix)]
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, Arc::default());
}

/// Says these words to who interrupts, as long as the guard lives.
pub(super) fn telling(words: impl Fn() -> String + Send + 'static) -> Told {
    *open(&WORDS) = Some(Box::new(words));
    Told
}

/// Takes the words back when dropped.
pub(super) struct Told;

impl Drop for Told {
    fn drop(&mut self) {
        *open(&WORDS) = None;
    }
}

/// On an interrupt clears what is drawn, as long as the guard lives.
pub(super) fn clearing(clear: impl Fn() + Send + 'static) -> Drawn {
    *open(&DRAWN) = Some(Box::new(clear));
    Drawn
}

/// Nothing is drawn any more when this is dropped.
pub(super) struct Drawn;

impl Drop for Drawn {
    fn drop(&mut self) {
        *open(&DRAWN) = None;
    }
}

fn open<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Holds interrupts off as long as the guard lives.
pub(super) fn hold_off() -> MutexGuard<'static, ()> {
    open(&WRITING)
}
