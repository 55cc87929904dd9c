//! `verifier mirror`.

use std::{
    io::{self, Write as _},
    time::Duration,
};

use super::{
    EXIT_NOT_VALID, EXIT_UNDETERMINED, EXIT_VALID, Language, Message, args::MirrorArgs, bar::Bar,
    setup::read_trust, stop::Stop, talk::unwritable,
};
use crate::{
    causes::zh,
    fetch::LogSource,
    mirror::{CopyError, Mirror, MirrorError, Round, SourceFault},
};

/// Copies once, or again and again until it is told to stop.
pub(super) fn run(args: &MirrorArgs, language: Language) -> Result<u8, Message> {
    let trust = read_trust(&args.trust)?;
    let source = LogSource::at(&args.from);
    let stop = Stop::listen()?;
    let mirror = Mirror::open(&args.to).map_err(|error| explain(&error.into(), args))?;
    loop {
        let watch = Bar::new("镜像", &stop);
        let outcome = mirror.bring_up(&source, &trust, &watch);
        watch.clear();
        match outcome {
            Ok(round) => tell(&round, args, language)?,
            Err(MirrorError::Stopped) => return Ok(EXIT_VALID),
            Err(error) => {
                explain(&error, args).say();
                let code = exit_code(&error);
                let may_pass = matches!(error, MirrorError::Unreachable(_) | MirrorError::NoLog);
                if !args.follow || !may_pass {
                    return Ok(code);
                }
            }
        }
        if !args.follow || stop.wait(Duration::from_secs(args.interval.get())) {
            return Ok(EXIT_VALID);
        }
    }
}

fn tell(round: &Round, args: &MirrorArgs, language: Language) -> Result<(), Message> {
    if args.follow && round.size == round.before {
        return Ok(());
    }
    let (size, new) = (round.size.get(), round.size.get() - round.before.get());
    let to = args.to.display();
    let line = match language {
        Language::Zh => format!("副本{to}：共{size}条，本次新增{new}条，已逐字节核对。"),
        Language::En => format!("{to}: {size} entries, {new} of them new, every byte checked."),
    };
    writeln!(io::stdout().lock(), "{line}").map_err(|error| unwritable(&error))
}

const fn exit_code(error: &MirrorError) -> u8 {
    match error {
        MirrorError::Source(_) => EXIT_NOT_VALID,
        MirrorError::Unreachable(_)
        | MirrorError::NoLog
        | MirrorError::Copy(_)
        | MirrorError::Stopped => EXIT_UNDETERMINED,
    }
}

/// What went wrong, and what to do.
fn explain(error: &MirrorError, args: &MirrorArgs) -> Message {
    let (from, to) = (&args.from, args.to.display());
    match error {
        MirrorError::Unreachable(error) => Message::new(
            format!("{from}无法读取（{}）。副本未变；请检查 --from 与网络，然后重试。", zh(error)),
            format!(
                "{from} cannot be read ({error}). The copy is as it was; check --from and the network, and try again."
            ),
        ),
        MirrorError::NoLog => Message::new(
            format!(
                "{from}中没有文件 checkpoint。请用 --from 指定账本公开文件所在的目录（例如 …/log）或网址。"
            ),
            format!(
                "There is no file checkpoint in {from}. Name the directory with the log's public files (such as …/log), or its URL, with --from."
            ),
        ),
        MirrorError::Source(fault) => explain_fault(fault, from),
        MirrorError::Copy(error) => explain_copy(error, &to.to_string()),
        MirrorError::Stopped => {
            Message::new("已停止，副本未变。", "Stopped; the copy is as it was.")
        }
    }
}

fn explain_fault(fault: &SourceFault, from: &str) -> Message {
    let zh = match fault {
        SourceFault::Checkpoint { detail } => format!("检查点不可信（{detail}）"),
        SourceFault::SplitView { ours, shown } => format!(
            "账本密钥签过两段历史：副本为{}条、根{}，来源为{}条、根{}。请用 verifier monitor 保全证据",
            ours.0, ours.1, shown.0, shown.1
        ),
        SourceFault::Shrunk { ours, shown } => format!("账本从{ours}条退回到{shown}条"),
        SourceFault::File { file, detail } => format!("文件不是检查点所承诺的（{file}{detail}）"),
        SourceFault::Kept { path, fault } => format!("{path}有误（{fault}）"),
        SourceFault::List { head, detail } => format!("例外清单 status/{head} 有误（{detail}）"),
    };
    Message::new(
        format!("{from}：{zh}。副本未变；请告知账本主管部门，并换一个来源。"),
        format!(
            "{from}: {fault}. The copy is as it was; tell the log's owner, and use another source."
        ),
    )
}

fn explain_copy(error: &CopyError, to: &str) -> Message {
    let zh = match error {
        CopyError::Io { path, source } => {
            format!("{}无法读写（{}）。请检查权限和磁盘空间", path.display(), zh(source))
        }
        CopyError::Read(error) => format!("副本无法读取（{}）。请检查权限", zh(error)),
        CopyError::Locked { path } => {
            format!("{}已被另一个镜像进程占用。请先停止它", path.display())
        }
        CopyError::Writers { path } => {
            format!("{}是账本写入程序的目录。请用 --to 另指目录", path.display())
        }
        CopyError::NotEmpty { path } => {
            format!("{}不是账本副本，也不是空目录。请用 --to 另指目录", path.display())
        }
        CopyError::Checkpoint { detail } => {
            format!("副本的检查点不可信（{detail}）。请核对信任文件；若副本被改过，请移走后重做")
        }
        CopyError::OtherLog => "副本与来源不是同一账本。请用 --to 另指目录".to_owned(),
        CopyError::Damaged { detail } => {
            format!("副本已损坏（{detail}）。请用 ledger audit 查明，移走后重做")
        }
    };
    let en = match error {
        CopyError::Io { .. } | CopyError::Read(_) => "Check permissions and free space.",
        CopyError::Locked { .. } => "Stop that one first.",
        CopyError::Writers { .. } | CopyError::NotEmpty { .. } | CopyError::OtherLog => {
            "Name another directory with --to."
        }
        CopyError::Checkpoint { .. } => {
            "Check the trust file; if the copy was altered, move it away and begin again."
        }
        CopyError::Damaged { .. } => "See `ledger audit`, move it away and begin again.",
    };
    Message::new(format!("{to}：{zh}。"), format!("{to}: {error}. {en}"))
}
