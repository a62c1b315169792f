//! What the middlewares of a router do.

use super::Entry;
use crate::model::Field;
use crate::model::edge::Header;
use crate::source::{Reason, Span, Text};
use regex::Regex;

/// With these not everybody may ask.
const RESTRICTS: [&str; 5] = ["basicauth", "digestauth", "forwardauth", "ipallowlist", "ipwhitelist"];

/// These limit requests.
const LIMITS: [&str; 2] = ["ratelimit", "inflightreq"];

/// Security headers that have an option of their own: the option, the header, and what it sends where the
/// option is a switch.
const OPTIONS: [(&str, &str, Option<&str>); 5] = [
    ("contenttypenosniff", "X-Content-Type-Options", Some("nosniff")),
    ("framedeny", "X-Frame-Options", Some("DENY")),
    ("customframeoptionsvalue", "X-Frame-Options", None),
    ("contentsecuritypolicy", "Content-Security-Policy", None),
    ("referrerpolicy", "Referrer-Policy", None),
];

/// How deep chains may lead.
const DEPTH: usize = 8;

/// The middlewares that are known.
pub(super) struct Middlewares<'e> {
    pub entries: &'e [Entry],
    /// Why there may be others.
    pub missing: Option<&'e Reason>,
}

/// What middlewares come to.
#[derive(Default)]
pub(super) struct Deeds {
    pub restricted: Option<Span>,
    pub limited: Option<Span>,
    /// Where plain HTTP is sent on to HTTPS.
    https: Option<Span>,
    /// Which URLs are sent elsewhere, and whether over TLS.
    moved: Vec<(Regex, bool, Span)>,
    pub compresses: Option<Span>,
    pub headers: Vec<Header>,
    /// Why they may do more.
    pub missing: Option<Reason>,
}

impl Deeds {
    /// Where all requests for a host are sent on: to HTTPS if they are plain, else anywhere.
    pub fn sends(&self, host: Option<&str>, plain: bool) -> Option<Span> {
        let (scheme, host) = (if plain { "http" } else { "https" }, host.unwrap_or("host.example"));
        // What is sent on from one page and from another is sent on from all.
        let urls = ["", "a/b"].map(|path| format!("{scheme}://{host}/{path}"));
        let of_all = |(pattern, secure, _): &&(Regex, bool, Span)| {
            (*secure || !plain) && urls.iter().all(|url| pattern.is_match(url))
        };
        self.https.filter(|_| plain).or_else(|| self.moved.iter().find(of_all).map(|(.., at)| *at))
    }

    /// Whether they do something, as far as that is known.
    pub fn flag(&self, done: Option<Span>, at: Span) -> Field<bool> {
        match (done, &self.missing) {
            (Some(at), _) => Field::set(true, at),
            (None, Some(reason)) => Field::unknown(reason.clone(), at),
            (None, None) => Field::set(false, at),
        }
    }
}

impl Middlewares<'_> {
    /// What these do together.
    pub fn deeds(&self, names: &[String]) -> Deeds {
        let mut deeds = Deeds::default();
        for name in names.iter().filter(|name| !name.is_empty()) {
            self.add(name, 0, &mut deeds);
        }
        deeds
    }

    fn add(&self, name: &str, depth: usize, deeds: &mut Deeds) {
        let name = name.split('@').next().unwrap_or(name);
        let start = format!("http.middlewares.{name}.");
        let own: Vec<(&str, &Entry)> =
            self.entries.iter().filter_map(|entry| Some((entry.key.strip_prefix(&start)?, entry))).collect();
        if own.is_empty() || depth > DEPTH {
            let what = format!("the middleware {name}").into();
            deeds.missing.get_or_insert_with(|| self.missing.cloned().unwrap_or(Reason::Elsewhere { what }));
            return;
        }
        for (key, entry) in own {
            let kind = key.split('.').next().unwrap_or_default();
            match kind {
                "chain" => {
                    for inner in entry.list() {
                        self.add(&inner.to_ascii_lowercase(), depth + 1, deeds);
                    }
                }
                kind if RESTRICTS.contains(&kind) => {
                    let by_address = kind.starts_with("ip");
                    let is_open = by_address && entry.list().any(|range| matches!(range, "0.0.0.0/0" | "::/0"));
                    if !is_open && (!by_address || key.contains(".sourcerange")) {
                        deeds.restricted = Some(entry.place());
                    }
                }
                kind if LIMITS.contains(&kind) => deeds.limited = Some(entry.place()),
                "redirectscheme" if key.ends_with(".scheme") && entry.text() == Some("https") => {
                    deeds.https = Some(entry.place());
                }
                "redirectregex" if key.ends_with(".regex") => {
                    let target = self.entries.iter().find(|it| it.key == format!("{start}redirectregex.replacement"));
                    let secure = target.and_then(Entry::text).is_some_and(|text| text.starts_with("https://"));
                    let pattern = entry.text().and_then(|text| Regex::new(text).ok());
                    deeds.moved.extend(pattern.map(|pattern| (pattern, secure, entry.place())));
                }
                "compress" if entry.text() != Some("false") => deeds.compresses = Some(entry.place()),
                "headers" => deeds.headers.extend(header(key.strip_prefix("headers.").unwrap_or_default(), entry)),
                "plugin" => {
                    deeds.missing.get_or_insert(Reason::Unseen { what: "what a plugin of Traefik does".into() });
                }
                _ => {}
            }
        }
    }
}

/// The header that an option of the middleware `headers` adds.
fn header(option: &str, entry: &Entry) -> Option<Header> {
    // An empty value takes the header away.
    if entry.text() == Some("") {
        return None;
    }
    if let Some(name) = option.strip_prefix("customresponseheaders.") {
        return Some((name.to_owned(), entry.value.clone()));
    }
    if option == "stsseconds" {
        let value = entry.value.clone().map(|text| Text::from(format!("max-age={}", text.expose())));
        return Some(("Strict-Transport-Security".to_owned(), value));
    }
    let (_, name, fixed) = OPTIONS.iter().find(|(have, ..)| *have == option)?;
    match fixed {
        Some(fixed) if entry.text() == Some("true") => {
            Some(((*name).to_owned(), Field::set(Text::from(*fixed), entry.place())))
        }
        Some(_) => None,
        None => Some(((*name).to_owned(), entry.value.clone())),
    }
}
