//! Makes `keys-example/` again, byte for byte: `issuer keys example DIR`.

use std::{
    io,
    path::{Path, PathBuf},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::VerifyingKey;
use ledger::{
    authority::{AuthorityExtension, AuthorityKey, Role},
    certificate::{Text, TextError},
    note::{InvalidKeyName, KeyName, SignatureKind, VerifierKey, VerifierKeyError},
    seal::KeyEncryptionKey,
    time::NotADate,
};
use zeroize::Zeroizing;

use super::{
    DocumentKeyFile, ExampleKey, KeyFileError, Passphrase, PassphraseError, SigningKeyFile,
    new_file::{self, Access, FileError},
    records::{RecordsKeyError, create_records_key, new_records_key},
    x509::{
        self, AuthorityRequest, CertificateFileError, Days, Root, Serial, X509Error,
        write_certificate,
    },
};
use crate::{
    document::sign::{
        DocumentCertificateRequest, DocumentCertificates, SignError, ValidFromTo,
        make_document_certificates,
    },
    random::{self, RandomError},
};

/// The passphrase of every example key, which protects nothing.
const PASSPHRASE: &str = "example keys protect nothing";
/// Origin of the example log.
const ORIGIN: &str = "example.org/title-ledger";
/// First and last day of every example certificate.
const DAYS: (&str, &str) = ("2020-01-01", "2099-12-31");

/// Why the example files were not made.
#[derive(Debug, thiserror::Error)]
pub enum ExampleFilesError {
    /// The directory could not be made.
    #[error("{} could not be made: {source}", path.display())]
    Directory {
        /// The directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file was not made.
    #[error(transparent)]
    File(#[from] FileError),
    /// A key was not made.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// The key of private records was not made.
    #[error(transparent)]
    Records(#[from] RecordsKeyError),
    /// A certificate was not made.
    #[error(transparent)]
    Certificate(#[from] X509Error),
    /// A certificate's file was not made.
    #[error(transparent)]
    CertificateFile(#[from] CertificateFileError),
    /// A certificate for PDFs was not made.
    #[error(transparent)]
    Document(#[from] SignError),
    /// One of the constants of this module is wrong.
    #[error(transparent)]
    Constant(#[from] ConstantError),
    /// No random bytes.
    #[error(transparent)]
    Random(#[from] RandomError),
}

/// One of the constants of this module is wrong: a defect.
#[derive(Debug, thiserror::Error)]
pub enum ConstantError {
    /// The passphrase.
    #[error(transparent)]
    Passphrase(#[from] PassphraseError),
    /// A name.
    #[error(transparent)]
    Text(#[from] TextError),
    /// A date.
    #[error(transparent)]
    Date(#[from] NotADate),
    /// The log's origin.
    #[error(transparent)]
    Origin(#[from] InvalidKeyName),
    /// The log's key.
    #[error(transparent)]
    LogKey(#[from] VerifierKeyError),
}

/// Writes every example file but the README into `directory`, which is made when absent. Equal
/// programs write equal bytes.
///
/// # Errors
/// [`ExampleFilesError`]; no file is ever overwritten.
pub fn write_example_files(directory: &Path) -> Result<(), ExampleFilesError> {
    std::fs::create_dir_all(directory)
        .map_err(|source| ExampleFilesError::Directory { path: directory.to_owned(), source })?;
    let passphrase = Passphrase::new(Zeroizing::new(PASSPHRASE.to_owned()));
    let maker = Maker { directory, passphrase: passphrase.map_err(ConstantError::from)? };
    maker.public_file("passphrase.txt", &format!("{PASSPHRASE}\n"))?;
    let root = maker.root()?;
    maker.log(root.certificate().der())?;
    maker.authority(&root, ExampleKey::Decide, "重庆市职称改革办公室（示例）", Role::Decide)?;
    maker.authority(&root, ExampleKey::Issue, "重庆市职称改革办公室（示例）", Role::Issue)?;
    maker.authority(&root, ExampleKey::Copy, "重庆市职称改革办公室（示例）", Role::CopyOnly)?;
    maker.document_signing(&root)?;
    maker.staff()?;
    maker.records()
}

struct Maker<'a> {
    directory: &'a Path,
    passphrase: Passphrase,
}

impl Maker<'_> {
    fn path(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    fn public_file(&self, name: &str, content: &str) -> Result<(), ExampleFilesError> {
        Ok(new_file::create(&self.path(name), content.as_bytes(), Access::Everybody)?)
    }

    fn key(&self, key: ExampleKey) -> Result<SigningKeyFile, ExampleFilesError> {
        let path = self.path(&format!("{}.key", key.stem()));
        Ok(SigningKeyFile::create(&path, &self.passphrase, &mut key.source())?)
    }

    fn document_key(&self, key: ExampleKey) -> Result<DocumentKeyFile, ExampleFilesError> {
        let path = self.path(&format!("{}.key", key.stem()));
        Ok(DocumentKeyFile::create(&path, &self.passphrase, &mut key.source())?)
    }

    fn certificate(&self, stem: &str, der: &[u8]) -> Result<(), ExampleFilesError> {
        Ok(write_certificate(&self.path(&format!("{stem}.pem")), der)?)
    }

    fn root(&self) -> Result<Root, ExampleFilesError> {
        let key = self.key(ExampleKey::Root)?;
        let name = text("职称证书示例根（无效）")?;
        let certificate = x509::make_root(&key, &name, days()?, serial("root")?)?;
        self.certificate("root", certificate.der())?;
        Ok(Root::new(key, certificate)?)
    }

    /// The log's key, its public half as text, and the trust file that names both roots of trust.
    fn log(&self, root: &[u8]) -> Result<(), ExampleFilesError> {
        let key = self.key(ExampleKey::Log)?;
        let vkey = log_key(&key.public_key())?;
        self.public_file("log.vkey", &format!("{vkey}\n"))?;
        let root = der::pem::encode_string("CERTIFICATE", der::pem::LineEnding::LF, root).map_err(
            |source| CertificateFileError::Pem { path: self.path("trust.toml"), source },
        )?;
        self.public_file("trust.toml", &trust_file(&vkey, &root))
    }

    fn authority(
        &self,
        root: &Root,
        key: ExampleKey,
        name: &str,
        role: Role,
    ) -> Result<(), ExampleFilesError> {
        let public_key = AuthorityKey::Ed25519(self.key(key)?.public_key());
        self.name_authority(root, key.stem(), name, public_key, role)
    }

    fn name_authority(
        &self,
        root: &Root,
        stem: &str,
        name: &str,
        key: AuthorityKey,
        role: Role,
    ) -> Result<(), ExampleFilesError> {
        let extension = AuthorityExtension { role, committee: None };
        let (name, days, serial) = (text(name)?, days()?, serial(stem)?);
        let authority =
            root.name_authority(AuthorityRequest { name, key, extension, days, serial })?;
        self.certificate(stem, authority.der())
    }

    /// The chain of its own that signs PDFs, and its root's key as an authority under the root.
    fn document_signing(&self, root: &Root) -> Result<(), ExampleFilesError> {
        let document_root = self.document_key(ExampleKey::DocumentRoot)?;
        let signer = self.document_key(ExampleKey::Document)?;
        let days = days()?;
        let validity = ValidFromTo {
            from: x509::timestamp(days.from().beijing_start()),
            to: x509::timestamp(days.until().beijing_end()),
        };
        let certificates = make_document_certificates(&DocumentCertificateRequest {
            root_key: &document_root.signing_key(),
            signing_key: &signer.signing_key(),
            root_name: "CN=职称证书文档签名示例根（无效）",
            signer_name: "CN=职称证书文档签名示例（无效）",
            root_validity: validity,
            signer_validity: validity,
            root_serial: serial("document-root")?.0,
            signer_serial: serial("document")?.0,
        })?;
        let DocumentCertificates { root: root_der, signer: signer_der } = certificates;
        self.certificate(ExampleKey::DocumentRoot.stem(), &root_der)?;
        self.certificate(ExampleKey::Document.stem(), &signer_der)?;
        let key = x509::document_authority_key(&document_root.public_key())?;
        self.name_authority(
            root,
            "document-authority",
            "职称证书文档签名示例（无效）",
            key,
            Role::DocumentSigning,
        )
    }

    fn staff(&self) -> Result<(), ExampleFilesError> {
        let one = self.key(ExampleKey::StaffOne)?.public_key();
        let two = self.key(ExampleKey::StaffTwo)?.public_key();
        let person = |id: &str, name: &str, key: &VerifyingKey| {
            let key = STANDARD.encode(key.as_bytes());
            format!("\n[[person]]\nid = \"{id}\"\nname = \"{name}\"\nkeys = [\"{key}\"]\n")
        };
        let one = person("staff-1", "经办人（示例）", &one);
        let two = person("staff-2", "审核人（示例）", &two);
        self.public_file("staff.toml", &format!("# 示例人员，密钥人人皆知。Worthless.\n{one}{two}"))
    }

    fn records(&self) -> Result<(), ExampleFilesError> {
        let path = self.path("records.kek");
        create_records_key(&path, &mut ExampleKey::Records.source())?;
        Ok(())
    }
}

/// The example key-encryption key.
pub(super) fn records_key() -> Result<KeyEncryptionKey, RandomError> {
    new_records_key(&mut ExampleKey::Records.source())
}

fn log_key(key: &VerifyingKey) -> Result<VerifierKey, ConstantError> {
    let name = KeyName::new(ORIGIN)?;
    Ok(VerifierKey::new(name, SignatureKind::Ed25519, key.as_bytes())?)
}

fn trust_file(vkey: &VerifierKey, root: &str) -> String {
    format!(
        "# 示例信任文件：其中密钥人人皆知，不得用于真实核验。\n\
         # Worthless: everybody has the private halves of these keys.\n\
         max_age_minutes = 1440\n\n\
         [[log]]\ngeneration = 1\nvkey = \"{vkey}\"\nwitnesses = []\nquorum = 0\n\n\
         [[root]]\ncertificate = \"\"\"\n{root}\"\"\"\n"
    )
}

fn days() -> Result<Days, ExampleFilesError> {
    let (from, until) = DAYS;
    let from = from.parse().map_err(ConstantError::from)?;
    Ok(Days::new(from, until.parse().map_err(ConstantError::from)?)?)
}

fn serial(label: &str) -> Result<Serial, RandomError> {
    let label = format!("title-ledger example serial number: {label}");
    Ok(Serial(random::bytes(&mut random::Predictable::new(&label))?))
}

fn text(text: &str) -> Result<Text, ConstantError> {
    Ok(Text::new(text)?)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use super::*;

    #[test]
    fn the_example_files_are_made_again_byte_for_byte() {
        let kept = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../keys-example"));
        let fresh = tempfile::tempdir().unwrap();
        write_example_files(fresh.path()).unwrap();
        let mut made = 0;
        for file in std::fs::read_dir(fresh.path()).unwrap() {
            let name = file.unwrap().file_name();
            let content = std::fs::read(fresh.path().join(&name)).unwrap();
            assert_eq!(content, std::fs::read(kept.join(&name)).unwrap(), "{name:?}");
            made += 1;
        }
        let readme = 1;
        assert_eq!(std::fs::read_dir(kept).unwrap().count(), made + readme);
    }
}
