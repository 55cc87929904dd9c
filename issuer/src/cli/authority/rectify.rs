//! `issuer authority rectify CODE --deadline DATE …`, `issuer authority rectify CODE --done ORDER …`

use ledger::{journal::JournalSequence, time::Date};

use crate::{
    archive::Cause,
    cli::{
        failure::Failure,
        place::{Deciders, Deciding},
    },
    committee::AuthorityFault,
    office::{RectificationOrder, Rectified},
};

#[derive(Debug, clap::Args)]
pub(super) struct RectifyArgs {
    /// 评委会代码 / The committee's code
    code: String,
    /// 整改期限，YYYY-MM-DD / The last day on which it can be complied with
    #[arg(long, value_name = "DATE", required_unless_present = "done")]
    deadline: Option<Date>,
    /// 决定文号 / The decision document's number
    #[arg(long, value_name = "TEXT", required_unless_present = "done")]
    document: Option<String>,
    /// 决定日（北京时间） / The decision's date in Beijing
    #[arg(long, value_name = "DATE", required_unless_present = "done")]
    decided_on: Option<Date>,
    /// 事由，或整改完成的认定 / The conduct found; with --done: how it was found that it was complied with
    #[arg(long, value_name = "TEXT")]
    reasons: String,
    /// 依据条款，缺省为五(二) / The clause, if it is not 五(二)
    #[arg(long, value_name = "CLAUSE", conflicts_with = "done")]
    clause: Option<String>,
    /// 对象为组建单位 / The order is to the convening unit, not to the committee
    #[arg(long, conflicts_with = "done")]
    unit: bool,
    /// 已按此整改令完成整改 / This order was complied with
    #[arg(long, value_name = "ORDER", requires = "done_on", conflicts_with_all = ["deadline", "document", "decided_on"])]
    done: Option<u64>,
    /// 完成日 / The day on which it was complied with
    #[arg(long, value_name = "DATE", requires = "done")]
    done_on: Option<Date>,
    #[command(flatten)]
    deciding: Deciding,
}

impl RectifyArgs {
    pub(super) const fn json(&self) -> bool {
        self.deciding.place.json
    }
}

pub(super) fn run(args: &RectifyArgs) -> Result<(), Failure> {
    let (mut office, Deciders { proposer, approver }) = args.deciding.open()?;
    if let (Some(order), Some(done_on)) = (args.done, args.done_on) {
        let number = JournalSequence::new(order)
            .map_err(|error| Failure::Usage(format!("--done: {error}")))?;
        let is_open = office.open_rectifications(&args.code)?;
        if !is_open.iter().any(|open| open.order == number) {
            // Of another committee, or done: the office says which.
            let known = office.registry().rectifications()?;
            if !known.iter().any(|one| one.order == number && one.code == args.code) {
                return Err(AuthorityFault::NoSuchRectification { order: number }.into());
            }
        }
        office.complete_rectification(number, done_on, &args.reasons, &proposer, &approver)?;
        tell(
            args,
            &serde_json::json!({"order": order, "done_on": done_on.to_string()}),
            "已完成整改 / complied with",
        )?;
        return Ok(());
    }
    let deadline = args.deadline.ok_or_else(|| Failure::Usage("--deadline DATE".to_owned()))?;
    let order = RectificationOrder {
        code: &args.code,
        to: if args.unit { Rectified::ConveningUnit } else { Rectified::Committee },
        deadline,
        cause: Cause { decision: args.document.as_deref(), decided_on: args.decided_on },
        conduct: &args.reasons,
        clause: args.clause.as_deref(),
    };
    let made = office.order_rectification(&order, &proposer, &approver)?;
    let object = serde_json::json!({
        "order": made.order.get(), "archive": made.archive.get(), "deadline": deadline.to_string(),
    });
    tell(args, &object, "已责令限期整改 / ordered to rectify")?;
    Ok(())
}

fn tell(args: &RectifyArgs, object: &serde_json::Value, words: &str) -> Result<(), Failure> {
    if args.json() {
        say!("{object}")?;
    } else {
        say!("{words}: {}  {object}", args.code)?;
    }
    Ok(())
}
