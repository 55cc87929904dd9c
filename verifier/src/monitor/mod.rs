//! Following a log: whoever runs a monitor finds what plain witnesses cannot, a false entry or a
//! false head, and keeps what proves it.
//!
//! One look, in this order; the first thing that is wrong is the finding:
//!
//! 1. The checkpoint: every signature line, the quorum.
//! 2. Consistency with the newest checkpoint seen. If it is another history, both signed checkpoints
//!    and the proof between them are the evidence. The newest one seen is then kept, before anything
//!    else is read: a log that shows another history after that is found, whatever happens meanwhile.
//!    A checkpoint that cannot be compared, because who shows it has not the files for it, is kept too,
//!    and compared as soon as they can be had.
//! 3. Every entry that is new, each checked against the tree, under every rule; the status heads, and
//!    the exceptions list of the newest. An entry that breaks a rule is evidence with the proof of its
//!    place: the log's key signed a tree with it.
//! 4. Age: of the last head and of the quorum's cosignatures.
//!
//! What is known is saved in between, so that a process that is killed goes on at the last head that
//! it saved. Memory is that of [`ledger::replay`].
//!
//! | file | knows |
//! |---|---|
//! | `finding` | what a look can come to, and which exit code that is |
//! | `look` | one look, from the checkpoint to its age |
//! | `compare` | one signed checkpoint held against another |
//! | `found` | what ends a look, and what of it can be proved |
//! | `state`, `state_file` | the files that keep what is known, and their bytes |
//! | `evidence`, `evidence_text` | what proves a fault, and its file |
//! | `report` | a finding as a JSON line |
//! | `webhook` | posting it |

mod compare;
mod evidence;
mod evidence_text;
mod finding;
mod found;
mod look;
mod report;
mod state;
mod state_file;
mod webhook;

pub use self::{
    evidence::{Evidence, EvidenceError, Fork, Link, MAX_EVIDENCE_LEN, Proof, Proven},
    evidence_text::EvidenceTextError,
    finding::{Finding, History, Severity},
    look::{Monitor, Seen},
    report::ReportJson,
    state::StateError,
    webhook::{Webhook, WebhookError},
};
