//! Bars that show how far a study has come.

use super::interrupt;
use crate::printable;
use crate::results::counted;
use crate::scenario::{Span, TimeTable};
use crate::study::{Plan, Planning, Progress, Running};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

const MS_PER_DAY: u64 = 24 * 3_600_000;
/// How often the bar is drawn: quick for eyes, nothing for the machine.
const PAUSE: Duration = Duration::from_millis(200);

/// Most sweeps are laid out sooner, and need no bar.
const PATIENCE: Duration = Duration::from_secs(1);

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

    /// Follows the laying out of a sweep, once it takes longer than people wait without a word.
    ///
    /// Nothing is drawn where `wanted` is false or stderr is not a terminal.
    pub(super) fn of_planning(planning: &Arc<Planning>, wanted: bool) -> Self {
        let done = Arc::new(AtomicBool::new(false));
        let thread = (wanted && std::io::stderr().is_terminal()).then(|| {
            let (planning, done) = (Arc::clone(planning), Arc::clone(&done));
            std::thread::spawn(move || draw_planning(&planning, &done))
        });
        Self { done, thread }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        finish(&self.done, self.thread.take());
    }
}

fn finish(done: &AtomicBool, thread: Option<JoinHandle<()>>) {
    done.store(true, Ordering::Relaxed);
    if let Some(thread) = thread {
        thread.thread().unpark();
        // A bar that failed must not fail the run.
        let _ = thread.join();
    }
}

/// Bars on stderr that follow a sweep until they are dropped: one for all of it, and one for each of the runs
/// that have been under way longest.
#[derive(Debug)]
pub(super) struct Bars {
    done: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// So many runs have a bar of their own.
const SLOWEST: usize = 3;

impl Bars {
    /// Follows a sweep. Nothing is drawn where `wanted` is false or stderr is not a terminal.
    pub(super) fn follow(running: &Arc<Running>, plan: &Plan, threads: usize, wanted: bool) -> Self {
        let done = Arc::new(AtomicBool::new(false));
        let thread = (wanted && std::io::stderr().is_terminal()).then(|| {
            let (running, done) = (Arc::clone(running), Arc::clone(&done));
            let total = simulated_ms(&plan.base.time);
            let points: Vec<String> = (0..plan.points.len()).map(|point| named(plan, point)).collect();
            std::thread::spawn(move || draw_sweep(&running, total, &points, threads, &done))
        });
        Self { done, thread }
    }
}

impl Drop for Bars {
    fn drop(&mut self) {
        finish(&self.done, self.thread.take());
    }
}

/// Simulated milliseconds of one replication, warm-up included.
pub(super) fn simulated_ms(time: &TimeTable) -> u64 {
    let minutes = |span: Span| match span {
        Span::Days(days) => days * 1_440.0,
        Span::Hours(hours) => hours * 60.0,
        Span::Minutes(minutes) => minutes,
    };
    ((minutes(time.warm_up) + minutes(time.horizon)) * 6e4) as u64
}

/// A point by the last parts of its keys.
fn named(plan: &Plan, point: usize) -> String {
    let axes = plan.sweep.axes.iter().zip(plan.shown(point));
    let pairs =
        axes.map(|(axis, value)| format!("{} {value}", axis.key.rsplit('.').next().unwrap_or(&axis.key)));
    printable::line(&format!("point {} ({})", point + 1, pairs.collect::<Vec<_>>().join(", "))).into_owned()
}

fn draw_sweep(running: &Running, total_ms: u64, points: &[String], threads: usize, done: &AtomicBool) {
    let all = MultiProgress::with_draw_target(ProgressDrawTarget::stderr());
    let style = |template: &str| {
        ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
    };
    let whole = all.add(ProgressBar::new(1));
    whole.set_style(style("{bar:30} {msg}, {eta} left"));
    let slow: Vec<ProgressBar> =
        (0..SLOWEST.min(threads)).map(|_| all.add(ProgressBar::new(total_ms.max(1)))).collect();
    for bar in &slow {
        bar.set_style(style("  {bar:12} {msg}"));
    }
    let drawn = [&slow[..], std::slice::from_ref(&whole)].concat();
    let _clearing = interrupt::clearing(move || drawn.iter().for_each(ProgressBar::finish_and_clear));
    let first = running.done.load(Ordering::Relaxed);
    // Runs of earlier times took no time now.
    whole.set_position(first * total_ms);
    whole.reset_eta();
    while !done.load(Ordering::Relaxed) {
        let (finished, wanted) =
            (running.done.load(Ordering::Relaxed), running.wanted.load(Ordering::Relaxed));
        let mut now: Vec<_> = running.now();
        let came = |progress: &Progress| progress.simulated_ms.load(Ordering::Relaxed).min(total_ms);
        let under_way: u64 = now.iter().map(|(_, progress)| came(progress)).sum();
        whole.set_length((wanted * total_ms).max(1));
        whole.set_position((finished * total_ms + under_way).min(wanted * total_ms));
        whole.set_message(format!("{finished} of {}", counted(&wanted.to_string(), "run")));
        // Those that have come least far are the ones that all will wait for.
        now.sort_by_key(|(_, progress)| came(progress));
        for (number, bar) in slow.iter().enumerate() {
            let shown = now.get(number);
            bar.set_position(shown.map_or(0, |(_, progress)| came(progress)));
            bar.set_message(shown.map_or_else(String::new, |((point, replication), _)| {
                format!("{}, replication {replication}", points[*point as usize - 1])
            }));
        }
        std::thread::park_timeout(PAUSE);
    }
    slow.iter().chain([&whole]).for_each(ProgressBar::finish_and_clear);
}

fn draw_planning(planning: &Planning, done: &AtomicBool) {
    let began = Instant::now();
    while began.elapsed() < PATIENCE && !done.load(Ordering::Relaxed) {
        std::thread::park_timeout(PATIENCE.saturating_sub(began.elapsed()));
    }
    if done.load(Ordering::Relaxed) {
        return;
    }
    let style = |template: &str| {
        ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
    };
    let bar = ProgressBar::with_draw_target(Some(1), ProgressDrawTarget::stderr());
    // How long it takes is known when the first points have been checked.
    bar.set_style(style("{bar:30} {msg}"));
    let mut told = false;
    while !done.load(Ordering::Relaxed) {
        let (points, checked) =
            (planning.points.load(Ordering::Relaxed), planning.checked.load(Ordering::Relaxed));
        bar.set_length(points.max(1));
        bar.set_position(checked);
        bar.set_message(format!("{checked} of {points} points checked"));
        if checked > 0 && !std::mem::replace(&mut told, true) {
            bar.set_style(style("{bar:30} {msg}, {eta} left"));
        }
        std::thread::park_timeout(PAUSE);
    }
    bar.finish_and_clear();
}

fn draw(progress: &Progress, total_ms: u64, done: &AtomicBool) {
    let style = ProgressStyle::with_template("{bar:30} {msg}, {eta} left");
    let bar = ProgressBar::with_draw_target(Some(total_ms), ProgressDrawTarget::stderr());
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    let drawn = bar.clone();
    let _clearing = interrupt::clearing(move || drawn.finish_and_clear());
    let start = Instant::now();
    while !done.load(Ordering::Relaxed) {
        let simulated = progress.simulated_ms.load(Ordering::Relaxed);
        let events = progress.events.load(Ordering::Relaxed);
        let per_second = events as f64 / start.elapsed().as_secs_f64().max(0.001);
        bar.set_message(format!(
            "{} of {}, {per_second:.2e} events/s",
            simulated / MS_PER_DAY,
            counted(&total_ms.div_ceil(MS_PER_DAY).to_string(), "day")
        ));
        bar.set_position(simulated.min(total_ms));
        std::thread::park_timeout(PAUSE);
    }
    bar.finish_and_clear();
}
