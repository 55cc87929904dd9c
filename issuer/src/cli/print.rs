//! `issuer print`: PDFs, QR codes and receipts of certificates on record.

use std::path::{Path, PathBuf};

use ledger::{position::LeafIndex, time::UnixMillis};

use super::{failure::Failure, place::DataDir, proof::current_document};
use crate::office::{Office, Printed};

/// Prints the current document of each title: PDF, QR code, receipt.
#[derive(Debug, clap::Args)]
pub struct PrintArgs {
    /// 证书编号 / Certificate numbers
    #[arg(required = true)]
    numbers: Vec<String>,
    /// 写出到何处 / Where to write [default: out in DIR]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    data: DataDir,
}

/// Exit 0: all printed.
pub fn run(args: &PrintArgs) -> Result<u8, Failure> {
    let office = args.data.open()?;
    let out = args.out.clone().unwrap_or_else(|| office.layout().out());
    let now = args.data.access.clock()?.now();
    for number in &args.numbers {
        let (number, index) = current_document(&office, number)?;
        let printed = print_one(&office, index, now)?;
        write(&out, number.as_str(), &printed)?;
        say!("{}", out.join(format!("{number}.pdf")).display())?;
    }
    Ok(0)
}

fn print_one(office: &Office, index: LeafIndex, now: UnixMillis) -> Result<Printed, Failure> {
    Ok(office.printer()?.print(index, now)?)
}

/// Writes a printed certificate's files, named after its number.
pub(super) fn write(out: &Path, number: &str, printed: &Printed) -> Result<(), Failure> {
    for (extension, bytes) in [
        ("pdf", printed.pdf.as_slice()),
        ("png", printed.png.as_slice()),
        ("svg", printed.svg.as_bytes()),
        ("receipt", printed.receipt.as_slice()),
    ] {
        let path = out.join(format!("{number}.{extension}"));
        std::fs::write(&path, bytes).map_err(|source| Failure::Io { path, source })?;
    }
    Ok(())
}
