//! `issuer revoke`.

use std::path::PathBuf;

use ledger::certificate::CertificateNumber;

use super::{access::SigningArgs, case, decision_args::DecisionArgs, failure::Failure};
use crate::case::CaseKind;

/// Revokes a title with all its documents, and records it in the integrity archive.
#[derive(Debug, clap::Args)]
pub struct RevokeArgs {
    /// The certificate number
    number: String,
    /// The issuer's directory
    #[arg(long, value_name = "DIR")]
    dir: PathBuf,
    #[command(flatten)]
    decision: DecisionArgs,
    /// The key of the member of staff who proposes
    #[arg(long, value_name = "KEY")]
    proposer: PathBuf,
    /// The key of another member of staff, who approves
    #[arg(long, value_name = "KEY")]
    approver: PathBuf,
    /// One JSON object on stdout
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    access: SigningArgs,
}

/// Exit 0: on record.
pub fn run(args: &RevokeArgs) -> Result<u8, Failure> {
    case::told(args.json, revoke(args))
}

fn revoke(args: &RevokeArgs) -> Result<(), Failure> {
    let number = CertificateNumber::new(&args.number)
        .map_err(|error| Failure::Usage(format!("NUMBER: {error}")))?;
    let mut office = args.access.open(&args.dir)?;
    let proposer = args.access.staff_key(&args.proposer, &args.dir)?;
    let approver = args.access.staff_key(&args.approver, &args.dir)?;
    let order = args.decision.order(CaseKind::RevokeTitle, Vec::new())?;
    let revoked = office.revoke(&number, order, &proposer, &approver)?;
    let (title, event, archive) = (revoked.title.get(), revoked.event.get(), revoked.archive.get());
    if args.json {
        say!(
            "{}",
            serde_json::json!({
                "number": args.number, "title": title, "event": event, "archive": archive
            })
        )?;
    } else {
        say!("已撤销 / revoked: {}  (#{title}, #{event}, 诚信档案 #{archive})", args.number)?;
    }
    Ok(())
}
