//! What was erased and when, so that every look-up says so. Folded from the journal: the issuer's
//! decisions to erase, and the ledger's line for each place.

use std::collections::BTreeMap;

use ledger::{
    certificate::CertificateNumber, journal::JournalSequence, position::LeafIndex, seal::SealPlace,
    time::UnixMillis,
};

use super::{Registry, RegistryError, ResultState, damaged_in, index_at_end, number, short::long};
use crate::actions::{Action, ErasureDecided};

/// The trees of erasures.
#[derive(Debug)]
pub(super) struct ErasureTrees {
    /// Domain (1 byte) ‖ position → time of the line.
    places: sled::Tree,
    /// Keyed hash of a certificate number ‖ index → nothing.
    numbers: sled::Tree,
    /// Keyed hash of a result's key → the line that imported it.
    results: sled::Tree,
    /// Journal line → the decision's data.
    decisions: sled::Tree,
}

impl ErasureTrees {
    pub(super) fn open(db: &sled::Db) -> Result<Self, sled::Error> {
        Ok(Self {
            places: db.open_tree("erased")?,
            numbers: db.open_tree("erased_numbers")?,
            results: db.open_tree("erased_results")?,
            decisions: db.open_tree("erasures")?,
        })
    }
}

impl Registry {
    /// The keyed hash of a certificate number.
    pub fn number_hash(&self, number: &CertificateNumber) -> [u8; 32] {
        self.holder_key.of_number(number.as_str())
    }

    /// When a place was erased; none if it was not.
    pub fn erased(&self, place: SealPlace) -> Result<Option<UnixMillis>, RegistryError> {
        let Some(value) = self.erasures.places.get(place_key(place))? else { return Ok(None) };
        let time = number(&value).and_then(UnixMillis::new);
        Ok(Some(time.ok_or(damaged_in("erased"))?))
    }

    /// The documents of a certificate number whose records somebody decided to erase.
    pub(super) fn erased_by_number(
        &self,
        number: &CertificateNumber,
    ) -> Result<Vec<LeafIndex>, RegistryError> {
        let found = self.erasures.numbers.scan_prefix(self.number_hash(number));
        found.map(|item| index_at_end(&item?.0, "erased_numbers")).collect()
    }

    /// The keyed hash under which the result of a line is known; none if it is not.
    pub fn result_hash(&self, line: JournalSequence) -> Result<Option<[u8; 32]>, RegistryError> {
        let wanted = line.get().to_be_bytes();
        for item in self.result_keys.iter() {
            let (hash, at) = item?;
            if *at == wanted[..] {
                return Ok(hash.as_ref().try_into().ok());
            }
        }
        Ok(None)
    }

    /// The line of an issued result whose records were erased, by the keyed hash of its key.
    pub(super) fn erased_result(
        &self,
        hash: [u8; 32],
    ) -> Result<Option<sled::IVec>, RegistryError> {
        Ok(self.erasures.results.get(hash)?)
    }

    /// The places that somebody decided to erase and that are not erased: a crash came between.
    pub fn unfinished_erasures(&self) -> Result<Vec<SealPlace>, RegistryError> {
        let mut unfinished = Vec::new();
        for data in self.erasures.decisions.iter().values() {
            let decided = crate::actions::decode_erasure(&data?)?;
            for place in decided.places {
                if self.erased(place)?.is_none() {
                    unfinished.push(place);
                }
            }
        }
        unfinished.sort_unstable();
        unfinished.dedup();
        Ok(unfinished)
    }

    pub(super) fn fold_erasure_decided(
        &self,
        at: JournalSequence,
        decided: &ErasureDecided,
    ) -> Result<(), RegistryError> {
        for (hash, index) in &decided.numbers {
            let key = [&hash[..], &index.get().to_be_bytes()].concat();
            self.erasures.numbers.insert(key, &[])?;
        }
        for (hash, line) in &decided.results {
            self.erasures.results.insert(hash, &line.get().to_be_bytes())?;
        }
        let data = Action::Erasure(decided.clone()).encode();
        self.erasures.decisions.insert(at.get().to_be_bytes(), data)?;
        Ok(())
    }

    /// Folds in the ledger's erasure lines, after everything else of the journal: what was known by
    /// the erased records is forgotten, as it would be if the registry were made again.
    pub fn fold_erasures(&self, erased: &[(SealPlace, UnixMillis)]) -> Result<(), RegistryError> {
        if erased.is_empty() {
            return Ok(());
        }
        let (mut records, mut lines) = (BTreeMap::new(), BTreeMap::new());
        for (place, time) in erased {
            // Of two lines for one place the first destroyed the key.
            let key = place_key(*place);
            if self.erasures.places.get(key)?.is_none() {
                self.erasures.places.insert(key, &time.get().to_be_bytes())?;
            }
            match place {
                SealPlace::LogRecord(index) => records.insert(index.get(), ()),
                SealPlace::JournalPayload(line) => lines.insert(line.get().to_be_bytes(), ()),
            };
        }
        for index in records.keys() {
            self.forget_archive_entry(index.to_be_bytes())?;
        }
        // Erasures are rare: nothing is kept for each record just to find these keys faster.
        for tree in [&self.numbers, &self.holders] {
            forget(tree, |key, _| {
                key.last_chunk().is_some_and(|at| records.contains_key(&long(*at)))
            })?;
        }
        forget(&self.result_keys, |_, line| {
            line.try_into().is_ok_and(|line: [u8; 8]| lines.contains_key(&line))
        })?;
        for line in lines.keys() {
            self.forget_pending(*line)?;
        }
        Ok(())
    }

    /// A result that waited has nothing left to issue.
    fn forget_pending(&self, line: [u8; 8]) -> Result<(), RegistryError> {
        let line = u64::from_be_bytes(line);
        if let Some(state) = self.results.get(line)?
            && super::fold::result_state(&state)? == ResultState::Pending
        {
            self.results.remove(line)?;
        }
        Ok(())
    }
}

fn forget(
    tree: &sled::Tree,
    is_erased: impl Fn(&[u8], &[u8]) -> bool,
) -> Result<(), RegistryError> {
    for item in tree.iter() {
        let (key, value) = item?;
        if is_erased(&key, &value) {
            tree.remove(key)?;
        }
    }
    Ok(())
}

fn place_key(place: SealPlace) -> [u8; 9] {
    let domain = match place {
        SealPlace::LogRecord(_) => 1,
        SealPlace::JournalPayload(_) => 2,
    };
    let mut key = [domain; 9];
    key[1..].copy_from_slice(&place.position().to_be_bytes());
    key
}
