//! Rechecks: applications are accepted while they are in time, and two persons decide. The outcome
//! alone changes nothing on record; what it needs besides is named, or comes with it and waits to be
//! issued.

use std::collections::BTreeSet;

use ledger::{
    certificate::{CertificateNumber, SignedCertificate, Text},
    record::{IssuanceRecord, MAX_PROSE_LEN, PersonalRecord, SubjectKind},
    time::Date,
};

use super::{Office, OfficeError};
use crate::{
    actions::{Action, RecheckAction},
    approval::{CommitteeCode, DocumentNumber},
    archive,
    catalogue::Catalogue,
    committee::Committees,
    eligibility::EligibleResult,
    import::{self, Refusal, RowVerdict, Rules},
    recheck::{
        Against, Application, FollowUp, Judgement, Outcome, Publication, RecheckId, RecheckRefusal,
        check_in_time,
    },
    registry::RecheckRow,
    signing::{
        SigningKeyFile,
        staff::{ProposalHash, ProposalKind, TwoPersons},
    },
};

/// Who applies for a recheck, and of what.
#[derive(Debug, Clone, Copy)]
pub enum RecheckSubject<'a> {
    /// Somebody who passed, by the certificate.
    Passed(&'a CertificateNumber),
    /// Somebody who did not.
    Failed {
        /// 申报编号
        application: &'a str,
        /// 评委会代码
        committee: &'a str,
        /// The applicant's name.
        name: &'a str,
        /// The kind of the identity document; none: a resident identity card.
        document_kind: Option<&'a str>,
        /// Its number.
        identifier: &'a str,
    },
}

/// An application for a recheck as staff write it.
#[derive(Debug, Clone, Copy)]
pub struct RecheckOrder<'a> {
    /// Who and of what.
    pub subject: RecheckSubject<'a>,
    /// When it was handed in.
    pub applied_on: Date,
    /// The first day of the public notice; may be left out where it is on record.
    pub published_on: Option<Date>,
    /// The date of the confirming document; not taken where it is on record.
    pub confirmed_on: Option<Date>,
    /// Why, as the applicant says.
    pub grounds: &'a str,
}

/// How a recheck ends, as staff write it.
#[derive(Debug, Clone, Copy)]
pub struct RecheckVerdict<'a> {
    /// How.
    pub outcome: Outcome,
    /// What a correction of an issued result needs besides.
    pub follow_up: Option<FollowUp>,
    /// 复查决定文号
    pub document: &'a str,
    /// Its date.
    pub decided_on: Date,
    /// Why.
    pub reasons: &'a str,
    /// Of a correction from failed to passed: a list with the one row, and the committees to judge by.
    pub result: Option<(&'a [u8], &'a Committees)>,
}

impl Office {
    /// Accepts an application that is in time. The certificate stays what it is meanwhile.
    ///
    /// # Errors
    /// [`RecheckRefusal`]: the first thing that is wrong; a late one is refused with the last day.
    pub fn open_recheck(&mut self, order: &RecheckOrder<'_>) -> Result<RecheckRow, OfficeError> {
        if order.applied_on > self.today() {
            return Err(RecheckRefusal::InFuture { field: "applied-on" }.into());
        }
        let grounds = prose("grounds", order.grounds)?;
        let (application, publication) = match order.subject {
            RecheckSubject::Passed(number) => self.of_certificate(number, order, grounds)?,
            RecheckSubject::Failed { .. } => self.of_application(order, grounds)?,
        };
        let (from, calendar) = (self.settings.recheck_period_from, self.calendar()?);
        let last = check_in_time(civil(order.applied_on)?, &publication, from, &calendar)?;
        self.refuse_second(&application.against)?;
        let title = match application.against {
            Against::Title(index) => Some(index),
            Against::Application { .. } => None,
        };
        let (applied_on, last_day) = (order.applied_on, crate::calendar::ledger_date(last)?);
        let line = RecheckAction::Opened { title, applied_on, last_day };
        let payload = Some(application.encode());
        let lines = self.note(None, vec![(Action::Recheck(line), payload)])?;
        let id = lines.first().copied().map(RecheckId::of_line);
        let id = id.ok_or(OfficeError::StatusUnreadable)?;
        Ok(RecheckRow { id, title, applied_on, last_day, end: None })
    }

    /// Decides on a recheck: two persons.
    ///
    /// # Errors
    /// [`RecheckRefusal`]; the recheck stays open. [`OfficeError::Approval`].
    pub fn decide_recheck(
        &mut self,
        id: RecheckId,
        verdict: &RecheckVerdict<'_>,
        proposer: &SigningKeyFile,
        approver: &SigningKeyFile,
    ) -> Result<RecheckRow, OfficeError> {
        TwoPersons::hold(&proposer.public_key(), &approver.public_key(), &self.staff)?;
        let row = self.open_row(id)?;
        let (outcome, decided_on) = (verdict.outcome, verdict.decided_on);
        if decided_on < row.applied_on {
            let applied_on = civil(row.applied_on)?;
            return Err(RecheckRefusal::DecidedBeforeApplied { applied_on }.into());
        }
        if decided_on > self.today() {
            return Err(RecheckRefusal::InFuture { field: "decided-on" }.into());
        }
        let document = DocumentNumber::read(verdict.document);
        let document = document.map_err(|_malformed| RecheckRefusal::Document)?;
        let document = text("document", document.as_str())?;
        let reasons = prose("reasons", verdict.reasons)?;
        let follow_up = follow_up(&row, verdict)?;
        let result = match verdict.result {
            None => None,
            Some((list, committees)) => {
                let result = self.corrected_result(id, list, committees)?;
                let cites = format!("复查{id}更正：{document}（{decided_on}）");
                Some(result.citing(text("document", &cites)?).to_journal()?)
            }
        };
        let judgement = Judgement { document, decided_on, reasons, result }.encode();
        let line = |proposal| {
            Action::Recheck(RecheckAction::Decided { recheck: id, outcome, follow_up, proposal })
        };
        // The journal's chain makes the proposal unrepeatable.
        let before = self.journal_head().chain.as_bytes().to_vec();
        let unsigned = line(ProposalHash::from_bytes([0; 32])).encode();
        let kind = ProposalKind::Recheck;
        let proposal = ProposalHash::of(kind, [unsigned, judgement.clone(), before]);
        self.approve(kind, proposal, proposer, approver)?;
        // One line decides and imports: after a crash it is there whole, or not at all.
        self.note(None, vec![(line(proposal), Some(judgement))])?;
        Ok(self.registry.recheck(id)?.ok_or(RecheckRefusal::NoSuchRecheck { recheck: id })?)
    }

    /// Every recheck, in the order in which they were opened.
    ///
    /// # Errors
    /// The registry cannot be read.
    pub fn rechecks(&self) -> Result<Vec<RecheckRow>, OfficeError> {
        Ok(self.registry.rechecks()?)
    }

    /// The application that opened a recheck.
    ///
    /// # Errors
    /// [`OfficeError::PayloadErased`].
    pub fn recheck_application(&self, id: RecheckId) -> Result<Application, OfficeError> {
        let missing = OfficeError::LineMissing { line: id.line().get() };
        let lines = self.payloads(&BTreeSet::from([id.line()]))?;
        Ok(Application::decode(&lines.first().ok_or(missing)?.payload)?)
    }

    fn open_row(&self, id: RecheckId) -> Result<RecheckRow, OfficeError> {
        let row = self.registry.recheck(id)?;
        let row = row.ok_or(RecheckRefusal::NoSuchRecheck { recheck: id })?;
        match row.end {
            Some(_) => Err(RecheckRefusal::Decided { recheck: id }.into()),
            None => Ok(row),
        }
    }

    /// Person and days of publication as they are on record.
    fn of_certificate(
        &self,
        number: &CertificateNumber,
        order: &RecheckOrder<'_>,
        grounds: String,
    ) -> Result<(Application, Publication), OfficeError> {
        let title = self.title(number)?;
        let record = self.private(title)?.ok_or(OfficeError::NoPrivateRecord { index: title })?;
        let record = IssuanceRecord::decode(&record)?;
        let person = PersonalRecord::decode(&record.personal)?;
        let certificate = SignedCertificate::decode(&record.certificate)?;
        let noticed_on = match (person.publicity_from, order.published_on) {
            (Some(recorded), Some(stated)) if recorded != stated => {
                let recorded = civil(recorded)?;
                return Err(RecheckRefusal::PublicationDiffers { recorded }.into());
            }
            (Some(noticed_on), _) | (None, Some(noticed_on)) => civil(noticed_on)?,
            (None, None) => return Err(RecheckRefusal::PublicationMissing.into()),
        };
        let confirmed_on = Some(civil(certificate.unverified_claims().issued_on)?);
        let (name, identifier) = (person.name, person.document_number);
        let application = Application { name, identifier, against: Against::Title(title), grounds };
        Ok((application, Publication { noticed_on, confirmed_on }))
    }

    fn of_application(
        &self,
        order: &RecheckOrder<'_>,
        grounds: String,
    ) -> Result<(Application, Publication), OfficeError> {
        let RecheckSubject::Failed { application, committee, name, document_kind, identifier } =
            order.subject
        else {
            return Err(RecheckRefusal::Missing { field: "result" }.into());
        };
        let committee: CommitteeCode =
            committee.trim().parse().map_err(|_malformed| RecheckRefusal::Committee)?;
        if self.registry.filings(committee.as_str())?.is_empty() {
            return Err(RecheckRefusal::Committee.into());
        }
        let identifier = archive::identifier(SubjectKind::Applicant, document_kind, identifier)
            .map_err(|_malformed| RecheckRefusal::Identifier)?;
        let against = Against::Application {
            number: text("result", application.trim())?,
            committee: text("committee", committee.as_str())?,
        };
        let noticed_on = order.published_on.ok_or(RecheckRefusal::PublicationMissing)?;
        let publication = Publication {
            noticed_on: civil(noticed_on)?,
            confirmed_on: order.confirmed_on.map(civil).transpose()?,
        };
        let name = text("name", name.trim())?;
        Ok((Application { name, identifier, against, grounds }, publication))
    }

    /// One recheck of one result at a time.
    fn refuse_second(&self, against: &Against) -> Result<(), OfficeError> {
        for row in self.rechecks()?.into_iter().filter(|row| row.end.is_none()) {
            let same = match self.recheck_application(row.id) {
                Ok(open) => open.against == *against,
                Err(OfficeError::PayloadErased { .. }) => false,
                Err(error) => return Err(error),
            };
            if same {
                return Err(RecheckRefusal::Open { recheck: row.id }.into());
            }
        }
        Ok(())
    }

    /// The one row of a list, judged by the gates that every approved result passes.
    fn corrected_result(
        &self,
        id: RecheckId,
        list: &[u8],
        committees: &Committees,
    ) -> Result<EligibleResult, OfficeError> {
        let mut committees = committees.clone();
        committees.judge_by_record(self.recorded_committees()?, self.clock.now());
        let rules = Rules {
            catalogue: Catalogue::published()?,
            committees,
            calendar: self.calendar()?,
            gates: self.settings.gates.clone(),
        };
        let judged =
            import::judge(list, &rules).map_err(|error| RecheckRefusal::ResultRefused {
                code: error.code(),
                zh: error.message_zh(),
                en: error.to_string(),
            })?;
        let [row] = judged.report.rows.as_slice() else {
            let rows = judged.report.rows.len();
            return Err(RecheckRefusal::ResultNotOneRow { rows }.into());
        };
        if let RowVerdict::Refused(refusal) = &row.verdict {
            return Err(refused(refusal).into());
        }
        let accepted = judged.accepted.into_iter().next();
        let result = accepted.ok_or(RecheckRefusal::ResultNotOneRow { rows: 0 })?;
        let application = self.recheck_application(id)?;
        let (holder, review) = (result.result().holder(), result.result().review());
        let same_committee = match &application.against {
            Against::Application { number: _, committee } => {
                committee.as_str() == review.committee.as_str()
            }
            Against::Title(_) => false,
        };
        if !same_committee || holder.document.number() != application.identifier.as_str() {
            return Err(RecheckRefusal::ResultOfAnother.into());
        }
        if self.registry.result_by_key(&result.result().result_key())?.is_some() {
            return Err(RecheckRefusal::ResultKnown.into());
        }
        match self.closed_today(&result)? {
            Some(gate) => Err(refused(&Refusal::Ineligible(Box::new(gate))).into()),
            None => Ok(result),
        }
    }
}

/// What an outcome needs besides, if what staff say fits it.
fn follow_up(
    row: &RecheckRow,
    verdict: &RecheckVerdict<'_>,
) -> Result<Option<FollowUp>, RecheckRefusal> {
    let (stated, has_result) = (verdict.follow_up, verdict.result.is_some());
    match (verdict.outcome, row.title) {
        (Outcome::Upheld, _) if stated.is_some() => Err(RecheckRefusal::FollowUpNotAllowed),
        (Outcome::Upheld, _) | (Outcome::Corrected, Some(_)) if has_result => {
            Err(RecheckRefusal::ResultNotAllowed)
        }
        (Outcome::Upheld, _) => Ok(None),
        (Outcome::Corrected, Some(_)) => match stated {
            None => Err(RecheckRefusal::FollowUpMissing),
            Some(FollowUp::Issue) => Err(RecheckRefusal::FollowUpNotAllowed),
            Some(FollowUp::CancelError | FollowUp::Reissue) => Ok(stated),
        },
        (Outcome::Corrected, None) => match stated {
            Some(FollowUp::CancelError | FollowUp::Reissue) => {
                Err(RecheckRefusal::FollowUpNotAllowed)
            }
            None | Some(FollowUp::Issue) if has_result => Ok(Some(FollowUp::Issue)),
            None | Some(FollowUp::Issue) => Err(RecheckRefusal::ResultMissing),
        },
    }
}

fn refused(refusal: &Refusal) -> RecheckRefusal {
    RecheckRefusal::ResultRefused {
        code: refusal.code(),
        zh: refusal.message_zh(),
        en: refusal.message_en(),
    }
}

fn text(field: &'static str, value: &str) -> Result<Text, RecheckRefusal> {
    if value.is_empty() {
        return Err(RecheckRefusal::Missing { field });
    }
    Text::new(value).map_err(|_refused| RecheckRefusal::Text { field })
}

fn prose(field: &'static str, value: &str) -> Result<String, RecheckRefusal> {
    let value = value.trim();
    if value.is_empty() {
        return Err(RecheckRefusal::Missing { field });
    }
    if value.len() > MAX_PROSE_LEN {
        return Err(RecheckRefusal::TooLong { field, limit: MAX_PROSE_LEN });
    }
    Ok(value.to_owned())
}

/// A day as the calendar counts it.
fn civil(date: Date) -> Result<jiff::civil::Date, RecheckRefusal> {
    let refused = |_beyond| RecheckRefusal::InFuture { field: "date" };
    date.to_string().parse().map_err(refused)
}
