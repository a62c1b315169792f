//! The name of a project.

use super::Request;
use super::variables::Variables;
use crate::discovery::Workspace;
use crate::source::reader;
use crate::syntax::Node;

/// The name by the rules of Compose: given, `COMPOSE_PROJECT_NAME`, the top-level `name`, the
/// folder's.
pub(super) fn of_project(request: &Request, root: &Node, variables: &Variables, workspace: &Workspace) -> String {
    let of_variable = || variables.get("COMPOSE_PROJECT_NAME").map(|known| known.value.expose().to_owned());
    let unknown = |node: &Node| node.provenance.as_ref().is_some_and(|provenance| provenance.unknown.is_some());
    let written = || root.get("name").filter(|node| !unknown(node)).and_then(Node::text).map(str::to_owned);
    let named = request.name.clone().or_else(of_variable).or_else(written).filter(|name| !name.is_empty());
    let name = named.unwrap_or_else(|| match request.directory.as_str() {
        "." => workspace.root().file_name().map_or(String::new(), |name| name.to_string_lossy().into_owned()),
        folder => reader::file_name(folder).to_owned(),
    });
    let name = normal(&name);
    if name.is_empty() { "project".to_owned() } else { name }
}

/// Lower case letters, digits, dashes and underscores, a letter or digit first.
fn normal(name: &str) -> String {
    let kept: String = name
        .to_lowercase()
        .chars()
        .filter(|next| next.is_ascii_lowercase() || next.is_ascii_digit() || matches!(next, '-' | '_'))
        .collect();
    kept.trim_start_matches(['-', '_']).to_owned()
}
