//! One witness, and what each of its answers means.

use std::{
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use ledger::{
    checkpoint::SignedCheckpoint,
    merkle::ProveError,
    note::{NoteVerifyError, SignatureLine, SignedNote, VerifiedSignature, VerifierKey},
    position::TreeSize,
    reader::{LogReader, ReadError},
    store::{ReadOnlyDir, StoreError},
    time::UnixMillis,
    witness::{
        ADD_CHECKPOINT, AddCheckpoint, AddCheckpointError, CosignaturesError, MAX_ANSWER_LEN,
        parse_cosignatures, parse_size,
    },
};

use crate::published::Published;

/// How often a witness may name another size before it is given up for this checkpoint. One is
/// usual; a second happens where another copy of the log asks it at the same time.
const MAX_SIZES: usize = 3;

/// How far a cosignature's time may be behind our own, in milliseconds.
///
/// Security: verifiers count a status's age from it. A witness whose clock is behind would make every
/// answer look old.
const MAX_BEHIND_MS: u64 = 5 * 60 * 1000;

/// The committed files, as a proof is made from them.
pub(super) type Committed = LogReader<Published<ReadOnlyDir>>;

/// A witness.
#[derive(Debug)]
pub(super) struct Peer {
    /// What the policy calls it.
    pub(super) name: String,
    pub(super) key: VerifierKey,
    url: String,
    agent: ureq::Agent,
    /// The size that it is known to have cosigned.
    known: Mutex<Option<TreeSize>>,
    busy: Mutex<bool>,
    /// Told when a request has ended.
    free: Condvar,
}

/// Why a witness gave no cosignature, or no size.
#[derive(Debug, thiserror::Error)]
pub enum WitnessFailure {
    /// No answer.
    #[error("no answer: {0}")]
    Transport(Box<ureq::Error>),
    /// The request before is still under way.
    #[error("it has not answered the request before yet")]
    Busy,
    /// A status that is no cosignature.
    #[error("it answered {status}{}", meaning(*status))]
    Status {
        /// The status code.
        status: u16,
    },
    /// It cosigned a larger tree than ours: somebody else wrote with the log's key.
    #[error(
        "it cosigned a tree of {theirs} entries, and ours has {ours}: the log's key was used elsewhere, or this is an old copy"
    )]
    Ahead {
        /// Its size.
        theirs: TreeSize,
        /// Ours.
        ours: TreeSize,
    },
    /// It named another size each time.
    #[error("it names another size each time")]
    Unsteady,
    /// The answer is not what the protocol allows.
    #[error("its answer is no cosignature of this checkpoint: {0}")]
    Answer(#[from] BadAnswer),
    /// The proof from its size could not be made.
    #[error("no proof from its size could be made: {0}")]
    Proof(#[from] ProveError<ReadError<StoreError>>),
    /// The request could not be put together.
    #[error(transparent)]
    Request(#[from] AddCheckpointError),
}

/// What is wrong with an answer that says that the witness cosigned.
#[derive(Debug, thiserror::Error)]
pub enum BadAnswer {
    /// No signature lines.
    #[error(transparent)]
    Form(#[from] CosignaturesError),
    /// None is by the witness's key.
    #[error("no line is by the key that the policy names")]
    OtherKey,
    /// It does not verify.
    #[error(transparent)]
    Signature(#[from] NoteVerifyError),
    /// It was made long ago.
    #[error("it is of {time}, and it is {now}: one of the two clocks is wrong")]
    Old {
        /// The cosignature's time.
        time: UnixMillis,
        /// Ours.
        now: UnixMillis,
    },
}

impl WitnessFailure {
    /// Whether asking again may help.
    pub(super) const fn is_passing(&self) -> bool {
        match self {
            Self::Transport(_) | Self::Busy | Self::Unsteady => true,
            Self::Status { status } => matches!(*status, 408 | 429 | 500..),
            Self::Ahead { .. } | Self::Answer(_) | Self::Proof(_) | Self::Request(_) => false,
        }
    }
}

/// A request to a witness; over when this is dropped, whatever became of it.
struct Underway<'p>(&'p Peer);

impl Drop for Underway<'_> {
    fn drop(&mut self) {
        *self.0.busy() = false;
        self.0.free.notify_all();
    }
}

/// What the specification says of a status, for whoever reads the message.
const fn meaning(status: u16) -> &'static str {
    match status {
        400 => ": the request is malformed to it",
        403 => ": it does not know the log's key",
        404 => ": it does not know this log",
        413 => ": the request is too long for it",
        422 => ": the checkpoint does not extend what it cosigned, or breaks a rule",
        429 | 503 => ": it is busy",
        _ => "",
    }
}

/// What a witness answered.
enum Answer {
    /// 200, with this body.
    Cosigned(Vec<u8>),
    /// 409: it last cosigned a tree of this size.
    LastCosigned(TreeSize),
}

/// The client for all witnesses, each request of which ends in time.
pub(super) fn agent(timeout: Duration) -> ureq::Agent {
    let config = ureq::Agent::config_builder()
        .timeout_global(Some(timeout))
        .http_status_as_error(false)
        .max_redirects(0);
    config.build().into()
}

impl Peer {
    pub(super) fn new(name: String, key: VerifierKey, prefix: &str, agent: ureq::Agent) -> Self {
        let url = format!("{}/{ADD_CHECKPOINT}", prefix.trim_end_matches('/'));
        let (known, busy) = (Mutex::new(None), Mutex::new(false));
        Self { name, key, url, agent, known, busy, free: Condvar::new() }
    }

    /// Gets a cosignature of `checkpoint`, which `committed` has the tree of.
    pub(super) fn cosign(
        &self,
        checkpoint: &SignedCheckpoint,
        committed: &Committed,
        now: UnixMillis,
    ) -> Result<SignatureLine, WitnessFailure> {
        if std::mem::replace(&mut *self.busy(), true) {
            return Err(WitnessFailure::Busy);
        }
        let _until_it_ends = Underway(self);
        self.exchange(checkpoint, committed, now)
    }

    /// Waits until an earlier request has ended, which it does in time by itself.
    pub(super) fn await_free(&self) {
        let waited = self.free.wait_while(self.busy(), |busy| *busy);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }

    fn busy(&self) -> MutexGuard<'_, bool> {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn exchange(
        &self,
        checkpoint: &SignedCheckpoint,
        committed: &Committed,
        now: UnixMillis,
    ) -> Result<SignatureLine, WitnessFailure> {
        let ours = checkpoint.unverified().size;
        let mut old = self.known().filter(|known| *known <= ours).unwrap_or(TreeSize::EMPTY);
        for _ in 0..MAX_SIZES {
            let proof = match old {
                old if old.is_empty() || old == ours => Vec::new(),
                old => committed.prove_consistency(old)?.hashes().to_vec(),
            };
            let request = AddCheckpoint::new(old, proof, checkpoint.note().clone())?;
            match self.post(&request)? {
                Answer::Cosigned(body) => {
                    let line = self.cosignature(checkpoint, &body, now)?;
                    self.know(ours);
                    return Ok(line);
                }
                Answer::LastCosigned(theirs) if theirs > ours => {
                    self.know(theirs);
                    return Err(WitnessFailure::Ahead { theirs, ours });
                }
                // v1.0.0 of the protocol answers so where the root is another one, too.
                Answer::LastCosigned(theirs) if theirs == old => {
                    return Err(WitnessFailure::Status { status: 409 });
                }
                Answer::LastCosigned(theirs) => {
                    self.know(theirs);
                    old = theirs;
                }
            }
        }
        Err(WitnessFailure::Unsteady)
    }

    /// The size that the witness last cosigned. One that did not know the log cosigns `checkpoint`,
    /// which is committed.
    pub(super) fn ask(&self, checkpoint: &SignedCheckpoint) -> Result<TreeSize, WitnessFailure> {
        let note = checkpoint.note().clone();
        let request = AddCheckpoint::new(TreeSize::EMPTY, Vec::new(), note)?;
        let size = match self.post(&request)? {
            Answer::Cosigned(_) => checkpoint.unverified().size,
            Answer::LastCosigned(size) => size,
        };
        self.know(size);
        Ok(size)
    }

    fn post(&self, request: &AddCheckpoint) -> Result<Answer, WitnessFailure> {
        let failed = |source| WitnessFailure::Transport(Box::new(source));
        let sent = self.agent.post(&self.url).content_type("text/plain; charset=utf-8");
        let mut response = sent.send(&request.to_bytes()[..]).map_err(failed)?;
        let status = response.status().as_u16();
        if !matches!(status, 200 | 409) {
            return Err(WitnessFailure::Status { status });
        }
        let body = response.body_mut().with_config().limit(MAX_ANSWER_LEN as u64).read_to_vec();
        let body = body.map_err(failed)?;
        match (status, parse_size(&body)) {
            (200, _) => Ok(Answer::Cosigned(body)),
            (_, Some(size)) => Ok(Answer::LastCosigned(size)),
            (_, None) => Err(WitnessFailure::Status { status }),
        }
    }

    /// The line by the witness's key, verified. Lines by other keys are ignored.
    fn cosignature(
        &self,
        checkpoint: &SignedCheckpoint,
        body: &[u8],
        now: UnixMillis,
    ) -> Result<SignatureLine, BadAnswer> {
        let mut lines = parse_cosignatures(body)?.into_iter();
        let line = lines.find(|line| line.names(&self.key)).ok_or(BadAnswer::OtherKey)?;
        let text = checkpoint.note().unverified_text().clone();
        for signature in SignedNote::new(text, line.clone()).verify(&[&self.key])? {
            if let VerifiedSignature::Cosignature { time, .. } = signature {
                let time = time.instant();
                if time.saturating_add(MAX_BEHIND_MS) < now {
                    return Err(BadAnswer::Old { time, now });
                }
            }
        }
        Ok(line)
    }

    fn known(&self) -> Option<TreeSize> {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn know(&self, size: TreeSize) {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(size);
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]
mod tests {
    use std::{
        sync::atomic::{AtomicBool, Ordering},
        thread,
    };

    use ledger::trust::EXAMPLE_LOG_VKEY;

    use super::*;

    #[test]
    fn a_request_under_way_is_waited_for_also_if_it_ends_in_a_panic() {
        let key = EXAMPLE_LOG_VKEY.trim().parse().unwrap();
        let peer = Peer::new("w".to_owned(), key, "http://127.0.0.1:1", agent(Duration::ZERO));
        peer.await_free();
        let ended = AtomicBool::new(false);
        *peer.busy() = true;
        thread::scope(|scope| {
            scope.spawn(|| {
                peer.await_free();
                assert!(ended.load(Ordering::SeqCst));
            });
            let request = scope.spawn(|| {
                let _request = Underway(&peer);
                ended.store(true, Ordering::SeqCst);
                panic!("on purpose");
            });
            request.join().unwrap_err();
        });
        assert!(!*peer.busy());
    }
}
