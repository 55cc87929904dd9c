//! How a command gets at keys: where the passphrase comes from, and whether example keys are allowed.
//! Every command that opens a key takes these options.

use std::{
    io,
    path::{Path, PathBuf},
};

use console::Term;
use zeroize::Zeroizing;

use crate::{
    causes,
    signing::{ExampleKeys, Passphrase, PassphraseError},
};

/// The environment variable that holds a passphrase, for machines that start without a person.
pub const PASSPHRASE_VARIABLE: &str = "TITLE_LEDGER_PASSPHRASE";

/// Options for opening keys.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct KeyAccess {
    /// 口令文件（一行）；没有时取环境变量 TITLE_LEDGER_PASSPHRASE，再没有就在终端询问 /
    /// File with the passphrase (one line); else the variable TITLE_LEDGER_PASSPHRASE; else you are asked
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
    /// 允许使用人人皆知的示例密钥 / Allow the example keys, which everybody has
    #[arg(long)]
    pub allow_example_keys: bool,
}

/// Why no passphrase was had.
#[derive(Debug, thiserror::Error)]
pub enum KeyAccessError {
    /// The passphrase file cannot be used.
    #[error(
        "[passphrase_file_unusable] 口令文件 {} 不可用（{}），请另指一个只有一行口令的文件 / the passphrase file cannot be used: {source}; \
         name one that holds the passphrase in one line",
        path.display(), causes::zh(source)
    )]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: PassphraseError,
    },
    /// The variable's content is no passphrase.
    #[error(
        "[passphrase_variable_unusable] 环境变量 {PASSPHRASE_VARIABLE} 不可用（{zh}），请更正或改用 --passphrase-file / the variable \
         {PASSPHRASE_VARIABLE} cannot be used: {0}; correct it, or give --passphrase-file",
        zh = causes::zh(.0)
    )]
    Variable(PassphraseError),
    /// What was typed is no passphrase.
    #[error("[passphrase_refused] 口令不可用（{zh}），请重新输入 / the passphrase cannot be used: {0}; type it again", zh = causes::zh(.0))]
    Typed(PassphraseError),
    /// The two entries differ.
    #[error(
        "[passphrases_differ] 两次输入的口令不同，请重试 / the two passphrases differ: try again"
    )]
    Differ,
    /// Nobody can be asked.
    #[error(
        "[no_passphrase] 没有口令：请给出 --passphrase-file 或环境变量 {PASSPHRASE_VARIABLE} / \
         no passphrase: give --passphrase-file or the variable {PASSPHRASE_VARIABLE} (this is no terminal)"
    )]
    NoTerminal,
    /// The terminal failed.
    #[error(
        "[terminal_failed] 无法从终端读取口令（{zh}），请给出 --passphrase-file / the passphrase could not be read from the terminal: \
         {0}; give --passphrase-file",
        zh = causes::zh(.0)
    )]
    Terminal(#[from] io::Error),
}

impl KeyAccess {
    /// Whether example keys may be used.
    pub const fn example_keys(&self) -> ExampleKeys {
        if self.allow_example_keys { ExampleKeys::Allowed } else { ExampleKeys::Refused }
    }

    /// The passphrase that opens `key`.
    ///
    /// # Errors
    /// [`KeyAccessError`].
    pub fn passphrase(&self, key: &Path) -> Result<Passphrase, KeyAccessError> {
        match self.without_asking()? {
            Some(passphrase) => Ok(passphrase),
            None => ask(&format!("{} 的口令 / passphrase of {}", key.display(), key.display())),
        }
    }

    /// The passphrase under which a new `key` will be encrypted; who types it types it twice.
    ///
    /// # Errors
    /// [`KeyAccessError`].
    pub fn new_passphrase(&self, key: &Path) -> Result<Passphrase, KeyAccessError> {
        if let Some(passphrase) = self.without_asking()? {
            return Ok(passphrase);
        }
        let key = key.display();
        let first = ask(&format!("{key} 的新口令 / new passphrase of {key}"))?;
        let again = ask("再输一次 / again")?;
        if first.is_same(&again) { Ok(first) } else { Err(KeyAccessError::Differ) }
    }

    #[expect(clippy::disallowed_methods, reason = "a passphrase may come from the environment")]
    pub(super) fn without_asking(&self) -> Result<Option<Passphrase>, KeyAccessError> {
        if let Some(path) = &self.passphrase_file {
            let passphrase = Passphrase::from_file(path);
            let fault = |source| KeyAccessError::File { path: path.clone(), source };
            return passphrase.map(Some).map_err(fault);
        }
        match std::env::var(PASSPHRASE_VARIABLE) {
            Ok(text) => {
                Passphrase::new(Zeroizing::new(text)).map(Some).map_err(KeyAccessError::Variable)
            }
            Err(std::env::VarError::NotPresent) => Ok(None),
            Err(std::env::VarError::NotUnicode(_)) => {
                Err(KeyAccessError::Variable(PassphraseError::NotOneLine))
            }
        }
    }
}

fn ask(prompt: &str) -> Result<Passphrase, KeyAccessError> {
    let terminal = Term::stderr();
    if !terminal.is_term() {
        return Err(KeyAccessError::NoTerminal);
    }
    terminal.write_str(&format!("{prompt}: "))?;
    let typed = Zeroizing::new(terminal.read_secure_line()?);
    Passphrase::new(typed).map_err(KeyAccessError::Typed)
}
