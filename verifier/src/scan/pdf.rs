//! Finding the attachments and the pictures inside a PDF.
//!
//! The file is passed over once, from stream to stream, and no cross-reference table is followed. What we
//! look for (attached files, pictures) are streams, and a stream always lies open in the file, never
//! within an object stream (ISO 32000-1, 7.5.7), so nothing is missed. Security: a table that a stranger
//! wrote could point a million entries at one large object, or unfold a few kilobytes into gigabytes of
//! objects; here every byte is looked at once, and what is inflated is bounded by constants.

use std::io::Read;

use flate2::read::ZlibDecoder;
use image::{GrayImage, ImageFormat};
use ledger::{qr::QrPayload, tlog_proof::TlogProof};

use super::{ScanError, picture};
use crate::check::{Input, LogProof, ProofCame};

/// The largest attachment, inflated. The issuer attaches nothing larger.
///
/// Security: bounds what a stream of zeros unfolds to.
const MAX_ATTACHMENT_LEN: u64 = 256 << 10;

/// Most attachments that are inflated; ours has three. Security: bounds the sum of their lengths.
const MAX_ATTACHMENTS: usize = 16;

/// Most pictures that are tried; a scan has one a page, and a certificate has one page.
///
/// Security: decoding is the most costly thing that we do for a stranger.
const MAX_PICTURES: usize = 3;

/// The largest picture stored as plain samples, inflated: an A4 page at 300 dpi in colour.
///
/// Security: bounds what a stream of zeros unfolds to.
const MAX_SAMPLES_LEN: u64 = 27_000_000;

/// How far before `stream` its dictionary may begin.
const MAX_DICTIONARY_LEN: usize = 4096;

/// The streams of a PDF that may be of use.
pub(super) struct Pdf<'a> {
    attachments: Vec<Stream<'a>>,
    pictures: Vec<Stream<'a>>,
    encrypted: bool,
}

#[derive(Debug, Clone, Copy)]
struct Stream<'a> {
    dictionary: &'a [u8],
    data: &'a [u8],
}

impl<'a> Pdf<'a> {
    /// Passes over the file.
    pub(super) fn scan(bytes: &'a [u8]) -> Self {
        let mut pdf = Self {
            attachments: Vec::new(),
            pictures: Vec::new(),
            encrypted: position(bytes, b"/Encrypt").is_some(),
        };
        for stream in Streams::of(bytes) {
            if stream.has(b"/EmbeddedFile") && pdf.attachments.len() < MAX_ATTACHMENTS {
                pdf.attachments.push(stream);
            } else if stream.has(b"/Image") {
                pdf.pictures.push(stream);
            }
        }
        // The largest ones first: a page that was scanned, not a logo.
        pdf.pictures.sort_by_key(|stream| std::cmp::Reverse(stream.data.len()));
        pdf.pictures.truncate(MAX_PICTURES);
        pdf
    }

    /// Whether the file is encrypted, and so not to be read.
    pub(super) const fn is_encrypted(&self) -> bool {
        self.encrypted
    }

    /// The attached QR text, with the log proof where there is one, if it is one of our PDFs. Attachments
    /// are recognised by what they hold: their names stand elsewhere, and would prove nothing.
    pub(super) fn attached(&self) -> Result<Option<Input>, ScanError> {
        let mut text: Option<String> = None;
        let mut certificates = Vec::new();
        let mut proof = None;
        for content in
            self.attachments.iter().filter_map(|stream| stream.inflated(MAX_ATTACHMENT_LEN))
        {
            if content.starts_with(&[0xd2, 0x84]) {
                certificates.push(content);
                continue;
            }
            if TlogProof::is_named_in(&content) {
                proof.get_or_insert(LogProof { bytes: content, came: ProofCame::InsidePdf });
                continue;
            }
            let Some(found) = link(&content) else { continue };
            match &text {
                Some(other) if *other != found => {
                    return Err(ScanError::SeveralCertificates { count: 2 });
                }
                _ => text = Some(found),
            }
        }
        let Some(text) = text else { return Ok(None) };
        agree(&text, &certificates)?;
        Ok(Some(match proof {
            Some(proof) => Input::Proved { text, proof },
            None => Input::QrText(text),
        }))
    }

    /// The pictures inside, as far as they decode.
    pub(super) fn pictures(&self) -> impl Iterator<Item = GrayImage> + '_ {
        self.pictures.iter().filter_map(Stream::picture)
    }
}

/// The attached certificate, where there is one, is the one in the QR text.
fn agree(text: &str, certificates: &[Vec<u8>]) -> Result<(), ScanError> {
    // A text that is no QR text of ours is for the check to refuse, which says why.
    let Ok(payload) = QrPayload::from_text(text) else { return Ok(()) };
    match certificates.iter().all(|certificate| *certificate == payload.certificate) {
        true => Ok(()),
        false => Err(ScanError::PdfPartsDisagree),
    }
}

fn link(content: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(content).ok()?.trim();
    let ours =
        (text.starts_with("https://") || text.starts_with("http://")) && text.contains("/v#");
    ours.then(|| text.to_owned())
}

impl Stream<'_> {
    fn has(&self, name: &[u8]) -> bool {
        let mut rest = self.dictionary;
        while let Some(at) = position(rest, name) {
            rest = rest.get(at + name.len()..).unwrap_or_default();
            // `/Image` is a name of its own, not the beginning of `/ImageMask`.
            if !rest.first().is_some_and(|next| next.is_ascii_alphanumeric()) {
                return true;
            }
        }
        false
    }

    /// A number directly behind a name.
    fn number(&self, name: &[u8]) -> Option<u32> {
        let at = position(self.dictionary, name)?;
        let rest = self.dictionary.get(at + name.len()..)?.trim_ascii_start();
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        std::str::from_utf8(rest.get(..digits)?).ok()?.parse().ok()
    }

    /// The content, if it is plain or deflated, and no longer than `limit`.
    fn inflated(&self, limit: u64) -> Option<Vec<u8>> {
        let mut content = Vec::new();
        if self.has(b"/FlateDecode") {
            ZlibDecoder::new(self.data).take(limit + 1).read_to_end(&mut content).ok()?;
        } else if !self.has(b"/Filter") {
            // The line end before `endstream` is no part of the content; a length would say so.
            let length = self.number(b"/Length").and_then(|length| usize::try_from(length).ok());
            content.extend_from_slice(self.data.get(..length?)?);
        }
        (!content.is_empty() && content.len() as u64 <= limit).then_some(content)
    }

    fn picture(&self) -> Option<GrayImage> {
        if self.has(b"/DCTDecode") && !self.has(b"/FlateDecode") {
            return picture::decode(self.data, ImageFormat::Jpeg).ok();
        }
        let (width, height) = (self.number(b"/Width")?, self.number(b"/Height")?);
        let bits = self.number(b"/BitsPerComponent").unwrap_or(1);
        // Rows that were predicted from each other are not undone: scanners do not write them.
        if width == 0 || height == 0 || self.number(b"/Predictor").is_some_and(|kind| kind > 1) {
            return None;
        }
        let samples = self.inflated(MAX_SAMPLES_LEN)?;
        let picture = match bits {
            1 => bilevel(&samples, width, height),
            8 => levels(&samples, width, height),
            _ => None,
        };
        picture.map(picture::fitted)
    }
}

/// One bit a pixel; a row begins with a byte.
fn bilevel(samples: &[u8], width: u32, height: u32) -> Option<GrayImage> {
    let row = width.div_ceil(8) as usize;
    let (columns, rows) = (width as usize, height as usize);
    let pixels: Vec<u8> = samples
        .chunks_exact(row)
        .take(rows)
        .flat_map(|row| {
            (0..columns).map(|x| {
                let byte = row.get(x / 8).copied().unwrap_or_default();
                if byte >> (7 - x % 8) & 1 == 1 { 255 } else { 0 }
            })
        })
        .collect();
    GrayImage::from_raw(width, height, pixels)
}

/// One, three or four bytes a pixel; of several, the green or magenta one stands for all.
fn levels(samples: &[u8], width: u32, height: u32) -> Option<GrayImage> {
    let pixels = (width as usize).checked_mul(height as usize)?;
    let channels = samples.len() / pixels;
    let channel = match channels {
        1 => 0,
        3 | 4 => 1,
        _ => return None,
    };
    let pixels = samples.chunks_exact(channels).take(pixels);
    GrayImage::from_raw(
        width,
        height,
        pixels.filter_map(|pixel| pixel.get(channel)).copied().collect(),
    )
}

/// The streams of a file, in the order in which they lie in it.
///
/// Security: every byte is passed over a bounded number of times, whatever the file says: a dictionary
/// is only looked for behind the place where the last one might have ended.
struct Streams<'a> {
    bytes: &'a [u8],
    /// Where the next keyword is looked for.
    from: usize,
    /// Where the next dictionary may begin.
    floor: usize,
}

impl<'a> Streams<'a> {
    const fn of(bytes: &'a [u8]) -> Self {
        Self { bytes, from: 0, floor: 0 }
    }

    /// The dictionary that ends directly before the keyword at `keyword`; none where `stream` is part
    /// of another word.
    fn dictionary_before(&mut self, keyword: usize) -> Option<&'a [u8]> {
        let start = keyword.saturating_sub(MAX_DICTIONARY_LEN).max(self.floor);
        let before = self.bytes.get(start..keyword)?.trim_ascii_end();
        if !before.ends_with(b">>") {
            return None;
        }
        self.floor = keyword;
        let start = before.windows(3).rposition(|window| window == b"obj")?;
        before.get(start + 3..)
    }
}

impl<'a> Iterator for Streams<'a> {
    type Item = Stream<'a>;

    fn next(&mut self) -> Option<Stream<'a>> {
        loop {
            let rest = self.bytes.get(self.from..)?;
            let keyword = self.from + position(rest, b"stream")?;
            self.from = keyword + b"stream".len();
            let Some(dictionary) = self.dictionary_before(keyword) else { continue };
            let data = self.bytes.get(self.from..)?;
            let data = data.strip_prefix(b"\r").unwrap_or(data);
            let data = data.strip_prefix(b"\n").unwrap_or(data);
            let length = position(data, b"endstream").unwrap_or(data.len());
            self.from = self.bytes.len() - data.len() + length + b"endstream".len();
            return Some(Stream { dictionary, data: data.get(..length)? });
        }
    }
}

fn position(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}
