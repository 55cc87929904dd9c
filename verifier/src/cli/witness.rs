//! `verifier witness`: a key, and a witness that cosigns with it.

use std::{
    fs,
    io::{self, Read as _, Write as _},
    net::SocketAddr,
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand};
use indicatif::ProgressBar;
use ledger::{
    certificate::LogGeneration,
    note::{KeyName, VerifierKey},
    tlog_policy::{MAX_POLICY_LEN, TlogPolicy},
};
use tokio::{net::TcpListener, runtime::Runtime};

use super::{
    EXIT_VALID, Message,
    serve::{failed, taken, told_to_stop},
    setup::read_trust,
    talk::start_log,
};
use crate::{
    causes::zh,
    clock::SystemClock,
    fetch::LogSource,
    keys::Passphrase,
    random::OsRandom,
    web::serve,
    witness::{Replayer, Statement, Witness, WitnessKey, router},
};

#[derive(Debug, Args)]
pub(super) struct WitnessArgs {
    #[command(subcommand)]
    command: WitnessCommand,
}

#[derive(Debug, Subcommand)]
enum WitnessCommand {
    /// 生成见证密钥，输出其vkey / Make a witness's key; its vkey goes to stdout
    NewKey(NewKeyArgs),
    /// 提供见证服务 / Witness logs: answer `POST /add-checkpoint`
    ///
    /// 在标准输出写出网址，收到 SIGINT 或 SIGTERM 才停止。密钥联署过的账本若缺状态，则拒绝启动。
    /// Prints its address on stdout and serves until SIGINT or SIGTERM. Refuses to start where the
    /// state of a log is gone that the key cosigned.
    Serve(WitnessServeArgs),
}

#[derive(Debug, Args)]
struct KeyArgs {
    /// 密钥文件；旁边的 <文件>.logs 记录联署过的账本 / The key's file; beside it, FILE.logs lists the logs that it cosigned
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// 口令文件（一行）/ File with the passphrase (one line)
    #[arg(long, value_name = "FILE")]
    passphrase_file: PathBuf,
}

#[derive(Debug, Args)]
struct NewKeyArgs {
    #[command(flatten)]
    key: KeyArgs,
    /// 见证者名称，例如 witness.example.cn/w1 / The witness's name, by custom a URL without its scheme
    #[arg(long, value_name = "NAME")]
    name: String,
    /// 此密钥只用于重放全部规则之后的联署 / The key is for cosigning after replaying every rule (serve --replay)
    #[arg(long)]
    replaying: bool,
}

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("which").required(true).multiple(true).args(["log_vkey", "policy", "replay"]))]
struct WitnessServeArgs {
    #[command(flatten)]
    key: KeyArgs,
    /// 状态目录：各账本最近联署的检查点 / The state: what was cosigned last of each log. Never restore an old copy
    #[arg(long, value_name = "DIR")]
    state: PathBuf,
    /// 见证此账本公钥的账本，可重复 / Witness the log with this key; may be repeated
    #[arg(long, value_name = "VKEY")]
    log_vkey: Vec<VerifierKey>,
    /// 见证此策略文件所列的账本，可重复 / Witness the logs of this C2SP tlog-policy; may be repeated
    #[arg(long, value_name = "FILE")]
    policy: Vec<PathBuf>,
    /// 联署前从此目录或网址重放职称账本的全部规则 / Cosign the title ledger at this directory or URL, and only after replaying every rule
    #[arg(long, value_name = "DIR|URL", requires = "trust", conflicts_with_all = ["log_vkey", "policy"])]
    replay: Option<String>,
    /// 重放所据的信任文件 / The trust file to replay by; its newest log is witnessed
    #[arg(long, value_name = "FILE", requires = "replay")]
    trust: Option<PathBuf>,
    /// 监听地址 / Where to listen
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8081")]
    listen: SocketAddr,
}

pub(super) fn run(args: &WitnessArgs) -> Result<u8, Message> {
    match &args.command {
        WitnessCommand::NewKey(args) => new_key(args),
        WitnessCommand::Serve(args) => witness(args),
    }
}

fn new_key(args: &NewKeyArgs) -> Result<u8, Message> {
    let name = KeyName::new(&args.name).map_err(|error| {
        Message::new(
            format!("名称“{}”不可用。请换一个不含空格和加号的名称。", args.name),
            format!(
                "The name {:?} cannot be used: {error}. Choose another with --name.",
                args.name
            ),
        )
    })?;
    let statement = if args.replaying { Statement::Replayed } else { Statement::Append };
    let passphrase = passphrase(&args.key)?;
    let key = WitnessKey::create(&args.key.key, name, statement, &passphrase, &mut OsRandom);
    let key = key.map_err(|error| key_refused(&args.key.key, &error))?;
    let told = writeln!(io::stdout().lock(), "{}", key.public());
    told.map_err(|error| failed(&error))?;
    Ok(EXIT_VALID)
}

fn witness(args: &WitnessServeArgs) -> Result<u8, Message> {
    let passphrase = passphrase(&args.key)?;
    let key = WitnessKey::open(&args.key.key, &passphrase);
    let key = key.map_err(|error| key_refused(&args.key.key, &error))?;
    let (logs, replayer) = logs(args)?;
    start_log();
    let bar = ProgressBar::no_length().with_message("重放 / replaying");
    let progress = &mut |size: ledger::position::TreeSize| bar.set_position(size.get());
    let witness = Witness::open(key, &args.state, logs, replayer, SystemClock, progress);
    bar.finish_and_clear();
    let witness = witness.map_err(|error| {
        let state = args.state.display();
        Message::new(
            format!("见证服务不启动：{}。状态目录为{state}；状态丢失后不得再用此密钥联署，请生成新密钥。", zh(&error)),
            format!("The witness does not start: {error}. Its state is {state}; a key whose state is lost must not cosign again."),
        )
    })?;
    eprintln!("{}", witness.public());
    let runtime = Runtime::new().map_err(|error| failed(&error))?;
    runtime.block_on(async {
        let listener = TcpListener::bind(args.listen).await;
        let listener = listener.map_err(|error| taken(args.listen, &error))?;
        let address = listener.local_addr().map_err(|error| failed(&error))?;
        let told = writeln!(io::stdout().lock(), "http://{address}/");
        told.map_err(|error| failed(&error))?;
        let served = serve(listener, router(witness), told_to_stop()).await;
        served.map_err(|error| failed(&error))
    })?;
    Ok(EXIT_VALID)
}

type Logs = (Vec<VerifierKey>, Option<Replayer<LogSource>>);

/// The keys of the logs to be witnessed, and how the one is replayed that is.
fn logs(args: &WitnessServeArgs) -> Result<Logs, Message> {
    if let (Some(place), Some(trust)) = (&args.replay, &args.trust) {
        let file = trust;
        let trust = read_trust(file)?;
        let newest: Option<(LogGeneration, _)> = trust.logs().last();
        let newest = newest.map(|(generation, policy)| {
            let replayer = Replayer::new(&trust, generation, policy, LogSource::at(place));
            Ok((vec![policy.log_key().clone()], Some(replayer?)))
        });
        let unusable = |detail: String| {
            Message::new(
                format!("信任文件{}中的账本不可用：{detail}", file.display()),
                format!("The log of the trust file {} cannot be used: {detail}", file.display()),
            )
        };
        return newest
            .unwrap_or_else(|| Ok((Vec::new(), None)))
            .map_err(|error: ledger::checkpoint::PolicyError| unusable(error.to_string()));
    }
    let mut keys = args.log_vkey.clone();
    for file in &args.policy {
        keys.extend(read_policy(file)?.logs().iter().map(|log| log.key.clone()));
    }
    Ok((keys, None))
}

fn read_policy(path: &Path) -> Result<TlogPolicy, Message> {
    let wrong = |error: &(dyn std::error::Error + 'static)| {
        let shown = path.display();
        Message::new(
            format!("策略文件{shown}不可用（{}）。请检查 --policy。", zh(error)),
            format!("The policy {shown} cannot be used ({error}). Check --policy."),
        )
    };
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(|error| wrong(&error))?;
    let read = file.take(MAX_POLICY_LEN as u64 + 1).read_to_end(&mut bytes);
    read.map_err(|error| wrong(&error))?;
    TlogPolicy::parse(&bytes).map_err(|error| wrong(&error))
}

fn passphrase(args: &KeyArgs) -> Result<Passphrase, Message> {
    let path = &args.passphrase_file;
    Passphrase::from_file(path).map_err(|error| {
        let shown = path.display();
        Message::new(
            format!("口令文件{shown}不可用（{}）。请检查 --passphrase-file。", zh(&error)),
            format!(
                "The passphrase file {shown} cannot be used ({error}). Check --passphrase-file."
            ),
        )
    })
}

fn key_refused(path: &Path, error: &crate::witness::WitnessKeyError) -> Message {
    let shown = path.display();
    Message::new(
        format!(
            "见证密钥{shown}不可用：{}。请检查 --key 与口令，或用 new-key 生成新密钥。",
            zh(error)
        ),
        format!(
            "The witness's key {shown} cannot be used: {error}. Check --key and the passphrase, or make a new key with new-key."
        ),
    )
}
