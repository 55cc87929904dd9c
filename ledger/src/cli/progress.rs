//! A bar on stderr while an audit runs. Where stderr is no terminal, nothing is shown.

use indicatif::{ProgressBar, ProgressStyle};
use ledger::audit::{Progress, Stage};
use std::sync::{Mutex, PoisonError};

use super::text;

/// The bar of the stage that is under way.
#[derive(Debug, Default)]
pub(super) struct Bars(Mutex<Option<(Stage, ProgressBar)>>);

impl Bars {
    pub(super) fn show(&self, progress: Progress) {
        let mut current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let bar = match current.take() {
            Some((stage, bar)) if stage == progress.stage => bar,
            other => {
                if let Some((_, done)) = other {
                    done.finish_and_clear();
                }
                new_bar(progress)
            }
        };
        bar.set_position(progress.done);
        *current = Some((progress.stage, bar));
    }

    /// Takes the bar away, so that what is said next stands on a line of its own.
    pub(super) fn clear(&self) {
        if let Some((_, bar)) = self.0.lock().unwrap_or_else(PoisonError::into_inner).take() {
            bar.finish_and_clear();
        }
    }
}

fn new_bar(progress: Progress) -> ProgressBar {
    let (bar, template) = match progress.total {
        Some(total) => (ProgressBar::new(total), "{msg} {wide_bar} {pos}/{len} {eta}"),
        None => (ProgressBar::new_spinner(), "{msg} {spinner} {pos}"),
    };
    let style = ProgressStyle::with_template(template);
    let bar = bar.with_message(text::stage(progress.stage));
    // A template that does not parse would be our own mistake; the default style is as good.
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
