//! `out/report.json`: what became of each input row and of each certificate.

use std::path::Path;

use ledger::{certificate::CertificateNumber, position::LeafIndex};
use serde::Serialize;
use verifier::verdict::Verdict;

use super::Failure;
use crate::import::{ImportReport, RowVerdict};

/// The demo's report. It names rows and certificates, never persons.
#[derive(Debug, Default, Serialize)]
pub(super) struct Report {
    pub(super) rows: Vec<Row>,
    pub(super) certificates: Vec<Certificate>,
}

/// One input row.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    row: String,
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

/// One certificate.
#[derive(Debug, Serialize)]
pub(super) struct Certificate {
    number: String,
    index: u64,
    file: String,
    pub(super) status: &'static str,
}

impl Certificate {
    pub(super) fn new(number: &CertificateNumber, index: LeafIndex, verdict: &Verdict) -> Self {
        Self {
            number: number.to_string(),
            index: index.get(),
            file: format!("{number}.pdf"),
            status: verdict.outcome.name(),
        }
    }
}

impl Report {
    pub(super) fn rows(&mut self, report: &ImportReport) {
        self.rows = report
            .rows
            .iter()
            .map(|row| {
                let (verdict, reason) = match &row.verdict {
                    RowVerdict::Accepted(_) => ("accepted", None),
                    RowVerdict::Refused(refusal) => ("refused", Some(refusal.code())),
                };
                Row { row: row.label.to_string(), verdict, reason }
            })
            .collect();
    }

    pub(super) fn write(&self, path: &Path) -> Result<(), Failure> {
        let failed = |source| Failure::Io { path: path.to_owned(), source };
        let json = serde_json::to_vec_pretty(self).map_err(|error| failed(error.into()))?;
        std::fs::write(path, json).map_err(failed)
    }
}
