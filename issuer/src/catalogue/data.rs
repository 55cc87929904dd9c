//! The `title_series/1` document.

use std::collections::BTreeMap;

use ledger::certificate::{Level, Series};
use serde::Deserialize;

use super::level::{LevelError, read_level};
use super::series::{SeriesError, read_code};

/// Why a catalogue document cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueDataError {
    /// It is no JSON of this shape.
    #[error("the catalogue is not a title_series/1 document: {0}")]
    Json(#[from] serde_json::Error),
    /// It states another schema.
    #[error("the catalogue has schema {found:?}, expected \"title_series/1\"")]
    Schema {
        /// What stands in its `schema` field.
        found: String,
    },
    /// A series has a code that is none.
    #[error("the catalogue has the series code {text:?}: {source}")]
    Code {
        /// The code as written.
        text: String,
        /// Why it is none.
        source: SeriesError,
    },
    /// Two series share a code.
    #[error("the catalogue has two series {:02}", code.code())]
    RepeatedCode {
        /// The shared code.
        code: Series,
    },
    /// Titles stand under something that is no level.
    #[error("series {:02} of the catalogue has titles under {text:?}: {source}", code.code())]
    Level {
        /// The series.
        code: Series,
        /// The level as written.
        text: String,
        /// Why it is none.
        source: LevelError,
    },
}

/// One national series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SeriesEntry {
    pub(super) name: String,
    titles: BTreeMap<Level, Vec<String>>,
}

impl SeriesEntry {
    /// The titles of all tracks at one level.
    pub(super) fn titles_at(&self, level: Level) -> &[String] {
        self.titles.get(&level).map_or(&[], Vec::as_slice)
    }
}

#[derive(Deserialize)]
struct Document {
    schema: String,
    series: Vec<RawSeries>,
}

#[derive(Deserialize)]
struct RawSeries {
    code: String,
    name: String,
    tracks: Vec<RawTrack>,
}

#[derive(Deserialize)]
struct RawTrack {
    titles: BTreeMap<String, Vec<String>>,
}

pub(super) fn parse(text: &str) -> Result<BTreeMap<Series, SeriesEntry>, CatalogueDataError> {
    let document: Document = serde_json::from_str(text)?;
    if document.schema != "title_series/1" {
        return Err(CatalogueDataError::Schema { found: document.schema });
    }
    let mut all = BTreeMap::new();
    for raw in document.series {
        let code = match read_code(&raw.code) {
            Ok(code) => code,
            Err(source) => return Err(CatalogueDataError::Code { text: raw.code, source }),
        };
        let entry = SeriesEntry { name: raw.name, titles: titles(code, raw.tracks)? };
        if all.insert(code, entry).is_some() {
            return Err(CatalogueDataError::RepeatedCode { code });
        }
    }
    Ok(all)
}

fn titles(
    code: Series,
    tracks: Vec<RawTrack>,
) -> Result<BTreeMap<Level, Vec<String>>, CatalogueDataError> {
    let mut by_level: BTreeMap<Level, Vec<String>> = BTreeMap::new();
    for (text, names) in tracks.into_iter().flat_map(|track| track.titles) {
        match read_level(&text) {
            Ok(level) => by_level.entry(level).or_default().extend(names),
            Err(source) => return Err(CatalogueDataError::Level { code, text, source }),
        }
    }
    Ok(by_level)
}
