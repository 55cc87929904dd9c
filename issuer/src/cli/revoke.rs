//! `issuer revoke`.

use ledger::certificate::CertificateNumber;

use super::{
    decision_args::DecisionArgs,
    failure::Failure,
    place::{Deciders, Deciding, told},
};
use crate::case::CaseKind;

/// Revokes a title with all its documents, and records it in the integrity archive.
#[derive(Debug, clap::Args)]
pub struct RevokeArgs {
    /// 证书编号 / The certificate number
    number: String,
    #[command(flatten)]
    decision: DecisionArgs,
    #[command(flatten)]
    deciding: Deciding,
}

/// Exit 0: on record.
pub fn run(args: &RevokeArgs) -> Result<u8, Failure> {
    told(args.deciding.place.json, revoke(args).map(|()| 0))
}

fn revoke(args: &RevokeArgs) -> Result<(), Failure> {
    let number = CertificateNumber::new(&args.number)
        .map_err(|error| Failure::Usage(format!("NUMBER: {error}")))?;
    let (mut office, Deciders { proposer, approver }) = args.deciding.open()?;
    let order = args.decision.order(CaseKind::RevokeTitle, Vec::new())?;
    let revoked = office.revoke(&number, order, &proposer, &approver)?;
    let (title, event, archive) = (revoked.title.get(), revoked.event.get(), revoked.archive.get());
    if args.deciding.place.json {
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
