//! A corrected document as a case (clause 三(二)): the same number and title, other data.

use ledger::{
    cbor::{Reader, Writer},
    certificate::{MAX_CERTIFICATE_LEN, MAX_TEXT_LEN, Text},
    position::LeafIndex,
    record::MAX_PROSE_LEN,
    time::Date,
};

use super::{CaseFault, DraftFault, Matter, order};
use crate::signing::staff::{ProposalHash, ProposalKind};

const VERSION: u64 = 1;
const FIELDS: usize = 8;
/// Longest personal record in bytes.
const MAX_PERSONAL_LEN: usize = 4096;

/// What is corrected in a title's newest document. What is not named stays.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Corrections {
    /// 姓名
    pub name: Option<Text>,
    /// 证件号码
    pub document_number: Option<Text>,
    /// 专业
    pub specialty: Option<Text>,
    /// 资格名称
    pub title_name: Option<Text>,
}

/// What staff fill in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReissueOrder {
    /// The title's first index.
    pub title: LeafIndex,
    /// What is corrected.
    pub corrections: Corrections,
    /// The document that approved the correction.
    pub document: Text,
    /// Its date.
    pub decided_on: Date,
    /// Why.
    pub reasons: String,
}

/// What two persons agree to: final bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReissueDraft {
    /// The title's first index.
    pub title: LeafIndex,
    /// The document that stands for the title now and will be superseded.
    pub replaces: LeafIndex,
    /// The document that approved the correction.
    pub document: Text,
    /// Its date.
    pub decided_on: Date,
    /// Why.
    pub reasons: String,
    /// The certificate with 64 zero bytes where the signature will be.
    pub unsigned: Vec<u8>,
    /// The personal record.
    pub personal: Vec<u8>,
}

impl Corrections {
    /// Whether nothing is corrected.
    pub const fn is_empty(&self) -> bool {
        let Self { name, document_number, specialty, title_name } = self;
        name.is_none() && document_number.is_none() && specialty.is_none() && title_name.is_none()
    }
}

impl ReissueOrder {
    /// The number of the document that approved the correction, in its one spelling.
    ///
    /// # Errors
    /// [`CaseFault::Document`].
    pub fn canonical_document(&self) -> Result<Text, CaseFault> {
        order::canonical(&self.document, Matter::Reissue)
    }
}

impl ReissueDraft {
    /// What the two persons sign.
    pub fn proposal(&self) -> ProposalHash {
        ProposalHash::of(ProposalKind::Reissue, [self.encode()])
    }

    /// The draft's bytes.
    pub fn encode(&self) -> Vec<u8> {
        Writer::new()
            .array(FIELDS)
            .uint(VERSION)
            .uint(self.title.get())
            .uint(self.replaces.get())
            .text(self.document.as_str())
            .int(i64::from(self.decided_on.days()))
            .text(&self.reasons)
            .bytes(&self.unsigned)
            .bytes(&self.personal)
            .finish()
    }

    /// Parses exactly one.
    ///
    /// # Errors
    /// [`DraftFault`].
    pub fn decode(bytes: &[u8]) -> Result<Self, DraftFault> {
        let mut input = Reader::new(bytes);
        input.array(FIELDS)?;
        let version = input.not_allowed("version");
        if input.uint()? != VERSION {
            return Err(version.into());
        }
        let draft = Self {
            title: LeafIndex::new(input.uint()?)?,
            replaces: LeafIndex::new(input.uint()?)?,
            document: Text::new(input.text(MAX_TEXT_LEN)?)?,
            decided_on: Date::from_days(input.int()?)?,
            reasons: input.text(MAX_PROSE_LEN)?.to_owned(),
            unsigned: input.bytes(MAX_CERTIFICATE_LEN)?.to_vec(),
            personal: input.bytes(MAX_PERSONAL_LEN)?.to_vec(),
        };
        input.finish()?;
        Ok(draft)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn a_draft_is_read_back_as_it_was_written_and_each_field_changes_its_hash() {
        let index = |index| LeafIndex::new(index).unwrap();
        let one = ReissueDraft {
            title: index(5),
            replaces: index(9),
            document: Text::new("渝职改办〔2026〕30号").unwrap(),
            decided_on: "2026-07-01".parse().unwrap(),
            reasons: "姓名更正".to_owned(),
            unsigned: vec![1; 300],
            personal: vec![2; 200],
        };
        assert_eq!(ReissueDraft::decode(&one.encode()), Ok(one.clone()));
        for other in [
            ReissueDraft { replaces: index(8), ..one.clone() },
            ReissueDraft { reasons: "其他".to_owned(), ..one.clone() },
            ReissueDraft { unsigned: vec![3; 300], ..one.clone() },
            ReissueDraft { personal: vec![3; 200], ..one.clone() },
        ] {
            assert_ne!(other.proposal(), one.proposal());
        }
    }
}
