//! The lint: everything that would make a certificate useless once it is on record, checked on the
//! exact bytes before the real key touches them.

use ledger::{
    certificate::{Claims, ClaimsError, MaskedId, TextError, UnsignedCertificate},
    cose::SIGNATURE_LEN,
    position::{LeafIndex, PositionTooLarge},
    qr::{QrPayload, VerificationHost},
    record::{PersonalRecord, RecordError},
    rules::{SignerFault, check_signer},
    status::Exception,
    time::UnixMillis,
};
use qrcode::{EcLevel, Version, bits, types::QrError};

use super::{Draft, number};
use crate::{
    document::{Field, MAX_FIELD_CHARS, missing_characters},
    signing::CertificateSigner,
};

/// The largest QR version of an ordinary certificate: at 36 mm its modules are 0.52 mm wide, which a
/// fax of 100 dpi still shows.
pub const ORDINARY_QR_VERSION: i16 = crate::document::qr::ORDINARY_VERSION;

/// The largest QR version that is signed at all: at 36 mm its modules are 0.39 mm wide, three dots of
/// an office scanner at 200 dpi. Only long names of title, specialty and committee together get there.
pub const MAX_QR_VERSION: i16 = 19;

/// An index with which the QR text is measured: no log of a city gets further, and its CBOR is as long
/// as that of every index from 65,536 on.
const MEASURED_INDEX: u64 = u32::MAX as u64;

/// Against what a draft is linted.
#[derive(Debug, Clone, Copy)]
pub struct LintRules<'a> {
    /// The authority that will sign, with its place in the log.
    pub signer: &'a CertificateSigner,
    /// What is on record about that authority now.
    pub exception: Option<&'a Exception>,
    /// The index that the next entry of the log gets.
    pub next_index: LeafIndex,
    /// Now.
    pub now: UnixMillis,
    /// Where verification links point.
    pub host: &'a VerificationHost,
}

/// A draft whose exact bytes were linted for one signer. Signing consumes it; there is no other way to
/// sign, and no copy.
#[derive(Debug)]
pub struct Linted {
    unsigned: UnsignedCertificate,
    draft: Draft,
    signer: LeafIndex,
    qr_version: i16,
}

/// Why a draft must not be signed. No content is repeated: it is personal.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum LintFault {
    /// No reader would accept the claims, or reads others.
    #[error("the claims are not well-formed: {0}")]
    Claims(#[from] ClaimsError),
    /// Reading the bytes gives other claims.
    #[error("read again, the certificate states something else than the draft")]
    ReadsDifferently,
    /// The personal record is malformed.
    #[error("the personal record: {0}")]
    Record(#[from] RecordError),
    /// The masked number of the record cannot be made.
    #[error("the document number: {0}")]
    DocumentNumber(#[from] TextError),
    /// The claims do not follow from the personal record.
    #[error("{field} in the certificate is not what the personal record says")]
    RecordDiffers {
        /// The claim.
        field: &'static str,
    },
    /// The draft was made for another authority.
    #[error("the draft names the authority at {named}; the one at {signer} would sign")]
    OtherAuthority {
        /// The authority in the claims.
        named: LeafIndex,
        /// The authority that would sign.
        signer: LeafIndex,
    },
    /// The authority may not sign this.
    #[error("the authority may not sign this: {0}")]
    Signer(#[from] SignerFault),
    /// The number was mistyped or made by another rule.
    #[error("the certificate number breaks the rule for new numbers")]
    Number,
    /// The font lacks characters.
    #[error("{field:?}: the font has no character for {}", codes(characters))]
    CannotPrint {
        /// The field.
        field: Field,
        /// The characters.
        characters: Vec<char>,
    },
    /// There is no room for the text on the page.
    #[error("{field:?}: {characters} characters; the page has room for {MAX_FIELD_CHARS}")]
    TooLong {
        /// The field.
        field: Field,
        /// How many there are.
        characters: usize,
    },
    /// The QR code would be too fine to be read from paper.
    #[error("the QR code would have version {version}; from {MAX_QR_VERSION} on paper loses it")]
    QrTooFine {
        /// The version.
        version: i16,
    },
    /// The QR code holds no such text.
    #[error("the QR code: {0:?}")]
    Qr(QrError),
    /// A position outside every log.
    #[error(transparent)]
    Position(#[from] PositionTooLarge),
}

impl Draft {
    /// Checks everything that can be checked before the entry is in the log.
    ///
    /// # Errors
    /// [`LintFault`] names the first reason not to sign.
    pub fn lint(self, rules: &LintRules<'_>) -> Result<Linted, LintFault> {
        let unsigned = UnsignedCertificate::new(&self.claims)?;
        check_bytes(&unsigned, &self.claims)?;
        check_record(&self.claims, &self.personal)?;
        check_authority(&self.claims, rules)?;
        check_printable(&self.claims)?;
        let qr_version = check_qr(&unsigned, rules.host)?;
        Ok(Linted { unsigned, draft: self, signer: rules.signer.index(), qr_version })
    }
}

impl Linted {
    /// Log index of the authority whose key it was linted for.
    pub const fn signer(&self) -> LeafIndex {
        self.signer
    }

    /// The version that its QR code will have; above [`ORDINARY_QR_VERSION`] it is worth a warning.
    pub const fn qr_version(&self) -> i16 {
        self.qr_version
    }

    /// The draft that was linted.
    pub const fn draft(&self) -> &Draft {
        &self.draft
    }

    /// For the signer only.
    pub(crate) fn into_parts(self) -> (UnsignedCertificate, Draft) {
        (self.unsigned, self.draft)
    }
}

/// What a reader makes of the bytes that are about to be signed.
fn check_bytes(unsigned: &UnsignedCertificate, claims: &Claims) -> Result<(), LintFault> {
    let read = unsigned.clone().with_signature([0; SIGNATURE_LEN]).unverified_claims()?;
    if read == *claims { Ok(()) } else { Err(LintFault::ReadsDifferently) }
}

fn check_record(claims: &Claims, personal: &PersonalRecord) -> Result<(), LintFault> {
    let read = PersonalRecord::decode(&personal.encode())?;
    let masked = MaskedId::of_document(personal.document_number.as_str())?;
    for (field, holds) in [
        ("record", read == *personal && claims.record == personal.commitment()),
        ("holder_name", claims.holder_name == personal.name),
        ("masked_id", claims.masked_id == masked),
    ] {
        if !holds {
            return Err(LintFault::RecordDiffers { field });
        }
    }
    Ok(())
}

fn check_authority(claims: &Claims, rules: &LintRules<'_>) -> Result<(), LintFault> {
    let (signer, authority) = (rules.signer.index(), rules.signer.authority());
    if claims.authority != signer {
        return Err(LintFault::OtherAuthority { named: claims.authority, signer });
    }
    check_signer(claims, rules.next_index, rules.now, authority, rules.exception)?;
    // The bureau's own authority also signs reissues and legacy stock, whose numbers are kept.
    let is_committee = authority.extension().committee.is_some();
    if is_committee && !number::is_well_formed(&claims.number) {
        return Err(LintFault::Number);
    }
    Ok(())
}

/// No certificate is issued that has no printed form.
fn check_printable(claims: &Claims) -> Result<(), LintFault> {
    let fields = [
        (Field::Number, claims.number.as_str()),
        (Field::HolderName, claims.holder_name.as_str()),
        (Field::MaskedId, claims.masked_id.as_str()),
        (Field::TitleName, claims.title_name.as_str()),
        (Field::Specialty, claims.specialty.as_str()),
        (Field::ApprovalDocument, claims.approval_document.as_str()),
        (Field::CommitteeName, claims.committee_name.as_str()),
    ];
    for (field, text) in fields {
        let characters = text.chars().count();
        if characters > MAX_FIELD_CHARS {
            return Err(LintFault::TooLong { field, characters });
        }
        let missing = missing_characters(text);
        if !missing.is_empty() {
            return Err(LintFault::CannotPrint { field, characters: missing });
        }
    }
    Ok(())
}

/// The version of the QR code, as long as paper keeps it.
fn check_qr(unsigned: &UnsignedCertificate, host: &VerificationHost) -> Result<i16, LintFault> {
    let certificate = unsigned.clone().with_signature([0; SIGNATURE_LEN]).as_bytes().to_vec();
    let index = LeafIndex::new(MEASURED_INDEX)?;
    let text = QrPayload { certificate, index, copy: None }.to_text(host);
    // Segments only: drawing the code, as `QrMatrix` does, costs a hundred times as much.
    let bits = bits::encode_auto(text.as_bytes(), EcLevel::M).map_err(LintFault::Qr)?;
    let (Version::Normal(version) | Version::Micro(version)) = bits.version();
    if version > MAX_QR_VERSION {
        return Err(LintFault::QrTooFine { version });
    }
    Ok(version)
}

fn codes(characters: &[char]) -> String {
    let codes: Vec<_> = characters.iter().map(|c| format!("U+{:04X}", u32::from(*c))).collect();
    codes.join(", ")
}
