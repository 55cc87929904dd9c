//! Reports of counterfeits: checked with the stranger's code on our own published files, then kept.

use ledger::{journal::JournalSequence, position::LeafIndex, qr::QrPayload, record::MAX_PROSE_LEN};
use verifier::{
    check::{Input, Report},
    clock::FixedClock,
    gather::SearchLimit,
    log_checker::LogChecker,
    scan,
    verdict::Outcome,
};

use super::{Office, OfficeError};
use crate::{
    archive::supervision::{
        MAX_EVIDENCE_LEN, SupervisionKind, SupervisionRecord, SupervisionRefusal,
    },
    counterfeit::{CounterfeitRefusal, Exhibit, not_on_record},
    published::Published,
};

impl Office {
    /// Makes a case of what a member of the public handed in: a picture, a PDF, or the text of a QR
    /// code. Nothing is kept of what is on record, cannot be read, or cannot be checked now.
    ///
    /// # Errors
    /// [`OfficeError::Counterfeit`] says why it is no case.
    pub fn report_counterfeit(&mut self, input: Vec<u8>) -> Result<JournalSequence, OfficeError> {
        let found = scan::read_file(&input).map_err(CounterfeitRefusal::Unreadable)?;
        if let Input::Receipt(_) = found {
            return Err(CounterfeitRefusal::Receipt.into());
        }
        let mut report = self.stranger_checks(&found)?;
        if report.verdict.outcome == Outcome::CannotDetermine {
            // An office that slept has an old head; a new one may settle it.
            self.heartbeat()?;
            report = self.stranger_checks(&self.within_the_log(found)?)?;
        }
        let reason = not_on_record(&report)?;
        let facts = reason.map_or_else(String::new, |reason| {
            format!("{} / {} [{}]", reason.zh(), reason.en(), reason.code())
        });
        let evidence = Exhibit { input, receipt: report.receipt }.encode();
        if evidence.len() > MAX_EVIDENCE_LEN {
            return Err(SupervisionRefusal::EvidenceTooLarge { len: evidence.len() }.into());
        }
        let record = SupervisionRecord {
            kind: SupervisionKind::CounterfeitCase,
            on: self.today(),
            subject: None,
            facts: facts.chars().take(MAX_PROSE_LEN / 4).collect(),
            evidence,
        };
        self.keep_supervision(&record)
    }

    /// A stranger's copy of the log may be older than a code that points beyond what its head covers;
    /// ours is not. So such a certificate is looked for in the whole log.
    fn within_the_log(&self, found: Input) -> Result<Input, OfficeError> {
        let Input::QrText(text) = &found else { return Ok(found) };
        let last = self.registry.log_position()?.0.last_index();
        Ok(match (QrPayload::from_text(text), last, LeafIndex::new(0)) {
            (Ok(payload), Some(last), Ok(index)) if payload.index >= last => {
                Input::QrText(QrPayload { index, ..payload }.to_text(&self.settings.host))
            }
            _ => found,
        })
    }

    fn stranger_checks(&self, input: &Input) -> Result<Report, OfficeError> {
        let (trust, files) = ((*self.trust).clone(), Published(self.store.clone()));
        let (clock, limit) = (FixedClock(self.clock.now()), SearchLimit::entries(u64::MAX));
        let checker = LogChecker::new(trust, files, clock, limit);
        Ok(checker.check_now(input).map_err(CounterfeitRefusal::NoCertificate)?)
    }
}
