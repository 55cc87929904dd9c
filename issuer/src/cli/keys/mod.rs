//! `issuer keys new|show|mark`: makes keys and certificates, and shows their public parts.

mod error;
mod mark;
mod new;
mod show;

use std::{io::Write, path::PathBuf};

use ledger::time::Date;

pub use self::error::KeysError;
use super::key_access::KeyAccess;
use crate::{random::Random, signing::write_example_files};

/// 密钥与证书 / Keys and certificates
#[derive(Debug, Clone, clap::Args)]
pub struct KeysArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: KeysCommand,
}

/// What to do with keys.
#[derive(Debug, Clone, clap::Subcommand)]
pub enum KeysCommand {
    /// 生成密钥：从不覆盖已有文件 / Make keys: no file is ever overwritten
    #[command(subcommand)]
    New(new::NewCommand),
    /// 查看密钥、证书、账本公钥、水位的公开内容 / Show the public parts of keys, certificates, vkeys, marks
    Show(show::ShowArgs),
    /// 水位丢失后重建：账本密钥签过的最大树 / Make a lost mark again: the largest tree that the log's key signed
    Mark(mark::MarkArgs),
    /// 重新生成 keys-example / Make keys-example again, byte for byte
    #[command(hide = true)]
    Example {
        /// 新目录 / A new directory.
        dir: PathBuf,
    },
}

/// Runs a command. Data goes to `out`, talk to `talk`.
///
/// # Errors
/// [`KeysError`], in Chinese and English; [`KeysError::exit_code`] says how the program ends.
pub fn run(
    args: &KeysArgs,
    today: Date,
    random: &mut dyn Random,
    out: &mut dyn Write,
    talk: &mut dyn Write,
) -> Result<(), KeysError> {
    match &args.command {
        KeysCommand::New(command) => new::run(command, today, random, out, talk),
        KeysCommand::Show(args) => show::run(args, out),
        KeysCommand::Mark(args) => mark::run(args, out),
        KeysCommand::Example { dir } => Ok(write_example_files(dir).map_err(Box::new)?),
    }
}

#[cfg(test)]
mod tests;
