//! How much memory a runtime may take for its heap.

use super::{Container, Field, Memory, Stack, State};
use crate::source::{Span, Text};

/// Variables that hold options of a Java machine; names that end so count too.
const JAVA: [&str; 6] =
    ["JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "JAVA_OPTS", "JVM_OPTS", "JAVA_OPTIONS"];

/// The largest heap of a container's process: `-Xmx` and `MaxRAMPercentage` of Java, `GOMEMLIMIT` of
/// Go, `--max-old-space-size` of Node. Absent if none of them is written.
#[must_use]
pub fn heap(container: &Container, stack: &Stack) -> Field<Memory> {
    let absent = Field::absent(container.at);
    let limit = container.limits.memory.value().copied();
    for setting in container.settings.iter().filter_map(|index| stack.setting(*index)) {
        let name = &*setting.name;
        let is_java = JAVA.iter().any(|known| name.ends_with(known));
        if !(is_java || name == "GOMEMLIMIT" || name == "NODE_OPTIONS") {
            continue;
        }
        let state = match &setting.value.state {
            State::Unknown(reason) => State::Unknown(reason.clone()),
            State::Absent => continue,
            State::Set(text) if name == "GOMEMLIMIT" => match go(text.expose()) {
                Some(memory) => State::Set(memory),
                None => continue,
            },
            State::Set(text) => match options(text.expose().split_whitespace(), limit) {
                Some(memory) => State::Set(memory),
                None => continue,
            },
        };
        return Field { state, at: setting.value.at, provenance: setting.value.provenance.clone() };
    }
    let words = container.words.iter().filter_map(|word| Some((word.value.value().map(Text::expose)?, word.value.at?)));
    let mut found: Option<(Memory, Span)> = None;
    for (word, at) in words {
        if let Some(memory) = options(std::iter::once(word), limit) {
            found = Some((memory, at));
        }
    }
    found.map_or(absent, |(memory, at)| Field::set(memory, at))
}

/// The heap that options ask for; the last one counts.
fn options<'t>(words: impl Iterator<Item = &'t str>, limit: Option<Memory>) -> Option<Memory> {
    words.fold(None, |found, word| option(word, limit).or(found))
}

#[allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "amounts are far below 2^53"
)]
fn option(word: &str, limit: Option<Memory>) -> Option<Memory> {
    let word = word.trim_matches(['"', '\'']);
    if let Some(size) = word.strip_prefix("-Xmx") {
        return Memory::compose(size);
    }
    if let Some(size) = word.strip_prefix("-XX:MaxHeapSize=") {
        return Memory::compose(size);
    }
    if let Some(percent) = word.strip_prefix("-XX:MaxRAMPercentage=") {
        let share = percent.parse::<f64>().ok().filter(|share| (0.0..=100.0).contains(share))?;
        return limit.map(|limit| Memory((limit.0 as f64 * share / 100.0) as u64));
    }
    let size = word.strip_prefix("--max-old-space-size=").or_else(|| word.strip_prefix("--max_old_space_size="))?;
    size.parse::<u64>().ok()?.checked_mul(1 << 20).map(Memory)
}

/// An amount as Go writes it: `512MiB`, `1GiB`, bytes.
fn go(text: &str) -> Option<Memory> {
    let text = text.trim();
    let number = text.strip_suffix('B').unwrap_or(text);
    if number == "off" { None } else { Memory::kubernetes(number) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_runtime_says_it_in_its_own_way() {
        let of = |line: &str| options(line.split(' '), Some(Memory(1 << 30))).map(|memory| memory.to_string());
        assert_eq!(of("-server -Xmx512m").as_deref(), Some("512Mi"));
        assert_eq!(of("-Xmx1g -Xmx2g").as_deref(), Some("2Gi"));
        assert_eq!(of("-XX:MaxRAMPercentage=75.0").as_deref(), Some("768Mi"));
        assert_eq!(of("--max-old-space-size=256").as_deref(), Some("256Mi"));
        assert_eq!(of("--enable-source-maps"), None);
        assert_eq!(go("900MiB").map(|memory| memory.to_string()).as_deref(), Some("900Mi"));
        assert_eq!(go("off"), None);
    }
}
