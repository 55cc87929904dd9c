//! The C2SP tlog-witness protocol without its network: what a log sends to a witness, by which rules
//! the witness cosigns, and how either answer reads. The version is that of July 2026, in which
//! another root at the size last cosigned is answered 422 (it was 409 in v1.0.0).

mod answer;
mod check;
mod request;

pub use self::{
    answer::{
        CosignaturesError, MAX_ANSWER_LEN, SIZE_CONTENT_TYPE, cosignature_lines,
        parse_cosignatures, parse_size, size_text,
    },
    check::{Cosignable, LastCosigned, WitnessRefusal},
    request::{ADD_CHECKPOINT, AddCheckpoint, AddCheckpointError, MAX_ADD_CHECKPOINT_LEN},
};

#[cfg(test)]
mod tests;
