//! The file with which whoever is given it recomputes a sample. It names no person.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ledger::{position::LeafIndex, sample::Population};
use serde::{Deserialize, Serialize};

use super::SampleRefusal;

/// Longest file in bytes: a private record of 1 MiB in base64, and what stands around it.
pub const MAX_FILE_LEN: usize = 3 << 19;

const FORMAT: &str = "sample_population/1";

/// A population with the place where it was fixed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PopulationFile {
    /// The log.
    pub origin: String,
    /// The anchor.
    pub anchor: LeafIndex,
    /// The anchor's private record: a [`Population`].
    pub record: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    format: String,
    origin: String,
    anchor: u64,
    record: String,
}

impl PopulationFile {
    /// Reads a file. Whether its anchor stands in the log is [`ledger::sample::draw`]'s to check.
    ///
    /// # Errors
    /// [`SampleRefusal`].
    pub fn parse(bytes: &[u8]) -> Result<Self, SampleRefusal> {
        let stored: Stored = serde_json::from_slice(bytes)
            .map_err(|error| SampleRefusal::File { reason: error.to_string() })?;
        let refused = |reason: &str| SampleRefusal::File { reason: reason.to_owned() };
        if stored.format != FORMAT {
            return Err(refused("another format"));
        }
        let record = STANDARD.decode(&stored.record);
        let record = record.map_err(|_malformed| refused("the record is not base64"))?;
        Population::decode(&record)?;
        let anchor = LeafIndex::new(stored.anchor);
        let anchor = anchor.map_err(|_beyond| refused("the anchor is beyond every log"))?;
        Ok(Self { origin: stored.origin, anchor, record })
    }

    /// The file's text: one line of JSON.
    ///
    /// # Errors
    /// Never for values of this type; the JSON writer's error is passed on rather than hidden.
    pub fn to_text(&self) -> Result<String, serde_json::Error> {
        let stored = Stored {
            format: FORMAT.to_owned(),
            origin: self.origin.clone(),
            anchor: self.anchor.get(),
            record: STANDARD.encode(&self.record),
        };
        Ok(format!("{}\n", serde_json::to_string(&stored)?))
    }
}
