//! Log proofs (C2SP tlog-proof) that are handed in: what each fault leads to, with the log at hand and without.

use ledger::{
    test_kit::{Bureau, Issued, KIT_ORIGIN},
    tlog_proof::{MAX_TLOG_PROOF_LEN, TlogProof},
};
use verifier::{
    check::{Input, ProofCame},
    verdict::{Fact, Outcome, Reason},
};

use crate::{
    gathering::Changed,
    support::{
        answer_of, because, cache, checker, checker_on, offline, proof, with_file, with_proof,
    },
};

fn two_issued() -> (Bureau, Issued, Issued) {
    let mut bureau = Bureau::new();
    let first = bureau.issue(Bureau::claims(1));
    let second = bureau.issue(Bureau::claims(2));
    (bureau, first, second)
}

/// Files that are no proof of `issued`, each with what is said of it.
fn wrong(bureau: &Bureau, issued: &Issued, other: &Issued) -> Vec<(Vec<u8>, &'static str)> {
    let good = String::from_utf8(proof(bureau, issued).to_bytes()).unwrap();
    let signature_changed = |text: &str| {
        let at = text.trim_end().len() - 4;
        let other = if &text[at..=at] == "A" { "B" } else { "A" };
        format!("{}{other}{}", &text[..at], &text[at + 1..])
    };
    let index = format!("index {}\n", issued.index);
    let one_less = format!("index {}\n", issued.index.get() - 1);
    [
        (String::new(), "proof_malformed"),
        ("https://verify.example/v#123".to_owned(), "proof_malformed"),
        (good.replace("@v1", "@v2"), "proof_malformed"),
        (good.replace(&index, ""), "proof_malformed"),
        (good.replace("extra ", "extra A"), "proof_malformed"),
        (good[..good.len() / 2].to_owned(), "proof_malformed"),
        (format!("{good}{}", "x".repeat(MAX_TLOG_PROOF_LEN)), "proof_malformed"),
        (good.replace(&format!("\n\n{KIT_ORIGIN}\n"), "\n\nother.example\n"), "proof_other_log"),
        (signature_changed(&good), "proof_checkpoint_wrong"),
        (good.replace(&index, &one_less), "proof_other_entry"),
        (String::from_utf8(proof(bureau, other).to_bytes()).unwrap(), "proof_other_entry"),
    ]
    .map(|(text, code)| (text.into_bytes(), code))
    .into()
}

#[test]
fn a_proof_that_is_asked_about_and_does_not_hold_is_named_whether_the_log_is_at_hand_or_not() {
    let (bureau, issued, other) = two_issued();
    for (bytes, code) in wrong(&bureau, &issued, &other) {
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(600)]).into_owned();
        let input = with_file(&issued, bytes, ProofCame::ByItself);
        for report in
            [checker(&bureau).check_now(&input), offline(&bureau, cache(&bureau)).check_now(&input)]
        {
            let verdict = report.unwrap().verdict;
            assert_eq!(verdict.outcome, Outcome::CannotDetermine, "{shown}");
            let reason = verdict.reason.unwrap();
            assert_eq!(reason.code(), code, "{shown}");
            assert!(verdict.established.contains(&Fact::Signature), "{shown}");
            let words = [reason.zh(), reason.en()];
            assert!(words[0].contains("登记证明") && words[1].contains("log proof"), "{words:?}");
        }
    }
}

#[test]
fn a_foreign_and_an_oversized_proof_are_named_with_what_they_are() {
    let (bureau, issued, other) = two_issued();
    let said = |code: &str, within: &str| {
        let (bytes, _) =
            wrong(&bureau, &issued, &other).into_iter().rfind(|(_, found)| *found == code).unwrap();
        let input = with_file(&issued, bytes, ProofCame::ByItself);
        let reason = checker(&bureau).check_now(&input).unwrap().verdict.reason.unwrap();
        for words in [reason.zh(), reason.en()] {
            assert!(words.contains(within), "{words}");
        }
    };
    said("proof_other_log", "other.example");
    said("proof_malformed", &MAX_TLOG_PROOF_LEN.to_string());
}

#[test]
fn a_wrong_proof_in_a_pdf_takes_nothing_from_the_log_that_is_at_hand() {
    let (bureau, issued, other) = two_issued();
    for (bytes, code) in wrong(&bureau, &issued, &other) {
        let input = with_file(&issued, bytes, ProofCame::InsidePdf);
        let verdict = checker(&bureau).check_now(&input).unwrap().verdict;
        assert_eq!(answer_of(&verdict), (Outcome::Valid, None), "{code}");
    }
}

#[test]
fn a_good_proof_changes_nothing_where_the_log_shows_the_place() {
    let (bureau, issued, _) = two_issued();
    let alone = checker(&bureau).check_now(&Input::QrText(issued.qr_text())).unwrap();
    let with = checker(&bureau).check_now(&with_proof(&issued, &proof(&bureau, &issued))).unwrap();
    assert_eq!(with, alone);
}

#[test]
fn a_proof_corrects_a_wrong_hint_without_a_search() {
    let mut bureau = Bureau::new();
    let issued = bureau.issue_all((0..600).map(Bureau::claims).collect()).remove(300);
    let bytes = proof(&bureau, &issued).to_bytes();
    let proof = verifier::check::LogProof { bytes, came: ProofCame::InsidePdf };
    let input = Input::Proved { text: issued.qr_text_with_hint(3), proof };
    let verdict = checker(&bureau).check_now(&input).unwrap().verdict;
    assert_eq!((verdict.outcome, verdict.index), (Outcome::Valid, Some(issued.index)));
}

#[test]
fn a_proof_shows_the_place_where_the_log_withholds_it() {
    let mut bureau = Bureau::new();
    let issued = bureau.issue_all((0..600).map(Bureau::claims).collect()).remove(300);
    let files = Changed::new(bureau.files()).with("tile/entries/001", None);
    let input = with_proof(&issued, &proof(&bureau, &issued));
    let verdict = checker_on(&bureau, files).check_now(&input).unwrap().verdict;
    assert_eq!(answer_of(&verdict), (Outcome::Valid, None));
    assert!(verdict.established.contains(&Fact::OneHistory));
}

#[test]
fn a_proof_that_the_log_signed_and_now_denies_is_a_split_view() {
    let mut bureau = Bureau::new();
    let issued = bureau.issue(Bureau::claims(1));
    let mut other = Bureau::new();
    other.issue(Bureau::claims(2));
    other.heartbeat();
    for came in [ProofCame::ByItself, ProofCame::InsidePdf] {
        let input = with_file(&issued, proof(&bureau, &issued).to_bytes(), came);
        let verdict = checker(&other).check_now(&input).unwrap().verdict;
        assert_eq!(answer_of(&verdict), because(Outcome::CannotDetermine, Reason::SplitView));
    }
}

#[test]
fn a_proof_without_the_quorum_is_no_ground() {
    let mut bureau = Bureau::with_witnesses(2, 3);
    let issued = bureau.issue(Bureau::claims(1));
    let good = proof(&bureau, &issued);
    let check = |proof: &TlogProof| {
        offline(&bureau, cache(&bureau)).check_now(&with_proof(&issued, proof)).unwrap().verdict
    };
    let verdict = check(&good);
    assert_eq!(answer_of(&verdict), (Outcome::Valid, None));
    assert!(verdict.established.contains(&Fact::Witnesses));
    let text = String::from_utf8(good.to_bytes()).unwrap();
    let lines: Vec<_> = text.lines().collect();
    let fewer = format!("{}\n", lines[..lines.len() - 2].join("\n"));
    let verdict = check(&TlogProof::parse(fewer.as_bytes()).unwrap());
    assert_eq!(verdict.reason.map(|reason| reason.code()), Some("proof_checkpoint_wrong"));
}
