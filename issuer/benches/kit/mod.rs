//! A bureau in a temporary directory, with the example keys and as many results as a bench asks for.
#![expect(clippy::unwrap_used, reason = "a bench may stop at once")]

use std::{path::Path, sync::Arc};

use issuer::{
    calendar::Calendar,
    catalogue::Catalogue,
    committee,
    document::Marking,
    eligibility::{EligibleResult, GateSettings},
    import::{Rules, judge},
    office::{InitOptions, Office, OldRegistry, OpenOptions, Settings, init},
    progress::Listener,
    random::{Buffered, OsRandom},
    sequencer::Heartbeat,
    signing::{ExampleKeys, Passphrase, SigningKeyFile, write_example_files},
    witnesses::WitnessOptions,
};
use ledger::{certificate::LogGeneration, qr::VerificationHost};
use verifier::clock::SystemClock;

const RESULTS: &str = include_str!("../../demo/approved-results.csv");
const COMMITTEES: &[u8] = include_bytes!("../../demo/committees.csv");

/// An open office, and the keys of two members of its staff.
pub struct Bureau {
    pub office: Office,
    pub proposer: SigningKeyFile,
    pub approver: SigningKeyFile,
}

/// Makes both below `dir`.
pub fn bureau(dir: &Path) -> Bureau {
    let keys = dir.join("keys-made");
    write_example_files(&keys).unwrap();
    let passphrase = || Passphrase::from_file(&keys.join("passphrase.txt")).unwrap();
    let key = |name: &str| {
        SigningKeyFile::load(&keys.join(name), &passphrase(), ExampleKeys::Allowed).unwrap()
    };
    let office = office(dir, &keys, passphrase());
    Bureau { office, proposer: key("staff-1.key"), approver: key("staff-2.key") }
}

fn office(dir: &Path, keys: &Path, passphrase: Passphrase) -> Office {
    let host = VerificationHost::new("https://verify.example.cn").unwrap();
    let settings = Settings {
        extra_months: 600,
        marking: Marking::Specimen,
        ..Settings::cautious(LogGeneration::new(1), host)
    };
    let open = OpenOptions {
        passphrase,
        examples: ExampleKeys::Allowed,
        heartbeat: Heartbeat::OnDemand,
        sequencer_random: Box::new(Buffered::new(OsRandom)),
        witnesses: WitnessOptions::silent(),
        registry: OldRegistry::Kept,
        progress: Listener::nobody(),
    };
    let options = InitOptions { keys, settings, policy: None };
    init(
        &dir.join("office"),
        &options,
        open,
        Arc::new(SystemClock),
        Box::new(Buffered::new(OsRandom)),
    )
    .unwrap()
}

/// The demo's list, over and over, each time with other approval documents.
pub struct Lists {
    rules: Rules,
    round: usize,
    left: Vec<EligibleResult>,
}

impl Lists {
    /// Puts the demo's committees on record.
    pub fn of(office: &mut Office, proposer: &SigningKeyFile, approver: &SigningKeyFile) -> Self {
        let catalogue = Catalogue::published().unwrap();
        let committees = committee::read(COMMITTEES, &catalogue).unwrap().committees;
        office.register_committees(&committees, proposer, approver).unwrap();
        let calendar = Calendar::published().unwrap();
        let rules = Rules { catalogue, committees, calendar, gates: GateSettings::cautious() };
        Self { rules, round: 0, left: Vec::new() }
    }

    /// So many accepted results that were not taken before.
    pub fn take(&mut self, count: usize) -> Vec<EligibleResult> {
        while self.left.len() < count {
            self.round += 1;
            let list = RESULTS.replace("号,2026", &format!("{}号,2026", self.round));
            let accepted = judge(list.as_bytes(), &self.rules).unwrap().accepted;
            assert!(!accepted.is_empty(), "round {}", self.round);
            self.left.extend(accepted);
        }
        let rest = self.left.split_off(count);
        std::mem::replace(&mut self.left, rest)
    }
}
