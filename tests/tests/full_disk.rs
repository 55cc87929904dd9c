//! A disk that fills up. Intake stops while there is still room for heads and decisions; and when there
//! is no room at all, whatever was acknowledged is on record, the rest is issued once there is room
//! again, and reading goes on.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::path::Path;

use tests::{
    bureau::{Bureau, EXAMPLE_KEYS},
    disk::{Disk, Filler},
    lists,
    programs::{program, run},
    victim::Victim,
    whole,
};

/// From a disk without one free block on, as long as the batch does not fit: every block more.
const STEP: u64 = 4096;

#[test]
fn a_disk_that_is_full_at_any_moment_of_a_batch_loses_nothing() {
    let Some(disk) = Disk::make("ext4", 48) else { return };
    let victim = Victim::on_disk(&disk.path());
    let mut failed = 0;
    for free in (0..).map(|blocks| blocks * STEP) {
        victim.scene.begin();
        let filler = Filler::fill(&disk.path().join("filler"));
        filler.leave(free);
        let output = victim.issue().output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!said.contains("panicked"), "{free} bytes free: {said}");
        // Reading needs no room.
        whole::try_audit_public(victim.scene.dir()).unwrap();
        drop(filler);
        std::fs::write(victim.scene.stdout(), &output.stdout).unwrap();
        victim.check(&format!("{free} bytes free"));
        if output.status.success() {
            break;
        }
        assert_eq!(output.status.code(), Some(2), "{free} bytes free: {said}");
        assert!(said.contains("not done"), "{free} bytes free: {said}");
        let is_said = said.contains("磁盘已满 [disk_full]") || said.contains("[disk_nearly_full]");
        assert!(is_said, "{free} bytes free: {said}");
        failed += 1;
    }
    println!("{failed} sizes were too small");
    assert!(failed > 10);
}

#[test]
fn a_nearly_full_disk_takes_nothing_in_and_still_publishes_heads_and_decisions() {
    let mut bureau = Bureau::having_issued(2);
    let number = bureau.office().registry().certificate_numbers().unwrap().remove(0);
    bureau.import(lists::synthetic(2, 3).as_bytes());
    bureau.close();
    // No disk leaves so much.
    keep_back(&bureau.dir(), u32::MAX);
    let options = ["--allow-example-keys", "--now", &bureau.clock.text()].map(str::to_owned);
    let staff = ["proposer", "staff-1.key", "approver", "staff-2.key"];
    let mut issue = program("issuer");
    issue.arg("issue").args(&options).arg("--dir").arg(bureau.dir());
    for pair in staff.chunks(2) {
        issue.arg(format!("--{}", pair[0])).arg(format!("{EXAMPLE_KEYS}/{}", pair[1]));
    }
    let refused = run(&mut issue).expect_code(2);
    assert!(refused.stderr.contains("the disk is nearly full"), "{}", refused.stderr);
    let list = bureau.beside("list.csv");
    std::fs::write(&list, lists::synthetic(5, 1)).unwrap();
    let committees = bureau.beside("committees.csv");
    std::fs::write(&committees, lists::DEMO_COMMITTEES).unwrap();
    let mut import = program("issuer");
    import.arg("import").args(&options).arg("--dir").arg(bureau.dir());
    import.arg(&list).arg("--committees").arg(&committees);
    let refused = run(&mut import).expect_code(2);
    assert!(refused.stderr.contains("the disk is nearly full"), "{}", refused.stderr);
    let mut heartbeat = program("issuer");
    heartbeat.arg("heartbeat").args(&options).arg("--dir").arg(bureau.dir());
    run(&mut heartbeat).expect_code(0);
    bureau.reopen();
    bureau.revoke(&number);
    bureau.close();
    keep_back(&bureau.dir(), 0);
    bureau.reopen();
    assert_eq!(bureau.issue().len(), 3);
    bureau.close();
    bureau.audit();
}

fn keep_back(dir: &Path, mebibytes: u32) {
    let path = dir.join("issuer.toml");
    let settings = std::fs::read_to_string(&path).unwrap();
    let lines = settings.lines().filter(|line| !line.starts_with("reserve_mebibytes"));
    let kept: String = lines.map(|line| format!("{line}\n")).collect();
    std::fs::write(&path, format!("reserve_mebibytes = {mebibytes}\n{kept}")).unwrap();
}
