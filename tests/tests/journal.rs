//! A journal that lost something, or says something else than it did, is refused on start with the place;
//! what was erased by the rules is not missed, what is gone without a line is.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::{fs, path::PathBuf};

use issuer::office::ErasureOrder;
use tests::{
    bureau::{Bureau, open},
    files,
    programs::{Finished, program, run},
    records::Records,
};

/// A closed bureau whose journal is anchored to its end.
fn anchored() -> Bureau {
    let mut bureau = Bureau::having_issued(2);
    let number = bureau.office().registry().certificate_numbers().unwrap().remove(0);
    bureau.revoke(&number);
    bureau.office().heartbeat().unwrap();
    bureau.close();
    bureau
}

/// What an opening of the directory says with these bytes for its journal; it changes no file.
fn refusal(bureau: &Bureau, journal: &[u8]) -> String {
    let path = bureau.dir().join("private/journal/records");
    fs::write(&path, journal).unwrap();
    let content = || {
        let all = ["log", "private"].map(|part| files::all(&bureau.dir().join(part))).concat();
        all.into_iter()
            .map(|file| (file.clone(), fs::read(file).unwrap()))
            .collect::<Vec<(PathBuf, _)>>()
    };
    let before = content();
    let error = open(&bureau.dir(), &bureau.clock).err().unwrap();
    assert!(content() == before, "{error}: something was changed");
    error.to_string()
}

#[test]
fn a_journal_cut_anywhere_below_its_last_anchor_is_refused_with_the_record_where_it_ends() {
    let bureau = anchored();
    let good = fs::read(bureau.dir().join("private/journal/records")).unwrap();
    let places = Records::of(&bureau.dir()).journal_places();
    assert_eq!(places.last().unwrap().offset, good.len() as u64);
    for (record, line) in places.windows(2).enumerate() {
        let [from, to] = [line[0].offset, line[1].offset].map(|at| usize::try_from(at).unwrap());
        for cut in [from, from + 3, from + (to - from) / 2, to - 1] {
            let said = refusal(&bureau, &good[..cut]);
            let place = format!("ends at record {record}, byte {from}");
            assert!(said.contains(&place), "cut at {cut}: {said}");
        }
    }
    fs::write(bureau.dir().join("private/journal/records"), good).unwrap();
    open(&bureau.dir(), &bureau.clock).unwrap();
    bureau.audit();
}

#[test]
fn a_changed_byte_of_any_record_is_refused_with_that_record() {
    let bureau = anchored();
    let good = fs::read(bureau.dir().join("private/journal/records")).unwrap();
    let places = Records::of(&bureau.dir()).journal_places();
    for (record, line) in places.windows(2).enumerate() {
        let [from, to] = [line[0].offset, line[1].offset].map(|at| usize::try_from(at).unwrap());
        for at in [from, from + 3, from + 4, from + (to - from) / 2, to - 1] {
            let mut bad = good.clone();
            bad[at] ^= 0x10;
            let said = refusal(&bureau, &bad);
            assert!(said.contains(&format!("record {record}, byte {from}")), "byte {at}: {said}");
        }
    }
    fs::write(bureau.dir().join("private/journal/records"), good).unwrap();
    open(&bureau.dir(), &bureau.clock).unwrap();
    bureau.audit();
}

fn audit(bureau: &Bureau) -> Finished {
    let layout = bureau.layout();
    let mut ledger = program("ledger");
    ledger.arg("audit").arg("--log").arg(layout.log()).arg("--trust").arg(layout.trust());
    ledger.arg("--private").arg(bureau.dir().join("private"));
    ledger.arg("--private-key").arg(layout.key("records.kek"));
    run(&mut ledger)
}

#[test]
fn the_audit_counts_what_was_erased_and_fails_what_is_gone_without_a_line() {
    let mut bureau = Bureau::having_issued(2);
    let numbers = bureau.office().registry().certificate_numbers().unwrap();
    assert!(audit(&bureau).expect_code(0).stdout.contains(" 0 were erased"));
    let before = bureau.beside("before");
    files::copy(&bureau.dir().join("private/journal"), &before);
    let (office, staff) = bureau.both();
    let order = ErasureOrder::Number(numbers[0].clone());
    office.erase(&order, "渝州职改删〔2026〕3号", &staff.proposer, &staff.approver).unwrap();
    let said = audit(&bureau).expect_code(0).stdout;
    assert!(said.contains(" 1 were erased") && said.contains("1 条已依法删除"), "{said}");
    bureau.close();
    // The same keys are gone; the lines that say who erased them are, too.
    files::replace(&before, &bureau.dir().join("private/journal"));
    let said = audit(&bureau).expect_code(1);
    let said = format!("{}{}", said.stdout, said.stderr);
    assert!(said.contains("no line of the journal says who erased it"), "{said}");
}
