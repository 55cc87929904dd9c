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

/// A signature that was just made. What was signed may be personal: it has no `Debug`.
#[derive(Clone)]
pub struct Made<'a> {
    /// Of the key that made it.
    pub key: &'a VerifyingKey,
    /// What was signed.
    pub message: Vec<u8>,
    /// The signature.
    pub signature: [u8; SIGNATURE_LENGTH],
}

/// Verifies signatures that whoever calls has just made, under keys of their own: whether any of them
/// is faulty, in a quarter of the time that [`super::verify_strict`] takes for each. Fastest when those
/// of a key stand together.
///
/// It checks `Σ zᵢ·(Rᵢ + kᵢ·Aᵢ − sᵢ·B) = 0` with 128-bit factors *zᵢ* that hang on all of the
/// signatures, so that faults do not cancel out. Only a holder of a key can make signatures, with
/// parts of small order in them, that this accepts and a single verification refuses. So it is no
/// verification of a stranger's signatures.
///
/// # Errors
/// [`BadSignature`]: at least one does not verify. [`super::verify_strict`] tells which.
pub fn verify_own(signed: &[Made<'_>]) -> Result<(), BadSignature> {
    let read: Vec<Equation> =
        signed.iter().map(Equation::of).collect::<Option<_>>().ok_or(BadSignature)?;
    let mut factors = Vec::with_capacity(read.len());
    let (mut of_base, mut of_keys) = (Scalar::ZERO, Vec::<(&VerifyingKey, Scalar)>::new());
    for ((equation, made), factor) in read.iter().zip(signed).zip(self::factors(&read)) {
        let of_key = factor * equation.k;
        match of_keys.last_mut() {
            Some((key, sum)) if *key == made.key => *sum += of_key,
            Some(_) | None => of_keys.push((made.key, of_key)),
        }
        of_base -= factor * equation.s;
        factors.push(factor);
    }
    if of_keys.iter().any(|(key, _)| is_weak(key)) {
        return Err(BadSignature);
    }
    let points = read.iter().map(|equation| equation.r).chain([ED25519_BASEPOINT_POINT]);
    let points = points.chain(of_keys.iter().map(|(key, _)| key.to_edwards()));
    let factors = factors.into_iter().chain([of_base]);
    let factors = factors.chain(of_keys.iter().map(|(_, sum)| *sum));
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
    fn of(Made { key, message, signature }: &Made<'_>) -> Option<Self> {
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

    /// Signatures under one key after the other.
    struct Batch {
        keys: Vec<VerifyingKey>,
        signed: Vec<(usize, Vec<u8>, [u8; SIGNATURE_LENGTH])>,
    }

    impl Batch {
        fn of(key: &SigningKey, count: usize) -> Self {
            Self::of_each(std::slice::from_ref(key), count)
        }

        fn of_each(keys: &[SigningKey], count: usize) -> Self {
            let all = (0..keys.len() * count).map(|number| {
                let message = format!("message {number}").into_bytes();
                let signature = keys[number / count].sign(&message).to_bytes();
                (number / count, message, signature)
            });
            Self {
                signed: all.collect(),
                keys: keys.iter().map(SigningKey::verifying_key).collect(),
            }
        }

        fn made(&self) -> Vec<Made<'_>> {
            let made = |(key, message, signature): &(usize, Vec<u8>, _)| Made {
                key: &self.keys[*key],
                message: message.clone(),
                signature: *signature,
            };
            self.signed.iter().map(made).collect()
        }

        fn verdict(&self) -> Result<(), BadSignature> {
            verify_own(&self.made())
        }
    }

    fn keys() -> [SigningKey; 3] {
        [5, 6, 7].map(|seed| SigningKey::from_bytes(&[seed; 32]))
    }

    #[test]
    fn good_signatures_verify_however_many_there_are() {
        for count in [0, 1, 2, 3, 100, 1000] {
            assert_eq!(Batch::of(&keys()[0], count).verdict(), Ok(()), "{count}");
            assert_eq!(Batch::of_each(&keys(), count).verdict(), Ok(()), "{count}");
        }
    }

    #[test]
    fn signatures_of_several_keys_verify_in_any_order() {
        let mut batch = Batch::of_each(&keys(), 30);
        batch.signed.sort_by_key(|(_, message, _)| message.clone());
        batch.signed.reverse();
        assert_eq!(batch.verdict(), Ok(()));
    }

    #[test]
    fn refuses_signatures_of_another_key_and_swapped_ones() {
        let mut batch = Batch::of_each(&keys(), 40);
        batch.keys.swap(0, 1);
        assert_eq!(batch.verdict(), Err(BadSignature));
        batch.keys.swap(0, 1);
        let (first, second) = (batch.signed[3].2, batch.signed[4].2);
        (batch.signed[3].2, batch.signed[4].2) = (second, first);
        assert_eq!(batch.verdict(), Err(BadSignature));
    }

    #[test]
    fn refuses_a_small_or_unusual_r() {
        for r in SMALL_ORDER.into_iter().chain([[0xFF; 32]]) {
            let mut batch = Batch::of(&keys()[0], 3);
            batch.signed[1].2[..32].copy_from_slice(&r);
            assert_eq!(batch.verdict(), Err(BadSignature));
        }
    }

    #[test]
    fn refuses_a_weak_key_beside_good_ones() {
        // Under the neutral element as key, R = s·B verifies for every message.
        let mut neutral = [0; 32];
        neutral[0] = 1;
        let mut batch = Batch::of_each(&keys(), 2);
        batch.keys.push(VerifyingKey::from_bytes(&neutral).unwrap());
        let s = Scalar::from(7u64);
        let r = (ED25519_BASEPOINT_POINT * s).compress();
        let signature = [r.to_bytes(), s.to_bytes()].concat().try_into().unwrap();
        batch.signed.push((3, b"any".to_vec(), signature));
        assert_eq!(batch.verdict(), Err(BadSignature));
    }

    proptest! {
        #[test]
        fn one_altered_bit_anywhere_is_noticed(
            count in 1usize..100, which: prop::sample::Index, bit in 0usize..512,
        ) {
            let mut batch = Batch::of_each(&keys(), count);
            let (key, message, signature) = &mut batch.signed[which.index(3 * count)];
            signature[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(verify_strict(&batch.keys[*key], message, signature).is_err());
            prop_assert_eq!(batch.verdict(), Err(BadSignature));
        }

        #[test]
        fn two_faults_do_not_cancel_out(count in 1usize..20, first: prop::sample::Index, delta: u64) {
            // s of one is made larger and s of another smaller by the same.
            let mut batch = Batch::of_each(&keys(), count);
            let (first, delta) = (first.index(3 * count), Scalar::from(delta.max(1)));
            let second = (first + 1) % (3 * count);
            for (at, delta) in [(first, delta), (second, -delta)] {
                let s: [u8; 32] = batch.signed[at].2[32..].try_into().unwrap();
                let s = Scalar::from_canonical_bytes(s).unwrap() + delta;
                batch.signed[at].2[32..].copy_from_slice(s.as_bytes());
            }
            prop_assert_eq!(batch.verdict(), Err(BadSignature));
        }
    }
}
