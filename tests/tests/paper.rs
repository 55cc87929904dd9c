//! From paper: the QR code on the printed page, rendered as a scanner of 150 dpi would see it, is read
//! by another program and holds the certificate.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{fs, path::PathBuf};

use ledger::position::LeafIndex;
use tests::{
    bureau::Bureau,
    clock::TestClock,
    lists,
    peers::peer,
    programs::{program, run},
    records::{Records, qr_text},
};
use verifier::clock::Clock as _;

/// Three printed certificates of the demo's list: the shortest, a middling and the longest.
struct Paper {
    bureau: Bureau,
    printed: Vec<(PathBuf, String)>,
}

impl Paper {
    fn print() -> Self {
        let mut bureau = Bureau::new();
        // The youngest approval of the list is of October.
        let minutes = TestClock::at("2026-11-02").now().get() - bureau.clock.now().get();
        bureau.clock.advance_minutes(minutes / 60_000);
        bureau.import(lists::DEMO_RESULTS);
        let issued = bureau.issue();
        let records = Records::of(&bureau.dir());
        let mut certificates: Vec<_> =
            issued.iter().map(|one| (records.certificate(one.index), one.index)).collect();
        certificates.sort_by_key(|(certificate, _)| certificate.as_bytes().len());
        let chosen = [0, certificates.len() / 2, certificates.len() - 1];

        let now = bureau.clock.now();
        let printer = bureau.office().printer().unwrap();
        let print = |at: usize| {
            let (certificate, index) = &certificates[at];
            let printed = printer.print(*index, now).unwrap();
            let path = bureau.beside(&format!("{at}.pdf"));
            fs::write(&path, printed.pdf).unwrap();
            fs::write(path.with_extension("svg"), printed.svg).unwrap();
            (path, qr_text(certificate.as_bytes(), *index))
        };
        let printed = chosen.into_iter().map(print).collect();
        Self { bureau, printed }
    }

    /// The pages as pictures of 150 dpi.
    fn rendered(&self) -> Option<Vec<PathBuf>> {
        peer("pdftoppm")?;
        let render = |(pdf, _): &(PathBuf, String)| {
            let mut pdftoppm = peer("pdftoppm").unwrap();
            pdftoppm
                .args(["-r", "150", "-png", "-singlefile"])
                .arg(pdf)
                .arg(pdf.with_extension(""));
            run(&mut pdftoppm).expect_code(0);
            pdf.with_extension("png")
        };
        Some(self.printed.iter().map(render).collect())
    }
}

#[test]
fn zbarimg_reads_the_code_of_a_page_at_150_dpi() {
    let paper = Paper::print();
    let (Some(pages), Some(_)) = (paper.rendered(), peer("zbarimg")) else { return };
    for (page, (_, text)) in pages.iter().zip(&paper.printed) {
        let mut zbarimg = peer("zbarimg").unwrap();
        zbarimg.args(["-q", "--raw", "-Sdisable", "-Sqrcode.enable"]).arg(page);
        assert_eq!(run(&mut zbarimg).expect_code(0).stdout.trim_end(), text);
    }
    paper.bureau.audit();
}

#[test]
fn a_picture_of_the_whole_page_is_checked_like_the_page_itself() {
    let paper = Paper::print();
    let Some(pages) = paper.rendered() else { return };
    let layout = paper.bureau.layout();
    let mut verifier = program("verifier");
    verifier.args(["check", "--now", &paper.bureau.clock.text(), "--log"]).arg(layout.log());
    verifier.arg("--json").arg("--trust").arg(layout.trust()).args(&pages);
    let checked = run(&mut verifier).expect_code(0);
    assert_eq!(checked.json_lines().len(), pages.len());
    paper.bureau.audit();
}

#[test]
fn an_ordinary_code_is_no_larger_than_version_13_and_the_longest_of_the_list_14() {
    const QUIET: usize = 2 * 4;
    let paper = Paper::print();
    for ((pdf, _), largest) in paper.printed.iter().zip([13, 13, 14]) {
        let svg = fs::read_to_string(pdf.with_extension("svg")).unwrap();
        let (_, size) = svg.split_once("viewBox=\"0 0 ").unwrap();
        let side: usize = size.split(' ').next().unwrap().parse().unwrap();
        // ISO/IEC 18004: a symbol of version v is 17 + 4v modules wide.
        assert!((side - QUIET - 17).is_multiple_of(4));
        let version = (side - QUIET - 17) / 4;
        assert!((10..=largest).contains(&version), "version {version}");
    }
    paper.bureau.audit();
}

#[test]
fn the_hint_in_the_code_is_where_the_certificate_stands() {
    let paper = Paper::print();
    let records = Records::of(&paper.bureau.dir());
    let issuances = records.issuances();
    for (_, text) in &paper.printed {
        let payload = ledger::qr::QrPayload::from_text(text).unwrap();
        let commitment = ledger::digest::Commitment::to(&payload.certificate);
        let index: LeafIndex = payload.index;
        assert_eq!(issuances[&index].commitment, commitment);
    }
    paper.bureau.audit();
}
