//! The roles that every cluster has, as far as they are bound without being written.

use crate::model::{AccessRule, Field};
use crate::source::Span;

/// What a role allows: API groups, resources, verbs and names.
type Row = (&'static [&'static str], &'static [&'static str], &'static [&'static str], &'static [&'static str]);

/// To look.
const READ: &[&str] = &["get", "list", "watch"];
/// To change.
const WRITE: &[&str] = &["create", "delete", "deletecollection", "patch", "update"];

/// What lives in namespaces and holds nothing secret.
const PLAIN: &[&str] = &[
    "configmaps",
    "endpoints",
    "events",
    "persistentvolumeclaims",
    "pods",
    "pods/log",
    "pods/status",
    "replicationcontrollers",
    "resourcequotas",
    "serviceaccounts",
    "services",
];
/// Groups of what runs in namespaces.
const GROUPS: &[&str] = &["apps", "autoscaling", "batch", "discovery.k8s.io", "networking.k8s.io", "policy"];
/// Their resources.
const CONTROLLERS: &[&str] = &[
    "controllerrevisions",
    "cronjobs",
    "daemonsets",
    "deployments",
    "endpointslices",
    "horizontalpodautoscalers",
    "ingresses",
    "jobs",
    "networkpolicies",
    "poddisruptionbudgets",
    "replicasets",
    "statefulsets",
];

const VIEW: &[Row] = &[(&[""], PLAIN, READ, &[]), (GROUPS, CONTROLLERS, READ, &[])];
const EDIT: &[Row] = &[
    (&[""], PLAIN, READ, &[]),
    (GROUPS, CONTROLLERS, READ, &[]),
    (&[""], PLAIN, WRITE, &[]),
    (GROUPS, CONTROLLERS, WRITE, &[]),
    (&[""], &["secrets", "pods/attach", "pods/exec", "pods/portforward", "pods/proxy", "services/proxy"], READ, &[]),
    (&[""], &["secrets", "pods/attach", "pods/exec", "pods/portforward", "pods/proxy", "services/proxy"], WRITE, &[]),
    (&[""], &["serviceaccounts"], &["impersonate"], &[]),
    (&[""], &["serviceaccounts/token"], &["create"], &[]),
];
const RBAC: &[&str] = &["rbac.authorization.k8s.io"];
const ADMIN: &[Row] = &[
    (RBAC, &["roles", "rolebindings"], READ, &[]),
    (RBAC, &["roles", "rolebindings"], WRITE, &[]),
    (&["authorization.k8s.io"], &["localsubjectaccessreviews"], &["create"], &[]),
];

/// The rules of a role that every cluster has, as its kind and name say; `None` for others. They
/// stand where the role is named.
pub(super) fn rules(kind: &str, name: &str, at: Span) -> Option<Vec<AccessRule>> {
    let rows: Vec<&[Row]> = match (kind, name) {
        ("ClusterRole", "cluster-admin") => vec![&[(&["*"], &["*"], &["*"], &[])]],
        ("ClusterRole", "view") => vec![VIEW],
        ("ClusterRole", "edit") => vec![EDIT],
        ("ClusterRole", "admin") => vec![EDIT, ADMIN],
        ("ClusterRole", "system:auth-delegator") => vec![&[
            (&["authentication.k8s.io"], &["tokenreviews"], &["create"], &[]),
            (&["authorization.k8s.io"], &["subjectaccessreviews"], &["create"], &[]),
        ]],
        ("Role", "extension-apiserver-authentication-reader") => {
            vec![&[(&[""], &["configmaps"], READ, &["extension-apiserver-authentication"])]]
        }
        _ => return None,
    };
    let words = |words: &[&str]| {
        let words = words.iter().map(|word| Field::default((*word).to_owned(), at)).collect();
        Field::default(words, at)
    };
    let rule = |(groups, resources, verbs, names): &Row| AccessRule {
        verbs: words(verbs),
        resources: words(resources),
        groups: words(groups),
        names: if names.is_empty() { Field::absent(at) } else { words(names) },
        at,
    };
    Some(rows.into_iter().flatten().map(rule).collect())
}
