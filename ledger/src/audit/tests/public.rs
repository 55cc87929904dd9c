//! What an audit of the public files finds.

use super::{assert_fault, fault, flipped, offsets, public, sample, *};
use crate::{
    merkle::{TileSpan, TileWidth},
    private_kit::bureau::log_key,
    status::ExceptionList,
};

/// Files of up to so many bytes are changed at every byte; longer ones beyond these at every
/// `STEP`-th, which is prime, so that all fields are met.
const DENSE: usize = 520;
const STEP: usize = 61;

#[test]
fn a_log_as_it_should_be_is_whole() {
    let sample = sample::log();
    let whole = public(&sample.disk).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(whole.size.get(), 16);
    assert_eq!(whole.as_of, Some(sample.now()));
    // The revoked title and the superseded document.
    assert_eq!(whole.exceptions, 2);
    assert_eq!(whole.private, None);
}

#[test]
fn any_changed_byte_of_any_public_file_is_found_and_its_file_named() {
    let disk = sample::log().disk;
    let files: Vec<_> = disk.paths().into_iter().filter(|path| path.starts_with("log/")).collect();
    assert!(files.len() == 18, "{files:?}");
    for path in files {
        let good = disk.read(&path).unwrap();
        for at in offsets(good.len(), DENSE, STEP) {
            disk.tamper(&path, Some(flipped(&good, at)));
            let found = fault(public(&disk));
            assert_eq!(format!("log/{}", found.file), path, "byte {at}: {found}");
        }
        disk.tamper(&path, Some(good));
    }
    assert_eq!(public(&disk).unwrap().size.get(), 16);
}

#[test]
fn a_file_that_is_cut_or_goes_on_is_found_and_named() {
    let disk = sample::log().disk;
    for path in disk.paths().into_iter().filter(|path| path.starts_with("log/")) {
        let good = disk.read(&path).unwrap();
        let (mut longer, shorter) = (good.clone(), good[..good.len() - 1].to_vec());
        longer.push(b'\n');
        for changed in [longer, shorter, Vec::new()] {
            disk.tamper(&path, Some(changed));
            let found = fault(public(&disk));
            assert_eq!(format!("log/{}", found.file), path, "{found}");
        }
        disk.tamper(&path, Some(good));
    }
}

#[test]
fn a_missing_file_is_named_unless_old_lists_may_go() {
    let disk = sample::log().disk;
    for path in disk.paths().into_iter().filter(|path| path.starts_with("log/")) {
        let good = disk.read(&path).unwrap();
        disk.tamper(&path, None);
        let newest_list = path == "log/status/12";
        match public(&disk) {
            Ok(_) => assert!(path.starts_with("log/status/") && !newest_list, "{path}"),
            Err(AuditError::Fault { fault, .. }) => {
                assert_eq!(format!("log/{}", fault.file), path);
                assert!(matches!(fault.problem, Problem::Missing), "{fault}");
            }
            Err(other) => panic!("{other}"),
        }
        disk.tamper(&path, Some(good));
    }
}

#[test]
fn a_file_that_belongs_to_no_log_is_named() {
    for name in ["index.html", "tile/0/000.p/016", "tile/x", "status/012", "checkpoint.bak"] {
        let disk = sample::log().disk;
        disk.tamper(&format!("log/{name}"), Some(b"x".to_vec()));
        assert_fault!(public(&disk), name, Problem::Stray);
    }
}

#[test]
fn a_file_of_a_size_that_was_never_published_is_named() {
    for name in ["tile/0/000.p/5", "tile/entries/000.p/6", "status/5", "status/14", "checkpoints/9"]
    {
        let disk = sample::log().disk;
        disk.tamper(&format!("log/{name}"), Some(Vec::new()));
        assert_fault!(public(&disk), name, Problem::NotPublished);
    }
}

#[test]
fn a_file_beyond_the_checkpoint_is_named() {
    for name in ["tile/0/000.p/17", "tile/entries/001.p/1", "status/16", "checkpoints/17"] {
        let disk = sample::log().disk;
        disk.tamper(&format!("log/{name}"), Some(Vec::new()));
        assert_fault!(public(&disk), name, Problem::Beyond { .. });
    }
}

#[test]
fn an_older_checkpoint_put_back_leaves_files_beyond_it() {
    let disk = sample::log().disk;
    let kept = disk.read("log/checkpoints/8").unwrap();
    disk.tamper("log/checkpoint", Some(kept));
    assert_fault!(public(&disk), "checkpoints/13", Problem::Beyond { .. });
}

#[test]
fn a_checkpoint_of_another_log_is_not_audited_under_this_ones_rules() {
    let disk = sample::log().disk;
    let note = String::from_utf8(disk.read("log/checkpoint").unwrap()).unwrap();
    disk.tamper("log/checkpoint", Some(note.replace("ledger.example", "ledger.invalid").into()));
    assert_fault!(public(&disk), "checkpoint", Problem::UnknownLog { .. });
}

#[test]
fn a_signature_line_of_an_unknown_key_is_named() {
    let disk = sample::log().disk;
    for path in ["checkpoint", "checkpoints/8"] {
        let good = disk.read(&format!("log/{path}")).unwrap();
        let more = [good.as_slice(), "— w.example AAAAAAAAAAA=\n".as_bytes()].concat();
        disk.tamper(&format!("log/{path}"), Some(more));
        assert_fault!(public(&disk), path, Problem::UnknownSignature { .. });
        disk.tamper(&format!("log/{path}"), Some(good));
    }
}

#[test]
fn a_kept_checkpoint_under_another_ones_name_is_named() {
    let disk = sample::log().disk;
    let other = disk.read("log/checkpoints/8").unwrap();
    disk.tamper("log/checkpoints/13", Some(other));
    assert_fault!(public(&disk), "checkpoints/13", Problem::Misnamed { .. });
}

#[test]
fn a_list_of_another_head_is_named() {
    let disk = sample::log().disk;
    let other = disk.read("log/status/10").unwrap();
    assert_ne!(ExceptionList::decode(&other).unwrap().len(), 2);
    disk.tamper("log/status/12", Some(other));
    assert_fault!(public(&disk), "status/12", Problem::List);
}

#[test]
fn an_entry_replaced_together_with_its_hashes_is_named() {
    // Whoever changes an entry and every hash of it still has no signature for the new root.
    let (disk, other) = (sample::log().disk, sample::log_of_others().disk);
    for path in disk.paths() {
        let theirs = path.starts_with("log/tile/").then(|| other.read(&path)).flatten();
        if let Some(theirs) = theirs {
            disk.tamper(&path, Some(theirs));
        }
    }
    assert_fault!(public(&disk), "checkpoints/8", Problem::Root { .. });
}

#[test]
fn an_empty_directory_is_no_log() {
    let verdict = public(&MemoryDisk::new());
    assert!(matches!(verdict, Err(AuditError::Unreadable(_))), "{verdict:?}");
}

#[test]
fn a_log_of_several_full_tiles_is_recomputed() {
    let disk = sample::long_log().disk;
    let whole = public(&disk).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(whole.size.get(), 607);
    let full = TileSpan::new(1, TileWidth::FULL).unwrap();
    for path in ["log/tile/0/001", "log/tile/1/000.p/2", &format!("log/tile/entries/{full}")] {
        let good = disk.read(path).unwrap();
        for at in [5, good.len() / 2, good.len() - 1] {
            disk.tamper(path, Some(flipped(&good, at)));
            let found = fault(public(&disk));
            assert_eq!(format!("log/{}", found.file), path, "byte {at}: {found}");
        }
        disk.tamper(path, Some(good));
    }
}

#[test]
fn older_partial_files_may_be_gone_once_a_full_one_took_their_place() {
    let disk = sample::long_log().disk;
    for path in ["log/tile/0/001.p/47", "log/tile/entries/001.p/47", "log/tile/0/000.p/4"] {
        assert!(disk.read(path).is_some(), "{path}");
        disk.tamper(path, None);
    }
    assert_eq!(public(&disk).unwrap().size.get(), 607);
    disk.tamper("log/tile/1/000.p/1", None);
    // Level 1 has no full tile yet: the size that needs this one is no longer served.
    assert_fault!(public(&disk), "tile/1/000.p/1", Problem::Missing);
}

#[test]
fn what_the_signer_signed_beside_the_entries_is_blamed_on_the_checkpoint() {
    let disk = sample::log().disk;
    let forged = sample::signed(16, [8; 32]);
    disk.tamper("log/checkpoint", Some(forged));
    assert_fault!(public(&disk), "checkpoint", Problem::Root { .. });
    assert_eq!(log_key().name().as_str(), "ledger.example/titles");
}
