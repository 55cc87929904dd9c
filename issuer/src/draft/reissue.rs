//! The draft of a corrected document: the title's newest one with what is corrected.

use ledger::{
    certificate::{Claims, MaskedId},
    position::LeafIndex,
    record::{PersonalRecord, Salt},
};

use super::{Draft, DraftError, Recorder, in_field};
use crate::case::Corrections;

impl Draft {
    /// The draft of a document that supersedes the one with these claims and this record. Number,
    /// dates, committee and approval stay; the bureau signs, so `recorder` names its own authority.
    ///
    /// `salt` is fresh.
    ///
    /// # Errors
    /// [`DraftError`].
    pub fn reissue(
        current: &Claims,
        personal: PersonalRecord,
        corrections: &Corrections,
        title: LeafIndex,
        recorder: Recorder,
        salt: Salt,
    ) -> Result<Self, DraftError> {
        let Corrections { name, document_number, specialty, title_name } = corrections.clone();
        let personal = PersonalRecord {
            salt,
            name: name.unwrap_or(personal.name),
            document_number: document_number.unwrap_or(personal.document_number),
            ..personal
        };
        let masked_id = MaskedId::of_document(personal.document_number.as_str());
        let claims = Claims {
            log: recorder.log,
            title: Some(title),
            holder_name: personal.name.clone(),
            masked_id: masked_id.map_err(in_field("document_number"))?,
            specialty: specialty.unwrap_or_else(|| current.specialty.clone()),
            title_name: title_name.unwrap_or_else(|| current.title_name.clone()),
            authority: recorder.authority,
            record: personal.commitment(),
            ..current.clone()
        };
        Ok(Self { claims, personal })
    }
}
