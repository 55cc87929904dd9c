//! Issuing what waits: draft → lint → two persons sign the batch → sign → intent → append → judge →
//! acknowledge. A batch is made of final bytes: what the two signed is what goes on record. A draft
//! that does not pass the lint is held back alone and goes on waiting.

use std::{
    collections::{BTreeMap, BTreeSet},
    convert::Infallible,
};

use ledger::{
    certificate::CertificateNumber, journal::JournalSequence, parallel::map_pieces,
    position::LeafIndex, record::Salt, status::Exception,
};

use super::{Office, OfficeError, journal::OpenedLine, results::result_of, standing::BatchSigners};
use crate::{
    actions::{Action, SignedProposal},
    draft::{
        Draft, LintFault, LintRules, Linted, QrRoom, Recorder, Signed,
        number::{self, NumberRegister, Reservation},
    },
    eligibility::{EligibleResult, Ineligible},
    random,
    registry::{Registry, RegistryError, ResultState},
    signing::{
        CertificateSigner, SignCertificatesError, SigningKeyFile,
        staff::{Approval, Approved, ProposalHash, ProposalKind, TwoPersons},
    },
};

/// Most certificates in one batch. It bounds what one proposal asks two persons to answer for, and
/// the memory that a batch takes.
pub const MAX_BATCH: usize = 10_000;

/// About what a certificate takes on its way: journal, staging file, bundles, keyrings, registry.
pub(super) const ISSUED_BYTES: u64 = 8192;

/// Who issues.
#[derive(Debug)]
pub struct IssueOptions<'a> {
    /// The key of who proposes.
    pub proposer: &'a SigningKeyFile,
    /// The key of who approves: another person's.
    pub approver: &'a SigningKeyFile,
}

/// One certificate that was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// 证书编号
    pub number: CertificateNumber,
    /// Where it stands.
    pub index: LeafIndex,
    /// The journal line that imported its result.
    pub result: JournalSequence,
}

/// Why a result goes on waiting.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum HoldFault {
    /// Its certificate would not be sound.
    #[error("{}", OfficeError::from(.0.clone()))]
    Lint(#[from] LintFault),
    /// A gate closed after it was imported.
    #[error("{} / {} [{}]", .0.message_zh(), .0.message_en(), .0.code())]
    Ineligible(Ineligible),
}

/// A result that goes on waiting.
#[derive(Debug, Clone, PartialEq)]
pub struct HeldBack {
    /// The journal line that imported it.
    pub result: JournalSequence,
    /// What is wrong.
    pub fault: HoldFault,
}

/// How far issuing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IssueStep {
    /// The next certificates are drafted and linted, and two persons signed their batch: they are
    /// signed, recorded and judged now.
    Approved {
        /// How many.
        certificates: usize,
    },
    /// A batch is dealt with.
    Done {
        /// How many results, with those of the batches before.
        results: usize,
    },
}

/// What became of everything that waited.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct IssueReport {
    /// What was issued.
    pub issued: Vec<Issued>,
    /// What was not.
    pub held_back: Vec<HeldBack>,
}

/// A result with the line that imported it.
pub(super) type ResultLine = (JournalSequence, EligibleResult);

/// One result on its way to a certificate.
pub(super) struct Waiting {
    line: JournalSequence,
    authority: LeafIndex,
    draft: Draft,
}

/// One authority's drafts that passed the lint, with the lines of their results.
pub(super) struct Passed<'a> {
    pub(super) signer: &'a CertificateSigner,
    pub(super) lines: Vec<JournalSequence>,
    pub(super) linted: Vec<Linted>,
}

impl Office {
    /// Issues everything that waits, in batches of at most [`MAX_BATCH`]. `told` hears how far
    /// it is.
    pub fn issue(
        &mut self,
        options: &IssueOptions<'_>,
        mut told: impl FnMut(IssueStep),
    ) -> Result<IssueReport, OfficeError> {
        let pending = self.pending()?;
        let mut report = IssueReport::default();
        for batch in pending.chunks(MAX_BATCH) {
            self.issue_batch(options, batch.iter().copied().collect(), &mut report, &mut told)?;
            told(IssueStep::Done { results: report.issued.len() + report.held_back.len() });
        }
        Ok(report)
    }

    /// How many results wait.
    pub fn waiting(&self) -> Result<usize, OfficeError> {
        Ok(self.pending()?.len())
    }

    pub(super) fn pending(&self) -> Result<Vec<JournalSequence>, OfficeError> {
        let results = self.registry.results()?.into_iter();
        Ok(results
            .filter(|(_, state)| *state == ResultState::Pending)
            .map(|(line, _)| line)
            .collect())
    }

    fn issue_batch(
        &mut self,
        options: &IssueOptions<'_>,
        lines: BTreeSet<JournalSequence>,
        report: &mut IssueReport,
        told: &mut impl FnMut(IssueStep),
    ) -> Result<(), OfficeError> {
        self.check_room(lines.len() as u64 * ISSUED_BYTES)?;
        let results = self.results(&lines)?;
        let results = self.still_eligible(results, &mut report.held_back)?;
        let signers = self.batch_signers(results.iter().map(|(_, result)| result))?;
        let drawn = self.draw(results)?;
        let drafts = self.drafts(drawn, &signers)?;
        let passed = self.lint(drafts, &signers, &mut report.held_back)?;
        let linted = passed.iter().flat_map(|passed| &passed.linted);
        let parts: Vec<_> = linted.map(Linted::proposal_part).collect();
        if parts.is_empty() {
            return Ok(());
        }
        let proposal = ProposalHash::of(ProposalKind::Issuance, &parts);
        self.approve(ProposalKind::Issuance, proposal, options.proposer, options.approver)?;
        told(IssueStep::Approved { certificates: parts.len() });
        report.issued.extend(self.append(sign(passed)?, proposal)?);
        Ok(())
    }

    /// The results that these lines imported.
    pub(super) fn results(
        &self,
        lines: &BTreeSet<JournalSequence>,
    ) -> Result<Vec<ResultLine>, OfficeError> {
        map_pieces(self.payloads(lines)?, |piece| {
            let read = |line: &OpenedLine| Ok((line.at, result_of(line)?));
            piece.iter().map(read).collect::<Result<Vec<_>, OfficeError>>()
        })
    }

    /// Has two persons sign a proposal, and journals both signatures.
    pub(super) fn approve(
        &mut self,
        kind: ProposalKind,
        proposal: ProposalHash,
        proposer: &SigningKeyFile,
        approver: &SigningKeyFile,
    ) -> Result<Approved, OfficeError> {
        let first = Approval::sign(proposer, &proposal);
        let second = Approval::sign(approver, &proposal);
        let approved = TwoPersons::new(proposal, &first, &second, &self.staff)?;
        let signed = |approval: &Approval| SignedProposal {
            kind,
            proposal,
            key: approval.key.to_bytes(),
            signature: approval.signature,
        };
        self.note(
            Some(approved.proposer().as_str()),
            vec![(Action::Proposed(signed(&first)), None)],
        )?;
        self.note(
            Some(approved.approver().as_str()),
            vec![(Action::Approved(signed(&second)), None)],
        )?;
        Ok(approved)
    }

    /// Draws a number and a salt for each.
    pub(super) fn draw(
        &mut self,
        results: Vec<ResultLine>,
    ) -> Result<Vec<(ResultLine, CertificateNumber, Salt)>, OfficeError> {
        let (year, _, _) = self.clock.now().beijing_date().ymd();
        let mut numbers = Numbers { registry: &self.registry, drawn: BTreeSet::new() };
        let random = self.random.as_mut();
        let mut drawn = Vec::with_capacity(results.len());
        for result in results {
            let number = number::draw(year, random, &mut numbers)?;
            let salt = Salt::from_random(random::bytes(random)?);
            drawn.push((result, number, salt));
        }
        Ok(drawn)
    }

    /// Drafts, with what was drawn for each.
    pub(super) fn drafts(
        &self,
        drawn: Vec<(ResultLine, CertificateNumber, Salt)>,
        signers: &BatchSigners,
    ) -> Result<Vec<Waiting>, OfficeError> {
        let log = self.settings.generation;
        map_pieces(drawn, |piece| {
            let draft = |((line, result), number, salt): (ResultLine, _, _)| {
                let authority = signers.of(&result)?.index();
                let draft = Draft::new(&result, Recorder { log, authority }, number, salt)?;
                Ok(Waiting { line, authority, draft })
            };
            piece.into_iter().map(draft).collect()
        })
    }

    /// Lints, authority by authority. A draft that does not pass is held back.
    pub(super) fn lint<'a>(
        &self,
        drafts: Vec<Waiting>,
        signers: &'a BatchSigners,
        held_back: &mut Vec<HeldBack>,
    ) -> Result<Vec<Passed<'a>>, OfficeError> {
        let mut by_authority: BTreeMap<LeafIndex, Vec<Waiting>> = BTreeMap::new();
        for waiting in drafts {
            by_authority.entry(waiting.authority).or_default().push(waiting);
        }
        let mut all = Vec::new();
        for (index, drafts) in by_authority {
            let (signer, exception) = (signers.at(index)?, signers.exception_at(index));
            let rules = self.lint_rules(signer, exception.as_ref())?;
            let mut passed = Passed { signer, lines: Vec::new(), linted: Vec::new() };
            for (line, outcome) in lint_all(drafts, &rules) {
                match outcome {
                    Ok(linted) => {
                        passed.lines.push(line);
                        passed.linted.push(linted);
                    }
                    Err(fault) => {
                        held_back.push(HeldBack { result: line, fault: HoldFault::Lint(fault) });
                    }
                }
            }
            all.push(passed);
        }
        Ok(all)
    }

    pub(super) fn lint_rules<'a>(
        &'a self,
        signer: &'a CertificateSigner,
        exception: Option<&'a Exception>,
    ) -> Result<LintRules<'a>, OfficeError> {
        Ok(LintRules {
            signer,
            exception,
            next_index: self.registry.log_position()?.0.next_index()?,
            now: self.clock.now(),
            room: QrRoom::of(&self.settings.host)?,
        })
    }
}

/// Signs what passed.
pub(super) fn sign(
    passed: Vec<Passed<'_>>,
) -> Result<Vec<(JournalSequence, Signed)>, SignCertificatesError> {
    let (mut lines, mut batch) = (Vec::new(), Vec::new());
    for passed in passed {
        lines.extend(passed.lines);
        batch.extend(passed.linted.into_iter().map(|linted| (passed.signer, linted)));
    }
    Ok(lines.into_iter().zip(CertificateSigner::sign_batch(batch)?).collect())
}

/// Lints drafts on all cores.
fn lint_all(
    drafts: Vec<Waiting>,
    rules: &LintRules<'_>,
) -> Vec<(JournalSequence, Result<Linted, LintFault>)> {
    let linted = map_pieces(drafts, |piece| {
        let lint = |waiting: Waiting| (waiting.line, waiting.draft.lint(rules));
        Ok::<_, Infallible>(piece.into_iter().map(lint).collect())
    });
    match linted {
        Ok(linted) => linted,
        Err(never) => match never {},
    }
}

/// Numbers on record, and those drawn for this batch.
struct Numbers<'a> {
    registry: &'a Registry,
    drawn: BTreeSet<CertificateNumber>,
}

impl NumberRegister for Numbers<'_> {
    type Error = RegistryError;

    fn reserve(&mut self, number: &CertificateNumber) -> Result<Reservation, RegistryError> {
        if self.registry.has_number(number)? || !self.drawn.insert(number.clone()) {
            return Ok(Reservation::Taken);
        }
        Ok(Reservation::Reserved)
    }
}
