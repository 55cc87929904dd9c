//! Finding a certificate's issuance: at the hint, or by reading the log.

use std::collections::BTreeMap;

use ledger::{
    certificate::LogGeneration,
    digest::Commitment,
    entry::{Entry, Issuance},
    evidence::Evidence,
    position::{LeafIndex, TreeSize},
    reader::Fetch,
};

use super::{SearchLimit, view::View};
use crate::verdict::Search;

/// The issuance at `index`, if it carries the certificate's commitment.
pub(super) fn at<F: Fetch>(
    index: LeafIndex,
    view: &View<F>,
    evidence: &Evidence,
) -> Option<(LeafIndex, Issuance)> {
    if !index.is_within(view.reader().size()) {
        return None;
    }
    let issuance = issuance_of(&view.entry(index)?, Commitment::to(&evidence.certificate))?;
    Some((index, issuance))
}

/// How many searches are remembered.
///
/// Security: a hint is not signed, so anybody who has a genuine QR code can make codes with wrong hints
/// of it. Each certificate costs one reading of the log, not each code.
const MAX_REMEMBERED: usize = 4096;

/// What earlier searches through one log found. A log only grows: what stood somewhere stands there
/// still, and what was nowhere can only stand in what was added since.
#[derive(Debug, Default)]
pub(super) struct Searches(BTreeMap<(LogGeneration, Commitment), Searched>);

/// What one search found.
#[derive(Debug, Clone, Copy)]
pub(super) enum Searched {
    /// It stands here.
    At(LeafIndex),
    /// Not among so many first entries.
    NotBelow(TreeSize),
}

impl Searches {
    pub(super) fn get(&self, wanted: &(LogGeneration, Commitment)) -> Option<Searched> {
        self.0.get(wanted).copied()
    }

    pub(super) fn remember(&mut self, wanted: (LogGeneration, Commitment), searched: Searched) {
        if self.0.len() >= MAX_REMEMBERED {
            self.0.clear();
        }
        self.0.insert(wanted, searched);
    }
}

/// What a search through a view's log found, and what is worth remembering of it.
pub(super) struct Outcome {
    pub(super) found: Option<(LeafIndex, Issuance)>,
    pub(super) search: Search,
    pub(super) remembered: Option<Searched>,
}

/// The issuance that carries the certificate's commitment, or whether everything was read when there
/// is none. `earlier` is what a search before this one found.
pub(super) fn everywhere<F: Fetch>(
    view: &View<F>,
    evidence: &Evidence,
    limit: SearchLimit,
    earlier: Option<Searched>,
) -> Outcome {
    let nothing = Outcome { found: None, search: Search::NotComplete, remembered: None };
    let size = view.reader().size();
    // Beyond the checkpoint lies what it cannot say anything about.
    if !evidence.hint.is_within(size) {
        return nothing;
    }
    let wanted = Commitment::to(&evidence.certificate);
    let from = match earlier {
        Some(Searched::At(index)) => {
            let issuance = view.entry(index).and_then(|entry| issuance_of(&entry, wanted));
            return Outcome { found: issuance.map(|issuance| (index, issuance)), ..nothing };
        }
        Some(Searched::NotBelow(read)) => read.min(size),
        None => TreeSize::EMPTY,
    };
    let Ok(to) = TreeSize::new(size.get().min(from.get().saturating_add(limit.0))) else {
        return nothing;
    };
    match read_through(view, from, to, wanted) {
        Some(Some(found)) => {
            let remembered = Some(Searched::At(found.0));
            Outcome { found: Some(found), remembered, ..nothing }
        }
        Some(None) => {
            let search = if to == size { Search::ReadInVain } else { Search::NotComplete };
            Outcome { found: None, search, remembered: Some(Searched::NotBelow(to)) }
        }
        None => nothing,
    }
}

/// The issuance if there is one from `from` on and below `to`; `None` if something could not be read.
fn read_through<F: Fetch>(
    view: &View<F>,
    from: TreeSize,
    to: TreeSize,
    wanted: Commitment,
) -> Option<Option<(LeafIndex, Issuance)>> {
    for bundle in view.reader().bundles(from, to) {
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
