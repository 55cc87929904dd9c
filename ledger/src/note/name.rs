//! Who signs: the name and the ID of a key.

use std::fmt;

use sha2::{Digest as _, Sha256};

use crate::note::{KEY_ID_LEN, SignatureKind};

/// The longest key name in bytes; C2SP's newer cosignatures give a name's length one byte.
///
/// Security: names stand in every error and log line about a note.
pub const MAX_KEY_NAME_LEN: usize = 255;

/// The name of a key: by custom a URL without its scheme, such as `example.com/log`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyName(String);

/// Text that is no key name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a key name has 1 to {MAX_KEY_NAME_LEN} bytes and neither spaces, plus signs nor control \
     characters"
)]
pub struct InvalidKeyName;

impl KeyName {
    /// A name of 1 to [`MAX_KEY_NAME_LEN`] bytes without Unicode spaces, `+` and control characters.
    pub fn new(name: &str) -> Result<Self, InvalidKeyName> {
        let refused = |c: char| c.is_whitespace() || c.is_control() || c == '+';
        if (1..=MAX_KEY_NAME_LEN).contains(&name.len()) && !name.contains(refused) {
            Ok(Self(name.to_owned()))
        } else {
            Err(InvalidKeyName)
        }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The first four bytes of a hash of name, kind and public key. It identifies; it proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId([u8; KEY_ID_LEN]);

impl KeyId {
    /// The ID that stands before a signature.
    pub const fn from_bytes(bytes: [u8; KEY_ID_LEN]) -> Self {
        Self(bytes)
    }

    /// The ID's bytes.
    pub const fn as_bytes(&self) -> &[u8; KEY_ID_LEN] {
        &self.0
    }

    pub(super) fn of(name: &KeyName, kind: SignatureKind, public_key: &[u8; 32]) -> Self {
        let hash = Sha256::new()
            .chain_update(name.as_str())
            .chain_update([b'\n', kind.byte()])
            .chain_update(public_key)
            .finalize();
        let [a, b, c, d, ..] = <[u8; 32]>::from(hash);
        Self([a, b, c, d])
    }
}

impl fmt::Display for KeyId {
    /// Eight lower-case hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", u32::from_be_bytes(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_names_with_spaces_or_plus_signs() {
        let long = "n".repeat(MAX_KEY_NAME_LEN + 1);
        for name in ["", "a b", "a\u{3000}b", "a+b", "a\nb", "a\u{7f}", &long] {
            assert_eq!(KeyName::new(name), Err(InvalidKeyName), "{name:?}");
        }
    }
}
