//! Lists of approved results: the demo's own, and synthetic ones of any length.

use issuer::{
    calendar::Calendar,
    catalogue::Catalogue,
    committee::{self, Committees},
    eligibility::GateSettings,
    import::Rules,
};

/// The demo's list of approved results.
pub const DEMO_RESULTS: &[u8] = include_bytes!("../../issuer/demo/approved-results.csv");
/// The demo's committees.
pub const DEMO_COMMITTEES: &[u8] = include_bytes!("../../issuer/demo/committees.csv");

const HEADINGS: &str = "序号,姓名,性别,证件类型,证件号码,工作单位,统一社会信用代码,职称系列,专业,级别,资格名称,\
                        取得方式,评委会代码,评审通过日期,公示开始日期,公示截止日期,公示结果,批准文号,批准日期,承诺书签署日期,备注";
/// Three committees of the demo, with a title that each may award.
const TITLES: [&str; 3] = [
    "05,桥梁与隧道工程,正高级,正高级工程师,评审,YZ-05-01",
    "05,建筑施工,中级,工程师,评审,YZ-05-02",
    "06,畜牧,副高级,高级畜牧师,评审,YZ-06-01",
];
const DATES: &str =
    "2026-02-20,2026-03-02,2026-03-09,无异议,渝州职改〔2026〕11号,2026-03-10,2025-11-22,";
const EMPLOYER: &str = "渝州市第一图书馆,915000002BQ3R9XFXF";
const SURNAMES: &str = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨";
const GIVEN: &str = "舒轩瑾铭泽妍岚霖澜昊璇薇祺煜宸钰";

/// The demo's committees, read.
pub fn demo_committees() -> Committees {
    committee::read(DEMO_COMMITTEES, &Catalogue::published().unwrap()).unwrap().committees
}

/// The first committee of the demo, whose reviews every third synthetic row is, with a further filing
/// that begins earlier than the one on record ends.
pub fn further_filing() -> String {
    let text = std::str::from_utf8(DEMO_COMMITTEES).unwrap();
    let two: Vec<&str> = text.lines().take(2).collect();
    let filing = "渝州职改〔2024〕21号,2024-07-01,2027-06-30";
    let further = two.join("\n").replace(filing, "渝州职改〔2026〕77号,2026-01-01,2028-12-31");
    assert!(further.contains("2028-12-31"));
    further
}

/// Committees from the text of a list.
pub fn committees(list: &str) -> Committees {
    committee::read(list.as_bytes(), &Catalogue::published().unwrap()).unwrap().committees
}

/// The rules that rows are judged by, with the demo's committees.
pub fn demo_rules() -> Rules {
    Rules {
        catalogue: Catalogue::published().unwrap(),
        committees: demo_committees(),
        calendar: Calendar::published().unwrap(),
        gates: GateSettings::cautious(),
    }
}

/// A list of `count` different persons, invented, numbered from `first`; every row is eligible.
pub fn synthetic(first: usize, count: usize) -> String {
    let rows = (first..first + count).map(|number| row(number, TITLES[number % 3], DATES));
    std::iter::once(format!("{HEADINGS}\n")).chain(rows).collect()
}

/// A list of the same persons who all passed for one title: its cells from the series to the committee,
/// and from the day of the review to the note.
pub fn of(persons: std::ops::Range<usize>, title: &str, dates: &str) -> String {
    let rows = persons.map(|number| row(number, title, dates));
    std::iter::once(format!("{HEADINGS}\n")).chain(rows).collect()
}

fn row(number: usize, title: &str, dates: &str) -> String {
    let (name, id) = (holder_name(number), identity_number(number));
    format!("{number},{name},女,居民身份证,{id},{EMPLOYER},{title},{dates}\n")
}

/// A list of [`synthetic`] persons who were reviewed on 2025-12-10.
pub fn reviewed_in_2025(first: usize, count: usize) -> String {
    const EARLIER: &str =
        "2025-12-10,2025-12-15,2025-12-23,无异议,渝州职改〔2025〕91号,2025-12-25,2025-11-22,";
    let list = synthetic(first, count).replace(DATES, EARLIER);
    assert!(list.contains(EARLIER));
    list
}

/// An invented name; the first 4,096 numbers have different ones.
pub fn holder_name(number: usize) -> String {
    let pick = |from: &str, at: usize| from.chars().nth(at % 16).unwrap();
    [pick(SURNAMES, number), pick(GIVEN, number / 16), pick(GIVEN, number / 256)].iter().collect()
}

/// A number in the form of an identity card's, with the area code 500000, which is given to nobody.
pub fn identity_number(number: usize) -> String {
    const WEIGHTS: [usize; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let (year, order) = (1960 + number / 4_000, number % 4_000);
    let (month, order) = (1 + order / 400, order % 400);
    let body = format!("500000{year}{month:02}15{:03}", 100 + 2 * order);
    let sum: usize =
        body.bytes().zip(WEIGHTS).map(|(digit, weight)| usize::from(digit - b'0') * weight).sum();
    let check = char::from(b"10X98765432"[sum % 11]);
    format!("{body}{check}")
}

/// Every holder's name and document number in a list in UTF-8, as it stands there.
pub fn persons(list: &[u8]) -> Vec<(String, String)> {
    let text = String::from_utf8(list.to_vec()).unwrap();
    let rows = text.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>());
    rows.filter_map(|cells| match cells.as_slice() {
        [_, name, _, _, number, ..] => Some((name.trim().to_owned(), number.trim().to_owned())),
        _ => None,
    })
    .collect()
}
