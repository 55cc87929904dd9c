//! What can go wrong in the office, in both languages. No name, ID number or certificate content stands
//! in any of these.

mod refusal;
mod submit;

use std::path::PathBuf;

pub use self::refusal::Refusal;

use ledger::{
    certificate::{CertificateError, ClaimsError, TextError},
    checkpoint::PolicyError,
    journal::{JournalError, JournalFault, JournalOpenError, RecordError as JournalRecordError},
    log::{OpenError, PrivateReadError},
    merkle::ProveError,
    position::{LeafIndex, PositionTooLarge},
    reader::{ReadCheckpointError, ReadError},
    record::RecordError,
    store::StoreError,
    trust::TrustError,
};

use crate::{
    actions::ActionError,
    archive::{
        ArchiveRefusal,
        supervision::{SupervisionError, SupervisionRefusal},
    },
    calendar::{CalendarDataError, CalendarRefusal},
    case::{CaseFault, DraftFault},
    catalogue::CatalogueDataError,
    causes,
    committee::AuthorityFault,
    counterfeit::CounterfeitRefusal,
    document::{DocumentError, PrintedDateError, qr::QrError, sign::SignError},
    draft::{DraftError, LintFault, QrRoomError, number::NumberError},
    eligibility::StoredResultError,
    erasure::ErasureRefusal,
    lookup::TooManyAttempts,
    random::RandomError,
    recheck::RecheckRefusal,
    registry::RegistryError,
    sample::SampleRefusal,
    sequencer::{SequencerError, SubmitError},
    signing::{
        CertificateSignerError, ExampleFilesError, KeyFileError, LogSignerError, MarkError,
        OpenLogSignerError, PassphraseError, RecordsKeyError, ResumeError, SignCertificatesError,
        new_file::FileError,
        staff::{ApprovalError, StaffError},
        x509::{CertificateFileError, X509Error},
    },
    witnesses::WitnessesError,
};

/// Three lists: what speaks both languages itself, with a code of its own; what comes from rooms that
/// know no Chinese, with a stable code and a sentence in both languages that says what to do; and the
/// office's own.
macro_rules! office_error {
    (
        told { $($(#[$told_doc:meta])* $told:ident($told_source:ty),)+ }
        explained {
            $($(#[$doc:meta])* $variant:ident($source:ty): $code:literal, $zh:literal, $en:literal;)+
        }
        own { $($own:tt)+ }
    ) => {
        /// Why something was not done in the office: a stable code, a sentence in Chinese, one in English.
        #[derive(Debug, thiserror::Error)]
        pub enum OfficeError {
            $($(#[$told_doc])* #[error(transparent)] $told(#[from] $told_source),)+
            $(
                $(#[$doc])*
                #[error("[{code}] {zh}（{}） / {cause}: {en}", causes::zh(.0), code = $code, zh = $zh, en = $en, cause = .0)]
                $variant(#[from] $source),
            )+
            /// A submission was not appended.
            #[error("[{code}] {zh}{} / {cause}", causes::in_brackets(.0), code = submit::code(.0), zh = submit::zh(.0), cause = .0)]
            Submit(#[from] SubmitError),
            $($own)+
        }

        /// Code, Chinese and English of everything that is explained here.
        #[cfg(test)]
        const EXPLAINED: &[(&str, &str, &str)] = &[$(($code, $zh, $en),)+];
    };
}

office_error! {
    told {
        /// Two persons did not approve.
        Approval(ApprovalError),
        /// A case is not opened, or stays as it was.
        Case(CaseFault),
        /// A committee's authority is not renewed or dealt with.
        Authority(AuthorityFault),
        /// Something is not erased.
        Erasure(ErasureRefusal),
        /// A supervision record is not made, shown or closed.
        Supervision(SupervisionRefusal),
        /// A report becomes no case.
        Counterfeit(CounterfeitRefusal),
        /// The archive refuses something.
        Archive(ArchiveRefusal),
        /// A spot check is not fixed, drawn or reported.
        Sample(SampleRefusal),
        /// A recheck is not opened or decided.
        Recheck(RecheckRefusal),
        /// A holiday table is refused.
        Calendar(CalendarRefusal),
    }
    explained {
        /// A file that is made once.
        File(FileError): "file_failed", "文件无法建立或读取，请检查路径、权限与空间后再执行", "check the path, its permissions and the room on the disk, and run it again";
        /// Storage.
        Store(StoreError): "storage_failed", "数据目录无法读写，或正由另一进程使用，请按原因处理后再执行", "deal with the cause, and run it again";
        /// The log does not open.
        OpenLog(OpenError<LogSignerError>): "log_not_opened", "账本无法打开，请先按原因处理，切勿改动目录中的文件", "deal with the cause first, and change no file of the directory";
        /// The log's key does not open.
        OpenSigner(OpenLogSignerError): "log_key_not_opened", "账本密钥无法使用，请按原因处理后再执行；水位文件丢失时先找回，确已丢失才用 issuer keys mark 重建", "deal with the cause, and run it again; look for a mark that is missing, and make it again with `issuer keys mark` only if it is lost";
        /// The key's mark.
        Mark(MarkError): "mark_unusable", "账本密钥的水位文件无法使用，请勿改动它，确已丢失时用 issuer keys mark 重建", "do not change the mark; make it again with `issuer keys mark` only if it is lost";
        /// A key file.
        Key(KeyFileError): "key_not_opened", "密钥文件无法打开，请检查路径与口令", "check the path and the passphrase";
        /// The passphrase.
        Passphrase(PassphraseError): "passphrase_not_had", "未取得口令，请检查口令文件或重新输入", "check the passphrase file, or type it again";
        /// The key of private records.
        RecordsKey(RecordsKeyError): "records_key_not_opened", "非公开记录的密钥无法打开，请按原因处理；文件丢失或损坏时，从备份取回 records.kek", "deal with the cause; where the file is lost or damaged, get records.kek back from its backup";
        /// The example files.
        Examples(ExampleFilesError): "example_files_failed", "示例文件未能生成，请检查目录后再执行", "check the directory, and run it again";
        /// An X.509 certificate cannot be made.
        X509(X509Error): "certificate_not_made", "机构证书未能生成，请更正名称、日期或密钥", "correct the names, the dates or the key";
        /// A certificate file.
        CertificateFile(CertificateFileError): "certificate_file_unusable", "机构证书文件无法使用，请检查路径与内容", "check the path and what it holds";
        /// The trust file.
        Trust(TrustError): "trust_file_wrong", "信任文件有误，请从备份取回 trust.toml", "get trust.toml back from its backup";
        /// The trust file's keys.
        Policy(PolicyError): "trust_file_wrong", "信任文件中的密钥或见证者有误，请更正 trust.toml", "correct the keys or witnesses in trust.toml";
        /// The log's witnesses cannot be asked.
        Witnesses(Box<WitnessesError>): "witnesses_unusable", "见证者无法询问，请检查 witness-policy 与 trust.toml", "check witness-policy and trust.toml";
        /// The journal does not open.
        OpenJournal(JournalOpenError): "journal_not_opened", "工作日志无法打开，请按原因处理，切勿改动该文件", "deal with the cause, and do not change the file";
        /// The journal cannot be written.
        Journal(JournalError): "journal_not_written", "工作日志无法写入，请检查磁盘后重新打开目录", "check the disk, and open the directory again";
        /// The journal is damaged.
        JournalFault(JournalFault): "journal_damaged", "工作日志已损坏，请从备份取回并用 ledger audit 核对", "get it back from its backup, and check with `ledger audit`";
        /// A journal line is refused.
        JournalRecord(JournalRecordError): "journal_line_refused", "工作日志的一行无法写入，请报告此错误", "please report this";
        /// A journal line cannot be understood.
        Action(ActionError): "journal_line_unknown", "工作日志的一行无法理解，请使用写入它的那一版本或更新的版本", "use the version of the program that wrote it, or a later one";
        /// The registry.
        Registry(RegistryError): "registry_failed", "索引有误，请用 issuer registry rebuild 重建", "make it again with `issuer registry rebuild`";
        /// The sequencer does not open.
        Sequencer(SequencerError): "sequencer_stopped", "登记已停止，请按原因处理后重新打开目录", "deal with the cause, and open the directory again";
        /// Staff.
        Staff(StaffError): "staff_refused", "人员登记未成，请更正后再执行", "correct it, and run it again";
        /// A case's draft is damaged.
        CaseDraft(DraftFault): "case_draft_damaged", "案件草案已损坏，请用 ledger audit 核对", "check with `ledger audit`";
        /// A certificate would not be sound.
        Lint(LintFault): "lint_refused", "此证书不合规则，未予签署，请按原因更正", "nothing was signed; correct what it names";
        /// A draft cannot be made.
        Draft(DraftError): "draft_not_made", "证书草案未能生成，请按原因更正", "correct what it names";
        /// No certificate number could be drawn.
        Number(NumberError<RegistryError>): "number_not_drawn", "未能取得证书编号，请再执行一次", "run it again";
        /// The verification host leaves no room in a QR code.
        QrRoom(QrRoomError): "host_too_long", "核验网址过长，二维码容纳不下，请在 issuer.toml 中改用较短的网址", "name a shorter host in issuer.toml";
        /// Claims are malformed.
        Claims(ClaimsError): "claims_refused", "证书内容不合格式，请更正名单或更正事项", "correct the list or the corrections";
        /// A certificate is malformed.
        Certificate(CertificateError): "certificate_damaged", "登记的证书无法读取，请用 ledger audit 核对", "check with `ledger audit`";
        /// A certificate cannot be signed.
        Sign(SignCertificatesError): "certificates_not_signed", "证书未能签署，请按原因处理后再执行", "deal with the cause, and run it again";
        /// An authority's key and certificate do not belong together.
        Signer(CertificateSignerError): "authority_key_differs", "机构密钥与其证书不符，请检查 keys 目录", "check the directory of keys";
        /// An intent cannot be resumed.
        Resume(ResumeError): "intent_not_resumed", "未完成的签发无法继续，请用 ledger audit 核对", "check with `ledger audit`";
        /// A stored result is damaged.
        Result(StoredResultError): "result_damaged", "已导入的结果无法读取，请用 ledger audit 核对", "check with `ledger audit`";
        /// A stored result cannot be written.
        ResultJson(serde_json::Error): "result_not_stored", "结果无法写入工作日志，请报告此错误", "please report this";
        /// A look-up is not answered now.
        TooManyAttempts(TooManyAttempts): "too_many_attempts", "查询过于频繁，请按所示秒数等候后再查", "wait so many seconds before the next look-up";
        /// A supervision record is damaged.
        SupervisionRecord(SupervisionError): "supervision_record_damaged", "监督记录无法读取，请用 ledger audit 核对", "check with `ledger audit`";
        /// The calendar that ships with the program is damaged.
        CalendarData(CalendarDataError): "calendar_damaged", "程序自带的节假日安排有误，请重新安装程序", "install the program again";
        /// A private record is damaged.
        Record(RecordError): "record_damaged", "非公开记录无法读取，请用 ledger audit 核对", "check with `ledger audit`";
        /// A private record cannot be read.
        Private(PrivateReadError): "record_unreadable", "非公开记录无法打开，请检查 records.kek 与磁盘", "check records.kek and the disk";
        /// A kept checkpoint cannot be read back.
        KeptCheckpoint(ReadCheckpointError<StoreError>): "checkpoint_unreadable", "检查点无法读取，请用 ledger audit 核对", "check with `ledger audit`";
        /// The log cannot be read back.
        Read(ReadError<StoreError>): "log_unreadable", "账本无法读取，请用 ledger audit 核对", "check with `ledger audit`";
        /// An inclusion proof cannot be made.
        Prove(ProveError<ReadError<StoreError>>): "log_unreadable", "账本的证明无法生成，请用 ledger audit 核对", "check with `ledger audit`";
        /// A page cannot be printed.
        Document(DocumentError): "document_not_made", "证书页面未能生成，请按原因处理", "deal with the cause";
        /// A PDF cannot be signed.
        SignDocument(SignError): "document_not_signed", "PDF 未能签署，请检查文档签名密钥与证书", "check the document-signing key and its certificate";
        /// A QR code cannot be drawn.
        Qr(QrError): "qr_not_drawn", "二维码未能生成，请在 issuer.toml 中改用较短的网址", "name a shorter host in issuer.toml";
        /// A date cannot be printed.
        PrintedDate(PrintedDateError): "date_not_printable", "日期无法打印，请用 ledger audit 核对该记录", "check the record with `ledger audit`";
        /// The catalogue that ships with the program is damaged.
        Catalogue(CatalogueDataError): "catalogue_damaged", "程序自带的职称目录有误，请重新安装程序", "install the program again";
        /// A text is refused.
        Text(TextError): "text_refused", "文字不合要求，请更正", "correct the text";
        /// A position is out of range.
        Position(PositionTooLarge): "position_refused", "序号超出范围，请更正", "correct the number";
        /// No random bytes.
        Random(RandomError): "random_failed", "系统没有给出随机数，请再执行一次", "run it again";
        /// A status change cannot be made.
        StatusChange(ledger::entry::StatusChangeError): "decision_not_signed", "决定未能写成，请报告此错误", "please report this";
        /// A date is out of range.
        Date(ledger::time::NotADate): "date_refused", "日期超出范围，请更正", "correct the date";
        /// A name is no log's.
        KeyName(ledger::note::InvalidKeyName): "origin_refused", "账本标识不合要求，请更正 trust.toml", "correct trust.toml";
    }
    own {
        /// The settings file is not of the right form.
        #[error(
            "[settings_wrong] {0}不是签发目录的设置（{reason}），请更正 / {0}: not the settings of an \
             issuer's directory: {reason}; correct them",
            path.display()
        )]
        Settings {
            /// The file.
            path: PathBuf,
            /// What is wrong.
            reason: String,
        },
        /// A directory cannot be made or read.
        #[error(
            "[io_failed] {0}无法读写（{1}），请检查路径、权限与空间 / {0}: {source}; check the path, \
             its permissions and the room on the disk",
            path.display(),
            causes::zh(source)
        )]
        Io {
            /// The file or directory.
            path: PathBuf,
            /// What the system said.
            source: std::io::Error,
        },
        /// Intake would leave too little room for heads and decisions.
        #[error(
            "[disk_nearly_full] 磁盘将满：剩余 {free} 字节，此项约需 {bytes}，另须为状态摘要与决定保留 \
             {reserve}（issuer.toml 的 reserve_mebibytes）；请腾出空间后再执行，没有丢失任何内容 / the \
             disk is nearly full: {free} bytes are free, this takes about {bytes} and {reserve} are kept \
             for heads and decisions (reserve_mebibytes in issuer.toml); make room and try again, \
             nothing was lost"
        )]
        DiskNearlyFull {
            /// Bytes that are free.
            free: u64,
            /// About what the intake would write.
            bytes: u64,
            /// What is kept.
            reserve: u64,
        },
        /// The directory is in use as an issuer's already.
        #[error(
            "[already_there] {0}已是签发目录，请另选一处或先删除 / {0}: an issuer's directory stands here \
             already; choose another or delete it",
            path.display()
        )]
        AlreadyThere {
            /// The directory.
            path: PathBuf,
        },
        /// The directory is no issuer's.
        #[error(
            "[not_there] {0}不是签发目录，请用 issuer init 或 issuer demo 建立 / {0}: no issuer's directory; \
             make one with `issuer init` or `issuer demo`",
            path.display()
        )]
        NotThere {
            /// The directory.
            path: PathBuf,
        },
        /// The bureau's authority for this role is not on record.
        #[error(
            "[no_authority] {0}的机构未登记入账，请用 issuer init 登记 / the authority of {0} is not in the \
             log; register it with `issuer init`",
            certificate.display()
        )]
        NoAuthority {
            /// Its certificate file.
            certificate: PathBuf,
        },
        /// A committee's results wait, and it was never registered.
        #[error(
            "[committee_not_registered] 评委会 {code} 未登记，请先用 issuer authority register 登记 / \
             committee {code} is not registered; run `issuer authority register`"
        )]
        CommitteeNotRegistered {
            /// Its code.
            code: String,
        },
        /// The authority at an index is no registered committee's.
        #[error(
            "[no_committee_at] 第 {index} 条机构不是已登记的评委会，请用 issuer authority list 查看 / the \
             authority at index {index} is no registered committee's; see `issuer authority list`"
        )]
        NoCommitteeAt {
            /// The index.
            index: LeafIndex,
        },
        /// A sealed payload was erased where it is needed.
        #[error(
            "[payload_erased] 工作日志第 {line} 行的内容已依法删除，此项不能再办 / the payload of journal \
             line {line} was erased; this cannot be done any more"
        )]
        PayloadErased {
            /// The line.
            line: u64,
        },
        /// A line of the journal was expected at a place.
        #[error(
            "[line_missing] 工作日志第 {line} 行缺失或类别不符，请用 ledger audit 核对 / journal line {line} is \
             missing or of another kind; check with `ledger audit`"
        )]
        LineMissing {
            /// The line.
            line: u64,
        },
        /// No certificate has this number.
        #[error(
            "[no_such_number] 没有编号为 {number} 的证书，请核对编号 / no certificate has the number {number}; \
             check the number"
        )]
        NoSuchNumber {
            /// The number asked for.
            number: String,
        },
        /// The record was erased.
        #[error(
            "[erased] 第 {index} 条记录的个人资料已于 {on} 依法删除；持有人手中的二维码仍可核验 / the record \
             at index {index} was erased on {on}; the holder's own QR code still verifies"
        )]
        Erased {
            /// The index.
            index: LeafIndex,
            /// The day.
            on: ledger::time::Date,
        },
        /// The private record at an index was erased, or is not what it should be.
        #[error(
            "[no_private_record] 第 {index} 条的非公开记录已删除或缺失，请用 ledger audit 核对 / the private \
             record at index {index} was erased or is missing; check with `ledger audit`"
        )]
        NoPrivateRecord {
            /// The index.
            index: LeafIndex,
        },
        /// The evidence names no head after the certificate, so there is no proof to attach.
        #[error(
            "[no_proof] 没有检查点能证明第 {index} 条的证书，请用 ledger audit 核对 / no checkpoint proves the \
             certificate at index {index}: run `ledger audit`"
        )]
        NoProof {
            /// Where the certificate stands.
            index: LeafIndex,
        },
        /// The current public status could not be read back from our own files.
        #[error(
            "[status_unreadable] 已公布的状态无法读回，请用 ledger audit 核对 / the published status cannot be \
             read back: run `ledger audit`"
        )]
        StatusUnreadable,
        /// The trust file does not name the log of the settings.
        #[error(
            "[unknown_log] 信任文件没有列出第 {generation} 代账本，请更正 trust.toml 或 issuer.toml / the trust \
             file names no log of generation {generation}; correct trust.toml or issuer.toml"
        )]
        UnknownLog {
            /// The generation.
            generation: u8,
        },
    }
}

#[cfg(test)]
mod tests;
