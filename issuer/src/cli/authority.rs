//! `issuer authority register|suspend|reinstate|cancel|list`.

use std::{io::Write as _, path::PathBuf};

use super::{
    access::SigningArgs, case, decision_args::DecisionArgs, failure::Failure, import::rules,
    staff::TwoKeys,
};
use crate::{case::CaseKind, office::Known};

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
    /// 暂停评审（两人签署）。Suspends a committee; two persons
    Suspend(DecideArgs),
    /// 恢复评审（两人签署）。Ends a suspension; two persons
    Reinstate(DecideArgs),
    /// 取消评审权，不可恢复（两人签署）。Cancels a committee's authority for good; two persons
    Cancel(DecideArgs),
    /// Lists the authorities on record, with what was decided on them
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
struct DecideArgs {
    /// 评委会代码 / The committee's code
    code: String,
    #[command(flatten)]
    decision: DecisionArgs,
    #[command(flatten)]
    two: TwoKeys,
    /// 数据目录 / The issuer's directory
    #[arg(long, value_name = "DIR")]
    dir: PathBuf,
    /// 每行一个 JSON 对象 / One JSON object a line on stdout
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
        AuthorityCommand::Suspend(args) => decide(args, CaseKind::SuspendAuthority),
        AuthorityCommand::Reinstate(args) => decide(args, CaseKind::ReinstateAuthority),
        AuthorityCommand::Cancel(args) => decide(args, CaseKind::CancelAuthority),
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

fn decide(args: &DecideArgs, kind: CaseKind) -> Result<u8, Failure> {
    let decided = || {
        let mut office = args.access.open(&args.dir)?;
        let order = args.decision.order(kind, vec![office.committee_authority(&args.code)?])?;
        let proposer = args.access.staff_key(&args.two.proposer, &args.dir)?;
        let approver = args.access.staff_key(&args.two.approver, &args.dir)?;
        case::print_recorded(&office.decide(order, &proposer, &approver)?, args.json);
        Ok(())
    };
    case::told(args.json, decided())
}

fn list(args: &ListArgs) -> Result<u8, Failure> {
    let office = args.access.open(&args.dir)?;
    let mut out = std::io::stdout().lock();
    let exceptions = office.exceptions()?;
    for (index, entry) in office.registry().authorities()? {
        let status = exceptions.status(index);
        let (index, role) = (index.get(), format!("{:?}", entry.role));
        let filing = entry.filing_number.as_ref().map(ToString::to_string);
        let line = if args.json {
            let object = serde_json::json!({
                "index": index, "role": role, "filing": filing, "status": status.name()
            });
            object.to_string()
        } else {
            format!("#{index}  {role}  {}  {}", filing.as_deref().unwrap_or("-"), status.name())
        };
        writeln!(out, "{line}").map_err(stdout_failed)?;
    }
    Ok(0)
}

/// The report could not be written.
pub(super) fn stdout_failed(source: std::io::Error) -> Failure {
    Failure::Io { path: "stdout".into(), source }
}
