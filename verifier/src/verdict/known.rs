//! What was verified before, so that it need not be verified again: checkpoints with their heads,
//! and authorities. Most certificates that one verifier sees hang on the same few of both.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use ledger::{
    authority::{AuthorityChainError, VerifiedAuthority},
    certificate::LogGeneration,
    checkpoint::CheckpointPolicy,
    digest::NodeHash,
    entry::Entry,
    evidence::{Moment, ProvenEntry},
    position::LeafIndex,
    rules::accept_authority,
    trust::Trust,
};

use super::{moment::VerifiedMoment, reason::Reason};

/// How many moments are remembered.
///
/// Security: bounds memory (a checkpoint has at most 128 KiB). Only what verified is remembered, so a
/// stranger can fill this with genuine old checkpoints at most.
const MAX_MOMENTS: usize = 16;

/// How many authorities are remembered; the bureau's committees are some hundreds. Bounds memory: an
/// entry has at most 8 KiB.
const MAX_AUTHORITIES: usize = 512;

/// A trust file, and what verified under it. A verdict does not depend on what is remembered: only
/// successes are, each by the exact bytes that verified.
#[derive(Debug)]
pub struct Known {
    trust: Trust,
    moments: Mutex<Recent<MomentKey, Arc<VerifiedMoment>>>,
    authorities: Mutex<Recent<Vec<u8>, Arc<VerifiedAuthority>>>,
}

impl Known {
    /// Nothing verified yet.
    pub const fn nothing(trust: Trust) -> Self {
        Self {
            trust,
            moments: Mutex::new(Recent::at_most(MAX_MOMENTS)),
            authorities: Mutex::new(Recent::at_most(MAX_AUTHORITIES)),
        }
    }

    /// What is trusted.
    pub const fn trust(&self) -> &Trust {
        &self.trust
    }

    /// The moment, verified now or before. `policy` is what the trust file says of `log`.
    fn moment(
        &self,
        log: LogGeneration,
        policy: &CheckpointPolicy,
        moment: &Moment,
    ) -> Result<Arc<VerifiedMoment>, Reason> {
        if let Some(known) = lock(&self.moments).find(|key| key.is_of(log, moment)) {
            return Ok(known);
        }
        // Nobody waits for a lock while signatures are verified.
        let verified = Arc::new(VerifiedMoment::verify(moment, policy)?.remembering());
        lock(&self.moments).insert(MomentKey::of(log, moment), Arc::clone(&verified));
        Ok(verified)
    }

    /// The authority that an entry's exact bytes name, accepted under the trusted roots now or
    /// before. None if the bytes are no authority entry. Its place in a log is another matter.
    pub(crate) fn authority(
        &self,
        entry: &[u8],
    ) -> Option<Result<Arc<VerifiedAuthority>, AuthorityChainError>> {
        if let Some(known) = lock(&self.authorities).get(entry) {
            return Some(Ok(known));
        }
        let accepted = accepted(entry, &self.trust)?;
        if let Ok(authority) = &accepted {
            lock(&self.authorities).insert(entry.to_vec(), Arc::clone(authority));
        }
        Some(accepted)
    }
}

/// What a verdict may lean on: what verified before, or the trust file alone. Whoever judges once
/// makes no copy of anything for a memory that nobody asks.
#[derive(Debug, Clone, Copy)]
pub(super) enum Memory<'a> {
    /// Nothing is remembered.
    Nothing(&'a Trust),
    /// What verified is remembered.
    Kept(&'a Known),
}

impl<'a> Memory<'a> {
    /// What is trusted.
    pub(super) const fn trust(self) -> &'a Trust {
        match self {
            Self::Nothing(trust) => trust,
            Self::Kept(known) => known.trust(),
        }
    }

    /// The moment, once it verified. `policy` is what the trust file says of `log`.
    pub(super) fn moment(
        self,
        log: LogGeneration,
        policy: &CheckpointPolicy,
        moment: &Moment,
    ) -> Result<Arc<VerifiedMoment>, Reason> {
        match self {
            Self::Nothing(_) => VerifiedMoment::verify(moment, policy).map(Arc::new),
            Self::Kept(known) => known.moment(log, policy, moment),
        }
    }

    /// [`Known::authority`], whatever is remembered.
    pub(super) fn authority(
        self,
        entry: &[u8],
    ) -> Option<Result<Arc<VerifiedAuthority>, AuthorityChainError>> {
        match self {
            Self::Nothing(trust) => accepted(entry, trust),
            Self::Kept(known) => known.authority(entry),
        }
    }
}

/// The authority that an entry's bytes name, if they are an authority entry.
fn accepted(
    entry: &[u8],
    trust: &Trust,
) -> Option<Result<Arc<VerifiedAuthority>, AuthorityChainError>> {
    match Entry::decode(entry) {
        Ok(Entry::Authority(named)) => Some(accept_authority(&named, trust.roots()).map(Arc::new)),
        Ok(_) | Err(_) => None,
    }
}

/// A moment's log and all bytes that it hangs on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct MomentKey {
    log: LogGeneration,
    checkpoint: Vec<u8>,
    head: Option<(LeafIndex, Vec<u8>, Vec<NodeHash>)>,
}

impl MomentKey {
    fn of(log: LogGeneration, moment: &Moment) -> Self {
        let Moment { checkpoint, head } = moment.clone();
        let head = head.map(|ProvenEntry { index, bytes, path }| (index, bytes, path));
        Self { log, checkpoint, head }
    }

    fn is_of(&self, log: LogGeneration, moment: &Moment) -> bool {
        let same_head = match (&self.head, &moment.head) {
            (Some((index, bytes, path)), Some(head)) => {
                (*index, bytes, path) == (head.index, &head.bytes, &head.path)
            }
            (known, asked) => known.is_none() && asked.is_none(),
        };
        self.log == log && self.checkpoint == moment.checkpoint && same_head
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic elsewhere cannot leave something here that did not verify.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A map that drops what was not wanted for longest.
#[derive(Debug)]
struct Recent<K, V> {
    values: BTreeMap<K, (u64, V)>,
    turn: u64,
    most: usize,
}

impl<K: Ord + Clone, V: Clone> Recent<K, V> {
    const fn at_most(most: usize) -> Self {
        Self { values: BTreeMap::new(), turn: 0, most }
    }

    fn get<Q>(&mut self, key: &Q) -> Option<V>
    where
        K: std::borrow::Borrow<Q>,
        Q: Ord + ?Sized,
    {
        self.turn += 1;
        let (wanted, value) = self.values.get_mut(key)?;
        *wanted = self.turn;
        Some(value.clone())
    }

    /// As `get`, for keys that it costs more to make than to compare.
    fn find(&mut self, is_wanted: impl Fn(&K) -> bool) -> Option<V> {
        self.turn += 1;
        let (_, (wanted, value)) = self.values.iter_mut().find(|(key, _)| is_wanted(key))?;
        *wanted = self.turn;
        Some(value.clone())
    }

    fn insert(&mut self, key: K, value: V) {
        self.turn += 1;
        self.values.insert(key, (self.turn, value));
        if self.values.len() > self.most {
            let oldest = self.values.iter().min_by_key(|(_, (wanted, _))| *wanted);
            if let Some(oldest) = oldest.map(|(key, _)| key.clone()) {
                self.values.remove(&oldest);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_wanted_for_longest_makes_room() {
        let mut recent = Recent::at_most(2);
        recent.insert(vec![1], "a");
        recent.insert(vec![2], "b");
        assert_eq!(recent.get([1].as_slice()), Some("a"));
        recent.insert(vec![3], "c");
        assert_eq!(recent.get([2].as_slice()), None);
        assert_eq!((recent.get([1].as_slice()), recent.values.len()), (Some("a"), 2));
    }
}
