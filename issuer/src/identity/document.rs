//! Identity documents: the kinds that lists name, the rule of each, and what of a number is shown.

use std::fmt;

use super::resident::{self, ResidentNumberError};

/// The kinds of identity documents. The two forms of the foreigner's card are told apart by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DocumentKind {
    /// 居民身份证, GB 11643.
    ResidentId,
    /// 港澳台居民居住证: the same algorithm, prefixes 810000, 820000, 830000.
    HkmtResidence,
    /// 港澳居民来往内地通行证.
    HkMacauPermit,
    /// 台湾居民来往大陆通行证.
    TaiwanPermit,
    /// 外国人永久居留身份证, form of 2017: three letters and twelve digits.
    ForeignPr2017,
    /// 外国人永久居留身份证, form of 2023: 18 characters that begin with 9, same algorithm.
    ForeignPr2023,
    /// 护照.
    Passport,
    /// 军官证, 文职证: free text.
    Officer,
    /// 其他: free text.
    Other,
}

/// The kind column holds a word that names no known kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a known kind of identity document")]
pub struct UnknownDocumentKind;

/// What is wrong with the number of an identity document. Never holds the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DocumentNumberError {
    /// Nothing is written.
    #[error("no number is given")]
    Missing,
    /// A number by GB 11643 that breaks that standard.
    #[error("{0}")]
    Resident(#[from] ResidentNumberError),
    /// A number whose first characters belong to another kind of document.
    #[error("the first characters belong to another kind of document")]
    Prefix,
    /// A number that is not of the form of its kind.
    #[error("not of the form of this kind of document")]
    Form,
    /// More characters than the kind allows.
    #[error("more than {limit} characters")]
    TooLong {
        /// The limit of the kind.
        limit: usize,
    },
}

/// A document of a known kind whose number keeps the rule of that kind.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdentityDocument {
    kind: DocumentKind,
    number: String,
}

/// The characters of a number that a certificate shows: of 15 and more the first three and the last
/// four, of shorter ones the last two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisibleNumber {
    /// The shown beginning; empty for a short number.
    pub first: String,
    /// The shown end.
    pub last: String,
}

impl DocumentKind {
    /// All kinds.
    pub const ALL: [Self; 9] = [
        Self::ResidentId,
        Self::HkmtResidence,
        Self::HkMacauPermit,
        Self::TaiwanPermit,
        Self::ForeignPr2017,
        Self::ForeignPr2023,
        Self::Passport,
        Self::Officer,
        Self::Other,
    ];

    /// A stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::ResidentId => "RESIDENT_ID",
            Self::HkmtResidence => "HKMT_RESIDENCE",
            Self::HkMacauPermit => "HK_MACAU_PERMIT",
            Self::TaiwanPermit => "TAIWAN_PERMIT",
            Self::ForeignPr2017 => "FOREIGN_PR_2017",
            Self::ForeignPr2023 => "FOREIGN_PR_2023",
            Self::Passport => "PASSPORT",
            Self::Officer => "OFFICER",
            Self::Other => "OTHER",
        }
    }

    /// The kind with this stable code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    fn check(self, number: &str) -> Result<(), DocumentNumberError> {
        match self {
            Self::ResidentId => Ok(resident::check(number)?),
            Self::HkmtResidence => {
                begins_with(number, &["810000", "820000", "830000"])?;
                Ok(resident::check(number)?)
            }
            Self::ForeignPr2023 => {
                begins_with(number, &["9"])?;
                Ok(resident::check(number)?)
            }
            Self::HkMacauPermit => {
                let digits = number.strip_prefix(['H', 'M']).unwrap_or_default();
                form(matches!(digits.len(), 8 | 10) && all(digits, |c| c.is_ascii_digit()))
            }
            Self::TaiwanPermit => {
                form(matches!(number.len(), 8 | 10) && all(number, |c| c.is_ascii_digit()))
            }
            Self::ForeignPr2017 => {
                let letters = all(number.get(..3).unwrap_or("?"), |c| c.is_ascii_uppercase());
                let digits = all(number.get(3..).unwrap_or("?"), |c| c.is_ascii_digit());
                form(number.len() == 15 && letters && digits)
            }
            Self::Passport => form(
                (5..=17).contains(&number.len())
                    && all(number, |c| c.is_ascii_digit() || c.is_ascii_uppercase()),
            ),
            Self::Officer => free_text(number, 32),
            Self::Other => free_text(number, 64),
        }
    }
}

impl IdentityDocument {
    /// Reads what a list says: the word for the kind, and the number. Both are normalised already;
    /// the number without spaces, in capitals.
    ///
    /// # Errors
    /// [`UnknownDocumentKind`], or inside `Ok` the [`DocumentNumberError`]: the two stand in
    /// different columns.
    pub fn read(
        kind: &str,
        number: &str,
    ) -> Result<Result<Self, DocumentNumberError>, UnknownDocumentKind> {
        let kind = match kind {
            "居民身份证" | "身份证" | "中华人民共和国居民身份证" => {
                DocumentKind::ResidentId
            }
            "港澳台居民居住证" | "港澳居民居住证" | "台湾居民居住证" => {
                DocumentKind::HkmtResidence
            }
            "港澳居民来往内地通行证" | "港澳居民往来内地通行证" => {
                DocumentKind::HkMacauPermit
            }
            "台湾居民来往大陆通行证" | "台湾居民往来大陆通行证" | "台胞证" => {
                DocumentKind::TaiwanPermit
            }
            "外国人永久居留身份证" | "外国人永久居留证" => match number.len() {
                18 => DocumentKind::ForeignPr2023,
                _ => DocumentKind::ForeignPr2017,
            },
            "外国人永久居留身份证(旧版)" => DocumentKind::ForeignPr2017,
            "外国人永久居留身份证(2023版)" => DocumentKind::ForeignPr2023,
            "护照" | "普通护照" | "外国护照" => DocumentKind::Passport,
            "军官证/文职证" | "军官证" | "文职证" | "文职干部证" => {
                DocumentKind::Officer
            }
            "其他" | "其它" => DocumentKind::Other,
            _ => return Err(UnknownDocumentKind),
        };
        Ok(Self::new(kind, number))
    }

    /// A document of `kind` with this normalised number.
    ///
    /// # Errors
    /// [`DocumentNumberError`] says which rule of the kind is broken.
    pub fn new(kind: DocumentKind, number: &str) -> Result<Self, DocumentNumberError> {
        if number.is_empty() {
            return Err(DocumentNumberError::Missing);
        }
        kind.check(number)?;
        Ok(Self { kind, number: number.to_owned() })
    }

    /// The kind.
    pub fn kind(&self) -> DocumentKind {
        self.kind
    }

    /// The whole number: personal data, for the private record only.
    pub fn number(&self) -> &str {
        &self.number
    }

    /// What a certificate shows of the number.
    pub fn visible(&self) -> VisibleNumber {
        let length = self.number.chars().count();
        let (first, last) = if length >= 15 { (3, 4) } else { (0, 2) };
        VisibleNumber {
            first: self.number.chars().take(first).collect(),
            last: self.number.chars().skip(length.saturating_sub(last)).collect(),
        }
    }
}

/// The number is personal data: `Debug` shows the kind only.
impl fmt::Debug for IdentityDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdentityDocument").field("kind", &self.kind).finish_non_exhaustive()
    }
}

fn begins_with(number: &str, prefixes: &[&str]) -> Result<(), DocumentNumberError> {
    match prefixes.iter().any(|prefix| number.starts_with(prefix)) {
        true => Ok(()),
        false => Err(DocumentNumberError::Prefix),
    }
}

fn all(text: &str, belongs: fn(&char) -> bool) -> bool {
    text.chars().all(|character| belongs(&character))
}

fn form(is_right: bool) -> Result<(), DocumentNumberError> {
    if is_right { Ok(()) } else { Err(DocumentNumberError::Form) }
}

/// Free text within the kind's limit. Privacy: at least [`MIN_FREE_TEXT`] characters, because a
/// certificate shows the last two.
fn free_text(number: &str, limit: usize) -> Result<(), DocumentNumberError> {
    let length = number.chars().count();
    if length > limit {
        return Err(DocumentNumberError::TooLong { limit });
    }
    form(length >= MIN_FREE_TEXT && !number.chars().any(char::is_control))
}

const MIN_FREE_TEXT: usize = 5;

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;

    fn read(kind: &str, number: &str) -> Result<DocumentKind, DocumentNumberError> {
        IdentityDocument::read(kind, number).unwrap().map(|document| document.kind())
    }

    #[test]
    fn knows_every_kind_of_the_vectors_by_its_name() {
        let vectors: serde_json::Value =
            serde_json::from_str(include_str!("../../tests/data/id_vectors.json")).unwrap();
        let kinds = vectors["doc_types"].as_array().unwrap();
        assert_eq!(kinds.len(), DocumentKind::ALL.len());
        for kind in kinds {
            let name = kind["zh"].as_str().unwrap();
            assert!(IdentityDocument::read(name, "").is_ok(), "{name}");
            assert!(DocumentKind::from_code(kind["kind"].as_str().unwrap()).is_some(), "{name}");
        }
        assert_eq!(IdentityDocument::read("学生证", "1"), Err(UnknownDocumentKind));
    }

    #[test]
    fn keeps_the_rule_of_each_kind() {
        use DocumentKind as Kind;
        assert_eq!(read("港澳台居民居住证", "810000199101010016"), Ok(Kind::HkmtResidence));
        assert_eq!(read("港澳居民来往内地通行证", "H12345678"), Ok(Kind::HkMacauPermit));
        assert_eq!(read("港澳居民来往内地通行证", "M1234567801"), Ok(Kind::HkMacauPermit));
        assert_eq!(read("台湾居民来往大陆通行证", "12345678"), Ok(Kind::TaiwanPermit));
        assert_eq!(read("外国人永久居留身份证", "USA110079120301"), Ok(Kind::ForeignPr2017));
        assert_eq!(read("护照", "E12345678"), Ok(Kind::Passport));
        assert_eq!(read("军官证", "军字第1234567号"), Ok(Kind::Officer));
        assert_eq!(read("其他", "AB-12345"), Ok(Kind::Other));
    }

    #[test]
    fn refuses_a_number_of_another_form() {
        use DocumentNumberError as Error;
        assert_eq!(read("港澳台居民居住证", "11010519491231002X"), Err(Error::Prefix));
        assert_eq!(read("港澳居民来往内地通行证", "H1234567"), Err(Error::Form));
        assert_eq!(read("台湾居民来往大陆通行证", "123456789"), Err(Error::Form));
        assert_eq!(read("外国人永久居留身份证", "USA11007912030A"), Err(Error::Form));
        assert_eq!(read("外国人永久居留身份证", "美A110079120301"), Err(Error::Form));
        assert_eq!(read("护照", "E1-2345"), Err(Error::Form));
        assert_eq!(read("其他", "1234"), Err(Error::Form));
        assert_eq!(read("其他", &"1".repeat(65)), Err(Error::TooLong { limit: 64 }));
        assert_eq!(read("居民身份证", ""), Err(Error::Missing));
    }

    #[test]
    fn shows_only_the_visible_characters() {
        let visible = |kind, number| IdentityDocument::new(kind, number).unwrap().visible();
        assert_eq!(
            visible(DocumentKind::ResidentId, "11010519491231002X"),
            VisibleNumber { first: "110".to_owned(), last: "002X".to_owned() }
        );
        assert_eq!(
            visible(DocumentKind::ForeignPr2017, "USA110079120301"),
            VisibleNumber { first: "USA".to_owned(), last: "0301".to_owned() }
        );
        assert_eq!(
            visible(DocumentKind::Passport, "E12345678"),
            VisibleNumber { first: String::new(), last: "78".to_owned() }
        );
    }

    #[test]
    fn keeps_the_number_out_of_debug_output() {
        let document = IdentityDocument::new(DocumentKind::Passport, "E12345678").unwrap();
        assert_eq!(format!("{document:?}"), "IdentityDocument { kind: Passport, .. }");
    }
}
