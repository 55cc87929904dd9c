//! `issuer proof`: the C2SP log proof of a certificate on record.

use std::path::PathBuf;

use ledger::{certificate::CertificateNumber, position::LeafIndex};

use super::{failure::Failure, place::DataDir};
use crate::office::{Office, OfficeError};

/// Writes the log proof (.tlog-proof) of a title's current document, for checks without the log.
#[derive(Debug, clap::Args)]
pub struct ProofArgs {
    /// 证书编号 / Certificate number
    number: String,
    /// 写出到何处 / Where to write [default: out/NUMBER.tlog-proof in DIR]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    data: DataDir,
}

/// Exit 0: written.
pub fn run(args: &ProofArgs) -> Result<u8, Failure> {
    let office = args.data.open()?;
    let (number, index) = current_document(&office, &args.number)?;
    let proof = office.log_proof(index)?;
    let beside_the_pdf = || office.layout().out().join(format!("{number}.tlog-proof"));
    let path = args.out.clone().unwrap_or_else(beside_the_pdf);
    std::fs::write(&path, proof).map_err(|source| Failure::Io { path: path.clone(), source })?;
    say!("{}", path.display())?;
    Ok(0)
}

/// The current document of the title with this number.
pub(super) fn current_document(
    office: &Office,
    number: &str,
) -> Result<(CertificateNumber, LeafIndex), Failure> {
    let number = CertificateNumber::new(number)
        .map_err(|error| Failure::Usage(format!("{number}: {error}")))?;
    let documents = office.registry().by_number(&number)?;
    match documents.last() {
        Some(index) => match office.erased_on(*index)? {
            None => Ok((number, *index)),
            Some(on) => Err(OfficeError::Erased { index: *index, on }.into()),
        },
        None => Err(Failure::Usage(format!("{number}: 无此证书 / no such certificate"))),
    }
}
