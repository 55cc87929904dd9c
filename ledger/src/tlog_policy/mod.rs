//! C2SP tlog-policy files: which logs, which witnesses, and which of these must cosign.
//!
//! This module alone knows the format's lines. Comments and spacing are not kept: what was read and
//! is written again says the same in one form.

mod error;
mod parse;

use std::fmt;

pub use self::error::TlogPolicyError;
use crate::{
    checkpoint::{CheckpointPolicy, PolicyError, Quorum, QuorumRule},
    note::VerifierKey,
};

/// The longest policy that is read, in bytes.
///
/// Security: bounds what a program reads that was pointed at the wrong file. 32 logs, 32 witnesses
/// and 32 groups, which the specification wants at the least, take some 20 KiB.
pub const MAX_POLICY_LEN: usize = 128 * 1024;

/// The most logs, witnesses and groups, of each.
///
/// Security: bounds nesting, and so the stack, whatever a file says. The specification wants 32 at
/// the least; a note has room for 99 cosignatures.
pub const MAX_LINES_OF_A_KIND: usize = 99;

/// The name of a witness or a group, which means something within its policy only. Any bytes without
/// space, tab and control characters; compared byte by byte.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PolicyName(Vec<u8>);

/// A policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlogPolicy {
    logs: Vec<PolicyLog>,
    witnesses: Vec<PolicyWitness>,
    groups: Vec<PolicyGroup>,
    /// None: no cosignature is needed.
    quorum: Option<PolicyName>,
    rule: Quorum,
}

/// A log that a policy names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyLog {
    /// Its key, whose name is the log's origin.
    pub key: VerifierKey,
    /// Where it is to be found, if the policy says so.
    pub url: Option<String>,
}

/// A witness that a policy names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyWitness {
    /// What the policy calls it.
    pub name: PolicyName,
    /// Its key.
    pub key: VerifierKey,
    /// Its submission prefix (C2SP tlog-witness), if the policy has one.
    pub url: Option<String>,
}

/// A group of witnesses and groups that a policy names.
#[derive(Debug, Clone, PartialEq, Eq)]
struct PolicyGroup {
    name: PolicyName,
    needed: usize,
    members: Vec<PolicyName>,
}

impl TlogPolicy {
    /// Reads a policy.
    pub fn parse(bytes: &[u8]) -> Result<Self, TlogPolicyError> {
        parse::parse(bytes)
    }

    /// The logs that the policy accepts, in its order.
    pub fn logs(&self) -> &[PolicyLog] {
        &self.logs
    }

    /// The witnesses that the policy knows, in its order, needed or not.
    pub fn witnesses(&self) -> &[PolicyWitness] {
        &self.witnesses
    }

    /// Which of the witnesses must cosign.
    pub const fn quorum(&self) -> &Quorum {
        &self.rule
    }

    /// What a checkpoint of the log with this key needs.
    pub fn for_log(&self, key: VerifierKey) -> Result<CheckpointPolicy, PolicyError> {
        CheckpointPolicy::new(key, self.rule.clone())
    }

    /// The policy in the one form in which it is written: logs, witnesses, groups, quorum.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut lines: Vec<Vec<u8>> = Vec::new();
        let mut line = |words: &[&[u8]]| lines.push(words.join(&b' '));
        for PolicyLog { key, url } in &self.logs {
            let key = key.to_string();
            line(&with_url(vec![b"log", key.as_bytes()], url.as_ref()));
        }
        for PolicyWitness { name, key, url } in &self.witnesses {
            let key = key.to_string();
            line(&with_url(vec![b"witness", &name.0, key.as_bytes()], url.as_ref()));
        }
        for PolicyGroup { name, needed, members } in &self.groups {
            let needed = needed.to_string();
            let mut words: Vec<&[u8]> = vec![b"group", &name.0, needed.as_bytes()];
            words.extend(members.iter().map(|member| member.0.as_slice()));
            line(&words);
        }
        line(&[b"quorum", self.quorum.as_ref().map_or(NONE, |name| &name.0)]);
        lines.iter().flat_map(|line| [line.as_slice(), b"\n"].concat()).collect()
    }
}

fn with_url<'w>(mut words: Vec<&'w [u8]>, url: Option<&'w String>) -> Vec<&'w [u8]> {
    words.extend(url.map(String::as_bytes));
    words
}

/// The name that stands for "no cosignature is needed".
const NONE: &[u8] = b"none";

impl PolicyName {
    /// The name's bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for PolicyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.0))
    }
}

/// The rule that a name stands for. `parse` saw to it that every name is defined before it is used
/// and belongs to one group at most, so this ends.
fn rule_of(
    name: &PolicyName,
    witnesses: &[PolicyWitness],
    groups: &[PolicyGroup],
) -> Option<QuorumRule> {
    if let Some(witness) = witnesses.iter().find(|witness| witness.name == *name) {
        return Some(QuorumRule::Witness(witness.key.name().clone()));
    }
    let group = groups.iter().find(|group| group.name == *name)?;
    let of = group.members.iter().map(|member| rule_of(member, witnesses, groups));
    Some(QuorumRule::AtLeast { needed: group.needed, of: of.collect::<Option<_>>()? })
}

#[cfg(test)]
mod tests;
