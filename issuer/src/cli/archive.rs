//! `issuer archive add|amend|rescind|show|statistics`.

mod show;

use std::io::{BufRead as _, Read as _};

use ledger::{position::LeafIndex, time::Date};

use super::{
    failure::Failure,
    place::{Deciders, Deciding, Place, told},
};
use crate::{
    archive::{Amendment, BarChange, BarOrder, Cause, NewEntry, SubjectOrder, kind_code},
    office::ArchiveWritten,
};

/// Longest line of standard input in bytes; no identifier is longer.
const MAX_LINE: u64 = 1024;

/// 诚信档案库。The integrity archive
#[derive(Debug, clap::Args)]
pub struct ArchiveArgs {
    #[command(subcommand)]
    command: ArchiveCommand,
}

#[derive(Debug, clap::Subcommand)]
enum ArchiveCommand {
    /// 记入（两人）。Records an entry; two persons
    Add(Box<AddArgs>),
    /// 更正（两人，追加）。Puts a corrected entry in an entry's place; two persons
    Amend(Box<AmendArgs>),
    /// 撤销记录（两人，追加）。Takes an entry away; two persons
    Rescind(Box<RescindArgs>),
    /// 查询。Shows entries, as far as whoever asks may see them
    Show(show::ShowArgs),
    /// 公开统计。Counts by kind and year, which name nobody
    Statistics(Place),
}

/// The document that something rests on.
#[derive(Debug, clap::Args)]
struct Document {
    /// 决定文号 / The decision document's number
    #[arg(long, value_name = "TEXT")]
    decision: Option<String>,
    /// 决定日期 / The decision's date (Beijing), YYYY-MM-DD
    #[arg(long, value_name = "DATE")]
    decided_on: Option<Date>,
}

#[derive(Debug, clap::Args)]
struct AddArgs {
    /// 主体：applicant 申报人、expert 专家、staff 工作人员、committee 评委会、convening_unit 组建单位 / applicant, expert, staff, committee or convening_unit
    #[arg(long, value_name = "KIND")]
    subject: String,
    /// 姓名或名称 / The person's or unit's name
    #[arg(long, value_name = "TEXT")]
    name: String,
    /// The kind of a person's identity document, in Chinese [default: 居民身份证]
    #[arg(long, value_name = "TEXT")]
    document_kind: Option<String>,
    /// 个人的证件号码、评委会代码或单位统一社会信用代码；“-”表示从标准输入读一行 / A person's document number, a committee's code, a unit's credit code; `-`: one line of standard input,
    /// so that it stands in no list of processes
    #[arg(long, value_name = "TEXT")]
    identifier: String,
    /// 十一种代码之一 / One of the eleven codes, as in APPLICANT_FALSE_MATERIAL
    #[arg(long, value_name = "CODE")]
    kind: String,
    /// 查实的行为 / The conduct found
    #[arg(long, value_name = "TEXT")]
    conduct: String,
    /// 所依条款 / The clause of the notice [default: the kind's own]
    #[arg(long, value_name = "TEXT")]
    clause: Option<String>,
    #[command(flatten)]
    document: Document,
    /// 不得申报的首日 / First day on which the subject may not apply [default: the kind's own]
    #[arg(long, value_name = "DATE")]
    bar_from: Option<Date>,
    /// 不得申报的末日 / Last day on which the subject may not apply [default: the kind's own]
    #[arg(long, value_name = "DATE")]
    bar_until: Option<Date>,
    #[command(flatten)]
    deciding: Deciding,
}

#[derive(Debug, clap::Args)]
struct AmendArgs {
    /// 该条记录的账本序号 / The log index of the entry
    index: u64,
    /// 更正理由 / Why it is corrected
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    document: Document,
    /// 更正后的姓名或名称 / The right name
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    /// 更正后的查实的行为 / The right conduct
    #[arg(long, value_name = "TEXT")]
    conduct: Option<String>,
    /// 更正后的所依条款 / The right clause
    #[arg(long, value_name = "TEXT")]
    clause: Option<String>,
    /// 更正后的不得申报的首日 / The right first day of the bar
    #[arg(long, value_name = "DATE")]
    bar_from: Option<Date>,
    /// 更正后的不得申报的末日 / The right last day of the bar
    #[arg(long, value_name = "DATE")]
    bar_until: Option<Date>,
    /// 解除限制，保留记录 / The entry stays, and bars no longer
    #[arg(long, conflicts_with_all = ["bar_from", "bar_until"])]
    lift_bar: bool,
    #[command(flatten)]
    deciding: Deciding,
}

#[derive(Debug, clap::Args)]
struct RescindArgs {
    /// 该条记录的账本序号 / The log index of the entry
    index: u64,
    /// 撤销理由 / Why it is taken away
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    document: Document,
    #[command(flatten)]
    deciding: Deciding,
}

/// Exit 0: done.
pub fn run(args: &ArchiveArgs) -> Result<u8, Failure> {
    match &args.command {
        ArchiveCommand::Add(args) => told(args.deciding.place.json, add(args)),
        ArchiveCommand::Amend(args) => told(args.deciding.place.json, amend(args)),
        ArchiveCommand::Rescind(args) => told(args.deciding.place.json, rescind(args)),
        ArchiveCommand::Show(args) => told(args.place.json, show::show(args)),
        ArchiveCommand::Statistics(args) => show::statistics(args),
    }
}

fn add(args: &AddArgs) -> Result<u8, Failure> {
    let identifier = identifier(&args.identifier)?;
    let order = NewEntry {
        subject: SubjectOrder {
            kind: &args.subject,
            name: &args.name,
            document_kind: args.document_kind.as_deref(),
            identifier: &identifier,
        },
        kind: &args.kind,
        conduct: &args.conduct,
        clause: args.clause.as_deref(),
        cause: args.document.cause(),
        bar: BarOrder { from: args.bar_from, until: args.bar_until },
    };
    let (mut office, Deciders { proposer, approver }) = args.deciding.open()?;
    let written = office.archive_add(&order, &proposer, &approver)?;
    say(&args.deciding, "已记入 / recorded", &written)?;
    Ok(0)
}

fn amend(args: &AmendArgs) -> Result<u8, Failure> {
    let order = Amendment {
        reason: &args.reason,
        cause: args.document.cause(),
        name: args.name.as_deref(),
        conduct: args.conduct.as_deref(),
        clause: args.clause.as_deref(),
        bar: match args.lift_bar {
            true => BarChange::Lifted,
            false => BarChange::To(BarOrder { from: args.bar_from, until: args.bar_until }),
        },
    };
    let (mut office, Deciders { proposer, approver }) = args.deciding.open()?;
    let written = office.archive_amend(position(args.index)?, &order, &proposer, &approver)?;
    say(&args.deciding, "已更正 / amended", &written)?;
    Ok(0)
}

fn rescind(args: &RescindArgs) -> Result<u8, Failure> {
    let (mut office, Deciders { proposer, approver }) = args.deciding.open()?;
    let (cited, cause) = (position(args.index)?, args.document.cause());
    let written = office.archive_rescind(cited, &args.reason, &cause, &proposer, &approver)?;
    say(&args.deciding, "已撤销记录 / rescinded", &written)?;
    Ok(0)
}

/// An identifier as it stands on the command line, or the line of standard input that `-` means.
fn identifier(written: &str) -> Result<String, Failure> {
    if written != "-" {
        return Ok(written.to_owned());
    }
    let mut line = String::new();
    let failed = |source| Failure::Io { path: "stdin".into(), source };
    std::io::stdin().lock().take(MAX_LINE).read_line(&mut line).map_err(failed)?;
    Ok(line.trim().to_owned())
}

/// A log index from the command line.
fn position(index: u64) -> Result<LeafIndex, Failure> {
    LeafIndex::new(index).map_err(|error| Failure::Usage(format!("INDEX: {error}")))
}

impl Document {
    fn cause(&self) -> Cause<'_> {
        Cause { decision: self.decision.as_deref(), decided_on: self.decided_on }
    }
}

fn say(deciding: &Deciding, done: &str, written: &ArchiveWritten) -> Result<(), Failure> {
    let (index, record) = (written.index.get(), &written.entry.record);
    let code = kind_code(record.kind);
    if deciding.place.json {
        let cites = written.entry.correction.as_ref().map(|cited| cited.entry.get());
        let date = |date: Option<Date>| date.map(|date| date.to_string());
        say!(
            "{}",
            serde_json::json!({
                "index": index, "kind": code, "cites": cites,
                "bar_from": date(record.bar_from), "bar_until": date(record.bar_until),
            })
        )?;
    } else {
        say!("{done}: {code}  #{index}")?;
    }
    Ok(())
}
