//! A checker that knows no log: what it answers is told by the first digit behind `#`.

use std::sync::LazyLock;

use ledger::{
    certificate::Claims,
    copy::CopyTerms,
    digest::Commitment,
    position::{LeafIndex, TreeSize},
    qr::QrError,
    test_kit::{Bureau, at, day, index},
};
use verifier::{
    check::{Checker, Input, InputError, Report},
    verdict::{AsOf, Fact, Outcome, Reason, Verdict},
};

/// The texts of the canned answers, the seven verdicts first, each in its plainest form.
pub const TEXTS: [(&str, Outcome); 10] = [
    ("https://verify.example.cn/v#1", Outcome::Valid),
    ("https://verify.example.cn/v#2", Outcome::Revoked),
    ("https://verify.example.cn/v#3", Outcome::NotRecognised),
    ("https://verify.example.cn/v#4", Outcome::CancelledError),
    ("https://verify.example.cn/v#5", Outcome::Superseded),
    ("https://verify.example.cn/v#6", Outcome::NotOnRecord),
    ("https://verify.example.cn/v#7", Outcome::CannotDetermine),
    ("https://verify.example.cn/v#8", Outcome::NotOnRecord),
    ("https://verify.example.cn/v#9", Outcome::Superseded),
    ("https://verify.example.cn/v#01", Outcome::Valid),
];

/// Answers as [`TEXTS`] says, with [`QrError`] to `#02`, and panics at `#03`. A receipt is answered
/// like `#1`.
pub struct Canned;

impl Checker for Canned {
    fn check(&self, input: &Input) -> Result<Report, InputError> {
        let Input::QrText(text) = input else { return Ok(answer("1")) };
        let digits = text.split('#').nth(1).unwrap_or_default();
        let digits: String = digits.chars().take_while(char::is_ascii_digit).collect();
        match digits.as_str() {
            "" => Err(InputError::Qr(QrError::NotOurLink)),
            "02" => Err(InputError::Qr(QrError::LeftOver { count: 4 })),
            "03" => bug(),
            digits => Ok(answer(digits)),
        }
    }
}

#[expect(clippy::panic, reason = "to see what the server makes of it")]
fn bug() -> ! {
    panic!("a bug in the checker")
}

/// A whole receipt, so that it can be handed in again.
static RECEIPT: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let issued = Bureau::new().issue(Bureau::claims(1));
    Input::QrText(issued.qr_text()).evidence().map(|evidence| evidence.encode()).unwrap_or_default()
});

fn answer(digits: &str) -> Report {
    let mut report = Report { verdict: valid(), receipt: RECEIPT.clone(), later: None };
    let verdict = &mut report.verdict;
    match digits {
        "2" => decided(verdict, Outcome::Revoked),
        "3" => decided(verdict, Outcome::NotRecognised),
        "4" => decided(verdict, Outcome::CancelledError),
        "5" => {
            verdict.outcome = Outcome::Superseded;
            verdict.reason = Some(Reason::Reissued);
            verdict.superseded_by = Some(index(40_123));
            verdict.event = Some(index(40_123));
            give_up(verdict, &[Fact::CurrentDocument]);
        }
        "6" => {
            verdict.outcome = Outcome::NotOnRecord;
            verdict.reason = Some(Reason::NotRecorded);
            (verdict.index, verdict.on_record_since) = (None, None);
            let facts =
                [Fact::OnRecord, Fact::WithinFiling, Fact::TitleStatus, Fact::CurrentDocument];
            give_up(verdict, &facts);
        }
        "7" => stale(verdict),
        "8" => forged(verdict),
        "9" => copy_expired(verdict),
        "01" => {
            decided(verdict, Outcome::Valid);
            report.later = Some(Outcome::Revoked);
        }
        _ => {}
    }
    report
}

fn claims() -> Claims {
    Bureau::claims(12_345)
}

fn valid() -> Verdict {
    let as_of = AsOf {
        time: at("2026-11-24", 615),
        checkpoint_size: TreeSize::new(123_456).unwrap_or(TreeSize::EMPTY),
        cosignatures: 2,
        cosigned_at: Some(at("2026-11-24", 615)),
        asked: at("2026-11-24", 620),
    };
    Verdict {
        outcome: Outcome::Valid,
        reason: None,
        claims: Some(std::sync::Arc::new(claims())),
        index: Some(index(31_415)),
        as_of: Some(as_of),
        on_record_since: Some(at("2026-03-13", 570)),
        superseded_by: None,
        event: None,
        copy: None,
        last_known: None,
        established: vec![
            Fact::Signature,
            Fact::Authority,
            Fact::Checkpoint,
            Fact::Witnesses,
            Fact::Fresh,
            Fact::OnRecord,
            Fact::WithinFiling,
            Fact::TitleStatus,
            Fact::CurrentDocument,
        ],
        not_established: vec![Fact::Presenter],
    }
}

fn decided(verdict: &mut Verdict, outcome: Outcome) {
    verdict.outcome = outcome;
    if outcome != Outcome::Valid {
        verdict.reason = Some(Reason::Decision);
        verdict.event = Some(index(88_001));
        give_up(verdict, &[Fact::CurrentDocument]);
    }
}

fn stale(verdict: &mut Verdict) {
    let (time, asked) = (at("2026-11-20", 615), at("2026-11-24", 620));
    verdict.outcome = Outcome::CannotDetermine;
    verdict.reason = Some(Reason::Stale { time, asked, limit_ms: 24 * 3_600_000 });
    verdict.last_known = Some(Outcome::Valid);
    if let Some(as_of) = &mut verdict.as_of {
        as_of.time = time;
    }
    give_up(verdict, &[Fact::Fresh]);
}

fn forged(verdict: &mut Verdict) {
    verdict.outcome = Outcome::NotOnRecord;
    verdict.reason = Some(Reason::SignatureWrong);
    verdict.claims = None;
    (verdict.index, verdict.on_record_since) = (None, None);
    verdict.established = vec![Fact::Checkpoint, Fact::Witnesses, Fact::Fresh];
    verdict.not_established = vec![Fact::Signature, Fact::OnRecord, Fact::TitleStatus];
}

fn copy_expired(verdict: &mut Verdict) {
    let expires_on = day("2026-10-31");
    let text = |text: &str| ledger::certificate::Text::new(text);
    verdict.outcome = Outcome::Superseded;
    verdict.reason = Some(Reason::CopyExpired { expired_on: expires_on });
    if let (Ok(purpose), Ok(recipient)) = (text("投标资格审查"), text("重庆某某建设集团有限公司"))
    {
        verdict.copy = Some(CopyTerms {
            log: claims().log,
            authority: LeafIndex::new(3).unwrap_or(index(3)),
            certificate: Commitment::from_bytes([7; 32]),
            purpose,
            recipient,
            expires_on,
        });
    }
    give_up(verdict, &[Fact::Copy]);
}

fn give_up(verdict: &mut Verdict, facts: &[Fact]) {
    verdict.established.retain(|fact| !facts.contains(fact));
    verdict.not_established.splice(0..0, facts.iter().copied());
}
