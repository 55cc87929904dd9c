//! Strict Ed25519 verification, for every signature of this project.
//!
//! It accepts exactly what `VerifyingKey::verify_strict` of ed25519-dalek accepts, in nine tenths of
//! the time. That function decompresses *R*, which costs a square root, only to see whether it is of
//! small order, and then compares *R* with the bytes that the equation gives. Points of small order
//! have fourteen encodings, so a look at the bytes tells the same, of *R* and of the key.

mod own;

use ed25519_dalek::{SIGNATURE_LENGTH, Signature, Verifier as _, VerifyingKey};

pub use self::own::{Made, verify_own};

/// The signature does not verify under the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the Ed25519 signature does not verify")]
pub struct BadSignature;

/// Verifies as RFC 8032 §5.1.7 without cofactor, and refuses what makes signatures ambiguous: *s* not
/// below the order of the group, *R* in another than its canonical encoding, *R* or the key of small
/// order.
///
/// # Errors
/// [`BadSignature`] deliberately says no more.
pub fn verify_strict(
    key: &VerifyingKey,
    message: &[u8],
    signature: &[u8; SIGNATURE_LENGTH],
) -> Result<(), BadSignature> {
    let signature = Signature::from_bytes(signature);
    if is_weak(key) || SMALL_ORDER.contains(signature.r_bytes()) {
        return Err(BadSignature);
    }
    key.verify(message, &signature).map_err(|_opaque| BadSignature)
}

/// Whether a key is of small order: under such a key anything verifies.
pub fn is_weak(key: &VerifyingKey) -> bool {
    SMALL_ORDER.contains(key.as_bytes())
}

/// Every encoding that is read as one of the eight points whose order divides 8: their own (RFC 8032
/// §5.1.2), and those with `y` + *p* where that has 255 bits, or with a sign where `x` is 0.
const SMALL_ORDER: [[u8; 32]; 14] = [
    // y = 1, which has order 1, and y = -1, which has order 2: x is 0.
    least_and_filling(0x01, 0x00),
    with_sign(least_and_filling(0x01, 0x00)),
    P_PLUS_ONE,
    with_sign(P_PLUS_ONE),
    P_MINUS_ONE,
    with_sign(P_MINUS_ONE),
    // y = 0: two points of order 4.
    [0; 32],
    with_sign([0; 32]),
    P,
    with_sign(P),
    // Four points of order 8.
    ORDER_EIGHT_A,
    with_sign(ORDER_EIGHT_A),
    ORDER_EIGHT_B,
    with_sign(ORDER_EIGHT_B),
];

/// The field's prime, 2^255 − 19, and its neighbours.
const P: [u8; 32] = least_and_filling(0xED, 0xFF);
const P_PLUS_ONE: [u8; 32] = least_and_filling(0xEE, 0xFF);
const P_MINUS_ONE: [u8; 32] = least_and_filling(0xEC, 0xFF);

const ORDER_EIGHT_A: [u8; 32] = [
    0xC7, 0x17, 0x6A, 0x70, 0x3D, 0x4D, 0xD8, 0x4F, 0xBA, 0x3C, 0x0B, 0x76, 0x0D, 0x10, 0x67, 0x0F,
    0x2A, 0x20, 0x53, 0xFA, 0x2C, 0x39, 0xCC, 0xC6, 0x4E, 0xC7, 0xFD, 0x77, 0x92, 0xAC, 0x03, 0x7A,
];

const ORDER_EIGHT_B: [u8; 32] = [
    0x26, 0xE8, 0x95, 0x8F, 0xC2, 0xB2, 0x27, 0xB0, 0x45, 0xC3, 0xF4, 0x89, 0xF2, 0xEF, 0x98, 0xF0,
    0xD5, 0xDF, 0xAC, 0x05, 0xD3, 0xC6, 0x33, 0x39, 0xB1, 0x38, 0x02, 0x88, 0x6D, 0x53, 0xFC, 0x05,
];

/// The number of 255 bits whose lowest byte is `least` and whose other bits are those of `filling`.
const fn least_and_filling(least: u8, filling: u8) -> [u8; 32] {
    let mut number = [filling; 32];
    (number[0], number[31]) = (least, filling & 0x7F);
    number
}

/// The same `y` with the other sign of `x`.
const fn with_sign(mut encoding: [u8; 32]) -> [u8; 32] {
    encoding[31] |= 0x80;
    encoding
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use std::collections::BTreeSet;

    use curve25519_dalek::Scalar;
    use ed25519_dalek::{Signer as _, SigningKey};
    use proptest::prelude::*;
    use sha2::{Digest as _, Sha512};

    use super::*;

    /// What ed25519-dalek says.
    fn reference(key: &VerifyingKey, message: &[u8], signature: &[u8; 64]) -> bool {
        key.verify_strict(message, &Signature::from_bytes(signature)).is_ok()
    }

    fn agrees(key: &VerifyingKey, message: &[u8], signature: &[u8; 64]) -> bool {
        let ours = verify_strict(key, message, signature).is_ok();
        assert_eq!(ours, reference(key, message, signature));
        ours
    }

    #[test]
    fn the_table_has_every_encoding_of_the_eight_points_of_small_order() {
        assert_eq!(SMALL_ORDER.iter().collect::<BTreeSet<_>>().len(), 14);
        let mut points = BTreeSet::new();
        for encoding in SMALL_ORDER {
            let point = VerifyingKey::from_bytes(&encoding).unwrap();
            assert!(point.is_weak());
            points.insert(point.to_edwards().compress().to_bytes());
        }
        assert_eq!(points.len(), 8);
        // Of each y, both signs and both writings: those that are read are in the table.
        for point in points {
            for encoding in writings(point) {
                if let Ok(key) = VerifyingKey::from_bytes(&encoding) {
                    assert!(is_weak(&key), "{encoding:?}");
                }
            }
        }
    }

    /// The `y` of an encoding, and `y` + *p* where that has 255 bits, with either sign.
    fn writings(mut encoding: [u8; 32]) -> Vec<[u8; 32]> {
        encoding[31] &= 0x7F;
        let mut written = vec![encoding];
        if encoding[1..].iter().all(|byte| *byte == 0) && encoding[0] < 19 {
            written.push(least_and_filling(0xED + encoding[0], 0xFF));
        }
        written.iter().flat_map(|y| [*y, with_sign(*y)]).collect()
    }

    #[test]
    fn refuses_every_signature_with_a_small_r_even_where_the_equation_holds() {
        // Under a weak key, s = 0 and R = −k·A make the equation hold for some of the messages.
        let mut held = 0;
        for key in SMALL_ORDER {
            let key = VerifyingKey::from_bytes(&key).unwrap();
            for r in SMALL_ORDER {
                for message in 0..16u8 {
                    let signature: [u8; 64] = [r, [0; 32]].concat().try_into().unwrap();
                    let lax = key.verify(&[message], &Signature::from_bytes(&signature));
                    held += usize::from(lax.is_ok());
                    assert!(!agrees(&key, &[message], &signature));
                }
            }
        }
        assert!(held > 0);
    }

    #[test]
    fn refuses_a_small_r_under_a_good_key_where_the_equation_holds() {
        // Who holds the key can choose R small: s = k·a. Such a signature is not unique.
        let signing = SigningKey::from_bytes(&[3; 32]);
        let key = signing.verifying_key();
        let r = SMALL_ORDER[0].as_slice();
        let hash = Sha512::digest([r, key.as_bytes(), &b"message"[..]].concat());
        let s = Scalar::from_bytes_mod_order_wide(&hash.into()) * signing.to_scalar();
        let signature: [u8; 64] = [r, &s.to_bytes()].concat().try_into().unwrap();
        assert!(key.verify(b"message", &Signature::from_bytes(&signature)).is_ok());
        assert!(!agrees(&key, b"message", &signature));
    }

    proptest! {
        #[test]
        fn says_of_any_altered_signature_what_the_library_says(
            seed: [u8; 32], message: Vec<u8>, bit in 0usize..1024,
        ) {
            let signing = SigningKey::from_bytes(&seed);
            let mut signature = signing.sign(&message).to_bytes();
            prop_assert!(agrees(&signing.verifying_key(), &message, &signature));
            let bit = bit % 512;
            signature[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(!agrees(&signing.verifying_key(), &message, &signature));
        }

        #[test]
        fn says_of_any_bytes_what_the_library_says(
            key: [u8; 32], r: [u8; 32], s: [u8; 32], message: Vec<u8>,
        ) {
            if let Ok(key) = VerifyingKey::from_bytes(&key) {
                prop_assert_eq!(is_weak(&key), key.is_weak());
                agrees(&key, &message, &[r, s].concat().try_into().unwrap());
            }
        }
    }
}
