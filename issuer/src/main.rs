//! The issuer's command line.

use std::process::ExitCode;

use clap::Parser as _;
use issuer::{
    causes,
    cli::{Cli, run},
};
use ledger::usage;

fn main() -> ExitCode {
    match Cli::try_parse() {
        Ok(cli) => run(cli),
        Err(error) => usage::report(&error, causes::known),
    }
}
