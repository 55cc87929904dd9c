//! A report for a person to read in a terminal.

use std::fmt::Write as _;

use ledger::certificate::Claims;

use super::Language;
use crate::{
    check::Report,
    labels::{level_zh, obtain_method_zh, outcome_en, outcome_zh, series_zh},
    verdict::{AsOf, Fact, Outcome, Verdict},
};

/// The whole answer, without a line break at its end.
pub(super) fn report(name: &str, report: &Report, language: Language) -> String {
    let Report { verdict, receipt: _, later } = report;
    let mut out = format!("{name}\n  【{}】", outcome(verdict.outcome, language));
    if let Some(reason) = &verdict.reason {
        out.push_str(&match language {
            Language::Zh => reason.zh(),
            Language::En => reason.en(),
        });
    }
    let mut line = |zh: &str, en: &str, value: String| {
        let label = match language {
            Language::Zh => zh,
            Language::En => en,
        };
        // Writing to a String cannot fail.
        let _infallible = write!(out, "\n  {label}: {value}");
    };
    if let Some(known) = verdict.last_known {
        line("最后所知", "last known", outcome(known, language).to_owned());
    }
    if let Some(later) = later {
        line("此后变为", "since then", outcome(*later, language).to_owned());
    }
    if let Some(claims) = &verdict.claims {
        claims_lines(claims, &mut line);
    }
    moment_lines(verdict, language, &mut line);
    facts_lines(verdict, language, &mut line);
    out
}

/// The answer where nothing could be read.
pub(super) fn unreadable(name: &str, zh: &str, en: &str, language: Language) -> String {
    let (verdict, text) = match language {
        Language::Zh => ("无法读取", zh),
        Language::En => ("unreadable", en),
    };
    format!("{name}\n  【{verdict}】{text}")
}

const fn outcome(outcome: Outcome, language: Language) -> &'static str {
    match language {
        Language::Zh => outcome_zh(outcome),
        Language::En => outcome_en(outcome),
    }
}

fn claims_lines(claims: &Claims, line: &mut impl FnMut(&str, &str, String)) {
    let (series, level) = (series_zh(claims.series), level_zh(claims.level));
    line("证书编号", "number", claims.number.to_string());
    line("姓名", "holder", format!("{}（{}）", claims.holder_name, claims.masked_id));
    line("职称", "title", format!("{}，{}，{series} {level}", claims.title_name, claims.specialty));
    let method = obtain_method_zh(claims.obtain_method);
    line("取得", "obtained", format!("{}（{method}）", claims.obtained_on));
    line("发证", "issued", format!("{}，{}", claims.issued_on, claims.approval_document));
    line("评委会", "committee", claims.committee_name.to_string());
}

fn moment_lines(verdict: &Verdict, language: Language, line: &mut impl FnMut(&str, &str, String)) {
    if let Some(as_of) = verdict.as_of {
        let AsOf { time, checkpoint_size, cosignatures, cosigned_at, asked: _ } = as_of;
        line("截至", "as of", time.to_string());
        let size = checkpoint_size.get();
        let value = match language {
            Language::Zh => format!("{size}条登记，{cosignatures}个见证联署"),
            Language::En => format!("{size} entries, {cosignatures} cosignatures"),
        };
        line("检查点", "checkpoint", value);
        if let (Some(time), Some(age)) = (cosigned_at, as_of.cosignature_age_ms()) {
            let minutes = age / 60_000;
            let value = match language {
                Language::Zh => format!("{time}（{minutes}分钟前）"),
                Language::En => format!("{time} ({minutes} minutes before)"),
            };
            line("所需联署齐于", "quorum cosigned at", value);
        }
    }
    if let (Some(since), Some(index)) = (verdict.on_record_since, verdict.index) {
        line("登记于", "on record since", format!("{since} ({index})"));
    }
    if let Some(by) = verdict.superseded_by {
        line("新证登记于", "superseded by", by.to_string());
    }
    if let Some(event) = verdict.event {
        line("决定登记于", "decision on record at", event.to_string());
    }
    if let Some(copy) = &verdict.copy {
        let until = copy.expires_on;
        line("用途限定副本", "copy for", format!("{}，{}，{until}", copy.purpose, copy.recipient));
    }
}

fn facts_lines(verdict: &Verdict, language: Language, line: &mut impl FnMut(&str, &str, String)) {
    let listed = |facts: &[Fact]| {
        let (texts, separator): (Vec<_>, _) = match language {
            Language::Zh => (facts.iter().map(|fact| fact.zh()).collect(), "；"),
            Language::En => (facts.iter().map(|fact| fact.en()).collect(), "; "),
        };
        texts.join(separator)
    };
    if !verdict.established.is_empty() {
        line("已证实", "established", listed(&verdict.established));
    }
    line("未证实", "not established", listed(&verdict.not_established));
}
