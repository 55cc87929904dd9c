//! The witnesses of the log: asked on opening what they know, and after each commit for a cosignature
//! (C2SP tlog-witness).
//!
//! | file | knows |
//! |---|---|
//! | `peer` | one witness: its address, the exchange with it, what each answer means |
//! | `collect` | cosignatures of a committed checkpoint, until the quorum is met |
//! | `ask` | which size each witness knows |
//! | `news` | what is told of all this, witness by witness |

mod ask;
mod collect;
mod news;
mod peer;

use std::{sync::Arc, time::Duration};

use ledger::{
    checkpoint::{CheckpointError, CheckpointPolicy, PolicyError},
    note::{KeyName, VerifierKey},
    reader::ReadError,
    store::{ReadOnlyDir, StoreError},
    tlog_policy::{PolicyName, TlogPolicy, TlogPolicyError},
};

use self::peer::Peer;
pub use self::{
    news::WitnessNews,
    peer::{BadAnswer, WitnessFailure},
};

/// How long is waited for witnesses.
#[derive(Debug, Clone)]
pub struct Patience {
    /// Longest time for one request, connection and answer together.
    pub request: Duration,
    /// The pauses before asking again those that could not be reached. As many rounds follow the
    /// first.
    pub pauses: Vec<Duration>,
}

/// How the witnesses of a directory are dealt with.
#[derive(Debug, Clone)]
pub struct WitnessOptions {
    /// Names, as the policy has them, of witnesses without which the directory is opened if they
    /// cannot be reached: somebody took the responsibility.
    pub without: Vec<String>,
    /// How long is waited for them.
    pub patience: Patience,
    /// Is told what each of them did.
    pub tell: fn(&WitnessNews<'_>),
}

impl WitnessOptions {
    /// All must be reached on opening; nobody is told.
    pub fn silent() -> Self {
        let seconds = Duration::from_secs;
        let patience = Patience { request: seconds(10), pauses: vec![seconds(1), seconds(4)] };
        Self { without: Vec::new(), patience, tell: |_news| {} }
    }
}

/// The witnesses of one log.
pub struct Witnesses {
    peers: Vec<Arc<Peer>>,
    /// What is collected must meet both: what the office asks for, and what strangers do.
    quorums: [CheckpointPolicy; 2],
    /// The log's key alone.
    log_alone: CheckpointPolicy,
    /// The log's public files. Not by the store that writes them: who answers late would keep its lock
    /// after its owner has closed it.
    files: Arc<ReadOnlyDir>,
    options: WitnessOptions,
}

/// Why the witnesses of a policy cannot be used, or did not give enough cosignatures.
#[derive(Debug, thiserror::Error)]
pub enum WitnessesError {
    /// The policy is malformed.
    #[error(transparent)]
    Policy(#[from] TlogPolicyError),
    /// Its keys do not fit the log's.
    #[error(transparent)]
    Keys(#[from] PolicyError),
    /// It is of other logs.
    #[error("the policy of the witnesses names logs, but not {log}")]
    OtherLogs {
        /// The key of this log.
        log: Box<VerifierKey>,
    },
    /// A witness without address.
    #[error("the policy gives no address of witness {name}: add it at the end of its line")]
    NoAddress {
        /// Its name in the policy.
        name: PolicyName,
    },
    /// A witness that no stranger knows: an audit refuses signatures by unknown keys.
    #[error(
        "trust.toml does not name witness {name}: put the policy's text into its [[log]] section as `policy`, in place of `witnesses` and `quorum`"
    )]
    NotTrusted {
        /// Its key's name.
        name: KeyName,
    },
    /// Strangers demand cosignatures, and nobody knows where to get them.
    #[error(
        "trust.toml asks for {needed} cosignatures, but there is no policy with the witnesses' addresses: put it into {file}"
    )]
    NoPolicy {
        /// How many at the least.
        needed: usize,
        /// Where it should lie.
        file: String,
    },
    /// The committed files could not be read for a proof.
    #[error(transparent)]
    Read(#[from] ReadError<StoreError>),
    /// The committed checkpoint does not verify.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
}

/// Too few witnesses cosigned a committed checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "{cosigned} witnesses cosigned the checkpoint of size {size}; at least {needed} are needed"
)]
pub struct NoQuorum {
    /// The checkpoint's size.
    pub size: ledger::position::TreeSize,
    /// How many did.
    pub cosigned: usize,
    /// The fewest that can be enough.
    pub needed: usize,
}

impl Witnesses {
    /// The witnesses of a policy for the log that strangers know by `trusted` and that lies in `files`.
    ///
    /// # Errors
    /// [`WitnessesError`] where they cannot be asked, or strangers would not know them.
    pub fn new(
        policy: &TlogPolicy,
        trusted: &CheckpointPolicy,
        files: ReadOnlyDir,
        options: WitnessOptions,
    ) -> Result<Self, WitnessesError> {
        let log = trusted.log_key();
        if !policy.logs().is_empty() && !policy.logs().iter().any(|named| named.key == *log) {
            return Err(WitnessesError::OtherLogs { log: Box::new(log.clone()) });
        }
        let agent = peer::agent(options.patience.request);
        let mut peers = Vec::new();
        for witness in policy.witnesses() {
            let Some(url) = &witness.url else {
                return Err(WitnessesError::NoAddress { name: witness.name.clone() });
            };
            if !trusted.quorum().witnesses().contains(&witness.key) {
                return Err(WitnessesError::NotTrusted { name: witness.key.name().clone() });
            }
            let name = witness.name.to_string();
            peers.push(Arc::new(Peer::new(name, witness.key.clone(), url, agent.clone())));
        }
        let office = policy.for_log(log.clone())?;
        let log_alone = CheckpointPolicy::new(log.clone(), ledger::checkpoint::Quorum::none())?;
        let files = Arc::new(files);
        Ok(Self { peers, quorums: [office, trusted.clone()], log_alone, files, options })
    }

    fn tell(&self, news: &WitnessNews<'_>) {
        (self.options.tell)(news);
    }
}
