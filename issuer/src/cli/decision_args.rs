//! What every decision says on the command line.

use ledger::{
    certificate::{Text, TextError},
    position::LeafIndex,
    time::Date,
};

use super::failure::Failure;
use crate::case::{CaseKind, Ground, Order};

/// The fields of a decision document.
#[derive(Debug, Clone, clap::Args)]
pub struct DecisionArgs {
    /// 决定文号 / The decision document's number
    #[arg(long, value_name = "TEXT")]
    pub document: String,
    /// 决定日（北京时间），YYYY-MM-DD / The decision's date in Beijing; of a suspension its first day
    #[arg(long, value_name = "DATE")]
    pub decided_on: Date,
    /// 送达日 / The day on which it was served; revocations and cancellations need it
    #[arg(long, value_name = "DATE")]
    pub served_on: Option<Date>,
    /// 事实与理由 / The facts found
    #[arg(long, value_name = "TEXT")]
    pub reasons: String,
    /// 陈述申辩记录 / Where the person's own statement is on file; a revocation needs it
    #[arg(long, value_name = "TEXT")]
    pub heard: Option<String>,
    /// 依据条款，缺省为该类决定所依条款 / The clause, if it is not the usual one of this kind
    #[arg(long, value_name = "CLAUSE")]
    pub clause: Option<String>,
    /// 法律依据，缺省为本通知，经复议、判决恢复的为相应法律 / The legal basis, if it is not the notice, or after reconsideration or judgment the law on that
    #[arg(long, value_name = "TEXT")]
    pub basis: Option<String>,
    /// 救济告知，缺省为60日复议、6个月诉讼 / The statement of remedy, if it is not the usual one
    #[arg(long, value_name = "TEXT")]
    pub remedy: Option<String>,
    /// 依据文书的种类 / What a correction or restoration rests on: reconsideration, judgment, self-correction, recheck, registration-error
    #[arg(long, value_name = "GROUND", value_parser = ground)]
    pub ground: Option<Ground>,
    /// 密钥失密时，其最后有效的条目 / On the cancellation of an authority whose key was compromised: its last entry that is still good
    #[arg(long, value_name = "INDEX")]
    pub last_valid_index: Option<u64>,
    /// 密钥失密的条目；该评委会同一密钥的各条一并注销 / With --last-valid-index: an entry of the committee under the key that was compromised; its other entries under that key are cancelled with it
    #[arg(long, value_name = "INDEX", requires = "last_valid_index")]
    pub index: Option<u64>,
}

impl DecisionArgs {
    /// The entry whose key was compromised.
    ///
    /// # Errors
    /// Usage: a position that no log has.
    pub fn compromised(&self) -> Result<Option<LeafIndex>, Failure> {
        position("--index", self.index)
    }

    /// The order that these arguments give.
    ///
    /// # Errors
    /// Usage: a text or position that no record can hold.
    pub fn order(&self, kind: CaseKind, targets: Vec<LeafIndex>) -> Result<Order, Failure> {
        let text = |argument: &str, value: &str| {
            let refused = |error: TextError| Failure::Usage(format!("{argument}: {error}"));
            Text::new(value).map_err(refused)
        };
        let document = text("--document", &self.document)?;
        let order = Order::new(kind, targets, document, self.decided_on, self.reasons.clone());
        Ok(Order {
            served_on: self.served_on,
            clause: self.clause.as_deref().map(|clause| text("--clause", clause)).transpose()?,
            basis: self.basis.clone(),
            heard: self.heard.clone(),
            remedy: self.remedy.clone(),
            ground: self.ground,
            last_valid_index: position("--last-valid-index", self.last_valid_index)?,
            ..order
        })
    }
}

fn position(argument: &str, index: Option<u64>) -> Result<Option<LeafIndex>, Failure> {
    let position = index.map(LeafIndex::new).transpose();
    position.map_err(|error| Failure::Usage(format!("{argument}: {error}")))
}

fn ground(name: &str) -> Result<Ground, String> {
    Ground::from_name(name).ok_or_else(|| {
        let names: Vec<_> = Ground::ALL.iter().map(|ground| ground.name()).collect();
        format!("one of {}", names.join(", "))
    })
}
