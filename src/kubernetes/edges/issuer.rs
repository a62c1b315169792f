//! Who issues the certificate of an edge.

use super::{Scene, word};
use crate::kubernetes::spot::Spot;
use crate::model::Field;

/// Annotations by which cert-manager is asked for a certificate, with the kind of issuer that they name.
const ASKS: [(&str, &str); 2] =
    [("cert-manager.io/cluster-issuer", "ClusterIssuer"), ("cert-manager.io/issuer", "Issuer")];

/// How an edge comes by the certificate that it serves with, as far as its annotations say it.
pub(super) fn asked<'t>(scene: &Scene<'_, 't>, annotations: Spot<'t>, namespace: &str) -> Option<Field<String>> {
    for (key, kind) in ASKS {
        let asked = annotations.get(key);
        if let Some(name) = asked.text() {
            return Some(word(issued(scene, kind, name, namespace), asked.at));
        }
    }
    let acme = annotations.get("kubernetes.io/tls-acme");
    (acme.text() == Some("true")).then(|| word("acme", acme.at))
}

/// What an issuer of cert-manager is; one that is not here is an issuer and no more.
fn issued(scene: &Scene<'_, '_>, kind: &'static str, name: &str, namespace: &str) -> &'static str {
    let Some(issuer) = scene.find(kind, namespace, name) else { return "issuer" };
    let spec = issuer.get("spec");
    if spec.get("acme").is_written() {
        "acme"
    } else if spec.get("selfSigned").is_written() {
        "self-signed"
    } else {
        "issuer"
    }
}
