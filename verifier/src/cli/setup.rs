//! Reading what a check needs before the first input: the trust file.

use std::{fs::File, io::Read as _, path::Path};

use ledger::{
    path::LogPath,
    reader::Fetch as _,
    trust::{MAX_TRUST_LEN, Trust},
};

use super::talk::Message;
use crate::{causes::zh, fetch::LogSource};

/// Reads a trust file; says so where it names keys that everybody has.
pub(super) fn read_trust(path: &Path) -> Result<Trust, Message> {
    let shown = path.display();
    let unreadable = |error: &std::io::Error| {
        Message::new(
            format!(
                "信任文件{shown}无法读取（{}）。请用 --trust 指定职改办公布的信任文件。",
                zh(error)
            ),
            format!(
                "The trust file {shown} cannot be read ({error}). Name the one that the bureau publishes with --trust."
            ),
        )
    };
    let mut text = String::new();
    let file = File::open(path).map_err(|error| unreadable(&error))?;
    file.take(MAX_TRUST_LEN as u64 + 1)
        .read_to_string(&mut text)
        .map_err(|error| unreadable(&error))?;
    let trust = Trust::parse(&text).map_err(|error| {
        Message::new(
            format!("信任文件{shown}有误：{}。请重新取得职改办公布的信任文件。", zh(&error)),
            format!("The trust file {shown} is wrong: {error}. Get the one that the bureau publishes again."),
        )
    })?;
    if trust.names_example_keys() {
        let warning = Message::new(
            format!("警告：{shown}所列为人人持有私钥的示例密钥，核验结果不具任何效力。"),
            format!(
                "Warning: {shown} trusts the example keys, whose private halves everybody has. No answer means anything."
            ),
        );
        warning.say();
    }
    Ok(trust)
}

/// Why nothing came from `place`: a verdict says only that nothing did.
pub(super) fn explain_missing_log(place: &str) -> Message {
    let path = LogPath::Checkpoint;
    match LogSource::at(place).fetch(&path, path.max_len()) {
        Ok(None) => Message::new(
            format!(
                "{place}中没有文件{path}。请用 --log 指定账本公开文件所在的目录（例如 …/log）或网址。"
            ),
            format!(
                "There is no file {path} in {place}. Name the directory with the log's public files (such as …/log), or its URL, with --log."
            ),
        ),
        Ok(Some(_)) => Message::new(
            format!("{place}的账本文件不全。请稍后再试，或改用另一镜像。"),
            format!("Files of the log in {place} are missing. Try again later, or another mirror."),
        ),
        Err(error) => Message::new(
            format!("{place}无法读取（{}）。请检查 --log 与网络。", zh(&error)),
            format!("{place} cannot be read ({error}). Check --log and the network."),
        ),
    }
}
