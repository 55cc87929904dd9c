//! `issuer authority register|renew|rectify|suspend|reinstate|cancel|list`.

mod list;
mod rectify;

use std::{io::Write as _, path::PathBuf};

use super::{
    case,
    decision_args::DecisionArgs,
    failure::Failure,
    import::rules,
    place::{Deciders, Deciding, Place, told},
};
use crate::{
    case::CaseKind,
    office::{KeyChoice, Known, Registration},
};

/// Review committees and other authorities.
#[derive(Debug, clap::Args)]
pub struct AuthorityArgs {
    #[command(subcommand)]
    command: AuthorityCommand,
}

#[derive(Debug, clap::Subcommand)]
enum AuthorityCommand {
    /// 登记名单中的评委会，各用自己的密钥（两人签署）。Registers the committees of a list, each with a key of its own; two persons
    Register(RegisterArgs),
    /// 续备案、更换密钥（两人签署）。A further filing of a registered committee, or a fresh key; two persons
    Renew(RenewArgs),
    /// 责令限期整改、整改完成（两人签署）。Orders a committee to put things right by a deadline, or records that it did; two persons
    Rectify(Box<rectify::RectifyArgs>),
    /// 暂停评审（两人签署）。Suspends a committee; two persons
    Suspend(DecideArgs),
    /// 恢复评审（两人签署）。Ends a suspension; two persons
    Reinstate(DecideArgs),
    /// 取消评审权，不可恢复（两人签署）。Cancels a committee's authority for good; two persons
    Cancel(DecideArgs),
    /// 列出已登记的签发机构及对其所作决定 / Lists the authorities on record, with what was decided on them
    List(Place),
}

#[derive(Debug, clap::Args)]
struct RegisterArgs {
    /// 评委会名单 / The list of review committees
    #[arg(long, value_name = "FILE")]
    committees: PathBuf,
    #[command(flatten)]
    deciding: Deciding,
}

#[derive(Debug, clap::Args)]
struct RenewArgs {
    /// 评委会代码 / The committee's code
    code: String,
    /// 载有新备案的名单 / The list of review committees with the new filing
    #[arg(long, value_name = "FILE")]
    committees: PathBuf,
    /// 更换密钥 / Makes a fresh key; the old one stays for what it signed
    #[arg(long)]
    new_key: bool,
    #[command(flatten)]
    deciding: Deciding,
}

#[derive(Debug, clap::Args)]
struct DecideArgs {
    /// 评委会代码 / The committee's code
    code: String,
    #[command(flatten)]
    decision: DecisionArgs,
    #[command(flatten)]
    deciding: Deciding,
}

/// Exit 0: done; 1: some committees were refused.
pub fn run(args: &AuthorityArgs) -> Result<u8, Failure> {
    match &args.command {
        AuthorityCommand::Register(args) => told(args.deciding.place.json, register(args)),
        AuthorityCommand::Renew(args) => told(args.deciding.place.json, renew(args).map(|()| 0)),
        AuthorityCommand::Rectify(args) => told(args.json(), rectify::run(args).map(|()| 0)),
        AuthorityCommand::Suspend(args) => decide(args, CaseKind::SuspendAuthority),
        AuthorityCommand::Reinstate(args) => decide(args, CaseKind::ReinstateAuthority),
        AuthorityCommand::Cancel(args) => decide(args, CaseKind::CancelAuthority),
        AuthorityCommand::List(args) => list::run(args),
    }
}

fn register(args: &RegisterArgs) -> Result<u8, Failure> {
    let rules = rules(&args.committees, &mut std::io::stderr())?;
    let (mut office, Deciders { proposer, approver }) = args.deciding.open()?;
    let registered = office.register_committees(&rules.committees, &proposer, &approver)?;
    let other_filing = registered.iter().any(|one| one.known == Known::OtherFiling);
    for committee in &registered {
        tell(committee, args.deciding.place.json)?;
    }
    Ok(u8::from(other_filing || rules.committees.refused().next().is_some()))
}

fn renew(args: &RenewArgs) -> Result<(), Failure> {
    let rules = rules(&args.committees, &mut std::io::stderr())?;
    let (mut office, Deciders { proposer, approver }) = args.deciding.open()?;
    let key = if args.new_key { KeyChoice::New } else { KeyChoice::Same };
    let list = &rules.committees;
    tell(
        &office.renew_committee(&args.code, list, key, &proposer, &approver)?,
        args.deciding.place.json,
    )
}

fn tell(registration: &Registration, json: bool) -> Result<(), Failure> {
    let (code, index) = (&registration.code, registration.index.get());
    let (known, word) = match registration.known {
        Known::Already => ("already", "已登记 / known"),
        Known::New => ("new", "新登记 / registered"),
        Known::OtherFiling => (
            "other_filing",
            "已按另一备案登记，续备案请用 issuer authority renew / on record with another filing: \
             put the further one on record with `issuer authority renew`",
        ),
    };
    let line = if json {
        let is_known = registration.known != Known::New;
        let object = serde_json::json!({
            "committee": code, "index": index, "known": is_known, "filing": known,
        });
        object.to_string()
    } else {
        format!("{code}  #{index}  {word}")
    };
    writeln!(std::io::stdout().lock(), "{line}").map_err(super::say::stdout_failed)
}

fn decide(args: &DecideArgs, kind: CaseKind) -> Result<u8, Failure> {
    let decided = || {
        let (mut office, Deciders { proposer, approver }) = args.deciding.open()?;
        let compromised = args.decision.compromised()?;
        let targets = office.committee_targets(&args.code, kind, compromised)?;
        let order = args.decision.order(kind, targets)?;
        case::print_recorded(
            &office.decide(order, &proposer, &approver)?,
            args.deciding.place.json,
        )?;
        Ok(())
    };
    told(args.deciding.place.json, decided().map(|()| 0))
}
