//! The catalogue of title series (职称系列), their levels and the names of their titles.
//!
//! The data is `data/title_series.json`: 27 national series, each entry with its certainty. Series 99
//! carries what lies outside them (political work, local series, legacy stock) with a name of its own.

mod data;
mod level;
mod names;
mod series;

use std::collections::BTreeMap;

pub use data::CatalogueDataError;
pub use level::{LevelError, level_en, level_zh, read_level};
pub use series::{SeriesError, TitleSeries};

use data::SeriesEntry;
use ledger::certificate::{Level, Series};
use series::read_code;

/// The series that are known, with the title names of each level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalogue {
    series: BTreeMap<Series, SeriesEntry>,
}

/// A title name that the series does not have at that level.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no title of series {:02} has that name at level {}", series.code(), level_en(*level))]
pub struct TitleNameMismatch {
    /// The series that was searched.
    pub series: Series,
    /// The level that was searched.
    pub level: Level,
    /// The names that the series has at that level.
    pub known: Vec<String>,
    /// The level at which the series does have a title of that name.
    pub found_at: Option<Level>,
}

impl Catalogue {
    /// The catalogue that ships with this program.
    ///
    /// # Errors
    /// [`CatalogueDataError`] when the compiled-in data is damaged; a test reads it.
    pub fn published() -> Result<Self, CatalogueDataError> {
        Self::from_json(include_str!("../../data/title_series.json"))
    }

    /// A catalogue from the text of a `title_series/1` document.
    ///
    /// # Errors
    /// [`CatalogueDataError`] names the first thing that is wrong.
    pub fn from_json(text: &str) -> Result<Self, CatalogueDataError> {
        Ok(Self { series: data::parse(text)? })
    }

    /// Reads a series as lists write it: `05`, `5`, `工程技术人员`, `05工程技术人员`, `99思想政治工作`;
    /// the text is normalised already.
    ///
    /// # Errors
    /// [`SeriesError`] when it is in neither form.
    pub fn series(&self, text: &str) -> Result<TitleSeries, SeriesError> {
        let digits = text.chars().take_while(char::is_ascii_digit).count();
        let (code, name) = text.split_at(digits);
        let name = name.trim_start_matches([' ', '-', ':', '.', '、']);
        if code.is_empty() {
            return self.by_name(name);
        }
        let code = read_code(code)?;
        if code == Series::OTHER {
            return TitleSeries::other(name);
        }
        let known = self.by_code(code)?;
        match name.is_empty() || self.by_name(name).as_ref() == Ok(&known) {
            true => Ok(known),
            false => Err(SeriesError::CodeAndNameDiffer { code: code.code() }),
        }
    }

    /// The series with this code.
    ///
    /// # Errors
    /// [`SeriesError::UnknownCode`]; also for 99, whose name no catalogue knows.
    pub fn by_code(&self, code: Series) -> Result<TitleSeries, SeriesError> {
        let entry = self.series.get(&code).ok_or(SeriesError::UnknownCode { code: code.code() })?;
        Ok(TitleSeries::national(code, entry.name.clone()))
    }

    /// The title as the catalogue writes it, when the series has `name` at `level`. Any name that is
    /// not empty stands in series 99 (legacy titles are kept as they were written).
    ///
    /// # Errors
    /// [`TitleNameMismatch`] with what the series has instead.
    pub fn title(
        &self,
        series: &TitleSeries,
        level: Level,
        name: &str,
    ) -> Result<String, TitleNameMismatch> {
        if series.code() == Series::OTHER && !name.is_empty() {
            return Ok(name.to_owned());
        }
        let entry = self.series.get(&series.code());
        let known_at = |level| entry.map_or(&[][..], |entry| entry.titles_at(level));
        if known_at(level).iter().any(|title| names::matches(series.code(), title, name)) {
            return Ok(name.to_owned());
        }
        let has_it = |level: &Level| {
            known_at(*level).iter().any(|title| names::matches(series.code(), title, name))
        };
        let found_at = Level::ALL.iter().copied().find(has_it);
        Err(TitleNameMismatch {
            series: series.code(),
            level,
            known: known_at(level).to_vec(),
            found_at,
        })
    }

    fn by_name(&self, name: &str) -> Result<TitleSeries, SeriesError> {
        let bare = name.strip_suffix("系列").unwrap_or(name);
        self.series
            .iter()
            .find(|(_, entry)| entry.name == name || entry.name == bare)
            .map(|(code, entry)| TitleSeries::national(*code, entry.name.clone()))
            .ok_or(SeriesError::UnknownName)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;

    fn title(series: &str, level: Level, name: &str) -> Result<String, Option<Level>> {
        let catalogue = Catalogue::published().unwrap();
        let series = catalogue.series(series).unwrap();
        catalogue.title(&series, level, name).map_err(|mismatch| mismatch.found_at)
    }

    #[test]
    fn holds_the_27_national_series() {
        let catalogue = Catalogue::published().unwrap();
        assert_eq!(catalogue.series.len(), 27);
        let engineering = catalogue.series("05").unwrap();
        for text in ["5", "工程技术人员", "05工程技术人员", "05 工程技术人员", "工程技术人员系列"]
        {
            assert_eq!(catalogue.series(text).unwrap(), engineering, "{text}");
        }
        assert_eq!(engineering.name(), "工程技术人员");
    }

    #[test]
    fn refuses_a_series_that_contradicts_itself() {
        let catalogue = Catalogue::published().unwrap();
        assert_eq!(
            catalogue.series("05会计专业人员"),
            Err(SeriesError::CodeAndNameDiffer { code: 5 })
        );
        assert_eq!(catalogue.series("28"), Err(SeriesError::UnknownCode { code: 28 }));
        assert_eq!(catalogue.series("思想政治工作"), Err(SeriesError::UnknownName));
        assert_eq!(catalogue.series("99"), Err(SeriesError::OtherNeedsName));
        assert_eq!(catalogue.series("005"), Err(SeriesError::NotACode));
    }

    #[test]
    fn keeps_free_text_in_series_99() {
        assert_eq!(
            title("99思想政治工作人员", Level::SeniorAssociate, "高级政工师"),
            Ok("高级政工师".to_owned())
        );
    }

    #[test]
    fn refuses_an_irregular_title_name() {
        assert_eq!(title("23", Level::SeniorAssociate, "国家一级演员"), Err(None));
        assert_eq!(title("23", Level::SeniorAssociate, "一级演员"), Err(Some(Level::SeniorFull)));
        assert_eq!(title("05", Level::Intermediate, ""), Err(None));
    }

    #[test]
    fn accepts_the_variants_that_the_catalogue_describes() {
        for name in ["二级导演(编导)", "二级导演", "二级编导"] {
            assert_eq!(title("23", Level::SeniorAssociate, name), Ok(name.to_owned()));
        }
        for name in ["一级摄影(摄像)师", "一级摄影师", "一级摄像师"] {
            assert_eq!(title("23", Level::SeniorFull, name), Ok(name.to_owned()));
        }
        assert!(title("04", Level::SeniorFull, "主任中医师").is_ok());
        assert!(title("24", Level::Assistant, "初级司法鉴定人(物证类)").is_ok());
    }
}
