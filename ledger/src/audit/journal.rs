//! The journal: its chain against what every head anchored, its erasure lines against the keyring.

use super::{
    AuditError, Fault, Problem, Progress, Stage,
    keyring::{Page, Vault, key_is_at_fault},
    records::Found,
};
use crate::{
    journal::{
        Erasures, JournalFault, JournalHead, JournalPlace, JournalProblem, JournalReader,
        JournalRecord, JournalSequence,
    },
    merkle::HASHES_PER_TILE,
    position::LeafIndex,
    seal::{KeySlot, SealPlace, Unsealed},
    store::{JOURNAL_FILE, KeyringFile, ListedStore},
};

/// How often progress is told.
const RECORDS_A_STEP: u64 = 1024;

/// A journal that fits.
#[derive(Debug, Clone, Copy)]
pub(super) struct CheckedJournal {
    pub(super) records: u64,
}

/// Reads the whole journal.
pub(super) fn check_journal<S: ListedStore>(
    vault: &Vault<'_, S>,
    found: &Found,
    progress: &dyn Fn(Progress),
) -> Result<CheckedJournal, AuditError> {
    let mut check = Check {
        vault,
        anchors: &found.anchors,
        erasures: Erasures::default(),
        erased_payloads: Vec::new(),
        page: None,
    };
    let end = check.read(progress)?;
    check.no_keys_beyond(end)?;
    check.erased_are_accounted_for(found)?;
    check.lines_are_carried_out()?;
    Ok(CheckedJournal { records: end.head.count.get() })
}

struct Check<'a, S> {
    vault: &'a Vault<'a, S>,
    /// The anchors not yet compared, in the order of the log.
    anchors: &'a [(LeafIndex, JournalHead)],
    erasures: Erasures,
    erased_payloads: Vec<JournalSequence>,
    /// The keyring page of the last record.
    page: Option<Page>,
}

fn fault(problem: Problem) -> AuditError {
    Fault::private(JOURNAL_FILE, problem).into()
}

impl<S: ListedStore> Check<'_, S> {
    fn read(&mut self, progress: &dyn Fn(Progress)) -> Result<JournalPlace, AuditError> {
        let input = self.vault.files.read_journal(0)?;
        let mut reader = match JournalReader::open(input, self.vault.origin) {
            Ok(reader) => reader,
            Err(error) => {
                let head = JournalHead::empty(self.vault.origin);
                self.compare(head)?;
                return self.ended(error, JournalPlace { offset: 0, head });
            }
        };
        loop {
            self.compare(reader.place().head)?;
            match reader.read_next() {
                Ok(Some(record)) => self.record(&record)?,
                Ok(None) => return self.complete(reader.place()),
                Err(error) => return self.ended(error, reader.place()),
            }
            let done = reader.place().head.count.get();
            if done.is_multiple_of(RECORDS_A_STEP) {
                progress(Progress { stage: Stage::Journal, done, total: None });
            }
        }
    }

    /// Compares the anchors of heads that counted as many records as were read.
    fn compare(&mut self, at: JournalHead) -> Result<(), AuditError> {
        while let Some(((head, anchored), rest)) = self.anchors.split_first() {
            let (head, count) = (*head, anchored.count);
            if count > at.count {
                return Ok(());
            }
            if count < at.count {
                return Err(fault(Problem::AnchorBack { head, count }));
            }
            if anchored.chain != at.chain {
                let (anchored, found) = (anchored.chain, at.chain);
                return Err(fault(Problem::JournalDiffers { head, count, anchored, found }));
            }
            self.anchors = rest;
        }
        Ok(())
    }

    /// Every anchor was reached.
    fn complete(&self, end: JournalPlace) -> Result<JournalPlace, AuditError> {
        match self.anchors.first() {
            Some((head, anchored)) => {
                let (head, anchored, found) = (*head, anchored.count, end.head.count);
                Err(fault(Problem::JournalShort { head, anchored, found }))
            }
            None => Ok(end),
        }
    }

    /// A last record that was never completed was never acknowledged, if no head counted it.
    fn ended(&self, error: JournalFault, end: JournalPlace) -> Result<JournalPlace, AuditError> {
        match error.problem {
            JournalProblem::Incomplete { .. } => self.complete(end),
            JournalProblem::Io(source) => Err(AuditError::journal_unreadable(source)),
            _ => Err(fault(Problem::Journal(error))),
        }
    }

    fn record(&mut self, record: &JournalRecord) -> Result<(), AuditError> {
        // The reader has checked erasure lines already.
        if let Ok(Some(place)) = record.erasure() {
            self.erasures.note(place);
        }
        let sequence = record.sequence;
        let place = SealPlace::JournalPayload(sequence);
        let vault = self.vault;
        let page = self.page_of(place)?;
        let at_fault = |problem| AuditError::from(Fault::private(page.file, problem));
        let Some(sealed) = &record.sealed else {
            let slot = sequence.get() % HASHES_PER_TILE;
            return match vault.is_leftover(page, place) {
                true => Ok(()),
                false => Err(at_fault(Problem::KeyWithoutRecord { slot })),
            };
        };
        match vault.open(page, place, sealed) {
            Ok(Unsealed::Opened(_)) => {}
            Ok(Unsealed::Erased) => self.erased_payloads.push(sequence),
            Err(source) if key_is_at_fault(&source) => {
                return Err(at_fault(Problem::Payload { sequence, source }));
            }
            Err(source) => return Err(fault(Problem::Payload { sequence, source })),
        }
        Ok(())
    }

    fn page_of(&mut self, place: SealPlace) -> Result<&Page, AuditError> {
        let (file, _) = KeyringFile::holding(place);
        let page = match self.page.take().filter(|page| page.file == file) {
            Some(page) => page,
            None => self.vault.page(place)?,
        };
        Ok(self.page.insert(page))
    }

    /// Beyond the end there is no key but one that a crash left there before its record.
    fn no_keys_beyond(&mut self, end: JournalPlace) -> Result<(), AuditError> {
        let next = end.head.count.get();
        let page_end = (next / HASHES_PER_TILE + 1) * HASHES_PER_TILE;
        for place in (next..page_end).filter_map(|at| JournalSequence::new(at).ok()) {
            let place = SealPlace::JournalPayload(place);
            let vault = self.vault;
            let page = self.page_of(place)?;
            if !vault.is_leftover(page, place) {
                let slot = place.position() % HASHES_PER_TILE;
                return Err(Fault::private(page.file, Problem::KeyWithoutRecord { slot }).into());
            }
        }
        Ok(())
    }

    /// Every key that is gone has its line.
    fn erased_are_accounted_for(&self, found: &Found) -> Result<(), AuditError> {
        let records = found.erased.iter().copied().map(SealPlace::LogRecord);
        let payloads = self.erased_payloads.iter().copied().map(SealPlace::JournalPayload);
        match records.chain(payloads).find(|place| !self.erasures.account_for(*place)) {
            Some(place) => Err(at(place, Problem::ErasedWithoutLine).into()),
            None => Ok(()),
        }
    }

    /// Every line's key is gone.
    fn lines_are_carried_out(&mut self) -> Result<(), AuditError> {
        let places: Vec<_> = self.erasures.iter().collect();
        for place in places {
            if *self.page_of(place)?.slot(place) != KeySlot::Erased {
                return Err(at(place, Problem::LineWithoutErasure).into());
            }
        }
        Ok(())
    }
}

/// A fault of the key of a place.
fn at(place: SealPlace, problem: Problem) -> Fault {
    let (file, _) = KeyringFile::holding(place);
    match place {
        SealPlace::LogRecord(index) => Fault::record(file, index, problem),
        SealPlace::JournalPayload(_) => Fault::private(file, problem),
    }
}
