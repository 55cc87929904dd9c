//! Every kind and every subject, every refusal, expiry, corrections, bars, askers.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use ledger::{
    certificate::Text,
    position::LeafIndex,
    record::{ArchiveEntry, IntegrityKind, Salt, SubjectKind},
    time::Date,
};

use super::{supervision::*, *};

const DOMAIN: &str = include_str!("../../tests/data/integrity_kinds.json");
const SALT: Salt = Salt::from_random([7; 16]);
/// Invented: the area code 500000 is given to nobody.
const PERSON: &str = "500000196205191011";

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn identifier_of(kind: SubjectKind) -> &'static str {
    match kind {
        SubjectKind::Applicant | SubjectKind::Expert | SubjectKind::Staff => PERSON,
        SubjectKind::Committee => "CQ-05-11",
        SubjectKind::ConveningUnit => "91350100M000100Y43",
    }
}

fn order(subject: SubjectKind, kind: IntegrityKind) -> NewEntry<'static> {
    NewEntry {
        subject: SubjectOrder {
            kind: subject_code(subject),
            name: "某人",
            document_kind: None,
            identifier: identifier_of(subject),
        },
        kind: kind_code(kind),
        conduct: "业绩证明系伪造。",
        clause: None,
        cause: Cause {
            decision: Some("渝州职改(2026)900号"), decided_on: Some(day("2026-07-01"))
        },
        bar: BarOrder::default(),
    }
}

fn false_material() -> NewEntry<'static> {
    order(SubjectKind::Applicant, IntegrityKind::ApplicantFalseMaterial)
}

fn record(order: &NewEntry<'_>) -> Result<ArchiveEntry, ArchiveRefusal> {
    recorded(order, &ArchiveSettings::CAUTIOUS, day("2026-07-10"), SALT)
}

fn kept(index: u64, entry: ArchiveEntry) -> Kept {
    Kept { index: LeafIndex::new(index).unwrap(), entry }
}

fn judged(entries: Vec<Kept>, today: &str) -> Vec<Judged> {
    judge(entries, &ArchiveSettings::CAUTIOUS, day(today))
}

#[test]
fn the_labels_are_those_of_the_domain() {
    let domain: serde_json::Value = serde_json::from_str(DOMAIN).unwrap();
    let kinds = domain["integrity_entries"].as_array().unwrap();
    assert_eq!(kinds.len(), IntegrityKind::ALL.len());
    for (entry, kind) in kinds.iter().zip(IntegrityKind::ALL) {
        assert_eq!(entry["code"], kind_code(*kind));
        assert_eq!(entry["zh"], kind_zh(*kind));
        assert_eq!(kind_from_code(kind_code(*kind)), Some(*kind));
        let clauses: Vec<_> =
            entry["clauses"].as_array().unwrap().iter().map(|c| c.as_str().unwrap()).collect();
        assert_eq!(clauses[0], default_clause(*kind));
        assert!(clauses.iter().all(|clause| has_clause(*kind, clause)), "{clauses:?}");
        let subjects: Vec<_> = SubjectKind::ALL
            .iter()
            .filter(|subject| kind.applies_to(**subject))
            .map(|subject| subject_code(*subject))
            .collect();
        let mut expected: Vec<_> =
            entry["subjects"].as_array().unwrap().iter().map(|s| s.as_str().unwrap()).collect();
        expected
            .sort_by_key(|code| SubjectKind::ALL.iter().position(|s| subject_code(*s) == *code));
        assert_eq!(subjects, expected);
        let mut entry_of = record(&order(subject_of(*kind), *kind)).unwrap().record;
        (entry_of.bar_from, entry_of.bar_until) = (None, None);
        let lasts = expires_on(&entry_of, &ArchiveSettings::CAUTIOUS);
        let three_years = entry["default_retention"] == "3y";
        assert_eq!(lasts, three_years.then(|| day("2029-07-01")), "{kind:?}");
    }
    for (subject, words) in domain["subjects_closed_set"].as_object().unwrap() {
        assert_eq!(words, subject_zh(subject_from_code(subject).unwrap()));
    }
}

fn subject_of(kind: IntegrityKind) -> SubjectKind {
    *SubjectKind::ALL.iter().find(|subject| kind.applies_to(**subject)).unwrap()
}

#[test]
fn the_supervision_kinds_are_those_of_the_domain_and_none_is_in_the_archive() {
    let domain: serde_json::Value = serde_json::from_str(DOMAIN).unwrap();
    let kinds = domain["supervision_records_not_in_archive"].as_array().unwrap();
    assert_eq!(kinds.len(), SupervisionKind::ALL.len());
    for (entry, kind) in kinds.iter().zip(SupervisionKind::ALL) {
        assert_eq!(entry["code"], kind.code());
        assert_eq!(entry["subject"], kind.subject().code());
        assert_eq!(
            (&entry["zh"], &entry["clauses"][0]),
            (&kind.zh().into(), &kind.clause().into())
        );
        assert_eq!(SupervisionKind::from_number(kind.number()), Ok(kind));
        assert_eq!(kind_from_code(kind.code()), None);
        let written = SupervisionRecord {
            kind,
            on: day("2026-07-10"),
            subject: Some(Text::new("某单位").unwrap()),
            facts: "出具虚假证明".to_owned(),
            evidence: vec![1, 2, 3],
        };
        assert_eq!(SupervisionRecord::decode(&written.encode()), Ok(written));
    }
    let order = |kind, subject, facts| SupervisionOrder { kind, subject, facts };
    for (order, code) in [
        (order("TITLE_REVOKED", Some("某单位"), "事实"), "supervision_kind_unknown"),
        (order("COMMENDATION", None, "事实"), "subject_missing"),
        (order("COMMENDATION", Some("某\u{202E}单位"), "事实"), "subject_invalid"),
        (order("COMMENDATION", Some("某单位"), " "), "facts_missing_or_too_long"),
    ] {
        let refusal = order.record(day("2026-07-10")).unwrap_err();
        assert_eq!(refusal.code(), code);
        assert!(!refusal.clause().is_empty() && refusal.to_string().contains(refusal.field()));
    }
    assert!(order("COUNTERFEIT_CASE", None, "伪造").record(day("2026-07-10")).is_ok());
    assert_eq!(finding("").unwrap_err().code(), "finding_missing_or_too_long");
    assert_eq!(SupervisionKind::from_number(8), Err(SupervisionError::Kind { code: 8 }));
}

#[test]
fn false_material_bars_to_the_end_of_its_year_however_short_the_setting() {
    let settings = ArchiveSettings { bar_months: 1, ..ArchiveSettings::CAUTIOUS };
    let salt = Salt::from_random([5; 16]);
    let entry = recorded(&false_material(), &settings, day("2026-07-10"), salt).unwrap();
    let bar = (entry.record.bar_from, entry.record.bar_until);
    assert_eq!(bar, (Some(day("2026-01-01")), Some(day("2026-12-31"))));
}

#[test]
fn every_kind_is_recorded_for_its_subjects_and_refused_for_all_others() {
    for kind in IntegrityKind::ALL {
        for subject in SubjectKind::ALL {
            let outcome = record(&order(*subject, *kind));
            if kind.applies_to(*subject) {
                let record = outcome.unwrap().record;
                assert_eq!((record.kind, record.subject.kind), (*kind, *subject));
                assert_eq!(record.decision.as_str(), "渝州职改〔2026〕900号");
                let expected = match kind {
                    // 取消当年申报资格: of the whole year.
                    IntegrityKind::ApplicantFalseMaterial => {
                        Some((day("2026-01-01"), day("2029-07-01")))
                    }
                    IntegrityKind::TitleRevoked => Some((day("2026-07-01"), day("2029-07-01"))),
                    _ => None,
                };
                assert_eq!(record.bar_from.zip(record.bar_until), expected, "{kind:?}");
            } else {
                let refusal = ArchiveRefusal::SubjectNotAllowed { kind: *kind, subject: *subject };
                assert_eq!(outcome, Err(refusal));
            }
        }
    }
}

#[test]
fn each_refusal_names_code_field_and_clause_and_nothing_of_the_person() {
    let right = false_material();
    let subject = right.subject;
    let cause = right.cause;
    let bar = |from, until| BarOrder { from: Some(day(from)), until: Some(day(until)) };
    let long = "长".repeat(3_000);
    let cases = [
        (
            NewEntry { subject: SubjectOrder { kind: "employer", ..subject }, ..right },
            "subject_unknown",
            "subject",
        ),
        (NewEntry { kind: "COMMENDATION", ..right }, "kind_unknown", "kind"),
        (NewEntry { kind: "EXPERT_REMOVED", ..right }, "subject_not_allowed", "subject"),
        (
            NewEntry { subject: SubjectOrder { name: " ", ..subject }, ..right },
            "name_invalid",
            "name",
        ),
        (
            NewEntry {
                subject: SubjectOrder { identifier: "500000196205191012", ..subject },
                ..right
            },
            "identifier_invalid",
            "identifier",
        ),
        (
            NewEntry { cause: Cause { decision: None, ..cause }, ..right },
            "field_missing",
            "decision",
        ),
        (
            NewEntry { cause: Cause { decision: Some("900号"), ..cause }, ..right },
            "decision_number_malformed",
            "decision",
        ),
        (
            NewEntry { cause: Cause { decided_on: None, ..cause }, ..right },
            "field_missing",
            "decided-on",
        ),
        (
            NewEntry { cause: Cause { decided_on: Some(day("2026-07-11")), ..cause }, ..right },
            "decided_in_future",
            "decided-on",
        ),
        (NewEntry { conduct: " ", ..right }, "field_missing", "conduct"),
        (NewEntry { conduct: &long, ..right }, "field_too_long", "conduct"),
        (NewEntry { clause: Some("七(六)"), ..right }, "clause_not_of_kind", "clause"),
        (
            NewEntry { bar: bar("2026-07-02", "2026-07-01"), ..right },
            "bar_ends_before_it_begins",
            "bar-until",
        ),
        (
            NewEntry { bar: BarOrder { from: Some(day("2026-07-01")), until: None }, ..right },
            "field_missing",
            "bar-until",
        ),
    ];
    for (order, code, field) in cases {
        let refusal = record(&order).unwrap_err();
        assert_eq!((refusal.code(), refusal.field().name()), (code, field));
        assert!(!refusal.clause().is_empty());
        let said = format!("{refusal} {refusal:?}");
        assert!(
            said.contains(code) && !said.contains("50000019") && !said.contains("某人"),
            "{said}"
        );
    }
    // A bar of one day is one.
    assert!(record(&NewEntry { bar: bar("2026-07-01", "2026-07-01"), ..right }).is_ok());
}

#[test]
fn an_entry_expires_after_its_last_day_and_a_longer_bar_keeps_it() {
    let entry = record(&false_material()).unwrap();
    assert_eq!(judged(vec![kept(3, entry.clone())], "2029-07-01")[0].standing, Standing::InForce);
    let on = day("2029-07-01");
    let expired = Standing::Expired { on };
    assert_eq!(judged(vec![kept(3, entry)], "2029-07-02")[0].standing, expired);
    let bar = BarOrder { from: Some(day("2026-07-01")), until: Some(day("2031-06-30")) };
    let longer = record(&NewEntry { bar, ..false_material() }).unwrap();
    assert_eq!(judged(vec![kept(3, longer)], "2031-06-30")[0].standing, Standing::InForce);
}

fn amendment() -> Amendment<'static> {
    Amendment {
        reason: "复核改正期限",
        cause: Cause {
            decision: Some("渝州职改〔2026〕950号"),
            decided_on: Some(day("2026-07-05")),
        },
        name: None,
        conduct: None,
        clause: None,
        bar: BarChange::To(BarOrder { from: None, until: Some(day("2027-07-01")) }),
    }
}

#[test]
fn a_correction_takes_the_place_of_what_it_cites_and_only_the_newest_is_cited() {
    let today = day("2026-07-10");
    let first = record(&false_material()).unwrap();
    let before = judged(vec![kept(3, first.clone())], "2026-07-10").remove(0);
    let second = amended(&before, &amendment(), today, SALT).unwrap();
    assert_eq!(second.record.bar_until, Some(day("2027-07-01")));
    assert_eq!(second.record.conduct, first.record.conduct);

    let both = judged(vec![kept(3, first.clone()), kept(9, second.clone())], "2026-07-10");
    let by = LeafIndex::new(9).unwrap();
    assert_eq!(both[0].standing, Standing::Amended { by });
    assert_eq!(both[1].standing, Standing::InForce);
    let again = amended(&both[0], &amendment(), today, SALT);
    let entry = LeafIndex::new(3).unwrap();
    assert_eq!(again, Err(ArchiveRefusal::NoLongerStands { entry, by }));
    let cause = amendment().cause;
    let gone = rescinded(&both[1], "复议撤销", &cause, today, SALT).unwrap();

    let all = judged(vec![kept(3, first), kept(9, second), kept(12, gone)], "2026-07-10");
    let by = LeafIndex::new(12).unwrap();
    let standings: Vec<_> = all.iter().map(|judged| judged.standing).collect();
    let nine = LeafIndex::new(9).unwrap();
    let amended_by_nine = Standing::Amended { by: nine };
    assert_eq!(standings, [amended_by_nine, Standing::Rescinded { by }, Standing::Rescission]);
    assert!(rescinded(&all[2], "再次撤销", &cause, today, SALT).is_err());
    assert_eq!(bars(&all).count(), 0);
}

#[test]
fn a_correction_that_says_nothing_or_comes_too_early_is_refused() {
    let today = day("2026-07-10");
    let cited = judged(vec![kept(3, record(&false_material()).unwrap())], "2026-07-10").remove(0);
    let code = |order: Amendment<'_>| amended(&cited, &order, today, SALT).unwrap_err().code();
    let right = amendment();
    assert_eq!(
        code(Amendment { bar: BarChange::To(BarOrder::default()), ..right }),
        "nothing_amended"
    );
    assert_eq!(code(Amendment { reason: "", ..right }), "field_missing");
    let cause = Cause { decided_on: Some(day("2026-06-30")), ..right.cause };
    assert_eq!(code(Amendment { cause, ..right }), "corrected_before_decided");
    let bar = BarChange::To(BarOrder { from: None, until: Some(day("2025-12-31")) });
    assert_eq!(code(Amendment { bar, ..right }), "bar_ends_before_it_begins");
}

#[test]
fn a_bar_is_lifted_and_the_entry_stays() {
    let first = record(&false_material()).unwrap();
    let cited = judged(vec![kept(3, first.clone())], "2026-07-10").remove(0);
    let order = Amendment { bar: BarChange::Lifted, ..amendment() };
    let lifted = amended(&cited, &order, day("2026-07-10"), SALT).unwrap();
    let all = judged(vec![kept(3, first), kept(5, lifted)], "2026-07-10");
    assert_eq!((all[1].standing, bars(&all).count()), (Standing::InForce, 0));
    let again = amended(&all[1], &order, day("2026-07-10"), SALT);
    assert_eq!(again, Err(ArchiveRefusal::NothingAmended));
}

#[test]
fn a_bar_covers_both_of_its_ends_and_the_days_that_count() {
    let entries = judged(vec![kept(3, record(&false_material()).unwrap())], "2026-07-10");
    let hits = |pledged, reviewed, counts| {
        hit(bars(&entries), day(pledged), day(reviewed), counts).is_some()
    };
    use BarCounts::{Pledge, Review, ReviewOrPledge};
    let (before, first, last, after) = ("2025-12-31", "2026-01-01", "2029-07-01", "2029-07-02");
    for (pledged, reviewed, expected) in [
        (before, before, [false, false, false]),
        (before, first, [true, true, false]),
        (last, after, [true, false, true]),
        (first, last, [true, true, true]),
        (after, after, [false, false, false]),
    ] {
        let found = [ReviewOrPledge, Review, Pledge].map(|counts| hits(pledged, reviewed, counts));
        assert_eq!(found, expected, "{pledged} {reviewed}");
    }
    // Long expired, it still barred on its days.
    let old = judged(vec![kept(3, record(&false_material()).unwrap())], "2040-01-01");
    assert_eq!(bars(&old).count(), 1);
    // An expert's bar keeps nobody from applying.
    let bar = BarOrder { from: Some(day("2026-07-01")), until: None };
    let expert = order(SubjectKind::Expert, IntegrityKind::ExpertRemoved);
    let expert = record(&NewEntry { bar, ..expert }).unwrap();
    assert_eq!(bars(&judged(vec![kept(3, expert)], "2026-07-10")).count(), 0);
}

#[test]
fn everybody_sees_what_is_theirs_to_see() {
    let subject = Text::new(PERSON).unwrap();
    let other = Text::new("500000196205191038").unwrap();
    let applicant = |kind| record(&order(SubjectKind::Applicant, kind)).unwrap();
    let entries = || {
        vec![
            kept(3, applicant(IntegrityKind::ApplicantFalseMaterial)),
            kept(4, applicant(IntegrityKind::DisciplineViolation)),
        ]
    };
    let open = ArchiveSettings {
        disclosed_to_employers_from: Some(day("2027-01-01")),
        ..ArchiveSettings::CAUTIOUS
    };
    let asked = |asker: &Asker, settings: &ArchiveSettings, today: &str, expired| {
        let of = (SubjectKind::Applicant, &subject);
        look_up(asker, of, judge(entries(), settings, day(today)), expired, settings, day(today))
            .map(|shown| shown.len())
            .map_err(|refusal| refusal.code())
    };
    let cautious = ArchiveSettings::CAUTIOUS;
    let own = Asker::Applicant { identifier: subject.clone() };
    let stranger = Asker::Applicant { identifier: other };
    use Expired::{Hidden, Included};
    for (asker, settings, today, expired, expected) in [
        (&Asker::Staff, &cautious, "2026-08-01", Hidden, Ok(2)),
        (&Asker::Staff, &cautious, "2030-01-01", Hidden, Ok(0)),
        (&Asker::Staff, &cautious, "2030-01-01", Included, Ok(2)),
        (&own, &cautious, "2026-08-01", Hidden, Ok(2)),
        (&own, &cautious, "2030-01-01", Hidden, Ok(0)),
        (&own, &cautious, "2030-01-01", Included, Err("expired_for_staff_only")),
        (&stranger, &cautious, "2026-08-01", Hidden, Err("not_their_own")),
        (&Asker::Employer, &cautious, "2027-08-01", Hidden, Err("not_disclosed")),
        (&Asker::Employer, &open, "2026-12-31", Hidden, Err("not_disclosed")),
        (&Asker::Employer, &open, "2027-01-01", Hidden, Ok(1)),
        (&Asker::Department, &open, "2027-01-01", Hidden, Ok(1)),
        (&Asker::Department, &open, "2030-01-01", Hidden, Ok(0)),
        (&Asker::Department, &open, "2027-01-01", Included, Err("expired_for_staff_only")),
    ] {
        assert_eq!(asked(asker, settings, today, expired), expected, "{asker:?} {today}");
    }
    let of_expert = (SubjectKind::Expert, &subject);
    let outcome = look_up(&own, of_expert, Vec::new(), Hidden, &open, day("2027-02-01"));
    assert_eq!(outcome, Err(ArchiveRefusal::NotTheirOwn));
}

proptest::proptest! {
    /// Whatever is corrected in whatever order, an entry is in force at most once, a rescission ends
    /// its chain, and what was cited never counts again.
    #[test]
    fn of_a_chain_of_corrections_only_the_newest_counts(
        steps in proptest::collection::vec((0usize..6, proptest::bool::ANY), 0..12),
    ) {
        let today = day("2026-07-10");
        let mut entries = vec![kept(3, record(&false_material()).unwrap())];
        for (pick, rescind) in steps {
            let all = judged(entries.clone(), "2026-07-10");
            let cited = &all[pick % all.len()];
            let stands = cited.standing == Standing::InForce;
            let until = Some(day("2027-07-01").plus_months(entries.len() as u32).unwrap());
            let bar = BarChange::To(BarOrder { from: None, until });
            let order = Amendment { bar, ..amendment() };
            let next = if rescind {
                rescinded(cited, "撤销", &order.cause, today, SALT)
            } else {
                amended(cited, &order, today, SALT)
            };
            proptest::prop_assert_eq!(next.is_ok(), stands);
            if let Ok(next) = next {
                entries.push(kept(3 + 2 * entries.len() as u64, next));
            }
        }
        let all = judged(entries, "2026-07-10");
        let in_force = all.iter().filter(|one| one.standing == Standing::InForce).count();
        let ended = all.iter().any(|one| one.standing == Standing::Rescission);
        proptest::prop_assert_eq!(in_force, usize::from(!ended));
        proptest::prop_assert_eq!(bars(&all).count(), in_force);
    }
}
