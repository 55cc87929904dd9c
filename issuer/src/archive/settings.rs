//! What the notice leaves open, each with the cautious default. They stand in `issuer.toml`.

use ledger::time::Date;

/// Which of an application's days must lie outside a bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BarCounts {
    /// The day of the pledge and the day of the review: whoever applied or was reviewed under a bar is
    /// kept out. The default.
    ReviewOrPledge,
    /// The day of the review only.
    Review,
    /// The day of the pledge, hence of the application, only.
    Pledge,
}

/// Settings of the archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArchiveSettings {
    /// How many months an applicant's false material or revoked title bars from applying where the
    /// decision says nothing else (`archive_bar_months`), from the decision on; false material also from
    /// the beginning of the decision's year to its end. 36 by the national rules (人社部令第40号 and
    /// the interim measures of 2024); the notice itself says 当年 and no more.
    pub bar_months: u32,
    /// How many months after its decision an entry is shown, if its kind expires by itself
    /// (`archive_retention_months`). 36: 人社部令第40号 has three years. A bar that runs longer keeps
    /// its entry in sight.
    pub retention_months: u32,
    /// From which day employers and competent departments are answered
    /// (`archive_disclosed_to_employers_from`). None, the default: not at all; the notice names no
    /// right of theirs to see the archive.
    pub disclosed_to_employers_from: Option<Date>,
    /// What 当年 means for an application (`archive_bar_counts`).
    pub bar_counts: BarCounts,
}

impl ArchiveSettings {
    /// What holds where `issuer.toml` says nothing.
    pub const CAUTIOUS: Self = Self {
        bar_months: 36,
        retention_months: 36,
        disclosed_to_employers_from: None,
        bar_counts: BarCounts::ReviewOrPledge,
    };
}
