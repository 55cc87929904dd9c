//! What a machine is told of a refusal.

use super::OfficeError;

/// Why something was not done that was asked for; nothing changed by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The stable code.
    pub code: &'static str,
    /// The field to look at.
    pub field: &'static str,
    /// The clause of the notice, or the law; none where no text asks for it, as for two persons.
    pub clause: Option<&'static str>,
    /// The sentence in Chinese.
    pub zh: String,
    /// The sentence in English.
    pub en: String,
}

/// A refusal of a type that says all of it.
macro_rules! refusal {
    ($error:expr, $field:expr, $clause:expr) => {
        Refusal {
            code: $error.code(),
            field: $field,
            clause: $clause,
            zh: $error.message_zh(),
            en: $error.message_en(),
        }
    };
}

impl OfficeError {
    /// The refusal that it is; none where something failed.
    pub fn refusal(&self) -> Option<Refusal> {
        Some(match self {
            Self::Approval(error) => refusal!(error, error.field(), None),
            Self::Case(fault) => refusal!(fault, fault.field().name(), fault.clause()),
            Self::Authority(fault) => refusal!(fault, fault.field(), fault.clause()),
            Self::Erasure(refused) => refusal!(refused, refused.field(), Some(refused.clause())),
            Self::Supervision(refused) => {
                refusal!(refused, refused.field(), Some(refused.clause()))
            }
            Self::Archive(refused) => {
                refusal!(refused, refused.field().name(), Some(refused.clause()))
            }
            Self::Sample(refused) => refusal!(refused, refused.field(), Some("六")),
            Self::Recheck(refused) => refusal!(refused, refused.field(), Some("四")),
            Self::Calendar(refused) => refusal!(refused, refused.field(), Some(refused.clause())),
            Self::CommitteeNotRegistered { code } => Refusal {
                code: "committee_not_registered",
                field: "committee",
                clause: Some("二(二)"),
                zh: format!("评委会 {code} 未登记，请先用 issuer authority register 登记"),
                en: format!("committee {code} is not registered; run `issuer authority register`"),
            },
            Self::NoSuchNumber { number } => Refusal {
                code: "no_such_number",
                field: "number",
                clause: None,
                zh: format!("没有编号为 {number} 的证书，请核对编号"),
                en: format!("no certificate has the number {number}; check the number"),
            },
            _ => return None,
        })
    }
}
