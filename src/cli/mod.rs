//! The command line: the one place that touches files, terminal, clock and environment.
#![allow(clippy::disallowed_methods, reason = "the edge is where files and environment are read")]

mod about;
mod check;
mod diagnostic;
mod files;
mod folder;
mod interrupt;
mod progress;
mod run;
mod scenarios;

pub use diagnostic::render;
pub use progress::Bar;

use crate::scenario::{Problem, Report};
use clap::{Args, Parser, Subcommand};
use std::io::{ErrorKind, IsTerminal, Write};
use std::path::PathBuf;

/// The exit code where the program or the machine failed.
pub const MACHINE_FAILED: u8 = 1;
/// The exit code where the user's input is wrong.
pub const WRONG_INPUT: u8 = 2;

/// What can be typed.
#[derive(Debug, Parser)]
#[command(name = "zaryad", about, disable_version_flag = true, after_help = FIRST_STEP)]
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

const FIRST_STEP: &str = "To begin: `zaryad run` simulates the embedded baseline.";

/// A command.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run one scenario
    Run(RunArguments),
    /// Check scenario files, and list every problem in them
    Check(CheckArguments),
    /// List the embedded scenarios with the question each answers, or print one
    Scenarios {
        /// The scenario to print
        name: Option<String>,
    },
    /// Print version, commit and the sources of the data
    About,
}

/// What `zaryad run` takes.
#[derive(Debug, Args)]
pub struct RunArguments {
    /// A scenario file, or the name of an embedded scenario
    #[arg(default_value = crate::scenario::BASELINE)]
    pub scenario: PathBuf,
    /// The master seed, instead of `time.seed`
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// How many replications, instead of `time.replications`
    #[arg(long, value_name = "N")]
    pub replications: Option<u32>,
    /// Change one key of the scenario; may be given several times
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub sets: Vec<String>,
    /// Write results into this new folder: manifest, summary and tables
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
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

/// What `zaryad check` takes.
#[derive(Debug, Args)]
pub struct CheckArguments {
    /// Scenario files, or names of embedded scenarios
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
}

impl Failure {
    /// The process's exit code.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Input(_) => WRONG_INPUT,
            Self::Machine(_) => MACHINE_FAILED,
        }
    }

    /// Wrong input that has no place in a text.
    pub(crate) fn input(title: impl Into<String>, help: impl Into<String>) -> Self {
        Self::from(Report { texts: Vec::new(), problems: vec![Problem::titled(title).help(help)] })
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
        None => print(&help()),
        Some(Command::Run(arguments)) => run::run(arguments),
        Some(Command::Check(arguments)) => check::check(arguments),
        Some(Command::Scenarios { name }) => scenarios::scenarios(name.as_deref()),
        Some(Command::About) => about::about(),
    }
}

/// Tells people on stderr what went wrong.
pub fn tell(failure: &Failure) {
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let color = !no_color && std::io::stderr().is_terminal();
    let text = match failure {
        Failure::Input(reports) => reports.iter().map(|report| render(report, color)).collect(),
        Failure::Machine(sentence) => {
            let problems = vec![Problem::titled(sentence)];
            render(&Report { texts: Vec::new(), problems }, color)
        }
    };
    // There is nowhere left to complain if stderr is closed.
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

fn help() -> String {
    <Arguments as clap::CommandFactory>::command().render_help().to_string()
}

/// Prints a result; a reader that has seen enough, such as `head`, is no failure.
fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::Machine(format!("cannot write to stdout: {error}")))
        }
        _ => Ok(()),
    }
}
