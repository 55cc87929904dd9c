//! `issuer erase`.

use ledger::{
    certificate::CertificateNumber, journal::JournalSequence, position::LeafIndex, seal::SealPlace,
};

use super::{
    failure::Failure,
    place::{Deciders, Deciding, told},
};
use crate::office::ErasureOrder;

/// Erases what is kept about a person: destroys the keys of records. Nothing is rewritten, and every
/// proof stays. Two persons.
#[derive(Debug, clap::Args)]
pub struct EraseArgs {
    #[command(flatten)]
    what: What,
    /// 申请或决定的文号 / The request or decision that it rests on; names nobody, and stays in the journal
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    deciding: Deciding,
}

#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct What {
    /// 某证书编号的全部资料 / Everything about the title with this certificate number
    #[arg(long, value_name = "NUMBER")]
    number: Option<String>,
    /// 账本的一条记录 / One document, or an entry of the archive with its corrections, by log index
    #[arg(long, value_name = "INDEX")]
    index: Option<u64>,
    /// 工作日志的一行 / One journal line that belongs to nothing on record
    #[arg(long, value_name = "LINE")]
    line: Option<u64>,
}

/// Exit 0: erased.
pub fn run(args: &EraseArgs) -> Result<u8, Failure> {
    told(args.deciding.place.json, erase(args))
}

fn erase(args: &EraseArgs) -> Result<u8, Failure> {
    let order = args.what.order()?;
    let (mut office, Deciders { proposer, approver }) = args.deciding.open()?;
    let erased = office.erase(&order, &args.reason, &proposer, &approver)?;
    let of = |is_wanted: fn(&SealPlace) -> bool| -> Vec<u64> {
        let places = erased.places.iter().filter(|place| is_wanted(place));
        places.map(|place| place.position()).collect()
    };
    let records = of(|place| matches!(place, SealPlace::LogRecord(_)));
    let lines = of(|place| matches!(place, SealPlace::JournalPayload(_)));
    if args.deciding.place.json {
        let on = erased.on.to_string();
        say!("{}", serde_json::json!({ "erased_on": on, "records": records, "lines": lines }))?;
    } else {
        say!(
            "已依法删除 / erased on {}: 账本记录 / records {records:?}，工作日志 / journal lines {lines:?}",
            erased.on
        )?;
    }
    eprintln!(
        "请更换 private/keyring 的备份，并删除 out/ 以外的打印件 / replace backups of private/keyring, \
         and delete what was printed elsewhere than in out/"
    );
    Ok(0)
}

impl What {
    fn order(&self) -> Result<ErasureOrder, Failure> {
        let usage = |error: &dyn std::fmt::Display| Failure::Usage(error.to_string());
        Ok(match (&self.number, self.index, self.line) {
            (Some(number), _, _) => ErasureOrder::Number(
                CertificateNumber::new(number)
                    .map_err(|error| usage(&format!("--number: {error}")))?,
            ),
            (None, Some(index), _) => ErasureOrder::Index(
                LeafIndex::new(index).map_err(|error| usage(&format!("--index: {error}")))?,
            ),
            (None, None, line) => ErasureOrder::Line(
                JournalSequence::new(line.unwrap_or_default())
                    .map_err(|error| usage(&format!("--line: {error}")))?,
            ),
        })
    }
}
