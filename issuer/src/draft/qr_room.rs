//! How large a certificate may be so that its QR code survives on paper.

use ledger::{
    position::{LeafIndex, PositionTooLarge},
    qr::{QrPayload, VerificationHost},
};
use qrcode::{EcLevel, Version, bits, types::QrError};

use super::LintFault;
use crate::document::qr::ORDINARY_VERSION;

/// The largest QR version that is signed at all: at 36 mm its modules are 0.39 mm wide, three dots of
/// an office scanner at 200 dpi. Only long names of title, specialty and committee together get there.
pub const MAX_QR_VERSION: i16 = 19;

/// An index with which the QR text is measured: no log of a city gets further, and its CBOR is as long
/// as that of every index from 65,536 on.
const MEASURED_INDEX: u64 = u32::MAX as u64;

/// How well a QR code survives on paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrintedCode {
    /// Up to version 13: at 36 mm its modules are 0.52 mm wide, which a fax of 100 dpi still shows.
    Ordinary,
    /// Up to [`MAX_QR_VERSION`]: a scan at 200 dpi shows it, a bad copy does not. Worth a warning.
    Fine,
}

/// The largest certificates, in bytes, whose QR code is ordinary and whose QR code is printed at all.
/// They depend on the verification host alone: the payload is digits, whichever they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QrRoom {
    ordinary: usize,
    largest: usize,
}

/// Why the room cannot be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QrRoomError {
    /// The address alone is too long.
    #[error("the verification host leaves no room in a QR code of version {version}: {fault:?}")]
    NoRoom {
        /// The version.
        version: i16,
        /// What the encoder said of an empty payload, if it said anything.
        fault: Option<QrError>,
    },
    /// A position outside every log: a defect.
    #[error(transparent)]
    Position(#[from] PositionTooLarge),
}

impl QrRoom {
    /// Measures the room that links to `host` leave; half a millisecond.
    ///
    /// # Errors
    /// [`QrRoomError::NoRoom`] for a host of hundreds of characters.
    pub fn of(host: &VerificationHost) -> Result<Self, QrRoomError> {
        let index = LeafIndex::new(MEASURED_INDEX)?;
        let room = |version| largest_certificate(host, index, version);
        Ok(Self { ordinary: room(ORDINARY_VERSION)?, largest: room(MAX_QR_VERSION)? })
    }

    pub(super) fn judge(self, bytes: usize) -> Result<PrintedCode, LintFault> {
        if bytes <= self.ordinary {
            Ok(PrintedCode::Ordinary)
        } else if bytes <= self.largest {
            Ok(PrintedCode::Fine)
        } else {
            Err(LintFault::QrTooFine { bytes, limit: self.largest })
        }
    }
}

/// By halving: `low` bytes fit the version, `high` do not.
fn largest_certificate(
    host: &VerificationHost,
    index: LeafIndex,
    limit: i16,
) -> Result<usize, QrRoomError> {
    let (mut low, mut high) = (0, ledger::certificate::MAX_CERTIFICATE_LEN);
    match version(host, index, low) {
        Ok(version) if version <= limit => {}
        Ok(_) => return Err(QrRoomError::NoRoom { version: limit, fault: None }),
        Err(fault) => return Err(QrRoomError::NoRoom { version: limit, fault: Some(fault) }),
    }
    while low + 1 < high {
        let middle = low.midpoint(high);
        // More than any version holds is more than this one holds.
        match version(host, index, middle).is_ok_and(|version| version <= limit) {
            true => low = middle,
            false => high = middle,
        }
    }
    Ok(low)
}

/// The version for a certificate of so many bytes. Segments only: drawing the code, as
/// [`crate::document::qr::QrMatrix`] does, costs a hundred times as much.
fn version(host: &VerificationHost, index: LeafIndex, bytes: usize) -> Result<i16, QrError> {
    let text = QrPayload { certificate: vec![0; bytes], index, copy: None }.to_text(host);
    let bits = bits::encode_auto(text.as_bytes(), EcLevel::M)?;
    let (Version::Normal(version) | Version::Micro(version)) = bits.version();
    Ok(version)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use super::*;
    use crate::document::qr::QrMatrix;

    fn host(origin: &str) -> VerificationHost {
        VerificationHost::new(origin).unwrap()
    }

    #[test]
    fn one_byte_more_than_the_room_is_drawn_in_the_next_version() {
        let host = host("https://verify.example.cn");
        let room = QrRoom::of(&host).unwrap();
        let index = LeafIndex::new(MEASURED_INDEX).unwrap();
        let drawn = |bytes| {
            // Bytes whose digits are not all alike.
            let certificate = (0..bytes).map(|at| (at * 37 % 251) as u8).collect();
            let text = QrPayload { certificate, index, copy: None }.to_text(&host);
            QrMatrix::encode(&text).unwrap().version()
        };
        assert_eq!([drawn(room.ordinary), drawn(room.ordinary + 1)], [13, 14]);
        assert_eq!([drawn(room.largest), drawn(room.largest + 1)], [19, 20]);
    }

    #[test]
    fn a_longer_host_leaves_less_room() {
        let short = QrRoom::of(&host("https://a.cn")).unwrap();
        let long = QrRoom::of(&host("https://title-verification.example.org.cn")).unwrap();
        assert!(long.ordinary < short.ordinary && long.largest < short.largest);
    }

    #[test]
    fn refuses_a_host_that_fills_the_code() {
        let refused = QrRoom::of(&host(&format!("https://{}.cn", "a".repeat(400))));
        assert_eq!(refused, Err(QrRoomError::NoRoom { version: 13, fault: None }));
    }
}
