//! What an applicant hands in: the sealed payload of the line that opens a recheck.

use ledger::{
    cbor::{Reader, Writer},
    certificate::{MAX_TEXT_LEN, Text},
    position::LeafIndex,
    record::{MAX_PROSE_LEN, RecordError},
};

/// The result that is not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Against {
    /// Of somebody who passed: the title's first issuance.
    Title(LeafIndex),
    /// Of somebody who did not: the application's number (申报编号) and the committee's code.
    Application {
        /// 申报编号
        number: Text,
        /// 评委会代码
        committee: Text,
    },
}

/// An application for a recheck. Personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// The applicant's name.
    pub name: Text,
    /// The number of the applicant's identity document.
    pub identifier: Text,
    /// What is not accepted.
    pub against: Against,
    /// Why, as the applicant says.
    pub grounds: String,
}

impl Application {
    /// The payload's bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Writer::new();
        out.array(5).text(self.name.as_str()).text(self.identifier.as_str());
        match &self.against {
            Against::Title(index) => {
                out.uint(1).array(1).uint(index.get());
            }
            Against::Application { number, committee } => {
                out.uint(2).array(2).text(number.as_str()).text(committee.as_str());
            }
        }
        out.text(&self.grounds);
        out.finish()
    }

    /// Parses exactly one application.
    ///
    /// # Errors
    /// [`RecordError`]; it repeats nothing.
    pub fn decode(bytes: &[u8]) -> Result<Self, RecordError> {
        let mut input = Reader::new(bytes);
        let text =
            |input: &mut Reader<'_>| Ok::<_, RecordError>(Text::new(input.text(MAX_TEXT_LEN)?)?);
        input.array(5)?;
        let (name, identifier) = (text(&mut input)?, text(&mut input)?);
        let unknown = input.not_allowed("what a recheck is against");
        let against = match input.uint()? {
            1 => {
                input.array(1)?;
                Against::Title(LeafIndex::new(input.uint()?)?)
            }
            2 => {
                input.array(2)?;
                Against::Application { number: text(&mut input)?, committee: text(&mut input)? }
            }
            _ => return Err(unknown.into()),
        };
        let grounds = input.text(MAX_PROSE_LEN)?.to_owned();
        input.finish()?;
        Ok(Self { name, identifier, against, grounds })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn an_application_is_read_back_as_it_was_written() {
        let text = |text: &str| Text::new(text).unwrap();
        let failed =
            Against::Application { number: text("2026-05-0017"), committee: text("YZ-05-01") };
        for against in [Against::Title(LeafIndex::new(70).unwrap()), failed] {
            let (name, identifier) = (text("某人"), text("E12345678901234"));
            let written =
                Application { name, identifier, against, grounds: "业绩未计入".to_owned() };
            let bytes = written.encode();
            assert_eq!(Application::decode(&bytes), Ok(written));
            assert!(Application::decode(&bytes[..bytes.len() - 1]).is_err());
        }
    }
}
