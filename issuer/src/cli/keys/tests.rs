#![expect(clippy::unwrap_used, reason = "tests may panic")]

use std::{fs, path::Path};

use clap::Parser;
use ledger::{
    authority::{AuthorityCertificate, Role, RootCertificate},
    checkpoint::{Checkpoint, CheckpointSigner as _, Origin},
    digest::RootHash,
    note::VerifierKey,
    position::TreeSize,
};

use super::*;
use crate::{
    cli::key_access::KeyAccess,
    random::Predictable,
    signing::{
        ExampleKeys, LogSigner, Passphrase, SigningKeyFile, load_records_key,
        x509::read_certificate,
    },
};

#[derive(Debug, Parser)]
struct Program {
    #[command(flatten)]
    keys: KeysArgs,
}

/// A directory with a passphrase file, in which commands run one after another.
struct Desk {
    directory: tempfile::TempDir,
    random: Predictable,
}

impl Desk {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("passphrase"), "open sesame\n").unwrap();
        Self { directory, random: Predictable::new("desk") }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Runs a command line in which `@x` stands for the file x of the directory.
    fn run(&mut self, line: &str) -> Result<String, KeysError> {
        let word = |word: &str| match word.strip_prefix('@') {
            Some(name) => self.path(name).to_str().unwrap().to_owned(),
            None => word.to_owned(),
        };
        let mut words: Vec<String> = vec!["issuer".to_owned()];
        words.extend(line.split(' ').map(word));
        let program = Program::try_parse_from(words).unwrap();
        let (mut out, mut talk) = (Vec::new(), Vec::new());
        let today = "2026-04-01".parse().unwrap();
        run(&program.keys, today, &mut self.random, &mut out, &mut talk)?;
        Ok(String::from_utf8(out).unwrap())
    }

    fn root(&mut self) {
        self.run(
            "new root @root.key --name 示例根 --until 2046-03-31 --passphrase-file @passphrase",
        )
        .unwrap();
    }

    fn key(&self, name: &str) -> SigningKeyFile {
        let passphrase = Passphrase::from_file(&self.path("passphrase")).unwrap();
        SigningKeyFile::load(&self.path(name), &passphrase, ExampleKeys::Refused).unwrap()
    }
}

#[test]
fn an_authority_is_made_under_a_root_and_holds() {
    let mut desk = Desk::new();
    desk.root();
    desk.run(
        "new authority @decide.key --role decide --name 职改办 --root-key @root.key \
         --from 2026-04-01 --until 2036-03-31 --passphrase-file @passphrase",
    )
    .unwrap();
    let root = RootCertificate::from_der(&read_certificate(&desk.path("root.pem")).unwrap());
    let der = read_certificate(&desk.path("decide.pem")).unwrap();
    let authority = AuthorityCertificate::from_der(&der).unwrap().verify(&[root.unwrap()]).unwrap();
    assert_eq!((authority.name(), authority.role()), ("职改办", Role::Decide));
    assert_eq!(authority.ed25519_key(), Some(&desk.key("decide.key").public_key()));
    let shown = desk.run("show @decide.pem @root.pem").unwrap();
    assert!(shown.contains("2026-04-01T00:00:00+08:00"), "{shown}");
    assert!(shown.contains("2036-03-31T23:59:59+08:00"), "{shown}");
}

#[test]
fn a_log_key_comes_with_its_vkey_and_its_mark() {
    let mut desk = Desk::new();
    let line = "new log @log.key --origin example.org/log --passphrase-file @passphrase";
    let vkey: VerifierKey = desk.run(line).unwrap().trim_end().parse().unwrap();
    assert_eq!(fs::read_to_string(desk.path("log.vkey")).unwrap(), format!("{vkey}\n"));
    let origin = Origin::new("example.org/log").unwrap();
    let signer = LogSigner::open(desk.key("log.key"), &origin, &desk.path("log.key.mark"));
    assert_eq!(signer.unwrap().key(), &vkey);
    let shown =
        desk.run("show @log.key --origin example.org/log --passphrase-file @passphrase").unwrap();
    assert!(shown.contains(&vkey.to_string()), "{shown}");
}

#[test]
fn a_lost_mark_is_made_again_from_the_newest_checkpoint() {
    let mut desk = Desk::new();
    let line = "new log @log.key --origin example.org/log --passphrase-file @passphrase";
    desk.run(line).unwrap();
    let origin = Origin::new("example.org/log").unwrap();
    let open = |desk: &Desk| {
        LogSigner::open(desk.key("log.key"), &origin, &desk.path("log.key.mark")).unwrap()
    };
    let size = TreeSize::new(9).unwrap();
    let root = RootHash::from_bytes([3; 32]);
    let tree = Checkpoint { origin: origin.clone(), size, root };
    let signed = tree.sign(&mut open(&desk)).unwrap();
    fs::write(desk.path("checkpoint"), signed.to_bytes()).unwrap();
    fs::remove_file(desk.path("log.key.mark")).unwrap();
    let line = "mark @log.key --origin example.org/log --checkpoint @checkpoint \
                --passphrase-file @passphrase";
    assert!(desk.run(line).unwrap().starts_with("9 "));
    assert_eq!(open(&desk).mark().unwrap().size, size);
    let shown = desk.run("show @log.key.mark").unwrap();
    assert!(shown.contains(": 9\n"), "{shown}");
    let again = desk.run(line).unwrap_err();
    assert_eq!(again.exit_code(), 1, "{again}");
}

#[test]
fn a_failed_command_leaves_no_file() {
    let mut desk = Desk::new();
    desk.root();
    let refused = desk
        .run(
            "new authority @copy.key --role copy --name 职改办 --root-key @root.key \
             --until 2046-04-01 --passphrase-file @passphrase",
        )
        .unwrap_err();
    assert_eq!(refused.exit_code(), 1, "{refused}");
    assert!(!desk.path("copy.key").exists());
}

#[test]
fn nothing_is_overwritten() {
    let mut desk = Desk::new();
    desk.root();
    let before = fs::read(desk.path("root.key")).unwrap();
    let refused = desk.run("new staff @root.key --passphrase-file @passphrase").unwrap_err();
    let text = refused.to_string();
    assert!(text.starts_with("[file_failed] ") && text.contains("[file_exists]"), "{text}");
    assert!(text.contains("已存在") && text.contains("exists already"), "{text}");
    assert_eq!(fs::read(desk.path("root.key")).unwrap(), before);
}

#[test]
fn a_chain_for_documents_signs() {
    let mut desk = Desk::new();
    desk.root();
    desk.run(
        "new document @. --name 职改办(文档) --root-key @root.key --until 2036-03-31 \
         --passphrase-file @passphrase",
    )
    .unwrap();
    let passphrase = Passphrase::from_file(&desk.path("passphrase")).unwrap();
    let key = crate::signing::DocumentKeyFile::load(
        &desk.path("document.key"),
        &passphrase,
        ExampleKeys::Refused,
    );
    let chain = [read_certificate(&desk.path("document-root.pem")).unwrap()];
    let certificate = read_certificate(&desk.path("document.pem")).unwrap();
    let signer = crate::document::sign::DocumentSigner::new(
        key.unwrap().signing_key(),
        &certificate,
        &chain,
    );
    signer.unwrap();
    let authority = read_certificate(&desk.path("document-authority.pem")).unwrap();
    let root = RootCertificate::from_der(&read_certificate(&desk.path("root.pem")).unwrap());
    let authority = AuthorityCertificate::from_der(&authority).unwrap();
    assert_eq!(authority.verify(&[root.unwrap()]).unwrap().role(), Role::DocumentSigning);
}

#[test]
fn the_key_of_private_records_is_readable_and_shows_nothing() {
    let mut desk = Desk::new();
    desk.run("new records @records.kek").unwrap();
    load_records_key(&desk.path("records.kek"), ExampleKeys::Refused).unwrap();
    let refused = desk.run("show @records.kek").unwrap_err();
    assert!(matches!(refused, KeysError::NothingToShow { .. }));
}

#[test]
fn an_example_root_names_nobody_unless_it_is_allowed() {
    let mut desk = Desk::new();
    let kept = concat!(env!("CARGO_MANIFEST_DIR"), "/../keys-example");
    let line = format!(
        "new authority @a.key --role copy --name 职改办 --root-key {kept}/root.key \
         --until 2036-03-31 --passphrase-file {kept}/passphrase.txt"
    );
    let refused = desk.run(&line).unwrap_err().to_string();
    assert!(refused.contains("--allow-example-keys"), "{refused}");
    assert!(
        refused.starts_with("[key_file_failed] ") && refused.contains("[example_key]"),
        "{refused}"
    );
    assert!(!desk.path("a.key").exists());
    desk.run(&format!("{line} --allow-example-keys")).unwrap();
    assert!(desk.path("a.pem").exists());
}

#[test]
fn without_terminal_file_or_variable_the_error_says_what_to_give() {
    let access = KeyAccess {
        passphrase_file: Some(Path::new("/nonexistent").to_owned()),
        allow_example_keys: false,
    };
    let error = KeysError::from(access.passphrase(Path::new("a.key")).unwrap_err());
    assert_eq!(error.exit_code(), 64);
    let said = error.to_string();
    assert!(said.starts_with("[passphrase_file_unusable] 口令文件 /nonexistent 不可用"), "{said}");
    assert!(said.contains("[file_not_found]"), "{said}");
}
