//! Signs certificates in batches: lint → sign → verify.

use ed25519_dalek::{Signature, Signer as _, VerifyingKey, verify_batch};
use ledger::{
    authority::{Role, VerifiedAuthority},
    certificate::{CertificateError, SignedCertificate, VerifyError},
    position::LeafIndex,
};

use super::SigningKeyFile;
use crate::{
    draft::{Draft, LintFault, LintRules, Linted, Signed},
    parallel::map_pieces,
};

/// Signatures that are verified together. Measured, as a multiple of the time of one signing: strictly,
/// one by one 2.0; in batches of 64, 256 and 1,024 0.9, 0.75 and 0.7.
const BATCH: usize = 256;

/// An authority's key with the place in the log where its certificate stands.
#[derive(Debug)]
pub struct CertificateSigner {
    key: SigningKeyFile,
    index: LeafIndex,
    authority: VerifiedAuthority,
}

/// Why a key cannot sign certificates for an authority.
#[derive(Debug, thiserror::Error)]
pub enum CertificateSignerError {
    /// The key is another than the one in the authority's certificate.
    #[error("the key in {} is not that of the authority at index {index}", key.display())]
    OtherKey {
        /// The key's file.
        key: std::path::PathBuf,
        /// The authority.
        index: LeafIndex,
    },
    /// The authority does not sign certificates.
    #[error("the authority at index {index} has the role {role:?}, not Issue")]
    Role {
        /// The authority.
        index: LeafIndex,
        /// Its role.
        role: Role,
    },
}

/// Why a batch was not signed. Nothing of it is handed out.
#[derive(Debug, thiserror::Error)]
pub enum SignCertificatesError {
    /// A draft was linted for another authority.
    #[error("a draft was linted for the authority at {linted}; this is the one at {signer}")]
    OtherAuthority {
        /// The authority that it was linted for.
        linted: LeafIndex,
        /// The authority that would sign.
        signer: LeafIndex,
    },
    /// The final bytes are no certificate.
    #[error("a certificate that was just signed cannot be read: {0}")]
    Unreadable(#[from] CertificateError),
    /// A signature just made does not verify.
    #[error(
        "a signature that was just made does not verify ({0}): the machine's memory or processor \
         is faulty; nothing of the batch was handed out"
    )]
    Faulty(#[from] VerifyError),
}

/// Why a certificate from an intent in the journal is not carried on.
#[derive(Debug, thiserror::Error)]
pub enum ResumeError {
    /// It would not be signed today.
    #[error(transparent)]
    Lint(#[from] LintFault),
    /// It is not the authority's certificate for this draft.
    #[error(transparent)]
    Sign(#[from] SignCertificatesError),
    /// Signing the draft gives other bytes than the intent holds.
    #[error("the intent's certificate is not the one that its draft gives")]
    Differs,
}

impl CertificateSigner {
    /// Takes an authority's key, when it is the one in its certificate.
    ///
    /// # Errors
    /// [`CertificateSignerError`].
    pub fn new(
        key: SigningKeyFile,
        index: LeafIndex,
        authority: VerifiedAuthority,
    ) -> Result<Self, CertificateSignerError> {
        if authority.role() != Role::Issue {
            return Err(CertificateSignerError::Role { index, role: authority.role() });
        }
        if authority.ed25519_key() != Some(&key.public_key()) {
            return Err(CertificateSignerError::OtherKey { key: key.path().to_owned(), index });
        }
        Ok(Self { key, index, authority })
    }

    /// Where the authority's certificate stands in the log.
    pub const fn index(&self) -> LeafIndex {
        self.index
    }

    /// The authority.
    pub const fn authority(&self) -> &VerifiedAuthority {
        &self.authority
    }

    /// Signs linted drafts with all cores, and verifies every signature from the final bytes before
    /// any is handed out. The order is kept.
    ///
    /// # Errors
    /// [`SignCertificatesError`]; all or nothing.
    pub fn sign(&self, drafts: Vec<Linted>) -> Result<Vec<Signed>, SignCertificatesError> {
        let other = drafts.iter().find(|linted| linted.signer() != self.index);
        if let Some(other) = other {
            let (linted, signer) = (other.signer(), self.index);
            return Err(SignCertificatesError::OtherAuthority { linted, signer });
        }
        map_pieces(drafts, |piece| self.sign_piece(piece))
    }

    /// Signs again what an intent in the journal holds, after linting it again. Ed25519 is
    /// deterministic: the bytes are the intent's own, or this is refused.
    ///
    /// # Errors
    /// [`ResumeError`].
    pub fn resume(
        &self,
        certificate: &SignedCertificate,
        draft: Draft,
        rules: &LintRules<'_>,
    ) -> Result<Signed, ResumeError> {
        let signed = self.sign_one(draft.lint(rules)?)?;
        if signed.certificate() == certificate { Ok(signed) } else { Err(ResumeError::Differs) }
    }

    fn sign_one(&self, linted: Linted) -> Result<Signed, SignCertificatesError> {
        let (certificate, draft) = self.signed_bytes(linted)?;
        certificate.verify(&self.key.public_key())?;
        Ok(Signed::after_verification(certificate, draft))
    }

    fn sign_piece(&self, piece: Vec<Linted>) -> Result<Vec<Signed>, SignCertificatesError> {
        let signed = piece.into_iter().map(|linted| self.signed_bytes(linted));
        let signed: Vec<_> = signed.collect::<Result<_, _>>()?;
        for batch in signed.chunks(BATCH) {
            verify_all(batch.iter().map(|(certificate, _)| certificate), self.key.public_key())?;
        }
        let verified = signed.into_iter();
        Ok(verified
            .map(|(certificate, draft)| Signed::after_verification(certificate, draft))
            .collect())
    }

    /// The certificate as a stranger will read it: from the final bytes.
    fn signed_bytes(&self, linted: Linted) -> Result<(SignedCertificate, Draft), CertificateError> {
        let (unsigned, draft) = linted.into_parts();
        let signature = self.key.key().sign(&unsigned.to_be_signed()).to_bytes();
        let assembled = unsigned.with_signature(signature);
        Ok((SignedCertificate::decode(assembled.as_bytes())?, draft))
    }
}

/// Verifies certificates that this process has just signed.
///
/// Strangers use `verify_strict`. It refuses more than a batch does: keys and points R of small order,
/// with which others could be fooled. Here both come from our own key: `VerifiedAuthority` refused weak
/// keys, and an honest signer's R is of small order with a chance of 2^-250. What is left to find is a
/// fault of the machine, and of that the batch's random factors let one in 2^125 through. So a batch
/// that passes also passes strictly; one that fails is verified strictly, one by one, for the evidence.
/// That a faulty signature is never handed out also protects the key: two signatures over one message,
/// one of them faulty, give it away.
fn verify_all<'a>(
    batch: impl Iterator<Item = &'a SignedCertificate> + Clone,
    key: VerifyingKey,
) -> Result<(), VerifyError> {
    let (messages, signatures): (Vec<_>, Vec<_>) = batch
        .clone()
        .map(|certificate| {
            let (message, signature) = certificate.signed_parts();
            (message, Signature::from_bytes(&signature))
        })
        .unzip();
    let messages: Vec<&[u8]> = messages.iter().map(Vec::as_slice).collect();
    let keys = vec![key; messages.len()];
    if verify_batch(&messages, &signatures, &keys).is_ok() {
        return Ok(());
    }
    for certificate in batch {
        certificate.verify(&key)?;
    }
    // All are good one by one: the batch's own arithmetic failed, which is a fault as well.
    Err(VerifyError::Signature(ledger::cose::BadSignature))
}

#[cfg(test)]
#[path = "certificates_tests.rs"]
mod tests;
