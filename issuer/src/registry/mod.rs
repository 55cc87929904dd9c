//! The registry: an index over log, private records and journal, in sled. It answers "where?" and can
//! be thrown away: `issuer registry rebuild` folds everything again.
//!
//! sled loses acknowledged writes on a power cut unless its files are synced, and one flipped byte
//! silently drops later records. So its files are synced here, its position is written last, and it
//! is never the only copy of anything.

mod anchors;
mod archive;
mod cases;
mod commitments;
mod erasures;
mod filings;
mod fold;
mod holder;
mod last_owner;
mod lookup;
mod pages;
mod places;
mod rechecks;
mod rectifications;
mod short;
mod staff;
mod sync;

use std::path::{Path, PathBuf};

use ledger::{
    certificate::CertificateNumber,
    digest::{Commitment, DIGEST_LEN, RootHash},
    entry::{AuthorityEntry, Entry, Issuance},
    position::{LeafIndex, TreeSize},
    rules::History,
};

pub use self::{
    archive::SupervisionRow,
    cases::CaseRow,
    commitments::{Intended, Intent, IntentState},
    filings::FilingRow,
    holder::HolderKey,
    rechecks::{RecheckEnd, RecheckRow},
    staff::StaffRow,
};
pub(crate) use self::{
    fold::{Document, Fresh},
    places::LINES_BETWEEN_PLACES,
};
use self::{pages::PagedTree, short::short_index_at_end};
use crate::actions::ActionError;

/// How much memory sled may use for its cache.
const CACHE_BYTES: u64 = 64 << 20;

/// The index.
#[derive(Debug)]
pub struct Registry {
    path: PathBuf,
    db: sled::Db,
    holder_key: HolderKey,
    meta: sled::Tree,
    commitments: sled::Tree,
    /// By index: the entries' bytes.
    issuances: PagedTree,
    decisions: sled::Tree,
    authorities: sled::Tree,
    numbers: sled::Tree,
    holders: sled::Tree,
    /// By the line of their import: one byte each.
    results: PagedTree,
    result_keys: sled::Tree,
    filings: sled::Tree,
    rectifications: sled::Tree,
    staff: sled::Tree,
    /// Line of an intent that has not ended → its commitment.
    open_intents: sled::Tree,
    cases: sled::Tree,
    /// Line of a result ‖ line of a draft that was made of it → nothing.
    drafted: sled::Tree,
    archive: archive::ArchiveTrees,
    erasures: erasures::ErasureTrees,
    anchors: anchors::AnchorTrees,
    rechecks: sled::Tree,
    /// How many lines come before → place.
    journal_places: sled::Tree,
}

/// Why the registry cannot answer or be kept. All of it can be made again by
/// `issuer registry rebuild`.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// sled failed.
    #[error("the registry failed ({0}): stop the issuer and run `issuer registry rebuild`")]
    Sled(#[from] sled::Error),
    /// One of its files could not be opened, locked or removed.
    #[error("the registry's file {path} could not be opened, locked or removed: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Its files could not be synced.
    #[error("the registry's file {path} could not be synced: {source}")]
    Sync {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A value is not what this program writes.
    #[error("the registry is damaged in {tree}: run `issuer registry rebuild`")]
    Damaged {
        /// Where.
        tree: &'static str,
    },
    /// The registry is of another journal, or of another history of this one.
    #[error("the registry does not belong to this journal: run `issuer registry rebuild`")]
    OtherJournal,
    /// A journal line could not be understood.
    #[error(transparent)]
    Action(#[from] ActionError),
}

/// What became of an imported result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResultState {
    /// Waits to be issued.
    Pending,
    /// A certificate for it is about to be appended.
    Intended,
    /// On record.
    Issued,
}

impl Registry {
    /// Opens or makes the registry in `path`.
    pub fn open(path: &Path, holder_key: HolderKey) -> Result<Self, RegistryError> {
        let existed = last_owner::await_release(path)?;
        let db = sled::Config::new()
            .path(path)
            .cache_capacity(CACHE_BYTES)
            .flush_every_ms(None)
            .open()?;
        if existed && !is_current(&db)? {
            // Made by another version: an index is made again rather than converted.
            // sled's own unnamed tree, which is empty, cannot be dropped.
            for name in db.tree_names().into_iter().filter(|name| *name != *db.name()) {
                db.drop_tree(name)?;
            }
        }
        let tree = |name: &str| db.open_tree(name);
        let registry = Self {
            meta: tree("meta")?,
            commitments: tree("commitments")?,
            issuances: PagedTree::open(&db, "issuances")?,
            decisions: tree("decisions")?,
            authorities: tree("authorities")?,
            numbers: tree("numbers")?,
            holders: tree("holders")?,
            results: PagedTree::open(&db, "results")?,
            result_keys: tree("result_keys")?,
            filings: tree("filings")?,
            rectifications: tree("rectifications")?,
            staff: tree("staff")?,
            open_intents: tree("open_intents")?,
            cases: tree("cases")?,
            drafted: tree("drafted")?,
            archive: archive::ArchiveTrees::open(&db)?,
            erasures: erasures::ErasureTrees::open(&db)?,
            anchors: anchors::AnchorTrees::open(&db)?,
            rechecks: tree("rechecks")?,
            journal_places: tree("journal_places")?,
            path: path.to_owned(),
            db,
            holder_key,
        };
        if !existed || !is_current(&registry.db)? {
            registry.meta.insert(FORMAT_KEY, &FORMAT.to_be_bytes())?;
            registry.sync()?;
        }
        Ok(registry)
    }

    /// Throws the registry in `path` away, if there is one. The lock on the data directory must be held.
    ///
    /// # Errors
    /// [`RegistryError::File`].
    pub fn discard(path: &Path) -> Result<(), RegistryError> {
        match std::fs::remove_dir_all(path) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                Err(RegistryError::File { path: path.to_owned(), source })
            }
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// How far the log is folded in, and its root at that size.
    pub fn log_position(&self) -> Result<(TreeSize, RootHash), RegistryError> {
        let Some(value) = self.meta.get(LOG_POSITION)? else {
            return Ok((TreeSize::EMPTY, RootHash::empty()));
        };
        let damaged = RegistryError::Damaged { tree: "meta" };
        let (size, root) = value.split_at_checked(8).ok_or(damaged_in("meta"))?;
        let size = number(size).and_then(|size| TreeSize::new(size).ok());
        let root: Option<[u8; DIGEST_LEN]> = root.try_into().ok();
        Ok((size.ok_or(damaged_in("meta"))?, RootHash::from_bytes(root.ok_or(damaged)?)))
    }

    /// The documents with a certificate number, oldest first, those whose records were erased too; the
    /// first is the title.
    pub fn by_number(&self, number: &CertificateNumber) -> Result<Vec<LeafIndex>, RegistryError> {
        let mut prefix = number.as_str().as_bytes().to_vec();
        prefix.push(0);
        let kept = self.numbers.scan_prefix(prefix);
        let mut documents = kept
            .map(|item| short_index_at_end(&item?.0, "numbers"))
            .collect::<Result<Vec<_>, RegistryError>>()?;
        documents.extend(self.erased_by_number(number)?);
        documents.sort_unstable();
        documents.dedup();
        Ok(documents)
    }

    /// Whether a document has a certificate number.
    pub fn has_number(&self, number: &CertificateNumber) -> Result<bool, RegistryError> {
        let mut prefix = number.as_str().as_bytes().to_vec();
        prefix.push(0);
        Ok(self.numbers.get_gt(&prefix)?.is_some_and(|(next, _)| next.starts_with(&prefix)))
    }

    /// Every certificate number on record, ascending.
    pub fn certificate_numbers(&self) -> Result<Vec<CertificateNumber>, RegistryError> {
        let mut numbers: Vec<CertificateNumber> = Vec::new();
        for key in self.numbers.iter().keys() {
            let key = key?;
            let number = key
                .split(|byte| *byte == 0)
                .next()
                .and_then(|number| std::str::from_utf8(number).ok())
                .and_then(|number| CertificateNumber::new(number).ok())
                .ok_or(damaged_in("numbers"))?;
            if numbers.last() != Some(&number) {
                numbers.push(number);
            }
        }
        Ok(numbers)
    }

    /// The documents of the holder of an identity document.
    pub fn by_holder(&self, document_number: &str) -> Result<Vec<LeafIndex>, RegistryError> {
        let prefix = self.holder_key.of(document_number);
        self.holders
            .scan_prefix(prefix)
            .map(|item| short_index_at_end(&item?.0, "holders"))
            .collect()
    }

    /// Every authority entry with its index.
    pub fn authorities(&self) -> Result<Vec<(LeafIndex, AuthorityEntry)>, RegistryError> {
        self.authorities
            .iter()
            .map(|item| {
                let (key, value) = item?;
                match Entry::decode(&value) {
                    Ok(Entry::Authority(entry)) => Ok((index_at_end(&key, "authorities")?, entry)),
                    Ok(_) | Err(_) => Err(damaged_in("authorities")),
                }
            })
            .collect()
    }

    /// The authority entry at an index.
    pub fn authority(&self, index: LeafIndex) -> Result<Option<AuthorityEntry>, RegistryError> {
        let Some(value) = self.authorities.get(index.get().to_be_bytes())? else { return Ok(None) };
        match Entry::decode(&value) {
            Ok(Entry::Authority(entry)) => Ok(Some(entry)),
            Ok(_) | Err(_) => Err(damaged_in("authorities")),
        }
    }

    /// Whether an issuance stands at an index.
    pub fn has_issuance(&self, index: LeafIndex) -> Result<bool, RegistryError> {
        Ok(self.issuances.get(index.get())?.is_some())
    }

    /// Makes durable what was written.
    pub fn sync(&self) -> Result<(), RegistryError> {
        self.issuances.flush()?;
        self.results.flush()?;
        self.db.flush()?;
        sync::sync_files(&self.path)
    }
}

impl History for Registry {
    type Error = RegistryError;

    fn commitment(&self, commitment: &Commitment) -> Result<Option<LeafIndex>, RegistryError> {
        self.place_of(commitment)
    }

    fn last_decision(&self, target: LeafIndex) -> Result<Option<LeafIndex>, RegistryError> {
        let found = self.decisions.get(target.get().to_be_bytes())?;
        found.map(|value| index_at_end(&value, "decisions")).transpose()
    }

    fn issuance(&self, index: LeafIndex) -> Result<Option<Issuance>, RegistryError> {
        self.issuances.get(index.get())?.map(|bytes| issuance(&bytes)).transpose()
    }
}

fn issuance(bytes: &[u8]) -> Result<Issuance, RegistryError> {
    match Entry::decode(bytes) {
        Ok(Entry::Issuance(issuance)) => Ok(issuance),
        Ok(_) | Err(_) => Err(damaged_in("issuances")),
    }
}

/// Whether the trees are those that this program keeps.
fn is_current(db: &sled::Db) -> Result<bool, RegistryError> {
    let format = db.open_tree("meta")?.get(FORMAT_KEY)?;
    Ok(format.is_some_and(|format| *format == FORMAT.to_be_bytes()))
}

/// Counted up whenever a tree is added or changed.
const FORMAT: u64 = 6;
const FORMAT_KEY: &str = "format";
const LOG_POSITION: &str = "log";
const JOURNAL_POSITION: &str = "journal";

const fn damaged_in(tree: &'static str) -> RegistryError {
    RegistryError::Damaged { tree }
}

fn number(bytes: &[u8]) -> Option<u64> {
    bytes.try_into().ok().map(u64::from_be_bytes)
}

/// The index in the last eight bytes of a key or value.
fn index_at_end(bytes: &[u8], tree: &'static str) -> Result<LeafIndex, RegistryError> {
    bytes
        .last_chunk::<8>()
        .and_then(|last| LeafIndex::new(u64::from_be_bytes(*last)).ok())
        .ok_or(damaged_in(tree))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use super::*;

    fn open(path: &Path) -> Registry {
        let kek = ledger::seal::KeyEncryptionKey::from_random([7; 32]);
        Registry::open(path, HolderKey::derived_from(&kek)).unwrap()
    }

    #[test]
    fn a_registry_of_another_version_begins_anew() {
        let folder = tempfile::tempdir().unwrap();
        let (size, root) = (TreeSize::new(9).unwrap(), RootHash::from_bytes([1; DIGEST_LEN]));
        for (format, expected) in
            [(Some(FORMAT), size), (Some(1), TreeSize::EMPTY), (None, TreeSize::EMPTY)]
        {
            let registry = open(folder.path());
            registry.set_log_position(size, root).unwrap();
            match format {
                Some(format) => registry.meta.insert(FORMAT_KEY, &format.to_be_bytes()).unwrap(),
                None => registry.meta.remove(FORMAT_KEY).unwrap(),
            };
            registry.sync().unwrap();
            drop(registry);
            let registry = open(folder.path());
            assert_eq!(registry.log_position().unwrap().0, expected, "{format:?}");
            assert!(is_current(&registry.db).unwrap());
        }
    }
}
