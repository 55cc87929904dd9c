//! Names of people, as certificates print them.

use std::fmt;

/// The longest name, in characters.
///
/// Security: a name is printed in one line and carried in a QR code of fixed size; the longest names
/// on identity cards have about 30 characters. 48 of any script fit the certificate's 192 bytes.
pub const MAX_NAME_CHARS: usize = 48;

/// A person's name: letters of any script, `·` between the parts of a name, and the few marks of
/// romanised names. Personal data: never in `Debug` output.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HolderName(String);

/// What is wrong with a name. Never holds the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HolderNameError {
    /// Nothing is written.
    #[error("no name is given")]
    Missing,
    /// A character that no name has, such as a digit, a bracket, or one from a private use area,
    /// which no other computer can show.
    #[error("the character U+{code_point:04X} at position {position} does not belong in a name")]
    Character {
        /// The character's code point.
        code_point: u32,
        /// Counted from 1.
        position: usize,
    },
    /// More than [`MAX_NAME_CHARS`] characters.
    #[error("{found} characters, at most {MAX_NAME_CHARS} are possible")]
    TooLong {
        /// How many characters it has.
        found: usize,
    },
}

impl HolderName {
    /// Reads a name whose full-width forms are normalised already. Spaces between Chinese characters
    /// (`张  三`, set for alignment) are dropped, and every dot between the parts of a name becomes `·`.
    ///
    /// # Errors
    /// [`HolderNameError`] says what is wrong, without the name.
    pub fn read(text: &str) -> Result<Self, HolderNameError> {
        let characters: Vec<char> = text.trim().chars().collect();
        let mut name = String::with_capacity(text.len());
        for (index, character) in characters.iter().copied().enumerate() {
            let previous = name.chars().last();
            let next = characters.get(index + 1).copied();
            match character {
                ' ' if drops_space(previous, &characters, index) => {}
                '.' if previous.is_some_and(is_han) && next.is_some_and(is_han) => name.push(DOT),
                '•' | '・' | '‧' | '∙' | '⋅' | '･' => name.push(DOT),
                _ if is_name_character(character) => name.push(character),
                _ => {
                    let code_point = u32::from(character);
                    return Err(HolderNameError::Character { code_point, position: index + 1 });
                }
            }
        }
        let found = name.chars().count();
        if !name.chars().any(char::is_alphabetic) {
            return Err(HolderNameError::Missing);
        }
        match found > MAX_NAME_CHARS {
            true => Err(HolderNameError::TooLong { found }),
            false => Ok(Self(name)),
        }
    }

    /// The name: personal data.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The name is personal data.
impl fmt::Debug for HolderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HolderName(..)")
    }
}

/// A space is kept once, and only between two letters of which one is not Chinese.
fn drops_space(previous: Option<char>, characters: &[char], index: usize) -> bool {
    let next = characters.iter().skip(index + 1).find(|character| **character != ' ').copied();
    let kept = |c: Option<char>| c.is_some_and(|c| !is_han(c) && c != DOT && c != ' ');
    !(kept(previous) && kept(next))
}

fn is_name_character(character: char) -> bool {
    character.is_alphabetic() || matches!(character, ' ' | DOT | '-' | '\'' | '’' | '.')
}

/// Chinese characters: unified ideographs, their extensions and compatibility forms.
fn is_han(character: char) -> bool {
    matches!(u32::from(character), 0x3007 | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x3FFFF)
}

const DOT: char = '·';

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first surprise")]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        HolderName::read(text).unwrap().as_str().to_owned()
    }

    #[test]
    fn keeps_rare_characters_and_names_of_several_parts() {
        for name in ["龚𬭎", "𠮷田明", "㑇文", "阿依古丽·买买提", "Jean-Luc O'Neil", "〇小明"]
        {
            assert_eq!(read(name), name);
        }
    }

    #[test]
    fn normalises_spacing_and_dots() {
        assert_eq!(read(" 张  三 "), "张三");
        assert_eq!(read("阿依古丽•买买提"), "阿依古丽·买买提");
        assert_eq!(read("阿依古丽.买买提"), "阿依古丽·买买提");
        assert_eq!(read("阿依古丽 · 买买提"), "阿依古丽·买买提");
        assert_eq!(read("John  Smith Jr."), "John Smith Jr.");
    }

    #[test]
    fn refuses_what_no_name_holds() {
        let character = |text| match HolderName::read(text) {
            Err(HolderNameError::Character { code_point, .. }) => code_point,
            other => panic!("{other:?}"),
        };
        assert_eq!(character("张3"), u32::from('3'));
        assert_eq!(character("张三(曾用名)"), u32::from('('));
        assert_eq!(character("张\u{E816}"), 0xE816);
        assert_eq!(character("张\u{202E}三"), 0x202E);
        assert_eq!(HolderName::read("  "), Err(HolderNameError::Missing));
        assert_eq!(HolderName::read("·"), Err(HolderNameError::Missing));
        assert_eq!(HolderName::read(&"张".repeat(49)), Err(HolderNameError::TooLong { found: 49 }));
    }
}
