//! Names and whoever asks, as keyed hashes.

use hmac::{Hmac, KeyInit as _, Mac as _, digest::CtOutput};
use ledger::{
    certificate::{CertificateNumber, MAX_TEXT_LEN},
    position::TreeSize,
    seal::KeyEncryptionKey,
};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::{identity::HolderName, table};

/// The key of look-ups: it compares names, picks decoys and counts attempts. Derived from the
/// key-encryption key, so that it is nowhere else.
pub struct LookupKey(Zeroizing<[u8; 32]>);

/// The keyed hash of a name. Two are compared in constant time.
pub(super) type NameHash = CtOutput<Hmac<Sha256>>;

impl std::fmt::Debug for LookupKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LookupKey(…)")
    }
}

impl LookupKey {
    /// The key that belongs to a key-encryption key.
    pub fn derived_from(kek: &KeyEncryptionKey) -> Self {
        Self(kek.derive("title-ledger/lookup/v1"))
    }

    /// The hash of a name, over as many bytes for every name.
    pub(super) fn of_name(&self, name: &str) -> NameHash {
        let name = normalised(name);
        // Text, filled up with zeros, and its length, which fits a byte.
        let mut bytes = Zeroizing::new([0; MAX_TEXT_LEN + 1]);
        let length = u8::try_from(name.len()).unwrap_or_default();
        for (place, byte) in bytes.iter_mut().zip(name.bytes().chain([length])) {
            *place = byte;
        }
        self.hash(b"name\0", bytes.as_slice()).finalize()
    }

    /// Where in a log of `size` entries a decoy of a number is looked for.
    pub(super) fn place(&self, number: &CertificateNumber, draw: u32, size: TreeSize) -> u64 {
        let [place, _] = self.words(&draw.to_be_bytes(), number.as_str().as_bytes());
        place.checked_rem(size.get()).unwrap_or_default()
    }

    /// Two numbers that stand for whoever asks.
    pub(super) fn of_asker(&self, asker: &[u8]) -> [u64; 2] {
        self.words(b"asker\0", asker)
    }

    /// Two numbers that stand for a certificate number.
    pub(super) fn of_number(&self, number: &CertificateNumber) -> [u64; 2] {
        self.words(b"number\0", number.as_str().as_bytes())
    }

    fn words(&self, domain: &[u8], value: &[u8]) -> [u64; 2] {
        let digest = self.hash(domain, value).finalize().into_bytes();
        let (words, _) = digest.as_chunks::<8>();
        let mut words = words.iter().map(|word| u64::from_be_bytes(*word));
        [words.next().unwrap_or_default(), words.next().unwrap_or_default()]
    }

    fn hash(&self, domain: &[u8], value: &[u8]) -> Hmac<Sha256> {
        #[expect(clippy::expect_used, reason = "HMAC is defined for keys of any length")]
        let mac = Hmac::<Sha256>::new_from_slice(self.0.as_slice()).expect("a key of any length");
        mac.chain_update(domain).chain_update(value)
    }
}

/// A name in the one spelling in which names are compared, which import gives them. What is no name is
/// empty, like nothing on record, unless it is: a legacy certificate's name is taken as it stands.
pub(super) fn normalised(typed: &str) -> Zeroizing<String> {
    let text = Zeroizing::new(table::text(typed));
    let name = match HolderName::read(&text) {
        Ok(name) => name.as_str().to_owned(),
        Err(_no_name) => text.to_string(),
    };
    match name.len() > MAX_TEXT_LEN {
        true => Zeroizing::default(),
        false => Zeroizing::new(name),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(byte: u8) -> LookupKey {
        LookupKey::derived_from(&KeyEncryptionKey::from_random([byte; 32]))
    }

    fn is_same(one: &str, other: &str) -> bool {
        key(1).of_name(one) == key(1).of_name(other)
    }

    #[test]
    fn a_name_is_the_same_however_it_is_spaced_and_dotted() {
        for (typed, on_record) in [
            ("　张　三 ", "张三"),
            ("张 三\n", "张三"),
            ("阿依古丽•买买提", "阿依古丽·买买提"),
            ("阿依古丽 ・ 买买提", "阿依古丽·买买提"),
            ("阿依古丽.买买提", "阿依古丽·买买提"),
            ("Ｊｏｈｎ  Ｓｍｉｔｈ", "John Smith"),
            ("王五（原名王六）", "王五(原名王六)"),
        ] {
            assert!(is_same(typed, on_record), "{typed}");
        }
    }

    #[test]
    fn other_names_are_others() {
        for (one, other) in [
            ("张三", "张三丰"),
            ("张三", "张四"),
            ("阿依古丽·买买提", "阿依古丽买买提"),
            ("John Smith", "JohnSmith"),
            ("John Smith", "john smith"),
            ("张三", ""),
        ] {
            assert!(!is_same(one, other), "{one} {other}");
        }
    }

    #[test]
    fn what_is_too_long_for_a_name_is_none_and_no_name_begins_with_another() {
        let longest = "张".repeat(48);
        assert!(!is_same(&longest, &"张".repeat(49)));
        assert!(!is_same(&longest, &"张".repeat(64)));
        assert!(is_same("", &"张".repeat(65)));
        assert!(!is_same("张三\0", "张三"));
    }

    #[test]
    fn without_the_key_a_hash_says_nothing() {
        assert!(key(1).of_name("张三") != key(2).of_name("张三"));
        assert_ne!(key(1).of_asker(b"a"), key(2).of_asker(b"a"));
        let number = CertificateNumber::new("a").unwrap();
        assert_ne!(key(1).of_asker(b"a"), key(1).of_number(&number));
        assert_eq!(format!("{:?}", key(1)), "LookupKey(…)");
    }

    proptest! {
        #[test]
        fn every_name_on_record_is_found_by_itself(name in "[\\p{L}·'. -]{1,48}") {
            if let Ok(read) = HolderName::read(&table::text(&name)) {
                prop_assert!(is_same(&name, read.as_str()));
                prop_assert!(is_same(read.as_str(), read.as_str()));
            }
        }

        #[test]
        fn a_decoy_is_looked_for_within_the_log(draw in 0u32..99, size in 1u64..=1 << 40) {
            let size = TreeSize::new(size).unwrap();
            let number = CertificateNumber::new("CQ2026").unwrap();
            prop_assert!(key(1).place(&number, draw, size) < size.get());
            prop_assert_eq!(key(1).place(&number, draw, TreeSize::EMPTY), 0);
        }
    }
}
