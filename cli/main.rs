//! The `jianbao` command: arguments, logging, exit codes, nothing else.
//!
//! Only data goes to stdout; logs, progress and summaries go to stderr.

mod arguments;
mod check;
mod exit;
mod explain;
mod init;
mod logging;
mod progress;
mod run;
mod schema;
mod stages;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use arguments::{Arguments, Command};

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return exit::of_arguments(&error),
    };
    logging::start(&arguments);
    let exit = match &arguments.command {
        Command::Run(options) => run::run(options, &arguments),
        Command::Check(options) => check::run(options),
        Command::Explain(options) => explain::run(options),
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

    #[test]
    fn arguments_are_consistent() {
        Arguments::command().debug_assert();
        assert_eq!(exit::Exit::Configuration.code(), 78);
    }
}
