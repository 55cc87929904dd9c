//! The integrity archive (诚信档案库, clauses 五(二), 七): what may stand in it, about whom, how long
//! it bars and is shown, who may see it. Pure: `office/archive.rs` reads and writes.
//!
//! | file | knows |
//! |---|---|
//! | `labels` | the codes, words and clauses of the 11 kinds and the 5 kinds of subjects |
//! | `subject` | names and identifiers of subjects |
//! | `order` | what staff hand in, and the record that follows from it |
//! | `refusal` | why something is refused: code, field, clause, a sentence in two languages |
//! | `settings` | what the notice leaves open |
//! | `history` | what of a subject's entries is in force, amended, rescinded, expired |
//! | `bar` | on which days an applicant may not apply |
//! | `asker` | who sees what |
//! | `statistics` | public counts |
//! | `supervision` | the 7 kinds of records that are kept apart from the archive |

mod asker;
mod bar;
mod history;
mod labels;
mod order;
mod refusal;
mod settings;
mod statistics;
mod subject;
pub mod supervision;
#[cfg(test)]
mod tests;

pub use self::{
    asker::{Asker, Expired, Shown, look_up},
    bar::{Bar, bars, hit},
    history::{Judged, Kept, Standing, expires_on, judge},
    labels::{
        default_clause, has_clause, kind_code, kind_en, kind_from_code, kind_zh, subject_code,
        subject_from_code, subject_zh,
    },
    order::{Amendment, BarChange, BarOrder, Cause, NewEntry, amended, recorded, rescinded},
    refusal::{ArchiveField, ArchiveRefusal},
    settings::{ArchiveSettings, BarCounts},
    statistics::{Count, Statistics},
    subject::{SubjectOrder, identifier},
};
