//! Numbers of new certificates: `CQ`, the year, eight random characters, a check character, as in
//! `CQ2026K7M2P9QA` + check.
//!
//! The characters are the 31 of GB 32100: digits and capitals without I, O, S, V, Z, which are mistaken
//! for others. The eight are drawn independently (31^8, about 850 thousand million), so that from one
//! number nobody guesses another. The check character makes the number, read as digits of base 3 with
//! the values of the alphabet, divisible by 31: character *i* from the right, counted from 0, has the
//! weight 3^*i* mod 31, as in GB 32100. Since 3 generates all residues modulo 31, fifteen positions have
//! fifteen different weights, none zero: every single wrong character and every exchange of two
//! different characters, neighbours or not, is noticed.

use ledger::certificate::{CertificateNumber, TextError};

use crate::random::{Random, RandomError};

/// Digits and capitals without I, O, S, V, Z (GB 32100).
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
const PREFIX: &str = "CQ";
const RANDOM_CHARACTERS: usize = 8;
/// Prefix, year, random characters, check character.
const LENGTH: usize = PREFIX.len() + 4 + RANDOM_CHARACTERS + 1;
/// How often a number that is taken is drawn again. With ten million numbers in a year one draw in
/// 85,000 is taken; so many in a row mean that the source of randomness is broken.
const MAX_DRAWS: usize = 8;

/// Who knows which numbers are given away.
pub trait NumberRegister {
    /// Why it could not say.
    type Error;

    /// Reserves a number for the caller, or says that it is taken: on record, in a pending draft, or
    /// reserved before.
    ///
    /// # Errors
    /// When the register cannot be asked.
    fn reserve(&mut self, number: &CertificateNumber) -> Result<Reservation, Self::Error>;
}

/// What a register answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reservation {
    /// It was free and is the caller's now.
    Reserved,
    /// Somebody has it.
    Taken,
}

/// Why no number was drawn.
#[derive(Debug, thiserror::Error)]
pub enum NumberError<E> {
    /// A year without four digits.
    #[error("{year} is no year of four digits")]
    Year {
        /// The year.
        year: i32,
    },
    /// No random bytes.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// Not a number of the ledger's form: a defect.
    #[error(transparent)]
    Form(#[from] TextError),
    /// Number after number is taken.
    #[error("{MAX_DRAWS} numbers in a row are taken: the source of randomness is broken")]
    AllTaken,
    /// The register could not be asked.
    #[error("the register of numbers: {0}")]
    Register(E),
}

/// Draws a number of `year` that nobody has.
///
/// # Errors
/// [`NumberError`].
pub fn draw<R: NumberRegister>(
    year: i32,
    random: &mut dyn Random,
    register: &mut R,
) -> Result<CertificateNumber, NumberError<R::Error>> {
    if !(1000..=9999).contains(&year) {
        return Err(NumberError::Year { year });
    }
    for _ in 0..MAX_DRAWS {
        let mut number = format!("{PREFIX}{year}");
        for _ in 0..RANDOM_CHARACTERS {
            number.push(character(random)?);
        }
        let check = ALPHABET.get(check_value(&number)).copied().map(char::from);
        number.extend(check);
        let number = CertificateNumber::new(&number)?;
        match register.reserve(&number).map_err(NumberError::Register)? {
            Reservation::Reserved => return Ok(number),
            Reservation::Taken => {}
        }
    }
    Err(NumberError::AllTaken)
}

/// Whether a number is one of ours and was copied without a mistake. Legacy numbers are not.
pub fn is_well_formed(number: &CertificateNumber) -> bool {
    let text = number.as_str();
    let Some((body, check)) = text.len().checked_sub(1).and_then(|at| text.split_at_checked(at))
    else {
        return false;
    };
    let year = body.get(PREFIX.len()..PREFIX.len() + 4).unwrap_or_default();
    text.len() == LENGTH
        && body.starts_with(PREFIX)
        && year.bytes().all(|byte| byte.is_ascii_digit())
        && text.bytes().all(|byte| value(byte).is_some())
        && check.bytes().next().and_then(value) == Some(check_value(body))
}

/// One character, each as likely as every other: a byte of 248 and more, which would favour the
/// first eight, is drawn again.
fn character(random: &mut dyn Random) -> Result<char, RandomError> {
    loop {
        let [byte] = crate::random::bytes::<1>(random)?;
        let evenly = usize::from(byte) < 256 / ALPHABET.len() * ALPHABET.len();
        let drawn = ALPHABET.get(usize::from(byte) % ALPHABET.len()).filter(|_| evenly);
        if let Some(character) = drawn {
            return Ok(char::from(*character));
        }
    }
}

/// The value of the check character behind `body`.
fn check_value(body: &str) -> usize {
    let modulus = ALPHABET.len();
    let fold = |sum, byte| (sum * 3 + value(byte).unwrap_or_default()) % modulus;
    let shifted = body.bytes().fold(0, fold) * 3 % modulus;
    (modulus - shifted) % modulus
}

fn value(byte: u8) -> Option<usize> {
    ALPHABET.iter().position(|known| *known == byte)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use std::{collections::BTreeSet, convert::Infallible};

    use super::*;
    use crate::random::Predictable;

    #[derive(Default)]
    struct Memory(BTreeSet<CertificateNumber>);

    impl NumberRegister for Memory {
        type Error = Infallible;

        fn reserve(&mut self, number: &CertificateNumber) -> Result<Reservation, Infallible> {
            let free = self.0.insert(number.clone());
            Ok(if free { Reservation::Reserved } else { Reservation::Taken })
        }
    }

    fn samples(count: usize) -> Vec<CertificateNumber> {
        let (mut random, mut register) = (Predictable::new("numbers"), Memory::default());
        (0..count).map(|_| draw(2026, &mut random, &mut register).unwrap()).collect()
    }

    fn is_accepted(text: &[u8]) -> bool {
        is_well_formed(&CertificateNumber::new(str::from_utf8(text).unwrap()).unwrap())
    }

    #[test]
    fn numbers_have_prefix_year_and_fifteen_characters_and_all_differ() {
        let numbers = samples(1000);
        assert!(numbers.iter().all(|number| number.as_str().starts_with("CQ2026")));
        assert!(numbers.iter().all(|number| number.as_str().len() == 15));
        assert!(numbers.iter().all(is_well_formed));
        assert_eq!(numbers.iter().collect::<BTreeSet<_>>().len(), 1000);
    }

    #[test]
    fn every_single_wrong_character_is_noticed() {
        for number in samples(50) {
            for at in 0..LENGTH {
                for wrong in ALPHABET {
                    let mut text = number.as_str().as_bytes().to_vec();
                    let right = std::mem::replace(&mut text[at], *wrong);
                    assert_eq!(is_accepted(&text), right == *wrong);
                }
            }
        }
    }

    #[test]
    fn every_exchange_of_two_different_characters_is_noticed() {
        for number in samples(50) {
            for (i, j) in (0..LENGTH).flat_map(|i| (0..i).map(move |j| (i, j))) {
                let mut text = number.as_str().as_bytes().to_vec();
                text.swap(i, j);
                assert_eq!(is_accepted(&text), text[i] == text[j], "{number} {i} {j}");
            }
        }
    }

    #[test]
    fn legacy_numbers_and_letters_outside_the_alphabet_are_not_ours() {
        for text in ["0012345", "CQ2026", "CQ2026IOSVZ1234", "XQ2026K7M2P9QA0", "CQ20A6K7M2P9QA0"] {
            assert!(!is_accepted(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn a_number_that_is_taken_is_drawn_again() {
        let mut register = Memory::default();
        let first = draw(2026, &mut Predictable::new("same"), &mut register).unwrap();
        let second = draw(2026, &mut Predictable::new("same"), &mut register).unwrap();
        assert_ne!(first, second);
    }

    #[test]
    fn a_source_that_repeats_itself_is_given_up() {
        struct Zeros;
        impl Random for Zeros {
            fn fill(&mut self, bytes: &mut [u8]) -> Result<(), RandomError> {
                bytes.fill(0);
                Ok(())
            }
        }
        let mut register = Memory::default();
        draw(2026, &mut Zeros, &mut register).unwrap();
        let given_up = draw(2026, &mut Zeros, &mut register).unwrap_err();
        assert!(matches!(given_up, NumberError::AllTaken));
    }

    #[test]
    fn all_characters_are_drawn_about_equally_often() {
        let mut counts = [0u32; 31];
        for number in samples(4000) {
            for byte in &number.as_str().as_bytes()[6..14] {
                counts[value(*byte).unwrap()] += 1;
            }
        }
        // 32,000 draws, 1,032 of each expected; five standard deviations are 160.
        assert!(counts.iter().all(|count| (872..=1192).contains(count)), "{counts:?}");
    }
}
