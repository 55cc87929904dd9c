//! What can be wrong with a log that is read.

use crate::{
    checkpoint::{CheckpointError, CheckpointParseError},
    digest::{LeafHash, NodeHash, RootHash},
    merkle::{BundleError, NodeBeyondTree},
    path::LogPath,
    position::{LeafIndex, TreeSize},
};

/// Why something could not be read from a log. The path is that of the file at fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError<E> {
    /// The storage or the network failed.
    #[error("{path} could not be fetched")]
    Fetch {
        /// The file.
        path: LogPath,
        /// What the storage or the network said.
        #[source]
        source: E,
    },
    /// There is no such file, though the checkpoint commits to its content.
    #[error("{path} is missing, though the checkpoint commits to it")]
    Missing {
        /// The file.
        path: LogPath,
    },
    /// The file is longer than such files can be.
    #[error("{path} has {actual} bytes or more; at most {max} are expected")]
    TooLong {
        /// The file.
        path: LogPath,
        /// The longest it could be.
        max: usize,
        /// How many bytes arrived.
        actual: usize,
    },
    /// The file has another length than its name says.
    #[error("{path} has {actual} bytes instead of {expected}")]
    WrongLength {
        /// The file.
        path: LogPath,
        /// How many bytes it should have.
        expected: usize,
        /// How many it has.
        actual: usize,
    },
    /// A full tile is not the one that the level above commits to.
    #[error("{path} hashes to {computed}; the checkpoint commits to {expected}")]
    TileMismatch {
        /// The file.
        path: LogPath,
        /// The hash in the level above.
        expected: NodeHash,
        /// The hash of the tile that was read.
        computed: NodeHash,
    },
    /// The partial tiles are not those that the checkpoint's root commits to.
    #[error("the partial tiles of size {size} give root {computed}; the checkpoint has {expected}")]
    EdgeMismatch {
        /// The checkpoint's size.
        size: TreeSize,
        /// The checkpoint's root.
        expected: RootHash,
        /// The root that follows from the tiles.
        computed: RootHash,
    },
    /// An entry bundle is malformed.
    #[error("{path} is no entry bundle")]
    Bundle {
        /// The file.
        path: LogPath,
        /// What is wrong with it.
        #[source]
        source: BundleError,
    },
    /// An entry is not the one that the tree commits to.
    #[error("entry {index} in {path} hashes to {computed}; the checkpoint commits to {expected}")]
    EntryMismatch {
        /// The file.
        path: LogPath,
        /// The entry's index.
        index: LeafIndex,
        /// The hash in the tree.
        expected: LeafHash,
        /// The hash of the entry that was read.
        computed: LeafHash,
    },
    /// What was asked for lies beyond the checkpoint.
    #[error("entry {index} is not among the {size} that the checkpoint covers")]
    IndexBeyondCheckpoint {
        /// The entry's index.
        index: LeafIndex,
        /// The checkpoint's size.
        size: TreeSize,
    },
    /// A size was asked for that the log did not have yet.
    #[error("size {size} is beyond the {checkpoint} entries that the checkpoint covers")]
    SizeBeyondCheckpoint {
        /// The size that was asked for.
        size: TreeSize,
        /// The checkpoint's size.
        checkpoint: TreeSize,
    },
    /// A subtree was asked for that is not complete in the checkpoint's tree.
    #[error(transparent)]
    Node(#[from] NodeBeyondTree),
    /// The log does not extend a view of it that was seen before: it signed two histories.
    #[error("the log's first {size} entries have root {computed}; seen before was {expected}")]
    NotAnExtension {
        /// The size of the earlier view.
        size: TreeSize,
        /// The root of the earlier view.
        expected: RootHash,
        /// The root of the same number of entries now.
        computed: RootHash,
    },
}

/// Why no verified checkpoint could be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadCheckpointError<E> {
    /// It could not be had.
    #[error(transparent)]
    Read(#[from] ReadError<E>),
    /// What is there is no signed checkpoint.
    #[error("{path} is no signed checkpoint")]
    Parse {
        /// The file.
        path: LogPath,
        /// What is wrong with it.
        #[source]
        source: CheckpointParseError,
    },
    /// The checkpoint is not to be believed.
    #[error("{path} is not to be believed")]
    Verify {
        /// The file.
        path: LogPath,
        /// What is wrong with it.
        #[source]
        source: CheckpointError,
    },
}
