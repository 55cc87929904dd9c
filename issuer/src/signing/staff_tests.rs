#![expect(clippy::unwrap_used, reason = "tests may panic")]

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ledger::certificate::Text;
use zeroize::Zeroizing;

use super::*;
use crate::{
    random::Predictable,
    signing::{Passphrase, SigningKeyFile},
};

struct Office {
    _directory: tempfile::TempDir,
    keys: Vec<SigningKeyFile>,
    register: StaffRegister,
}

/// Two persons; the first holds two keys.
fn office() -> Office {
    let directory = tempfile::tempdir().unwrap();
    let passphrase = Passphrase::new(Zeroizing::new("secret".to_owned())).unwrap();
    let keys: Vec<_> = ["one", "one-again", "two", "nobody"]
        .map(|name| {
            let path = directory.path().join(name);
            SigningKeyFile::create(&path, &passphrase, &mut Predictable::new(name)).unwrap()
        })
        .into();
    let mut register = StaffRegister::default();
    for (id, held) in [("one", &keys[..2]), ("two", &keys[2..3])] {
        let keys = held.iter().map(SigningKeyFile::public_key).collect();
        let (id, name) = (StaffId::new(id).unwrap(), Text::new("人员").unwrap());
        register.add(Person { id, name, keys }).unwrap();
    }
    Office { _directory: directory, keys, register }
}

fn proposal(part: &str) -> ProposalHash {
    ProposalHash::of(ProposalKind::Issuance, [part.as_bytes()])
}

impl Office {
    fn judge(&self, proposer: usize, approver: usize) -> Result<Approved, ApprovalError> {
        let hash = proposal("a batch");
        let sign = |who: usize| Approval::sign(&self.keys[who], &hash);
        TwoPersons::new(hash, &sign(proposer), &sign(approver), &self.register)
    }
}

#[test]
fn two_persons_approve_a_proposal() {
    let office = office();
    let approved = office.judge(0, 2).unwrap();
    assert_eq!(approved.proposal(), proposal("a batch"));
    assert_eq!((approved.proposer().as_str(), approved.approver().as_str()), ("one", "two"));
}

#[test]
fn refuses_the_same_key_twice() {
    assert_eq!(office().judge(0, 0), Err(ApprovalError::SameKey));
}

#[test]
fn refuses_two_keys_of_one_person() {
    let person = StaffId::new("one").unwrap();
    assert_eq!(office().judge(0, 1), Err(ApprovalError::SamePerson { person }));
}

#[test]
fn refuses_a_key_that_nobody_is_registered_with() {
    let unknown = |part| Err(ApprovalError::UnknownKey { part });
    assert_eq!(office().judge(3, 2), unknown(Part::Proposer));
    assert_eq!(office().judge(0, 3), unknown(Part::Approver));
}

#[test]
fn refuses_a_signature_under_another_proposal() {
    let office = office();
    let hash = proposal("a batch");
    let good = Approval::sign(&office.keys[0], &hash);
    let other = Approval::sign(&office.keys[2], &proposal("another batch"));
    let verdict = TwoPersons::new(hash, &good, &other, &office.register);
    assert_eq!(verdict, Err(ApprovalError::BadSignature { part: Part::Approver }));
}

#[test]
fn refuses_a_signature_by_another_key() {
    let office = office();
    let hash = proposal("a batch");
    let approver = Approval::sign(&office.keys[2], &hash);
    let stolen = Approval { key: office.keys[0].public_key(), signature: approver.signature };
    let verdict = TwoPersons::new(hash, &stolen, &approver, &office.register);
    assert_eq!(verdict, Err(ApprovalError::BadSignature { part: Part::Proposer }));
}

#[test]
fn the_hash_depends_on_kind_and_parts_and_not_on_their_order() {
    let of = |kind, parts: &[&str]| ProposalHash::of(kind, parts);
    let (issue, change) = (ProposalKind::Issuance, ProposalKind::StatusChange);
    assert_eq!(of(issue, &["a", "b"]), of(issue, &["b", "a"]));
    let all = [
        of(issue, &["a", "b"]),
        of(change, &["a", "b"]),
        of(issue, &["ab"]),
        of(issue, &["a"]),
        of(issue, &["a", "a"]),
        of(issue, &[]),
    ];
    for (at, hash) in all.iter().enumerate() {
        assert!(!all[..at].contains(hash), "{at}");
    }
}

#[test]
fn refuses_one_key_for_two_persons_and_keeps_the_register_as_it_was() {
    let mut office = office();
    let key = office.keys[0].public_key();
    let (id, name) = (StaffId::new("three").unwrap(), Text::new("人员").unwrap());
    let keys = vec![office.keys[3].public_key(), key];
    let refused = office.register.add(Person { id: id.clone(), name, keys });
    let owner = StaffId::new("one").unwrap();
    assert_eq!(refused, Err(StaffError::KeyTwice { id, owner }));
    assert_eq!(office.register.owner(&office.keys[3].public_key()), None);
}

#[test]
fn refuses_weak_and_malformed_keys_in_a_staff_file() {
    let file = |key: &str| format!("[[person]]\nid = \"a\"\nname = \"甲\"\nkeys = [\"{key}\"]\n");
    let identity = STANDARD.encode([[1].as_slice(), &[0; 31]].concat());
    for key in [identity.as_str(), "AAAA", "not base64", ""] {
        let refused = StaffRegister::parse(&file(key)).unwrap_err();
        assert_eq!(refused, StaffError::Key { person: "a".to_owned(), number: 1 }, "{key}");
    }
}

#[test]
fn reads_the_staff_of_the_example() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../keys-example/staff.toml");
    let register = StaffRegister::parse(&std::fs::read_to_string(path).unwrap()).unwrap();
    let ids: Vec<_> = register.persons().map(|person| person.id.as_str()).collect();
    assert_eq!(ids, ["staff-1", "staff-2"]);
}
