//! The command line: every verb is a file here, and calls the library that a console would call.

#[macro_use]
mod say;

pub mod access;
pub mod archive;
pub mod authority;
pub mod calendar;
pub mod case;
mod case_propose;
mod case_view;
pub mod counterfeit;
mod decision_args;
pub mod demo;
pub mod erase;
pub mod failure;
pub mod heartbeat;
pub mod import;
pub mod init;
pub mod issue;
pub mod key_access;
pub mod keys;
pub mod lookup;
mod place;
pub mod print;
mod progress;
pub mod proof;
pub mod recheck;
pub mod registry;
pub mod revoke;
pub mod sample;
mod serve;
pub mod staff;
pub mod supervision;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use verifier::clock::{Clock as _, SystemClock};

use self::progress::{folding, progress};
use crate::{office::OldRegistry, random::OsRandom};

/// 职称电子证书签发程序：导入、签发、撤销、打印。
/// Issues professional-title certificates: import, issue, revoke, print.
#[derive(Debug, Parser)]
#[command(name = "issuer", version, arg_required_else_help = false, max_term_width = 100)]
pub struct Cli {
    /// 要做的事，不写则演示 / What to do; nothing said: the demo
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// 演示：内置一切，使用示例密钥。Runs everything on the embedded store with example keys
    Demo(demo::DemoArgs),
    /// 建立数据目录。Makes a data directory from a directory of keys
    Init(init::InitArgs),
    /// 密钥与证书。Makes and shows keys and their certificates
    Keys(keys::KeysArgs),
    /// 导入评审通过名单。Judges a list of approved results and keeps the accepted ones
    Import(ImportCommand),
    /// 评委会登记。Registers committees as authorities
    Authority(authority::AuthorityArgs),
    /// 签发已导入的结果（两人）。Issues what waits; two persons
    Issue(issue::IssueArgs),
    /// 撤销职称（两人）。Revokes a title; two persons
    Revoke(revoke::RevokeArgs),
    /// 案件：一人提出，另一人复核。Decisions as cases: one person proposes, another approves
    Case(case::CaseArgs),
    /// 工作人员：登记、取消。Members of staff: two persons register or remove one
    Staff(staff::StaffArgs),
    /// 诚信档案库。The integrity archive: record, amend, rescind, show, count
    Archive(archive::ArchiveArgs),
    /// 监督记录。Supervision records, which are kept apart from the archive
    Supervision(supervision::SupervisionArgs),
    /// 疑似假证：报告、列出、办结。Counterfeits: report, list, show, close
    Counterfeit(counterfeit::CounterfeitArgs),
    /// 依法删除（两人）。Erases what is kept about a person; two persons
    Erase(erase::EraseArgs),
    /// 复查：受理、决定。Rechecks (四): applications within two months, decided by two persons
    Recheck(recheck::RecheckArgs),
    /// 抽查：固定总体、抽取、复算、记录发现。Spot checks (六), whose sample nobody can steer
    Sample(sample::SampleArgs),
    /// 节假日安排。Holiday tables, by which working days and months are counted
    Calendar(calendar::CalendarArgs),
    /// 打印证书。Prints certificates: PDF, QR code, receipt
    Print(print::PrintArgs),
    /// 登记证明。Writes the log proof of a certificate, for checks without the log
    Proof(proof::ProofArgs),
    /// 凭证书编号和姓名查询。Looks a certificate up by its number and its holder's name
    Lookup(lookup::LookupArgs),
    /// 发布状态摘要。Publishes a status head now
    Heartbeat(heartbeat::HeartbeatArgs),
    /// 索引维护。The registry, which can be thrown away
    Registry(registry::RegistryArgs),
}

#[derive(Debug, clap::Args)]
struct ImportCommand {
    #[command(flatten)]
    import: import::ImportArgs,
    #[command(flatten)]
    access: access::SigningArgs,
}

/// Runs the program; the exit code is 0, 1, 2 or 64 as each verb says.
pub fn run(cli: Cli) -> ExitCode {
    let outcome = match cli.command {
        None => demo::run(&demo::DemoArgs::default()),
        Some(Command::Demo(args)) => demo::run(&args),
        Some(Command::Init(args)) => init::run(&args),
        Some(Command::Keys(args)) => run_keys(&args),
        Some(Command::Import(command)) => run_import(&command),
        Some(Command::Authority(args)) => authority::run(&args),
        Some(Command::Issue(args)) => issue::run(&args),
        Some(Command::Revoke(args)) => revoke::run(&args),
        Some(Command::Case(args)) => case::run(&args),
        Some(Command::Staff(args)) => staff::run(&args),
        Some(Command::Archive(args)) => archive::run(&args),
        Some(Command::Supervision(args)) => supervision::run(&args),
        Some(Command::Counterfeit(args)) => counterfeit::run(&args),
        Some(Command::Erase(args)) => erase::run(&args),
        Some(Command::Recheck(args)) => recheck::run(&args),
        Some(Command::Sample(args)) => sample::run(&args),
        Some(Command::Calendar(args)) => calendar::run(&args),
        Some(Command::Print(args)) => print::run(&args),
        Some(Command::Proof(args)) => proof::run(&args),
        Some(Command::Lookup(args)) => lookup::run(&args),
        Some(Command::Heartbeat(args)) => heartbeat::run(&args),
        Some(Command::Registry(args)) => registry::run(&args),
    };
    match outcome {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::from(failure.code())
        }
    }
}

fn run_keys(args: &keys::KeysArgs) -> Result<u8, failure::Failure> {
    let (mut out, mut talk) = (std::io::stdout().lock(), std::io::stderr().lock());
    let today = SystemClock.now().beijing_date();
    match keys::run(args, today, &mut OsRandom, &mut out, &mut talk) {
        Ok(()) => Ok(0),
        Err(error) => Err(failure::Failure::Keys(Box::new(error))),
    }
}

fn run_import(command: &ImportCommand) -> Result<u8, failure::Failure> {
    let (mut out, mut talk) = (std::io::stdout().lock(), std::io::stderr().lock());
    let args = &command.import;
    let exit = match &args.dir {
        Some(dir) if !args.dry_run => {
            let mut office = command.access.open(dir, OldRegistry::Kept)?;
            import::run(args, &mut out, &mut talk, Some(&mut office))?
        }
        Some(_) | None => import::run(args, &mut out, &mut talk, None)?,
    };
    Ok(exit.code())
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
