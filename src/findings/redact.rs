//! Nothing that is secret leaves the program.
//!
//! Every string that a report holds passes through a [`Redactor`]. It knows the secret values of an
//! audit (settings that are secret, and whatever in the raw texts stands behind a secret name or
//! has the shape of a credential) and masks them wherever they turn up. Lines of files are shown
//! the other way round: of a line only what is plainly harmless is shown, the rest is hidden.

mod harmless;
mod learned;
mod line;
mod memory;
mod next;
mod own;
mod parts;
mod scan;
mod scanned;
mod spelling;

use self::learned::joined;
use crate::model::Stack;
use crate::source::{HOLE, SourceId, Sources, Span, has_hole};
use aho_corasick::{AhoCorasick, MatchKind};
use hashbrown::{HashMap, HashSet};
use std::borrow::Cow;
use std::ops::Range;

pub use learned::Secrets;
pub use line::Line;
pub use scanned::Scanned;

/// What stands in an output in the place of a secret.
pub const MASK: &str = "[secret]";

/// Masks secrets in whatever leaves the program.
pub struct Redactor<'s> {
    sources: &'s Sources,
    known: Option<AhoCorasick>,
    names: HashSet<String>,
    /// Secrets that are words which names and keys are made of.
    parts: HashSet<String>,
    /// Secrets that are words, in lower case.
    words: HashSet<String>,
    /// Those of them that are words of what the program says itself.
    own: HashSet<String>,
    /// Byte ranges that are secret by the model, by source.
    places: HashMap<SourceId, Vec<Range<usize>>>,
    /// Byte ranges that are secret by the raw text, by source.
    scanned: HashMap<SourceId, Vec<Range<usize>>>,
}

impl std::fmt::Debug for Redactor<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Redactor({} places)", self.places.len())
    }
}

impl<'s> Redactor<'s> {
    /// Masks the secrets of these stacks, and of all texts that were read.
    #[must_use]
    pub fn new(sources: &'s Sources, stacks: &[Stack]) -> Self {
        Self::knowing(Secrets::new(sources, stacks, Scanned::default()), sources, stacks)
    }

    /// Masks what was learned of these stacks, and the secrets of texts that were read since.
    #[must_use]
    pub fn knowing(mut learned: Secrets, sources: &'s Sources, stacks: &[Stack]) -> Self {
        learned.read_on(sources);
        let known = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&learned.values).ok();
        let known = known.filter(|_| !learned.values.is_empty());
        let parts = parts(&learned, stacks);
        let joined = |ranges: HashMap<SourceId, Vec<Range<usize>>>| {
            ranges.into_iter().map(|(id, ranges)| (id, joined(ranges))).collect()
        };
        let (places, scanned) = (joined(learned.places), joined(learned.scanned.places));
        let is_word = |value: &&String| value.bytes().all(|byte| byte.is_ascii_alphabetic());
        let words = learned.values.iter().filter(is_word).map(|value| value.to_ascii_lowercase()).collect();
        Self { sources, known, names: learned.names, parts, words, own: HashSet::new(), places, scanned }
    }

    /// The same, for texts made of these sentences: a word of them that is somebody's password too stays
    /// as it is. To mask it would tell which word it is.
    #[must_use]
    pub fn speaking<'w>(mut self, sentences: impl Iterator<Item = &'w str>) -> Self {
        self.own = own::spoken(&self.words, sentences);
        self
    }

    /// The text with every known secret masked, but for words that it would have anyway.
    #[must_use]
    pub fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.known.is_none() {
            return Cow::Borrowed(text);
        }
        let mut ranges = self.known_in(text);
        ranges.retain(|range| {
            let word = text.get(range.clone()).unwrap_or_default();
            !self.own.contains(&word.to_ascii_lowercase())
        });
        if ranges.is_empty() {
            return Cow::Borrowed(text);
        }
        Cow::Owned(masked(text, &ranges))
    }

    /// The same text, masked if need be; what is not known of it is left out.
    #[must_use]
    pub fn own(&self, text: String) -> String {
        let text = if has_hole(&text) { text.replace(HOLE, "…") } else { text };
        match self.text(&text) {
            Cow::Borrowed(_) => text,
            Cow::Owned(masked) => masked,
        }
    }

    /// A value as it may be shown behind its name: what is not plainly harmless is hidden.
    #[must_use]
    pub fn value(&self, name: &str, text: &str) -> String {
        let line = format!("{name}={text}");
        let masked = line::mask(&line, self.known_in(&line), 0..0, &self.names).text;
        masked.strip_prefix(&line[..name.len() + 1]).map_or_else(|| line::HIDDEN.to_owned(), str::to_owned)
    }

    /// The line in which a span begins, with what is not plainly harmless hidden, and where in it
    /// the span's first line stands. `None` for an empty source or one without that line.
    #[must_use]
    pub fn line(&self, span: Span) -> Option<Line> {
        let source = self.sources.get(span.source);
        let text = source.expose();
        let position = source.position(span.start);
        let range = source.lines().line(text, position.line)?;
        let line = text.get(range.clone())?;
        let mut secrets = self.known_in(line);
        secrets.extend(self.secret_in(span.source, &range));
        let marked = span.range();
        let marked = marked.start.clamp(range.start, range.end) - range.start
            ..marked.end.clamp(range.start, range.end) - range.start;
        Some(line::mask(line, secrets, marked, &self.names))
    }

    /// The text of a span with every secret in it masked: by the raw text, by the model, and wherever
    /// a known value turns up.
    #[must_use]
    pub fn masked(&self, span: Span) -> String {
        let source = self.sources.get(span.source);
        let text = source.slice(span);
        let base = span.range();
        let mut hidden = self.known_in(text);
        hidden.extend(self.secret_in(span.source, &base));
        hidden.sort_by_key(|range| (range.start, range.end));
        masked(text, &hidden)
    }

    /// The parts of a stretch of a source that are secret by the model or the raw text, from its start.
    fn secret_in(&self, source: SourceId, within: &Range<usize>) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        for ranges in [&self.places, &self.scanned].into_iter().filter_map(|ranges| ranges.get(&source)) {
            let first = ranges.partition_point(|range| range.end <= within.start);
            for range in ranges.iter().skip(first).take_while(|range| range.start < within.end) {
                found.push(range.start.max(within.start) - within.start..range.end.min(within.end) - within.start);
            }
        }
        found
    }

    /// Where known secrets stand in a text. A short one of letters and digits counts as a whole
    /// word only, and one that names here are made of not as part of a name.
    fn known_in(&self, text: &str) -> Vec<Range<usize>> {
        let Some(known) = &self.known else { return Vec::new() };
        let bytes = text.as_bytes();
        let is_any =
            |index: Option<usize>, test: fn(&u8) -> bool| index.and_then(|index| bytes.get(index)).is_some_and(test);
        let in_word = |index: Option<usize>| is_any(index, u8::is_ascii_alphanumeric);
        let in_name = |index: Option<usize>| is_any(index, |byte| matches!(byte, b'-' | b'_' | b'/'));
        let mut found = Vec::new();
        for hit in known.find_iter(text) {
            let range = hit.range();
            let value = text.get(range.clone()).unwrap_or_default();
            let short = value.len() < 8 && value.bytes().all(|byte| byte.is_ascii_alphanumeric());
            let (before, after) = (range.start.checked_sub(1), Some(range.end));
            let is_part_of_name =
                (in_name(before) || in_name(after)) && harmless::is_word(value) && self.parts.contains(value);
            if !is_part_of_name && !(short && (in_word(before) || in_word(after))) {
                found.push(range);
            }
        }
        found
    }
}

/// The secrets that are words of which names and keys are made.
fn parts(learned: &Secrets, stacks: &[Stack]) -> HashSet<String> {
    let is_asked: HashSet<&str> =
        learned.values.iter().map(String::as_str).filter(|value| harmless::is_word(value)).collect();
    // Most secrets are no words, and names are many.
    if is_asked.is_empty() {
        return HashSet::new();
    }
    let keys = stacks.iter().flat_map(|stack| &stack.settings).map(|setting| &*setting.name);
    let parts = learned
        .names
        .iter()
        .map(String::as_str)
        .chain(keys)
        .flat_map(|name| name.split(|next: char| !next.is_alphanumeric()));
    parts.filter(|part| is_asked.contains(part)).map(str::to_owned).collect()
}

/// The text with a mask for each of the ranges, which ascend and may overlap.
fn masked(text: &str, ranges: &[Range<usize>]) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut from = 0;
    for range in ranges {
        if range.start >= from {
            masked.push_str(text.get(from..range.start).unwrap_or_default());
            masked.push_str(MASK);
        }
        from = from.max(range.end);
    }
    masked.push_str(text.get(from..).unwrap_or_default());
    masked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Field, Held, Platform, Setting, SettingSource};
    use crate::source::Text;

    /// What a redactor that knows this file and these secrets makes of a message.
    fn said(file: &str, name: &str, secrets: &[&str], message: &str) -> String {
        let sources = Sources::new();
        let id = sources.add(name, file.to_owned());
        let at = Span::new(id, 0, 1);
        let mut stack = Stack::new("shop", Platform::Compose, ".", at);
        for secret in secrets {
            let value = Field::set(Text::from(*secret), at);
            let setting = Setting::new("DB_PASSWORD", at, value, Held::Literal, SettingSource::Env);
            stack.settings.push(Box::new(setting));
        }
        let sentences = ["A database is on a network of its own", "LOG_LEVEL is {{value}}"];
        Redactor::new(&sources, &[stack]).speaking(sentences.into_iter()).own(message.to_owned())
    }

    #[test]
    fn words_of_its_own_stay_and_other_secrets_go() {
        let mask = |secret: &str, message: &str| said("x", "compose.yaml", &[secret], message);
        assert_eq!(mask("network", "A database is on a network of its own"), "A database is on a network of its own");
        assert_eq!(mask("Value", "not the value"), "not the value");
        assert_eq!(mask("hunter", "LOG_LEVEL is hunter"), "LOG_LEVEL is [secret]");
        assert_eq!(mask("hunter2", "app-hunter2-x has /hunter2"), "app-[secret]-x has /[secret]");
        assert_eq!(mask("network9", "on a network9"), "on a [secret]");
        assert_eq!(mask("correct horse", "it is correct horse"), "it is [secret]");
    }

    #[test]
    fn a_word_is_no_mask_within_the_names_that_are_made_of_it() {
        let mask = |message: &str| said("x", "web-controller-demo.yaml", &["demo"], message);
        assert_eq!(mask("web-controller-demo.yaml"), "web-controller-demo.yaml");
        assert_eq!(mask("its user is demo"), "its user is [secret]");
        assert_eq!(mask("demo: demos"), "[secret]: demos");
    }

    #[test]
    fn a_host_keeps_the_name_that_is_somebodys_password_too() {
        let sources = Sources::new();
        let at = Span::new(sources.add("compose.yaml", "x"), 0, 1);
        let mut stack = Stack::new("shop", Platform::Compose, ".", at);
        for (name, value) in [
            ("DB_PASSWORD", "warehouse"),
            ("DB_HOST", "warehouse"),
            ("API_TOKEN", "Riverbed7"),
            ("CACHE_HOST", "Riverbed7"),
            ("A_SECRET", "lighthouse"),
            ("A_URL", "http://app:lighthouse@lighthouse/"),
        ] {
            let value = Field::set(Text::from(value), at);
            stack.settings.push(Box::new(Setting::new(name, at, value, Held::Literal, SettingSource::Env)));
        }
        let redactor = Redactor::new(&sources, &[stack]);
        assert_eq!(redactor.text("it connects to warehouse"), "it connects to warehouse");
        assert_eq!(redactor.text("it connects to Riverbed7"), "it connects to [secret]");
        assert_eq!(redactor.text("it connects to lighthouse"), "it connects to [secret]");
    }

    #[test]
    fn what_is_read_later_is_masked_too() {
        let sources = Sources::new();
        sources.add("compose.yaml", "DB_PASSWORD: Riverbed7\n");
        let scanned = Scanned::of(sources.all());
        sources.add("app.env", "API_TOKEN=Hillside8\n");
        let secrets = Secrets::new(&sources, &[], scanned);
        let late = sources.add("attested.yaml", "# password: Lakeview9\n");
        let redactor = Redactor::knowing(secrets, &sources, &[]);
        assert_eq!(redactor.text("Riverbed7 Hillside8 Lakeview9"), "[secret] [secret] [secret]");
        assert_eq!(redactor.masked(Span::new(late, 0, 21)), "# password: [secret]");
    }

    #[test]
    fn prose_about_secrets_teaches_no_words() {
        let prose = "description: |\n  password: authentication\ntoken: hunter2\n";
        assert_eq!(said(prose, "crd.yaml", &[], "authentication of hunter2"), "authentication of [secret]");
    }
}
