//! What was cosigned last of each log: one file a log, the checkpoint with the log's signatures and
//! the witness's cosignature.

use std::{
    fs::File,
    io::{self, ErrorKind, Read as _},
    path::{Path, PathBuf},
};

use ledger::{
    checkpoint::{AnyCheckpoint, CheckpointTextError},
    cosignature::CosignatureTime,
    note::{
        MAX_NOTE_LEN, NoteError, NoteVerifyError, SignatureLine, SignedNote, VerifiedSignature,
        VerifierKey,
    },
    position::TreeSize,
    witness::LastCosigned,
};
use sha2::{Digest as _, Sha256};

/// The newest cosigned checkpoint of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Kept {
    /// The checkpoint with the log's signatures and the cosignature.
    pub(super) note: SignedNote,
    pub(super) tree: LastCosigned,
    pub(super) time: CosignatureTime,
}

/// Why the state of a log cannot be used. The witness must not go on: it would not know what it
/// cosigned.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The state is gone.
    #[error("{} is missing, but the key cosigned {origin}: its state is lost, and it must not cosign again; make a new key", path.display())]
    Lost {
        /// Where it should lie.
        path: PathBuf,
        /// The log.
        origin: String,
    },
    /// The state is an old copy.
    #[error("{} is an old copy: it has a tree of {found} entries, but the key cosigned {cosigned} of {origin}; it must not cosign again; make a new key", path.display())]
    Old {
        /// The file.
        path: PathBuf,
        /// The log.
        origin: String,
        /// The size that the key cosigned.
        cosigned: TreeSize,
        /// The size in the state.
        found: TreeSize,
    },
    /// It cannot be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It is no signed note, or was cut off.
    #[error("{} is damaged: {source}", path.display())]
    Note {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: NoteError,
    },
    /// It is no checkpoint.
    #[error("{} is damaged: {source}", path.display())]
    Checkpoint {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: CheckpointTextError,
    },
    /// It does not have this witness's cosignature.
    #[error("{} is not what this witness cosigned: {source}", path.display())]
    NotCosigned {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: NoteVerifyError,
    },
    /// It is of another log.
    #[error("{} is the state of {found}, not of {expected}", path.display())]
    OtherLog {
        /// The file.
        path: PathBuf,
        /// The log whose state should lie there.
        expected: String,
        /// The log of the checkpoint there.
        found: String,
    },
}

impl Kept {
    /// A checkpoint with a new cosignature.
    pub(super) fn new(
        note: SignedNote,
        tree: LastCosigned,
        time: CosignatureTime,
        line: SignatureLine,
    ) -> Result<Self, NoteError> {
        Ok(Self { note: note.with_signature(line)?, tree, time })
    }

    /// Reads the state of a log; none if there is none.
    pub(super) fn read(
        directory: &Path,
        origin: &str,
        witness: &VerifierKey,
    ) -> Result<Option<Self>, StateError> {
        let path = path_of(directory, origin);
        let Some(bytes) = read(&path)? else { return Ok(None) };
        let note = SignedNote::parse(&bytes)
            .map_err(|source| StateError::Note { path: path.clone(), source })?;
        let signature = note
            .verify(&[witness])
            .map_err(|source| StateError::NotCosigned { path: path.clone(), source })?;
        let checkpoint = AnyCheckpoint::parse(note.unverified_text())
            .map_err(|source| StateError::Checkpoint { path: path.clone(), source })?;
        if checkpoint.origin != origin {
            let (expected, found) = (origin.to_owned(), checkpoint.origin);
            return Err(StateError::OtherLog { path, expected, found });
        }
        let time = signature.iter().find_map(|signature| match signature {
            VerifiedSignature::Cosignature { time, .. } => Some(*time),
            VerifiedSignature::Plain { .. } => None,
        });
        // Of the one key that was asked for, which is a witness's, there is one cosignature.
        let tree = LastCosigned { size: checkpoint.size, root: checkpoint.root };
        Ok(time.map(|time| Self { note, tree, time }))
    }

    /// The witness's cosignature.
    pub(super) fn line(&self, witness: &VerifierKey) -> Option<SignatureLine> {
        self.note.signatures().iter().find(|line| line.names(witness)).cloned()
    }
}

/// Where the state of a log lies. Its name is the one under which tlog-witness has it read.
pub(super) fn path_of(directory: &Path, origin: &str) -> PathBuf {
    directory.join(origin_hash(origin))
}

/// SHA-256 of an origin in lower-case hexadecimal digits.
pub(super) fn origin_hash(origin: &str) -> String {
    Sha256::digest(origin.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, StateError> {
    let fault = |source| StateError::Io { path: path.to_owned(), source };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(fault(error)),
    };
    let mut bytes = Vec::new();
    // One byte more than a note has: such a file is refused as too long a note.
    file.take(MAX_NOTE_LEN as u64 + 1).read_to_end(&mut bytes).map_err(fault)?;
    Ok(Some(bytes))
}
