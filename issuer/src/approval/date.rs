//! Dates as lists write them.

use jiff::civil::Date;

use crate::table;

/// What is wrong with a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// Nothing is written.
    #[error("no date is given")]
    Missing,
    /// Not year, month and day in a known form.
    #[error("not a date of the form 2026-03-02")]
    Form,
    /// A day that no calendar has, such as 30 February.
    #[error("no such day exists")]
    NoSuchDay,
}

/// Reads `2026-03-02`, `2026/3/2`, `2026.3.2`, `2026年3月2日`, `20260302`, full-width or not; a time of
/// day behind it is dropped. Two-digit years and dates without a day are refused, not completed.
///
/// # Errors
/// [`DateError`] says what is missing.
pub fn read(raw: &str) -> Result<Date, DateError> {
    let text = table::text(raw);
    if text.is_empty() {
        return Err(DateError::Missing);
    }
    let day = text.split_once([' ', 'T']).filter(|(_, time)| is_time(time)).map(|(day, _)| day);
    let plain: String = day.unwrap_or(&text).chars().filter(|c| *c != ' ').collect();
    let plain = plain.strip_suffix(['日', '号']).unwrap_or(&plain);
    let parts: Vec<&str> = match plain.len() == 8 && plain.bytes().all(|b| b.is_ascii_digit()) {
        true => [plain.get(..4), plain.get(4..6), plain.get(6..)].into_iter().flatten().collect(),
        false => plain.split(['-', '/', '.', '年', '月']).collect(),
    };
    let [year, month, day] = parts.as_slice() else { return Err(DateError::Form) };
    let year =
        Some(number(year, 4..=4)?).filter(|year| *year >= EARLIEST).ok_or(DateError::Form)?;
    let month = number(month, 1..=2)?;
    let day = number(day, 1..=2)?;
    match (i8::try_from(month), i8::try_from(day)) {
        (Ok(month), Ok(day)) => Date::new(year, month, day).ok().ok_or(DateError::NoSuchDay),
        _ => Err(DateError::NoSuchDay),
    }
}

fn number(text: &str, digits: std::ops::RangeInclusive<usize>) -> Result<i16, DateError> {
    let is_plain = digits.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_plain).ok_or(DateError::Form)
}

fn is_time(text: &str) -> bool {
    text.contains(':') && text.chars().all(|c| c.is_ascii_digit() || matches!(c, ':' | '.' | 'Z'))
}

/// The ledger's dates begin here.
const EARLIEST: i16 = 1900;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_usual_form() {
        let forms = [
            "2026-03-02",
            "2026-3-2",
            "2026/3/2",
            "2026.3.2",
            "2026年3月2日",
            "２０２６年０３月０２日",
            " 2026 年 3 月 2 日 ",
            "20260302",
            "2026-03-02 00:00:00",
            "2026-03-02T10:30:00.000",
        ];
        for form in forms {
            assert_eq!(read(form), Ok(Date::constant(2026, 3, 2)), "{form}");
        }
    }

    #[test]
    fn refuses_what_it_would_have_to_complete() {
        for form in [
            "26-3-2",
            "2026-3",
            "2026年3月",
            "2026",
            "3/2/2026",
            "2026-3-2-1",
            "46083",
            "无",
            "0026-3-2",
        ] {
            assert_eq!(read(form), Err(DateError::Form), "{form}");
        }
        assert_eq!(read("2026-02-30"), Err(DateError::NoSuchDay));
        assert_eq!(read("2026-13-01"), Err(DateError::NoSuchDay));
        assert_eq!(read(" \u{3000}"), Err(DateError::Missing));
    }

    proptest::proptest! {
        #[test]
        fn reads_back_what_it_shows(year in 1900_i16..2200, month in 1_i8..=12, day in 1_i8..=28) {
            let date = Date::constant(year, month, day);
            proptest::prop_assert_eq!(read(&date.to_string()), Ok(date));
        }

        #[test]
        fn never_panics(text in ".{0,20}") {
            let _ = read(&text);
        }
    }
}
