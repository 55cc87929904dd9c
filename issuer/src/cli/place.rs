//! What the verbs share that act in a data directory: where, how it is said, and who signs.

use std::path::PathBuf;

use super::{access::SigningArgs, failure::Failure};
use crate::{
    office::{Office, OldRegistry},
    signing::SigningKeyFile,
};

/// The directory.
#[derive(Debug, Clone, clap::Args)]
pub struct DataDir {
    /// 数据目录 / The issuer's directory
    #[arg(long, value_name = "DIR")]
    pub dir: PathBuf,
    /// How it is opened.
    #[command(flatten)]
    pub access: SigningArgs,
}

/// The directory, and how what was done is said.
#[derive(Debug, Clone, clap::Args)]
pub struct Place {
    /// Where.
    #[command(flatten)]
    pub data: DataDir,
    /// 每行一个 JSON 对象 / One JSON object a line on stdout
    #[arg(long)]
    pub json: bool,
}

/// The keys of the two persons who decide, and the directory.
#[derive(Debug, Clone, clap::Args)]
pub struct Deciding {
    /// 提出人的密钥 / The key of the member of staff who proposes
    #[arg(long, value_name = "KEY")]
    pub proposer: PathBuf,
    /// 批准人的密钥 / The key of another member of staff, who approves
    #[arg(long, value_name = "KEY")]
    pub approver: PathBuf,
    /// Where.
    #[command(flatten)]
    pub place: Place,
}

/// The two keys, unlocked.
#[derive(Debug)]
pub struct Deciders {
    /// Who proposes.
    pub proposer: SigningKeyFile,
    /// Who approves.
    pub approver: SigningKeyFile,
}

impl DataDir {
    /// Opens the directory for one command.
    ///
    /// # Errors
    /// It does not open.
    pub fn open(&self) -> Result<Office, Failure> {
        self.open_with(OldRegistry::Kept)
    }

    /// The same, and says what becomes of the registry that is there.
    ///
    /// # Errors
    /// It does not open.
    pub fn open_with(&self, registry: OldRegistry) -> Result<Office, Failure> {
        self.access.open(&self.dir, registry)
    }
}

impl Place {
    /// Opens the directory for one command.
    ///
    /// # Errors
    /// It does not open.
    pub fn open(&self) -> Result<Office, Failure> {
        self.data.open()
    }

    /// A member of staff's key.
    ///
    /// # Errors
    /// It does not open.
    pub fn staff_key(&self, path: &std::path::Path) -> Result<SigningKeyFile, Failure> {
        self.data.access.staff_key(path, &self.data.dir)
    }
}

impl Deciding {
    /// Opens the directory and both keys.
    ///
    /// # Errors
    /// One of them does not open.
    pub fn open(&self) -> Result<(Office, Deciders), Failure> {
        let office = self.place.open()?;
        let proposer = self.place.staff_key(&self.proposer)?;
        let approver = self.place.staff_key(&self.approver)?;
        Ok((office, Deciders { proposer, approver }))
    }
}

/// With `--json` a refusal is an object on stdout, too: code, field, clause and both sentences.
///
/// # Errors
/// The outcome's own; stdout cannot be written.
pub fn told(json: bool, outcome: Result<u8, Failure>) -> Result<u8, Failure> {
    if json
        && let Err(Failure::Office(error)) = &outcome
        && let Some(refusal) = error.refusal()
    {
        let object = serde_json::json!({
            "refused": refusal.code, "field": refusal.field, "clause": refusal.clause,
            "zh": refusal.zh, "en": refusal.en,
        });
        say!("{object}")?;
    }
    outcome
}
