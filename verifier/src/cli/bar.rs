//! A progress bar over a log's entries, on a terminal's stderr.

use std::io::{self, IsTerminal as _};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use ledger::position::TreeSize;

use super::stop::Stop;
use crate::watch::Watch;

/// A bar, and whether somebody asked to stop meanwhile.
pub(super) struct Bar<'a> {
    bar: ProgressBar,
    stop: &'a Stop,
}

impl<'a> Bar<'a> {
    /// A bar with a word before it.
    pub(super) fn new(word: &str, stop: &'a Stop) -> Self {
        let wanted = io::stderr().is_terminal();
        let target =
            if wanted { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target);
        let template = format!("{word} {{bar:40}} {{pos}}/{{len}} {{per_sec}} {{eta}}");
        let bar = match ProgressStyle::with_template(&template) {
            Ok(style) => bar.with_style(style),
            Err(_) => bar,
        };
        Self { bar, stop }
    }

    pub(super) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

impl Watch for Bar<'_> {
    fn done(&self, done: TreeSize, of: TreeSize) {
        self.bar.set_length(of.get());
        self.bar.set_position(done.get());
    }

    fn is_stopped(&self) -> bool {
        self.stop.is_asked()
    }
}
