//! A report as JSON: the lines of `verifier check --json` and the answers of the web API, so that
//! both say the same.
//!
//! Names and order of the fields are stable. A field without a value is `null`, never absent.

use ledger::certificate::Claims;
use serde::Serialize;

use crate::{
    check::{InputError, Report},
    labels::{level_en, level_zh, obtain_method_en, obtain_method_zh, series_en, series_zh},
    verdict::{Fact, Outcome, Verdict},
};

/// One answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReportJson {
    /// What was checked, as the asker named it.
    pub input: String,
    /// Which of the seven; `cannot_determine` too where the input could not be read.
    pub verdict: &'static str,
    /// 证书编号, once the signature verified.
    pub number: Option<String>,
    /// The time of the status, RFC 3339 in Beijing.
    pub as_of: Option<String>,
    /// How many entries the checkpoint covers.
    pub checkpoint_size: Option<u64>,
    /// What was established ([`Fact::name`]).
    pub established: Vec<&'static str>,
    /// What was not.
    pub not_established: Vec<&'static str>,
    /// Why, where it is not simply valid ([`crate::verdict::Reason::code`]).
    pub reason: Option<&'static str>,
    /// Why, in Chinese.
    pub reason_zh: Option<String>,
    /// Why, in English.
    pub reason_en: Option<String>,
    /// The log time, RFC 3339 in Beijing.
    pub on_record_since: Option<String>,
    /// The certificate's log index, once its place was proved.
    pub index: Option<u64>,
    /// Index of the issuance that replaced this document.
    pub superseded_by: Option<u64>,
    /// Index of the decision that changed the status.
    pub event: Option<u64>,
    /// What the certificate states, once the signature verified.
    pub claims: Option<ClaimsJson>,
    /// The terms of a purpose-bound copy, once its signature verified.
    pub copy: Option<CopyJson>,
    /// How many witnesses cosigned the checkpoint.
    pub cosignatures: Option<usize>,
    /// Since when the quorum's cosignatures vouch for it, RFC 3339 in Beijing.
    pub cosigned_at: Option<String>,
    /// How old they were at the moment that was asked about, in seconds.
    pub cosignature_age_seconds: Option<u64>,
    /// Asked about the past: what the newest head says, where that is something else.
    pub later: Option<&'static str>,
    /// The status is too old: what it was.
    pub last_known: Option<&'static str>,
    /// The input could not be read: which error ([`InputError::code`] and those of the program).
    pub error: Option<&'static str>,
}

/// What a certificate states.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClaimsJson {
    /// 证书编号
    pub number: String,
    /// 姓名
    pub holder_name: String,
    /// The holder's document number, masked.
    pub masked_id: String,
    /// 职称系列, its code.
    pub series: u8,
    /// 职称系列, its name.
    pub series_zh: &'static str,
    /// The same in English.
    pub series_en: &'static str,
    /// 级别, its code.
    pub level: u64,
    /// 级别, its name.
    pub level_zh: &'static str,
    /// The same in English.
    pub level_en: &'static str,
    /// 资格名称
    pub title_name: String,
    /// 专业
    pub specialty: String,
    /// 取得时间: a date, a month or a year.
    pub obtained_on: String,
    /// 评审日
    pub review_date: Option<String>,
    /// 取得方式, its code.
    pub obtain_method: u64,
    /// 取得方式, its name.
    pub obtain_method_zh: &'static str,
    /// The same in English.
    pub obtain_method_en: &'static str,
    /// 批准文号
    pub approval_document: String,
    /// 发证时间
    pub issued_on: String,
    /// 评委会名称
    pub committee_name: String,
    /// Log index of the signing authority.
    pub authority: u64,
    /// Log index of the title's first issuance; `null` on the first.
    pub title: Option<u64>,
}

/// What a purpose-bound copy is good for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CopyJson {
    /// 用途
    pub purpose: String,
    /// 接收方
    pub recipient: String,
    /// Its last day.
    pub expires_on: String,
}

impl ReportJson {
    /// The answer to one input.
    pub fn of(input: &str, report: &Report) -> Self {
        let Report { verdict, receipt: _, later } = report;
        Self { later: later.map(Outcome::name), ..Self::of_verdict(input, verdict) }
    }

    /// The answer where an input could not be read.
    pub fn of_error(input: &str, error: &InputError) -> Self {
        Self::unreadable(input, error.code(), error.zh(), error.en())
    }

    /// The answer where an input could not be read, for reasons of the program around it.
    pub fn unreadable(
        input: &str,
        code: &'static str,
        zh: impl Into<String>,
        en: impl Into<String>,
    ) -> Self {
        Self {
            error: Some(code),
            reason_zh: Some(zh.into()),
            reason_en: Some(en.into()),
            ..Self::nothing_known(input)
        }
    }

    fn of_verdict(input: &str, verdict: &Verdict) -> Self {
        let cosigned_at = verdict.as_of.and_then(|as_of| as_of.cosigned_at);
        let age = verdict.as_of.and_then(|as_of| as_of.cosignature_age_ms());
        let names = |facts: &[Fact]| facts.iter().map(|fact| fact.name()).collect();
        Self {
            verdict: verdict.outcome.name(),
            number: verdict.claims.as_ref().map(|claims| claims.number.to_string()),
            as_of: verdict.as_of.map(|as_of| as_of.time.to_string()),
            checkpoint_size: verdict.as_of.map(|as_of| as_of.checkpoint_size.get()),
            established: names(&verdict.established),
            not_established: names(&verdict.not_established),
            reason: verdict.reason.as_ref().map(|reason| reason.code()),
            reason_zh: verdict.reason.as_ref().map(|reason| reason.zh()),
            reason_en: verdict.reason.as_ref().map(|reason| reason.en()),
            on_record_since: verdict.on_record_since.map(|time| time.to_string()),
            index: verdict.index.map(|index| index.get()),
            superseded_by: verdict.superseded_by.map(|index| index.get()),
            event: verdict.event.map(|index| index.get()),
            claims: verdict.claims.as_deref().map(ClaimsJson::of),
            copy: verdict.copy.as_ref().map(|terms| CopyJson {
                purpose: terms.purpose.to_string(),
                recipient: terms.recipient.to_string(),
                expires_on: terms.expires_on.to_string(),
            }),
            cosignatures: verdict.as_of.map(|as_of| as_of.cosignatures),
            cosigned_at: cosigned_at.map(|time| time.to_string()),
            cosignature_age_seconds: age.map(|milliseconds| milliseconds / 1000),
            last_known: verdict.last_known.map(Outcome::name),
            ..Self::nothing_known(input)
        }
    }

    fn nothing_known(input: &str) -> Self {
        Self {
            input: input.to_owned(),
            verdict: Outcome::CannotDetermine.name(),
            number: None,
            as_of: None,
            checkpoint_size: None,
            established: Vec::new(),
            not_established: Vec::new(),
            reason: None,
            reason_zh: None,
            reason_en: None,
            on_record_since: None,
            index: None,
            superseded_by: None,
            event: None,
            claims: None,
            copy: None,
            cosignatures: None,
            cosigned_at: None,
            cosignature_age_seconds: None,
            later: None,
            last_known: None,
            error: None,
        }
    }
}

impl ClaimsJson {
    /// The claims, each field as text or as its code with its name.
    pub fn of(claims: &Claims) -> Self {
        Self {
            number: claims.number.to_string(),
            holder_name: claims.holder_name.to_string(),
            masked_id: claims.masked_id.to_string(),
            series: claims.series.code(),
            series_zh: series_zh(claims.series),
            series_en: series_en(claims.series),
            level: claims.level.code(),
            level_zh: level_zh(claims.level),
            level_en: level_en(claims.level),
            title_name: claims.title_name.to_string(),
            specialty: claims.specialty.to_string(),
            obtained_on: claims.obtained_on.to_string(),
            review_date: claims.review_date.map(|date| date.to_string()),
            obtain_method: claims.obtain_method.code(),
            obtain_method_zh: obtain_method_zh(claims.obtain_method),
            obtain_method_en: obtain_method_en(claims.obtain_method),
            approval_document: claims.approval_document.to_string(),
            issued_on: claims.issued_on.to_string(),
            committee_name: claims.committee_name.to_string(),
            authority: claims.authority.get(),
            title: claims.title.map(|title| title.get()),
        }
    }
}
