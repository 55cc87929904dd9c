//! The office's side of the journal: a line is durable before the action is acknowledged, and folded
//! into the registry right after.

use std::{
    io::Read,
    sync::{Arc, Mutex, PoisonError},
};

use ed25519_dalek::VerifyingKey;
use ledger::{
    certificate::Text,
    journal::{
        JournalError, JournalHead, JournalPlace, JournalReader, JournalRecord, JournalSequence,
        JournalWriter, NewRecord, open_payload,
    },
    parallel::map_pieces,
    seal::{
        KeyEncryptionKey, Plaintext, PrivatePayload, RecordKey, SealPlace, Unsealed, WrapNonce,
        open,
    },
    store::{KeySlots, Store},
};
use zeroize::Zeroizing;

use super::{Office, OfficeError};
use crate::{
    actions::Action,
    progress::{Folded, Listener},
    random,
    registry::{LINES_BETWEEN_PLACES, Registry, RegistryError, StaffRow},
    signing::staff::{Person, StaffError, StaffRegister},
};

/// A line to be written: the action, and its personal payload.
pub(super) type Line = (Action, Option<Vec<u8>>);

/// A line whose payload others hold, too.
pub(super) type SharedLine = (Action, Option<Plaintext>);

/// A line that was read back, with its payload.
pub(super) struct OpenedLine {
    pub(super) at: JournalSequence,
    pub(super) action: Action,
    pub(super) payload: Zeroizing<Vec<u8>>,
}

/// Lines that are durable in the journal and not folded yet.
pub(super) struct Written {
    pub(super) lines: Vec<(JournalSequence, SharedLine)>,
    /// The place after them.
    pub(super) end: JournalPlace,
}

impl Written {
    fn sequences(&self) -> Vec<JournalSequence> {
        self.lines.iter().map(|(at, _)| *at).collect()
    }
}

impl Office {
    /// Writes lines in one go and folds them into the registry. Durable when it returns.
    pub(super) fn note(
        &mut self,
        actor: Option<&str>,
        lines: Vec<Line>,
    ) -> Result<Vec<JournalSequence>, OfficeError> {
        let lines = lines.into_iter();
        let lines = lines.map(|(action, payload)| (action, payload.map(Plaintext::from)));
        let written = self.write(actor, lines.collect())?;
        let sequences = written.sequences();
        self.fold(written)?;
        Ok(sequences)
    }

    /// Writes lines in one go. Durable when it returns, and not in the registry yet: they must be
    /// folded before anything else is written or asked. A crash before that is what
    /// [`catch_up`] is for.
    pub(super) fn write(
        &mut self,
        actor: Option<&str>,
        lines: Vec<SharedLine>,
    ) -> Result<Written, OfficeError> {
        let mut records = Vec::with_capacity(lines.len());
        for (action, payload) in &lines {
            let payload = payload.as_ref().map(|plaintext| self.payload(plaintext)).transpose()?;
            let actor = actor.map(str::to_owned);
            records.push(NewRecord { kind: action.kind()?, actor, data: action.encode(), payload });
        }
        let now = self.clock.now();
        let mut journal = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
        let sequences = journal.append(now, records)?;
        let end = journal.place();
        Ok(Written { lines: sequences.into_iter().zip(lines).collect(), end })
    }

    /// Folds lines that were written.
    pub(super) fn fold(&self, Written { lines, end }: Written) -> Result<(), OfficeError> {
        // Lines that are written in one go do not depend on each other.
        let registry = &*self.registry;
        map_pieces(lines, |piece| {
            let fold = |(at, (action, payload)): (JournalSequence, SharedLine)| {
                registry.fold_line(at, &action, payload.as_deref())
            };
            piece.into_iter().map(fold).collect::<Result<Vec<()>, _>>()
        })?;
        self.folded_to(end)
    }

    /// Notes that every line up to a place is folded. Durable when it returns.
    pub(super) fn folded_to(&self, end: JournalPlace) -> Result<(), OfficeError> {
        self.registry.set_journal_position(end)?;
        Ok(self.registry.sync()?)
    }

    /// Where the journal stands.
    pub(super) fn journal_head(&self) -> JournalHead {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner).head()
    }

    fn payload(&mut self, plaintext: &Plaintext) -> Result<PrivatePayload, OfficeError> {
        let random = self.random.as_mut();
        Ok(PrivatePayload {
            plaintext: plaintext.clone(),
            key: RecordKey::from_random(random::bytes(random)?),
            nonce: WrapNonce::from_random(random::bytes(random)?),
        })
    }

    /// The payloads of some lines, in ascending order of the lines. Read from the place that the
    /// registry noted before each; lines close to one another are read in one go.
    pub(super) fn payloads(
        &self,
        wanted: &std::collections::BTreeSet<JournalSequence>,
    ) -> Result<Vec<OpenedLine>, OfficeError> {
        let mut found = Vec::new();
        let mut keys = KeySlots::of(&*self.store);
        let journal = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
        let mut reader = None;
        for at in wanted {
            let record = read_line(&journal, &self.registry, &mut reader, *at)?;
            let (at, line) = (*at, at.get());
            let key = keys.get(SealPlace::JournalPayload(at))?;
            let action = Action::decode(&record)?.ok_or(OfficeError::LineMissing { line })?;
            let sealed = record.sealed.ok_or(OfficeError::LineMissing { line })?;
            found.push((at, action, key, sealed));
        }
        let (kek, origin) = (&*self.kek, journal.origin());
        map_pieces(found, |piece| {
            let open_one = |(at, action, key, sealed): (JournalSequence, _, _, _)| {
                let place = SealPlace::JournalPayload(at);
                match open(kek, origin, place, &key, &sealed).map_err(JournalError::from)? {
                    Unsealed::Opened(payload) => Ok(OpenedLine { at, action, payload }),
                    Unsealed::Erased => Err(OfficeError::PayloadErased { line: at.get() }),
                }
            };
            piece.into_iter().map(open_one).collect()
        })
    }
}

type OpenReader = JournalReader<Box<dyn Read + Send>>;

/// Reads a line that comes after those that `reader` gave.
fn read_line(
    journal: &JournalWriter,
    registry: &Registry,
    reader: &mut Option<OpenReader>,
    line: JournalSequence,
) -> Result<JournalRecord, OfficeError> {
    let far = |reader: &OpenReader| {
        line.get().saturating_sub(reader.place().head.count.get()) > LINES_BETWEEN_PLACES
    };
    let reader = match reader.take_if(|reader| !far(reader)) {
        Some(near) => reader.insert(near),
        None => reader.insert(journal.read(registry.journal_place_before(line)?)?),
    };
    // The journal was checked from its beginning when it was opened: if it cannot be read from a
    // noted place, the note is of another journal.
    while let Some(record) = reader.read_next().map_err(|_fault| RegistryError::OtherJournal)? {
        if record.sequence == line {
            return Ok(record);
        }
    }
    Err(OfficeError::LineMissing { line: line.get() })
}

/// Folds the journal lines that the registry lacks. A registry that is of another journal is told to
/// be rebuilt.
pub(super) fn catch_up(
    store: &dyn Store,
    kek: &KeyEncryptionKey,
    journal: &Arc<Mutex<JournalWriter>>,
    registry: &Registry,
    progress: &Listener,
) -> Result<(), OfficeError> {
    let journal = journal.lock().unwrap_or_else(PoisonError::into_inner);
    let from = registry.journal_position()?;
    if from == Some(journal.place()) {
        return Ok(());
    }
    if from.is_some_and(|from| from.head.count >= journal.place().head.count) {
        return Err(RegistryError::OtherJournal.into());
    }
    let mut reader = journal.read(from)?;
    let first = reader.place().head.count.get();
    let total = journal.place().head.count.get() - first;
    let (mut keys, mut erased) = (KeySlots::of(store), Vec::new());
    // The journal itself was checked from its beginning when it was opened: if it cannot be read on
    // from where the registry stands, the registry is of another one.
    while let Some(record) = reader.read_next().map_err(|_fault| RegistryError::OtherJournal)? {
        progress.tell(Folded::Journal, reader.place().head.count.get() - first, total);
        let Some(action) = Action::decode(&record)? else {
            // The reader has checked erasure lines already.
            if let Ok(Some(place)) = record.erasure() {
                erased.push((place, record.time));
            }
            continue;
        };
        let payload = match open_payload(&mut keys, kek, journal.origin(), &record)? {
            Some(Unsealed::Opened(plaintext)) => Some(plaintext),
            Some(Unsealed::Erased) | None => None,
        };
        let payload = payload.as_ref().map(|plaintext| plaintext.as_slice());
        registry.fold_line(record.sequence, &action, payload)?;
        if reader.place().head.count.get().is_multiple_of(LINES_BETWEEN_PLACES) {
            registry.note_journal_place(reader.place())?;
        }
    }
    registry.fold_erasures(&erased)?;
    registry.set_journal_position(journal.place())?;
    Ok(registry.sync()?)
}

/// The members of staff that the journal registered.
pub(super) fn staff(registry: &Registry) -> Result<StaffRegister, OfficeError> {
    let mut register = StaffRegister::default();
    for StaffRow { id, since: _, keys, name } in registry.staff()? {
        let no_key = |number| StaffError::Key { person: id.to_string(), number };
        let keys = (1..)
            .zip(&keys)
            .map(|(number, key)| VerifyingKey::from_bytes(key).map_err(|_bad| no_key(number)))
            .collect::<Result<_, _>>()?;
        register.add(Person { id, name: Text::new(&name)?, keys })?;
    }
    Ok(register)
}
