//! What stands on the command line: a file, `-`, or the text of a QR code itself; and its log proof.

use std::{
    ffi::OsStr,
    fs::File,
    io::{self, Read},
    path::Path,
};

use ledger::tlog_proof::MAX_TLOG_PROOF_LEN;

use super::talk::Message;
use crate::{
    causes::zh,
    check::{Input, LogProof, ProofCame},
    scan::{MAX_FILE_LEN, ScanError, read_file, read_text},
};

/// Why an input could not be read.
pub(super) struct Unreadable {
    pub(super) code: &'static str,
    pub(super) message: Message,
}

/// The input that an argument means, and how it is called in the output.
pub(super) fn read(argument: &OsStr) -> (String, Result<Input, Unreadable>) {
    let name = argument.to_string_lossy().into_owned();
    let is_link = name.starts_with("https://") || name.starts_with("http://");
    let input = match argument {
        _ if argument == "-" => read_bytes(io::stdin().lock(), &name).and_then(|b| scanned(&b)),
        // A file could have such a name, but nobody's file has.
        _ if is_link => read_text(&name).map_err(Unreadable::from),
        _ => open(Path::new(argument), &name),
    };
    (name, input)
}

/// Why a log proof cannot go with so many inputs, if it cannot: the command line is wrong.
pub(super) fn one_for_each_proof(inputs: usize) -> Option<Message> {
    (inputs != 1).then(|| {
        Message::new(
            format!("--proof 是一份证书的登记证明，而输入有{inputs}个。请逐份核验。"),
            format!(
                "--proof is the log proof of one certificate, and there are {inputs} inputs. Check them one at a time."
            ),
        )
    })
}

/// Reads the log proof of the one certificate that is checked. One byte more than is allowed is read, so
/// that the verdict can say that it is too much.
pub(super) fn proof(path: &Path) -> Result<LogProof, Message> {
    let mut bytes = Vec::new();
    let limit = MAX_TLOG_PROOF_LEN as u64 + 1;
    let read = File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes));
    match read {
        Ok(_) => Ok(LogProof { bytes, came: ProofCame::ByItself }),
        Err(error) => {
            let shown = path.display();
            Err(Message::new(
                format!("登记证明{shown}无法读取（{}）。请检查 --proof。", zh(&error)),
                format!("The log proof {shown} cannot be read ({error}). Check --proof."),
            ))
        }
    }
}

/// The input with the proof that was named beside it, in place of one that it brought along.
pub(super) fn with_proof(input: Input, proof: Option<LogProof>) -> Result<Input, Unreadable> {
    match (input, proof) {
        (Input::QrText(text) | Input::Proved { text, proof: _ }, Some(proof)) => {
            Ok(Input::Proved { text, proof })
        }
        (Input::Receipt(_), Some(_)) => Err(Unreadable {
            code: "proof_with_receipt",
            message: Message::new(
                "核验回执自带登记证明。请去掉 --proof，或改用二维码文字或证书PDF。",
                "A receipt brings its own proof. Leave out --proof, or give the QR text or the PDF instead.",
            ),
        }),
        (input, None) => Ok(input),
    }
}

fn open(path: &Path, name: &str) -> Result<Input, Unreadable> {
    let file = File::open(path).map_err(|error| Unreadable::io(name, &error))?;
    scanned(&read_bytes(file, name)?)
}

fn scanned(bytes: &[u8]) -> Result<Input, Unreadable> {
    Ok(read_file(bytes)?)
}

/// Reads one byte more than is allowed, so that the scan can say that it is too much.
fn read_bytes(source: impl Read, name: &str) -> Result<Vec<u8>, Unreadable> {
    let mut bytes = Vec::new();
    let read = source.take(MAX_FILE_LEN as u64 + 1).read_to_end(&mut bytes);
    read.map_err(|error| Unreadable::io(name, &error))?;
    Ok(bytes)
}

impl Unreadable {
    fn io(name: &str, error: &io::Error) -> Self {
        let message = Message::new(
            format!("{name}无法读取（{}）。请检查文件名，或直接给出二维码文字。", zh(error)),
            format!("{name} cannot be read ({error}). Check the name, or give the QR text itself."),
        );
        Self { code: "input_unreadable", message }
    }
}

impl From<ScanError> for Unreadable {
    fn from(error: ScanError) -> Self {
        Self { code: error.code(), message: Message::new(error.zh(), error.en()) }
    }
}
