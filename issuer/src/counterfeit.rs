//! Counterfeits (五(一)): what a member of the public hands in becomes a case when a stranger's check
//! finds that it is not on record, and only then.

use ledger::{
    cbor::{CborError, Reader, Writer},
    position::LeafIndex,
};
use verifier::{
    check::{InputError, Report},
    labels,
    scan::ScanError,
    verdict::{Outcome, Reason},
};

use crate::archive::supervision::MAX_EVIDENCE_LEN;

/// What was handed in, with the evidence that its verdict hangs on: the sealed evidence of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exhibit {
    /// The picture, PDF or text as it came.
    pub input: Vec<u8>,
    /// The verdict's evidence, as `verifier check` reads it.
    pub receipt: Vec<u8>,
}

/// Why a report becomes no case. Repeats nothing of what was handed in.
#[derive(Debug, thiserror::Error)]
#[error("{} / {} [{}, input, 五(一)]", self.message_zh(), self.message_en(), self.code())]
pub enum CounterfeitRefusal {
    /// No code of ours can be read in it.
    Unreadable(ScanError),
    /// What was read is no certificate.
    NoCertificate(InputError),
    /// A receipt: it proves what it says by itself, and is nothing that a forger hands out.
    Receipt,
    /// It is on record.
    OnRecord {
        /// Its status.
        outcome: Outcome,
        /// Where it stands.
        index: Option<LeafIndex>,
    },
    /// Nobody can tell now.
    CannotDetermine {
        /// What is missing.
        reason: Option<Box<Reason>>,
    },
}

/// The reason why a certificate is not on record; nothing else makes a case.
///
/// # Errors
/// [`CounterfeitRefusal::OnRecord`] and [`CounterfeitRefusal::CannotDetermine`].
pub fn not_on_record(report: &Report) -> Result<Option<&Reason>, CounterfeitRefusal> {
    let verdict = &report.verdict;
    match verdict.outcome {
        Outcome::NotOnRecord => Ok(verdict.reason.as_ref()),
        Outcome::CannotDetermine => Err(CounterfeitRefusal::CannotDetermine {
            reason: verdict.reason.clone().map(Box::new),
        }),
        outcome @ (Outcome::Valid
        | Outcome::Revoked
        | Outcome::NotRecognised
        | Outcome::CancelledError
        | Outcome::Superseded) => {
            Err(CounterfeitRefusal::OnRecord { outcome, index: verdict.index })
        }
    }
}

impl Exhibit {
    /// The evidence's bytes.
    pub fn encode(&self) -> Vec<u8> {
        Writer::new().array(2).bytes(&self.input).bytes(&self.receipt).finish()
    }

    /// Reads what [`Self::encode`] writes.
    ///
    /// # Errors
    /// [`CborError`].
    pub fn decode(bytes: &[u8]) -> Result<Self, CborError> {
        let mut input = Reader::new(bytes);
        input.array(2)?;
        let exhibit = Self {
            input: input.bytes(MAX_EVIDENCE_LEN)?.to_vec(),
            receipt: input.bytes(MAX_EVIDENCE_LEN)?.to_vec(),
        };
        input.finish()?;
        Ok(exhibit)
    }
}

impl CounterfeitRefusal {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(error) => error.code(),
            Self::NoCertificate(error) => error.code(),
            Self::Receipt => "receipt",
            Self::OnRecord { .. } => "on_record",
            Self::CannotDetermine { .. } => "cannot_determine",
        }
    }

    /// The sentence in Chinese.
    pub fn message_zh(&self) -> String {
        match self {
            Self::Unreadable(error) => error.zh(),
            Self::NoCertificate(error) => error.zh().to_owned(),
            Self::Receipt => {
                "核验回执不作为疑似假证受理，请交来证书的图片、PDF 或二维码文字".to_owned()
            }
            Self::OnRecord { outcome, index } => format!(
                "这份证书登记在账本上{}，状态：{}。不作为疑似假证受理",
                place(*index, "（第 ", " 条）"),
                labels::outcome_zh(*outcome)
            ),
            Self::CannotDetermine { reason } => {
                let reason = reason.as_ref().map(|reason| reason.zh()).unwrap_or_default();
                format!("暂时无法核验，未受理。{reason}")
            }
        }
    }

    /// The sentence in English.
    pub fn message_en(&self) -> String {
        match self {
            Self::Unreadable(error) => error.en(),
            Self::NoCertificate(error) => error.en().to_owned(),
            Self::Receipt => {
                "a receipt makes no case: hand in the picture, the PDF or the text of \
                the QR code"
                    .to_owned()
            }
            Self::OnRecord { outcome, index } => format!(
                "this certificate is on record{}, its status is {}: it is no counterfeit",
                place(*index, " at index ", ""),
                labels::outcome_en(*outcome)
            ),
            Self::CannotDetermine { reason } => {
                let reason = reason.as_ref().map(|reason| reason.en()).unwrap_or_default();
                format!("it cannot be checked now, and no case was made. {reason}")
            }
        }
    }
}

fn place(index: Option<LeafIndex>, before: &str, after: &str) -> String {
    index.map(|index| format!("{before}{index}{after}")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exhibit_is_read_back_as_it_was_written() {
        let written = Exhibit { input: b"picture".to_vec(), receipt: vec![7; 300] };
        assert_eq!(Exhibit::decode(&written.encode()), Ok(written));
        assert!(Exhibit::decode(&[0x82, 0x40]).is_err());
    }
}
