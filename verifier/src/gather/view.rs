//! One verified view of a log: a checkpoint, its last status head, that head's list.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use ledger::{
    checkpoint::{CheckpointPolicy, SignedCheckpoint, VerifiedCheckpoint},
    entry::{Entry, Issuance, StatusHead},
    evidence::{AuthorityEvidence, CopyEvidence, Evidence, Moment, Place, ProvenEntry},
    merkle::{HASHES_PER_TILE, prove_inclusion},
    path::LogPath,
    position::{LeafIndex, TreeSize},
    reader::{Fetch, LogReader, ReadError, VerifiedBundle},
    status::{ExceptionList, ProvableList, StatusProof},
    time::UnixMillis,
};

use super::{
    heads::{first_head_after, last_head_before},
    nodes::{Nodes, Remembering},
    proof::PlaceProof,
    seen::{LastSeen, newest_of},
};
use crate::verdict::SplitView;

/// How many authorities' evidence, and how many heads, a view keeps at hand.
///
/// Security: bounds memory; each has about 2 KiB.
const MAX_KEPT: usize = 256;

/// How many bundles a view keeps at hand, so that several threads can each go through a batch.
///
/// Security: bounds memory; a bundle of issuances has about 15 KiB, the largest possible 2 MiB.
const MAX_BUNDLES: usize = 8;

/// Why there is no view.
#[derive(Debug)]
pub enum ViewError {
    /// No checkpoint, or not the files that it commits to.
    Unavailable,
    /// A checkpoint that does not verify.
    Unverified {
        /// Its bytes.
        checkpoint: Vec<u8>,
    },
    /// It does not extend what was seen before.
    SplitView(SplitView),
}

/// One verified view of a log. What is read once (bundles, hashes, the list with its tree, the
/// evidence about authorities) is kept, within bounds: the certificates of one batch cost one reading
/// of its bundles.
#[derive(Debug)]
pub struct View<F> {
    reader: Arc<LogReader<Arc<F>>>,
    nodes: Arc<Nodes>,
    head: ProvenEntry,
    /// The checkpoint and the head, as evidence states them.
    moment: Moment,
    list: Option<Listed>,
    kept: Mutex<Kept>,
}

/// The list under a head, and its tree.
#[derive(Debug)]
pub(crate) struct Listed {
    list: ExceptionList,
    provable: ProvableList,
}

impl Listed {
    /// The list in `bytes`, if it is the one whose root `head` states. Reading it checks order and
    /// uniqueness, which proofs alone cannot show.
    pub(crate) fn of_head(bytes: &[u8], head: &StatusHead) -> Option<Self> {
        let list = ExceptionList::decode(bytes).ok()?;
        let provable = ProvableList::of(&list);
        let is_the_heads =
            list.len() as u64 == head.exceptions && provable.root() == head.list_root;
        is_the_heads.then_some(Self { list, provable })
    }

    /// The proof of what the list says of `index`.
    pub(crate) fn prove(&self, index: LeafIndex) -> StatusProof {
        self.provable.prove(index)
    }
}

/// What was read last.
#[derive(Debug, Default)]
struct Kept {
    /// The one read last stands last.
    bundles: VecDeque<Arc<VerifiedBundle>>,
    authorities: BTreeMap<LeafIndex, AuthorityEvidence>,
    /// Heads by their indices, each with the index of the one before it.
    heads: BTreeMap<LeafIndex, (Option<LeafIndex>, ProvenEntry)>,
}

impl<F: Fetch> View<F> {
    /// Fetches the newest checkpoint, verifies it, holds it against the last one seen, and reads the
    /// head under it.
    pub fn open(
        source: &Arc<F>,
        policy: &CheckpointPolicy,
        seen: &LastSeen,
    ) -> Result<Self, ViewError> {
        let bytes = fetch_checkpoint(source).ok_or(ViewError::Unavailable)?;
        Self::of_checkpoint(source, bytes, policy, seen)
    }

    /// The view that the bytes of a checkpoint give, with everything else from `source`.
    pub(super) fn of_checkpoint(
        source: &Arc<F>,
        bytes: Vec<u8>,
        policy: &CheckpointPolicy,
        seen: &LastSeen,
    ) -> Result<Self, ViewError> {
        let verified = SignedCheckpoint::parse(&bytes).ok().and_then(|c| c.verify(policy).ok());
        let shown = verified.ok_or(ViewError::Unverified { checkpoint: bytes })?;
        Self::under(source, newest_of(source, shown, seen)?)
    }

    /// The view under a checkpoint that is verified already.
    pub fn under(source: &Arc<F>, checkpoint: VerifiedCheckpoint) -> Result<Self, ViewError> {
        let reader = LogReader::open(Arc::clone(source), checkpoint)
            .map_err(|_unreadable| ViewError::Unavailable)?;
        let nodes = Arc::new(Nodes::default());
        let last = reader.size().last_index().ok_or(ViewError::Unavailable)?;
        let head = prove(&reader, &nodes, last, reader.entry(last).ok());
        let head = head.ok_or(ViewError::Unavailable)?;
        Ok(Self::with_head(Arc::new(reader), nodes, source, head))
    }

    fn with_head(
        reader: Arc<LogReader<Arc<F>>>,
        nodes: Arc<Nodes>,
        source: &F,
        head: ProvenEntry,
    ) -> Self {
        let list = read_list(source, &head);
        let checkpoint = reader.checkpoint().signed().to_bytes();
        let moment = Moment { checkpoint, head: Some(head.clone()) };
        Self { reader, nodes, head, moment, list, kept: Mutex::default() }
    }

    /// The same log with the last head of at most `instant`, for a question about the past; none if
    /// there is no such head, or it could not be found.
    pub(super) fn before(&self, source: &F, instant: UnixMillis) -> Option<Self> {
        let head = last_head_before(self, instant)?;
        let (reader, nodes) = (Arc::clone(&self.reader), Arc::clone(&self.nodes));
        Some(Self::with_head(reader, nodes, source, head))
    }

    /// Evidence about a certificate that stands at `index`: everything but the search for it. One
    /// view gives the evidence of many; that of one batch, asked for in the order of the log, costs
    /// one reading of each bundle.
    ///
    /// What could not be had is absent; nothing is judged here.
    pub fn evidence(
        &self,
        certificate: Vec<u8>,
        authority: LeafIndex,
        index: LeafIndex,
    ) -> Evidence {
        let mut evidence = Evidence::of_certificate(certificate, index);
        evidence.moment = Some(self.moment());
        evidence.authority = self.authority(authority);
        evidence.place = match self.entry(index).map(|bytes| Entry::decode(&bytes)) {
            Some(Ok(Entry::Issuance(issuance))) => self.place(index, &issuance),
            _ => None,
        };
        evidence
    }

    pub(crate) fn reader(&self) -> &LogReader<Arc<F>> {
        &self.reader
    }

    pub(crate) fn moment(&self) -> Moment {
        self.moment.clone()
    }

    /// The checkpoint that everything here hangs on.
    pub fn checkpoint(&self) -> &VerifiedCheckpoint {
        self.reader.checkpoint()
    }

    /// That head as an entry, with the proof of its place.
    pub(crate) const fn proven_head(&self) -> &ProvenEntry {
        &self.head
    }

    /// The head under which statuses are proved.
    pub fn head(&self) -> Option<StatusHead> {
        as_head(&self.head)
    }

    /// The whole list of exceptions, its order and root checked; none if it could not be had.
    pub fn list(&self) -> Option<&ExceptionList> {
        self.list.as_ref().map(|listed| &listed.list)
    }

    /// An entry's bytes. Its whole bundle is read and kept.
    pub(super) fn entry(&self, index: LeafIndex) -> Option<Vec<u8>> {
        let held = |bundle: &VerifiedBundle| {
            let at = index.get().checked_sub(bundle.first().get())?;
            bundle.entries().get(usize::try_from(at).ok()?).cloned()
        };
        if let Some(entry) = self.kept().bundles.iter().rev().find_map(|bundle| held(bundle)) {
            return Some(entry);
        }
        let start = index.get() - index.get() % HASHES_PER_TILE;
        let end = (start + HASHES_PER_TILE).min(self.reader.size().get());
        let (start, end) = (TreeSize::new(start).ok()?, TreeSize::new(end).ok()?);
        let bundle = Arc::new(self.reader.bundles(start, end).next()?.ok()?);
        let entry = held(&bundle);
        let mut kept = self.kept();
        if kept.bundles.len() >= MAX_BUNDLES {
            kept.bundles.pop_front();
        }
        kept.bundles.push_back(bundle);
        entry
    }

    /// An entry with the proof of its place.
    pub(super) fn prove(&self, index: LeafIndex) -> Option<ProvenEntry> {
        prove(&self.reader, &self.nodes, index, self.entry(index))
    }

    /// The proof of what the head says of `index`. Without the list it is a proof that nobody
    /// accepts, unless the list is empty.
    pub(super) fn status(&self, index: LeafIndex) -> StatusProof {
        match &self.list {
            Some(listed) => listed.prove(index),
            None => StatusProof::NotListed { left: None, right: None },
        }
    }

    pub(super) fn authority(&self, index: LeafIndex) -> Option<AuthorityEvidence> {
        if let Some(known) = self.kept().authorities.get(&index) {
            return Some(known.clone());
        }
        // Authorities stand elsewhere than what is judged: their bundle is not kept in its place.
        let bytes = self.reader.entry(index).ok();
        let entry = prove(&self.reader, &self.nodes, index, bytes)?;
        let evidence = AuthorityEvidence { entry, status: self.status(index) };
        let mut kept = self.kept();
        if kept.authorities.len() >= MAX_KEPT {
            kept.authorities.clear();
        }
        kept.authorities.insert(index, evidence.clone());
        Some(evidence)
    }

    pub(super) fn place(&self, index: LeafIndex, issuance: &Issuance) -> Option<Place> {
        Some(Place {
            entry: self.prove(index)?,
            log_time: self.log_time(index)?,
            document: self.status(index),
            title: issuance.title.map(|title| self.status(title)),
            under: None,
        })
    }

    /// A place that a log proof shows, where the log's files do not.
    pub(super) fn place_shown_by(&self, proof: PlaceProof) -> Place {
        let nodes = Remembering { reader: &self.reader, nodes: &self.nodes };
        proof.into_place(|index| self.status(index), &nodes, self.reader.size())
    }

    /// Whether the log signed a tree that its present one does not begin with.
    pub(super) fn contradicted_by(&self, proof: &PlaceProof) -> Option<SplitView> {
        let seen = proof.tree();
        match self.reader.check_extends(seen.0, seen.1) {
            Err(ReadError::NotAnExtension { .. }) => Some(SplitView {
                seen,
                shown: (self.checkpoint().size(), self.checkpoint().root()),
            }),
            // A newer checkpoint than the log's, or files that could not be had, deny nothing.
            Ok(()) | Err(_) => None,
        }
    }

    pub(super) fn copy(&self, copy: Vec<u8>, signer: Option<LeafIndex>) -> CopyEvidence {
        CopyEvidence { copy, authority: signer.and_then(|signer| self.authority(signer)) }
    }

    /// The index of the first head after `index`; none if it could not be had.
    pub fn first_head_after(&self, index: LeafIndex) -> Option<LeafIndex> {
        let head = self.log_time(index)?;
        Some(head.map_or(self.head.index, |head| head.index))
    }

    /// The first head after `index`, unless it is the view's own.
    fn log_time(&self, index: LeafIndex) -> Option<Option<ProvenEntry>> {
        let is_first = |previous: Option<LeafIndex>| previous.is_none_or(|before| before < index);
        if index < self.head.index && self.head().is_some_and(|head| is_first(head.previous)) {
            return Some(None);
        }
        let next = self.kept().heads.range(index..).next().map(|(_, known)| known.clone());
        if let Some((_, head)) = next.filter(|(previous, _)| is_first(*previous)) {
            return Some(Some(head));
        }
        let head = first_head_after(self, index)?;
        let previous = as_head(&head)?.previous;
        let mut kept = self.kept();
        if kept.heads.len() >= MAX_KEPT {
            kept.heads.clear();
        }
        kept.heads.insert(head.index, (previous, head.clone()));
        Some(Some(head))
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // A panic elsewhere cannot leave something here that was not read and checked.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The bytes of the newest checkpoint; none if they could not be had.
pub(super) fn fetch_checkpoint<F: Fetch>(source: &F) -> Option<Vec<u8>> {
    let path = LogPath::Checkpoint;
    source.fetch(&path, path.max_len()).ok()?
}

fn prove<F: Fetch>(
    reader: &LogReader<F>,
    nodes: &Nodes,
    index: LeafIndex,
    bytes: Option<Vec<u8>>,
) -> Option<ProvenEntry> {
    let proof = prove_inclusion(&Remembering { reader, nodes }, index, reader.size()).ok()?;
    Some(ProvenEntry { index, bytes: bytes?, path: proof.hashes().to_vec() })
}

/// The entry read as a status head.
pub(super) fn as_head(entry: &ProvenEntry) -> Option<StatusHead> {
    match Entry::decode(&entry.bytes) {
        Ok(Entry::StatusHead(head)) => Some(head),
        Ok(_) | Err(_) => None,
    }
}

/// The list that a head names, if it is the one whose root the head states.
fn read_list<F: Fetch>(source: &F, head: &ProvenEntry) -> Option<Listed> {
    let head = as_head(head)?;
    let path = LogPath::StatusList(head.list_head);
    let bytes = source.fetch(&path, path.max_len()).ok()??;
    Listed::of_head(&bytes, &head)
}
