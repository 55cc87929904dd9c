//! `issuer issue`.

use std::io::Write as _;

use super::{
    failure::Failure,
    place::{Deciders, Deciding, told},
    say::stdout_failed,
};
use crate::office::{IssueOptions, Issued};

/// Issues every imported result that waits. Two persons sign the batch.
#[derive(Debug, clap::Args)]
pub struct IssueArgs {
    #[command(flatten)]
    deciding: Deciding,
}

/// Exit 0: all issued; 1: some were held back.
pub fn run(args: &IssueArgs) -> Result<u8, Failure> {
    told(args.deciding.place.json, issue(args))
}

fn issue(args: &IssueArgs) -> Result<u8, Failure> {
    let (mut office, Deciders { proposer, approver }) = args.deciding.open()?;
    let waiting = office.waiting()?;
    let bar = super::progress(waiting, super::progress::DRAFTING);
    let options = IssueOptions { proposer: &proposer, approver: &approver };
    let report = office.issue(&options, |step| super::progress::issuing(&bar, step))?;
    bar.finish_and_clear();
    let mut out = std::io::stdout().lock();
    for one in &report.issued {
        writeln!(out, "{}", line(one, args.deciding.place.json)).map_err(stdout_failed)?;
    }
    for held in &report.held_back {
        let line = held.result.get();
        eprintln!("暂缓（工作日志第 {line} 行）/ held back (journal line {line}): {}", held.fault);
    }
    let (issued, held) = (report.issued.len(), report.held_back.len());
    eprintln!("签发 {issued} 份，暂缓 {held} 份 / issued {issued}, held back {held}");
    Ok(u8::from(held > 0))
}

fn line(issued: &Issued, json: bool) -> String {
    let (number, index) = (issued.number.as_str(), issued.index.get());
    if json {
        serde_json::json!({"number": number, "index": index}).to_string()
    } else {
        format!("{number}  #{index}")
    }
}
