//! Rules that extend others: one tree is made of both (RULES.md, section 3.7).

use super::error::Error;
use super::file::File;
use crate::source::nearest::suggestion;
use crate::syntax::{Entry, Mapping, Node, Style, Value};

/// Keys that a rule never takes over: who it is, and what shows that it works.
const OWN: [&str; 5] = ["id", "extends", "examples", "items", "for"];

/// Keys of which the clauses are appended.
const CLAUSES: [&str; 3] = ["require", "reject", "advise"];

/// Keys of which the entries are merged, the narrower rule's being stronger.
const MERGED: [&str; 2] = ["params", "let"];

/// A rule's tree with everything that it takes over, and the files of the rules that it extends, the
/// nearest first.
pub(super) struct Lineage<'f> {
    /// The whole tree.
    pub root: Node,
    /// The more general rules.
    pub ancestors: Vec<&'f File>,
}

/// Follows `extends` from a file.
pub(super) fn lineage<'f>(file: &'f File, files: &'f [File]) -> Result<Option<Lineage<'f>>, Error> {
    let Some(own) = file.root() else { return Ok(None) };
    let mut root = own.clone();
    let mut ancestors: Vec<&File> = Vec::new();
    let mut at = (file, own);
    while let Some(node) = at.1.get("extends") {
        let wrong = |message: String| Error::at(at.0.source(), node.span, message);
        let id = node.text().unwrap_or_default();
        let Some(next) = files.iter().find(|file| file.id == id && !file.is_pack()) else {
            let hint = suggestion(id, files.iter().filter(|file| !file.is_pack()).map(|file| &*file.id));
            return Err(wrong(format!("there is no rule \"{id}\"{hint}")));
        };
        if next.id == file.id || ancestors.iter().any(|known| known.id == next.id) {
            return Err(wrong(format!("\"{id}\" extends itself in the end")));
        }
        // What keeps it from being read is told with it.
        let Some(parent) = next.root() else { return Ok(None) };
        if parent.get("roll-up").is_some() {
            return Err(wrong(format!("\"{id}\" rolls up others and has nothing to extend")));
        }
        root = joined(parent, &root);
        ancestors.push(next);
        at = (next, parent);
    }
    let same = |node: &Node| node.get("for").and_then(Node::text).map(str::to_owned);
    if let (Some(last), Some(written)) = (ancestors.last(), own.get("for"))
        && last.root().and_then(same) != same(own)
    {
        return Err(Error::at(
            file.source(),
            written.span,
            "for stays that of the rule that is extended; leave it out",
        ));
    }
    Ok(Some(Lineage { root, ancestors }))
}

/// What the narrower tree says, with what it takes over from the more general one.
fn joined(general: &Node, narrow: &Node) -> Node {
    let mut entries: Vec<Entry> = narrow.entries().to_vec();
    for entry in general.entries() {
        let name = entry.name();
        let own = entries.iter_mut().find(|own| own.name() == name);
        match own {
            None if name == "for" || !OWN.contains(&name) => entries.push(entry.clone()),
            Some(own) if matches!(name, "where" | "when") => own.value = both(&entry.value, &own.value),
            Some(own) if CLAUSES.contains(&name) => own.value = appended(&entry.value, &own.value),
            Some(own) if MERGED.contains(&name) => own.value = merged(&entry.value, &own.value),
            _ => {}
        }
    }
    with(narrow, Value::Mapping(Mapping::new(entries)))
}

fn with(node: &Node, value: Value) -> Node {
    let mut node = node.clone();
    node.value = value;
    node
}

/// `all` of two conditions.
fn both(general: &Node, narrow: &Node) -> Node {
    let list = with(narrow, sequence(vec![general.clone(), narrow.clone()]));
    let key = Node::scalar(narrow.span, "all", Style::Plain);
    with(narrow, Value::Mapping(Mapping::new(vec![Entry { key, value: list }])))
}

fn appended(general: &Node, narrow: &Node) -> Node {
    let clauses = |node: &Node| match node.items() {
        [] => vec![node.clone()],
        items => items.to_vec(),
    };
    with(narrow, sequence(clauses(general).into_iter().chain(clauses(narrow)).collect()))
}

fn merged(general: &Node, narrow: &Node) -> Node {
    // The general one's first: what is named later may use what was named before.
    let mut entries: Vec<Entry> = general.entries().to_vec();
    for entry in narrow.entries() {
        match entries.iter_mut().find(|known| known.name() == entry.name()) {
            Some(known) => known.value = entry.value.clone(),
            None => entries.push(entry.clone()),
        }
    }
    with(narrow, Value::Mapping(Mapping::new(entries)))
}

fn sequence(items: Vec<Node>) -> Value {
    Value::Sequence(items.into())
}
