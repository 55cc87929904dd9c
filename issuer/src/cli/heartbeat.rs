//! `issuer heartbeat`.

use std::path::PathBuf;

use super::{access::SigningArgs, failure::Failure};

/// Publishes a status head now, so that the public status does not grow old.
#[derive(Debug, clap::Args)]
pub struct HeartbeatArgs {
    /// 数据目录 / The issuer's directory
    #[arg(long, value_name = "DIR")]
    dir: PathBuf,
    #[command(flatten)]
    access: SigningArgs,
}

/// Exit 0: published.
pub fn run(args: &HeartbeatArgs) -> Result<u8, Failure> {
    let office = args.access.open(&args.dir)?;
    say!("{}", office.heartbeat()?)?;
    Ok(0)
}
