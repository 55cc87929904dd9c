//! Members of staff, and the two of them that it takes: a batch is issued and a title revoked only
//! when two persons have signed the same proposal (DESIGN 9, promise 7).
//!
//! Pure: who is registered comes from the journal, and what was approved goes back there.

mod kind;

use std::{collections::BTreeMap, fmt};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signer as _, VerifyingKey};
use ledger::{
    cbor::Writer,
    certificate::{Text, TextError},
    cose::SIGNATURE_LEN,
    ed25519::{is_weak, verify_strict},
};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

pub use self::kind::ProposalKind;
use super::SigningKeyFile;

/// Separates these signatures from every other that an Ed25519 key of ours may make: checkpoints
/// begin with an origin, COSE structures with a CBOR array.
const SIGNED_CONTEXT: &[u8] = b"title-ledger/approval/v1\0";
/// Separates refusals from approvals.
const REFUSED_CONTEXT: &[u8] = b"title-ledger/refusal/v1\0";
/// Separates these hashes from every other.
const HASHED_CONTEXT: &str = "title-ledger/proposal/v1";

/// Identifies a member of staff for good: 1 to 32 lower-case letters, digits, dots and hyphens.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StaffId(String);

/// A member of staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Identifies the person.
    pub id: StaffId,
    /// What is shown.
    pub name: Text,
    /// The keys that the person holds now.
    pub keys: Vec<VerifyingKey>,
}

/// Who holds which key.
#[derive(Debug, Clone, Default)]
pub struct StaffRegister {
    persons: BTreeMap<StaffId, Person>,
    owners: BTreeMap<[u8; 32], StaffId>,
}

/// Why a person is not registered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StaffError {
    /// No identifier.
    #[error("not an identifier: 1 to 32 lower-case letters, digits, dots and hyphens")]
    Id,
    /// No name.
    #[error("the name: {0}")]
    Name(#[from] TextError),
    /// Not an Ed25519 public key in base64, or a weak one.
    #[error("key {number} of {person} is no Ed25519 public key in base64, or a weak one")]
    Key {
        /// Whose.
        person: String,
        /// Which, counted from one.
        number: usize,
    },
    /// The person is there already.
    #[error("{id} is registered already")]
    PersonTwice {
        /// Who.
        id: StaffId,
    },
    /// The key is somebody else's, or stands twice.
    #[error("a key of {id} is registered already, to {owner}")]
    KeyTwice {
        /// Who wants it.
        id: StaffId,
        /// Who has it.
        owner: StaffId,
    },
    /// Nobody is registered under the identifier.
    #[error("nobody is registered as {id}")]
    NoSuchPerson {
        /// The identifier.
        id: StaffId,
    },
    /// Nothing could be decided any more.
    #[error("two persons must be left: register another one first")]
    TooFew,
    /// The staff file is no TOML of the right form.
    #[error("the staff file is not of the right form: {0}")]
    Form(#[from] Box<toml::de::Error>),
}

impl StaffId {
    /// Accepts an identifier of the form above.
    ///
    /// # Errors
    /// [`StaffError::Id`].
    pub fn new(id: &str) -> Result<Self, StaffError> {
        let allowed =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte);
        let accepted = (1..=32).contains(&id.len()) && id.bytes().all(allowed);
        if accepted { Ok(Self(id.to_owned())) } else { Err(StaffError::Id) }
    }

    /// The identifier.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StaffId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StaffFile {
    #[serde(default)]
    person: Vec<PersonSection>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PersonSection {
    id: String,
    name: String,
    keys: Vec<String>,
}

impl StaffRegister {
    /// Reads a staff file: `[[person]]` with `id`, `name` and `keys` (base64 of Ed25519 public keys).
    ///
    /// # Errors
    /// [`StaffError`].
    pub fn parse(text: &str) -> Result<Self, StaffError> {
        let file: StaffFile = toml::from_str(text).map_err(Box::new)?;
        let mut register = Self::default();
        for section in file.person {
            register.add(section.person()?)?;
        }
        Ok(register)
    }

    /// Registers a person.
    ///
    /// # Errors
    /// [`StaffError::PersonTwice`], [`StaffError::KeyTwice`], [`StaffError::Key`] for a weak key.
    pub fn add(&mut self, person: Person) -> Result<(), StaffError> {
        if self.persons.contains_key(&person.id) {
            return Err(StaffError::PersonTwice { id: person.id });
        }
        let mut owners = self.owners.clone();
        for (number, key) in (1..).zip(&person.keys) {
            if is_weak(key) {
                return Err(StaffError::Key { person: person.id.to_string(), number });
            }
            if let Some(owner) = owners.insert(key.to_bytes(), person.id.clone()) {
                return Err(StaffError::KeyTwice { id: person.id, owner });
            }
        }
        self.owners = owners;
        self.persons.insert(person.id.clone(), person);
        Ok(())
    }

    /// Removes a person.
    ///
    /// # Errors
    /// [`StaffError::NoSuchPerson`].
    pub fn remove(&mut self, id: &StaffId) -> Result<(), StaffError> {
        if self.persons.remove(id).is_none() {
            return Err(StaffError::NoSuchPerson { id: id.clone() });
        }
        self.owners.retain(|_, owner| owner != id);
        Ok(())
    }

    /// Who holds this key.
    pub fn owner(&self, key: &VerifyingKey) -> Option<&Person> {
        self.persons.get(self.owners.get(key.as_bytes())?)
    }

    /// Everybody, by identifier.
    pub fn persons(&self) -> impl Iterator<Item = &Person> {
        self.persons.values()
    }
}

impl PersonSection {
    fn person(self) -> Result<Person, StaffError> {
        let key = |(number, text): (usize, &String)| {
            let bytes: Option<[u8; 32]> =
                STANDARD.decode(text).ok().and_then(|bytes| bytes.try_into().ok());
            bytes
                .and_then(|bytes| VerifyingKey::from_bytes(&bytes).ok())
                .ok_or_else(|| StaffError::Key { person: self.id.clone(), number })
        };
        let keys = (1..).zip(&self.keys).map(key).collect::<Result<_, _>>()?;
        Ok(Person { id: StaffId::new(&self.id)?, name: Text::new(&self.name)?, keys })
    }
}

/// SHA-256 over everything that two persons agree to. The parts contain what makes a proposal
/// unrepeatable (a record's salted commitment, the event before), so an old approval approves
/// nothing new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProposalHash([u8; 32]);

impl ProposalHash {
    /// The hash of a proposal that consists of `parts`, in any order: for an issuance, what is signed
    /// of each certificate ([`crate::draft::Linted::proposal_part`]); for a status change, the bytes of
    /// its decision and of each entry that follows from it.
    ///
    /// In bytes: SHA-256 of the CBOR array `["title-ledger/proposal/v1", kind, [digest…]]` with the
    /// parts' SHA-256 digests in ascending order.
    pub fn of<P: AsRef<[u8]>>(kind: ProposalKind, parts: impl IntoIterator<Item = P>) -> Self {
        let mut digests: Vec<[u8; 32]> =
            parts.into_iter().map(|part| Sha256::digest(part.as_ref()).into()).collect();
        digests.sort_unstable();
        let mut out = Writer::new();
        out.array(3).text(HASHED_CONTEXT).text(kind.name()).array(digests.len());
        for digest in &digests {
            out.bytes(digest);
        }
        Self(Sha256::digest(out.finish()).into())
    }

    /// A hash that was stored before.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    fn signed_bytes(&self) -> Vec<u8> {
        [SIGNED_CONTEXT, &self.0].concat()
    }
}

/// A text that is no proposal's hash.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a draft's hash: 44 characters of base64, as `issuer case show` prints them")]
pub struct NotAProposal;

impl std::str::FromStr for ProposalHash {
    type Err = NotAProposal;

    fn from_str(text: &str) -> Result<Self, NotAProposal> {
        let bytes = STANDARD.decode(text).map_err(|_malformed| NotAProposal)?;
        bytes.try_into().map(Self).map_err(|_length| NotAProposal)
    }
}

impl fmt::Display for ProposalHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD.encode(self.0))
    }
}

/// One person's signature under a proposal; unchecked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// The key that is said to have signed.
    pub key: VerifyingKey,
    /// Ed25519 over `"title-ledger/approval/v1" 0x00 ‖ hash`.
    pub signature: [u8; SIGNATURE_LEN],
}

impl Approval {
    /// Signs a proposal.
    pub fn sign(key: &SigningKeyFile, proposal: &ProposalHash) -> Self {
        let signature = key.key().sign(&proposal.signed_bytes()).to_bytes();
        Self { key: key.public_key(), signature }
    }
}

/// One person's signature against a proposal: another context, so that it never passes for an
/// approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The key that signed.
    pub key: VerifyingKey,
    /// Ed25519 over `"title-ledger/refusal/v1" 0x00 ‖ hash`.
    pub signature: [u8; SIGNATURE_LEN],
}

impl Refusal {
    /// Signs a refusal of a proposal.
    pub fn sign(key: &SigningKeyFile, proposal: &ProposalHash) -> Self {
        let signed = [REFUSED_CONTEXT, &proposal.0].concat();
        Self { key: key.public_key(), signature: key.key().sign(&signed).to_bytes() }
    }
}

/// Who signed, as errors name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Who proposes.
    Proposer,
    /// Who approves.
    Approver,
}

impl Part {
    const fn name_zh(self) -> &'static str {
        match self {
            Self::Proposer => "提出人",
            Self::Approver => "批准人",
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Proposer => "proposer",
            Self::Approver => "approver",
        })
    }
}

/// Why two signatures do not approve a proposal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApprovalError {
    /// One key twice.
    #[error(
        "提出与批准用了同一把密钥，须由两人签署 / proposer and approver used the same key: two persons \
         are needed"
    )]
    SameKey,
    /// Two keys of one person.
    #[error(
        "两把密钥同属 {person}，须由两人签署 / both keys belong to {person}: two persons are needed"
    )]
    SamePerson {
        /// Whose.
        person: StaffId,
    },
    /// A key that nobody is registered with.
    #[error(
        "{}的密钥未登记在任何工作人员名下 / the {part}'s key is not registered to any member of staff",
        part.name_zh()
    )]
    UnknownKey {
        /// Whose.
        part: Part,
    },
    /// A signature by another key, or under another proposal.
    #[error(
        "{}的签名与密钥或草案不符 / the {part}'s signature is not by that key under this proposal",
        part.name_zh()
    )]
    BadSignature {
        /// Whose.
        part: Part,
    },
}

/// A proposal that two different, registered persons signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approved {
    proposal: ProposalHash,
    proposer: StaffId,
    approver: StaffId,
}

/// Checks that two persons signed a proposal.
#[derive(Debug, Clone, Copy)]
pub struct TwoPersons;

impl TwoPersons {
    /// The one way to an [`Approved`] proposal.
    ///
    /// # Errors
    /// [`ApprovalError`] names what is missing.
    #[expect(clippy::new_ret_no_self, reason = "what is new is the approval")]
    pub fn new(
        proposal: ProposalHash,
        proposer: &Approval,
        approver: &Approval,
        staff: &StaffRegister,
    ) -> Result<Approved, ApprovalError> {
        let (first, second) = Self::hold(&proposer.key, &approver.key, staff)?;
        signed_by(Part::Proposer, proposer, &proposal)?;
        signed_by(Part::Approver, approver, &proposal)?;
        Ok(Approved { proposal, proposer: first.clone(), approver: second.clone() })
    }

    /// Whether two keys are held by two registered persons; who they are.
    ///
    /// # Errors
    /// [`ApprovalError`] names what is missing.
    pub fn hold<'a>(
        proposer: &VerifyingKey,
        approver: &VerifyingKey,
        staff: &'a StaffRegister,
    ) -> Result<(&'a StaffId, &'a StaffId), ApprovalError> {
        if proposer == approver {
            return Err(ApprovalError::SameKey);
        }
        let owner = |part, key| {
            staff.owner(key).map(|person| &person.id).ok_or(ApprovalError::UnknownKey { part })
        };
        let (first, second) = (owner(Part::Proposer, proposer)?, owner(Part::Approver, approver)?);
        if first == second {
            return Err(ApprovalError::SamePerson { person: first.clone() });
        }
        Ok((first, second))
    }
}

fn signed_by(
    part: Part,
    approval: &Approval,
    proposal: &ProposalHash,
) -> Result<(), ApprovalError> {
    verify_strict(&approval.key, &proposal.signed_bytes(), &approval.signature)
        .map_err(|_bad| ApprovalError::BadSignature { part })
}

impl Approved {
    /// What was approved.
    pub const fn proposal(&self) -> ProposalHash {
        self.proposal
    }

    /// Who proposed it.
    pub const fn proposer(&self) -> &StaffId {
        &self.proposer
    }

    /// Who approved it.
    pub const fn approver(&self) -> &StaffId {
        &self.approver
    }
}

#[cfg(test)]
#[path = "staff_tests.rs"]
mod tests;
