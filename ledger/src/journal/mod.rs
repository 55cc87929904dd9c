//! The journal: what staff and applicants do before and around the record. The action *is* its line:
//! it is acknowledged only once its line is durable.
//!
//! One append-only file of length-prefixed, hash-chained records. Every status head of the log
//! anchors it, so a journal that was shortened or altered shows. Personal payloads in it are sealed
//! like private records, one person a payload; erasing one leaves the chain as it is.
//!
//! | file | knows |
//! |---|---|
//! | `record` | the content of one record, strict CBOR both ways |
//! | `chain` | header, framing, chain hashes |
//! | `anchor` | what a status head fixes of the journal, and its opening |
//! | `erasure` | the one kind of record that the ledger itself understands |
//! | `reader` | streaming, names the first fault |
//! | `open`, `writer` | appending to the file and what is checked before |

mod anchor;
mod chain;
mod erasure;
mod open;
mod reader;
mod record;
mod writer;

pub use self::{
    anchor::{ANCHOR_OPENING_LEN, ANCHOR_SALT_LEN, AnchorOpening, OpeningError},
    chain::{ChainHash, JournalHead, RecordCount},
    erasure::{ERASURE_KIND, Erasures},
    open::{CheckedJournal, DroppedTail, JournalOpenError, check_against_anchor},
    reader::{JournalFault, JournalPlace, JournalProblem, JournalReader},
    record::{
        JournalRecord, MAX_ACTOR_LEN, MAX_BODY_LEN, MAX_DATA_LEN, MAX_KIND_LEN, RecordError,
        RecordKind,
    },
    writer::{JournalError, JournalWriter, NewRecord, open_payload},
};
pub use crate::{digest::JournalAnchor, seal::JournalSequence};
