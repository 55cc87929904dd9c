//! A finding as one JSON line, on stdout and to the webhook. It holds no personal data: the public log
//! has none. Fields are only ever added.

use ledger::time::UnixMillis;
use serde::Serialize;

use super::{Seen, Severity};

/// One line.
#[derive(Debug, Clone, Serialize)]
pub struct ReportJson {
    log: Option<String>,
    severity: &'static str,
    code: &'static str,
    checked_at: String,
    size: Option<u64>,
    root: Option<String>,
    replayed: u64,
    as_of: Option<String>,
    index: Option<u64>,
    rule: Option<&'static str>,
    evidence: Option<String>,
    zh: String,
    en: String,
}

impl ReportJson {
    /// What was seen at `now`.
    pub fn of(seen: &Seen, now: UnixMillis) -> Self {
        let finding = &seen.finding;
        Self {
            log: seen.origin.clone(),
            severity: match finding.severity() {
                Severity::Fine => "fine",
                Severity::Unknown => "unknown",
                Severity::Fault => "fault",
            },
            code: finding.code(),
            checked_at: now.to_string(),
            size: seen.newest.map(|(size, _)| size.get()),
            root: seen.newest.map(|(_, root)| root.to_string()),
            replayed: seen.replayed.get(),
            as_of: seen.as_of.map(|time| time.to_string()),
            index: finding.index().map(|index| index.get()),
            rule: finding.rule(),
            // Its name only: where this machine keeps its files is nobody's business.
            evidence: seen
                .evidence
                .as_ref()
                .and_then(|path| Some(path.file_name()?.to_string_lossy().into_owned())),
            zh: finding.zh(),
            en: finding.en(),
        }
    }
}
