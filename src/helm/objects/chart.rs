//! `.Chart`: the content of Chart.yaml under capitalised names, complete in every field.

use crate::helm::chart::load::Chart;
use crate::helm::chart::metadata::{Dependency, Maintainer};
use crate::helm::chart::values::entry;
use crate::helm::yaml::tree::{At, Data, Entry, Layout, Table, Tree};
use std::rc::Rc;

/// The map that templates of a chart see.
#[must_use]
pub fn tree(chart: &Chart, is_root: bool) -> Tree {
    let metadata = &chart.metadata;
    let mut table = Table::new();
    let texts = [
        ("APIVersion", "apiVersion", &metadata.api_version),
        ("Name", "name", &metadata.name),
        ("Version", "version", &metadata.version),
        ("AppVersion", "appVersion", &metadata.app_version),
        ("Description", "description", &metadata.description),
        ("Home", "home", &metadata.home),
        ("Icon", "icon", &metadata.icon),
        ("Type", "type", &metadata.kind),
        ("KubeVersion", "kubeVersion", &metadata.kube_version),
        ("Condition", "condition", &metadata.condition),
        ("Tags", "tags", &metadata.tags),
    ];
    for (name, field, text) in texts {
        table.insert(name.into(), Entry { key_at: None, value: placed(text, chart.place(field)) });
    }
    let mut put = |key: &str, data: Data| table.insert(key.into(), entry(data));
    put("Deprecated", Data::Bool(metadata.deprecated));
    put("IsRoot", Data::Bool(is_root));
    put("Keywords", strings(&metadata.keywords));
    put("Sources", strings(&metadata.sources));
    put("Annotations", annotations(metadata.annotations.as_deref()));
    put("Maintainers", list(metadata.maintainers.iter().map(maintainer)));
    put("Dependencies", list(metadata.dependencies.iter().map(dependency)));
    Tree::new(Data::Map(Rc::new(table)))
}

fn placed(text: &str, at: Option<At>) -> Tree {
    Tree { at, data: Data::String(text.into(), Layout::Flow) }
}

fn strings(texts: &[String]) -> Data {
    list(texts.iter().map(|text| Tree::string(text)))
}

fn list(items: impl Iterator<Item = Tree>) -> Data {
    Data::List(items.collect())
}

fn map<'k>(entries: impl IntoIterator<Item = (&'k str, Data)>) -> Data {
    Data::Map(Rc::new(entries.into_iter().map(|(key, data)| (Rc::from(key), entry(data))).collect()))
}

fn text(text: &str) -> Data {
    Tree::string(text).data
}

/// Without annotations templates see an empty map, which `toYaml` prints as `null` in Helm; an
/// empty map is what almost all of them ask for.
fn annotations(annotations: Option<&[(String, String)]>) -> Data {
    map(annotations.unwrap_or_default().iter().map(|(key, value)| (key.as_str(), text(value))))
}

fn maintainer(maintainer: &Maintainer) -> Tree {
    let fields = [("Name", &maintainer.name), ("Email", &maintainer.email), ("URL", &maintainer.url)];
    Tree::new(map(fields.map(|(name, value)| (name, text(value)))))
}

fn dependency(dependency: &Dependency) -> Tree {
    let imports = dependency
        .import_values
        .iter()
        .map(|import| Tree::new(map([("child", text(&import.child)), ("parent", text(&import.parent))])));
    Tree::new(map([
        ("Name", text(&dependency.name)),
        ("Version", text(&dependency.version)),
        ("Repository", text(&dependency.repository)),
        ("Condition", text(&dependency.condition)),
        ("Tags", strings(&dependency.tags)),
        ("Enabled", Data::Bool(dependency.enabled)),
        ("ImportValues", list(imports)),
        ("Alias", text(&dependency.alias)),
    ]))
}
