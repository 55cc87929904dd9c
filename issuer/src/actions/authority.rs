//! Journal lines about committees' authorities: filings and orders to put things right.

use ledger::{
    cbor::{Reader, Writer},
    certificate::Text,
    digest::{Commitment, DIGEST_LEN},
    journal::{JournalSequence, MAX_DATA_LEN},
    time::Date,
};

use super::{ActionError, codec::MAX_TEXT_LEN, text};
use crate::{
    committee::{Autonomy, KeyNumber},
    signing::staff::ProposalHash,
};

/// A committee as a filing states it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredCommittee {
    /// 评委会代码
    pub code: String,
    /// 评委会名称
    pub name: Text,
    /// 组建单位
    pub convening_unit: Text,
    /// 组建单位统一社会信用代码
    pub convening_code: String,
    /// 核准部门
    pub approving_authority: Text,
    /// Its X.509 certificate, DER: scope and filing are in it.
    pub certificate: Vec<u8>,
    /// 自主评审; none where the list did not say.
    pub autonomy: Option<Autonomy>,
}

/// A line about an authority that two persons signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuthorityAction {
    /// A further filing, or a fresh key, of a registered committee: its certificate goes into the log.
    Renewed {
        /// Which of the committee's keys the certificate names.
        key: KeyNumber,
        /// The committee as the new filing states it.
        committee: RegisteredCommittee,
        /// The proposal that two persons signed.
        proposal: ProposalHash,
    },
    /// 责令限期整改: its entry is about to be appended to the integrity archive. Payload: the entry's
    /// private record, final bytes.
    RectificationOrdered {
        /// The committee's code.
        code: String,
        /// 决定文号
        document: Text,
        /// The last day on which it can be complied with.
        deadline: Date,
        /// The entry's commitment.
        entry: Commitment,
        /// The proposal that two persons signed.
        proposal: ProposalHash,
    },
    /// An order was complied with. Payload: how that was found, UTF-8.
    RectificationDone {
        /// The line of the order.
        order: JournalSequence,
        /// When.
        done_on: Date,
        /// The proposal that two persons signed.
        proposal: ProposalHash,
    },
}

impl AuthorityAction {
    /// What the two persons sign: everything but their own proposal. A certificate has a random serial
    /// number, so an old approval approves nothing new.
    pub fn proposal_parts(key: KeyNumber, committee: &RegisteredCommittee) -> [Vec<u8>; 2] {
        let mut numbered = Writer::new();
        numbered.uint(u64::from(key.get()));
        let mut out = Writer::new();
        committee.write(out.array(RegisteredCommittee::FIELDS));
        [numbered.finish(), out.finish()]
    }

    /// What two persons sign for an order to put things right: whom it is to, until when, and the log's
    /// entry, whose commitment is salted.
    pub fn rectification_parts(code: &str, deadline: Date, entry: Vec<u8>) -> [Vec<u8>; 2] {
        let mut out = Writer::new();
        out.array(2).text(code).int(i64::from(deadline.days()));
        [out.finish(), entry]
    }

    /// What two persons sign when they find that an order was complied with; with the journal's chain
    /// hash before.
    pub fn completion_parts(
        order: JournalSequence,
        done_on: Date,
        finding: &str,
        chain: [u8; DIGEST_LEN],
    ) -> [Vec<u8>; 1] {
        let mut out = Writer::new();
        out.array(4).uint(order.get()).int(i64::from(done_on.days())).text(finding).bytes(&chain);
        [out.finish()]
    }

    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Renewed { .. } => RENEWED,
            Self::RectificationOrdered { .. } => RECTIFICATION_ORDERED,
            Self::RectificationDone { .. } => RECTIFICATION_DONE,
        }
    }

    pub(super) fn write(&self, out: &mut Writer) {
        match self {
            Self::Renewed { key, committee, proposal } => {
                out.array(RegisteredCommittee::FIELDS + 2).uint(u64::from(key.get()));
                committee.write(out);
                out.bytes(proposal.as_bytes());
            }
            Self::RectificationOrdered { code, document, deadline, entry, proposal } => {
                out.array(5)
                    .text(code)
                    .text(document.as_str())
                    .int(i64::from(deadline.days()))
                    .bytes(entry.as_bytes())
                    .bytes(proposal.as_bytes());
            }
            Self::RectificationDone { order, done_on, proposal } => {
                out.array(3)
                    .uint(order.get())
                    .int(i64::from(done_on.days()))
                    .bytes(proposal.as_bytes());
            }
        }
    }

    /// Reads the data of a line of this kind; none where the kind is not about authorities.
    pub(super) fn read(kind: &str, input: &mut Reader<'_>) -> Result<Option<Self>, ActionError> {
        Ok(Some(match kind {
            RENEWED => {
                input.array(RegisteredCommittee::FIELDS + 2)?;
                Self::Renewed {
                    key: read_key(input)?,
                    committee: RegisteredCommittee::read(input)?,
                    proposal: ProposalHash::from_bytes(input.digest()?),
                }
            }
            RECTIFICATION_ORDERED => {
                input.array(5)?;
                Self::RectificationOrdered {
                    code: input.text(MAX_TEXT_LEN)?.to_owned(),
                    document: text(input.text(MAX_TEXT_LEN)?)?,
                    deadline: Date::from_days(input.int()?)?,
                    entry: Commitment::from_bytes(input.digest()?),
                    proposal: ProposalHash::from_bytes(input.digest()?),
                }
            }
            RECTIFICATION_DONE => {
                input.array(3)?;
                Self::RectificationDone {
                    order: JournalSequence::new(input.uint()?)?,
                    done_on: Date::from_days(input.int()?)?,
                    proposal: ProposalHash::from_bytes(input.digest()?),
                }
            }
            _ => return Ok(None),
        }))
    }
}

impl RegisteredCommittee {
    pub(crate) const FIELDS: usize = 7;

    /// The fields one after another, without the array around them.
    pub(crate) fn write(&self, out: &mut Writer) {
        out.text(&self.code)
            .text(self.name.as_str())
            .text(self.convening_unit.as_str())
            .text(&self.convening_code)
            .text(self.approving_authority.as_str())
            .bytes(&self.certificate)
            .optional(self.autonomy, |out, autonomy| out.uint(autonomy.number()));
    }

    pub(crate) fn read(input: &mut Reader<'_>) -> Result<Self, ActionError> {
        Ok(Self {
            code: input.text(MAX_TEXT_LEN)?.to_owned(),
            name: text(input.text(MAX_TEXT_LEN)?)?,
            convening_unit: text(input.text(MAX_TEXT_LEN)?)?,
            convening_code: input.text(MAX_TEXT_LEN)?.to_owned(),
            approving_authority: text(input.text(MAX_TEXT_LEN)?)?,
            certificate: input.bytes(MAX_DATA_LEN)?.to_vec(),
            autonomy: input.optional(|input| {
                let refused = input.not_allowed("autonomy");
                Ok::<_, ActionError>(Autonomy::from_number(input.uint()?).ok_or(refused)?)
            })?,
        })
    }
}

/// Reads which of a committee's keys is meant.
pub(crate) fn read_key(input: &mut Reader<'_>) -> Result<KeyNumber, ActionError> {
    let refused = input.not_allowed("number of a key");
    let number = u32::try_from(input.uint()?).ok().and_then(KeyNumber::new);
    Ok(number.ok_or(refused)?)
}

const RENEWED: &str = "committee-renewed";
const RECTIFICATION_ORDERED: &str = "rectification-ordered";
const RECTIFICATION_DONE: &str = "rectification-done";
