//! `--cache` and `--proof`.

use std::{fs, sync::Arc};

use ledger::{
    path::LogPath,
    reader::{LogReader, read_checkpoint},
    status::Status,
    test_kit::{Bureau, Issued},
    time::UnixMillis,
    tlog_proof::TlogProof,
};
use serde_json::Value;
use verifier::gather::{LastSeen, View};

use super::{Place, a_valid_one, lines, stderr, verdicts, verifier};

impl Place {
    /// `verifier check … --json` with the cache alone, as of the bureau's clock.
    fn offline(&self, arguments: &[&str]) -> std::process::Output {
        let now = self.bureau.now.to_string();
        verifier(&["check", "--json", "--now", &now])
            .args(arguments)
            .arg("--trust")
            .arg(self.path("trust.toml"))
            .arg("--cache")
            .arg(self.path("cache"))
            .output()
            .unwrap()
    }

    /// Fills the cache, as a check with the log at hand does.
    fn fill(&self, input: &str) {
        let cache = self.path("cache");
        let output = self.check(&[input, "--cache", cache.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        assert!(cache.exists());
    }

    /// Writes a certificate's log proof.
    fn proof(&self, issued: &Issued) -> String {
        let (files, policy) = (Arc::new(self.bureau.files()), self.bureau.policy());
        let view = View::open(&files, &policy, &LastSeen::nothing()).unwrap();
        let head = view.first_head_after(issued.index).unwrap();
        let path = LogPath::KeptCheckpoint(head.covering_size());
        let checkpoint = read_checkpoint(&files, &path, &policy).unwrap();
        let reader = LogReader::open(files, checkpoint).unwrap();
        let proof = TlogProof::of(&reader, issued.index, head).unwrap();
        self.write("certificate.tlog-proof", proof.to_bytes())
    }
}

#[test]
fn a_cache_answers_without_the_log_and_says_exactly_what_it_cannot() {
    let (place, issued) = a_valid_one();
    let text = issued.qr_text();
    place.fill(&text);
    fs::remove_dir_all(place.path("log")).unwrap();
    let output = place.offline(&[&text]);
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    let line = &lines(&output)[0];
    assert_eq!(
        (&line["verdict"], &line["reason"]),
        (&"cannot_determine".into(), &"place_unchecked".into())
    );
    let facts = |field: &str| {
        let facts = line[field].as_array().unwrap().iter();
        facts.map(|fact| fact.as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let established = ["checkpoint", "signature", "authority", "fresh", "not_listed"];
    assert_eq!(facts("established"), established);
    assert!(facts("not_established").contains(&"on_record".to_owned()));
    assert_eq!(line["number"], issued.claims.number.as_str());
}

#[test]
fn with_its_proof_a_certificate_is_valid_as_of_the_cached_list_in_both_languages() {
    let (mut place, issued) = a_valid_one();
    let (text, proof) = (issued.qr_text(), place.proof(&issued));
    place.fill(&text);
    let output = place.offline(&[&text, "--proof", &proof]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let line = &lines(&output)[0];
    assert_eq!(line["verdict"], "valid");
    assert_eq!(line["as_of"], place.bureau.now.to_string());
    assert!(line["established"].as_array().unwrap().contains(&"one_history".into()));

    place.bureau.now = place.bureau.now.saturating_add(25 * 3_600_000);
    let stale = place.offline(&[&text, "--proof", &proof]);
    assert_eq!(stale.status.code(), Some(2));
    let line = &lines(&stale)[0];
    assert_eq!((&line["reason"], &line["last_known"]), (&"stale".into(), &"valid".into()));
    let then = place.offline(&[&text, "--proof", &proof, "--as-of", "2026-03-20"]);
    assert_eq!(then.status.code(), Some(0), "{}", stderr(&then));

    for (lang, said) in
        [("zh", "登记证明与状态出自同一段账本历史"), ("en", "of one history of the log")]
    {
        let output = verifier(&["check", &text, "--proof", &proof, "--as-of", "2026-03-20"])
            .args(["--lang", lang, "--trust"])
            .arg(place.path("trust.toml"))
            .arg("--cache")
            .arg(place.path("cache"))
            .output()
            .unwrap();
        let shown = String::from_utf8(output.stdout).unwrap();
        assert!(shown.contains(said), "{shown}");
    }
}

#[test]
fn a_log_out_of_reach_is_replaced_by_the_cache_and_that_is_said() {
    let (place, issued) = a_valid_one();
    let (text, proof) = (issued.qr_text(), place.proof(&issued));
    place.fill(&text);
    let nowhere = place.path("nowhere");
    for log in [nowhere.to_str().unwrap(), "http://127.0.0.1:1/log"] {
        let output = place.offline(&[&text, "--proof", &proof, "--log", log]);
        assert_eq!(verdicts(&output), ["valid"], "{}", stderr(&output));
        assert!(stderr(&output).contains("缓存") && stderr(&output).contains("cache"));
    }
}

#[test]
fn the_log_at_hand_wins_over_the_cache_and_refills_it() {
    let (mut place, issued) = a_valid_one();
    let text = issued.qr_text();
    place.fill(&text);
    place.bureau.decide(issued.index, Status::Revoked);
    let cache = place.path("cache");
    let online = place.check(&[&text, "--cache", cache.to_str().unwrap()]);
    assert_eq!(verdicts(&online), ["revoked"]);
    let offline = place.offline(&[&text, "--proof", &place.proof(&issued)]);
    assert_eq!(verdicts(&offline), ["revoked"]);
}

#[test]
fn a_cache_catches_a_log_that_shows_another_history_later() {
    let (place, issued) = a_valid_one();
    place.fill(&issued.qr_text());
    let before = fs::read(place.path("cache")).unwrap();
    let mut other = Place::new();
    other.bureau.issue(Bureau::claims(7));
    let there = other.bureau.issue(Bureau::claims(8));
    let cache = place.path("cache");
    let output = other.check(&[&there.qr_text(), "--cache", cache.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(lines(&output)[0]["reason"], "split_view");
    assert_eq!(fs::read(cache).unwrap(), before);
}

#[test]
fn a_cache_that_is_missing_or_damaged_is_named_with_what_to_do() {
    let (place, issued) = a_valid_one();
    let text = issued.qr_text();
    let missing = place.offline(&[&text]);
    assert_eq!((missing.status.code(), missing.stdout.len()), (Some(2), 0));
    assert!(stderr(&missing).contains("--log"), "{}", stderr(&missing));
    place.fill(&text);
    let mut bytes = fs::read(place.path("cache")).unwrap();
    bytes.truncate(bytes.len() - 1);
    place.write("cache", bytes);
    for output in [place.offline(&[&text]), {
        let log = place.path("log");
        place.offline(&[&text, "--log", log.to_str().unwrap()])
    }] {
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
        assert!(stderr(&output).contains("缓存"), "{}", stderr(&output));
        assert!(stderr(&output).contains("Delete it"), "{}", stderr(&output));
    }
}

#[test]
fn what_a_cache_lacks_and_that_it_was_not_refreshed_is_said_in_both_languages() {
    let (mut place, issued) = a_valid_one();
    // So many that the first bundle is full, and the head stands in another.
    place.bureau.issue_all((10..310).map(Bureau::claims).collect());
    let (text, cache) = (issued.qr_text(), place.path("cache"));
    let check = || place.check(&[&text, "--cache", cache.to_str().unwrap()]);
    let list = place.path("log/status").read_dir().unwrap().map(|file| file.unwrap().path()).max();
    let list = list.unwrap();
    let kept = fs::read(&list).unwrap();
    fs::remove_file(&list).unwrap();
    let said = stderr(&check());
    assert!(said.contains("未更新") && said.contains("was not refreshed"), "{said}");
    assert!(!cache.exists());
    fs::write(&list, kept).unwrap();
    let (bundle, aside) = (place.path("log/tile/entries/000"), place.path("aside"));
    fs::rename(&bundle, &aside).unwrap();
    let said = stderr(&check());
    assert!(said.contains("还缺1项") && said.contains("incomplete: 1 left out"), "{said}");
    assert!(said.contains("tile/entries/000"), "{said}");
    fs::rename(&aside, &bundle).unwrap();
    assert_eq!(stderr(&check()), "");
    assert!(cache.exists());
}

#[test]
fn a_receipt_is_checked_by_itself_without_log_or_cache() {
    let (place, issued) = a_valid_one();
    let receipt = place.path("kept.receipt").to_str().unwrap().to_owned();
    place.check(&[&issued.qr_text(), "--receipt", &receipt]);
    fs::remove_dir_all(place.path("log")).unwrap();
    let alone = |now: UnixMillis, arguments: &[&str]| {
        let mut check = verifier(&["check", "--json", &receipt, "--now", &now.to_string()]);
        let trust = place.path("trust.toml");
        let output = check.args(arguments).arg("--trust").arg(trust).output().unwrap();
        let line = lines(&output).remove(0);
        (output.status.code(), line["verdict"].clone(), line["reason"].clone())
    };
    let now = place.bureau.now;
    assert_eq!(alone(now, &[]), (Some(0), "valid".into(), Value::Null));
    let years_later = now.saturating_add(5 * 365 * 86_400_000);
    assert_eq!(alone(years_later, &[]), (Some(2), "cannot_determine".into(), "stale".into()));
    let its_day = ["--as-of", "2026-03-20"];
    assert_eq!(alone(years_later, &its_day), (Some(0), "valid".into(), Value::Null));

    let text = issued.qr_text();
    let trust = place.path("trust.toml");
    let output =
        verifier(&["check", &receipt, &text, "--trust", trust.to_str().unwrap()]).output().unwrap();
    assert_eq!(output.status.code(), Some(64));
    let said = stderr(&output);
    assert!(said.contains("只有核验回执") && said.contains("Name the log with --log"), "{said}");
}

#[test]
fn what_goes_with_what_is_checked() {
    let (place, issued) = a_valid_one();
    let (text, proof) = (issued.qr_text(), place.proof(&issued));
    let trust = place.path("trust.toml");
    let trust = trust.to_str().unwrap();
    let neither = verifier(&["check", &text, "--trust", trust]).output().unwrap();
    assert_eq!(neither.status.code(), Some(64));
    let both = place.offline(&[&text, "--state", "seen"]);
    assert_eq!(both.status.code(), Some(64));
    let two = place.check(&[&text, &text, "--proof", &proof]);
    assert_eq!((two.status.code(), two.stdout.len()), (Some(64), 0));
    assert!(stderr(&two).contains("--proof"), "{}", stderr(&two));
    let receipt = place.path("receipt");
    place.check(&[&text, "--receipt", receipt.to_str().unwrap()]);
    let output = place.check(&[receipt.to_str().unwrap(), "--proof", &proof]);
    assert_eq!(lines(&output)[0]["error"], "proof_with_receipt");
}

#[test]
fn a_proof_of_another_certificate_exits_with_2_and_is_named() {
    let (mut place, issued) = a_valid_one();
    let other = place.bureau.issue(Bureau::claims(2));
    let proof = place.proof(&other);
    place.fill(&issued.qr_text());
    for output in [
        place.check(&[&issued.qr_text(), "--proof", &proof]),
        place.offline(&[&issued.qr_text(), "--proof", &proof]),
    ] {
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(lines(&output)[0]["reason"], "proof_other_entry");
    }
}
