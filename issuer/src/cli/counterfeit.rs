//! `issuer counterfeit report|list|show|close`.

use std::{
    fs::File,
    io::{Read as _, Write as _},
    path::{Path, PathBuf},
};

use ledger::journal::JournalSequence;
use verifier::scan::MAX_FILE_LEN;

use super::{failure::Failure, place::Place, say::stdout_failed, supervision};
use crate::{
    archive::supervision::{SupervisionKind, SupervisionRefusal},
    counterfeit::{CounterfeitRefusal, Exhibit},
    office::{Office, OfficeError},
};

/// 疑似假证。Certificates that are not on record
#[derive(Debug, clap::Args)]
pub struct CounterfeitArgs {
    #[command(subcommand)]
    command: CounterfeitCommand,
}

#[derive(Debug, clap::Subcommand)]
enum CounterfeitCommand {
    /// 受理：核验后查无登记的才立案。Makes a case of what is not on record
    Report(ReportArgs),
    /// 列出案件。Lists the cases
    List(Place),
    /// 查看案件，导出材料。Shows a case; writes what was handed in and the evidence
    Show(ShowArgs),
    /// 办结（两人）。Closes a case with a finding; two persons
    Close(supervision::CloseArgs),
}

#[derive(Debug, clap::Args)]
struct ReportArgs {
    /// 二维码的图片、PDF 或文本：文件，或文本本身 / Pictures, PDFs or texts of QR codes: files, or the text itself
    #[arg(required = true)]
    inputs: Vec<String>,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, clap::Args)]
struct ShowArgs {
    /// 该案件的工作日志行号 / The case: its journal line
    line: u64,
    /// 写出所交材料（input）和核验证据（receipt）的目录 / Where to write what was handed in (`input`) and the verdict's evidence (`receipt`)
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
}

/// Exit 0: done; 1: some reports became no case.
pub fn run(args: &CounterfeitArgs) -> Result<u8, Failure> {
    match &args.command {
        CounterfeitCommand::Report(args) => report(args),
        CounterfeitCommand::List(place) => {
            supervision::list(place, Some(SupervisionKind::CounterfeitCase))
        }
        CounterfeitCommand::Show(args) => show(args),
        CounterfeitCommand::Close(args) => args.close(SupervisionKind::CounterfeitCase),
    }
}

fn report(args: &ReportArgs) -> Result<u8, Failure> {
    let mut office = args.place.open()?;
    let mut out = std::io::stdout().lock();
    let mut refused = 0;
    // Inputs are told by their number: a text is a certificate, and a file's name may be a person's.
    for (number, input) in (1..).zip(&args.inputs) {
        let line = match report_one(&mut office, input)? {
            Ok(line) if args.place.json => {
                serde_json::json!({ "input": number, "case": line.get() }).to_string()
            }
            Ok(line) => {
                format!("材料 {number}：已立案，工作日志第 {line} 行 / input {number}: case {line}")
            }
            Err((code, zh, en)) => {
                refused += 1;
                if args.place.json {
                    serde_json::json!({
                        "input": number, "refused": code, "message_zh": zh, "message_en": en,
                    })
                    .to_string()
                } else {
                    format!("材料 {number} / input {number}: {zh} [{code}]\n  {en}")
                }
            }
        };
        writeln!(out, "{line}").map_err(stdout_failed)?;
    }
    Ok(u8::from(refused > 0))
}

/// Why one input became no case: code, Chinese, English.
type Refused = (&'static str, String, String);

fn report_one(
    office: &mut Office,
    input: &str,
) -> Result<Result<JournalSequence, Refused>, Failure> {
    match office.report_counterfeit(read(input)?) {
        Ok(line) => Ok(Ok(line)),
        Err(OfficeError::Counterfeit(refusal)) => Ok(Err(of_report(&refusal))),
        Err(OfficeError::Supervision(refusal)) => Ok(Err(of_keeping(&refusal))),
        Err(error) => Err(error.into()),
    }
}

fn of_report(refusal: &CounterfeitRefusal) -> Refused {
    (refusal.code(), refusal.message_zh(), refusal.message_en())
}

fn of_keeping(refusal: &SupervisionRefusal) -> Refused {
    (refusal.code(), refusal.message_zh(), refusal.message_en())
}

/// A link is taken for the text itself, as `verifier check` does; everything else is a file. One byte
/// more than is allowed is read, so that the scan can say that it is too much.
fn read(input: &str) -> Result<Vec<u8>, Failure> {
    if input.starts_with("https://") || input.starts_with("http://") {
        return Ok(input.as_bytes().to_vec());
    }
    let failed = |source| Failure::Io { path: input.into(), source };
    let mut bytes = Vec::new();
    let file = File::open(input).map_err(failed)?;
    file.take(MAX_FILE_LEN as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

fn show(args: &ShowArgs) -> Result<u8, Failure> {
    let office = args.place.open()?;
    let line = supervision::line(args.line)?;
    let view = office.supervision(line)?;
    if view.row.kind != SupervisionKind::CounterfeitCase {
        return Err(SupervisionRefusal::NoSuchRecord { line }.into());
    }
    supervision::write(&view, args.place.json)?;
    let evidence = view.record.as_ref().map(|record| &record.evidence);
    if let (Some(out), Some(evidence)) = (&args.out, evidence.filter(|bytes| !bytes.is_empty())) {
        let exhibit = Exhibit::decode(evidence)
            .map_err(crate::archive::supervision::SupervisionError::from)?;
        write_file(&out.join("input"), &exhibit.input)?;
        write_file(&out.join("receipt"), &exhibit.receipt)?;
    }
    Ok(0)
}

fn write_file(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    std::fs::write(path, bytes).map_err(|source| Failure::Io { path: path.to_owned(), source })
}
