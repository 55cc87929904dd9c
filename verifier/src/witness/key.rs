//! The witness's own key: an encrypted file, and beside it the list of the logs that it cosigned, with
//! the largest size of each. Whoever has the key and not its state, or an old one, must not cosign: it
//! could be shown another history.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
};

use ed25519_dalek::{Signer as _, SigningKey, pkcs8::KeypairBytes};
use ledger::{
    cosignature::{Cosignature, CosignatureTime, NotAWitnessKey, cosigned_message},
    note::{KeyName, NoteText, SignatureKind, SignatureLine, VerifierKey, VerifierKeyError},
    position::TreeSize,
};
use pkcs8::EncodePrivateKey as _;
use zeroize::Zeroizing;

use crate::{
    keys::{
        KeyPemError, Passphrase, key_pem,
        lock::{KeyLock, LockError},
        new_file::{self, Access, FileError, beside},
        replaced::{Disk, replace},
    },
    random::{self, Random},
};

/// First line of the list's file.
const FORMAT: &str = "title-ledger-witness-v1";
/// Longest list in bytes: a thousand logs and more.
const MAX_LIST_LEN: u64 = 1024 * 1024;

/// What a cosignature of this key states. A key states one thing only (C2SP tlog-cosignature).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Statement {
    /// That the log only grew.
    Append,
    /// That besides every entry keeps the rules of a title ledger.
    Replayed,
}

/// The key, with the list of the logs that it cosigned. One process at a time holds it.
pub struct WitnessKey {
    key: SigningKey,
    public: VerifierKey,
    statement: Statement,
    list: PathBuf,
    logs: BTreeMap<String, TreeSize>,
    _lock: KeyLock,
}

/// Why a witness's key was not made or cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum WitnessKeyError {
    /// The key's file.
    #[error("{0}")]
    Key(#[from] KeyPemError),
    /// The list's file.
    #[error("{0}")]
    File(#[from] FileError),
    /// The key is weak.
    #[error("the witness's key: {0}")]
    Weak(#[from] VerifierKeyError),
    /// Another process holds it.
    #[error("{0}")]
    Lock(#[from] LockError),
    /// The key is there and its list is not.
    #[error("the list {} of the logs that the key cosigned is missing: what it has cosigned is not known; make a new key", list.display())]
    ListMissing {
        /// Where it should lie.
        list: PathBuf,
    },
    /// The list is damaged.
    #[error("{} is not what the list of a witness's logs looks like", list.display())]
    ListMalformed {
        /// The file.
        list: PathBuf,
    },
    /// The list of another key.
    #[error("{} is the list of the key {found}, not of {expected}", list.display())]
    OtherKey {
        /// The file.
        list: PathBuf,
        /// The key that was opened.
        expected: Box<VerifierKey>,
        /// The key that the list names.
        found: Box<VerifierKey>,
    },
}

impl WitnessKey {
    /// Makes a key, its file (0600, never overwritten) and its empty list.
    ///
    /// # Errors
    /// [`WitnessKeyError`].
    pub fn create(
        path: &Path,
        name: KeyName,
        statement: Statement,
        passphrase: &Passphrase,
        random: &mut dyn Random,
    ) -> Result<Self, WitnessKeyError> {
        let seed: Zeroizing<[u8; 32]> =
            Zeroizing::new(random::bytes(random).map_err(KeyPemError::from)?);
        let key = SigningKey::from_bytes(&seed);
        let public = public_key(&key, name)?;
        let list = Self::list_path(path);
        let lock = KeyLock::take(&list)?;
        // Version 1 of PKCS#8, without the public key: OpenSSL 3.0 cannot read version 2.
        let bytes = KeypairBytes { secret_key: key.to_bytes(), public_key: None };
        let document = bytes.to_pkcs8_der().map_err(KeyPemError::from)?;
        key_pem::create(path, &document, passphrase, random)?;
        let made = Self { key, public, statement, list, logs: BTreeMap::new(), _lock: lock };
        new_file::create(&made.list, made.text().as_bytes(), Access::Owner)?;
        Ok(made)
    }

    /// Opens a key with its list.
    ///
    /// # Errors
    /// [`WitnessKeyError`].
    pub fn open(path: &Path, passphrase: &Passphrase) -> Result<Self, WitnessKeyError> {
        let list = Self::list_path(path);
        let lock = KeyLock::take(&list)?;
        let document = key_pem::load(path, passphrase)?;
        let key: SigningKey = key_pem::decode(path, &document, "Ed25519")?;
        if !list.exists() {
            return Err(WitnessKeyError::ListMissing { list });
        }
        let text = new_file::read(&list, MAX_LIST_LEN)?;
        let Some((named, statement, logs)) = parse_list(&text) else {
            return Err(WitnessKeyError::ListMalformed { list });
        };
        let public = public_key(&key, named.name().clone())?;
        if public != named {
            let (expected, found) = (Box::new(public), Box::new(named));
            return Err(WitnessKeyError::OtherKey { list, expected, found });
        }
        let opened = Self { key, public, statement, list, logs, _lock: lock };
        if opened.text().as_bytes() != text.as_slice() {
            return Err(WitnessKeyError::ListMalformed { list: opened.list });
        }
        Ok(opened)
    }

    /// Where the list of a key lies: `<key>.logs`.
    pub fn list_path(key: &Path) -> PathBuf {
        beside(key, ".logs")
    }

    /// The public half: what policies name.
    pub const fn public(&self) -> &VerifierKey {
        &self.public
    }

    /// What its cosignatures state.
    pub const fn statement(&self) -> Statement {
        self.statement
    }

    /// The origins of the logs that it cosigned, and the largest size of each.
    pub fn logs(&self) -> impl Iterator<Item = (&str, TreeSize)> {
        self.logs.iter().map(|(origin, size)| (origin.as_str(), *size))
    }

    /// Notes that it cosigned a tree of a log; durable on return.
    pub(super) fn note_log(
        &mut self,
        disk: &mut dyn Disk,
        origin: &str,
        size: TreeSize,
    ) -> io::Result<()> {
        if self.logs.insert(origin.to_owned(), size) != Some(size) {
            replace(disk, &self.list, self.text().as_bytes())?;
        }
        Ok(())
    }

    /// A cosignature of a checkpoint's text.
    pub(super) fn cosign(
        &self,
        time: CosignatureTime,
        text: &NoteText,
    ) -> Result<SignatureLine, NotAWitnessKey> {
        let signature = self.key.sign(&cosigned_message(time, text)).to_bytes();
        Cosignature::new(time, signature).line(&self.public)
    }

    fn text(&self) -> String {
        let statement = match self.statement {
            Statement::Append => APPEND,
            Statement::Replayed => REPLAYED,
        };
        let line = |(origin, size): (&String, &TreeSize)| format!("{size} {origin}\n");
        let logs: String = self.logs.iter().map(line).collect();
        format!("{FORMAT}\n{}\n{statement}\n{logs}", self.public)
    }
}

const APPEND: &str = "append";
const REPLAYED: &str = "replayed";

impl std::fmt::Debug for WitnessKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WitnessKey").field("public", &self.public).finish_non_exhaustive()
    }
}

fn public_key(key: &SigningKey, name: KeyName) -> Result<VerifierKey, VerifierKeyError> {
    VerifierKey::new(name, SignatureKind::CosignatureV1, key.verifying_key().as_bytes())
}

fn parse_list(text: &[u8]) -> Option<(VerifierKey, Statement, BTreeMap<String, TreeSize>)> {
    let mut lines = std::str::from_utf8(text).ok()?.strip_suffix('\n')?.split('\n');
    lines.next().filter(|format| *format == FORMAT)?;
    let key = lines.next()?.parse().ok()?;
    let statement = match lines.next()? {
        APPEND => Statement::Append,
        REPLAYED => Statement::Replayed,
        _ => return None,
    };
    let log = |line: &str| {
        let (size, origin) = line.split_once(' ')?;
        Some((origin.to_owned(), TreeSize::new(size.parse().ok()?).ok()?))
    };
    Some((key, statement, lines.map(log).collect::<Option<_>>()?))
}
