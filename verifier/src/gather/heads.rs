//! Finding status heads: the first one after an entry (its log time), and the last one before an
//! instant (a question about the past).

use ledger::{
    entry::{Entry, StatusHead},
    evidence::ProvenEntry,
    position::{LeafIndex, TreeSize},
    reader::Fetch,
    time::UnixMillis,
};

use super::view::{View, as_head};

/// The first head after `index`, with the proof of its place. A batch ends with a head, so this reads
/// on to the end of the entry's batch.
pub(super) fn first_head_after<F: Fetch>(view: &View<F>, index: LeafIndex) -> Option<ProvenEntry> {
    let found = first_head_from(view, index.covering_size())?;
    view.prove(found.index)
}

/// The last head whose time is at most `instant`, with the proof of its place.
///
/// Heads are in order of time, so this is a binary search over positions, each step of which reads
/// on to the next head.
pub(super) fn last_head_before<F: Fetch>(
    view: &View<F>,
    instant: UnixMillis,
) -> Option<ProvenEntry> {
    let newest = view.prove(view.reader().size().last_index()?)?;
    if as_head(&newest)?.time <= instant {
        return Some(newest);
    }
    // The first head from `low` on is at most `instant`, or there is none such; from `high` on it is
    // later.
    let (mut low, mut high) = (0, newest.index.get());
    let mut best = None;
    while low < high {
        let middle = low + (high - low) / 2;
        let head = first_head_from(view, TreeSize::new(middle).ok()?)?;
        if head.time <= instant {
            best = Some(head.index);
            low = head.index.get() + 1;
        } else {
            high = middle;
        }
    }
    view.prove(best?)
}

fn first_head_from<F: Fetch>(view: &View<F>, from: TreeSize) -> Option<StatusHead> {
    let reader = view.reader();
    for bundle in reader.bundles(from, reader.size()) {
        let bundle = bundle.ok()?;
        for (index, entry) in (bundle.first().get()..).zip(bundle.entries()) {
            match Entry::decode(entry) {
                // A head that names another place than its own is none.
                Ok(Entry::StatusHead(head)) if head.index.get() == index => return Some(head),
                Ok(_) | Err(_) => {}
            }
        }
    }
    None
}
