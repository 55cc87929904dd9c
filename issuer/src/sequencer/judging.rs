//! Judging what was just issued with the stranger's code, from the published files.

use ledger::{
    certificate::{SignedCertificate, VerifiedCertificate},
    entry::Entry,
    log::read_private_bundle,
    parallel::map_pieces,
    position::{LeafIndex, TreeSize},
    record::IssuanceRecord,
    seal::Unsealed,
    store::Store,
};
use verifier::{
    gather::View,
    verdict::{Findings, Known, Outcome, Question, judge_knowing, judge_verified},
};

use super::{Prepared, Sequencer, SequencerError};
use crate::published::Published;

/// An issuance that was just published, with its private record.
struct OnRecord<'a> {
    index: LeafIndex,
    private: &'a [u8],
    /// The certificate as it verified when this process signed it. The judge compares it with the
    /// record's bytes, and does not verify the same signature twice.
    verified: Option<&'a VerifiedCertificate>,
}

impl Sequencer {
    /// Judges the issuances of a batch. A failure stops the writer: something is wrong with it.
    pub(super) fn judge_batch(
        &self,
        first: LeafIndex,
        entries: &[Prepared],
    ) -> Result<(), SequencerError> {
        let mut issued = Vec::new();
        for (index, prepared) in (first.get()..).zip(entries) {
            if let (Entry::Issuance(_), Some(private)) = (&prepared.entry, &prepared.private) {
                let (index, verified) =
                    (LeafIndex::new(index)?, prepared.issued.as_ref().map(|fresh| &fresh.verified));
                issued.push(OnRecord { index, private, verified });
            }
        }
        self.judge_issued(issued)
    }

    /// Judges the issuances of a batch that a crash left pending.
    pub(super) fn judge_range(
        &self,
        first: LeafIndex,
        size: TreeSize,
    ) -> Result<(), SequencerError> {
        let mut found = Vec::new();
        let mut next = first;
        while next.is_within(size) {
            let (store, kek) = (&*self.parts.store, &self.parts.kek);
            let records = read_private_bundle(store, kek, self.writer.origin(), next, size)?;
            let count = records.len() as u64;
            for (index, record) in (next.get()..).zip(records) {
                let index = LeafIndex::new(index)?;
                let is_issuance = self.parts.registry.has_issuance(index)?;
                if let (true, Some(Unsealed::Opened(private))) = (is_issuance, record) {
                    found.push((index, private));
                }
            }
            next = LeafIndex::new(next.get() + count.max(1))?;
        }
        let issued = found.iter();
        let issued =
            issued.map(|(index, private)| OnRecord { index: *index, private, verified: None });
        self.judge_issued(issued.collect())
    }

    fn judge_issued(&self, issued: Vec<OnRecord<'_>>) -> Result<(), SequencerError> {
        if issued.is_empty() {
            return Ok(());
        }
        let view = Published::view(&self.parts.store, &self.policy)
            .map_err(|_unreadable| SequencerError::Unreadable)?;
        let question = Question::Now(self.parts.clock.now());
        let known = &self.known;
        map_pieces(issued, |piece| {
            let judged = piece.into_iter().map(|issued| judge_one(known, &view, question, &issued));
            judged.collect::<Result<Vec<()>, SequencerError>>()
        })?;
        Ok(())
    }
}

fn judge_one(
    known: &Known,
    view: &View<Published<dyn Store>>,
    question: Question,
    issued: &OnRecord<'_>,
) -> Result<(), SequencerError> {
    let index = issued.index;
    let malformed = || SequencerError::RecordMalformed { index };
    let record = IssuanceRecord::decode(issued.private).map_err(|_malformed| malformed())?;
    let authority = match issued.verified {
        Some(verified) => verified.claims().authority,
        None => {
            let certificate = SignedCertificate::decode(&record.certificate);
            certificate.map_err(|_malformed| malformed())?.unverified_claims().authority
        }
    };
    let evidence = view.evidence(record.certificate, authority, index);
    let verdict = match issued.verified {
        Some(verified) => judge_verified(known, verified, &evidence, &Findings::NONE, question),
        None => judge_knowing(known, &evidence, &Findings::NONE, question),
    };
    if verdict.outcome == Outcome::Valid {
        return Ok(());
    }
    let reason = verdict.reason.as_ref().map_or("-", |reason| reason.code());
    Err(SequencerError::JudgedOtherwise { index, outcome: verdict.outcome, reason })
}
