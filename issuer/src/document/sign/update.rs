//! The incremental update (ISO 32000-1, 7.5.6 and 12.8): a signature field without a picture, its
//! dictionary with a byte range and room for the signature, and the page and catalog that name it.

use lopdf::{Dictionary, Document, IncrementalDocument, Object, ObjectId, StringFormat};

use super::SignError;
use crate::document::{BEIJING_OFFSET_HOURS, beijing};

/// A file that waits for its signature.
pub(super) struct Prepared {
    bytes: Vec<u8>,
    /// Where the hexadecimal string of the signature begins and ends, brackets included.
    hole: std::ops::Range<usize>,
}

impl Prepared {
    /// Appends the update to `pdf`, with `room` bytes for the signature.
    pub(super) fn new(pdf: &[u8], time: jiff::Timestamp, room: usize) -> Result<Self, SignError> {
        if !pdf.ends_with(END) {
            return Err(SignError::NotOurs("it is cut off"));
        }
        let before = Document::load_mem(pdf)?;
        let mut update = IncrementalDocument::create_from(pdf.to_vec(), before);
        let signature = update.new_document.add_object(signature_dictionary(time, room));
        add_field(&mut update, signature)?;
        let mut bytes = Vec::with_capacity(pdf.len() + 2 * room + 4096);
        update.save_to(&mut bytes)?;
        let hole = find_hole(&bytes, pdf.len(), room)?;
        let mut prepared = Self { bytes, hole };
        prepared.write_byte_range(pdf.len())?;
        Ok(prepared)
    }

    /// What is signed: everything but the signature itself.
    pub(super) fn signed_bytes(&self) -> [&[u8]; 2] {
        let before = self.bytes.get(..self.hole.start).unwrap_or_default();
        let after = self.bytes.get(self.hole.end..).unwrap_or_default();
        [before, after]
    }

    /// Puts the signature into its place; the rest of the place stays zero.
    pub(super) fn finish(mut self, signature: &[u8]) -> Result<Vec<u8>, SignError> {
        let room = (self.hole.len() - 2) / 2;
        if signature.len() > room {
            return Err(SignError::NoRoom { bytes: signature.len(), room });
        }
        let digits = signature.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        let place = self.bytes.iter_mut().skip(self.hole.start + 1);
        for (digit, place) in digits.zip(place) {
            *place = if digit < 10 { b'0' + digit } else { b'A' + digit - 10 };
        }
        Ok(self.bytes)
    }

    fn write_byte_range(&mut self, from: usize) -> Result<(), SignError> {
        let pattern = byte_range_pattern();
        let start = find(&self.bytes, from, pattern.as_bytes())
            .ok_or(SignError::NotOurs("the byte range cannot be placed"))?;
        let after = self.hole.end;
        let mut range = format!("[0 {} {after} {}", self.hole.start, self.bytes.len() - after);
        range.extend(std::iter::repeat_n(' ', pattern.len() - 1 - range.len()));
        range.push(']');
        let places = self.bytes.iter_mut().skip(start);
        range.bytes().zip(places).for_each(|(byte, place)| *place = byte);
        Ok(())
    }
}

/// The bytes that stood before the signature was added: the file as [`crate::document::pdf`] made
/// it, or `None` when `pdf` has not exactly one update of ours.
#[must_use]
pub fn signed_part(pdf: &[u8]) -> Option<&[u8]> {
    let first = find(pdf, 0, END)? + END.len();
    let second = find(pdf, first, END)?;
    find(pdf, second + END.len(), END).is_none().then(|| pdf.get(..first)).flatten()
}

fn signature_dictionary(time: jiff::Timestamp, room: usize) -> Dictionary {
    let mut dictionary = Dictionary::new();
    dictionary.set("Type", name("Sig"));
    dictionary.set("Filter", name("Adobe.PPKLite"));
    dictionary.set("SubFilter", name("ETSI.CAdES.detached"));
    dictionary.set("M", Object::string_literal(pdf_date(time)));
    let unknown = Object::Integer(UNKNOWN);
    dictionary
        .set("ByteRange", vec![Object::Integer(0), unknown.clone(), unknown.clone(), unknown]);
    dictionary.set("Contents", Object::String(vec![0; room], StringFormat::Hexadecimal));
    dictionary
}

/// Adds an invisible signature field to the first page and to the catalog.
fn add_field(update: &mut IncrementalDocument, signature: ObjectId) -> Result<(), SignError> {
    let before = update.get_prev_documents();
    let catalog = before.trailer.get(b"Root").and_then(Object::as_reference)?;
    let page = before.page_iter().next().ok_or(SignError::NotOurs("it has no page"))?;
    if before.get_dictionary(catalog)?.has(b"AcroForm")
        || before.get_dictionary(page)?.has(b"Annots")
    {
        return Err(SignError::NotOurs("it has a form or annotations"));
    }
    let mut field = Dictionary::new();
    field.set("Type", name("Annot"));
    field.set("Subtype", name("Widget"));
    field.set("FT", name("Sig"));
    field.set("T", Object::string_literal("Signature1"));
    field.set("F", Object::Integer(PRINT_AND_LOCKED));
    field.set("Rect", vec![Object::Integer(0); 4]);
    field.set("P", page);
    field.set("V", signature);
    let field = update.new_document.add_object(field);
    let mut form = Dictionary::new();
    form.set("Fields", vec![Object::Reference(field)]);
    form.set("SigFlags", Object::Integer(SIGNATURES_EXIST_AND_APPEND_ONLY));
    update.opt_clone_object_to_new_document(catalog)?;
    update.opt_clone_object_to_new_document(page)?;
    update.new_document.get_dictionary_mut(catalog)?.set("AcroForm", form);
    let annotations = vec![Object::Reference(field)];
    update.new_document.get_dictionary_mut(page)?.set("Annots", annotations);
    Ok(())
}

fn find_hole(bytes: &[u8], from: usize, room: usize) -> Result<std::ops::Range<usize>, SignError> {
    let pattern = [&b"<"[..], &vec![b'0'; 2 * room], b">"].concat();
    let start =
        find(bytes, from, &pattern).ok_or(SignError::NotOurs("the signature cannot be placed"))?;
    Ok(start..start + pattern.len())
}

fn find(bytes: &[u8], from: usize, pattern: &[u8]) -> Option<usize> {
    let rest = bytes.get(from..)?;
    rest.windows(pattern.len()).position(|window| window == pattern).map(|place| from + place)
}

fn name(text: &str) -> Object {
    Object::Name(text.as_bytes().to_vec())
}

fn byte_range_pattern() -> String {
    format!("[0 {UNKNOWN} {UNKNOWN} {UNKNOWN}]")
}

/// A date in PDF (ISO 32000-1, 7.9.4), in Beijing time.
fn pdf_date(time: jiff::Timestamp) -> String {
    let local = beijing(time);
    format!(
        "D:{:04}{:02}{:02}{:02}{:02}{:02}+{BEIJING_OFFSET_HOURS:02}'00'",
        local.year(),
        local.month(),
        local.day(),
        local.hour(),
        local.minute(),
        local.second(),
    )
}

/// How every file of ours ends. A PDF library would repair a file without it; we do not sign repairs.
const END: &[u8] = b"%%EOF";
/// Stands for a number that is not known yet; wide enough for any file.
const UNKNOWN: i64 = 9_999_999_999;
/// Annotation flags 3 and 8: PDF/A demands the first and no hidden annotation.
const PRINT_AND_LOCKED: i64 = 4 | 128;
/// Signature flags 1 and 2.
const SIGNATURES_EXIST_AND_APPEND_ONLY: i64 = 3;
