//! Orders to put things right, as the journal knows them.

use ledger::{
    cbor::{Reader, Writer},
    certificate::Text,
    digest::Commitment,
    journal::JournalSequence,
    time::Date,
};

use super::{Intent, IntentState, Registry, RegistryError, damaged_in};
use crate::{
    actions::{ActionError, AuthorityAction, MAX_TEXT_LEN},
    committee::Rectification,
};

const TREE: &str = "rectifications";

impl Registry {
    /// Every order that went on record, oldest first.
    pub fn rectifications(&self) -> Result<Vec<Rectification>, RegistryError> {
        let mut orders = Vec::new();
        for item in self.rectifications.iter() {
            let (line, value) = item?;
            let line = super::number(&line).and_then(|line| JournalSequence::new(line).ok());
            let order = decode(line.ok_or(damaged_in(TREE))?, &value)?;
            // The rules of the log may have refused its entry.
            let intent = self.intent(&order.entry)?.ok_or(damaged_in(TREE))?;
            if intent.state != IntentState::Abandoned {
                orders.push(order);
            }
        }
        Ok(orders)
    }

    pub(super) fn fold_authority(
        &self,
        line: JournalSequence,
        action: &AuthorityAction,
    ) -> Result<(), RegistryError> {
        match action {
            AuthorityAction::Renewed { key, committee, proposal: _ } => {
                self.fold_filing(line, *key, committee)
            }
            AuthorityAction::RectificationOrdered { code, document, deadline, entry, .. } => {
                let (commitment, state) = (*entry, IntentState::Open);
                self.put_intent(Intent { commitment, line, result: None, state })?;
                self.put_rectification(&Rectification {
                    order: line,
                    code: code.clone(),
                    document: document.clone(),
                    deadline: *deadline,
                    entry: *entry,
                    done_on: None,
                })
            }
            AuthorityAction::RectificationDone { order, done_on, proposal: _ } => {
                let value = self.rectifications.get(order.get().to_be_bytes())?;
                let found = decode(*order, &value.ok_or(damaged_in(TREE))?)?;
                self.put_rectification(&Rectification { done_on: Some(*done_on), ..found })
            }
        }
    }

    fn put_rectification(&self, order: &Rectification) -> Result<(), RegistryError> {
        let mut out = Writer::new();
        out.array(5)
            .text(&order.code)
            .text(order.document.as_str())
            .int(i64::from(order.deadline.days()))
            .bytes(order.entry.as_bytes())
            .optional(order.done_on, |out, day| out.int(i64::from(day.days())));
        self.rectifications.insert(order.order.get().to_be_bytes(), out.finish())?;
        Ok(())
    }
}

fn decode(order: JournalSequence, bytes: &[u8]) -> Result<Rectification, RegistryError> {
    read(order, bytes).map_err(|_malformed| damaged_in(TREE))
}

fn read(order: JournalSequence, bytes: &[u8]) -> Result<Rectification, ActionError> {
    let mut input = Reader::new(bytes);
    input.array(5)?;
    let rectification = Rectification {
        order,
        code: input.text(MAX_TEXT_LEN)?.to_owned(),
        document: Text::new(input.text(MAX_TEXT_LEN)?)?,
        deadline: Date::from_days(input.int()?)?,
        entry: Commitment::from_bytes(input.digest()?),
        done_on: input.optional(|input| Ok::<_, ActionError>(Date::from_days(input.int()?)?))?,
    };
    input.finish()?;
    Ok(rectification)
}
