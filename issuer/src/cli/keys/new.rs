//! `issuer keys new …`

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ledger::{
    authority::{AuthorityExtension, AuthorityKey, Role, RootCertificate},
    certificate::Text,
    checkpoint::Origin,
    time::Date,
};

use super::{KeyAccess, KeysError};
use crate::{
    document::sign::{DocumentCertificateRequest, ValidFromTo, make_document_certificates},
    random::{self, Random},
    signing::{
        DocumentKeyFile, LogSigner, Mark, SigningKeyFile, create_records_key, log_key,
        new_file::{self, Access, FileError},
        x509::{
            self, AuthorityRequest, Days, Root, Serial, make_root, read_certificate,
            write_certificate,
        },
    },
};

/// What to make.
#[derive(Debug, Clone, clap::Subcommand)]
pub enum NewCommand {
    /// 根密钥与自签证书（离线保管） / The root's key and certificate; keep it offline
    Root(RootArgs),
    /// 主管部门自己的授权密钥与证书 / A key and certificate of the bureau's own authority
    Authority(AuthorityArgs),
    /// 账本密钥、水位与公钥（vkey） / The log's key, its mark, and its public key as a vkey
    Log(LogArgs),
    /// 工作人员的密钥 / A key of a member of staff
    Staff(StaffArgs),
    /// 私有记录的密钥加密密钥 / The key-encryption key of private records
    Records(RecordsArgs),
    /// PDF 签名的证书链（P-256） / The chain that signs PDFs (P-256)
    Document(DocumentArgs),
}

/// When a certificate holds.
#[derive(Debug, Clone, clap::Args)]
pub struct DaysArgs {
    /// 有效期首日，缺省为今天 / First day; today unless given
    #[arg(long, value_name = "YYYY-MM-DD")]
    from: Option<Date>,
    /// 有效期末日 / Last day
    #[arg(long, value_name = "YYYY-MM-DD")]
    until: Date,
}

/// Options of `new root`, and what every new key with a certificate needs.
#[derive(Debug, Clone, clap::Args)]
pub struct RootArgs {
    /// 新密钥文件；证书写在旁边（.pem） / The new key's file; the certificate lies beside it (.pem)
    key: PathBuf,
    /// 证书中的单位名称 / The unit's name in the certificate
    #[arg(long)]
    name: String,
    #[command(flatten)]
    days: DaysArgs,
    #[command(flatten)]
    access: KeyAccess,
}

/// The root that signs a certificate.
#[derive(Debug, Clone, clap::Args)]
pub struct SigningRootArgs {
    /// 根密钥 / The root's key
    #[arg(long, value_name = "FILE")]
    root_key: PathBuf,
    /// 根证书，缺省为根密钥旁的 .pem / The root's certificate; the .pem beside its key unless given
    #[arg(long, value_name = "FILE")]
    root_certificate: Option<PathBuf>,
}

/// Options of `new authority`.
#[derive(Debug, Clone, clap::Args)]
pub struct AuthorityArgs {
    #[command(flatten)]
    new: RootArgs,
    /// 用途；评委会用 `issuer authority` 登记 / What it signs; committees are registered by `issuer authority`
    #[arg(long)]
    role: BureauRole,
    #[command(flatten)]
    root: SigningRootArgs,
}

/// The roles of the bureau's own Ed25519 authorities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum BureauRole {
    /// 状态变更 / status changes
    Decide,
    /// 换发与历史证书 / reissues and legacy certificates
    Issue,
    /// 定向副本 / purpose-bound copies
    Copy,
}

/// Options of `new log`.
#[derive(Debug, Clone, clap::Args)]
pub struct LogArgs {
    /// 新密钥文件；旁边写 .vkey 与 .mark / The new key's file; .vkey and .mark lie beside it
    key: PathBuf,
    /// 账本标识，例如 log.example.cn/titles / The log's origin, as in log.example.cn/titles
    #[arg(long)]
    origin: String,
    #[command(flatten)]
    access: KeyAccess,
}

/// Options of `new staff`.
#[derive(Debug, Clone, clap::Args)]
pub struct StaffArgs {
    /// 新密钥文件 / The new key's file
    key: PathBuf,
    #[command(flatten)]
    access: KeyAccess,
}

/// Options of `new records`.
#[derive(Debug, Clone, clap::Args)]
pub struct RecordsArgs {
    /// 新文件，与数据目录分开保管 / The new file; keep it apart from the data directory
    file: PathBuf,
}

/// Options of `new document`.
#[derive(Debug, Clone, clap::Args)]
pub struct DocumentArgs {
    /// 写入的目录 / The directory to write into
    dir: PathBuf,
    /// 签名人名称 / The signer's name
    #[arg(long)]
    name: String,
    #[command(flatten)]
    root: SigningRootArgs,
    #[command(flatten)]
    days: DaysArgs,
    #[command(flatten)]
    access: KeyAccess,
}

pub(super) fn run(
    command: &NewCommand,
    today: Date,
    random: &mut dyn Random,
    out: &mut dyn Write,
    talk: &mut dyn Write,
) -> Result<(), KeysError> {
    let mut made = Made::default();
    match command {
        NewCommand::Root(args) => root(args, today, random, &mut made)?,
        NewCommand::Authority(args) => authority(args, today, random, &mut made)?,
        NewCommand::Log(args) => log(args, random, out, &mut made)?,
        NewCommand::Staff(args) => staff(args, random, out, &mut made)?,
        NewCommand::Records(args) => {
            create_records_key(&args.file, random)?;
            made.files.push(args.file.clone());
        }
        NewCommand::Document(args) => document(args, today, random, &mut made)?,
    }
    for file in made.keep() {
        writeln!(talk, "已生成 / made: {}", file.display())?;
    }
    Ok(())
}

/// The files that a command has made: a command that fails takes them away again.
#[derive(Default)]
struct Made {
    files: Vec<PathBuf>,
}

impl Made {
    fn keep(mut self) -> Vec<PathBuf> {
        std::mem::take(&mut self.files)
    }

    /// Refuses early what could not be written later, when a passphrase was typed already.
    fn check_absent(files: &[&Path]) -> Result<(), KeysError> {
        match files.iter().find(|file| file.exists()) {
            Some(file) => Err(FileError::Exists { path: (*file).to_owned() }.into()),
            None => Ok(()),
        }
    }

    fn key(
        &mut self,
        path: &Path,
        access: &KeyAccess,
        random: &mut dyn Random,
    ) -> Result<SigningKeyFile, KeysError> {
        let key = SigningKeyFile::create(path, &access.new_passphrase(path)?, random)?;
        self.files.push(path.to_owned());
        Ok(key)
    }

    fn certificate(&mut self, path: &Path, der: &[u8]) -> Result<(), KeysError> {
        write_certificate(path, der)?;
        self.files.push(path.to_owned());
        Ok(())
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        for file in &self.files {
            // Made by this process a moment ago; the error that brought us here is the one to show.
            let _ = std::fs::remove_file(file);
        }
    }
}

fn root(
    args: &RootArgs,
    today: Date,
    random: &mut dyn Random,
    made: &mut Made,
) -> Result<(), KeysError> {
    let (name, days, certificate_path) = args.check(today)?;
    let key = made.key(&args.key, &args.access, random)?;
    let certificate = make_root(&key, &name, days, Serial(random::bytes(random)?))?;
    made.certificate(&certificate_path, certificate.der())
}

fn authority(
    args: &AuthorityArgs,
    today: Date,
    random: &mut dyn Random,
    made: &mut Made,
) -> Result<(), KeysError> {
    let (name, days, certificate_path) = args.new.check(today)?;
    let root = args.root.open(&args.new.access)?;
    let key = made.key(&args.new.key, &args.new.access, random)?;
    let authority = root.name_authority(AuthorityRequest {
        name,
        key: AuthorityKey::Ed25519(key.public_key()),
        extension: AuthorityExtension { role: args.role.role(), committee: None },
        days,
        serial: Serial(random::bytes(random)?),
    })?;
    made.certificate(&certificate_path, authority.der())
}

fn log(
    args: &LogArgs,
    random: &mut dyn Random,
    out: &mut dyn Write,
    made: &mut Made,
) -> Result<(), KeysError> {
    let origin = Origin::new(&args.origin)?;
    let (vkey_path, mark) =
        (args.key.with_extension("vkey"), LogSigner::default_mark_path(&args.key));
    Made::check_absent(&[&args.key, &vkey_path, &mark])?;
    let key = made.key(&args.key, &args.access, random)?;
    let vkey = log_key(&key, &origin)?;
    Mark::nothing_signed().create(&mark, &vkey)?;
    made.files.push(mark);
    new_file::create(&vkey_path, format!("{vkey}\n").as_bytes(), Access::Everybody)?;
    made.files.push(vkey_path);
    Ok(writeln!(out, "{vkey}")?)
}

fn staff(
    args: &StaffArgs,
    random: &mut dyn Random,
    out: &mut dyn Write,
    made: &mut Made,
) -> Result<(), KeysError> {
    Made::check_absent(&[&args.key])?;
    let key = made.key(&args.key, &args.access, random)?;
    Ok(writeln!(out, "{}", STANDARD.encode(key.public_key().as_bytes()))?)
}

/// Two P-256 keys with their certificates, and the certificate under the Ed25519 root that names the
/// upper of them.
fn document(
    args: &DocumentArgs,
    today: Date,
    random: &mut dyn Random,
    made: &mut Made,
) -> Result<(), KeysError> {
    let (name, days) = (Text::new(&args.name)?, args.days.days(today)?);
    let path = |file: &str| args.dir.join(file);
    let [root_key, root_pem, key, pem, authority] = [
        "document-root.key",
        "document-root.pem",
        "document.key",
        "document.pem",
        "document-authority.pem",
    ]
    .map(path);
    Made::check_absent(&[&root_key, &root_pem, &key, &pem, &authority])?;
    let root = args.root.open(&args.access)?;
    let passphrase = args.access.new_passphrase(&key)?;
    let document_root = DocumentKeyFile::create(&root_key, &passphrase, random)?;
    made.files.push(root_key);
    let signer = DocumentKeyFile::create(&key, &passphrase, random)?;
    made.files.push(key);
    let validity = ValidFromTo {
        from: x509::timestamp(days.from().beijing_start()),
        to: x509::timestamp(days.until().beijing_end()),
    };
    let certificates = make_document_certificates(&DocumentCertificateRequest {
        root_key: &document_root.signing_key(),
        signing_key: &signer.signing_key(),
        root_name: &format!("CN={}（文档签名根）", escaped(&name)),
        signer_name: &format!("CN={}", escaped(&name)),
        root_validity: validity,
        signer_validity: validity,
        root_serial: random::bytes(random)?,
        signer_serial: random::bytes(random)?,
    })?;
    made.certificate(&root_pem, &certificates.root)?;
    made.certificate(&pem, &certificates.signer)?;
    let named = root.name_authority(AuthorityRequest {
        name,
        key: x509::document_authority_key(&document_root.public_key())?,
        extension: AuthorityExtension { role: Role::DocumentSigning, committee: None },
        days,
        serial: Serial(random::bytes(random)?),
    })?;
    made.certificate(&authority, named.der())
}

/// A name as RFC 4514 text.
fn escaped(name: &Text) -> String {
    let escape =
        |c: char| if "\"+,;<>\\=# ".contains(c) { format!("\\{c}") } else { c.to_string() };
    name.as_str().chars().map(escape).collect()
}

impl DaysArgs {
    fn days(&self, today: Date) -> Result<Days, KeysError> {
        Ok(Days::new(self.from.unwrap_or(today), self.until)?)
    }
}

impl RootArgs {
    /// Name, days and the certificate's file, before a passphrase is asked for.
    fn check(&self, today: Date) -> Result<(Text, Days, PathBuf), KeysError> {
        let certificate = self.key.with_extension("pem");
        let (name, days) = (Text::new(&self.name)?, self.days.days(today)?);
        Made::check_absent(&[&self.key, &certificate])?;
        Ok((name, days, certificate))
    }
}

impl SigningRootArgs {
    fn open(&self, access: &KeyAccess) -> Result<Root, KeysError> {
        let beside = || self.root_key.with_extension("pem");
        let path = self.root_certificate.clone().unwrap_or_else(beside);
        let certificate = RootCertificate::from_der(&read_certificate(&path)?)
            .map_err(|source| KeysError::Certificate { path, source })?;
        let passphrase = access.passphrase(&self.root_key)?;
        let key = SigningKeyFile::load(&self.root_key, &passphrase, access.example_keys())?;
        Ok(Root::new(key, certificate)?)
    }
}

impl BureauRole {
    const fn role(self) -> Role {
        match self {
            Self::Decide => Role::Decide,
            Self::Issue => Role::Issue,
            Self::Copy => Role::CopyOnly,
        }
    }
}
