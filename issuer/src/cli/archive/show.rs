//! `issuer archive show|statistics`.

use std::io::Write as _;

use ledger::{
    record::{CorrectionKind, SubjectKind},
    time::Date,
};

use super::position;
use crate::{
    archive::{
        self, ArchiveRefusal, Asker, Expired, Shown, kind_code, kind_en, kind_zh, subject_code,
        subject_from_code,
    },
    cli::{failure::Failure, place::Place, say::stdout_failed},
};

#[derive(Debug, clap::Args)]
pub(super) struct ShowArgs {
    /// 查询人：staff 工作人员、applicant 申报人（仅本人）、employer 用人单位、department 部门 / Who asks: staff, applicant (by --identifier, their own), employer or department
    #[arg(long = "as", value_name = "ROLE", default_value = "staff")]
    asker: String,
    /// 查询对象的类别 / Whom it is about: applicant, expert, staff, committee or convening_unit
    #[arg(long, value_name = "KIND", default_value = "applicant")]
    subject: String,
    /// The kind of a person's identity document, in Chinese [default: 居民身份证]
    #[arg(long, value_name = "TEXT")]
    document_kind: Option<String>,
    /// 个人的证件号码、评委会代码或单位统一社会信用代码；“-”表示从标准输入读一行 / A person's document number, a committee's code, a unit's credit code; `-`: one line of standard input
    #[arg(long, value_name = "TEXT", required_unless_present = "index")]
    identifier: Option<String>,
    /// 仅限工作人员：此账本序号的记录所涉对象的全部记录 / For staff: everything about whomever the entry at this log index is about
    #[arg(long, value_name = "INDEX", conflicts_with = "identifier")]
    index: Option<u64>,
    /// 含已到期、已更正和已撤销的记录，仅限工作人员 / Expired, amended and rescinded entries too; for staff
    #[arg(long)]
    include_expired: bool,
    #[command(flatten)]
    pub(super) place: Place,
}

/// Exit 0: shown, though there may be nothing.
pub(super) fn show(args: &ShowArgs) -> Result<u8, Failure> {
    let expired = if args.include_expired { Expired::Included } else { Expired::Hidden };
    let written = args.identifier.as_deref().map(super::identifier).transpose()?;
    let mut office = args.place.open()?;
    let (kind, identifier) = match (args.index, &written) {
        (Some(index), _) if args.asker == "staff" => {
            let subject = office.archive_entry_at(position(index)?)?.entry.record.subject;
            (subject.kind, subject.identifier)
        }
        (None, Some(written)) => {
            let kind = subject_from_code(&args.subject).ok_or(ArchiveRefusal::SubjectUnknown)?;
            (kind, archive::identifier(kind, args.document_kind.as_deref(), written)?)
        }
        _ => return Err(ArchiveRefusal::NotTheirOwn.into()),
    };
    let asker = match args.asker.as_str() {
        "staff" => Asker::Staff,
        "applicant" => Asker::Applicant {
            identifier: archive::identifier(
                SubjectKind::Applicant,
                args.document_kind.as_deref(),
                written.as_deref().unwrap_or_default(),
            )?,
        },
        "employer" => Asker::Employer,
        "department" => Asker::Department,
        _ => return Err(ArchiveRefusal::AskerUnknown.into()),
    };
    let shown = office.archive_look_up(&asker, (kind, &identifier), expired)?;
    let mut out = std::io::stdout().lock();
    for entry in &shown {
        let line = if args.place.json { json(entry) } else { sentence(entry) };
        writeln!(out, "{line}").map_err(stdout_failed)?;
    }
    let count = shown.len();
    eprintln!("诚信档案记录 {count} 条 / {count} entries of the archive");
    Ok(0)
}

/// Exit 0: shown.
pub(super) fn statistics(args: &Place) -> Result<u8, Failure> {
    let office = args.open()?;
    let statistics = office.archive_statistics()?;
    let mut out = std::io::stdout().lock();
    for ((year, kind), count) in &statistics.counts {
        let (recorded, amended, rescinded) = (count.recorded, count.amended, count.rescinded);
        let code = kind_code(*kind);
        let line = if args.json {
            serde_json::json!({
                "year": year, "kind": code, "recorded": recorded, "amended": amended,
                "rescinded": rescinded,
            })
            .to_string()
        } else {
            format!(
                "{year}  {code} {}: 记入 {recorded}，更正 {amended}，撤销记录 {rescinded} / recorded \
                 {recorded}, amended {amended}, rescinded {rescinded}",
                kind_zh(*kind)
            )
        };
        writeln!(out, "{line}").map_err(stdout_failed)?;
    }
    let erased = statistics.erased;
    if args.json {
        writeln!(out, "{}", serde_json::json!({ "erased": erased })).map_err(stdout_failed)?;
    } else {
        writeln!(out, "已删除 {erased} 条 / erased: {erased}").map_err(stdout_failed)?;
    }
    Ok(0)
}

fn text(date: Option<Date>) -> Option<String> {
    date.map(|date| date.to_string())
}

fn json(shown: &Shown) -> String {
    let record = &shown.judged.entry.record;
    let correction = shown.judged.entry.correction.as_ref().map(|correction| {
        serde_json::json!({
            "kind": match correction.kind {
                CorrectionKind::Amended => "AMENDED",
                CorrectionKind::Rescinded => "RESCINDED",
            },
            "cites": correction.entry.get(),
            "reason": shown.conduct.then_some(&correction.reason),
            "decision": correction.decision.as_str(),
            "decided_on": correction.decided_on.to_string(),
        })
    });
    serde_json::json!({
        "index": shown.judged.index.get(),
        "subject": subject_code(record.subject.kind),
        "kind": kind_code(record.kind),
        "kind_zh": kind_zh(record.kind),
        "kind_en": kind_en(record.kind),
        "conduct": shown.conduct.then_some(&record.conduct),
        "clause": record.clause.as_str(),
        "decision": record.decision.as_str(),
        "decided_on": record.decided_on.to_string(),
        "bar_from": text(record.bar_from),
        "bar_until": text(record.bar_until),
        "standing": shown.judged.standing.code(),
        "expires_on": text(shown.expires_on),
        "correction": correction,
    })
    .to_string()
}

fn sentence(shown: &Shown) -> String {
    let record = &shown.judged.entry.record;
    let (index, code, zh) =
        (shown.judged.index.get(), kind_code(record.kind), kind_zh(record.kind));
    let (decision, decided, clause) =
        (record.decision.as_str(), record.decided_on, record.clause.as_str());
    let standing = shown.judged.standing.code();
    let mut line = format!("#{index}  {code} {zh}  {decision} {decided} {clause}  [{standing}]");
    if let Some(from) = record.bar_from {
        let until = text(record.bar_until).unwrap_or_else(|| "…".to_owned());
        line += &format!("  限制申报 / barred {from} – {until}");
    }
    if shown.conduct {
        line += &format!("\n    {}", record.conduct);
    }
    line
}
