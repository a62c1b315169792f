//! The files of a chart that rules ask for themselves: Chart.yaml, its lock, the values.

use super::chart_yaml;
use crate::discovery::Workspace;
use crate::helm::chart::unread::Unread;
use crate::model::{Field, Object, Requirement};
use crate::source::reader::{file_name, folder, join};
use crate::source::{SourceId, Span};
use crate::syntax::{Flavour, Node, Syntax};

/// Lock files of both versions of charts.
const LOCKS: [&str; 2] = ["Chart.lock", "requirements.lock"];

/// The documents of a chart. `values` are the values files in use, each with what is never
/// read, if that is known; the chart's own come first. A variant is one of several value sets.
pub(super) fn documents(
    chart: &str,
    values: Vec<(SourceId, Option<Vec<Unread>>)>,
    is_variant: bool,
    workspace: &Workspace,
) -> Vec<Object> {
    let mut documents = Vec::new();
    let path = chart_yaml(chart);
    let beside = |name: &str| join(folder(&path), name).unwrap_or_else(|| name.to_owned());
    let locks: Vec<Object> = LOCKS.iter().filter_map(|name| document(&beside(name), "ChartLock", workspace)).collect();
    if let Some(mut chart) = document(&path, "Chart", workspace) {
        let text = |node: Option<&Node>| node.and_then(Node::text).unwrap_or_default().to_owned();
        chart.name = text(chart.root.get("name"));
        chart.api = text(chart.root.get("apiVersion"));
        chart.requires = requirements(&chart.root, locks.first());
        if let Some(older) = document(&beside("requirements.yaml"), "ChartRequirements", workspace) {
            chart.requires.extend(requirements(&older.root, locks.first()));
            documents.push(older);
        }
        documents.insert(0, chart);
    }
    documents.extend(locks);
    for (index, (source, unread)) in values.into_iter().enumerate() {
        let name = workspace.sources.get(source).name.to_string();
        if let Some(mut values) = document(&name, "Values", workspace) {
            let places = |unread: Vec<Unread>| unread.into_iter().map(|unread| (unread.path, unread.at)).collect();
            values.unread = unread.map(places);
            values.values = (index > 0 || !is_variant).then(|| super::values::values(&values.root));
            documents.push(values);
        }
    }
    documents
}

fn document(path: &str, kind: &str, workspace: &Workspace) -> Option<Object> {
    let parsed = workspace.parse(path, Syntax::Yaml).ok()?;
    let root = parsed.documents.first()?.root.clone();
    let at = Span { end: root.span.start, ..root.span };
    let name = file_name(path);
    Some(Object { file: path.to_owned(), flavour: Flavour::Kubernetes, ..Object::new("", kind, name, at, root) })
}

fn requirements(root: &Node, lock: Option<&Object>) -> Vec<Requirement> {
    let declared = root.get("dependencies").map_or(&[][..], Node::items);
    let locked = lock.and_then(|lock| lock.root.get("dependencies")).map_or(&[][..], Node::items);
    let field = |item: &Node, key: &str| {
        item.entry(key).map_or_else(
            || Field::absent(item.span),
            |entry| {
                Field::read_optional(Some(&entry.value), entry.key.span, "text", |node| node.text().map(str::to_owned))
            },
        )
    };
    declared
        .iter()
        .map(|item| {
            let name = item.get("name").and_then(Node::text).unwrap_or_default();
            let version = field(item, "version");
            let at = item.get("name").map_or(item.span, |node| node.span);
            let lock = locked.iter().find(|lock| lock.get("name").and_then(Node::text) == Some(name));
            let locked = lock.map_or_else(|| Field::absent(version.at.unwrap_or(at)), |lock| field(lock, "version"));
            Requirement { name: name.to_owned(), repository: field(item, "repository"), version, locked, at }
        })
        .collect()
}
