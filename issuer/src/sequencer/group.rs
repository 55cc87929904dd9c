//! Group commit: several submissions in one batch, each whole or not at all.

use ledger::{
    digest::Commitment,
    entry::Entry,
    position::{LeafIndex, PositionTooLarge},
    rules::LogState,
};

use super::{Placed, Prepared, Sequencer, Submission, SubmitError};
use crate::witnesses::NoQuorum;

/// Where an entry came from: which submission, and which of its entries.
type Source = (usize, usize);

impl Sequencer {
    /// Commits a group of submissions in one batch and answers each, in order. One that breaks a rule
    /// is refused alone; if they only conflict with each other, they are committed one by one.
    pub fn commit_group(
        &mut self,
        submissions: Vec<Submission>,
    ) -> Vec<Result<Placed, SubmitError>> {
        if submissions.is_empty() {
            return Vec::new();
        }
        // The rules are applied to the state after a batch that still waited.
        if let Err(error) = self.settle() {
            return tell_all(error, submissions.len());
        }
        if submissions.len() == 1 {
            // Alone, a submission is checked by being committed.
            return self.commit_accepted(submissions);
        }
        let mut answers: Vec<Option<Result<Placed, SubmitError>>> = Vec::new();
        let mut accepted = Vec::new();
        for (number, submission) in submissions.into_iter().enumerate() {
            match self.check_alone(&submission) {
                Ok(()) => {
                    accepted.push((number, submission));
                    answers.push(None);
                }
                Err(error) => answers.push(Some(Err(error))),
            }
        }
        let numbers: Vec<usize> = accepted.iter().map(|(number, _)| *number).collect();
        let results = self.commit_accepted(accepted.into_iter().map(|(_, s)| s).collect());
        for (number, result) in numbers.into_iter().zip(results) {
            if let Some(answer) = answers.get_mut(number) {
                *answer = Some(result);
            }
        }
        answers.into_iter().map(|answer| answer.unwrap_or(Err(SubmitError::Stopped))).collect()
    }

    fn check_alone(&self, submission: &Submission) -> Result<(), SubmitError> {
        if self.stopped {
            return Err(SubmitError::Stopped);
        }
        let ordered = arrange(std::slice::from_ref(submission));
        self.after(ordered.iter().map(|(_, prepared)| *prepared)).map(|_state| ())
    }

    /// The state after `entries`, if they keep the rules.
    fn after<'a>(
        &self,
        entries: impl Iterator<Item = &'a Prepared>,
    ) -> Result<LogState, SubmitError> {
        let mut state = self.state.clone();
        for prepared in entries {
            state.apply(&prepared.entry, &*self.parts.registry)?;
        }
        Ok(state)
    }

    fn commit_accepted(
        &mut self,
        submissions: Vec<Submission>,
    ) -> Vec<Result<Placed, SubmitError>> {
        if submissions.is_empty() {
            return Vec::new();
        }
        let ordered = arrange(&submissions);
        let together = self.after(ordered.iter().map(|(_, prepared)| *prepared));
        let sources: Vec<Source> = ordered.iter().map(|(source, _)| *source).collect();
        match together {
            Ok(state) => self.commit_together(submissions, &sources, state),
            Err(error) if submissions.len() == 1 => vec![Err(error)],
            Err(_conflict) => {
                submissions.into_iter().flat_map(|one| self.commit_group(vec![one])).collect()
            }
        }
    }

    fn commit_together(
        &mut self,
        submissions: Vec<Submission>,
        sources: &[Source],
        state: LogState,
    ) -> Vec<Result<Placed, SubmitError>> {
        let first = self.size().get();
        let count = submissions.len();
        if let Err(error) = self.append(in_order(submissions), state) {
            return tell_all(error, count);
        }
        let size = self.size();
        (0..count)
            .map(|number| Ok(Placed { indices: places(sources, number, first)?, size }))
            .collect()
    }
}

/// One failure, told to everybody: the first gets it whole, unless it can be told again.
fn tell_all(error: SubmitError, submissions: usize) -> Vec<Result<Placed, SubmitError>> {
    let others = submissions.saturating_sub(1);
    let again: fn(NoQuorum) -> SubmitError = match &error {
        SubmitError::Unpublished(_) => SubmitError::Unpublished,
        _ => SubmitError::EarlierUnpublished,
    };
    let missing = match &error {
        SubmitError::Unpublished(missing) | SubmitError::EarlierUnpublished(missing) => {
            Some(*missing)
        }
        _ => None,
    };
    let other = || Err(missing.map_or(SubmitError::Stopped, again));
    let others: Vec<_> = std::iter::repeat_with(other).take(others).collect();
    std::iter::once(Err(error)).take(submissions).chain(others).collect()
}

/// The entries of all submissions in the order in which they are appended.
fn arrange(submissions: &[Submission]) -> Vec<(Source, &Prepared)> {
    let mut ordered: Vec<(Source, &Prepared)> = submissions
        .iter()
        .enumerate()
        .flat_map(|(number, submission)| {
            let entries = submission.entries.iter().enumerate();
            entries.map(move |(at, prepared)| ((number, at), prepared))
        })
        .collect();
    ordered.sort_by_cached_key(|(_, prepared)| rank(prepared));
    ordered
}

/// Authorities, then the issuances of all sorted by commitment (so that their order says nothing),
/// then the rest.
fn rank(prepared: &Prepared) -> (u8, Option<Commitment>) {
    match &prepared.entry {
        Entry::Authority(_) => (0, None),
        Entry::Issuance(issuance) => (1, Some(issuance.commitment)),
        Entry::StatusChange(_)
        | Entry::IntegrityRecord(_)
        | Entry::Anchor(_)
        | Entry::StatusHead(_) => (2, None),
    }
}

/// The entries themselves in the order of [`arrange`]: both sorts are stable and by the same rank, so
/// none can be left out or change places.
fn in_order(submissions: Vec<Submission>) -> Vec<Prepared> {
    let mut entries: Vec<Prepared> =
        submissions.into_iter().flat_map(|submission| submission.entries).collect();
    // Cached, so that each entry is moved once.
    entries.sort_by_cached_key(rank);
    entries
}

/// The indices of one submission's entries, in its own order.
fn places(
    sources: &[Source],
    number: usize,
    first: u64,
) -> Result<Vec<LeafIndex>, PositionTooLarge> {
    let mut placed: Vec<(usize, u64)> = sources
        .iter()
        .zip(first..)
        .filter(|((submission, _), _)| *submission == number)
        .map(|((_, at), index)| (*at, index))
        .collect();
    placed.sort_unstable();
    placed.into_iter().map(|(_, index)| LeafIndex::new(index)).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use ledger::entry::Issuance;

    use super::*;

    fn other(byte: u8) -> Prepared {
        Prepared::new(Entry::IntegrityRecord(Commitment::to(&[byte])), None)
    }

    fn issuance(byte: u8) -> Prepared {
        let (authority, commitment) = (LeafIndex::new(2).unwrap(), Commitment::to(&[byte]));
        Prepared::new(Entry::Issuance(Issuance { authority, title: None, commitment }), None)
    }

    #[test]
    fn every_entry_is_appended_once_in_the_order_by_which_its_index_is_told() {
        let submissions = || {
            let entries = |entries| Submission { entries };
            vec![
                entries(vec![other(1), issuance(2), issuance(3)]),
                entries(vec![]),
                entries(vec![issuance(4), other(5), issuance(6), other(1)]),
            ]
        };
        let arranged = submissions();
        let arranged: Vec<_> =
            arrange(&arranged).into_iter().map(|(_, prepared)| prepared.entry.clone()).collect();
        let appended: Vec<_> =
            in_order(submissions()).into_iter().map(|prepared| prepared.entry).collect();
        assert_eq!(appended, arranged);
        let all: usize = submissions().iter().map(|submission| submission.entries.len()).sum();
        assert_eq!(appended.len(), all);
        assert!(matches!(appended[3], Entry::Issuance(_)) && appended[4] == other(1).entry);
    }
}
