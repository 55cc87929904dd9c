#![expect(clippy::unwrap_used, reason = "tests may panic")]

use proptest::prelude::*;

use super::*;

const VKEY: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
const NOTE: &str = "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

fn key() -> VerifierKey {
    VKEY.parse().unwrap()
}

fn parse(note: &str) -> Result<SignedNote, NoteError> {
    SignedNote::parse(note.as_bytes())
}

fn line() -> &'static str {
    NOTE.split_once("\n\n").unwrap().1.trim_end()
}

#[test]
fn the_specifications_note_verifies() {
    let note = parse(NOTE).unwrap();
    assert_eq!(note.unverified_text().as_str(), "This is an example message.\n");
    assert_eq!(note.verify(&[&key()]), Ok(vec![VerifiedSignature::Plain { key: &key() }]));
    assert_eq!(note.to_bytes(), NOTE.as_bytes());
}

#[test]
fn the_last_blank_line_separates() {
    let note = parse(&format!("a\n\nb\n\n{}\n", line())).unwrap();
    assert_eq!(note.unverified_text().as_str(), "a\n\nb\n");
    let note = parse(&format!("a\n\n\n{}\n", line())).unwrap();
    assert_eq!(note.unverified_text().as_str(), "a\n\n");
}

#[test]
fn refuses_a_changed_text() {
    let note = parse(&NOTE.replace("example message", "exemple message")).unwrap();
    let (name, id) = (key().name().clone(), key().id());
    let source = SignatureError::Mismatch;
    assert_eq!(note.verify(&[&key()]), Err(NoteVerifyError::Signature { name, id, source }));
}

#[test]
fn a_note_without_a_known_signature_is_not_believed() {
    let other: VerifierKey =
        "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
            .parse()
            .unwrap();
    let note = parse(NOTE).unwrap();
    let expected = NoteVerifyError::NoKnownSignature { signatures: 1 };
    assert_eq!(note.verify(&[&other]), Err(expected.clone()));
    assert_eq!(note.verify(&[]), Err(expected));
    assert_eq!(note.unknown_signatures(&[&other]), [&note.signatures()[0]]);
}

#[test]
fn ignores_unknown_signatures_that_share_only_name_or_only_id() {
    let same_name = format!("— example.com/foo {}\n", STANDARD.encode([9; 68]));
    let same_id = format!("— other {}\n", line().rsplit_once(' ').unwrap().1);
    let note = parse(&format!("{NOTE}{same_name}{same_id}")).unwrap();
    assert_eq!(note.verify(&[&key()]), Ok(vec![VerifiedSignature::Plain { key: &key() }]));
    assert_eq!(note.unknown_signatures(&[&key()]).len(), 2);
}

#[test]
fn refuses_two_signatures_by_one_known_key() {
    let note = parse(&format!("{NOTE}{}\n", line())).unwrap();
    let expected = NoteVerifyError::Repeated { name: key().name().clone(), id: key().id() };
    assert_eq!(note.verify(&[&key()]), Err(expected));
}

#[test]
fn refuses_a_note_without_a_blank_line() {
    assert_eq!(parse("text\n— a AAAAAAA=\n"), Err(NoteError::NoBlankLine));
}

#[test]
fn refuses_a_note_without_signatures_or_final_newline() {
    assert_eq!(parse("text\n\n"), Err(NoteError::NoSignatureLine));
    assert_eq!(parse(NOTE.trim_end()), Err(NoteError::NoSignatureLine));
}

#[test]
fn refuses_control_characters() {
    let text = |c| NOTE.replace("example message", c);
    for (code, character) in [(13, "\r"), (9, "\t"), (0, "\0"), (31, "\u{1f}")] {
        let expected = NoteError::Text(InvalidNoteText::ControlCharacter { code });
        assert_eq!(parse(&text(character)), Err(expected));
    }
}

#[test]
fn refuses_bytes_that_are_not_utf8() {
    let bytes = [&[0xff], NOTE.as_bytes()].concat();
    let error = std::str::from_utf8(&bytes).unwrap_err();
    let verdict = SignedNote::parse(&bytes);
    assert_eq!(verdict, Err(NoteError::NotUtf8(error)));
}

#[test]
fn refuses_signature_lines_of_another_form() {
    let encoded = line().rsplit_once(' ').unwrap().1;
    let form = SignatureLineError::Form;
    for (wrong, expected) in [
        (format!("- example.com/foo {encoded}"), form.clone()),
        (format!("—  example.com/foo {encoded}"), InvalidKeyName.into()),
        ("— example.com/foo".to_owned(), form.clone()),
        (String::new(), form),
    ] {
        assert_eq!(wrong.parse::<SignatureLine>(), Err(expected), "{wrong:?}");
    }
    let short = format!("— a {}", STANDARD.encode([0; 4]));
    assert_eq!(short.parse::<SignatureLine>(), Err(SignatureLineError::TooShort { len: 4 }));
}

#[test]
fn refuses_base64_that_is_not_canonical() {
    // `Iney…aQM=` and `…aQN=` decode to the same bytes where trailing bits are not looked at.
    for wrong in
        [line().replace("aQM=", "aQN="), line().replace("aQM=", "aQM"), format!("{} ", line())]
    {
        let verdict = wrong.parse::<SignatureLine>();
        assert!(matches!(verdict, Err(SignatureLineError::Base64(_))), "{wrong}");
    }
}

#[test]
fn names_the_signature_line_that_is_wrong() {
    let verdict = parse(&format!("{NOTE}nonsense\n"));
    assert_eq!(verdict, Err(NoteError::Line { line: 2, source: SignatureLineError::Form }));
}

#[test]
fn takes_as_many_signatures_as_the_limit_and_no_more() {
    let unknown: SignatureLine = "— w AAAAAAA=".parse().unwrap();
    let mut note = parse(NOTE).unwrap();
    for _ in 1..MAX_SIGNATURES {
        note = note.with_signature(unknown.clone()).unwrap();
    }
    assert_eq!(SignedNote::parse(&note.to_bytes()), Ok(note.clone()));
    let too_many = [note.to_bytes(), format!("{unknown}\n").into_bytes()].concat();
    assert_eq!(SignedNote::parse(&too_many), Err(NoteError::TooManySignatures));
    assert_eq!(note.with_signature(unknown), Err(NoteError::TooManySignatures));
}

#[test]
fn refuses_a_note_longer_than_the_limit() {
    let note = vec![b'a'; MAX_NOTE_LEN + 1];
    assert_eq!(SignedNote::parse(&note), Err(NoteError::TooLong { len: note.len() }));
}

proptest! {
    #[test]
    fn what_is_read_is_written_again(at in 0..NOTE.len(), byte in any::<u8>(), cut in 0..3usize) {
        let mut bytes = NOTE.as_bytes().to_vec();
        bytes[at] = byte;
        bytes.drain(at..(at + cut).min(NOTE.len()));
        if let Ok(note) = SignedNote::parse(&bytes) {
            prop_assert_eq!(note.to_bytes(), bytes);
        }
    }

    #[test]
    fn a_changed_byte_is_never_believed(at in 0..NOTE.len(), flip in 1..=255u8) {
        let mut bytes = NOTE.as_bytes().to_vec();
        bytes[at] ^= flip;
        let verified = SignedNote::parse(&bytes).is_ok_and(|note| note.verify(&[&key()]).is_ok());
        prop_assert!(!verified);
    }
}
