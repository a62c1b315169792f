//! API versions of Kubernetes that are gone, on their way out, or not yet everywhere.

/// API version, kinds (none for all) and a version of Kubernetes.
type Row = (&'static str, &'static [&'static str], &'static str);

/// With the version of Kubernetes that no longer has them.
const REMOVED: &[Row] = &[
    ("extensions/v1beta1", &["Ingress"], "1.22"),
    ("extensions/v1beta1", &[], "1.16"),
    ("apps/v1beta1", &[], "1.16"),
    ("apps/v1beta2", &[], "1.16"),
    (
        "admissionregistration.k8s.io/v1beta1",
        &["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"],
        "1.22",
    ),
    ("apiextensions.k8s.io/v1beta1", &[], "1.22"),
    ("apiregistration.k8s.io/v1beta1", &[], "1.22"),
    ("authentication.k8s.io/v1beta1", &["TokenReview"], "1.22"),
    ("authorization.k8s.io/v1beta1", &[], "1.22"),
    ("autoscaling/v2beta1", &[], "1.25"),
    ("autoscaling/v2beta2", &[], "1.26"),
    ("batch/v1beta1", &["CronJob"], "1.25"),
    ("batch/v2alpha1", &["CronJob"], "1.21"),
    ("certificates.k8s.io/v1beta1", &["CertificateSigningRequest"], "1.22"),
    ("coordination.k8s.io/v1beta1", &["Lease"], "1.22"),
    ("discovery.k8s.io/v1beta1", &[], "1.25"),
    ("events.k8s.io/v1beta1", &[], "1.25"),
    ("flowcontrol.apiserver.k8s.io/v1beta1", &[], "1.26"),
    ("flowcontrol.apiserver.k8s.io/v1beta2", &[], "1.29"),
    ("flowcontrol.apiserver.k8s.io/v1beta3", &[], "1.32"),
    ("networking.k8s.io/v1beta1", &["Ingress", "IngressClass"], "1.22"),
    ("node.k8s.io/v1beta1", &[], "1.25"),
    ("policy/v1beta1", &[], "1.25"),
    ("rbac.authorization.k8s.io/v1alpha1", &[], "1.22"),
    ("rbac.authorization.k8s.io/v1beta1", &[], "1.22"),
    ("scheduling.k8s.io/v1alpha1", &["PriorityClass"], "1.22"),
    ("scheduling.k8s.io/v1beta1", &["PriorityClass"], "1.22"),
    ("storage.k8s.io/v1beta1", &["CSIStorageCapacity"], "1.27"),
    ("storage.k8s.io/v1beta1", &["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"], "1.22"),
];

/// With the version of Kubernetes that has them first; what 1.16 had already is left out.
const ADDED: &[Row] = &[
    ("admissionregistration.k8s.io/v1", &["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"], "1.30"),
    ("autoscaling/v2", &[], "1.23"),
    ("batch/v1", &["CronJob"], "1.21"),
    ("certificates.k8s.io/v1", &["CertificateSigningRequest"], "1.19"),
    ("discovery.k8s.io/v1", &[], "1.21"),
    ("events.k8s.io/v1", &[], "1.19"),
    ("flowcontrol.apiserver.k8s.io/v1", &[], "1.29"),
    ("flowcontrol.apiserver.k8s.io/v1beta2", &[], "1.23"),
    ("flowcontrol.apiserver.k8s.io/v1beta3", &[], "1.26"),
    ("networking.k8s.io/v1", &["Ingress", "IngressClass"], "1.19"),
    ("networking.k8s.io/v1", &["IPAddress", "ServiceCIDR"], "1.33"),
    ("node.k8s.io/v1", &["RuntimeClass"], "1.20"),
    ("policy/v1", &[], "1.21"),
    ("resource.k8s.io/v1", &[], "1.34"),
    ("storage.k8s.io/v1", &["CSIDriver"], "1.18"),
    ("storage.k8s.io/v1", &["CSINode"], "1.17"),
    ("storage.k8s.io/v1", &["CSIStorageCapacity"], "1.24"),
    ("storage.k8s.io/v1", &["VolumeAttributesClass"], "1.34"),
];

/// With the version of Kubernetes that advises against them first, where none has taken them away.
const DEPRECATED: &[Row] = &[("v1", &["ComponentStatus"], "1.19"), ("v1", &["Endpoints"], "1.33")];

/// The version of Kubernetes that no longer has a kind under this API version, if there is one.
#[must_use]
pub fn removed_in(api: &str, kind: &str) -> Option<&'static str> {
    version(REMOVED, api, kind)
}

/// The version of Kubernetes that has a kind under this API version first, if there is one without.
#[must_use]
pub fn added_in(api: &str, kind: &str) -> Option<&'static str> {
    version(ADDED, api, kind)
}

/// The version of Kubernetes that advises against a kind under this API version first, if one does.
#[must_use]
pub fn deprecated_in(api: &str, kind: &str) -> Option<&'static str> {
    version(DEPRECATED, api, kind)
}

fn version(rows: &[Row], api: &str, kind: &str) -> Option<&'static str> {
    let mut rows = rows.iter().filter(|(of, kinds, _)| *of == api && (kinds.is_empty() || kinds.contains(&kind)));
    rows.next().map(|(.., version)| *version)
}

#[cfg(test)]
mod tests {
    use super::{added_in, deprecated_in, removed_in};

    #[test]
    fn versions_come_and_go() {
        assert_eq!(removed_in("extensions/v1beta1", "Ingress"), Some("1.22"));
        assert_eq!(removed_in("extensions/v1beta1", "Deployment"), Some("1.16"));
        assert_eq!(removed_in("policy/v1beta1", "PodDisruptionBudget"), Some("1.25"));
        assert_eq!(removed_in("networking.k8s.io/v1beta1", "IPAddress"), None);
        assert_eq!(removed_in("apps/v1", "Deployment"), None);
        assert_eq!(added_in("batch/v1", "CronJob"), Some("1.21"));
        assert_eq!(added_in("batch/v1", "Job"), None);
        assert_eq!(deprecated_in("v1", "Endpoints"), Some("1.33"));
    }
}
