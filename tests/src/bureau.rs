//! A bureau in a temporary directory: the real office, the worthless example keys, an injected clock,
//! predictable randomness.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use issuer::{
    case::{CaseKind, Order},
    document::Marking,
    import::{self, PendingResults as _, Rules},
    office::{
        InitOptions, IssueOptions, Issued, KeyChoice, Layout, Office, OfficeError, OldRegistry,
        OpenOptions, Recorded, Registration, Revoked, Settings, init,
    },
    progress::Listener,
    random::Predictable,
    sequencer::Heartbeat,
    signing::{ExampleKeys, Passphrase, SigningKeyFile},
    witnesses::{Patience, WitnessOptions},
};
use ledger::{
    certificate::{CertificateNumber, LogGeneration, SignedCertificate, Text},
    position::LeafIndex,
    qr::VerificationHost,
    time::Date,
};
use tempfile::TempDir;

use crate::{
    clock::TestClock,
    files,
    lists::{committees, demo_committees, demo_rules, synthetic},
    records::Records,
    whole,
};

/// The worthless keys of the project.
pub const EXAMPLE_KEYS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../keys-example");
/// What a test's clock shows at first.
pub const BEGINNING: &str = "2026-07-10T09:00:00+08:00";

/// The demo's first committee, whose reviews every third synthetic row is.
pub const FIRST_COMMITTEE: &str = "YZ-05-01";

/// The pause before a witness that could not be reached is asked again.
const SHORT: Duration = Duration::from_millis(20);

/// No two openings share random bytes: certificate numbers and record keys must differ.
static OPENINGS: AtomicU64 = AtomicU64::new(0);

/// Two members of staff, or two keys.
#[derive(Debug)]
pub struct Staff {
    /// Who proposes.
    pub proposer: SigningKeyFile,
    /// Who approves.
    pub approver: SigningKeyFile,
}

/// A data directory with an open office.
pub struct Bureau {
    dir: TempDir,
    /// The office's clock.
    pub clock: TestClock,
    /// The two registered members of staff.
    pub staff: Staff,
    office: Option<Office>,
}

impl Bureau {
    /// A new data directory with the demo's committees on record.
    pub fn new() -> Self {
        Self::with_keys(Path::new(EXAMPLE_KEYS))
    }

    /// The same, made from another directory of keys.
    pub fn with_keys(keys: &Path) -> Self {
        Self::witnessed(keys, None)
    }

    /// The same, whose witnesses are those of a policy.
    pub fn witnessed(keys: &Path, policy: Option<&Path>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = TestClock::at(BEGINNING);
        let host = VerificationHost::new("https://verify.example.org").unwrap();
        let settings = Settings {
            marking: Marking::Specimen,
            ..Settings::cautious(LogGeneration::new(1), host)
        };
        let options = InitOptions { keys, settings, policy };
        let random = Box::new(randomness("office"));
        let office =
            init(&data(&dir), &options, open_options(), Arc::new(clock.clone()), random).unwrap();
        let staff = Staff { proposer: key("staff-1.key"), approver: key("staff-2.key") };
        let mut bureau = Self { dir, clock, staff, office: Some(office) };
        let (office, Staff { proposer, approver }) = bureau.both();
        office.register_committees(&demo_committees(), proposer, approver).unwrap();
        bureau
    }

    /// A bureau that issued certificates for `count` synthetic results.
    pub fn having_issued(count: usize) -> Self {
        let mut bureau = Self::new();
        assert_eq!(bureau.import(synthetic(0, count).as_bytes()), count);
        assert_eq!(bureau.issue().len(), count);
        bureau
    }

    /// The data directory.
    pub fn dir(&self) -> PathBuf {
        data(&self.dir)
    }

    /// Where its files lie.
    pub fn layout(&self) -> Layout {
        Layout::new(&self.dir())
    }

    /// A place beside the data directory for what a test writes.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// The open office.
    pub fn office(&mut self) -> &mut Office {
        self.office.as_mut().unwrap()
    }

    /// Closes the office, so that another process may open the directory.
    pub fn close(&mut self) {
        self.office = None;
    }

    /// A copy of the directory as it is, and a certificate that the same committees sign only then. The
    /// bureau is closed.
    pub fn unrecorded_in_copy(&mut self) -> (PathBuf, LeafIndex, SignedCertificate) {
        self.close();
        let copy = self.beside("before");
        files::copy(&self.dir(), &copy);
        self.reopen();
        self.import(synthetic(50, 1).as_bytes());
        let index = self.issue().remove(0).index;
        self.close();
        (copy, index, Records::of(&self.dir()).certificate(index))
    }

    /// Opens it again, which finishes whatever was left undone.
    pub fn reopen(&mut self) -> &mut Office {
        self.reopen_without(&[])
    }

    /// The same, though these witnesses may not be reached.
    pub fn reopen_without(&mut self, without: &[&str]) -> &mut Office {
        self.close();
        self.office = Some(open_without(&self.dir(), &self.clock, without).unwrap());
        self.office()
    }

    /// Imports a list under the demo's committees and gives the number of results that are new.
    pub fn import(&mut self, list: &[u8]) -> usize {
        let mut rules = Rules { gates: self.office().gates(), ..demo_rules() };
        self.office().judge_by_record(&mut rules.committees).unwrap();
        let judged = import::judge(list, &rules).unwrap();
        let office = self.office();
        let new: Vec<_> = judged
            .accepted
            .into_iter()
            .filter(|result| office.standing(&result.result().result_key()).unwrap().is_none())
            .collect();
        let count = new.len();
        office.add_all(new).unwrap();
        count
    }

    /// Issues everything that waits; nothing may be held back.
    pub fn issue(&mut self) -> Vec<Issued> {
        let options =
            IssueOptions { proposer: &self.staff.proposer, approver: &self.staff.approver };
        let report = self.office.as_mut().unwrap().issue(&options, |_step| {}).unwrap();
        assert_eq!(report.held_back, []);
        report.issued
    }

    /// Issues with other keys than the staff's.
    pub fn try_issue(&mut self, staff: &Staff) -> Result<Vec<Issued>, Box<OfficeError>> {
        let options = IssueOptions { proposer: &staff.proposer, approver: &staff.approver };
        Ok(self.office().issue(&options, |_step| {}).map_err(Box::new)?.issued)
    }

    /// Revokes the title of a certificate.
    pub fn revoke(&mut self, number: &CertificateNumber) -> Revoked {
        let order = self.order(CaseKind::RevokeTitle, Vec::new());
        let Staff { proposer, approver } = &self.staff;
        self.office.as_mut().unwrap().revoke(number, order, proposer, approver).unwrap()
    }

    /// The open office and the two members of staff who decide in it.
    pub fn both(&mut self) -> (&mut Office, &Staff) {
        (self.office.as_mut().unwrap(), &self.staff)
    }

    /// A decision of today that says everything that its kind demands.
    pub fn order(&self, kind: CaseKind, targets: Vec<LeafIndex>) -> Order {
        let today = self.today();
        let document = Text::new("渝州职改〔2026〕900号").unwrap();
        let reasons = "业绩证明系伪造。".to_owned();
        Order {
            served_on: Some(today),
            heard: Some("已听取陈述申辩，笔录在卷。".to_owned()),
            ground: kind.grounds().first().copied(),
            ..Order::new(kind, targets, document, today, reasons)
        }
    }

    /// Decides in one go, with both members of staff.
    pub fn decide(
        &mut self,
        kind: CaseKind,
        targets: Vec<LeafIndex>,
    ) -> Result<Recorded, Box<OfficeError>> {
        let order = self.order(kind, targets);
        let Staff { proposer, approver } = &self.staff;
        self.office.as_mut().unwrap().decide(order, proposer, approver).map_err(Box::new)
    }

    /// Renews the demo's first committee from the text of a list.
    pub fn renew(&mut self, list: &str, key: KeyChoice) -> Result<Registration, Box<OfficeError>> {
        let (Staff { proposer, approver }, list) = (&self.staff, committees(list));
        let office = self.office.as_mut().unwrap();
        office.renew_committee(FIRST_COMMITTEE, &list, key, proposer, approver).map_err(Box::new)
    }

    /// Where the entries of the demo's first committee stand that a decision would be about.
    pub fn entries_for(&mut self, kind: CaseKind) -> Vec<LeafIndex> {
        self.office().committee_targets(FIRST_COMMITTEE, kind, None).unwrap()
    }

    /// Today, in Beijing.
    pub fn today(&self) -> Date {
        verifier::clock::Clock::now(&self.clock).beijing_date()
    }

    /// Ends a test: recomputes the whole directory with the library's audit, without and with the
    /// private part.
    pub fn audit(&self) -> ledger::audit::Whole {
        whole::audit(&self.dir())
    }
}

impl Default for Bureau {
    fn default() -> Self {
        Self::new()
    }
}

/// Opens a data directory made from the example keys.
pub fn open(dir: &Path, clock: &TestClock) -> Result<Office, Box<OfficeError>> {
    open_without(dir, clock, &[])
}

/// The same, though these witnesses may not be reached.
pub fn open_without(
    dir: &Path,
    clock: &TestClock,
    without: &[&str],
) -> Result<Office, Box<OfficeError>> {
    let (clock, random) = (Arc::new(clock.clone()), Box::new(randomness("office")));
    let mut options = open_options();
    options.witnesses.without = without.iter().map(|name| (*name).to_owned()).collect();
    Office::open(dir, options, clock, random).map_err(Box::new)
}

/// How the kit opens directories: worthless keys may sign, and heads come when they are asked for.
pub fn open_options() -> OpenOptions {
    OpenOptions {
        passphrase: passphrase(),
        examples: ExampleKeys::Allowed,
        heartbeat: Heartbeat::OnDemand,
        sequencer_random: Box::new(randomness("sequencer")),
        witnesses: WitnessOptions {
            // Longer than any test: one that waits for a silent witness hangs and cannot pass.
            patience: Patience { request: Duration::from_secs(3600), pauses: vec![SHORT, SHORT] },
            ..WitnessOptions::silent()
        },
        registry: OldRegistry::Kept,
        progress: Listener::nobody(),
    }
}

/// The example keys' passphrase.
pub fn passphrase() -> Passphrase {
    Passphrase::from_file(&Path::new(EXAMPLE_KEYS).join("passphrase.txt")).unwrap()
}

/// One of the example keys.
pub fn key(name: &str) -> SigningKeyFile {
    let path = Path::new(EXAMPLE_KEYS).join(name);
    SigningKeyFile::load(&path, &passphrase(), ExampleKeys::Allowed).unwrap()
}

/// Random bytes of which no two uses get the same.
pub fn randomness(use_: &str) -> Predictable {
    let opening = OPENINGS.fetch_add(1, Ordering::SeqCst);
    Predictable::new(&format!("{use_} {opening} {}", std::process::id()))
}

fn data(dir: &TempDir) -> PathBuf {
    dir.path().join("data")
}
