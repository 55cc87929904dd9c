//! Which exceptions lists a copy has: those that the rule of FORMAT.md section 2 keeps at the time of
//! the newest head.

use ledger::{
    entry::{Entry, StatusHead},
    log::{StoredList, lists_to_drop},
    merkle::{EntryBundle, TileSpan},
    path::LogPath,
    position::{LeafIndex, TreeSize},
    reader::Fetch as _,
    status::ExceptionList,
};

use super::{
    CopyError, MirrorError, SourceFault, extend::Heads, place::Place, source::not_fetched,
};
use crate::fetch::LogSource;

/// Stages the lists of new heads that are kept, each checked against its head; gives those of the
/// copy that are to go.
pub(super) fn bring_up(
    source: &LogSource,
    place: &Place,
    before: TreeSize,
    heads: &Heads,
) -> Result<Vec<LeafIndex>, MirrorError> {
    let (Some(last), Some(newest)) = (heads.last, heads.with_list.last()) else {
        return Ok(Vec::new());
    };
    let mut lists = Vec::new();
    for head in place.list_names()? {
        lists.push(StoredList { head, time: head_in_copy(place, head, before)?.time });
    }
    lists.extend(
        heads.with_list.iter().map(|head| StoredList { head: head.index, time: head.time }),
    );
    lists.sort_by_key(|list| list.head);
    let dropped = lists_to_drop(&lists, last.time);
    for head in heads.with_list.iter().filter(|head| !dropped.contains(&head.index)) {
        match fetch(source, head)? {
            Some(bytes) => place.stage_all(vec![(LogPath::StatusList(head.index), bytes)])?,
            // The source may have dropped an older one already.
            None if head.index != newest.index => {}
            None => return Err(wrong(head.index, "missing").into()),
        }
    }
    Ok(dropped.into_iter().filter(|head| head.is_within(before)).collect())
}

fn wrong(head: LeafIndex, detail: impl ToString) -> SourceFault {
    SourceFault::List { head, detail: detail.to_string() }
}

/// A head's list, sorted and under the root that the head states.
fn fetch(source: &LogSource, head: &StatusHead) -> Result<Option<Vec<u8>>, MirrorError> {
    let path = LogPath::StatusList(head.index);
    let Some(bytes) = source.fetch(&path, path.max_len()).map_err(not_fetched)? else {
        return Ok(None);
    };
    let list = ExceptionList::decode(&bytes).map_err(|error| wrong(head.index, error))?;
    if list.len() as u64 != head.exceptions || list.root() != head.list_root {
        return Err(wrong(head.index, "not the list whose root its head states").into());
    }
    Ok(Some(bytes))
}

/// The head that a list of the copy belongs to.
fn head_in_copy(place: &Place, head: LeafIndex, size: TreeSize) -> Result<StatusHead, CopyError> {
    let no_head = || CopyError::Damaged { detail: format!("status/{head} belongs to no head") };
    let span = TileSpan::holding(head.get(), size.get()).ok_or_else(no_head)?;
    let path = LogPath::Entries(span);
    let bytes = place.copy().fetch(&path, path.max_len()).map_err(CopyError::Read)?;
    let bytes = bytes.ok_or_else(no_head)?;
    let bundle = EntryBundle::parse(&bytes, span.width()).map_err(CopyError::damaged)?;
    let entry = bundle.entries().get((head.get() - span.start()) as usize).ok_or_else(no_head)?;
    match Entry::decode(entry) {
        Ok(Entry::StatusHead(found)) if found.index == head => Ok(found),
        Ok(_) | Err(_) => Err(no_head()),
    }
}
