//! The file that keeps the newest checkpoint seen, from one run to the next: whoever controls a log
//! cannot show this verifier another history later.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use ledger::{
    checkpoint::{SignedCheckpoint, VerifiedCheckpoint},
    trust::Trust,
};

use super::talk::{Doing, Message, OwnFile};
use crate::gather::LastSeen;

/// The file, and what stood in it.
#[derive(Clone)]
pub(super) struct SeenFile {
    path: Option<PathBuf>,
    checkpoint: Option<VerifiedCheckpoint>,
}

impl SeenFile {
    /// Reads what was seen before; nothing where there is no such file yet.
    pub(super) fn open(path: Option<&Path>, trust: &Trust) -> Result<Self, Message> {
        let checkpoint = match path {
            None => None,
            Some(path) => match fs::read(path) {
                Ok(bytes) => Some(verified(&bytes, trust).map_err(|detail| wrong(path, &detail))?),
                Err(error) if error.kind() == ErrorKind::NotFound => None,
                Err(error) => return Err(failed(path, Doing::Reading, &error)),
            },
        };
        Ok(Self { path: path.map(Path::to_owned), checkpoint })
    }

    /// What was seen before this run.
    pub(super) fn seen(&self) -> LastSeen {
        self.checkpoint.clone().map_or_else(LastSeen::nothing, LastSeen::of)
    }

    /// Keeps what is the newest now. The old file stands until the new one is whole.
    pub(super) fn keep(&self, seen: &LastSeen) -> Result<(), Message> {
        let (Some(path), Some(newest)) = (&self.path, seen.newest()) else { return Ok(()) };
        if self.checkpoint.as_ref().is_some_and(|old| old.size() == newest.size()) {
            return Ok(());
        }
        let mut beside = path.clone().into_os_string();
        beside.push(".new");
        fs::write(&beside, newest.signed().to_bytes())
            .and_then(|()| fs::rename(&beside, path))
            .map_err(|error| failed(path, Doing::Writing, &error))
    }
}

/// The checkpoint in `bytes`, once one of the trusted logs and its witnesses signed it; else why not.
pub(super) fn verified(bytes: &[u8], trust: &Trust) -> Result<VerifiedCheckpoint, String> {
    let signed = SignedCheckpoint::parse(bytes).map_err(|error| error.to_string())?;
    let mut detail = String::new();
    for (_, policy) in trust.logs() {
        match signed.clone().verify(policy) {
            Ok(checkpoint) => return Ok(checkpoint),
            Err(error) => detail = error.to_string(),
        }
    }
    Err(detail)
}

fn wrong(path: &Path, detail: &str) -> Message {
    let shown = path.display();
    Message::new(
        format!(
            "状态文件{shown}不是所信任账本的检查点（{detail}）。若已更换信任文件，请删除它后重试。"
        ),
        format!(
            "The state file {shown} is no checkpoint of a trusted log ({detail}). If the trust file was changed, delete it and try again."
        ),
    )
}

fn failed(path: &Path, doing: Doing, error: &std::io::Error) -> Message {
    OwnFile { zh: "状态文件", en: "The state file", path, option: "--state" }.failed(doing, error)
}
