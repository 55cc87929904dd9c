//! From an eligible result to a signed certificate: `EligibleResult → Draft → Linted → Signed`. Each
//! step consumes what came before, so nothing is signed unlinted and no lint is used twice.

mod lint;
pub mod number;
mod qr_room;
mod reissue;

use ledger::{
    certificate::{
        CertificateNumber, Claims, LogGeneration, MaskedId, SignedCertificate, Text, TextError,
        VerifiedCertificate,
    },
    digest::Commitment,
    position::LeafIndex,
    record::{DocumentKind, IssuanceRecord, PersonalRecord, Salt},
    time::{Date, NotADate, PartialDate},
};

pub use self::{
    lint::{LintFault, LintRules, Linted},
    qr_room::{MAX_QR_VERSION, PrintedCode, QrRoom, QrRoomError},
};
use crate::{calendar::ledger_date, eligibility::EligibleResult, identity};

/// A certificate that could be signed: its claims, and the personal record that they commit to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    claims: Claims,
    personal: PersonalRecord,
}

/// Where a certificate will be recorded, and under which authority.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recorder {
    /// The log.
    pub log: LogGeneration,
    /// Log index of the authority whose key will sign.
    pub authority: LeafIndex,
}

/// Why a result makes no draft. No content is repeated: it is personal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    /// A text that no certificate can carry.
    #[error("{field}: {source}")]
    Text {
        /// The field.
        field: &'static str,
        /// What is wrong with it.
        source: TextError,
    },
    /// A date that no certificate can carry.
    #[error(transparent)]
    Date(#[from] NotADate),
}

impl Draft {
    /// The draft of a title's first certificate.
    ///
    /// `salt` is fresh for each draft; `number` comes from [`number::draw`].
    ///
    /// # Errors
    /// [`DraftError`].
    pub fn new(
        result: &EligibleResult,
        recorder: Recorder,
        number: CertificateNumber,
        salt: Salt,
    ) -> Result<Self, DraftError> {
        let personal = personal_record(result, salt)?;
        let approved = result.result();
        let (title, review) = (approved.title(), approved.review());
        let passed_on = ledger_date(review.passed_on)?;
        let document = approved.approval().document.as_str();
        let masked_id = MaskedId::of_document(approved.holder().document.number());
        let claims = Claims {
            log: recorder.log,
            number,
            title: None,
            holder_name: personal.name.clone(),
            masked_id: masked_id.map_err(in_field("document_number"))?,
            series: title.series.code(),
            level: title.level,
            title_name: text("title_name", &title.name)?,
            specialty: text("specialty", &title.specialty)?,
            obtained_on: PartialDate::Day(passed_on),
            review_date: Some(passed_on),
            obtain_method: review.method,
            approval_document: text("approval_document", document)?,
            issued_on: ledger_date(approved.approval().date)?,
            committee_name: result.committee_name().clone(),
            authority: recorder.authority,
            record: personal.commitment(),
        };
        Ok(Self { claims, personal })
    }

    /// The draft of a certificate that an intent in the journal holds, to be linted and signed again
    /// ([`crate::signing::CertificateSigner::resume`]).
    #[must_use]
    pub fn of_intent(certificate: &SignedCertificate, personal: PersonalRecord) -> Self {
        Self { claims: certificate.unverified_claims().clone(), personal }
    }

    /// What the certificate will state.
    pub const fn claims(&self) -> &Claims {
        &self.claims
    }

    /// The personal record behind it.
    pub const fn personal(&self) -> &PersonalRecord {
        &self.personal
    }
}

/// A certificate that was linted, signed, and verified from its final bytes; with the record behind it.
/// Not on record yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    certificate: SignedCertificate,
    verified: VerifiedCertificate,
    draft: Draft,
}

impl Signed {
    /// Only for the code that has just verified the certificate.
    pub(crate) const fn after_verification(
        certificate: SignedCertificate,
        verified: VerifiedCertificate,
        draft: Draft,
    ) -> Self {
        Self { certificate, verified, draft }
    }

    /// The certificate.
    pub const fn certificate(&self) -> &SignedCertificate {
        &self.certificate
    }

    /// The certificate as it verified.
    pub const fn verified(&self) -> &VerifiedCertificate {
        &self.verified
    }

    /// What it states.
    pub const fn claims(&self) -> &Claims {
        &self.draft.claims
    }

    /// The personal record behind it.
    pub const fn personal(&self) -> &PersonalRecord {
        &self.draft.personal
    }

    /// What its issuance entry carries.
    pub const fn commitment(&self) -> Commitment {
        self.verified.commitment()
    }

    /// The certificate as it verified, and the personal record behind it.
    pub fn into_verified(self) -> (VerifiedCertificate, PersonalRecord) {
        (self.verified, self.draft.personal)
    }

    /// The private record at its index.
    pub fn issuance_record(&self) -> IssuanceRecord {
        IssuanceRecord {
            personal: self.draft.personal.encode(),
            certificate: self.certificate.as_bytes().to_vec(),
        }
    }
}

fn personal_record(result: &EligibleResult, salt: Salt) -> Result<PersonalRecord, DraftError> {
    let approved = result.result();
    let (holder, employer, notice) = (approved.holder(), approved.employer(), approved.notice());
    let day = |date| -> Result<Option<Date>, NotADate> { Ok(Some(ledger_date(date)?)) };
    Ok(PersonalRecord {
        salt,
        name: text("holder_name", holder.name.as_str())?,
        sex: None,
        document_kind: document_kind(holder.document.kind()),
        document_number: text("document_number", holder.document.number())?,
        employer: Some(text("employer", &employer.name)?),
        employer_code: Some(text("employer_code", employer.code.as_str())?),
        pledged_on: day(approved.pledged_on())?,
        publicity_from: day(notice.from)?,
        publicity_until: day(notice.to)?,
        note: result.cites().cloned(),
    })
}

const fn document_kind(kind: identity::DocumentKind) -> DocumentKind {
    match kind {
        identity::DocumentKind::ResidentId => DocumentKind::ResidentId,
        identity::DocumentKind::HkmtResidence => DocumentKind::HkmtResidence,
        identity::DocumentKind::HkMacauPermit => DocumentKind::HkMacauPermit,
        identity::DocumentKind::TaiwanPermit => DocumentKind::TaiwanPermit,
        identity::DocumentKind::ForeignPr2017 => DocumentKind::ForeignResident2017,
        identity::DocumentKind::ForeignPr2023 => DocumentKind::ForeignResident2023,
        identity::DocumentKind::Passport => DocumentKind::Passport,
        identity::DocumentKind::Officer => DocumentKind::Officer,
        identity::DocumentKind::Other => DocumentKind::Other,
    }
}

fn text(field: &'static str, text: &str) -> Result<Text, DraftError> {
    Text::new(text).map_err(in_field(field))
}

fn in_field(field: &'static str) -> impl FnOnce(TextError) -> DraftError {
    move |source| DraftError::Text { field, source }
}

#[cfg(test)]
pub(crate) mod tests;
