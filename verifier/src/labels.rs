//! Names of what certificates hold as codes.

use ledger::certificate::{Level, ObtainMethod, Series};

use crate::verdict::Outcome;

/// The national table of 2021, by code from 1.
const SERIES_ZH: [&str; 27] = [
    "高等学校教师",
    "哲学社会科学研究人员",
    "自然科学研究人员",
    "卫生技术人员",
    "工程技术人员",
    "农业技术人员",
    "新闻专业人员",
    "出版专业人员",
    "图书资料专业人员",
    "文物博物专业人员",
    "档案专业人员",
    "工艺美术专业人员",
    "技工院校教师",
    "体育专业人员",
    "翻译专业人员",
    "播音主持专业人员",
    "会计专业人员",
    "统计专业人员",
    "经济专业人员",
    "实验技术人才",
    "中等职业学校教师",
    "中小学教师",
    "艺术专业人员",
    "公共法律服务专业人员",
    "船舶专业技术人员",
    "民用航空飞行技术人员",
    "审计专业人员",
];

/// The same in English. There is no official translation: these say what is meant.
const SERIES_EN: [&str; 27] = [
    "Teachers of higher education",
    "Researchers in philosophy and social sciences",
    "Researchers in natural sciences",
    "Health professionals",
    "Engineers",
    "Agronomists",
    "Journalists",
    "Publishing professionals",
    "Librarians",
    "Cultural relics and museum professionals",
    "Archivists",
    "Arts and crafts professionals",
    "Teachers of technician colleges",
    "Sports professionals",
    "Translators and interpreters",
    "Broadcasters and presenters",
    "Accountants",
    "Statisticians",
    "Economists",
    "Laboratory technicians",
    "Teachers of secondary vocational schools",
    "Teachers of primary and secondary schools",
    "Artists",
    "Public legal service professionals",
    "Ship professionals",
    "Civil aviation flight professionals",
    "Auditors",
];

/// 职称系列
pub fn series_zh(series: Series) -> &'static str {
    let at = usize::from(series.code()).checked_sub(1);
    at.and_then(|at| SERIES_ZH.get(at)).copied().unwrap_or("其他")
}

/// A title series in English.
pub fn series_en(series: Series) -> &'static str {
    let at = usize::from(series.code()).checked_sub(1);
    at.and_then(|at| SERIES_EN.get(at)).copied().unwrap_or("Other")
}

/// 级别
pub const fn level_zh(level: Level) -> &'static str {
    match level {
        Level::SeniorFull => "正高级",
        Level::SeniorAssociate => "副高级",
        Level::Intermediate => "中级",
        Level::Assistant => "助理级",
        Level::Technician => "员级",
    }
}

/// A level in English.
pub const fn level_en(level: Level) -> &'static str {
    match level {
        Level::SeniorFull => "Senior (full)",
        Level::SeniorAssociate => "Senior (associate)",
        Level::Intermediate => "Intermediate",
        Level::Assistant => "Assistant",
        Level::Technician => "Technician",
    }
}

/// 取得方式
pub const fn obtain_method_zh(method: ObtainMethod) -> &'static str {
    match method {
        ObtainMethod::Review => "评审",
        ObtainMethod::InitialDetermination => "初定（考核认定）",
        ObtainMethod::Examination => "考试",
        ObtainMethod::TransferConfirmation => "转移确认",
    }
}

/// How a title was obtained, in English.
pub const fn obtain_method_en(method: ObtainMethod) -> &'static str {
    match method {
        ObtainMethod::Review => "By review",
        ObtainMethod::InitialDetermination => "By initial determination",
        ObtainMethod::Examination => "By examination",
        ObtainMethod::TransferConfirmation => "By transfer confirmation",
    }
}

/// A verdict in Chinese.
pub const fn outcome_zh(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Valid => "有效",
        Outcome::Revoked => "已撤销",
        Outcome::NotRecognised => "不予认可",
        Outcome::CancelledError => "更正注销",
        Outcome::Superseded => "已换发",
        Outcome::NotOnRecord => "查无此证",
        Outcome::CannotDetermine => "无法核验",
    }
}

/// A verdict in English.
pub const fn outcome_en(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Valid => "valid",
        Outcome::Revoked => "revoked",
        Outcome::NotRecognised => "not recognised",
        Outcome::CancelledError => "cancelled as an error",
        Outcome::Superseded => "superseded",
        Outcome::NotOnRecord => "not on record",
        Outcome::CannotDetermine => "cannot be determined",
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests may panic")]
mod tests {
    use super::*;

    #[test]
    fn series_are_named_by_their_code_in_the_national_table() {
        let name = |code| series_zh(Series::new(code).unwrap());
        let names = [name(1), name(5), name(27), name(99)];
        assert_eq!(names, ["高等学校教师", "工程技术人员", "审计专业人员", "其他"]);
    }
}
