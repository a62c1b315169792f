//! Calendar events of systemd: `[weekdays] [date] [time] [zone]`.

use super::{Due, Pause, WEEKDAYS, named, range};
use crate::model::Duration;

/// All numbers of a part.
const ALL: u64 = u64::MAX;

/// The longest pause of a calendar event.
pub(super) fn pause(text: &str) -> Option<Pause> {
    let text = text.trim();
    if let Some(pause) = shorthand(text) {
        return Some(pause);
    }
    let mut due = Due {
        months: ALL,
        days: ALL,
        days_from_end: 0,
        weekdays: ALL,
        either: false,
        hours: 1,
        minutes: 1,
        seconds: 1,
    };
    let mut is_recurring = true;
    let mut is_anything = false;
    for (position, word) in text.split_whitespace().enumerate() {
        if word.contains(':') {
            time(word, &mut due)?;
        } else if word.contains(['-', '~']) && word.starts_with(|first: char| first.is_ascii_digit() || first == '*') {
            is_recurring = date(word, &mut due)?;
        } else if position == 0 {
            due.weekdays = weekdays(word)?;
        } else if !is_anything || !is_zone(word) {
            return None;
        }
        is_anything = true;
    }
    if !is_anything {
        return None;
    }
    Some(if is_recurring { due.pause() } else { Pause::Never })
}

fn shorthand(word: &str) -> Option<Pause> {
    let hours = match word.to_ascii_lowercase().as_str() {
        "minutely" => return Some(Pause::Longest(Duration::seconds(60))),
        "hourly" => 1,
        "daily" => 24,
        "weekly" => 7 * 24,
        "monthly" => 31 * 24,
        "quarterly" => 92 * 24,
        "semiannually" => 184 * 24,
        "yearly" | "annually" => 366 * 24,
        _ => return None,
    };
    Some(Pause::Longest(Duration::seconds(hours * 3600)))
}

fn is_zone(word: &str) -> bool {
    word == "UTC" || (word.contains('/') && word.starts_with(|first: char| first.is_ascii_alphabetic()))
}

/// `Mon..Fri`, `Sat,Sun`.
fn weekdays(word: &str) -> Option<u64> {
    word.trim_end_matches(',').split(',').try_fold(0, |all, part| {
        let day = |word: &str| named(word, &WEEKDAYS);
        let set = match part.split_once("..").or_else(|| part.split_once('-')) {
            Some((low, high)) => {
                let (low, high) = (day(low)?, day(high)?);
                // A range may run over the end of the week.
                if low <= high { range(low, high, 1) } else { range(low, 6, 1) | range(0, high, 1) }
            }
            None => 1 << day(part)?,
        };
        Some(all | set)
    })
}

/// `Y-M-D`, `M-D`, with `~` before the day to count from the end. Whether it comes round again.
fn date(word: &str, due: &mut Due) -> Option<bool> {
    let (front, day, is_from_end) = match word.rsplit_once('~') {
        Some((front, day)) => (front, day, true),
        None => word.rsplit_once('-').map(|(front, day)| (front, day, false))?,
    };
    let (year, month) = front.rsplit_once('-').unwrap_or(("*", front));
    due.months = set(month, 1, 12)?;
    let days = set(day, 1, 31)?;
    (due.days, due.days_from_end) = if is_from_end { (0, days) } else { (days, 0) };
    Some(year == "*" || year.contains('/'))
}

/// `H:M` or `H:M:S`.
fn time(word: &str, due: &mut Due) -> Option<()> {
    let mut parts = word.split(':');
    due.hours = set(parts.next()?, 0, 23)?;
    due.minutes = set(parts.next()?, 0, 59)?;
    if let Some(seconds) = parts.next() {
        due.seconds = set(seconds.split('.').next()?, 0, 59)?;
    }
    parts.next().is_none().then_some(())
}

/// Numbers with commas, `..` and steps.
fn set(text: &str, low: u32, high: u32) -> Option<u64> {
    text.split(',').try_fold(0, |all, part| {
        let (span, step) = match part.split_once('/') {
            Some((span, step)) => (span, Some(step.parse::<u32>().ok().filter(|step| *step > 0)?)),
            None => (part, None),
        };
        let number = |text: &str| text.parse::<u32>().ok().filter(|number| (low..=high).contains(number));
        let (from, to) = match (span, span.split_once("..")) {
            ("*", _) => (low, high),
            (_, Some((from, to))) => (number(from)?, number(to)?),
            (single, None) => (number(single)?, if step.is_some() { high } else { number(single)? }),
        };
        (from <= to).then(|| all | range(from, to, step.unwrap_or(1)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_pause_counts() {
        for (text, shown) in [
            ("daily", "1d"),
            ("weekly", "7d"),
            ("*-*-* 02:00:00", "1d"),
            ("*-*-* 02:00", "1d"),
            ("02:00", "1d"),
            ("*-*-* 00/6:00", "6h"),
            ("*:0/15", "15m"),
            ("Mon..Fri 02:00", "3d"),
            ("Sat,Sun *-*-* 04:00", "6d"),
            ("Sun", "7d"),
            ("*-*-01 03:00", "31d"),
            ("*-*-1,15 03:30 Europe/Berlin", "17d"),
            ("*-*~1 03:00 UTC", "31d"),
            ("2030-01-01 00:00", "never"),
            ("*-02-30", "never"),
            ("Mon *-*-* 25:00", "none"),
            ("sometimes", "none"),
            ("", "none"),
        ] {
            let gap = match pause(text) {
                None => "none".to_owned(),
                Some(Pause::Never) => "never".to_owned(),
                Some(Pause::Longest(pause)) => pause.to_string(),
            };
            assert_eq!(gap, shown, "{text}");
        }
    }

    proptest::proptest! {
        /// Whatever is written, it is read or refused.
        #[test]
        fn anything_is_only_input(text in "[-0-9*/,:.~A-Za-z ]{0,24}") {
            let _ = pause(&text);
        }
    }
}
