//! What a person hands in, whole and damaged.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]

use std::io::{Cursor, Write};

use flate2::{Compression, write::ZlibEncoder};
use image::{DynamicImage, GrayImage, ImageFormat, Luma, LumaA, RgbImage};
use ledger::{
    position::LeafIndex,
    qr::{QrPayload, VerificationHost},
};
use proptest::prelude::*;
use qrcode::{EcLevel, QrCode, types::Color};

use super::{MAX_FILE_LEN, ScanError, TooLarge, read_file, read_text};
use crate::check::{Input, LogProof, ProofCame};

fn link(seed: u32) -> String {
    let digits = (0..729u32).filter_map(|n| char::from_digit((n * 7 + n / 3 + seed) % 10, 10));
    format!("https://zs.cq.gov.cn/v#{}", digits.collect::<String>())
}

/// A code with its quiet zone, `scale` pixels a module.
fn picture_of(text: &str, scale: usize) -> GrayImage {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).unwrap();
    let colors = code.to_colors();
    let side = u32::try_from((code.width() + 8) * scale).unwrap();
    GrayImage::from_fn(side, side, |x, y| {
        let module = |at: u32| (at as usize / scale).checked_sub(4).filter(|at| *at < code.width());
        let dark = module(y).zip(module(x)).map(|(row, column)| row * code.width() + column);
        let dark = dark.is_some_and(|at| colors[at] == Color::Dark);
        Luma([if dark { 0 } else { 255 }])
    })
}

fn beside(left: &GrayImage, right: &GrayImage) -> GrayImage {
    let height = left.height().max(right.height());
    let mut both = GrayImage::from_pixel(left.width() + right.width(), height, Luma([255]));
    image::imageops::overlay(&mut both, left, 0, 0);
    image::imageops::overlay(&mut both, right, i64::from(left.width()), 0);
    both
}

fn file(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn png(picture: impl Into<DynamicImage>) -> Vec<u8> {
    file(picture, ImageFormat::Png)
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A PDF of nothing but streams, which is all that is looked at.
fn pdf(streams: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    for (number, (dictionary, data)) in streams.iter().enumerate() {
        let length = data.len();
        bytes.extend(
            format!("{number} 0 obj\n<</Length {length}{dictionary}>>\nstream\n").as_bytes(),
        );
        bytes.extend_from_slice(data);
        bytes.extend_from_slice(b"\nendstream\nendobj\n");
    }
    bytes.extend_from_slice(b"trailer\n<</Root 1 0 R>>\n%%EOF\n");
    bytes
}

const ATTACHMENT: &str = "/Type/EmbeddedFile/Filter/FlateDecode/Subtype/text#2Fplain";

fn code_of(bytes: &[u8]) -> &'static str {
    match read_file(bytes) {
        Ok(input) => panic!("read as {input:?}"),
        Err(error) => error.code(),
    }
}

#[test]
fn a_png_and_a_jpeg_of_the_code_give_its_text() {
    let picture = picture_of(&link(0), 4);
    for format in [ImageFormat::Png, ImageFormat::Jpeg] {
        let found = read_file(&file(picture.clone(), format)).unwrap();
        assert_eq!(found, Input::QrText(link(0)), "{format:?}");
    }
}

#[test]
fn a_code_on_a_transparent_ground_is_read() {
    let picture = picture_of(&link(0), 4);
    let clear = image::GrayAlphaImage::from_fn(picture.width(), picture.height(), |x, y| {
        LumaA([0, 255 - picture.get_pixel(x, y).0[0]])
    });
    assert_eq!(read_file(&png(clear)).unwrap(), Input::QrText(link(0)));
}

#[test]
fn a_grey_code_in_uneven_light_is_read() {
    let mut picture = picture_of(&link(0), 4);
    let width = picture.width();
    for (x, _, Luma([level])) in picture.enumerate_pixels_mut() {
        *level =
            u8::try_from((u32::from(*level) * 20 / 255 + 180) * (width - x / 2) / width).unwrap();
    }
    assert_eq!(read_file(&png(picture)).unwrap(), Input::QrText(link(0)));
}

#[test]
fn a_light_code_on_dark_is_read() {
    let mut picture = picture_of(&link(0), 4);
    image::imageops::invert(&mut picture);
    assert_eq!(read_file(&png(picture)).unwrap(), Input::QrText(link(0)));
}

#[test]
fn other_codes_beside_the_certificates_do_not_matter() {
    let both = beside(&picture_of("https://weixin.qq.com/r/abc", 4), &picture_of(&link(0), 4));
    assert_eq!(read_file(&png(both)).unwrap(), Input::QrText(link(0)));
}

#[test]
fn two_certificates_in_one_picture_are_refused() {
    let both = beside(&picture_of(&link(1), 4), &picture_of(&link(2), 4));
    assert_eq!(code_of(&png(both)), "several_certificates");
}

#[test]
fn the_same_code_twice_is_one_certificate() {
    let both = beside(&picture_of(&link(1), 4), &picture_of(&link(1), 5));
    assert_eq!(read_file(&png(both)).unwrap(), Input::QrText(link(1)));
}

#[test]
fn a_picture_without_a_code_says_so() {
    assert_eq!(code_of(&png(GrayImage::from_pixel(200, 100, Luma([255])))), "no_qr_code_found");
}

#[test]
fn a_picture_of_another_code_says_so() {
    assert_eq!(code_of(&png(picture_of("https://example.com/", 4))), "qr_not_ours");
}

#[test]
fn a_picture_made_to_keep_a_decoder_busy_is_given_up() {
    // Corners of QR codes as far as the eye reaches; without a limit this takes minutes.
    let dark = |at: u32| [0, 2, 3, 4, 6].contains(&(at / 2 % 8));
    let picture =
        GrayImage::from_fn(1000, 1000, |x, y| Luma([if dark(x) && dark(y) { 0 } else { 255 }]));
    assert_eq!(code_of(&png(picture)), "no_qr_code_found");
}

#[test]
fn a_page_with_many_codes_of_other_things_is_still_searched() {
    let other = picture_of("https://example.com/", 3);
    let row = (0..7).fold(other.clone(), |row, _| beside(&row, &other));
    assert_eq!(
        read_file(&png(beside(&row, &picture_of(&link(0), 3)))).unwrap(),
        Input::QrText(link(0))
    );
}

#[test]
fn a_picture_cut_off_in_the_middle_is_unreadable() {
    let bytes =
        png(RgbImage::from_fn(300, 300, |x, y| image::Rgb([x as u8, y as u8, (x * y) as u8])));
    assert_eq!(code_of(&bytes[..bytes.len() / 2]), "picture_unreadable");
}

#[test]
fn a_picture_that_claims_a_huge_size_is_refused_before_it_is_decoded() {
    let mut bytes = png(GrayImage::new(1, 1));
    // The header's width and height, and its checksum (PNG, 11.2.2).
    bytes[16..24].copy_from_slice(&[0, 0, 0x4e, 0x20, 0, 0, 0x4e, 0x20]);
    let checksum = crc32(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&checksum.to_be_bytes());
    let Err(ScanError::TooLarge(TooLarge { unit: "pixels", found, .. })) = read_file(&bytes) else {
        panic!("not refused");
    };
    assert_eq!(found, 400_000_000);
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg())
        })
    })
}

#[test]
fn pictures_that_are_not_decoded_are_named() {
    let heic = b"\0\0\0\x18ftypheic\0\0\0\0";
    let error = read_file(heic).unwrap_err();
    assert!(matches!(error, ScanError::PictureFormat { name: "HEIC" }), "{error:?}");
    assert_eq!(code_of(b"RIFF\0\0\0\0WEBPVP8 "), "picture_format");
}

#[test]
fn the_attachment_of_a_pdf_is_read_without_decoding_a_picture() {
    let file = pdf(&[(ATTACHMENT, deflated(link(3).as_bytes()))]);
    assert_eq!(read_file(&file).unwrap(), Input::QrText(link(3)));
}

#[test]
fn a_plain_attachment_is_read_by_its_length() {
    let file = pdf(&[("/Type/EmbeddedFile", link(3).into_bytes())]);
    assert_eq!(read_file(&file).unwrap(), Input::QrText(link(3)));
}

#[test]
fn a_pdf_with_two_qr_texts_is_refused() {
    let texts = [link(3), link(4)].map(|text| (ATTACHMENT, deflated(text.as_bytes())));
    assert_eq!(code_of(&pdf(&texts)), "several_certificates");
}

#[test]
fn an_attached_certificate_that_is_not_the_codes_is_refused() {
    // The shape of a COSE_Sign1 (RFC 9052, 4.2), which is all that the QR text's reader asks for.
    let certificate = |byte: u8| {
        [&[0xd2, 0x84, 0x43, 0xa1, 0x01, 0x26, 0xa0, 0x41, byte, 0x58, 0x40][..], &[byte; 64]]
            .concat()
    };
    let index = LeafIndex::new(9).unwrap();
    let payload = QrPayload { certificate: certificate(1), index, copy: None };
    let text = payload.to_text(&VerificationHost::new("https://zs.cq.gov.cn").unwrap());
    let with = |certificate: Vec<u8>| {
        let cose = "/Type/EmbeddedFile/Filter/FlateDecode/Subtype/application#2Fcose";
        pdf(&[(ATTACHMENT, deflated(text.as_bytes())), (cose, deflated(&certificate))])
    };
    assert_eq!(read_file(&with(certificate(1))).unwrap(), Input::QrText(text.clone()));
    assert_eq!(code_of(&with(certificate(2))), "pdf_parts_disagree");
}

#[test]
fn an_attached_log_proof_goes_with_the_qr_text_unread() {
    let proof = b"c2sp.org/tlog-proof@v1\nwhatever".to_vec();
    let files = [(ATTACHMENT, deflated(link(3).as_bytes())), (ATTACHMENT, deflated(&proof))];
    let proof = LogProof { bytes: proof, came: ProofCame::InsidePdf };
    assert_eq!(read_file(&pdf(&files)).unwrap(), Input::Proved { text: link(3), proof });
    // A proof of nothing is no certificate.
    assert_eq!(code_of(&pdf(&files[1..])), "not_our_pdf");
}

#[test]
fn an_attachment_that_unfolds_without_end_is_passed_over() {
    let bomb = deflated(&vec![b' '; 4 << 20]);
    assert_eq!(code_of(&pdf(&[(ATTACHMENT, bomb)])), "not_our_pdf");
}

#[test]
fn a_scan_inside_a_pdf_is_searched() {
    let picture = picture_of(&link(5), 4);
    let (width, height) = picture.dimensions();
    let samples = deflated(&picture);
    let plain = format!(
        "/Subtype/Image/Width {width}/Height {height}/BitsPerComponent 8/Filter/FlateDecode"
    );
    let scans = [
        (plain.as_str(), samples),
        ("/Subtype/Image/Filter/DCTDecode", file(picture, ImageFormat::Jpeg)),
    ];
    for scan in scans {
        assert_eq!(read_file(&pdf(&[scan])).unwrap(), Input::QrText(link(5)));
    }
}

#[test]
fn a_bilevel_scan_inside_a_pdf_is_searched() {
    let picture = picture_of(&link(5), 4);
    let bits: Vec<u8> = picture
        .rows()
        .flat_map(|row| {
            let row: Vec<u8> = row.map(|pixel| pixel.0[0] & 1).collect();
            row.chunks(8)
                .map(|bits| bits.iter().enumerate().map(|(n, bit)| bit << (7 - n)).sum::<u8>())
                .collect::<Vec<_>>()
        })
        .collect();
    let (width, height) = picture.dimensions();
    let dictionary = format!(
        "/Subtype/Image/Width {width}/Height {height}/BitsPerComponent 1/Filter/FlateDecode"
    );
    let file = pdf(&[(&dictionary, deflated(&bits))]);
    assert_eq!(read_file(&file).unwrap(), Input::QrText(link(5)));
}

#[test]
fn a_pdf_of_something_else_says_so() {
    assert_eq!(code_of(&pdf(&[("/Type/XObject", b"q Q".to_vec())])), "not_our_pdf");
}

#[test]
fn an_encrypted_pdf_says_so() {
    let mut file = pdf(&[(ATTACHMENT, vec![7; 100])]);
    file.extend_from_slice(b"trailer\n<</Encrypt 9 0 R>>\n");
    assert_eq!(code_of(&file), "pdf_encrypted");
}

#[test]
fn a_pdf_of_nothing_but_keywords_costs_no_more_than_its_length() {
    let mut file = b"%PDF-1.7\n".to_vec();
    file.extend(b">>stream ".repeat(60_000));
    assert_eq!(code_of(&file), "not_our_pdf");
}

#[test]
fn a_receipt_is_known_by_its_first_bytes() {
    let receipt = [0x87, 0x01, 0x40];
    assert_eq!(read_file(&receipt).unwrap(), Input::Receipt(receipt.to_vec()));
}

#[test]
fn a_text_file_with_a_mark_and_a_line_end_is_a_qr_text() {
    let file = format!("\u{feff}{}\r\n", link(6));
    assert_eq!(read_file(file.as_bytes()).unwrap(), Input::QrText(link(6)));
}

#[test]
fn a_link_within_a_forwarded_message_is_found() {
    let found = read_text(&format!("【职称证书】请核验：{}", link(6))).unwrap();
    assert_eq!(found, Input::QrText(link(6)));
}

#[test]
fn nothing_too_much_and_the_unknown_are_told_apart() {
    assert_eq!(code_of(b""), "input_empty");
    assert_eq!(code_of(b" \r\n"), "input_empty");
    assert_eq!(code_of(&[0xff, 0xfe, 0x00]), "file_kind_unknown");
    assert_eq!(code_of(&vec![b'1'; MAX_FILE_LEN + 1]), "input_too_large");
    assert_eq!(read_text(&"1".repeat(20_000)).unwrap_err().code(), "input_too_large");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_bytes_come_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let _ = read_file(&bytes);
    }

    #[test]
    fn a_damaged_png_is_read_or_refused(at in 8usize..2000, value: u8) {
        let mut bytes = png(picture_of("https://example.cn/v#12345", 2));
        if let Some(byte) = bytes.get_mut(at) { *byte = value; }
        let _ = read_file(&bytes);
    }

    #[test]
    fn a_damaged_pdf_is_read_or_refused(at in 0usize..900, value: u8) {
        let mut bytes = pdf(&[(ATTACHMENT, deflated(link(3).as_bytes()))]);
        if let Some(byte) = bytes.get_mut(at) { *byte = value; }
        let _ = read_file(&bytes);
    }
}
