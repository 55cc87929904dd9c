//! A checker that gathers from one log and judges under one trust file.

use std::sync::Arc;

use ledger::{evidence::Evidence, reader::Fetch, time::Date, trust::Trust};

use crate::{
    cache::{Cache, Filled, NotFilled},
    check::{Checker, Input, InputError, LogProof, Report},
    clock::Clock,
    gather::{Gatherer, LastSeen, SearchLimit},
    verdict::{Findings, Known, Outcome, Question, Verdict, judge_knowing},
};

/// Answers from a log, wherever its files are. What verified once is not verified again, and while
/// the checkpoint stays the same nothing is read twice.
#[derive(Debug)]
pub struct LogChecker<F, C> {
    known: Arc<Known>,
    gatherer: Gatherer<F>,
    clock: C,
    limit: SearchLimit,
}

impl<F: Fetch, C: Clock> LogChecker<F, C> {
    /// A checker that has not seen any checkpoint yet.
    pub fn new(trust: Trust, source: F, clock: C, limit: SearchLimit) -> Self {
        Self::having_seen(LastSeen::nothing(), trust, source, clock, limit)
    }

    /// A checker that saw a checkpoint in an earlier run: the log must extend it.
    pub fn having_seen(
        seen: LastSeen,
        trust: Trust,
        source: F,
        clock: C,
        limit: SearchLimit,
    ) -> Self {
        let known = Arc::new(Known::nothing(trust));
        let gatherer = Gatherer::new(source, Arc::clone(&known), seen);
        Self { known, gatherer, clock, limit }
    }

    /// The newest checkpoint seen, to be kept for the next run.
    pub const fn seen(&self) -> &LastSeen {
        self.gatherer.seen()
    }

    /// What to keep for the time when the log is out of reach, together with what was kept before.
    ///
    /// # Errors
    /// [`NotFilled`].
    pub fn kept(&self, earlier: Option<&Cache>) -> Result<Filled, NotFilled> {
        let mut logs = self.known.trust().logs();
        let view = logs.find_map(|(log, policy)| self.gatherer.view(log, policy).ok());
        let view = view.ok_or(NotFilled::NoLog)?;
        Cache::filled(&view, earlier, self.limit)
    }

    /// Judges one input as of now.
    pub fn check_now(&self, input: &Input) -> Result<Report, InputError> {
        self.answer(input, Question::Now(self.clock.now()))
    }

    /// Judges one input as of the end of a Beijing day, and adds what came later.
    pub fn check_as_of(&self, input: &Input, date: Date) -> Result<Report, InputError> {
        self.answer(input, Question::AsOf { date, now: self.clock.now() })
    }

    fn answer(&self, input: &Input, question: Question) -> Result<Report, InputError> {
        let given = input.evidence()?;
        let mut report = match input {
            Input::QrText(_) | Input::Proved { .. } => {
                self.gathered(given.clone(), input.proof(), question)
            }
            Input::Receipt(_) => self.of_receipt(&given, question),
        };
        let newest_is_told = match question {
            Question::AsOf { .. } => true,
            Question::Now(_) => {
                matches!(input, Input::Receipt(_)) && report.verdict.outcome != Outcome::Valid
            }
        };
        if newest_is_told {
            let newest = self.gathered(given, input.proof(), Question::Now(question.now()));
            let outcome = newest.verdict.outcome;
            report.later = differs(&newest.verdict, &report.verdict).then_some(outcome);
        }
        Ok(report)
    }

    fn gathered(&self, given: Evidence, proof: Option<&LogProof>, question: Question) -> Report {
        let (evidence, findings) = self.gatherer.gather(given, proof, question, self.limit);
        let verdict = judge_knowing(&self.known, &evidence, &findings, question);
        Report { receipt: evidence.encode(), verdict, later: None }
    }

    /// What a receipt says by itself. But it is not called valid when the log at hand has a later
    /// head, which says otherwise of the very same moment.
    fn of_receipt(&self, given: &Evidence, question: Question) -> Report {
        let verdict = judge_knowing(&self.known, given, &Findings::NONE, question);
        if verdict.outcome == Outcome::Valid {
            let at_hand = self.gathered(given.clone(), None, question);
            if differs(&at_hand.verdict, &verdict) {
                return at_hand;
            }
        }
        Report { receipt: given.encode(), verdict, later: None }
    }
}

fn differs(newest: &Verdict, answered: &Verdict) -> bool {
    newest.outcome != Outcome::CannotDetermine && newest.outcome != answered.outcome
}

impl<F, C> Checker for LogChecker<F, C>
where
    F: Fetch + Send + Sync + 'static,
    C: Clock,
{
    fn check(&self, input: &Input) -> Result<Report, InputError> {
        self.check_now(input)
    }
}
