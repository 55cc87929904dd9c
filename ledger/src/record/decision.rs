//! What the bureau keeps behind a status change.

use sha2::{Digest as _, Sha256};

use super::{RecordError, Salt, read_date, read_prose, read_text, write_date};
use crate::{
    cbor::{Reader, Writer},
    certificate::Text,
    digest::Commitment,
    time::Date,
};

/// A decision with everything that the public log does not say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionRecord {
    /// Makes the record's hash unguessable.
    pub salt: Salt,
    /// Makes the document number's hash unguessable, so that it can be opened alone.
    pub number_salt: Salt,
    /// 决定文号
    pub document_number: Text,
    /// The clause of the notice that it rests on, as in 七(一).
    pub clause: Text,
    /// The legal basis in words.
    pub basis: String,
    /// The facts found.
    pub reasons: String,
    /// 决定日
    pub decided_on: Date,
    /// 送达日; none until it was served.
    pub served_on: Option<Date>,
    /// The statement of remedy (救济告知) given to the person concerned.
    pub remedy: Option<String>,
    /// Who proposed it: a registered person's identifier.
    pub proposer: Text,
    /// Who approved it: another registered person's.
    pub approver: Text,
}

impl DecisionRecord {
    /// The record's bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Writer::new();
        out.array(11)
            .bytes(self.salt.as_bytes())
            .bytes(self.number_salt.as_bytes())
            .text(self.document_number.as_str())
            .text(self.clause.as_str())
            .text(&self.basis)
            .text(&self.reasons);
        write_date(&mut out, self.decided_on);
        out.optional(self.served_on, write_date)
            .optional(self.remedy.as_ref(), |out, remedy| out.text(remedy))
            .text(self.proposer.as_str())
            .text(self.approver.as_str());
        out.finish()
    }

    /// Parses exactly one record.
    pub fn decode(bytes: &[u8]) -> Result<Self, RecordError> {
        let mut input = Reader::new(bytes);
        input.array(11)?;
        let record = Self {
            salt: Salt::read(&mut input)?,
            number_salt: Salt::read(&mut input)?,
            document_number: read_text(&mut input)?,
            clause: read_text(&mut input)?,
            basis: read_prose(&mut input)?,
            reasons: read_prose(&mut input)?,
            decided_on: read_date(&mut input)?,
            served_on: input.optional(read_date)?,
            remedy: input.optional(read_prose)?,
            proposer: read_text(&mut input)?,
            approver: read_text(&mut input)?,
        };
        input.finish()?;
        Ok(record)
    }

    /// What the status change says of this record.
    pub fn commitment(&self) -> Commitment {
        Commitment::to(&self.encode())
    }

    /// What the status change says of the document number: SHA-256(number salt ‖ number).
    pub fn number_commitment(&self) -> Commitment {
        let digest = Sha256::new()
            .chain_update(self.number_salt.as_bytes())
            .chain_update(self.document_number.as_str())
            .finalize();
        Commitment::from_bytes(digest.into())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use super::*;

    #[test]
    fn a_decision_record_is_read_back_as_it_was_written() {
        let record = DecisionRecord {
            salt: Salt::from_random([1; 16]),
            number_salt: Salt::from_random([2; 16]),
            document_number: Text::new("渝职改办〔2026〕900号").unwrap(),
            clause: Text::new("七(一)").unwrap(),
            basis: "渝职改办〔2022〕226号".to_owned(),
            reasons: "提交的业绩材料系伪造".to_owned(),
            decided_on: "2026-07-01".parse().unwrap(),
            served_on: None,
            remedy: Some("60日内申请行政复议".to_owned()),
            proposer: Text::new("staff-01").unwrap(),
            approver: Text::new("staff-02").unwrap(),
        };
        assert_eq!(DecisionRecord::decode(&record.encode()), Ok(record));
    }
}
