//! What holds of every parser: whatever it reads, written again, is the same bytes; and it never
//! panics. Each function is one fuzz target.

use ledger::{
    authority::{AuthorityCertificate, RootCertificate},
    certificate::{SignedCertificate, UnsignedCertificate},
    checkpoint::SignedCheckpoint,
    copy::SignedCopy,
    cosignature::Cosignature,
    entry::{Entry, SignedStatusChange},
    evidence::Evidence,
    journal::{AnchorOpening, JournalReader, JournalRecord},
    merkle::{EntryBundle, TileId, TileSpan, TileWidth, decode_tile_number, encode_tile_number},
    note::{SignedNote, VerifierKey},
    path::LogPath,
    qr::{QrPayload, VerificationHost},
    record::{ArchiveEntry, DecisionRecord, IssuanceRecord, PersonalRecord},
    replay::SavedReplay,
    seal::{KeyEncryptionKey, KeyringPage, PrivateBundle},
    status::{Exception, ExceptionList},
    store::{FilePath, StagedBatch, StagingName},
    tlog_policy::TlogPolicy,
    tlog_proof::TlogProof,
    trust::Trust,
    witness::{AddCheckpoint, cosignature_lines, parse_cosignatures, parse_size, size_text},
};
use sha2::{Digest as _, Sha256};

/// Origin of the journal that the target `journal` reads.
pub const ORIGIN: &str = "ledger.example/titles";

/// What a parser made of its input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was refused.
    Refused,
    /// It was read, and written again it is the same.
    ReadAndWritten,
}

use Outcome::{ReadAndWritten, Refused};

/// One target: its name, and its function.
pub type Target = (&'static str, fn(&[u8]) -> Outcome);

/// Every target.
pub const TARGETS: &[Target] = &[
    ("add_checkpoint", add_checkpoint),
    ("authority", authority),
    ("certificate", certificate),
    ("checkpoint", checkpoint),
    ("copy", copy),
    ("entry", entry),
    ("entry_bundle", entry_bundle),
    ("evidence", evidence),
    ("exceptions", exceptions),
    ("journal", journal),
    ("keyring", keyring),
    ("note", note),
    ("path", path),
    ("private_bundle", private_bundle),
    ("qr", qr),
    ("record", record),
    ("saved_replay", saved_replay),
    ("staging", staging),
    ("tlog_policy", tlog_policy),
    ("tlog_proof", tlog_proof),
    ("trust", trust),
];

/// Compares what was written with what was read.
fn same<E>(read: Result<impl AsRef<[u8]>, E>, data: &[u8]) -> Outcome {
    match read {
        Ok(written) => {
            assert_eq!(written.as_ref(), data, "written differently than read");
            ReadAndWritten
        }
        Err(_) => Refused,
    }
}

/// Of several parsers for one input, whether any reads it.
fn any(outcomes: impl IntoIterator<Item = Outcome>) -> Outcome {
    outcomes.into_iter().fold(Refused, |all, one| if one == ReadAndWritten { one } else { all })
}

/// A log's request to a witness, and both answers.
pub fn add_checkpoint(data: &[u8]) -> Outcome {
    any([
        same(AddCheckpoint::parse(data).map(|request| request.to_bytes()), data),
        same(parse_cosignatures(data).map(|lines| cosignature_lines(&lines)), data),
        same(parse_size(data).map(size_text).ok_or(()), data),
    ])
}

/// A policy, of which there is one form that is written: what that says is what was read.
pub fn tlog_policy(data: &[u8]) -> Outcome {
    let Ok(policy) = TlogPolicy::parse(data) else { return Refused };
    let written = policy.to_bytes();
    let again = TlogPolicy::parse(&written).expect("what was written is read");
    assert_eq!(again, policy);
    assert_eq!(again.to_bytes(), written);
    ReadAndWritten
}

/// A public entry.
pub fn entry(data: &[u8]) -> Outcome {
    any([
        same(Entry::decode(data).map(|entry| entry.encode()), data),
        same(SignedStatusChange::decode(data).map(|change| change.encode()), data),
    ])
}

/// A certificate; put together again from its claims.
pub fn certificate(data: &[u8]) -> Outcome {
    let Ok(signed) = SignedCertificate::decode(data) else { return Refused };
    let (_, signature) = signed.signed_parts();
    let again = UnsignedCertificate::new(signed.unverified_claims())
        .expect("the claims were acceptable before");
    same(Ok::<_, ()>(again.with_signature(signature).as_bytes()), data)
}

/// A purpose-bound copy.
pub fn copy(data: &[u8]) -> Outcome {
    same(SignedCopy::decode(data).map(|copy| copy.encode()), data)
}

/// X.509 of roots and authorities. It is kept as it was read, so only panics are looked for, and that
/// nothing is read as both.
pub fn authority(data: &[u8]) -> Outcome {
    let root = RootCertificate::from_der(data);
    let authority = AuthorityCertificate::from_der(data);
    assert!(root.is_err() || authority.is_err(), "read as a root and as an authority");
    if let (Ok(authority), Ok(root)) = (&authority, &root) {
        let _chain = authority.clone().verify(std::slice::from_ref(root));
    }
    match (root, authority) {
        (Err(_), Err(_)) => Refused,
        (Ok(_), _) | (_, Ok(_)) => ReadAndWritten,
    }
}

/// A signed note, its signature lines, a verifier key.
pub fn note(data: &[u8]) -> Outcome {
    let key = std::str::from_utf8(data).map(|text| text.parse::<VerifierKey>());
    any([
        same(SignedNote::parse(data).map(|note| note.to_bytes()), data),
        same(key.ok().and_then(Result::ok).map(|key| key.to_string()).ok_or(()), data),
        same(Cosignature::parse(data).map(|cosignature| cosignature.to_bytes()), data),
    ])
}

/// A checkpoint; its text too is put together again.
pub fn checkpoint(data: &[u8]) -> Outcome {
    let Ok(signed) = SignedCheckpoint::parse(data) else { return Refused };
    assert_eq!(&signed.unverified().to_text(), signed.note().unverified_text());
    same(Ok::<_, ()>(signed.to_bytes()), data)
}

/// A bundle of entries; the first byte is its width less one.
pub fn entry_bundle(data: &[u8]) -> Outcome {
    let Some((width, bytes)) = data.split_first() else { return Refused };
    let width = TileWidth::new(u64::from(*width) + 1).expect("1 to 256");
    let bundle = EntryBundle::parse(bytes, width);
    same(bundle.map(|bundle| bundle.to_bytes().expect("entries that were read fit")), bytes)
}

/// A receipt.
pub fn evidence(data: &[u8]) -> Outcome {
    same(Evidence::decode(data).map(|evidence| evidence.encode()), data)
}

/// A list of exceptions, and one exception.
pub fn exceptions(data: &[u8]) -> Outcome {
    any([
        same(ExceptionList::decode(data).map(|list| list.encode()), data),
        same(Exception::decode(data).map(|exception| exception.encode()), data),
    ])
}

/// A journal record, a whole journal, and the opening of an anchor.
pub fn journal(data: &[u8]) -> Outcome {
    if let Ok(mut reader) = JournalReader::open(data, ORIGIN) {
        while let Ok(Some(_)) = reader.read_next() {}
        assert!(reader.place().offset <= data.len() as u64);
    }
    let record = JournalRecord::from_bytes(data)
        .map(|record| record.to_bytes().expect("a record that was read can be written"));
    any([
        same(record, data),
        same(AnchorOpening::from_bytes(data).map(|opening| opening.to_bytes()), data),
    ])
}

/// A keyring file, and the file of the key above it.
pub fn keyring(data: &[u8]) -> Outcome {
    if let Ok(Ok(key)) = std::str::from_utf8(data).map(KeyEncryptionKey::from_file) {
        // With or without its line feed.
        assert_eq!(key.to_file().trim_end().as_bytes(), data.trim_ascii_end());
        return ReadAndWritten;
    }
    same(KeyringPage::from_bytes(data).map(|page| page.to_bytes()), data)
}

/// Every path, public and private.
pub fn path(data: &[u8]) -> Outcome {
    let Ok(text) = std::str::from_utf8(data) else { return Refused };
    any([
        same(text.parse::<LogPath>().map(|path| path.to_string()), data),
        same(text.parse::<FilePath>().map(|path| path.to_string()), data),
        same(text.parse::<TileId>().map(|tile| tile.to_string()), data),
        same(text.parse::<TileSpan>().map(|span| span.to_string()), data),
        same(text.parse::<StagingName>().map(|name| name.to_string()), data),
        same(decode_tile_number(text).map(encode_tile_number), data),
    ])
}

/// A bundle of private records; the first byte is its width.
pub fn private_bundle(data: &[u8]) -> Outcome {
    let Some((width, bytes)) = data.split_first() else { return Refused };
    let bundle = PrivateBundle::from_bytes(bytes, usize::from(*width));
    same(bundle.map(|bundle| bundle.to_bytes()), bytes)
}

/// The text of a QR code: its digits are the only ones that say this.
pub fn qr(data: &[u8]) -> Outcome {
    let Ok(text) = std::str::from_utf8(data) else { return Refused };
    let Ok(payload) = QrPayload::from_text(text) else { return Refused };
    let (link, fragment) =
        text.trim().split_once('#').expect("a link that was read has a fragment");
    let host = VerificationHost::new(link.strip_suffix("/v").expect("it was read")).expect("read");
    let written = payload.to_text(&host);
    let end = fragment.find(|c: char| !c.is_ascii_digit()).unwrap_or(fragment.len());
    assert_eq!(written, format!("{link}#{}", &fragment[..end]));
    ReadAndWritten
}

/// The private records.
pub fn record(data: &[u8]) -> Outcome {
    any([
        same(PersonalRecord::decode(data).map(|record| record.encode()), data),
        same(IssuanceRecord::decode(data).map(|record| record.encode()), data),
        same(DecisionRecord::decode(data).map(|record| record.encode()), data),
        same(ArchiveEntry::decode(data).map(|record| record.encode()), data),
    ])
}

/// A staging file: as it is, and with the digest that it should end with.
pub fn staging(data: &[u8]) -> Outcome {
    let sealed = [data, Sha256::digest(data).as_slice()].concat();
    any([data, &sealed]
        .map(|data| same(StagedBatch::from_bytes(data).map(|batch| batch.to_bytes()), data)))
}

/// What a monitor keeps of a replay.
pub fn saved_replay(data: &[u8]) -> Outcome {
    same(SavedReplay::decode(data).map(|saved| saved.encode()), data)
}

/// The proof inside a PDF.
pub fn tlog_proof(data: &[u8]) -> Outcome {
    same(TlogProof::parse(data).map(|proof| proof.to_bytes()), data)
}

/// A trust file, which is never written: only panics are looked for.
pub fn trust(data: &[u8]) -> Outcome {
    match std::str::from_utf8(data).map(Trust::parse) {
        Ok(Ok(trust)) => {
            assert!(trust.logs().count() > 0 && !trust.roots().is_empty());
            ReadAndWritten
        }
        Ok(Err(_)) | Err(_) => Refused,
    }
}
