//! Progress bars on stderr for long work; silent where stderr is no terminal.

use std::sync::{Mutex, PoisonError};

use indicatif::{ProgressBar, ProgressStyle};

use crate::{
    office::IssueStep,
    progress::{Folded, Folding, Listener},
};

/// Lines or entries that are folded in well under a second: a bar would only flicker.
const WORTH_A_BAR: u64 = 5_000;

/// A bar of this length.
pub(super) fn progress(length: usize, what: &'static str) -> ProgressBar {
    let bar = ProgressBar::new(length as u64);
    let style = ProgressStyle::with_template("{msg} {bar:40} {pos}/{len} {eta}");
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar.with_message(what)
}

/// What the bar of issuing says first.
pub(super) const DRAFTING: &str = "起草 / drafting";

/// Moves the bar of issuing.
pub(super) fn issuing(bar: &ProgressBar, step: IssueStep) {
    match step {
        IssueStep::Approved { .. } => bar.set_message("签发 / issuing"),
        IssueStep::Done { results } => {
            bar.set_position(results as u64);
            bar.set_message(DRAFTING);
        }
    }
}

/// One bar after the other while the registry is made: for the journal, then for the log.
pub(super) fn folding() -> Listener {
    let shown: Mutex<Option<(Folded, ProgressBar)>> = Mutex::new(None);
    Listener::new(move |Folding { of, done, total }| {
        if total < WORTH_A_BAR {
            return;
        }
        let mut shown = shown.lock().unwrap_or_else(PoisonError::into_inner);
        let bar = match shown.take() {
            Some((before, bar)) if before == of => bar,
            Some(_) | None => progress(usize::try_from(total).unwrap_or(usize::MAX), words(of)),
        };
        bar.set_position(done);
        if done == total {
            bar.finish();
        } else {
            *shown = Some((of, bar));
        }
    })
}

const fn words(of: Folded) -> &'static str {
    match of {
        Folded::Journal => "索引 / registry: 工作日志 / journal",
        Folded::Log => "索引 / registry: 账本 / log",
    }
}
