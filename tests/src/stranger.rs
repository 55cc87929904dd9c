//! A stranger who checks certificates from static files, in this process.

use std::path::Path;

use ledger::time::UnixMillis;
use verifier::{
    check::{Input, Report},
    clock::FixedClock,
    fetch::LogDir,
    gather::SearchLimit,
    log_checker::LogChecker,
    verdict::{Outcome, Verdict},
};

use crate::whole;

/// A verifier that reads the public files of a data directory and trusts its trust file.
pub struct Stranger(LogChecker<LogDir, FixedClock>);

impl Stranger {
    /// Reads the log of a data directory as of `now`.
    pub fn of(dir: &Path, now: UnixMillis) -> Self {
        let (trust, files) = (whole::trust(dir), LogDir::new(dir.join("log")));
        let limit = SearchLimit::entries(u64::MAX);
        Self(LogChecker::new(trust, files, FixedClock(now), limit))
    }

    /// The verdict on the text of a QR code; none where it holds no certificate.
    pub fn verdict(&self, qr_text: &str) -> Option<Verdict> {
        let answer = self.0.check_now(&Input::QrText(qr_text.to_owned())).ok();
        answer.map(|Report { verdict, receipt: _, later: _ }| verdict)
    }

    /// The outcome and its reason's code.
    pub fn outcome(&self, qr_text: &str) -> Option<(Outcome, &'static str)> {
        let verdict = self.verdict(qr_text)?;
        Some((verdict.outcome, verdict.reason.as_ref().map_or("", |reason| reason.code())))
    }
}
