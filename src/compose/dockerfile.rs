//! The little of a Dockerfile that a deployment inherits: user, health check, entrypoint, files.

use crate::discovery::Workspace;
use crate::model::{Brought, Content, Held};
use crate::source::reader::file_name;
use crate::source::{OriginKind, SourceId, Span, reader};
use std::collections::HashMap;

/// What an image built from a stage has. `None`: the base image decides.
#[derive(Debug, Clone, Default)]
pub struct Stage {
    /// The last `USER`, with its place.
    pub user: Option<(Span, String)>,
    /// The last `HEALTHCHECK`: its command, or nothing for `NONE`.
    pub health: Option<(Span, Option<String>)>,
    /// The program of the last `ENTRYPOINT`.
    pub entrypoint: Option<(String, Span)>,
    /// The image that the first of its stages builds on, with the place of its `FROM`; `None` if
    /// that depends on an argument that is not known.
    pub base: Option<(String, Span)>,
    /// What it copies from the build context, in order.
    pub copies: Vec<Copied>,
    /// The last `WORKDIR`; empty while the base image decides.
    folder: String,
}

/// What a `COPY` or `ADD` takes from the build context.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// Paths within the context; the last part may be a pattern.
    pub from: Vec<String>,
    /// The absolute path in the image.
    pub to: String,
    /// Whether that is a folder, which the copies keep their names in.
    pub into: bool,
    /// The place of the instruction.
    pub at: Span,
}

/// An instruction with its place.
struct Instruction {
    word: String,
    rest: String,
    at: Span,
}

/// Reads the stage that is built: `target`, else the last. `None` if there is no such.
#[must_use]
pub fn read(source: SourceId, text: &str, target: Option<&str>) -> Option<Stage> {
    let mut arguments: HashMap<String, String> = HashMap::new();
    let mut stages: HashMap<String, Stage> = HashMap::new();
    let mut current: Option<(Option<String>, Stage)> = None;
    let mut number = 0usize;
    for instruction in instructions(source, text) {
        let rest = substituted(&instruction.rest, &arguments);
        match instruction.word.as_str() {
            "ARG" | "ENV" => {
                for pair in rest.split_whitespace() {
                    if let Some((name, value)) = pair.split_once('=') {
                        arguments.insert(name.to_owned(), value.trim_matches('"').to_owned());
                    }
                }
            }
            "FROM" => {
                if let Some((name, stage)) = current.take() {
                    if target.is_some() && name.as_deref() == target {
                        return Some(stage);
                    }
                    stages.insert(number.to_string(), stage.clone());
                    number += 1;
                    name.and_then(|name| stages.insert(name, stage));
                }
                let words: Vec<&str> = rest.split_whitespace().filter(|word| !word.starts_with("--")).collect();
                let base = words.first().copied().unwrap_or_default();
                let name = words.get(1).filter(|word| word.eq_ignore_ascii_case("as")).and_then(|_| words.get(2));
                let known = (!base.contains('$')).then(|| (base.to_owned(), instruction.at));
                let inherited = stages.get(base).cloned();
                let inherited = inherited.unwrap_or(Stage { base: known, ..Stage::default() });
                current = Some((name.map(|name| (*name).to_owned()), inherited));
            }
            word => {
                let Some((_, stage)) = &mut current else { continue };
                stage.apply(word, &rest, instruction.at);
            }
        }
    }
    let (name, stage) = current?;
    (target.is_none() || name.as_deref() == target).then_some(stage)
}

impl Stage {
    /// The files and folders of the tree that it copies from the folder that it is built from.
    #[must_use]
    pub fn files(&self, context: &str, workspace: &Workspace) -> Vec<(Brought, Span)> {
        let mut found = Vec::new();
        for copy in &self.copies {
            let sources = copy.from.iter().filter_map(|from| reader::join(context, from.trim_start_matches('/')));
            for source in sources.flat_map(|source| workspace.matching(&source)) {
                let name = reader::file_name(&source);
                // Of a folder its content is copied.
                let path = match copy.into && !workspace.is_folder(&source) {
                    true => format!("{}/{name}", copy.to.trim_end_matches('/')),
                    false => copy.to.clone(),
                };
                let content = Content::File(source);
                found.push((Brought { path, content, kind: OriginKind::Literal, held: Held::Literal }, copy.at));
            }
        }
        found
    }

    fn apply(&mut self, word: &str, rest: &str, at: Span) {
        match word {
            // A variable that nothing here defines leaves the user open.
            "USER" if rest.contains('$') => (self.user, self.base) = (None, None),
            "USER" => self.user = Some((at, rest.to_owned())),
            "WORKDIR" => self.folder = self.absolute(rest.trim_matches('"')).unwrap_or_default(),
            "COPY" | "ADD" => self.copies.extend(self.copied(rest, at)),
            "HEALTHCHECK" => {
                let command = rest.split_whitespace().skip_while(|word| word.starts_with("--"));
                let command: Vec<&str> = command.collect();
                let is_none = command.first().is_some_and(|word| word.eq_ignore_ascii_case("NONE"));
                self.health = Some((at, (!is_none).then(|| command.join(" "))));
            }
            "ENTRYPOINT" => {
                let word: String = rest
                    .trim_start_matches('[')
                    .trim()
                    .trim_start_matches('"')
                    .chars()
                    .take_while(|next| !next.is_whitespace() && !matches!(next, '"' | ',' | ']'))
                    .collect();
                let program = file_name(&word).to_owned();
                self.entrypoint = (!program.is_empty()).then_some((program, at));
            }
            _ => {}
        }
    }
}

impl Stage {
    /// What a copy takes from the build context; `None` if it takes nothing from there, or if an
    /// argument that is not known decides it.
    fn copied(&self, rest: &str, at: Span) -> Option<Copied> {
        let flags = |word: &&str| word.starts_with("--");
        if rest.contains(['$', '<']) || rest.split_whitespace().take_while(flags).any(|word| word.starts_with("--from"))
        {
            return None;
        }
        let mut words: Vec<String> = rest.split_whitespace().skip_while(flags).map(str::to_owned).collect();
        if words.first().is_some_and(|word| word.starts_with('[')) {
            words = serde_json::from_str(&words.join(" ")).ok()?;
        }
        let to = words.pop()?;
        // What is fetched or unpacked has other names inside.
        let is_odd = |from: &String| {
            from.contains("://")
                || [".tar", ".tar.gz", ".tgz", ".tar.xz", ".tar.bz2"].iter().any(|end| from.ends_with(end))
        };
        words.retain(|from| !is_odd(from));
        let full = self.absolute(&to)?;
        let into = to.ends_with(['/', '.']) || words.len() > 1 || full == self.folder;
        (!words.is_empty()).then_some(Copied { from: words, to: full, into, at })
    }

    /// A path in the image, without dots; `None` if it begins in a folder that the base image names.
    fn absolute(&self, path: &str) -> Option<String> {
        let base = if path.starts_with('/') { "" } else { self.folder.as_str() };
        if base.is_empty() && !path.starts_with('/') {
            return None;
        }
        let mut parts: Vec<&str> = Vec::new();
        for part in base.split('/').chain(path.split('/')) {
            match part {
                "" | "." => {}
                ".." => drop(parts.pop()),
                part => parts.push(part),
            }
        }
        Some(format!("/{}", parts.join("/")))
    }
}

/// The instructions of a file: comments left out, continued lines joined, here-documents skipped.
fn instructions(source: SourceId, text: &str) -> Vec<Instruction> {
    let mut found = Vec::new();
    let mut pending: Option<(usize, String)> = None;
    let mut until: Option<String> = None;
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let content = line.trim();
        if let Some(word) = &until {
            if content == word {
                until = None;
            }
            continue;
        }
        if content.starts_with('#') || (content.is_empty() && pending.is_none()) {
            continue;
        }
        let indent = line.len() - line.trim_start().len();
        let (at, mut joined) = pending.take().unwrap_or((start + indent, String::new()));
        match content.strip_suffix('\\') {
            Some(more) => {
                joined.push_str(more);
                joined.push(' ');
                pending = Some((at, joined));
            }
            None => {
                joined.push_str(content);
                until = here_document(&joined);
                let (word, rest) = joined.split_once(char::is_whitespace).unwrap_or((&joined, ""));
                let end = start + indent + content.len();
                found.push(Instruction {
                    word: word.to_ascii_uppercase(),
                    rest: rest.trim().to_owned(),
                    at: Span::new(source, at, end),
                });
            }
        }
    }
    found
}

/// The word that ends the here-document that a line begins.
fn here_document(line: &str) -> Option<String> {
    let upper = line.to_ascii_uppercase();
    if !["RUN", "COPY", "ADD"].iter().any(|word| upper.starts_with(word)) {
        return None;
    }
    let (_, after) = line.split_once("<<")?;
    let after = after.trim_start_matches('-');
    let word: String = after
        .chars()
        .skip_while(|next| matches!(next, '"' | '\''))
        .take_while(|next| next.is_alphanumeric() || *next == '_')
        .collect();
    (!word.is_empty()).then_some(word)
}

/// `$NAME`, `${NAME}` and `${NAME:-default}` replaced by what ARG and ENV say; others stay.
fn substituted(text: &str, arguments: &HashMap<String, String>) -> String {
    let mut made = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(dollar) = rest.find('$') {
        made.push_str(&rest[..dollar]);
        let after = &rest[dollar + 1..];
        let (name, default, tail) = match after.strip_prefix('{').and_then(|inner| inner.split_once('}')) {
            Some((inside, tail)) => {
                let (name, default) =
                    inside.split_once(":-").map_or((inside, None), |(name, default)| (name, Some(default)));
                (name, default, tail)
            }
            None => {
                let end = after.find(|next: char| !next.is_ascii_alphanumeric() && next != '_').unwrap_or(after.len());
                (&after[..end], None, &after[end..])
            }
        };
        match arguments.get(name).map(String::as_str).or(default) {
            Some(value) => made.push_str(value),
            None => made.push_str(&rest[dollar..rest.len() - tail.len()]),
        }
        rest = tail;
    }
    made.push_str(rest);
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_stage_inherits_and_decides() {
        let text = "# syntax=docker/dockerfile:1\nARG BASE=debian:12\nFROM $BASE AS base\nUSER app\nRUN <<EOF\nUSER root\nEOF\n\
                    FROM base AS test\nUSER root\nFROM base\nHEALTHCHECK --interval=5s \\\n  # note\n  CMD curl -f localhost\n\
                    ENTRYPOINT [\"/sbin/tini\", \"--\", \"app\"]\n";
        let stage = read(SourceId(0), text, None).unwrap();
        assert_eq!(stage.user.unwrap().1, "app");
        assert_eq!(stage.health.unwrap().1.as_deref(), Some("CMD curl -f localhost"));
        assert_eq!(stage.entrypoint.unwrap().0, "tini");
        assert_eq!(read(SourceId(0), text, Some("test")).unwrap().user.unwrap().1, "root");
        assert!(read(SourceId(0), text, Some("none")).is_none());
        assert!(read(SourceId(0), "FROM x\nUSER ${WHO}\n", None).unwrap().user.is_none());
    }

    #[test]
    fn copies_from_the_context_are_known_by_their_paths() {
        let copies = |text: &str| {
            let stage = read(SourceId(0), &format!("FROM x\n{text}\n"), None).unwrap();
            let show = |it: &Copied| format!("{} > {}{}", it.from.join(" "), it.to, if it.into { "/" } else { "" });
            stage.copies.iter().map(show).collect::<Vec<_>>().join("; ")
        };
        for (text, shown) in [
            ("COPY app.yaml /etc/app/app.yaml", "app.yaml > /etc/app/app.yaml"),
            ("COPY --chown=1:1 [\"a b.yaml\", \"/etc/\"]", "a b.yaml > /etc/"),
            ("WORKDIR /srv\nWORKDIR app\nCOPY . .", ". > /srv/app/"),
            ("WORKDIR /srv\nCOPY a.yaml b.yaml conf", "a.yaml b.yaml > /srv/conf/"),
            ("COPY --from=build /out /app", ""),
            ("COPY a.yaml conf/", ""),
            ("COPY $FILE /etc/app.yaml", ""),
            ("ADD https://acme.io/x.yaml x.tar.gz y.yaml /etc/", "y.yaml > /etc/"),
            ("COPY <<EOF /etc/app.yaml\na: b\nEOF", ""),
        ] {
            assert_eq!(copies(text), shown, "{text}");
        }
    }
}
