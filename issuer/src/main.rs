//! The issuer's command line.

use std::process::ExitCode;

use clap::{Parser as _, error::ErrorKind};
use issuer::cli::{Cli, run};

fn main() -> ExitCode {
    match Cli::try_parse() {
        Ok(cli) => run(cli),
        Err(error) => {
            // Help and version are answers, everything else is usage (64).
            let code = match error.kind() {
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => 0,
                _ => 64,
            };
            let _unwritable = error.print();
            ExitCode::from(code)
        }
    }
}
