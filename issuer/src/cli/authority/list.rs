//! `issuer authority list`.

use std::io::Write as _;

use ledger::{
    authority::Role,
    status::{Status, Suspension},
    time::Date,
};
use serde_json::{Value, json};

use crate::{
    cli::{failure::Failure, place::Place, say::stdout_failed},
    committee::{RecordedFiling, Rectification},
};

/// An authority entry with all that is known of it.
struct Row<'a> {
    index: u64,
    role: Role,
    filing_number: Option<String>,
    status: Status,
    suspensions: Vec<Suspension>,
    committee: Option<(&'a str, &'a RecordedFiling, Vec<Rectification>)>,
    today: Date,
}

pub(super) fn run(args: &Place) -> Result<u8, Failure> {
    let office = args.open()?;
    let mut out = std::io::stdout().lock();
    let (exceptions, committees) = (office.exceptions()?, office.recorded_committees()?);
    for (index, entry) in office.registry().authorities()? {
        let committee = committees.at(index);
        let committee = committee.map(|(code, _, filing)| {
            Ok::<_, Failure>((code, filing, office.open_rectifications(code)?))
        });
        let exception = exceptions.get(index);
        let row = Row {
            index: index.get(),
            role: entry.role,
            filing_number: entry.filing_number.as_ref().map(ToString::to_string),
            status: exceptions.status(index),
            suspensions: exception.map(|one| one.suspensions.clone()).unwrap_or_default(),
            committee: committee.transpose()?,
            today: office.today(),
        };
        let line = if args.json { row.json().to_string() } else { row.text() };
        writeln!(out, "{line}").map_err(stdout_failed)?;
    }
    Ok(0)
}

impl Row<'_> {
    fn json(&self) -> Value {
        let suspensions: Vec<Value> = self
            .suspensions
            .iter()
            .map(|one| {
                json!({
                    "event": one.event.get(), "from": one.from.to_string(),
                    "end_event": one.ended.map(|end| end.event.get()),
                    "until": one.ended.map(|end| end.until.to_string()),
                })
            })
            .collect();
        let mut object = json!({
            "index": self.index, "role": format!("{:?}", self.role), "filing": self.filing_number,
            "status": self.status.name(), "suspensions": suspensions,
        });
        if let Some((code, filing, orders)) = &self.committee {
            let filed = filing.filed().map(|filed| &filed.filing);
            object["committee"] = json!(code);
            object["key"] = json!(filing.key.get());
            object["filed_from"] = json!(filed.map(|filing| filing.from().to_string()));
            object["filed_until"] = json!(filed.map(|filing| filing.until().to_string()));
            object["rectifications"] = orders.iter().map(|one| self.order_json(one)).collect();
        }
        object
    }

    fn order_json(&self, order: &Rectification) -> Value {
        json!({
            "order": order.order.get(), "document": order.document.as_str(),
            "deadline": order.deadline.to_string(), "overdue": order.is_overdue(self.today),
        })
    }

    fn text(&self) -> String {
        let (index, role, status) = (self.index, self.role, self.status.name());
        let number = self.filing_number.as_deref().unwrap_or("-");
        let mut out = format!("#{index}  {role:?}  {number}  {status}");
        let Some((code, filing, orders)) = &self.committee else { return out };
        if let Some(filed) = filing.filed() {
            let (from, until) = (filed.filing.from(), filed.filing.until());
            out += &format!("  {code}  {from} – {until}");
        }
        for order in orders {
            let (number, document, deadline) =
                (order.order.get(), order.document.as_str(), order.deadline);
            out += &format!("\n    整改令 / order {number}  {document}  期限 / until {deadline}");
            if order.is_overdue(self.today) {
                out += &format!(
                    "\n    逾期未改，请暂停或取消（五(二)） / overdue since {deadline}: suspend or cancel"
                );
            }
        }
        out
    }
}
