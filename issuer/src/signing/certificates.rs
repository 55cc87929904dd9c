//! Signs certificates in batches: lint → sign → verify.

use ed25519_dalek::{Signer as _, VerifyingKey};
use ledger::{
    authority::{Role, VerifiedAuthority},
    certificate::{CertificateError, SignedCertificate, VerifyError},
    parallel::map_pieces,
    position::LeafIndex,
};

use super::SigningKeyFile;
use crate::draft::{Draft, LintFault, LintRules, Linted, Signed};

/// An authority's key with the place in the log where its certificate stands.
#[derive(Debug)]
pub struct CertificateSigner {
    key: SigningKeyFile,
    public: VerifyingKey,
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
        let public = key.public_key();
        if authority.ed25519_key() != Some(&public) {
            return Err(CertificateSignerError::OtherKey { key: key.path().to_owned(), index });
        }
        Ok(Self { key, public, index, authority })
    }

    /// Where the authority's certificate stands in the log.
    pub const fn index(&self) -> LeafIndex {
        self.index
    }

    /// The authority.
    pub const fn authority(&self) -> &VerifiedAuthority {
        &self.authority
    }

    /// Signs a linted draft, and verifies the signature from the final bytes.
    ///
    /// # Errors
    /// [`SignCertificatesError`].
    pub fn sign(&self, draft: Linted) -> Result<Signed, SignCertificatesError> {
        let (certificate, draft) = self.assemble(draft)?;
        let verified = certificate.verify(&self.public)?;
        Ok(Signed::after_verification(certificate, verified, draft))
    }

    /// Signs linted drafts, each for its authority, with all cores, and verifies the signatures from
    /// the final bytes ([`SignedCertificate::verify_own`]) before any is handed out: two signatures
    /// over one message, one of them faulty, give the key away. The order is kept; fastest when the
    /// drafts of an authority stand together.
    ///
    /// # Errors
    /// [`SignCertificatesError`]; all or nothing.
    pub fn sign_batch(batch: Vec<(&Self, Linted)>) -> Result<Vec<Signed>, SignCertificatesError> {
        map_pieces(batch, |piece| {
            let (mut own, mut drafts) =
                (Vec::with_capacity(piece.len()), Vec::with_capacity(piece.len()));
            for (signer, linted) in piece {
                let (certificate, draft) = signer.assemble(linted)?;
                own.push((certificate, &signer.public));
                drafts.push(draft);
            }
            let verified = SignedCertificate::verify_own(&own)?;
            let signed = own.into_iter().zip(verified).zip(drafts);
            Ok(signed
                .map(|(((certificate, _), verified), draft)| {
                    Signed::after_verification(certificate, verified, draft)
                })
                .collect())
        })
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
        let signed = self.sign(draft.lint(rules)?)?;
        Some(signed)
            .filter(|signed| signed.certificate() == certificate)
            .ok_or(ResumeError::Differs)
    }

    fn assemble(
        &self,
        linted: Linted,
    ) -> Result<(SignedCertificate, Draft), SignCertificatesError> {
        if linted.signer() != self.index {
            let (linted, signer) = (linted.signer(), self.index);
            return Err(SignCertificatesError::OtherAuthority { linted, signer });
        }
        let (unsigned, draft) = linted.into_parts();
        let signature = self.key.key().sign(&unsigned.to_be_signed()).to_bytes();
        let assembled = unsigned.with_signature(signature);
        // As a stranger will read it: from the final bytes.
        Ok((SignedCertificate::decode(assembled.as_bytes())?, draft))
    }
}

#[cfg(test)]
#[path = "certificates_tests.rs"]
mod tests;
