//! Policies that admit only signed images: Kyverno's and sigstore's.

use super::{Made, Scene};
use crate::kubernetes::spot::Spot;
use crate::model::{Field, Object, PolicyKind, State};
use crate::source::Span;

/// The verification policy that an object is, if it is one.
pub(super) fn lower<'t>(scene: &Scene<'_, '_, 't>, number: usize, object: &'t Object) -> Option<Made> {
    let spec = scene.spec(object);
    let mut found = Found::default();
    match object.kind.as_str() {
        "ClusterPolicy" | "Policy" => {
            for check in spec.get("rules").items().flat_map(|rule| rule.get("verifyImages").items()) {
                found.images(check.get("imageReferences").items());
                found.images([check.get("image")].into_iter());
                let attestors = check.get("attestors").items().flat_map(|attestor| attestor.get("entries").items());
                for entry in attestors {
                    found.identity(entry.get("keyless"));
                }
            }
        }
        "ImageValidatingPolicy" => {
            found.images(spec.get("matchImageReferences").items().map(|reference| reference.get("glob")));
            let attestors = spec.get("attestors").items().map(|attestor| attestor.path(&["cosign", "keyless"]));
            for identity in attestors.flat_map(|keyless| keyless.get("identities").items()) {
                found.identity(identity);
            }
        }
        "ClusterImagePolicy" => {
            found.images(spec.get("images").items().map(|image| image.get("glob")));
            let authorities = spec.get("authorities").items().map(|authority| authority.get("keyless"));
            for identity in authorities.flat_map(|keyless| keyless.get("identities").items()) {
                found.identity(identity);
            }
        }
        _ => return None,
    }
    let at = found.at?;
    let mut policy = scene.policy(PolicyKind::Verification, number, object);
    if object.kind.starts_with("Cluster") || object.kind == "ImageValidatingPolicy" {
        policy.namespace = None;
    }
    policy.selects = selected(scene, &found.images);
    policy.images = Field::set(found.images, at);
    policy.issuer = found.issuer.unwrap_or_else(|| Field::absent(at));
    policy.identity = found.identity.unwrap_or_else(|| Field::absent(at));
    Some(Made { policy, perhaps: Vec::new() })
}

/// What a policy says of images and of who signs them; of several identities the first counts.
#[derive(Default)]
struct Found {
    images: Vec<Field<String>>,
    issuer: Option<Field<String>>,
    identity: Option<Field<String>>,
    at: Option<Span>,
}

impl Found {
    fn images<'t>(&mut self, patterns: impl Iterator<Item = Spot<'t>>) {
        for pattern in patterns.filter(|pattern| pattern.is_written()) {
            self.at.get_or_insert(pattern.at);
            self.images.push(pattern.string());
        }
    }

    fn identity(&mut self, identity: Spot) {
        let first = |keys: [&'static str; 2]| {
            keys.into_iter().map(|key| identity.get(key)).find(|spot| spot.is_written()).map(Spot::string)
        };
        self.issuer = self.issuer.take().or_else(|| first(["issuer", "issuerRegExp"]));
        self.identity = self.identity.take().or_else(|| first(["subject", "subjectRegExp"]));
    }
}

/// The workloads that run an image that one of the patterns is for.
fn selected(scene: &Scene<'_, '_, '_>, patterns: &[Field<String>]) -> Vec<usize> {
    let stack = scene.stack;
    let covered = |index: &&usize| {
        let image = stack.container(**index).and_then(|container| container.image.value());
        image.is_some_and(|image| {
            let patterns = patterns.iter().filter_map(|pattern| match &pattern.state {
                State::Set(pattern) => Some(pattern.as_str()),
                State::Absent | State::Unknown(_) => None,
            });
            patterns.into_iter().any(|pattern| covers(pattern, &image.reference))
        })
    };
    let workloads = stack.workloads.iter().enumerate();
    workloads.filter(|(_, workload)| workload.containers.iter().any(|index| covered(&index))).map(|(n, _)| n).collect()
}

/// Whether a pattern with `*` is for an image, whose registry and tag may be left out.
fn covers(pattern: &str, reference: &str) -> bool {
    let untagged = reference.split('@').next().unwrap_or(reference);
    let untagged = match untagged.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => name,
        _ => untagged,
    };
    let prefixes: &[&str] = match reference.split_once('/') {
        None => &["", "docker.io/library/", "index.docker.io/library/"],
        Some((first, _)) if first.contains(['.', ':']) || first == "localhost" => &[""],
        Some(_) => &["", "docker.io/", "index.docker.io/"],
    };
    prefixes.iter().any(|prefix| {
        [reference, untagged].into_iter().any(|name| is_like(pattern.as_bytes(), format!("{prefix}{name}").as_bytes()))
    })
}

/// Whether a text is like a pattern in which `*` stands for any characters.
fn is_like(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    // Where to go on if what follows the last star does not fit.
    let mut back: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                back = Some((p, t));
                p += 1;
            }
            Some(byte) if Some(byte) == text.get(t) => {
                p += 1;
                t += 1;
            }
            _ => match back {
                Some((star, taken)) => {
                    back = Some((star, taken + 1));
                    p = star + 1;
                    t = taken + 1;
                }
                None => return false,
            },
        }
    }
    pattern.get(p..).unwrap_or_default().iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn patterns_cover_images() {
        for (pattern, reference, expected) in [
            ("ghcr.io/acme/*", "ghcr.io/acme/app:1.0.0", true),
            ("ghcr.io/acme/*", "ghcr.io/other/app:1.0.0", false),
            ("**", "postgres:16", true),
            ("docker.io/library/**", "ghcr.io/acme/app:1.0.0", false),
            ("docker.io/library/**", "acme/app:1.0.0", false),
            ("docker.io/library/postgres", "postgres:16.4", true),
            ("docker.io/acme/*", "acme/app@sha256:00", true),
            ("*/app:1.*", "ghcr.io/acme/app:1.4", true),
            ("*/app:2.*", "ghcr.io/acme/app:1.4", false),
        ] {
            assert_eq!(covers(pattern, reference), expected, "{pattern} {reference}");
        }
    }
}
