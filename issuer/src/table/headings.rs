//! Finding columns by their headings, in any order, below any title.

use super::row::{self, Table};
use super::{Cell, FileError, Line, normalise};

/// The columns of one kind of table.
pub trait Heading: Copy + Eq + std::fmt::Debug + 'static {
    /// All columns. A column's place in this list is its place in a [`super::Row`].
    const ALL: &'static [Self];
    /// The column whose text names a row in reports.
    const LABEL: Self;
    /// The column that every real row fills; a line of totals leaves it empty.
    const ANCHOR: Self;

    /// The heading as it is named to people.
    fn name(self) -> &'static str;
    /// Other headings with the same meaning.
    fn synonyms(self) -> &'static [&'static str];
    /// Whether a file without the column cannot be used.
    fn is_required(self) -> bool;
}

/// Where each column stands, and which headings nobody knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mapping {
    /// For each column of [`Heading::ALL`] its place in a line.
    pub(super) places: Vec<Option<usize>>,
    /// How many columns the line of headings has.
    pub(super) width: usize,
    pub(super) unknown: Vec<String>,
}

/// A table from lines of which one, near the top, holds the headings.
pub(super) fn table<C: Heading>(lines: Vec<Line>) -> Result<Table<C>, FileError> {
    let at = lines
        .iter()
        .take(SEARCHED_LINES)
        .position(|line| recognised::<C>(&line.cells) >= MIN_RECOGNISED)
        .ok_or_else(not_found::<C>)?;
    let mut below = lines.into_iter().skip(at);
    let headings = below.next().map(|line| line.cells).unwrap_or_default();
    Ok(row::assemble(&mapping::<C>(&headings)?, below))
}

/// No line of headings: names those that are needed.
pub(super) fn not_found<C: Heading>() -> FileError {
    let needed = C::ALL.iter().filter(|column| column.is_required());
    FileError::HeadingsNotFound { needed: needed.map(|column| column.name()).collect() }
}

fn recognised<C: Heading>(cells: &[Cell]) -> usize {
    cells.iter().filter(|cell| column::<C>(cell).is_some()).count()
}

fn mapping<C: Heading>(headings: &[Cell]) -> Result<Mapping, FileError> {
    let mut places = vec![None; C::ALL.len()];
    let mut unknown = Vec::new();
    for (place, cell) in headings.iter().enumerate() {
        let Some(column) = column::<C>(cell) else {
            if let Cell::Text(text) = cell {
                unknown.push(normalise::text(text));
            }
            continue;
        };
        let slot = C::ALL.iter().zip(&mut places).find(|(known, _)| **known == column);
        if slot.is_some_and(|(_, slot)| slot.replace(place).is_some()) {
            return Err(FileError::HeadingRepeated { name: column.name() });
        }
    }
    let missing: Vec<_> = C::ALL
        .iter()
        .zip(&places)
        .filter(|(column, place)| column.is_required() && place.is_none())
        .map(|(column, _)| column.name())
        .collect();
    match missing.is_empty() {
        true => Ok(Mapping { places, width: headings.len(), unknown }),
        false => Err(FileError::ColumnsMissing { names: missing }),
    }
}

/// The column that a heading means: `证件号码*`, `证件号码（必填）` and `证 件 号 码` are one.
fn column<C: Heading>(cell: &Cell) -> Option<C> {
    let Cell::Text(text) = cell else { return None };
    let mut name = normalise::compact(text);
    if let Some((before, _remark)) = name.split_once('(') {
        name.truncate(before.len());
    }
    let name = name.trim_matches(['*', ':', '#']);
    C::ALL.iter().copied().find(|column| column.name() == name || column.synonyms().contains(&name))
}

/// Titles and remarks above the headings are few; the rest of the file is not searched.
const SEARCHED_LINES: usize = 20;
/// One or two words of a title may happen to be headings; four are a line of headings.
const MIN_RECOGNISED: usize = 4;

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use proptest::strategy::Strategy as _;

    use super::super::{FileError, Heading as _, read};
    use crate::approval::Column;

    const ALL: &str = "序号,姓名,证件类型,证件号码,工作单位,统一社会信用代码,职称系列,专业,级别,资格名称,\
        取得方式,评委会代码,评审通过日期,公示开始日期,公示截止日期,公示结果,批准文号,批准日期,承诺书签署日期";

    #[test]
    fn finds_headings_below_a_title_in_any_order_and_spelling() {
        let mut headings: Vec<&str> = ALL.split(',').collect();
        headings.reverse();
        let text = format!("2026年度名单\n\n{}\n1,2,3,4,5,6,7,8,9\n", headings.join(","));
        let text =
            text.replace("证件号码", "\" 证件号码\n（必填）*\"").replace("级别", "级　别,联系电话");
        let table = read::<Column>(text.as_bytes()).unwrap();
        assert_eq!(table.unknown_columns, ["联系电话"]);
    }

    #[test]
    fn names_every_missing_column() {
        let text = ALL.replace("姓名,", "").replace(",批准日期", "");
        let error = read::<Column>(text.as_bytes()).unwrap_err();
        assert_eq!(error, FileError::ColumnsMissing { names: vec!["姓名", "批准日期"] });
    }

    #[test]
    fn refuses_two_columns_with_one_meaning() {
        let error = read::<Column>(format!("{ALL},身份证号码").as_bytes()).unwrap_err();
        assert_eq!(error, FileError::HeadingRepeated { name: "证件号码" });
    }

    #[test]
    fn a_file_without_headings_is_no_list() {
        let error = read::<Column>("一,二,三\n四,五,六".as_bytes()).unwrap_err();
        assert_eq!(error.code(), "headings_not_found");
        for said in [error.to_string(), error.message_zh()] {
            assert!(said.contains("证件号码") && said.contains("UTF-8"), "{said}");
        }
    }

    proptest::proptest! {
        #[test]
        fn never_panics_on_any_text(text in "(\\PC|[,\"\r\n]|序号|姓名|级别|专业|合计){0,60}") {
            let _ = read::<Column>(text.as_bytes());
        }

        #[test]
        fn finds_columns_whatever_their_order(
            order in proptest::sample::subsequence((0..19_usize).collect::<Vec<_>>(), 19).prop_shuffle(),
        ) {
            let names: Vec<&str> = ALL.split(',').collect();
            let headings: Vec<&str> = order.iter().map(|at| names[*at]).collect();
            let cells: Vec<String> = headings.iter().map(|name| format!("<{name}>")).collect();
            let text = format!("{}\n{}", headings.join(","), cells.join(","));
            let table = read::<Column>(text.as_bytes()).unwrap();
            let row = table.lines[0].row.as_ref().unwrap();
            for column in &Column::ALL[..19] {
                proptest::prop_assert_eq!(row.text(*column), Ok(format!("<{}>", column.name())));
            }
        }
    }
}
