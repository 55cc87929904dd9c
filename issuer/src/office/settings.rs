//! `issuer.toml`: how a data directory was set up.

use std::path::Path;

use ledger::{certificate::LogGeneration, qr::VerificationHost};
use serde::{Deserialize, Serialize};

use super::OfficeError;
use crate::document::Marking;

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
}

const fn default_reserve() -> u32 {
    Settings::DEFAULT_RESERVE_MEBIBYTES
}

impl Settings {
    /// How many months a committee's certificate outlives its filing unless told otherwise.
    pub const DEFAULT_EXTRA_MONTHS: u32 = 12;

    /// Room that intake leaves on the disk unless told otherwise.
    pub const DEFAULT_RESERVE_MEBIBYTES: u32 = 64;

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
        let marking = if file.specimen { Marking::Specimen } else { Marking::Official };
        Ok(Self {
            generation: LogGeneration::new(file.generation),
            host,
            extra_months: file.authority_extra_months,
            marking,
            reserve_mebibytes: file.reserve_mebibytes,
        })
    }

    pub(super) fn to_text(&self) -> Result<String, OfficeError> {
        let file = SettingsFile {
            generation: self.generation.get(),
            verification_host: self.host.as_str().to_owned(),
            authority_extra_months: self.extra_months,
            specimen: self.marking == Marking::Specimen,
            reserve_mebibytes: self.reserve_mebibytes,
        };
        toml::to_string(&file).map_err(|error| OfficeError::Settings {
            path: "issuer.toml".into(),
            reason: error.to_string(),
        })
    }
}
