//! What staff fill in, and the gate that it passes: a [`Settled`] order says everything that its kind
//! demands.

use ledger::{
    certificate::{Text, TextError},
    position::LeafIndex,
    record::MAX_PROSE_LEN,
    time::Date,
};

use super::{CaseFault, CaseKind, Field, Ground, MAX_TARGETS, Matter, kind::TargetKind};
use crate::approval::DocumentNumber;

/// The statement of remedy that a decision carries unless it words its own: 60 days for
/// reconsideration (行政复议法 20), 6 months for a suit (行政诉讼法 46).
pub const DEFAULT_REMEDY: &str =
    "如不服本决定，可自收到之日起60日内申请行政复议，或6个月内提起行政诉讼。";
/// 通知: what a decision rests on that names no other basis.
pub const BASIS: &str = "渝职改办〔2022〕226号";

/// A decision as it is proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// What is decided.
    pub kind: CaseKind,
    /// Whom it is about: first issuances of titles, or the entries of an authority.
    pub targets: Vec<LeafIndex>,
    /// 决定文号
    pub document: Text,
    /// 决定日; of a suspension the first day, of its end the first day after it.
    pub decided_on: Date,
    /// 送达日
    pub served_on: Option<Date>,
    /// The clause; none: the kind's.
    pub clause: Option<Text>,
    /// The legal basis in words; none: the ground's, or else the notice.
    pub basis: Option<String>,
    /// The facts found.
    pub reasons: String,
    /// 陈述申辩记录: where the person's own statement is on file.
    pub heard: Option<String>,
    /// The statement of remedy; none: [`DEFAULT_REMEDY`] where the kind carries one.
    pub remedy: Option<String>,
    /// What a correction or a restoration rests on.
    pub ground: Option<Ground>,
    /// On a cancelled authority whose key was compromised: its last entry that is still good.
    pub last_valid_index: Option<LeafIndex>,
}

/// An order that says everything that its kind demands, and nothing that it cannot have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled(Order);

impl Order {
    /// A decision of a kind that says only what every decision says.
    pub const fn new(
        kind: CaseKind,
        targets: Vec<LeafIndex>,
        document: Text,
        decided_on: Date,
        reasons: String,
    ) -> Self {
        Self {
            kind,
            targets,
            document,
            decided_on,
            served_on: None,
            clause: None,
            basis: None,
            reasons,
            heard: None,
            remedy: None,
            ground: None,
            last_valid_index: None,
        }
    }

    /// The one way to a [`Settled`] order: checks what the kind demands and fills in what it gives.
    ///
    /// # Errors
    /// [`CaseFault`] names the first field that is wrong.
    pub fn settle(mut self, today: Date) -> Result<Settled, CaseFault> {
        self.check_targets()?;
        self.check_dates(today)?;
        self.document = self.canonical_document()?;
        let (kind, matter) = (self.kind, Matter::Decision(self.kind));
        for field in [Field::Reasons].iter().chain(kind.requires()) {
            if !self.has(*field) {
                return Err(CaseFault::Missing { matter, field: *field });
            }
        }
        self.check_lengths()?;
        let not_for_kind = |field| CaseFault::NotForKind { kind, field };
        if self.ground.is_some_and(|ground| !kind.grounds().contains(&ground)) {
            return Err(not_for_kind(Field::Ground));
        }
        if self.last_valid_index.is_some() && kind != CaseKind::CancelAuthority {
            return Err(not_for_kind(Field::LastValidIndex));
        }
        if kind.carries_remedy() {
            self.remedy.get_or_insert_with(|| DEFAULT_REMEDY.to_owned());
        }
        let basis = self.ground.map_or(BASIS, Ground::basis);
        self.basis.get_or_insert_with(|| basis.to_owned());
        self.targets.sort_unstable();
        Ok(Settled(self))
    }

    fn check_targets(&self) -> Result<(), CaseFault> {
        let (kind, found) = (self.kind, self.targets.len());
        let limit = match kind.target() {
            TargetKind::Title => 1,
            TargetKind::Titles | TargetKind::Authority => MAX_TARGETS,
        };
        if found == 0 {
            let matter = Matter::Decision(kind);
            return Err(CaseFault::Missing { matter, field: Field::Target });
        }
        if found > limit {
            return Err(CaseFault::TooManyTargets { kind, found });
        }
        let mut sorted = self.targets.clone();
        sorted.sort_unstable();
        match sorted.array_windows().find(|[one, next]| one == next) {
            Some([target, _]) => Err(CaseFault::TargetTwice { kind, target: *target }),
            None => Ok(()),
        }
    }

    fn check_dates(&self, today: Date) -> Result<(), CaseFault> {
        let (matter, decided_on) = (Matter::Decision(self.kind), self.decided_on);
        if decided_on > today {
            return Err(CaseFault::DecidedInFuture { matter, decided_on, today });
        }
        match self.served_on {
            Some(served_on) if served_on < decided_on || served_on > today => {
                Err(CaseFault::ServedOutOfOrder { matter, decided_on, served_on })
            }
            Some(_) | None => Ok(()),
        }
    }

    /// The document's number in its one spelling. What restores a title may be a court's, whose numbers
    /// have another form.
    fn canonical_document(&self) -> Result<Text, CaseFault> {
        if self.kind == CaseKind::RestoreTitle {
            return Ok(self.document.clone());
        }
        canonical(&self.document, Matter::Decision(self.kind))
    }

    fn check_lengths(&self) -> Result<(), CaseFault> {
        let matter = Matter::Decision(self.kind);
        for (field, text) in [
            (Field::Reasons, Some(&self.reasons)),
            (Field::Heard, self.heard.as_ref()),
            (Field::Remedy, self.remedy.as_ref()),
            (Field::Basis, self.basis.as_ref()),
        ] {
            if let Some(text) = text {
                fits(matter, field, text)?;
            }
        }
        Ok(())
    }

    fn has(&self, field: Field) -> bool {
        let says = |text: &str| !text.trim().is_empty();
        match field {
            Field::Target => !self.targets.is_empty(),
            Field::ServedOn => self.served_on.is_some(),
            Field::Reasons => says(&self.reasons),
            Field::Heard => self.heard.as_deref().is_some_and(says),
            Field::Ground => self.ground.is_some(),
            Field::LastValidIndex => self.last_valid_index.is_some(),
            // These are there by type, or filled in.
            Field::Document
            | Field::DecidedOn
            | Field::Remedy
            | Field::Clause
            | Field::Basis
            | Field::Draft
            | Field::Corrections
            | Field::Case => true,
        }
    }
}

impl Settled {
    /// The order.
    pub const fn order(&self) -> &Order {
        &self.0
    }

    /// The clause that the decision rests on.
    ///
    /// # Errors
    /// None for the kinds' own clauses; a test reads them all.
    pub fn clause(&self) -> Result<Text, TextError> {
        self.0.clause.clone().map_or_else(|| Text::new(self.0.kind.clause()), Ok)
    }

    pub(super) fn into_order(self) -> Order {
        self.0
    }
}

/// The number of a document of the bureau in its one spelling.
pub(super) fn canonical(number: &Text, matter: Matter) -> Result<Text, CaseFault> {
    let read = DocumentNumber::read(number.as_str()).ok();
    read.and_then(|number| Text::new(number.as_str()).ok()).ok_or(CaseFault::Document { matter })
}

/// What a case must say in words, and what its draft can hold.
///
/// # Errors
/// [`CaseFault::Missing`], [`CaseFault::TooLong`].
pub fn prose(matter: Matter, field: Field, text: &str) -> Result<(), CaseFault> {
    if text.trim().is_empty() {
        return Err(CaseFault::Missing { matter, field });
    }
    fits(matter, field, text)
}

fn fits(matter: Matter, field: Field, text: &str) -> Result<(), CaseFault> {
    match text.len() {
        0..=MAX_PROSE_LEN => Ok(()),
        bytes => Err(CaseFault::TooLong { matter, field, bytes }),
    }
}
