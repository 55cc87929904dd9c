//! `verifier monitor`.

use std::{
    io::{self, Write as _},
    time::Duration,
};

use super::{
    EXIT_NOT_VALID, EXIT_UNDETERMINED, EXIT_VALID, Language, Message,
    args::MonitorArgs,
    bar::Bar,
    setup::read_trust,
    stop::Stop,
    talk::{json_line, unwritable},
};
use crate::{
    causes::zh,
    clock::{ChosenClock, Clock as _},
    fetch::LogSource,
    monitor::{Finding, Monitor, ReportJson, Seen, Severity, StateError, Webhook},
};

/// Looks once, or again and again until something is wrong or it is told to stop.
pub(super) fn run(args: &MonitorArgs, language: Language) -> Result<u8, Message> {
    let trust = read_trust(&args.trust)?;
    let source = LogSource::at(&args.log);
    let clock = args.now.map_or(ChosenClock::System, ChosenClock::Fixed);
    let webhook = args.webhook.as_deref().map(Webhook::at);
    let stop = Stop::listen()?;
    let mut monitor = Monitor::open(&args.state, trust).map_err(|error| explain(&error, args))?;
    let mut posted = None;
    loop {
        let now = clock.now();
        let bar = Bar::new("监测", &stop);
        let seen = monitor.look(&source, now, &bar);
        bar.clear();
        let Some(seen) = seen.map_err(|error| explain(&error, args))? else {
            return Ok(EXIT_VALID);
        };
        let report = json_line(&ReportJson::of(&seen, now))?;
        tell(&seen, &report, args, language)?;
        if let Some(webhook) = &webhook {
            post(webhook, &seen, &report, &mut posted, &stop);
        }
        let severity = seen.finding.severity();
        if args.once || severity == Severity::Fault {
            return Ok(exit_code(severity));
        }
        if stop.wait(Duration::from_secs(args.interval.get())) {
            return Ok(exit_code(severity));
        }
    }
}

const fn exit_code(severity: Severity) -> u8 {
    match severity {
        Severity::Fine => EXIT_VALID,
        Severity::Fault => EXIT_NOT_VALID,
        Severity::Unknown => EXIT_UNDETERMINED,
    }
}

fn tell(seen: &Seen, json: &str, args: &MonitorArgs, language: Language) -> Result<(), Message> {
    let line = if args.json { json.to_owned() } else { words(seen, &args.log, language) };
    writeln!(io::stdout().lock(), "{line}").map_err(|error| unwritable(&error))
}

fn words(seen: &Seen, log: &str, language: Language) -> String {
    let finding = &seen.finding;
    let replayed = seen.replayed;
    let evidence = seen.evidence.as_ref().map(|path| path.display());
    match (language, finding) {
        (Language::Zh, Finding::Fine) => format!("{log}：已按规则重放{replayed}条，未发现问题。"),
        (Language::En, Finding::Fine) => {
            format!("{log}: {replayed} entries replayed under the rules, nothing is wrong.")
        }
        (Language::Zh, _) => {
            let kept = evidence.map_or_else(String::new, |path| format!("证据保存在{path}。"));
            format!("{log}：{}。{kept}", finding.zh())
        }
        (Language::En, _) => {
            let kept =
                evidence.map_or_else(String::new, |path| format!(" The evidence is {path}."));
            format!("{log}: {}.{kept}", finding.en())
        }
    }
}

/// Posts what is not fine, and that it is fine again; the same thing once.
fn post(webhook: &Webhook, seen: &Seen, json: &str, posted: &mut Option<Finding>, stop: &Stop) {
    let kind = std::mem::discriminant(&seen.finding);
    let before = posted.as_ref().map(std::mem::discriminant);
    let is_news = match before {
        Some(before) => before != kind,
        None => seen.finding.severity() != Severity::Fine,
    };
    if !is_news {
        return;
    }
    match webhook.post_patiently(json, |time| !stop.wait(time)) {
        Ok(()) => *posted = Some(seen.finding.clone()),
        // It is tried again with the next look.
        Err(error) => Message::new(
            format!("结果未能送达 --webhook（{}）；结论不变。", zh(&error)),
            format!(
                "The finding could not be posted to --webhook ({error}); it stands all the same."
            ),
        )
        .say(),
    }
}

fn explain(error: &StateError, args: &MonitorArgs) -> Message {
    let state = args.state.display();
    let (zh, en) = match error {
        StateError::Io { .. } | StateError::File(_) => (
            format!("无法读写（{}）。请检查权限和磁盘空间", zh(error)),
            "Check permissions and free space.",
        ),
        StateError::Lock(_) => (
            format!("已被占用（{}）。请先停止另一个监测进程", zh(error)),
            "Stop the other monitor first.",
        ),
        StateError::Lost { .. } | StateError::Altered { .. } => (
            format!(
                "监测状态丢失或被改动（{}）。请从备份恢复；若确要从头开始，请移走整个目录：此前所见的检查点将不再能用来比对",
                zh(error)
            ),
            "Restore it from a backup. To begin anew, move the whole directory away: the checkpoints seen before can then no longer be compared.",
        ),
        StateError::OtherLog { .. } => (
            format!("属于另一账本（{}）。请核对信任文件，或用 --state 另指目录", zh(error)),
            "Check the trust file, or name another directory with --state.",
        ),
    };
    Message::new(
        format!("状态目录{state}{zh}。"),
        format!("The state directory {state}: {error}. {en}"),
    )
}
