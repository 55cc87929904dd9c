//! The five levels as lists write them.

use ledger::certificate::Level;
pub use verifier::labels::level_zh;

/// A text that names no level, or only a coarse one (高级, 初级) that two levels share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LevelError {
    /// 高级 or 初级: which of the two is meant must be written.
    #[error("a coarse level: write which of its two levels is meant")]
    Coarse,
    /// No level at all.
    #[error("not one of the five levels")]
    Unknown,
}

/// The level's identifier in the glossary.
pub const fn level_en(level: Level) -> &'static str {
    match level {
        Level::SeniorFull => "senior_full",
        Level::SeniorAssociate => "senior_associate",
        Level::Intermediate => "intermediate",
        Level::Assistant => "assistant",
        Level::Technician => "technician",
    }
}

/// Reads a level as lists write it (`正高`, `初级（助理级）`); the text is normalised already.
///
/// # Errors
/// [`LevelError`] says whether the text is coarse or unknown.
pub fn read_level(text: &str) -> Result<Level, LevelError> {
    match text {
        "正高级" | "正高" => Ok(Level::SeniorFull),
        "副高级" | "副高" => Ok(Level::SeniorAssociate),
        "中级" => Ok(Level::Intermediate),
        "助理级" | "助理" | "初级(助理级)" | "初级(助理)" => Ok(Level::Assistant),
        "员级" | "初级(员级)" => Ok(Level::Technician),
        "高级" | "初级" => Err(LevelError::Coarse),
        _ => Err(LevelError::Unknown),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_back_every_name() {
        for level in Level::ALL {
            assert_eq!(read_level(level_zh(*level)), Ok(*level));
        }
    }

    #[test]
    fn never_guesses_which_of_two_levels_is_meant() {
        assert_eq!(read_level("高级"), Err(LevelError::Coarse));
        assert_eq!(read_level("初级"), Err(LevelError::Coarse));
        assert_eq!(read_level("特级"), Err(LevelError::Unknown));
    }
}
