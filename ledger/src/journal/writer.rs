//! Appending to the journal, and erasing what it or the log holds of a person.

use std::{io::Read, sync::Arc};

use crate::{
    journal::{
        DroppedTail, JournalHead, JournalOpenError, JournalPlace, JournalReader, JournalRecord,
        JournalSequence, RecordError, RecordKind,
        chain::{header, write_framed},
        check_against_anchor,
        erasure::{ERASURE_KIND, erasure_data},
    },
    parallel::map_pieces,
    position::PositionTooLarge,
    seal::{KeyEncryptionKey, KeySlot, PrivatePayload, SealError, SealPlace, Unsealed, open, seal},
    store::{KeyChange, KeySlots, ReadStore, Store, StoreError, key_slot},
    time::UnixMillis,
};

/// A record to be appended.
#[derive(Debug)]
pub struct NewRecord {
    /// What was done.
    pub kind: RecordKind,
    /// The account that did it; none where the program itself did. No personal data.
    pub actor: Option<String>,
    /// Details that staff may read. No personal data: erasure does not reach it.
    pub data: Vec<u8>,
    /// Personal data, about one person only.
    pub payload: Option<PrivatePayload>,
}

/// Why nothing was appended or erased, or nothing is known of it.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// A record breaks a limit; nothing was written.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// A payload cannot be sealed or opened; nothing was written.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The journal is full; nothing was written.
    #[error("the journal is full: {0}")]
    Full(#[from] PositionTooLarge),
    /// There is nothing to erase at a place; nothing was written.
    #[error("there is no {place} that could be erased")]
    NothingToErase {
        /// The place.
        place: SealPlace,
    },
    /// Storage failed: what was to be appended may be there or not. Open the journal anew.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A record's body as it will stand, with the key of its payload.
type SealedBody = (JournalSequence, Vec<u8>, Option<KeyChange>);

/// The journal's only writer.
pub struct JournalWriter {
    store: Arc<dyn Store>,
    kek: Arc<KeyEncryptionKey>,
    origin: String,
    place: JournalPlace,
    dropped: Option<DroppedTail>,
}

impl JournalWriter {
    /// Opens the journal beside the log named `origin`, after checking all of it against `anchor`,
    /// the opening of the log's last head (none, if the log has no head yet).
    ///
    /// Drops an incomplete last record beyond the anchor, and finishes erasures that a crash
    /// interrupted after their lines were written. Both, and the header of a new journal, are durable
    /// when it returns.
    pub fn open(
        store: Arc<dyn Store>,
        kek: Arc<KeyEncryptionKey>,
        origin: &str,
        anchor: Option<JournalHead>,
    ) -> Result<Self, JournalOpenError> {
        let checked = check_against_anchor(store.read_journal(0)?, origin, anchor)?;
        let mut place = checked.end;
        if checked.tail.is_some() {
            store.truncate_journal(place.offset)?;
        }
        if place.offset == 0 {
            let header = header(origin);
            store.append_journal(0, &header)?;
            place.offset = header.len() as u64;
        }
        let mut unfinished = Vec::new();
        for place in checked.erasures.iter() {
            if matches!(key_slot(&*store, place)?, KeySlot::Wrapped(_)) {
                unfinished.push(KeyChange::Erase(place));
            }
        }
        if !unfinished.is_empty() {
            store.change_keys(&unfinished)?;
        }
        // A new journal had no header; that is no dropped record.
        let dropped = checked.tail.filter(|tail| tail.bytes > 0);
        Ok(Self { store, kek, origin: origin.to_owned(), place, dropped })
    }

    /// The incomplete record that opening dropped.
    pub const fn dropped(&self) -> Option<DroppedTail> {
        self.dropped
    }

    /// Where the journal stands. All of it is durable: this is what a status head anchors.
    pub const fn head(&self) -> JournalHead {
        self.place.head
    }

    /// The origin of the log beside which the journal lies.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The place after the last record.
    pub const fn place(&self) -> JournalPlace {
        self.place
    }

    /// Appends records in order, all with the time `now`, and says where they stand.
    ///
    /// Durable when it returns: all of them, and the keys of their payloads. After a crash some
    /// first of them may be there. An empty list does nothing.
    pub fn append(
        &mut self,
        now: UnixMillis,
        records: Vec<NewRecord>,
    ) -> Result<Vec<JournalSequence>, JournalError> {
        if records.iter().any(|record| record.kind.as_str() == ERASURE_KIND) {
            return Err(RecordError::ReservedKind.into());
        }
        self.append_any(now, records)
    }

    /// Destroys the keys of places, each with a line of its own that says who did it.
    ///
    /// Durable when it returns: the lines and the erasures. After a crash the lines may stand alone:
    /// opening the journal then finishes the erasures.
    pub fn erase(
        &mut self,
        now: UnixMillis,
        actor: Option<&str>,
        places: &[SealPlace],
    ) -> Result<Vec<JournalSequence>, JournalError> {
        let kind = RecordKind::new(ERASURE_KIND)?;
        let mut lines = Vec::new();
        for place in places {
            if !self.has_key(*place)? {
                return Err(JournalError::NothingToErase { place: *place });
            }
            lines.push(NewRecord {
                kind: kind.clone(),
                actor: actor.map(str::to_owned),
                data: erasure_data(*place),
                payload: None,
            });
        }
        let sequences = self.append_any(now, lines)?;
        let erase: Vec<_> = places.iter().copied().map(KeyChange::Erase).collect();
        self.store.change_keys(&erase)?;
        Ok(sequences)
    }

    /// Reads the journal from its beginning, or on from a place that was reached before.
    pub fn read(
        &self,
        from: Option<JournalPlace>,
    ) -> Result<JournalReader<Box<dyn Read + Send>>, JournalOpenError> {
        match from {
            None => Ok(JournalReader::open(self.store.read_journal(0)?, &self.origin)?),
            Some(place) => Ok(JournalReader::resume(self.store.read_journal(place.offset)?, place)),
        }
    }

    fn append_any(
        &mut self,
        now: UnixMillis,
        records: Vec<NewRecord>,
    ) -> Result<Vec<JournalSequence>, JournalError> {
        if records.is_empty() {
            return Ok(Vec::new());
        }
        let mut place = self.place;
        let (mut sequences, mut keys, mut bytes) = (Vec::new(), Vec::new(), Vec::new());
        for (sequence, body, key) in self.sealed(now, records)? {
            keys.extend(key);
            let head = place.head.after(&body);
            write_framed(&mut bytes, &body, head);
            place = JournalPlace { offset: self.place.offset + bytes.len() as u64, head };
            sequences.push(sequence);
        }
        // Keys first: a record whose payload nobody can open would be a loss, a key without a record
        // is overwritten by the next record that gets its place.
        if !keys.is_empty() {
            self.store.change_keys(&keys)?;
        }
        self.store.append_journal(self.place.offset, &bytes)?;
        self.place = place;
        Ok(sequences)
    }

    /// The bodies as they will stand, with the keys of their payloads.
    fn sealed(
        &self,
        now: UnixMillis,
        records: Vec<NewRecord>,
    ) -> Result<Vec<SealedBody>, JournalError> {
        let first = self.place.head.count.next_sequence()?;
        map_pieces((first.get()..).zip(records).collect(), |piece| {
            let seal_one = |(sequence, NewRecord { kind, actor, data, payload })| {
                let sequence = JournalSequence::new(sequence)?;
                let at = SealPlace::JournalPayload(sequence);
                let payload = payload.map(|payload| seal(&self.kek, &self.origin, at, payload));
                let (sealed, key) = payload.transpose()?.unzip();
                let record = JournalRecord { sequence, time: now, kind, actor, data, sealed };
                let key = key.map(|key| KeyChange::PutOverUnused(at, key));
                Ok((sequence, record.to_bytes()?, key))
            };
            piece.into_iter().map(seal_one).collect()
        })
    }

    /// Whether there is, or was, a key at a place that is in use.
    fn has_key(&self, place: SealPlace) -> Result<bool, JournalError> {
        let in_use = match place {
            SealPlace::LogRecord(_) => true,
            SealPlace::JournalPayload(at) => at.get() < self.place.head.count.get(),
        };
        Ok(in_use && key_slot(&*self.store, place)? != KeySlot::Empty)
    }
}

/// Opens the payload of a record that was read from the journal; none if it has none.
pub fn open_payload<S: ReadStore + ?Sized>(
    keys: &mut KeySlots<'_, S>,
    kek: &KeyEncryptionKey,
    origin: &str,
    record: &JournalRecord,
) -> Result<Option<Unsealed>, JournalError> {
    let Some(sealed) = &record.sealed else {
        return Ok(None);
    };
    let place = SealPlace::JournalPayload(record.sequence);
    Ok(Some(open(kek, origin, place, &keys.get(place)?, sealed)?))
}

#[cfg(test)]
mod tests;
