//! The filings of committees: every one that the journal knows, oldest first.

use ledger::{
    cbor::{Reader, Writer},
    journal::JournalSequence,
    position::LeafIndex,
};

use super::{Registry, RegistryError, damaged_in};
use crate::{
    actions::{ActionError, RegisteredCommittee, read_key},
    committee::KeyNumber,
};

const TREE: &str = "filings";

/// One filing of a committee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilingRow {
    /// The journal line that registered it.
    pub line: JournalSequence,
    /// Which of the committee's keys its certificate names.
    pub key: KeyNumber,
    /// The committee as the filing states it.
    pub committee: RegisteredCommittee,
}

impl Registry {
    /// The filings of the committee with this code, oldest first.
    pub fn filings(&self, code: &str) -> Result<Vec<FilingRow>, RegistryError> {
        self.filings.scan_prefix(prefix(code)).map(|item| row(&item?)).collect()
    }

    /// Every filing, by code and then oldest first.
    pub fn all_filings(&self) -> Result<Vec<FilingRow>, RegistryError> {
        self.filings.iter().map(|item| row(&item?)).collect()
    }

    /// Whether an authority has signed an issuance that is on record.
    pub fn has_signed(&self, authority: LeafIndex) -> Result<bool, RegistryError> {
        for issuance in self.issuances.values_from(authority.get())? {
            if super::issuance(&issuance?.1)?.authority == authority {
                return Ok(true);
            }
        }
        Ok(false)
    }

    pub(super) fn fold_filing(
        &self,
        at: JournalSequence,
        key: KeyNumber,
        committee: &RegisteredCommittee,
    ) -> Result<(), RegistryError> {
        let mut out = Writer::new();
        out.array(RegisteredCommittee::FIELDS + 1).uint(u64::from(key.get()));
        committee.write(&mut out);
        let place = [&prefix(&committee.code)[..], &at.get().to_be_bytes()].concat();
        self.filings.insert(place, out.finish())?;
        Ok(())
    }
}

/// No code holds a zero byte.
fn prefix(code: &str) -> Vec<u8> {
    [code.as_bytes(), &[0]].concat()
}

fn row((place, value): &(sled::IVec, sled::IVec)) -> Result<FilingRow, RegistryError> {
    let line = place.last_chunk::<8>().map(|line| u64::from_be_bytes(*line));
    let line = line.and_then(|line| JournalSequence::new(line).ok()).ok_or(damaged_in(TREE))?;
    let (key, committee) = read(value).map_err(|_malformed| damaged_in(TREE))?;
    Ok(FilingRow { line, key, committee })
}

fn read(value: &[u8]) -> Result<(KeyNumber, RegisteredCommittee), ActionError> {
    let mut input = Reader::new(value);
    input.array(RegisteredCommittee::FIELDS + 1)?;
    let found = (read_key(&mut input)?, RegisteredCommittee::read(&mut input)?);
    input.finish()?;
    Ok(found)
}
