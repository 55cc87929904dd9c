//! Why a verdict is what it is: a closed set with stable names and a sentence in both languages.

use ledger::{
    checkpoint::CheckpointError,
    position::LeafIndex,
    rules::SignerFault,
    time::{Date, UnixMillis},
};

use super::{Outcome, ProofFault};
use crate::labels::{outcome_en, outcome_zh};

/// Why a verdict is not simply `valid`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    // Not on record.
    /// The bytes are no certificate that any authority could have signed.
    CertificateMalformed,
    /// The entry at the authority's index is no acceptable authority.
    AuthorityNotAccepted,
    /// The signature is not the authority's.
    SignatureWrong,
    /// Signed, but never recorded.
    NotRecorded,
    /// Recorded after the day that was asked about.
    RecordedLater {
        /// The day asked about.
        asked: Date,
    },
    /// The log entry states another authority or title than the certificate.
    EntryDiffers,
    /// The authority could not sign this certificate at its place in the log.
    Signer(SignerFault),

    // Cannot determine.
    /// The trust file does not name the certificate's log.
    UnknownLog {
        /// The certificate's log generation.
        generation: u8,
    },
    /// The authority's entry could not be had.
    AuthorityUnavailable,
    /// No checkpoint or status head could be had.
    NoCheckpoint,
    /// The checkpoint is malformed or its signatures do not verify.
    CheckpointWrong(CheckpointFault),
    /// The log showed two histories that cannot both be true.
    SplitView,
    /// The status head is not the checkpoint's last entry, or is not proved to be in it.
    HeadWrong,
    /// The head at hand is later than the day that was asked about, and no earlier one is to be had.
    NoHeadByThen {
        /// The day asked about.
        asked: Date,
        /// The head's time.
        time: UnixMillis,
    },
    /// The status is older than the limit.
    Stale {
        /// The older of the head's time and the quorum's cosignature.
        time: UnixMillis,
        /// The instant asked about.
        asked: UnixMillis,
        /// The accepted age in milliseconds.
        limit_ms: u64,
    },
    /// The head's time is in the future: this clock or the log's is wrong.
    ClockAhead {
        /// The head's time.
        time: UnixMillis,
        /// The time of this clock.
        now: UnixMillis,
    },
    /// The hint points beyond the checkpoint: the certificate may be newer than it.
    BeyondCheckpoint,
    /// The place in the log could not be had, and not everything was searched.
    PlaceUnavailable,
    /// The log is not at hand, and nothing else shows the place in it.
    PlaceUnchecked {
        /// The place that the QR code names.
        hint: LeafIndex,
        /// What the list of exceptions says of that place; none if nothing.
        listed: Option<Outcome>,
        /// The time of the list.
        time: UnixMillis,
    },
    /// The log proof that was to show the place does not.
    ProofWrong(ProofFault),
    /// The place is proved, but not since when it has been on record.
    LogTimeUnavailable,
    /// A status is not proved by the evidence.
    StatusUnproved,
    /// The purpose-bound copy could not be checked.
    CopyUnavailable,

    // Revoked, not recognised, cancelled.
    /// A decision is on record.
    Decision,

    // Superseded.
    /// A newer document of the title was issued.
    Reissued,
    /// The purpose-bound copy has run out.
    CopyExpired {
        /// Its last day.
        expired_on: Date,
    },
    /// The purpose-bound copy is not one of this certificate by an authority for copies.
    CopyWrong,
}

/// What is wrong with a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CheckpointFault {
    /// It does not parse.
    Malformed,
    /// Its signatures, its origin or its quorum do not hold.
    Unverified(CheckpointError),
}

impl Reason {
    /// The stable name in `--json` and in the API.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::CertificateMalformed => "certificate_malformed",
            Self::AuthorityNotAccepted => "authority_not_accepted",
            Self::SignatureWrong => "signature_wrong",
            Self::NotRecorded => "not_recorded",
            Self::RecordedLater { .. } => "recorded_later",
            Self::EntryDiffers => "entry_differs",
            Self::Signer(fault) => signer_code(fault),
            Self::UnknownLog { .. } => "unknown_log",
            Self::AuthorityUnavailable => "authority_unavailable",
            Self::NoCheckpoint => "no_checkpoint",
            Self::CheckpointWrong(_) => "checkpoint_wrong",
            Self::SplitView => "split_view",
            Self::HeadWrong => "head_wrong",
            Self::NoHeadByThen { .. } => "no_head_by_then",
            Self::Stale { .. } => "stale",
            Self::ClockAhead { .. } => "clock_ahead",
            Self::BeyondCheckpoint => "beyond_checkpoint",
            Self::PlaceUnavailable => "place_unavailable",
            Self::PlaceUnchecked { .. } => "place_unchecked",
            Self::ProofWrong(fault) => fault.code(),
            Self::LogTimeUnavailable => "log_time_unavailable",
            Self::StatusUnproved => "status_unproved",
            Self::CopyUnavailable => "copy_unavailable",
            Self::Decision => "decision",
            Self::Reissued => "reissued",
            Self::CopyExpired { .. } => "copy_expired",
            Self::CopyWrong => "copy_wrong",
        }
    }

    /// A sentence for the person who checks, in Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::CertificateMalformed => "内容不是本系统签发的证书格式。".to_owned(),
            Self::AuthorityNotAccepted => "签名机构未经职改办根密钥指定，或无签发职责。".to_owned(),
            Self::SignatureWrong => "签名与签发机构不符，内容可能被改动或系伪造。".to_owned(),
            Self::NotRecorded => "有签名，但从未登记在账本中。".to_owned(),
            Self::RecordedLater { asked } => format!("截至{asked}尚未登记。"),
            Self::EntryDiffers => "证书内容与账本登记不一致。".to_owned(),
            Self::Signer(fault) => signer_zh(fault),
            Self::UnknownLog { .. } => {
                "信任文件未列出该证书所属账本。请更新信任文件后再核验。".to_owned()
            }
            Self::AuthorityUnavailable => "暂时取不到签发机构的登记。请稍后再核验。".to_owned(),
            Self::NoCheckpoint => "暂时取不到账本检查点。请联网后再核验。".to_owned(),
            Self::CheckpointWrong(_) => {
                "账本检查点的签名不符或见证不足，不能作为依据。请稍后再核验，或换一个核验网站。"
                    .to_owned()
            }
            Self::SplitView => {
                "账本先后出示了互相矛盾的检查点，不能作为依据。请向职改办报告。".to_owned()
            }
            Self::HeadWrong => "账本状态摘要与检查点不符，不能作为依据。".to_owned(),
            Self::NoHeadByThen { asked, time } => format!(
                "手头没有{asked}终了之前的账本状态摘要（现有的为北京时间{}）。请核对日期，或改问较晚的日期。",
                beijing(*time)
            ),
            Self::Stale { time, limit_ms, .. } => format!(
                "状态时点为北京时间{}，超过允许的{}，请联网复验。",
                beijing(*time),
                duration_zh(*limit_ms)
            ),
            Self::ClockAhead { time, now } => format!(
                "账本时间{}晚于本机时间{}（北京时间）。请检查本机时钟。",
                beijing(*time),
                beijing(*now)
            ),
            Self::BeyondCheckpoint => "证书可能晚于手头的检查点，请联网复验。".to_owned(),
            Self::PlaceUnavailable => {
                "未能取得证书在账本中的位置，且未查完全部账本。请稍后再核验。".to_owned()
            }
            Self::PlaceUnchecked { hint, listed: None, time } => format!(
                "签名真实；二维码所指位置（{hint}）不在北京时间{}的例外名单上；未核对证书是否登记在该处。请联网核验，或附登记证明。",
                beijing(*time)
            ),
            Self::PlaceUnchecked { hint, listed: Some(listed), time } => format!(
                "签名真实；北京时间{}的例外名单将二维码所指位置（{hint}）列为“{}”；未核对证书是否登记在该处。请联网核验。",
                beijing(*time),
                outcome_zh(*listed)
            ),
            Self::ProofWrong(fault) => fault.zh(),
            Self::LogTimeUnavailable => {
                "已证明登记在账本中，但登记证明未载登记时间，未能核对签发时限。请联网核验。"
                    .to_owned()
            }
            Self::StatusUnproved => "状态证明不成立，不能作为依据。".to_owned(),
            Self::CopyUnavailable => "用途限定副本暂时无法核验。".to_owned(),
            Self::Decision => "账本中登记有相应决定。".to_owned(),
            Self::Reissued => "该职称已换发新证书，职称仍然有效。请出示最新版。".to_owned(),
            Self::CopyExpired { expired_on } => {
                format!("用途限定副本已于{expired_on}到期，职称仍然有效。请持证人重新出具。")
            }
            Self::CopyWrong => "所附用途限定副本与本证书不符。请持证人重新出具。".to_owned(),
        }
    }

    /// A sentence for the person who checks, in English.
    pub fn en(&self) -> String {
        match self {
            Self::CertificateMalformed => "This is not a certificate of this system.".to_owned(),
            Self::AuthorityNotAccepted => {
                "The bureau's root key does not name the signer as an issuing authority.".to_owned()
            }
            Self::SignatureWrong => {
                "The signature is not the authority's: altered or forged.".to_owned()
            }
            Self::NotRecorded => "Signed, but never recorded in the log.".to_owned(),
            Self::RecordedLater { asked } => format!("Not yet on record on {asked}."),
            Self::EntryDiffers => "The log entry does not match the certificate.".to_owned(),
            Self::Signer(fault) => format!("{fault}."),
            Self::UnknownLog { .. } => {
                "The trust file does not name this certificate's log; update it.".to_owned()
            }
            Self::AuthorityUnavailable => {
                "The authority's entry could not be fetched; try again later.".to_owned()
            }
            Self::NoCheckpoint => "No checkpoint could be fetched; try again online.".to_owned(),
            Self::CheckpointWrong(_) => {
                "The checkpoint's signatures or witnesses do not hold; try later or elsewhere."
                    .to_owned()
            }
            Self::SplitView => {
                "The log showed two histories that cannot both be true. Report it to the bureau."
                    .to_owned()
            }
            Self::HeadWrong => "The status head does not belong to the checkpoint.".to_owned(),
            Self::NoHeadByThen { asked, time } => format!(
                "No status head from before the end of {asked} is at hand (the one at hand is of {} Beijing time); check the date, or ask about a later day.",
                beijing(*time)
            ),
            Self::Stale { time, limit_ms, .. } => format!(
                "The status is of {} Beijing time, older than {}.",
                beijing(*time),
                duration_en(*limit_ms)
            ),
            Self::ClockAhead { time, now } => format!(
                "The log's time {} is ahead of this clock ({}, Beijing time); check the clock.",
                beijing(*time),
                beijing(*now)
            ),
            Self::BeyondCheckpoint => {
                "The certificate may be newer than the checkpoint at hand; try again online."
                    .to_owned()
            }
            Self::PlaceUnavailable => {
                "Its place in the log could not be fetched, and not all of the log was searched."
                    .to_owned()
            }
            Self::PlaceUnchecked { hint, listed: None, time } => format!(
                "Signature genuine; the place that the code names ({hint}) is not on the list of exceptions of {} Beijing time; ledger place not checked. Check online, or with the log proof.",
                beijing(*time)
            ),
            Self::PlaceUnchecked { hint, listed: Some(listed), time } => format!(
                "Signature genuine; the list of exceptions of {} Beijing time has the place that the code names ({hint}) as {}; ledger place not checked. Check online.",
                beijing(*time),
                outcome_en(*listed)
            ),
            Self::ProofWrong(fault) => fault.en(),
            Self::LogTimeUnavailable => {
                "On record, but the proof does not say since when; check online.".to_owned()
            }
            Self::StatusUnproved => "The proof of its status does not hold.".to_owned(),
            Self::CopyUnavailable => "The purpose-bound copy could not be checked.".to_owned(),
            Self::Decision => "A decision to this effect is on record.".to_owned(),
            Self::Reissued => {
                "A newer document was issued; the title is valid. Ask for the current one."
                    .to_owned()
            }
            Self::CopyExpired { expired_on } => format!(
                "The purpose-bound copy ran out on {expired_on}; the title is valid. Ask for a new copy."
            ),
            Self::CopyWrong => {
                "The purpose-bound copy does not belong to this certificate.".to_owned()
            }
        }
    }
}

const fn signer_code(fault: &SignerFault) -> &'static str {
    match fault {
        SignerFault::Role { .. } => "authority_role",
        SignerFault::OutOfScope { .. } => "out_of_scope",
        SignerFault::NoReviewDate => "no_review_date",
        SignerFault::OutsideFiling { .. } => "outside_filing",
        SignerFault::Suspended { .. } => "authority_suspended",
        SignerFault::Cancelled { .. } => "authority_cancelled",
        SignerFault::OutsideValidity { .. } => "outside_validity",
        SignerFault::ReissueByCommittee => "reissue_by_committee",
        SignerFault::IssuedAfterRecorded { .. } => "issued_after_recorded",
    }
}

fn signer_zh(fault: &SignerFault) -> String {
    match fault {
        SignerFault::Role { .. } => "签名机构无签发证书的职责。".to_owned(),
        SignerFault::OutOfScope { .. } => "超出评委会核准备案的系列或级别。".to_owned(),
        SignerFault::NoReviewDate => "评委会签发的证书未载评审日期。".to_owned(),
        SignerFault::OutsideFiling { review, from, until } => {
            format!("评审日{review}不在备案有效期{from}至{until}内。")
        }
        SignerFault::Suspended { review, from } => {
            format!("评审日{review}在暂停评审期间（自{from}起）。")
        }
        SignerFault::Cancelled { .. } => "签发时该机构的评审权已被取消。".to_owned(),
        SignerFault::OutsideValidity { .. } => "登记时签发机构的证书不在有效期内。".to_owned(),
        SignerFault::ReissueByCommittee => "换发证书须由职改办签发，不得由评委会签发。".to_owned(),
        SignerFault::IssuedAfterRecorded { issued_on, recorded_on } => {
            format!("所载发证时间{issued_on}晚于登记日{recorded_on}。")
        }
    }
}

/// A Beijing time as people read it: `2026-03-13 09:30:00`.
fn beijing(time: UnixMillis) -> String {
    time.to_string().trim_end_matches("+08:00").replace('T', " ")
}

fn duration_zh(ms: u64) -> String {
    match ms / 60_000 {
        minutes if minutes >= 60 && minutes % 60 == 0 => format!("{}小时", minutes / 60),
        minutes => format!("{minutes}分钟"),
    }
}

fn duration_en(ms: u64) -> String {
    match ms / 60_000 {
        minutes if minutes >= 60 && minutes % 60 == 0 => format!("{} hours", minutes / 60),
        minutes => format!("{minutes} minutes"),
    }
}
