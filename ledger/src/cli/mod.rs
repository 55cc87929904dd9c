//! The command line. Data goes to stdout, talk to stderr; every error says what to do next.

mod audit;
mod inspect;
mod output;
mod progress;
mod sources;
mod text;

use std::{ffi::OsString, num::NonZeroUsize, path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};
use ledger::{causes::Cause, usage};

use self::output::{Failure, Style};

/// Exit codes: 0 whole, 1 something is wrong, 2 could not read, 64 wrong usage.
const EXIT_WRONG: u8 = 1;
const EXIT_UNREADABLE: u8 = 2;

/// 审核、查看职称证书公开账本 · audits and shows a log of title certificates
#[derive(Debug, Parser)]
#[command(name = "ledger", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// 从字节重新计算整个账本 · recompute a log from its bytes
    ///
    /// 退出码：0 完整，1 指出第一处错误，2 无法读取，64 用法错误。
    /// Exit codes: 0 whole, 1 names the first thing that is wrong, 2 could not read, 64 usage.
    Audit(AuditArgs),
    /// 查看一条记录、检查点或文件 · show an entry, a checkpoint or a file
    Inspect(InspectArgs),
}

#[derive(Debug, Args)]
struct AuditArgs {
    /// 公开账本目录 · the log's public directory
    #[arg(long, value_name = "DIR")]
    log: PathBuf,
    /// 信任文件 · the trust file
    #[arg(long, value_name = "FILE")]
    trust: PathBuf,
    /// 非公开部分的目录 · the directory of the private part
    #[arg(long, value_name = "DIR", requires = "private_key")]
    private: Option<PathBuf>,
    /// 打开非公开记录的密钥文件 · the key-encryption key that opens private records
    #[arg(long, value_name = "FILE", requires = "private")]
    private_key: Option<PathBuf>,
    /// 以一行 JSON 输出结果 · the result as one line of JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct InspectArgs {
    /// 公开账本目录 · the log's public directory
    #[arg(long, value_name = "DIR")]
    log: PathBuf,
    /// 信任文件；没有它则不核验签名 · the trust file; without it no signature is checked
    #[arg(long, value_name = "FILE")]
    trust: Option<PathBuf>,
    /// 以 JSON 输出，每行一个对象 · as JSON, one object a line
    #[arg(long)]
    json: bool,
    /// 序号、`checkpoint`、`head`、`list` 或账本内的文件路径
    /// · an index, `checkpoint`, `head`, `list`, or a file's path within the log
    #[arg(value_name = "INDEX | checkpoint | head | list | PATH", default_value = "checkpoint")]
    what: String,
}

/// Runs the program on its arguments, its own name first.
pub(crate) fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match usage::parse::<Cli>(arguments) {
        Ok(cli) => cli,
        Err(error) => return usage::report(&error, Cause::known),
    };
    let done = match cli.command {
        Command::Audit(args) => audit::run(&args),
        Command::Inspect(args) => inspect::run(&args),
    };
    match done {
        Ok(code) => code,
        // Whoever reads our output has closed it, as `head` does: nothing is wrong.
        Err(Failure::OutputClosed) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::from(EXIT_UNREADABLE)
        }
    }
}

/// How many threads open private records.
fn threads() -> NonZeroUsize {
    std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

impl Style {
    const fn of(json: bool) -> Self {
        if json { Self::Json } else { Self::Words }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;
    use ledger::test_kit::help_lacking_a_language;

    use super::*;

    #[test]
    fn every_help_text_is_in_chinese_and_in_english() {
        assert_eq!(help_lacking_a_language(&Cli::command()), [""; 0]);
    }
}
