//! Reading a log to show it, verified or not.

use std::{fmt::Display, path::Path};

use ledger::{
    authority::RootCertificate,
    checkpoint::{CheckpointPolicy, SignedCheckpoint},
    entry::{Entry, StatusHead},
    merkle::{EntryBundle, TileSpan},
    path::LogPath,
    position::{LeafIndex, TreeSize},
    reader::{LogReader, read_checkpoint},
    status::ExceptionList,
    store::{PublicFiles, ReadOnlyDir, ReadStore, StorePath},
    trust::Trust,
};

use super::not_shown;
use crate::cli::output::Failure;

/// A log's directory, and whom to believe.
pub(super) struct View<'t> {
    files: ReadOnlyDir,
    trust: Option<&'t Trust>,
}

impl<'t> View<'t> {
    pub(super) fn open(log: &Path, trust: Option<&'t Trust>) -> Result<Self, Failure> {
        // A directory that is not there would look like a log without files.
        std::fs::read_dir(log)
            .map_err(|source| Failure::File { path: log.display().to_string(), source })?;
        Ok(Self { files: ReadOnlyDir::new(log, None), trust })
    }

    /// The roots that may name authorities; none without a trust file.
    pub(super) fn roots(&self) -> &[RootCertificate] {
        self.trust.map_or(&[], Trust::roots)
    }

    /// A file's bytes, which nobody has checked.
    pub(super) fn file(&self, path: &LogPath) -> Result<Vec<u8>, Failure> {
        let bytes = self.files.get(&StorePath::from(*path))?;
        bytes.ok_or_else(|| not_shown(path, "there is no such file"))
    }

    /// A checkpoint; verified, if there is a trust file.
    pub(super) fn checkpoint(&self, path: &LogPath) -> Result<SignedCheckpoint, Failure> {
        let bytes = self.file(path)?;
        let signed = SignedCheckpoint::parse(&bytes).map_err(|error| chain(path, &error))?;
        if let Some(policy) = self.policy(&signed)? {
            signed.clone().verify(policy).map_err(|error| chain(path, &error))?;
        }
        Ok(signed)
    }

    /// An entry's bytes; proved to be under the checkpoint, if there is a trust file.
    pub(super) fn entry(&self, index: LeafIndex) -> Result<Vec<u8>, Failure> {
        let what = format!("entry {index}");
        let path = LogPath::Checkpoint;
        let signed = self.checkpoint(&path)?;
        if let Some(policy) = self.policy(&signed)? {
            let files = PublicFiles(&self.files);
            let verified =
                read_checkpoint(&files, &path, policy).map_err(|error| chain(path, &error))?;
            let reader = LogReader::open(files, verified).map_err(|error| chain(&what, &error))?;
            return reader.entry(index).map_err(|error| chain(&what, &error));
        }
        self.unverified_entry(index, signed.unverified().size)
    }

    fn unverified_entry(&self, index: LeafIndex, size: TreeSize) -> Result<Vec<u8>, Failure> {
        let what = format!("entry {index}");
        let Some(span) = TileSpan::holding(index.get(), size.get()) else {
            return Err(not_shown(what, format_args!("the log has {size} entries")));
        };
        let bytes = self.file(&LogPath::Entries(span))?;
        let bundle =
            EntryBundle::parse(&bytes, span.width()).map_err(|error| chain(&what, &error))?;
        let entry = bundle.entries().get((index.get() - span.start()) as usize);
        Ok(entry.map(|entry| entry.to_vec()).unwrap_or_default())
    }

    /// The checkpoint's last entry, which is its status head.
    pub(super) fn newest_head(&self) -> Result<StatusHead, Failure> {
        let size = self.checkpoint(&LogPath::Checkpoint)?.unverified().size;
        let last = size.last_index().ok_or_else(|| not_shown("head", "the log is empty"))?;
        match Entry::decode(&self.entry(last)?).map_err(|error| chain("head", &error))? {
            Entry::StatusHead(head) => Ok(head),
            Entry::Authority(_)
            | Entry::Issuance(_)
            | Entry::StatusChange(_)
            | Entry::IntegrityRecord(_)
            | Entry::Anchor(_) => Err(not_shown("head", "the last entry is no status head")),
        }
    }

    /// A list. With a trust file, its root is compared with the newest head's if it is the newest.
    pub(super) fn list(&self, path: &LogPath) -> Result<ExceptionList, Failure> {
        let list = ExceptionList::decode(&self.file(path)?).map_err(|error| chain(path, &error))?;
        if self.trust.is_some() {
            let head = self.newest_head()?;
            if *path == LogPath::StatusList(head.list_head) && list.root() != head.list_root {
                return Err(not_shown(path, "its root is not the one in the newest head"));
            }
        }
        Ok(list)
    }

    fn policy(&self, signed: &SignedCheckpoint) -> Result<Option<&'t CheckpointPolicy>, Failure> {
        let Some(trust) = self.trust else { return Ok(None) };
        let origin = &signed.unverified().origin;
        match trust.logs().find(|(_, policy)| policy.origin() == origin) {
            Some((_, policy)) => Ok(Some(policy)),
            None => Err(not_shown(
                LogPath::Checkpoint,
                format_args!("the trust file does not name the log {origin}"),
            )),
        }
    }
}

/// An error with what is behind it.
fn chain(what: impl Display, error: &dyn std::error::Error) -> Failure {
    let mut reason = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        reason = format!("{reason}: {source}");
        next = source.source();
    }
    not_shown(what, reason)
}
