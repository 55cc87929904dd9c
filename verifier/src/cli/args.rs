//! What can be written on the command line.

use std::{ffi::OsString, net::SocketAddr, num::NonZeroU64, path::PathBuf};

use clap::{Args, Parser, Subcommand};
use ledger::time::{Date, UnixMillis};

use super::{Language, witness::WitnessArgs};
use crate::clock::parse_instant;

/// 核验职称电子证书 / Checks title certificates against a public log.
#[derive(Debug, Parser)]
#[command(name = "verifier", version, max_term_width = 100)]
pub(super) struct Cli {
    /// 输出语言 / Language of the output; else by the locale
    #[arg(long = "lang", global = true, value_name = "zh|en")]
    pub(super) language: Option<Language>,
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// 核验证书 / Check certificates
    ///
    /// 退出码：0 全部有效，1 有的无效，2 有的无法核验或读取，64 用法错误。
    /// Exit code: 0 all valid, 1 something is not valid, 2 something could not be determined or
    /// read, 64 wrong usage.
    Check(CheckArgs),
    /// 提供核验网页与接口 / Serve the verification pages and the API
    ///
    /// 在标准输出写出网址，收到 SIGINT 或 SIGTERM 才停止。
    /// Prints its address on stdout and serves until SIGINT or SIGTERM.
    Serve(ServeArgs),
    /// 制作账本公开文件的副本 / Copy a log's public files, every byte checked
    ///
    /// 从上次停下处继续。退出码：0 已复制（或被叫停），1 来源有误，副本未变，2 无法读写，64 用法错误。
    /// Goes on where it stopped. Exit code: 0 copied (or told to stop), 1 the source is at fault and
    /// the copy as it was, 2 something could not be read or written, 64 wrong usage.
    Mirror(MirrorArgs),
    /// 跟随账本，按全部规则重放，保全证据 / Follow a log, replay every rule, keep evidence
    ///
    /// 退出码：0 未发现问题，1 账本或其提供者有误，2 过期、无法连接或状态不可用，64 用法错误。
    /// 不加 --once 则持续进行，直到发现问题或收到 SIGTERM。
    /// Exit code: 0 nothing is wrong, 1 a fault of the log or of whoever serves it, 2 stale, out of
    /// reach, or the state could not be used, 64 wrong usage. Without --once it goes on until a fault
    /// or SIGTERM.
    Monitor(MonitorArgs),
    /// 复核证据文件 / Verify a file of evidence that a monitor kept
    ///
    /// 退出码：0 成立，1 不成立，2 无法读取或属于另一账本，64 用法错误。
    /// Exit code: 0 it holds, 1 it proves nothing, 2 it cannot be read or is of another log, 64 wrong
    /// usage.
    Evidence(EvidenceArgs),
    /// 见证账本：联署只增不改的检查点 / Witness logs: cosign checkpoints that only grow
    Witness(WitnessArgs),
}

/// Which log, and whom to believe.
#[derive(Debug, Args)]
pub(super) struct LogArgs {
    /// 账本公开文件所在目录或网址 / Directory or URL of the log's public files
    #[arg(long, value_name = "DIR|URL")]
    pub(super) log: String,
    /// 信任文件 / The trust file: root key, log key, witnesses
    #[arg(long, value_name = "FILE")]
    pub(super) trust: PathBuf,
    /// 保存已见检查点的文件 / Keeps the newest checkpoint seen, so that the log cannot show another history later
    #[arg(long, value_name = "FILE")]
    pub(super) state: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// 二维码文字、图片、PDF、回执，或 - 表示标准输入 / QR text, or a file with it, a PNG or JPEG of the code, a PDF, a receipt; - for standard input
    #[arg(required = true, value_name = "INPUT")]
    pub(super) inputs: Vec<OsString>,
    /// 账本公开文件所在目录或网址；没有缓存时，只有回执可以不给 / Directory or URL of the log's public files; without a cache, only receipts can do without
    #[arg(long, value_name = "DIR|URL")]
    pub(super) log: Option<String>,
    /// 信任文件 / The trust file: root key, log key, witnesses
    #[arg(long, value_name = "FILE")]
    pub(super) trust: PathBuf,
    /// 保存已见检查点的文件 / Keeps the newest checkpoint seen, so that the log cannot show another history later
    #[arg(long, value_name = "FILE", conflicts_with = "cache", requires = "log")]
    pub(super) state: Option<PathBuf>,
    /// 离线核验用的缓存文件 / Keeps what checks need offline, and answers where the log is out of reach or none is named; keeps what --state does too
    #[arg(long, value_name = "FILE")]
    pub(super) cache: Option<PathBuf>,
    /// 登记证明文件 / A C2SP tlog-proof of the one certificate in INPUT; that of a PDF is used unasked
    #[arg(long, value_name = "FILE")]
    pub(super) proof: Option<PathBuf>,
    /// 核验某日（北京时间）当日终了时的状态 / The status at the end of a day (Beijing), YYYY-MM-DD
    #[arg(long, value_name = "DATE")]
    pub(super) as_of: Option<Date>,
    /// 以此时刻为当前时间 / Take this for the present: RFC 3339, or a date for its first moment in Beijing
    #[arg(long, value_name = "TIME", value_parser = parse_instant)]
    pub(super) now: Option<UnixMillis>,
    /// 每个输入输出一行JSON / One JSON object a line
    #[arg(long)]
    pub(super) json: bool,
    /// 保存核验回执到文件或目录 / Write receipts: to this file, or into this directory by number
    #[arg(long, value_name = "FILE|DIR")]
    pub(super) receipt: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct ServeArgs {
    #[command(flatten)]
    pub(super) log: LogArgs,
    /// 监听地址 / Where to listen
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080")]
    pub(super) listen: SocketAddr,
    /// 持证人下载现行证书的网址 / Where holders download their current document
    #[arg(long, value_name = "URL", value_parser = web_address)]
    pub(super) lookup: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct MirrorArgs {
    /// 账本公开文件所在目录或网址 / Directory or URL of the log's public files
    #[arg(long, value_name = "DIR|URL")]
    pub(super) from: String,
    /// 信任文件 / The trust file: root key, log key, witnesses
    #[arg(long, value_name = "FILE")]
    pub(super) trust: PathBuf,
    /// 副本目录 / Directory of the copy; what is not finished lies in DIR.mirror beside it
    #[arg(long, value_name = "DIR")]
    pub(super) to: PathBuf,
    /// 持续跟随，直到收到停止信号 / Go on until SIGINT or SIGTERM
    #[arg(long)]
    pub(super) follow: bool,
    /// 跟随的间隔 / Seconds between two looks with --follow
    #[arg(long, value_name = "SECONDS", default_value = "60")]
    pub(super) interval: NonZeroU64,
}

#[derive(Debug, Args)]
pub(super) struct MonitorArgs {
    /// 账本公开文件所在目录或网址 / Directory or URL of the log's public files
    #[arg(long, value_name = "DIR|URL")]
    pub(super) log: String,
    /// 信任文件 / The trust file: root key, log key, witnesses
    #[arg(long, value_name = "FILE")]
    pub(super) trust: PathBuf,
    /// 状态与证据目录 / Keeps what is known of the log, and evidence; only this monitor writes there
    #[arg(long, value_name = "DIR")]
    pub(super) state: PathBuf,
    /// 只看一次 / Look once
    #[arg(long, conflicts_with = "interval")]
    pub(super) once: bool,
    /// 两次查看的间隔 / Seconds between two looks
    #[arg(long, value_name = "SECONDS", default_value = "60")]
    pub(super) interval: NonZeroU64,
    /// 有问题时以JSON告知此网址 / Posts a JSON line here when something is wrong, and when it is fine again
    #[arg(long, value_name = "URL", value_parser = web_address)]
    pub(super) webhook: Option<String>,
    /// 每次输出一行JSON / One JSON object a line
    #[arg(long)]
    pub(super) json: bool,
    /// 以此时刻为当前时间 / Take this for the present: RFC 3339, or a date for its first moment in Beijing
    #[arg(long, value_name = "TIME", value_parser = parse_instant)]
    pub(super) now: Option<UnixMillis>,
}

#[derive(Debug, Args)]
pub(super) struct EvidenceArgs {
    /// 证据文件 / The file of evidence
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,
    /// 信任文件 / The trust file
    #[arg(long, value_name = "FILE")]
    pub(super) trust: PathBuf,
    /// 输出一行JSON / One JSON object
    #[arg(long)]
    pub(super) json: bool,
}

fn web_address(text: &str) -> Result<String, &'static str> {
    match text.starts_with("http://") || text.starts_with("https://") {
        true => Ok(text.to_owned()),
        false => Err("a URL that begins with http:// or https://"),
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
