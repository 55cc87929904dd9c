//! A small log in which everything happens once, and a longer one.

use ed25519_dalek::Signer as _;

use crate::{
    authority::Role,
    checkpoint::{Checkpoint, Origin},
    digest::RootHash,
    entry::Entry,
    note::{SignatureLine, SignedNote},
    position::TreeSize,
    private_kit::{
        bureau::{Bureau, ORIGIN, log_key, log_signing_key},
        index,
        papers::{
            Holder, anchor, anchor_of, decision, decision_record, holder, integrity, issued,
            no_private, sorted, status_change,
        },
        x509::{authority_entry, bureau, committee},
    },
    seal::{JournalSequence, SealPlace},
    status::Status,
};

/// Seeds of the authorities' keys; they stand at the indices 0, 1 and 2.
pub(super) const DECIDE: u8 = 10;
pub(super) const REISSUE: u8 = 11;
pub(super) const COMMITTEE: u8 = 12;

const HOLDERS: [Holder; 3] = [holder("CQ-1", 1), holder("CQ-2", 2), holder("CQ-3", 3)];

/// Authorities (0–2), issuances (4–6), a revocation of 5 with its integrity record (8, 9), a reissue
/// of 4 (11) and an anchor (13); heads at 3, 7, 10, 12, 14 and 15. The second payload of the journal
/// is erased.
pub(super) fn log() -> Bureau {
    log_of(HOLDERS)
}

/// The same with other people.
pub(super) fn log_of_others() -> Bureau {
    log_of([holder("CQ-1", 4), holder("CQ-2", 5), holder("CQ-3", 6)])
}

fn log_of(holders: [Holder; 3]) -> Bureau {
    let mut log = Bureau::new();
    name_authorities(&mut log);
    log.note("imported");
    let issuances = holders.clone().map(|holder| issued(&holder, 2, COMMITTEE, None));
    log.append(&sorted(issuances.to_vec()));
    log.note("proposed");
    let record = decision_record(20);
    let revocation = decision(0, 5, Status::Revoked, None, &record);
    log.append(&[status_change(&revocation, DECIDE, &record), integrity(21)]);
    // Whose certificate stands at 4 follows from the commitments.
    let at = issuances.iter().position(|paper| paper.entry == log.entries.0[4]).unwrap();
    let corrected = Holder { salt: 30, ..holders[at].clone() };
    log.append(&[issued(&corrected, 1, REISSUE, Some(4))]);
    log.erase(&[SealPlace::JournalPayload(JournalSequence::new(1).unwrap())]);
    log.append(&[anchor(40)]);
    log.append(&[]);
    assert_eq!(log.next_index(), index(16));
    log
}

/// 599 anchors in four batches: several full tiles of level 0, and two sizes of level 1.
pub(super) fn long_log() -> Bureau {
    let mut log = Bureau::new();
    name_authorities(&mut log);
    for (batch, count) in [(0, 200), (1, 97), (2, 200), (3, 102)] {
        log.append(&(0..count).map(|number| anchor_of(batch, number)).collect::<Vec<_>>());
    }
    log
}

fn name_authorities(log: &mut Bureau) {
    let specs = [bureau(DECIDE, Role::Decide), bureau(REISSUE, Role::Issue), committee(COMMITTEE)];
    log.append(&specs.map(|spec| no_private(Entry::Authority(authority_entry(&spec)))));
}

/// The certificate number of the issuance at an index.
pub(super) fn number_at(log: &Bureau, at: usize) -> &'static str {
    let is_at = |holder: &&Holder| issued(holder, 2, COMMITTEE, None).entry == log.entries.0[at];
    HOLDERS.iter().find(is_at).unwrap().number
}

/// A checkpoint that the log's key signed for a root of any kind.
pub(super) fn signed(size: u64, root: [u8; 32]) -> Vec<u8> {
    let (origin, size) = (Origin::new(ORIGIN).unwrap(), TreeSize::new(size).unwrap());
    let checkpoint = Checkpoint { origin, size, root: RootHash::from_bytes(root) };
    let text = checkpoint.to_text();
    let signature = log_signing_key().sign(text.as_str().as_bytes()).to_bytes().to_vec();
    SignedNote::new(text, SignatureLine::new(&log_key(), signature)).to_bytes()
}
