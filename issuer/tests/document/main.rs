//! The printed certificate as others see it: readers of PDF, of QR codes, of attachments.
#![expect(clippy::unwrap_used, reason = "a test may stop at once")]
#![expect(clippy::disallowed_methods, reason = "CI=true makes a missing peer a failure")]

mod signature;

use std::{path::Path, process::Command};

use proptest::prelude::*;

use issuer::document::{
    Attachments, Bilingual, CERTIFICATE, CertificateView, DocumentError, Field, LOG_PROOF,
    MAX_ATTACHMENT_BYTES, MAX_FIELD_CHARS, Marking, PrintedDate, QR_TEXT, pdf,
};

const PROOF: &[u8] = b"c2sp.org/tlog-proof@v1\nindex 7\n";

fn qr_text() -> String {
    let digits = (0..729u32).filter_map(|n| char::from_digit((n * 7 + n / 3) % 10, 10));
    format!("https://zhengshu.example.gov.cn/v#{}", digits.collect::<String>())
}

fn view(qr_text: &str) -> CertificateView<'_> {
    CertificateView {
        number: "CQ-2026-05-0000123",
        holder_name: "买买提·吐尔逊",
        masked_id: "500***********1011",
        series_name: "工程技术人员",
        level: Bilingual { zh: "正高级", en: Some("Senior (full)") },
        title_name: "正高级工程师",
        specialty: "信息与通信工程",
        obtained_on: PrintedDate::parse("2026-02-12").unwrap(),
        issued_on: PrintedDate::parse("2026-03-13").unwrap(),
        obtain_method: Bilingual { zh: "评审", en: Some("By review") },
        approval_document: "渝职改办〔2026〕64号",
        committee_name: "重庆市工程技术职称评审委员会（第1）",
        issuer: Bilingual { zh: "重庆市职称改革办公室", en: None },
        qr_text,
        marking: Marking::Specimen,
        created: "2026-03-13T09:30:00+08:00".parse().unwrap(),
    }
}

fn files() -> Attachments<'static> {
    Attachments { certificate: &[0xD2, 0x84, 0x43], log_proof: Some(PROOF) }
}

/// Runs a program of the system; `None` when it is not installed. Where `CI` is `true`, that fails.
fn run(program: &str, arguments: &[&str]) -> Option<Vec<u8>> {
    match Command::new(program).args(arguments).output() {
        Ok(output) => {
            let talk = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success(), "{program} failed: {talk}");
            Some(output.stdout)
        }
        Err(error) => {
            assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "{program}: {error}");
            eprintln!("skipped: {program} cannot be run: {error}");
            None
        }
    }
}

fn written(directory: &Path, bytes: &[u8]) -> String {
    let path = directory.join("certificate.pdf");
    std::fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn equal_views_give_equal_bytes() {
    let text = qr_text();
    assert_eq!(pdf(&view(&text), &files()).unwrap(), pdf(&view(&text), &files()).unwrap());
}

#[test]
fn declares_pdf_a_3u() {
    let bytes = pdf(&view(&qr_text()), &files()).unwrap();
    let xmp = String::from_utf8_lossy(&bytes).into_owned();
    assert!(xmp.contains("<pdfaid:part>3</pdfaid:part>"), "no part");
    assert!(xmp.contains("<pdfaid:conformance>U</pdfaid:conformance>"), "no conformance");
}

#[test]
fn attachments_are_found_by_their_names() {
    let text = qr_text();
    let bytes = pdf(&view(&text), &files()).unwrap();
    let document = lopdf::Document::load_mem(&bytes).unwrap();
    let attached: std::collections::BTreeMap<_, _> = document
        .objects
        .values()
        .filter_map(|object| object.as_dict().ok())
        .filter(|spec| spec.has(b"EF"))
        .map(|spec| {
            let name = spec.get(b"UF").and_then(lopdf::decode_text_string).unwrap();
            let stream = spec.get(b"EF").unwrap().as_dict().unwrap().get(b"F").unwrap();
            let (_, stream) = document.dereference(stream).unwrap();
            (name, stream.as_stream().unwrap().get_plain_content().unwrap())
        })
        .collect();
    assert_eq!(attached.get(QR_TEXT).unwrap(), text.as_bytes());
    assert_eq!(attached.get(CERTIFICATE).unwrap(), files().certificate);
    assert_eq!(attached.get(LOG_PROOF).unwrap(), PROOF);
}

#[test]
fn the_printed_code_is_read_at_150_dpi() {
    let directory = tempfile::tempdir().unwrap();
    let text = qr_text();
    let path = written(directory.path(), &pdf(&view(&text), &files()).unwrap());
    let picture = directory.path().join("page");
    let picture = picture.to_str().unwrap();
    if run("pdftoppm", &["-r", "150", "-png", "-singlefile", &path, picture]).is_none() {
        return;
    }
    let options = ["-q", "--raw", "-Sdisable", "-Sqrcode.enable"];
    let picture = format!("{picture}.png");
    let Some(read) = run("zbarimg", &[&options[..], &[&picture]].concat()) else { return };
    assert_eq!(String::from_utf8(read).unwrap().trim(), text);
}

#[test]
fn the_text_can_be_searched_and_copied() {
    let directory = tempfile::tempdir().unwrap();
    let text = qr_text();
    let path = written(directory.path(), &pdf(&view(&text), &files()).unwrap());
    let Some(read) = run("pdftotext", &["-raw", &path, "-"]) else { return };
    let read = String::from_utf8(read).unwrap();
    for expected in
        ["买买提·吐尔逊", "500***********1011", "2026年3月13日", "13 March 2026", "样章"]
    {
        assert!(read.contains(expected), "{expected} is not in:\n{read}");
    }
}

#[test]
fn a_screen_reader_hears_the_fields_one_after_another() {
    let directory = tempfile::tempdir().unwrap();
    let text = qr_text();
    let path = written(directory.path(), &pdf(&view(&text), &files()).unwrap());
    let Some(read) = run("pdfinfo", &["-struct-text", &path]) else { return };
    let read = String::from_utf8(read).unwrap();
    let expected =
        ["H1", "\"职称电子证书", "\"姓名Name买买提·吐尔逊\"", "\"证件号码ID No.500", "Figure"];
    let places: Vec<_> = expected.iter().map(|text| read.find(text)).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?} in:\n{read}");
}

#[test]
fn an_official_certificate_has_neither_seal_nor_watermark() {
    let directory = tempfile::tempdir().unwrap();
    let text = qr_text();
    let official = CertificateView { marking: Marking::Official, ..view(&text) };
    let path = written(directory.path(), &pdf(&official, &files()).unwrap());
    let Some(read) = run("pdftotext", &["-raw", &path, "-"]) else { return };
    let read = String::from_utf8(read).unwrap();
    assert!(!read.contains("样章") && !read.contains("样例"), "{read}");
}

#[test]
fn refuses_a_name_that_the_font_cannot_print() {
    let text = qr_text();
    let rare = CertificateView { holder_name: "王\u{2A6A5}", ..view(&text) };
    let error = pdf(&rare, &files()).unwrap_err();
    assert!(
        matches!(
            error,
            DocumentError::MissingCharacter { field: Field::HolderName, character: '\u{2A6A5}' }
        ),
        "{error:?}"
    );
    assert!(error.to_string().contains("U+2A6A5") && !error.to_string().contains('王'), "{error}");
}

#[test]
fn refuses_an_empty_field_and_names_it() {
    let text = qr_text();
    let error = pdf(&CertificateView { specialty: " ", ..view(&text) }, &files()).unwrap_err();
    assert!(matches!(error, DocumentError::Empty { field: Field::Specialty }), "{error:?}");
}

#[test]
fn refuses_an_overlong_field_and_names_it() {
    let text = qr_text();
    let long = "评".repeat(MAX_FIELD_CHARS + 1);
    let error =
        pdf(&CertificateView { committee_name: &long, ..view(&text) }, &files()).unwrap_err();
    assert!(
        matches!(error, DocumentError::TooLong { field: Field::CommitteeName, .. }),
        "{error:?}"
    );
}

#[test]
fn every_field_of_sixty_characters_is_printed_whole_or_refused() {
    let text = qr_text();
    let long = "阿卜杜热合曼·".repeat(9);
    let wide = CertificateView {
        holder_name: &long,
        series_name: &long,
        title_name: &long,
        specialty: &long,
        approval_document: &long,
        committee_name: &long,
        ..view(&text)
    };
    let bytes = pdf(&wide, &files()).unwrap();
    assert!(bytes.len() < 200_000, "{} bytes", bytes.len());
}

#[test]
fn refuses_what_does_not_fit_instead_of_cutting_it() {
    let text = qr_text();
    let long = "9".repeat(MAX_FIELD_CHARS);
    let error = pdf(&CertificateView { number: &long, ..view(&text) }, &files()).unwrap_err();
    assert!(matches!(error, DocumentError::DoesNotFit { field: Field::Number }), "{error:?}");
}

#[test]
fn refuses_a_text_that_no_qr_code_holds() {
    let text = format!("https://example.org/v#{}", "9".repeat(7000));
    let error = pdf(&view(&text), &files()).unwrap_err();
    assert!(matches!(error, DocumentError::Qr(_)), "{error:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn any_text_in_any_field_is_printed_or_refused_without_a_panic(
        texts in proptest::array::uniform8("\\PC{1,40}|[一-龥·（）a-zA-Z0-9 ]{1,170}"),
        qr_text in "\\PC{0,300}|https://[a-z.]{1,60}/v#[0-9]{1,800}",
    ) {
        let [holder_name, number, title_name, specialty, committee_name, zh, en, masked_id] = &texts;
        let view = CertificateView {
            holder_name, number, title_name, specialty, committee_name, masked_id,
            level: Bilingual { zh, en: Some(en) },
            ..view(&qr_text)
        };
        if let Ok(bytes) = pdf(&view, &files()) {
            prop_assert!(bytes.starts_with(b"%PDF-1.7"));
        }
    }
}

#[test]
fn refuses_a_huge_attachment() {
    let text = qr_text();
    let huge = vec![0; MAX_ATTACHMENT_BYTES + 1];
    let error =
        pdf(&view(&text), &Attachments { certificate: &huge, log_proof: None }).unwrap_err();
    assert!(
        matches!(error, DocumentError::AttachmentTooLarge { name: CERTIFICATE, .. }),
        "{error:?}"
    );
}
