//! Names of files in a data directory: the public ones of [`LogPath`], below `log/`, and the private
//! ones, which no other module makes.

use std::{fmt, str::FromStr};

use crate::{
    digest::{DIGEST_LEN, RootHash},
    merkle::{HASHES_PER_TILE, TileId, TileSpan, TileTextError, encode_tile_number},
    note::MAX_NOTE_LEN,
    path::{LogPath, LogPathError},
    position::{LeafIndex, TreeSize},
    seal::{KEYRING_FILE_LEN, MAX_SEALED_LEN, SLOTS_PER_BUNDLE, SealPlace},
};

/// The public part of a data directory; a web server may serve it as it is.
pub const LOG_DIRECTORY: &str = "log";

/// The private part of a data directory: mode 0700, never served.
pub const PRIVATE_DIRECTORY: &str = "private";

/// The file of the journal.
pub const JOURNAL_FILE: &str = "private/journal/records";

/// The directory of staging files and of files not yet complete.
pub const STAGING_DIRECTORY: &str = "private/staging";

/// The largest file of private records: 256 of the largest and their lengths, 257 MiB.
const MAX_PRIVATE_BUNDLE_LEN: usize = SLOTS_PER_BUNDLE * (MAX_SEALED_LEN + 4);

/// A file that never changes once it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FilePath {
    /// A tile of hashes.
    Tile(TileId),
    /// A bundle of public entries.
    Entries(TileSpan),
    /// The exceptions list of the head at this index.
    StatusList(LeafIndex),
    /// A cosigned checkpoint that ended a batch of issuances.
    KeptCheckpoint(TreeSize),
    /// A bundle of private records.
    PrivateEntries(TileSpan),
}

/// A file of a data directory that is read as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StorePath {
    /// A file that never changes.
    File(FilePath),
    /// The newest published checkpoint.
    PublicCheckpoint,
    /// The newest signed checkpoint: the commit point.
    Lock,
    /// Wrapped record keys.
    Keyring(KeyringFile),
}

/// One keyring file: the keys of 256 neighbouring places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyringFile {
    /// Keys of private records, by index divided by 256.
    Log(u64),
    /// Keys of journal payloads, by sequence divided by 256.
    Journal(u64),
}

impl KeyringFile {
    /// The file and the slot in which the key of `place` lies.
    pub fn holding(place: SealPlace) -> (Self, u8) {
        let number = place.position() / HASHES_PER_TILE;
        let slot = (place.position() % HASHES_PER_TILE) as u8;
        let file = match place {
            SealPlace::LogRecord(_) => Self::Log(number),
            SealPlace::JournalPayload(_) => Self::Journal(number),
        };
        (file, slot)
    }
}

impl StorePath {
    /// The most bytes that such a file can have; more is refused unread.
    ///
    /// Security: a damaged or hostile directory cannot make the program allocate without bound.
    pub const fn max_len(&self) -> usize {
        match self {
            Self::File(file) => match file.log_path() {
                Some(public) => public.max_len(),
                None => MAX_PRIVATE_BUNDLE_LEN,
            },
            Self::PublicCheckpoint | Self::Lock => MAX_NOTE_LEN,
            Self::Keyring(_) => KEYRING_FILE_LEN,
        }
    }
}

impl FilePath {
    /// Its public path; none for a private file.
    pub const fn log_path(&self) -> Option<LogPath> {
        match *self {
            Self::Tile(tile) => Some(LogPath::Tile(tile)),
            Self::Entries(span) => Some(LogPath::Entries(span)),
            Self::StatusList(head) => Some(LogPath::StatusList(head)),
            Self::KeptCheckpoint(size) => Some(LogPath::KeptCheckpoint(size)),
            Self::PrivateEntries(_) => None,
        }
    }
}

impl From<FilePath> for StorePath {
    fn from(file: FilePath) -> Self {
        Self::File(file)
    }
}

impl From<LogPath> for StorePath {
    fn from(path: LogPath) -> Self {
        match path {
            LogPath::Checkpoint => Self::PublicCheckpoint,
            LogPath::KeptCheckpoint(size) => Self::File(FilePath::KeptCheckpoint(size)),
            LogPath::Tile(tile) => Self::File(FilePath::Tile(tile)),
            LogPath::Entries(span) => Self::File(FilePath::Entries(span)),
            LogPath::StatusList(head) => Self::File(FilePath::StatusList(head)),
        }
    }
}

impl fmt::Display for FilePath {
    /// Relative to the data directory.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::PrivateEntries(span) = self {
            return write!(f, "private/entries/{span}");
        }
        self.log_path().iter().try_for_each(|public| write!(f, "log/{public}"))
    }
}

impl fmt::Display for StorePath {
    /// Relative to the data directory.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(file) => file.fmt(f),
            Self::PublicCheckpoint => write!(f, "log/{}", LogPath::Checkpoint),
            Self::Lock => f.write_str("private/lock"),
            Self::Keyring(file) => file.fmt(f),
        }
    }
}

impl fmt::Display for KeyringFile {
    /// Relative to the data directory.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (domain, number) = match self {
            Self::Log(number) => ("log", number),
            Self::Journal(number) => ("journal", number),
        };
        write!(f, "private/keyring/{domain}/{}", encode_tile_number(*number))
    }
}

/// Text that names no file which never changes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FilePathError {
    /// Neither below `log/` nor a bundle of private records, or a file that changes.
    #[error("not the path of a file that never changes")]
    Unknown,
    /// No public path.
    #[error(transparent)]
    Public(#[from] LogPathError),
    /// No coordinates of a bundle.
    #[error(transparent)]
    Bundle(#[from] TileTextError),
}

impl FromStr for FilePath {
    type Err = FilePathError;

    /// Reads what [`FilePath`]'s `Display` writes, and nothing else.
    fn from_str(text: &str) -> Result<Self, FilePathError> {
        if let Some(span) = text.strip_prefix("private/entries/") {
            return Ok(Self::PrivateEntries(span.parse()?));
        }
        let public: LogPath = text.strip_prefix("log/").ok_or(FilePathError::Unknown)?.parse()?;
        match StorePath::from(public) {
            StorePath::File(file) => Ok(file),
            StorePath::PublicCheckpoint | StorePath::Lock | StorePath::Keyring(_) => {
                Err(FilePathError::Unknown)
            }
        }
    }
}

/// The name of a staging file: the tree that its batch makes, `<size>-<root in hex>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StagingName {
    /// The tree's size.
    pub size: TreeSize,
    /// The tree's root.
    pub root: RootHash,
}

impl fmt::Display for StagingName {
    /// The name only, without its directory.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-", self.size)?;
        self.root.as_bytes().iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Text that names no staging file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the name of a staging file: a size, a hyphen, a root of 64 lower-case hex digits")]
pub struct NotAStagingName;

impl FromStr for StagingName {
    type Err = NotAStagingName;

    /// Reads what its `Display` writes, and nothing else.
    fn from_str(text: &str) -> Result<Self, NotAStagingName> {
        let (size, root) = text.split_once('-').ok_or(NotAStagingName)?;
        let number: u64 = size.parse().map_err(|_not_a_number| NotAStagingName)?;
        let size = TreeSize::new(number).ok().filter(|_| number.to_string() == size);
        let mut bytes = [0; DIGEST_LEN];
        let (pairs, []) = root.as_bytes().as_chunks::<2>() else {
            return Err(NotAStagingName);
        };
        if pairs.len() != DIGEST_LEN {
            return Err(NotAStagingName);
        }
        for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
            *byte = (hex_digit(*high)? << 4) | hex_digit(*low)?;
        }
        let size = size.ok_or(NotAStagingName)?;
        Ok(Self { size, root: RootHash::from_bytes(bytes) })
    }
}

const fn hex_digit(digit: u8) -> Result<u8, NotAStagingName> {
    match digit {
        b'0'..=b'9' => Ok(digit - b'0'),
        b'a'..=b'f' => Ok(digit - b'a' + 10),
        _ => Err(NotAStagingName),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{merkle::TileWidth, seal::JournalSequence};

    fn span(number: u64, width: u64) -> TileSpan {
        TileSpan::new(number, TileWidth::new(width).unwrap()).unwrap()
    }

    fn any_path() -> impl Strategy<Value = FilePath> {
        let any_span = (0u64..1 << 32, 1u64..=256).prop_map(|(n, w)| span(n, w));
        prop_oneof![
            (0u8..3, 0u64..1 << 16, 1u64..=256)
                .prop_map(|(l, n, w)| FilePath::Tile(TileId::new(l, span(n, w)).unwrap())),
            any_span.clone().prop_map(FilePath::Entries),
            any_span.prop_map(FilePath::PrivateEntries),
            (0u64..1 << 40).prop_map(|n| FilePath::StatusList(LeafIndex::new(n).unwrap())),
            (0u64..1 << 40).prop_map(|n| FilePath::KeptCheckpoint(TreeSize::new(n).unwrap())),
        ]
    }

    proptest! {
        #[test]
        fn a_path_that_was_written_is_read_back(path in any_path()) {
            prop_assert_eq!(path.to_string().parse(), Ok(path));
        }

        #[test]
        fn a_staging_name_that_was_written_is_read_back(size in 0u64..1 << 40, root: [u8; 32]) {
            let size = TreeSize::new(size).unwrap();
            let name = StagingName { size, root: RootHash::from_bytes(root) };
            prop_assert_eq!(name.to_string().parse(), Ok(name));
        }
    }

    #[test]
    fn the_layout_is_the_designs() {
        let tile = TileId::new(0, span(1234, 256)).unwrap();
        assert_eq!(FilePath::Tile(tile).to_string(), "log/tile/0/x001/234");
        assert_eq!(FilePath::Entries(span(5, 7)).to_string(), "log/tile/entries/005.p/7");
        assert_eq!(FilePath::PrivateEntries(span(5, 7)).to_string(), "private/entries/005.p/7");
        let log = SealPlace::LogRecord(LeafIndex::new(70_000).unwrap());
        let (file, slot) = KeyringFile::holding(log);
        assert_eq!((file.to_string().as_str(), slot), ("private/keyring/log/273", 112));
        let journal = SealPlace::JournalPayload(JournalSequence::FIRST);
        let (file, slot) = KeyringFile::holding(journal);
        assert_eq!((file.to_string().as_str(), slot), ("private/keyring/journal/000", 0));
    }

    #[test]
    fn refuses_paths_that_lead_elsewhere() {
        for text in [
            "log/checkpoint",
            "private/lock",
            "private/keyring/log/000",
            "log/tile/../../etc/passwd",
            "/log/tile/0/000",
            "log/status/01",
            "log/status/+1",
            "log/checkpoints/",
            "private/entries/000/",
            "",
        ] {
            assert!(text.parse::<FilePath>().is_err(), "{text}");
        }
    }

    #[test]
    fn refuses_staging_names_written_in_any_other_way() {
        let root = "ab".repeat(32);
        for text in [
            format!("01-{root}"),
            format!("1-{}", root.to_uppercase()),
            format!("1-{root}0"),
            format!("1-{}", &root[..62]),
            format!("1_{root}"),
            format!("1-{root}.tmp"),
        ] {
            assert_eq!(text.parse::<StagingName>(), Err(NotAStagingName), "{text}");
        }
    }
}
