//! Which cosignature gives the seed, found in the public files.

use crate::{
    checkpoint::{
        CheckpointError, CheckpointParseError, CheckpointPolicy, PolicyError, Quorum,
        SignedCheckpoint,
    },
    cosignature::{Cosignature, CosignatureError},
    digest::{Commitment, RootHash},
    entry::{AnchorPurpose, Entry, EntryError},
    note::VerifierKey,
    path::LogPath,
    position::{LeafIndex, PositionTooLarge, TreeSize},
    reader::{Fetch, LogReader, ReadError},
    sample::{Population, PopulationError, Seed, rank},
};

/// A sample as everybody computes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// The checkpoint whose cosignature gave the seed.
    pub round: TreeSize,
    /// Rounds before it in which the witness did not cosign.
    pub missed: Vec<TreeSize>,
    /// The seed.
    pub seed: Seed,
    /// The documents, in the order of their rank.
    pub sample: Vec<LeafIndex>,
}

/// Why there is no sample.
#[derive(Debug, thiserror::Error)]
pub enum SampleFault<E> {
    /// The record is no population.
    #[error(transparent)]
    Population(#[from] PopulationError),
    /// The log cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError<E>),
    /// An entry is malformed.
    #[error("the entry at {index} is malformed: {source}")]
    Entry {
        /// Its index.
        index: LeafIndex,
        /// What is wrong.
        source: EntryError,
    },
    /// What stands there is no anchor of a population.
    #[error("no population was fixed at {anchor}")]
    NotFixed {
        /// The index that was named.
        anchor: LeafIndex,
    },
    /// The anchor commits to another record.
    #[error("the anchor at {anchor} commits to {expected}, this population has {actual}")]
    OtherPopulation {
        /// The anchor.
        anchor: LeafIndex,
        /// What it says.
        expected: Commitment,
        /// What the record hashes to.
        actual: Commitment,
    },
    /// The population was fixed when the announced size was reached, or is of entries that came later.
    #[error("the anchor at {anchor} came too late for the announced size {announced}")]
    FixedTooLate {
        /// The anchor.
        anchor: LeafIndex,
        /// The announced size.
        announced: TreeSize,
    },
    /// The witness is not one of those that the trust file names for this log.
    #[error("the trust file names no witness {witness:?} of this log")]
    UnknownWitness {
        /// Its verifier key.
        witness: String,
    },
    /// The keys make no policy.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// A checkpoint that ended a batch of issuances is not there, so nobody can say whether that
    /// round was missed.
    #[error("checkpoints/{size} is not there: run `ledger audit`")]
    KeptMissing {
        /// Its size.
        size: TreeSize,
    },
    /// A kept checkpoint is malformed.
    #[error("checkpoints/{size}: {source}")]
    KeptForm {
        /// Its size.
        size: TreeSize,
        /// What is wrong.
        source: CheckpointParseError,
    },
    /// A kept checkpoint does not verify.
    #[error("checkpoints/{size}: {source}")]
    Kept {
        /// Its size.
        size: TreeSize,
        /// What is wrong.
        source: CheckpointError,
    },
    /// A kept checkpoint is of another tree.
    #[error("checkpoints/{size} is of another tree: its root is {actual}, this log's {expected}")]
    OtherTree {
        /// Its size.
        size: TreeSize,
        /// This log's root.
        expected: RootHash,
        /// The checkpoint's.
        actual: RootHash,
    },
    /// A cosignature is malformed.
    #[error("checkpoints/{size}: {source}")]
    Cosignature {
        /// The checkpoint's size.
        size: TreeSize,
        /// What is wrong.
        source: CosignatureError,
    },
    /// What was drawn is no document.
    #[error("the population names {index}, where no certificate stands")]
    NoDocument {
        /// The index.
        index: LeafIndex,
    },
    /// A position that no log has.
    #[error(transparent)]
    Position(#[from] PositionTooLarge),
    /// No batch of issuances that the witness cosigned has ended at or above the announced size yet.
    #[error(
        "there is no round yet: no batch of issuances cosigned by the witness ended at or above size {announced}; {missed} rounds were missed, the log has {size} entries"
    )]
    NoRound {
        /// The announced size.
        announced: TreeSize,
        /// Rounds without the witness's cosignature.
        missed: usize,
        /// The log's size.
        size: TreeSize,
    },
}

/// Draws the sample of the population that `anchor` fixed, from the public files alone. A round is the
/// kept checkpoint of a batch of issuances after the anchor's own batch, at or above the announced
/// size; the first one that carries the witness's cosignature gives the seed.
///
/// # Errors
/// [`SampleFault`].
pub fn draw<F: Fetch>(
    fetch: &F,
    reader: &LogReader<&F>,
    policy: &CheckpointPolicy,
    anchor: LeafIndex,
    record: &[u8],
) -> Result<Drawn, SampleFault<F::Error>> {
    let population = Population::decode(record)?;
    check_anchor(reader, anchor, record, &population)?;
    let witness = witness(policy, &population)?;
    let alone =
        CheckpointPolicy::new(policy.log_key().clone(), Quorum::new(0, vec![witness.clone()])?)?;
    let mut missed = Vec::new();
    for round in rounds(reader, anchor, population.announced)? {
        match cosignature(fetch, reader, &alone, witness, round)? {
            None => missed.push(round),
            Some(cosignature) => {
                let seed = Seed::of(&cosignature);
                let sample = rank(&seed, &population.indices, population.sample_size);
                check_documents(reader, &sample)?;
                return Ok(Drawn { round, missed, seed, sample });
            }
        }
    }
    let (announced, missed, size) = (population.announced, missed.len(), reader.size());
    Err(SampleFault::NoRound { announced, missed, size })
}

fn check_anchor<F: Fetch>(
    reader: &LogReader<F>,
    anchor: LeafIndex,
    record: &[u8],
    population: &Population,
) -> Result<(), SampleFault<F::Error>> {
    if !anchor.is_within(reader.size()) {
        return Err(SampleFault::NotFixed { anchor });
    }
    let expected = match entry(reader, anchor)? {
        Entry::Anchor(entry) if entry.purpose == AnchorPurpose::SamplePopulation => {
            entry.commitment
        }
        _ => return Err(SampleFault::NotFixed { anchor }),
    };
    let actual = Commitment::to(record);
    if actual != expected {
        return Err(SampleFault::OtherPopulation { anchor, expected, actual });
    }
    let announced = population.announced;
    // The head of the anchor's batch comes after it.
    if population.fixed_at.get() > anchor.get() || announced.get() < anchor.get() + 2 {
        return Err(SampleFault::FixedTooLate { anchor, announced });
    }
    Ok(())
}

fn witness<'p, E>(
    policy: &'p CheckpointPolicy,
    population: &Population,
) -> Result<&'p VerifierKey, SampleFault<E>> {
    let mut known = policy.quorum().witnesses().iter();
    known
        .find(|key| key.to_string() == population.witness)
        .ok_or_else(|| SampleFault::UnknownWitness { witness: population.witness.clone() })
}

/// The sizes of the rounds, ascending.
fn rounds<F: Fetch>(
    reader: &LogReader<F>,
    anchor: LeafIndex,
    announced: TreeSize,
) -> Result<Vec<TreeSize>, SampleFault<F::Error>> {
    let (mut rounds, mut own_batch, mut issued) = (Vec::new(), true, false);
    for bundle in reader.bundles(anchor.covering_size(), reader.size()) {
        let bundle = bundle?;
        for (number, bytes) in (bundle.first().get()..).zip(bundle.entries()) {
            let index = LeafIndex::new(number)?;
            match Entry::decode(bytes).map_err(|source| SampleFault::Entry { index, source })? {
                Entry::Issuance(_) => issued = true,
                Entry::StatusHead(_) => {
                    let size = index.covering_size();
                    if issued && !own_batch && size >= announced {
                        rounds.push(size);
                    }
                    (issued, own_batch) = (false, false);
                }
                Entry::Authority(_)
                | Entry::StatusChange(_)
                | Entry::IntegrityRecord(_)
                | Entry::Anchor(_) => {}
            }
        }
    }
    Ok(rounds)
}

/// The witness's cosignature on the checkpoint of a round; none where it did not cosign.
fn cosignature<F: Fetch>(
    fetch: &F,
    reader: &LogReader<&F>,
    alone: &CheckpointPolicy,
    witness: &VerifierKey,
    size: TreeSize,
) -> Result<Option<Cosignature>, SampleFault<F::Error>> {
    let path = LogPath::KeptCheckpoint(size);
    let bytes = fetch
        .fetch(&path, path.max_len())
        .map_err(|source| SampleFault::Read(ReadError::Fetch { path, source }))?
        .ok_or(SampleFault::KeptMissing { size })?;
    let signed =
        SignedCheckpoint::parse(&bytes).map_err(|source| SampleFault::KeptForm { size, source })?;
    // Every signature that names the log or the witness verifies, and stands there once.
    let kept = signed.verify(alone).map_err(|source| SampleFault::Kept { size, source })?;
    let (expected, actual) = (reader.root_at(size)?, kept.root());
    if kept.size() != size || actual != expected {
        return Err(SampleFault::OtherTree { size, expected, actual });
    }
    let note = kept.signed().note();
    let Some(line) = note.signatures().iter().find(|line| line.names(witness)) else {
        return Ok(None);
    };
    let cosignature = Cosignature::parse(line.signature());
    cosignature.map(Some).map_err(|source| SampleFault::Cosignature { size, source })
}

fn check_documents<F: Fetch>(
    reader: &LogReader<F>,
    sample: &[LeafIndex],
) -> Result<(), SampleFault<F::Error>> {
    for &index in sample {
        if !matches!(entry(reader, index)?, Entry::Issuance(_)) {
            return Err(SampleFault::NoDocument { index });
        }
    }
    Ok(())
}

fn entry<F: Fetch>(
    reader: &LogReader<F>,
    index: LeafIndex,
) -> Result<Entry, SampleFault<F::Error>> {
    let bytes = reader.entry(index)?;
    Entry::decode(&bytes).map_err(|source| SampleFault::Entry { index, source })
}
