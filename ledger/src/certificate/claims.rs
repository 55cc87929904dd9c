//! The claims set: one private CWT claim whose key is the format's version and whose value is an
//! array, because a map with a private-use key for every field would cost 70 bytes of a QR code.

use super::{
    codes::{Level, ObtainMethod, Series, UnknownCode},
    text::{CertificateNumber, MAX_TEXT_LEN, MaskedId, Text, TextError},
};
use crate::{
    cbor::{CborError, Reader, Writer},
    digest::Commitment,
    position::{LeafIndex, PositionTooLarge},
    time::{Date, NotADate, PartialDate},
};

/// The private-use claim key (RFC 8392 §9.1: below -65536) of version 1 of the claims array.
const CLAIM_TITLE_V1: i64 = -65_537;
const FIELDS: usize = 17;

/// Which log a certificate is recorded in: a small number that a trust file maps to an origin and
/// a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogGeneration(u8);

impl LogGeneration {
    /// The generation with this number.
    pub const fn new(number: u8) -> Self {
        Self(number)
    }

    /// The number.
    pub const fn get(self) -> u8 {
        self.0
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, CborError> {
        let error = reader.not_allowed("log generation");
        u8::try_from(reader.uint()?).map(Self).map_err(|_too_large| error)
    }
}

/// What an authority states about one title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// The log that records it.
    pub log: LogGeneration,
    /// 证书编号
    pub number: CertificateNumber,
    /// Index of the title's first issuance; none on the first.
    pub title: Option<LeafIndex>,
    /// 姓名
    pub holder_name: Text,
    /// The visible characters of the holder's document number.
    pub masked_id: MaskedId,
    /// 职称系列
    pub series: Series,
    /// 级别
    pub level: Level,
    /// 资格名称
    pub title_name: Text,
    /// 专业
    pub specialty: Text,
    /// 取得时间, as precisely as it is known.
    pub obtained_on: PartialDate,
    /// The day of the review; none where old records have none. A title whose obtained-on is
    /// known to the day always has one.
    pub review_date: Option<Date>,
    /// 取得方式
    pub obtain_method: ObtainMethod,
    /// 批准文号
    pub approval_document: Text,
    /// 发证时间: the approval document's date.
    pub issued_on: Date,
    /// 评委会名称
    pub committee_name: Text,
    /// Log index of the authority whose key signs this.
    pub authority: LeafIndex,
    /// SHA-256 of the holder's personal record.
    pub record: Commitment,
}

/// Why claims are not well-formed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClaimsError {
    /// Not the CBOR structure.
    #[error("claims: {0}")]
    Cbor(#[from] CborError),
    /// Another claim than the one of this format.
    #[error("claims: the claim key is {found}, not {CLAIM_TITLE_V1}")]
    WrongClaim {
        /// The key found.
        found: i64,
    },
    /// A text field is refused.
    #[error("claims, {field}: {source}")]
    Text {
        /// The field.
        field: &'static str,
        /// What is wrong with it.
        source: TextError,
    },
    /// A code that its table does not have.
    #[error("claims: {0}")]
    Code(#[from] UnknownCode),
    /// A date outside the calendar.
    #[error("claims: {0}")]
    Date(#[from] NotADate),
    /// A position outside every log.
    #[error("claims: {0}")]
    Position(#[from] PositionTooLarge),
    /// The review date repeats the obtained-on date, which must then be left out.
    #[error("claims: the review date repeats the obtained-on date")]
    ReviewDateRepeated,
}

impl Claims {
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = Writer::new();
        out.map(1).int(CLAIM_TITLE_V1).array(FIELDS);
        out.uint(u64::from(self.log.get()));
        out.text(self.number.as_str());
        out.optional(self.title, |out, title| out.uint(title.get()));
        out.text(self.holder_name.as_str());
        out.text(self.masked_id.as_str());
        out.uint(u64::from(self.series.code()));
        out.uint(self.level.code());
        out.text(self.title_name.as_str());
        out.text(self.specialty.as_str());
        write_partial_date(&mut out, self.obtained_on);
        let review = self.review_date.filter(|date| PartialDate::Day(*date) != self.obtained_on);
        out.optional(review, |out, date| out.int(i64::from(date.days())));
        out.uint(self.obtain_method.code());
        out.text(self.approval_document.as_str());
        out.int(i64::from(self.issued_on.days()));
        out.text(self.committee_name.as_str());
        out.uint(self.authority.get());
        out.bytes(self.record.as_bytes());
        out.finish()
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, ClaimsError> {
        let mut reader = Reader::new(bytes);
        let input = &mut reader;
        input.map(1)?;
        match input.int()? {
            CLAIM_TITLE_V1 => input.array(FIELDS)?,
            found => return Err(ClaimsError::WrongClaim { found }),
        }
        let log = LogGeneration::read(input)?;
        let number =
            field("number", input.text(CertificateNumber::MAX_LEN)?, CertificateNumber::new)?;
        let title = input.optional(read_index)?;
        let holder_name = text("holder_name", input)?;
        let masked_id = field("masked_id", input.text(MAX_TEXT_LEN)?, MaskedId::new)?;
        let series = Series::new(input.uint()?)?;
        let level = Level::from_code(input.uint()?)?;
        let title_name = text("title_name", input)?;
        let specialty = text("specialty", input)?;
        let obtained_on = read_partial_date(input)?;
        let review_date = read_review_date(input, obtained_on)?;
        let obtain_method = ObtainMethod::from_code(input.uint()?)?;
        let approval_document = text("approval_document", input)?;
        let issued_on = read_date(input)?;
        let committee_name = text("committee_name", input)?;
        let authority = read_index(input)?;
        let record = Commitment::from_bytes(input.digest()?);
        reader.finish()?;
        Ok(Self {
            log,
            number,
            title,
            holder_name,
            masked_id,
            series,
            level,
            title_name,
            specialty,
            obtained_on,
            review_date,
            obtain_method,
            approval_document,
            issued_on,
            committee_name,
            authority,
            record,
        })
    }
}

fn read_review_date(
    input: &mut Reader<'_>,
    obtained_on: PartialDate,
) -> Result<Option<Date>, ClaimsError> {
    match (input.optional(read_date)?, obtained_on) {
        (Some(date), PartialDate::Day(day)) if date == day => Err(ClaimsError::ReviewDateRepeated),
        (Some(date), _) => Ok(Some(date)),
        (None, PartialDate::Day(day)) => Ok(Some(day)),
        (None, PartialDate::Month { .. } | PartialDate::Year { .. }) => Ok(None),
    }
}

/// A day as days since 1970; a month as `[year, month]`; a year as `[year]`.
fn write_partial_date(out: &mut Writer, date: PartialDate) {
    match date {
        PartialDate::Day(day) => out.int(i64::from(day.days())),
        PartialDate::Month { year, month } => {
            out.array(2).uint(u64::from(year)).uint(u64::from(month))
        }
        PartialDate::Year { year } => out.array(1).uint(u64::from(year)),
    };
}

fn read_partial_date(input: &mut Reader<'_>) -> Result<PartialDate, ClaimsError> {
    if input.clone().int().is_ok() {
        return Ok(PartialDate::Day(read_date(input)?));
    }
    let error = ClaimsError::Date(NotADate);
    let parts = input.array_up_to(2)?;
    let year = u16::try_from(input.uint()?).map_err(|_too_large| error.clone())?;
    let date = match parts {
        2 => {
            let month = u8::try_from(input.uint()?).map_err(|_too_large| error)?;
            PartialDate::Month { year, month }
        }
        1 => PartialDate::Year { year },
        _ => return Err(error),
    };
    date.earliest()?;
    Ok(date)
}

fn read_date(input: &mut Reader<'_>) -> Result<Date, ClaimsError> {
    Ok(Date::from_days(input.int()?)?)
}

fn read_index(input: &mut Reader<'_>) -> Result<LeafIndex, ClaimsError> {
    Ok(LeafIndex::new(input.uint()?)?)
}

fn text(name: &'static str, input: &mut Reader<'_>) -> Result<Text, ClaimsError> {
    field(name, input.text(MAX_TEXT_LEN)?, Text::new)
}

fn field<T>(
    name: &'static str,
    text: &str,
    parse: impl FnOnce(&str) -> Result<T, TextError>,
) -> Result<T, ClaimsError> {
    parse(text).map_err(|source| ClaimsError::Text { field: name, source })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use super::*;
    use crate::certificate::tests::sample_claims;

    fn survives(claims: &Claims) {
        assert_eq!(&Claims::decode(&claims.encode()).unwrap(), claims);
    }

    #[test]
    fn dates_known_to_the_month_or_the_year_keep_their_precision() {
        let mut claims = sample_claims();
        claims.obtained_on = PartialDate::Month { year: 1987, month: 12 };
        claims.review_date = None;
        survives(&claims);
        claims.obtained_on = PartialDate::Year { year: 1962 };
        survives(&claims);
        claims.review_date = Some("1962-05-01".parse().unwrap());
        survives(&claims);
    }

    #[test]
    fn a_review_date_of_its_own_is_kept() {
        let mut claims = sample_claims();
        claims.review_date = Some("2026-02-11".parse().unwrap());
        survives(&claims);
    }

    #[test]
    fn refuses_a_month_that_no_year_has() {
        let mut claims = sample_claims();
        claims.obtained_on = PartialDate::Month { year: 2026, month: 13 };
        assert_eq!(Claims::decode(&claims.encode()), Err(ClaimsError::Date(NotADate)));
    }
}
