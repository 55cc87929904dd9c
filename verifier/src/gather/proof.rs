//! A log proof that came with a certificate: what it proves, as evidence.

use ledger::{
    certificate::Claims,
    checkpoint::CheckpointPolicy,
    digest::{Commitment, LeafHash, NodeHash, RootHash},
    entry::{Entry, Issuance},
    evidence::{OtherCheckpoint, Place, ProvenEntry},
    merkle::{HashSource, prove_consistency},
    position::{LeafIndex, TreeSize},
    status::StatusProof,
    tlog_proof::TlogProof,
};

use crate::{check::LogProof, verdict::ProofFault};

/// A proof that the log signed a tree in which a certificate's issuance stands.
pub(crate) struct PlaceProof {
    proof: TlogProof,
    /// The issuance, whose bytes are made from the certificate.
    entry: Vec<u8>,
    title: Option<LeafIndex>,
}

impl PlaceProof {
    /// Reads and verifies a proof of the place of `certificate`, which states `claims`.
    pub(crate) fn read(
        proof: &LogProof,
        certificate: &[u8],
        claims: &Claims,
        policy: &CheckpointPolicy,
    ) -> Result<Self, ProofFault> {
        let proof = TlogProof::parse(&proof.bytes).map_err(ProofFault::Malformed)?;
        let (authority, title) = (claims.authority, claims.title);
        let commitment = Commitment::to(certificate);
        let entry = Entry::Issuance(Issuance { authority, title, commitment }).encode();
        proof.verify(LeafHash::of(&entry), policy)?;
        Ok(Self { proof, entry, title })
    }

    /// Where the certificate stands.
    pub(crate) const fn index(&self) -> LeafIndex {
        self.proof.index
    }

    /// Size and root of the tree in which it stands.
    pub(crate) fn tree(&self) -> (TreeSize, RootHash) {
        let checkpoint = self.proof.checkpoint.unverified();
        (checkpoint.size, checkpoint.root)
    }

    /// The place as evidence under the proof's own checkpoint. `status` proves what a later head says of
    /// an index; `nodes` are hashes of that head's tree, of `size` entries.
    pub(crate) fn into_place<S: HashSource>(
        self,
        status: impl Fn(LeafIndex) -> StatusProof,
        nodes: &S,
        size: TreeSize,
    ) -> Place {
        let TlogProof { index, proof, checkpoint, head } = self.proof;
        let (bytes, path) = (self.entry, proof.hashes().to_vec());
        Place {
            entry: ProvenEntry { index, bytes, path },
            log_time: head,
            document: status(index),
            title: self.title.map(status),
            under: Some(OtherCheckpoint {
                consistency: consistency(nodes, checkpoint.unverified().size, size),
                checkpoint: checkpoint.to_bytes(),
            }),
        }
    }
}

/// The hashes that show that the tree of `new` entries begins with that of `old`, if they are at hand.
pub(crate) fn consistency<S: HashSource>(
    nodes: &S,
    old: TreeSize,
    new: TreeSize,
) -> Option<Vec<NodeHash>> {
    Some(prove_consistency(nodes, old, new).ok()?.hashes().to_vec())
}
