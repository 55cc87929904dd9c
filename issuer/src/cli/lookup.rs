//! `issuer lookup`: a certificate by its number and its holder's name.

use std::io::{IsTerminal as _, Read as _};

use zeroize::Zeroizing;

use super::{failure::Failure, place::Place};
use crate::{lookup::Answer, office::AskerKey};

/// Looks a certificate up by its number and its holder's name, which is read from standard input: one
/// line. Prints the text of the newest document's QR code, for `verifier check` to judge. A wrong
/// number, a wrong name, erased records and nothing on record are answered alike.
#[derive(Debug, clap::Args)]
pub struct LookupArgs {
    /// 证书编号 / Certificate number
    number: String,
    #[command(flatten)]
    place: Place,
}

/// Most bytes that are read of a name.
///
/// Security: bounds what a program takes in that was given the wrong input. The longest name has 192.
const MAX_INPUT: u64 = 4096;

/// Exit 0: found. 1: no such certificate.
pub fn run(args: &LookupArgs) -> Result<u8, Failure> {
    let name = read_name().map_err(|source| Failure::Io { path: "stdin".into(), source })?;
    let desk = args.place.open()?.lookup_desk()?;
    match desk.ask(AskerKey(b"terminal"), &args.number, &name)? {
        Answer::Found { qr_text } if args.place.json => {
            say!("{}", serde_json::json!({ "found": true, "qr_text": qr_text }))?;
            Ok(0)
        }
        Answer::Found { qr_text } => {
            say!("{qr_text}")?;
            Ok(0)
        }
        Answer::NoSuchCertificate if args.place.json => {
            say!("{}", serde_json::json!({ "found": false }))?;
            Ok(1)
        }
        Answer::NoSuchCertificate => {
            eprintln!(
                "查无此证：编号与姓名不相符，或没有登记 / no such certificate: number and name do not belong together, or nothing is on record"
            );
            Ok(1)
        }
    }
}

/// The first line. What is no text is no name.
fn read_name() -> Result<Zeroizing<String>, std::io::Error> {
    let input = std::io::stdin();
    if input.is_terminal() {
        eprint!("姓名 / name: ");
        let mut name = Zeroizing::new(String::new());
        input.read_line(&mut name)?;
        return Ok(name);
    }
    let mut bytes = Zeroizing::new(Vec::new());
    input.lock().take(MAX_INPUT).read_to_end(&mut bytes)?;
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    Ok(Zeroizing::new(std::str::from_utf8(line).unwrap_or_default().to_owned()))
}
