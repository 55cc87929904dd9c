//! The power fails at random moments while a bureau issues. Whatever was acknowledged is there once;
//! the log is whole, journal and anchor agree, and the next one goes on.
//!
//! The file systems are real ones in files, shut down without their journals being flushed.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use issuer::random::{Predictable, Random, bytes};
use ledger::certificate::CertificateNumber;
use tests::{
    bureau::{Bureau, open},
    clock::TestClock,
    disk::{Disk, leave_unsynced},
    files,
    lists::identity_number,
    whole,
};

/// Results of one round; more than a round ever issues.
const ROUND: usize = 1_000;

#[test]
fn on_ext4_what_was_acknowledged_survives_every_power_cut() {
    survives("ext4", 30);
}

#[test]
fn on_xfs_what_was_acknowledged_survives_every_power_cut() {
    survives("xfs", 10);
}

fn survives(kind: &str, cuts: usize) {
    // xfs is made from 300 MB on.
    let Some(mut disk) = Disk::make(kind, 320) else { return };
    let mut bureau = Bureau::new();
    bureau.close();
    let dir = disk.path().join("data");
    files::copy(&bureau.dir(), &dir);
    // What the copy left in memory is not what is tested.
    disk.restart();
    let mut random = Predictable::new(kind);
    let (mut acknowledged, mut on_record, mut lost) = (0, 0, 0);
    for cut in 0..cuts {
        let numbers = issue_until_cut(&disk, &dir, cut, &mut random);
        disk.restart();
        let unsynced = std::fs::read(unsynced(&disk, cut)).unwrap_or_default();
        lost += usize::from(unsynced.is_empty());
        let now_on_record = check(&dir, &bureau.clock, &numbers, cut);
        assert!(now_on_record >= on_record + numbers.len(), "after cut {cut}");
        acknowledged += numbers.len();
        on_record = now_on_record;
    }
    // A busy machine writes some files out by itself before the cut.
    assert!(lost > cuts / 2, "{kind}: in {lost} of {cuts} cuts was lost what nobody had synced");
    println!("{kind}: {cuts} cuts, {acknowledged} acknowledged, {on_record} on record");
    assert!(acknowledged > cuts, "hardly anything was issued");
}

fn unsynced(disk: &Disk, cut: usize) -> PathBuf {
    disk.path().join(format!("unsynced-{cut}"))
}

/// Lets a bureau issue, cuts the power a random time after a random number of acknowledgements, and
/// gives what was acknowledged before the cut.
fn issue_until_cut(
    disk: &Disk,
    dir: &Path,
    cut: usize,
    random: &mut dyn Random,
) -> Vec<CertificateNumber> {
    let [after, wait] = bytes(random).unwrap();
    let (after, wait) = (usize::from(after % 12), Duration::from_micros(u64::from(wait) * 800));
    let cutter = disk.cutter();
    let mut bureau = Command::new(env!("CARGO_BIN_EXE_tireless"))
        .arg(dir)
        .arg((cut * ROUND).to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let (tell, told) = std::sync::mpsc::channel();
    let lines = BufReader::new(bureau.stdout.take().unwrap()).lines();
    let reader = std::thread::spawn(move || {
        for line in lines {
            tell.send(line.unwrap()).unwrap();
        }
    });
    let mut numbers: Vec<String> = Vec::new();
    for _ in 0..=after {
        numbers.push(told.recv().expect("the bureau goes on until its disk is gone"));
    }
    leave_unsynced(&unsynced(disk, cut));
    // The moment: some way into whatever it is doing now.
    let deadline = std::time::Instant::now() + wait;
    while let Some(left) = deadline.checked_duration_since(std::time::Instant::now()) {
        numbers.extend(told.recv_timeout(left).ok());
    }
    cutter.cut();
    bureau.kill().unwrap();
    bureau.wait().unwrap();
    reader.join().unwrap();
    // What it said before it noticed counts as well.
    numbers.extend(told.try_iter());
    numbers.iter().map(|number| CertificateNumber::new(number).unwrap()).collect()
}

/// Opens the directory again, which finishes what was begun, and gives how many certificates are on
/// record.
fn check(dir: &Path, clock: &TestClock, numbers: &[CertificateNumber], cut: usize) -> usize {
    let office = open(dir, clock).unwrap_or_else(|error| panic!("after cut {cut}: {error}"));
    let registry = office.registry();
    for number in numbers {
        assert_eq!(registry.by_number(number).unwrap().len(), 1, "{number} after cut {cut}");
    }
    assert_eq!(registry.open_intents().unwrap(), [], "after cut {cut}");
    // A result whose import was acknowledged and whose issuing was not is issued in the next round.
    for number in cut.saturating_sub(1) * ROUND..(cut + 1) * ROUND {
        let documents = registry.by_holder(&identity_number(number)).unwrap().len();
        assert!(documents <= 1, "{documents} documents of one result after cut {cut}");
    }
    let on_record = registry.certificate_numbers().unwrap().len();
    drop(office);
    whole::audit(dir);
    on_record
}
