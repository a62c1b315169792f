//! Image references.

use crate::source::reader::file_name;
use crate::source::{HOLE, has_hole};

/// An image reference in its parts, after the distribution reference grammar.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Image {
    /// The reference as it was written.
    pub reference: String,
    /// The registry; `docker.io` where none is written.
    pub registry: String,
    /// The repository without the registry; official Docker images begin with `library/`.
    pub repository: String,
    /// The tag, if written.
    pub tag: Option<String>,
    /// The digest with its algorithm, if written.
    pub digest: Option<String>,
}

impl Image {
    /// Reads a reference such as `ghcr.io/acme/app:1.2.3@sha256:...`. `None` if it is empty, has
    /// white space or lacks a repository.
    #[must_use]
    pub fn parse(reference: &str) -> Option<Self> {
        if reference.is_empty() || reference.contains(char::is_whitespace) {
            return None;
        }
        let (rest, digest) = match reference.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest.to_owned())),
            None => (reference, None),
        };
        // A colon before a slash belongs to the registry's port.
        let (path, tag) = match rest.rsplit_once(':') {
            Some((path, tag)) if !tag.contains('/') => (path, Some(tag.to_owned())),
            _ => (rest, None),
        };
        let (registry, repository) = match path.split_once('/') {
            Some((first, rest)) if first.contains(['.', ':']) || first == "localhost" => (first, rest.to_owned()),
            Some(_) => ("docker.io", path.to_owned()),
            None => ("docker.io", format!("library/{path}")),
        };
        if path.is_empty() || repository.is_empty() || repository.ends_with('/') {
            return None;
        }
        let registry = if registry == "index.docker.io" { "docker.io" } else { registry };
        Some(Self { reference: reference.to_owned(), registry: registry.to_owned(), repository, tag, digest })
    }

    /// What of a reference is known in which [`HOLE`] stands for what is not; `None` if it is known as a
    /// whole or not at all.
    #[must_use]
    pub fn partly(reference: &str) -> Option<Self> {
        Self::parse(reference).filter(|_| has_hole(reference) && reference.chars().any(|next| next != HOLE))
    }

    /// Registry and repository, as far as they are known up to their end: what stands behind the last
    /// [`HOLE`]. A variable right before the last name is taken for a registry or a folder with its slash.
    #[must_use]
    pub fn known_end(&self) -> (String, bool) {
        let whole = format!("{}/{}", self.registry, self.repository);
        match whole.rsplit_once(HOLE) {
            None => (whole, true),
            Some((_, end)) => (end.split_once('/').map_or(end, |(_, whole)| whole).to_owned(), false),
        }
    }

    /// Whether registry and repository are known.
    #[must_use]
    pub fn knows_repository(&self) -> bool {
        !has_hole(&self.registry) && !has_hole(&self.repository)
    }

    /// Whether the tag is known, be it that there is none: a variable behind the name may bring one.
    #[must_use]
    pub fn knows_tag(&self) -> bool {
        match (&self.tag, &self.digest) {
            (Some(tag), _) => !has_hole(tag),
            (None, Some(_)) => true,
            (None, None) => !self.repository.ends_with(HOLE),
        }
    }

    /// Whether the digest is known, be it that there is none.
    #[must_use]
    pub fn knows_digest(&self) -> bool {
        match &self.digest {
            Some(digest) => !has_hole(digest),
            None => !self.tag.as_ref().unwrap_or(&self.repository).ends_with(HOLE),
        }
    }

    /// Whether it is one of Docker's official images.
    #[must_use]
    pub fn official(&self) -> bool {
        self.registry == "docker.io" && self.repository.starts_with("library/")
    }

    /// The last segment of the repository: `postgres` of `docker.io/library/postgres`.
    #[must_use]
    pub fn name(&self) -> &str {
        file_name(&self.repository)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_fall_into_their_parts() {
        let parts = |reference: &str| {
            let image = Image::parse(reference).unwrap();
            format!("{} {} {:?} {:?}", image.registry, image.repository, image.tag, image.digest)
        };
        assert_eq!(parts("redis"), "docker.io library/redis None None");
        assert_eq!(parts("acme/app:1.2"), r#"docker.io acme/app Some("1.2") None"#);
        assert_eq!(parts("localhost:5000/app"), "localhost:5000 app None None");
        assert_eq!(parts("ghcr.io/a/b:1@sha256:ab"), r#"ghcr.io a/b Some("1") Some("sha256:ab")"#);
        assert_eq!(Image::parse(""), None);
        assert_eq!(Image::parse(":latest"), None);
        assert_eq!(Image::parse("ghcr.io/"), None);
    }

    #[test]
    fn what_stands_behind_variables_is_known() {
        for (reference, end) in [
            ("_/traefik:_", Some("traefik")),
            ("_redis:7.4.1", Some("redis")),
            ("ghcr.io/_/app:1", Some("app")),
            ("_-x/acme/app", Some("acme/app")),
            ("acme/_", Some("")),
            ("acme/app-_:1", Some("")),
            ("acme/app:_", Some("docker.io/acme/app")),
            ("_", None),
            ("acme/app:1", None),
        ] {
            let reference = reference.replace('_', &HOLE.to_string());
            let known = Image::partly(&reference).map(|image| image.known_end().0);
            assert_eq!(known.as_deref(), end, "{reference}");
        }
        let knows = |reference: &str| {
            let image = Image::parse(&reference.replace('_', &HOLE.to_string())).unwrap();
            [image.knows_repository(), image.knows_tag(), image.knows_digest()]
        };
        assert_eq!(knows("_/app:1.2.3"), [false, true, true]);
        assert_eq!(knows("acme/app:_"), [true, false, false]);
        assert_eq!(knows("acme/app_"), [false, false, false]);
        assert_eq!(knows("acme/app:1_-x"), [true, false, true]);
        assert_eq!(knows("_/app@sha256:_"), [false, true, false]);
    }
}
