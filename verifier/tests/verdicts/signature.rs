//! Step 1: signature, chain, role.

use ledger::{
    certificate::{
        CertificateNumber, Claims, Level, MaskedId, ObtainMethod, Series, SignedCertificate, Text,
        UnsignedCertificate,
    },
    digest::Commitment,
    entry::Entry,
    evidence::Evidence,
    test_kit::{Bureau, Issued, Seat, authority_entry_of_another_root, day, index},
    time::PartialDate,
};
use verifier::verdict::{Fact, Outcome, Reason};

use crate::support::{answer, answer_of, because, evidence, judged, verdict};

/// A certificate that keeps its signature under changed claims.
fn altered(issued: &Issued, change: impl FnOnce(&mut Claims)) -> Issued {
    let genuine = SignedCertificate::decode(&issued.certificate).unwrap();
    let (_, signature) = genuine.signed_parts();
    let mut claims = issued.claims.clone();
    change(&mut claims);
    let altered = UnsignedCertificate::new(&claims).unwrap().with_signature(signature);
    Issued { certificate: altered.as_bytes().to_vec(), claims, ..issued.clone() }
}

#[test]
fn a_certificate_with_any_one_claim_changed_is_not_on_record() {
    let mut bureau = Bureau::new();
    let issued = bureau.issue(Bureau::claims(1));
    let text = |text| Text::new(text).unwrap();
    type Change<'a> = &'a dyn Fn(&mut Claims);
    let changes: [(&str, Change<'_>); 15] = [
        ("number", &|c| c.number = CertificateNumber::new("CQ2026000000009").unwrap()),
        ("title", &|c| c.title = Some(index(6))),
        ("holder", &|c| c.holder_name = text("董平雁")),
        ("masked id", &|c| c.masked_id = MaskedId::new("5001012").unwrap()),
        ("series", &|c| c.series = Series::new(6).unwrap()),
        ("level", &|c| c.level = Level::SeniorAssociate),
        ("title name", &|c| c.title_name = text("高级工程师")),
        ("specialty", &|c| c.specialty = text("计算机")),
        ("obtained on", &|c| c.obtained_on = PartialDate::Year { year: 2026 }),
        ("review date", &|c| c.review_date = Some(day("2026-02-13"))),
        ("method", &|c| c.obtain_method = ObtainMethod::Examination),
        ("approval", &|c| c.approval_document = text("渝职改办〔2026〕65号")),
        ("issued on", &|c| c.issued_on = day("2026-03-12")),
        ("committee", &|c| c.committee_name = text("另一评审委员会")),
        ("record", &|c| c.record = Commitment::to(b"another record")),
    ];
    for (what, change) in changes {
        let verdict = verdict(&bureau, &altered(&issued, change));
        let expected = because(Outcome::NotOnRecord, Reason::SignatureWrong);
        assert_eq!(answer_of(&verdict), expected, "{what}");
        assert_eq!((verdict.claims, verdict.index), (None, None), "{what}");
    }
}

#[test]
fn a_certificate_that_names_another_authority_than_its_signer_is_not_on_record() {
    let mut bureau = Bureau::new();
    let issued = bureau.issue(Bureau::claims(1));
    let other = altered(&issued, |c| c.authority = Seat::OtherCommittee.index());
    assert_eq!(answer(&bureau, &other), because(Outcome::NotOnRecord, Reason::SignatureWrong));
}

#[test]
fn a_forger_with_a_key_of_his_own_is_told_by_the_signature() {
    let bureau = Bureau::new();
    let claims = Bureau::claims(1);
    let forged = Bureau::sign_as(Seat::OtherCommittee, &claims).as_bytes().to_vec();
    let forged = Issued { certificate: forged, index: index(3), claims };
    assert_eq!(answer(&bureau, &forged), because(Outcome::NotOnRecord, Reason::SignatureWrong));
}

#[test]
fn bytes_that_no_authority_could_have_signed_are_not_on_record() {
    let mut bureau = Bureau::new();
    let issued = bureau.issue(Bureau::claims(1));
    let mut evidence = evidence(&bureau, &issued);
    evidence.certificate = vec![0xD2, 0x80];
    let expected = because(Outcome::NotOnRecord, Reason::CertificateMalformed);
    assert_eq!(answer_of(&judged(&bureau, &evidence)), expected);
}

#[test]
fn a_certificate_signed_by_an_authority_of_another_role_is_not_on_record() {
    let mut bureau = Bureau::new();
    for seat in [Seat::Decide, Seat::Copies] {
        let claims = Claims { authority: seat.index(), ..Bureau::claims(1) };
        let issued = bureau.issue_false(seat, claims, |entry| entry);
        let expected = because(Outcome::NotOnRecord, Reason::AuthorityNotAccepted);
        assert_eq!(answer(&bureau, &issued), expected, "{seat:?}");
    }
}

#[test]
fn an_authority_that_another_root_named_is_not_accepted_even_in_the_log() {
    let mut bureau = Bureau::new();
    let entry = Entry::Authority(authority_entry_of_another_root(Seat::Committee));
    let authority = bureau.append_false(vec![entry], |_list| {});
    let claims = Claims { authority, ..Bureau::claims(1) };
    let issued = bureau.issue_false(Seat::Committee, claims, |entry| entry);
    let expected = because(Outcome::NotOnRecord, Reason::AuthorityNotAccepted);
    assert_eq!(answer(&bureau, &issued), expected);
}

#[test]
fn an_index_at_which_something_else_stands_names_no_authority() {
    let mut bureau = Bureau::new();
    let other = bureau.issue(Bureau::claims(1));
    let claims = Claims { authority: other.index, ..Bureau::claims(2) };
    let issued = bureau.issue_false(Seat::Committee, claims, |entry| entry);
    let expected = because(Outcome::NotOnRecord, Reason::AuthorityNotAccepted);
    assert_eq!(answer(&bureau, &issued), expected);
}

#[test]
fn an_authority_that_stands_after_the_certificate_is_not_accepted() {
    let mut bureau = Bureau::new();
    let later = index(bureau.size().get() + 2);
    let claims = Claims { authority: later, ..Bureau::claims(1) };
    let issued = bureau.issue_false(Seat::Committee, claims, |entry| entry);
    let entry = Entry::Authority(ledger::test_kit::authority_entry(Seat::Committee));
    assert_eq!(bureau.append_false(vec![entry], |_list| {}), later);
    let expected = because(Outcome::NotOnRecord, Reason::AuthorityNotAccepted);
    assert_eq!(answer(&bureau, &issued), expected);
}

#[test]
fn a_forged_authority_that_is_not_in_the_log_establishes_nothing() {
    let mut bureau = Bureau::new();
    let issued = bureau.issue(Bureau::claims(1));
    let mut evidence = evidence(&bureau, &issued);
    let forged = Entry::Authority(authority_entry_of_another_root(Seat::Committee));
    evidence.authority.as_mut().unwrap().entry.bytes = forged.encode();
    let verdict = judged(&bureau, &evidence);
    let expected = because(Outcome::CannotDetermine, Reason::AuthorityUnavailable);
    assert_eq!(answer_of(&verdict), expected);
    assert_eq!((verdict.claims, verdict.established), (None, vec![Fact::Checkpoint]));
}

#[test]
fn a_forgery_is_told_without_any_checkpoint_when_the_authority_is_at_hand() {
    let mut bureau = Bureau::new();
    let issued = bureau.issue(Bureau::claims(1));
    let forged = altered(&issued, |c| c.holder_name = Text::new("董平雁").unwrap());
    let evidence = Evidence {
        certificate: forged.certificate,
        moment: None,
        place: None,
        ..evidence(&bureau, &issued)
    };
    let expected = because(Outcome::NotOnRecord, Reason::SignatureWrong);
    assert_eq!(answer_of(&judged(&bureau, &evidence)), expected);
}
