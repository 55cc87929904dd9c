//! Finding a certificate's issuance: at the hint, or by reading the log.

use ledger::{
    digest::Commitment,
    entry::{Entry, Issuance},
    evidence::Evidence,
    position::{LeafIndex, TreeSize},
    reader::Fetch,
};

use super::{SearchLimit, view::View};
use crate::verdict::Search;

/// The issuance that carries the certificate's commitment, and whether everything was read when
/// there is none.
pub(super) fn find<F: Fetch>(
    view: &View<'_, F>,
    evidence: &Evidence,
    limit: SearchLimit,
) -> (Option<(LeafIndex, Issuance)>, Search) {
    let wanted = Commitment::to(&evidence.certificate);
    if let Some(issuance) = at_hint(view, evidence.hint, wanted) {
        return (Some((evidence.hint, issuance)), Search::NotComplete);
    }
    // Beyond the checkpoint lies what it cannot say anything about.
    let size = view.reader().size();
    if !evidence.hint.is_within(size) {
        return (None, Search::NotComplete);
    }
    let Ok(to) = TreeSize::new(size.get().min(limit.0)) else {
        return (None, Search::NotComplete);
    };
    match read_through(view, to, wanted) {
        Some(Some(found)) => (Some(found), Search::NotComplete),
        Some(None) if to == size => (None, Search::ReadInVain),
        Some(None) | None => (None, Search::NotComplete),
    }
}

fn at_hint<F: Fetch>(view: &View<'_, F>, hint: LeafIndex, wanted: Commitment) -> Option<Issuance> {
    if !hint.is_within(view.reader().size()) {
        return None;
    }
    issuance_of(&view.reader().entry(hint).ok()?, wanted)
}

/// The issuance if there is one below `to`; `None` if something could not be read.
fn read_through<F: Fetch>(
    view: &View<'_, F>,
    to: TreeSize,
    wanted: Commitment,
) -> Option<Option<(LeafIndex, Issuance)>> {
    for bundle in view.reader().bundles(TreeSize::EMPTY, to) {
        let bundle = bundle.ok()?;
        for (index, entry) in (bundle.first().get()..).zip(bundle.entries()) {
            if let Some(issuance) = issuance_of(entry, wanted) {
                return Some(Some((LeafIndex::new(index).ok()?, issuance)));
            }
        }
    }
    Some(None)
}

fn issuance_of(entry: &[u8], wanted: Commitment) -> Option<Issuance> {
    match Entry::decode(entry) {
        Ok(Entry::Issuance(issuance)) if issuance.commitment == wanted => Some(issuance),
        Ok(_) | Err(_) => None,
    }
}
