//! The file that keeps what checks need without the log. Its checkpoint is also the newest one seen: a log
//! that is at hand again has to extend it.

use std::{
    fs::File,
    io::{ErrorKind, Read as _},
    path::{Path, PathBuf},
};

use ledger::trust::Trust;

use super::{
    seen::verified,
    talk::{Doing, Message, OwnFile},
};
use crate::{
    cache::{Cache, LeftOut, MAX_CACHE_LEN, NotFilled},
    gather::LastSeen,
    keys::replaced::{OsDisk, replace},
};

/// The file, and what stood in it.
pub(super) struct CacheFile {
    path: PathBuf,
    pub(super) cache: Option<Cache>,
    seen: LastSeen,
}

impl CacheFile {
    /// Reads what was kept before; nothing where there is no such file yet.
    pub(super) fn open(path: &Path, trust: &Trust) -> Result<Self, Message> {
        let (path, mut bytes) = (path.to_owned(), Vec::new());
        let read = File::open(&path)
            .and_then(|file| file.take(MAX_CACHE_LEN as u64 + 1).read_to_end(&mut bytes));
        match read {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Ok(Self { path, cache: None, seen: LastSeen::nothing() });
            }
            Err(error) => return Err(failed(&path, Doing::Reading, &error)),
        }
        let cache = Cache::decode(&bytes).map_err(|error| wrong(&path, &error.to_string()))?;
        let checkpoint = verified(cache.checkpoint(), trust);
        let checkpoint = checkpoint.map_err(|detail| wrong(&path, &detail))?;
        Ok(Self { path, cache: Some(cache), seen: LastSeen::of(checkpoint) })
    }

    /// What was seen before this run.
    pub(super) fn seen(&self) -> LastSeen {
        self.seen.newest().map_or_else(LastSeen::nothing, LastSeen::of)
    }

    /// Keeps this from now on. The old file stands until the new one is whole.
    pub(super) fn keep(&self, cache: &Cache) -> Result<(), Message> {
        if self.cache.as_ref() == Some(cache) {
            return Ok(());
        }
        replace(&mut OsDisk, &self.path, &cache.encode())
            .map_err(|error| failed(&self.path, Doing::Writing, &error))
    }

    /// What is kept lacks something: the first of so many things.
    pub(super) fn lacks(&self, first: &LeftOut, count: usize) -> Message {
        let shown = self.path.display();
        Message::new(
            format!(
                "缓存{shown}还缺{count}项，先是{}。下次联网用 --log 核验时补上；若仍如此，请告知账本的主办者。",
                first.zh()
            ),
            format!(
                "The cache {shown} is incomplete: {count} left out, the first is {first}. The next check online with --log fetches them; if that does not help, tell whoever runs the log."
            ),
        )
    }

    /// Nothing is kept this time.
    pub(super) fn not_filled(&self, why: NotFilled) -> Message {
        let shown = self.path.display();
        Message::new(
            format!("缓存{shown}未更新（{}）。请稍后联网用 --log 再核验一次。", why.zh()),
            format!(
                "The cache {shown} was not refreshed: {why}. Check once more online with --log later."
            ),
        )
    }

    /// Nothing was kept yet, and the log is not at hand.
    pub(super) fn nothing_kept(&self) -> Message {
        let shown = self.path.display();
        Message::new(
            format!("缓存{shown}尚无内容。请先联网并用 --log 核验一次，缓存随之填好。"),
            format!(
                "There is nothing in the cache {shown} yet. Check once online with --log, which fills it."
            ),
        )
    }
}

fn wrong(path: &Path, detail: &str) -> Message {
    let shown = path.display();
    Message::new(
        format!(
            "缓存{shown}已损坏，或不属所信任的账本（{detail}）。请删除它，联网并用 --log 重新填写。"
        ),
        format!(
            "The cache {shown} is damaged, or not of a trusted log ({detail}). Delete it, and fill it again online with --log."
        ),
    )
}

fn failed(path: &Path, doing: Doing, error: &std::io::Error) -> Message {
    OwnFile { zh: "缓存", en: "The cache", path, option: "--cache" }.failed(doing, error)
}
