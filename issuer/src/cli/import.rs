//! `issuer import FILE --committees FILE --dir DIR [--dry-run] [--json]`

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crate::approval::Column;
use crate::calendar::{Calendar, CalendarDataError};
use crate::catalogue::{Catalogue, CatalogueDataError};
use crate::causes;
use crate::committee::{self, CommitteeLine};
use crate::eligibility::{GateSettings, UnstatedGates};
use crate::import::{
    ImportReport, Judged, PendingError, PendingResults, Refusal, RowReport, RowVerdict, Rules,
    Standing, judge,
};
use crate::table::{FileError, Heading as _, MAX_FILE_BYTES};

/// Reads a list of approved results, judges every row and keeps the accepted ones for issuing.
#[derive(Debug, Clone, clap::Args)]
pub struct ImportArgs {
    /// 名单：CSV（UTF-8 或 GB18030）或 .xlsx / The list: CSV (UTF-8 or GB18030) or .xlsx
    ///
    /// 列按标题识别，次序不限；可选列有则逐行核验：来源系统（平台、教育专用系统、卫生专用系统）、
    /// 确认方式（人社部门发文、组建单位发文、自主评审备案）、备案文号、备案日期、备案部门（仅自主评审）、同步公示（是）。
    /// Columns are found by their headings, in any order. Optional ones: source system, way of
    /// confirmation, the filing of an autonomous review (number, date, authority), simultaneous notice. A
    /// list that has one is held to it in every row; what stands for one that it does not have,
    /// `import_unstated_gates` in DIR's issuer.toml says.
    pub file: PathBuf,
    /// 据以核验各行的评委会名单 / The list of review committees whose filings the rows are judged by
    ///
    /// 可选列 / optional: 自主评审 (是、否). Results of an autonomous unit are confirmed by their filing
    /// alone.
    #[arg(long, value_name = "FILE")]
    pub committees: PathBuf,
    /// 数据目录，通过的结果在其中待签发 / The issuer's directory, in which accepted results wait to be issued
    #[arg(long, value_name = "DIR", required_unless_present = "dry_run")]
    pub dir: Option<PathBuf>,
    /// 只核验，不读也不写 DIR / Judge only: read nothing in DIR and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// 标准输出每行一个 JSON 对象 / One JSON object a line on stdout
    #[arg(long)]
    pub json: bool,
}

/// How an import ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportExit {
    /// Every row was accepted.
    AllAccepted,
    /// Some rows were refused; the others were accepted and kept.
    SomeRefused,
}

impl ImportExit {
    /// The program's exit code.
    pub const fn code(self) -> u8 {
        match self {
            Self::AllAccepted => 0,
            Self::SomeRefused => 1,
        }
    }
}

/// Why nothing was imported; exit code 2.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A file cannot be opened or read.
    #[error(
        "[io_failed] {0}无法读取（{1}），请检查路径与权限 / {0}: cannot be read, check path and \
         permissions: {source}",
        path.display(), causes::zh(source)
    )]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// A file can be read but not used.
    #[error("{}: {} [{}]\n  {source}", path.display(), source.message_zh(), source.code())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: FileError,
    },
    /// The catalogue that ships with the program is damaged.
    #[error(
        "[catalogue_damaged] 程序自带的职称目录有误，请重新安装程序 / {0}: install the program again"
    )]
    Catalogue(#[from] CatalogueDataError),
    /// The calendar that ships with the program is damaged.
    #[error(
        "[calendar_damaged] 程序自带的节假日安排有误，请重新安装程序 / {0}: install the program again"
    )]
    Calendar(#[from] CalendarDataError),
    /// The store of pending results failed: rows may or may not have been kept, import the list again.
    #[error(
        "{0}\n  请排除故障后重新导入同一名单,不会重复发证 / put that right and import the same list again: nothing is issued twice"
    )]
    Store(#[from] PendingError),
    /// The report cannot be written; the accepted rows are kept.
    #[error(
        "[io_failed] 核对结果无法写出（{zh}），已接受的各行已保存，请检查输出位置 / the report cannot be written: {0}; the accepted rows are kept, check where it goes",
        zh = causes::zh(.0)
    )]
    Report(#[from] io::Error),
}

impl ImportError {
    /// The program's exit code.
    pub const fn code(&self) -> u8 {
        2
    }
}

/// Imports a list, judged by the store's calendar and by the committees on its record. Without a store
/// (a dry run) rows are judged by the published calendar and the list of committees alone, and nothing
/// is kept.
///
/// # Errors
/// [`ImportError`] when no row could be judged, or the accepted ones not kept.
pub fn run(
    args: &ImportArgs,
    out: &mut dyn Write,
    talk: &mut dyn Write,
    store: Option<&mut dyn PendingResults>,
) -> Result<ImportExit, ImportError> {
    let mut rules = rules(&args.committees, talk)?;
    if let Some(store) = &store {
        rules.calendar = store.calendar()?;
        rules.gates = store.gates();
        store.judge_by_record(&mut rules.committees)?;
    }
    let list = read_list(&args.file)?;
    let judged = judge(&list, &rules)
        .map_err(|source| ImportError::File { path: args.file.clone(), source })?;
    let report = match store {
        Some(store) => keep(judged, store)?,
        None => judged.report,
    };
    for row in &report.rows {
        write_row(row, args.json, out)?;
    }
    out.flush()?;
    write_summary(&report, rules.gates.unstated, talk)?;
    Ok(if report.refused() == 0 { ImportExit::AllAccepted } else { ImportExit::SomeRefused })
}

/// The published catalogue and calendar, and the committees of a file.
///
/// # Errors
/// [`ImportError`] when the file cannot be used; single committees that cannot be registered are
/// named on `talk` and are unknown to the rows.
pub fn rules(committees: &Path, talk: &mut dyn Write) -> Result<Rules, ImportError> {
    let catalogue = Catalogue::published()?;
    let calendar = Calendar::published()?;
    let list = committee::read(&read_list(committees)?, &catalogue)
        .map_err(|source| ImportError::File { path: committees.to_owned(), source })?;
    for line in &list.lines {
        write_committee(line, talk)?;
    }
    let gates = GateSettings::cautious();
    Ok(Rules { catalogue, committees: list.committees, calendar, gates })
}

/// Keeps the accepted results that are not known yet, and says of the others what became of them.
fn keep(judged: Judged, store: &mut dyn PendingResults) -> Result<ImportReport, PendingError> {
    let Judged { mut report, accepted } = judged;
    let mut unknown = Vec::new();
    let verdicts = report.rows.iter_mut().map(|row| &mut row.verdict);
    let verdicts = verdicts.filter(|verdict| matches!(verdict, RowVerdict::Accepted(_)));
    for (result, verdict) in accepted.into_iter().zip(verdicts) {
        let standing = store.standing(&result.result().result_key())?;
        // What is on record was eligible when it was issued.
        let closed = match standing {
            Some(Standing::Issued) => None,
            Some(Standing::Pending) | None => store.closed_gate(&result)?,
        };
        *verdict = match closed {
            Some(gate) => RowVerdict::Refused(Refusal::Ineligible(Box::new(gate))),
            None => RowVerdict::Accepted(standing),
        };
        if *verdict == RowVerdict::Accepted(None) {
            unknown.push(result);
        }
    }
    if !unknown.is_empty() {
        store.add_all(unknown)?;
    }
    Ok(report)
}

pub(super) fn read_list(path: &Path) -> Result<Vec<u8>, ImportError> {
    let failed = |source| ImportError::Io { path: path.to_owned(), source };
    let file = std::fs::File::open(path).map_err(failed)?;
    let mut bytes = Vec::new();
    file.take(MAX_FILE_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

fn write_row(row: &RowReport, json: bool, out: &mut dyn Write) -> io::Result<()> {
    if json {
        return writeln!(out, "{}", row.to_json()?);
    }
    if let RowVerdict::Refused(refusal) = &row.verdict {
        let column = refusal.column().map(|column| format!(" {column}")).unwrap_or_default();
        let (zh, en) = (refusal.message_zh(), refusal.message_en());
        let (label, line, code) = (&row.label, row.line, refusal.code());
        writeln!(out, "序号 {label}(第 {line} 行){column}: {zh} [{code}]\n  {en}")?;
        let others = refusal.other_codes();
        if !others.is_empty() {
            writeln!(out, "  另有 / also: {}", others.join(", "))?;
        }
    }
    Ok(())
}

fn write_committee(line: &CommitteeLine, talk: &mut dyn Write) -> io::Result<()> {
    let (zh, en, code) = match &line.refused {
        None => return Ok(()),
        Some(Ok(fault)) => (fault.message_zh(), fault.message_en(), fault.code()),
        Some(Err(fault)) => (
            "该行无法读取:请检查引号和逗号".to_owned(),
            format!("the row cannot be read: {fault}; check quotes and commas"),
            "row_malformed",
        ),
    };
    writeln!(talk, "评委会 {} 未予登记 / not registered: {zh} [{code}]\n  {en}", line.label)
}

fn write_summary(
    report: &ImportReport,
    unstated: UnstatedGates,
    talk: &mut dyn Write,
) -> io::Result<()> {
    let (accepted, refused) = (report.accepted(), report.refused());
    let is_known = |row: &&RowReport| matches!(row.verdict, RowVerdict::Accepted(Some(_)));
    let known = report.rows.iter().filter(is_known).count();
    writeln!(talk, "接受 {accepted} 行(其中 {known} 行此前已导入),拒绝 {refused} 行")?;
    writeln!(talk, "accepted {accepted} ({known} of them imported before), refused {refused}")?;
    if report.skipped > 0 {
        let skipped = report.skipped;
        writeln!(
            talk,
            "跳过合计行、空白行 {skipped} 行 / total and blank lines skipped: {skipped}"
        )?;
    }
    if !report.unknown_columns.is_empty() {
        let names = report.unknown_columns.join("、");
        writeln!(talk, "未使用的列 / columns not used: {names}")?;
    }
    if !report.unused_sheets.is_empty() {
        let names = report.unused_sheets.join("、");
        writeln!(talk, "未读取的工作表 / sheets not read: {names}")?;
    }
    let gates = [Column::Source, Column::Confirmation, Column::SimultaneousNotice];
    let absent = gates.into_iter().filter(|column| report.absent_columns.contains(column));
    let absent: Vec<&str> = absent.map(Column::name).collect();
    if !absent.is_empty() && unstated == UnstatedGates::ByForm {
        writeln!(
            talk,
            "名单没有这些列,按名单形式和批准文号认定 / the list does not have these columns, its form and the \
             approval documents stand for them: {}",
            absent.join("、")
        )?;
    }
    if refused > 0 {
        writeln!(
            talk,
            "请更正被拒绝的行后重新导入整份名单:已接受的行不会重复 / \
             correct the refused rows and import the whole list again: accepted rows are not repeated"
        )?;
    }
    Ok(())
}
