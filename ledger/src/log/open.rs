//! Opening a log for writing: recovery first, then every reason not to go on.

use std::sync::Arc;

use crate::{
    checkpoint::{CheckpointPolicy, Quorum},
    log::{
        LogWriter, MarkedSigner, OpenError,
        recover::{Recovered, recover},
    },
    note::KeyName,
    position::TreeSize,
    seal::KeyEncryptionKey,
    store::Store,
    time::UnixMillis,
};

/// How far the clock may be behind the last head, in milliseconds: what the next head can wait for.
///
/// Security: head times never decrease, and verifiers take them for the age of an answer. A clock
/// that is further behind is wrong now or was wrong then, and a person must look.
pub const CLOCK_WAIT_MS: u64 = 10_000;

/// What a witness of the log answered when it was asked for the newest checkpoint it knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WitnessAnswer {
    /// The size it knows.
    Knows {
        /// The witness.
        witness: KeyName,
        /// The size; 0 if it never saw this log.
        size: TreeSize,
    },
    /// It could not be asked, which refuses.
    Unreachable {
        /// The witness.
        witness: KeyName,
    },
    /// It could not be asked, and somebody took the responsibility for going on without it.
    Overridden {
        /// The witness.
        witness: KeyName,
    },
}

impl<K: MarkedSigner> LogWriter<K> {
    /// Opens the log whose key `signer` holds, after recovering from whatever happened before.
    ///
    /// The lock is the truth. Staging files are replayed, carried on or dropped by it; everything
    /// that could lead to two histories is refused. `witnesses` has an answer for each configured
    /// witness. Without witnesses, an old copy of the key's state and the directory together cannot
    /// be recognised.
    ///
    /// When it returns, all that is committed is in place; [`LogWriter::pending`] says whether a
    /// batch must still be published and finished.
    pub fn open(
        store: Arc<dyn Store>,
        mut signer: K,
        kek: Arc<KeyEncryptionKey>,
        now: UnixMillis,
        witnesses: &[WitnessAnswer],
    ) -> Result<Self, OpenError<K::Error>> {
        let policy = CheckpointPolicy::new(signer.key().clone(), Quorum::none())?;
        let Recovered { tip, pending } = recover(&*store, &mut signer, &policy, now, witnesses)?;
        Ok(Self { store, signer, kek, policy, tip, pending, stopped: false })
    }
}

/// Refuses when a witness knows more than `ours`, or could not be asked.
pub(super) fn check_witnesses<E>(
    ours: TreeSize,
    witnesses: &[WitnessAnswer],
) -> Result<(), OpenError<E>> {
    for answer in witnesses {
        match answer {
            WitnessAnswer::Knows { witness, size } if *size > ours => {
                let (witness, theirs) = (witness.clone(), *size);
                return Err(OpenError::WitnessAhead { witness, theirs, ours });
            }
            WitnessAnswer::Unreachable { witness } => {
                return Err(OpenError::WitnessUnreachable { witness: witness.clone() });
            }
            WitnessAnswer::Knows { .. } | WitnessAnswer::Overridden { .. } => {}
        }
    }
    Ok(())
}
