//! A report as the pages show it. One template draws it twice: filled in by the server, and blank, as a
//! form that the page's script fills in from the API's JSON, so that both say the same.

use crate::{
    check::Report,
    report_json::{ClaimsJson, ReportJson},
    verdict::{Fact, Outcome},
    web::{lang::Lang, words::Words},
};

/// A label and a value; `field` names it for the script.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) field: &'static str,
    pub(super) label: &'static str,
    pub(super) value: String,
}

/// One of the seven banners.
#[derive(Debug)]
pub(super) struct Banner {
    pub(super) outcome: Outcome,
    pub(super) word: &'static str,
    pub(super) sentence: &'static str,
}

impl Banner {
    pub(super) const fn name(&self) -> &'static str {
        self.outcome.name()
    }
}

/// A fact's name and its statement.
#[derive(Debug)]
pub(super) struct FactLine {
    pub(super) name: &'static str,
    pub(super) text: String,
}

/// Everything that the verdict's template shows. In the blank form every row, banner and fact is there
/// and every text is empty.
#[derive(Debug)]
pub(super) struct VerdictView {
    pub(super) words: &'static Words,
    pub(super) banners: Vec<Banner>,
    pub(super) as_of: Option<Moment>,
    pub(super) reason: Option<String>,
    pub(super) later: Option<String>,
    pub(super) last_known: Option<String>,
    pub(super) newer: Option<Newer>,
    pub(super) copy: Vec<Row>,
    pub(super) claims: Vec<Row>,
    pub(super) claims_withheld: bool,
    pub(super) established: Vec<FactLine>,
    pub(super) not_established: Vec<FactLine>,
    pub(super) place: Vec<Row>,
    /// The receipt in base64, for the form that gives it back as a file.
    pub(super) receipt: String,
}

/// The time of the status, and the size of the checkpoint that it hangs on.
#[derive(Debug)]
pub(super) struct Moment {
    pub(super) time: String,
    pub(super) checkpoint_size: String,
}

/// The way to the current document: where certificates are looked up, if the host knows.
#[derive(Debug)]
pub(super) struct Newer {
    pub(super) lookup: Option<String>,
}

impl VerdictView {
    /// The blank form.
    pub(super) fn blank(lang: Lang, lookup: Option<&str>) -> Self {
        let words = lang.words();
        let empty = || Some(String::new());
        Self {
            words,
            banners: Outcome::ALL.iter().map(|outcome| banner(words, *outcome)).collect(),
            as_of: Some(Moment { time: String::new(), checkpoint_size: String::new() }),
            reason: empty(),
            later: empty(),
            last_known: empty(),
            newer: Some(Newer { lookup: lookup.map(str::to_owned) }),
            copy: copy_labels(words).map(|(field, label)| row(field, label, empty())).into(),
            claims: claim_labels(words).map(|(field, label)| row(field, label, empty())).into(),
            claims_withheld: true,
            established: Fact::ALL.iter().map(|fact| fact_line(lang, *fact)).collect(),
            not_established: Fact::ALL.iter().map(|fact| fact_line(lang, *fact)).collect(),
            place: place_labels(words).map(|(field, label)| row(field, label, empty())).into(),
            receipt: String::new(),
        }
    }

    /// A report, filled in.
    pub(super) fn of(report: &Report, receipt: String, lang: Lang, lookup: Option<&str>) -> Self {
        let words = lang.words();
        let verdict = &report.verdict;
        let json = ReportJson::of("", report);
        let facts = |facts: &[Fact]| facts.iter().map(|fact| fact_line(lang, *fact)).collect();
        let superseded = verdict.superseded_by.is_some();
        Self {
            words,
            banners: vec![banner(words, verdict.outcome)],
            as_of: moment(&json),
            reason: verdict.reason.as_ref().map(|reason| lang.pick(reason.zh(), reason.en())),
            later: report.later.map(|outcome| (words.outcome)(outcome).to_owned()),
            last_known: verdict.last_known.map(|outcome| (words.outcome)(outcome).to_owned()),
            newer: superseded.then(|| Newer { lookup: lookup.map(str::to_owned) }),
            copy: copy_rows(words, &json),
            claims: json.claims.as_ref().map_or_else(Vec::new, |c| claim_rows(words, lang, c)),
            claims_withheld: json.claims.is_none(),
            established: facts(&verdict.established),
            not_established: facts(&verdict.not_established),
            place: place_rows(words, &json),
            receipt,
        }
    }

    /// Whether this is the form that the script fills in.
    pub(super) fn is_blank(&self) -> bool {
        self.banners.len() > 1
    }
}

fn banner(words: &'static Words, outcome: Outcome) -> Banner {
    let (word, sentence) = ((words.outcome)(outcome), (words.outcome_sentence)(outcome));
    Banner { outcome, word, sentence }
}

fn fact_line(lang: Lang, fact: Fact) -> FactLine {
    let text = lang.pick(fact.zh(), fact.en());
    // Statements are written to stand within a sentence; here each is a line of its own.
    let (first, rest) = text.split_at_checked(1).unwrap_or(("", text));
    FactLine { name: fact.name(), text: format!("{}{rest}", first.to_ascii_uppercase()) }
}

fn moment(json: &ReportJson) -> Option<Moment> {
    let checkpoint_size = json.checkpoint_size?.to_string();
    Some(Moment { time: beijing(json.as_of.as_deref()?), checkpoint_size })
}

fn row(field: &'static str, label: &'static str, value: Option<String>) -> Row {
    Row { field, label, value: value.unwrap_or_default() }
}

/// The rows that have a value.
fn rows<const N: usize>(
    labels: [(&'static str, &'static str); N],
    values: [Option<String>; N],
) -> Vec<Row> {
    let pairs = labels.into_iter().zip(values);
    pairs.filter_map(|((field, label), value)| Some(row(field, label, Some(value?)))).collect()
}

const fn claim_labels(words: &Words) -> [(&'static str, &'static str); 13] {
    [
        ("holder_name", words.holder_name),
        ("masked_id", words.masked_id),
        ("title_name", words.title_name),
        ("level", words.level),
        ("series", words.series),
        ("specialty", words.specialty),
        ("obtain_method", words.obtain_method),
        ("obtained_on", words.obtained_on),
        ("review_date", words.review_date),
        ("approval_document", words.approval_document),
        ("issued_on", words.issued_on),
        ("committee_name", words.committee_name),
        ("number", words.number),
    ]
}

fn claim_rows(words: &'static Words, lang: Lang, claims: &ClaimsJson) -> Vec<Row> {
    let text = |text: &str| Some(text.to_owned());
    let coded = |zh, en| text(lang.pick(zh, en));
    rows(
        claim_labels(words),
        [
            text(&claims.holder_name),
            text(&claims.masked_id),
            text(&claims.title_name),
            coded(claims.level_zh, claims.level_en),
            coded(claims.series_zh, claims.series_en),
            text(&claims.specialty),
            coded(claims.obtain_method_zh, claims.obtain_method_en),
            text(&claims.obtained_on),
            claims.review_date.clone(),
            text(&claims.approval_document),
            text(&claims.issued_on),
            text(&claims.committee_name),
            text(&claims.number),
        ],
    )
}

const fn copy_labels(words: &Words) -> [(&'static str, &'static str); 3] {
    [("purpose", words.purpose), ("recipient", words.recipient), ("expires_on", words.expires_on)]
}

fn copy_rows(words: &'static Words, json: &ReportJson) -> Vec<Row> {
    let Some(copy) = &json.copy else { return Vec::new() };
    let values = [&copy.purpose, &copy.recipient, &copy.expires_on];
    rows(copy_labels(words), values.map(|value| Some(value.clone())))
}

const fn place_labels(words: &Words) -> [(&'static str, &'static str); 7] {
    [
        ("on_record_since", words.on_record_since),
        ("index", words.index),
        ("checkpoint_size", words.checkpoint_size),
        ("cosignatures", words.cosignatures),
        ("cosigned_at", words.cosigned_at),
        ("event", words.event),
        ("superseded_by", words.superseded_by),
    ]
}

fn place_rows(words: &'static Words, json: &ReportJson) -> Vec<Row> {
    let number = |number: Option<u64>| number.map(|number| number.to_string());
    rows(
        place_labels(words),
        [
            json.on_record_since.as_deref().map(beijing),
            number(json.index),
            number(json.checkpoint_size),
            json.cosignatures.map(|count| count.to_string()),
            json.cosigned_at.as_deref().map(beijing),
            number(json.event),
            number(json.superseded_by),
        ],
    )
}

/// `2026-03-13T09:30:00+08:00` as `2026-03-13 09:30:00`: times here are Beijing's, and the page says so.
fn beijing(time: &str) -> String {
    time.get(..19).unwrap_or(time).replace('T', " ")
}
