//! Finds secrets in raw text, whatever the text is and however broken.
//!
//! This knows no grammar on purpose: it must also see what no parser understood, what stands in
//! comments, and what a file has inside another file's text. It goes by lines: a secret name, a
//! separator, a value; and by the shapes of credentials. It rather marks too much than too little.

use super::memory::Memory;
use super::next::{Next, next_beyond_ascii};
use super::parts::{closing_quote, is_name_byte, last_name};
use crate::model::secrecy;
use memchr::memmem;
use std::ops::Range;

/// The parts of a text that are secret, ascending.
pub(super) fn secret_ranges(text: &str, memory: &mut Memory) -> Vec<Range<usize>> {
    let mut found = secrecy::credentials(text);
    let mut scan =
        Scan { text, memory, found: Vec::new(), open: None, item: None, pair: Pair::default(), objects: None };
    let has = |word: &str| memmem::find(text.as_bytes(), word.as_bytes()).is_some();
    let (has_secrets, has_flags) = (has("Secret"), has("--"));
    // Most lines name no secret and are no value of one that is named behind it.
    let mut matters = [
        Next::new(text, secrecy::next_mark),
        Next::new(text, |text, from| memmem::find(text.as_bytes().get(from..)?, b"value").map(|at| from + at)),
        Next::new(text, next_beyond_ascii),
    ];
    let mut start = 0;
    loop {
        if scan.is_neutral() && !has_secrets {
            let Some(next) = matters.iter_mut().filter_map(|next| next.behind(start)).min() else { break };
            start = text.get(..next).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
        }
        let Some(rest) = text.get(start..).filter(|rest| !rest.is_empty()) else { break };
        let line = rest.split_inclusive('\n').next().unwrap_or_default();
        let end = start + line.trim_end_matches(['\n', '\r']).len();
        if has_secrets && (start == 0 || line.starts_with("---")) {
            scan.objects = is_secret_document(rest).then_some(Data::Outside);
        }
        if !scan.is_neutral() || matters.iter_mut().any(|next| next.behind(start).is_some_and(|at| at < end)) {
            scan.line_once(start..end, has_flags);
        }
        start += line.len();
    }
    found.append(&mut scan.found);
    found.retain(|range| range.start < range.end);
    found.sort_by_key(|range| (range.start, range.end));
    found.dedup();
    found
}

/// Whether the document that begins here is a Kubernetes Secret.
fn is_secret_document(text: &str) -> bool {
    for (index, line) in text.lines().enumerate() {
        if index > 0 && line.starts_with("---") {
            return false;
        }
        let line: String =
            line.chars().filter(|character| !matches!(character, '"' | '\'' | ' ' | ',')).take(4096).collect();
        if line.starts_with("kind:Secret") && !line.starts_with("kind:SecretS")
            || line.contains("{kind:Secret")
            || line.contains("kind:Secret}")
        {
            return true;
        }
        if line.starts_with('{') && line.contains("kind:Secret") {
            return true;
        }
    }
    false
}

/// A value that goes on over the following lines.
struct Open {
    /// Lines indented deeper than this belong to it.
    indent: usize,
    /// The quotes that end it, for a quoted one.
    quote: Option<&'static str>,
    /// Whether lines with a key of their own belong to it too.
    whole: bool,
}

/// Where in a Secret the scan is.
#[derive(Clone, Copy, PartialEq)]
enum Data {
    Outside,
    /// Behind `data:` or `stringData:` at this indentation.
    Inside(usize),
}

/// `name: X` and `value: Y` on neighbouring lines.
#[derive(Default)]
struct Pair {
    secret_name_age: Option<usize>,
    value: Option<Range<usize>>,
}

struct Scan<'t, 'n> {
    text: &'t str,
    memory: &'n mut Memory,
    found: Vec<Range<usize>>,
    open: Option<Open>,
    /// Whether the last line was a list item with a flag that takes a secret.
    item: Option<()>,
    pair: Pair,
    objects: Option<Data>,
}

impl<'t> Scan<'t, '_> {
    fn slice(&self, range: Range<usize>) -> &'t str {
        self.text.get(range).unwrap_or_default()
    }

    /// Looks at a line, unless the same one said nothing before where nothing around it mattered either.
    fn line_once(&mut self, line: Range<usize>, has_flags: bool) {
        if !self.is_neutral() {
            return self.line(line, has_flags);
        }
        let text = self.slice(line.clone());
        if self.memory.is_dull(text) {
            return;
        }
        let before = self.found.len();
        self.line(line, has_flags);
        if self.is_neutral() && self.found.len() == before {
            self.memory.dull(text);
        }
    }

    /// Whether no line before has to do with the next one.
    fn is_neutral(&self) -> bool {
        let Self { open, item, pair, objects, .. } = self;
        open.is_none() && item.is_none() && objects.is_none() && pair.secret_name_age.is_none() && pair.value.is_none()
    }

    fn line(&mut self, line: Range<usize>, has_flags: bool) {
        let raw = self.slice(line.clone());
        let body = raw.trim_start();
        let indent = raw.len() - body.len();
        if self.goes_on(&line, indent, body) {
            return;
        }
        let mut start = line.start + indent;
        // What is commented out is as secret as what is not.
        for mark in ["//", "--", ";", "#", " "] {
            while !self.slice(start..line.end).starts_with("---")
                && (mark != "--" || self.slice(start..line.end).starts_with("-- "))
                && self.slice(start..line.end).starts_with(mark)
            {
                start += mark.len();
            }
        }
        let body = start..line.end;
        if std::mem::take(&mut self.item).is_some() && self.slice(body.clone()).starts_with('-') {
            self.mark(start + 1..line.end);
        }
        self.secret_data(&body, indent);
        self.pairs(&body, indent);
        if has_flags {
            self.flags(&body);
        }
        self.directive(&body);
        self.name_and_value(&body, indent);
    }

    /// Marks a line that belongs to a value that began before it.
    fn goes_on(&mut self, line: &Range<usize>, indent: usize, body: &str) -> bool {
        let Some(open) = &self.open else { return false };
        if let Some(quote) = open.quote {
            let ends = body.contains(quote);
            self.mark(line.start + indent..line.end);
            if ends {
                self.open = None;
            }
            return true;
        }
        if body.is_empty() {
            return true;
        }
        let own_key = body.split_once(": ").is_some() || body.ends_with(':');
        if indent > open.indent && (open.whole || !own_key) {
            let start = line.start + indent + if body.starts_with("- ") { 2 } else { 0 };
            self.mark(start..line.end);
            return true;
        }
        self.open = None;
        false
    }

    /// `data` and `stringData` of a Secret: every value is one.
    fn secret_data(&mut self, body: &Range<usize>, indent: usize) {
        let Some(data) = self.objects else { return };
        let text = self.slice(body.clone());
        if let Data::Inside(at) = data {
            if indent > at || text.is_empty() {
                if let Some((key, _)) = text.split_once(':') {
                    self.value(body.start + key.len() + 1..body.end, indent, true);
                }
                return;
            }
            self.objects = Some(Data::Outside);
        }
        let name = text.trim_start_matches(['"', '\'']);
        if ["data", "stringData"]
            .iter()
            .any(|key| name.strip_prefix(key).is_some_and(|rest| rest.trim_start_matches(['"', '\'']).starts_with(':')))
        {
            self.objects = Some(Data::Inside(indent));
            if text.contains('{') && !text.trim_end().ends_with('{') {
                self.mark(body.start + text.find('{').unwrap_or(0)..body.end);
            }
        } else if let Some(at) = [r#""data""#, r#""stringData""#].iter().filter_map(|key| text.find(key)).min() {
            self.mark(body.start + at + 6..body.end);
        }
    }

    /// `name: value` and `name=value`, as often as the line has them.
    fn pairs(&mut self, body: &Range<usize>, indent: usize) {
        let text = self.slice(body.clone());
        for (at, byte) in text.bytes().enumerate().filter(|(_, byte)| matches!(byte, b':' | b'=')) {
            let before = text.get(..at).unwrap_or_default();
            let after = text.get(at + 1..).unwrap_or_default();
            let name = last_name(before);
            if name.is_empty() || after.starts_with(['=', ':']) {
                continue;
            }
            let line_start = before.trim_start_matches("export ");
            let at_start = line_start.trim_start_matches(['"', '\'', '-', ' ']).len() <= name.len() + 1;
            // `acme/token:1.2` is an image, `token:1.2` at the start of a line may be a setting.
            // What follows `name=` elsewhere ends at a blank, and was found as a credential.
            if byte == b'=' && !at_start {
                continue;
            }
            if byte == b':' && !(after.is_empty() || after.starts_with([' ', '\t', '"', '\'', '>']) || at_start) {
                continue;
            }
            if matches!(name, "name" | "key") {
                self.value_beside(after, body.end, indent);
            } else if self.memory.is_secret(name) {
                let deep = indent + (text.len() - text.trim_start_matches(['-', ' ']).len());
                let deep = if byte == b'=' { usize::MAX } else { deep };
                self.value(body.start + at + 1..body.end, deep, false);
            }
        }
    }

    /// `{name: X, value: Y}` on one line: marks Y. `after` is what follows `name:` up to `end`.
    fn value_beside(&mut self, after: &str, end: usize, indent: usize) {
        let own = after.split('}').next().unwrap_or_default();
        let Some((name, rest)) = own.split_once(',') else { return };
        if let Some(at) = rest.find("value").filter(|_| self.memory.is_secret(name.trim().trim_matches(['"', '\'']))) {
            let value = rest.get(at + 5..).unwrap_or_default().trim_start_matches(['"', '\'', ':']);
            let start = end - after.len() + own.len() - value.len();
            self.value(start..end - after.len() + own.len(), indent, false);
        }
    }

    /// Marks the value at the start of a range; `indent` is that of its key.
    fn value(&mut self, range: Range<usize>, indent: usize, whole: bool) {
        let text = self.slice(range.clone());
        let trimmed = text.trim_start_matches(['"', '\'']).len();
        let closing = if text.starts_with(['"', '\'']) { text.len() - trimmed } else { 0 };
        let text_from = text.get(closing.min(1)..).unwrap_or_default();
        let value = text_from.trim_start_matches([' ', '\t', '>']);
        let start = range.end - value.len();
        let block = value.starts_with('|') || text_from.trim_start().starts_with('>');
        if value.is_empty() || (block && value.len() <= 4) || value.starts_with("&") && !value.contains(' ') {
            if indent != usize::MAX {
                self.open = Some(Open { indent, quote: None, whole: whole || block });
            }
            return;
        }
        for (quote, close) in [("\"\"\"", "\"\"\""), ("'''", "'''"), ("\"", "\""), ("'", "'")] {
            let Some(rest) = value.strip_prefix(quote) else { continue };
            let from = start + quote.len();
            match closing_quote(rest, close) {
                Some(length) => self.mark(from..from + length),
                None => {
                    self.mark(from..range.end);
                    self.open = Some(Open { indent: 0, quote: Some(close), whole: true });
                }
            }
            return;
        }
        if value.starts_with('{') && !value.starts_with("{{") {
            return;
        }
        let flow = self
            .text
            .get(..start)
            .and_then(|before| before.rsplit('\n').next())
            .is_some_and(|line| line.matches(['{', '[']).count() > line.matches(['}', ']']).count());
        let end = if flow {
            value.find([',', '}', ']']).unwrap_or(value.len())
        } else {
            value.find(" #").unwrap_or(value.len())
        };
        self.mark(start..start + end);
        if indent != usize::MAX {
            // A plain value may go on, indented deeper, without a key.
            self.open = Some(Open { indent, quote: None, whole: false });
        }
    }

    /// `--password hunter2`, in a command or as two items of a list.
    fn flags(&mut self, body: &Range<usize>) {
        let text = self.slice(body.clone());
        for (at, _) in text.match_indices("--") {
            let rest = text.get(at + 2..).unwrap_or_default();
            let name = rest.get(..rest.bytes().take_while(|byte| is_name_byte(*byte)).count()).unwrap_or_default();
            let after = rest.get(name.len()..).unwrap_or_default();
            if name.is_empty() || after.starts_with('=') || !self.memory.is_secret(name) {
                continue;
            }
            let value = after.trim_start_matches(['"', '\'', ',', ' ', '\t', ']']);
            let length = value.find([' ', '"', '\'', ',', ']']).unwrap_or(value.len());
            if length == 0 {
                self.item = Some(());
            } else if !value.starts_with('-') {
                self.mark(body.end - value.len()..body.end - value.len() + length);
            }
        }
    }

    /// `requirepass hunter2`: config files that separate with a blank.
    fn directive(&mut self, body: &Range<usize>) {
        let text = self.slice(body.clone());
        let Some((name, value)) = text.split_once([' ', '\t']) else { return };
        let named = name.bytes().all(is_name_byte) && self.memory.is_secret(name);
        if named && !value.trim_start().starts_with(['=', ':']) {
            self.mark(body.end - value.trim_start().len()..body.end);
        }
    }

    /// `- name: DB_PASSWORD` and `value: hunter2` belong together, in either order.
    fn name_and_value(&mut self, body: &Range<usize>, indent: usize) {
        let text = self.slice(body.clone());
        let item = text.trim_start_matches(['-', ' ', '"', '\'', '{']);
        let Some((key, value)) = item.split_once(':') else { return };
        let key = key.trim_end_matches(['"', '\'', ' ']);
        let value_start = body.end - value.len();
        self.pair.secret_name_age = self.pair.secret_name_age.map(|age| age + 1).filter(|age| *age <= 3);
        if text.starts_with('-') {
            self.pair = Pair::default();
        }
        match key {
            "name" | "key" => {
                let name = value.trim().trim_matches(['"', '\'', ',']).split([',', '}']).next().unwrap_or_default();
                if !self.memory.is_secret(name.trim().trim_matches(['"', '\''])) {
                    self.pair.secret_name_age = None;
                    return;
                }
                self.pair.secret_name_age = Some(0);
                if let Some(value) = self.pair.value.take() {
                    self.value(value, indent, true);
                }
            }
            "value" if self.pair.secret_name_age.is_some() => self.value(value_start..body.end, indent, true),
            "value" => self.pair.value = Some(value_start..body.end),
            _ => {}
        }
    }

    /// Marks a range, unless what stands there is a reference or says nothing.
    fn mark(&mut self, range: Range<usize>) {
        let raw = self.slice(range.clone());
        let value = raw.trim().trim_matches(['"', '\'', ',']);
        let nothing = matches!(value, "" | "true" | "false" | "null" | "~" | "|" | ">" | "-" | "{" | "[" | "}" | "]");
        if nothing || secrecy::is_reference(value) {
            return;
        }
        let lead = raw.len() - raw.trim_start().len();
        self.found.push(range.start + lead..range.start + raw.trim_end().len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each case: a text in which every `hunter2` must be found, and nothing that holds "fine".
    #[test]
    fn whatever_stands_behind_a_secret_name_is_found() {
        let texts = || include_str!("../../../tests/data/secrecy/texts.txt").split("\n====\n");
        // What was seen of other texts changes nothing.
        let mut memory = Memory::default();
        for text in texts().chain(texts()) {
            let ranges = secret_ranges(text, &mut Memory::default());
            assert_eq!(secret_ranges(text, &mut memory), ranges, "{text}");
            let found: Vec<&str> = ranges.iter().map(|range| &text[range.clone()]).collect();
            for (at, _) in text.match_indices("hunter2") {
                assert!(
                    ranges.iter().any(|range| range.start <= at && at + 7 <= range.end),
                    "missed in:\n{text}\n{found:?}"
                );
            }
            assert!(!found.iter().any(|found| found.contains("fine")), "too much in:\n{text}\n{found:?}");
        }
    }
}
