//! Why a spot check is not fixed, drawn or reported: a stable code, the field, the clause, and words.

use ledger::{
    position::LeafIndex,
    sample::{PopulationError, SampleFault},
    store::StoreError,
};

/// Why a spot check is not fixed, drawn or reported.
#[derive(Debug, thiserror::Error)]
#[error("{} / {} [{}, {}, 六]", self.message_zh(), self.message_en(), self.code(), self.field())]
pub enum SampleRefusal {
    /// The population breaks a rule.
    Population(#[from] PopulationError),
    /// The sample cannot be drawn.
    Draw(#[from] Box<SampleFault<StoreError>>),
    /// No witness of this log has the name.
    UnknownWitness {
        /// The name that was given.
        name: String,
    },
    /// No population was fixed there.
    NotFixed {
        /// The index that was named.
        anchor: LeafIndex,
    },
    /// The document is not of the sample.
    NotInSample {
        /// The document.
        index: LeafIndex,
    },
    /// The population's file is not of the right form.
    File {
        /// What is wrong.
        reason: String,
    },
    /// A filter that does not exist.
    Filter {
        /// What was given.
        given: String,
    },
}

impl SampleRefusal {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Population(error) => population_code(error),
            Self::Draw(fault) => match &**fault {
                SampleFault::Population(error) => population_code(error),
                SampleFault::NotFixed { .. } => "population_not_fixed",
                SampleFault::OtherPopulation { .. } => "other_population",
                SampleFault::FixedTooLate { .. } => "fixed_too_late",
                SampleFault::UnknownWitness { .. } => "unknown_witness",
                SampleFault::NoRound { .. } => "no_round_yet",
                _ => "log_unreadable",
            },
            Self::UnknownWitness { .. } => "unknown_witness",
            Self::NotFixed { .. } => "population_not_fixed",
            Self::NotInSample { .. } => "not_in_sample",
            Self::File { .. } => "file_malformed",
            Self::Filter { .. } => "filter_unknown",
        }
    }

    /// What of the order is to be looked at.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Population(PopulationError::SampleSize { .. }) => "size",
            Self::Population(PopulationError::AnnouncedTooSmall { .. }) => "announced-size",
            Self::Population(_) | Self::Filter { .. } => "filter",
            Self::Draw(_) | Self::NotFixed { .. } => "sample",
            Self::UnknownWitness { .. } => "witness",
            Self::NotInSample { .. } => "index",
            Self::File { .. } => "file",
        }
    }

    /// The sentence in Chinese.
    pub fn message_zh(&self) -> String {
        match self.code() {
            "sample_size" => "抽取数量须在一与总体数量之间".to_owned(),
            "announced_too_small" => "公告的账本大小须大于总体固定之后的账本大小".to_owned(),
            "population_too_large" => "总体过大,请缩小筛选范围".to_owned(),
            "population_not_fixed" => "该处没有已固定的抽查总体".to_owned(),
            "other_population" => "总体与账本中固定的不一致".to_owned(),
            "fixed_too_late" => "总体固定得太晚,种子可能已为人所知".to_owned(),
            "unknown_witness" => "信任文件中没有该见证者".to_owned(),
            "no_round_yet" => "尚无可用的见证轮次".to_owned(),
            "not_in_sample" => "该证书不在样本之中".to_owned(),
            "file_malformed" => "不是抽查总体文件".to_owned(),
            "filter_unknown" => "没有这种筛选条件".to_owned(),
            _ => "总体或账本文件有误".to_owned(),
        }
    }

    /// The sentence in English.
    pub fn message_en(&self) -> String {
        match self {
            Self::Population(error) => error.to_string(),
            Self::Draw(fault) => fault.to_string(),
            Self::UnknownWitness { name } => format!("no witness of this log is called {name:?}"),
            Self::NotFixed { anchor } => format!("no population was fixed at {anchor}"),
            Self::NotInSample { index } => format!("{index} is not in the sample"),
            Self::File { reason } => format!("not a population's file: {reason}"),
            Self::Filter { given } => format!(
                "{given:?} is none of committee=CODE, series=NN, level=级别, obtained-from=DATE, obtained-until=DATE"
            ),
        }
    }
}

const fn population_code(error: &PopulationError) -> &'static str {
    match error {
        PopulationError::SampleSize { .. } => "sample_size",
        PopulationError::AnnouncedTooSmall { .. } => "announced_too_small",
        PopulationError::TooMany { .. } => "population_too_large",
        PopulationError::Cbor(_)
        | PopulationError::Code(_)
        | PopulationError::Text(_)
        | PopulationError::Date(_)
        | PopulationError::Position(_)
        | PopulationError::Order { .. } => "population_malformed",
    }
}
