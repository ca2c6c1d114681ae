//! A bar that shows how far a study has come.

use crate::study::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

const MS_PER_DAY: u64 = 24 * 3_600_000;
/// How often the bar is drawn: quick for eyes, nothing for the machine.
const PAUSE: Duration = Duration::from_millis(200);

/// A bar on stderr that follows the counters of a study until it is dropped.
#[derive(Debug)]
pub struct Bar {
    done: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Bar {
    /// Follows `progress` up to `total_ms` simulated milliseconds over all replications.
    ///
    /// Nothing is drawn where `wanted` is false or stderr is not a terminal.
    pub fn follow(progress: &Arc<Progress>, total_ms: u64, wanted: bool) -> Self {
        let done = Arc::new(AtomicBool::new(false));
        let thread = (wanted && std::io::stderr().is_terminal()).then(|| {
            let (progress, done) = (Arc::clone(progress), Arc::clone(&done));
            std::thread::spawn(move || draw(&progress, total_ms, &done))
        });
        Self { done, thread }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.done.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // A bar that failed must not fail the run.
            let _ = thread.join();
        }
    }
}

fn draw(progress: &Progress, total_ms: u64, done: &AtomicBool) {
    let style = ProgressStyle::with_template("{bar:30} {msg}, {eta} left");
    let bar = ProgressBar::with_draw_target(Some(total_ms), ProgressDrawTarget::stderr());
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    let start = Instant::now();
    while !done.load(Ordering::Relaxed) {
        let simulated = progress.simulated_ms.load(Ordering::Relaxed);
        let events = progress.events.load(Ordering::Relaxed);
        let per_second = events as f64 / start.elapsed().as_secs_f64().max(0.001);
        bar.set_message(format!(
            "{} of {} days, {per_second:.2e} events/s",
            simulated / MS_PER_DAY,
            total_ms.div_ceil(MS_PER_DAY)
        ));
        bar.set_position(simulated.min(total_ms));
        std::thread::park_timeout(PAUSE);
    }
    bar.finish_and_clear();
}
