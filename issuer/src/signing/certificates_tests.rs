#![expect(clippy::unwrap_used, reason = "tests may panic")]

use super::*;
use crate::draft::tests::{committee, draft, draft_of, eligible, host, index, rules};

#[test]
fn a_batch_is_signed_in_order_and_verifies_as_the_stranger_does() {
    let directory = tempfile::tempdir().unwrap();
    let (signer, host) = (committee(directory.path()), host());
    let result = eligible(|_| ());
    let drafts: Vec<_> = (0..300).map(|n| draft_of(&result, &format!("batch {n}"))).collect();
    let linted = drafts.iter().map(|draft| draft.clone().lint(&rules(&signer, &host)).unwrap());
    let batch = linted.map(|linted| (&signer, linted)).collect();
    let signed = CertificateSigner::sign_batch(batch).unwrap();
    let key = signer.authority().ed25519_key().unwrap();
    assert_eq!(signed.len(), drafts.len());
    for (signed, draft) in signed.iter().zip(&drafts) {
        let read = SignedCertificate::decode(signed.certificate().as_bytes()).unwrap();
        assert_eq!(read.verify(key).unwrap().claims(), draft.claims());
        assert_eq!(signed.commitment(), read.commitment());
        assert_eq!(signed.issuance_record().personal, draft.personal().encode());
    }
}

#[test]
fn refuses_drafts_that_were_linted_for_another_authority() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (signer, host) = (committee(one.path()), host());
    let linted = draft().lint(&rules(&signer, &host)).unwrap();
    let CertificateSigner { key, authority, .. } = committee(two.path());
    let elsewhere = CertificateSigner::new(key, index(9), authority).unwrap();
    let refused = CertificateSigner::sign_batch(vec![(&elsewhere, linted)]).unwrap_err();
    let (linted, named) = (signer.index(), index(9));
    assert!(matches!(
        refused,
        SignCertificatesError::OtherAuthority { linted: l, signer: s } if (l, s) == (linted, named)
    ));
}

#[test]
fn refuses_a_key_that_is_not_the_authoritys() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let CertificateSigner { authority, .. } = committee(one.path());
    let passphrase = crate::signing::Passphrase::from_file(&{
        let path = two.path().join("passphrase");
        std::fs::write(&path, "secret\n").unwrap();
        path
    });
    let mut random = crate::random::Predictable::new("another key");
    let path = two.path().join("key");
    let other = SigningKeyFile::create(&path, &passphrase.unwrap(), &mut random).unwrap();
    let refused = CertificateSigner::new(other, index(3), authority).unwrap_err();
    assert!(matches!(refused, CertificateSignerError::OtherKey { .. }));
}

#[test]
fn an_intent_is_carried_on_with_the_same_bytes_and_no_others() {
    let directory = tempfile::tempdir().unwrap();
    let (signer, host) = (committee(directory.path()), host());
    let rules = rules(&signer, &host);
    let signed = signer.sign(draft().lint(&rules).unwrap()).unwrap();
    let intent = signed.certificate();
    let draft = Draft::of_intent(intent, signed.personal().clone());
    assert_eq!(signer.resume(intent, draft.clone(), &rules).unwrap(), signed);
    let mut bytes = intent.as_bytes().to_vec();
    *bytes.last_mut().unwrap() ^= 1;
    let forged = SignedCertificate::decode(&bytes).unwrap();
    let refused = signer.resume(&forged, draft, &rules).unwrap_err();
    assert!(matches!(refused, ResumeError::Differs));
}
