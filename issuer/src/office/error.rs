//! What can go wrong in the office. No name, ID number or certificate content stands in any of these.

use std::path::PathBuf;

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

macro_rules! office_error {
    ($($(#[$doc:meta])* $variant:ident($source:ty),)+) => {
        /// Why something was not done in the office.
        #[derive(Debug, thiserror::Error)]
        pub enum OfficeError {
            $($(#[$doc])* #[error(transparent)] $variant(#[from] $source),)+
            /// The settings file is not of the right form.
            #[error("{}: not the settings of an issuer's directory: {reason}", path.display())]
            Settings {
                /// The file.
                path: PathBuf,
                /// What is wrong.
                reason: String,
            },
            /// A directory cannot be made or read.
            #[error("{}: {source}", path.display())]
            Io {
                /// The file or directory.
                path: PathBuf,
                /// What the system said.
                source: std::io::Error,
            },
            /// Intake would leave too little room for heads and decisions.
            #[error(
                "the disk is nearly full: {free} bytes are free, this takes about {bytes} and \
                 {reserve} are kept for heads and decisions (reserve_mebibytes in issuer.toml); \
                 make room and try again, nothing was lost"
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
            #[error("{}: an issuer's directory stands here already; choose another or delete it", path.display())]
            AlreadyThere {
                /// The directory.
                path: PathBuf,
            },
            /// The directory is no issuer's.
            #[error("{}: no issuer's directory; make one with `issuer init` or `issuer demo`", path.display())]
            NotThere {
                /// The directory.
                path: PathBuf,
            },
            /// The bureau's authority for this role is not on record.
            #[error("the authority of {} is not in the log; register it with `issuer init`", certificate.display())]
            NoAuthority {
                /// Its certificate file.
                certificate: PathBuf,
            },
            /// A committee's results wait, and it was never registered.
            #[error("committee {code} is not registered; run `issuer authority register`")]
            CommitteeNotRegistered {
                /// Its code.
                code: String,
            },
            /// The authority at an index is no registered committee's.
            #[error("the authority at index {index} is no registered committee's")]
            NoCommitteeAt {
                /// The index.
                index: LeafIndex,
            },
            /// A sealed payload was erased where it is needed.
            #[error("the payload of journal line {line} was erased")]
            PayloadErased {
                /// The line.
                line: u64,
            },
            /// A line of the journal was expected at a place.
            #[error("journal line {line} is missing or of another kind")]
            LineMissing {
                /// The line.
                line: u64,
            },
            /// No certificate has this number.
            #[error("no certificate has the number {number}")]
            NoSuchNumber {
                /// The number asked for.
                number: String,
            },
            /// The record was erased.
            #[error(
                "第 {index} 条记录的个人资料已于 {on} 依法删除；持有人手中的二维码仍可核验 / the record at \
                 index {index} was erased on {on}; the holder's own QR code still verifies"
            )]
            Erased {
                /// The index.
                index: LeafIndex,
                /// The day.
                on: ledger::time::Date,
            },
            /// The private record at an index was erased, or is not what it should be.
            #[error("the private record at index {index} was erased or is missing")]
            NoPrivateRecord {
                /// The index.
                index: LeafIndex,
            },
            /// The evidence names no head after the certificate, so there is no proof to attach.
            #[error("no checkpoint proves the certificate at index {index}: run `ledger audit`")]
            NoProof {
                /// Where the certificate stands.
                index: LeafIndex,
            },
            /// The current public status could not be read back from our own files.
            #[error("the published status cannot be read back: run `ledger audit`")]
            StatusUnreadable,
            /// The trust file does not name the log of the settings.
            #[error("the trust file names no log of generation {generation}")]
            UnknownLog {
                /// The generation.
                generation: u8,
            },
        }
    };
}

office_error! {
    /// A file that is made once.
    File(FileError),
    /// Storage.
    Store(StoreError),
    /// The log does not open.
    OpenLog(OpenError<LogSignerError>),
    /// The log's key does not open.
    OpenSigner(OpenLogSignerError),
    /// The key's mark.
    Mark(MarkError),
    /// A key file.
    Key(KeyFileError),
    /// The passphrase.
    Passphrase(PassphraseError),
    /// The key of private records.
    RecordsKey(RecordsKeyError),
    /// The example files.
    Examples(ExampleFilesError),
    /// An X.509 certificate cannot be made.
    X509(X509Error),
    /// A certificate file.
    CertificateFile(CertificateFileError),
    /// The trust file.
    Trust(TrustError),
    /// The trust file's keys.
    Policy(PolicyError),
    /// The log's witnesses cannot be asked.
    Witnesses(Box<WitnessesError>),
    /// The journal does not open.
    OpenJournal(JournalOpenError),
    /// The journal cannot be written.
    Journal(JournalError),
    /// The journal is damaged.
    JournalFault(JournalFault),
    /// A journal line is refused.
    JournalRecord(JournalRecordError),
    /// A journal line cannot be understood.
    Action(ActionError),
    /// The registry.
    Registry(RegistryError),
    /// The sequencer does not open.
    Sequencer(SequencerError),
    /// A submission was not appended.
    Submit(SubmitError),
    /// Staff.
    Staff(StaffError),
    /// Two persons did not approve.
    Approval(ApprovalError),
    /// A case is not opened, or stays as it was.
    Case(CaseFault),
    /// A committee's authority is not renewed or dealt with.
    Authority(AuthorityFault),
    /// A case's draft is damaged.
    CaseDraft(DraftFault),
    /// A certificate would not be sound.
    Lint(LintFault),
    /// A draft cannot be made.
    Draft(DraftError),
    /// No certificate number could be drawn.
    Number(NumberError<RegistryError>),
    /// The verification host leaves no room in a QR code.
    QrRoom(QrRoomError),
    /// Claims are malformed.
    Claims(ClaimsError),
    /// A certificate is malformed.
    Certificate(CertificateError),
    /// A certificate cannot be signed.
    Sign(SignCertificatesError),
    /// An authority's key and certificate do not belong together.
    Signer(CertificateSignerError),
    /// An intent cannot be resumed.
    Resume(ResumeError),
    /// A stored result is damaged.
    Result(StoredResultError),
    /// A stored result cannot be written.
    ResultJson(serde_json::Error),
    /// Something is not erased.
    Erasure(ErasureRefusal),
    /// A look-up is not answered now.
    TooManyAttempts(TooManyAttempts),
    /// A supervision record is not made, shown or closed.
    Supervision(SupervisionRefusal),
    /// A supervision record is damaged.
    SupervisionRecord(SupervisionError),
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
    /// The calendar that ships with the program is damaged.
    CalendarData(CalendarDataError),
    /// A private record is damaged.
    Record(RecordError),
    /// A private record cannot be read.
    Private(PrivateReadError),
    /// A kept checkpoint cannot be read back.
    KeptCheckpoint(ReadCheckpointError<StoreError>),
    /// The log cannot be read back.
    Read(ReadError<StoreError>),
    /// An inclusion proof cannot be made.
    Prove(ProveError<ReadError<StoreError>>),
    /// A page cannot be printed.
    Document(DocumentError),
    /// A PDF cannot be signed.
    SignDocument(SignError),
    /// A QR code cannot be drawn.
    Qr(QrError),
    /// A date cannot be printed.
    PrintedDate(PrintedDateError),
    /// The catalogue that ships with the program is damaged.
    Catalogue(CatalogueDataError),
    /// A text is refused.
    Text(TextError),
    /// A position is out of range.
    Position(PositionTooLarge),
    /// No random bytes.
    Random(RandomError),
    /// A status change cannot be made.
    StatusChange(ledger::entry::StatusChangeError),
    /// A date is out of range.
    Date(ledger::time::NotADate),
    /// A name is no log's.
    KeyName(ledger::note::InvalidKeyName),
}
