//! `.Capabilities`: what is assumed of the cluster.

use crate::helm::semver::{Constraint, Version};

/// The Kubernetes version that Helm 4.2 assumes without a cluster.
const DEFAULT_VERSION: &str = "v1.36.0";

/// The API versions that Helm 4.2 assumes without a cluster, in its order.
const DEFAULT_APIS: [&str; 55] = [
    "v1",
    "admissionregistration.k8s.io/v1",
    "admissionregistration.k8s.io/v1alpha1",
    "admissionregistration.k8s.io/v1beta1",
    "internal.apiserver.k8s.io/v1alpha1",
    "apps/v1",
    "apps/v1beta1",
    "apps/v1beta2",
    "authentication.k8s.io/v1",
    "authentication.k8s.io/v1alpha1",
    "authentication.k8s.io/v1beta1",
    "authorization.k8s.io/v1",
    "authorization.k8s.io/v1beta1",
    "autoscaling/v1",
    "autoscaling/v2",
    "batch/v1",
    "batch/v1beta1",
    "certificates.k8s.io/v1",
    "certificates.k8s.io/v1beta1",
    "certificates.k8s.io/v1alpha1",
    "coordination.k8s.io/v1alpha2",
    "coordination.k8s.io/v1beta1",
    "coordination.k8s.io/v1",
    "discovery.k8s.io/v1",
    "discovery.k8s.io/v1beta1",
    "events.k8s.io/v1",
    "events.k8s.io/v1beta1",
    "extensions/v1beta1",
    "flowcontrol.apiserver.k8s.io/v1",
    "flowcontrol.apiserver.k8s.io/v1beta1",
    "flowcontrol.apiserver.k8s.io/v1beta2",
    "flowcontrol.apiserver.k8s.io/v1beta3",
    "networking.k8s.io/v1",
    "networking.k8s.io/v1beta1",
    "node.k8s.io/v1",
    "node.k8s.io/v1alpha1",
    "node.k8s.io/v1beta1",
    "policy/v1",
    "policy/v1beta1",
    "rbac.authorization.k8s.io/v1",
    "rbac.authorization.k8s.io/v1beta1",
    "rbac.authorization.k8s.io/v1alpha1",
    "resource.k8s.io/v1",
    "resource.k8s.io/v1beta2",
    "resource.k8s.io/v1beta1",
    "resource.k8s.io/v1alpha3",
    "scheduling.k8s.io/v1alpha2",
    "scheduling.k8s.io/v1beta1",
    "scheduling.k8s.io/v1",
    "storage.k8s.io/v1beta1",
    "storage.k8s.io/v1",
    "storage.k8s.io/v1alpha1",
    "storagemigration.k8s.io/v1beta1",
    "apiextensions.k8s.io/v1beta1",
    "apiextensions.k8s.io/v1",
];

/// `.Capabilities.KubeVersion`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KubeVersion {
    /// As it was given, with a leading `v`: `v1.29.3-gke.100`.
    pub version: String,
    /// Without what a distributor appended: `v1.29.3`. It is how the object prints itself.
    pub normalized: String,
    /// The first number.
    pub major: String,
    /// The second number.
    pub minor: String,
}

impl KubeVersion {
    /// Reads a version such as `1.29`, `v1.29.3` or `v1.29.3-gke.100`; `None` if it is not one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bare = text.strip_prefix('v').unwrap_or(text);
        let numbers = bare.split(['-', '+']).next()?;
        let parts: Vec<&str> = numbers.split('.').collect();
        let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !(2..=3).contains(&parts.len()) || !parts.iter().all(is_number) {
            return None;
        }
        Some(Self {
            version: format!("v{bare}"),
            normalized: format!("v{numbers}"),
            major: parts.first()?.to_string(),
            minor: parts.get(1)?.to_string(),
        })
    }

    /// Whether the version satisfies a chart's `kubeVersion`; what a distributor appended does not
    /// count. A constraint that cannot be read is satisfied by nothing.
    #[must_use]
    pub fn satisfies(&self, constraint: &str) -> bool {
        let constraint = Constraint::parse(constraint);
        let version = Version::parse(&self.normalized);
        constraint.zip(version).is_some_and(|(constraint, version)| constraint.check(&version))
    }
}

/// `.Capabilities`
#[derive(Debug, Clone)]
pub struct Capabilities {
    /// The version of the cluster.
    pub kube: KubeVersion,
    /// `group/version` and, if given by the user, `group/version/Kind`.
    pub api_versions: Vec<String>,
}

impl Default for Capabilities {
    fn default() -> Self {
        Self::new(None, &[])
    }
}

impl Capabilities {
    /// What Helm assumes, with the given version instead of its own and more API versions.
    #[must_use]
    pub fn new(kube: Option<KubeVersion>, more_apis: &[String]) -> Self {
        let default = || KubeVersion {
            version: DEFAULT_VERSION.to_owned(),
            normalized: DEFAULT_VERSION.to_owned(),
            major: "1".to_owned(),
            minor: "36".to_owned(),
        };
        let apis = DEFAULT_APIS.iter().map(|api| (*api).to_owned()).chain(more_apis.iter().cloned());
        Self { kube: kube.unwrap_or_else(default), api_versions: apis.collect() }
    }

    /// Whether an API version is known.
    #[must_use]
    pub fn has(&self, api: &str) -> bool {
        self.api_versions.iter().any(|known| known == api)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_keep_what_was_appended() {
        let version = KubeVersion::parse("1.29.3-gke.100").unwrap();
        assert_eq!((version.version.as_str(), version.normalized.as_str()), ("v1.29.3-gke.100", "v1.29.3"));
        assert_eq!((version.major.as_str(), version.minor.as_str()), ("1", "29"));
        assert!(version.satisfies(">=1.20") && !version.satisfies(">=1.30-0") && !version.satisfies("nonsense"));
        assert!(KubeVersion::parse("1").is_none() && KubeVersion::parse("x").is_none());
    }

    #[test]
    fn more_apis_are_added() {
        let capabilities = Capabilities::new(None, &["a/v1/B".to_owned()]);
        assert!(capabilities.has("apps/v1") && capabilities.has("a/v1/B") && !capabilities.has("apps/v1/Deployment"));
    }
}
