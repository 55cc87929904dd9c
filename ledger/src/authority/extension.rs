//! The critical extension of an authority's certificate. In ASN.1 (DER):
//!
//! ```text
//! AuthorityExtension ::= SEQUENCE {
//!     version    INTEGER (1),
//!     role       INTEGER (1..4),
//!     committee  Committee OPTIONAL }      -- absent: the bureau's own authority
//! Committee ::= SEQUENCE {
//!     series         SEQUENCE OF INTEGER,  -- ascending; at least one
//!     levels         SEQUENCE OF INTEGER,  -- ascending; at least one
//!     district       UTF8String,           -- GB/T 2260 code
//!     filingNumber   UTF8String,           -- 核准备案文号
//!     filingFrom     UTF8String,           -- YYYY-MM-DD
//!     filingUntil    UTF8String }          -- YYYY-MM-DD, the last day
//! ```

use const_oid::{AssociatedOid, ObjectIdentifier};
use der::{Decode as _, Encode as _, Sequence};

use super::Role;
use crate::{
    certificate::{Level, Series, Text, TextError, UnknownCode},
    time::{Date, NotADate},
};

/// Under 2.25 (UUID-derived arcs, ITU-T X.667), which needs no registration.
pub const OID_AUTHORITY_EXTENSION: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("2.25.2620221126");

const VERSION: u8 = 1;
/// 备案有效期不超过3年 (clause 2(2)).
const MAX_FILING_MONTHS: u32 = 36;

/// What the extension states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorityExtension {
    /// What the authority may sign.
    pub role: Role,
    /// The committee whose results it signs; none: the bureau's own authority, which has no filing
    /// and whose scope is not limited.
    pub committee: Option<Committee>,
}

/// A review committee as it was filed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committee {
    /// What it may review.
    pub scope: Scope,
    /// From when to when, and by which document.
    pub filing: Filing,
}

/// What a committee may review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    series: Vec<Series>,
    levels: Vec<Level>,
    district: Text,
}

/// A committee's filing (核准备案).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filing {
    number: Text,
    from: Date,
    until: Date,
}

/// Why an extension is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExtensionFault {
    /// Not the DER structure.
    #[error("not DER of an authority extension: {0}")]
    Der(#[from] der::Error),
    /// A version that this code does not know.
    #[error("version {found} of the authority extension is not known")]
    Version {
        /// The version found.
        found: u8,
    },
    /// A code that its table does not have.
    #[error(transparent)]
    Code(#[from] UnknownCode),
    /// A text is refused.
    #[error(transparent)]
    Text(#[from] TextError),
    /// A date is refused.
    #[error(transparent)]
    Date(#[from] NotADate),
    /// Series or levels are missing, repeated or out of order.
    #[error("the scope's {list} are empty or not strictly ascending")]
    Scope {
        /// Which list.
        list: &'static str,
    },
    /// The filing ends before it begins.
    #[error("the filing ends on {until}, before it begins on {from}")]
    FilingReversed {
        /// Its first day.
        from: Date,
        /// Its last day.
        until: Date,
    },
    /// 备案有效期超过3年.
    #[error("the filing from {from} to {until} is longer than three years")]
    FilingTooLong {
        /// Its first day.
        from: Date,
        /// Its last day.
        until: Date,
    },
    /// A committee on a role that belongs to the bureau.
    #[error("the role {role:?} belongs to the bureau and has no committee")]
    CommitteeNotAllowed {
        /// The role.
        role: Role,
    },
}

impl Scope {
    /// A scope with at least one series and one level, each strictly ascending.
    pub fn new(
        series: Vec<Series>,
        levels: Vec<Level>,
        district: Text,
    ) -> Result<Self, ExtensionFault> {
        for (list, ascending) in [
            ("series", !series.is_empty() && series.is_sorted_by(|a, b| a < b)),
            ("levels", !levels.is_empty() && levels.is_sorted_by(|a, b| a < b)),
        ] {
            if !ascending {
                return Err(ExtensionFault::Scope { list });
            }
        }
        Ok(Self { series, levels, district })
    }

    /// Whether titles of this series and level are within it.
    pub fn covers(&self, series: Series, level: Level) -> bool {
        self.series.contains(&series) && self.levels.contains(&level)
    }

    /// The series, ascending.
    pub fn series(&self) -> &[Series] {
        &self.series
    }

    /// The levels, ascending by code.
    pub fn levels(&self) -> &[Level] {
        &self.levels
    }

    /// GB/T 2260 code of the district.
    pub const fn district(&self) -> &Text {
        &self.district
    }
}

impl Filing {
    /// A filing of at most three years.
    pub fn new(number: Text, from: Date, until: Date) -> Result<Self, ExtensionFault> {
        if until < from {
            return Err(ExtensionFault::FilingReversed { from, until });
        }
        if until >= from.plus_months(MAX_FILING_MONTHS)? {
            return Err(ExtensionFault::FilingTooLong { from, until });
        }
        Ok(Self { number, from, until })
    }

    /// Whether `date` lies within it; both ends count.
    pub fn covers(&self, date: Date) -> bool {
        self.from <= date && date <= self.until
    }

    /// 核准备案文号
    pub const fn number(&self) -> &Text {
        &self.number
    }

    /// Its first day.
    pub const fn from(&self) -> Date {
        self.from
    }

    /// Its last day.
    pub const fn until(&self) -> Date {
        self.until
    }
}

impl AuthorityExtension {
    /// The extension's DER, the content of `extnValue`.
    pub fn to_der(&self) -> Result<Vec<u8>, der::Error> {
        ExtensionDer {
            version: VERSION,
            role: self.role.code() as u8,
            committee: self.committee.as_ref().map(CommitteeDer::from),
        }
        .to_der()
    }

    /// Parses the content of `extnValue`.
    pub fn from_der(bytes: &[u8]) -> Result<Self, ExtensionFault> {
        let der = ExtensionDer::from_der(bytes)?;
        if der.version != VERSION {
            return Err(ExtensionFault::Version { found: der.version });
        }
        let role = Role::from_code(u64::from(der.role))?;
        let committee = der.committee.map(Committee::try_from).transpose()?;
        match (role, &committee) {
            (Role::Decide | Role::CopyOnly | Role::DocumentSigning, Some(_)) => {
                Err(ExtensionFault::CommitteeNotAllowed { role })
            }
            (Role::Issue, _) | (_, None) => Ok(Self { role, committee }),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
struct ExtensionDer {
    version: u8,
    role: u8,
    committee: Option<CommitteeDer>,
}

impl AssociatedOid for ExtensionDer {
    const OID: ObjectIdentifier = OID_AUTHORITY_EXTENSION;
}

#[derive(Debug, Clone, PartialEq, Eq, Sequence)]
struct CommitteeDer {
    series: Vec<u8>,
    levels: Vec<u8>,
    district: String,
    filing_number: String,
    filing_from: String,
    filing_until: String,
}

impl From<&Committee> for CommitteeDer {
    fn from(committee: &Committee) -> Self {
        let Committee { scope, filing } = committee;
        Self {
            series: scope.series.iter().map(|series| series.code()).collect(),
            levels: scope.levels.iter().map(|level| level.code() as u8).collect(),
            district: scope.district.to_string(),
            filing_number: filing.number.to_string(),
            filing_from: filing.from.to_string(),
            filing_until: filing.until.to_string(),
        }
    }
}

impl TryFrom<CommitteeDer> for Committee {
    type Error = ExtensionFault;

    fn try_from(der: CommitteeDer) -> Result<Self, ExtensionFault> {
        let series = der.series.iter().map(|code| Series::new(u64::from(*code)));
        let levels = der.levels.iter().map(|code| Level::from_code(u64::from(*code)));
        let scope = Scope::new(
            series.collect::<Result<_, _>>()?,
            levels.collect::<Result<_, _>>()?,
            Text::new(&der.district)?,
        )?;
        let filing = Filing::new(
            Text::new(&der.filing_number)?,
            der.filing_from.parse()?,
            der.filing_until.parse()?,
        )?;
        Ok(Self { scope, filing })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use super::*;

    fn filing(from: &str, until: &str) -> Result<Filing, ExtensionFault> {
        let number = Text::new("渝职改办〔2024〕101号").unwrap();
        Filing::new(number, from.parse().unwrap(), until.parse().unwrap())
    }

    #[test]
    fn a_committees_extension_is_read_back_as_it_was_written() {
        let extension = AuthorityExtension {
            role: Role::Issue,
            committee: Some(Committee {
                scope: Scope::new(
                    vec![Series::new(5).unwrap()],
                    vec![Level::SeniorFull, Level::SeniorAssociate],
                    Text::new("500000").unwrap(),
                )
                .unwrap(),
                filing: filing("2024-06-01", "2027-05-31").unwrap(),
            }),
        };
        let der = extension.to_der().unwrap();
        assert_eq!(AuthorityExtension::from_der(&der), Ok(extension));
    }

    #[test]
    fn a_filing_of_exactly_three_years_is_accepted_and_a_day_more_is_refused() {
        assert_eq!(filing("2024-06-01", "2027-05-31").unwrap().until().to_string(), "2027-05-31");
        let (from, until) = ("2024-06-01".parse().unwrap(), "2027-06-01".parse().unwrap());
        let refused = Err(ExtensionFault::FilingTooLong { from, until });
        assert_eq!(filing("2024-06-01", "2027-06-01"), refused);
    }

    #[test]
    fn a_scope_without_order_is_refused() {
        let series = vec![Series::new(6).unwrap(), Series::new(5).unwrap()];
        let levels = vec![Level::SeniorFull];
        let refused = Err(ExtensionFault::Scope { list: "series" });
        assert_eq!(Scope::new(series, levels, Text::new("500000").unwrap()), refused);
    }
}
