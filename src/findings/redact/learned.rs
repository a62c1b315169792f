//! What is learned of an audit before its texts are masked: secret values and places, and public names.

use super::{harmless, memory, scan, spelling};
use crate::model::{Field, Setting, Stack, hosts, secrecy};
use crate::source::encoding::base64;
use crate::source::reader::is_end;
use crate::source::{SourceId, Sources, Span, Text};
use hashbrown::{HashMap, HashSet};
use rayon::prelude::*;
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

/// What is learned before the search for it is built.
#[derive(Default)]
pub(super) struct Learned {
    pub values: BTreeSet<String>,
    pub names: HashSet<String>,
    pub places: HashMap<SourceId, Vec<Range<usize>>>,
}

impl Learned {
    /// Learns what a setting holds.
    pub fn setting(&mut self, setting: &Setting, sources: &Sources) {
        if !setting.veiled && setting.layers.is_empty() && !setting.secret() {
            return;
        }
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
    pub fn value(&mut self, value: &str) {
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

/// The byte ranges that are secret by the raw texts; of sources that have any.
pub(super) fn scanned(sources: &Sources) -> HashMap<SourceId, Vec<Range<usize>>> {
    let all = sources.all().into_par_iter();
    all.map_init(memory::Memory::default, |memory, (id, source)| (id, scan::secret_ranges(source.expose(), memory)))
        .filter(|(_, ranges)| !ranges.is_empty())
        .collect()
}

/// The names of what is deployed, and of the files that say so: they are shown even if somebody uses
/// one as a password.
pub(super) fn public_names(sources: &Sources, stacks: &[Stack]) -> HashSet<String> {
    let mut names = HashSet::new();
    // Most names come again and again.
    let mut add = |name: &str| {
        if name.len() >= 2 {
            names.get_or_insert_with(name, |name| name.to_owned());
        }
    };
    let parts = |path: &str, add: &mut dyn FnMut(&str)| path.split(['/', '.']).for_each(add);
    for (_, source) in sources.all() {
        parts(&source.name, &mut add);
    }
    for stack in stacks {
        add(&stack.name);
        stack.files.iter().for_each(|file| parts(file, &mut add));
        stack.workloads.iter().for_each(|workload| add(&workload.name));
        stack.objects.iter().for_each(|object| add(&object.name));
        stack.policies.iter().for_each(|policy| add(&policy.name));
        for container in &stack.containers {
            add(&container.name);
            let repository = container.image.value().map_or("", |image| image.repository.as_str());
            repository.split('/').for_each(&mut add);
            container.networks.iter().for_each(|(name, _)| add(name));
        }
        stack.settings.iter().flat_map(|setting| named_hosts(setting)).for_each(|host| add(&host));
    }
    names
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
