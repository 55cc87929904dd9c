//! Committees as they stand on record: every filing is an authority entry of its own, with what was
//! decided on it since. Pure; the office reads them from registry and log.

use std::{collections::BTreeMap, num::NonZeroU32};

use ledger::{
    authority::{Committee, VerifiedAuthority},
    certificate::Text,
    position::LeafIndex,
    status::{Exception, Status, Suspension},
    time::{Date, UnixMillis},
};

use super::Autonomy;

/// Counts a committee's keys: the first is 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyNumber(NonZeroU32);

/// One filing of a committee on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedFiling {
    /// Where its authority entry stands.
    pub index: LeafIndex,
    /// Which of the committee's keys signs for it.
    pub key: KeyNumber,
    /// The committee's name, as this filing states it.
    pub name: Text,
    /// 核准部门, as the filing states it.
    pub approving_authority: Text,
    /// 自主评审, as two persons registered it; none where the list did not say.
    pub autonomy: Option<Autonomy>,
    /// Its authority.
    pub authority: VerifiedAuthority,
    /// What is on record about it, if it was never simply valid.
    pub exception: Option<Exception>,
}

/// A committee with all its filings on record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordedCommittee {
    /// Ascending by index; never empty where it was read from a log.
    filings: Vec<RecordedFiling>,
}

/// Committees on record, by their codes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordedCommittees {
    by_code: BTreeMap<String, RecordedCommittee>,
}

/// Why a committee on record could not decide on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoStanding {
    /// No filing covers the day; the nearest one that is on record.
    NotFiled {
        /// The filing's first day.
        from: Date,
        /// The filing's last day.
        until: Date,
    },
    /// The day lies in a suspension.
    Suspended(Suspension),
    /// Every filing that covers the day was cancelled, by the decision at this index.
    Cancelled {
        /// The decision.
        event: LeafIndex,
    },
    /// The time in which reviews of that filing are signed is over, or has not begun.
    NotSignedNow {
        /// The certificate's last day.
        until: Date,
    },
}

impl KeyNumber {
    /// The key with which a committee is registered.
    pub const FIRST: Self = Self(NonZeroU32::MIN);

    /// A number from 1.
    pub fn new(number: u32) -> Option<Self> {
        NonZeroU32::new(number).map(Self)
    }

    /// The number.
    pub const fn get(self) -> u32 {
        self.0.get()
    }

    /// The next one.
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl RecordedFiling {
    /// Scope and filing; a committee's certificate always states them.
    pub fn filed(&self) -> Option<&Committee> {
        self.authority.extension().committee.as_ref()
    }

    /// Its status.
    pub fn status(&self) -> Status {
        self.exception.as_ref().map_or(Status::Valid, |exception| exception.status)
    }

    fn covers(&self, day: Date) -> bool {
        self.filed().is_some_and(|filed| filed.filing.covers(day))
    }

    fn is_revoked(&self) -> bool {
        self.status() == Status::Revoked
    }
}

impl RecordedCommittee {
    /// A committee with these filings.
    pub fn new(mut filings: Vec<RecordedFiling>) -> Self {
        filings.sort_by_key(|filing| filing.index);
        Self { filings }
    }

    /// Every filing, ascending by index.
    pub fn filings(&self) -> &[RecordedFiling] {
        &self.filings
    }

    /// The newest key.
    pub fn newest_key(&self) -> Option<KeyNumber> {
        self.filings.iter().map(|filing| filing.key).max()
    }

    /// Every suspension of the committee. A fresh entry does not carry those of an earlier one, and
    /// they bind the committee all the same.
    pub fn suspensions(&self) -> Vec<Suspension> {
        let mut all: Vec<Suspension> = Vec::new();
        for filing in &self.filings {
            let own = filing.exception.iter().flat_map(|exception| &exception.suspensions);
            // An entry that was cancelled while the committee was suspended is not reinstated with
            // the others.
            let own = own.filter(|one| !(filing.is_revoked() && self.ended_elsewhere(one)));
            for suspension in own {
                let until = |one: &Suspension| one.ended.map(|end| end.until);
                let is_same = |known: &Suspension| {
                    known.from == suspension.from && until(known) == until(suspension)
                };
                if !all.iter().any(is_same) {
                    all.push(*suspension);
                }
            }
        }
        all.sort_by_key(|suspension| suspension.event);
        all
    }

    fn ended_elsewhere(&self, open: &Suspension) -> bool {
        let exceptions = self.filings.iter().filter_map(|filing| filing.exception.as_ref());
        let mut ended = exceptions
            .flat_map(|exception| &exception.suspensions)
            .filter(|suspension| suspension.ended.is_some());
        open.ended.is_none() && ended.any(|suspension| suspension.from == open.from)
    }

    /// The suspension that lasts.
    pub fn open_suspension(&self) -> Option<Suspension> {
        self.suspensions().into_iter().find(|suspension| suspension.ended.is_none())
    }

    /// The decision by which the committee lost its authority for good: a cancellation that is not
    /// about a compromised key.
    pub fn cancelled(&self) -> Option<LeafIndex> {
        let exceptions = self.filings.iter().filter_map(|filing| filing.exception.as_ref());
        exceptions
            .filter(|one| one.status == Status::Revoked && one.last_valid_index.is_none())
            .map(|one| one.event)
            .max()
    }

    /// The filing under which a review of this day is signed now: one that covers the day, that is not
    /// cancelled and whose certificate holds now; of several the newest key, and of its filings the
    /// newest. Where none is all of that, the one that lacks least: who lints names what it lacks.
    pub fn signing(&self, review: Date, now: UnixMillis) -> Option<&RecordedFiling> {
        self.filings.iter().max_by_key(|filing| {
            let holds = filing.authority.is_valid_at(now);
            (filing.covers(review), !filing.is_revoked(), holds, filing.key, filing.index)
        })
    }

    /// What is on record about a filing, with the suspensions of all filings of the committee.
    pub fn exception_of(&self, filing: &RecordedFiling) -> Option<Exception> {
        let suspensions = self.suspensions();
        match (&filing.exception, suspensions.last()) {
            (Some(own), _) => Some(Exception { suspensions, ..own.clone() }),
            (None, None) => None,
            (None, Some(last)) => Some(Exception {
                index: filing.index,
                status: Status::Valid,
                superseded_by: None,
                event: last.event,
                last_valid_index: None,
                suspensions,
            }),
        }
    }

    /// The filing under which a review of this day may be signed now.
    ///
    /// # Errors
    /// [`NoStanding`], the most final reason first.
    pub fn standing(&self, review: Date, now: UnixMillis) -> Result<&RecordedFiling, NoStanding> {
        let nearest = || {
            let filed = self.filings.iter().filter_map(RecordedFiling::filed);
            let by_distance = filed.min_by_key(|filed| {
                let (from, until) = (filed.filing.from().days(), filed.filing.until().days());
                (from - review.days()).max(review.days() - until)
            });
            by_distance
                .map_or((review, review), |filed| (filed.filing.from(), filed.filing.until()))
        };
        let filing = self.signing(review, now).filter(|filing| filing.covers(review));
        let Some(filing) = filing else {
            let (from, until) = nearest();
            return Err(NoStanding::NotFiled { from, until });
        };
        if let Some(exception) = filing.exception.as_ref().filter(|_| filing.is_revoked()) {
            return Err(NoStanding::Cancelled { event: exception.event });
        }
        if let Some(suspension) = self.suspensions().into_iter().find(|one| one.covers(review)) {
            return Err(NoStanding::Suspended(suspension));
        }
        if !filing.authority.is_valid_at(now) {
            let until = filing.authority.validity().1.beijing_date();
            return Err(NoStanding::NotSignedNow { until });
        }
        Ok(filing)
    }

    /// The filings that a decision is about which may follow the statuses that `allows` names: all of
    /// the committee, or those under one key where only that is compromised.
    pub fn decided_together(
        &self,
        key: Option<KeyNumber>,
        allows: impl Fn(Status) -> bool,
    ) -> Vec<LeafIndex> {
        let filings = self.filings.iter();
        filings
            .filter(|filing| key.is_none_or(|key| filing.key == key) && allows(filing.status()))
            .map(|filing| filing.index)
            .collect()
    }
}

impl RecordedCommittees {
    /// The committee with this code.
    pub fn get(&self, code: &str) -> Option<&RecordedCommittee> {
        self.by_code.get(code)
    }

    /// Every committee with its code.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &RecordedCommittee)> {
        self.by_code.iter().map(|(code, committee)| (code.as_str(), committee))
    }

    /// The filing whose entry stands at an index, with its committee.
    pub fn at(&self, index: LeafIndex) -> Option<(&str, &RecordedCommittee, &RecordedFiling)> {
        self.iter().find_map(|(code, committee)| {
            let filing = committee.filings.iter().find(|filing| filing.index == index)?;
            Some((code, committee, filing))
        })
    }
}

impl FromIterator<(String, RecordedFiling)> for RecordedCommittees {
    fn from_iter<I: IntoIterator<Item = (String, RecordedFiling)>>(filings: I) -> Self {
        let mut by_code: BTreeMap<String, Vec<RecordedFiling>> = BTreeMap::new();
        for (code, filing) in filings {
            by_code.entry(code).or_default().push(filing);
        }
        let committees = by_code.into_iter();
        let committees = committees.map(|(code, filings)| (code, RecordedCommittee::new(filings)));
        Self { by_code: committees.collect() }
    }
}
