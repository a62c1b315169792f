//! Cron expressions, as crond, Kubernetes and the common libraries read them.

use super::{Due, MONTHS, Pause, WEEKDAYS, named, range};
use crate::model::Duration;

/// The smallest and largest number of a field, and its names.
struct Of {
    low: u32,
    high: u32,
    names: &'static [&'static str],
}

const SECOND: Of = Of { low: 0, high: 59, names: &[] };
const HOUR: Of = Of { low: 0, high: 23, names: &[] };
const DAY: Of = Of { low: 1, high: 31, names: &[] };
const MONTH: Of = Of { low: 1, high: 12, names: &MONTHS };
// 7 is Sunday too.
const WEEKDAY: Of = Of { low: 0, high: 7, names: &WEEKDAYS };

/// The longest pause of an expression.
pub(super) fn pause(text: &str) -> Option<Pause> {
    if let [first, rest @ ..] = fields(text).as_slice()
        && let Some(word) = first.strip_prefix('@')
    {
        return shorthand(word, rest);
    }
    Some(due(text)?.pause())
}

/// The fields without the time zone before them.
fn fields(text: &str) -> Vec<&str> {
    let mut fields: Vec<&str> = text.split_whitespace().collect();
    if fields.first().is_some_and(|first| first.starts_with("TZ=") || first.starts_with("CRON_TZ=")) {
        fields.remove(0);
    }
    fields
}

/// When an expression with fields is due.
pub(super) fn due(text: &str) -> Option<Due> {
    let fields = fields(text);
    let (second, fields, year) = match fields.as_slice() {
        [minute, hour, day, month, weekday] => (None, [minute, hour, day, month, weekday], None),
        [second, minute, hour, day, month, weekday] => (Some(second), [minute, hour, day, month, weekday], None),
        [second, minute, hour, day, month, weekday, year] => {
            (Some(second), [minute, hour, day, month, weekday], Some(year))
        }
        _ => return None,
    };
    let [minute, hour, day, month, weekday] = fields;
    let mut due = Due {
        seconds: match second {
            Some(second) => set(second, &SECOND)?,
            None => 1,
        },
        minutes: set(minute, &SECOND)?,
        hours: set(hour, &HOUR)?,
        days: set(day, &DAY)?,
        days_from_end: 0,
        months: set(month, &MONTH)?,
        weekdays: set(weekday, &WEEKDAY)?,
        either: !is_any(day) && !is_any(weekday),
    };
    if due.weekdays & (1 << 7) != 0 {
        due.weekdays |= 1;
    }
    if year.is_some_and(|year| !is_any(year)) {
        // A year that is written out does not come again.
        due.months = 0;
    }
    Some(due)
}

/// Whether a field says nothing. A step over everything does say something, but crond and the
/// libraries take it for a star when they decide whether days and weekdays are both meant.
fn is_any(field: &str) -> bool {
    field.starts_with(['*', '?'])
}

fn shorthand(word: &str, rest: &[&str]) -> Option<Pause> {
    let hours = match word {
        "every" => {
            let [every] = rest else { return None };
            return Duration::parse(every).filter(|every| every.0 > 0).map(Pause::Longest);
        }
        "reboot" => return Some(Pause::Never),
        "hourly" => 1,
        "daily" | "midnight" => 24,
        "weekly" => 7 * 24,
        "monthly" => 31 * 24,
        "yearly" | "annually" => 366 * 24,
        _ => return None,
    };
    rest.is_empty().then_some(Pause::Longest(Duration::seconds(hours * 3600)))
}

/// The numbers of a field.
fn set(field: &str, of: &Of) -> Option<u64> {
    field.split(',').try_fold(0, |all, part| Some(all | element(part, of)?))
}

fn element(part: &str, of: &Of) -> Option<u64> {
    let (span, step) = match part.split_once('/') {
        Some((span, step)) => (span, Some(step.parse::<u32>().ok().filter(|step| *step > 0)?)),
        None => (part, None),
    };
    // The second Sunday is no further step of a star.
    let top = if of.high == 7 { 6 } else { of.high };
    let (low, high) = match (span, span.split_once('-')) {
        ("*" | "?", _) => (of.low, top),
        (_, Some((low, high))) => (number(low, of)?, number(high, of)?),
        (single, None) => {
            let low = number(single, of)?;
            (low, if step.is_some() { top.max(low) } else { low })
        }
    };
    (low <= high).then(|| range(low, high, step.unwrap_or(1)))
}

fn number(text: &str, of: &Of) -> Option<u32> {
    let number = match text.parse::<u32>() {
        Ok(number) => number,
        Err(_) => named(text, of.names)? + of.low,
    };
    (of.low..=of.high).contains(&number).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hours of the longest pause; `never`, or `none` for what is no expression.
    fn gap(text: &str) -> String {
        match pause(text) {
            None => "none".to_owned(),
            Some(Pause::Never) => "never".to_owned(),
            Some(Pause::Longest(pause)) => pause.to_string(),
        }
    }

    #[test]
    fn the_longest_pause_counts() {
        for (text, shown) in [
            ("0 2 * * *", "1d"),
            ("*/15 * * * *", "15m"),
            ("*/7 * * * *", "7m"),
            ("0 */6 * * *", "6h"),
            ("0 0,12 * * *", "12h"),
            ("0 9-17 * * *", "16h"),
            ("30 3 * * 0", "7d"),
            ("30 3 * * 7", "7d"),
            ("30 3 * * SUN", "7d"),
            ("0 1 * * 1-5", "3d"),
            ("0 1 * * mon-fri", "3d"),
            ("0 1 1 * *", "31d"),
            ("0 1 1 jan *", "366d"),
            ("0 0 29 2 *", "1461d"),
            ("0 0 30 2 *", "never"),
            ("0 0 1 * 1", "7d"),
            ("0 0 */2 * *", "2d"),
            ("0 0 2 * * *", "1d"),
            ("0 0 2 * * ? *", "1d"),
            ("0 0 2 * * ? 2030", "never"),
            ("@daily", "1d"),
            ("@every 6h", "6h"),
            ("@every 1h30m", "90m"),
            ("@reboot", "never"),
            ("CRON_TZ=Europe/Berlin 0 2 * * *", "1d"),
            ("0 2 * *", "none"),
            ("0 25 * * *", "none"),
            ("0 2 L * *", "none"),
            ("0 2 * * 5#2", "none"),
            ("H 2 * * *", "none"),
            ("5-1 2 * * *", "none"),
            ("*/0 2 * * *", "none"),
            ("@fortnightly", "none"),
            ("", "none"),
        ] {
            assert_eq!(gap(text), shown, "{text}");
        }
    }

    proptest::proptest! {
        /// Whatever is written, it is read or refused.
        #[test]
        fn anything_is_only_input(text in "[-0-9*/,@?A-Za-z# ]{0,24}") {
            let _ = pause(&text);
        }
    }
}
