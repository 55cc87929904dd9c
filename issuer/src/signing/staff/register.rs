//! Who is on the staff, and who holds which key.

use std::{collections::BTreeMap, fmt};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::VerifyingKey;
use ledger::{
    certificate::{Text, TextError},
    ed25519::is_weak,
};
use serde::Deserialize;

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
