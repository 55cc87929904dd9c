//! What the gates leave to the office, each with the cautious default. It stands in `issuer.toml`.

use ledger::certificate::Series;

use crate::approval::{DocumentNumber, SourceSystem};
use crate::table;

/// What holds of a gate that the list has no column for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnstatedGates {
    /// The form of the list stands for it, as far as that bears. The default. A list has the columns of
    /// the platform's export, which is where the platform's applications come from and where the HRSS
    /// authority publishes notices; and an approval document with the HRSS department's word is its
    /// confirmation. With any other word it could be ② or an unfiled ③, so the list must say.
    ByForm,
    /// Nothing stands for it: the row is refused.
    Refused,
}

/// Settings of the gates of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateSettings {
    /// What holds of a gate that the list has no column for (`import_unstated_gates`).
    pub unstated: UnstatedGates,
    /// By which an approval document is an HRSS or title-reform department's
    /// (`import_hrss_document_words`). 人社 and 职改 stand in all their words; a bureau that knows its own
    /// (渝职改办, 渝人社发) names them instead.
    pub hrss_words: HrssWords,
    /// Series that may come from the education system (`import_education_series`). 21 and 22, the
    /// teachers of secondary and primary schools: the catalogue says so of no others, and the notice
    /// says only 教育.
    pub education_series: Vec<Series>,
    /// Series that may come from the health system (`import_health_series`): 04.
    pub health_series: Vec<Series>,
}

/// Words of which one stands in the issuer's word (发文机关代字) of every document of an HRSS or
/// title-reform department. None of them is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HrssWords(Vec<String>);

/// A word that is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a word is empty, so every document would count as the HRSS department's")]
pub struct EmptyWord;

impl GateSettings {
    /// What holds where `issuer.toml` says nothing, and without an office.
    pub fn cautious() -> Self {
        let series = |codes: &[u64]| codes.iter().flat_map(|code| Series::new(*code)).collect();
        Self {
            unstated: UnstatedGates::ByForm,
            hrss_words: HrssWords(["人社", "职改"].map(str::to_owned).into()),
            education_series: series(&[21, 22]),
            health_series: series(&[4]),
        }
    }

    /// Whether results of a series may come from a system (clause 二(一)).
    pub fn admits(&self, source: SourceSystem, series: Series) -> bool {
        match source {
            SourceSystem::Platform => true,
            SourceSystem::Education => self.education_series.contains(&series),
            SourceSystem::Health => self.health_series.contains(&series),
        }
    }
}

impl HrssWords {
    /// These words. None at all are allowed: then every list must state its confirmation, and ① is
    /// nobody's.
    ///
    /// # Errors
    /// [`EmptyWord`].
    pub fn new(words: &[String]) -> Result<Self, EmptyWord> {
        let words: Vec<String> = words.iter().map(|word| table::compact(word)).collect();
        if words.iter().any(String::is_empty) { Err(EmptyWord) } else { Ok(Self(words)) }
    }

    /// The words.
    pub fn as_slice(&self) -> &[String] {
        &self.0
    }

    /// Whether a document is an HRSS or title-reform department's.
    pub fn issued(&self, document: &DocumentNumber) -> bool {
        self.0.iter().any(|word| document.issuer().contains(word))
    }
}
