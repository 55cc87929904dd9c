//! What every verb that signs needs: the passphrase, the policy for worthless keys, the time.

use std::{path::Path, sync::Arc};

use ledger::time::{Date, UnixMillis};
use verifier::clock::{Clock, FixedClock, SystemClock};

use super::{failure::Failure, folding, key_access::KeyAccess};
use crate::{
    office::{Layout, Office, OfficeError, OldRegistry, OpenOptions},
    random::{Buffered, OsRandom},
    sequencer::Heartbeat,
    signing::{Passphrase, SigningKeyFile},
    witnesses::WitnessOptions,
};

/// Arguments of every verb that opens a data directory.
#[derive(Debug, Clone, clap::Args)]
pub struct SigningArgs {
    /// How the key files are opened; where nothing is said, keys/passphrase.txt in DIR is tried first
    #[command(flatten)]
    pub keys: KeyAccess,
    /// 按此时刻运行（RFC 3339 或北京日期），仅可与 --allow-example-keys 同用 / Act as if it were this time (RFC 3339, or a Beijing date); only with --allow-example-keys
    #[arg(long, value_name = "TIME", requires = "allow_example_keys")]
    pub now: Option<String>,
    /// 此见证者无法询问时仍打开目录（策略文件中的名称），后果自负，可重复 / Open the directory although this witness (by its name in the policy) cannot be asked what it knows: an old copy goes unnoticed then; may be repeated
    #[arg(long, value_name = "NAME")]
    pub without_witness: Vec<String>,
}

impl SigningArgs {
    /// Opens the directory for one command, with its registry or with a new one.
    pub fn open(&self, dir: &Path, registry: OldRegistry) -> Result<Office, Failure> {
        // Said before a passphrase is asked for.
        if !Layout::new(dir).settings().exists() {
            return Err(OfficeError::NotThere { path: dir.to_owned() }.into());
        }
        let options = OpenOptions { registry, ..self.options(dir)? };
        Ok(Office::open(dir, options, self.clock()?, Box::new(Buffered::new(OsRandom)))?)
    }

    fn options(&self, dir: &Path) -> Result<OpenOptions, Failure> {
        self.options_from(&Layout::new(dir).keys())
    }

    /// How a directory is opened whose keys lie in `keys`.
    pub fn options_from(&self, keys: &Path) -> Result<OpenOptions, Failure> {
        Ok(OpenOptions {
            passphrase: self.passphrase(keys)?,
            examples: self.keys.example_keys(),
            heartbeat: Heartbeat::OnDemand,
            sequencer_random: Box::new(Buffered::new(OsRandom)),
            witnesses: WitnessOptions {
                without: self.without_witness.clone(),
                tell: |news| eprintln!("{news}"),
                ..WitnessOptions::silent()
            },
            registry: OldRegistry::Kept,
            progress: folding(),
        })
    }

    /// The time that this command acts at.
    pub fn clock(&self) -> Result<Arc<dyn Clock>, Failure> {
        match &self.now {
            None => Ok(Arc::new(SystemClock)),
            Some(text) => {
                let now = read_time(text).ok_or_else(|| {
                    Failure::Usage(format!("--now {text}: 2026-03-13 or 2026-03-13T09:00:00+08:00"))
                })?;
                Ok(Arc::new(FixedClock(now)))
            }
        }
    }

    /// A member of staff's key.
    pub fn staff_key(&self, path: &Path, dir: &Path) -> Result<SigningKeyFile, Failure> {
        Ok(SigningKeyFile::load(
            path,
            &self.passphrase(&Layout::new(dir).keys())?,
            self.keys.example_keys(),
        )?)
    }

    fn passphrase(&self, keys: &Path) -> Result<Passphrase, Failure> {
        let (beside_the_keys, log_key) = (keys.join("passphrase.txt"), keys.join("log.key"));
        match self.keys.without_asking()? {
            Some(passphrase) => Ok(passphrase),
            None if beside_the_keys.exists() => Ok(Passphrase::from_file(&beside_the_keys)?),
            None => match std::fs::metadata(&log_key) {
                Ok(_) => Ok(self.keys.passphrase(&log_key)?),
                Err(source) => Err(Failure::Io { path: log_key, source }),
            },
        }
    }
}

/// A Beijing date (its first instant) or an RFC 3339 time.
pub fn read_time(text: &str) -> Option<UnixMillis> {
    if let Ok(date) = text.parse::<Date>() {
        return Some(date.beijing_start());
    }
    let time: jiff::Timestamp = text.parse().ok()?;
    UnixMillis::new(u64::try_from(time.as_millisecond()).ok()?)
}
