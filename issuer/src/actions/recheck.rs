//! Lines about rechecks.

use ledger::{
    cbor::{Reader, Writer},
    journal::JournalSequence,
    position::LeafIndex,
    time::Date,
};

use super::ActionError;
use crate::{
    recheck::{FollowUp, Outcome, RecheckId},
    signing::staff::ProposalHash,
};

/// A line about a recheck.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecheckAction {
    /// An application was accepted as in time. Payload: the application.
    Opened {
        /// The title whose result is not accepted; none of somebody who did not pass.
        title: Option<LeafIndex>,
        /// When it was handed in.
        applied_on: Date,
        /// The last day on which it was in time.
        last_day: Date,
    },
    /// Two persons decided. Payload: the decision, with the approved result if one follows.
    Decided {
        /// Which.
        recheck: RecheckId,
        /// How.
        outcome: Outcome,
        /// What it needs besides.
        follow_up: Option<FollowUp>,
        /// The proposal that two persons signed.
        proposal: ProposalHash,
    },
}

impl RecheckAction {
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Opened { .. } => OPENED,
            Self::Decided { .. } => DECIDED,
        }
    }

    pub(super) fn write(&self, out: &mut Writer) {
        match self {
            Self::Opened { title, applied_on, last_day } => {
                out.array(3)
                    .optional(*title, |out, title| out.uint(title.get()))
                    .int(i64::from(applied_on.days()))
                    .int(i64::from(last_day.days()));
            }
            Self::Decided { recheck, outcome, follow_up, proposal } => {
                out.array(4)
                    .uint(recheck.line().get())
                    .uint(outcome.number())
                    .optional(*follow_up, |out, follow_up| out.uint(follow_up.number()))
                    .bytes(proposal.as_bytes());
            }
        }
    }

    /// Reads the data of a line; none for a kind that is not of this topic.
    pub(super) fn read(kind: &str, input: &mut Reader<'_>) -> Result<Option<Self>, ActionError> {
        match kind {
            OPENED => {
                input.array(3)?;
                Ok(Some(Self::Opened {
                    title: input
                        .optional(|input| Ok::<_, ActionError>(LeafIndex::new(input.uint()?)?))?,
                    applied_on: Date::from_days(input.int()?)?,
                    last_day: Date::from_days(input.int()?)?,
                }))
            }
            DECIDED => {
                input.array(4)?;
                let recheck = RecheckId::of_line(JournalSequence::new(input.uint()?)?);
                let unknown = input.not_allowed("outcome of a recheck");
                let outcome = Outcome::from_number(input.uint()?).ok_or(unknown)?;
                let unknown = input.not_allowed("follow-up of a recheck");
                let follow_up = input.optional(|input| Ok::<_, ActionError>(input.uint()?))?;
                let follow_up = match follow_up {
                    None => None,
                    Some(number) => Some(FollowUp::from_number(number).ok_or(unknown)?),
                };
                let proposal = ProposalHash::from_bytes(input.digest()?);
                Ok(Some(Self::Decided { recheck, outcome, follow_up, proposal }))
            }
            _ => Ok(None),
        }
    }
}

const OPENED: &str = "recheck-opened";
const DECIDED: &str = "recheck-decided";
