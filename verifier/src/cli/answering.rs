//! Who answers: the log, what was kept of it, or a receipt by itself.

use ledger::{path::LogPath, reader::Fetch as _, trust::Trust};

use super::{args::CheckArgs, kept::CacheFile, seen::SeenFile, talk::Message};
use crate::{
    cache::Filled,
    check::{Input, InputError, Report},
    clock::ChosenClock,
    fetch::LogSource,
    gather::SearchLimit,
    log_checker::LogChecker,
    offline::{OfflineChecker, ReceiptChecker},
};

pub(super) type Log = LogChecker<LogSource, ChosenClock>;

/// Where the answers of one run come from: one source for all of them.
pub(super) enum Answering {
    /// The log.
    Online(Box<Online>),
    /// The cache.
    Offline(Box<OfflineChecker<ChosenClock>>),
    /// What is handed in alone, which has to be receipts.
    Alone(Box<ReceiptChecker<ChosenClock>>),
}

/// A log at hand, and the files that keep something of it for the next run.
pub(super) struct Online {
    log: Log,
    seen: SeenFile,
    cache: Option<CacheFile>,
}

impl Answering {
    /// The log, where one is named and shows a checkpoint; else the cache, where there is one; where
    /// neither is named, receipts by themselves.
    pub(super) fn choose(args: &CheckArgs, trust: Trust) -> Result<Self, Message> {
        let clock = args.now.map_or(ChosenClock::System, ChosenClock::Fixed);
        let file = args.cache.as_deref().map(|path| CacheFile::open(path, &trust)).transpose()?;
        let source = args.log.as_deref().map(LogSource::at);
        match (source, file) {
            (Some(source), file) if !has_to_do_without(&source, file.as_ref()) => {
                let seen = SeenFile::open(args.state.as_deref(), &trust)?;
                let last = file.as_ref().map_or_else(|| seen.seen(), CacheFile::seen);
                let limit = SearchLimit::entries(source.search_limit());
                let log = LogChecker::having_seen(last, trust, source, clock, limit);
                Ok(Self::Online(Box::new(Online { log, seen, cache: file })))
            }
            (source, Some(mut file)) => {
                if source.is_some() {
                    out_of_reach().say();
                }
                let cache = file.cache.take().ok_or_else(|| file.nothing_kept())?;
                Ok(Self::Offline(Box::new(OfflineChecker::new(trust, cache, clock))))
            }
            // Without a file there is nothing else to do than to ask the log, if one is named.
            (_, None) => Ok(Self::Alone(Box::new(ReceiptChecker::new(trust, clock)))),
        }
    }

    /// Why an input cannot be answered from where the answers come from: the command line is wrong.
    pub(super) fn asks_too_much(&self, input: &Input) -> Option<Message> {
        match (self, input) {
            (Self::Alone(_), Input::QrText(_) | Input::Proved { .. }) => Some(no_source()),
            (Self::Alone(_), Input::Receipt(_)) | (Self::Online(_) | Self::Offline(_), _) => None,
        }
    }

    pub(super) fn check(&self, input: &Input, args: &CheckArgs) -> Result<Report, InputError> {
        match (self, args.as_of) {
            (Self::Online(online), Some(date)) => online.log.check_as_of(input, date),
            (Self::Online(online), None) => online.log.check_now(input),
            (Self::Offline(offline), Some(date)) => offline.check_as_of(input, date),
            (Self::Offline(offline), None) => offline.check_now(input),
            (Self::Alone(alone), as_of) => alone.check(input, as_of),
        }
    }

    /// Keeps what was seen for the next run, and what it needs to do without the log.
    pub(super) fn keep(&self) -> Result<(), Message> {
        let Self::Online(online) = self else { return Ok(()) };
        online.seen.keep(online.log.seen())?;
        let Some(file) = &online.cache else { return Ok(()) };
        match online.log.kept(file.cache.as_ref()) {
            Ok(Filled { cache, left_out }) => {
                if let Some(first) = left_out.first() {
                    file.lacks(first, left_out.len()).say();
                }
                file.keep(&cache)
            }
            // The answers stand, whatever is kept for the next time.
            Err(why) => {
                file.not_filled(why).say();
                Ok(())
            }
        }
    }
}

/// Whether there is something kept and the log shows no checkpoint.
fn has_to_do_without(source: &LogSource, file: Option<&CacheFile>) -> bool {
    let path = LogPath::Checkpoint;
    file.is_some_and(|file| file.cache.is_some())
        && !matches!(source.fetch(&path, path.max_len()), Ok(Some(_)))
}

fn out_of_reach() -> Message {
    Message::new(
        "账本暂不可及，以下依据缓存核验。",
        "The log is out of reach; the answers below are from the cache.",
    )
}

fn no_source() -> Message {
    Message::new(
        "请用 --log 指定账本，或用 --cache 指定缓存；只有核验回执可以单独核验。",
        "Name the log with --log, or a cache with --cache; only a receipt can be checked by itself.",
    )
}
