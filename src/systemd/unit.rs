//! A unit as systemd reads it (systemd.unit(5)): the file, a template's for an instance, and the
//! drop-ins of every folder that its name leads to laid over it.

use crate::discovery::Workspace;
use crate::model::{Cpu, Duration, Field, Memory};
use crate::source::reader::{file_name, folder, is_below, join};
use crate::source::{Problem, Reason, Span};
use crate::syntax::systemd::{assigned, overlay};
use crate::syntax::{Node, Syntax};
use std::collections::BTreeMap;

/// A unit with its drop-ins laid over it.
pub struct Unit {
    /// Its name without the suffix.
    pub name: String,
    /// Sections of keys with all that is assigned to them.
    pub root: Node,
    /// The files that it was read from, the unit's own first.
    pub files: Vec<String>,
}

/// Reads a unit; `files` are those that may hold drop-ins of it.
#[must_use]
pub fn read(path: &str, files: &[String], workspace: &Workspace, problems: &mut Vec<Problem>) -> Option<Unit> {
    let parse = |path: &str, problems: &mut Vec<Problem>| {
        let parsed = workspace.parse(path, Syntax::Systemd).ok()?;
        problems.extend(parsed.problems.iter().cloned());
        parsed.documents.first().map(|document| document.root.clone())
    };
    let file = if workspace.exists(path) { path.to_owned() } else { template(path)? };
    let mut root = parse(&file, problems)?;
    let mut read = vec![file];
    for drop_in in drop_ins(path, files) {
        if let Some(over) = parse(drop_in, problems) {
            root = overlay(&root, &over);
            read.push(drop_in.clone());
        }
    }
    let name = file_name(path);
    let name = name.rsplit_once('.').map_or(name, |(name, _)| name).to_owned();
    Some(Unit { name, root, files: read })
}

/// The template that an instance is made from: `a@.service` for `a@b.service`.
#[must_use]
pub fn template(path: &str) -> Option<String> {
    let (prefix, instance) = path.rsplit_once('@')?;
    let (instance, suffix) = instance.rsplit_once('.')?;
    (!instance.is_empty() && !instance.contains('/')).then(|| format!("{prefix}@.{suffix}"))
}

/// The drop-ins of a unit in the order in which they are laid over it: by their names, of two of one
/// name that of the folder which is closer to the unit's own name.
fn drop_ins<'f>(path: &str, files: &'f [String]) -> Vec<&'f String> {
    let place = folder(path);
    let name = file_name(path);
    let (stem, suffix) = name.rsplit_once('.').unwrap_or((name, "service"));
    let mut names = vec![suffix.to_owned()];
    let plain = stem.split('@').next().unwrap_or(stem);
    names.extend(plain.match_indices('-').map(|(at, _)| format!("{}-.{suffix}", &plain[..at])));
    names.extend(template(path).map(|template| file_name(&template).to_owned()));
    names.push(name.to_owned());
    let mut found: BTreeMap<&str, &String> = BTreeMap::new();
    for name in names {
        let beside = if place == "." { format!("{name}.d/") } else { format!("{place}/{name}.d/") };
        for file in files.iter().filter(|file| file.ends_with(".conf")) {
            if let Some(rest) = file.strip_prefix(&beside).filter(|rest| !rest.contains('/')) {
                found.insert(rest, file);
            }
        }
    }
    found.into_values().collect()
}

impl Unit {
    /// Whether it is a service that runs something.
    #[must_use]
    pub fn is_service(&self) -> bool {
        !assigned(&self.root, "Service", "ExecStart").is_empty()
    }

    /// Where its section `[Service]` begins.
    #[must_use]
    pub fn at(&self) -> Span {
        self.root.entry("Service").map_or(self.root.span, |section| section.key.span)
    }

    /// What counts of a directive of the section `[Service]` that has one value.
    #[must_use]
    pub fn last(&self, key: &str) -> Option<&Node> {
        assigned(&self.root, "Service", key).last().copied()
    }

    /// A directive with one value, read from its text; what systemd fills in is not known.
    #[must_use]
    pub fn field<T>(&self, key: &str, expected: &str, read: impl FnOnce(&str) -> Option<T>) -> Field<T> {
        match self.last(key) {
            None => Field::absent(self.at()),
            Some(node) => match hidden(node) {
                Some(reason) => Field::unknown(reason, node.span),
                None => Field::read(node, expected, |node| read(node.text()?)),
            },
        }
    }

    /// A directive that is yes or no.
    #[must_use]
    pub fn flag(&self, key: &str) -> Field<bool> {
        self.field(key, "yes or no", boolean)
    }
}

/// Why a value is not known, if a specifier such as `%i` stands in it.
#[must_use]
pub fn hidden(node: &Node) -> Option<Reason> {
    let text = node.text()?.replace("%%", "");
    let at = text.find('%')?;
    let specifier = text[at + 1..].chars().next().filter(char::is_ascii_alphabetic)?;
    Some(Reason::Elsewhere { what: format!("what systemd puts in for %{specifier}").into() })
}

/// The file of the tree that a path of the host most likely means: one that ends like it, in the
/// folders around the unit, which is in the folder `place`; one of the same name only beside the unit.
#[must_use]
pub fn in_tree(path: &str, place: &str, workspace: &Workspace) -> Option<String> {
    let is_file = |path: &String| workspace.exists(path) && !workspace.is_folder(path);
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let mut around = place;
    loop {
        for from in 0..parts.len().saturating_sub(1) {
            let tail = parts.get(from..).unwrap_or_default().join("/");
            if let Some(found) = join(around, &tail).filter(is_file).filter(|found| is_below(found, around)) {
                return Some(found);
            }
        }
        if around == "." {
            break;
        }
        around = folder(around);
    }
    join(place, file_name(path)).filter(is_file)
}

/// Yes or no as systemd writes it.
#[must_use]
pub fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "yes" | "y" | "true" | "t" | "on" => Some(true),
        "0" | "no" | "n" | "false" | "f" | "off" => Some(false),
        _ => None,
    }
}

/// A time span as systemd writes it: `1d`, `6h 30min`, `3600`.
#[must_use]
pub fn span(text: &str) -> Option<Duration> {
    let mut text = text.to_ascii_lowercase();
    if text == "infinity" {
        return Some(Duration(u64::MAX));
    }
    let units = [("minutes", "m"), ("minute", "m"), ("min", "m"), ("hours", "h"), ("hour", "h"), ("hr", "h")];
    let more = [("days", "d"), ("day", "d"), ("weeks", "w"), ("week", "w"), ("msec", "ms"), ("seconds", "s")];
    for (long, short) in units.iter().chain(&more).chain(&[("second", "s"), ("sec", "s")]) {
        text = text.replace(long, short);
    }
    let text: String = text.chars().filter(|next| !next.is_whitespace()).collect();
    text.parse::<u64>().ok().map(Duration::seconds).or_else(|| Duration::parse(&text))
}

/// A ceiling for memory. A part of the host's memory is one too, but nobody knows how much.
pub(super) fn memory(unit: &Unit) -> Field<Memory> {
    let key = if unit.last("MemoryMax").is_some() { "MemoryMax" } else { "MemoryLimit" };
    ceiling(unit, key, "the memory of the host", "an amount of memory such as 512M", Memory::compose)
}

/// A ceiling for processor time: hundredths of one processor.
pub(super) fn cpu(unit: &Unit) -> Field<Cpu> {
    unit.field("CPUQuota", "a part of a processor such as 50%", |text| {
        Cpu::parse(text.strip_suffix('%')?).map(|cpu| Cpu(cpu.0 / 100))
    })
}

/// A ceiling for processes.
pub(super) fn tasks(unit: &Unit) -> Field<i64> {
    ceiling(unit, "TasksMax", "the number of processes that the host allows", "a number", |text| text.parse().ok())
}

fn ceiling<T>(unit: &Unit, key: &str, whole: &str, expected: &str, read: impl FnOnce(&str) -> Option<T>) -> Field<T> {
    match unit.last(key) {
        Some(node) if node.text() == Some("infinity") => Field::absent(node.span),
        Some(node) if node.text().is_some_and(|text| text.ends_with('%')) => {
            Field::unknown(Reason::Elsewhere { what: whole.into() }, node.span)
        }
        _ => unit.field(key, expected, read),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(files: &[(&'static str, &'static str)], path: &str) -> Unit {
        let workspace = Workspace::in_memory(files.iter().copied());
        let names: Vec<String> = files.iter().map(|(path, _)| (*path).to_owned()).collect();
        read(path, &names, &workspace, &mut Vec::new()).unwrap()
    }

    #[test]
    fn drop_ins_of_every_folder_are_laid_over_in_the_order_of_their_names() {
        let own = [
            ("s/shop-web@.service", "[Service]\nExecStart=/bin/a\nUser=one\nNice=1\n"),
            ("s/service.d/10-all.conf", "[Service]\nUser=two\nGroup=all\n"),
            ("s/shop-.service.d/20-shop.conf", "[Service]\nUser=three\n"),
            ("s/shop-web@.service.d/20-shop.conf", "[Service]\nUser=four\n"),
            ("s/shop-web@x.service.d/05-x.conf", "[Service]\nUser=five\nExecStart=\nExecStart=/bin/b\n"),
            ("s/shop-api.service.d/99.conf", "[Service]\nUser=other\n"),
        ];
        let unit = unit(&own, "s/shop-web@x.service");
        assert_eq!(unit.name, "shop-web@x");
        let text = |key: &str| unit.last(key).and_then(Node::text).map(str::to_owned);
        assert_eq!(text("User").as_deref(), Some("four"));
        assert_eq!(text("Group").as_deref(), Some("all"));
        assert_eq!(text("ExecStart").as_deref(), Some("/bin/b"));
        assert_eq!(text("Nice").as_deref(), Some("1"));
        assert_eq!(unit.files.len(), 4);
    }

    #[test]
    fn amounts_are_read_as_systemd_writes_them() {
        let file = "[Service]\nExecStart=/bin/a\nMemoryMax=1G\nCPUQuota=150%\nTasksMax=infinity\nUser=%i\nNice=100%%\n";
        let unit = unit(&[("a.service", file)], "a.service");
        assert_eq!(memory(&unit).value(), Some(&Memory(1 << 30)));
        assert_eq!(cpu(&unit).value(), Some(&Cpu(1500)));
        assert!(tasks(&unit).is_absent());
        let text = |key: &str| unit.field(key, "a text", |text| Some(text.to_owned()));
        assert!(text("User").reason().is_some() && text("Nice").reason().is_none());
        assert_eq!(span("1min 30s"), Some(Duration::seconds(90)));
        assert_eq!(span("2 days"), Some(Duration::seconds(172_800)));
        assert_eq!(span("90"), Some(Duration::seconds(90)));
    }
}
