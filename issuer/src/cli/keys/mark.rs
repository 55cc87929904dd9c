//! `issuer keys mark KEY --origin … (--checkpoint FILE | --never-signed)`
//!
//! A log's key without its mark signs nothing: nobody knows what it signed. The mark is made again from
//! the newest checkpoint that can be found (the lock in the data directory, the public one, a witness's,
//! a mirror's), or said aloud to be empty.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use ledger::{
    checkpoint::{CheckpointPolicy, Origin, Quorum, SignedCheckpoint},
    note::MAX_NOTE_LEN,
};

use super::{KeyAccess, KeysError};
use crate::signing::{LogSigner, Mark, SigningKeyFile, log_key, new_file};

/// Options of `keys mark`.
#[derive(Debug, Clone, clap::Args)]
#[command(group = clap::ArgGroup::new("known").required(true))]
pub struct MarkArgs {
    /// 账本密钥 / The log's key
    key: PathBuf,
    /// 账本标识 / The log's origin
    #[arg(long)]
    origin: String,
    /// 水位文件，缺省为 <密钥>.mark / The mark's file; <key>.mark unless given
    #[arg(long, value_name = "FILE")]
    mark: Option<PathBuf>,
    /// 已知最新的检查点 / The newest checkpoint that is known
    #[arg(long, value_name = "FILE", group = "known")]
    checkpoint: Option<PathBuf>,
    /// 此密钥从未签过检查点 / This key has never signed a checkpoint
    #[arg(long, group = "known")]
    never_signed: bool,
    #[command(flatten)]
    access: KeyAccess,
}

pub(super) fn run(args: &MarkArgs, out: &mut dyn Write) -> Result<(), KeysError> {
    let origin = Origin::new(&args.origin)?;
    let passphrase = args.access.passphrase(&args.key)?;
    let key = SigningKeyFile::load(&args.key, &passphrase, args.access.example_keys())?;
    let vkey = log_key(&key, &origin)?;
    let mark = match &args.checkpoint {
        Some(path) => {
            let policy = CheckpointPolicy::new(vkey.clone(), Quorum::none())?;
            Mark::proven_by(&read(path)?.verify(&policy)?, &vkey)?
        }
        None => Mark::nothing_signed(),
    };
    let path = args.mark.clone().unwrap_or_else(|| LogSigner::default_mark_path(&args.key));
    mark.create(&path, &vkey)?;
    Ok(writeln!(out, "{} {}", mark.size, mark.root)?)
}

fn read(path: &Path) -> Result<SignedCheckpoint, KeysError> {
    let content = new_file::read(path, MAX_NOTE_LEN as u64)?;
    SignedCheckpoint::parse(&content)
        .map_err(|source| KeysError::NotACheckpoint { path: path.to_owned(), source })
}
