//! The private records: each opened, compared with the entry's commitment, and judged as the entry's
//! kind demands.

mod archive;
mod issuance;
mod titles;

use std::{collections::BTreeSet, num::NonZeroUsize, thread};

use self::{
    archive::{Archive, Archived},
    titles::{Document, Titles},
};
use super::{
    AuditError, Fault, Problem, Progress, Stage,
    fault::read,
    keyring::{Page, Vault, key_is_at_fault},
    replay::Replayed,
};
use crate::{
    digest::{Commitment, JournalAnchor},
    entry::{Decision, Entry},
    journal::{AnchorOpening, JournalHead},
    merkle::{EntryBundle, TileSpan, bundles_between},
    path::LogPath,
    position::{LeafIndex, TreeSize},
    record::{ArchiveEntry, DecisionRecord},
    seal::{KeySlot, PrivateBundle, SealPlace, Sealed, Unsealed},
    store::{FilePath, ListedStore, StorePath},
};

/// Bytes that stand before each record of a bundle.
const LENGTH_LEN: usize = 4;

/// What the records say that the journal must bear out.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// How many records were opened.
    pub(super) opened: u64,
    /// The records whose keys were destroyed.
    pub(super) erased: Vec<LeafIndex>,
    /// What each head anchored of the journal.
    pub(super) anchors: Vec<(LeafIndex, JournalHead)>,
    /// Every file of records that was compared.
    pub(super) bundles: BTreeSet<TileSpan>,
    documents: Vec<Document>,
    archived: Vec<Archived>,
}

/// Checks all records, some bundles at a time side by side.
pub(super) fn check_records<S: ListedStore>(
    vault: &Vault<'_, S>,
    replayed: &Replayed,
    threads: NonZeroUsize,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Found, AuditError> {
    let size = replayed.size;
    let spans: Vec<_> = bundles_between(TreeSize::EMPTY, size).collect();
    let (mut all, mut titles) = (Found::default(), Titles::default());
    let mut archive = Archive::default();
    for side_by_side in spans.chunks(threads.get()) {
        let check = |span: &TileSpan| Bundle { vault, replayed, span: *span }.check();
        let verdicts: Vec<_> = match side_by_side {
            [only] => vec![check(only)],
            several => thread::scope(|scope| {
                let running: Vec<_> =
                    several.iter().map(|span| scope.spawn(move || check(span))).collect();
                // A panic is a defect of ours; it goes on here.
                running
                    .into_iter()
                    .map(|thread| {
                        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
                    })
                    .collect()
            }),
        };
        for (verdict, span) in verdicts.into_iter().zip(side_by_side) {
            let found = verdict?;
            titles.add(found.documents, &found.erased, *span)?;
            archive.add(found.archived, *span)?;
            all.opened += found.opened;
            all.erased.extend(found.erased);
            all.anchors.extend(found.anchors);
            all.bundles.extend(found.bundles);
            let (done, total) = (span.end(), Some(size.get()));
            progress(Progress { stage: Stage::Records, done, total });
        }
    }
    Ok(all)
}

/// One bundle of records with what is needed to judge it.
struct Bundle<'a, S> {
    vault: &'a Vault<'a, S>,
    replayed: &'a Replayed,
    span: TileSpan,
}

impl<S: ListedStore> Bundle<'_, S> {
    fn check(&self) -> Result<Found, AuditError> {
        let mut found = Found::default();
        let public = self.public_entries()?;
        let path = FilePath::PrivateEntries(self.span);
        let bytes = self.load(self.span)?.ok_or_else(|| Fault::private(path, Problem::Missing))?;
        let private = PrivateBundle::from_bytes(&bytes, usize::from(self.span.width().get()))
            .map_err(|source| Fault::private(path, Problem::PrivateBundle(source)))?;
        found.bundles.insert(self.span);
        let Ok(first) = LeafIndex::new(self.span.start()) else { return Ok(found) };
        let page = self.vault.page(SealPlace::LogRecord(first))?;
        for ((entry, sealed), index) in public.iter().zip(private.iter()).zip(self.span.start()..) {
            if let Ok(index) = LeafIndex::new(index) {
                self.record(&page, index, entry, sealed, &mut found)?;
            }
        }
        let slots = u64::from(self.span.width().get());
        if let Some((slot, _)) = page.slots_from(slots).find(|(_, key)| **key != KeySlot::Empty) {
            return Err(Fault::private(page.file, Problem::KeyWithoutRecord { slot }).into());
        }
        self.older(&private, &bytes, &mut found)?;
        Ok(found)
    }

    /// The public entries, which were compared with the root before.
    fn public_entries(&self) -> Result<Vec<Entry>, AuditError> {
        let path = LogPath::Entries(self.span);
        let bytes = read(self.vault.files, path.into(), path)?;
        let bytes = bytes.ok_or_else(|| Fault::public(path, Problem::Missing))?;
        let bundle = EntryBundle::parse(&bytes, self.span.width())
            .map_err(|source| Fault::public(path, Problem::Bundle(source)))?;
        let decode = |entry: &&[u8]| {
            Entry::decode(entry).map_err(|e| Fault::public(path, Problem::Entry(e)).into())
        };
        bundle.entries().iter().map(decode).collect()
    }

    fn load(&self, span: TileSpan) -> Result<Option<Vec<u8>>, AuditError> {
        let path = FilePath::PrivateEntries(span);
        read(self.vault.files, StorePath::File(path), path)
    }

    /// The bundles that this one replaced, where they are still there, are its beginnings.
    fn older(
        &self,
        bundle: &PrivateBundle,
        bytes: &[u8],
        found: &mut Found,
    ) -> Result<(), AuditError> {
        let ends: Vec<_> = bundle
            .iter()
            .scan(0, |end, record| {
                *end += LENGTH_LEN + record.map_or(0, |sealed| sealed.as_bytes().len());
                Some(*end)
            })
            .collect();
        let heads = self.replayed.past.heads_within(self.span.start(), self.span.end());
        for head in heads {
            let size = head.index.covering_size().get();
            let older = TileSpan::holding(head.index.get(), size).filter(|s| *s != self.span);
            let Some(older) = older else { continue };
            let Some(beginning) = self.load(older)? else { continue };
            let end = ends.get(usize::from(older.width().get()) - 1).copied().unwrap_or(0);
            if bytes.get(..end) != Some(beginning.as_slice()) {
                let path = FilePath::PrivateEntries(older);
                return Err(Fault::private(path, Problem::OlderPrivateBundle).into());
            }
            found.bundles.insert(older);
        }
        Ok(())
    }

    fn record(
        &self,
        page: &Page,
        index: LeafIndex,
        entry: &Entry,
        sealed: Option<&Sealed>,
        found: &mut Found,
    ) -> Result<(), AuditError> {
        let place = SealPlace::LogRecord(index);
        let here = |problem| Fault::record(FilePath::PrivateEntries(self.span), index, problem);
        let must_have = !matches!(entry, Entry::Authority(_));
        let sealed = match (sealed, must_have) {
            (Some(sealed), true) => sealed,
            (None, true) => return Err(here(Problem::NoRecord).into()),
            (Some(_), false) => return Err(here(Problem::RecordNotAllowed).into()),
            (None, false) if *page.slot(place) == KeySlot::Empty => return Ok(()),
            (None, false) => {
                let slot = index.get() - self.span.start();
                return Err(Fault::private(page.file, Problem::KeyWithoutRecord { slot }).into());
            }
        };
        let plaintext = match self.vault.open(page, place, sealed) {
            Ok(Unsealed::Opened(plaintext)) => plaintext,
            Ok(Unsealed::Erased) => {
                match entry {
                    Entry::StatusHead(_) => {
                        return Err(Fault::record(page.file, index, Problem::OpeningErased).into());
                    }
                    Entry::IntegrityRecord(_) => found.archived.push(Archived::erased(index)),
                    Entry::Authority(_)
                    | Entry::Issuance(_)
                    | Entry::StatusChange(_)
                    | Entry::Anchor(_) => {}
                }
                found.erased.push(index);
                return Ok(());
            }
            Err(error) if key_is_at_fault(&error) => {
                return Err(Fault::record(page.file, index, Problem::Seal(error)).into());
            }
            Err(error) => return Err(here(Problem::Seal(error)).into()),
        };
        found.opened += 1;
        self.matches(index, entry, &plaintext, found).map_err(|problem| here(problem).into())
    }

    /// Whether a record is the one that its entry commits to.
    fn matches(
        &self,
        index: LeafIndex,
        entry: &Entry,
        plaintext: &[u8],
        found: &mut Found,
    ) -> Result<(), Problem> {
        match entry {
            Entry::Authority(_) => Ok(()),
            Entry::Issuance(issuance) => {
                let document = issuance::check(self.replayed, index, issuance, plaintext)?;
                found.documents.push(document);
                Ok(())
            }
            Entry::StatusChange(change) => check_decision(change.unverified(), plaintext),
            Entry::IntegrityRecord(commitment) => {
                committed(*commitment, plaintext)?;
                let entry = ArchiveEntry::decode(plaintext).map_err(Problem::Record)?;
                found.archived.push(Archived::opened(index, entry));
                Ok(())
            }
            Entry::Anchor(anchor) => committed(anchor.commitment, plaintext),
            Entry::StatusHead(head) => {
                let opening = check_opening(head.journal, plaintext)?;
                found.anchors.push((index, opening.head()));
                Ok(())
            }
        }
    }
}

fn committed(commitment: Commitment, plaintext: &[u8]) -> Result<(), Problem> {
    if Commitment::to(plaintext) == commitment { Ok(()) } else { Err(Problem::Commitment) }
}

fn check_decision(decision: &Decision, plaintext: &[u8]) -> Result<(), Problem> {
    committed(decision.record, plaintext)?;
    let record = DecisionRecord::decode(plaintext).map_err(Problem::Record)?;
    if record.number_commitment() != decision.number {
        return Err(Problem::Commitment);
    }
    if record.decided_on != decision.decided_on {
        return Err(Problem::DecisionDate);
    }
    if record.proposer == record.approver {
        return Err(Problem::OnePerson);
    }
    Ok(())
}

fn check_opening(anchor: JournalAnchor, plaintext: &[u8]) -> Result<AnchorOpening, Problem> {
    let opening = AnchorOpening::from_bytes(plaintext).map_err(Problem::Opening)?;
    if opening.anchor() == anchor { Ok(opening) } else { Err(Problem::Commitment) }
}
