//! Why a log does not open, or a batch does not become permanent.

use crate::{
    checkpoint::{CheckpointError, CheckpointParseError, Origin, PolicyError, SignCheckpointError},
    digest::RootHash,
    entry::EntryError,
    log::{SignerMark, tiles::TileReadError},
    merkle::{self, InclusionError, ProveError, TileEdgeError, TileId},
    note::KeyName,
    position::{LeafIndex, PositionTooLarge, TreeSize},
    seal::{self, SealError},
    store::{StagingError, StagingName, StoreError},
    time::UnixMillis,
};

/// Why a log was not opened for writing. Nothing was signed.
#[derive(Debug, thiserror::Error)]
pub enum OpenError<E> {
    /// Storage failed, or is in use.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The signer's key cannot be a log's.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// A stored checkpoint is damaged.
    #[error("{path}: {source}")]
    Unreadable {
        /// Which.
        path: String,
        /// What is wrong with it.
        source: CheckpointParseError,
    },
    /// A stored checkpoint is not signed by this log's key.
    #[error("{path}: {source}")]
    Unverified {
        /// Which.
        path: String,
        /// What is wrong with it.
        source: CheckpointError,
    },
    /// More is published than is committed: `private/` is an old copy.
    #[error(
        "the public checkpoint covers {public} entries, but private/lock only {lock}: the private \
         directory is an old copy; restore the newest one"
    )]
    PublicAhead {
        /// Size of the public checkpoint.
        public: TreeSize,
        /// Size of the lock; 0 without a lock.
        lock: TreeSize,
    },
    /// The public checkpoint is not of the committed log.
    #[error(
        "at size {size} the public checkpoint has root {public}, the committed log {committed}"
    )]
    PublicDiffers {
        /// Size of the public checkpoint.
        size: TreeSize,
        /// Its root.
        public: RootHash,
        /// The root of the committed log at that size.
        committed: RootHash,
    },
    /// The clock is wrong, or the last head's time is.
    #[error("the clock says {now}, but the last status head was made at {head}: set the clock")]
    ClockBehind {
        /// The time now.
        now: UnixMillis,
        /// The time of the last head.
        head: UnixMillis,
    },
    /// The key signed more than is committed, and no complete staging file says what.
    #[error(
        "the log's key has signed size {}, but only {lock} entries are committed and no complete \
         staging file makes the tree that was signed: this directory is an old copy",
        mark.size
    )]
    MarkAhead {
        /// The signer's mark.
        mark: SignerMark,
        /// Size of the lock; 0 without a lock.
        lock: TreeSize,
        /// The staging files that are there.
        staged: Vec<StagingName>,
    },
    /// The key signed another tree of the committed size.
    #[error("the log's key has signed root {} at size {}, but {lock} is committed", mark.root, mark.size)]
    MarkDiffers {
        /// The signer's mark.
        mark: SignerMark,
        /// The root that is committed.
        lock: RootHash,
    },
    /// The key forgot what it signed: its state is an old copy.
    #[error(
        "{lock} entries are committed, but the log's key only remembers {}: the key's state is an \
         old copy",
        mark.map_or(0, |mark| mark.size.get())
    )]
    MarkBehind {
        /// The signer's mark; none if it has none.
        mark: Option<SignerMark>,
        /// Size of the lock.
        lock: TreeSize,
    },
    /// A staging file is complete and yet cannot be read.
    #[error("private/staging/{name}: {source}")]
    Staging {
        /// The file.
        name: StagingName,
        /// What is wrong with it.
        source: StagingError,
    },
    /// A staging file's content is for another tree than its name says.
    #[error("private/staging/{name} makes the tree {makes}")]
    StagingMisnamed {
        /// The file.
        name: StagingName,
        /// The tree that it makes.
        makes: StagingName,
    },
    /// Storage holds less than was committed.
    #[error("{lock} entries are committed, but {path} is missing")]
    StorageShort {
        /// Size of the lock.
        lock: TreeSize,
        /// The first file found missing.
        path: String,
    },
    /// Storage holds other tiles than were committed.
    #[error("the stored tiles are not those that were committed: {0}")]
    StorageDiffers(#[from] TileEdgeError<TileReadError>),
    /// A tile could not be used.
    #[error(transparent)]
    Tile(#[from] TileReadError),
    /// No proof could be made for the last entry.
    #[error("the last entry cannot be proved: {0}")]
    Prove(#[from] ProveError<TileReadError>),
    /// The last entry is not the one that was committed.
    #[error("the last stored entry is not the one that was committed: {0}")]
    LastEntry(#[from] InclusionError),
    /// The last bundle of entries is damaged.
    #[error("the last bundle of entries: {0}")]
    Bundle(#[from] merkle::BundleError),
    /// An entry of the last bundle is not the one whose hash is in its tile.
    #[error("the stored entry {index} is not the one whose hash is in its tile")]
    EntryDiffers {
        /// The entry.
        index: LeafIndex,
    },
    /// The last entry cannot be decoded.
    #[error("the last entry: {0}")]
    Entry(#[from] EntryError),
    /// The log does not end with a status head for its size.
    #[error("the log's {size} entries do not end with a status head for that size")]
    NoHead {
        /// Its size.
        size: TreeSize,
    },
    /// A witness has seen more than is committed: this is an old copy of the directory.
    #[error(
        "witness {witness} knows a log of {theirs} entries, but only {ours} are committed: this \
         directory is an old copy"
    )]
    WitnessAhead {
        /// The witness.
        witness: KeyName,
        /// The size that it knows.
        theirs: TreeSize,
        /// The size of the lock; 0 without a lock.
        ours: TreeSize,
    },
    /// A witness could not be asked.
    #[error(
        "witness {witness} cannot be reached, so nobody can say whether this directory is the \
         newest; try again, or override it knowingly"
    )]
    WitnessUnreachable {
        /// The witness.
        witness: KeyName,
    },
    /// The key refused to sign again what it had signed, or the signature fails.
    #[error(transparent)]
    Sign(SignCheckpointError<E>),
}

/// Why a batch was not committed.
#[derive(Debug, thiserror::Error)]
pub enum CommitError<E> {
    /// The batch is not acceptable. Nothing was written; the writer goes on.
    #[error("the batch is refused: {0}")]
    Refused(#[from] BatchRefused),
    /// The batch could not be staged, perhaps because the disk is full. Nothing was written; the
    /// writer goes on.
    #[error("the batch could not be staged: {0}")]
    NotStaged(StoreError),
    /// What would be stored is not what would be signed: a fault of memory or program. The writer
    /// stopped.
    #[error("what would be stored is not what would be signed: {0}")]
    Rehash(#[from] RehashError),
    /// Storage failed. The writer stopped; whether the batch is committed shows when it is opened
    /// again.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The key did not sign. The writer stopped.
    #[error(transparent)]
    Sign(SignCheckpointError<E>),
    /// The writer stopped before.
    #[error("the log's writer stopped after an earlier failure; open it again")]
    Stopped,
}

/// What is wrong with a batch.
#[derive(Debug, thiserror::Error)]
pub enum BatchRefused {
    /// The batch before it is not finished.
    #[error("the batch up to size {size} is not published and finished yet")]
    Unfinished {
        /// The size that it makes.
        size: TreeSize,
    },
    /// It was made for another place.
    #[error("it begins at index {first}, but the log has {size} entries")]
    WrongPlace {
        /// Where it begins.
        first: LeafIndex,
        /// The log's size.
        size: TreeSize,
    },
    /// Its head does not fit.
    #[error("the head's {field} does not fit the batch or the head before it")]
    Head {
        /// The field.
        field: &'static str,
    },
    /// An entry is too long.
    #[error("entry {index} has {len} bytes; at most {limit} are allowed")]
    EntryTooLong {
        /// The entry.
        index: LeafIndex,
        /// Its length.
        len: usize,
        /// The most it could have.
        limit: usize,
    },
    /// The log is full.
    #[error(transparent)]
    Full(#[from] PositionTooLarge),
    /// A private record cannot be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The entries cannot be bundled.
    #[error(transparent)]
    Bundle(#[from] merkle::BundleError),
    /// The stored private records that it continues are damaged.
    #[error("{path}: {source}")]
    PrivateBundle {
        /// The bundle.
        path: String,
        /// What is wrong with it.
        source: seal::BundleError,
    },
    /// A stored file that it continues is missing.
    #[error("{path} is missing")]
    Missing {
        /// The file.
        path: String,
    },
    /// A file that it makes exists with other bytes.
    #[error(
        "{path} exists with other bytes: this directory holds entries that were never committed"
    )]
    Occupied {
        /// The file.
        path: String,
    },
    /// It cannot be staged as one file.
    #[error(transparent)]
    Staging(#[from] StagingError),
    /// Storage could not be read, or the keyring holds keys where none can be.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What step (0) found.
#[derive(Debug, thiserror::Error)]
pub enum RehashError {
    /// A file cannot be read back.
    #[error(transparent)]
    Bundle(#[from] merkle::BundleError),
    /// A tile cannot be had.
    #[error(transparent)]
    Tile(#[from] TileReadError),
    /// An entry does not hash to what its tile says.
    #[error("entry {index} does not hash to what its tile says")]
    Leaf {
        /// The entry.
        index: LeafIndex,
    },
    /// A full tile does not hash to what the tile above says.
    #[error("tile {tile} does not hash to what the tile above it says")]
    TileRoot {
        /// The tile.
        tile: TileId,
    },
    /// A tile is missing from the batch.
    #[error("the batch lacks the tile or bundle for entry {index}")]
    Lacking {
        /// An entry that it would hold.
        index: LeafIndex,
    },
    /// The tiles do not give the root.
    #[error("at size {size} the tiles give root {computed}, not {expected}")]
    Root {
        /// The size.
        size: TreeSize,
        /// The root that is, or was, signed.
        expected: RootHash,
        /// The root that follows from the tiles.
        computed: RootHash,
    },
}

/// Why a batch was not published or finished.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// There is no batch to publish or to finish.
    #[error("no batch is pending")]
    NothingPending,
    /// It is not published yet.
    #[error("the pending batch is not published yet")]
    NotPublished,
    /// The checkpoint is another one than the pending batch's.
    #[error("the checkpoint of {origin} at size {size} is not that of the pending batch")]
    OtherCheckpoint {
        /// Its origin.
        origin: Origin,
        /// Its size.
        size: TreeSize,
    },
    /// The checkpoint that was kept before a crash cannot be read.
    #[error("{path}: {source}")]
    Kept {
        /// Its path.
        path: String,
        /// What is wrong with it.
        source: CheckpointParseError,
    },
    /// Storage failed. The writer stopped.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The writer stopped before.
    #[error("the log's writer stopped after an earlier failure; open it again")]
    Stopped,
}
