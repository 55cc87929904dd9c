//! Harmless variants of writing, made equal before anything is parsed.

/// Text for reading: full-width letters, digits and marks become half-width, every kind of space
/// becomes a plain one, invisible characters go, the ends are trimmed.
pub fn text(raw: &str) -> String {
    let mapped: String = raw.chars().filter_map(character).collect();
    mapped.trim().to_owned()
}

/// As [`text`], and without any space: for names of codes, kinds and levels.
pub fn compact(raw: &str) -> String {
    raw.chars().filter_map(character).filter(|c| *c != ' ').collect()
}

/// As [`compact`], in capitals: for codes and numbers of documents.
pub fn code(raw: &str) -> String {
    compact(raw).to_ascii_uppercase()
}

fn character(c: char) -> Option<char> {
    match c {
        '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}' => None,
        '\u{3000}' => Some(' '),
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0),
        _ if c.is_whitespace() => Some(' '),
        _ => Some(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn makes_harmless_variants_equal() {
        assert_eq!(text("\u{3000}渝职改办［２０２６］64号\t"), "渝职改办[2026]64号");
        assert_eq!(code(" 500000 19620519\u{A0}101x\u{FEFF}"), "50000019620519101X");
        assert_eq!(code("ｃｑ－０５－０１"), "CQ-05-01");
        assert_eq!(compact("正 高　级"), "正高级");
    }
}
