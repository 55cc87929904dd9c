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

/// The issuance at the hint, if it carries the certificate's commitment.
pub(super) fn at_hint<F: Fetch>(
    view: &View<F>,
    evidence: &Evidence,
) -> Option<(LeafIndex, Issuance)> {
    let hint = evidence.hint;
    if !hint.is_within(view.reader().size()) {
        return None;
    }
    let issuance = issuance_of(&view.entry(hint)?, Commitment::to(&evidence.certificate))?;
    Some((hint, issuance))
}

/// The issuance that carries the certificate's commitment, and whether everything was read when
/// there is none.
pub(super) fn everywhere<F: Fetch>(
    view: &View<F>,
    evidence: &Evidence,
    limit: SearchLimit,
) -> (Option<(LeafIndex, Issuance)>, Search) {
    // Beyond the checkpoint lies what it cannot say anything about.
    let size = view.reader().size();
    if !evidence.hint.is_within(size) {
        return (None, Search::NotComplete);
    }
    let Ok(to) = TreeSize::new(size.get().min(limit.0)) else {
        return (None, Search::NotComplete);
    };
    match read_through(view, to, Commitment::to(&evidence.certificate)) {
        Some(Some(found)) => (Some(found), Search::NotComplete),
        Some(None) if to == size => (None, Search::ReadInVain),
        Some(None) | None => (None, Search::NotComplete),
    }
}

/// The issuance if there is one below `to`; `None` if something could not be read.
fn read_through<F: Fetch>(
    view: &View<F>,
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
