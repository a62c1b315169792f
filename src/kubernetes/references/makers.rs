//! Objects from which something in the cluster makes Secrets.

use crate::kubernetes::index::{Index, group};
use crate::kubernetes::sink::Sink;
use crate::kubernetes::spot::Spot;
use crate::model::{Field, Object};
use crate::source::{Reason, Span};
use hashbrown::HashMap;

/// The keys of a Secret with a certificate.
const OF_CERTIFICATES: [&str; 3] = ["tls.crt", "tls.key", "ca.crt"];

/// The API groups of objects that something makes Secrets from.
const GROUPS: [&str; 6] = [
    "cert-manager.io",
    "bitnami.com",
    "external-secrets.io",
    "secrets.hashicorp.com",
    "onepassword.com",
    "networking.k8s.io",
];

/// The Secrets that something makes, by namespace and name.
pub(in crate::kubernetes) struct Makers<'t>(HashMap<(&'t str, &'t str), Made<'t>>);

/// A Secret that something makes.
struct Made<'t> {
    by: &'t Object,
    /// Keys that it is known to have.
    keys: Vec<&'t str>,
    /// Whether it may have others.
    more: bool,
}

impl<'t> Makers<'t> {
    /// Reads what makes Secrets.
    pub fn new(index: &Index<'t>, sink: &'t Sink) -> Self {
        let mut made = HashMap::new();
        for (_, by) in index.of_other_groups().iter().filter(|(_, by)| GROUPS.contains(&group(&by.api))) {
            let root = Spot::new(&by.root, by.at, "this object", sink);
            let spec = root.get("spec");
            let own = by.name.as_str();
            let named = |spot: Spot<'t>| spot.text().unwrap_or(own);
            let entries = |spot: Spot<'t>| spot.entries().iter().map(crate::syntax::Entry::name).collect::<Vec<_>>();
            let (name, keys, more) = match (group(&by.api), by.kind.as_str()) {
                ("cert-manager.io", "Certificate") => {
                    let formats = ["additionalOutputFormats", "keystores"];
                    let more = formats.into_iter().any(|key| spec.get(key).is_written());
                    (named(spec.get("secretName")), OF_CERTIFICATES.to_vec(), more)
                }
                ("bitnami.com", "SealedSecret") => {
                    let mut keys = entries(spec.get("encryptedData"));
                    keys.extend(entries(spec.path(&["template", "data"])));
                    (named(spec.path(&["template", "metadata", "name"])), keys, false)
                }
                ("external-secrets.io", "ExternalSecret") => {
                    let target = spec.get("target");
                    let listed = spec.get("data").items().filter_map(|item| item.get("secretKey").text());
                    let template = target.path(&["template", "data"]);
                    let more = spec.get("dataFrom").is_written()
                        || target.path(&["template", "templateFrom"]).is_written()
                        || target.get("creationPolicy").text() == Some("Merge");
                    let keys = listed.chain(entries(template)).collect();
                    (named(target.get("name")), keys, more)
                }
                ("secrets.hashicorp.com", _) => (named(spec.path(&["destination", "name"])), Vec::new(), true),
                ("onepassword.com", "OnePasswordItem") => (own, Vec::new(), true),
                ("networking.k8s.io", "Ingress") => {
                    let annotations = root.path(&["metadata", "annotations"]);
                    let is_issued = annotations.entries().iter().any(|entry| {
                        matches!(
                            entry.name(),
                            "cert-manager.io/issuer" | "cert-manager.io/cluster-issuer" | "kubernetes.io/tls-acme"
                        )
                    });
                    for name in spec.get("tls").items().filter_map(|tls| tls.get("secretName").text()) {
                        if is_issued {
                            let one = Made { by, keys: OF_CERTIFICATES.to_vec(), more: false };
                            made.insert((index.namespace(by), name), one);
                        }
                    }
                    continue;
                }
                _ => continue,
            };
            made.insert((index.namespace(by), name), Made { by, keys, more });
        }
        Self(made)
    }

    /// Whether a Secret, or a key of it, is made; `None` if nothing here makes that Secret.
    pub fn secret(&self, namespace: &str, name: &str, key: Option<&str>, at: Span) -> Option<Field<bool>> {
        let made = self.0.get(&(namespace, name))?;
        Some(match key {
            Some(key) if !made.keys.contains(&key) && made.more => {
                let what = format!("key {key} of what {} {} makes", made.by.kind, made.by.name);
                Field::unknown(Reason::Elsewhere { what: what.into() }, at)
            }
            Some(key) => Field::set(made.keys.contains(&key), at),
            None => Field::set(true, at),
        })
    }
}
