//! When a written title is the catalogue's title.
//!
//! The catalogue describes three kinds of variants in its notes: an alternative in brackets
//! (一级摄影(摄像)师), Chinese medicine with 中 (主任中医师), and a category in brackets after a forensic
//! examiner's title (初级司法鉴定人(物证类)). Everything else must be written as it stands there.

use ledger::certificate::Series;

/// Whether `written` (normalised, half-width brackets) is `title`.
pub(super) fn matches(series: Series, title: &str, written: &str) -> bool {
    title == written
        || bracket_forms(title).is_some_and(|forms| forms.iter().any(|form| form == written))
        || (series.code() == HEALTH && chinese_medicine(title).as_deref() == Some(written))
        || (series.code() == LEGAL_SERVICES && without_category(written) == Some(title))
}

/// `一级摄影(摄像)师` is also written `一级摄影师` and `一级摄像师`: the bracket replaces as many
/// characters as it holds.
fn bracket_forms(title: &str) -> Option<[String; 2]> {
    let (before, rest) = title.split_once('(')?;
    let (alternative, after) = rest.split_once(')')?;
    let kept = before.chars().count().checked_sub(alternative.chars().count())?;
    let stem: String = before.chars().take(kept).collect();
    Some([format!("{before}{after}"), format!("{stem}{alternative}{after}")])
}

fn chinese_medicine(title: &str) -> Option<String> {
    ["医师", "医士", "药师", "药士"]
        .into_iter()
        .find_map(|ending| title.strip_suffix(ending).map(|stem| format!("{stem}中{ending}")))
}

fn without_category(written: &str) -> Option<&str> {
    let (title, category) = written.split_once('(')?;
    (title.ends_with("司法鉴定人") && category.ends_with("类)")).then_some(title)
}

const HEALTH: u8 = 4;
const LEGAL_SERVICES: u8 = 24;
