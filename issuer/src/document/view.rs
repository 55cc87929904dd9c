//! What is printed: plain display strings, and nothing that could sign or decide.

use super::{PrintedDate, error::DocumentError};

/// A text in Chinese, with the English that is printed small beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bilingual<'a> {
    /// The Chinese text: the one that counts.
    pub zh: &'a str,
    /// The English text, where there is an agreed one.
    pub en: Option<&'a str>,
}

/// Whether the page is a certificate or an example of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marking {
    /// A real certificate. The place of the seal stays empty: a seal is set by a
    /// licensed sealing service, and this program never imitates one.
    Official,
    /// An example: `样例` across the page, and a drawn seal that says `样章`.
    Specimen,
}

/// The content of one printed certificate.
///
/// Every string is printed as given, after [`CertificateView::check`]. A character that the
/// embedded font lacks is refused, never printed as a blank box.
#[derive(Debug, Clone, Copy)]
pub struct CertificateView<'a> {
    /// Certificate number (证书编号).
    pub number: &'a str,
    /// Holder's name (姓名).
    pub holder_name: &'a str,
    /// ID number with only its first and last characters visible. The full number never
    /// comes near this crate's printed output.
    pub masked_id: &'a str,
    /// Title series (职称系列).
    pub series_name: &'a str,
    /// Level (级别).
    pub level: Bilingual<'a>,
    /// Title name (资格名称).
    pub title_name: &'a str,
    /// Specialty (专业).
    pub specialty: &'a str,
    /// When the title was obtained (取得时间): the day on which the review passed.
    pub obtained_on: PrintedDate,
    /// When the certificate was issued (发证时间): the date of the approval document.
    pub issued_on: PrintedDate,
    /// How the title was obtained (取得方式).
    pub obtain_method: Bilingual<'a>,
    /// Number of the approval document (批准文号).
    pub approval_document: &'a str,
    /// Name of the review committee (评审委员会).
    pub committee_name: &'a str,
    /// The authority that issues.
    pub issuer: Bilingual<'a>,
    /// The text in the QR code: an address, `#`, and decimal digits.
    pub qr_text: &'a str,
    /// Certificate or example.
    pub marking: Marking,
    /// The time written into the file as its date of creation. Equal views give equal bytes.
    pub created: jiff::Timestamp,
}

/// A printed field; errors name it instead of quoting personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of the fields of `CertificateView`")]
pub enum Field {
    Number,
    HolderName,
    MaskedId,
    SeriesName,
    Level,
    TitleName,
    Specialty,
    ObtainedOn,
    IssuedOn,
    ObtainMethod,
    ApprovalDocument,
    CommitteeName,
    Issuer,
    VerificationAddress,
    /// Texts of the form itself.
    Form,
}

impl Field {
    /// The labels on the page.
    #[must_use]
    pub fn label(self) -> Bilingual<'static> {
        let (zh, en) = match self {
            Self::Number => ("证书编号", "Certificate No."),
            Self::HolderName => ("姓名", "Name"),
            Self::MaskedId => ("证件号码", "ID No."),
            Self::SeriesName => ("职称系列", "Title Series"),
            Self::Level => ("级别", "Level"),
            Self::TitleName => ("资格名称", "Professional Title"),
            Self::Specialty => ("专业", "Specialty"),
            Self::ObtainedOn => ("取得时间", "Date Obtained"),
            Self::IssuedOn => ("发证时间", "Date of Issue"),
            Self::ObtainMethod => ("取得方式", "Obtained By"),
            Self::ApprovalDocument => ("批准文号", "Approval Document"),
            Self::CommitteeName => ("评审委员会", "Review Committee"),
            Self::Issuer => ("发证机关", "Issued By"),
            Self::VerificationAddress => ("核验网址", "Verification Address"),
            Self::Form => ("版式", "Form"),
        };
        Bilingual { zh, en: Some(en) }
    }
}

impl std::fmt::Display for Field {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let label = self.label();
        write!(f, "{} ({})", label.zh, label.en.unwrap_or_default())
    }
}

/// The longest text of one field, in characters. Fitting a text tries several sizes and line
/// breaks, so an unbounded text would be unbounded work; nothing longer fits on the page either.
pub const MAX_FIELD_CHARS: usize = 160;

impl<'a> CertificateView<'a> {
    /// Refuses empty and overlong fields.
    ///
    /// # Errors
    /// [`DocumentError::Empty`] and [`DocumentError::TooLong`], naming the first such field.
    pub fn check(&self) -> Result<(), DocumentError> {
        for (field, text) in self.texts() {
            let chars = text.chars().count();
            if text.trim().is_empty() {
                return Err(DocumentError::Empty { field });
            }
            if chars > MAX_FIELD_CHARS {
                return Err(DocumentError::TooLong { field, chars, limit: MAX_FIELD_CHARS });
            }
        }
        Ok(())
    }

    /// The address at which a reader verifies: the QR text up to its fragment.
    #[must_use]
    pub fn verification_address(&self) -> &'a str {
        self.qr_text.split('#').next().unwrap_or(self.qr_text)
    }

    fn texts(&self) -> impl Iterator<Item = (Field, &'a str)> {
        let english = [
            (Field::Level, self.level.en),
            (Field::ObtainMethod, self.obtain_method.en),
            (Field::Issuer, self.issuer.en),
        ];
        [
            (Field::Number, self.number),
            (Field::HolderName, self.holder_name),
            (Field::MaskedId, self.masked_id),
            (Field::SeriesName, self.series_name),
            (Field::Level, self.level.zh),
            (Field::TitleName, self.title_name),
            (Field::Specialty, self.specialty),
            (Field::ObtainMethod, self.obtain_method.zh),
            (Field::ApprovalDocument, self.approval_document),
            (Field::CommitteeName, self.committee_name),
            (Field::Issuer, self.issuer.zh),
            (Field::VerificationAddress, self.verification_address()),
        ]
        .into_iter()
        .chain(english.into_iter().filter_map(|(field, text)| Some((field, text?))))
    }
}
