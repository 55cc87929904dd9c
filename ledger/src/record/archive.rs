//! What stands behind an `integrity_record`: an entry of the archive as it was first recorded, or one
//! that corrects an earlier one. Nothing in the archive is changed in place.

use super::{
    IntegrityRecord, RecordError, integrity::FIELDS, read_date, read_prose, read_text, write_date,
};
use crate::{
    cbor::{Reader, Writer},
    certificate::{Text, coded},
    digest::Commitment,
    position::LeafIndex,
    time::Date,
};

coded! {
    /// What a correction does to the entry that it cites. 1 would be RECORDED, which cites nothing and
    /// is not written.
    CorrectionKind, "correction kind" {
        /// 更正: this record stands in the cited one's place.
        Amended = 2,
        /// 撤销记录: the cited record no longer counts.
        Rescinded = 3,
    }
}

/// Why and by which document an earlier entry was corrected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// What it does.
    pub kind: CorrectionKind,
    /// The log index of the entry that it cites: earlier, of the archive, about the same subject.
    pub entry: LeafIndex,
    /// Why.
    pub reason: String,
    /// 决定文号 of the correction.
    pub decision: Text,
    /// Its date.
    pub decided_on: Date,
}

/// The private record of an `integrity_record`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveEntry {
    /// What is on record. A rescission repeats what it rescinds, under a salt of its own.
    pub record: IntegrityRecord,
    /// The correction that it is; none for an entry as it was first recorded.
    pub correction: Option<Correction>,
}

impl ArchiveEntry {
    /// An entry that corrects nothing.
    pub const fn recorded(record: IntegrityRecord) -> Self {
        Self { record, correction: None }
    }

    /// The record's bytes. Without a correction they are those of the [`IntegrityRecord`].
    pub fn encode(&self) -> Vec<u8> {
        let Some(correction) = &self.correction else { return self.record.encode() };
        let mut out = Writer::new();
        self.record.write(out.array(FIELDS + 1));
        out.array(5)
            .uint(correction.kind.code())
            .uint(correction.entry.get())
            .text(&correction.reason)
            .text(correction.decision.as_str());
        write_date(&mut out, correction.decided_on);
        out.finish()
    }

    /// Parses exactly one record.
    pub fn decode(bytes: &[u8]) -> Result<Self, RecordError> {
        let mut input = Reader::new(bytes);
        let out_of_range = input.not_allowed("number of fields");
        let fields = input.array_up_to(FIELDS + 1)?;
        if fields < FIELDS {
            return Err(out_of_range.into());
        }
        let record = IntegrityRecord::read(&mut input)?;
        let correction = if fields == FIELDS { None } else { Some(Correction::read(&mut input)?) };
        input.finish()?;
        Ok(Self { record, correction })
    }

    /// What the log entry says.
    pub fn commitment(&self) -> Commitment {
        Commitment::to(&self.encode())
    }
}

impl Correction {
    fn read(input: &mut Reader<'_>) -> Result<Self, RecordError> {
        input.array(5)?;
        Ok(Self {
            kind: CorrectionKind::from_code(input.uint()?)?,
            entry: LeafIndex::new(input.uint()?)?,
            reason: read_prose(input)?,
            decision: read_text(input)?,
            decided_on: read_date(input)?,
        })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use super::*;
    use crate::{
        cbor::CborFault,
        record::{IntegrityKind, SubjectKind, integrity::tests::record},
    };

    fn entry(kind: Option<CorrectionKind>) -> ArchiveEntry {
        let correction = kind.map(|kind| Correction {
            kind,
            entry: LeafIndex::new(70).unwrap(),
            reason: "复议决定撤销".to_owned(),
            decision: Text::new("渝府复〔2026〕12号").unwrap(),
            decided_on: "2026-09-01".parse().unwrap(),
        });
        let record = record(IntegrityKind::TitleRevoked, SubjectKind::Applicant);
        ArchiveEntry { record, correction }
    }

    #[test]
    fn an_entry_is_read_back_as_it_was_written() {
        for kind in [None, Some(CorrectionKind::Amended), Some(CorrectionKind::Rescinded)] {
            let written = entry(kind);
            assert_eq!(ArchiveEntry::decode(&written.encode()), Ok(written));
        }
    }

    #[test]
    fn an_entry_that_corrects_nothing_has_the_bytes_of_its_record() {
        let written = entry(None);
        assert_eq!(written.encode(), written.record.encode());
        assert_eq!(written.commitment(), written.record.commitment());
    }

    #[test]
    fn a_correction_is_no_plain_record_and_a_shorter_array_is_none() {
        let amended = entry(Some(CorrectionKind::Amended)).encode();
        assert!(IntegrityRecord::decode(&amended).is_err());
        let found = ArchiveEntry::decode(&[0x88]);
        let is_length = |error: &RecordError| match error {
            RecordError::Cbor(error) => {
                error.fault == CborFault::NotAllowed { field: "number of fields" }
            }
            _ => false,
        };
        assert!(found.as_ref().is_err_and(is_length), "{found:?}");
    }

    #[test]
    fn refuses_a_correction_that_says_recorded() {
        let mut bytes = entry(Some(CorrectionKind::Amended)).encode();
        let plain = entry(None).encode().len();
        assert_eq!(bytes[plain..plain + 2], [0x85, 2]);
        bytes[plain + 1] = 1;
        assert!(matches!(ArchiveEntry::decode(&bytes), Err(RecordError::Code(_))));
    }
}
