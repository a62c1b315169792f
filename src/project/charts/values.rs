//! What the values files of a chart give, before any template has seen it.

use crate::model::secrecy::{holds_a_credential, is_reference, names_a_secret};
use crate::model::{ChartValue, Field, Image};
use crate::syntax::{Node, Value};

/// How deep values are looked into.
const MAX_DEPTH: usize = 40;

/// The texts and numbers of a values file, in its order.
pub(super) fn values(root: &Node) -> Vec<ChartValue> {
    let mut found = Vec::new();
    collect(root, "", 0, &mut found);
    found
}

fn collect(node: &Node, path: &str, depth: usize, found: &mut Vec<ChartValue>) {
    if depth > MAX_DEPTH {
        return;
    }
    for entry in node.entries() {
        let inner = if path.is_empty() { entry.name().to_owned() } else { format!("{path}.{}", entry.name()) };
        match &entry.value.value {
            Value::Scalar(_) => {
                // `{name: password, value: x}` is said for `password: x`.
                let named = node.get("name").and_then(Node::text).filter(|_| entry.name() == "value");
                let inner = named.map_or(inner, |name| format!("{path}.{name}"));
                found.extend(value(node, named.unwrap_or(entry.name()), &entry.value, inner, entry.key.span));
            }
            _ => collect(&entry.value, &inner, depth + 1, found),
        }
    }
    for (index, item) in node.items().iter().enumerate() {
        collect(item, &format!("{path}[{index}]"), depth + 1, found);
    }
}

fn value(beside: &Node, key: &str, node: &Node, path: String, at: crate::source::Span) -> Option<ChartValue> {
    let text = node.text().filter(|text| !text.is_empty() && !node.is_null())?;
    let is_switch = matches!(text.to_ascii_lowercase().as_str(), "true" | "false" | "yes" | "no" | "on" | "off");
    let is_written = !is_switch && !is_reference(text) && !text.contains("{{");
    // Beside the name of a Secret stands the key in it: `configSecretName`, `configSecretKey`.
    let is_key = key.strip_suffix("Key").is_some_and(|stem| beside.get(&format!("{stem}Name")).is_some());
    let is_named = names_an_object(key);
    let holds_secret = is_written && ((names_a_secret(key) && !is_key && !is_named) || holds_a_credential(text));
    let image = image(beside, key, text).map_or_else(|| Field::absent(at), |image| Field::set(image, node.span));
    let tracked = Field::absent(node.span);
    Some(ChartValue { path, at, value_at: node.span, holds_secret, deployed: false, tracked, image })
}

/// Whether a value names the Secret that holds files or variables: `caCrtSecret`, `tlsSecret`, `envVarsSecret`.
fn names_an_object(key: &str) -> bool {
    let stem = key.strip_suffix("Secret").unwrap_or_default().to_ascii_lowercase();
    ["crt", "cert", "certs", "certificate", "certificates", "tls", "ssl", "vars", "pull", "config"]
        .iter()
        .any(|end| stem.ends_with(end))
}

/// The image that a value stands for: `tag` beside a repository, or `image` as a whole.
fn image(beside: &Node, key: &str, text: &str) -> Option<Image> {
    let part = |key: &str| beside.get(key).and_then(Node::text).filter(|text| !text.is_empty());
    if text.contains("{{") || text.contains('$') {
        return None;
    }
    match key {
        "tag" => {
            let repository = part("repository").or_else(|| part("image")).or_else(|| part("name"))?;
            let registry = part("registry").map_or_else(String::new, |registry| format!("{registry}/"));
            let digest = part("digest")
                .or_else(|| part("sha"))
                .map(|digest| if digest.contains(':') { format!("@{digest}") } else { format!("@sha256:{digest}") });
            Image::parse(&format!("{registry}{repository}:{text}{}", digest.unwrap_or_default()))
        }
        // A bare name may be one part of several.
        "image" if part("tag").is_none() && text.contains([':', '@']) => Image::parse(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;
    use crate::syntax::{Limits, Syntax, parse};

    #[test]
    fn values_tell_images_and_secrets() {
        let text = "\
image: {registry: r.example.com, repository: acme/app, tag: latest}
sidecar: {image: 'acme/side:1.2.3'}
auth:
  password: kJ8v-2nQx
  existingSecret: db
  configSecretName: config
  configSecretKey: config.yaml
  dbSslCaCrtSecret: db-ca
  envVarsSecret: app-env
  tokenEnabled: true
  apiKey: '{{ .Release.Name }}'
jobs: [{image: {repository: acme/job, tag: '2', digest: 'sha256:ab'}}]
fields: [{name: username, value: app}, {name: password, value: kJ8v-2nQx}, {name: token}]
url: postgres://app:kJ8v-2nQx@db/app
";
        let sources = Sources::new();
        let source = sources.add("values.yaml", text);
        let parsed = parse(Syntax::Yaml, source, text, &Limits::default());
        let found = values(&parsed.documents[0].root);
        let secrets: Vec<&str> =
            found.iter().filter(|value| value.holds_secret).map(|value| value.path.as_str()).collect();
        assert_eq!(secrets, ["auth.password", "fields[1].password", "url"]);
        let images: Vec<String> = found
            .iter()
            .filter_map(|value| Some(format!("{} {}", value.path, value.image.value()?.reference)))
            .collect();
        assert_eq!(
            images,
            [
                "image.tag r.example.com/acme/app:latest",
                "sidecar.image acme/side:1.2.3",
                "jobs[0].image.tag acme/job:2@sha256:ab"
            ]
        );
    }
}
