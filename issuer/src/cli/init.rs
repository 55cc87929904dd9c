//! `issuer init`: a data directory from a directory of keys.

use std::path::PathBuf;

use ledger::{certificate::LogGeneration, qr::VerificationHost};

use super::{access::SigningArgs, failure::Failure};
use crate::{
    document::Marking,
    office::{InitOptions, Settings, init},
    random::{Buffered, OsRandom},
};

/// Makes a data directory from a directory of keys, and begins its log.
#[derive(Debug, clap::Args)]
pub struct InitArgs {
    /// 要新建的目录 / The directory to make
    #[arg(long, value_name = "DIR")]
    dir: PathBuf,
    /// issuer keys 所生成的文件，连同 trust.toml 和 staff.toml / The files that `issuer keys` makes, with trust.toml and staff.toml
    #[arg(long, value_name = "DIR")]
    keys: PathBuf,
    /// 二维码所指的网址 / Where QR codes point, as in `https://verify.example.cn`
    #[arg(long, value_name = "URL")]
    host: String,
    /// trust.toml 中的账本代次 / Which log of trust.toml this is
    #[arg(long, default_value_t = 1)]
    generation: u8,
    /// 评委会证书在备案到期后仍有效的月数 / How many months a committee's certificate outlives its filing
    #[arg(long, default_value_t = Settings::DEFAULT_EXTRA_MONTHS)]
    extra_months: u32,
    /// 见证策略文件（C2SP tlog-policy，每个见证者带网址）/ The witnesses' C2SP tlog-policy, each witness with its address; trust.toml must name them too
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// 打印件标明样章 / Mark printed certificates as specimens
    #[arg(long)]
    specimen: bool,
    #[command(flatten)]
    access: SigningArgs,
}

/// Exit 0: made.
pub fn run(args: &InitArgs) -> Result<u8, Failure> {
    let host = VerificationHost::new(&args.host)
        .map_err(|error| Failure::Usage(format!("--host {}: {error}", args.host)))?;
    let settings = Settings {
        extra_months: args.extra_months,
        marking: if args.specimen { Marking::Specimen } else { Marking::Official },
        ..Settings::cautious(LogGeneration::new(args.generation), host)
    };
    let options = InitOptions { keys: &args.keys, settings, policy: args.policy.as_deref() };
    let (open, clock) = (args.access.options_from(&args.keys)?, args.access.clock()?);
    init(&args.dir, &options, open, clock, Box::new(Buffered::new(OsRandom)))?;
    eprintln!("已建立 / made: {}", args.dir.display());
    Ok(0)
}
