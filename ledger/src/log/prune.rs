//! Old exceptions lists. Kept are the newest, those that were newest within the last 24 hours (a
//! reader may be at work with them), and each Beijing day's last; the rest can be had by replay.

use crate::{
    entry::{Entry, EntryError},
    log::{LogWriter, MarkedSigner},
    merkle::{BundleError, EntryBundle, TileSpan},
    position::LeafIndex,
    store::{FilePath, StoreError},
    time::UnixMillis,
};

/// How long a list stays after a newer one, in milliseconds: 24 hours, as long as a verifier accepts
/// a head by default.
const GRACE_MS: u64 = 24 * 3_600_000;

/// A stored list: the head that it belongs to, and that head's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredList {
    /// The head's index.
    pub head: LeafIndex,
    /// The head's time, from which on the list was the newest.
    pub time: UnixMillis,
}

/// Why lists were not pruned.
#[derive(Debug, thiserror::Error)]
pub enum PruneError {
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The bundle with a list's head is damaged.
    #[error("{path}: {source}")]
    Bundle {
        /// The bundle.
        path: String,
        /// What is wrong with it.
        source: BundleError,
    },
    /// The entry of a list's head is damaged.
    #[error("entry {head}: {source}")]
    Entry {
        /// The head.
        head: LeafIndex,
        /// What is wrong with it.
        source: EntryError,
    },
    /// A list belongs to no head of the log.
    #[error("log/status/{head} belongs to no status head of the log")]
    NoHead {
        /// The list's name.
        head: LeafIndex,
    },
}

/// The lists, ascending by head, that may be dropped.
///
/// A list is the newest from its head's time to the next list's. So a list whose successor is of
/// another day was its day's last.
pub fn lists_to_drop(lists: &[StoredList], now: UnixMillis) -> Vec<LeafIndex> {
    let replaced = lists.iter().zip(lists.iter().skip(1));
    replaced
        .filter(|(list, next)| {
            let was_a_days_last = list.time.beijing_date() < next.time.beijing_date();
            !was_a_days_last && now.millis_since(next.time) > GRACE_MS
        })
        .map(|(list, _)| list.head)
        .collect()
}

impl<K: MarkedSigner> LogWriter<K> {
    /// Drops old exceptions lists, and says which. Reads one bundle for each stored list: call it
    /// once a day.
    pub fn prune_lists(&self, now: UnixMillis) -> Result<Vec<LeafIndex>, PruneError> {
        let mut heads = self.store.status_lists()?;
        heads.sort();
        let lists: Vec<_> =
            heads.into_iter().map(|head| self.stored_list(head)).collect::<Result<_, _>>()?;
        let dropped = lists_to_drop(&lists, now);
        for head in &dropped {
            self.store.remove_status_list(*head)?;
        }
        Ok(dropped)
    }

    fn stored_list(&self, head: LeafIndex) -> Result<StoredList, PruneError> {
        let no_head = PruneError::NoHead { head };
        let Some(span) = TileSpan::holding(head.get(), self.size().get()) else {
            return Err(no_head);
        };
        let path = FilePath::Entries(span);
        let Some(bytes) = self.store.get(&path.into())? else {
            return Err(no_head);
        };
        let bundle = EntryBundle::parse(&bytes, span.width())
            .map_err(|source| PruneError::Bundle { path: path.to_string(), source })?;
        let entry = bundle.entries().get((head.get() - span.start()) as usize);
        match entry.map(|entry| Entry::decode(entry)).transpose() {
            Ok(Some(Entry::StatusHead(found))) if found.index == head => {
                Ok(StoredList { head, time: found.time })
            }
            Ok(_) => Err(no_head),
            Err(source) => Err(PruneError::Entry { head, source }),
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use super::*;
    use crate::time::Date;

    fn list(head: u64, day: &str, hour: u64) -> StoredList {
        let start = day.parse::<Date>().unwrap().beijing_start();
        let time = start.saturating_add(hour * 3_600_000);
        StoredList { head: LeafIndex::new(head).unwrap(), time }
    }

    fn dropped(lists: &[StoredList], now: StoredList) -> Vec<u64> {
        lists_to_drop(lists, now.time).into_iter().map(LeafIndex::get).collect()
    }

    #[test]
    fn keeps_the_newest_each_days_last_and_what_was_newest_within_a_day() {
        let lists = [
            list(1, "2026-03-01", 9),
            list(2, "2026-03-01", 17),
            list(3, "2026-03-03", 9),
            list(4, "2026-03-03", 10),
            list(5, "2026-03-03", 11),
            list(6, "2026-03-03", 12),
        ];
        assert_eq!(dropped(&lists, list(0, "2026-03-04", 10)), [1]);
        assert_eq!(dropped(&lists, list(0, "2026-03-04", 11)), [1, 3]);
        assert_eq!(dropped(&lists, list(0, "2026-04-01", 0)), [1, 3, 4, 5]);
    }

    #[test]
    fn pruning_again_drops_nothing_more() {
        let lists = [list(2, "2026-03-01", 17), list(6, "2026-03-03", 12)];
        assert_eq!(dropped(&lists, list(0, "2026-04-01", 0)), [0; 0]);
    }

    #[test]
    fn a_day_is_a_beijing_day() {
        // 23:00 and 01:00 in Beijing lie on one UTC day.
        let lists = [list(1, "2026-03-01", 23), list(2, "2026-03-02", 1), list(3, "2026-03-02", 2)];
        assert_eq!(dropped(&lists, list(0, "2026-04-01", 0)), [2]);
    }
}
