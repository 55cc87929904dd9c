//! Reading a policy line by line.

use std::collections::BTreeMap;

use super::{
    MAX_LINES_OF_A_KIND, MAX_POLICY_LEN, NONE, PolicyGroup, PolicyLog, PolicyName, PolicyWitness,
    TlogPolicy, TlogPolicyError, rule_of,
};
use crate::{
    checkpoint::Quorum,
    note::{SignatureKind, VerifierKey},
};

/// What the lines so far said.
#[derive(Default)]
struct Reader {
    line: usize,
    logs: Vec<PolicyLog>,
    witnesses: Vec<PolicyWitness>,
    groups: Vec<PolicyGroup>,
    /// Every name that is defined, and whether it is a member of a group.
    names: BTreeMap<PolicyName, Member>,
    quorum: Option<Option<PolicyName>>,
}

#[derive(PartialEq, Eq)]
enum Member {
    OfNone,
    OfOne,
}

pub(super) fn parse(bytes: &[u8]) -> Result<TlogPolicy, TlogPolicyError> {
    if bytes.len() > MAX_POLICY_LEN {
        return Err(TlogPolicyError::TooLong { len: bytes.len() });
    }
    let lines = bytes.strip_suffix(b"\n").ok_or(TlogPolicyError::Unended)?;
    let mut reader = Reader::default();
    for line in lines.split(|byte| *byte == b'\n') {
        reader.line += 1;
        reader.read(line)?;
    }
    let Reader { logs, witnesses, groups, quorum, .. } = reader;
    let quorum = quorum.ok_or(TlogPolicyError::NoQuorum)?;
    let rule = quorum.as_ref().and_then(|name| rule_of(name, &witnesses, &groups));
    let keys = witnesses.iter().map(|witness| witness.key.clone()).collect();
    let rule = Quorum::of(rule, keys)?;
    Ok(TlogPolicy { logs, witnesses, groups, quorum, rule })
}

impl Reader {
    fn read(&mut self, text: &[u8]) -> Result<(), TlogPolicyError> {
        let line = self.line;
        let control = |byte: &&u8| (**byte < b' ' && **byte != b'\t') || **byte == 0x7f;
        if let Some(byte) = text.iter().find(control) {
            return Err(TlogPolicyError::ControlCharacter { line, byte: *byte });
        }
        let words = text.split(|byte| matches!(byte, b' ' | b'\t')).filter(|word| !word.is_empty());
        let words: Vec<&[u8]> = words.collect();
        let Some((kind, items)) = words.split_first() else { return Ok(()) };
        match *kind {
            comment if comment.starts_with(b"#") => Ok(()),
            b"log" => self.log(items),
            b"witness" => self.witness(items),
            b"group" => self.group(items),
            b"quorum" => self.quorum(items),
            _ => Err(TlogPolicyError::UnknownLine { line }),
        }
    }

    fn log(&mut self, items: &[&[u8]]) -> Result<(), TlogPolicyError> {
        let line = self.line;
        let (key, url) = match items {
            [key] => (self.key(key)?, None),
            [key, url] => (self.key(key)?, Some(self.text(url)?.to_owned())),
            _ => return Err(TlogPolicyError::Form { line, form: "log <vkey> [<url>]" }),
        };
        if key.kind() != SignatureKind::Ed25519 {
            return Err(TlogPolicyError::NotALogKey { line, name: key.name().clone() });
        }
        if self.logs.iter().any(|log| log.key.public_key() == key.public_key()) {
            return Err(TlogPolicyError::LogRepeated { line });
        }
        self.has_room(self.logs.len())?;
        self.logs.push(PolicyLog { key, url });
        Ok(())
    }

    fn witness(&mut self, items: &[&[u8]]) -> Result<(), TlogPolicyError> {
        let line = self.line;
        let (name, key, url) = match items {
            [name, key] => (name, self.key(key)?, None),
            [name, key, url] => (name, self.key(key)?, Some(self.text(url)?.to_owned())),
            _ => return Err(TlogPolicyError::Form { line, form: "witness <name> <vkey> [<url>]" }),
        };
        self.has_room(self.witnesses.len())?;
        let name = self.define(name)?;
        // That keys differ, and are witnesses' keys, is for the quorum to say.
        self.witnesses.push(PolicyWitness { name, key, url });
        Ok(())
    }

    fn group(&mut self, items: &[&[u8]]) -> Result<(), TlogPolicyError> {
        let line = self.line;
        let form = "group <name> all|any|<k> <name>...";
        let [name, threshold, members @ ..] = items else {
            return Err(TlogPolicyError::Form { line, form });
        };
        if members.is_empty() {
            return Err(TlogPolicyError::Form { line, form });
        }
        self.has_room(self.groups.len())?;
        let needed = threshold_of(threshold, members.len())
            .ok_or(TlogPolicyError::Threshold { line, members: members.len() })?;
        let members = members.iter().map(|member| self.member(member));
        let members = members.collect::<Result<Vec<_>, _>>()?;
        let name = self.define(name)?;
        self.groups.push(PolicyGroup { name, needed, members });
        Ok(())
    }

    fn quorum(&mut self, items: &[&[u8]]) -> Result<(), TlogPolicyError> {
        let line = self.line;
        let [name] = items else {
            return Err(TlogPolicyError::Form { line, form: "quorum <name>" });
        };
        if self.quorum.is_some() {
            return Err(TlogPolicyError::SecondQuorum { line });
        }
        let name = PolicyName(name.to_vec());
        self.quorum = Some(match name.0.as_slice() {
            NONE => None,
            _ if self.names.contains_key(&name) => Some(name),
            _ => return Err(TlogPolicyError::Undefined { line, name }),
        });
        Ok(())
    }

    /// A name that was defined before and is a member of a group for the first time.
    fn member(&mut self, name: &[u8]) -> Result<PolicyName, TlogPolicyError> {
        let (line, name) = (self.line, PolicyName(name.to_vec()));
        match self.names.get_mut(&name) {
            None => Err(TlogPolicyError::Undefined { line, name }),
            Some(Member::OfOne) => Err(TlogPolicyError::MemberTwice { line, name }),
            Some(member) => {
                *member = Member::OfOne;
                Ok(name)
            }
        }
    }

    fn define(&mut self, name: &[u8]) -> Result<PolicyName, TlogPolicyError> {
        let (line, name) = (self.line, PolicyName(name.to_vec()));
        if name.0 == NONE || self.names.contains_key(&name) {
            return Err(TlogPolicyError::NameTaken { line, name });
        }
        self.names.insert(name.clone(), Member::OfNone);
        Ok(name)
    }

    fn key(&self, word: &[u8]) -> Result<VerifierKey, TlogPolicyError> {
        let line = self.line;
        self.text(word)?.parse().map_err(|source| TlogPolicyError::Key { line, source })
    }

    fn text<'w>(&self, word: &'w [u8]) -> Result<&'w str, TlogPolicyError> {
        std::str::from_utf8(word).map_err(|_place| TlogPolicyError::NotUtf8 { line: self.line })
    }

    const fn has_room(&self, there: usize) -> Result<(), TlogPolicyError> {
        if there < MAX_LINES_OF_A_KIND {
            Ok(())
        } else {
            Err(TlogPolicyError::TooMany { line: self.line })
        }
    }
}

/// `all`, `any`, or a number from 1 to the number of members, without leading zeros.
fn threshold_of(word: &[u8], members: usize) -> Option<usize> {
    match word {
        b"all" => Some(members),
        b"any" => Some(1),
        [b'1'..=b'9', ..] if word.iter().all(u8::is_ascii_digit) => {
            let number = std::str::from_utf8(word).ok()?.parse().ok()?;
            (number <= members).then_some(number)
        }
        _ => None,
    }
}
