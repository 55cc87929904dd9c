//! The issuer's command line.

use std::process::ExitCode;

use issuer::{
    causes,
    cli::{Cli, run},
};
use ledger::usage;

fn main() -> ExitCode {
    match usage::parse::<Cli>(std::env::args_os()) {
        Ok(cli) => run(cli),
        Err(error) => usage::report(&error, causes::known),
    }
}
