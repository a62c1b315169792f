//! Which manifests form a deployment together.

use crate::kubernetes::Manifest;
use crate::source::reader::{file_name, folder};
use crate::syntax::Node;
use hashbrown::{DefaultHashBuilder, HashMap, HashSet};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::hash::BuildHasher;

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
    if !may_clash(&manifests) {
        return ManifestSet::of(manifests).into_iter().collect();
    }
    let mut tree = Folder::default();
    for (number, manifest) in manifests.iter().enumerate() {
        let parts = folder(&manifest.path).split('/').filter(|part| *part != ".");
        let place = parts.fold(&mut tree, |tree, part| tree.folders.entry(part).or_default());
        place.manifests.push(number);
        identities(&manifest.root, &mut |object| {
            place.objects.insert(object);
        });
    }
    let mut sets = Vec::new();
    let rest = tree.gather(&mut sets).manifests;
    sets.push(rest);
    let mut manifests: Vec<Option<Manifest>> = manifests.into_iter().map(Some).collect();
    let taken = |set: Vec<usize>| set.into_iter().filter_map(|number| manifests.get_mut(number)?.take()).collect();
    let mut sets: Vec<ManifestSet> = sets.into_iter().map(taken).filter_map(ManifestSet::of).collect();
    sets.sort_by(|one, other| one.manifests.first().map(|m| &m.path).cmp(&other.manifests.first().map(|m| &m.path)));
    sets
}

impl ManifestSet {
    fn of(manifests: Vec<Manifest>) -> Option<Self> {
        let folders = manifests.par_iter().map(|manifest| folder(&manifest.path));
        let root = folders.reduce_with(|one, other| if one == other { one } else { shared(one, other) })?;
        let name = file_name(root);
        let name = if name == "." { "manifests" } else { name };
        Some(Self { name: name.to_owned(), root: root.to_owned(), manifests })
    }
}

/// What an object is to the API server: kind, namespace and name.
type Identity<'m> = (&'m str, &'m str, &'m str);

#[derive(Default)]
struct Folder<'m> {
    /// The numbers of its manifests.
    manifests: Vec<usize>,
    objects: HashSet<Identity<'m>>,
    folders: BTreeMap<&'m str, Folder<'m>>,
}

impl<'m> Folder<'m> {
    /// Joins what is below with its own; what cannot be joined becomes sets.
    fn gather(mut self, sets: &mut Vec<Vec<usize>>) -> Self {
        let below: Vec<Self> =
            std::mem::take(&mut self.folders).into_values().map(|folder| folder.gather(sets)).collect();
        let parts: Vec<Self> = std::iter::once(self).chain(below).collect();
        if clash(&parts) {
            sets.extend(parts.into_iter().map(|part| part.manifests).filter(|manifests| !manifests.is_empty()));
            return Self::default();
        }
        parts.into_iter().reduce(Self::join).unwrap_or_default()
    }

    fn join(mut self, mut other: Self) -> Self {
        // Joining the smaller one to the larger keeps the whole linear in practice.
        if self.objects.len() < other.objects.len() {
            std::mem::swap(&mut self.objects, &mut other.objects);
        }
        self.objects.extend(other.objects);
        self.manifests.extend(other.manifests);
        self
    }
}

fn clash(parts: &[Folder<'_>]) -> bool {
    let mut filled = parts.iter().filter(|part| !part.objects.is_empty());
    let Some(first) = filled.next() else { return false };
    let mut seen: HashSet<&Identity<'_>> = HashSet::new();
    filled.flat_map(|part| &part.objects).any(|identity| first.objects.contains(identity) || !seen.insert(identity))
}

/// Whether folders may define the same object. Hashes, which are made side by side, tell of nearly all
/// projects that theirs do not.
fn may_clash(manifests: &[Manifest]) -> bool {
    let hasher = DefaultHashBuilder::default();
    let objects = manifests.par_iter().flat_map_iter(|manifest| {
        let mut hashes = Vec::new();
        identities(&manifest.root, &mut |object| hashes.push(hasher.hash_one(object)));
        hashes.into_iter().map(|hash| (hash, folder(&manifest.path)))
    });
    let objects: Vec<(u64, &str)> = objects.collect();
    let mut places = HashMap::with_capacity(objects.len());
    objects.into_iter().any(|(hash, place)| *places.entry(hash).or_insert(place) != place)
}

/// Tells of the objects of a document, those inside a list included.
fn identities<'m>(root: &'m Node, found: &mut impl FnMut(Identity<'m>)) {
    let text = |node: Option<&'m Node>| node.and_then(Node::text).unwrap_or_default();
    let kind = text(root.get("kind"));
    if let Some(items) = root.get("items").filter(|_| kind.ends_with("List")) {
        items.items().iter().for_each(|item| identities(item, found));
        return;
    }
    let metadata = root.get("metadata");
    let of = |key| text(metadata.and_then(|metadata| metadata.get(key)));
    let name = of("name");
    if !name.is_empty() {
        found((kind, of("namespace"), name));
    }
}

/// The folder that holds both, by name.
fn shared<'p>(one: &'p str, other: &str) -> &'p str {
    let parts = one.split('/').zip(other.split('/')).take_while(|(a, b)| a == b);
    // A slash stands behind each part but the last.
    let length = parts.map(|(part, _)| part.len() + 1).sum::<usize>().saturating_sub(1);
    one.get(..length).filter(|folder| !folder.is_empty()).unwrap_or(".")
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
            Manifest::new(*path, parsed.documents[0].root.clone())
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
