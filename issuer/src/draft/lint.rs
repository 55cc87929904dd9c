//! The lint: everything that would make a certificate useless once it is on record, checked on the
//! exact bytes before the real key touches them.

use std::sync::LazyLock;

use ledger::{
    certificate::{Claims, ClaimsError, MaskedId, TextError, UnsignedCertificate},
    cose::SIGNATURE_LEN,
    digest::Commitment,
    position::LeafIndex,
    record::{PersonalRecord, RecordError},
    rules::{SignerFault, check_signer},
    status::Exception,
    time::UnixMillis,
};

use super::{
    Draft, number,
    qr_room::{MAX_QR_VERSION, PrintedCode, QrRoom},
};
use crate::{
    document::{Field, MAX_FIELD_CHARS, missing_characters},
    signing::CertificateSigner,
};

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
    /// How large a certificate the QR code holds; [`QrRoom::of`] the verification host.
    pub room: QrRoom,
}

/// A draft whose exact bytes were linted for one signer. Signing consumes it; there is no other way to
/// sign, and no copy.
#[derive(Debug)]
pub struct Linted {
    unsigned: UnsignedCertificate,
    draft: Draft,
    signer: LeafIndex,
    print: PrintedCode,
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
    #[error(
        "a certificate of {bytes} bytes; a QR code that paper keeps (version {MAX_QR_VERSION}) has \
         room for {limit}"
    )]
    QrTooFine {
        /// Its size.
        bytes: usize,
        /// The largest size.
        limit: usize,
    },
}

impl Draft {
    /// Checks everything that can be checked before the entry is in the log.
    ///
    /// # Errors
    /// [`LintFault`] names the first reason not to sign.
    pub fn lint(self, rules: &LintRules<'_>) -> Result<Linted, LintFault> {
        let unsigned = UnsignedCertificate::new(&self.claims)?;
        // What a reader gets, but for 64 bytes.
        let example = unsigned.clone().with_signature([0; SIGNATURE_LEN]);
        if *example.unverified_claims() != self.claims {
            return Err(LintFault::ReadsDifferently);
        }
        check_record(&self.claims, &self.personal)?;
        check_authority(&self.claims, rules)?;
        check_printable(&self.claims)?;
        let print = rules.room.judge(example.as_bytes().len())?;
        Ok(Linted { unsigned, draft: self, signer: rules.signer.index(), print })
    }
}

impl Linted {
    /// Log index of the authority whose key it was linted for.
    pub const fn signer(&self) -> LeafIndex {
        self.signer
    }

    /// How well its QR code survives on paper.
    pub const fn print(&self) -> PrintedCode {
        self.print
    }

    /// What two persons agree to when they approve a batch with this certificate: the exact bytes
    /// that the authority's key will sign. They contain the personal record's salted commitment.
    pub fn proposal_part(&self) -> Vec<u8> {
        self.unsigned.to_be_signed()
    }

    /// The certificate with 64 zero bytes where the signature will be.
    pub fn example(&self) -> Vec<u8> {
        self.unsigned.clone().with_signature([0; SIGNATURE_LEN]).as_bytes().to_vec()
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

fn check_record(claims: &Claims, personal: &PersonalRecord) -> Result<(), LintFault> {
    let bytes = personal.encode();
    let read = PersonalRecord::decode(&bytes)?;
    let masked = MaskedId::of_document(personal.document_number.as_str())?;
    for (field, holds) in [
        ("record", read == *personal && claims.record == Commitment::to(&bytes)),
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
        if !text.chars().all(is_printable) {
            let characters = missing_characters(text);
            return Err(LintFault::CannotPrint { field, characters });
        }
    }
    Ok(())
}

/// Whether the font has a character. Asking the font costs 0.1 µs a character, which is as much as the
/// rest of the lint together: it is asked once for the whole basic plane.
fn is_printable(character: char) -> bool {
    static BASIC_PLANE: LazyLock<Vec<bool>> = LazyLock::new(|| {
        let known = |code| char::from_u32(code).is_some_and(is_in_font);
        (0..=0xFFFF).map(known).collect()
    });
    let known = usize::try_from(u32::from(character)).ok().and_then(|code| BASIC_PLANE.get(code));
    known.copied().unwrap_or_else(|| is_in_font(character))
}

fn is_in_font(character: char) -> bool {
    missing_characters(character.encode_utf8(&mut [0; 4])).is_empty()
}

fn codes(characters: &[char]) -> String {
    let codes: Vec<_> = characters.iter().map(|c| format!("U+{:04X}", u32::from(*c))).collect();
    codes.join(", ")
}
