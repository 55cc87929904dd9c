//! `issuer recheck open|decide|list`.

use std::{io::Write as _, path::PathBuf};

use ledger::{certificate::CertificateNumber, journal::JournalSequence, time::Date};

use super::{
    failure::Failure,
    import::{read_list, rules},
    place::{Deciders, Deciding, Place, told},
    say::stdout_failed,
};
use crate::{
    office::{RecheckOrder, RecheckSubject, RecheckVerdict},
    recheck::{FollowUp, Outcome, RecheckId},
    registry::RecheckRow,
};

/// Rechecks.
#[derive(Debug, clap::Args)]
pub struct RecheckArgs {
    #[command(subcommand)]
    command: RecheckCommand,
}

#[derive(Debug, clap::Subcommand)]
enum RecheckCommand {
    /// 受理复查申请；逾期不予受理。Accepts an application, if it is in time
    Open(Box<OpenArgs>),
    /// 作出复查决定（两人签署）。Decides on a recheck; two persons
    Decide(Box<DecideArgs>),
    /// 列出。Lists the rechecks
    List(Place),
}

#[derive(Debug, clap::Args)]
struct OpenArgs {
    /// 已发证者：证书编号 / Of somebody who passed: the certificate's number
    #[arg(long, value_name = "NUMBER", required_unless_present = "result")]
    number: Option<String>,
    /// 未通过者：申报编号 / Of somebody who did not: the application's number
    #[arg(long, value_name = "TEXT", conflicts_with = "number", requires_all = ["committee", "name", "identifier"])]
    result: Option<String>,
    /// 评委会代码 / The committee's code
    #[arg(long, value_name = "CODE", requires = "result")]
    committee: Option<String>,
    /// 姓名 / The applicant's name
    #[arg(long, value_name = "TEXT", requires = "result")]
    name: Option<String>,
    /// 证件号码 / The number of the applicant's identity document
    #[arg(long, value_name = "TEXT", requires = "result")]
    identifier: Option<String>,
    /// 证件类型，缺省为居民身份证 / The kind of document, in Chinese
    #[arg(long, value_name = "TEXT", requires = "result")]
    document_kind: Option<String>,
    /// 申请日 / The day of the application
    #[arg(long, value_name = "DATE")]
    applied_on: Date,
    /// 公示开始日期，登记在册的可省略 / The first day of the public notice, where it is not on record
    #[arg(long, value_name = "DATE")]
    published_on: Option<Date>,
    /// 确认文件日期 / The date of the confirming document, of somebody who did not pass
    #[arg(long, value_name = "DATE", requires = "result")]
    confirmed_on: Option<Date>,
    /// 申请理由 / Why, as the applicant says
    #[arg(long, value_name = "TEXT")]
    grounds: String,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, clap::Args)]
struct DecideArgs {
    /// 复查编号 / The recheck: its journal line
    id: u64,
    /// upheld（维持）或 corrected（更正）/ upheld or corrected
    #[arg(long, value_name = "OUTCOME", value_parser = outcome)]
    outcome: Outcome,
    /// 更正已发证结果的后续：cancel-error 或 reissue / What a corrected result that was issued needs
    #[arg(long, value_name = "FOLLOW-UP", value_parser = follow_up)]
    follow_up: Option<FollowUp>,
    /// 复查决定文号 / The decision document's number
    #[arg(long, value_name = "TEXT")]
    document: String,
    /// 决定日 / Its date (Beijing)
    #[arg(long, value_name = "DATE")]
    decided_on: Date,
    /// 理由 / Why
    #[arg(long, value_name = "TEXT")]
    reasons: String,
    /// 由不通过改为通过：只有一行的批准名单 / From failed to passed: a list with the one approved result
    #[arg(long, value_name = "FILE", requires = "committees")]
    result: Option<PathBuf>,
    /// 评委会名单 / The list of committees to judge it by
    #[arg(long, value_name = "FILE")]
    committees: Option<PathBuf>,
    #[command(flatten)]
    deciding: Deciding,
}

/// Exit 0: done.
pub fn run(args: &RecheckArgs) -> Result<u8, Failure> {
    match &args.command {
        RecheckCommand::Open(args) => told(args.place.json, open(args)),
        RecheckCommand::Decide(args) => told(args.deciding.place.json, decide(args)),
        RecheckCommand::List(place) => {
            for row in place.open()?.rechecks()? {
                say(&row, place.json)?;
            }
            Ok(0)
        }
    }
}

fn open(args: &OpenArgs) -> Result<u8, Failure> {
    let text = |value: &'_ Option<String>| value.clone().unwrap_or_default();
    let (committee, name) = (text(&args.committee), text(&args.name));
    let identifier = text(&args.identifier);
    let number = args.number.as_deref().map(CertificateNumber::new).transpose();
    let number = number.map_err(|error| Failure::Usage(format!("--number: {error}")))?;
    let subject = match &number {
        Some(number) => RecheckSubject::Passed(number),
        None => RecheckSubject::Failed {
            application: args.result.as_deref().unwrap_or_default(),
            committee: &committee,
            name: &name,
            document_kind: args.document_kind.as_deref(),
            identifier: &identifier,
        },
    };
    let order = RecheckOrder {
        subject,
        applied_on: args.applied_on,
        published_on: args.published_on,
        confirmed_on: args.confirmed_on,
        grounds: &args.grounds,
    };
    let row = args.place.open()?.open_recheck(&order)?;
    say(&row, args.place.json)?;
    Ok(0)
}

fn decide(args: &DecideArgs) -> Result<u8, Failure> {
    let line = JournalSequence::new(args.id);
    let line = line.map_err(|error| Failure::Usage(format!("ID: {error}")))?;
    let result = match (&args.result, &args.committees) {
        (Some(list), Some(committees)) => {
            let rules = rules(committees, &mut std::io::stderr())?;
            Some((read_list(list)?, rules.committees))
        }
        (Some(_), None) | (None, _) => None,
    };
    let verdict = RecheckVerdict {
        outcome: args.outcome,
        follow_up: args.follow_up,
        document: &args.document,
        decided_on: args.decided_on,
        reasons: &args.reasons,
        result: result.as_ref().map(|(list, committees)| (list.as_slice(), committees)),
    };
    let (mut office, Deciders { proposer, approver }) = args.deciding.open()?;
    let row = office.decide_recheck(RecheckId::of_line(line), &verdict, &proposer, &approver)?;
    say(&row, args.deciding.place.json)?;
    Ok(0)
}

fn say(row: &RecheckRow, json: bool) -> Result<(), Failure> {
    let outcome = row.end.map(|end| end.outcome.name());
    let follow_up = row.end.and_then(|end| end.follow_up).map(FollowUp::name);
    let title = row.title.map(|title| title.get());
    let (id, applied_on, last_day) = (row.id.line().get(), row.applied_on, row.last_day);
    let line = if json {
        let object = serde_json::json!({
            "recheck": id, "title": title, "applied_on": applied_on.to_string(),
            "last_day": last_day.to_string(), "outcome": outcome, "follow_up": follow_up,
        });
        object.to_string()
    } else {
        let state = match row.end.map(|end| end.outcome) {
            None => "办理中 / open",
            Some(Outcome::Upheld) => "维持 / upheld",
            Some(Outcome::Corrected) => "更正 / corrected",
        };
        let next = follow_up.map(|next| format!("  后续 / next: {next}")).unwrap_or_default();
        format!("{id}  申请 / applied {applied_on}  期限 / last day {last_day}  {state}{next}")
    };
    writeln!(std::io::stdout().lock(), "{line}").map_err(stdout_failed)
}

fn outcome(name: &str) -> Result<Outcome, String> {
    let found = [Outcome::Upheld, Outcome::Corrected].into_iter().find(|one| one.name() == name);
    found.ok_or_else(|| "upheld or corrected".to_owned())
}

fn follow_up(name: &str) -> Result<FollowUp, String> {
    let known = [FollowUp::Issue, FollowUp::CancelError, FollowUp::Reissue];
    let found = known.into_iter().find(|one| one.name() == name);
    found.ok_or_else(|| "cancel-error or reissue".to_owned())
}
