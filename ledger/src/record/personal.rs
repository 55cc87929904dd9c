//! What the bureau keeps behind an issuance: the personal record and the certificate itself.

use super::{RecordError, Salt, read_date, read_text, write_date};
use crate::{
    cbor::{Reader, Writer},
    certificate::{MAX_CERTIFICATE_LEN, Text, coded},
    digest::Commitment,
    time::Date,
};

/// Longest personal record in bytes.
const MAX_PERSONAL_LEN: usize = 4096;

coded! {
    /// 性别
    Sex, "sex" {
        /// 男
        Male = 1,
        /// 女
        Female = 2,
    }
}

coded! {
    /// The kind of an identity document (证件类型).
    DocumentKind, "document kind" {
        /// 居民身份证 (GB 11643)
        ResidentId = 1,
        /// 港澳台居民居住证
        HkmtResidence = 2,
        /// 港澳居民来往内地通行证
        HkMacauPermit = 3,
        /// 台湾居民来往大陆通行证
        TaiwanPermit = 4,
        /// 外国人永久居留身份证, before 2023
        ForeignResident2017 = 5,
        /// 外国人永久居留身份证, since 2023
        ForeignResident2023 = 6,
        /// 护照
        Passport = 7,
        /// 军官证/文职证
        Officer = 8,
        /// 其他
        Other = 9,
    }
}

/// The full personal data of one issuance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonalRecord {
    /// Makes the hash unguessable.
    pub salt: Salt,
    /// 姓名
    pub name: Text,
    /// 性别
    pub sex: Option<Sex>,
    /// 证件类型
    pub document_kind: DocumentKind,
    /// 证件号码
    pub document_number: Text,
    /// 工作单位
    pub employer: Option<Text>,
    /// 统一社会信用代码
    pub employer_code: Option<Text>,
    /// 承诺书签署日期
    pub pledged_on: Option<Date>,
    /// 公示开始日期
    pub publicity_from: Option<Date>,
    /// 公示截止日期
    pub publicity_until: Option<Date>,
    /// 备注
    pub note: Option<Text>,
}

impl PersonalRecord {
    /// The record's bytes; the certificate's `record` claim is their SHA-256.
    pub fn encode(&self) -> Vec<u8> {
        let text = |out: &mut Writer, value: Option<&Text>| {
            out.optional(value, |out, text| out.text(text.as_str()));
        };
        let mut out = Writer::new();
        out.array(11).bytes(self.salt.as_bytes()).text(self.name.as_str());
        out.optional(self.sex, |out, sex| out.uint(sex.code()));
        out.uint(self.document_kind.code()).text(self.document_number.as_str());
        text(&mut out, self.employer.as_ref());
        text(&mut out, self.employer_code.as_ref());
        for date in [self.pledged_on, self.publicity_from, self.publicity_until] {
            out.optional(date, write_date);
        }
        text(&mut out, self.note.as_ref());
        out.finish()
    }

    /// Parses exactly one record.
    pub fn decode(bytes: &[u8]) -> Result<Self, RecordError> {
        let mut input = Reader::new(bytes);
        input.array(11)?;
        let record = Self {
            salt: Salt::read(&mut input)?,
            name: read_text(&mut input)?,
            sex: input.optional(|input| Ok::<_, RecordError>(Sex::from_code(input.uint()?)?))?,
            document_kind: DocumentKind::from_code(input.uint()?)?,
            document_number: read_text(&mut input)?,
            employer: input.optional(read_text)?,
            employer_code: input.optional(read_text)?,
            pledged_on: input.optional(read_date)?,
            publicity_from: input.optional(read_date)?,
            publicity_until: input.optional(read_date)?,
            note: input.optional(read_text)?,
        };
        input.finish()?;
        Ok(record)
    }

    /// What the certificate's `record` claim says.
    pub fn commitment(&self) -> Commitment {
        Commitment::to(&self.encode())
    }
}

/// The private record at an issuance's index: `[personal record, certificate]`, each as a byte
/// string, so that both are hashed exactly as they were committed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuanceRecord {
    /// The personal record's bytes.
    pub personal: Vec<u8>,
    /// The certificate's COSE bytes.
    pub certificate: Vec<u8>,
}

impl IssuanceRecord {
    /// The record's bytes.
    pub fn encode(&self) -> Vec<u8> {
        Writer::new().array(2).bytes(&self.personal).bytes(&self.certificate).finish()
    }

    /// Parses exactly one record.
    pub fn decode(bytes: &[u8]) -> Result<Self, RecordError> {
        let mut input = Reader::new(bytes);
        input.array(2)?;
        let record = Self {
            personal: input.bytes(MAX_PERSONAL_LEN)?.to_vec(),
            certificate: input.bytes(MAX_CERTIFICATE_LEN)?.to_vec(),
        };
        input.finish()?;
        Ok(record)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use super::*;

    fn record() -> PersonalRecord {
        PersonalRecord {
            salt: Salt::from_random([7; 16]),
            name: Text::new("董平燕").unwrap(),
            sex: Some(Sex::Male),
            document_kind: DocumentKind::ResidentId,
            document_number: Text::new("500000196205191011").unwrap(),
            employer: Some(Text::new("两江信息有限公司").unwrap()),
            employer_code: None,
            pledged_on: Some("2025-12-26".parse().unwrap()),
            publicity_from: None,
            publicity_until: None,
            note: None,
        }
    }

    #[test]
    fn a_personal_record_is_read_back_as_it_was_written() {
        assert_eq!(PersonalRecord::decode(&record().encode()), Ok(record()));
    }

    #[test]
    fn two_records_of_the_same_person_have_different_commitments() {
        let other = PersonalRecord { salt: Salt::from_random([8; 16]), ..record() };
        assert_ne!(other.commitment(), record().commitment());
    }

    #[test]
    fn an_issuance_record_keeps_both_parts_byte_for_byte() {
        let both = IssuanceRecord { personal: record().encode(), certificate: vec![1, 2, 3] };
        assert_eq!(IssuanceRecord::decode(&both.encode()), Ok(both));
    }
}
