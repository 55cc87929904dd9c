//! What somebody asks, as they typed it.

use ledger::certificate::CertificateNumber;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::name;
use crate::{draft::number::is_well_formed, table};

/// Most bytes that are looked at of a number or a name; what is longer is none.
///
/// Security: anybody may ask, and putting a name into its one spelling takes time that grows with the
/// square of its length. The longest name has 192 bytes, and spaces between its characters as many again.
const MAX_TYPED: usize = 1024;

/// A number and a name. Any two texts make one: what cannot be a number or a name is a wrong one, and
/// is answered as such. Personal data: never in `Debug` output.
pub struct Question {
    number: CertificateNumber,
    name: Zeroizing<String>,
}

impl Question {
    /// Takes what was typed. Spaces and full-width forms do not matter, nor, in a number with a check
    /// character, small letters; a legacy number is taken as it is written.
    pub fn read(number: &str, name: &str) -> Self {
        let bounded = |typed: &str| typed.len() <= MAX_TYPED;
        Self {
            number: if bounded(number) { read_number(number) } else { nobodys(number) },
            name: if bounded(name) { name::normalised(name) } else { Zeroizing::default() },
        }
    }

    /// The number; one that nothing has, where none was typed that could be one.
    pub const fn number(&self) -> &CertificateNumber {
        &self.number
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }
}

impl std::fmt::Debug for Question {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Question(..)")
    }
}

fn read_number(typed: &str) -> CertificateNumber {
    let compact = table::compact(typed);
    let ours = CertificateNumber::new(&compact.to_ascii_uppercase()).ok().filter(is_well_formed);
    ours.or_else(|| CertificateNumber::new(&compact).ok()).unwrap_or_else(|| nobodys(typed))
}

/// A number that belongs to nobody: 32 digits of a hash of what was typed.
fn nobodys(typed: &str) -> CertificateNumber {
    let digest = Sha256::digest(typed);
    let digits: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    #[expect(clippy::expect_used, reason = "32 hexadecimal digits have the form of a number")]
    let number = CertificateNumber::new(&digits).expect("32 digits");
    number
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;

    fn number(typed: &str) -> String {
        Question::read(typed, "").number().as_str().to_owned()
    }

    /// Well formed, as `draft::number` makes them.
    fn ours() -> String {
        let digits = (0..31).map(|check| {
            let check = char::from(b"0123456789ABCDEFGHJKLMNPQRTUWXY"[check]);
            format!("CQ2026K7M2P9QA{check}")
        });
        digits
            .into_iter()
            .find(|number| is_well_formed(&CertificateNumber::new(number).unwrap()))
            .unwrap()
    }

    #[test]
    fn a_number_is_found_however_it_is_typed() {
        let ours = ours();
        let wide: String =
            ours.chars().map(|c| char::from_u32(u32::from(c) + 0xFEE0).unwrap()).collect();
        let spaced = format!(" {} {}\n", &ours[..6], &ours[6..]);
        for typed in [&ours, &wide, &spaced, &ours.to_lowercase()] {
            assert_eq!(number(typed), ours);
        }
    }

    #[test]
    fn a_legacy_number_keeps_its_letters() {
        assert_eq!(number("gz-0012a"), "gz-0012a");
        assert_eq!(number(" GZ-0012A "), "GZ-0012A");
    }

    #[test]
    fn what_can_be_no_number_is_one_that_nobody_has() {
        let long = "9".repeat(33);
        let odd = ["", "渝2026", "CQ2026_1", long.as_str(), "../../private"];
        let numbers: std::collections::BTreeSet<_> =
            odd.iter().map(|typed| number(typed)).collect();
        assert_eq!(numbers.len(), odd.len());
        assert!(numbers.iter().all(|number| number.len() == 32));
        assert_eq!(number("渝2026"), number("渝2026"));
    }

    #[test]
    fn what_is_far_too_long_is_a_wrong_name_at_once() {
        let long = format!("张{}三", " ".repeat(10_000_000));
        let question = Question::read(&long, &long);
        assert_eq!((question.name(), question.number().as_str().len()), ("", 32));
        let spaced = format!("张{}三", "　".repeat(300));
        assert_eq!(Question::read("", &spaced).name(), "张三");
    }

    #[test]
    fn nothing_of_a_question_is_in_its_debug_output() {
        assert_eq!(format!("{:?}", Question::read("CQ2026", "张三")), "Question(..)");
    }
}
