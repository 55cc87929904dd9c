//! The program `verifier`: checks title certificates on the command line and serves the page where
//! their QR codes lead.

use std::process::ExitCode;

use verifier::cli::{Language, run};

fn main() -> ExitCode {
    run(std::env::args_os(), Language::of_locale(locale().as_deref()))
}

/// The locale by the rules of POSIX: the first of these that is set and not empty.
#[expect(clippy::disallowed_methods, reason = "the program's one look at its environment")]
fn locale() -> Option<String> {
    let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(set)
}
