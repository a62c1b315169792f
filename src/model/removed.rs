//! API versions of Kubernetes that are gone.

/// API version, kinds (none for all) and the version of Kubernetes that no longer has them.
const REMOVED: &[(&str, &[&str], &str)] = &[
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

/// The version of Kubernetes that no longer has a kind under this API version, if there is one.
#[must_use]
pub fn removed_in(api: &str, kind: &str) -> Option<&'static str> {
    let rows = REMOVED.iter().filter(|(gone, kinds, _)| *gone == api && (kinds.is_empty() || kinds.contains(&kind)));
    rows.map(|(.., version)| *version).next()
}

#[cfg(test)]
mod tests {
    use super::removed_in;

    #[test]
    fn versions_that_are_gone_are_known() {
        assert_eq!(removed_in("extensions/v1beta1", "Ingress"), Some("1.22"));
        assert_eq!(removed_in("extensions/v1beta1", "Deployment"), Some("1.16"));
        assert_eq!(removed_in("policy/v1beta1", "PodDisruptionBudget"), Some("1.25"));
        assert_eq!(removed_in("networking.k8s.io/v1beta1", "IPAddress"), None);
        assert_eq!(removed_in("apps/v1", "Deployment"), None);
    }
}
