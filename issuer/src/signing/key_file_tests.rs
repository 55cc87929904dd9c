#![expect(clippy::unwrap_used, reason = "tests may panic")]

use std::{fs, os::unix::fs::PermissionsExt as _};

use super::*;
use crate::{
    random::Predictable,
    signing::{ExampleKey, new_file::FileError},
};

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(Zeroizing::new(text.to_owned())).unwrap()
}

fn created(directory: &tempfile::TempDir) -> SigningKeyFile {
    let path = directory.path().join("a.key");
    SigningKeyFile::create(&path, &passphrase("right"), &mut Predictable::new("a key")).unwrap()
}

#[test]
fn a_key_is_read_back_from_its_file() {
    let directory = tempfile::tempdir().unwrap();
    let file = created(&directory);
    let read = SigningKeyFile::load(file.path(), &passphrase("right"), ExampleKeys::Refused);
    assert_eq!(read.unwrap().key(), file.key());
}

#[test]
fn a_key_file_belongs_to_its_owner_alone() {
    let directory = tempfile::tempdir().unwrap();
    let mode = fs::metadata(created(&directory).path()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn never_overwrites_a_file() {
    let directory = tempfile::tempdir().unwrap();
    let file = created(&directory);
    let before = fs::read(file.path()).unwrap();
    let again =
        SigningKeyFile::create(file.path(), &passphrase("right"), &mut Predictable::new("other"));
    assert!(matches!(
        again.unwrap_err(),
        KeyFileError::Pem(KeyPemError::File(FileError::Exists { .. }))
    ));
    assert_eq!(fs::read(file.path()).unwrap(), before);
}

#[test]
fn refuses_a_wrong_passphrase() {
    let directory = tempfile::tempdir().unwrap();
    let file = created(&directory);
    let refused = SigningKeyFile::load(file.path(), &passphrase("wrong"), ExampleKeys::Refused);
    assert!(matches!(refused.unwrap_err(), KeyFileError::Pem(KeyPemError::NotOpened { .. })));
}

#[test]
fn refuses_a_key_of_the_other_algorithm() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("p256.key");
    let file = DocumentKeyFile::create(&path, &passphrase("right"), &mut Predictable::new("p256"))
        .unwrap();
    let read = DocumentKeyFile::load(&path, &passphrase("right"), ExampleKeys::Refused).unwrap();
    assert_eq!(read.public_key(), file.public_key());
    let refused = SigningKeyFile::load(&path, &passphrase("right"), ExampleKeys::Refused);
    let expected = "Ed25519";
    assert!(matches!(
        refused.unwrap_err(),
        KeyFileError::Pem(KeyPemError::OtherAlgorithm { expected: found, .. }) if found == expected
    ));
}

#[test]
fn refuses_a_file_without_an_encrypted_key() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("not a key");
    for content in ["", "hello", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"] {
        fs::write(&path, content).unwrap();
        let refused = SigningKeyFile::load(&path, &passphrase("right"), ExampleKeys::Refused);
        assert!(
            matches!(refused.unwrap_err(), KeyFileError::Pem(KeyPemError::NotEncryptedPem { .. })),
            "{content}"
        );
    }
}

#[test]
fn refuses_an_example_key_wherever_its_copy_lies() {
    let directory = tempfile::tempdir().unwrap();
    let copy = directory.path().join("my-own-key");
    let kept = concat!(env!("CARGO_MANIFEST_DIR"), "/../keys-example/");
    fs::copy(format!("{kept}root.key"), &copy).unwrap();
    let passphrase = Passphrase::from_file(Path::new(&format!("{kept}passphrase.txt"))).unwrap();
    let refused = SigningKeyFile::load(&copy, &passphrase, ExampleKeys::Refused).unwrap_err();
    assert!(matches!(refused, KeyFileError::Example(named) if named.key == ExampleKey::Root));
    SigningKeyFile::load(&copy, &passphrase, ExampleKeys::Allowed).unwrap();
    let document = Path::new(kept).join("document.key");
    let refused = DocumentKeyFile::load(&document, &passphrase, ExampleKeys::Refused).unwrap_err();
    assert!(matches!(refused, KeyFileError::Example(named) if named.key == ExampleKey::Document));
}

#[test]
fn every_truncation_of_a_key_file_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let whole = fs::read(created(&directory).path()).unwrap();
    let path = directory.path().join("cut.key");
    for end in (0..whole.len() - 1).step_by(7) {
        fs::write(&path, &whole[..end]).unwrap();
        let refused = SigningKeyFile::load(&path, &passphrase("right"), ExampleKeys::Refused);
        assert!(
            matches!(refused.unwrap_err(), KeyFileError::Pem(KeyPemError::NotEncryptedPem { .. })),
            "{end}"
        );
    }
}
