//! The command line: the one place that touches files, terminal, clock and environment.
#![allow(clippy::disallowed_methods, reason = "the edge is where files and environment are read")]

mod about;
mod check;
mod compare;
mod diagnostic;
mod estimate;
mod files;
mod folder;
mod help;
mod interrupt;
mod lock;
mod merge;
mod progress;
mod rank;
mod report;
mod run;
mod saved;
mod scenarios;
mod sensitivity;
mod sides;
mod store;
mod sweep;
mod wrong;

pub use diagnostic::render;
pub use progress::Bar;

use crate::printable;
use crate::scenario::{self, Problem, Report};
use crate::study::{Shard, Standstill};
use clap::{Args, Parser, Subcommand};
use std::io::{ErrorKind, IsTerminal, Write};
use std::path::PathBuf;

/// The exit code where the program or the machine failed.
pub const MACHINE_FAILED: u8 = 1;
/// The exit code where the user's input is wrong.
pub const WRONG_INPUT: u8 = 2;
/// The exit code where a sweep is not whole.
pub const INCOMPLETE: u8 = 3;
/// The exit code where a comparison finds worse what must not be worse.
pub const BREACHED: u8 = 4;

/// What can be typed.
#[derive(Debug, Parser)]
#[command(name = "zaryad", about, disable_version_flag = true, after_help = FIRST_STEP)]
#[command(infer_long_args = true, disable_help_subcommand = true)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Print the version
    #[arg(short = 'V', long)]
    pub version: bool,
    /// With --version: also the commit and the sources of the data
    #[arg(long, requires = "version")]
    pub verbose: bool,
}

/// The width of text that nobody sees on a terminal.
const WIDTH: usize = 100;

const FIRST_STEP: &str = "To begin: `zaryad run` simulates the embedded baseline.";

/// A command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run one scenario
    #[command(after_long_help = help::RUN)]
    Run(RunArguments),
    /// Run every point of a sweep; finished runs are never made again
    #[command(after_long_help = help::SWEEP)]
    Sweep(SweepArguments),
    /// Join the parts of a sweep that were run with --shard
    #[command(after_long_help = help::MERGE)]
    Merge(MergeArguments),
    /// Compare two results folders, metric by metric
    #[command(after_long_help = help::COMPARE)]
    Compare(CompareArguments),
    /// Tell which points of a sweep may be the best, and what to run next
    #[command(after_long_help = help::RANK)]
    Rank(RankArguments),
    /// Tell which axes of a sweep matter
    #[command(after_long_help = help::SENSITIVITY)]
    Sensitivity(SensitivityArguments),
    /// Make one page of HTML from a results folder, a sweep, or two runs, which opens without a network
    #[command(after_long_help = help::REPORT)]
    Report(ReportArguments),
    /// Check scenario files, and list every problem in them
    #[command(after_long_help = help::CHECK)]
    Check(CheckArguments),
    /// List the embedded scenarios with the question each answers, or print one
    #[command(after_long_help = help::SCENARIOS)]
    Scenarios {
        /// The scenario to print
        name: Option<String>,
    },
    /// Print the JSON Schema of a kind of file, for editors
    #[command(after_long_help = help::SCHEMA)]
    Schema {
        /// The kind of file
        kind: Kind,
    },
    /// Print a script that completes commands and arguments in a shell
    #[command(after_long_help = help::COMPLETIONS)]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print a manual page, or write those of all commands into a folder
    #[command(after_long_help = help::MAN)]
    Man(ManArguments),
    /// Print version, commit and the sources of the data
    About,
    /// Print this help, or that of a command
    Help {
        /// The command
        #[arg(value_name = "COMMAND")]
        of: Option<String>,
    },
}

/// What `zaryad man` takes.
#[derive(Debug, Args)]
pub struct ManArguments {
    /// Print the page of this command, instead of the program's own
    pub command: Option<String>,
    /// Write all pages into this folder, such as man/man1
    #[arg(long, value_name = "DIR", conflicts_with = "command")]
    pub out: Option<PathBuf>,
}

/// A kind of file that people write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Kind {
    /// A scenario
    Scenario,
    /// A sweep
    Sweep,
}

/// What `zaryad run` takes.
#[derive(Debug, Args)]
#[command(allow_negative_numbers = true)]
pub struct RunArguments {
    /// A scenario file, the name of an embedded scenario, or - for standard input
    #[arg(default_value = crate::scenario::BASELINE)]
    pub scenario: PathBuf,
    /// The master seed, instead of `time.seed`
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// How many replications, instead of `time.replications`
    #[arg(long, value_name = "N", alias = "rep")]
    pub replications: Option<u32>,
    /// Change one key of the scenario; may be given several times
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub sets: Vec<String>,
    /// Write results into this new folder: manifest, summary and tables
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Write the results as one page of HTML into this file
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Print the summary as one JSON document
    #[arg(long)]
    pub json: bool,
    /// How many threads to use, 0 for all; results do not depend on it
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true, value_parser = clap::value_parser!(u16).range(..=1024))]
    pub threads: u16,
    /// No progress bar, and no closing line on stderr
    #[arg(long)]
    pub quiet: bool,
    /// Replace the results folder if it exists; a folder with any other file in it is left alone
    #[arg(long)]
    pub overwrite: bool,
}

/// What `zaryad report` takes.
#[derive(Debug, Args)]
pub struct ReportArguments {
    /// The folder that `zaryad run --out` or `zaryad sweep` wrote
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// Another run, whose differences from the first are shown; both may be points of a sweep, FOLDER:POINT
    #[arg(value_name = "OTHER")]
    pub other: Option<PathBuf>,
    /// The file to write; one that is there is replaced
    #[arg(short, long, value_name = "FILE", default_value = "report.html")]
    pub out: PathBuf,
}

/// What `zaryad sweep` takes.
#[derive(Debug, Args)]
#[command(allow_negative_numbers = true)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct SweepArguments {
    /// A sweep file, the name of an embedded sweep, or - for standard input
    pub sweep: PathBuf,
    /// The folder for its runs and tables; left out, NAME.sweep
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Print points, runs, and what time and disk they may take; run nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Run part K of N only; `zaryad merge` joins the parts
    #[arg(long, value_name = "K/N", value_parser = shard, allow_hyphen_values = true)]
    pub shard: Option<Shard>,
    /// The master seed, instead of `time.seed`
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// How many replications of each point, instead of the sweep's `replications` or `until`
    #[arg(long, value_name = "N", alias = "rep")]
    pub replications: Option<u32>,
    /// Change one key of the scenario that all points share, or of the sweep but its axes; may be given several times
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub sets: Vec<String>,
    /// Write the sweep as one page of HTML into this file
    #[arg(long, value_name = "FILE", conflicts_with_all = ["dry_run", "shard"])]
    pub report: Option<PathBuf>,
    /// Write the tables as CSV too
    #[arg(long)]
    pub csv: bool,
    /// Print the points with their metrics as one JSON document
    #[arg(long)]
    pub json: bool,
    /// How many threads to use, 0 for all; results do not depend on it
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true, value_parser = clap::value_parser!(u16).range(..=1024))]
    pub threads: u16,
    /// No progress bars, and no closing lines on stderr
    #[arg(long)]
    pub quiet: bool,
    /// Begin anew if the folder holds a sweep; a folder with any other file in it is left alone
    #[arg(long)]
    pub overwrite: bool,
}

/// What `zaryad merge` takes.
#[derive(Debug, Args)]
pub struct MergeArguments {
    /// The folders of all parts of one sweep
    #[arg(required = true, value_name = "DIR")]
    pub parts: Vec<PathBuf>,
    /// The new folder for the whole sweep
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Write the tables as CSV too
    #[arg(long)]
    pub csv: bool,
    /// No closing line on stderr
    #[arg(long)]
    pub quiet: bool,
    /// Replace the folder if it holds a sweep; a folder with any other file in it is left alone
    #[arg(long)]
    pub overwrite: bool,
}

/// What `zaryad rank` takes.
#[derive(Debug, Args)]
#[command(allow_negative_numbers = true)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct RankArguments {
    /// The folder of a sweep
    pub sweep: PathBuf,
    /// The metric of the city that decides
    #[arg(long, value_name = "NAME")]
    pub metric: String,
    /// Low values are better; left out, the metric says which
    #[arg(long, conflicts_with = "higher")]
    pub lower: bool,
    /// High values are better
    #[arg(long)]
    pub higher: bool,
    /// What the best point must keep, e.g. `charging.wait_s.p95 <= 600`; may be given several times
    #[arg(long = "where", value_name = "CONSTRAINT")]
    pub constraints: Vec<String>,
    /// Make so many more runs where they tell most, and rank again; several small budgets choose better than a
    /// large one
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub budget: Option<u32>,
    /// Print all points as one JSON document
    #[arg(long)]
    pub json: bool,
    /// With --budget: how many threads to use, 0 for all; results do not depend on it
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true, value_parser = clap::value_parser!(u16).range(..=1024))]
    pub threads: u16,
    /// With --budget: no progress bars, and no closing line on stderr
    #[arg(long)]
    pub quiet: bool,
}

/// What `zaryad sensitivity` takes.
#[derive(Debug, Args)]
pub struct SensitivityArguments {
    /// The folder of a sweep with the design `saltelli` or `one_at_a_time`
    pub sweep: PathBuf,
    /// A metric of the city; may be given several times
    #[arg(long = "metric", value_name = "NAME", required = true)]
    pub metrics: Vec<String>,
    /// Print the result as one JSON document
    #[arg(long)]
    pub json: bool,
}

/// Reads `K/N`.
fn shard(text: &str) -> Result<Shard, String> {
    let parts = text.split_once('/').and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
    match parts {
        Some((number, of)) if 1 <= number && number <= of => Ok(Shard { number, of }),
        _ => Err("write e.g. 2/3: part 2 of 3".to_owned()),
    }
}

/// What `zaryad compare` takes.
#[derive(Debug, Args)]
pub struct CompareArguments {
    /// A results folder, or a point of a sweep: FOLDER:POINT
    pub a: PathBuf,
    /// Another, whose differences from A are told
    pub b: PathBuf,
    /// Compare only metrics whose names match, such as `charging.*`; may be given several times
    #[arg(long, value_name = "GLOB")]
    pub metrics: Vec<String>,
    /// Write the comparison as one page of HTML into this file
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Print the comparison as one JSON document
    #[arg(long)]
    pub json: bool,
    /// End with code 4 if this metric is surely worse in B; may be given several times
    #[arg(long, value_name = "METRIC")]
    pub fail_if_worse: Vec<String>,
}

/// What `zaryad check` takes.
#[derive(Debug, Args)]
pub struct CheckArguments {
    /// Files of scenarios and sweeps, names of embedded ones, or - for standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Print the resolved scenario, with every key
    #[arg(long)]
    pub show: bool,
    /// Change one key of the scenarios; may be given several times
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub sets: Vec<String>,
}

/// Why a command did not do what it should.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The user's input is wrong.
    #[error("the input is wrong")]
    Input(Vec<Report>),
    /// The program or the machine failed; the sentence names the path.
    #[error("{0}")]
    Machine(String),
    /// Runs of a sweep are missing that the command needs; the sentence says how to go on.
    #[error("{0}")]
    Incomplete(String),
    /// A comparison found worse what must not be worse; the sentence names it.
    #[error("{0}")]
    Breached(String),
}

impl Failure {
    /// The process's exit code.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Input(_) => WRONG_INPUT,
            Self::Machine(_) => MACHINE_FAILED,
            Self::Incomplete(_) => INCOMPLETE,
            Self::Breached(_) => BREACHED,
        }
    }

    /// Wrong input that has no place in a text.
    pub(crate) fn input(title: impl Into<String>, help: impl Into<String>) -> Self {
        Self::from(Report::from(Problem::titled(title).help(help)))
    }
}

impl From<Standstill> for Failure {
    fn from(standstill: Standstill) -> Self {
        Self::Machine(standstill.to_string())
    }
}

impl From<Report> for Failure {
    fn from(report: Report) -> Self {
        Self::Input(vec![report])
    }
}

/// Runs a command.
///
/// # Errors
///
/// Returns what the user or the machine did wrong.
pub fn start(arguments: &Arguments) -> Result<(), Failure> {
    interrupt::catch();
    match &arguments.command {
        _ if arguments.version && arguments.verbose => about::about(),
        _ if arguments.version => print(&format!("zaryad {}\n", env!("CARGO_PKG_VERSION"))),
        None => help::help(None),
        Some(Command::Run(arguments)) => run::run(arguments),
        Some(Command::Sweep(arguments)) => sweep::sweep(arguments),
        Some(Command::Merge(arguments)) => merge::merge(arguments),
        Some(Command::Report(arguments)) => report::report(arguments),
        Some(Command::Compare(arguments)) => compare::compare(arguments),
        Some(Command::Rank(arguments)) => rank::rank(arguments),
        Some(Command::Sensitivity(arguments)) => sensitivity::sensitivity(arguments),
        Some(Command::Check(arguments)) => check::check(arguments),
        Some(Command::Scenarios { name }) => scenarios::scenarios(name.as_deref()),
        Some(Command::Schema { kind }) => schema(*kind),
        Some(Command::Completions { shell }) => help::completions(*shell),
        Some(Command::Man(arguments)) => help::man(arguments),
        Some(Command::Help { of }) => help::help(of.as_deref()),
        Some(Command::About) => about::about(),
    }
}

/// Whether stderr shows colours.
fn color() -> bool {
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    !no_color && std::io::stderr().is_terminal()
}

/// Tells people on stderr what is right and may yet be meant otherwise.
fn tell_notes(notes: &Report) {
    let text = diagnostic::render_notes(notes, color(), width_of(&console::Term::stderr()));
    // There is nowhere left to complain if stderr is closed. What is shown is harmless, and its colours are ours.
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

/// Tells people on stderr what went wrong.
pub fn tell(failure: &Failure) {
    let (color, width) = (color(), width_of(&console::Term::stderr()));
    let render = |report: &Report| diagnostic::render_within(report, color, width);
    let text = match failure {
        Failure::Input(reports) => reports.iter().map(render).collect(),
        Failure::Machine(sentence) | Failure::Incomplete(sentence) | Failure::Breached(sentence) => {
            let problems = vec![Problem::titled(sentence)];
            render(&Report { texts: Vec::new(), problems })
        }
    };
    // There is nowhere left to complain if stderr is closed. What is shown is harmless, and its colours are ours.
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

/// Tells people what is wrong with their arguments, or what they asked to be told of the program.
///
/// # Errors
///
/// What the system says where it cannot be written.
pub fn tell_usage(error: &clap::Error) -> std::io::Result<()> {
    let text = error.render().to_string();
    match printable::lines(&text) {
        std::borrow::Cow::Borrowed(_) => error.print(),
        // It repeats what was typed.
        std::borrow::Cow::Owned(harmless) => std::io::stderr().lock().write_all(harmless.as_bytes()),
    }
}

/// `zaryad schema`: what an editor has to know of a kind of file.
fn schema(kind: Kind) -> Result<(), Failure> {
    print(&pretty(&match kind {
        Kind::Scenario => scenario::schema(),
        Kind::Sweep => scenario::sweep_schema(),
    })?)
}

/// Prints a result; a reader that has seen enough, such as `head`, is no failure.
fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match out.write_all(printable::lines(text).as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::Machine(format!("cannot write to stdout: {error}")))
        }
        _ => Ok(()),
    }
}

/// Says something to people, beside the results.
fn say(text: &str) {
    // There is nowhere left to complain if stderr is closed.
    let _ = std::io::stderr().lock().write_all(printable::lines(text).as_bytes());
}

/// So many threads, 0 for as many as the machine has.
fn pool(threads: u16) -> Result<rayon::ThreadPool, Failure> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(usize::from(threads))
        .build()
        .map_err(|error| Failure::Machine(format!("cannot start threads: {error}")))
}

/// How wide text on stdout may be.
fn width() -> usize {
    width_of(&console::Term::stdout()).unwrap_or(WIDTH)
}

/// How wide text may be: as the terminal, or as `COLUMNS` says, if either is known.
fn width_of(terminal: &console::Term) -> Option<usize> {
    let columns = || std::env::var("COLUMNS").ok()?.parse::<usize>().ok();
    let seen = terminal.size_checked().map(|(_, columns)| usize::from(columns));
    let seen = seen.filter(|columns| terminal.is_term() && *columns > 0);
    seen.or_else(columns).map(|columns| columns.clamp(40, 200))
}

fn json(value: &impl serde::Serialize) -> Result<serde_json::Value, Failure> {
    serde_json::to_value(value).map_err(|error| Failure::Machine(format!("cannot write JSON: {error}")))
}

fn pretty(value: &impl serde::Serialize) -> Result<String, Failure> {
    let text = serde_json::to_string_pretty(value);
    text.map(|text| printable::json(&text).into_owned() + "\n")
        .map_err(|error| Failure::Machine(format!("cannot write JSON: {error}")))
}
