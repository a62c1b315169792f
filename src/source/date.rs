//! Days.

/// A day of the Gregorian calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// Reads `YYYY-MM-DD`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let mut number = |digits: usize| {
            let part =
                parts.next().filter(|part| part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit()))?;
            part.parse::<u16>().ok()
        };
        let (year, month, day) = (number(4)?, number(2)?, number(2)?);
        let (month, day) = (u8::try_from(month).ok()?, u8::try_from(day).ok()?);
        let known = parts.next().is_none() && (1..=days_in(year, month)).contains(&day);
        known.then_some(Self { year, month, day })
    }

    /// The day that it is in UTC.
    #[must_use]
    pub fn today() -> Self {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Self::after_epoch(since.as_secs() / 86_400)
    }

    /// The day that is so many days later.
    #[must_use]
    pub fn after(self, days: u32) -> Self {
        let before: u64 = (1970..self.year).map(|year| if leap(year) { 366 } else { 365 }).sum();
        let months: u64 = (1..self.month).map(|month| u64::from(days_in(self.year, month))).sum();
        Self::after_epoch(before + months + u64::from(self.day) - 1 + u64::from(days))
    }

    /// The day that is so many days after 1970-01-01.
    fn after_epoch(mut days: u64) -> Self {
        let mut year = 1970;
        loop {
            let length = if leap(year) { 366 } else { 365 };
            if days < length || year == 9999 {
                break;
            }
            days -= length;
            year += 1;
        }
        let mut month = 1;
        while month < 12 && days >= u64::from(days_in(year, month)) {
            days -= u64::from(days_in(year, month));
            month += 1;
        }
        Self { year, month, day: u8::try_from(days + 1).unwrap_or(31) }
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

fn leap(year: u16) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

/// Days in a month; none in a month that does not exist.
fn days_in(year: u16, month: u8) -> u8 {
    match month {
        2 if leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_and_counted() {
        for text in ["2026-11-20", "2024-02-29", "2000-02-29", "9999-12-31"] {
            assert_eq!(Date::parse(text).map(|date| date.to_string()).as_deref(), Some(text));
        }
        for text in ["2026-13-01", "2025-02-29", "1900-02-29", "26-1-1", "2026-11-20x", "2026-11", "today", ""] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
        assert_eq!(Date::after_epoch(0).to_string(), "1970-01-01");
        assert_eq!(Date::after_epoch(19_782).to_string(), "2024-02-29");
        assert_eq!(Date::after_epoch(20_777).to_string(), "2026-11-20");
        let later = |text: &str, days: u32| Date::parse(text).map(|date| date.after(days).to_string());
        assert_eq!(later("2026-11-20", 92).as_deref(), Some("2027-02-20"));
        assert_eq!(later("2024-02-28", 365).as_deref(), Some("2025-02-27"));
    }
}
