//! Erasure of what is kept about a person (个人信息保护法 第四十七条): what may be erased and what must
//! be kept. Pure: `office/erasure.rs` finds the places and destroys the keys.
//!
//! A record's key is destroyed; the ciphertext, the tree and every proof stay. What must be kept:
//!
//! - an entry of the integrity archive that has not expired (五(二)), with every entry of its chain of
//!   corrections: erasing a rescission alone would bring back what it took away;
//! - a title that was decided on, while its holder has such an entry: the decision may still be
//!   reviewed;
//! - whatever an open case, or an intent whose end is not journalled, still needs.

mod refusal;
#[cfg(test)]
mod tests;

pub use refusal::ErasureRefusal;

use ledger::{position::LeafIndex, status::Status, time::Date};

use crate::archive::{ArchiveRefusal, ArchiveSettings, Judged, Standing, expires_on};

/// Whether the records of a valid title may be erased (`erasure_of_valid_titles` in `issuer.toml`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ValidTitles {
    /// When the holder asks for it, which the reason states. The default: the law gives the holder
    /// that right, and the holder's own QR code still proves the title.
    OnRequest,
    /// Never while the title is valid.
    Kept,
}

/// Longest reason in bytes: a reference to the request or decision, not its text.
pub const MAX_REASON_LEN: usize = 400;

/// A reason that may stand in the open data of a journal line: erasure does not reach it.
///
/// # Errors
/// [`ErasureRefusal`]: nothing is said, too much, or it names somebody whose data is erased.
pub fn reason<'a>(
    text: &'a str,
    mut secrets: impl Iterator<Item = &'a str>,
) -> Result<&'a str, ErasureRefusal> {
    let text = text.trim();
    if text.is_empty() {
        return Err(ErasureRefusal::NoReason);
    }
    if text.len() > MAX_REASON_LEN {
        return Err(ErasureRefusal::LongReason);
    }
    match secrets.any(|secret| text.contains(secret)) {
        true => Err(ErasureRefusal::ReasonNamesPerson),
        false => Ok(text),
    }
}

/// Whether the records of a title may be erased.
///
/// # Errors
/// [`ErasureRefusal`] says what keeps them.
pub fn may_erase_title(
    title: LeafIndex,
    status: Status,
    holder: &[Judged],
    valid: ValidTitles,
    settings: &ArchiveSettings,
) -> Result<(), ErasureRefusal> {
    if status == Status::Valid {
        return match valid {
            ValidTitles::OnRequest => Ok(()),
            ValidTitles::Kept => Err(ErasureRefusal::TitleValid { title }),
        };
    }
    holder.iter().try_for_each(|judged| keeps(judged, settings))
}

/// The chain of corrections that an entry of the archive belongs to, itself included, if all of it
/// may be erased.
///
/// # Errors
/// [`ErasureRefusal`] names the entry that is in force.
pub fn erasable_chain(
    entry: LeafIndex,
    subject: &[Judged],
    settings: &ArchiveSettings,
) -> Result<Vec<LeafIndex>, ErasureRefusal> {
    let cited = |judged: &Judged| judged.entry.correction.as_ref().map(|cited| cited.entry);
    let mut chain = vec![entry];
    loop {
        let linked = subject.iter().find(|judged| {
            let (index, cited) = (judged.index, cited(judged));
            let inside = chain.contains(&index);
            let cites_inside = cited.is_some_and(|cited| chain.contains(&cited));
            let cited_inside = subject.iter().any(|other| {
                chain.contains(&other.index)
                    && other.entry.correction.as_ref().is_some_and(|by| by.entry == index)
            });
            !inside && (cites_inside || cited_inside)
        });
        match linked {
            Some(judged) => chain.push(judged.index),
            None => break,
        }
    }
    chain.sort_unstable();
    subject
        .iter()
        .filter(|judged| chain.contains(&judged.index))
        .try_for_each(|judged| keeps(judged, settings))?;
    Ok(chain)
}

/// An entry in force keeps itself, and what rests on it.
fn keeps(judged: &Judged, settings: &ArchiveSettings) -> Result<(), ErasureRefusal> {
    match judged.standing {
        Standing::InForce => {
            let until: Option<Date> = expires_on(&judged.entry.record, settings);
            Err(ArchiveRefusal::Unexpired { entry: judged.index, until }.into())
        }
        Standing::Amended { .. }
        | Standing::Rescinded { .. }
        | Standing::Rescission
        | Standing::Expired { .. } => Ok(()),
    }
}
