//! `verifier evidence`.

use std::{
    fs::File,
    io::{self, Read as _, Write as _},
};

use serde::Serialize;

use super::{
    EXIT_NOT_VALID, EXIT_UNDETERMINED, EXIT_VALID, Language, Message,
    args::EvidenceArgs,
    setup::read_trust,
    talk::{json_line, unwritable},
};
use crate::causes::zh;
use crate::monitor::{Evidence, EvidenceError, MAX_EVIDENCE_LEN, Proof, Proven};

/// One line of JSON. Fields are only ever added.
#[derive(Serialize)]
struct Line {
    holds: bool,
    kind: &'static str,
    log: String,
    found_at: String,
    index: Option<u64>,
    error: Option<String>,
}

/// Reads a file of evidence and verifies it.
pub(super) fn run(args: &EvidenceArgs, language: Language) -> Result<u8, Message> {
    let trust = read_trust(&args.trust)?;
    let shown = args.file.display();
    let mut bytes = Vec::new();
    let read = File::open(&args.file)
        .and_then(|file| file.take(MAX_EVIDENCE_LEN as u64 + 1).read_to_end(&mut bytes));
    read.map_err(|error| {
        Message::new(
            format!("{shown}无法读取（{}）。", zh(&error)),
            format!("{shown} cannot be read ({error})."),
        )
    })?;
    let evidence = Evidence::parse(&bytes).map_err(|error| {
        Message::new(
            format!("{shown}不是完好的证据文件（{}）。请取得原始文件。", zh(&error)),
            format!("{shown} is no intact file of evidence: {error}. Get the original."),
        )
    })?;
    let verdict = evidence.verify(&trust);
    let line = if args.json {
        json_line(&json(&evidence, &verdict))?
    } else {
        words(&evidence, &verdict, language)
    };
    writeln!(io::stdout().lock(), "{line}").map_err(|error| unwritable(&error))?;
    Ok(match verdict {
        Ok(_) => EXIT_VALID,
        Err(EvidenceError::OtherLog { .. }) => EXIT_UNDETERMINED,
        Err(_) => EXIT_NOT_VALID,
    })
}

fn json(evidence: &Evidence, verdict: &Result<Proven, EvidenceError>) -> Line {
    let (kind, index) = match &evidence.proof {
        Proof::Fork(_) => ("split_view", None),
        Proof::Entry { entry, .. } => ("entry", Some(entry.index.get())),
    };
    Line {
        holds: verdict.is_ok(),
        kind,
        log: evidence.log_key.name().to_string(),
        found_at: evidence.found_at.to_string(),
        index,
        error: verdict.as_ref().err().map(ToString::to_string),
    }
}

fn words(
    evidence: &Evidence,
    verdict: &Result<Proven, EvidenceError>,
    language: Language,
) -> String {
    let log = evidence.log_key.name();
    match (verdict, &evidence.proof, language) {
        (Ok(Proven::TwoHistories), _, Language::Zh) => {
            format!("证据成立：账本{log}的密钥签署了两段互相矛盾的历史。")
        }
        (Ok(Proven::TwoHistories), _, Language::En) => {
            format!("The evidence holds: the key of {log} signed two histories.")
        }
        (Ok(Proven::EntryOnRecord), Proof::Entry { entry, charge, .. }, Language::Zh) => format!(
            "证据成立：账本{log}的密钥签署的树中，第{}条正是所附字节。所指：{charge}。该理由可用 ledger audit 重放得出。",
            entry.index
        ),
        (Ok(Proven::EntryOnRecord), Proof::Entry { entry, charge, .. }, Language::En) => format!(
            "The evidence holds: in a tree that the key of {log} signed, entry {} is exactly these bytes. The charge: {charge}. `ledger audit` comes to it by replay.",
            entry.index
        ),
        (Ok(Proven::EntryOnRecord), Proof::Fork(_), _) => String::new(),
        (Err(error), _, Language::Zh) => format!("证据不成立（{}）。", zh(error)),
        (Err(error), _, Language::En) => format!("The evidence does not hold: {error}."),
    }
}
