//! Citizen identification numbers, GB 11643: district, birth date, sequence, check character.

use jiff::civil::Date;

/// What is wrong with an 18-character citizen identification number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ResidentNumberError {
    /// Not 18 characters.
    #[error("{found} characters instead of 18")]
    Length {
        /// How many characters it has.
        found: usize,
    },
    /// A character that does not belong where it stands.
    #[error("a character at position {position} that does not belong there")]
    Character {
        /// Counted from 1.
        position: usize,
    },
    /// Characters 7 to 14 are no date between 1800 and 2099.
    #[error("characters 7 to 14 are no date")]
    BirthDate,
    /// The last character does not follow from the others.
    #[error("the last character (the check character) does not match the others")]
    CheckCharacter,
}

/// Checks the form, the birth date and the check character of a normalised number.
pub(super) fn check(number: &str) -> Result<(), ResidentNumberError> {
    let bytes = number.as_bytes();
    if bytes.len() != LENGTH || !number.is_ascii() {
        return Err(ResidentNumberError::Length { found: number.chars().count() });
    }
    let mut sum = 0;
    for (index, (byte, weight)) in bytes.iter().zip(WEIGHTS).enumerate() {
        if !byte.is_ascii_digit() || (index == 0 && *byte == b'0') {
            return Err(ResidentNumberError::Character { position: index + 1 });
        }
        sum += u32::from(byte - b'0') * weight;
    }
    let check = bytes.last().copied().unwrap_or_default();
    if !check.is_ascii_digit() && check != b'X' {
        return Err(ResidentNumberError::Character { position: LENGTH });
    }
    birth_date(number).ok_or(ResidentNumberError::BirthDate)?;
    let expected = CHECK_CHARACTERS.iter().cycle().nth(sum as usize % CHECK_CHARACTERS.len());
    match expected == Some(&check) {
        true => Ok(()),
        false => Err(ResidentNumberError::CheckCharacter),
    }
}

fn birth_date(number: &str) -> Option<Date> {
    let year: i16 = number.get(6..10)?.parse().ok()?;
    let month: i8 = number.get(10..12)?.parse().ok()?;
    let day: i8 = number.get(12..14)?.parse().ok()?;
    (1800..2100).contains(&year).then(|| Date::new(year, month, day).ok())?
}

const LENGTH: usize = 18;
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK_CHARACTERS: [u8; 11] = *b"10X98765432";

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn decides_the_vectors_of_gb_11643() {
        let vectors: serde_json::Value =
            serde_json::from_str(include_str!("../../tests/data/id_vectors.json")).unwrap();
        let vectors = vectors["gb11643"]["vectors"].as_array().unwrap();
        assert_eq!(vectors.len(), 10);
        for vector in vectors {
            let id = vector["id"].as_str().unwrap();
            match vector["valid"].as_bool() {
                Some(true) => assert_eq!(check(id), Ok(()), "{vector}"),
                Some(false) => assert_eq!(
                    check(id),
                    Err(match vector["checksum_ok"].as_bool().unwrap() {
                        true => ResidentNumberError::BirthDate,
                        false => ResidentNumberError::CheckCharacter,
                    }),
                    "{vector}"
                ),
                // The vector with a lower-case x: valid once the reader has normalised it.
                None => assert_eq!(check(&id.to_uppercase()), Ok(()), "{vector}"),
            }
        }
    }

    #[test]
    fn refuses_every_single_changed_digit() {
        let valid = "11010519491231002X";
        for index in 0..17 {
            for digit in b'0'..=b'9' {
                let mut bytes = valid.as_bytes().to_vec();
                if bytes[index] == digit {
                    continue;
                }
                bytes[index] = digit;
                let changed = String::from_utf8(bytes).unwrap();
                assert!(check(&changed).is_err(), "{changed}");
            }
        }
    }

    #[test]
    fn names_the_place_of_a_wrong_character() {
        assert_eq!(
            check("1101051949123100AX"),
            Err(ResidentNumberError::Character { position: 17 })
        );
        assert_eq!(
            check("01010519491231002X"),
            Err(ResidentNumberError::Character { position: 1 })
        );
        assert_eq!(check("110105491231002"), Err(ResidentNumberError::Length { found: 15 }));
        assert_eq!(check("一10105491231002"), Err(ResidentNumberError::Length { found: 15 }));
        assert_eq!(check(""), Err(ResidentNumberError::Length { found: 0 }));
    }
}
