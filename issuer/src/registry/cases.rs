//! Cases: who proposed what, and how far it is.

use ledger::{
    cbor::{CborError, Reader, Writer},
    journal::JournalSequence,
};

use super::{Registry, RegistryError, damaged_in};
use crate::{
    actions::{ActionError, CaseEnd, CaseSignature},
    case::{CaseId, CaseState, Matter},
};

const TREE: &str = "cases";
/// Longest reason for which the log refused something.
const MAX_REASON_LEN: usize = 512;

/// What is known of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseRow {
    /// Its number.
    pub id: CaseId,
    /// What it would do.
    pub matter: Matter,
    /// How far it is.
    pub state: CaseState,
    /// Who proposed it, and which draft.
    pub proposed: CaseSignature,
    /// Who approved or refused it, and the line that says so.
    pub decided: Option<(JournalSequence, CaseSignature)>,
    /// Why the log refused what follows from it.
    pub failure: Option<String>,
}

impl Registry {
    /// What is known of a case.
    pub fn case(&self, id: CaseId) -> Result<Option<CaseRow>, RegistryError> {
        let found = self.cases.get(id.line().get().to_be_bytes())?;
        found.map(|value| decode(id, &value)).transpose()
    }

    /// Every case, in the order in which they were proposed.
    pub fn cases(&self) -> Result<Vec<CaseRow>, RegistryError> {
        self.cases
            .iter()
            .map(|item| {
                let (key, value) = item?;
                let line = super::number(&key).and_then(|line| JournalSequence::new(line).ok());
                decode(CaseId::of_line(line.ok_or(damaged_in(TREE))?), &value)
            })
            .collect()
    }

    /// The lines that hold what was drawn for a result in proposed batches.
    pub fn drafted(&self, result: JournalSequence) -> Result<Vec<JournalSequence>, RegistryError> {
        let line = |item: sled::Result<(sled::IVec, sled::IVec)>| {
            let line = item?.0.last_chunk::<8>().map(|line| u64::from_be_bytes(*line));
            line.and_then(|line| JournalSequence::new(line).ok()).ok_or(damaged_in("drafted"))
        };
        self.drafted.scan_prefix(result.get().to_be_bytes()).map(line).collect()
    }

    pub(super) fn fold_drafted(
        &self,
        at: JournalSequence,
        result: JournalSequence,
    ) -> Result<(), RegistryError> {
        let key = [result.get().to_be_bytes(), at.get().to_be_bytes()].concat();
        self.drafted.insert(key, &[])?;
        Ok(())
    }

    pub(super) fn fold_proposed(
        &self,
        at: JournalSequence,
        kind: u64,
        by: &CaseSignature,
    ) -> Result<(), RegistryError> {
        // A line that is folded again finds its case further on.
        let id = CaseId::of_line(at);
        if self.case(id)?.is_some() {
            return Ok(());
        }
        self.put_case(&CaseRow {
            id,
            matter: Matter::from_code(kind).ok_or(damaged_in(TREE))?,
            state: CaseState::Proposed,
            proposed: by.clone(),
            decided: None,
            failure: None,
        })
    }

    pub(super) fn fold_decided(
        &self,
        id: CaseId,
        state: CaseState,
        at: JournalSequence,
        by: &CaseSignature,
    ) -> Result<(), RegistryError> {
        let row = self.case(id)?.ok_or(damaged_in(TREE))?;
        if row.decided.is_some() {
            return Ok(());
        }
        self.put_case(&CaseRow { state, decided: Some((at, by.clone())), ..row })
    }

    pub(super) fn fold_ended(&self, id: CaseId, end: &CaseEnd) -> Result<(), RegistryError> {
        let row = self.case(id)?.ok_or(damaged_in(TREE))?;
        let (state, failure) = match end {
            CaseEnd::Recorded => (CaseState::Recorded, None),
            CaseEnd::Failed { reason } => (CaseState::Failed, Some(reason.clone())),
        };
        self.put_case(&CaseRow { state, failure, ..row })
    }

    fn put_case(&self, row: &CaseRow) -> Result<(), RegistryError> {
        self.cases.insert(row.id.line().get().to_be_bytes(), encode(row))?;
        Ok(())
    }
}

fn encode(row: &CaseRow) -> Vec<u8> {
    let mut out = Writer::new();
    out.array(8).uint(row.matter.code()).uint(row.state.code());
    row.proposed.write(&mut out);
    out.optional(row.decided.as_ref(), |out, (at, by)| {
        by.write(out.array(5).uint(at.get()));
        out
    });
    out.optional(row.failure.as_deref(), Writer::text).finish()
}

fn decode(id: CaseId, bytes: &[u8]) -> Result<CaseRow, RegistryError> {
    read(id, bytes).map_err(|_malformed| damaged_in(TREE))
}

fn read(id: CaseId, bytes: &[u8]) -> Result<CaseRow, ActionError> {
    let mut input = Reader::new(bytes);
    input.array(8)?;
    let unknown = input.not_allowed("kind of case");
    let matter = Matter::from_code(input.uint()?).ok_or(unknown)?;
    let unknown = input.not_allowed("state of a case");
    let row = CaseRow {
        id,
        matter,
        state: CaseState::from_code(input.uint()?).ok_or(unknown)?,
        proposed: CaseSignature::read(&mut input)?,
        decided: input.optional(|input| {
            input.array(5)?;
            let at = JournalSequence::new(input.uint()?)?;
            Ok::<_, ActionError>((at, CaseSignature::read(input)?))
        })?,
        failure: input
            .optional(|input| Ok::<_, CborError>(input.text(MAX_REASON_LEN)?.to_owned()))?,
    };
    input.finish()?;
    Ok(row)
}
