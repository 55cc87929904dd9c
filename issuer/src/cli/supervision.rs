//! `issuer supervision record|list|show|close`; `issuer counterfeit` shares the last three.

use std::io::Write as _;

use ledger::journal::JournalSequence;

use super::{
    failure::Failure,
    place::{Deciders, Deciding, Place, told},
    say::stdout_failed,
};
use crate::{
    archive::supervision::{SupervisionKind, SupervisionOrder, SupervisionRefusal},
    office::SupervisionView,
};

/// 监督记录：不入诚信档案库。Supervision records, which are kept apart from the archive
#[derive(Debug, clap::Args)]
pub struct SupervisionArgs {
    #[command(subcommand)]
    command: SupervisionCommand,
}

#[derive(Debug, clap::Subcommand)]
enum SupervisionCommand {
    /// 记录（两人）。Makes a record; two persons
    Record(RecordArgs),
    /// 列出。Lists the records
    List(Place),
    /// 查看。Shows a record
    Show(ShowArgs),
    /// 办结（两人）。Closes a record with a finding; two persons
    Close(CloseOfKindArgs),
}

#[derive(Debug, clap::Args)]
struct RecordArgs {
    /// 七种代码之一 / One of the seven codes, as in INSPECTION_FINDING
    #[arg(long, value_name = "CODE")]
    kind: String,
    /// 对象名称 / Whom it is about, by name
    #[arg(long, value_name = "TEXT")]
    subject: Option<String>,
    /// 查明的事实 / What was found
    #[arg(long, value_name = "TEXT")]
    facts: String,
    #[command(flatten)]
    deciding: Deciding,
}

#[derive(Debug, clap::Args)]
struct ShowArgs {
    /// 该记录的工作日志行号 / The record: its journal line
    line: u64,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, clap::Args)]
pub(super) struct CloseArgs {
    /// 该记录的工作日志行号 / The record: its journal line
    line: u64,
    /// 处理结论 / The finding
    #[arg(long, value_name = "TEXT")]
    finding: String,
    #[command(flatten)]
    deciding: Deciding,
}

#[derive(Debug, clap::Args)]
struct CloseOfKindArgs {
    /// 七种代码之一 / The record's kind, as a check
    #[arg(long, value_name = "CODE")]
    kind: String,
    #[command(flatten)]
    close: CloseArgs,
}

/// Exit 0: done.
pub fn run(args: &SupervisionArgs) -> Result<u8, Failure> {
    match &args.command {
        SupervisionCommand::Record(args) => told(args.deciding.place.json, record(args)),
        SupervisionCommand::List(place) => list(place, None),
        SupervisionCommand::Show(args) => told(args.place.json, show(args)),
        SupervisionCommand::Close(args) => {
            let kind = SupervisionKind::from_code(&args.kind);
            let kind = kind.ok_or_else(|| SupervisionRefusal::KindUnknown.into());
            told(args.close.deciding.place.json, kind.and_then(|kind| args.close.close(kind)))
        }
    }
}

fn show(args: &ShowArgs) -> Result<u8, Failure> {
    let office = args.place.open()?;
    write(&office.supervision(line(args.line)?)?, args.place.json)?;
    Ok(0)
}

fn record(args: &RecordArgs) -> Result<u8, Failure> {
    let order =
        SupervisionOrder { kind: &args.kind, subject: args.subject.as_deref(), facts: &args.facts };
    let (mut office, Deciders { proposer, approver }) = args.deciding.open()?;
    let line = office.supervise(&order, &proposer, &approver)?;
    say(args.deciding.place.json, "已记录 / recorded", line)?;
    Ok(0)
}

impl CloseArgs {
    pub(super) fn close(&self, kind: SupervisionKind) -> Result<u8, Failure> {
        let record = line(self.line)?;
        let (mut office, Deciders { proposer, approver }) = self.deciding.open()?;
        office.close_supervision(record, kind, &self.finding, &proposer, &approver)?;
        say(self.deciding.place.json, "已办结 / closed", record)?;
        Ok(0)
    }
}

/// Lists the records, or those of one kind.
pub(super) fn list(place: &Place, kind: Option<SupervisionKind>) -> Result<u8, Failure> {
    let office = place.open()?;
    let mut out = std::io::stdout().lock();
    for row in office.supervisions(kind)? {
        let (line, code, zh) = (row.line.get(), row.kind.code(), row.kind.zh());
        let state = if row.closed.is_some() { "closed" } else { "open" };
        let said = if place.json {
            serde_json::json!({ "line": line, "kind": code, "state": state }).to_string()
        } else {
            format!("{line}  {code} {zh}  [{state}]")
        };
        writeln!(out, "{said}").map_err(stdout_failed)?;
    }
    Ok(0)
}

/// Writes one record.
pub(super) fn write(view: &SupervisionView, json: bool) -> Result<(), Failure> {
    let (line, kind) = (view.row.line.get(), view.row.kind);
    let state = if view.row.closed.is_some() { "closed" } else { "open" };
    let record = view.record.as_ref();
    let on = record.map(|record| record.on.to_string());
    let subject = record.and_then(|record| record.subject.as_ref()).map(|text| text.as_str());
    let (facts, finding) = (record.map(|record| &record.facts), view.finding.as_ref());
    let said = if json {
        serde_json::json!({
            "line": line, "kind": kind.code(), "clause": kind.clause(), "state": state, "on": on,
            "subject_kind": kind.subject().code(), "subject": subject, "facts": facts,
            "finding": finding, "erased": record.is_none(),
        })
        .to_string()
    } else {
        let text = |text: Option<&String>| text.map_or("—", String::as_str).to_owned();
        format!(
            "{line}  {} {} {} {}  [{state}]\n    {}\n    处理结论 / finding: {}",
            kind.code(),
            kind.zh(),
            on.as_deref().unwrap_or("已删除 / erased"),
            subject.unwrap_or("—"),
            text(facts),
            text(finding),
        )
    };
    writeln!(std::io::stdout().lock(), "{said}").map_err(stdout_failed)
}

/// A journal line from the command line.
pub(super) fn line(line: u64) -> Result<JournalSequence, Failure> {
    JournalSequence::new(line).map_err(|error| Failure::Usage(format!("LINE: {error}")))
}

fn say(json: bool, done: &str, line: JournalSequence) -> Result<(), Failure> {
    let line = line.get();
    if json {
        say!("{}", serde_json::json!({ "line": line }))?;
    } else {
        say!("{done}: {line}")?;
    }
    Ok(())
}
