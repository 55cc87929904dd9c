//! Step 3 of the order: the certificate's place in the log and its log time.

use ledger::{
    certificate::VerifiedCertificate,
    entry::{Entry, Issuance, StatusHead},
    evidence::{Evidence, Place},
    position::LeafIndex,
    time::UnixMillis,
};

use super::{Question, Search, moment::VerifiedMoment, reason::Reason};

/// A certificate's proved place.
pub(super) struct VerifiedPlace<'e> {
    pub(super) index: LeafIndex,
    pub(super) title: LeafIndex,
    pub(super) log_time: UnixMillis,
    pub(super) evidence: &'e Place,
}

/// Proves the place of `certificate`, or says why there is none.
pub(super) fn verify_place<'e>(
    evidence: &'e Evidence,
    search: Search,
    certificate: &VerifiedCertificate,
    moment: &VerifiedMoment,
    question: Question,
) -> Result<VerifiedPlace<'e>, Reason> {
    let nothing_found = || match search {
        Search::ReadInVain => Reason::NotRecorded,
        Search::NotComplete => Reason::PlaceUnavailable,
    };
    let place = evidence.place.as_ref().ok_or_else(nothing_found)?;
    let issuance = match moment.entry(&place.entry) {
        Some(Entry::Issuance(found)) if found.commitment == certificate.commitment() => found,
        Some(_) | None => return Err(nothing_found()),
    };
    let index = place.entry.index;
    check_before_head(index, moment, question)?;
    check_claims(&issuance, certificate)?;
    let log_time = log_time(index, place, moment)?;
    Ok(VerifiedPlace { index, title: issuance.title_index(index), log_time, evidence: place })
}

/// A question about a past day is answered by that day's head; what came later was not on record.
fn check_before_head(
    index: LeafIndex,
    moment: &VerifiedMoment,
    question: Question,
) -> Result<(), Reason> {
    match question {
        _ if moment.covers(index) => Ok(()),
        Question::AsOf { date, .. } => Err(Reason::RecordedLater { asked: date }),
        Question::Now(_) => Err(Reason::HeadWrong),
    }
}

fn check_claims(issuance: &Issuance, certificate: &VerifiedCertificate) -> Result<(), Reason> {
    let claims = certificate.claims();
    if issuance.authority == claims.authority && issuance.title == claims.title {
        Ok(())
    } else {
        Err(Reason::EntryDiffers)
    }
}

/// The time of the first head after `index`. A head is the first after it when the head before
/// that one stands below the index.
fn log_time(
    index: LeafIndex,
    place: &Place,
    moment: &VerifiedMoment,
) -> Result<UnixMillis, Reason> {
    let is_first_after = |head: &StatusHead| {
        index < head.index && head.previous.is_none_or(|previous| previous < index)
    };
    let head = match &place.log_time {
        None => *moment.head(),
        Some(proven) => match moment.entry(proven) {
            Some(Entry::StatusHead(head)) if head.index == proven.index => head,
            Some(_) | None => return Err(Reason::HeadWrong),
        },
    };
    if is_first_after(&head) { Ok(head.time) } else { Err(Reason::HeadWrong) }
}
