//! Judging what was just issued with the stranger's code, from the published files.

use ledger::{
    certificate::SignedCertificate,
    entry::Entry,
    log::read_private_bundle,
    position::{LeafIndex, TreeSize},
    record::IssuanceRecord,
    seal::Unsealed,
    store::Store,
};
use verifier::{
    gather::View,
    verdict::{Findings, Known, Outcome, Question, judge_knowing},
};

use super::{Prepared, Sequencer, SequencerError};
use crate::{parallel::map_pieces, published::Published};

impl Sequencer {
    /// Judges the issuances of a batch. A failure stops the writer: something is wrong with it.
    pub(super) fn judge_batch(
        &self,
        first: LeafIndex,
        entries: &[Prepared],
    ) -> Result<(), SequencerError> {
        let mut issued = Vec::new();
        for (index, prepared) in (first.get()..).zip(entries) {
            let index = LeafIndex::new(index)?;
            if let (Entry::Issuance(_), Some(private)) = (&prepared.entry, &prepared.private) {
                issued.push((index, certificate_in(index, private)?));
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
        let mut issued = Vec::new();
        let mut next = first;
        while next.is_within(size) {
            let (store, kek) = (&*self.parts.store, &self.parts.kek);
            let records = read_private_bundle(store, kek, self.writer.origin(), next, size)?;
            let count = records.len() as u64;
            for (index, record) in (next.get()..).zip(records) {
                let index = LeafIndex::new(index)?;
                let is_issuance = self.parts.registry.has_issuance(index)?;
                if let (true, Some(Unsealed::Opened(private))) = (is_issuance, record) {
                    issued.push((index, certificate_in(index, &private)?));
                }
            }
            next = LeafIndex::new(next.get() + count.max(1))?;
        }
        self.judge_issued(issued)
    }

    fn judge_issued(&self, issued: Vec<(LeafIndex, Vec<u8>)>) -> Result<(), SequencerError> {
        if issued.is_empty() {
            return Ok(());
        }
        let view = Published::view(&self.parts.store, &self.policy)
            .map_err(|_unreadable| SequencerError::Unreadable)?;
        let question = Question::Now(self.parts.clock.now());
        let known = &self.known;
        map_pieces(issued, |piece| {
            let judged = piece
                .into_iter()
                .map(|(index, certificate)| judge_one(known, &view, question, index, certificate));
            judged.collect::<Result<Vec<()>, SequencerError>>()
        })?;
        Ok(())
    }
}

fn judge_one(
    known: &Known,
    view: &View<Published<dyn Store>>,
    question: Question,
    index: LeafIndex,
    certificate: Vec<u8>,
) -> Result<(), SequencerError> {
    let authority = SignedCertificate::decode(&certificate)
        .map_err(|_malformed| SequencerError::RecordMalformed { index })?
        .unverified_claims()
        .authority;
    let evidence = view.evidence(certificate, authority, index);
    let verdict = judge_knowing(known, &evidence, &Findings::NONE, question);
    if verdict.outcome == Outcome::Valid {
        return Ok(());
    }
    let reason = verdict.reason.as_ref().map_or("-", |reason| reason.code());
    Err(SequencerError::JudgedOtherwise { index, outcome: verdict.outcome, reason })
}

fn certificate_in(index: LeafIndex, private: &[u8]) -> Result<Vec<u8>, SequencerError> {
    let record = IssuanceRecord::decode(private)
        .map_err(|_malformed| SequencerError::RecordMalformed { index })?;
    Ok(record.certificate)
}
