//! Verifying many signatures of one's own at once.

use curve25519_dalek::{
    EdwardsPoint, Scalar,
    constants::ED25519_BASEPOINT_POINT,
    edwards::CompressedEdwardsY,
    traits::{IsIdentity as _, VartimeMultiscalarMul as _},
};
use ed25519_dalek::{SIGNATURE_LENGTH, VerifyingKey};
use sha2::{Digest as _, Sha512};

use super::{BadSignature, P, SMALL_ORDER, is_weak};

/// What was signed, and the signature.
pub type Signed = (Vec<u8>, [u8; SIGNATURE_LENGTH]);

/// Verifies signatures that whoever calls has just made under `key`: whether any of them is faulty, in
/// a quarter of the time that [`super::verify_strict`] takes for each.
///
/// It checks `Σ zᵢ·(Rᵢ + kᵢ·A − sᵢ·B) = 0` with 128-bit factors *zᵢ* that hang on all of the
/// signatures, so that faults do not cancel out. Only a holder of the key can make signatures, with
/// parts of small order in them, that this accepts and a single verification refuses. So it is no
/// verification of a stranger's signatures.
///
/// # Errors
/// [`BadSignature`]: at least one does not verify. [`super::verify_strict`] tells which.
pub fn verify_own(key: &VerifyingKey, signed: &[Signed]) -> Result<(), BadSignature> {
    if is_weak(key) {
        return Err(BadSignature);
    }
    let read: Vec<Equation> = signed
        .iter()
        .map(|signed| Equation::of(key, signed))
        .collect::<Option<_>>()
        .ok_or(BadSignature)?;
    let (mut of_key, mut of_base) = (Scalar::ZERO, Scalar::ZERO);
    let mut factors = Vec::with_capacity(read.len() + 2);
    for (equation, factor) in read.iter().zip(self::factors(&read)) {
        of_key += factor * equation.k;
        of_base -= factor * equation.s;
        factors.push(factor);
    }
    factors.extend([of_key, of_base]);
    let points = read.iter().map(|equation| equation.r);
    let points = points.chain([key.to_edwards(), ED25519_BASEPOINT_POINT]);
    match EdwardsPoint::vartime_multiscalar_mul(factors, points).is_identity() {
        true => Ok(()),
        false => Err(BadSignature),
    }
}

/// One signature, as its equation `R + k·A = s·B` needs it.
struct Equation {
    r: EdwardsPoint,
    k: Scalar,
    s: Scalar,
    hash: [u8; 64],
}

impl Equation {
    /// None where a part of the signature is not in its one allowed form.
    fn of(key: &VerifyingKey, (message, signature): &Signed) -> Option<Self> {
        let (r, s) = signature.split_first_chunk::<32>()?;
        if SMALL_ORDER.contains(r) || !is_canonical(r) {
            return None;
        }
        let s = Option::from(Scalar::from_canonical_bytes(s.try_into().ok()?))?;
        let hash = Sha512::new().chain_update(r).chain_update(key.as_bytes());
        let hash: [u8; 64] = hash.chain_update(message).finalize().into();
        let k = Scalar::from_bytes_mod_order_wide(&hash);
        Some(Self { r: CompressedEdwardsY(*r).decompress()?, k, s, hash })
    }
}

/// Whether `y` is below *p*.
fn is_canonical(point: &[u8; 32]) -> bool {
    let mut y = *point;
    y[31] &= 0x7F;
    y.iter().rev().lt(P.iter().rev())
}

/// Factors that nobody knows before the last bit of the last signature is fixed.
fn factors(read: &[Equation]) -> impl Iterator<Item = Scalar> {
    let mut all = Sha512::new();
    for equation in read {
        all.update(equation.hash);
        all.update(equation.s.as_bytes());
    }
    let seed = all.finalize();
    (0u64..).map(move |number| {
        let hash: [u8; 64] =
            Sha512::new().chain_update(seed).chain_update(number.to_be_bytes()).finalize().into();
        let factor = hash.first_chunk::<16>().map_or(1, |bytes| u128::from_le_bytes(*bytes));
        Scalar::from(factor)
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use ed25519_dalek::{Signer as _, SigningKey};
    use proptest::prelude::*;

    use super::*;
    use crate::ed25519::verify_strict;

    fn signed(key: &SigningKey, count: usize) -> Vec<Signed> {
        let message = |number: usize| format!("message {number}").into_bytes();
        (0..count).map(message).map(|m| (m.clone(), key.sign(&m).to_bytes())).collect()
    }

    #[test]
    fn good_signatures_verify_however_many_there_are() {
        let key = SigningKey::from_bytes(&[5; 32]);
        for count in [0, 1, 2, 3, 100, 1000] {
            let batch = signed(&key, count);
            assert_eq!(verify_own(&key.verifying_key(), &batch), Ok(()), "{count}");
        }
    }

    #[test]
    fn refuses_signatures_of_another_key_and_swapped_ones() {
        let (key, other) = (SigningKey::from_bytes(&[5; 32]), SigningKey::from_bytes(&[6; 32]));
        let mut batch = signed(&key, 40);
        assert_eq!(verify_own(&other.verifying_key(), &batch), Err(BadSignature));
        let (first, second) = (batch[3].1, batch[4].1);
        (batch[3].1, batch[4].1) = (second, first);
        assert_eq!(verify_own(&key.verifying_key(), &batch), Err(BadSignature));
    }

    #[test]
    fn refuses_a_small_or_unusual_r() {
        let key = SigningKey::from_bytes(&[5; 32]);
        for r in SMALL_ORDER.into_iter().chain([[0xFF; 32]]) {
            let mut batch = signed(&key, 3);
            batch[1].1[..32].copy_from_slice(&r);
            assert_eq!(verify_own(&key.verifying_key(), &batch), Err(BadSignature));
        }
    }

    proptest! {
        #[test]
        fn one_altered_bit_anywhere_is_noticed(
            count in 1usize..300, which: prop::sample::Index, bit in 0usize..512,
        ) {
            let key = SigningKey::from_bytes(&[5; 32]);
            let mut batch = signed(&key, count);
            let (message, signature) = &mut batch[which.index(count)];
            signature[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(verify_strict(&key.verifying_key(), message, signature).is_err());
            prop_assert_eq!(verify_own(&key.verifying_key(), &batch), Err(BadSignature));
        }

        #[test]
        fn two_faults_do_not_cancel_out(count in 2usize..50, first: prop::sample::Index, delta: u64) {
            // s of one is made larger and s of another smaller by the same.
            let key = SigningKey::from_bytes(&[5; 32]);
            let mut batch = signed(&key, count);
            let (first, delta) = (first.index(count), Scalar::from(delta.max(1)));
            let second = (first + 1) % count;
            for (at, delta) in [(first, delta), (second, -delta)] {
                let s: [u8; 32] = batch[at].1[32..].try_into().unwrap();
                let s = Scalar::from_canonical_bytes(s).unwrap() + delta;
                batch[at].1[32..].copy_from_slice(s.as_bytes());
            }
            prop_assert_eq!(verify_own(&key.verifying_key(), &batch), Err(BadSignature));
        }
    }
}
