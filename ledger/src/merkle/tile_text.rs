//! The text of tile coordinates (C2SP tlog-tiles): `<L>/<N>[.p/<W>]`, where `<N>` is written in
//! groups of three digits, all but the last after an `x`: 1234067 is `x001/x234/067`. One text for
//! one tile: what is read and written again is the same.

use std::{fmt, str::FromStr};

use crate::merkle::tile::{InvalidTile, TileId, TileSpan, TileWidth};

/// The longest text of a tile's coordinates, in bytes: level, four groups, `.p/255` fit.
///
/// Security: longer text is refused before it is looked at, so its length costs nothing.
pub const MAX_TILE_TEXT_LEN: usize = 32;

/// Text that names no tile in the one way that is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TileTextError {
    /// Longer than any tile's coordinates.
    #[error("{len} bytes are no tile coordinates; at most {MAX_TILE_TEXT_LEN} can be")]
    TooLong {
        /// The text's length in bytes.
        len: usize,
    },
    /// No level written as a decimal number without leading zeros.
    #[error("no tile level")]
    Level,
    /// No tile number in groups of three digits, or with a superfluous group.
    #[error("no tile number in groups of three digits, such as x001/x234/067")]
    Number,
    /// No width from 1 to 255 after `.p/`, without leading zeros.
    #[error("no width of a partial tile, 1 to 255")]
    Width,
    /// Well-formed coordinates that no tile has.
    #[error(transparent)]
    Invalid(#[from] InvalidTile),
}

/// Writes a tile or bundle number in groups of three digits.
pub fn encode_tile_number(number: u64) -> String {
    let mut text = format!("{:03}", number % 1000);
    let mut rest = number / 1000;
    while rest > 0 {
        text.insert_str(0, &format!("x{:03}/", rest % 1000));
        rest /= 1000;
    }
    text
}

/// Reads what [`encode_tile_number`] writes, and nothing else.
pub fn decode_tile_number(text: &str) -> Result<u64, TileTextError> {
    if text.len() > MAX_TILE_TEXT_LEN {
        return Err(TileTextError::TooLong { len: text.len() });
    }
    let (higher, last) = match text.rsplit_once('/') {
        Some((higher, last)) => (Some(higher), last),
        None => (None, text),
    };
    let mut number = 0u64;
    for group in higher.into_iter().flat_map(|groups| groups.split('/')) {
        let group = group.strip_prefix('x').ok_or(TileTextError::Number)?;
        number = append_group(number, group)?;
    }
    let number = append_group(number, last)?;
    // Only a superfluous leading group is left to refuse: x000/001 is written 001.
    if encode_tile_number(number) == text { Ok(number) } else { Err(TileTextError::Number) }
}

fn append_group(number: u64, group: &str) -> Result<u64, TileTextError> {
    let group = match group.len() {
        3 => decimal(group).ok_or(TileTextError::Number)?,
        _ => return Err(TileTextError::Number),
    };
    number.checked_mul(1000).and_then(|n| n.checked_add(group)).ok_or(TileTextError::Number)
}

/// Digits only: no sign, no space.
fn decimal(text: &str) -> Option<u64> {
    if text.bytes().all(|b| b.is_ascii_digit()) { text.parse().ok() } else { None }
}

/// A number without leading zeros.
fn canonical_decimal(text: &str) -> Option<u64> {
    decimal(text).filter(|number| number.to_string() == text)
}

impl fmt::Display for TileSpan {
    /// `<N>` for a full span, `<N>.p/<W>` for a partial one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&encode_tile_number(self.number()))?;
        match self.width().is_full() {
            true => Ok(()),
            false => write!(f, ".p/{}", self.width().get()),
        }
    }
}

impl FromStr for TileSpan {
    type Err = TileTextError;

    fn from_str(text: &str) -> Result<Self, TileTextError> {
        if text.len() > MAX_TILE_TEXT_LEN {
            return Err(TileTextError::TooLong { len: text.len() });
        }
        let (number, width) = match text.split_once(".p/") {
            Some((number, width)) => (number, partial_width(width)?),
            None => (text, TileWidth::FULL),
        };
        Ok(Self::new(decode_tile_number(number)?, width)?)
    }
}

/// A full tile has no width in its text, so 256 is refused here.
fn partial_width(text: &str) -> Result<TileWidth, TileTextError> {
    let width = canonical_decimal(text).and_then(|width| TileWidth::new(width).ok());
    width.filter(|width| !width.is_full()).ok_or(TileTextError::Width)
}

impl fmt::Display for TileId {
    /// `<L>/<N>[.p/<W>]`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.level(), self.span())
    }
}

impl FromStr for TileId {
    type Err = TileTextError;

    fn from_str(text: &str) -> Result<Self, TileTextError> {
        if text.len() > MAX_TILE_TEXT_LEN {
            return Err(TileTextError::TooLong { len: text.len() });
        }
        let (level, span) = text.split_once('/').ok_or(TileTextError::Level)?;
        let level = canonical_decimal(level).and_then(|level| u8::try_from(level).ok());
        Ok(Self::new(level.ok_or(TileTextError::Level)?, span.parse()?)?)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_specifications_number_is_written_in_groups() {
        assert_eq!(encode_tile_number(1_234_067), "x001/x234/067");
        assert_eq!(decode_tile_number("x001/x234/067"), Ok(1_234_067));
        assert_eq!(encode_tile_number(0), "000");
        assert_eq!(encode_tile_number(1000), "x001/000");
    }

    #[test]
    fn refuses_numbers_written_in_any_other_way() {
        let texts = [
            "",
            "0",
            "00",
            "0000",
            "x000/001",
            "001/002",
            "x001",
            "x01/002",
            "x001/x002",
            "x001//002",
            "/001",
            "001/",
            "X001/002",
            "+01",
            " 01",
            "٠٠٠",
            "x0000/001",
            "-01",
        ];
        for text in texts {
            assert_eq!(decode_tile_number(text), Err(TileTextError::Number), "{text:?}");
        }
    }

    #[test]
    fn refuses_a_number_too_large_for_any_tile() {
        let number = 1 << 32;
        let expected = TileTextError::Invalid(InvalidTile::BeyondLargestTree { level: 0, number });
        assert_eq!("x004/x294/x967/296".parse::<TileSpan>(), Err(expected));
        let text = "x999/x999/x999/x999/x999/x999/999";
        assert_eq!(decode_tile_number(text), Err(TileTextError::TooLong { len: text.len() }));
    }

    #[test]
    fn refuses_widths_that_no_partial_tile_has() {
        for width in ["", "0", "256", "01", "+1", "1/", "1.p/1", "65537"] {
            let text = format!("001.p/{width}");
            assert_eq!(text.parse::<TileSpan>(), Err(TileTextError::Width), "{text}");
        }
    }

    #[test]
    fn refuses_levels_written_in_any_other_way() {
        for text in ["/000", "00/000", "x/000", "-1/000", "256/000", "000"] {
            assert_eq!(text.parse::<TileId>(), Err(TileTextError::Level), "{text}");
        }
    }

    #[test]
    fn refuses_a_level_above_the_largest_tree() {
        let expected = InvalidTile::BeyondLargestTree { level: 6, number: 0 };
        assert_eq!("6/000.p/1".parse::<TileId>(), Err(expected.into()));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(number in 0u64..(1 << 32), width in 1u64..=256) {
            let span = TileSpan::new(number, TileWidth::new(width).unwrap()).unwrap();
            prop_assert_eq!(span.to_string().parse::<TileSpan>(), Ok(span));
        }

        #[test]
        fn what_is_read_is_written_again(text in "[x0-9]{1,4}(/x?[0-9]{3}){0,3}(\\.p/[0-9]{1,3})?") {
            if let Ok(tile) = text.parse::<TileId>() {
                prop_assert_eq!(tile.to_string(), text);
            }
        }

        #[test]
        fn another_implementation_writes_the_same(number in 0u64..(1 << 32), width in 1u64..=256) {
            let span = TileSpan::new(number, TileWidth::new(width).unwrap()).unwrap();
            let theirs = tlog_tiles::Tile::new(8, 0, number, width as u32, false);
            prop_assert_eq!(format!("tile/8/0/{span}"), theirs.path());
        }
    }
}
