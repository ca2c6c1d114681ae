//! What the program says of itself: help, examples, completions for shells, manual pages.

use super::{Arguments, Failure, ManArguments, print, say};
use crate::scenario::{EMBEDDED, Embedded, SWEEPS};
use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Command, CommandFactory};
use std::fmt::Write;
use std::path::Path;

pub(super) const RUN: &str = "\
Examples:
  zaryad run
  zaryad run plan-622 --replications 4 --seed 2
  zaryad run m-m-10 --set time.horizon.hours=1000 --json
  zaryad run --set fleet.electric=3000 --out more-electric --report page.html";
pub(super) const SWEEP: &str = "\
Examples:
  zaryad sweep plots-by-fleet --dry-run
  zaryad sweep plots-by-fleet --replications 2 --out plots
  zaryad sweep ceiling --set time.horizon.days=2 --shard 1/2";
pub(super) const MERGE: &str = "\
Example:
  zaryad merge ceiling.1-of-2.sweep ceiling.2-of-2.sweep --out ceiling.sweep";
pub(super) const COMPARE: &str = "\
Examples:
  zaryad run baseline --out base
  zaryad run plan-622 --out plan
  zaryad compare base plan
  zaryad compare base plan --metrics 'charging.*' --fail-if-worse charging.wait_s.p95
  zaryad compare plots-by-fleet.sweep:1 plots-by-fleet.sweep:2 --report compare.html";
pub(super) const RANK: &str = "\
Examples:
  zaryad rank plots-by-fleet.sweep --metric charging.wait_s.mean
  zaryad rank plots-by-fleet.sweep --metric rides.lost_share --budget 20
  zaryad rank ceiling.sweep --metric operators.profit_kzt --where 'charging.wait_s.p95 <= 600'";
pub(super) const SENSITIVITY: &str = "\
Examples:
  zaryad sweep inputs
  zaryad sensitivity inputs.sweep --metric charging.wait_s.mean --metric rides.lost_share";
pub(super) const REPORT: &str = "\
Examples:
  zaryad report base -o page.html
  zaryad report base plan -o compare.html
  zaryad report plots-by-fleet.sweep -o sweep.html";
pub(super) const CHECK: &str = "\
Examples:
  zaryad check baseline --show
  zaryad check plan-622 plots-by-fleet --set time.horizon.days=2

Tables of `city.roads`, as CSV with a header:
  nodes  node_id (0, 1, 2, …), lon, lat (degrees), elev_m_approx (whole metres)
  edges  edge_id (0, 1, 2, …), from, to (nodes), length_m, class, oneway (empty), geometry (lon lat;lon lat)
Classes are trunk, primary, secondary, tertiary, unclassified, residential and living_street. Every road may be driven
both ways, and leads from every node to every other. Places of the city are joined to their nearest nodes; `check` and
`run` say which share of the demand lies farther than 1 km from all of them.";
pub(super) const SCENARIOS: &str = "\
Examples:
  zaryad scenarios
  zaryad scenarios m-m-10";
pub(super) const SCHEMA: &str = "\
Examples:
  zaryad schema scenario
  zaryad schema sweep";
pub(super) const COMPLETIONS: &str = "\
Example, for one session of bash:
  zaryad completions bash > zaryad.bash
  source zaryad.bash";
pub(super) const MAN: &str = "\
Examples:
  zaryad man
  zaryad man sweep
  zaryad man --out man/man1";

/// `zaryad help`: the help of the program, or of a command.
pub(super) fn help(of: Option<&str>) -> Result<(), Failure> {
    let mut program = whole();
    print(&match of {
        None => program.render_help().to_string(),
        Some(name) => command(&mut program, name)?.render_long_help().to_string(),
    })
}

/// `zaryad completions`: a script for a shell, which knows the embedded scenarios and sweeps by name.
pub(super) fn completions(shell: clap_complete::Shell) -> Result<(), Failure> {
    let mut script = Vec::new();
    let both = || EMBEDDED.iter().chain(SWEEPS);
    let of_commands: [(&'static str, &'static str, Vec<&'static Embedded>); 4] = [
        ("run", "scenario", EMBEDDED.iter().collect()),
        ("sweep", "sweep", SWEEPS.iter().collect()),
        ("check", "files", both().collect()),
        ("scenarios", "name", both().collect()),
    ];
    let mut program = Arguments::command();
    for (command, argument, all) in &of_commands {
        program = program.mut_subcommand(command, |command| named(command, argument, all));
    }
    clap_complete::generate(shell, &mut program, "zaryad", &mut script);
    let mut script = String::from_utf8_lossy(&script).into_owned();
    if shell == clap_complete::Shell::Fish {
        // What is generated for fish completes options alone.
        for (command, _, all) in &of_commands {
            let names: Vec<&str> = all.iter().map(|one| one.name).collect();
            let names = names.join(" ");
            let condition = format!("__fish_zaryad_using_subcommand {command}");
            // Writing to a string cannot fail.
            let _ = writeln!(script, "complete -c zaryad -n \"{condition}\" -a \"{names}\"");
        }
    }
    print(&script)
}

/// The command with names as values of one of its arguments.
fn named(command: Command, argument: &'static str, all: &[&'static Embedded]) -> Command {
    let values: Vec<PossibleValue> = all.iter().map(|one| PossibleValue::new(one.name)).collect();
    command.mut_arg(argument, |argument| argument.value_parser(PossibleValuesParser::new(values)))
}

/// `zaryad man`: one manual page on stdout, or all of them in a folder.
pub(super) fn man(arguments: &ManArguments) -> Result<(), Failure> {
    let mut program = whole();
    let Some(folder) = &arguments.out else {
        let command = match &arguments.command {
            None => &program,
            Some(name) => command(&mut program, name)?,
        };
        return print(&String::from_utf8_lossy(&page(command)?.1));
    };
    let pages = std::iter::once(&program).chain(program.get_subcommands()).map(page);
    let pages = pages.collect::<Result<Vec<_>, _>>()?;
    write(folder, &pages)?;
    say(&format!("{} manual pages are in {}\n", pages.len(), folder.display()));
    Ok(())
}

/// The manual page of a command, with the name of its file.
fn page(command: &Command) -> Result<(String, Vec<u8>), Failure> {
    let name = command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned();
    let mut text = Vec::new();
    let page = clap_mangen::Man::new(command.clone());
    page.render(&mut text)
        .map_err(|error| Failure::Machine(format!("cannot write a manual page: {error}")))?;
    Ok((format!("{name}.1"), text))
}

fn write(folder: &Path, pages: &[(String, Vec<u8>)]) -> Result<(), Failure> {
    let machine = |error: std::io::Error| {
        Failure::Machine(format!("cannot write manual pages into {}: {error}", folder.display()))
    };
    std::fs::create_dir_all(folder).map_err(machine)?;
    pages.iter().try_for_each(|(name, text)| std::fs::write(folder.join(name), text).map_err(machine))
}

/// The program with its commands as they are typed.
fn whole() -> Command {
    let mut program = Arguments::command().version(env!("CARGO_PKG_VERSION"));
    program.build();
    program
}

/// The command of this name.
fn command<'a>(program: &'a mut Command, name: &str) -> Result<&'a mut Command, Failure> {
    let names: Vec<String> = program.get_subcommands().map(|command| command.get_name().to_owned()).collect();
    if !names.iter().any(|known| known == name) {
        let help = match crate::scenario::nearest(name, names.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the commands are {}", names.join(", ")),
        };
        return Err(Failure::input(format!("there is no command `{name}`"), help));
    }
    Ok(program.find_subcommand_mut(name).expect("it was just found"))
}
