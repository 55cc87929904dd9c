//! What is known of a commitment, in one place: where it stands in the log, and the intent that led
//! there. Issuing intents end in exactly one of *appended* or *abandoned*.

use ledger::{
    digest::Commitment,
    journal::JournalSequence,
    position::{LeafIndex, MAX_TREE_SIZE},
};

use super::{
    Registry, RegistryError, damaged_in,
    short::{IN_PLACE, long, short},
};

const TREE: &str = "commitments";

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

/// The value of a commitment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Known {
    index: Option<LeafIndex>,
    intent: Option<(IntentState, JournalSequence, Option<JournalSequence>)>,
}

impl Registry {
    /// The intents whose end is not journalled, in the order of their lines.
    pub fn open_intents(&self) -> Result<Vec<Intent>, RegistryError> {
        self.open_intents
            .iter()
            .values()
            .map(|commitment| {
                let damaged = || damaged_in("open_intents");
                let commitment = commitment?.as_ref().try_into().map_err(|_length| damaged())?;
                self.intent(&Commitment::from_bytes(commitment))?.ok_or_else(damaged)
            })
            .collect()
    }

    /// What is known of an intent.
    pub fn intent(&self, commitment: &Commitment) -> Result<Option<Intent>, RegistryError> {
        let known = self.known(commitment)?.and_then(|known| known.intent);
        let commitment = *commitment;
        Ok(known.map(|(state, line, result)| Intent { commitment, line, result, state }))
    }

    /// Where a commitment stands.
    pub(super) fn place_of(
        &self,
        commitment: &Commitment,
    ) -> Result<Option<LeafIndex>, RegistryError> {
        Ok(self.known(commitment)?.and_then(|known| known.index))
    }

    /// Notes where a commitment stands. `ended` is the intent that led there, if whoever appended it
    /// knows: it is noted with it, as one that ended on record.
    pub(super) fn put_place(
        &self,
        commitment: &Commitment,
        index: LeafIndex,
        ended: Option<&Intended>,
    ) -> Result<(), RegistryError> {
        let intent = match ended {
            Some(Intended { line, result }) => Some((IntentState::Appended, *line, *result)),
            None => self.known(commitment)?.and_then(|known| known.intent),
        };
        self.put_known(commitment, Known { index: Some(index), intent })
    }

    pub(super) fn put_intent(&self, intent: Intent) -> Result<(), RegistryError> {
        let Intent { commitment, line, result, state } = intent;
        let key = line.get().to_be_bytes();
        match state {
            IntentState::Open => self.open_intents.insert(key, commitment.as_bytes())?,
            IntentState::Appended | IntentState::Abandoned => self.open_intents.remove(key)?,
        };
        let index = self.place_of(&commitment)?;
        self.put_known(&commitment, Known { index, intent: Some((state, line, result)) })
    }

    fn known(&self, commitment: &Commitment) -> Result<Option<Known>, RegistryError> {
        let found = self.commitments.get(key(commitment))?;
        found.map(|value| decode(&value).ok_or(damaged_in(TREE))).transpose()
    }

    fn put_known(&self, commitment: &Commitment, known: Known) -> Result<(), RegistryError> {
        self.commitments.insert(key(commitment), encode(&known))?;
        Ok(())
    }
}

/// Where an intent stands: what an entry carries that is appended because of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Intended {
    /// The journal line that holds the final bytes.
    pub line: JournalSequence,
    /// The line of the result that it issues; none for a reissue.
    pub result: Option<JournalSequence>,
}

/// What stands for an index, or the line of a result, that there is none: no log and no journal is
/// so full.
const NONE: u64 = MAX_TREE_SIZE - 1;

/// As much of a commitment as sled keeps in a node. Nobody finds two that share 176 bits.
const fn key(commitment: &Commitment) -> &[u8; IN_PLACE] {
    let [key @ .., _, _, _, _, _, _, _, _, _, _] = commitment.as_bytes();
    key
}

/// `index`, and if there is an intent `state ‖ line ‖ line of its result`: each of them short.
fn encode(known: &Known) -> Vec<u8> {
    let mut value = Vec::with_capacity(IN_PLACE);
    value.extend(short(known.index.map_or(NONE, LeafIndex::get)));
    if let Some((state, line, result)) = known.intent {
        value.push(match state {
            IntentState::Open => 0,
            IntentState::Appended => 1,
            IntentState::Abandoned => 2,
        });
        value.extend(short(line.get()));
        value.extend(short(result.map_or(NONE, JournalSequence::get)));
    }
    value
}

fn decode(value: &[u8]) -> Option<Known> {
    let (index, intent) = value.split_first_chunk()?;
    let index = match long(*index) {
        NONE => None,
        index => Some(LeafIndex::new(index).ok()?),
    };
    let Some((&state, lines)) = intent.split_first() else {
        return Some(Known { index, intent: None });
    };
    let state = match state {
        0 => IntentState::Open,
        1 => IntentState::Appended,
        2 => IntentState::Abandoned,
        _ => return None,
    };
    let (line, result) = lines.split_first_chunk()?;
    let line = JournalSequence::new(long(*line)).ok()?;
    let result = match long(result.try_into().ok()?) {
        NONE => None,
        line => Some(JournalSequence::new(line).ok()?),
    };
    Some(Known { index, intent: Some((state, line, result)) })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn line() -> impl Strategy<Value = JournalSequence> {
        (0u64..1 << 40).prop_map(|line| JournalSequence::new(line).unwrap())
    }

    fn known() -> impl Strategy<Value = Known> {
        let state = [IntentState::Open, IntentState::Appended, IntentState::Abandoned].map(Just);
        let [open, appended, abandoned] = state;
        let state = prop_oneof![open, appended, abandoned];
        let index = (0u64..1 << 40).prop_map(|index| LeafIndex::new(index).unwrap());
        let intent = (state, line(), proptest::option::of(line()));
        (proptest::option::of(index), proptest::option::of(intent))
            .prop_map(|(index, intent)| Known { index, intent })
    }

    proptest! {
        #[test]
        fn what_was_written_is_read_back(known in known()) {
            prop_assert_eq!(decode(&encode(&known)), Some(known));
        }

        #[test]
        fn what_was_read_is_written_back(bytes in proptest::collection::vec(any::<u8>(), 0..18)) {
            if let Some(known) = decode(&bytes) {
                prop_assert_eq!(encode(&known), bytes);
            }
        }
    }
}
