//! `issuer keys show FILE…`: what may be shown of a file, which is told by its content.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use der::Decode as _;
use ledger::{
    authority::{
        AuthorityCertificate, AuthorityExtension, OID_AUTHORITY_EXTENSION, RootCertificate,
    },
    checkpoint::Origin,
    note::VerifierKey,
    time::UnixMillis,
};
use x509_cert::{Certificate, TbsCertificate, time::Time};

use super::{KeyAccess, KeysError};
use crate::signing::{
    DocumentKeyFile, ExampleKeys, KeyFileError, KeyPemError, Mark, SigningKeyFile, is_example_key,
    log_key, new_file, x509::read_certificate,
};

/// Longest file that is looked at.
const MAX_FILE_LEN: u64 = 16 * 1024;

/// Options of `keys show`.
#[derive(Debug, Clone, clap::Args)]
pub struct ShowArgs {
    /// 密钥、证书、vkey 或水位文件 / Files of keys, certificates, vkeys or marks
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// 账本标识：同时显示 vkey / The log's origin: its vkey is shown too
    #[arg(long)]
    origin: Option<String>,
    #[command(flatten)]
    access: KeyAccess,
}

pub(super) fn run(args: &ShowArgs, out: &mut dyn Write) -> Result<(), KeysError> {
    let origin = args.origin.as_deref().map(Origin::new).transpose()?;
    for file in &args.files {
        let content = new_file::read(file, MAX_FILE_LEN)?;
        let text = str::from_utf8(&content).unwrap_or_default();
        writeln!(out, "{}", file.display())?;
        if text.starts_with("-----BEGIN CERTIFICATE-----") {
            certificate(file, out)?;
        } else if text.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----") {
            key(file, origin.as_ref(), &args.access, out)?;
        } else if let Ok(vkey) = text.trim_end().parse::<VerifierKey>() {
            field(out, "vkey", &vkey)?;
            field(out, "公钥 / public key", &STANDARD.encode(vkey.public_key()))?;
        } else if let Some(vkey) = Mark::key_named_in(text) {
            let mark = Mark::read(file, &vkey)?;
            field(out, "vkey", &vkey)?;
            field(out, "签过的最大树 / largest tree signed", &mark.size)?;
            field(out, "根 / root", &mark.root)?;
        } else {
            return Err(KeysError::NothingToShow { path: file.clone() });
        }
    }
    Ok(())
}

fn key(
    file: &Path,
    origin: Option<&Origin>,
    access: &KeyAccess,
    out: &mut dyn Write,
) -> Result<(), KeysError> {
    let passphrase = access.passphrase(file)?;
    // To show a public key is not to sign: example keys are named as such, not refused.
    let key = match SigningKeyFile::load(file, &passphrase, ExampleKeys::Allowed) {
        Ok(key) => key,
        Err(KeyFileError::Pem(KeyPemError::OtherAlgorithm { .. })) => {
            let key = DocumentKeyFile::load(file, &passphrase, ExampleKeys::Allowed)?;
            field(out, "算法 / algorithm", "ECDSA P-256")?;
            let point = key.public_key().to_sec1_bytes();
            field(out, "公钥 / public key", &STANDARD.encode(point))?;
            return example(
                out,
                ExampleKeys::Refused.check_document_key(&key.public_key()).is_err(),
            );
        }
        Err(error) => return Err(error.into()),
    };
    field(out, "算法 / algorithm", "Ed25519")?;
    field(out, "公钥 / public key", &STANDARD.encode(key.public_key().as_bytes()))?;
    if let Some(origin) = origin {
        field(out, "vkey", &log_key(&key, origin)?)?;
    }
    example(out, is_example_key(&key.public_key()))
}

fn certificate(file: &Path, out: &mut dyn Write) -> Result<(), KeysError> {
    let der = read_certificate(file)?;
    let parsed = Certificate::from_der(&der)?;
    let tbs = parsed.tbs_certificate();
    field(out, "名称 / subject", tbs.subject())?;
    field(out, "签发者 / issuer", tbs.issuer())?;
    let validity = tbs.validity();
    field(out, "自 / from", &beijing(validity.not_before))?;
    field(out, "至 / until", &beijing(validity.not_after))?;
    match AuthorityCertificate::from_der(&der) {
        // Who signed it is not asked here: this shows what it says.
        Ok(_) => match stated_extension(tbs) {
            Some(stated) => extension(&stated, out),
            None => Ok(()),
        },
        Err(not_an_authority) => match RootCertificate::from_der(&der) {
            Ok(_) => field(out, "用途 / role", "根 / root"),
            Err(_not_a_root) => {
                field(out, "不是本系统的授权证书 / no authority of this system", &not_an_authority)
            }
        },
    }
}

fn stated_extension(tbs: &TbsCertificate) -> Option<AuthorityExtension> {
    let mut extensions = tbs.extensions()?.iter();
    let found = extensions.find(|extension| extension.extn_id == OID_AUTHORITY_EXTENSION)?;
    AuthorityExtension::from_der(found.extn_value.as_bytes()).ok()
}

fn extension(extension: &AuthorityExtension, out: &mut dyn Write) -> Result<(), KeysError> {
    field(out, "用途 / role", &format!("{:?}", extension.role))?;
    let Some(committee) = &extension.committee else {
        return field(out, "备案 / filing", "无（主管部门自己） / none: the bureau's own");
    };
    let (scope, filing) = (&committee.scope, &committee.filing);
    let dates = format!("{} {} – {}", filing.number(), filing.from(), filing.until());
    field(out, "备案 / filing", &dates)?;
    let series: Vec<_> = scope.series().iter().map(|series| series.code().to_string()).collect();
    field(out, "系列 / series", &series.join(", "))?;
    let levels: Vec<_> = scope.levels().iter().map(|level| format!("{level:?}")).collect();
    field(out, "级别 / levels", &levels.join(", "))?;
    field(out, "区县 / district", scope.district())
}

fn example(out: &mut dyn Write, is_example: bool) -> Result<(), KeysError> {
    if is_example {
        field(out, "注意 / beware", "示例密钥，人人皆知 / an example key: everybody has it")?;
    }
    Ok(())
}

fn field<T: std::fmt::Display + ?Sized>(
    out: &mut dyn Write,
    name: &str,
    value: &T,
) -> Result<(), KeysError> {
    Ok(writeln!(out, "  {name}: {value}")?)
}

fn beijing(time: Time) -> String {
    let millis = u64::try_from(time.to_unix_duration().as_millis()).ok().and_then(UnixMillis::new);
    millis.map_or_else(|| time.to_string(), |instant| instant.to_string())
}
