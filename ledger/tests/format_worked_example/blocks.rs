//! The code blocks of FORMAT.md, by label.

use std::collections::BTreeMap;

const DOCUMENT: &str = include_str!("../../FORMAT.md");

/// Blocks that begin with ` ```hex LABEL ` or ` ```text LABEL `.
pub struct Blocks(BTreeMap<String, Vec<u8>>);

impl Blocks {
    pub fn read() -> Self {
        let mut blocks = BTreeMap::new();
        let mut lines = DOCUMENT.lines();
        while let Some(line) = lines.next() {
            let Some((kind, label)) = line.strip_prefix("```").and_then(|l| l.split_once(' '))
            else {
                continue;
            };
            let body: Vec<_> = lines.by_ref().take_while(|line| *line != "```").collect();
            let bytes = match kind {
                "hex" => body.iter().flat_map(|line| hex_line(line)).collect(),
                "text" => body.iter().flat_map(|line| [line, "\n"].concat().into_bytes()).collect(),
                other => panic!("a block of kind {other}"),
            };
            assert!(blocks.insert(label.to_owned(), bytes).is_none(), "{label} stands twice");
        }
        Self(blocks)
    }

    /// Compares every block with what the code makes; nothing may be missing on either side.
    pub fn compare(&self, made: &BTreeMap<&str, Vec<u8>>) {
        let mut wrong = String::new();
        for (label, bytes) in made {
            if self.0.get(*label) != Some(bytes) {
                wrong += &format!("\n{label}\n{}\n", to_hex(bytes));
            }
        }
        for label in self.0.keys().filter(|label| !made.contains_key(label.as_str())) {
            wrong += &format!("\n{label} stands in FORMAT.md only\n");
        }
        assert!(wrong.is_empty(), "FORMAT.md differs from the code; the code says:\n{wrong}");
    }
}

/// The bytes of a line `85 06 0a  ; what they are`.
fn hex_line(line: &str) -> Vec<u8> {
    let digits: String = line.split(';').next().unwrap().split_whitespace().collect();
    assert_eq!(digits.len() % 2, 0, "an odd number of digits: {line}");
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap())
        .collect()
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
