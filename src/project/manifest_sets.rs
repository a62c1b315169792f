//! Which manifests form a deployment together.

use crate::kubernetes::Manifest;
use crate::source::reader::folder;
use crate::syntax::Node;
use std::collections::{BTreeMap, HashMap};

/// The manifests of one deployment.
#[derive(Debug)]
pub struct ManifestSet {
    /// The name of its folder.
    pub name: String,
    /// Its folder.
    pub root: String,
    /// Its manifests, in the order of path and place.
    pub manifests: Vec<Manifest>,
}

/// Splits manifests into deployments. All of them are one, so that references are found across
/// folders, unless an object is defined twice in different folders: nobody deploys it twice, so the
/// folders below the one that holds both are deployments of their own (`base` and `prod`, `dev` and
/// `live`, a collection of examples).
#[must_use]
pub fn split(manifests: Vec<Manifest>) -> Vec<ManifestSet> {
    let mut tree = Folder::default();
    for manifest in manifests {
        let parts: Vec<&str> = folder(&manifest.path).split('/').filter(|part| *part != ".").collect();
        let place = parts.iter().fold(&mut tree, |tree, part| tree.folders.entry((*part).to_owned()).or_default());
        // The folder borrow ends with `parts`; cloning the path is cheaper than walking again.
        place.manifests.push(manifest);
    }
    let mut sets = Vec::new();
    let rest = tree.gather("", &mut sets);
    sets.extend(rest.into_set());
    sets.sort_by(|one, other| one.manifests.first().map(|m| &m.path).cmp(&other.manifests.first().map(|m| &m.path)));
    sets
}

#[derive(Default)]
struct Folder {
    manifests: Vec<Manifest>,
    folders: BTreeMap<String, Folder>,
}

/// Manifests that may still become part of the deployment of a folder above.
#[derive(Default)]
struct Gathered {
    manifests: Vec<Manifest>,
    objects: HashMap<Identity, ()>,
}

/// What an object is to the API server: kind, namespace and name.
#[derive(PartialEq, Eq, Hash)]
struct Identity(String, String, String);

impl Folder {
    fn gather(self, path: &str, sets: &mut Vec<ManifestSet>) -> Gathered {
        let mut parts = vec![Gathered::new(self.manifests)];
        for (name, folder) in self.folders {
            let path = if path.is_empty() { name } else { format!("{path}/{name}") };
            parts.push(folder.gather(&path, sets));
        }
        if clash(&parts) {
            sets.extend(parts.into_iter().filter_map(Gathered::into_set));
            return Gathered::default();
        }
        // Joining the smaller parts to the largest keeps the whole linear in practice.
        let mut joined = Gathered::default();
        for part in parts {
            joined.join(part);
        }
        joined
    }
}

fn clash(parts: &[Gathered]) -> bool {
    let total: usize = parts.iter().map(|part| part.objects.len()).sum();
    let mut seen = std::collections::HashSet::with_capacity(total);
    parts.iter().flat_map(|part| part.objects.keys()).any(|identity| !seen.insert(identity))
}

impl Gathered {
    fn new(manifests: Vec<Manifest>) -> Self {
        let objects =
            manifests.iter().flat_map(|manifest| identities(&manifest.document.root)).map(|identity| (identity, ()));
        let objects = objects.collect();
        Self { manifests, objects }
    }

    fn join(&mut self, other: Self) {
        if self.manifests.is_empty() {
            *self = other;
            return;
        }
        self.manifests.extend(other.manifests);
        self.objects.extend(other.objects);
    }

    fn into_set(self) -> Option<ManifestSet> {
        let mut paths = self.manifests.iter().map(|manifest| folder(&manifest.path));
        let first = paths.next()?.to_owned();
        let root = paths.fold(first, |common, path| shared(&common, path));
        let name = root.rsplit('/').next().unwrap_or(&root);
        let name = if name == "." { "manifests".to_owned() } else { name.to_owned() };
        Some(ManifestSet { name, root, manifests: self.manifests })
    }
}

/// The objects of a document, those inside a list included.
fn identities(root: &Node) -> Vec<Identity> {
    let text = |node: Option<&Node>| node.and_then(Node::text).unwrap_or_default().to_owned();
    let kind = text(root.get("kind"));
    if let Some(items) = root.get("items").filter(|_| kind.ends_with("List")) {
        return items.items().iter().flat_map(identities).collect();
    }
    let name = text(root.at(&["metadata", "name"]));
    if name.is_empty() {
        return Vec::new();
    }
    vec![Identity(kind, text(root.at(&["metadata", "namespace"])), name)]
}

/// The folder that holds both, by name.
fn shared(one: &str, other: &str) -> String {
    let parts: Vec<&str> =
        one.split('/').zip(other.split('/')).take_while(|(a, b)| a == b).map(|(part, _)| part).collect();
    if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discovery::Workspace;
    use crate::syntax::Syntax;

    fn sets(files: &[(&str, &str)]) -> Vec<String> {
        let workspace = Workspace::in_memory(files.iter().copied());
        let manifest = |(path, name): &(&str, &str)| {
            let text = format!("kind: Service\nmetadata: {{name: {name}}}\n");
            let source = workspace.sources.add(*path, text.as_str());
            let parsed = crate::syntax::parse(Syntax::Yaml, source, &text, workspace.limits());
            Manifest { path: (*path).to_owned(), source, document: parsed.documents[0].clone() }
        };
        let describe = |set: &ManifestSet| {
            let paths: Vec<&str> = set.manifests.iter().map(|manifest| manifest.path.as_str()).collect();
            format!("{}: {}", set.root, paths.join(" "))
        };
        split(files.iter().map(manifest).collect()).iter().map(describe).collect()
    }

    #[test]
    fn one_deployment_unless_an_object_is_there_twice() {
        assert_eq!(sets(&[("k/a.yaml", "a"), ("k/x/b.yaml", "b")]), ["k: k/a.yaml k/x/b.yaml"]);
        assert_eq!(
            sets(&[("k/base/a.yaml", "a"), ("k/live/a.yaml", "a"), ("k/c.yaml", "c"), ("z/d.yaml", "d")]),
            ["k/base: k/base/a.yaml", "k: k/c.yaml", "k/live: k/live/a.yaml", "z: z/d.yaml"],
        );
        assert_eq!(sets(&[("a.yaml", "a"), ("b.yaml", "a")]), [".: a.yaml b.yaml"]);
    }
}
