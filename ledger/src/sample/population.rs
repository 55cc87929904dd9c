//! The private record of an anchor that fixes a population. It names no person: indices and the rule
//! by which they were chosen. So it can be handed to whoever is to recompute the sample.

use crate::{
    cbor::{CborError, Reader, Writer},
    certificate::{Level, Series, Text, TextError, UnknownCode},
    digest::Commitment,
    position::{LeafIndex, PositionTooLarge, TreeSize},
    record::{SALT_LEN, Salt},
    time::{Date, NotADate},
};

/// Most documents in a population: with five bytes each they fit a private record of 1 MiB.
///
/// Security: bounds what an auditor's program holds of a stranger's file.
pub const MAX_POPULATION: usize = 200_000;

/// Longest verifier key in bytes.
const MAX_VKEY_LEN: usize = 512;

/// By what the documents were chosen. What is none was not looked at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// 评委会代码
    pub committee: Option<Text>,
    /// 职称系列
    pub series: Option<Series>,
    /// 级别
    pub level: Option<Level>,
    /// 取得时间: the first day.
    pub obtained_from: Option<Date>,
    /// 取得时间: the last day.
    pub obtained_until: Option<Date>,
}

/// A population as two persons fixed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Population {
    /// Makes the commitment unguessable.
    pub salt: Salt,
    /// By what the documents were chosen.
    pub filter: Filter,
    /// How many entries of the log were looked at.
    pub fixed_at: TreeSize,
    /// The smallest size of a checkpoint whose cosignature may give the seed.
    pub announced: TreeSize,
    /// The key of the witness whose cosignature gives the seed, as a C2SP verifier key.
    pub witness: String,
    /// How many documents are drawn.
    pub sample_size: usize,
    /// The documents, strictly ascending.
    pub indices: Vec<LeafIndex>,
}

/// Why bytes are no population.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PopulationError {
    /// Not the CBOR structure.
    #[error("population: {0}")]
    Cbor(#[from] CborError),
    /// A code that its table does not have.
    #[error("population: {0}")]
    Code(#[from] UnknownCode),
    /// A text is refused.
    #[error("population: {0}")]
    Text(#[from] TextError),
    /// A date is refused.
    #[error("population: {0}")]
    Date(#[from] NotADate),
    /// A position that no log has.
    #[error("population: {0}")]
    Position(#[from] PositionTooLarge),
    /// Not strictly ascending, or beyond what was looked at.
    #[error("population: the index {index} is out of order, or not below the size {fixed_at}")]
    Order {
        /// The index.
        index: LeafIndex,
        /// How many entries were looked at.
        fixed_at: TreeSize,
    },
    /// A sample of nothing, or of more than there is.
    #[error("a sample of {size} cannot be drawn from a population of {population}")]
    SampleSize {
        /// How many are to be drawn.
        size: usize,
        /// How many there are.
        population: usize,
    },
    /// More than [`MAX_POPULATION`].
    #[error("a population of {population}; at most {MAX_POPULATION} fit one: narrow the filter")]
    TooMany {
        /// How many there are.
        population: usize,
    },
    /// The announced size was reached when the population was fixed.
    #[error(
        "the announced size {announced} must be greater than {reached}, the size of the log once the population is fixed"
    )]
    AnnouncedTooSmall {
        /// The announced size.
        announced: TreeSize,
        /// The size that it must exceed.
        reached: u64,
    },
}

impl Population {
    /// Checks what every population keeps.
    ///
    /// # Errors
    /// [`PopulationError`]: the first thing that is wrong.
    pub fn check(&self) -> Result<(), PopulationError> {
        let (size, population) = (self.sample_size, self.indices.len());
        if population > MAX_POPULATION {
            return Err(PopulationError::TooMany { population });
        }
        if size == 0 || size > population {
            return Err(PopulationError::SampleSize { size, population });
        }
        let fixed_at = self.fixed_at;
        let mut before = None;
        for &index in &self.indices {
            if before >= Some(index) || !index.is_within(fixed_at) {
                return Err(PopulationError::Order { index, fixed_at });
            }
            before = Some(index);
        }
        // The anchor and the head after it come first: nobody may know the seed when it is fixed.
        let reached = fixed_at.get() + 1;
        if self.announced.get() <= reached {
            let announced = self.announced;
            return Err(PopulationError::AnnouncedTooSmall { announced, reached });
        }
        Ok(())
    }

    /// The private record's bytes.
    pub fn encode(&self) -> Vec<u8> {
        let Filter { committee, series, level, obtained_from, obtained_until } = &self.filter;
        let date = |out: &mut Writer, date: Date| {
            out.int(i64::from(date.days()));
        };
        let mut out = Writer::new();
        out.array(7).bytes(self.salt.as_bytes()).array(5);
        out.optional(committee.as_ref(), |out, code| out.text(code.as_str()));
        out.optional(*series, |out, series| out.uint(u64::from(series.code())));
        out.optional(*level, |out, level| out.uint(level.code()));
        for day in [obtained_from, obtained_until] {
            match day {
                Some(day) => date(&mut out, *day),
                None => {
                    out.null();
                }
            }
        }
        out.uint(self.fixed_at.get()).uint(self.announced.get()).text(&self.witness);
        out.uint(self.sample_size as u64).array(self.indices.len());
        for index in &self.indices {
            out.uint(index.get());
        }
        out.finish()
    }

    /// Parses exactly one population, and checks it.
    ///
    /// # Errors
    /// [`PopulationError`].
    pub fn decode(bytes: &[u8]) -> Result<Self, PopulationError> {
        let mut input = Reader::new(bytes);
        let input_ref = &mut input;
        input_ref.array(7)?;
        let salt = Salt::from_random(input_ref.byte_array::<SALT_LEN>()?);
        let filter = read_filter(input_ref)?;
        let fixed_at = TreeSize::new(input_ref.uint()?)?;
        let announced = TreeSize::new(input_ref.uint()?)?;
        let witness = input_ref.text(MAX_VKEY_LEN)?.to_owned();
        let out_of_range = input_ref.not_allowed("sample size");
        let sample_size = usize::try_from(input_ref.uint()?).map_err(|_too_large| out_of_range)?;
        let indices = (0..input_ref.array_up_to(MAX_POPULATION)?)
            .map(|_| Ok(LeafIndex::new(input_ref.uint()?)?))
            .collect::<Result<Vec<_>, PopulationError>>()?;
        input.finish()?;
        let read = Self { salt, filter, fixed_at, announced, witness, sample_size, indices };
        read.check()?;
        Ok(read)
    }

    /// What the anchor says.
    pub fn commitment(&self) -> Commitment {
        Commitment::to(&self.encode())
    }
}

fn read_filter(input: &mut Reader<'_>) -> Result<Filter, PopulationError> {
    let date = |input: &mut Reader<'_>| {
        input.optional(|input| Ok::<_, PopulationError>(Date::from_days(input.int()?)?))
    };
    input.array(5)?;
    Ok(Filter {
        committee: input.optional(|input| {
            Ok::<_, PopulationError>(Text::new(input.text(crate::certificate::MAX_TEXT_LEN)?)?)
        })?,
        series: input.optional(|input| Ok::<_, PopulationError>(Series::new(input.uint()?)?))?,
        level: input
            .optional(|input| Ok::<_, PopulationError>(Level::from_code(input.uint()?)?))?,
        obtained_from: date(input)?,
        obtained_until: date(input)?,
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    pub(crate) fn population(indices: &[u64], sample_size: usize) -> Population {
        Population {
            salt: Salt::from_random([7; 16]),
            filter: Filter { series: Some(Series::new(5).unwrap()), ..Filter::default() },
            fixed_at: TreeSize::new(1000).unwrap(),
            announced: TreeSize::new(1002).unwrap(),
            witness: "w".to_owned(),
            sample_size,
            indices: indices.iter().map(|index| LeafIndex::new(*index).unwrap()).collect(),
        }
    }

    #[test]
    fn refuses_what_is_out_of_order_too_small_or_announced_too_early() {
        assert_eq!(population(&[1, 5, 9], 3).check(), Ok(()));
        for indices in [&[1, 5, 5][..], &[5, 1, 9], &[1, 5, 1000]] {
            let error = population(indices, 2).check().unwrap_err();
            assert!(matches!(error, PopulationError::Order { .. }), "{error}");
        }
        for size in [0, 4] {
            let error = population(&[1, 5, 9], size).check().unwrap_err();
            assert_eq!(error, PopulationError::SampleSize { size, population: 3 });
        }
        let early = TreeSize::new(1001).unwrap();
        let error = Population { announced: early, ..population(&[1], 1) }.check().unwrap_err();
        assert!(matches!(error, PopulationError::AnnouncedTooSmall { reached: 1001, .. }));
    }

    proptest! {
        #[test]
        fn a_population_is_read_back_as_it_was_written(
            indices in proptest::collection::btree_set(0u64..1000, 1..50), committee: bool
        ) {
            let indices: Vec<u64> = indices.into_iter().collect();
            let mut written = population(&indices, 1);
            written.filter.committee = committee.then(|| Text::new("YZ-05-01").unwrap());
            written.filter.obtained_until = committee.then(|| "2026-12-31".parse().unwrap());
            prop_assert_eq!(Population::decode(&written.encode()), Ok(written));
        }

        #[test]
        fn what_is_read_is_written_as_it_was(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            if let Ok(read) = Population::decode(&bytes) {
                prop_assert_eq!(read.encode(), bytes);
            }
        }
    }
}
