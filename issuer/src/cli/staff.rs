//! `issuer staff add|remove|list`.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::VerifyingKey;
use ledger::certificate::Text;

use super::{
    failure::Failure,
    place::{Deciders, Deciding, Place, told},
};
use crate::signing::staff::{Person, StaffId};

/// Members of staff, whose keys propose and approve.
#[derive(Debug, clap::Args)]
pub struct StaffArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    /// 登记一名工作人员（两人签署）。Registers a person; two persons sign
    Add(AddArgs),
    /// 取消一名工作人员的资格（两人签署）。Takes a person's keys away; two persons sign
    Remove(RemoveArgs),
    /// 列出工作人员。Lists the members of staff
    List(Place),
}

#[derive(Debug, clap::Args)]
struct AddArgs {
    /// 标识 / Identifies the person: lower-case letters, digits, dots and hyphens
    id: String,
    /// 姓名 / The name
    #[arg(long, value_name = "TEXT")]
    name: String,
    /// Ed25519 公钥，base64，可重复 / An Ed25519 public key in base64; may be repeated
    #[arg(long, value_name = "KEY", required = true)]
    key: Vec<String>,
    #[command(flatten)]
    deciding: Deciding,
}

#[derive(Debug, clap::Args)]
struct RemoveArgs {
    /// 标识 / Identifies the person
    id: String,
    #[command(flatten)]
    deciding: Deciding,
}

/// Exit 0: done.
pub fn run(args: &StaffArgs) -> Result<u8, Failure> {
    let (json, outcome) = match &args.verb {
        Verb::Add(args) => (args.deciding.place.json, add(args)),
        Verb::Remove(args) => (args.deciding.place.json, remove(args)),
        Verb::List(args) => (args.json, list(args)),
    };
    told(json, outcome.map(|()| 0))
}

fn add(args: &AddArgs) -> Result<(), Failure> {
    let person = Person {
        id: StaffId::new(&args.id)?,
        name: Text::new(&args.name)?,
        keys: args.key.iter().map(|key| public_key(key)).collect::<Result<_, _>>()?,
    };
    let (mut office, Deciders { proposer, approver }) = args.deciding.open()?;
    office.add_staff(person, &proposer, &approver)?;
    tell(args.deciding.place.json, &args.id, "registered", "已登记")?;
    Ok(())
}

fn remove(args: &RemoveArgs) -> Result<(), Failure> {
    let (mut office, Deciders { proposer, approver }) = args.deciding.open()?;
    office.remove_staff(&StaffId::new(&args.id)?, &proposer, &approver)?;
    tell(args.deciding.place.json, &args.id, "removed", "已取消")?;
    Ok(())
}

fn tell(json: bool, id: &str, state: &str, zh: &str) -> Result<(), Failure> {
    if json {
        say!("{}", serde_json::json!({ "person": id, "state": state }))?;
    } else {
        say!("{zh} / {state}: {id}")?;
    }
    Ok(())
}

fn list(args: &Place) -> Result<(), Failure> {
    let office = args.open()?;
    for person in office.staff().persons() {
        let (id, name) = (person.id.as_str(), person.name.as_str());
        let keys: Vec<_> = person.keys.iter().map(|key| STANDARD.encode(key)).collect();
        if args.json {
            say!("{}", serde_json::json!({ "person": id, "name": name, "keys": keys }))?;
        } else {
            say!("{id}  {name}  {}", keys.join(" "))?;
        }
    }
    Ok(())
}

fn public_key(text: &str) -> Result<VerifyingKey, Failure> {
    let bytes: Option<[u8; 32]> =
        STANDARD.decode(text).ok().and_then(|bytes| bytes.try_into().ok());
    bytes
        .and_then(|bytes| VerifyingKey::from_bytes(&bytes).ok())
        .ok_or_else(|| Failure::Usage(format!("--key {text}: no Ed25519 public key in base64")))
}
