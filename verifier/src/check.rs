//! One thing handed in, one answer: the seam between the front ends (pages, API, command line) and
//! the judging of evidence.

use ledger::{
    evidence::{Evidence, EvidenceError},
    qr::{QrError, QrPayload},
};

use crate::verdict::{Outcome, Verdict};

/// One thing to check, as it was found in what a person handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// The text of a QR code, from a picture, a PDF's attachment or the keyboard.
    QrText(String),
    /// The same with a log proof.
    Proved {
        /// The text of the QR code.
        text: String,
        /// The proof.
        proof: LogProof,
    },
    /// A receipt: evidence that somebody kept.
    Receipt(Vec<u8>),
}

/// A C2SP tlog-proof that came with a certificate; nothing of it is read yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogProof {
    /// The file.
    pub bytes: Vec<u8>,
    /// How it came.
    pub came: ProofCame,
}

/// How a log proof came, and so what it means when it does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProofCame {
    /// Attached to the PDF. It is a help: where the log itself is at hand, nothing hangs on it.
    InsidePdf,
    /// Somebody asks about this very proof: a wrong one is never passed over.
    ByItself,
}

/// Why nothing could be judged: what was handed in is no certificate in any form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InputError {
    /// The QR code's text is none of ours.
    #[error(transparent)]
    Qr(#[from] QrError),
    /// The file is no receipt.
    #[error(transparent)]
    Receipt(#[from] EvidenceError),
}

/// The whole answer to one input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The verdict.
    pub verdict: Verdict,
    /// The evidence that it hangs on, as a file to keep (核验回执).
    pub receipt: Vec<u8>,
    /// When a past day was asked about: what the newest head says, where that is something else.
    pub later: Option<Outcome>,
}

/// Whoever can answer. Blocking: a server calls it off its event loop.
pub trait Checker: Send + Sync + 'static {
    /// Judges one input as of now.
    fn check(&self, input: &Input) -> Result<Report, InputError>;
}

impl InputError {
    /// The stable name in `--json` and in the API.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Qr(QrError::NotOurLink | QrError::Host { .. }) => "qr_not_ours",
            Self::Qr(QrError::PlainHttp) => "qr_plain_http",
            Self::Qr(QrError::GroupOutOfRange { .. } | QrError::TooManyDigits) => "qr_mistyped",
            Self::Qr(QrError::LeftOver { .. }) => "qr_cut_off",
            Self::Qr(QrError::Content(_) | QrError::Position(_)) => "qr_content",
            Self::Receipt(EvidenceError::Version { .. }) => "receipt_version",
            Self::Receipt(_) => "receipt_malformed",
        }
    }

    /// What is wrong and what to do, in Chinese.
    pub const fn zh(&self) -> &'static str {
        match self {
            Self::Qr(QrError::NotOurLink | QrError::Host { .. }) => {
                "这不是职称电子证书的二维码。请扫描证书右下角的二维码，或上传证书PDF。"
            }
            Self::Qr(QrError::PlainHttp) => "核验链接必须使用https。请勿相信该链接所指网站。",
            Self::Qr(QrError::GroupOutOfRange { .. } | QrError::TooManyDigits) => {
                "二维码数字有误，可能输入错误。请重新扫描。"
            }
            Self::Qr(QrError::LeftOver { .. }) => {
                "二维码内容不完整，可能被截断。请重新扫描或完整复制。"
            }
            Self::Qr(QrError::Content(_) | QrError::Position(_)) => {
                "二维码内容不是一份证书。请重新扫描；如仍如此，请上传证书PDF。"
            }
            Self::Receipt(EvidenceError::Version { .. }) => "回执版本较新，请更新核验程序。",
            Self::Receipt(_) => "这不是完整的核验回执文件。请重新下载回执，或改为扫描二维码。",
        }
    }

    /// What is wrong and what to do, in English.
    pub const fn en(&self) -> &'static str {
        match self {
            Self::Qr(QrError::NotOurLink | QrError::Host { .. }) => {
                "This is not a title certificate's QR code. Scan the code on the certificate, or upload its PDF."
            }
            Self::Qr(QrError::PlainHttp) => {
                "A verification link must use https. Do not trust the site that it points to."
            }
            Self::Qr(QrError::GroupOutOfRange { .. } | QrError::TooManyDigits) => {
                "The digits are wrong, perhaps mistyped. Scan the code again."
            }
            Self::Qr(QrError::LeftOver { .. }) => {
                "The text is cut off. Scan the code again, or copy all of it."
            }
            Self::Qr(QrError::Content(_) | QrError::Position(_)) => {
                "The QR code does not hold a certificate. Scan it again, or upload the PDF."
            }
            Self::Receipt(EvidenceError::Version { .. }) => {
                "The receipt is of a newer version; update this program."
            }
            Self::Receipt(_) => {
                "This is not a complete receipt. Download it again, or scan the QR code instead."
            }
        }
    }
}

impl Input {
    /// The evidence to begin with: the certificate alone, or all that a receipt holds.
    pub fn evidence(&self) -> Result<Evidence, InputError> {
        match self {
            Self::QrText(text) | Self::Proved { text, proof: _ } => {
                let QrPayload { certificate, index, copy } = QrPayload::from_text(text)?;
                let mut evidence = Evidence::of_certificate(certificate, index);
                evidence.copy =
                    copy.map(|copy| ledger::evidence::CopyEvidence { copy, authority: None });
                Ok(evidence)
            }
            Self::Receipt(bytes) => Ok(Evidence::decode(bytes)?),
        }
    }

    /// The log proof that came with it.
    pub const fn proof(&self) -> Option<&LogProof> {
        match self {
            Self::Proved { text: _, proof } => Some(proof),
            Self::QrText(_) | Self::Receipt(_) => None,
        }
    }
}
