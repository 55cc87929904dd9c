//! `issuer case propose KIND`.

use std::path::{Path, PathBuf};

use ledger::{
    certificate::{CertificateNumber, Text, TextError},
    position::LeafIndex,
    time::Date,
};

use super::{decision_args::DecisionArgs, failure::Failure, place::Place};
use crate::{
    case::{CaseKind, Corrections, Matter, ReissueOrder},
    office::{Office, Proposed},
};

/// Longest file of certificate numbers in bytes: ten thousand of them.
const MAX_NUMBERS_FILE: u64 = 1 << 20;

/// What is proposed.
#[derive(Debug, clap::Args)]
pub(super) struct ProposeArgs {
    #[command(subcommand)]
    matter: Proposal,
}

#[derive(Debug, clap::Subcommand)]
enum Proposal {
    /// 撤销职称，其全部文件随之撤销。Revokes a title with all its documents
    Revoke(Box<TitleArgs>),
    /// 不予认可，可一次列出多个。Does not recognise titles, a whole list at once
    NotRecognise(Box<TitleArgs>),
    /// 更正注销，无过错含义。Cancels an error of registration
    CancelError(Box<TitleArgs>),
    /// 复议、判决或自纠后恢复。Restores a title after reconsideration, judgment or correction
    Restore(Box<TitleArgs>),
    /// 暂停评审。Suspends a committee
    SuspendAuthority(Box<CommitteeArgs>),
    /// 恢复评审。Ends a suspension
    ReinstateAuthority(Box<CommitteeArgs>),
    /// 取消评审权，不可恢复。Cancels a committee's authority for good
    CancelAuthority(Box<CommitteeArgs>),
    /// 签发已导入的结果。Issues what waits
    Issue(IssueArgs),
    /// 换发更正后的文件。Issues a corrected document
    Reissue(Box<ReissueArgs>),
}

#[derive(Debug, clap::Args)]
struct TitleArgs {
    /// 证书编号，不予认可时可重复 / A certificate number; for not-recognise it may be repeated
    #[arg(long, value_name = "NUMBER")]
    number: Vec<String>,
    /// 证书编号清单，每行一个 / A file with one certificate number a line
    #[arg(long, value_name = "FILE")]
    numbers_from: Option<PathBuf>,
    #[command(flatten)]
    decision: DecisionArgs,
    #[command(flatten)]
    by: By,
}

#[derive(Debug, clap::Args)]
struct CommitteeArgs {
    /// 评委会代码 / A committee's code
    #[arg(long, value_name = "CODE")]
    committee: String,
    #[command(flatten)]
    decision: DecisionArgs,
    #[command(flatten)]
    by: By,
}

#[derive(Debug, clap::Args)]
struct IssueArgs {
    #[command(flatten)]
    by: By,
}

#[derive(Debug, clap::Args)]
struct ReissueArgs {
    /// 证书编号 / The certificate number, which stays
    #[arg(long, value_name = "NUMBER")]
    number: String,
    /// 更正后的姓名 / The corrected name
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    /// 更正后的证件号码 / The corrected document number
    #[arg(long, value_name = "TEXT")]
    document_number: Option<String>,
    /// 更正后的专业 / The corrected specialty
    #[arg(long, value_name = "TEXT")]
    specialty: Option<String>,
    /// 更正后的资格名称 / The corrected title name
    #[arg(long, value_name = "TEXT")]
    title_name: Option<String>,
    /// 更正文号 / The document that approved the correction
    #[arg(long, value_name = "TEXT")]
    document: String,
    /// 更正日（北京时间），YYYY-MM-DD / Its date in Beijing
    #[arg(long, value_name = "DATE")]
    decided_on: Date,
    /// 事实与理由 / Why
    #[arg(long, value_name = "TEXT")]
    reasons: String,
    #[command(flatten)]
    by: By,
}

#[derive(Debug, clap::Args)]
struct By {
    /// 提出人的密钥 / The key of the member of staff who proposes
    #[arg(long, value_name = "KEY")]
    proposer: PathBuf,
    #[command(flatten)]
    place: Place,
}

impl ProposeArgs {
    pub(super) fn place(&self) -> &Place {
        &self.by().place
    }

    fn by(&self) -> &By {
        match &self.matter {
            Proposal::Revoke(args)
            | Proposal::NotRecognise(args)
            | Proposal::CancelError(args)
            | Proposal::Restore(args) => &args.by,
            Proposal::SuspendAuthority(args)
            | Proposal::ReinstateAuthority(args)
            | Proposal::CancelAuthority(args) => &args.by,
            Proposal::Issue(args) => &args.by,
            Proposal::Reissue(args) => &args.by,
        }
    }
}

pub(super) fn propose(args: &ProposeArgs) -> Result<(), Failure> {
    match &args.matter {
        Proposal::Revoke(titles) => title(args, CaseKind::RevokeTitle, titles),
        Proposal::NotRecognise(titles) => title(args, CaseKind::NotRecognise, titles),
        Proposal::CancelError(titles) => title(args, CaseKind::CancelError, titles),
        Proposal::Restore(titles) => title(args, CaseKind::RestoreTitle, titles),
        Proposal::SuspendAuthority(one) => committee(args, CaseKind::SuspendAuthority, one),
        Proposal::ReinstateAuthority(one) => committee(args, CaseKind::ReinstateAuthority, one),
        Proposal::CancelAuthority(one) => committee(args, CaseKind::CancelAuthority, one),
        Proposal::Issue(_) => batch(args),
        Proposal::Reissue(one) => reissue(args, one),
    }
}

fn title(args: &ProposeArgs, kind: CaseKind, titles: &TitleArgs) -> Result<(), Failure> {
    let mut numbers = titles.number.clone();
    if let Some(path) = &titles.numbers_from {
        numbers.extend(lines(path)?);
    }
    let mut office = args.place().open()?;
    let targets = numbers.iter().map(|number| find(&office, number)).collect::<Result<_, _>>()?;
    decide(args, &mut office, kind, targets, &titles.decision)
}

fn committee(args: &ProposeArgs, kind: CaseKind, one: &CommitteeArgs) -> Result<(), Failure> {
    let mut office = args.place().open()?;
    let of_key = one.decision.compromised()?;
    let targets = office.committee_targets(&one.committee, kind, of_key)?;
    decide(args, &mut office, kind, targets, &one.decision)
}

fn decide(
    args: &ProposeArgs,
    office: &mut Office,
    kind: CaseKind,
    targets: Vec<LeafIndex>,
    decision: &DecisionArgs,
) -> Result<(), Failure> {
    let order = decision.order(kind, targets)?;
    let By { proposer, place } = args.by();
    let proposer = place.staff_key(proposer)?;
    let proposed = office.propose_case(order, &proposer)?;
    tell(Matter::Decision(kind), proposed, place.json)?;
    Ok(())
}

fn batch(args: &ProposeArgs) -> Result<(), Failure> {
    let By { proposer, place } = args.by();
    let mut office = place.open()?;
    let proposer = place.staff_key(proposer)?;
    let proposed = office.propose_batch(&proposer)?;
    for held in &proposed.held_back {
        eprintln!("暂缓 / held back: {}: {}", held.result.get(), held.fault);
    }
    match proposed.case {
        Some(case) => tell(Matter::IssueBatch, case, place.json)?,
        None if place.json => say!("{}", serde_json::json!({ "case": null }))?,
        None => say!("没有待签发的结果 / nothing waits")?,
    }
    Ok(())
}

fn reissue(args: &ProposeArgs, one: &ReissueArgs) -> Result<(), Failure> {
    let text = |argument: &str, value: &str| {
        let refused = |error: TextError| Failure::Usage(format!("{argument}: {error}"));
        Text::new(value).map_err(refused)
    };
    let corrected = |argument: &str, value: &Option<String>| {
        value.as_deref().map(|value| text(argument, value)).transpose()
    };
    let By { proposer, place } = args.by();
    let mut office = place.open()?;
    let order = ReissueOrder {
        title: find(&office, &one.number)?,
        corrections: Corrections {
            name: corrected("--name", &one.name)?,
            document_number: corrected("--document-number", &one.document_number)?,
            specialty: corrected("--specialty", &one.specialty)?,
            title_name: corrected("--title-name", &one.title_name)?,
        },
        document: text("--document", &one.document)?,
        decided_on: one.decided_on,
        reasons: one.reasons.clone(),
    };
    let proposer = place.staff_key(proposer)?;
    let proposed = office.propose_reissue(order, &proposer)?;
    tell(Matter::Reissue, proposed, place.json)?;
    Ok(())
}

fn tell(matter: Matter, proposed: Proposed, json: bool) -> Result<(), Failure> {
    let Proposed { case, draft } = proposed;
    if json {
        let case = case.line().get();
        say!("{}", serde_json::json!({ "case": case, "draft": draft.to_string() }))?;
    } else {
        say!("案件 / case {case}  {}  草案 / draft {draft}", matter.name_zh())?;
    }
    Ok(())
}

fn find(office: &Office, number: &str) -> Result<LeafIndex, Failure> {
    let number = CertificateNumber::new(number)
        .map_err(|error| Failure::Usage(format!("{number}: {error}")))?;
    Ok(office.title(&number)?)
}

fn lines(path: &Path) -> Result<Vec<String>, Failure> {
    let bytes = crate::signing::new_file::read(path, MAX_NUMBERS_FILE)?;
    let text = std::str::from_utf8(&bytes)
        .map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))?;
    Ok(text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect())
}
