//! `issuer case propose|approve|refuse|list|show`.

use std::path::PathBuf;

use clap::Subcommand;
use ledger::position::LeafIndex;

use super::{
    case_propose::{ProposeArgs, propose},
    case_view,
    failure::Failure,
    place::{Place, told},
};
use crate::{
    case::{CaseId, CaseState},
    office::Recorded,
    signing::staff::ProposalHash,
};

/// Decisions as cases: one person proposes, another approves or refuses.
#[derive(Debug, clap::Args)]
pub struct CaseArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// 提出案件，尚不生效。Proposes a case; nothing is decided yet
    Propose(ProposeArgs),
    /// 由另一人复核批准，随即登记。Approves a case as a second person; it goes on record at once
    Approve(ApproveArgs),
    /// 退回（提出人则为撤回）。Refuses a case, or takes one's own back
    Refuse(RefuseArgs),
    /// 列出案件。Lists the cases
    List(ListArgs),
    /// 查看一个案件及其草案摘要。Shows one case with the hash of its draft
    Show(ShowArgs),
}

#[derive(Debug, clap::Args)]
struct ApproveArgs {
    /// 案件号 / The case's number
    case: CaseId,
    /// 所查看的草案摘要 / The hash of the draft that was looked at
    #[arg(long, value_name = "HASH")]
    draft: ProposalHash,
    /// 批准人的密钥 / The key of another member of staff
    #[arg(long, value_name = "KEY")]
    approver: PathBuf,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, clap::Args)]
struct RefuseArgs {
    /// 案件号 / The case's number
    case: CaseId,
    /// 理由 / Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// 退回人的密钥 / The key of who refuses
    #[arg(long, value_name = "KEY")]
    by: PathBuf,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, clap::Args)]
struct ListArgs {
    /// 只列待复核的 / Only those that wait for a second person
    #[arg(long)]
    open: bool,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, clap::Args)]
struct ShowArgs {
    /// 案件号 / The case's number
    case: CaseId,
    #[command(flatten)]
    place: Place,
}

/// Exit 0: done. A refusal is one sentence in both languages on stderr, with `--json` also an object
/// with code, field and clause on stdout.
pub fn run(args: &CaseArgs) -> Result<u8, Failure> {
    let (json, outcome) = match &args.verb {
        Verb::Propose(args) => (args.place().json, propose(args)),
        Verb::Approve(args) => (args.place.json, approve(args)),
        Verb::Refuse(args) => (args.place.json, refuse(args)),
        Verb::List(args) => (args.place.json, list(args)),
        Verb::Show(args) => (args.place.json, show(args)),
    };
    told(json, outcome.map(|()| 0))
}

fn approve(args: &ApproveArgs) -> Result<(), Failure> {
    let mut office = args.place.open()?;
    let approver = args.place.staff_key(&args.approver)?;
    let recorded = office.approve_case(args.case, args.draft, &approver)?;
    print_recorded(&recorded, args.place.json)?;
    Ok(())
}

/// Tells what a case put on record.
pub(super) fn print_recorded(recorded: &Recorded, json: bool) -> Result<(), Failure> {
    let numbers =
        |indices: &[LeafIndex]| -> Vec<u64> { indices.iter().map(|index| index.get()).collect() };
    let (events, archive) = (numbers(&recorded.events), numbers(&recorded.archive));
    let issued = numbers(&recorded.issued);
    let case = recorded.case.line().get();
    if json {
        let object = serde_json::json!({
            "case": case, "events": events, "archive": archive, "issued": issued
        });
        say!("{object}")?;
    } else {
        say!("已登记 / on record: 案件 / case {case}")?;
        for (word, indices) in [
            ("决定 / decision", events),
            ("诚信档案 / integrity archive", archive),
            ("证书 / certificate", issued),
        ] {
            for index in indices {
                say!("  {word} #{index}")?;
            }
        }
    }
    Ok(())
}

fn refuse(args: &RefuseArgs) -> Result<(), Failure> {
    let mut office = args.place.open()?;
    let by = args.place.staff_key(&args.by)?;
    office.refuse_case(args.case, &args.reason, &by)?;
    if args.place.json {
        let case = args.case.line().get();
        say!("{}", serde_json::json!({ "case": case, "state": "refused" }))?;
    } else {
        say!("已退回 / refused: 案件 / case {}", args.case)?;
    }
    Ok(())
}

fn list(args: &ListArgs) -> Result<(), Failure> {
    let office = args.place.open()?;
    for row in office.cases()? {
        if !args.open || row.state == CaseState::Proposed {
            say!("{}", case_view::line(&row, args.place.json))?;
        }
    }
    Ok(())
}

fn show(args: &ShowArgs) -> Result<(), Failure> {
    let office = args.place.open()?;
    say!("{}", case_view::whole(&office.case(args.case)?, args.place.json))?;
    Ok(())
}
