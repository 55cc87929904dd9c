//! The text of a QR code: `https://<verification host>/v#<digits>`.
//!
//! The digits carry bytes, seven to a group of seventeen digits, because a QR code packs digits
//! tighter (10 bits for 3) than any other alphabet that survives a URL. Behind the `#` they stand in
//! no request line, referrer or log.

use crate::{
    cbor::{CborError, Reader, Writer},
    certificate::MAX_CERTIFICATE_LEN,
    copy::MAX_COPY_LEN,
    position::{LeafIndex, PositionTooLarge},
};

/// Bytes of a whole group.
const GROUP_BYTES: usize = 7;
/// Digits of a group of 0 to 7 bytes: the smallest count that holds every value.
const GROUP_DIGITS: [usize; 8] = [0, 3, 5, 8, 10, 13, 15, 17];
/// Most digits that are decoded.
///
/// Security: bounds the work on a pasted text. The largest QR code holds 7,089 digits.
const MAX_DIGITS: usize = 7_089;

/// What a QR code carries: a certificate, a hint where it stands in the log, perhaps a
/// purpose-bound copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QrPayload {
    /// The certificate's COSE bytes.
    pub certificate: Vec<u8>,
    /// The certificate's log index. A hint: the inclusion proof authenticates it.
    pub index: LeafIndex,
    /// A purpose-bound copy's COSE bytes.
    pub copy: Option<Vec<u8>>,
}

/// Why a text is not one of our QR codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QrError {
    /// No `https://host/v#` before the digits.
    #[error("the text does not begin with https://<host>/v#")]
    NotOurLink,
    /// `http` to a host that is not this machine.
    #[error("http is allowed for this machine's own addresses only")]
    PlainHttp,
    /// A group of digits stands for more than its bytes can hold.
    #[error("the group of digits at position {at} is out of range")]
    GroupOutOfRange {
        /// Position of the group's first digit, counted from zero.
        at: usize,
    },
    /// The digits end within a group.
    #[error("{count} digits are left over; the text was cut off or mistyped")]
    LeftOver {
        /// How many.
        count: usize,
    },
    /// More digits than a QR code holds.
    #[error("more than {MAX_DIGITS} digits")]
    TooManyDigits,
    /// The bytes are not a certificate, an index and perhaps a copy.
    #[error("the digits do not hold a certificate and its place in the log: {0}")]
    Content(#[from] CborError),
    /// The index is outside every log.
    #[error(transparent)]
    Position(#[from] PositionTooLarge),
    /// No URL host can be this.
    #[error("not a verification host: {fault}")]
    Host {
        /// What is wrong.
        fault: &'static str,
    },
}

/// Where verification links point: a scheme and a host, as in `https://verify.example.cn`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerificationHost(String);

impl VerificationHost {
    /// Accepts `https://host[:port]`, and `http` for this machine's own addresses.
    pub fn new(origin: &str) -> Result<Self, QrError> {
        let host = origin
            .strip_prefix("https://")
            .or_else(|| origin.strip_prefix("http://"))
            .ok_or(QrError::Host { fault: "no https:// before it" })?;
        let allowed = |b: &u8| b.is_ascii_alphanumeric() || b"-.:[]".contains(b);
        if host.is_empty() || !host.as_bytes().iter().all(allowed) {
            return Err(QrError::Host { fault: "empty, or a character that no host has" });
        }
        if origin.starts_with("http://") && !is_loopback(host) {
            return Err(QrError::PlainHttp);
        }
        Ok(Self(origin.to_owned()))
    }

    /// `https://host`, without a slash behind it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_loopback(authority: &str) -> bool {
    let name = match authority.strip_prefix('[') {
        Some(rest) => return rest.starts_with("::1]"),
        None => authority.split(':').next().unwrap_or_default(),
    };
    name == "localhost"
        || name.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback())
}

impl QrPayload {
    /// The text that the QR code shows.
    pub fn to_text(&self, host: &VerificationHost) -> String {
        let mut bytes = self.certificate.clone();
        bytes.extend(Writer::new().uint(self.index.get()).finish());
        if let Some(copy) = &self.copy {
            bytes.extend_from_slice(copy);
        }
        format!("{}/v#{}", host.as_str(), to_digits(&bytes))
    }

    /// Reads a QR code's text, or the same text pasted by hand: white space around it is ignored,
    /// and decoding stops at the first character behind the `#` that is no digit, because some
    /// messengers append to fragments.
    pub fn from_text(text: &str) -> Result<Self, QrError> {
        let text = text.trim();
        let (link, fragment) = text.split_once('#').ok_or(QrError::NotOurLink)?;
        let origin = link.strip_suffix("/v").ok_or(QrError::NotOurLink)?;
        VerificationHost::new(origin).map_err(|error| match error {
            QrError::PlainHttp => QrError::PlainHttp,
            _ => QrError::NotOurLink,
        })?;
        let end = fragment.find(|c: char| !c.is_ascii_digit()).unwrap_or(fragment.len());
        let digits = fragment.get(..end).unwrap_or_default();
        Self::from_bytes(&from_digits(digits)?)
    }

    fn from_bytes(bytes: &[u8]) -> Result<Self, QrError> {
        let mut input = Reader::new(bytes);
        skip_sign1(&mut input, MAX_CERTIFICATE_LEN)?;
        let certificate_end = input.position();
        let index = LeafIndex::new(input.uint()?)?;
        let copy_start = input.position();
        if copy_start < bytes.len() {
            skip_sign1(&mut input, MAX_COPY_LEN)?;
        }
        input.clone().finish()?;
        let copy = bytes.get(copy_start..).filter(|copy| !copy.is_empty());
        Ok(Self {
            certificate: bytes.get(..certificate_end).unwrap_or_default().to_vec(),
            index,
            copy: copy.map(<[u8]>::to_vec),
        })
    }
}

/// Passes over one COSE_Sign1; what is in it is for its own decoder.
fn skip_sign1(input: &mut Reader<'_>, limit: usize) -> Result<(), CborError> {
    input.tag(18)?;
    input.array(4)?;
    input.bytes(64)?;
    input.map(0)?;
    input.bytes(limit)?;
    input.bytes(64)?;
    Ok(())
}

/// Bytes as digits: 7 bytes, read as one big-endian number, become 17 digits.
fn to_digits(bytes: &[u8]) -> String {
    let mut digits = String::with_capacity(bytes.len() / GROUP_BYTES * 17 + 17);
    for group in bytes.chunks(GROUP_BYTES) {
        let value = group.iter().fold(0u64, |n, byte| n << 8 | u64::from(*byte));
        let width = GROUP_DIGITS.get(group.len()).copied().unwrap_or_default();
        digits.push_str(&format!("{value:0width$}"));
    }
    digits
}

fn from_digits(digits: &str) -> Result<Vec<u8>, QrError> {
    if digits.len() > MAX_DIGITS {
        return Err(QrError::TooManyDigits);
    }
    let mut bytes = Vec::with_capacity(digits.len() / 2);
    for (number, group) in digits.as_bytes().chunks(17).enumerate() {
        let count = GROUP_DIGITS
            .iter()
            .position(|width| *width == group.len())
            .ok_or(QrError::LeftOver { count: group.len() })?;
        let value = group.iter().fold(0u64, |n, digit| n * 10 + u64::from(digit - b'0'));
        if value >> (8 * count) != 0 {
            return Err(QrError::GroupOutOfRange { at: number * 17 });
        }
        bytes.extend(value.to_be_bytes().iter().skip(8 - count));
    }
    Ok(bytes)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use ed25519_dalek::SigningKey;
    use proptest::prelude::*;

    use super::*;
    use crate::certificate::tests::{sample_claims, sign};

    fn host() -> VerificationHost {
        VerificationHost::new("https://verify.example.cn").unwrap()
    }

    fn payload() -> QrPayload {
        let certificate = sign(&sample_claims(), &SigningKey::from_bytes(&[9; 32]));
        let index = LeafIndex::new(70_000).unwrap();
        QrPayload { certificate: certificate.as_bytes().to_vec(), index, copy: None }
    }

    #[test]
    fn a_payload_survives_its_text() {
        let with_copy = QrPayload { copy: Some(payload().certificate), ..payload() };
        for payload in [payload(), with_copy] {
            assert_eq!(QrPayload::from_text(&payload.to_text(&host())), Ok(payload));
        }
    }

    #[test]
    fn what_a_messenger_appends_to_the_fragment_is_ignored() {
        let text = format!("  {}?utm_source=chat 12\n", payload().to_text(&host()));
        assert_eq!(QrPayload::from_text(&text), Ok(payload()));
    }

    #[test]
    fn a_group_out_of_range_is_refused() {
        let text = format!("https://verify.example.cn/v#{}", "9".repeat(17));
        assert_eq!(QrPayload::from_text(&text), Err(QrError::GroupOutOfRange { at: 0 }));
        let text = format!("https://verify.example.cn/v#{}256", "0".repeat(17));
        assert_eq!(QrPayload::from_text(&text), Err(QrError::GroupOutOfRange { at: 17 }));
    }

    #[test]
    fn a_text_cut_off_within_a_group_says_so() {
        let text = payload().to_text(&host());
        let (start, digits) = text.split_once('#').unwrap();
        let cut = format!("{start}#{}", &digits[..17 * 5 + 4]);
        assert_eq!(QrPayload::from_text(&cut), Err(QrError::LeftOver { count: 4 }));
    }

    #[test]
    fn other_links_and_plain_http_are_refused() {
        assert_eq!(QrPayload::from_text("https://example.com/x#123"), Err(QrError::NotOurLink));
        assert_eq!(QrPayload::from_text("no link"), Err(QrError::NotOurLink));
        let plain = "http://verify.example.cn/v#123";
        assert_eq!(QrPayload::from_text(plain), Err(QrError::PlainHttp));
    }

    #[test]
    fn http_is_allowed_for_loopback_hosts_only() {
        for origin in ["http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:8080"] {
            assert_eq!(VerificationHost::new(origin).unwrap().as_str(), origin);
        }
        for origin in ["http://127.0.0.1.evil.cn", "http://localhost.cn", "http://10.0.0.1"] {
            assert_eq!(VerificationHost::new(origin), Err(QrError::PlainHttp), "{origin}");
        }
    }

    proptest! {
        #[test]
        fn digits_carry_any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            prop_assert_eq!(from_digits(&to_digits(&bytes)).unwrap(), bytes);
        }

        #[test]
        fn whatever_digits_are_read_are_written_the_same(digits in "[0-9]{0,80}") {
            if let Ok(bytes) = from_digits(&digits) {
                prop_assert_eq!(to_digits(&bytes), digits);
            }
        }
    }
}
