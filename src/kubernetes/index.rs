//! Finding objects of a stack by kind, namespace and name.

use super::sink::Sink;
use crate::model::Object;
use crate::source::Problem;
use hashbrown::{HashMap, HashSet};

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
        let mut index = Self { objects, whole, home, several, by_name: HashMap::new() };
        let mut seen = HashSet::with_capacity(objects.len());
        for (position, object) in objects.iter().enumerate() {
            let namespace = index.namespace(object);
            let of = group(&object.api);
            if !object.name.is_empty() && object.root.at(&["metadata", "name"]).is_some() {
                let key = (of, object.kind.as_str(), namespace, object.name.as_str());
                if !seen.insert(key) {
                    let message = format!(
                        "{} {} is defined twice in this stack; rename one or keep only one of them",
                        object.kind, object.name
                    );
                    sink.push(Problem::warning(object.at, message));
                }
            }
            if let Some((kind, _)) =
                LOOKED_UP.iter().find(|(kind, groups)| *kind == object.kind && groups.contains(&of))
            {
                index.by_name.insert((kind, scope(kind, namespace), &object.name), position);
            }
        }
        index
    }

    /// The objects, by index.
    pub fn objects(&self) -> &'t [Object] {
        self.objects
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
