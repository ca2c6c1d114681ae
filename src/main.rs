//! The command line: parses arguments, runs a command, tells of failures, chooses the exit code.

use clap::Parser;
use std::process::ExitCode;
use zaryad::cli::{self, Arguments};

fn main() -> ExitCode {
    let code = match Arguments::try_parse() {
        Ok(arguments) => match cli::start(&arguments) {
            Ok(()) => 0,
            Err(failure) => {
                cli::tell(&failure);
                failure.exit_code()
            }
        },
        Err(error) => {
            // Where even this cannot be written, the exit code must do.
            let _ = cli::tell_usage(&error);
            if error.use_stderr() { cli::WRONG_INPUT } else { 0 }
        }
    };
    ExitCode::from(code)
}
