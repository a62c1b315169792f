//! Schedules: cron expressions and systemd calendar events, and the longest pause that each leaves.
//!
//! Time zones, daylight saving time and random delays are left out: they move a pause by an hour or
//! two, not from a day to a week.

mod calendar;
mod cron;

use super::Duration;

/// What a schedule comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pause {
    /// The longest time between two runs.
    Longest(Duration),
    /// It never comes round again: the 31st of February, a year that is written out, `@reboot`.
    Never,
}

/// The longest pause of a cron expression: five fields, six with seconds in front (or a year
/// behind), `@daily` and its like, `@every 6h`; with `TZ=` or `CRON_TZ=` before it. `None` if it is
/// none, or uses what only some programs know (`L`, `W`, `#`, `H`).
#[must_use]
pub fn cron(text: &str) -> Option<Pause> {
    cron::pause(text)
}

/// The longest pause of several cron expressions together. `None` if one of them is none.
#[must_use]
pub fn crons(texts: &[&str]) -> Option<Pause> {
    let single: Vec<Pause> = texts.iter().map(|text| cron::pause(text)).collect::<Option<_>>()?;
    let best = single.iter().filter_map(|pause| match pause {
        Pause::Longest(pause) => Some(*pause),
        Pause::Never => None,
    });
    let best = best.min()?;
    let dues: Option<Vec<Due>> = texts.iter().map(|text| cron::due(text)).collect();
    match dues {
        Some(dues) if best.0 > DAY => Some(together(&dues).unwrap_or(Pause::Longest(best))),
        _ => Some(Pause::Longest(best)),
    }
}

/// The longest pause that several schedules leave between them.
fn together(dues: &[Due]) -> Option<Pause> {
    let times: Vec<Vec<u64>> = dues.iter().map(Due::times).collect();
    let mut seen: Option<(u64, u64)> = None;
    let mut longest = 0;
    days(|number, date| {
        let due = dues.iter().zip(&times).filter(|(due, _)| due.is_due(date));
        let mut today: Vec<u64> = due.flat_map(|(_, times)| times.iter().copied()).collect();
        today.sort_unstable();
        for time in today {
            let now = u64::from(number) * DAY + time;
            match &mut seen {
                Some((_, last)) => {
                    longest = longest.max(now - *last);
                    *last = now;
                }
                None => seen = Some((now, now)),
            }
        }
    });
    let (first, last) = seen?;
    Some(Pause::Longest(Duration(longest.max(u64::from(CYCLE) * DAY - last + first))))
}

/// A day: year, month, day of the month, weekday.
type Date = (u32, u32, u32, u32);

/// Calls with every day of a cycle, in order.
fn days(mut each: impl FnMut(u32, Date)) {
    // 2024-01-01 was a Monday.
    let (mut year, mut month, mut day, mut weekday) = (2024_u32, 1_u32, 1_u32, 1_u32);
    for number in 0..CYCLE {
        each(number, (year, month, day, weekday));
        weekday = (weekday + 1) % 7;
        day += 1;
        if day > length(year, month) {
            (day, month) = (1, month + 1);
        }
        if month > 12 {
            (month, year) = (1, year + 1);
        }
    }
}

/// The longest pause of a systemd calendar event (systemd.time(7)): `daily`, `Mon..Fri 02:00`,
/// `*-*-1,15 03:30`. `None` if it is none.
#[must_use]
pub fn calendar(text: &str) -> Option<Pause> {
    calendar::pause(text)
}

/// Days of a month, counted from 0 for the first, and the times of a day at which something is due.
struct Due {
    /// Bit `n` is month `n` (1 to 12).
    months: u64,
    /// Bit `n` is day `n` of the month (1 to 31).
    days: u64,
    /// Bit `n` is day `n` from the end of the month (1 is the last).
    days_from_end: u64,
    /// Bit `n` is weekday `n` (0 is Sunday).
    weekdays: u64,
    /// Whether a day is due by its number or by its weekday, where otherwise both have to fit.
    either: bool,
    /// Bit `n` is hour `n`.
    hours: u64,
    /// Bit `n` is minute `n`.
    minutes: u64,
    /// Bit `n` is second `n`.
    seconds: u64,
}

/// Days after which weekdays fall on the same dates again (no century without a leap day between).
const CYCLE: u32 = 28 * 365 + 7;

/// Milliseconds of a day.
const DAY: u64 = 86_400_000;

impl Due {
    /// The longest pause between two of the due times.
    fn pause(&self) -> Pause {
        let times = self.times();
        let (Some(first), Some(last)) = (times.first().copied(), times.last().copied()) else { return Pause::Never };
        let within = times.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap_or(0);
        let overnight = DAY - last + first;
        let Some(days) = self.longest_run_of_days() else { return Pause::Never };
        Pause::Longest(Duration(within.max(overnight + (u64::from(days) - 1) * DAY)))
    }

    /// The due times of a day in milliseconds, in order.
    fn times(&self) -> Vec<u64> {
        let mut times = Vec::new();
        for hour in bits(self.hours) {
            for minute in bits(self.minutes) {
                for second in bits(self.seconds) {
                    times.push((hour * 3600 + minute * 60 + second) * 1000);
                }
            }
        }
        times
    }

    /// The most days from one due day to the next; `None` if no day ever is.
    fn longest_run_of_days(&self) -> Option<u32> {
        let mut first: Option<u32> = None;
        let mut last = 0;
        let mut longest = 0;
        days(|number, date| {
            if self.is_due(date) {
                if first.is_some() {
                    longest = longest.max(number - last);
                } else {
                    first = Some(number);
                }
                last = number;
            }
        });
        first.map(|first| longest.max(CYCLE - last + first))
    }

    fn is_due(&self, (year, month, day, weekday): Date) -> bool {
        let from_end = length(year, month) - day + 1;
        let by_number = has(self.days, day) || has(self.days_from_end, from_end);
        let by_weekday = has(self.weekdays, weekday);
        let fits = if self.either { by_number || by_weekday } else { by_number && by_weekday };
        has(self.months, month) && fits
    }
}

fn length(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn has(set: u64, bit: u32) -> bool {
    set & (1_u64 << bit.min(63)) != 0
}

fn bits(set: u64) -> impl Iterator<Item = u64> {
    (0..64_u64).filter(move |bit| set & (1 << bit) != 0)
}

/// The set of every `step`-th number from `low` to `high`; both below 64.
fn range(low: u32, high: u32, step: u32) -> u64 {
    (low..=high.min(63)).step_by(usize::try_from(step.max(1)).unwrap_or(1)).fold(0, |set, bit| set | (1 << bit))
}

/// The position of a name in a list of names of which the first three letters count.
fn named(word: &str, names: &[&str]) -> Option<u32> {
    let word = word.to_ascii_lowercase();
    let found = names.iter().position(|name| name.starts_with(word.as_str()) && word.len() >= 3)?;
    u32::try_from(found).ok()
}

/// Weekdays as cron and systemd name them, Sunday first.
const WEEKDAYS: [&str; 7] = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/// Months as cron names them.
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules_fill_each_others_pauses() {
        let hours = |texts: &[&str]| match crons(texts) {
            Some(Pause::Longest(pause)) => pause.0 / 3_600_000,
            _ => 0,
        };
        assert_eq!(hours(&["0 0 * * 0", "0 0 * * 1-6"]), 24);
        assert_eq!(hours(&["0 0 * * 6", "0 1 * * 1-6"]), 48);
        assert_eq!(hours(&["0 0 * * 0"]), 168);
        assert_eq!(hours(&["0 0 * * 0", "*/5 * * * *"]), 0);
        assert_eq!(crons(&["0 0 * * 0", "x"]), None);
    }
}
