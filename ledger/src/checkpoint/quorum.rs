//! Which witnesses must cosign: k of n, or groups of groups as a C2SP tlog-policy describes them.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    checkpoint::PolicyError,
    cosignature::CosignatureTime,
    note::{KeyName, MAX_SIGNATURES, SignatureKind, VerifierKey},
};

/// Witnesses, and which of them must cosign. A witness may be listed without being needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quorum {
    /// None: the log's own word is enough.
    rule: Option<QuorumRule>,
    witnesses: Vec<VerifierKey>,
}

/// When a checkpoint counts as witnessed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QuorumRule {
    /// When this witness cosigned.
    Witness(KeyName),
    /// When at least so many of these hold.
    AtLeast {
        /// How many: at least one.
        needed: usize,
        /// The members of the group.
        of: Vec<QuorumRule>,
    },
}

/// What the cosignatures of a checkpoint amount to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuorumState {
    /// No cosignature is asked for.
    NotAsked,
    /// It is met, and so it was by the cosignatures since this time alone.
    MetSince(CosignatureTime),
    /// Cosignatures are missing.
    NotMet,
}

impl Quorum {
    /// No witness is needed: only the log's own word.
    pub const fn none() -> Self {
        Self { rule: None, witnesses: Vec::new() }
    }

    /// `needed` of `witnesses`. Their names and their public keys are all different, since each
    /// counts once.
    pub fn new(needed: usize, witnesses: Vec<VerifierKey>) -> Result<Self, PolicyError> {
        if needed == 0 {
            return Self::of(None, witnesses);
        }
        let of = witnesses.iter().map(|key| QuorumRule::Witness(key.name().clone())).collect();
        Self::of(Some(QuorumRule::AtLeast { needed, of }), witnesses)
    }

    /// A quorum by its rule; without one, no witness is needed. Each witness stands in the rule at
    /// most once, so that it contributes in one way only.
    pub fn of(rule: Option<QuorumRule>, witnesses: Vec<VerifierKey>) -> Result<Self, PolicyError> {
        if witnesses.len() >= MAX_SIGNATURES {
            return Err(PolicyError::TooManyWitnesses { witnesses: witnesses.len() });
        }
        let (mut names, mut keys) = (BTreeSet::new(), BTreeSet::new());
        for key in &witnesses {
            if key.kind() != SignatureKind::CosignatureV1 {
                return Err(PolicyError::NotAWitnessKey { name: key.name().clone() });
            }
            if !names.insert(key.name()) || !keys.insert(key.public_key()) {
                return Err(PolicyError::Repeated { name: key.name().clone() });
            }
        }
        if let Some(rule) = &rule {
            rule.check(&mut names)?;
        }
        Ok(Self { rule, witnesses })
    }

    /// The same witnesses, none of whom is needed.
    #[must_use]
    pub fn without_rule(&self) -> Self {
        Self { rule: None, witnesses: self.witnesses.clone() }
    }

    /// The fewest cosignatures that can meet it; 0 where none is asked for.
    pub fn needed(&self) -> usize {
        self.rule.as_ref().map_or(0, QuorumRule::fewest)
    }

    /// The witnesses whose cosignatures are looked at.
    pub fn witnesses(&self) -> &[VerifierKey] {
        &self.witnesses
    }

    /// What these cosignatures, each verified and of another witness, amount to.
    pub fn state<'c>(
        &self,
        cosignatures: impl IntoIterator<Item = (&'c KeyName, CosignatureTime)>,
    ) -> QuorumState {
        let Some(rule) = &self.rule else { return QuorumState::NotAsked };
        let times = cosignatures.into_iter().collect();
        rule.met_since(&times).map_or(QuorumState::NotMet, QuorumState::MetSince)
    }
}

impl QuorumRule {
    /// Takes every name out of `free`, which fails for one that is not there (any more).
    fn check(&self, free: &mut BTreeSet<&KeyName>) -> Result<(), PolicyError> {
        match self {
            Self::Witness(name) if free.remove(name) => Ok(()),
            Self::Witness(name) => Err(PolicyError::Unlisted { name: name.clone() }),
            Self::AtLeast { needed, of } if (1..=of.len()).contains(needed) => {
                of.iter().try_for_each(|member| member.check(free))
            }
            Self::AtLeast { needed, of } => {
                Err(PolicyError::CannotBeMet { needed: *needed, witnesses: of.len() })
            }
        }
    }

    fn fewest(&self) -> usize {
        match self {
            Self::Witness(_) => 1,
            Self::AtLeast { needed, of } => {
                let mut each: Vec<_> = of.iter().map(Self::fewest).collect();
                each.sort_unstable();
                each.iter().take(*needed).sum()
            }
        }
    }

    /// The newest time such that the cosignatures since then suffice. For a group, since it needs k
    /// of its members: the k-th newest of theirs.
    fn met_since(&self, times: &BTreeMap<&KeyName, CosignatureTime>) -> Option<CosignatureTime> {
        match self {
            Self::Witness(name) => times.get(name).copied(),
            Self::AtLeast { needed, of } => {
                let mut each: Vec<_> =
                    of.iter().filter_map(|member| member.met_since(times)).collect();
                each.sort_unstable_by(|a, b| b.cmp(a));
                each.get(needed.checked_sub(1)?).copied()
            }
        }
    }
}

#[cfg(test)]
#[path = "quorum_tests.rs"]
mod tests;
