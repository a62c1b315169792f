//! How routers speak TLS: whether, with which certificates, from which version on.

use super::entry::Entry;
use super::start::{Door, Tls};
use super::{Router, Scene};
use crate::model::Field;
use crate::source::{Reason, Span};

impl Router<'_> {
    /// That it is served over TLS, if it says so.
    pub(super) fn tls(&self) -> Option<Tls> {
        let is_tls = |key: &str| key == "tls" || key.starts_with("tls.");
        let (_, first) = self.entries.iter().find(|(key, entry)| is_tls(key) && entry.text() != Some("false"))?;
        let resolver = self.get("tls.certresolver");
        let at = resolver.unwrap_or(first).place();
        Some(Tls { resolver: resolver.and_then(Entry::text).map(str::to_owned), at })
    }
}

impl Scene<'_> {
    /// How what is served over TLS comes by its certificate.
    pub(super) fn certificate(&self, tls: &Tls) -> Field<String> {
        let word = |text: &str| Field::set(text.to_owned(), tls.at);
        match (&tls.resolver, tls.resolver.as_ref().and_then(|name| self.start.resolves(name))) {
            // One that does not exist gets none: Traefik takes that which it made itself.
            (Some(_), Some(false)) => word("self-signed"),
            (Some(_), _) => word("acme"),
            (None, _) if self.has("tls.certificates.") || self.has("tls.stores.") => word("certificate"),
            (None, _) => match self.missing {
                Some(reason) => Field::unknown(reason.clone(), tls.at),
                None if self.start.resolves("").is_some() => word("self-signed"),
                None => Field::unknown(Reason::Elsewhere { what: "the certificates of Traefik".into() }, tls.at),
            },
        }
    }

    fn has(&self, start: &str) -> bool {
        self.entries.iter().any(|entry| entry.key.starts_with(start))
    }

    /// Traefik speaks TLS 1.2 and later, unless options say something else.
    pub(super) fn lowest(&self, router: &Router<'_>, door: &Door, plain: bool, at: Span) -> Field<String> {
        if plain {
            return Field::absent(at);
        }
        let own = router.get("tls.options").map(|entry| (entry.text().unwrap_or_default(), entry.at));
        let named = own.or(door.options.as_ref().map(|(name, at)| (name.as_str(), *at)));
        let name = named.map_or("default", |(name, _)| name).to_ascii_lowercase();
        let start = format!("tls.options.{}.", name.split('@').next().unwrap_or_default());
        let key = format!("{start}minversion");
        match (self.entries.iter().find(|entry| entry.key == key), named) {
            (Some(entry), _) => {
                let version = match entry.text().and_then(|text| text.strip_prefix("VersionTLS")) {
                    Some("13") => "1.3",
                    Some("12") => "1.2",
                    Some("11") => "1.1",
                    _ => "1.0",
                };
                Field::set(version.to_owned(), entry.place())
            }
            (None, named) if (named.is_some() && !self.has(&start)) || !door.known => {
                let what = "what the TLS options of Traefik say".into();
                Field::unknown(Reason::Elsewhere { what }, named.map_or(at, |(_, at)| at))
            }
            (None, _) => Field::default("1.2".to_owned(), at),
        }
    }
}
