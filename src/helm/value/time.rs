//! Dates in UTC and Go's layouts for them.

const MONTHS: [&str; 12] = [
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
const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// A moment, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Civil {
    pub year: i64,
    pub month: i64,
    pub day: i64,
    pub hour: i64,
    pub minute: i64,
    pub second: i64,
    /// 0 is Sunday.
    pub weekday: i64,
    /// From 1.
    pub year_day: i64,
}

impl Civil {
    /// Takes seconds since 1970 apart.
    #[must_use]
    pub fn new(seconds: i64) -> Self {
        let days = seconds.div_euclid(86_400);
        let rest = seconds.rem_euclid(86_400);
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        let year_day = days - days_from_civil(year, 1, 1) + 1;
        Self {
            year,
            month,
            day,
            hour: rest / 3600,
            minute: rest % 3600 / 60,
            second: rest % 60,
            weekday: (days + 4).rem_euclid(7),
            year_day,
        }
    }
}

/// Days from 1970-01-01 to a date.
#[must_use]
pub fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The layout of Go's `time.Time` when it is printed.
pub const DEFAULT_LAYOUT: &str = "2006-01-02 15:04:05 -0700 MST";

/// What a layout may hold, longer ones first where one begins another.
const FIELDS: [&str; 34] = [
    "January",
    "Jan",
    "Monday",
    "Mon",
    "MST",
    "2006",
    "-07:00:00",
    "-07:00",
    "-0700",
    "-07",
    "Z07:00",
    "Z0700",
    "Z07",
    "002",
    "01",
    "02",
    "03",
    "04",
    "05",
    "06",
    "15",
    "PM",
    "pm",
    "__2",
    "_2",
    ".000000000",
    ".000000",
    ".000",
    ".999",
    "1",
    "2",
    "3",
    "4",
    "5",
];

fn field(layout: &str) -> Option<&'static str> {
    FIELDS.into_iter().find(|field| layout.starts_with(field))
}

/// A moment in a layout of Go's.
#[must_use]
pub fn format(seconds: i64, layout: &str) -> String {
    let time = Civil::new(seconds);
    let name = |names: &[&'static str], index: i64| {
        usize::try_from(index).ok().and_then(|index| names.get(index)).copied().unwrap_or_default()
    };
    let hour = if time.hour % 12 == 0 { 12 } else { time.hour % 12 };
    let mut out = String::new();
    let mut rest = layout;
    while let Some(first) = rest.chars().next() {
        let Some(found) = field(rest) else {
            out.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        };
        match found {
            "January" => out.push_str(name(&MONTHS, time.month - 1)),
            "Jan" => out.push_str(&name(&MONTHS, time.month - 1)[..3]),
            "Monday" => out.push_str(name(&DAYS, time.weekday)),
            "Mon" => out.push_str(&name(&DAYS, time.weekday)[..3]),
            "MST" => out.push_str("UTC"),
            "2006" => out.push_str(&format!("{:04}", time.year)),
            "-07:00:00" => out.push_str("+00:00:00"),
            "-07:00" => out.push_str("+00:00"),
            "-0700" => out.push_str("+0000"),
            "-07" => out.push_str("+00"),
            "Z07:00" | "Z0700" | "Z07" => out.push('Z'),
            "002" => out.push_str(&format!("{:03}", time.year_day)),
            "__2" => out.push_str(&format!("{:3}", time.year_day)),
            "01" => out.push_str(&format!("{:02}", time.month)),
            "02" => out.push_str(&format!("{:02}", time.day)),
            "03" => out.push_str(&format!("{hour:02}")),
            "04" => out.push_str(&format!("{:02}", time.minute)),
            "05" => out.push_str(&format!("{:02}", time.second)),
            "06" => out.push_str(&format!("{:02}", time.year.rem_euclid(100))),
            "15" => out.push_str(&format!("{:02}", time.hour)),
            "PM" => out.push_str(if time.hour < 12 { "AM" } else { "PM" }),
            "pm" => out.push_str(if time.hour < 12 { "am" } else { "pm" }),
            "_2" => out.push_str(&format!("{:2}", time.day)),
            ".999" => {}
            "1" => out.push_str(&time.month.to_string()),
            "2" => out.push_str(&time.day.to_string()),
            "3" => out.push_str(&hour.to_string()),
            "4" => out.push_str(&time.minute.to_string()),
            "5" => out.push_str(&time.second.to_string()),
            zeros => out.push_str(zeros),
        }
        rest = &rest[found.len()..];
    }
    out
}

/// Reads a text in a layout of numbers, names of months and zones; `None` if it does not fit.
#[must_use]
pub fn parse(layout: &str, text: &str) -> Option<i64> {
    let (mut year, mut month, mut day) = (0, 1, 1);
    let (mut hour, mut minute, mut second, mut offset) = (0, 0, 0, 0);
    let (mut layout, mut text) = (layout, text);
    while let Some(first) = layout.chars().next() {
        let Some(found) = field(layout) else {
            text = text.strip_prefix(first)?;
            layout = &layout[first.len_utf8()..];
            continue;
        };
        layout = &layout[found.len()..];
        let most = if found == "2006" { 4 } else { 2 };
        let digits = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
        let number = text.get(..digits)?.parse::<i64>().ok();
        match found {
            "2006" => year = number.filter(|_| digits == 4)?,
            "01" | "1" => month = number.filter(|month| (1..=12).contains(month))?,
            "02" | "2" | "_2" => day = number.filter(|day| (1..=31).contains(day))?,
            "15" | "03" | "3" => hour = number.filter(|hour| *hour < 24)?,
            "04" | "4" => minute = number.filter(|minute| *minute < 60)?,
            "05" | "5" => second = number.filter(|second| *second < 60)?,
            "January" | "Jan" => {
                let width = if found == "Jan" { 3 } else { usize::MAX };
                let index = MONTHS.iter().position(|name| text.starts_with(&name[..name.len().min(width)]))?;
                month = i64::try_from(index).ok()? + 1;
                text = &text[MONTHS[index].len().min(width)..];
                continue;
            }
            "MST" => {
                text = text.get(3..)?;
                continue;
            }
            "Z07:00" | "-07:00" if text.starts_with('Z') => {
                text = &text[1..];
                continue;
            }
            "Z07:00" | "-07:00" | "-0700" => {
                let sign = if text.starts_with('-') { -1 } else { 1 };
                let zone: String = text.chars().skip(1).filter(char::is_ascii_digit).take(4).collect();
                let zone: i64 = zone.parse().ok()?;
                offset = sign * (zone / 100 * 3600 + zone % 100 * 60);
                text = text.get(if found == "-0700" { 5 } else { 6 }..)?;
                continue;
            }
            _ => return None,
        }
        text = &text[digits..];
    }
    if !text.is_empty() {
        return None;
    }
    Some(days_from_civil(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layouts_are_those_of_go() {
        let moment = 1_136_214_245;
        assert_eq!(format(moment, DEFAULT_LAYOUT), "2006-01-02 15:04:05 +0000 UTC");
        assert_eq!(format(moment, "Mon Jan _2 3:04PM 06 Z07:00"), "Mon Jan  2 3:04PM 06 Z");
        assert_eq!(format(-1, "2006-01-02T15:04:05"), "1969-12-31T23:59:59");
        assert_eq!(parse("2006-01-02", "2024-02-29"), Some(1_709_164_800));
        assert_eq!(parse("2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05Z"), Some(moment));
        assert_eq!(parse("2006-01-02", "2024-2"), None);
    }
}
