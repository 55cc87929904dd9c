//! What stands on the command line: a file, `-`, or the text of a QR code itself.

use std::{
    ffi::OsStr,
    fs::File,
    io::{self, Read},
    path::Path,
};

use super::talk::Message;
use crate::{
    check::Input,
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
            format!("{name}无法读取（{error}）。请检查文件名，或直接给出二维码文字。"),
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
