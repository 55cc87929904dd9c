//! The verdict: one pure function from evidence, trust and a moment to an answer.

mod authority;
mod case;
mod copy;
mod fact;
mod judge;
mod known;
mod moment;
mod place;
mod proof_fault;
mod reason;
mod standing;

use std::sync::Arc;

use ledger::{
    certificate::Claims,
    copy::CopyTerms,
    digest::RootHash,
    position::{LeafIndex, TreeSize},
    status::StatusProof,
    time::{Date, UnixMillis},
};

pub(crate) use self::moment::MAX_AHEAD_MS;
pub use self::{
    fact::Fact,
    judge::{judge, judge_knowing, judge_verified},
    known::Known,
    proof_fault::ProofFault,
    reason::{CheckpointFault, Reason},
};

/// The seven answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// 有效
    Valid,
    /// 已撤销
    Revoked,
    /// 不予认可
    NotRecognised,
    /// 更正注销
    CancelledError,
    /// 已换发: the title is valid, this document is not the current one.
    Superseded,
    /// 查无此证: nobody entitled to issued this, or it was never recorded.
    NotOnRecord,
    /// 无法核验: something needed could not be had. Neither good nor bad.
    CannotDetermine,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 7] = [
        Self::Valid,
        Self::Revoked,
        Self::NotRecognised,
        Self::CancelledError,
        Self::Superseded,
        Self::NotOnRecord,
        Self::CannotDetermine,
    ];

    /// The stable name in `--json` and in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Revoked => "revoked",
            Self::NotRecognised => "not_recognised",
            Self::CancelledError => "cancelled_error",
            Self::Superseded => "superseded",
            Self::NotOnRecord => "not_on_record",
            Self::CannotDetermine => "cannot_determine",
        }
    }
}

/// The moment that is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// What holds now.
    Now(UnixMillis),
    /// What held at the end of a Beijing day, asked now.
    AsOf {
        /// The day.
        date: Date,
        /// When it is asked.
        now: UnixMillis,
    },
}

impl Question {
    /// When the question is asked.
    pub const fn now(self) -> UnixMillis {
        match self {
            Self::Now(now) | Self::AsOf { now, .. } => now,
        }
    }

    /// The instant whose truth is asked for: now, or the end of the day if that is past.
    pub fn instant(self) -> UnixMillis {
        match self {
            Self::Now(now) => now,
            Self::AsOf { date, now } => date.beijing_end().min(now),
        }
    }
}

/// Whether the whole log was searched for the certificate.
///
/// Absence is a finding of whoever gathered the evidence; it is told to [`judge`] and never carried
/// in a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Search {
    /// Nobody looked, or not everywhere.
    NotComplete,
    /// Every entry below the checkpoint's size was read, each hashed against its root, and none has
    /// the certificate's commitment.
    ReadInVain,
}

/// What the gatherer found that no evidence carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Findings {
    /// Whether the whole log was searched for the certificate.
    pub search: Search,
    /// Two checkpoints that the log signed and that cannot both be true.
    pub split_view: Option<SplitView>,
    /// What is wrong with the log proof that was handed in, where the place hung on it.
    pub proof: Option<ProofFault>,
    /// What the head says of the place that the QR code names, where that place cannot be checked: the
    /// code's hint is not signed, so this may be another certificate's status.
    pub hinted: Option<HintedStatus>,
}

/// Statuses at a place that was not checked; nothing here is verified yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HintedStatus {
    /// Of the index that the QR code names.
    pub document: StatusProof,
    /// Of the title that the certificate names; none when it names none.
    pub title: Option<StatusProof>,
}

/// Two checkpoints of one log, neither of which extends the other: proof that its key equivocated,
/// or that storage withholds what would reconcile them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SplitView {
    /// The checkpoint seen first.
    pub seen: (TreeSize, RootHash),
    /// The one that does not extend it.
    pub shown: (TreeSize, RootHash),
}

impl Findings {
    /// Nothing beyond what the evidence holds: the certificate may or may not be elsewhere.
    pub const NONE: Self =
        Self { search: Search::NotComplete, split_view: None, proof: None, hinted: None };
}

/// Under which checkpoint and head a verdict was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AsOf {
    /// The head's time.
    pub time: UnixMillis,
    /// How many entries the checkpoint covers.
    pub checkpoint_size: TreeSize,
    /// How many witnesses of the quorum cosigned it.
    pub cosignatures: usize,
    /// The time of the cosignature that completes the quorum; none without witnesses.
    pub cosigned_at: Option<UnixMillis>,
    /// The moment that was asked about.
    pub asked: UnixMillis,
}

impl AsOf {
    /// How old the quorum's cosignatures were at the moment that was asked about, in milliseconds; 0
    /// where they are later. None without witnesses.
    pub fn cosignature_age_ms(&self) -> Option<u64> {
        self.cosigned_at.map(|cosigned| self.asked.millis_since(cosigned))
    }
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Which of the seven.
    pub outcome: Outcome,
    /// Why, where it is not simply valid.
    pub reason: Option<Reason>,
    /// What the certificate states; only after its signature verified.
    pub claims: Option<Arc<Claims>>,
    /// The certificate's index, once its place was proved.
    pub index: Option<LeafIndex>,
    /// Under which checkpoint and head.
    pub as_of: Option<AsOf>,
    /// The log time: on record since.
    pub on_record_since: Option<UnixMillis>,
    /// The issuance that replaced the document.
    pub superseded_by: Option<LeafIndex>,
    /// The decision that changed the status.
    pub event: Option<LeafIndex>,
    /// The terms of a purpose-bound copy, once its signature verified.
    pub copy: Option<CopyTerms>,
    /// On `cannot_determine` for staleness: what the old head said.
    pub last_known: Option<Outcome>,
    /// What was established, in the order in which it was.
    pub established: Vec<Fact>,
    /// What was not, and could not be or need not be.
    pub not_established: Vec<Fact>,
}

impl Verdict {
    /// A verdict that nothing has been established for yet.
    const fn nothing_known() -> Self {
        Self {
            outcome: Outcome::CannotDetermine,
            reason: None,
            claims: None,
            index: None,
            as_of: None,
            on_record_since: None,
            superseded_by: None,
            event: None,
            copy: None,
            last_known: None,
            established: Vec::new(),
            not_established: Vec::new(),
        }
    }
}
