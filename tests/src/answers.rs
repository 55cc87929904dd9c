//! Everything that registry and office can be asked about a bureau. What is asked about comes from the
//! log, the journal and the test, so that a registry which forgot something shows it.

use std::{collections::BTreeMap, fmt::Display};

use issuer::{
    actions::{Action, AnchorIntent, ArchiveAction, AuthorityAction},
    approval::ResultKey,
    archive::{Asker, Expired, Judged, Shown, Statistics},
    calendar::Calendar,
    case::{CaseId, CaseKind},
    committee::{RecordedCommittees, Rectification},
    import,
    office::{CaseView, KnownYear, Office, SampleReport, SupervisionView},
    recheck::{Application, RecheckId},
    registry::{
        CaseRow, FilingRow, Intent, RecheckRow, Registry, ResultState, StaffRow, SupervisionRow,
    },
    sample::PopulationFile,
};
use ledger::{
    certificate::{CertificateNumber, Text},
    digest::{Commitment, RootHash},
    entry::{AuthorityEntry, Entry, Issuance},
    journal::{JournalPlace, JournalSequence},
    position::{LeafIndex, TreeSize},
    record::SubjectKind,
    rules::History as _,
    seal::SealPlace,
    status::ExceptionList,
    time::{Date, UnixMillis},
};

use crate::{
    bureau::Bureau,
    lists::{demo_rules, identity_number, synthetic},
    records::Records,
};

/// An answer, or what was said instead of one.
type Said<T> = Result<T, String>;

/// What a test asks about besides what stands in log and journal.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// The first persons of the synthetic lists.
    pub persons: usize,
    /// Certificate numbers, also those that were erased.
    pub numbers: Vec<CertificateNumber>,
}

/// All answers.
#[derive(Debug, PartialEq)]
pub struct Answers {
    /// How far log and journal are folded in.
    pub positions: ((TreeSize, RootHash), Option<JournalPlace>),
    /// Every number that the registry lists.
    pub numbers: Vec<CertificateNumber>,
    /// Of the numbers asked about.
    pub of_numbers: Vec<OfNumber>,
    /// Of the persons asked about.
    pub of_persons: Vec<OfPerson>,
    /// Of the committees that the journal registered.
    pub of_committees: BTreeMap<String, OfCommittee>,
    /// Of each commitment in log and journal.
    pub of_commitments: BTreeMap<Commitment, (Option<LeafIndex>, Option<Intent>)>,
    /// Of each entry.
    pub of_entries: Vec<OfEntry>,
    /// Of each line.
    pub of_lines: Vec<OfLine>,
    /// Lists of everything.
    pub lists: Lists,
    /// What the office makes of all that.
    pub office: OfOffice,
}

/// About a certificate number.
#[derive(Debug, PartialEq)]
pub struct OfNumber {
    /// Its documents.
    pub documents: Vec<LeafIndex>,
    on_record: bool,
    hash: [u8; 32],
    title: Said<LeafIndex>,
}

/// About a person.
#[derive(Debug, PartialEq)]
pub struct OfPerson {
    /// Their documents.
    pub documents: Vec<LeafIndex>,
    result: Option<ResultState>,
    archive: Vec<Vec<LeafIndex>>,
    shown: Vec<Vec<Shown>>,
}

/// About a committee.
#[derive(Debug, PartialEq)]
pub struct OfCommittee {
    filings: Vec<FilingRow>,
    open_orders: Vec<Rectification>,
    targets: Vec<Said<Vec<LeafIndex>>>,
}

/// About an entry of the log.
#[derive(Debug, PartialEq)]
pub struct OfEntry {
    authority: Option<AuthorityEntry>,
    has_signed: bool,
    issuance: (Option<Issuance>, bool, Option<LeafIndex>),
    last_decision: Option<LeafIndex>,
    archive: (Vec<LeafIndex>, Said<Judged>),
    erased: (Option<UnixMillis>, Option<Date>),
    sample: (Vec<(LeafIndex, JournalSequence)>, Said<PopulationFile>, Said<SampleReport>),
}

/// About a line of the journal.
#[derive(Debug, PartialEq)]
pub struct OfLine {
    erased: Option<UnixMillis>,
    result: (Option<[u8; 32]>, Vec<JournalSequence>),
    case: (Option<CaseRow>, Said<CaseView>),
    recheck: (Option<RecheckRow>, Said<Application>),
    supervision: (Option<SupervisionRow>, Said<SupervisionView>),
}

/// Lists of everything that the registry knows.
#[derive(Debug, PartialEq)]
pub struct Lists {
    /// Imported results.
    pub results: Vec<(JournalSequence, ResultState)>,
    open_intents: Vec<Intent>,
    filings: Vec<FilingRow>,
    rectifications: Vec<Rectification>,
    staff: Vec<StaffRow>,
    authorities: Vec<(LeafIndex, AuthorityEntry)>,
    documents: Vec<LeafIndex>,
    cases: Vec<CaseRow>,
    archive: Vec<(LeafIndex, bool)>,
    supervisions: Vec<SupervisionRow>,
    rechecks: Vec<RecheckRow>,
    holiday_tables: Vec<(i16, LeafIndex)>,
    samples: Vec<LeafIndex>,
    unfinished_erasures: Vec<SealPlace>,
}

/// Lists and counts that the office gives.
#[derive(Debug, PartialEq)]
pub struct OfOffice {
    /// Results that wait.
    pub waiting: usize,
    exceptions: ExceptionList,
    cases: Vec<CaseRow>,
    statistics: Statistics,
    calendar: (Calendar, Vec<KnownYear>),
    rechecks: Vec<RecheckRow>,
    samples: Vec<LeafIndex>,
    committees: RecordedCommittees,
    supervisions: Vec<SupervisionRow>,
}

impl Answers {
    /// Asks everything.
    pub fn of(bureau: &mut Bureau, about: &About) -> Self {
        let records = Records::of(&bureau.dir());
        let (entries, lines) = (records.entries(), records.journal());
        let keys = result_keys(about.persons);
        let office = bureau.office();
        let shown = (0..about.persons).map(|person| shown(office, person)).collect::<Vec<_>>();
        let office: &Office = office;
        let registry = office.registry();
        let persons = (0..about.persons).zip(&keys).zip(shown);
        let committees = lines.iter().filter_map(committee);
        let commitments =
            lines.iter().flat_map(intended).chain(entries.iter().filter_map(committed));
        Self {
            positions: (registry.log_position().unwrap(), registry.journal_position().unwrap()),
            numbers: registry.certificate_numbers().unwrap(),
            of_numbers: about.numbers.iter().map(|number| of_number(office, number)).collect(),
            of_persons: persons
                .map(|((person, key), shown)| of_person(registry, person, key, shown))
                .collect(),
            of_committees: committees
                .map(|code| (code.clone(), of_committee(office, &code)))
                .collect(),
            of_commitments: commitments
                .map(|one| {
                    (one, (registry.commitment(&one).unwrap(), registry.intent(&one).unwrap()))
                })
                .collect(),
            of_entries: (0..entries.len() as u64)
                .map(|at| of_entry(office, LeafIndex::new(at).unwrap()))
                .collect(),
            of_lines: (0..records.journal_places().len() as u64 - 1)
                .map(|at| of_line(office, JournalSequence::new(at).unwrap()))
                .collect(),
            lists: lists(registry),
            office: of_office(office),
        }
    }
}

fn said<T>(answer: Result<T, impl Display>) -> Said<T> {
    answer.map_err(|error| error.to_string())
}

/// The keys of the synthetic persons' results.
fn result_keys(persons: usize) -> Vec<ResultKey> {
    let judged = import::judge(synthetic(0, persons).as_bytes(), &demo_rules()).unwrap();
    assert_eq!(judged.accepted.len(), persons);
    judged.accepted.iter().map(|result| result.result().result_key()).collect()
}

/// What a line registered.
fn committee(line: &Action) -> Option<String> {
    match line {
        Action::CommitteeRegistered(committee)
        | Action::Authority(AuthorityAction::Renewed { committee, .. }) => {
            Some(committee.code.clone())
        }
        _ => None,
    }
}

/// What a line intends.
fn intended(line: &Action) -> Vec<Commitment> {
    match line {
        Action::IssueIntended { commitment, .. } => vec![*commitment],
        Action::Archive(ArchiveAction::Intended { entry, .. })
        | Action::Authority(AuthorityAction::RectificationOrdered { entry, .. }) => vec![*entry],
        Action::AnchorIntended(AnchorIntent { anchor, .. }) => vec![*anchor],
        Action::Appended(intents) | Action::Abandoned { intents, .. } => intents.clone(),
        _ => Vec::new(),
    }
}

/// What an entry commits to.
fn committed(entry: &Entry) -> Option<Commitment> {
    match entry {
        Entry::Issuance(issuance) => Some(issuance.commitment),
        Entry::StatusChange(change) => Some(change.unverified().record),
        Entry::IntegrityRecord(commitment) => Some(*commitment),
        Entry::Anchor(anchor) => Some(anchor.commitment),
        Entry::Authority(_) | Entry::StatusHead(_) => None,
    }
}

fn of_number(office: &Office, number: &CertificateNumber) -> OfNumber {
    let registry = office.registry();
    OfNumber {
        documents: registry.by_number(number).unwrap(),
        on_record: registry.has_number(number).unwrap(),
        hash: registry.number_hash(number),
        title: said(office.title(number)),
    }
}

/// Only staff: everybody else's question is a line in the journal.
fn shown(office: &mut Office, person: usize) -> Vec<Vec<Shown>> {
    let id = Text::new(&identity_number(person)).unwrap();
    let ask = |kind| office.archive_look_up(&Asker::Staff, (kind, &id), Expired::Included).unwrap();
    SUBJECTS.map(ask).to_vec()
}

fn of_person(
    registry: &Registry,
    person: usize,
    key: &ResultKey,
    shown: Vec<Vec<Shown>>,
) -> OfPerson {
    let id = identity_number(person);
    OfPerson {
        documents: registry.by_holder(&id).unwrap(),
        result: registry.result_by_key(key).unwrap(),
        archive: SUBJECTS.map(|kind| registry.archive_of(kind, &id).unwrap()).to_vec(),
        shown,
    }
}

fn of_committee(office: &Office, code: &str) -> OfCommittee {
    let kinds =
        [CaseKind::SuspendAuthority, CaseKind::ReinstateAuthority, CaseKind::CancelAuthority];
    OfCommittee {
        filings: office.registry().filings(code).unwrap(),
        open_orders: office.open_rectifications(code).unwrap(),
        targets: kinds.map(|kind| said(office.committee_targets(code, kind, None))).to_vec(),
    }
}

fn of_entry(office: &Office, index: LeafIndex) -> OfEntry {
    let registry = office.registry();
    OfEntry {
        authority: registry.authority(index).unwrap(),
        has_signed: registry.has_signed(index).unwrap(),
        issuance: (
            registry.issuance(index).unwrap(),
            registry.has_issuance(index).unwrap(),
            registry.issuance_from(index).unwrap(),
        ),
        last_decision: registry.last_decision(index).unwrap(),
        archive: (registry.archive_beside(index).unwrap(), said(office.archive_entry_at(index))),
        erased: (
            registry.erased(SealPlace::LogRecord(index)).unwrap(),
            office.erased_on(index).unwrap(),
        ),
        sample: (
            registry.sample_findings(index).unwrap(),
            said(office.sample_file(index)),
            said(office.sample_report(index)),
        ),
    }
}

fn of_line(office: &Office, line: JournalSequence) -> OfLine {
    let registry = office.registry();
    let (case, recheck) = (CaseId::of_line(line), RecheckId::of_line(line));
    OfLine {
        erased: registry.erased(SealPlace::JournalPayload(line)).unwrap(),
        result: (registry.result_hash(line).unwrap(), registry.drafted(line).unwrap()),
        case: (registry.case(case).unwrap(), said(office.case(case))),
        recheck: (registry.recheck(recheck).unwrap(), said(office.recheck_application(recheck))),
        supervision: (registry.supervision(line).unwrap(), said(office.supervision(line))),
    }
}

fn lists(registry: &Registry) -> Lists {
    Lists {
        results: registry.results().unwrap(),
        open_intents: registry.open_intents().unwrap(),
        filings: registry.all_filings().unwrap(),
        rectifications: registry.rectifications().unwrap(),
        staff: registry.staff().unwrap(),
        authorities: registry.authorities().unwrap(),
        documents: registry.documents().unwrap(),
        cases: registry.cases().unwrap(),
        archive: registry.archive_entries().unwrap(),
        supervisions: registry.supervisions().unwrap(),
        rechecks: registry.rechecks().unwrap(),
        holiday_tables: registry.holiday_tables().unwrap(),
        samples: registry.samples().unwrap(),
        unfinished_erasures: registry.unfinished_erasures().unwrap(),
    }
}

fn of_office(office: &Office) -> OfOffice {
    OfOffice {
        waiting: office.waiting().unwrap(),
        exceptions: office.exceptions().unwrap(),
        cases: office.cases().unwrap(),
        statistics: office.archive_statistics().unwrap(),
        calendar: (office.calendar().unwrap(), office.calendar_years().unwrap()),
        rechecks: office.rechecks().unwrap(),
        samples: office.samples().unwrap(),
        committees: office.recorded_committees().unwrap(),
        supervisions: office.supervisions(None).unwrap(),
    }
}

const SUBJECTS: [SubjectKind; 2] = [SubjectKind::Applicant, SubjectKind::Expert];
