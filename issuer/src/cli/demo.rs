//! `issuer demo`: the whole job on the embedded store, with keys that everybody has.

mod half_made;
mod report;

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use ledger::{
    certificate::{LogGeneration, Text},
    position::LeafIndex,
    qr::VerificationHost,
};
use verifier::{
    clock::{Clock as _, SystemClock},
    verdict::Outcome,
};

use self::report::{Certificate, Report};
use super::{access::SigningArgs, failure::Failure, key_access::KeyAccess, progress};
use crate::{
    calendar::Calendar,
    case::{CaseFault, CaseKind, Order},
    catalogue::Catalogue,
    committee,
    document::Marking,
    import::{self, PendingResults as _, Rules},
    office::{InitOptions, IssueOptions, Layout, Office, OfficeError, OpenOptions, Settings, init},
    random::{Buffered, OsRandom},
    sequencer::{Heartbeat, SubmitError},
    signing::{Passphrase, SigningKeyFile, write_example_files},
};

const RESULTS: &[u8] = include_bytes!("../../demo/approved-results.csv");
const COMMITTEES: &[u8] = include_bytes!("../../demo/committees.csv");
/// The demo's committees sign for fifty years after their filings, so that nothing breaks when the
/// sample filings run out.
const EXTRA_MONTHS: u32 = 600;

/// How often a status head is published although nothing happens.
const HEARTBEAT: Duration = Duration::from_secs(600);

/// Runs everything embedded, with example keys and lists of invented people.
#[derive(Debug, Clone, clap::Args)]
pub struct DemoArgs {
    /// 工作目录 / The directory to work in
    #[arg(long, value_name = "DIR", default_value = "demo-out")]
    dir: PathBuf,
    /// 签发、打印、核验完即结束，不提供页面 / End when everything was issued, printed and checked, instead of serving the pages
    #[arg(long)]
    once: bool,
    /// 127.0.0.1 上提供页面、二维码所指的端口 / The port on 127.0.0.1 where the pages are served, and where QR codes point
    #[arg(long, default_value_t = 8080)]
    port: u16,
}

impl Default for DemoArgs {
    fn default() -> Self {
        Self { dir: "demo-out".into(), once: false, port: 8080 }
    }
}

/// Exit 0: everything is as it should be.
pub fn run(args: &DemoArgs) -> Result<u8, Failure> {
    eprintln!(
        "示例密钥人人皆知，仅供演示 / the example keys are worthless: for demonstration only"
    );
    let listener = if args.once { None } else { Some(super::serve::listen(args.port)?) };
    let mut office = open(args)?;
    let mut report = Report::default();
    import(&mut office, &mut report)?;
    issue(&mut office)?;
    revoke_first(&mut office)?;
    let certificates = print_all(&office)?;
    check(&certificates)?;
    report.certificates = certificates;
    report.write(&office.layout().out().join("report.json"))?;
    summary(&office, &report);
    match listener {
        None => Ok(0),
        Some(listener) => super::serve::run(office, listener, args.port),
    }
}

fn access() -> SigningArgs {
    let keys = KeyAccess { passphrase_file: None, allow_example_keys: true };
    SigningArgs { keys, now: None, without_witness: Vec::new() }
}

/// Opens the demo's directory, or makes it.
fn open(args: &DemoArgs) -> Result<Office, Failure> {
    let access = access();
    half_made::clear(&args.dir)?;
    if Layout::new(&args.dir).settings().exists() {
        let options = with_heartbeat(access.options_from(&Layout::new(&args.dir).keys())?);
        return Ok(Office::open(
            &args.dir,
            options,
            access.clock()?,
            Box::new(Buffered::new(OsRandom)),
        )?);
    }
    let keys = args.dir.join(half_made::KEYS);
    write_example_files(&keys)?;
    let host = VerificationHost::new(&format!("http://127.0.0.1:{}", args.port))
        .map_err(|error| Failure::Usage(error.to_string()))?;
    let settings = Settings {
        extra_months: EXTRA_MONTHS,
        marking: Marking::Specimen,
        ..Settings::cautious(LogGeneration::new(1), host)
    };
    let options = InitOptions { keys: &keys, settings, policy: None };
    let office = init(
        &args.dir,
        &options,
        access.options_from(&keys)?,
        access.clock()?,
        Box::new(Buffered::new(OsRandom)),
    )?;
    for name in ["staff-1.key", "staff-2.key"] {
        let (from, to) = (keys.join(name), office.layout().key(name));
        std::fs::rename(&from, to).map_err(|source| Failure::Io { path: from, source })?;
    }
    std::fs::remove_dir_all(&keys).map_err(|source| Failure::Io { path: keys, source })?;
    Ok(office)
}

fn on_failure(error: &SubmitError) {
    eprintln!("状态摘要未能发布 / no status head was published: {error}");
}

fn with_heartbeat(options: OpenOptions) -> OpenOptions {
    OpenOptions { heartbeat: Heartbeat::Every { interval: HEARTBEAT, on_failure }, ..options }
}

fn import(office: &mut Office, report: &mut Report) -> Result<(), Failure> {
    let catalogue = Catalogue::published()?;
    let calendar = Calendar::published().map_err(import_failed)?;
    let committees = committee::read(COMMITTEES, &catalogue).map_err(import_failed)?.committees;
    let (proposer, approver) = staff(office)?;
    office.register_committees(&committees, &proposer, &approver)?;
    let gates = office.gates();
    let rules = Rules { catalogue, committees, calendar, gates };
    let judged = import::judge(RESULTS, &rules).map_err(import_failed)?;
    report.rows(&judged.report);
    let mut new = Vec::new();
    for result in judged.accepted {
        let known = office.standing(&result.result().result_key()).map_err(import_failed)?;
        if known.is_none() {
            new.push(result);
        }
    }
    office.add_all(new).map_err(import_failed)
}

fn import_failed(error: impl std::fmt::Display) -> Failure {
    Failure::Demo(error.to_string())
}

fn staff(office: &Office) -> Result<(SigningKeyFile, SigningKeyFile), Failure> {
    let passphrase = Passphrase::from_file(&office.layout().key("passphrase.txt"))?;
    let key = |name: &str| {
        let allowed = crate::signing::ExampleKeys::Allowed;
        SigningKeyFile::load(&office.layout().key(name), &passphrase, allowed)
    };
    Ok((key("staff-1.key")?, key("staff-2.key")?))
}

fn issue(office: &mut Office) -> Result<(), Failure> {
    let (proposer, approver) = staff(office)?;
    let bar = progress(office.waiting()?, progress::DRAFTING);
    let options = IssueOptions { proposer: &proposer, approver: &approver };
    let report = office.issue(&options, |step| progress::issuing(&bar, step))?;
    bar.finish_and_clear();
    match report.held_back.first() {
        None => Ok(()),
        Some(held) => Err(Failure::Demo(held.fault.to_string())),
    }
}

/// Revokes the title with the smallest number, once.
fn revoke_first(office: &mut Office) -> Result<(), Failure> {
    let Some(number) = office.registry().certificate_numbers()?.into_iter().next() else {
        return Err(Failure::Demo("nothing was issued".to_owned()));
    };
    let (proposer, approver) = staff(office)?;
    let decided_on = SystemClock.now().beijing_date();
    let (year, _, _) = decided_on.ymd();
    let order = Order {
        served_on: Some(decided_on),
        heard: Some("演示：已听取陈述申辩，笔录在卷。".to_owned()),
        ..Order::new(
            CaseKind::RevokeTitle,
            Vec::new(),
            Text::new(&format!("渝职改办〔{year}〕900号"))?,
            decided_on,
            "演示：经查实，申报材料中的业绩证明系伪造。".to_owned(),
        )
    };
    match office.revoke(&number, order, &proposer, &approver) {
        // A demo that is run again finds it revoked.
        Ok(_) | Err(OfficeError::Case(CaseFault::Transition { .. })) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn print_all(office: &Office) -> Result<Vec<Certificate>, Failure> {
    let registry = office.registry();
    let numbers = registry.certificate_numbers()?;
    let (printer, out) = (office.printer()?, office.layout().out());
    let bar = progress(numbers.len(), "打印 / printing");
    let certificates = ledger::parallel::map_pieces(numbers, |piece| {
        piece
            .into_iter()
            .map(|number| {
                let documents = registry.by_number(&number)?;
                let index: LeafIndex = documents
                    .last()
                    .copied()
                    .ok_or_else(|| Failure::Demo(format!("{number} is not on record")))?;
                let printed = printer.print(index, SystemClock.now())?;
                super::print::write(&out, number.as_str(), &printed)?;
                bar.inc(1);
                Ok(Certificate::new(&number, index, &printed.verdict))
            })
            .collect::<Result<Vec<_>, Failure>>()
    });
    bar.finish_and_clear();
    certificates
}

/// One is revoked, and all others are valid.
fn check(certificates: &[Certificate]) -> Result<(), Failure> {
    let with =
        |outcome: Outcome| certificates.iter().filter(|c| c.status == outcome.name()).count();
    let (valid, revoked) = (with(Outcome::Valid), with(Outcome::Revoked));
    if revoked == 1 && valid + revoked == certificates.len() {
        return Ok(());
    }
    Err(Failure::Demo(format!(
        "of {} certificates {valid} are valid and {revoked} revoked",
        certificates.len()
    )))
}

fn summary(office: &Office, report: &Report) {
    let dir: &Path = office.layout().dir();
    eprintln!(
        "导入 {} 行，签发 {} 份，撤销 1 份 / {} rows imported, {} certificates issued, 1 revoked",
        report.rows.len(),
        report.certificates.len(),
        report.rows.len(),
        report.certificates.len(),
    );
    let dir = dir.display();
    eprintln!(
        "核验 / check:  verifier check {dir}/out/*.pdf --log {dir}/log --trust {dir}/trust.toml"
    );
    eprintln!(
        "审计 / audit:  ledger audit --log {dir}/log --trust {dir}/trust.toml \
         --private {dir}/private --private-key {dir}/keys/records.kek"
    );
}
