//! `issuer revoke`.

use std::path::PathBuf;

use ledger::{
    certificate::{CertificateNumber, Text},
    time::Date,
};

use super::{access::SigningArgs, failure::Failure};
use crate::office::RevocationOrder;

/// Revokes a title with all its documents, and records it in the integrity archive.
#[derive(Debug, clap::Args)]
pub struct RevokeArgs {
    /// The certificate number
    number: String,
    /// The issuer's directory
    #[arg(long, value_name = "DIR")]
    dir: PathBuf,
    /// The decision document's number
    #[arg(long, value_name = "TEXT")]
    document: String,
    /// The decision's date (Beijing), YYYY-MM-DD
    #[arg(long, value_name = "DATE")]
    decided_on: Date,
    /// The day on which the decision was served, YYYY-MM-DD
    #[arg(long, value_name = "DATE")]
    served_on: Option<Date>,
    /// The facts found
    #[arg(long, value_name = "TEXT")]
    reasons: String,
    /// The statement of remedy, if it is not the usual one
    #[arg(long, value_name = "TEXT")]
    remedy: Option<String>,
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
    let number = CertificateNumber::new(&args.number)
        .map_err(|error| Failure::Usage(format!("NUMBER: {error}")))?;
    let document = Text::new(&args.document)
        .map_err(|error| Failure::Usage(format!("--document: {error}")))?;
    let mut office = args.access.open(&args.dir)?;
    let proposer = args.access.staff_key(&args.proposer, &args.dir)?;
    let approver = args.access.staff_key(&args.approver, &args.dir)?;
    let order = RevocationOrder {
        number,
        document,
        decided_on: args.decided_on,
        served_on: args.served_on,
        reasons: args.reasons.clone(),
        remedy: args.remedy.clone(),
    };
    let revoked = office.revoke(&order, &proposer, &approver)?;
    let (title, event, archive) = (revoked.title.get(), revoked.event.get(), revoked.archive.get());
    if args.json {
        println!(
            "{}",
            serde_json::json!({
                "number": args.number, "title": title, "event": event, "archive": archive
            })
        );
    } else {
        println!("已撤销 / revoked: {}  (#{title}, #{event}, 诚信档案 #{archive})", args.number);
    }
    Ok(0)
}
