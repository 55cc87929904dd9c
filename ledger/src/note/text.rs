//! The text of a note: what signatures are over.

use std::fmt;

use crate::{checkpoint::Checkpoint, note::MAX_NOTE_LEN};

/// Lines of UTF-8 without control characters, the last one ended by a newline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteText(String);

/// Why text cannot be a note's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidNoteText {
    /// The last line is not ended.
    #[error("a note's text ends with a newline")]
    NoFinalNewline,
    /// A control character other than newline.
    #[error("control character U+{code:04X} in a note")]
    ControlCharacter {
        /// The character's code point.
        code: u32,
    },
    /// Longer than any note.
    #[error("a note's text of {len} bytes; at most {MAX_NOTE_LEN} are allowed")]
    TooLong {
        /// The length in bytes.
        len: usize,
    },
}

impl NoteText {
    /// Text of a note's form.
    pub fn new(text: &str) -> Result<Self, InvalidNoteText> {
        if text.len() > MAX_NOTE_LEN {
            return Err(InvalidNoteText::TooLong { len: text.len() });
        }
        if !text.ends_with('\n') {
            return Err(InvalidNoteText::NoFinalNewline);
        }
        match text.chars().find(|&c| c < ' ' && c != '\n') {
            Some(c) => Err(InvalidNoteText::ControlCharacter { code: c.into() }),
            None => Ok(Self(text.to_owned())),
        }
    }

    /// A checkpoint's text: by the form of its parts, three lines without control characters.
    pub(crate) fn of_checkpoint(checkpoint: &Checkpoint) -> Self {
        let Checkpoint { origin, size, root } = checkpoint;
        Self(format!("{origin}\n{size}\n{root}\n"))
    }

    /// The text with its final newline.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for NoteText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
