//! Finding objects of a stack by kind, namespace and name.

use super::sink::Sink;
use crate::model::Object;
use crate::source::Problem;
use hashbrown::{DefaultHashBuilder, HashMap, HashSet};
use rayon::prelude::*;
use std::hash::BuildHasher;

/// The API group of an `apiVersion`; empty for the core group.
pub(super) fn group(api: &str) -> &str {
    api.rsplit_once('/').map_or("", |(group, _)| group)
}

/// The kinds that others look up by name, with their groups; `""` is the core group.
const LOOKED_UP: &[(&str, &[&str])] = &[
    ("ConfigMap", &[""]),
    ("Secret", &[""]),
    ("Service", &[""]),
    ("ServiceAccount", &[""]),
    ("PersistentVolumeClaim", &[""]),
    ("PersistentVolume", &[""]),
    ("StorageClass", &["storage.k8s.io"]),
    ("Role", &["rbac.authorization.k8s.io"]),
    ("ClusterRole", &["rbac.authorization.k8s.io"]),
    ("Gateway", &["gateway.networking.k8s.io"]),
    ("Issuer", &["cert-manager.io"]),
    ("ClusterIssuer", &["cert-manager.io"]),
    ("Middleware", &["traefik.io", "traefik.containo.us"]),
    ("PriorityClass", &["scheduling.k8s.io"]),
    ("SealedSecret", &["bitnami.com"]),
    ("ExternalSecret", &["external-secrets.io", "kubernetes-client.io"]),
];

/// Finds objects of a stack by kind, namespace and name.
pub(super) struct Index<'t> {
    objects: &'t [Object],
    /// Whether none of the deployment is missing.
    whole: bool,
    /// The namespace that objects without one are in: the only one that is written, else `default`.
    home: &'t str,
    /// Whether several namespaces are written.
    several: bool,
    by_name: HashMap<(&'static str, &'t str, &'t str), usize>,
    services: Vec<Numbered<'t>>,
    of_other_groups: Vec<Numbered<'t>>,
}

/// An object with its index into those of the stack.
pub(super) type Numbered<'t> = (usize, &'t Object);

/// What an object is to the API server: group, kind, namespace and name.
type Identity<'t> = (&'t str, &'t str, &'t str, &'t str);

/// Where an object is indexed.
struct Row {
    /// Its kind, if that is one of [`LOOKED_UP`].
    kind: Option<&'static str>,
    is_service: bool,
    is_of_other_group: bool,
}

impl Row {
    fn of(object: &Object) -> Self {
        let of = group(&object.api);
        let mut rows = LOOKED_UP.iter().filter(|(kind, groups)| *kind == object.kind && groups.contains(&of));
        Self {
            kind: rows.next().map(|(kind, _)| *kind),
            is_service: of.is_empty() && object.kind == "Service",
            is_of_other_group: !matches!(of, "" | "apps" | "batch"),
        }
    }
}

impl<'t> Index<'t> {
    /// Indexes the objects. A name that occurs twice is told; the later object counts, as it does
    /// when the files are applied in order.
    pub fn new(objects: &'t [Object], whole: bool, sink: &Sink) -> Self {
        let mut written = objects.iter().filter_map(|object| object.namespace.as_deref());
        let (home, several) = match written.next() {
            Some(first) if written.all(|next| next == first) => (first, false),
            Some(_) => ("default", true),
            None => ("default", false),
        };
        let (services, of_other_groups) = (Vec::new(), Vec::new());
        let mut index = Self { objects, whole, home, several, by_name: HashMap::new(), services, of_other_groups };
        let rows: Vec<Row> = objects.par_iter().map(Row::of).collect();
        index.by_name.reserve(rows.iter().filter(|row| row.kind.is_some()).count());
        for (position, (object, row)) in objects.iter().zip(rows).enumerate() {
            if let Some(kind) = row.kind {
                index.by_name.insert((kind, scope(kind, index.namespace(object)), &object.name), position);
            }
            if row.is_service {
                index.services.push((position, object));
            } else if row.is_of_other_group {
                index.of_other_groups.push((position, object));
            }
        }
        index.tell_twins(sink);
        index
    }

    /// Tells of objects that are defined twice.
    fn tell_twins(&self, sink: &Sink) {
        let hasher = DefaultHashBuilder::default();
        let named = self.objects.par_iter().filter_map(|object| self.identity(object));
        let hashes: Vec<u64> = named.map(|identity| hasher.hash_one(identity)).collect();
        let mut seen = HashSet::with_capacity(hashes.len());
        if hashes.into_iter().all(|hash| seen.insert(hash)) {
            return;
        }
        let mut seen = HashSet::new();
        for object in self.objects {
            if self.identity(object).is_some_and(|identity| !seen.insert(identity)) {
                let message = format!(
                    "{} {} is defined twice in this stack; rename one or keep only one of them",
                    object.kind, object.name
                );
                sink.push(Problem::warning(object.at, message));
            }
        }
    }

    /// What an object is to the API server; `None` if that makes up its name.
    fn identity(&self, object: &'t Object) -> Option<Identity<'t>> {
        let is_named = !object.name.is_empty() && object.root.at(&["metadata", "name"]).is_some();
        is_named.then(|| (group(&object.api), object.kind.as_str(), self.namespace(object), object.name.as_str()))
    }

    /// The objects, by index.
    pub fn objects(&self) -> &'t [Object] {
        self.objects
    }

    /// The Services of the core group.
    pub fn services(&self) -> &[Numbered<'t>] {
        &self.services
    }

    /// The objects of all groups but those of pods, their controllers and what they read: routes, policies,
    /// monitors, whatever operators look at. Most deployments have few of them.
    pub fn of_other_groups(&self) -> &[Numbered<'t>] {
        &self.of_other_groups
    }

    /// Whether none of the deployment is missing.
    pub fn is_whole(&self) -> bool {
        self.whole
    }

    /// The namespace that an object is in.
    pub fn namespace(&self, object: &'t Object) -> &'t str {
        object.namespace.as_deref().unwrap_or(self.home)
    }

    /// Whether objects are in several namespaces, so that one without may be in any of them.
    pub fn has_namespaces(&self) -> bool {
        self.several
    }

    /// The position of an object of one of the [`LOOKED_UP`] kinds.
    pub fn find(&self, kind: &'static str, namespace: &str, name: &str) -> Option<usize> {
        self.by_name.get(&(kind, scope(kind, namespace), name)).copied()
    }
}

/// The namespace of a kind, or none for kinds that belong to the whole cluster.
fn scope<'n>(kind: &str, namespace: &'n str) -> &'n str {
    let of_cluster =
        matches!(kind, "PersistentVolume" | "StorageClass" | "ClusterRole" | "ClusterIssuer" | "PriorityClass");
    if of_cluster { "" } else { namespace }
}
