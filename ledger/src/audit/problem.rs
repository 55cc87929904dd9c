//! What can be wrong, with both sides of each comparison and no personal data.

use crate::{
    certificate::{CertificateError, VerifyError},
    checkpoint::{CheckpointError, CheckpointParseError, PolicyError},
    digest::RootHash,
    entry::EntryError,
    journal::{ChainHash, JournalFault, OpeningError, RecordCount},
    merkle,
    note::{KeyId, KeyName},
    position::{LeafIndex, TreeSize},
    record::RecordError,
    rules::{Rule, SignerFault},
    seal::{self, JournalSequence, KeyringError, SealError},
};

/// What is wrong with a file or an entry. [`Problem::code`] is its stable name.
#[derive(Debug, thiserror::Error)]
#[expect(
    missing_docs,
    reason = "each variant is documented by its message, fields are its evidence"
)]
pub enum Problem {
    // Any file.
    #[error("it is missing, though the log needs it")]
    Missing,
    #[error("it is longer than the {limit} bytes that such a file can have")]
    TooLong { limit: usize },
    #[error("no file of this name belongs here")]
    Stray,
    #[error(
        "it belongs to a larger tree than the {size} entries that the newest checkpoint covers"
    )]
    Beyond { size: TreeSize },
    #[error("no checkpoint was ever published for which such a file is made")]
    NotPublished,

    // Checkpoints.
    #[error("it is no signed checkpoint: {}", with_source(.0))]
    Note(CheckpointParseError),
    #[error("it is a checkpoint of {origin}, which the trust file does not name")]
    UnknownLog { origin: String },
    #[error("the trust file's keys do not fit together: {0}")]
    Policy(PolicyError),
    #[error("it is signed by {name}+{id}, which the trust file does not name")]
    UnknownSignature { name: KeyName, id: KeyId },
    #[error("it is not to be believed: {}", with_source(.0))]
    Checkpoint(CheckpointError),
    #[error("it is the checkpoint of size {size}, not the one of its name")]
    Misnamed { size: TreeSize },
    #[error("at size {size} the root {signed} is signed, but the entries give {computed}")]
    Root { size: TreeSize, signed: RootHash, computed: RootHash },
    #[error("the commit point has {size} entries, but {published} are published")]
    LockBehind { size: TreeSize, published: TreeSize },
    #[error("the last of its {size} entries is no status head")]
    NoHead { size: TreeSize },

    // Public content.
    #[error("its hashes are not those of the entries")]
    Tile,
    #[error("it is not the beginning of the bundle that took its place")]
    OlderBundle,
    #[error("its entries cannot be told apart: {0}")]
    Bundle(merkle::BundleError),
    #[error("the entry is not the one that the checkpoint commits to")]
    EntryDiffers,
    #[error("the entry is malformed: {0}")]
    Entry(EntryError),
    #[error("{0}")]
    Rule(Rule),
    #[error("the log is full")]
    Full,
    #[error("the list is not the one that follows from the entries")]
    List,

    // Private records.
    #[error("its records cannot be told apart: {0}")]
    PrivateBundle(seal::BundleError),
    #[error("it is not the beginning of the private bundle that took its place")]
    OlderPrivateBundle,
    #[error("{0}")]
    Keyring(KeyringError),
    #[error("{0}")]
    Seal(SealError),
    #[error("the entry must have a private record and has none")]
    NoRecord,
    #[error("an entry of this kind has no private record, yet there is one")]
    RecordNotAllowed,
    #[error("slot {slot} holds a key, or traces of one, for no record")]
    KeyWithoutRecord { slot: u64 },
    #[error("the private record does not match the entry's commitment")]
    Commitment,
    #[error("the private record is malformed: {0}")]
    Record(RecordError),
    #[error("the certificate is malformed: {0}")]
    Certificate(CertificateError),
    #[error("the certificate states another {field} than the entry or the personal record")]
    Claim { field: &'static str },
    #[error("the certificate is not signed by its authority: {0}")]
    CertificateSignature(VerifyError),
    #[error("{0}")]
    Signer(SignerFault),
    #[error("the certificate's number is that of the title at index {title}")]
    NumberRepeated { title: LeafIndex },
    #[error("a reissue has another certificate number than its title")]
    NumberChanged,
    #[error("the decision record states another decision date than the entry")]
    DecisionDate,
    #[error("one person proposed and approved the decision")]
    OnePerson,

    #[error("the correction cites {cited}, which is no earlier archive entry about its subject")]
    Correction { cited: LeafIndex },

    // The journal.
    #[error("the opening of the journal's anchor is malformed: {0}")]
    Opening(OpeningError),
    #[error("the opening of the journal's anchor was erased, which is never right")]
    OpeningErased,
    #[error("{0}")]
    Journal(JournalFault),
    #[error(
        "the head at index {head} anchored {count} journal records, fewer than the head before it"
    )]
    AnchorBack { head: LeafIndex, count: RecordCount },
    #[error(
        "at record {count} the journal's chain is {found}; the head at index {head} anchored \
         {anchored}"
    )]
    JournalDiffers { head: LeafIndex, count: RecordCount, anchored: ChainHash, found: ChainHash },
    #[error("it has {found} records; the head at index {head} anchored {anchored}")]
    JournalShort { head: LeafIndex, anchored: RecordCount, found: RecordCount },
    #[error("the record's key is destroyed, but no line of the journal says who erased it")]
    ErasedWithoutLine,
    #[error("a line of the journal says that this was erased, but its key is still there")]
    LineWithoutErasure,
    #[error("journal record {sequence}: {source}")]
    Payload { sequence: JournalSequence, source: SealError },
}

impl Problem {
    /// The stable name that `--json` gives.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::TooLong { .. } => "too_long",
            Self::Stray => "stray",
            Self::Beyond { .. } => "beyond_checkpoint",
            Self::NotPublished => "not_published",
            Self::Note(_) => "note",
            Self::UnknownLog { .. } => "unknown_log",
            Self::Policy(_) => "trust_policy",
            Self::UnknownSignature { .. } => "unknown_signature",
            Self::Checkpoint(_) => "checkpoint",
            Self::Misnamed { .. } => "misnamed",
            Self::Root { .. } => "root",
            Self::LockBehind { .. } => "lock_behind",
            Self::NoHead { .. } => "no_head",
            Self::Tile => "tile",
            Self::OlderBundle => "older_bundle",
            Self::Bundle(_) => "bundle",
            Self::EntryDiffers => "entry_differs",
            Self::Entry(_) => "entry",
            Self::Rule(_) => "rule",
            Self::Full => "full",
            Self::List => "list",
            Self::PrivateBundle(_) => "private_bundle",
            Self::OlderPrivateBundle => "older_private_bundle",
            Self::Keyring(_) => "keyring",
            Self::Seal(_) => "seal",
            Self::NoRecord => "no_record",
            Self::RecordNotAllowed => "record_not_allowed",
            Self::KeyWithoutRecord { .. } => "key_without_record",
            Self::Commitment => "commitment",
            Self::Record(_) => "record",
            Self::Certificate(_) => "certificate",
            Self::Claim { .. } => "claim",
            Self::CertificateSignature(_) => "certificate_signature",
            Self::Signer(_) => "signer",
            Self::NumberRepeated { .. } => "number_repeated",
            Self::NumberChanged => "number_changed",
            Self::DecisionDate => "decision_date",
            Self::OnePerson => "one_person",
            Self::Correction { .. } => "correction",
            Self::Opening(_) => "opening",
            Self::OpeningErased => "opening_erased",
            Self::Journal(_) => "journal",
            Self::AnchorBack { .. } => "anchor_back",
            Self::JournalDiffers { .. } => "journal_differs",
            Self::JournalShort { .. } => "journal_short",
            Self::ErasedWithoutLine => "erased_without_line",
            Self::LineWithoutErasure => "line_without_erasure",
            Self::Payload { .. } => "payload",
        }
    }
}

/// An error and what is behind it, on one line.
fn with_source(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        let more = source.to_string();
        if !text.ends_with(&more) {
            text = format!("{text}: {more}");
        }
        next = source.source();
    }
    text
}
