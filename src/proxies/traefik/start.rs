//! What a Traefik is started with: its entry points and providers.

use super::Entry;
use crate::model::edge::Matching;
use crate::model::{Edge, Field, Route};
use crate::proxies::{Served, Site};
use crate::source::{Reason, Span};

/// An entry point.
#[derive(Debug, Clone)]
pub(super) struct Door {
    pub name: String,
    pub port: Option<u16>,
    /// Where it is told to send everything on to HTTPS.
    pub redirects: Option<Span>,
    /// How what it serves comes by a certificate, if routers need not say so.
    pub tls: Option<Tls>,
    /// The name of its TLS options, for routers that name none.
    pub options: Option<(String, Span)>,
    pub middlewares: Vec<String>,
    /// Whether all this is known.
    pub known: bool,
    by_default: bool,
    is_udp: bool,
}

/// That a router or an entry point serves over TLS.
#[derive(Debug, Clone)]
pub(super) struct Tls {
    /// What gets its certificates.
    pub resolver: Option<String>,
    pub at: Span,
}

impl Door {
    fn new(name: &str, known: bool) -> Self {
        Self {
            name: name.to_owned(),
            port: None,
            redirects: None,
            tls: None,
            options: None,
            middlewares: Vec::new(),
            known,
            by_default: false,
            is_udp: false,
        }
    }
}

/// The entry points of a Traefik, as far as they are known.
#[derive(Debug, Clone)]
pub struct Start {
    doors: Vec<Door>,
    known: bool,
    /// What gets certificates.
    resolvers: Vec<String>,
    /// Where its own pages are opened to everybody.
    insecure: Option<Span>,
}

impl Start {
    /// Of one whose start cannot be seen.
    #[must_use]
    pub fn unseen() -> Self {
        Self { doors: Vec::new(), known: false, resolvers: Vec::new(), insecure: None }
    }

    /// Reads flags, variables or the file that it is started with, all as entries.
    #[must_use]
    pub fn of(entries: &[Entry]) -> Self {
        let mut doors: Vec<Door> = Vec::new();
        let mut resolvers = Vec::new();
        for entry in entries {
            if let Some((name, _)) = entry.key.strip_prefix("certificatesresolvers.").and_then(|it| it.split_once('.'))
            {
                resolvers.push(name.to_owned());
            }
            let Some((name, key)) = entry.key.strip_prefix("entrypoints.").and_then(|rest| rest.split_once('.')) else {
                continue;
            };
            let index = doors.iter().position(|door| door.name == name).unwrap_or_else(|| {
                doors.push(Door::new(name, true));
                doors.len() - 1
            });
            if let Some(door) = doors.get_mut(index) {
                set(door, key, entry);
            }
        }
        if doors.is_empty() {
            // Without any there is one on port 80.
            doors.push(Door { port: Some(80), ..Door::new("http", true) });
        }
        let insecure = entries.iter().find(|entry| entry.key == "api.insecure" && entry.text() == Some("true"));
        Self { doors, known: true, resolvers, insecure: insecure.map(Entry::place) }
    }

    /// Whether it has something of this name that gets certificates; `None` if that is not known.
    pub(super) fn resolves(&self, name: &str) -> Option<bool> {
        self.known.then(|| self.resolvers.iter().any(|have| have.eq_ignore_ascii_case(name)))
    }

    /// Its own pages, if they are opened to everybody.
    #[must_use]
    pub fn dashboard(&self) -> Option<Served> {
        let at = self.insecure?;
        let port = self.doors.iter().find(|door| door.name == "traefik").and_then(|door| door.port).unwrap_or(8080);
        let mut edge = Edge::new("dashboard", "traefik", Field::absent(at), at);
        edge.redirects = Field::set(false, at);
        edge.tls = Field::set("none".to_owned(), at);
        edge.routes = vec![whole("status", at)];
        Some(Served { edge, ports: vec![port], targets: Vec::new() })
    }

    /// The entry points of these names; those of routers that name none without names.
    pub(super) fn doors(&self, names: Option<&[&str]>) -> Vec<Door> {
        match names {
            Some(names) if self.known => {
                let find = |name: &&str| self.doors.iter().find(|door| door.name.eq_ignore_ascii_case(name)).cloned();
                names.iter().filter_map(find).collect()
            }
            Some(names) => names.iter().take(1).map(|name| Door::new(name, false)).collect(),
            None if self.known => {
                let any = self.doors.iter().any(|door| door.by_default);
                let is_meant =
                    |door: &&Door| if any { door.by_default } else { door.name != "traefik" && !door.is_udp };
                self.doors.iter().filter(is_meant).cloned().collect()
            }
            None => vec![Door::new("", false)],
        }
    }

    /// What entry points that send everything on to HTTPS serve.
    pub(super) fn redirecting(&self) -> Vec<Site> {
        let site = |door: &Door| {
            let at = door.redirects?;
            let mut edge = Edge::new(door.name.as_str(), "traefik", Field::absent(at), at);
            edge.redirects = Field::set(true, at);
            edge.tls = Field::set("none".to_owned(), at);
            edge.routes = vec![whole("redirect", at)];
            let ports = door.port.into_iter().collect();
            Some(Site { edge, plain: true, fallback: true, ports, targets: Vec::new(), redirected: None, block: at })
        };
        self.doors.iter().filter_map(site).collect()
    }
}

fn set(door: &mut Door, key: &str, entry: &Entry) {
    let value = entry.text().unwrap_or_default();
    match key {
        "address" => {
            let port = value.split('/').next().unwrap_or_default().rsplit(':').next().unwrap_or_default();
            door.port = port.parse().ok();
            door.is_udp = value.ends_with("/udp");
        }
        "asdefault" => door.by_default = value == "true",
        "http.redirections.entrypoint.to" if !value.is_empty() => door.redirects = Some(entry.place()),
        "http.redirections.entrypoint.scheme" if value == "http" => door.redirects = None,
        "http.middlewares" => door.middlewares = entry.list().map(str::to_ascii_lowercase).collect(),
        key if key == "http.tls" || key.starts_with("http.tls.") => {
            if value == "false" && key == "http.tls" {
                return;
            }
            let tls = door.tls.get_or_insert(Tls { resolver: None, at: entry.place() });
            if key == "http.tls.options" {
                door.options = Some((value.to_owned(), entry.place()));
            }
            if key == "http.tls.certresolver" {
                *tls = Tls { resolver: Some(value.to_owned()), at: entry.place() };
            }
        }
        _ => {}
    }
}

/// A route for everything that everybody may take.
fn whole(serves: &str, at: Span) -> Route {
    Route {
        path: "/".to_owned(),
        matching: Matching::Start,
        serves: Field::set(serves.to_owned(), at),
        restricted: Field::set(false, at),
        limited: Field::set(false, at),
        headers: None,
        at,
    }
}

/// Why what entry points do is not known.
pub(super) fn unseen() -> Reason {
    Reason::Elsewhere { what: "what the entry points of Traefik do".into() }
}
