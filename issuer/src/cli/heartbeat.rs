//! `issuer heartbeat`.

use super::{failure::Failure, place::DataDir};

/// Publishes a status head now, so that the public status does not grow old.
#[derive(Debug, clap::Args)]
pub struct HeartbeatArgs {
    #[command(flatten)]
    data: DataDir,
}

/// Exit 0: published.
pub fn run(args: &HeartbeatArgs) -> Result<u8, Failure> {
    let office = args.data.open()?;
    say!("{}", office.heartbeat()?)?;
    Ok(0)
}
