//! One row of a list becomes an [`ApprovedResult`]: normalised, parsed, and complete.
//!
//! An approved result says what the row says, and that everything in it is well-formed. Whether the
//! committee was allowed to decide it, and the notice long enough, is [`crate::eligibility`]'s to say.

mod column;
mod committee_code;
mod date;
mod document_number;
mod fault;
mod message;
mod method;
mod parse;
#[cfg(test)]
pub(crate) mod parse_tests;
mod provenance;
mod result_key;
mod stored;

pub use column::Column;
pub use committee_code::{CommitteeCode, CommitteeCodeError};
pub use date::{DateError, read as read_date};
pub use document_number::{DocumentNumber, DocumentNumberError};
pub use fault::{FieldFault, FieldFaults};
pub use method::{method_zh, read_method};
pub use parse::parse;
pub use provenance::{Confirmation, Provenance, ResultFiling, SimultaneousNotice, SourceSystem};
pub use result_key::ResultKey;
pub(crate) use stored::StoredApproved;
pub use stored::StoredFieldError;

use jiff::civil::Date;
use ledger::certificate::{Level, ObtainMethod};

use crate::catalogue::TitleSeries;
use crate::identity::{HolderName, IdentityDocument, Uscc};

/// A result as a list states it, every part well-formed, the notice without objection, the pledge
/// signed. Made by [`parse`] only, or read back from the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovedResult {
    holder: Holder,
    employer: Employer,
    title: Title,
    review: Review,
    notice: PublicNotice,
    approval: Approval,
    pledged_on: Date,
    provenance: Provenance,
}

/// The person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// 姓名
    pub name: HolderName,
    /// 证件类型 and 证件号码
    pub document: IdentityDocument,
}

/// Where the person works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Employer {
    /// 工作单位, as written
    pub name: String,
    /// 统一社会信用代码
    pub code: Uscc,
}

/// What was attained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Title {
    /// 职称系列
    pub series: TitleSeries,
    /// 级别
    pub level: Level,
    /// 资格名称, a name that the series has at that level
    pub name: String,
    /// 专业, as written
    pub specialty: String,
}

/// Who decided, when and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// 评委会代码
    pub committee: CommitteeCode,
    /// 评审通过日期: from this day the title is held (取得时间)
    pub passed_on: Date,
    /// 取得方式
    pub method: ObtainMethod,
}

/// The public notice of the result, which ended without objection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicNotice {
    /// 公示开始日期: not counted
    pub from: Date,
    /// 公示截止日期
    pub to: Date,
}

/// The document that confirms the result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// 批准文号
    pub document: DocumentNumber,
    /// 批准日期: the certificate's 发证时间
    pub date: Date,
}

impl ApprovedResult {
    /// The person.
    pub fn holder(&self) -> &Holder {
        &self.holder
    }

    /// Where the person works.
    pub fn employer(&self) -> &Employer {
        &self.employer
    }

    /// What was attained.
    pub fn title(&self) -> &Title {
        &self.title
    }

    /// Who decided, when and how.
    pub fn review(&self) -> &Review {
        &self.review
    }

    /// The public notice.
    pub fn notice(&self) -> PublicNotice {
        self.notice
    }

    /// The confirming document.
    pub fn approval(&self) -> &Approval {
        &self.approval
    }

    /// 承诺书签署日期
    pub fn pledged_on(&self) -> Date {
        self.pledged_on
    }

    /// Which way it came, as far as the list states it.
    pub fn provenance(&self) -> &Provenance {
        &self.provenance
    }
}
