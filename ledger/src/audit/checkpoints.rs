//! Which checkpoints there are, and that each is worth something: here every signature line counts,
//! also one that a verifier would ignore.

use super::{AuditError, Fault, Problem, Scope, Unreadable, fault::read, names::Names};
use crate::{
    certificate::LogGeneration,
    checkpoint::{
        CheckpointPolicy, PolicyError, SignedCheckpoint, StrictError, VerifiedCheckpoint,
    },
    digest::RootHash,
    path::LogPath,
    position::TreeSize,
    store::{ListedStore, StorePath},
    trust::Trust,
};

/// The log's checkpoints.
#[derive(Debug)]
pub(super) struct Checkpoints<'t> {
    generation: LogGeneration,
    policy: &'t CheckpointPolicy,
    /// The same keys, without a quorum.
    log_alone: CheckpointPolicy,
    published: VerifiedCheckpoint,
    /// The commit point, when it is ahead of what is published.
    committed: Option<VerifiedCheckpoint>,
}

impl<'t> Checkpoints<'t> {
    /// Reads the public checkpoint and, if the private part is looked at, the commit point.
    pub(super) fn read<S: ListedStore>(
        files: &S,
        trust: &'t Trust,
        scope: Scope<'_>,
        names: &Names,
    ) -> Result<Self, AuditError> {
        let path = LogPath::Checkpoint;
        let fault = |problem| Fault::public(path, problem);
        let bytes = match read(files, StorePath::PublicCheckpoint, path)? {
            Some(bytes) => bytes,
            None if names.is_empty() => return Err(AuditError::Unreadable(Unreadable::Empty)),
            None => return Err(fault(Problem::Missing).into()),
        };
        let signed = SignedCheckpoint::parse(&bytes).map_err(|e| fault(Problem::Note(e)))?;
        let origin = &signed.unverified().origin;
        let known = trust.logs().find(|(_, policy)| policy.origin() == origin);
        let Some((generation, policy)) = known else {
            return Err(fault(Problem::UnknownLog { origin: origin.to_string() }).into());
        };
        let log_alone = without_quorum(policy).map_err(|e| fault(Problem::Policy(e)))?;
        let published = verify(signed, policy).map_err(fault)?;
        let mut checkpoints = Self { generation, policy, log_alone, published, committed: None };
        if let Scope::Private { .. } = scope {
            checkpoints.committed = checkpoints.read_lock(files)?;
        }
        Ok(checkpoints)
    }

    /// Which log this is.
    pub(super) const fn generation(&self) -> LogGeneration {
        self.generation
    }

    pub(super) const fn policy(&self) -> &CheckpointPolicy {
        self.policy
    }

    /// The newest checkpoint, published or not: what the files must amount to.
    pub(super) fn tip(&self) -> &VerifiedCheckpoint {
        self.committed.as_ref().unwrap_or(&self.published)
    }

    /// Where the newest checkpoint lies.
    pub(super) fn tip_file(&self) -> String {
        match self.committed {
            Some(_) => StorePath::Lock.to_string(),
            None => LogPath::Checkpoint.to_string(),
        }
    }

    pub(super) fn published(&self) -> &VerifiedCheckpoint {
        &self.published
    }

    /// The commit point is at or ahead of what is published, and the same tree where it is at it.
    fn read_lock<S: ListedStore>(
        &self,
        files: &S,
    ) -> Result<Option<VerifiedCheckpoint>, AuditError> {
        let fault = |problem| Fault::private(StorePath::Lock, problem);
        let bytes = read(files, StorePath::Lock, StorePath::Lock)?;
        let bytes = bytes.ok_or_else(|| fault(Problem::Missing))?;
        let signed = SignedCheckpoint::parse(&bytes).map_err(|e| fault(Problem::Note(e)))?;
        let lock = verify(signed, &self.log_alone).map_err(fault)?;
        let (size, published) = (lock.size(), self.published.size());
        if size < published {
            return Err(fault(Problem::LockBehind { size, published }).into());
        }
        if size > published {
            return Ok(Some(lock));
        }
        if lock.root() != self.published.root() {
            let (signed, computed) = (lock.root(), self.published.root());
            return Err(fault(Problem::Root { size, signed, computed }).into());
        }
        Ok(None)
    }

    /// A checkpoint that was kept for proofs. It needs no quorum: the witnesses of today may not be
    /// those of its day.
    pub(super) fn check_kept(
        &self,
        bytes: &[u8],
        size: TreeSize,
        root: RootHash,
    ) -> Result<(), Problem> {
        let signed = SignedCheckpoint::parse(bytes).map_err(Problem::Note)?;
        let kept = verify(signed, &self.log_alone)?;
        if kept.size() != size {
            return Err(Problem::Misnamed { size: kept.size() });
        }
        if kept.root() != root {
            return Err(Problem::Root { size, signed: kept.root(), computed: root });
        }
        Ok(())
    }
}

/// Every signature line is by a known key and verifies.
fn verify(
    signed: SignedCheckpoint,
    policy: &CheckpointPolicy,
) -> Result<VerifiedCheckpoint, Problem> {
    signed.verify_every_line(policy).map_err(|error| match error {
        StrictError::Unknown { name, id } => Problem::UnknownSignature { name, id },
        StrictError::Checkpoint(error) => Problem::Checkpoint(error),
    })
}

fn without_quorum(policy: &CheckpointPolicy) -> Result<CheckpointPolicy, PolicyError> {
    CheckpointPolicy::new(policy.log_key().clone(), policy.quorum().without_rule())
}
