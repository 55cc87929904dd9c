//! Evidence: everything that a verdict on one certificate hangs on, as one file.
//!
//! It is what a verifier gathers and judges, and it is the receipt (核验回执) that a user keeps:
//! judged again years later it says the same about the same moment. Nothing in it is trusted; every
//! part is checked by `judge`. That something is *absent* from a log is never carried here.

use crate::{
    cbor::{CborError, Reader, Writer},
    certificate::MAX_CERTIFICATE_LEN,
    copy::MAX_COPY_LEN,
    digest::{LeafHash, NodeHash, RootHash},
    entry::{Entry, EntryError, MAX_ENTRY_LEN},
    merkle::{
        InclusionError, MAX_CONSISTENCY_PROOF_LEN, MAX_INCLUSION_PROOF_LEN, verify_inclusion,
    },
    note::MAX_NOTE_LEN,
    position::{LeafIndex, PositionTooLarge, TreeSize},
    status::{ExceptionError, StatusProof},
};

/// Version of the format.
const VERSION: u64 = 1;

/// The largest evidence file in bytes.
///
/// Security: bounds what a web server or a command line reads from a stranger. The largest part is a
/// checkpoint with a hundred cosignatures (128 KiB); an ordinary receipt has about 4 KiB.
pub const MAX_EVIDENCE_LEN: usize = 256 * 1024;

/// An entry with the path that proves its place in the checkpoint's tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvenEntry {
    /// Its index.
    pub index: LeafIndex,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The inclusion proof.
    pub path: Vec<NodeHash>,
}

/// A checkpoint and the status head under which the certificate is judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// The checkpoint: a signed note with its cosignatures.
    pub checkpoint: Vec<u8>,
    /// The head; the checkpoint's last entry unless an earlier moment is asked about. None where
    /// the checkpoint did not verify, so that nothing under it could be proved.
    pub head: Option<ProvenEntry>,
}

/// The authority that signed the certificate, and what the head says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorityEvidence {
    /// The authority entry.
    pub entry: ProvenEntry,
    /// Its status under the head.
    pub status: StatusProof,
}

/// The certificate's place in the log, and what the head says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The issuance entry.
    pub entry: ProvenEntry,
    /// The first head after it, which gives its log time; none when that is the moment's head, or,
    /// under another checkpoint, when it could not be had.
    pub log_time: Option<ProvenEntry>,
    /// The document's status.
    pub document: StatusProof,
    /// The title's status, and its first issuance; none when the document is the first.
    pub title: Option<StatusProof>,
    /// The checkpoint in whose tree entry and log time are proved; none when that is the moment's.
    pub under: Option<OtherCheckpoint>,
}

/// Another checkpoint of the log than the moment's, such as the one in a certificate's PDF.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherCheckpoint {
    /// A signed note with its cosignatures.
    pub checkpoint: Vec<u8>,
    /// The proof that the moment's tree begins with this checkpoint's; none where it could not be
    /// had.
    pub consistency: Option<Vec<NodeHash>>,
}

/// A purpose-bound copy that came with the certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyEvidence {
    /// The copy's COSE bytes.
    pub copy: Vec<u8>,
    /// The authority that signed it.
    pub authority: Option<AuthorityEvidence>,
}

/// What was gathered about one certificate; what could not be had is absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The certificate's COSE bytes.
    pub certificate: Vec<u8>,
    /// Where the QR code says that it stands.
    pub hint: LeafIndex,
    /// A purpose-bound copy.
    pub copy: Option<CopyEvidence>,
    /// Checkpoint and head.
    pub moment: Option<Moment>,
    /// The signing authority.
    pub authority: Option<AuthorityEvidence>,
    /// The place in the log.
    pub place: Option<Place>,
}

/// Why bytes are no evidence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EvidenceError {
    /// Longer than [`MAX_EVIDENCE_LEN`].
    #[error("evidence of {length} bytes; at most {MAX_EVIDENCE_LEN} are read")]
    TooLong {
        /// Bytes given.
        length: usize,
    },
    /// A version that this code does not know.
    #[error("evidence of version {found}; this program knows version {VERSION}")]
    Version {
        /// The version found.
        found: u64,
    },
    /// Not the CBOR structure.
    #[error("evidence: {0}")]
    Cbor(#[from] CborError),
    /// An exception in a status proof is malformed.
    #[error("evidence: {0}")]
    Exception(#[from] ExceptionError),
    /// A position outside every log.
    #[error("evidence: {0}")]
    Position(#[from] PositionTooLarge),
}

/// Why an entry is not what its proof says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProvenEntryError {
    /// The path does not lead to the root.
    #[error("entry {index} is not in the checkpoint's tree: {source}")]
    NotIncluded {
        /// The index claimed.
        index: LeafIndex,
        /// What the proof lacks.
        source: InclusionError,
    },
    /// The bytes are no entry.
    #[error("entry {index}: {source}")]
    Malformed {
        /// The index.
        index: LeafIndex,
        /// What is wrong.
        source: EntryError,
    },
}

impl ProvenEntry {
    /// The entry, once its path leads to `root` in a tree of `size` entries.
    pub fn verify(&self, size: TreeSize, root: RootHash) -> Result<Entry, ProvenEntryError> {
        let index = self.index;
        self.verify_place(size, root)
            .map_err(|source| ProvenEntryError::NotIncluded { index, source })?;
        Entry::decode(&self.bytes).map_err(|source| ProvenEntryError::Malformed { index, source })
    }

    /// Checks that the bytes, whatever they are, stand at the index in the tree of `size` entries
    /// with `root`.
    pub fn verify_place(&self, size: TreeSize, root: RootHash) -> Result<(), InclusionError> {
        verify_inclusion(LeafHash::of(&self.bytes), self.index, size, &self.path, root)
    }

    /// The bytes of one entry with its path, as they stand within evidence.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Writer::new();
        self.write(&mut out);
        out.finish()
    }

    /// Parses exactly one entry with its path; nothing in it is verified.
    pub fn decode(bytes: &[u8]) -> Result<Self, EvidenceError> {
        let mut input = Reader::new(bytes);
        let entry = Self::read(&mut input)?;
        input.finish()?;
        Ok(entry)
    }

    fn write<'a>(&self, out: &'a mut Writer) -> &'a mut Writer {
        out.array(3).uint(self.index.get()).bytes(&self.bytes);
        write_hashes(out, &self.path)
    }

    fn read(input: &mut Reader<'_>) -> Result<Self, EvidenceError> {
        input.array(3)?;
        Ok(Self {
            index: LeafIndex::new(input.uint()?)?,
            bytes: input.bytes(MAX_ENTRY_LEN)?.to_vec(),
            path: read_hashes(input, MAX_INCLUSION_PROOF_LEN)?,
        })
    }
}

fn write_hashes<'a>(out: &'a mut Writer, hashes: &[NodeHash]) -> &'a mut Writer {
    out.array(hashes.len());
    for hash in hashes {
        out.bytes(hash.as_bytes());
    }
    out
}

fn read_hashes(input: &mut Reader<'_>, limit: usize) -> Result<Vec<NodeHash>, CborError> {
    (0..input.array_up_to(limit)?).map(|_| input.digest().map(NodeHash::from_bytes)).collect()
}

impl Evidence {
    /// Evidence that consists of the certificate alone.
    pub const fn of_certificate(certificate: Vec<u8>, hint: LeafIndex) -> Self {
        Self { certificate, hint, copy: None, moment: None, authority: None, place: None }
    }

    /// The file's bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Writer::new();
        out.array(7).uint(VERSION).bytes(&self.certificate).uint(self.hint.get());
        out.optional(self.copy.as_ref(), |out, copy| {
            out.array(2).bytes(&copy.copy);
            out.optional(copy.authority.as_ref(), write_authority)
        });
        out.optional(self.moment.as_ref(), |out, moment| {
            out.array(2).bytes(&moment.checkpoint);
            out.optional(moment.head.as_ref(), |out, head| head.write(out))
        });
        out.optional(self.authority.as_ref(), write_authority);
        out.optional(self.place.as_ref(), |out, place| {
            out.array(5);
            place.entry.write(out);
            out.optional(place.log_time.as_ref(), |out, head| head.write(out));
            place.document.write(out);
            out.optional(place.title.as_ref(), |out, title| title.write(out));
            out.optional(place.under.as_ref(), write_other_checkpoint)
        });
        out.finish()
    }

    /// Parses exactly one evidence file; nothing in it is verified.
    pub fn decode(bytes: &[u8]) -> Result<Self, EvidenceError> {
        if bytes.len() > MAX_EVIDENCE_LEN {
            return Err(EvidenceError::TooLong { length: bytes.len() });
        }
        let mut input = Reader::new(bytes);
        input.array(7)?;
        match input.uint()? {
            VERSION => {}
            found => return Err(EvidenceError::Version { found }),
        }
        let evidence = Self {
            certificate: input.bytes(MAX_CERTIFICATE_LEN)?.to_vec(),
            hint: LeafIndex::new(input.uint()?)?,
            copy: input.optional(read_copy)?,
            moment: input.optional(read_moment)?,
            authority: input.optional(read_authority)?,
            place: input.optional(read_place)?,
        };
        input.finish()?;
        Ok(evidence)
    }
}

fn read_moment(input: &mut Reader<'_>) -> Result<Moment, EvidenceError> {
    input.array(2)?;
    Ok(Moment {
        checkpoint: input.bytes(MAX_NOTE_LEN)?.to_vec(),
        head: input.optional(ProvenEntry::read)?,
    })
}

fn read_copy(input: &mut Reader<'_>) -> Result<CopyEvidence, EvidenceError> {
    input.array(2)?;
    Ok(CopyEvidence {
        copy: input.bytes(MAX_COPY_LEN)?.to_vec(),
        authority: input.optional(read_authority)?,
    })
}

fn write_authority<'a>(out: &'a mut Writer, authority: &AuthorityEvidence) -> &'a mut Writer {
    out.array(2);
    authority.entry.write(out);
    authority.status.write(out)
}

fn read_authority(input: &mut Reader<'_>) -> Result<AuthorityEvidence, EvidenceError> {
    input.array(2)?;
    Ok(AuthorityEvidence { entry: ProvenEntry::read(input)?, status: StatusProof::read(input)? })
}

fn read_place(input: &mut Reader<'_>) -> Result<Place, EvidenceError> {
    input.array(5)?;
    Ok(Place {
        entry: ProvenEntry::read(input)?,
        log_time: input.optional(ProvenEntry::read)?,
        document: StatusProof::read(input)?,
        title: input.optional(|input| StatusProof::read(input).map_err(EvidenceError::from))?,
        under: input.optional(read_other_checkpoint)?,
    })
}

fn write_other_checkpoint<'a>(out: &'a mut Writer, other: &OtherCheckpoint) -> &'a mut Writer {
    out.array(2).bytes(&other.checkpoint);
    out.optional(other.consistency.as_ref(), |out, hashes| write_hashes(out, hashes))
}

fn read_other_checkpoint(input: &mut Reader<'_>) -> Result<OtherCheckpoint, EvidenceError> {
    input.array(2)?;
    Ok(OtherCheckpoint {
        checkpoint: input.bytes(MAX_NOTE_LEN)?.to_vec(),
        consistency: input.optional(|input| read_hashes(input, MAX_CONSISTENCY_PROOF_LEN))?,
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn index(value: u64) -> LeafIndex {
        LeafIndex::new(value).unwrap()
    }

    fn full() -> Evidence {
        let absent = StatusProof::NotListed { left: None, right: None };
        let entry = |at: u64| ProvenEntry {
            index: index(at),
            bytes: vec![1, 2, 3],
            path: vec![NodeHash::from_bytes([at as u8; 32]); 3],
        };
        Evidence {
            certificate: vec![0xD2],
            hint: index(7),
            copy: Some(CopyEvidence { copy: vec![9], authority: None }),
            moment: Some(Moment { checkpoint: b"note".to_vec(), head: Some(entry(9)) }),
            authority: Some(AuthorityEvidence { entry: entry(1), status: absent.clone() }),
            place: Some(Place {
                entry: entry(7),
                log_time: Some(entry(8)),
                document: absent.clone(),
                title: Some(absent),
                under: Some(OtherCheckpoint {
                    checkpoint: b"note".to_vec(),
                    consistency: Some(vec![NodeHash::from_bytes([5; 32]); 2]),
                }),
            }),
        }
    }

    #[test]
    fn evidence_survives_writing_and_reading_whole_and_in_parts() {
        let parts = Evidence { copy: None, place: None, authority: None, ..full() };
        for evidence in [full(), parts, Evidence::of_certificate(vec![1], index(0))] {
            assert_eq!(Evidence::decode(&evidence.encode()), Ok(evidence));
        }
    }

    #[test]
    fn refuses_every_truncation_and_a_version_it_does_not_know() {
        let bytes = full().encode();
        for end in 0..bytes.len() {
            let refused = Evidence::decode(&bytes[..end]);
            assert!(
                matches!(refused, Err(EvidenceError::Cbor(_) | EvidenceError::Exception(_))),
                "{end}: {refused:?}"
            );
        }
        let mut other = bytes;
        other[1] = 2;
        assert_eq!(Evidence::decode(&other), Err(EvidenceError::Version { found: 2 }));
    }

    proptest! {
        #[test]
        fn whatever_is_read_is_written_the_same(at in 0usize..600, byte: u8) {
            let mut bytes = full().encode();
            let at = at % bytes.len();
            bytes[at] = byte;
            if let Ok(evidence) = Evidence::decode(&bytes) {
                prop_assert_eq!(evidence.encode(), bytes);
            }
        }
    }
}
