//! `issuer authority register|list`.

use std::{io::Write as _, path::PathBuf};

use super::{access::SigningArgs, failure::Failure, import::rules};
use crate::office::Known;

/// Review committees and other authorities.
#[derive(Debug, clap::Args)]
pub struct AuthorityArgs {
    #[command(subcommand)]
    command: AuthorityCommand,
}

#[derive(Debug, clap::Subcommand)]
enum AuthorityCommand {
    /// Registers the committees of a list, each with a key of its own
    Register(RegisterArgs),
    /// Lists the authorities on record
    List(ListArgs),
}

#[derive(Debug, clap::Args)]
struct RegisterArgs {
    /// The list of review committees
    #[arg(long, value_name = "FILE")]
    committees: PathBuf,
    /// The issuer's directory
    #[arg(long, value_name = "DIR")]
    dir: PathBuf,
    /// One JSON object a line on stdout
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    access: SigningArgs,
}

#[derive(Debug, clap::Args)]
struct ListArgs {
    /// The issuer's directory
    #[arg(long, value_name = "DIR")]
    dir: PathBuf,
    /// One JSON object a line on stdout
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    access: SigningArgs,
}

/// Exit 0: done; 1: some committees were refused.
pub fn run(args: &AuthorityArgs) -> Result<u8, Failure> {
    match &args.command {
        AuthorityCommand::Register(args) => register(args),
        AuthorityCommand::List(args) => list(args),
    }
}

fn register(args: &RegisterArgs) -> Result<u8, Failure> {
    let rules = rules(&args.committees, &mut std::io::stderr())?;
    let mut office = args.access.open(&args.dir)?;
    let registered = office.register_committees(&rules.committees)?;
    let mut out = std::io::stdout().lock();
    for committee in &registered {
        let (code, index) = (&committee.code, committee.index.get());
        let known = committee.known == Known::Already;
        let line = if args.json {
            serde_json::json!({"committee": code, "index": index, "known": known}).to_string()
        } else {
            let word = if known { "已登记 / known" } else { "新登记 / registered" };
            format!("{code}  #{index}  {word}")
        };
        writeln!(out, "{line}").map_err(stdout_failed)?;
    }
    Ok(u8::from(rules.committees.refused().next().is_some()))
}

fn list(args: &ListArgs) -> Result<u8, Failure> {
    let office = args.access.open(&args.dir)?;
    let mut out = std::io::stdout().lock();
    for (index, entry) in office.registry().authorities()? {
        let (index, role) = (index.get(), format!("{:?}", entry.role));
        let filing = entry.filing_number.as_ref().map(ToString::to_string);
        let line = if args.json {
            serde_json::json!({"index": index, "role": role, "filing": filing}).to_string()
        } else {
            format!("#{index}  {role}  {}", filing.unwrap_or_else(|| "-".to_owned()))
        };
        writeln!(out, "{line}").map_err(stdout_failed)?;
    }
    Ok(0)
}

/// The report could not be written.
pub(super) fn stdout_failed(source: std::io::Error) -> Failure {
    Failure::Io { path: "stdout".into(), source }
}
