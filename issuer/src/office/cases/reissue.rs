//! A corrected document as a case: signed by the bureau, it supersedes the one before.

use ledger::{
    certificate::SignedCertificate,
    log::read_private,
    position::LeafIndex,
    record::{IssuanceRecord, PersonalRecord, Salt},
    rules::History as _,
    seal::Unsealed,
    status::Status,
};

use super::{Office, OfficeError, Proposed, Recorded};
use crate::{
    actions::{Action, CaseEnd, CaseSignature},
    case::{self, CaseFault, Field, Matter, ReissueDraft, ReissueOrder},
    draft::{Draft, Linted, Recorder, Signed},
    office::append::prepared,
    random,
    registry::{CaseRow, IntentState},
    sequencer::Submission,
    signing::{
        CertificateSigner, SigningKeyFile,
        staff::{Approval, ProposalHash},
        x509::read_certificate,
    },
};

impl Office {
    /// Proposes a corrected document of a title.
    ///
    /// # Errors
    /// [`CaseFault`]: nothing is corrected, the title is not valid; the lint.
    pub fn propose_reissue(
        &mut self,
        order: ReissueOrder,
        proposer: &SigningKeyFile,
    ) -> Result<Proposed, OfficeError> {
        let person = self.proposer(proposer)?;
        let today = self.clock.now().beijing_date();
        if order.corrections.is_empty() {
            return Err(CaseFault::NothingCorrected.into());
        }
        if order.decided_on > today {
            let (matter, decided_on) = (Matter::Reissue, order.decided_on);
            return Err(CaseFault::DecidedInFuture { matter, decided_on, today }.into());
        }
        case::prose(Matter::Reissue, Field::Reasons, &order.reasons)?;
        let document = order.canonical_document()?;
        let title = order.title;
        let replaces = self.reissuable(title)?;
        let record = self.issuance_record(replaces)?;
        let current = SignedCertificate::decode(&record.certificate)?;
        let personal = PersonalRecord::decode(&record.personal)?;
        let signer = self.bureau_signer()?;
        let recorder = Recorder { log: self.settings.generation, authority: signer.index() };
        let salt = Salt::from_random(random::bytes(self.random.as_mut())?);
        let claims = current.unverified_claims();
        let before = PersonalRecord { salt, ..personal.clone() };
        let draft = Draft::reissue(claims, personal, &order.corrections, title, recorder, salt)?;
        let (after, wanted) = (draft.claims(), draft.personal());
        let same = (&after.specialty, &after.title_name) == (&claims.specialty, &claims.title_name);
        if same && *wanted == before {
            return Err(CaseFault::NothingCorrected.into());
        }
        let linted = self.lint_reissue(draft, &signer)?;
        let draft = ReissueDraft {
            title,
            replaces,
            document,
            decided_on: order.decided_on,
            reasons: order.reasons,
            unsigned: linted.example(),
            personal: linted.draft().personal().encode(),
        };
        let proposal = draft.proposal();
        let by = CaseSignature::of(person, proposal, &Approval::sign(proposer, &proposal));
        self.note_proposed(Matter::Reissue, by, draft.encode())
    }

    /// Issues a corrected document that a second person approves with `by`.
    pub(super) fn approve_reissue(
        &mut self,
        row: &CaseRow,
        draft: &ReissueDraft,
        by: CaseSignature,
    ) -> Result<Recorded, OfficeError> {
        let case = row.id;
        if self.reissuable(draft.title)? != draft.replaces {
            return Err(CaseFault::Stale { case, matter: row.matter, target: draft.title }.into());
        }
        let signed = self.sign_reissue(draft)?;
        self.note_approved(case, by)?;
        match self.append_reissue(signed, row.proposed.proposal) {
            Ok(index) => {
                self.end_case(case, CaseEnd::Recorded)?;
                let issued = vec![index];
                Ok(Recorded { case, events: Vec::new(), archive: Vec::new(), issued })
            }
            Err(error) => Err(self.fail(case, error)?),
        }
    }

    /// After a crash: ends an approved reissue.
    pub(super) fn settle_reissue(
        &mut self,
        row: &CaseRow,
        draft: &ReissueDraft,
    ) -> Result<(), OfficeError> {
        let signed = match self.sign_reissue(draft) {
            Ok(signed) => signed,
            Err(OfficeError::Lint(fault)) => {
                return self.end_case(row.id, CaseEnd::Failed { reason: fault.to_string() });
            }
            Err(error) => return Err(error),
        };
        let commitment = signed.commitment();
        if self.registry.commitment(&commitment)?.is_some() {
            return self.end_case(row.id, CaseEnd::Recorded);
        }
        let intent = self.registry.intent(&commitment)?;
        if intent.is_some_and(|intent| intent.state == IntentState::Abandoned) {
            let reason = "its intent was abandoned".to_owned();
            return self.end_case(row.id, CaseEnd::Failed { reason });
        }
        match self.append_reissue(signed, row.proposed.proposal) {
            Ok(_) => self.end_case(row.id, CaseEnd::Recorded),
            Err(error) => self.fail(row.id, error).map(|_ended| ()),
        }
    }

    fn append_reissue(
        &mut self,
        signed: Signed,
        proposal: ProposalHash,
    ) -> Result<LeafIndex, OfficeError> {
        let commitment = signed.commitment();
        let prepared = prepared(signed);
        let record = prepared.private.as_ref().map(|record| record.to_vec());
        let intent = Action::IssueIntended { commitment, result: None, proposal };
        self.note(None, vec![(intent, record)])?;
        let placed = match self.sequencer.submit(Submission { entries: vec![prepared] }).wait() {
            Ok(placed) => placed,
            Err(error) => {
                if let crate::sequencer::SubmitError::Rule(_) = &error {
                    self.settle_intents()?;
                }
                return Err(error.into());
            }
        };
        self.end_appended(vec![commitment])?;
        placed.indices.first().copied().ok_or(OfficeError::StatusUnreadable)
    }

    /// The document that a reissue of this title would supersede.
    fn reissuable(&self, title: LeafIndex) -> Result<LeafIndex, OfficeError> {
        let exceptions = self.exceptions()?;
        let status = exceptions.status(title);
        if status != Status::Valid {
            return Err(CaseFault::ReissueOfTitle { title, status }.into());
        }
        Ok(exceptions.current_document(title))
    }

    fn sign_reissue(&mut self, draft: &ReissueDraft) -> Result<Signed, OfficeError> {
        let example = SignedCertificate::decode(&draft.unsigned)?;
        let personal = PersonalRecord::decode(&draft.personal)?;
        let signer = self.bureau_signer()?;
        let linted = self.lint_reissue(Draft::of_intent(&example, personal), &signer)?;
        Ok(signer.sign(linted)?)
    }

    fn lint_reissue(
        &self,
        draft: Draft,
        signer: &CertificateSigner,
    ) -> Result<Linted, OfficeError> {
        let exceptions = self.exceptions()?;
        let exception = exceptions.get(signer.index());
        Ok(draft.lint(&self.lint_rules(signer, exception)?)?)
    }

    /// The bureau's own authority, which signs reissues.
    pub(in crate::office) fn bureau_signer(&self) -> Result<CertificateSigner, OfficeError> {
        let path = self.layout.key("issue.pem");
        let certificate = read_certificate(&path)?;
        let index = self.authority_index(&certificate)?;
        let index = index.ok_or(OfficeError::NoAuthority { certificate: path })?;
        let key = self.layout.key("issue.key");
        let key = SigningKeyFile::load(&key, &self.passphrase, self.examples)?;
        Ok(CertificateSigner::new(key, index, self.accepted(&certificate)?)?)
    }

    fn issuance_record(&self, index: LeafIndex) -> Result<IssuanceRecord, OfficeError> {
        let size = self.registry.log_position()?.0;
        let origin = self.origin()?;
        match read_private(&*self.store, &self.kek, &origin, index, size)? {
            Some(Unsealed::Opened(bytes)) => Ok(IssuanceRecord::decode(&bytes)?),
            Some(Unsealed::Erased) | None => Err(OfficeError::NoPrivateRecord { index }),
        }
    }
}
