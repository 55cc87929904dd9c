//! The log's key with its mark in memory, and witnesses.

use std::convert::Infallible;

use ed25519_dalek::{Signer as _, SigningKey};

use crate::{
    checkpoint::{Checkpoint, CheckpointSigner, SignedCheckpoint},
    cosignature::{Cosignature, CosignatureTime, cosigned_message},
    log::{MarkedSigner, SignerMark},
    note::{KeyName, SignatureKind, VerifierKey},
    time::UnixMillis,
};

/// The origin of the kit's log.
pub const KIT_ORIGIN: &str = "ledger.example/titles";

/// The log's key.
#[derive(Debug)]
pub(super) struct LogKey {
    signing: SigningKey,
    public: VerifierKey,
    mark: Option<SignerMark>,
}

/// A witness that cosigns whatever it is shown.
#[derive(Debug, Clone)]
pub struct Witness {
    signing: SigningKey,
    key: VerifierKey,
}

fn public(name: &str, kind: SignatureKind, signing: &SigningKey) -> VerifierKey {
    let name = KeyName::new(name).unwrap();
    VerifierKey::new(name, kind, &signing.verifying_key().to_bytes()).unwrap()
}

impl LogKey {
    pub(super) fn new() -> Self {
        let signing = SigningKey::from_bytes(&[100; 32]);
        let public = public(KIT_ORIGIN, SignatureKind::Ed25519, &signing);
        Self { signing, public, mark: None }
    }
}

impl CheckpointSigner for LogKey {
    type Error = Infallible;

    fn key(&self) -> &VerifierKey {
        &self.public
    }

    fn sign(&mut self, checkpoint: &Checkpoint) -> Result<[u8; 64], Infallible> {
        self.mark = Some(SignerMark { size: checkpoint.size, root: checkpoint.root });
        Ok(self.signing.sign(checkpoint.to_text().as_str().as_bytes()).to_bytes())
    }
}

impl MarkedSigner for LogKey {
    fn mark(&self) -> Option<SignerMark> {
        self.mark
    }
}

impl Witness {
    /// Witness number `number`.
    pub fn new(number: u8) -> Self {
        let signing = SigningKey::from_bytes(&[200 + number; 32]);
        let name = format!("witness{number}.example");
        let key = public(&name, SignatureKind::CosignatureV1, &signing);
        Self { signing, key }
    }

    /// Its public key.
    pub const fn key(&self) -> &VerifierKey {
        &self.key
    }

    /// Adds its cosignature of `time`.
    pub fn cosign(&self, checkpoint: SignedCheckpoint, time: UnixMillis) -> SignedCheckpoint {
        let time = CosignatureTime::at(time);
        let message = cosigned_message(time, &checkpoint.unverified().to_text());
        let signature = self.signing.sign(&message).to_bytes();
        let line = Cosignature::new(time, signature).line(&self.key).unwrap();
        checkpoint.with_signature(line).unwrap()
    }
}
