//! What goes wrong with keys, in Chinese and English, and what to do about it.

use std::{io, path::PathBuf};

use ledger::{
    authority::CertificateFault,
    certificate::TextError,
    checkpoint::{CheckpointError, CheckpointParseError, PolicyError},
    note::{InvalidKeyName, VerifierKeyError},
};

use crate::{
    causes,
    cli::key_access::KeyAccessError,
    document::sign::SignError,
    random::RandomError,
    signing::{
        ExampleFilesError, KeyFileError, KeyPemError, MarkError, RecordsKeyError,
        new_file::FileError,
        x509::{CertificateFileError, X509Error},
    },
};

/// Why a `keys` command ended without doing what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// No passphrase.
    #[error(transparent)]
    Access(#[from] KeyAccessError),
    /// A file.
    #[error("[file_failed] {zh}\n  {0}", zh = causes::zh(.0))]
    File(#[from] FileError),
    /// A key's file.
    #[error("[key_file_failed] {zh}\n  {0}", zh = causes::zh(.0))]
    Key(#[from] KeyFileError),
    /// The file of the key of private records.
    #[error("[records_key_failed] {zh}\n  {0}", zh = causes::zh(.0))]
    Records(#[from] RecordsKeyError),
    /// A certificate's file.
    #[error("[certificate_file_unusable] 证书文件不可用（{zh}）\n  {0}", zh = causes::zh(.0))]
    CertificateFile(#[from] CertificateFileError),
    /// A certificate that was read.
    #[error("[no_root_certificate] 证书 {} 不是本系统的根证书\n  {}: {source}", path.display(), path.display())]
    Certificate {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: CertificateFault,
    },
    /// A certificate that was to be made.
    #[error("[certificate_not_made] 证书未生成，请更正名称、日期或根密钥后重试\n  {0}")]
    Make(#[from] X509Error),
    /// A certificate for PDFs.
    #[error("[document_certificates_not_made] 文档签名证书未生成\n  {0}")]
    Document(#[from] SignError),
    /// Not DER.
    #[error("[certificate_unreadable] 证书无法解析\n  the certificate cannot be read: {0}")]
    Der(#[from] der::Error),
    /// A name.
    #[error(
        "[name_refused] 名称不可用，请更正 --name\n  the name cannot be used, correct --name: {0}"
    )]
    Name(#[from] TextError),
    /// An origin.
    #[error(
        "[origin_refused] 账本标识不可用，请更正 --origin\n  the origin cannot be used, correct --origin: {0}"
    )]
    Origin(#[from] InvalidKeyName),
    /// A log's key.
    #[error("[log_key_unusable] 账本密钥不可用\n  the log's key cannot be used: {0}")]
    LogKey(#[from] VerifierKeyError),
    /// A log's key in a policy.
    #[error("[log_key_unusable] 账本密钥不可用\n  the log's key cannot be used: {0}")]
    Policy(#[from] PolicyError),
    /// A mark.
    #[error(
        "[mark_unusable] 水位文件不可用（{zh}）：如已存在则不得改动，丢失才可重建\n  {0}",
        zh = causes::zh(.0)
    )]
    Mark(#[from] MarkError),
    /// A file that is no checkpoint.
    #[error("[no_checkpoint] {} 不是检查点\n  {} is no checkpoint: {source}", path.display(), path.display())]
    NotACheckpoint {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: CheckpointParseError,
    },
    /// A checkpoint that another key signed.
    #[error(
        "[checkpoint_of_another_key] 检查点不是此密钥签的\n  the checkpoint is not this key's: {0}"
    )]
    Checkpoint(#[from] CheckpointError),
    /// A file of another kind.
    #[error(
        "[nothing_to_show] {} 不是密钥、证书或 vkey 文件；密钥加密密钥没有可公开的内容\n  {} is no key, certificate \
         or vkey; of a key-encryption key nothing may be shown",
        path.display(), path.display()
    )]
    NothingToShow {
        /// The file.
        path: PathBuf,
    },
    /// The example files.
    #[error("[example_files_failed] 示例文件未生成\n  {0}")]
    Example(#[from] Box<ExampleFilesError>),
    /// No random bytes.
    #[error("[random_failed] 系统没有给出随机数\n  {0}")]
    Random(#[from] RandomError),
    /// Standard output.
    #[error("[output_failed] 无法输出（{zh}）\n  the output could not be written: {0}", zh = causes::zh(.0))]
    Output(#[from] io::Error),
}

impl KeysError {
    /// How the program ends: 1 refused, 2 unreadable or unwritable, 64 used in a wrong way.
    pub const fn exit_code(&self) -> u8 {
        match self {
            Self::Access(_) | Self::Name(_) | Self::Origin(_) => 64,
            Self::Make(X509Error::Reversed { .. } | X509Error::NameTooLong { .. }) => 64,
            Self::File(FileError::Read { .. } | FileError::Write { .. })
            | Self::Key(KeyFileError::Pem(KeyPemError::File(
                FileError::Read { .. } | FileError::Write { .. },
            )))
            | Self::CertificateFile(CertificateFileError::File(FileError::Read { .. }))
            | Self::Random(_)
            | Self::Output(_) => 2,
            _ => 1,
        }
    }
}
