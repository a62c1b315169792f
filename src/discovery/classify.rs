//! What a file is, by its name and its content. The one place that decides it.

use crate::source::reader::file_name;
use crate::syntax::{Document, Node, Parsed};

/// The kinds of files that an audit tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FileKind {
    /// A Compose project or an overlay for one.
    Compose,
    /// Kubernetes objects.
    Manifests,
    /// A `Chart.yaml`.
    Chart,
    /// A file that belongs to a chart: templates, vendored charts, custom resource definitions.
    ChartPart,
    /// A kustomization.
    Kustomization,
    /// A patch or component that a kustomization applies.
    KustomizePatch,
    /// The configuration of a Prometheus.
    Prometheus,
    /// Alerting and recording rules.
    AlertRules,
    /// The configuration of an Alertmanager.
    Alertmanager,
    /// Contact points and notification policies of a Grafana.
    Grafana,
    /// Variables for Compose or for a container.
    EnvFile,
    /// A Dockerfile.
    Dockerfile,
    /// A unit of systemd or a drop-in of one.
    Unit,
    /// Read because a deployment file refers to it.
    Config,
    /// Nothing that is deployed.
    Other,
}

impl FileKind {
    /// The word that reports use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Compose => "compose",
            Self::Manifests => "kubernetes",
            Self::Chart => "chart",
            Self::ChartPart => "chart-part",
            Self::Kustomization => "kustomization",
            Self::KustomizePatch => "kustomize-patch",
            Self::Prometheus => "prometheus",
            Self::AlertRules => "alert-rules",
            Self::Alertmanager => "alertmanager",
            Self::Grafana => "grafana",
            Self::EnvFile => "env-file",
            Self::Dockerfile => "dockerfile",
            Self::Unit => "unit",
            Self::Config => "config",
            Self::Other => "other",
        }
    }
}

/// Keys of which a Compose service has at least one; a GitLab CI or GitHub workflow `services` entry
/// may have `image` too, which is why those files are told apart by name.
const SERVICE_KEYS: &[&str] =
    &["image", "build", "extends", "command", "environment", "env_file", "ports", "volumes", "depends_on", "deploy"];

/// Whether a text may be a deployment file at all: a look at its bytes that saves parsing the rest.
#[must_use]
pub fn may_deploy(path: &str, text: &str) -> bool {
    is_compose_name(path)
        || is_kustomization_name(path)
        || file_name(path) == "Chart.yaml"
        || (text.contains("kind") && text.contains("apiVersion"))
        || (text.contains("services") && !is_workflow(path))
        || may_watch(text)
}

/// Whether a text may be what a Prometheus, an Alertmanager or a Grafana reads: a look at its bytes.
#[must_use]
pub fn may_watch(text: &str) -> bool {
    text.contains("scrape_configs")
        || text.contains("rule_files")
        || (text.contains("receivers") && text.contains("route"))
        || (text.contains("groups") && text.contains("rules"))
        || text.contains("contactPoints")
        || (text.contains("policies") && text.contains("receiver"))
}

/// What a tree is to a Prometheus or an Alertmanager, if it is anything to them.
#[must_use]
pub fn watches(root: &Node) -> Option<FileKind> {
    let list = |key: &str| root.get(key).map_or(&[][..], Node::items);
    let is_rule = |rule: &Node| {
        let named = rule.get("alert").or_else(|| rule.get("record")).is_some();
        (named && rule.get("expr").is_some()) || (rule.get("title").is_some() && rule.get("data").is_some())
    };
    if list("groups").iter().any(|group| group.get("rules").map_or(&[][..], Node::items).iter().any(is_rule)) {
        return Some(FileKind::AlertRules);
    }
    // Promtail's own has scrape_configs too, and tests of rules name rule_files.
    let is_other = ["clients", "positions", "tests"].iter().any(|key| root.get(key).is_some());
    if !is_other && (!list("scrape_configs").is_empty() || !list("rule_files").is_empty()) {
        return Some(FileKind::Prometheus);
    }
    let is_policy = |policy: &Node| policy.get("receiver").is_some();
    if !list("contactPoints").is_empty() || list("policies").iter().any(is_policy) {
        return Some(FileKind::Grafana);
    }
    let routes = root.at(&["route", "receiver"]).is_some() && !list("receivers").is_empty();
    routes.then_some(FileKind::Alertmanager)
}

/// Decides what a parsed YAML or JSON file is.
#[must_use]
pub fn classify(path: &str, parsed: &Parsed) -> FileKind {
    if is_kustomization_name(path) || parsed.documents.iter().any(|document| is_kustomization(&document.root)) {
        return FileKind::Kustomization;
    }
    if file_name(path) == "Chart.yaml" {
        return FileKind::Chart;
    }
    if parsed.documents.iter().any(is_manifest) {
        return FileKind::Manifests;
    }
    if is_workflow(path) {
        return FileKind::Other;
    }
    if let Some(kind) = parsed.documents.iter().find_map(|document| watches(&document.root)) {
        return kind;
    }
    let compose = |document: &Document| {
        let has = |key: &str| document.root.get(key).is_some();
        // A file may be nothing but a list of others.
        looks_like_compose(&document.root) || (is_compose_name(path) && (has("services") || has("include")))
    };
    if parsed.documents.iter().any(compose) { FileKind::Compose } else { FileKind::Other }
}

/// What a file that did not parse was most likely meant to be.
#[must_use]
pub fn guess(path: &str, text: &str) -> FileKind {
    let starts = |word: &str| text.lines().any(|line| line.starts_with(word));
    if is_kustomization_name(path) {
        FileKind::Kustomization
    } else if file_name(path) == "Chart.yaml" {
        FileKind::Chart
    } else if (starts("apiVersion:") && starts("kind:")) || is_like_a_json_object(text) {
        FileKind::Manifests
    } else if is_compose_name(path) || (starts("services:") && !is_workflow(path)) {
        FileKind::Compose
    } else if starts("groups:") && text.contains("expr:") {
        FileKind::AlertRules
    } else if starts("scrape_configs:") {
        FileKind::Prometheus
    } else {
        FileKind::Other
    }
}

/// Whether a text begins like JSON and has the keys that a Kubernetes object has.
fn is_like_a_json_object(text: &str) -> bool {
    text.trim_start().starts_with(['{', '[']) && text.contains("\"apiVersion\"") && text.contains("\"kind\"")
}

/// Whether a document is a Kubernetes object or a list of them.
#[must_use]
pub fn is_manifest(document: &Document) -> bool {
    let has = |key| document.root.get(key).and_then(Node::text).is_some_and(|text| !text.is_empty());
    has("apiVersion") && has("kind")
}

/// Whether a file has one of the names that Compose looks for, or one made from them.
#[must_use]
pub fn is_compose_name(path: &str) -> bool {
    let name = file_name(path).to_ascii_lowercase();
    let ends = name.strip_suffix(".yml").or_else(|| name.strip_suffix(".yaml"));
    ends.is_some_and(|stem| {
        ["compose", "docker-compose"].iter().any(|base| {
            stem.strip_prefix(base).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-', '_']))
        })
    })
}

fn is_kustomization_name(path: &str) -> bool {
    matches!(file_name(path), "kustomization.yaml" | "kustomization.yml" | "Kustomization")
}

fn is_kustomization(root: &Node) -> bool {
    let kind = root.get("kind").and_then(Node::text);
    let api = root.get("apiVersion").and_then(Node::text);
    // Flux has a kind of the same name, which is an object like any other.
    matches!(kind, Some("Kustomization" | "Component"))
        && api.is_some_and(|api| api.starts_with("kustomize.config.k8s.io/"))
}

/// Files in which `services` means something else.
fn is_workflow(path: &str) -> bool {
    path.contains(".github/") || path.contains(".gitea/") || path.contains(".forgejo/") || {
        let name = file_name(path);
        name.contains("gitlab-ci") || name.starts_with("bitbucket-pipelines") || name.starts_with(".drone")
    }
}

fn looks_like_compose(root: &Node) -> bool {
    let Some(services) = root.get("services").and_then(Node::as_mapping) else { return false };
    let is_service = |node: &Node| SERVICE_KEYS.iter().any(|key| node.get(key).is_some());
    // One stray entry does not make a file something else, but most have to look like services.
    let alike = services.entries.iter().filter(|entry| is_service(&entry.value)).count();
    alike > 0 && alike * 2 >= services.entries.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discovery::Workspace;
    use crate::syntax::Syntax;

    fn kind(path: &str, text: &str) -> FileKind {
        let workspace = Workspace::in_memory([(path, text)]);
        let kind = classify(path, &workspace.parse(path, Syntax::Yaml).unwrap());
        assert!(may_deploy(path, text) || kind == FileKind::Other, "{path} would not even be parsed");
        kind
    }

    #[test]
    fn content_decides_and_names_help() {
        assert_eq!(kind("a/stack.yml", "services: {db: {image: postgres}}"), FileKind::Compose);
        assert_eq!(kind("compose.prod.yaml", "services: {db: {restart: always}}"), FileKind::Compose);
        assert_eq!(kind("compose.yaml", "include: [parts/app.yaml]"), FileKind::Compose);
        assert_eq!(kind("parts.yaml", "include: [parts/app.yaml]"), FileKind::Other);
        assert_eq!(kind(".github/workflows/ci.yml", "services: {db: {image: postgres}}"), FileKind::Other);
        assert_eq!(kind(".gitlab-ci.yml", "services: {db: {image: postgres}}"), FileKind::Other);
        assert_eq!(kind("symfony/services.yaml", "services: {App\\Mailer: {class: x}}"), FileKind::Other);
        assert_eq!(kind("a.yaml", "a: 1\n---\napiVersion: v1\nkind: Pod\n"), FileKind::Manifests);
        assert_eq!(kind("kustomization.yaml", "resources: [a.yaml]"), FileKind::Kustomization);
        let flux = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization";
        assert_eq!(kind("flux.yaml", flux), FileKind::Manifests);
        assert_eq!(kind("x/Chart.yaml", "apiVersion: v2\nname: x\nversion: 1.0.0"), FileKind::Chart);
        assert_eq!(kind("values.yaml", "a: 1"), FileKind::Other);
        assert_eq!(kind("a.yml", "groups: [{name: a, rules: [{alert: Down, expr: up == 0}]}]"), FileKind::AlertRules);
        assert_eq!(kind("prometheus.yml", "scrape_configs: [{job_name: a}]"), FileKind::Prometheus);
        assert_eq!(kind("promtail.yml", "scrape_configs: [{job_name: a}]\nclients: [{url: x}]"), FileKind::Other);
        assert_eq!(kind("test.yml", "rule_files: [a.yml]\ntests: [{interval: 1m}]"), FileKind::Other);
        assert_eq!(kind("cp.yml", "apiVersion: 1\ncontactPoints: [{name: ops, receivers: []}]"), FileKind::Grafana);
        assert_eq!(kind("np.yml", "apiVersion: 1\npolicies: [{receiver: ops}]"), FileKind::Grafana);
        assert_eq!(kind("am.yml", "route: {receiver: ops}\nreceivers: [{name: ops}]"), FileKind::Alertmanager);
    }

    #[test]
    fn what_does_not_parse_is_guessed() {
        assert_eq!(guess("x.yaml", "apiVersion: v1\nkind: Pod\n  bad"), FileKind::Manifests);
        assert_eq!(guess("docker-compose.yml", "\t"), FileKind::Compose);
        assert_eq!(guess("mkdocs.yml", "a: [\n"), FileKind::Other);
    }
}
