//! `issuer.toml`: how a data directory was set up.

use std::{num::NonZeroU32, path::Path};

use ledger::{
    certificate::{LogGeneration, Series, UnknownCode},
    qr::VerificationHost,
};
use serde::{Deserialize, Serialize};

use super::OfficeError;
use crate::{
    archive::{ArchiveSettings, BarCounts},
    document::Marking,
    eligibility::{GateSettings, HrssWords, UnstatedGates},
    erasure::ValidTitles,
    lookup::AttemptsSettings,
    recheck::PeriodFrom,
};

/// Longest settings file in bytes; bounds what a program reads that was pointed at the wrong file.
const MAX_SETTINGS_LEN: u64 = 64 * 1024;

/// Settings of a data directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Which log of the trust file it holds.
    pub generation: LogGeneration,
    /// Where QR codes point.
    pub host: VerificationHost,
    /// How many months a committee's X.509 certificate outlives its filing: the time in which its
    /// reviews are still signed.
    pub extra_months: u32,
    /// Whether printed certificates are marked as specimens.
    pub marking: Marking,
    /// Room on the disk, in MiB, that intake leaves to heads and decisions. A head every ten minutes
    /// takes some 4 MiB a day.
    pub reserve_mebibytes: u32,
    /// How long entries of the integrity archive bar and are shown, and to whom.
    pub archive: ArchiveSettings,
    /// From which day the two months of a recheck count (`recheck_period_from`).
    pub recheck_period_from: PeriodFrom,
    /// Whether the records of a valid title may be erased (`erasure_of_valid_titles`).
    pub erasure_of_valid_titles: ValidTitles,
    /// How often somebody may look up, and a number may be asked for in vain.
    pub attempts: AttemptsSettings,
    /// What holds of the gates that a list has no columns for, and what else they leave open
    /// (`import_…`).
    pub gates: GateSettings,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SettingsFile {
    generation: u8,
    verification_host: String,
    authority_extra_months: u32,
    specimen: bool,
    #[serde(default = "default_reserve")]
    reserve_mebibytes: u32,
    #[serde(default = "default_bar_months")]
    archive_bar_months: u32,
    #[serde(default = "default_retention_months")]
    archive_retention_months: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    archive_disclosed_to_employers_from: Option<String>,
    #[serde(default = "default_bar_counts")]
    archive_bar_counts: BarCounts,
    #[serde(default = "default_period_from")]
    recheck_period_from: PeriodFrom,
    #[serde(default = "default_valid_titles")]
    erasure_of_valid_titles: ValidTitles,
    #[serde(default = "default_questions")]
    lookup_questions_per_hour: NonZeroU32,
    #[serde(default = "default_failures")]
    lookup_failures_per_day: NonZeroU32,
    #[serde(default = "default_unstated_gates")]
    import_unstated_gates: UnstatedGates,
    #[serde(default = "default_hrss_words")]
    import_hrss_document_words: Vec<String>,
    #[serde(default = "default_education_series")]
    import_education_series: Vec<u64>,
    #[serde(default = "default_health_series")]
    import_health_series: Vec<u64>,
}

fn default_unstated_gates() -> UnstatedGates {
    GateSettings::cautious().unstated
}

fn default_hrss_words() -> Vec<String> {
    GateSettings::cautious().hrss_words.as_slice().to_vec()
}

fn default_education_series() -> Vec<u64> {
    codes(&GateSettings::cautious().education_series)
}

fn default_health_series() -> Vec<u64> {
    codes(&GateSettings::cautious().health_series)
}

fn codes(series: &[Series]) -> Vec<u64> {
    series.iter().map(|series| u64::from(series.code())).collect()
}

fn series(codes: &[u64]) -> Result<Vec<Series>, UnknownCode> {
    codes.iter().map(|code| Series::new(*code)).collect()
}

fn gates(file: &SettingsFile) -> Result<GateSettings, String> {
    let listed =
        |name: &str, codes: &[u64]| series(codes).map_err(|error| format!("{name}: {error}"));
    Ok(GateSettings {
        unstated: file.import_unstated_gates,
        hrss_words: HrssWords::new(&file.import_hrss_document_words)
            .map_err(|error| format!("import_hrss_document_words: {error}"))?,
        education_series: listed("import_education_series", &file.import_education_series)?,
        health_series: listed("import_health_series", &file.import_health_series)?,
    })
}

const fn default_period_from() -> PeriodFrom {
    Settings::DEFAULT_RECHECK_PERIOD_FROM
}

const fn default_valid_titles() -> ValidTitles {
    ValidTitles::OnRequest
}

const fn default_questions() -> NonZeroU32 {
    AttemptsSettings::CAUTIOUS.questions_per_hour
}

const fn default_failures() -> NonZeroU32 {
    AttemptsSettings::CAUTIOUS.failures_per_day
}

const fn default_bar_months() -> u32 {
    ArchiveSettings::CAUTIOUS.bar_months
}

const fn default_retention_months() -> u32 {
    ArchiveSettings::CAUTIOUS.retention_months
}

const fn default_bar_counts() -> BarCounts {
    ArchiveSettings::CAUTIOUS.bar_counts
}

const fn default_reserve() -> u32 {
    Settings::DEFAULT_RESERVE_MEBIBYTES
}

impl Settings {
    /// How many months a committee's certificate outlives its filing unless told otherwise.
    pub const DEFAULT_EXTRA_MONTHS: u32 = 12;

    /// Room that intake leaves on the disk unless told otherwise.
    pub const DEFAULT_RESERVE_MEBIBYTES: u32 = 64;

    /// What counts as a result's publication unless told otherwise: what is kinder to the applicant.
    pub const DEFAULT_RECHECK_PERIOD_FROM: PeriodFrom = PeriodFrom::Later;

    /// The settings of a new directory of which nothing else is said.
    pub fn cautious(generation: LogGeneration, host: VerificationHost) -> Self {
        Self {
            generation,
            host,
            extra_months: Self::DEFAULT_EXTRA_MONTHS,
            marking: Marking::Official,
            reserve_mebibytes: Self::DEFAULT_RESERVE_MEBIBYTES,
            archive: ArchiveSettings::CAUTIOUS,
            recheck_period_from: Self::DEFAULT_RECHECK_PERIOD_FROM,
            erasure_of_valid_titles: ValidTitles::OnRequest,
            attempts: AttemptsSettings::CAUTIOUS,
            gates: GateSettings::cautious(),
        }
    }

    pub(super) fn reserve_bytes(&self) -> u64 {
        u64::from(self.reserve_mebibytes) << 20
    }

    pub(super) fn read(path: &Path) -> Result<Self, OfficeError> {
        let bytes = crate::signing::new_file::read(path, MAX_SETTINGS_LEN)?;
        let not_settings = |reason: String| OfficeError::Settings { path: path.to_owned(), reason };
        let text = std::str::from_utf8(&bytes).map_err(|error| not_settings(error.to_string()))?;
        let file: SettingsFile =
            toml::from_str(text).map_err(|error| not_settings(error.to_string()))?;
        let host = VerificationHost::new(&file.verification_host)
            .map_err(|error| not_settings(error.to_string()))?;
        let disclosed = file.archive_disclosed_to_employers_from.as_ref().map(|date| date.parse());
        let disclosed_to_employers_from = disclosed.transpose().map_err(|error| {
            not_settings(format!("archive_disclosed_to_employers_from: {error}"))
        })?;
        let archive = ArchiveSettings {
            bar_months: file.archive_bar_months,
            retention_months: file.archive_retention_months,
            disclosed_to_employers_from,
            bar_counts: file.archive_bar_counts,
        };
        let gates = gates(&file).map_err(not_settings)?;
        let marking = if file.specimen { Marking::Specimen } else { Marking::Official };
        Ok(Self {
            generation: LogGeneration::new(file.generation),
            host,
            extra_months: file.authority_extra_months,
            marking,
            reserve_mebibytes: file.reserve_mebibytes,
            archive,
            recheck_period_from: file.recheck_period_from,
            erasure_of_valid_titles: file.erasure_of_valid_titles,
            attempts: AttemptsSettings {
                questions_per_hour: file.lookup_questions_per_hour,
                failures_per_day: file.lookup_failures_per_day,
            },
            gates,
        })
    }

    pub(super) fn to_text(&self) -> Result<String, OfficeError> {
        let file = SettingsFile {
            generation: self.generation.get(),
            verification_host: self.host.as_str().to_owned(),
            authority_extra_months: self.extra_months,
            specimen: self.marking == Marking::Specimen,
            reserve_mebibytes: self.reserve_mebibytes,
            archive_bar_months: self.archive.bar_months,
            archive_retention_months: self.archive.retention_months,
            archive_disclosed_to_employers_from: self
                .archive
                .disclosed_to_employers_from
                .map(|date| date.to_string()),
            archive_bar_counts: self.archive.bar_counts,
            recheck_period_from: self.recheck_period_from,
            erasure_of_valid_titles: self.erasure_of_valid_titles,
            lookup_questions_per_hour: self.attempts.questions_per_hour,
            lookup_failures_per_day: self.attempts.failures_per_day,
            import_unstated_gates: self.gates.unstated,
            import_hrss_document_words: self.gates.hrss_words.as_slice().to_vec(),
            import_education_series: codes(&self.gates.education_series),
            import_health_series: codes(&self.gates.health_series),
        };
        toml::to_string(&file).map_err(|error| OfficeError::Settings {
            path: "issuer.toml".into(),
            reason: error.to_string(),
        })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;

    /// A directory of before the gates of an import had settings.
    const OLDER: &str = "generation = 1\nverification_host = \"https://verify.example.org\"\n\
                         authority_extra_months = 12\nspecimen = false\n";

    fn read(text: &str) -> Result<Settings, String> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("issuer.toml");
        std::fs::write(&path, text).unwrap();
        Settings::read(&path).map_err(|error| error.to_string())
    }

    #[test]
    fn what_an_older_directory_does_not_say_is_the_cautious_default() {
        let settings = read(OLDER).unwrap();
        assert_eq!(settings.gates, GateSettings::cautious());
        assert_eq!(read(&settings.to_text().unwrap()), Ok(settings));
    }

    #[test]
    fn reads_the_gates_that_it_wrote() {
        let gates = GateSettings {
            unstated: UnstatedGates::Refused,
            hrss_words: HrssWords::new(&["渝职改办".to_owned()]).unwrap(),
            education_series: series(&[1, 21, 22]).unwrap(),
            health_series: Vec::new(),
        };
        let settings = Settings { gates, ..read(OLDER).unwrap() };
        let text = settings.to_text().unwrap();
        assert!(text.contains("import_unstated_gates = \"refused\""), "{text}");
        assert_eq!(read(&text), Ok(settings));
    }

    #[test]
    fn names_the_setting_of_the_gates_that_cannot_be_used() {
        for (line, named) in [
            ("import_unstated_gates = \"open\"", "by_form"),
            ("import_hrss_document_words = [\"职改\", \" \"]", "import_hrss_document_words"),
            ("import_education_series = [28]", "import_education_series"),
            ("import_health_series = [0]", "import_health_series"),
        ] {
            let error = read(&format!("{OLDER}{line}\n")).unwrap_err();
            assert!(error.contains(named), "{line}: {error}");
        }
    }
}
