//! Issuing intents: each ends in exactly one of *appended* or *abandoned*.

use ledger::{digest::Commitment, journal::JournalSequence, parallel::map_pieces};

use super::{Registry, RegistryError, ResultState, damaged_in};

/// What became of an intent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IntentState {
    /// Its end is not journalled yet.
    Open,
    /// What it intended is on record.
    Appended,
    /// What it intended was given up.
    Abandoned,
}

/// One intent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Intent {
    /// The commitment of what is intended.
    pub commitment: Commitment,
    /// The journal line that holds the final bytes.
    pub line: JournalSequence,
    /// The line of the result that it issues; none for a reissue.
    pub result: Option<JournalSequence>,
    /// What became of it.
    pub state: IntentState,
}

impl Registry {
    /// The intents whose end is not journalled, in the order of their lines.
    pub fn open_intents(&self) -> Result<Vec<Intent>, RegistryError> {
        let mut open = Vec::new();
        for item in self.intents.iter() {
            let (key, value) = item?;
            let intent = decode(&key, &value)?;
            if intent.state == IntentState::Open {
                open.push(intent);
            }
        }
        open.sort_by_key(|intent| intent.line);
        Ok(open)
    }

    /// What is known of an intent.
    pub fn intent(&self, commitment: &Commitment) -> Result<Option<Intent>, RegistryError> {
        let found = self.intents.get(commitment.as_bytes())?;
        found.map(|value| decode(commitment.as_bytes(), &value)).transpose()
    }

    /// Folds in at once that these intents were opened and ended on record: what folding the line of
    /// each, and then the line that ends them, leads to.
    pub fn fold_appended(&self, intents: &[Intent]) -> Result<(), RegistryError> {
        map_pieces(intents.iter().collect(), |piece| {
            let end = |intent: &Intent| {
                self.put_intent(Intent { state: IntentState::Appended, ..*intent })?;
                self.set_result(intent.result, ResultState::Issued)
            };
            piece.into_iter().map(end).collect::<Result<Vec<()>, RegistryError>>()
        })?;
        Ok(())
    }

    pub(super) fn put_intent(&self, intent: Intent) -> Result<(), RegistryError> {
        let state = match intent.state {
            IntentState::Open => 0,
            IntentState::Appended => 1,
            IntentState::Abandoned => 2,
        };
        let result = intent.result.map_or(u64::MAX, JournalSequence::get);
        let mut value = vec![state];
        value.extend(intent.line.get().to_be_bytes());
        value.extend(result.to_be_bytes());
        self.intents.insert(intent.commitment.as_bytes(), value)?;
        Ok(())
    }
}

fn decode(key: &[u8], value: &[u8]) -> Result<Intent, RegistryError> {
    let damaged = || damaged_in("intents");
    let commitment = key.try_into().map(Commitment::from_bytes).map_err(|_length| damaged())?;
    let (&[state], rest) = value.split_first_chunk::<1>().ok_or_else(damaged)?;
    let (line, result) = rest.split_at_checked(8).ok_or_else(damaged)?;
    let sequence = |bytes: &[u8]| super::number(bytes).ok_or_else(damaged);
    let line = JournalSequence::new(sequence(line)?).map_err(|_beyond| damaged())?;
    let result = match sequence(result)? {
        u64::MAX => None,
        number => Some(JournalSequence::new(number).map_err(|_beyond| damaged())?),
    };
    let state = match state {
        0 => IntentState::Open,
        1 => IntentState::Appended,
        2 => IntentState::Abandoned,
        _ => return Err(damaged()),
    };
    Ok(Intent { commitment, line, result, state })
}
