//! What is learned of an audit before its texts are masked: secret values and places, and public names.

use super::scanned::Scanned;
use super::{harmless, spelling};
use crate::model::{Field, Setting, Stack, hosts, secrecy};
use crate::source::encoding::base64;
use crate::source::reader::is_end;
use crate::source::{SourceId, Sources, Span, Text, Texts};
use hashbrown::{HashMap, HashSet};
use std::collections::BTreeSet;
use std::ops::Range;

/// The shortest value that is looked for outside of its own place. Shorter ones are part of too
/// many innocent words.
const SHORTEST: usize = 4;

/// The same bytes in ranges that ascend and do not overlap.
pub(super) fn joined(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut joined: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges.into_iter().filter(|range| range.start < range.end) {
        match joined.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    joined
}

/// The secrets of an audit, before the search for them is built. No `Debug`, by purpose.
#[derive(Default)]
pub struct Secrets {
    pub(super) values: BTreeSet<String>,
    pub(super) names: HashSet<String>,
    /// Byte ranges that are secret by the model, by source.
    pub(super) places: HashMap<SourceId, Vec<Range<usize>>>,
    /// Those that are secret by the raw texts, by source.
    pub(super) scanned: Scanned,
}

impl Secrets {
    /// Learns the secrets of stacks, and those of all texts that were read; some were searched before.
    #[must_use]
    pub fn new(sources: &Sources, stacks: &[Stack], scanned: Scanned) -> Self {
        let mut secrets = Self { names: names_of(stacks), ..Self::default() };
        let behind = Scanned::of(sources.since(scanned.texts));
        secrets.name_texts(&sources.all());
        // Names come first, as they tell which values are public. Settings are many, and looked at once.
        let mut may_teach = Vec::new();
        for setting in stacks.iter().flat_map(|stack| &stack.settings) {
            named_hosts(setting).iter().for_each(|host| add_name(&mut secrets.names, host));
            if setting.veiled || !setting.layers.is_empty() || setting.secret() {
                may_teach.push(setting);
            }
        }
        may_teach.into_iter().for_each(|setting| secrets.setting(setting, sources));
        secrets.scanned(scanned, sources);
        secrets.scanned(behind, sources);
        secrets
    }

    /// Learns those of the texts that were read since.
    pub(super) fn read_on(&mut self, sources: &Sources) {
        let behind = sources.since(self.scanned.texts);
        self.name_texts(&behind);
        self.scanned(Scanned::of(behind), sources);
    }

    /// The names of files are shown even if somebody uses one as a password.
    fn name_texts(&mut self, texts: &Texts) {
        texts.iter().for_each(|(_, source)| parts_of_path(&source.name, &mut |name| add_name(&mut self.names, name)));
    }

    /// Learns what a search of texts has found.
    fn scanned(&mut self, scanned: Scanned, sources: &Sources) {
        for (id, ranges) in &scanned.places {
            let source = sources.get(*id);
            for range in ranges {
                let value = source.expose().get(range.clone()).unwrap_or_default();
                // Prose about passwords is full of words. Where one stands as a secret it is masked.
                if !harmless::is_word(value) {
                    self.value(value);
                }
            }
        }
        self.scanned.append(scanned);
    }

    /// Learns what a setting holds.
    fn setting(&mut self, setting: &Setting, sources: &Sources) {
        let fields = std::iter::once(&setting.value).chain(setting.layers.iter().map(|layer| &layer.value));
        let whole = setting.veiled || setting.is_wholly_secret();
        for field in fields {
            let Some(value) = field.value().map(Text::expose) else { continue };
            if whole {
                self.value(value);
                self.place(field, sources);
            } else {
                let parts = secrecy::credentials(value);
                for part in &parts {
                    self.value(value.get(part.clone()).unwrap_or_default());
                }
                if !parts.is_empty() {
                    self.place(field, sources);
                }
            }
        }
    }

    fn place(&mut self, field: &Field<Text>, sources: &Sources) {
        let spans: Vec<Span> = field.origins().iter().filter_map(|origin| origin.span).chain(field.at).collect();
        let files: Vec<_> = spans.iter().map(|span| sources.get(span.source).name.clone()).collect();
        for span in spans {
            let source = sources.get(span.source);
            let text = source.slice(span);
            // The name of the file that the value came through says nothing of the value.
            let path = text.trim_matches(['"', '\'']).trim_start_matches("./");
            let names_a_file = !path.is_empty() && files.iter().any(|file| is_end(file, path));
            if !secrecy::is_reference(text) && !names_a_file {
                self.places.entry(span.source).or_default().push(span.range());
            }
        }
    }

    /// Remembers a value, its lines if it has several, and the spellings in which it may turn up.
    fn value(&mut self, value: &str) {
        let value = value.trim().trim_matches(['"', '\'']);
        if value.contains('\n') {
            for line in value.lines().filter(|line| line.trim().len() >= 2 * SHORTEST) {
                self.value(line);
            }
        }
        if value.len() < SHORTEST || secrecy::is_reference(value) || self.is_public(value) {
            return;
        }
        let bytes = value.as_bytes();
        let decoded = spelling::base64_text(value).map(|decoded| decoded.trim().to_owned());
        self.values.extend(decoded.filter(|decoded| decoded.len() >= SHORTEST && !self.is_public(decoded)));
        let encoded = base64(bytes);
        self.values.insert(encoded.trim_end_matches('=').to_owned());
        self.values.insert(base64(&[bytes, b"\n"].concat()).trim_end_matches('=').to_owned());
        self.values.insert(spelling::percent_encoded(value));
        self.values.insert(value.escape_debug().to_string());
        // Names of projects and objects are written in lower case, wherever they were taken from.
        let lower = value.to_ascii_lowercase();
        if !self.is_public(&lower) {
            self.values.insert(lower);
        }
        self.values.insert(value.to_owned());
    }

    /// Whether a value cannot be masked wherever it turns up, because it is a word of everyday use
    /// or the name of something here. Where it stands as a secret it is masked all the same.
    fn is_public(&self, value: &str) -> bool {
        if value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
            return value.len() < 6;
        }
        let word = value.bytes().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'_'));
        harmless::is_everyday(value) || (word && (self.names.contains(value) || harmless::is_common(value)))
    }
}

/// The names of what is deployed, but for the hosts that settings name: they are shown even if somebody uses one as a password.
fn names_of(stacks: &[Stack]) -> HashSet<String> {
    let mut names = HashSet::new();
    let mut add = |name: &str| add_name(&mut names, name);
    for stack in stacks {
        add(&stack.name);
        stack.files.iter().for_each(|file| parts_of_path(file, &mut add));
        stack.workloads.iter().for_each(|workload| add(&workload.name));
        stack.objects.iter().for_each(|object| add(&object.name));
        stack.policies.iter().for_each(|policy| add(&policy.name));
        for container in &stack.containers {
            add(&container.name);
            let repository = container.image.value().map_or("", |image| image.repository.as_str());
            repository.split('/').for_each(&mut add);
            container.networks.iter().for_each(|(name, _)| add(name));
        }
    }
    names
}

/// Most names come again and again.
fn add_name(names: &mut HashSet<String>, name: &str) {
    if name.len() >= 2 {
        names.get_or_insert_with(name, |name| name.to_owned());
    }
}

fn parts_of_path(path: &str, add: &mut dyn FnMut(&str)) {
    path.split(['/', '.']).for_each(add);
}

/// The hosts that a setting names, and the labels of those, as far as they are words: a host does not
/// become a secret because a password that somebody published is the same word.
fn named_hosts(setting: &Setting) -> Vec<String> {
    let value = setting.value.value().map_or("", Text::expose);
    if value.len() > 200 || !(hosts::is_host_like(&setting.name) || value.contains("://")) || setting.secret() {
        return Vec::new();
    }
    let hosts = hosts::hosts(&setting.name, value);
    let labels = hosts.iter().flat_map(|host| host.split('.'));
    labels.filter(|label| harmless::is_word(label)).map(str::to_owned).collect()
}
