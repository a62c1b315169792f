//! Everything that sets a value, under one name, by the app's own precedence.

use super::app::Declared;
use super::candidates::{Candidate, Table, hidden};
use super::flags::{Flag, flags, hidden_flags};
use super::keys::keys;
use super::layers::{FileLayer, Single, file_value, held, used_at};
use super::names::{Listed, Names, Published, same_flag};
use crate::model::{Base, Field, Held, Layer, Setting, SettingSource, Settings, State, Word};
use crate::source::{Origin, OriginKind, Reason, Sources, Span, Text};
use crate::syntax::{Limits, Node, Provenance, Style, Syntax, inside};
use hashbrown::{HashMap, HashSet};
use std::sync::Arc;

/// What one process sees.
pub struct Join<'j> {
    /// What the pack of its app lists.
    pub listed: &'j Listed<'j>,
    /// Index of its container.
    pub container: usize,
    /// The name of its container.
    pub of: Arc<str>,
    /// The place of its container.
    pub at: Span,
    /// Its settings so far, with their index.
    pub settings: Vec<(usize, &'j Setting)>,
    /// Its command line.
    pub words: &'j [Word],
    /// Its config files in the order in which they are merged.
    pub files: &'j [FileLayer],
    /// Why it may have variables that are not seen, if that is so, where that shows, and who holds them.
    pub hidden_variables: Option<(Reason, Span, Held)>,
    /// Reads a file of the container, for siblings.
    pub read: &'j dyn Fn(&str) -> Option<Single>,
    /// All texts.
    pub sources: &'j Sources,
    /// The limits that parsers keep.
    pub limits: &'j Limits,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Joined {
    /// Settings that take the place of others, with their index.
    pub replaced: Vec<(usize, Box<Setting>)>,
    /// Indices of settings that are part of another now.
    pub gone: Vec<usize>,
    /// Settings that were not there before.
    pub added: Settings,
}

/// Brings together what sets each of an app's settings.
#[must_use]
pub fn join(join: &Join<'_>) -> Joined {
    let known = join.files.iter().filter_map(|file| file.keys.as_ref().ok()).flat_map(|keys| keys.iter());
    let names = Names::new(join.listed, known.map(|key| key.name.as_str()));
    let mut joined = Joined::default();
    let mut table = Table::default();
    let mut homes: HashMap<String, usize> = HashMap::new();
    join.variables(&names, &mut table, &mut homes, &mut joined);
    join.flags(&names, &mut table, &mut joined);
    join.siblings(&names, &mut table);
    join.files(&names, &mut table);
    join.within_json(&names, &mut table);
    if join.hides_something() {
        for published in join.listed.published() {
            table.row(published.name);
        }
        join.unseen(&names, &mut table);
    }
    for name in &table.order {
        let candidates = table.rows.get_mut(name).map(std::mem::take).unwrap_or_default();
        let setting = Box::new(join.setting(name, candidates, &names));
        match homes.get(name) {
            Some(index) => joined.replaced.push((*index, setting)),
            None => joined.added.push(setting),
        }
    }
    // Most of what a pack lists is set by nothing, and nothing has to be brought together for it.
    let published = join.listed.published().filter(|published| !table.rows.contains_key(&**published.name));
    joined.added.reserve_exact(join.listed.published().count());
    joined.added.extend(published.map(|published| Box::new(join.unset(&published))));
    joined
}

impl Join<'_> {
    /// Variables, each with what it replaced.
    fn variables(&self, names: &Names<'_>, table: &mut Table, homes: &mut HashMap<String, usize>, joined: &mut Joined) {
        for (index, setting) in self.settings.iter().filter(|(_, setting)| setting.source == SettingSource::Env) {
            let Some(name) = names.of_variable(&setting.name) else {
                joined
                    .replaced
                    .extend(names.stranger(&setting.name).map(|known| (*index, Box::new(setting.described_as(known)))));
                continue;
            };
            match homes.get(name) {
                None => drop(homes.insert(name.to_owned(), *index)),
                Some(_) => joined.gone.push(*index),
            }
            let row = table.row(name);
            let candidate = |value: Field<Text>, held| Candidate {
                source: SettingSource::Env,
                value,
                held,
                at: setting.at,
                from_secret: setting.from_secret,
                veiled: setting.veiled,
            };
            if setting.layers.is_empty() {
                row.push(candidate(setting.value.clone(), setting.held));
            }
            row.extend(setting.layers.iter().map(|layer| candidate(layer.value.clone(), layer.held)));
        }
    }

    /// Flags that the app knows; of a repeated one the last counts.
    fn flags(&self, names: &Names<'_>, table: &mut Table, joined: &mut Joined) {
        let mut taken: Vec<String> = Vec::new();
        for Flag { name: flag, value, word, at } in flags(self.listed.app, self.words).into_iter().rev() {
            let any = !self.listed.app.assigning.is_empty() || self.listed.app.long_flags;
            let name = match names.of_flag(&flag) {
                Some(name) => name.to_owned(),
                None if any => flag.replace('-', "_"),
                None => continue,
            };
            let word = self.words.get(word);
            table.row(&name).push(Candidate {
                source: SettingSource::Flag,
                value,
                held: word.map_or(Held::Literal, |word| word.held),
                at,
                from_secret: word.is_some_and(|word| word.from_secret),
                veiled: false,
            });
            taken.push(flag);
        }
        let is_taken = |setting: &Setting| {
            let own = taken.iter().any(|flag| same_flag(flag, &setting.name));
            let marker =
                self.listed.app.assigning.iter().any(|marker| marker.trim_start_matches('-') == &*setting.name);
            let assigned = |text: &Text| {
                text.expose().split_once('=').is_some_and(|(name, _)| taken.iter().any(|flag| same_flag(flag, name)))
            };
            setting.source == SettingSource::Flag && (own || (marker && setting.value.value().is_some_and(assigned)))
        };
        joined.gone.extend(self.settings.iter().filter(|(_, setting)| is_taken(setting)).map(|(index, _)| *index));
    }

    /// Files that hold a single value and are named by a variable or a key.
    fn siblings(&self, names: &Names<'_>, table: &mut Table) {
        let Some(suffix) = self.listed.app.sibling.as_deref() else { return };
        for (_, setting) in self.settings.iter().filter(|(_, setting)| setting.source == SettingSource::Env) {
            let Some(name) = setting.name.strip_suffix(suffix).and_then(|name| names.of_variable(name)) else {
                continue;
            };
            let candidate = self.sibling(&setting.value, None, setting.at);
            table.row(name).extend(candidate);
        }
        let lower = suffix.to_lowercase();
        for file in self.files {
            for key in file.keys.iter().flat_map(|keys| keys.iter()) {
                let Some(name) = key.name.strip_suffix(&lower).map(|name| names.of_key(name)) else { continue };
                if names.declared(&name).is_some() {
                    let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
                    let candidate = self.sibling(&file_value(file, key), Some(folder), key.at);
                    table.row(&name).extend(candidate);
                }
            }
        }
    }

    fn sibling(&self, path: &Field<Text>, folder: Option<&str>, at: Span) -> Option<Candidate> {
        let candidate = |value, held| Candidate {
            source: SettingSource::Sibling,
            value,
            held,
            at,
            from_secret: false,
            veiled: true,
        };
        match &path.state {
            State::Absent => None,
            State::Unknown(reason) => Some(candidate(Field::unknown(reason.clone(), at), Held::Secret)),
            State::Set(text) if text.is_empty() => None,
            State::Set(text) => {
                let text = text.expose();
                let full = match folder {
                    Some(folder) if !text.starts_with('/') => format!("{folder}/{text}"),
                    _ => text.to_owned(),
                };
                let found = (self.read)(&full);
                let missing = || Single {
                    value: Field::unknown(Reason::MissingFile { path: full.as_str().into() }, at),
                    held: Held::External,
                };
                let Single { mut value, held } = found.unwrap_or_else(missing);
                value = used_at(value, at, &full);
                Some(candidate(value, held))
            }
        }
    }

    /// Keys of config files; of several files the last one counts, and one that is not seen may say
    /// otherwise than those before it.
    fn files(&self, names: &Names<'_>, table: &mut Table) {
        for (number, file) in self.files.iter().enumerate().rev() {
            for key in file.keys.iter().flat_map(|keys| keys.iter()) {
                let name = names.of_key(&key.name);
                if !file.may_set(&name) {
                    continue;
                }
                let value = file_value(file, key);
                let held = held(&value, file.held);
                let row = table.row(&name);
                if let Some((reason, at)) = self.unseen_file(number + 1, &name)
                    && !row.iter().any(|candidate| candidate.source == SettingSource::File)
                {
                    row.push(hidden(SettingSource::File, reason, at, Held::Unseen));
                }
                row.push(Candidate {
                    source: SettingSource::File,
                    value,
                    held,
                    at: key.at,
                    from_secret: false,
                    veiled: file.kind == OriginKind::Secret,
                });
            }
        }
    }

    /// The first config file from a number on that is not seen and may set what has this name.
    fn unseen_file(&self, from: usize, name: &str) -> Option<(&Reason, Span)> {
        let mut files = self.files.iter().skip(from).filter(|file| file.may_set(name));
        files.find_map(|file| Some((file.keys.as_ref().err()?, file.at)))
    }

    /// JSON within values: its keys are settings below the one that holds it.
    fn within_json(&self, names: &Names<'_>, table: &mut Table) {
        let is_json = |name: &&String| {
            let kind = names.declared(name).and_then(|declared| declared.kind);
            kind.is_some_and(|kind| kind.base == Base::Json)
        };
        let outer: Vec<String> = table.order.iter().filter(is_json).cloned().collect();
        for name in outer {
            let mut found = Vec::new();
            for candidate in table.rows.get(&name).into_iter().flatten() {
                let Some(text) = candidate.value.value() else { continue };
                let Some(at) = candidate.value.primary() else { continue };
                let node = Node::scalar(at, text.clone(), Style::Quoted);
                let parsed = inside::read(Syntax::Json, &node, self.sources.get(at.source).expose(), self.limits);
                for key in keys(&parsed, Syntax::Json, None).0 {
                    let mut origins = vec![Origin {
                        kind: OriginKind::Literal,
                        span: key.value.at,
                        name: Some(key.name.as_str().into()),
                    }];
                    origins.extend(candidate.value.origins().iter().skip(1).cloned());
                    origins.extend(candidate.value.at.map(|at| Origin::at(OriginKind::Reference, at)));
                    let provenance = Some(Arc::new(Provenance { origins, unknown: None }));
                    let value = Field { state: key.value.state, at: candidate.value.at, provenance };
                    found.push((format!("{name}.{}", key.name), Candidate { value, at: key.at, ..*candidate }));
                }
            }
            for (name, candidate) in found {
                table.row(&name).push(candidate);
            }
        }
    }

    /// Whether something that cannot be seen may set values.
    fn hides_something(&self) -> bool {
        self.hidden_variables.is_some()
            || self.files.iter().any(|file| file.keys.is_err())
            || hidden_flags(self.words).is_some()
    }

    /// A listed setting that nothing sets.
    fn unset(&self, published: &Published<'_>) -> Setting {
        let Published { name, declared, described } = published;
        let value = match self.default(declared) {
            Some(default) => Field::default(default.clone(), self.at),
            None => Field::absent(self.at),
        };
        Setting {
            container: Some(self.container),
            of: Arc::clone(&self.of),
            described: Some(Arc::clone(described)),
            ..Setting::new(Arc::clone(name), self.at, value, Held::Default, SettingSource::Default)
        }
    }

    /// What a setting is by default beside the keys that the config files have.
    fn default<'d>(&self, declared: &'d Declared) -> Option<&'d Text> {
        let keys = self.files.iter().filter_map(|file| file.keys.as_ref().ok()).flat_map(|keys| keys.iter());
        declared.default_beside(keys.map(|key| key.name.as_str()))
    }

    /// What may set a value but cannot be seen: a config file that is not here, variables of an
    /// object that is not.
    fn unseen(&self, names: &Names<'_>, table: &mut Table) {
        let flags = hidden_flags(self.words);
        for name in table.order.clone() {
            let row = table.row(&name);
            if let Some((reason, at)) = self.unseen_file(0, &name) {
                row.push(hidden(SettingSource::File, reason, at, Held::Unseen));
            }
            if let Some((reason, at)) = &flags
                && !row.iter().any(|candidate| candidate.source == SettingSource::Flag)
                && names.described(&name, false).names.iter().any(|other| names.of_flag(other) == Some(&name))
            {
                row.push(hidden(SettingSource::Flag, reason, *at, Held::Unseen));
            }
            let is_set = row.iter().any(|candidate| candidate.source == SettingSource::Env);
            if let Some((reason, at, held)) = self.hidden_variables.as_ref().filter(|_| !is_set)
                && names.described(&name, false).names.iter().any(|other| names.of_variable(other) == Some(&name))
            {
                row.push(hidden(SettingSource::Env, reason, *at, *held));
            }
        }
    }

    /// The setting that comes of all that sets it.
    fn setting(&self, name: &str, mut candidates: Vec<Candidate>, names: &Names<'_>) -> Setting {
        let declared = names.declared(name);
        let mut left_empty = None;
        candidates.retain(|candidate| match &candidate.value.state {
            State::Absent => false,
            State::Unknown(_) => true,
            State::Set(text) => {
                let text = text.expose();
                let is_ignored = declared.is_some_and(|declared| declared.ignored.iter().any(|it| it.is(text)));
                let counts = candidate.source == SettingSource::File && declared.is_some_and(|it| it.may_be_empty);
                let is_nothing = self.listed.app.empty_is_absent && text.is_empty() && !counts;
                if is_nothing && left_empty.is_none() {
                    left_empty = Some(candidate.value.clone());
                }
                !is_ignored && !is_nothing
            }
        });
        if let Some(default) = declared.and_then(|declared| self.default(declared)) {
            candidates.push(Candidate {
                source: SettingSource::Default,
                value: Field::default(default.clone(), self.at),
                held: Held::Default,
                at: self.at,
                from_secret: false,
                veiled: false,
            });
        }
        candidates.sort_by_key(|candidate| std::cmp::Reverse(self.listed.app.rank(candidate.source)));
        let mut seen = HashSet::new();
        let layers: Vec<Layer> = candidates
            .iter()
            // Two names of one setting may lead to the same place.
            .filter(|candidate| seen.insert((candidate.source, candidate.value.primary(), candidate.at)))
            .map(|candidate| Layer { source: candidate.source, value: candidate.value.clone(), held: candidate.held })
            .collect();
        let layers = if layers.len() > 1 { layers } else { Vec::new() };
        let from_secret = candidates.first().is_some_and(|candidate| candidate.from_secret);
        let veiled = candidates.iter().any(|candidate| candidate.veiled || candidate.from_secret);
        let winner = candidates.into_iter().next();
        let is_flag = winner.as_ref().is_some_and(|winner| winner.source == SettingSource::Flag);
        let described = Some(names.described(name, is_flag));
        let (value, held, at, source) = match winner {
            Some(winner) => (winner.value, winner.held, winner.at, winner.source),
            // Where it was left empty is the place to write it.
            None => {
                let left = left_empty.map(|left| Field { state: State::Absent, ..left });
                (left.unwrap_or_else(|| Field::absent(self.at)), Held::Default, self.at, SettingSource::Default)
            }
        };
        let setting = Setting::new(name, at, value, held, source).of_container(self.container, Arc::clone(&self.of));
        Setting { layers, from_secret, veiled, described, ..setting }
    }
}
