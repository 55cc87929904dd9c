//! The bodies with which a witness answers.

use crate::{
    note::{MAX_NOTE_LEN, MAX_SIGNATURES, SignatureLine, SignatureLineError},
    position::TreeSize,
};

/// The content type of the answer 409, whose body is the size last cosigned.
pub const SIZE_CONTENT_TYPE: &str = "text/x.tlog.size";

/// The longest answer that a log reads, in bytes: more signatures than fit no note has.
pub const MAX_ANSWER_LEN: usize = MAX_NOTE_LEN;

/// Why bytes are no cosignatures.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CosignaturesError {
    /// Not lines of text, each ended.
    #[error("the answer is not made of ended lines of UTF-8")]
    NotLines,
    /// More than a note may have.
    #[error("an answer of more than {MAX_SIGNATURES} signatures")]
    TooMany,
    /// A line that is no signature line.
    #[error("line {line} of the answer: {source}")]
    Line {
        /// The line, from one.
        line: usize,
        /// What is wrong with it.
        source: SignatureLineError,
    },
}

/// The body of the answer 200.
pub fn cosignature_lines(lines: &[SignatureLine]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// Reads the body of the answer 200. Nothing is verified.
pub fn parse_cosignatures(body: &[u8]) -> Result<Vec<SignatureLine>, CosignaturesError> {
    let text = std::str::from_utf8(body).ok().and_then(|text| text.strip_suffix('\n'));
    let text = text.ok_or(CosignaturesError::NotLines)?;
    let mut lines = Vec::new();
    for (text, line) in text.split('\n').zip(1..) {
        if line > MAX_SIGNATURES {
            return Err(CosignaturesError::TooMany);
        }
        lines.push(text.parse().map_err(|source| CosignaturesError::Line { line, source })?);
    }
    Ok(lines)
}

/// The body of the answer 409: the size that the witness last cosigned.
pub fn size_text(size: TreeSize) -> String {
    format!("{size}\n")
}

/// Reads the body of the answer 409; none if it is no size.
pub fn parse_size(body: &[u8]) -> Option<TreeSize> {
    let text = std::str::from_utf8(body).ok()?.strip_suffix('\n')?;
    let size = text.parse().ok().and_then(|size| TreeSize::new(size).ok())?;
    (size.to_string() == text).then_some(size)
}
