//! Opening a data directory: log, journal, registry, and what a crash left undone.

use std::{
    path::Path,
    sync::{Arc, Mutex},
};

use ledger::{
    checkpoint::{Checkpoint, CheckpointSigner as _, Origin, SignedCheckpoint},
    digest::RootHash,
    journal::{AnchorOpening, JournalHead, JournalWriter},
    log::{LogWriter, WitnessAnswer, read_private},
    position::TreeSize,
    seal::{KeyEncryptionKey, Unsealed},
    store::{DirStore, ReadOnlyDir, Store, StorePath},
    tlog_policy::{MAX_POLICY_LEN, TlogPolicy},
    trust::Trust,
};
use verifier::clock::Clock;

use super::{Layout, Office, OfficeError, Settings};
use crate::{
    progress::Listener,
    random::Random,
    registry::{HolderKey, Registry},
    sequencer::{Heartbeat, Parts, Sequencer, SequencerHandle},
    signing::{ExampleKeys, LogSigner, Passphrase, SigningKeyFile, load_records_key, new_file},
    witnesses::{WitnessOptions, Witnesses, WitnessesError},
};

/// Longest trust file in bytes.
const MAX_TRUST_FILE: u64 = ledger::trust::MAX_TRUST_LEN as u64;

/// What becomes of the registry that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OldRegistry {
    /// It is used.
    Kept,
    /// It is thrown away once the directory is locked, and made again.
    Discarded,
}

/// How a directory is opened.
pub struct OpenOptions {
    /// Opens the key files.
    pub passphrase: Passphrase,
    /// Whether worthless keys may sign.
    pub examples: ExampleKeys,
    /// When heads are published without being asked for.
    pub heartbeat: Heartbeat,
    /// Random bytes for the sequencer's own keys.
    pub sequencer_random: Box<dyn Random + Send>,
    /// How the log's witnesses are dealt with, if it has some.
    pub witnesses: WitnessOptions,
    /// What becomes of the registry that is there.
    pub registry: OldRegistry,
    /// Who is told while a registry that lacks much is made.
    pub progress: Listener,
}

impl Office {
    /// Opens a data directory for writing. Whatever a crash left undone is finished first.
    pub fn open(
        dir: &Path,
        options: OpenOptions,
        clock: Arc<dyn Clock>,
        random: Box<dyn Random + Send>,
    ) -> Result<Self, OfficeError> {
        let layout = Layout::new(dir);
        if !layout.settings().exists() {
            return Err(OfficeError::NotThere { path: dir.to_owned() });
        }
        let settings = Settings::read(&layout.settings())?;
        let trust = Arc::new(read_trust(&layout)?);
        let passphrase = options.passphrase;
        let examples = options.examples;
        let kek = Arc::new(load_records_key(&layout.key("records.kek"), examples)?);
        let store = Arc::new(DirStore::open(dir)?);
        let origin = origin(&trust, &settings)?;
        let mut signer = log_signer(&layout, &passphrase, examples, &origin)?;
        let witnesses = witnesses(&layout, &trust, &settings, options.witnesses)?;
        let known = match &witnesses {
            Some(witnesses) => ask(witnesses, &*store, &mut signer)?,
            None => Vec::new(),
        };
        let writer = LogWriter::open(store.clone(), signer, kek.clone(), clock.now(), &known)?;
        let anchor = last_anchor(&*store, &kek, &writer)?;
        let journal = JournalWriter::open(store.clone(), kek.clone(), origin.as_str(), anchor)?;
        let journal = Arc::new(Mutex::new(journal));
        if options.registry == OldRegistry::Discarded {
            Registry::discard(&layout.registry())?;
        }
        let registry = Arc::new(Registry::open(&layout.registry(), HolderKey::derived_from(&kek))?);
        super::journal::catch_up(&*store, &kek, &journal, &registry, &options.progress)?;
        let parts = Parts {
            store: store.clone(),
            kek: kek.clone(),
            registry: registry.clone(),
            journal: journal.clone(),
            trust: trust.clone(),
            generation: settings.generation,
            clock: clock.clone(),
            random: options.sequencer_random,
            witnesses,
            progress: options.progress,
        };
        let sequencer = SequencerHandle::start(Sequencer::open(parts, writer)?, options.heartbeat);
        let staff = super::journal::staff(&registry)?;
        let mut office = Self {
            layout,
            settings,
            passphrase,
            examples,
            store,
            kek,
            journal,
            registry,
            sequencer,
            trust,
            staff,
            signers: super::Signers::new(),
            deciding: None,
            clock,
            random,
        };
        office.settle_filings()?;
        office.settle_intents()?;
        office.settle_cases()?;
        office.settle_erasures()?;
        Ok(office)
    }
}

fn read_trust(layout: &Layout) -> Result<Trust, OfficeError> {
    let path = layout.trust();
    let bytes = new_file::read(&path, MAX_TRUST_FILE)?;
    let text = std::str::from_utf8(&bytes)
        .map_err(|error| OfficeError::Settings { path, reason: error.to_string() })?;
    Ok(Trust::parse(text)?)
}

/// The witnesses of the directory's policy; none where there is no policy, which strangers must not
/// ask for then.
fn witnesses(
    layout: &Layout,
    trust: &Trust,
    settings: &Settings,
    options: WitnessOptions,
) -> Result<Option<Witnesses>, OfficeError> {
    let unknown = OfficeError::UnknownLog { generation: settings.generation.get() };
    let trusted = trust.log(settings.generation).ok_or(unknown)?;
    let path = layout.witness_policy();
    if !path.exists() {
        return match trusted.quorum().needed() {
            0 => Ok(None),
            needed => {
                let file = path.display().to_string();
                Err(Box::new(WitnessesError::NoPolicy { needed, file }).into())
            }
        };
    }
    let files = ReadOnlyDir::new(&layout.log(), None);
    let policy = new_file::read(&path, MAX_POLICY_LEN as u64)?;
    let policy = TlogPolicy::parse(&policy).map_err(WitnessesError::from).map_err(Box::new)?;
    Ok(Some(Witnesses::new(&policy, trusted, files, options).map_err(Box::new)?))
}

/// Asks the witnesses what they know, with the newest committed checkpoint; in an empty log, with one
/// of size 0, which says nothing of any tree.
fn ask(
    witnesses: &Witnesses,
    store: &dyn Store,
    signer: &mut LogSigner,
) -> Result<Vec<WitnessAnswer>, OfficeError> {
    let checkpoint = match store.get(&StorePath::Lock)? {
        // What is damaged is refused when the log is opened, which says why.
        Some(lock) => SignedCheckpoint::parse(&lock).ok(),
        None => Checkpoint {
            origin: Origin::new(signer.key().name().as_str())?,
            size: TreeSize::EMPTY,
            root: RootHash::empty(),
        }
        .sign(signer)
        // A key that signed more than this: the log is refused, too.
        .ok(),
    };
    Ok(checkpoint.map_or_else(Vec::new, |checkpoint| witnesses.ask(&checkpoint)))
}

fn origin(trust: &Trust, settings: &Settings) -> Result<Origin, OfficeError> {
    let unknown = OfficeError::UnknownLog { generation: settings.generation.get() };
    Ok(trust.log(settings.generation).ok_or(unknown)?.origin().clone())
}

fn log_signer(
    layout: &Layout,
    passphrase: &Passphrase,
    examples: ExampleKeys,
    origin: &Origin,
) -> Result<LogSigner, OfficeError> {
    let path = layout.key("log.key");
    let key = SigningKeyFile::load(&path, passphrase, examples)?;
    Ok(LogSigner::open(key, origin, &LogSigner::default_mark_path(&path))?)
}

/// What the last head says of the journal; none before the first head.
fn last_anchor(
    store: &dyn Store,
    kek: &KeyEncryptionKey,
    writer: &LogWriter<LogSigner>,
) -> Result<Option<JournalHead>, OfficeError> {
    let Some(head) = writer.last_head() else { return Ok(None) };
    let index = head.index;
    let missing = OfficeError::NoPrivateRecord { index };
    match read_private(store, kek, writer.origin(), index, writer.size())? {
        Some(Unsealed::Opened(bytes)) => {
            let opening = AnchorOpening::from_bytes(&bytes);
            opening
                .ok()
                .filter(|opening| opening.anchor() == head.journal)
                .map(|opening| Some(opening.head()))
                .ok_or(missing)
        }
        Some(Unsealed::Erased) | None => Err(missing),
    }
}
