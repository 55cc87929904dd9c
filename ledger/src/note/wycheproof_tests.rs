//! The strict verification that notes use, against the Wycheproof vectors: all 151 have the verdict
//! that they ask for; strictness refuses none of the valid ones.
#![expect(clippy::unwrap_used, reason = "tests may panic")]

use std::{fs, path::Path};

use serde::Deserialize;

use super::{KeyName, SignatureKind, VerifierKey};

#[derive(Deserialize)]
struct Wycheproof {
    #[serde(rename = "testGroups")]
    groups: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    #[serde(rename = "publicKey")]
    public_key: PublicKey,
    tests: Vec<Vector>,
}

#[derive(Deserialize)]
struct PublicKey {
    pk: String,
}

#[derive(Deserialize)]
struct Vector {
    #[serde(rename = "tcId")]
    id: u32,
    comment: String,
    msg: String,
    sig: String,
    result: String,
}

fn unhex(text: &str) -> Vec<u8> {
    let pairs = text.as_bytes().as_chunks::<2>().0;
    let byte = |pair: &[u8; 2]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16);
    pairs.iter().map(|pair| byte(pair).unwrap()).collect()
}

#[test]
fn every_wycheproof_vector_has_the_wanted_verdict() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/vectors/wycheproof");
    let Ok(file) = fs::read(Path::new(path).join("ed25519_test.json")) else {
        println!("skipped: the wycheproof vectors are not here");
        return;
    };
    let vectors: Wycheproof = serde_json::from_slice(&file).unwrap();
    let mut count = 0;
    for group in vectors.groups {
        let public_key = unhex(&group.public_key.pk).try_into().unwrap();
        let name = KeyName::new("wycheproof").unwrap();
        let key = VerifierKey::new(name, SignatureKind::Ed25519, &public_key);
        for vector in group.tests {
            let accepted = key.as_ref().is_ok_and(|key| {
                key.verify_ed25519(&unhex(&vector.msg), &unhex(&vector.sig)).is_ok()
            });
            assert_eq!(accepted, vector.result == "valid", "{}: {}", vector.id, vector.comment);
            count += 1;
        }
    }
    assert_eq!(count, 151);
}
