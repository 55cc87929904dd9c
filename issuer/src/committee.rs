//! Review committees: what a list of filings says, and which of them can be registered.

mod authority_fault;
mod column;
mod fault;
mod on_record;
mod read;
mod rectification;

use std::collections::BTreeMap;

use jiff::civil::Date;
use ledger::authority::{Committee, Filing, Scope};
use ledger::certificate::Text;
use ledger::time::UnixMillis;

pub use authority_fault::AuthorityFault;
pub use column::CommitteeColumn;
pub use fault::RegistrationFault;
pub use on_record::{KeyNumber, NoStanding, RecordedCommittee, RecordedCommittees, RecordedFiling};
pub use read::{CommitteeLine, CommitteeList, read};
pub use rectification::Rectification;

use crate::approval::CommitteeCode;
use crate::identity::Uscc;

/// A committee whose filing is well-formed and lasts at most three years: it can be registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewCommittee {
    /// 评委会代码
    pub code: CommitteeCode,
    /// 评委会名称
    pub name: Text,
    /// 组建单位
    pub convening_unit: Text,
    /// 组建单位统一社会信用代码
    pub convening_code: Uscc,
    /// 核准部门
    pub approving_authority: Text,
    /// Scope and filing, as the authority's certificate states them.
    pub filed: Committee,
    /// 自主评审, where the list says so.
    pub autonomy: Option<Autonomy>,
    /// Times in which it was not allowed to review (clause 五(二)).
    pub suspensions: Vec<Suspension>,
}

/// Whether the convening unit reviews its own staff (自主评审单位): then its results are confirmed by
/// their filing and by nothing else (clause 三(一)).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Autonomy {
    /// 自主评审单位
    Autonomous,
    /// Not.
    Ordinary,
}

impl Autonomy {
    /// Its number in the journal.
    pub const fn number(self) -> u64 {
        match self {
            Self::Ordinary => 0,
            Self::Autonomous => 1,
        }
    }

    /// What this number means.
    pub const fn from_number(number: u64) -> Option<Self> {
        match number {
            0 => Some(Self::Ordinary),
            1 => Some(Self::Autonomous),
            _ => None,
        }
    }
}

/// A time in which a committee was suspended. Both ends count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Suspension {
    /// The first day.
    pub from: Date,
    /// The last day; none while it lasts.
    pub until: Option<Date>,
}

/// What is known of the committees that a list names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Committees {
    known: BTreeMap<CommitteeCode, Result<ReviewCommittee, RegistrationFault>>,
    on_record: Option<(RecordedCommittees, UnixMillis)>,
}

impl ReviewCommittee {
    /// What it may review.
    pub fn scope(&self) -> &Scope {
        &self.filed.scope
    }

    /// Its filing.
    pub fn filing(&self) -> &Filing {
        &self.filed.filing
    }

    /// The suspension that covers a day.
    pub fn suspended_on(&self, day: Date) -> Option<Suspension> {
        let covers = |suspension: &&Suspension| {
            suspension.from <= day && suspension.until.is_none_or(|until| day <= until)
        };
        self.suspensions.iter().find(covers).copied()
    }
}

impl Committees {
    /// The committee with this code: registrable, refused at registration, or not known at all.
    pub fn get(
        &self,
        code: &CommitteeCode,
    ) -> Option<Result<&ReviewCommittee, &RegistrationFault>> {
        self.known.get(code).map(Result::as_ref)
    }

    /// Has results judged by what is on record at `now`: of a committee that is on record, the list says
    /// nothing any more.
    pub fn judge_by_record(&mut self, recorded: RecordedCommittees, now: UnixMillis) {
        self.on_record = Some((recorded, now));
    }

    /// The committee with this code as it stands on record, and the time at which it does.
    pub fn recorded(&self, code: &CommitteeCode) -> Option<(&RecordedCommittee, UnixMillis)> {
        let (recorded, now) = self.on_record.as_ref()?;
        Some((recorded.get(code.as_str())?, *now))
    }

    /// All committees that can be registered, by code.
    pub fn registrable(&self) -> impl Iterator<Item = &ReviewCommittee> {
        self.known.values().filter_map(|committee| committee.as_ref().ok())
    }

    /// The committees that were refused at registration, by code.
    pub fn refused(&self) -> impl Iterator<Item = (&CommitteeCode, &RegistrationFault)> {
        self.known.iter().filter_map(|(code, known)| Some((code, known.as_ref().err()?)))
    }
}

impl FromIterator<ReviewCommittee> for Committees {
    /// Committees from the register; a later one replaces an earlier one of the same code.
    fn from_iter<I: IntoIterator<Item = ReviewCommittee>>(committees: I) -> Self {
        let by_code =
            committees.into_iter().map(|committee| (committee.code.clone(), Ok(committee)));
        Self { known: by_code.collect(), on_record: None }
    }
}
