//! Keeping receipts (核验回执).

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::talk::Message;
use crate::{causes::zh, check::Report};

/// Where receipts go.
pub(super) enum Receipts {
    Nowhere,
    File(PathBuf),
    Directory(PathBuf),
}

impl Receipts {
    /// A directory that exists takes a file per certificate number; anything else is the one file of
    /// the one input.
    pub(super) fn to(place: Option<&Path>, inputs: usize) -> Result<Self, Message> {
        match place {
            None => Ok(Self::Nowhere),
            Some(place) if place.is_dir() => Ok(Self::Directory(place.to_owned())),
            Some(place) if inputs == 1 => Ok(Self::File(place.to_owned())),
            Some(place) => Err(Message::new(
                format!("{inputs}个输入需要目录存放回执：请先建立目录{}。", place.display()),
                format!(
                    "{inputs} inputs need a directory for their receipts: make {} first.",
                    place.display()
                ),
            )),
        }
    }

    /// Keeps the receipt of one answer. Where no signature verified there is no number to name a
    /// file by, and nothing worth keeping.
    pub(super) fn write(&self, name: &str, report: &Report) -> Result<(), Message> {
        let file = match (self, &report.verdict.claims) {
            (Self::Nowhere, _) => return Ok(()),
            (Self::File(file), _) => file.clone(),
            (Self::Directory(directory), Some(claims)) => {
                directory.join(format!("{}.receipt", claims.number))
            }
            (Self::Directory(_), None) => {
                let zh = format!("{name}：签名未证实，不留回执。");
                Message::new(
                    zh,
                    format!("{name}: no signature was verified, so no receipt is kept."),
                )
                .say();
                return Ok(());
            }
        };
        fs::write(&file, &report.receipt).map_err(|error| {
            let shown = file.display();
            Message::new(
                format!("回执{shown}无法写入（{}）。请用 --receipt 指定可写的位置。", zh(&error)),
                format!("The receipt {shown} cannot be written ({error}). Name a place that can with --receipt."),
            )
        })
    }
}
