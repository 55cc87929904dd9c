//! What ends a look before its end, and what of it can be proved.

use ledger::{
    evidence::ProvenEntry,
    merkle::ProveError,
    position::LeafIndex,
    reader::{LogReader, ReadError},
    replay::FollowError,
};

use super::{Finding, Proof, StateError};
use crate::fetch::{LogSource, SourceError};

/// The log under one verified checkpoint.
pub(super) type Reading<'a> = LogReader<&'a LogSource>;

/// What was found, and what proves it.
pub(super) struct Found {
    pub(super) finding: Finding,
    pub(super) proof: Option<Proof>,
}

/// Why a look ends before its end.
pub(super) enum Ended {
    Found(Box<Found>),
    State(StateError),
    Stopped,
}

impl From<Finding> for Ended {
    fn from(finding: Finding) -> Self {
        Self::Found(Box::new(Found { finding, proof: None }))
    }
}

impl From<StateError> for Ended {
    fn from(error: StateError) -> Self {
        Self::State(error)
    }
}

impl From<Found> for Ended {
    fn from(found: Found) -> Self {
        Self::Found(Box::new(found))
    }
}

/// What a replay that failed found.
pub(super) fn broken(error: FollowError<SourceError>, reader: &Reading<'_>) -> Found {
    let (finding, entry) = match error {
        FollowError::Read(error) => (wrong_file(error), None),
        FollowError::Broken(broken) => {
            let index = broken.index();
            (Finding::Broken(broken), index)
        }
        FollowError::NoHead { size } => (Finding::NoHead { size }, size.last_index()),
        // Nobody signed the file of a list.
        FollowError::List { head, fault } => (Finding::List { head, fault }, None),
    };
    let proof = entry.and_then(|index| charge(reader, index, &finding));
    Found { finding, proof }
}

/// The entry with the proof of its place; none if it cannot be had any more.
fn charge(reader: &Reading<'_>, index: LeafIndex, finding: &Finding) -> Option<Proof> {
    let bytes = reader.entry(index).ok()?;
    let path: Result<_, ProveError<_>> = reader.prove_inclusion(index);
    let entry = ProvenEntry { index, bytes, path: path.ok()?.hashes().to_vec() };
    let checkpoint = reader.checkpoint().signed().clone();
    let charge = format!("{}; {}", finding.zh(), finding.en()).replace('\n', " ");
    Some(Proof::Entry { checkpoint, entry, charge })
}

pub(super) fn not_fetched(error: SourceError) -> Finding {
    match error.too_long() {
        Some(detail) => Finding::File { detail },
        None => Finding::Unreachable { detail: error.to_string() },
    }
}

pub(super) fn wrong_file(error: ReadError<SourceError>) -> Finding {
    match error {
        ReadError::Fetch { path: _, source } => not_fetched(source),
        ReadError::Bundle { path, source } => Finding::File { detail: format!("{path}: {source}") },
        error => Finding::File { detail: error.to_string() },
    }
}
