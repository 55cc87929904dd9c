//! `ledger audit`.

use std::process::ExitCode;

use ledger::{
    audit::{AuditError, Fault, Scope, Whole, check_everything},
    position::TreeSize,
    store::ReadOnlyDir,
};
use serde::Serialize;

use super::{
    AuditArgs, EXIT_WRONG,
    output::{Failure, Style, line},
    progress::Bars,
    sources, text, threads,
};

/// The result as JSON. Fields are only ever added.
#[derive(Debug, Serialize)]
struct Report {
    whole: bool,
    size: Option<u64>,
    first_fault: Option<FaultReport>,
    as_of: Option<String>,
    exceptions: Option<usize>,
    /// Whether the private part was looked at.
    private: bool,
    records: Option<u64>,
    erased: Option<u64>,
    journal_records: Option<u64>,
}

#[derive(Debug, Serialize)]
struct FaultReport {
    file: String,
    index: Option<u64>,
    code: &'static str,
    zh: String,
    en: String,
}

pub(super) fn run(args: &AuditArgs) -> Result<ExitCode, Failure> {
    let trust = sources::trust(&args.trust)?;
    let key = args.private_key.as_deref().map(sources::private_key).transpose()?;
    let files = ReadOnlyDir::new(&args.log, args.private.as_deref());
    let scope = match &key {
        Some(key) => Scope::Private { key, threads: threads() },
        None => Scope::Public,
    };
    let bars = Bars::default();
    let verdict = check_everything(&files, &trust, scope, &|progress| bars.show(progress));
    bars.clear();
    let style = Style::of(args.json);
    match verdict {
        Ok(whole) => {
            match style {
                Style::Words => line(text::whole(&whole))?,
                Style::Json => print(&Report::of_whole(&whole))?,
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(AuditError::Fault { fault, size }) => {
            match style {
                Style::Words => line(text::fault(&fault))?,
                Style::Json => print(&Report::of_fault(&fault, size, key.is_some()))?,
            }
            Ok(ExitCode::from(EXIT_WRONG))
        }
        Err(AuditError::Unreadable(error)) => Err(error.into()),
    }
}

fn print(report: &Report) -> Result<(), Failure> {
    let json = serde_json::to_string(report).map_err(|e| Failure::Output(e.into()))?;
    line(json)
}

impl Report {
    fn of_whole(whole: &Whole) -> Self {
        Self {
            whole: true,
            size: Some(whole.size.get()),
            first_fault: None,
            as_of: whole.as_of.map(|time| time.to_string()),
            exceptions: Some(whole.exceptions),
            private: whole.private.is_some(),
            records: whole.private.map(|private| private.records),
            erased: whole.private.map(|private| private.erased),
            journal_records: whole.private.map(|private| private.journal_records),
        }
    }

    fn of_fault(fault: &Fault, size: Option<TreeSize>, private: bool) -> Self {
        let first_fault = FaultReport {
            file: fault.file.clone(),
            index: fault.index.map(ledger::position::LeafIndex::get),
            code: fault.problem.code(),
            zh: text::problem(&fault.problem),
            en: fault.problem.to_string(),
        };
        Self {
            whole: false,
            size: size.map(TreeSize::get),
            first_fault: Some(first_fault),
            as_of: None,
            exceptions: None,
            private,
            records: None,
            erased: None,
            journal_records: None,
        }
    }
}
