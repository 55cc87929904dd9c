//! A batch of certificates as a case: the journal lines that hold its drafts, one person each, so that
//! each can be erased alone.

use ledger::{
    cbor::{Reader, Writer},
    certificate::CertificateNumber,
    journal::JournalSequence,
    record::{SALT_LEN, Salt},
};

use super::DraftFault;

const VERSION: u64 = 1;
/// Longest certificate number in bytes.
const MAX_NUMBER_LEN: usize = 64;

/// The lines of a batch, which follow one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchDraft {
    /// The first line of drafts.
    pub first: JournalSequence,
    /// How many lines there are.
    pub count: u64,
}

/// What was drawn for one certificate when it was drafted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// 证书编号
    pub number: CertificateNumber,
    /// Begins the personal record.
    pub salt: Salt,
}

impl BatchDraft {
    /// The lines.
    ///
    /// # Errors
    /// A line beyond every journal.
    pub fn lines(&self) -> Result<Vec<JournalSequence>, DraftFault> {
        let first = self.first.get();
        (first..first.saturating_add(self.count))
            .map(|line| Ok(JournalSequence::new(line)?))
            .collect()
    }

    /// The case's payload.
    pub fn encode(&self) -> Vec<u8> {
        Writer::new().array(3).uint(VERSION).uint(self.first.get()).uint(self.count).finish()
    }

    /// Parses exactly one.
    ///
    /// # Errors
    /// [`DraftFault`].
    pub fn decode(bytes: &[u8]) -> Result<Self, DraftFault> {
        let mut input = Reader::new(bytes);
        input.array(3)?;
        let version = input.not_allowed("version");
        if input.uint()? != VERSION {
            return Err(version.into());
        }
        let first = JournalSequence::new(input.uint()?)?;
        let beyond = input.not_allowed("number of drafts");
        let count = input.uint()?;
        if count > super::MAX_TARGETS as u64 {
            return Err(beyond.into());
        }
        input.finish()?;
        Ok(Self { first, count })
    }
}

impl Drawn {
    /// The payload of a draft's line.
    pub fn encode(&self) -> Vec<u8> {
        Writer::new().array(2).text(self.number.as_str()).bytes(self.salt.as_bytes()).finish()
    }

    /// Parses exactly one.
    ///
    /// # Errors
    /// [`DraftFault`].
    pub fn decode(bytes: &[u8]) -> Result<Self, DraftFault> {
        let mut input = Reader::new(bytes);
        input.array(2)?;
        let number = CertificateNumber::new(input.text(MAX_NUMBER_LEN)?)?;
        let salt = Salt::from_random(input.byte_array::<SALT_LEN>()?);
        input.finish()?;
        Ok(Self { number, salt })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn a_batch_and_what_was_drawn_are_read_back_as_they_were_written() {
        let batch = BatchDraft { first: JournalSequence::new(70).unwrap(), count: 300 };
        assert_eq!(BatchDraft::decode(&batch.encode()), Ok(batch));
        assert_eq!(batch.lines().unwrap().len(), 300);
        let number = CertificateNumber::new("CQ2026K7M2P9QAX").unwrap();
        let drawn = Drawn { number, salt: Salt::from_random([3; 16]) };
        assert_eq!(Drawn::decode(&drawn.encode()), Ok(drawn));
    }

    #[test]
    fn refuses_more_drafts_than_a_batch_can_have() {
        let batch = BatchDraft { first: JournalSequence::new(0).unwrap(), count: 10_001 };
        assert!(BatchDraft::decode(&batch.encode()).is_err());
    }
}
