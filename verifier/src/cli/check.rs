//! `verifier check`.

use std::io::{self, IsTerminal as _, Write as _};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use ledger::usage;

use super::{
    EXIT_NOT_VALID, EXIT_UNDETERMINED, EXIT_VALID, Language, Message,
    answering::Answering,
    args::CheckArgs,
    human,
    input::{self, Unreadable},
    receipt::Receipts,
    setup::{explain_missing_log, read_trust},
    talk::{json_line, unwritable},
};
use crate::{
    check::{InputError, Report},
    report_json::ReportJson,
    verdict::{Outcome, Reason},
};

/// What came of all inputs together.
#[derive(Default)]
struct Tally {
    not_valid: usize,
    undetermined: usize,
}

/// Checks every input; a bad one is reported, and the others go on.
pub(super) fn run(args: &CheckArgs, language: Language) -> Result<u8, Message> {
    if let Some(wrong) =
        args.proof.as_ref().and_then(|_| input::one_for_each_proof(args.inputs.len()))
    {
        wrong.say();
        return Ok(usage::EXIT_USAGE);
    }
    let trust = read_trust(&args.trust)?;
    let receipts = Receipts::to(args.receipt.as_deref(), args.inputs.len())?;
    let proof = args.proof.as_deref().map(input::proof).transpose()?;
    let answering = Answering::choose(args, trust)?;

    let mut tally = Tally::default();
    let mut no_checkpoint = None;
    let bar = progress(args.inputs.len());
    for argument in &args.inputs {
        let (name, input) = input::read(argument);
        let input = input.and_then(|input| input::with_proof(input, proof.clone()));
        if let Some(wrong) = input.as_ref().ok().and_then(|input| answering.asks_too_much(input)) {
            wrong.say();
            return Ok(usage::EXIT_USAGE);
        }
        let answer = input.map(|input| answering.check(&input, args));
        if let Some(log) = args.log.as_deref().filter(|_| is_without_checkpoint(&answer)) {
            no_checkpoint.get_or_insert_with(|| explain_missing_log(log));
        }
        tally.count(&answer);
        let line = shown(&name, &answer, args, language)?;
        let written = bar.suspend(|| writeln!(io::stdout().lock(), "{line}"));
        written.map_err(|error| unwritable(&error))?;
        if let Ok(Ok(report)) = &answer {
            receipts.write(&name, report)?;
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    if let Some(message) = no_checkpoint {
        message.say();
    }
    answering.keep()?;
    Ok(tally.exit_code())
}

fn is_without_checkpoint(answer: &Answer) -> bool {
    matches!(answer, Ok(Ok(report)) if report.verdict.reason == Some(Reason::NoCheckpoint))
}

type Answer = Result<Result<Report, InputError>, Unreadable>;

fn shown(
    name: &str,
    answer: &Answer,
    args: &CheckArgs,
    language: Language,
) -> Result<String, Message> {
    if args.json {
        let json = match answer {
            Ok(Ok(report)) => ReportJson::of(name, report),
            Ok(Err(error)) => ReportJson::of_error(name, error),
            Err(Unreadable { code, message }) => {
                ReportJson::unreadable(name, code, &message.zh, &message.en)
            }
        };
        return json_line(&json);
    }
    Ok(match answer {
        Ok(Ok(report)) => human::report(name, report, language),
        Ok(Err(error)) => human::unreadable(name, error.zh(), error.en(), language),
        Err(Unreadable { message, .. }) => {
            human::unreadable(name, &message.zh, &message.en, language)
        }
    })
}

impl Tally {
    fn count(&mut self, answer: &Answer) {
        match answer {
            Ok(Ok(report)) => match report.verdict.outcome {
                Outcome::Valid => {}
                Outcome::CannotDetermine => self.undetermined += 1,
                Outcome::Revoked
                | Outcome::NotRecognised
                | Outcome::CancelledError
                | Outcome::Superseded
                | Outcome::NotOnRecord => self.not_valid += 1,
            },
            Ok(Err(_)) | Err(_) => self.undetermined += 1,
        }
    }

    const fn exit_code(&self) -> u8 {
        match (self.not_valid, self.undetermined) {
            (0, 0) => EXIT_VALID,
            (0, _) => EXIT_UNDETERMINED,
            _ => EXIT_NOT_VALID,
        }
    }
}

/// A bar on a terminal's stderr, for more than one input.
fn progress(inputs: usize) -> ProgressBar {
    let wanted = inputs > 1 && io::stderr().is_terminal();
    let target = if wanted { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(Some(inputs as u64), target);
    match ProgressStyle::with_template("核验 {bar:40} {pos}/{len} {eta}") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
