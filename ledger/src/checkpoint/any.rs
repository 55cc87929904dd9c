//! A checkpoint of whatever log, as a witness of many logs meets it.

use super::{CheckpointTextError, parse_root, parse_size};
use crate::{digest::RootHash, note::NoteText, position::TreeSize};

/// What the checkpoint of some log claims. Other than in a [`super::Checkpoint`] of ours the origin
/// may be any text, extension lines may follow, and the empty tree's root is not looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnyCheckpoint {
    /// Which log: the first line.
    pub origin: String,
    /// How many entries the tree has.
    pub size: TreeSize,
    /// The tree's root.
    pub root: RootHash,
}

impl AnyCheckpoint {
    /// Reads a note's text (C2SP tlog-checkpoint): at least three lines, none of them empty.
    pub fn parse(text: &NoteText) -> Result<Self, CheckpointTextError> {
        let lines: Vec<_> = text.as_str().split_terminator('\n').collect();
        match lines.as_slice() {
            [origin, size, root, extensions @ ..]
                if !origin.is_empty() && extensions.iter().all(|line| !line.is_empty()) =>
            {
                let origin = (*origin).to_owned();
                Ok(Self { origin, size: parse_size(size)?, root: parse_root(root)? })
            }
            lines => Err(CheckpointTextError::LineCount { lines: lines.len() }),
        }
    }
}
