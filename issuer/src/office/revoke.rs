//! Revoking a title: a decision by two persons, signed by the bureau, with its entry in the integrity
//! archive in the same batch.

use ed25519_dalek::Signer as _;
use ledger::{
    cbor::{Reader, Writer},
    certificate::{CertificateNumber, Text},
    digest::Commitment,
    entry::{Decision, Entry, SignedStatusChange, UnsignedStatusChange},
    log::read_private,
    position::LeafIndex,
    record::{
        DecisionRecord, IntegrityKind, IntegrityRecord, IssuanceRecord, PersonalRecord, Salt,
        Subject, SubjectKind,
    },
    rules::History as _,
    seal::Unsealed,
    status::{ExceptionList, Status},
    time::Date,
};
use zeroize::Zeroizing;

use super::{Office, OfficeError};
use crate::{
    actions::Action,
    published::Published,
    random,
    sequencer::{Prepared, Submission},
    signing::{
        SigningKeyFile,
        staff::{ProposalHash, ProposalKind},
        x509::read_certificate,
    },
};

/// How long a revocation bars from applying, in months, where the decision says nothing else: three
/// years, as the national rule has it (a setting of the bureau; the notice is silent).
pub const DEFAULT_BAR_MONTHS: u32 = 36;
/// The statement of remedy that a revocation carries unless the decision words its own.
pub const DEFAULT_REMEDY: &str =
    "如不服本决定，可自收到之日起60日内申请行政复议，或6个月内提起行政诉讼。";
const CLAUSE: &str = "七(一)";
const BASIS: &str = "渝职改办〔2022〕226号";
/// Longest record in an intent's payload.
const MAX_RECORD_LEN: usize = 64 * 1024;

/// What the bureau decided.
#[derive(Debug, Clone)]
pub struct RevocationOrder {
    /// 证书编号
    pub number: CertificateNumber,
    /// 决定文号
    pub document: Text,
    /// 决定日
    pub decided_on: Date,
    /// 送达日
    pub served_on: Option<Date>,
    /// The facts found.
    pub reasons: String,
    /// The statement of remedy; none: [`DEFAULT_REMEDY`].
    pub remedy: Option<String>,
}

/// What was put on record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Revoked {
    /// The title's first index.
    pub title: LeafIndex,
    /// The status change.
    pub event: LeafIndex,
    /// The entry of the integrity archive.
    pub archive: LeafIndex,
}

/// The payload of a decision's intent: final bytes.
pub(super) struct DecisionPayload {
    pub(super) change: Vec<u8>,
    pub(super) record: Vec<u8>,
    pub(super) integrity: Option<Vec<u8>>,
}

impl Office {
    /// Revokes the title that a certificate documents, with all its documents.
    pub fn revoke(
        &mut self,
        order: &RevocationOrder,
        proposer: &SigningKeyFile,
        approver: &SigningKeyFile,
    ) -> Result<Revoked, OfficeError> {
        let title = self.title(&order.number)?;
        let status = self.exceptions()?.status(title);
        if !status.title_may_become(Status::Revoked) {
            return Err(OfficeError::NotRevocable { title, status });
        }
        let person = self.person(title)?;
        let record = self.decision_record(order, proposer, approver)?;
        let integrity = self.integrity_record(order, &person)?;
        let (authority, key) = self.deciding_key()?;
        let decision = Decision {
            log: self.settings.generation,
            authority,
            target: title,
            previous: self.registry.last_decision(title)?,
            status: Status::Revoked,
            decided_on: order.decided_on,
            last_valid_index: None,
            record: record.commitment(),
            number: record.number_commitment(),
        };
        let unsigned = UnsignedStatusChange::new(&decision);
        let archive = Entry::IntegrityRecord(integrity.commitment());
        let proposal = ProposalHash::of(
            ProposalKind::StatusChange,
            [unsigned.to_be_signed(), archive.encode()],
        );
        self.approve(ProposalKind::StatusChange, proposal, proposer, approver)?;
        let signature = key.key().sign(&unsigned.to_be_signed()).to_bytes();
        let change = unsigned.with_signature(signature)?;
        self.record_decision(&change, &record, &integrity, proposal)
    }

    fn record_decision(
        &mut self,
        change: &SignedStatusChange,
        record: &DecisionRecord,
        integrity: &IntegrityRecord,
        proposal: ProposalHash,
    ) -> Result<Revoked, OfficeError> {
        let payload = DecisionPayload {
            change: change.encode(),
            record: record.encode(),
            integrity: Some(integrity.encode()),
        };
        let target = change.unverified().target;
        let record = record.commitment();
        let intent = Action::DecisionIntended { record, target, proposal };
        self.note(None, vec![(intent, Some(payload.encode()))])?;
        let entries = vec![
            Prepared::new(
                Entry::StatusChange(change.clone()),
                Some(Zeroizing::new(payload.record)),
            ),
            Prepared::new(
                Entry::IntegrityRecord(integrity.commitment()),
                payload.integrity.map(Zeroizing::new),
            ),
        ];
        let placed = self.sequencer.submit(Submission { entries }).wait();
        let placed = match placed {
            Ok(placed) => placed,
            Err(error) => return Err(self.give_up(record, error)?),
        };
        self.note(None, vec![(Action::Appended(vec![record]), None)])?;
        match placed.indices[..] {
            [event, archive] => Ok(Revoked { title: target, event, archive }),
            _ => Err(OfficeError::StatusUnreadable),
        }
    }

    /// A decision that the rules refuse is abandoned at once; after any other failure, opening the
    /// directory anew settles it.
    fn give_up(
        &mut self,
        record: Commitment,
        error: crate::sequencer::SubmitError,
    ) -> Result<OfficeError, OfficeError> {
        if let crate::sequencer::SubmitError::Rule(rule) = &error {
            let (intents, reason) = (vec![record], rule.to_string());
            self.note(None, vec![(Action::Abandoned { intents, reason }, None)])?;
        }
        Ok(error.into())
    }

    /// The first issuance with a certificate number.
    fn title(&self, number: &CertificateNumber) -> Result<LeafIndex, OfficeError> {
        let missing = || OfficeError::NoSuchNumber { number: number.to_string() };
        self.registry.by_number(number)?.first().copied().ok_or_else(missing)
    }

    /// The exceptions as the published head states them.
    pub(super) fn exceptions(&self) -> Result<ExceptionList, OfficeError> {
        let unknown = OfficeError::UnknownLog { generation: self.settings.generation.get() };
        let policy = self.trust.log(self.settings.generation).ok_or(unknown)?;
        let view = Published::view(&self.store, policy)
            .map_err(|_unreadable| OfficeError::StatusUnreadable)?;
        view.list().cloned().ok_or(OfficeError::StatusUnreadable)
    }

    fn person(&self, title: LeafIndex) -> Result<PersonalRecord, OfficeError> {
        let size = self.registry.log_position()?.0;
        let origin = self.origin()?;
        match read_private(&*self.store, &self.kek, &origin, title, size)? {
            Some(Unsealed::Opened(bytes)) => {
                let record = IssuanceRecord::decode(&bytes)?;
                Ok(PersonalRecord::decode(&record.personal)?)
            }
            Some(Unsealed::Erased) | None => Err(OfficeError::NoPrivateRecord { index: title }),
        }
    }

    pub(super) fn origin(&self) -> Result<String, OfficeError> {
        let unknown = OfficeError::UnknownLog { generation: self.settings.generation.get() };
        let policy = self.trust.log(self.settings.generation).ok_or(unknown)?;
        Ok(policy.origin().as_str().to_owned())
    }

    fn decision_record(
        &mut self,
        order: &RevocationOrder,
        proposer: &SigningKeyFile,
        approver: &SigningKeyFile,
    ) -> Result<DecisionRecord, OfficeError> {
        let person = |key: &SigningKeyFile| {
            let owner = self.staff.owner(&key.public_key());
            Text::new(owner.map_or("-", |person| person.id.as_str()))
        };
        let (proposer, approver) = (person(proposer)?, person(approver)?);
        let random = self.random.as_mut();
        let remedy = order.remedy.clone().unwrap_or_else(|| DEFAULT_REMEDY.to_owned());
        Ok(DecisionRecord {
            salt: Salt::from_random(random::bytes(random)?),
            number_salt: Salt::from_random(random::bytes(random)?),
            document_number: order.document.clone(),
            clause: Text::new(CLAUSE)?,
            basis: BASIS.to_owned(),
            reasons: order.reasons.clone(),
            decided_on: order.decided_on,
            served_on: order.served_on,
            remedy: Some(remedy),
            proposer,
            approver,
        })
    }

    fn integrity_record(
        &mut self,
        order: &RevocationOrder,
        person: &PersonalRecord,
    ) -> Result<IntegrityRecord, OfficeError> {
        let until = order.decided_on.plus_months(DEFAULT_BAR_MONTHS)?;
        Ok(IntegrityRecord {
            salt: Salt::from_random(random::bytes(self.random.as_mut())?),
            subject: Subject {
                kind: SubjectKind::Applicant,
                name: person.name.clone(),
                identifier: person.document_number.clone(),
            },
            kind: IntegrityKind::TitleRevoked,
            conduct: order.reasons.clone(),
            clause: Text::new(CLAUSE)?,
            decision: order.document.clone(),
            decided_on: order.decided_on,
            bar_from: Some(order.decided_on),
            bar_until: Some(until),
        })
    }

    fn deciding_key(&self) -> Result<(LeafIndex, SigningKeyFile), OfficeError> {
        let path = self.layout.key("decide.pem");
        let index = self.authority_index(&read_certificate(&path)?)?;
        let index = index.ok_or(OfficeError::NoAuthority { certificate: path })?;
        let key = self.layout.key("decide.key");
        Ok((index, SigningKeyFile::load(&key, &self.passphrase, self.examples)?))
    }
}

impl DecisionPayload {
    fn encode(&self) -> Vec<u8> {
        Writer::new()
            .array(3)
            .bytes(&self.change)
            .bytes(&self.record)
            .optional(self.integrity.as_ref(), |out, record| out.bytes(record))
            .finish()
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, OfficeError> {
        let read = || -> Result<Self, ledger::cbor::CborError> {
            let mut input = Reader::new(bytes);
            input.array(3)?;
            let payload = Self {
                change: input.bytes(MAX_RECORD_LEN)?.to_vec(),
                record: input.bytes(MAX_RECORD_LEN)?.to_vec(),
                integrity: input.optional(|input| input.bytes(MAX_RECORD_LEN))?.map(<[u8]>::to_vec),
            };
            input.finish()?;
            Ok(payload)
        };
        Ok(read().map_err(crate::actions::ActionError::from)?)
    }
}
