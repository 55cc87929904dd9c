//! A date as it is printed, with the precision it has: a day, a month or only a year.

/// A calendar date of known precision. Old titles are often known by year or month only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrintedDate {
    year: i16,
    month: Option<i8>,
    day: Option<i8>,
}

/// A text that is no date of the form `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a date of the form YYYY, YYYY-MM or YYYY-MM-DD: {text:?}")]
pub struct PrintedDateError {
    /// The text that was given, cut after 16 characters.
    pub text: String,
}

impl PrintedDate {
    /// Reads `2026-03-13`, `2026-03` or `2026` (ISO 8601 with reduced precision).
    ///
    /// # Errors
    /// [`PrintedDateError`] for anything else, and for days that do not exist.
    pub fn parse(text: &str) -> Result<Self, PrintedDateError> {
        parse(text).ok_or_else(|| PrintedDateError { text: text.chars().take(16).collect() })
    }

    /// `2026年3月13日`, `2026年3月` or `2026年`.
    #[must_use]
    pub fn zh(self) -> String {
        let month = self.month.map(|month| format!("{month}月")).unwrap_or_default();
        let day = self.day.map(|day| format!("{day}日")).unwrap_or_default();
        format!("{}年{month}{day}", self.year)
    }

    /// `13 March 2026`, `March 2026` or `2026`.
    #[must_use]
    pub fn en(self) -> String {
        let day = self.day.map(|day| format!("{day} ")).unwrap_or_default();
        let month = self.month.map(|month| format!("{} ", month_name(month))).unwrap_or_default();
        format!("{day}{month}{}", self.year)
    }
}

fn parse(text: &str) -> Option<PrintedDate> {
    let mut parts = text.split('-');
    let year = number(parts.next()?, 4)?;
    let month = parts.next().map(|part| number(part, 2).and_then(|n| i8::try_from(n).ok()));
    let day = parts.next().map(|part| number(part, 2).and_then(|n| i8::try_from(n).ok()));
    if parts.next().is_some() || month == Some(None) || day == Some(None) || year == 0 {
        return None;
    }
    let (month, day) = (month.flatten(), day.flatten());
    jiff::civil::Date::new(year, month.unwrap_or(1), day.unwrap_or(1)).ok()?;
    Some(PrintedDate { year, month, day })
}

fn number(text: &str, digits: usize) -> Option<i16> {
    let decimal = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    decimal.then(|| text.parse().ok()).flatten()
}

fn month_name(month: i8) -> &'static str {
    const NAMES: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    usize::try_from(month - 1).ok().and_then(|index| NAMES.get(index)).copied().unwrap_or_default()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop at once")]
mod tests {
    use super::*;

    #[test]
    fn prints_each_precision_in_both_languages() {
        let day = PrintedDate::parse("2026-03-13").unwrap();
        assert_eq!((day.zh().as_str(), day.en().as_str()), ("2026年3月13日", "13 March 2026"));
        let month = PrintedDate::parse("1998-12").unwrap();
        assert_eq!((month.zh().as_str(), month.en().as_str()), ("1998年12月", "December 1998"));
        let year = PrintedDate::parse("1987").unwrap();
        assert_eq!((year.zh().as_str(), year.en().as_str()), ("1987年", "1987"));
    }

    #[test]
    fn refuses_what_is_no_date() {
        for text in
            ["", "26", "2026-3-13", "2026-02-30", "2026-13", "2026-03-13-1", "２０２６", "0000"]
        {
            assert_eq!(PrintedDate::parse(text).unwrap_err().text, text);
        }
    }
}
