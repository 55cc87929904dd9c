//! Whether an authority could sign a certificate: what a verifier checks with the certificate in
//! hand, and the writer before it signs.

use crate::{
    authority::{Role, VerifiedAuthority},
    certificate::{Claims, Level, Series},
    position::LeafIndex,
    status::{Exception, Status},
    time::{Date, UnixMillis},
};

/// Why an authority could not sign this certificate at its place in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignerFault {
    /// Its role is another.
    #[error("the authority has the role {role:?}, not Issue")]
    Role {
        /// Its role.
        role: Role,
    },
    /// 超权限: the title is not within its scope.
    #[error("series {} at level {level:?} is not within the authority's scope", .series.code())]
    OutOfScope {
        /// The title's series.
        series: Series,
        /// The title's level.
        level: Level,
    },
    /// The certificate of a committee states no review date.
    #[error("the certificate states no review date")]
    NoReviewDate,
    /// 备案过期: the review was outside the filing's dates.
    #[error("the review on {review} is outside the filing from {from} to {until}")]
    OutsideFiling {
        /// The review date.
        review: Date,
        /// The filing's first day.
        from: Date,
        /// The filing's last day.
        until: Date,
    },
    /// 暂停评审: the review was during a suspension.
    #[error("the review on {review} was during a suspension from {from}")]
    Suspended {
        /// The review date.
        review: Date,
        /// The suspension's first day.
        from: Date,
    },
    /// 取消评审权: it was cancelled before this entry.
    #[error("the authority signed nothing good after index {last}; this is index {index}")]
    Cancelled {
        /// The last index that is good.
        last: LeafIndex,
        /// The certificate's index.
        index: LeafIndex,
    },
    /// The log time is outside the X.509 certificate's validity.
    #[error("at {time} the authority's certificate was not valid ({from} to {until})")]
    OutsideValidity {
        /// The log time.
        time: UnixMillis,
        /// Start of the validity.
        from: UnixMillis,
        /// End of the validity.
        until: UnixMillis,
    },
    /// A reissue that the bureau did not sign.
    #[error("a reissue was signed by a committee")]
    ReissueByCommittee,
    /// The certificate says that it was issued later than it was on record.
    #[error("issued on {issued_on}, but on record since {recorded_on}")]
    IssuedAfterRecorded {
        /// 发证时间
        issued_on: Date,
        /// The Beijing date of the log time.
        recorded_on: Date,
    },
}

/// Checks that `authority`, about which `exception` is on record, could sign a certificate with
/// `claims` that stands at `index` and has the log time `time`.
pub fn check_signer(
    claims: &Claims,
    index: LeafIndex,
    time: UnixMillis,
    authority: &VerifiedAuthority,
    exception: Option<&Exception>,
) -> Result<(), SignerFault> {
    if authority.role() != Role::Issue {
        return Err(SignerFault::Role { role: authority.role() });
    }
    if !authority.is_valid_at(time) {
        let (from, until) = authority.validity();
        return Err(SignerFault::OutsideValidity { time, from, until });
    }
    if let Some(exception) = exception {
        check_cancellation(index, exception)?;
    }
    check_committee(claims, index, authority, exception)?;
    let recorded_on = time.beijing_date();
    if claims.issued_on > recorded_on {
        return Err(SignerFault::IssuedAfterRecorded { issued_on: claims.issued_on, recorded_on });
    }
    Ok(())
}

/// A cancellation bites by log position, never by claimed time.
fn check_cancellation(index: LeafIndex, exception: &Exception) -> Result<(), SignerFault> {
    let last = exception.last_valid_index.unwrap_or(exception.event);
    if exception.status == Status::Revoked && index > last {
        return Err(SignerFault::Cancelled { last, index });
    }
    Ok(())
}

/// What binds a committee and does not bind the bureau's own authority.
fn check_committee(
    claims: &Claims,
    index: LeafIndex,
    authority: &VerifiedAuthority,
    exception: Option<&Exception>,
) -> Result<(), SignerFault> {
    let Some(committee) = &authority.extension().committee else { return Ok(()) };
    if claims.title.is_some() {
        return Err(SignerFault::ReissueByCommittee);
    }
    if !committee.scope.covers(claims.series, claims.level) {
        return Err(SignerFault::OutOfScope { series: claims.series, level: claims.level });
    }
    let review = claims.review_date.ok_or(SignerFault::NoReviewDate)?;
    let filing = &committee.filing;
    if !filing.covers(review) {
        let (from, until) = (filing.from(), filing.until());
        return Err(SignerFault::OutsideFiling { review, from, until });
    }
    let suspended = exception
        .iter()
        .flat_map(|exception| &exception.suspensions)
        .find(|suspension| index > suspension.event && suspension.covers(review));
    match suspended {
        Some(suspension) => Err(SignerFault::Suspended { review, from: suspension.from }),
        None => Ok(()),
    }
}
