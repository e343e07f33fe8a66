//! The `jianbao` command: arguments, logging, exit codes, nothing else.
//!
//! Only data goes to stdout; logs, progress and summaries go to stderr.

mod arguments;
mod bench;
mod check;
mod exit;
mod explain;
mod init;
mod logging;
mod memory;
mod monitor;
mod progress;
mod replay;
mod run;
mod schema;
mod stages;
mod state;
mod topics;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use arguments::{Arguments, Command};

fn main() -> ExitCode {
    memory::one_arena_for_each_core();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return exit::of_arguments(&error),
    };
    let manner = exit::Manner { format: arguments.log_format, quiet: arguments.quiet, to_file: arguments.log_file.is_some() };
    if let Err(reason) = logging::start(manner, arguments.log_file.as_deref()) {
        exit::show(&format!("error: {reason}"));
        return ExitCode::from(exit::Exit::Io.code());
    }
    let exit = match &arguments.command {
        Command::Run(options) => run::run(options),
        Command::Replay(options) => replay::run(options),
        Command::State(options) => state::run(options),
        Command::Check(options) => check::run(options),
        Command::Explain(options) => explain::run(options),
        Command::Topics(options) => topics::run(options),
        Command::Bench(options) => bench::run(options),
        Command::Stages(options) => stages::run(options),
        Command::Init(options) => init::run(options),
        Command::Schema(options) => schema::run(options),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Arguments::command(), "jianbao", &mut script);
            exit::print(&script)
        }
    };
    ExitCode::from(exit.code())
}

#[cfg(test)]
mod tests {
    use super::*;
    use exit::Exit::{Bug, Configuration, Data, Fine, Interrupted, Io, Locked, Missing, SomeFailed, Terminated, Usage};

    #[test]
    fn arguments_are_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn help_names_every_exit_code_on_a_line_of_its_own() {
        let help = Arguments::command().term_width(80).render_long_help().to_string();
        let codes = help.lines().skip_while(|line| *line != "Exit codes:").skip(1).take_while(|line| !line.is_empty());
        let codes: Vec<u8> = codes.map(|line| line.split_whitespace().next().unwrap().parse().expect("a line is not broken")).collect();
        assert_eq!(
            codes,
            [Fine, SomeFailed, Usage, Data, Missing, Bug, Io, Locked, Configuration, Interrupted, Terminated].map(exit::Exit::code),
            "{help}"
        );
    }
}
