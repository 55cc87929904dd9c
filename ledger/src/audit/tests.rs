#![expect(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]

mod private;
mod public;
mod rules;
mod sample;

use std::num::NonZeroUsize;

use super::{AuditError, Fault, Problem, Scope, Whole, check_everything};
use crate::{
    private_kit::bureau::{kek, trust},
    seal::KeyEncryptionKey,
    store::MemoryDisk,
};

fn public(disk: &MemoryDisk) -> Result<Whole, AuditError> {
    check_everything(disk, &trust(), Scope::Public, &|_| ())
}

fn private(disk: &MemoryDisk) -> Result<Whole, AuditError> {
    private_with(disk, &kek())
}

fn private_with(disk: &MemoryDisk, key: &KeyEncryptionKey) -> Result<Whole, AuditError> {
    let threads = NonZeroUsize::new(2).unwrap();
    check_everything(disk, &trust(), Scope::Private { key, threads }, &|_| ())
}

/// The fault that an audit must find.
fn fault(verdict: Result<Whole, AuditError>) -> Fault {
    match verdict {
        Err(AuditError::Fault { fault, .. }) => *fault,
        other => panic!("{other:?}"),
    }
}

/// Asserts that an audit names a file and says that this is wrong with it.
macro_rules! assert_fault {
    ($verdict:expr, $file:expr, $problem:pat) => {{
        let found = super::fault($verdict);
        assert_eq!(found.file, $file, "{found}");
        assert!(matches!(found.problem, $problem), "{found}");
    }};
}
use assert_fault;

/// The first few bytes of every file, and every `step`-th after them.
fn offsets(len: usize, dense: usize, step: usize) -> impl Iterator<Item = usize> {
    (0..len.min(dense)).chain((dense..len).step_by(step))
}

/// Flips one bit of a file, another one at every offset.
fn flipped(bytes: &[u8], at: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[at] ^= 1 << (at % 8);
    bytes
}
