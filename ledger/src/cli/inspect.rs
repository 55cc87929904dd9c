//! `ledger inspect`: one entry, checkpoint or file in readable form. With a trust file everything hangs
//! on the verified checkpoint; without one it is what the files claim.

mod render;
mod view;

use std::process::ExitCode;

use ledger::{
    entry::Entry,
    merkle::{EntryBundle, Tile},
    path::LogPath,
    position::LeafIndex,
    status::ExceptionList,
};

use self::{render::Shown, view::View};
use super::{
    InspectArgs,
    output::{Failure, Style, line},
    sources, text,
};

/// What is to be shown.
enum What {
    Entry(LeafIndex),
    Head,
    List,
    File(LogPath),
}

pub(super) fn run(args: &InspectArgs) -> Result<ExitCode, Failure> {
    let trust = args.trust.as_deref().map(sources::trust).transpose()?;
    let what = what(&args.what)?;
    if trust.is_none() {
        eprintln!("{}", text::UNVERIFIED);
    }
    let view = View::open(&args.log, trust.as_ref())?;
    let style = Style::of(args.json);
    match what {
        What::File(path @ (LogPath::Checkpoint | LogPath::KeptCheckpoint(_))) => {
            let checkpoint = view.checkpoint(&path)?;
            show(style, &render::checkpoint(&checkpoint, trust.as_ref()))?;
        }
        What::Entry(index) => show_entry(&view, style, index, &view.entry(index)?)?,
        What::Head => {
            let head = view.newest_head()?;
            show_entry(&view, style, head.index, &Entry::StatusHead(head).encode())?;
        }
        What::List => {
            let head = view.newest_head()?;
            let list = view.list(&LogPath::StatusList(head.list_head))?;
            show_list(style, &list)?;
        }
        What::File(path @ LogPath::StatusList(_)) => show_list(style, &view.list(&path)?)?,
        What::File(path @ LogPath::Entries(span)) => {
            let bytes = view.file(&path)?;
            let bundle = EntryBundle::parse(&bytes, span.width());
            let bundle = bundle.map_err(|error| not_shown(path, error))?;
            for (entry, index) in bundle.entries().iter().zip(span.start()..) {
                let index = LeafIndex::new(index).map_err(|error| not_shown(path, error))?;
                show_entry(&view, style, index, entry)?;
            }
        }
        What::File(path @ LogPath::Tile(id)) => {
            let bytes = view.file(&path)?;
            let tile = Tile::parse(id, &bytes).map_err(|error| not_shown(path, error))?;
            for (hash, position) in tile.hashes().iter().zip(id.span().start()..) {
                show(style, &render::hash(id.level(), position, hash))?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn what(text: &str) -> Result<What, Failure> {
    match text {
        "head" => return Ok(What::Head),
        "list" => return Ok(What::List),
        _ => {}
    }
    if text.bytes().all(|byte| byte.is_ascii_digit())
        && let Ok(number) = text.parse()
    {
        let index = LeafIndex::new(number).map_err(|error| not_shown(text, error))?;
        return Ok(What::Entry(index));
    }
    text.parse().map(What::File).map_err(|error| not_shown(text, error))
}

fn not_shown(what: impl std::fmt::Display, reason: impl std::fmt::Display) -> Failure {
    Failure::NotShown { what: what.to_string(), reason: reason.to_string() }
}

fn show_entry(
    view: &View<'_>,
    style: Style,
    index: LeafIndex,
    bytes: &[u8],
) -> Result<(), Failure> {
    let entry =
        Entry::decode(bytes).map_err(|error| not_shown(format_args!("entry {index}"), error))?;
    show(style, &render::entry(index, &entry, view.roots()))
}

fn show_list(style: Style, list: &ExceptionList) -> Result<(), Failure> {
    if list.is_empty() && style == Style::Words {
        return line(text::NO_EXCEPTIONS);
    }
    list.iter().try_for_each(|exception| show(style, &render::exception(exception)))
}

fn show(style: Style, shown: &Shown) -> Result<(), Failure> {
    match style {
        Style::Words => line(shown),
        Style::Json => line(shown.json()),
    }
}
