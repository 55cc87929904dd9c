//! The public paths of a log, relative to its prefix (C2SP tlog-tiles, and two of our own). This is
//! the only module that makes them. One text for one path: `..`, `01` and `//` name nothing.

use std::{fmt, str::FromStr};

use crate::{
    digest::DIGEST_LEN,
    merkle::{HASHES_PER_TILE, MAX_BUNDLE_LEN, TileId, TileSpan, TileTextError},
    note::MAX_NOTE_LEN,
    position::{LeafIndex, PositionTooLarge, TreeSize},
    status::MAX_LIST_LEN,
};

/// Names one public file of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LogPath {
    /// `checkpoint`: the newest one. The only public file that changes.
    Checkpoint,
    /// `checkpoints/<size>`: one that ended a batch of issuances.
    KeptCheckpoint(TreeSize),
    /// `tile/<L>/<N>[.p/<W>]`: hashes.
    Tile(TileId),
    /// `tile/entries/<N>[.p/<W>]`: entries.
    Entries(TileSpan),
    /// `status/<head index>`: the exceptions list of that head.
    StatusList(LeafIndex),
}

/// Why text is no public path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LogPathError {
    /// No such place.
    #[error("not a path of a log")]
    Unknown,
    /// Coordinates of no tile or bundle.
    #[error(transparent)]
    Tile(#[from] TileTextError),
    /// Not a decimal number without leading zeros.
    #[error("not a decimal number without leading zeros")]
    Number,
    /// A position beyond the largest tree.
    #[error(transparent)]
    Position(#[from] PositionTooLarge),
}

impl LogPath {
    /// The most bytes that such a file has.
    ///
    /// Security: whoever fetches it from a stranger stops reading here.
    pub const fn max_len(&self) -> usize {
        match self {
            Self::Checkpoint | Self::KeptCheckpoint(_) => MAX_NOTE_LEN,
            Self::Tile(_) => HASHES_PER_TILE as usize * DIGEST_LEN,
            Self::Entries(_) => MAX_BUNDLE_LEN,
            Self::StatusList(_) => MAX_LIST_LEN,
        }
    }

    /// Whether the file's bytes never change once it is there, so that caches may keep it.
    pub const fn is_immutable(&self) -> bool {
        match self {
            Self::Checkpoint => false,
            Self::KeptCheckpoint(_) | Self::Tile(_) | Self::Entries(_) | Self::StatusList(_) => {
                true
            }
        }
    }
}

impl fmt::Display for LogPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Checkpoint => f.write_str("checkpoint"),
            Self::KeptCheckpoint(size) => write!(f, "checkpoints/{size}"),
            Self::Tile(tile) => write!(f, "tile/{tile}"),
            Self::Entries(span) => write!(f, "tile/entries/{span}"),
            Self::StatusList(head) => write!(f, "status/{head}"),
        }
    }
}

impl FromStr for LogPath {
    type Err = LogPathError;

    /// Reads what `Display` writes, and nothing else.
    fn from_str(text: &str) -> Result<Self, LogPathError> {
        if text == "checkpoint" {
            Ok(Self::Checkpoint)
        } else if let Some(size) = text.strip_prefix("checkpoints/") {
            Ok(Self::KeptCheckpoint(TreeSize::new(number(size)?)?))
        } else if let Some(span) = text.strip_prefix("tile/entries/") {
            Ok(Self::Entries(span.parse()?))
        } else if let Some(tile) = text.strip_prefix("tile/") {
            Ok(Self::Tile(tile.parse()?))
        } else if let Some(head) = text.strip_prefix("status/") {
            Ok(Self::StatusList(LeafIndex::new(number(head)?)?))
        } else {
            Err(LogPathError::Unknown)
        }
    }
}

fn number(text: &str) -> Result<u64, LogPathError> {
    let number: u64 = text.parse().map_err(|_not_a_number| LogPathError::Number)?;
    if number.to_string() == text { Ok(number) } else { Err(LogPathError::Number) }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::position::MAX_TREE_SIZE;

    #[test]
    fn every_kind_of_path_is_read_and_written() {
        for text in [
            "checkpoint",
            "checkpoints/0",
            "checkpoints/1099511627776",
            "tile/0/000.p/1",
            "tile/1/x001/234.p/255",
            "tile/entries/x001/x234/067",
            "status/70000",
        ] {
            assert_eq!(text.parse::<LogPath>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn refuses_paths_that_are_not_in_a_log() {
        for text in [
            "",
            "/checkpoint",
            "checkpoint/",
            "Checkpoint",
            "../private/lock",
            "tile",
            "index.html",
        ] {
            assert_eq!(text.parse::<LogPath>(), Err(LogPathError::Unknown), "{text:?}");
        }
    }

    #[test]
    fn refuses_numbers_written_in_any_other_way() {
        for text in
            ["status/", "status/01", "status/+1", "status/1/", "checkpoints/x", "checkpoints/ 1"]
        {
            assert_eq!(text.parse::<LogPath>(), Err(LogPathError::Number), "{text:?}");
        }
    }

    #[test]
    fn refuses_ways_up_in_tile_coordinates() {
        let level = Err(LogPathError::Tile(TileTextError::Level));
        assert_eq!("tile/../000".parse::<LogPath>(), level);
        let number = Err(LogPathError::Tile(TileTextError::Number));
        for text in ["tile/0/..", "tile/entries/../001", "tile/0/x001/../002", "tile/0//000"] {
            assert_eq!(text.parse::<LogPath>(), number, "{text:?}");
        }
    }

    #[test]
    fn refuses_positions_beyond_the_largest_tree() {
        let value = MAX_TREE_SIZE;
        let verdict = format!("status/{value}").parse::<LogPath>();
        assert_eq!(verdict, Err(LogPathError::Position(PositionTooLarge { value })));
    }

    proptest! {
        #[test]
        fn what_is_read_is_written_again(
            text in "(checkpoints/|status/|tile/|tile/entries/|)[x0-9./p]{0,20}",
        ) {
            if let Ok(path) = text.parse::<LogPath>() {
                prop_assert_eq!(path.to_string(), text);
            }
        }
    }
}
