//! The file of evidence: text that a person reads, with parts that a program reads again. FORMAT.md
//! section 24. One writing for one content: what was read, written again, is the same bytes.

use std::fmt::Write as _;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ledger::{
    checkpoint::{CheckpointParseError, SignedCheckpoint},
    digest::{NodeHash, RootHash},
    evidence::ProvenEntry,
    note::{VerifierKey, VerifierKeyError},
    position::LeafIndex,
    time::UnixMillis,
};

use super::{Evidence, Fork, Link, MAX_EVIDENCE_LEN, Proof};

/// First line of every file.
const TITLE: &str = "title-ledger-evidence-v1";
/// How the line that begins a part begins and ends.
const MARK: (&str, &str) = ("=== ", " ===");
/// The last line.
const END: &str = "=== end ===\n";

/// Why bytes are no file of evidence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EvidenceTextError {
    /// Longer than [`MAX_EVIDENCE_LEN`].
    #[error("longer than {MAX_EVIDENCE_LEN} bytes")]
    TooLong,
    /// A part is missing or malformed.
    #[error("no evidence of version 1: {part} is missing or malformed")]
    Part {
        /// The part.
        part: &'static str,
    },
    /// A key is malformed.
    #[error("the log's key: {0}")]
    Key(#[from] VerifierKeyError),
    /// A checkpoint is malformed.
    #[error("a checkpoint: {0}")]
    Checkpoint(#[from] CheckpointParseError),
    /// It reads, but is not written as this program writes it.
    #[error("the words around the parts were altered")]
    Altered,
}

impl Evidence {
    /// The file's content.
    pub fn to_text(&self) -> String {
        let mut text = format!("{TITLE}\nlog-key: {}\n", self.log_key);
        // Both writings of the time: one to read, one that is exact.
        let (time, millis) = (self.found_at, self.found_at.get());
        // Writing to a string cannot fail.
        let _ = writeln!(text, "found-at: {millis} ({time})\n");
        match &self.proof {
            Proof::Fork(fork) => write_fork(&mut text, fork),
            Proof::Entry { checkpoint, entry, charge } => {
                write_entry(&mut text, checkpoint, entry, charge);
            }
        }
        text.push_str(END);
        text
    }

    /// Reads a file of evidence. Nothing in it is verified here.
    pub fn parse(bytes: &[u8]) -> Result<Self, EvidenceTextError> {
        if bytes.len() > MAX_EVIDENCE_LEN {
            return Err(EvidenceTextError::TooLong);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| part("UTF-8"))?;
        let parts = Parts::of(text)?;
        let mut lines = parts.preamble.lines();
        if lines.next() != Some(TITLE) {
            return Err(part("the first line"));
        }
        let log_key = lines.next().and_then(|line| line.strip_prefix("log-key: "));
        let log_key: VerifierKey = log_key.ok_or_else(|| part("log-key"))?.parse()?;
        let found = lines.next().and_then(|line| line.strip_prefix("found-at: "));
        let millis = found.and_then(|found| found.split(' ').next()?.parse().ok());
        let found_at = millis.and_then(UnixMillis::new).ok_or_else(|| part("found-at"))?;
        let proof = match parts.get("charge") {
            Some(charge) => Proof::Entry {
                checkpoint: parts.checkpoint("checkpoint")?,
                entry: parts.entry()?,
                charge: charge.trim_end_matches('\n').to_owned(),
            },
            None => Proof::Fork(Fork {
                smaller: parts.checkpoint("checkpoint A")?,
                larger: parts.checkpoint("checkpoint B")?,
                link: parts.link()?,
            }),
        };
        let evidence = Self { log_key, found_at, proof };
        if evidence.to_text().as_bytes() == bytes {
            Ok(evidence)
        } else {
            Err(EvidenceTextError::Altered)
        }
    }
}

const fn part(part: &'static str) -> EvidenceTextError {
    EvidenceTextError::Part { part }
}

fn begin(text: &mut String, name: &str) {
    let _ = writeln!(text, "{}{name}{}", MARK.0, MARK.1);
}

fn write_fork(text: &mut String, fork: &Fork) {
    let (a, b) = (fork.smaller.unverified(), fork.larger.unverified());
    let origin = &a.origin;
    let (zh, en) = match &fork.link {
        None => (
            format!(
                "检查点A与检查点B都称账本有{}条记录，根哈希却不同（{}与{}）。",
                a.size, a.root, b.root
            ),
            format!(
                "Checkpoint A and checkpoint B both say that the log has {} entries, but with different roots ({} and {}).",
                a.size, a.root, b.root
            ),
        ),
        Some(link) => (
            format!(
                "检查点A称账本前{}条记录的根哈希为{}；检查点B称账本有{}条，而按所附一致性证明（RFC 6962 第2.1.2节），B的前{}条的根哈希是{}。",
                a.size, a.root, b.size, a.size, link.root
            ),
            format!(
                "Checkpoint A says that the first {} entries have the root {}. Checkpoint B has {} entries, and by the consistency proof below (RFC 6962 section 2.1.2) its first {} have the root {}.",
                a.size, a.root, b.size, a.size, link.root
            ),
        ),
    };
    let _ = writeln!(
        text,
        "账本 {origin} 的两段历史（分叉视图）的证据\n\n\
         {zh}只增不改的账本在同一条数上只能有一个根哈希，因此两份检查点不可能属于同一段历史。\
         两份检查点都带有上述账本密钥的有效签名：签名之人向不同的人出示了不同的账本。\n\
         本文件不含个人信息。任何人都可以复核：verifier evidence 本文件 --trust 信任文件；\
         签名格式见 C2SP signed-note 与 tlog-checkpoint，可用其他程序独立验证。\n"
    );
    let _ = writeln!(
        text,
        "Evidence of two histories (a split view) of the log {origin}\n\n\
         {en} An append-only log has one root at one size, so no one history has both checkpoints. \
         Both carry valid signatures of the log key above: whoever holds it showed different logs to different people.\n\
         This file holds no personal data. Anybody can check it: verifier evidence FILE --trust TRUST-FILE; \
         the signatures are C2SP signed-note and tlog-checkpoint, which other programs verify too.\n"
    );
    begin(text, "checkpoint A");
    text.push_str(&note(&fork.smaller));
    begin(text, "checkpoint B");
    text.push_str(&note(&fork.larger));
    if let Some(link) = &fork.link {
        begin(text, "root of B at the size of A");
        let _ = writeln!(text, "{}", link.root);
        begin(text, "consistency proof");
        write_hashes(text, &link.proof);
    }
}

fn write_entry(
    text: &mut String,
    checkpoint: &SignedCheckpoint,
    entry: &ProvenEntry,
    charge: &str,
) {
    let stated = checkpoint.unverified();
    let (origin, size, index) = (&stated.origin, stated.size, entry.index);
    let _ = writeln!(
        text,
        "账本 {origin} 第{index}条记录违反账本规则的证据\n\n\
         所附检查点称账本有{size}条记录，带有上述账本密钥的有效签名；所附包含证明（RFC 6962 第2.1.1节）\
         说明第{index}条正是下列字节。该条不得出现在此处，理由见 charge；理由本身可由任何人从头重放账本得出：\
         ledger audit --log 账本 --trust 信任文件。\n\
         本文件不含个人信息。任何人都可以复核签名与位置：verifier evidence 本文件 --trust 信任文件。\n"
    );
    let _ = writeln!(
        text,
        "Evidence of entry {index} of the log {origin}, which breaks a rule of the log\n\n\
         The checkpoint below says that the log has {size} entries and carries a valid signature of the log key above. \
         By the inclusion proof below (RFC 6962 section 2.1.1) entry {index} is exactly these bytes. It may not stand there, \
         for the reason under \"charge\"; anybody comes to that by replaying the log: ledger audit --log LOG --trust TRUST-FILE.\n\
         This file holds no personal data. Anybody can check signature and place: verifier evidence FILE --trust TRUST-FILE.\n"
    );
    begin(text, "charge");
    let _ = writeln!(text, "{charge}");
    begin(text, "checkpoint");
    text.push_str(&note(checkpoint));
    begin(text, "index");
    let _ = writeln!(text, "{index}");
    begin(text, "entry");
    let _ = writeln!(text, "{}", STANDARD.encode(&entry.bytes));
    begin(text, "inclusion proof");
    write_hashes(text, &entry.path);
}

/// A note's own bytes: it is UTF-8 and ends with a line feed.
fn note(checkpoint: &SignedCheckpoint) -> String {
    String::from_utf8_lossy(&checkpoint.to_bytes()).into_owned()
}

fn write_hashes(text: &mut String, hashes: &[NodeHash]) {
    for hash in hashes {
        let _ = writeln!(text, "{hash}");
    }
}

/// The parts of a file, by name.
struct Parts<'t> {
    preamble: &'t str,
    named: Vec<(&'t str, &'t str)>,
}

impl<'t> Parts<'t> {
    fn of(text: &'t str) -> Result<Self, EvidenceTextError> {
        let body = text.strip_suffix(END).ok_or_else(|| part("the end"))?;
        let mut parts = Self { preamble: "", named: Vec::new() };
        let (mut name, mut start, mut at) = (None, 0, 0);
        for line in body.split_inclusive('\n') {
            let bare = line.trim_end_matches('\n');
            if let Some(next) = bare.strip_prefix(MARK.0).and_then(|n| n.strip_suffix(MARK.1)) {
                parts.end(name, body.get(start..at).unwrap_or_default());
                (name, start) = (Some(next), at + line.len());
            }
            at += line.len();
        }
        parts.end(name, body.get(start..).unwrap_or_default());
        Ok(parts)
    }

    fn end(&mut self, name: Option<&'t str>, content: &'t str) {
        match name {
            None => self.preamble = content,
            Some(name) => self.named.push((name, content)),
        }
    }

    fn get(&self, name: &str) -> Option<&'t str> {
        self.named.iter().find(|(known, _)| *known == name).map(|(_, content)| *content)
    }

    fn checkpoint(&self, name: &'static str) -> Result<SignedCheckpoint, EvidenceTextError> {
        let content = self.get(name).ok_or_else(|| part(name))?;
        Ok(SignedCheckpoint::parse(content.as_bytes())?)
    }

    fn link(&self) -> Result<Option<Link>, EvidenceTextError> {
        let name = "root of B at the size of A";
        let Some(content) = self.get(name) else { return Ok(None) };
        let root = digest(content.trim_end_matches('\n')).ok_or_else(|| part(name))?;
        let proof = self.hashes("consistency proof")?;
        Ok(Some(Link { root: RootHash::from_bytes(root), proof }))
    }

    fn entry(&self) -> Result<ProvenEntry, EvidenceTextError> {
        let index = self.get("index").and_then(|index| index.trim_end_matches('\n').parse().ok());
        let index =
            index.and_then(|index| LeafIndex::new(index).ok()).ok_or_else(|| part("index"))?;
        let bytes = self.get("entry").and_then(|b| STANDARD.decode(b.trim_end_matches('\n')).ok());
        let bytes = bytes.ok_or_else(|| part("entry"))?;
        Ok(ProvenEntry { index, bytes, path: self.hashes("inclusion proof")? })
    }

    fn hashes(&self, name: &'static str) -> Result<Vec<NodeHash>, EvidenceTextError> {
        let content = self.get(name).ok_or_else(|| part(name))?;
        let hashes = content.lines().map(|line| digest(line).map(NodeHash::from_bytes));
        hashes.collect::<Option<_>>().ok_or_else(|| part(name))
    }
}

fn digest(base64: &str) -> Option<[u8; 32]> {
    STANDARD.decode(base64).ok()?.try_into().ok()
}
