//! From rendered files to manifests: splitting, hooks, and the order in which Helm installs.

use super::yaml::read;
use super::yaml::tree::{Data, Tree};
use crate::source::SourceId;
use std::ops::Range;

/// Kinds in the order of installation; all others follow, by name.
const ORDER: [&str; 38] = [
    "PriorityClass",
    "Namespace",
    "NetworkPolicy",
    "ResourceQuota",
    "LimitRange",
    "PodSecurityPolicy",
    "PodDisruptionBudget",
    "ServiceAccount",
    "Secret",
    "SecretList",
    "ConfigMap",
    "StorageClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "CustomResourceDefinition",
    "ClusterRole",
    "ClusterRoleList",
    "ClusterRoleBinding",
    "ClusterRoleBindingList",
    "Role",
    "RoleList",
    "RoleBinding",
    "RoleBindingList",
    "Service",
    "DaemonSet",
    "Pod",
    "ReplicationController",
    "ReplicaSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "StatefulSet",
    "Job",
    "CronJob",
    "IngressClass",
    "Ingress",
    "APIService",
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
];

/// The events that a hook may name.
const EVENTS: [&str; 10] = [
    "pre-install",
    "post-install",
    "pre-delete",
    "post-delete",
    "pre-upgrade",
    "post-upgrade",
    "pre-rollback",
    "post-rollback",
    "test",
    "test-success",
];

/// One document of a rendered file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// Index of the file among those that were given.
    pub file: usize,
    /// The bytes of the document within the file's text, without the separator and the white space
    /// behind it.
    pub range: Range<usize>,
    /// `kind`; empty if there is none.
    pub kind: String,
    /// The events of a hook; `None` for what is not one.
    pub hook: Option<Vec<String>>,
}

impl Manifest {
    /// Whether this is a hook of `helm test`.
    #[must_use]
    pub fn is_test(&self) -> bool {
        self.hook.as_ref().is_some_and(|events| events.iter().any(|event| event.starts_with("test")))
    }
}

/// A document that Helm cannot read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadManifest {
    /// Index of the file among those that were given.
    pub file: usize,
    /// The byte of the file's text where it was noticed.
    pub offset: usize,
    /// What is wrong.
    pub message: String,
}

/// Splits rendered files, given by name and text, into manifests in the order of installation,
/// hooks behind. Partials and empty documents are left out, and so are hooks for unknown events.
#[must_use]
pub fn manifests(files: &[(&str, &str)]) -> (Vec<Manifest>, Vec<BadManifest>) {
    let mut order: Vec<usize> = (0..files.len()).collect();
    order.sort_by_key(|index| files[*index].0);
    let (mut plain, mut hooks, mut bad) = (Vec::new(), Vec::new(), Vec::new());
    for file in order {
        let (name, text) = files[file];
        if name.rsplit('/').next().is_some_and(|base| base.starts_with('_')) {
            continue;
        }
        for range in split(text) {
            match head(&text[range.clone()]) {
                Ok(Head { is_dropped: true, .. }) => {}
                Ok(Head { kind, hook, .. }) => {
                    let list = if hook.is_some() { &mut hooks } else { &mut plain };
                    list.push(Manifest { file, range, kind, hook });
                }
                Err((offset, message)) => bad.push(BadManifest { file, offset: range.start + offset, message }),
            }
        }
    }
    let rank = |manifest: &Manifest| {
        let known = ORDER.iter().position(|kind| *kind == manifest.kind);
        (known.unwrap_or(ORDER.len()), if known.is_some() { String::new() } else { manifest.kind.clone() })
    };
    plain.sort_by_cached_key(rank);
    hooks.sort_by_cached_key(rank);
    plain.append(&mut hooks);
    (plain, bad)
}

/// The documents of a text: between lines that begin with `---`, the white space before them cut.
#[must_use]
pub fn split(text: &str) -> Vec<Range<usize>> {
    let mut documents = Vec::new();
    let mut start = 0;
    let mut line = 0;
    let mut push = |from: usize, to: usize| {
        let document = &text[from..to];
        if !document.trim().is_empty() {
            documents.push(from + (document.len() - document.trim_start().len())..to);
        }
    };
    // White space before everything is cut first, so an indented first separator counts.
    let begin = text.len() - text.trim_start().len();
    start += begin;
    line += begin;
    while line < text.len() {
        if let Some(rest) = text[line..].strip_prefix("---") {
            push(start, line);
            let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
            start = line + 3 + blanks;
        }
        line = text[line..].find('\n').map_or(text.len(), |end| line + end + 1);
    }
    push(start.min(text.len()), text.len());
    documents
}

struct Head {
    kind: String,
    hook: Option<Vec<String>>,
    is_dropped: bool,
}

fn head(document: &str) -> Result<Head, (usize, String)> {
    let tree = read::first(document, SourceId(0)).map_err(|error| (error.offset, error.message))?;
    let kind = match &tree.data {
        Data::Null => String::new(),
        Data::Map(_) => tree.get("kind").and_then(Tree::as_str).unwrap_or_default().to_owned(),
        _ => return Err((0, format!("a manifest must be a map; found {}", tree.describe()))),
    };
    let annotation = tree
        .get("metadata")
        .and_then(|metadata| metadata.get("annotations"))
        .and_then(|annotations| annotations.get("helm.sh/hook"))
        .and_then(Tree::as_str);
    let hook: Option<Vec<String>> =
        annotation.map(|names| names.split(',').map(|name| name.trim().to_lowercase()).collect());
    let is_dropped = hook.as_ref().is_some_and(|names| names.iter().any(|name| !EVENTS.contains(&name.as_str())));
    Ok(Head { kind, hook, is_dropped })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_split_at_lines_of_dashes() {
        let text = "\n  ---\na: 1\n--- \n\n---\n# only a comment\n---\t# c\nb: |\n  ---\n----\n";
        let parts: Vec<&str> = split(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(parts, ["a: 1\n", "# only a comment\n", "# c\nb: |\n  ---\n", "-\n"]);
        assert!(split(" \n---\n---").is_empty());
    }

    #[test]
    fn manifests_come_in_the_order_of_installation() {
        let hook = |event: &str| format!("kind: Job\nmetadata: {{annotations: {{helm.sh/hook: \"{event}\"}}}}\n");
        let (test, unknown) = (hook("post-install, TEST"), hook("crd-install"));
        let files = [
            ("c/templates/z.yaml", "kind: Widget\n---\nkind: Service\n"),
            ("c/templates/a.yaml", "kind: Gadget\n---\nkind: Deployment\n---\n# nothing\n"),
            ("c/templates/_x.yaml", "kind: Secret\n"),
            ("c/templates/h.yaml", &test),
            ("c/templates/i.yaml", &unknown),
            ("c/templates/j.yaml", "kind: Namespace\n---\njust text\n---\na: b: c\n"),
        ];
        let (found, bad) = manifests(&files);
        let kinds: Vec<&str> = found.iter().map(|manifest| manifest.kind.as_str()).collect();
        assert_eq!(kinds, ["Namespace", "Service", "Deployment", "", "Gadget", "Widget", "Job"]);
        assert!(found[6].is_test());
        assert_eq!(bad.iter().map(|bad| bad.file).collect::<Vec<_>>(), [5, 5]);
    }
}
