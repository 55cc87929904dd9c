//! The command line: `verifier check`, `serve`, `mirror`, `monitor`, `evidence`, `witness`.
//!
//! Data goes to stdout, talk to stderr. Exit codes of `check`: 0 everything is valid, 1 something is
//! not (whatever else), 2 something could not be determined or read, 64 the command line is wrong.

mod answering;
mod args;
mod bar;
mod check;
mod evidence;
mod human;
mod input;
mod kept;
mod mirror;
mod monitor;
mod receipt;
mod seen;
mod serve;
mod setup;
mod stop;
mod talk;
mod witness;

use std::{ffi::OsString, process::ExitCode};

use ledger::usage;

pub use self::talk::Language;
use self::{
    args::{Cli, Command},
    talk::Message,
};
use crate::causes;

/// Everything is valid.
const EXIT_VALID: u8 = 0;
/// Something is not valid.
const EXIT_NOT_VALID: u8 = 1;
/// Something could not be determined, or read.
const EXIT_UNDETERMINED: u8 = 2;

/// Runs the program with its arguments; `language` is what the environment asks for.
pub fn run(arguments: impl IntoIterator<Item = OsString>, language: Language) -> ExitCode {
    let cli = match usage::parse::<Cli>(arguments) {
        Ok(cli) => cli,
        Err(error) => return usage::report(&error, causes::known),
    };
    let language = cli.language.unwrap_or(language);
    let outcome = match cli.command {
        Command::Check(args) => check::run(&args, language),
        Command::Serve(args) => serve::run(&args),
        Command::Mirror(args) => mirror::run(&args, language),
        Command::Monitor(args) => monitor::run(&args, language),
        Command::Evidence(args) => evidence::run(&args, language),
        Command::Witness(args) => witness::run(&args),
    };
    match outcome {
        Ok(code) => ExitCode::from(code),
        Err(message) => {
            message.say();
            ExitCode::from(EXIT_UNDETERMINED)
        }
    }
}
