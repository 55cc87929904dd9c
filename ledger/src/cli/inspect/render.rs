//! What is shown of each thing: the same fields for people and for programs, under the names that the
//! format gives them.

use std::fmt;

use ledger::{
    authority::RootCertificate,
    checkpoint::SignedCheckpoint,
    digest::NodeHash,
    entry::{AuthorityEntry, Decision, Entry, StatusHead},
    position::LeafIndex,
    rules::accept_authority,
    status::{Exception, Suspension},
    trust::Trust,
};
use serde_json::{Map, Value, json};

use crate::cli::text;

/// A thing to be shown: what it is, and its fields.
#[derive(Debug)]
pub(super) struct Shown {
    kind: &'static str,
    title: String,
    fields: Map<String, Value>,
}

impl Shown {
    fn new(kind: &'static str, title: String, fields: Value) -> Self {
        let fields = match fields {
            Value::Object(fields) => fields,
            other => Map::from_iter([("value".to_owned(), other)]),
        };
        Self { kind, title, fields }
    }

    /// One line of JSON.
    pub(super) fn json(&self) -> String {
        let mut object = Map::from_iter([("kind".to_owned(), json!(self.kind))]);
        object.extend(self.fields.clone());
        Value::Object(object).to_string()
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.title, text::kind(self.kind))?;
        for (name, value) in self.fields.iter().filter(|(_, value)| !value.is_null()) {
            match value {
                Value::String(text) => write!(f, "\n  {name}: {text}")?,
                Value::Array(items) if items.is_empty() => {}
                Value::Array(items) => {
                    write!(f, "\n  {name}:")?;
                    items.iter().try_for_each(|item| write!(f, "\n    {item}"))?;
                }
                other => write!(f, "\n  {name}: {other}")?,
            }
        }
        Ok(())
    }
}

pub(super) fn checkpoint(signed: &SignedCheckpoint, trust: Option<&Trust>) -> Shown {
    let checkpoint = signed.unverified();
    let lines = signed.note().signatures().iter();
    let signers: Vec<_> = lines.map(|line| format!("{}+{}", line.name(), line.id())).collect();
    let fields = json!({
        "origin": checkpoint.origin.as_str(),
        "size": checkpoint.size.get(),
        "root": checkpoint.root.to_string(),
        "verified": trust.is_some(),
        "signatures": signers,
    });
    Shown::new("checkpoint", checkpoint.size.to_string(), fields)
}

pub(super) fn entry(index: LeafIndex, entry: &Entry, roots: &[RootCertificate]) -> Shown {
    let (kind, fields) = match entry {
        Entry::Authority(entry) => ("authority", authority(index, entry, roots)),
        Entry::Issuance(issuance) => (
            "issuance",
            json!({
                "index": index.get(),
                "authority": issuance.authority.get(),
                "title": issuance.title.map(LeafIndex::get),
                "commitment": issuance.commitment.to_string(),
            }),
        ),
        Entry::StatusChange(change) => ("status_change", decision(index, change.unverified())),
        Entry::IntegrityRecord(commitment) => (
            "integrity_record",
            json!({ "index": index.get(), "commitment": commitment.to_string() }),
        ),
        Entry::Anchor(anchor) => (
            "anchor",
            json!({
                "index": index.get(),
                "purpose": text::purpose(anchor.purpose),
                "commitment": anchor.commitment.to_string(),
            }),
        ),
        Entry::StatusHead(head) => ("status_head", status_head(head)),
    };
    Shown::new(kind, format!("#{index}"), fields)
}

/// What an authority may do is shown only once a trusted root is known to have signed it.
fn authority(index: LeafIndex, entry: &AuthorityEntry, roots: &[RootCertificate]) -> Value {
    let verified = accept_authority(entry, roots).ok();
    let committee = verified.as_ref().and_then(|verified| verified.extension().committee.as_ref());
    let validity = verified.as_ref().map(|verified| verified.validity());
    json!({
        "index": index.get(),
        "role": text::role(entry.role),
        "filing_number": entry.filing_number.as_ref().map(|number| number.as_str()),
        "verified": verified.is_some(),
        "name": verified.as_ref().map(|verified| verified.name()),
        "filing_from": committee.map(|committee| committee.filing.from().to_string()),
        "filing_until": committee.map(|committee| committee.filing.until().to_string()),
        "valid_from": validity.map(|(from, _)| from.to_string()),
        "valid_until": validity.map(|(_, until)| until.to_string()),
        "certificate_bytes": entry.certificate.len(),
    })
}

fn decision(index: LeafIndex, decision: &Decision) -> Value {
    json!({
        "index": index.get(),
        "authority": decision.authority.get(),
        "target": decision.target.get(),
        "previous": decision.previous.map(LeafIndex::get),
        "status": decision.status.name(),
        "decided_on": decision.decided_on.to_string(),
        "last_valid_index": decision.last_valid_index.map(LeafIndex::get),
        "record": decision.record.to_string(),
        "number": decision.number.to_string(),
    })
}

fn status_head(head: &StatusHead) -> Value {
    json!({
        "index": head.index.get(),
        "previous": head.previous.map(LeafIndex::get),
        "time": head.time.to_string(),
        "exceptions": head.exceptions,
        "list_root": head.list_root.to_string(),
        "list_head": head.list_head.get(),
        "journal": head.journal.to_string(),
    })
}

pub(super) fn exception(exception: &Exception) -> Shown {
    let suspension = |suspension: &Suspension| {
        json!({
            "event": suspension.event.get(),
            "from": suspension.from.to_string(),
            "ended_by": suspension.ended.map(|end| end.event.get()),
            "until": suspension.ended.map(|end| end.until.to_string()),
        })
    };
    let fields = json!({
        "index": exception.index.get(),
        "status": exception.status.name(),
        "superseded_by": exception.superseded_by.map(LeafIndex::get),
        "event": exception.event.get(),
        "last_valid_index": exception.last_valid_index.map(LeafIndex::get),
        "suspensions": exception.suspensions.iter().map(suspension).collect::<Vec<_>>(),
    });
    Shown::new("exception", format!("#{}", exception.index), fields)
}

pub(super) fn hash(level: u8, position: u64, hash: &NodeHash) -> Shown {
    let fields = json!({ "level": level, "position": position, "hash": hash.to_string() });
    Shown::new("hash", format!("{level}/{position}"), fields)
}
