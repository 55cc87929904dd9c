//! `verifier witness`: cosigns the checkpoints of logs (C2SP tlog-witness), each once it extends the
//! one cosigned before.
//!
//! What a witness promises rests on its memory. At each step this is durable, and a crash leads to:
//!
//! | step | durable then | after a crash |
//! |---|---|---|
//! | the checkpoint is checked, and replayed where that was asked for | nothing | nothing happened |
//! | `<state>/<SHA-256 of the origin>` | the checkpoint with its new cosignature | the log is told this size |
//! | `<key>.logs` | its size, so that a lost or old state is known | the same; completed on opening |
//! | the answer | | |
//!
//! | file | knows |
//! |---|---|
//! | `key` | the witness's key, and the list of the logs that it cosigned |
//! | `state` | what was cosigned last, on disk |
//! | `cosigner` | the decision, for one request at a time and log |
//! | `replaying` | replaying the rules of a log before cosigning it |
//! | `evidence` | what a log is convicted by |
//! | `http` | addresses and status codes |

mod cosigner;
mod evidence;
mod http;
mod key;
mod replaying;
mod state;

pub use self::{
    cosigner::{Refused, Witness, WitnessOpenError},
    http::{REQUEST_TIME, router},
    key::{Statement, WitnessKey, WitnessKeyError},
    replaying::{ReplayFault, Replayer},
    state::StateError,
};

#[cfg(test)]
mod tests;
