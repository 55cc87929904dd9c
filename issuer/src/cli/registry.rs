//! `issuer registry rebuild`.

use super::{failure::Failure, place::DataDir};
use crate::office::OldRegistry;

/// The registry is an index over log, private records and journal; it can be made again.
#[derive(Debug, clap::Args)]
pub struct RegistryArgs {
    #[command(subcommand)]
    command: RegistryCommand,
}

#[derive(Debug, clap::Subcommand)]
enum RegistryCommand {
    /// 丢弃索引，重新建立 / Throws the registry away and folds everything again
    Rebuild(RebuildArgs),
}

#[derive(Debug, clap::Args)]
struct RebuildArgs {
    #[command(flatten)]
    data: DataDir,
}

/// Exit 0: rebuilt.
pub fn run(args: &RegistryArgs) -> Result<u8, Failure> {
    let RegistryCommand::Rebuild(args) = &args.command;
    let office = args.data.open_with(OldRegistry::Discarded)?;
    let size = office.registry().log_position()?.0;
    eprintln!("已重建 / rebuilt: {size} 条 / entries");
    Ok(0)
}
