//! What the directives of a site do with requests.

use super::address::{is_open, resolved};
use super::matcher::{Matchers, Paths, Who, behind, matcher};
use crate::model::edge::{Header, Matching};
use crate::model::{Field, Route};
use crate::proxies::Files;
use crate::source::{Reason, Span};
use crate::syntax::statements::Statement;

/// Directives that answer requests, in the order that Caddy asks them.
const ANSWERS: [(&str, &str); 14] = [
    ("redir", "redirect"),
    ("handle", ""),
    ("handle_path", ""),
    ("route", ""),
    ("abort", "nothing"),
    ("error", "nothing"),
    ("respond", "nothing"),
    ("metrics", "status"),
    ("reverse_proxy", "upstream"),
    ("php_fastcgi", "upstream"),
    ("php_server", "upstream"),
    ("php", "upstream"),
    ("proxy", "upstream"),
    ("file_server", "files"),
];

/// Directives with which not everybody may ask.
const RESTRICTS: [&str; 5] = ["basic_auth", "basicauth", "forward_auth", "jwtauth", "authorize"];

/// What is done with requests.
#[derive(Default, Clone)]
struct Deeds {
    restricted: Option<Span>,
    limited: Option<Span>,
    /// The rank of the directive that answers, and what it answers with.
    serves: Option<(usize, &'static str, Span)>,
    /// Where they are sent on to HTTPS.
    https: Option<Span>,
    headers: Vec<Header>,
}

impl Deeds {
    /// With what is done by others as well.
    fn and(&self, other: &Self) -> Self {
        let serves = match (self.serves, other.serves) {
            (Some(own), Some(other)) if other.0 < own.0 => Some(other),
            (own, other) => own.or(other),
        };
        Self {
            restricted: self.restricted.or(other.restricted),
            limited: self.limited.or(other.limited),
            serves,
            https: self.https.or(other.https),
            headers: self.headers.iter().chain(&other.headers).cloned().collect(),
        }
    }

    fn serve(&mut self, rank: usize, word: &'static str, at: Span) -> bool {
        let wins = self.serves.is_none_or(|(have, ..)| rank < have);
        if wins {
            self.serves = Some((rank, word, at));
        }
        wins
    }
}

/// A route, and where its requests are sent on to HTTPS.
pub(super) struct Way {
    pub route: Route,
    pub https: Option<Span>,
}

/// What directives are understood with.
pub(super) struct Scope<'s, 'f> {
    pub files: &'f dyn Files,
    matchers: Matchers<'s>,
    /// The hosts that requests are handed to.
    pub targets: Vec<String>,
    /// Why there may be more of them.
    pub more: Option<Reason>,
    /// Headers that are added to all answers.
    pub headers: Vec<Header>,
    /// Where and why some answers may have others, if so.
    pub sometimes: Option<Reason>,
}

impl<'s, 'f> Scope<'s, 'f> {
    /// For a site.
    pub fn new(files: &'f dyn Files) -> Self {
        Self {
            files,
            matchers: Matchers::default(),
            targets: Vec::new(),
            more: None,
            headers: Vec::new(),
            sometimes: None,
        }
    }

    /// The routes of a site. `blind`: why it may hold more than is seen.
    pub fn ways(&mut self, block: &[&'s Statement], blind: Option<&Reason>, at: Span) -> Vec<Way> {
        // What stands in a `route` for all requests might stand around it as well.
        let is_plain = |it: &&&'s Statement| it.name() == "route" && matcher(it).is_none();
        let inner = block.iter().filter(is_plain).flat_map(|it| it.inner());
        let block: Vec<&'s Statement> = block.iter().filter(|it| !is_plain(it)).copied().chain(inner).collect();
        self.matchers.learn(&block);
        let mut all = Deeds::default();
        let mut rest = Deeds::default();
        let mut singled: Vec<(String, Span, Deeds)> = Vec::new();
        let mut except: Vec<(Vec<String>, Deeds)> = Vec::new();
        for statement in block {
            let meant = self.matchers.of(matcher(statement));
            match meant.paths {
                Paths::Only(paths) => {
                    for path in paths {
                        let path = resolved(&path, self.files).0;
                        let index = single(&mut singled, path, statement.at);
                        if let Some((_, _, deeds)) = singled.get_mut(index) {
                            self.deed(statement, meant.who, deeds);
                        }
                    }
                }
                Paths::Except(paths) => {
                    let mut deeds = Deeds::default();
                    self.deed(statement, meant.who, &mut deeds);
                    for path in &paths {
                        single(&mut singled, path.clone(), statement.at);
                    }
                    except.push((paths, deeds));
                }
                Paths::Sometimes => {
                    let mut deeds = Deeds::default();
                    self.deed(statement, Who::Anybody, &mut deeds);
                    if !deeds.headers.is_empty() && !matches!(deeds.serves, None | Some((_, "nothing" | "redirect", _)))
                    {
                        let what = "which requests a matcher of Caddy means";
                        self.sometimes = Some(Reason::Unseen { what: what.into() });
                    }
                    // It answers some of those that nothing else answers.
                    if let Some((_, word, at)) =
                        deeds.serves.filter(|(_, word, _)| matches!(*word, "upstream" | "files"))
                    {
                        rest.serve(ANSWERS.len(), word, at);
                    }
                }
                Paths::All if statement.name().starts_with("handle") && meant.who == Who::Anybody => {
                    self.deed(statement, meant.who, &mut rest);
                }
                Paths::All => self.deed(statement, meant.who, &mut all),
            }
        }
        self.headers.append(&mut all.headers);
        singled.push(("/*".to_owned(), at, rest));
        let whole = |path: &str, own: &Deeds| {
            let others = except.iter().filter(|(paths, _)| !paths.iter().any(|it| it == path));
            others.fold(own.and(&all), |deeds, (_, other)| deeds.and(other))
        };
        singled.iter().map(|(path, place, own)| way(path, &whole(path, own), &self.headers, blind, *place)).collect()
    }

    fn deed(&mut self, statement: &'s Statement, who: Who, deeds: &mut Deeds) {
        let (name, at) = (statement.name(), statement.at);
        let rank = ANSWERS.iter().position(|(have, _)| *have == name);
        let word = rank.and_then(|rank| ANSWERS.get(rank)).map_or("", |(_, word)| *word);
        match name {
            "header" => deeds.headers.extend(headers(statement)),
            "rate_limit" => deeds.limited = Some(at),
            name if RESTRICTS.contains(&name) => deeds.restricted = Some(at),
            "tls" => {
                let mut asks = statement.inner().iter().filter(|it| it.name() == "client_auth");
                let required = |it: &Statement| {
                    let mode = it.inner().iter().find(|it| it.name() == "mode").and_then(|it| it.argument(1));
                    mode.is_none_or(|mode| mode.starts_with("require"))
                };
                if let Some(asks) = asks.find(|it| required(it)) {
                    deeds.restricted = Some(asks.at);
                }
            }
            // Turning away all but some clients restricts a path, turning away some does not.
            "abort" | "error" | "respond" if who == Who::Others => deeds.restricted = Some(at),
            "abort" | "error" | "respond" if who == Who::Named => {}
            "abort" | "error" | "respond" => {
                let refuses = statement.arguments().any(|word| matches!(word, "401" | "403" | "404" | "410"));
                if deeds.serve(rank.unwrap_or_default(), word, at) && (refuses || name != "respond") {
                    deeds.restricted = Some(at);
                }
            }
            "handle" | "handle_path" | "route" => self.handle(statement, who, deeds),
            _ => {
                let Some(rank) = rank else { return };
                let wins = deeds.serve(rank, word, at);
                if name == "redir" && wins && behind(statement).any(|word| word.starts_with("https://")) {
                    deeds.https = Some(at);
                }
                if matches!(word, "upstream") {
                    self.upstreams(statement);
                    let down = statement.inner().iter().filter(|it| it.name() == "header_down");
                    deeds.headers.extend(down.flat_map(headers));
                }
            }
        }
    }

    /// A block of which only the first that fits is taken.
    fn handle(&mut self, statement: &'s Statement, who: Who, deeds: &mut Deeds) {
        let inner: Vec<&'s Statement> = statement.inner().iter().collect();
        self.matchers.learn(&inner);
        let mut own = Deeds::default();
        for one in inner {
            let meant = self.matchers.of(matcher(one));
            match meant.paths {
                Paths::All => self.deed(one, meant.who, &mut own),
                // What is handed on from here, if not always.
                Paths::Only(_) | Paths::Except(_) | Paths::Sometimes => {
                    let mut other = Deeds::default();
                    self.deed(one, Who::Anybody, &mut other);
                    if let Some((_, word, at)) = other.serves {
                        own.serve(ANSWERS.len(), word, at);
                    }
                }
            }
        }
        // Only some clients come in here; what others get stands elsewhere.
        let only = (who == Who::Named).then_some(statement.at);
        deeds.restricted = deeds.restricted.or(own.restricted).or(only);
        deeds.limited = deeds.limited.or(own.limited);
        deeds.https = deeds.https.or(own.https);
        deeds.headers.append(&mut own.headers);
        if let Some((_, word, at)) = own.serves {
            // A refusal beside it is for those others.
            if deeds.serves.is_none_or(|(_, word, _)| word == "nothing") {
                deeds.serves = Some((1, word, at));
            }
        }
    }

    fn upstreams(&mut self, statement: &Statement) {
        if let Some(dynamic) = statement.inner().iter().find(|it| it.name() == "dynamic") {
            let what = format!("what {} comes to", dynamic.name()).into();
            self.more = Some(Reason::Unseen { what });
        }
        let inner = statement.inner().iter().filter(|it| it.name() == "to").flat_map(Statement::arguments);
        for word in behind(statement).chain(inner) {
            let (text, hole) = resolved(word, self.files);
            if is_open(&text) {
                self.more = Some(hole.unwrap_or(Reason::Unseen { what: "the variable in reverse_proxy".into() }));
                continue;
            }
            let rest = text.split_once("://").map_or(text.as_str(), |(_, rest)| rest);
            let host = rest.rsplit_once(':').map_or(rest, |(host, _)| host).trim_end_matches('/');
            if !host.is_empty() && !host.starts_with("unix/") && !self.targets.iter().any(|it| it == host) {
                self.targets.push(host.to_owned());
            }
        }
    }
}

/// The place of a path among those that are singled out.
fn single(singled: &mut Vec<(String, Span, Deeds)>, path: String, at: Span) -> usize {
    singled.iter().position(|(have, ..)| *have == path).unwrap_or_else(|| {
        singled.push((path, at, Deeds::default()));
        singled.len() - 1
    })
}

/// The headers that a `header` or a `header_down` adds.
fn headers(statement: &Statement) -> Vec<Header> {
    let mut words = statement.words.get(1..).unwrap_or_default();
    if statement.name() == "header" && matcher(statement).is_some() {
        words = words.get(1..).unwrap_or_default();
    }
    let line = (!words.is_empty()).then_some(words);
    let lines = line.into_iter().chain(statement.inner().iter().map(|it| it.words.as_slice()));
    let mut found = Vec::new();
    for words in lines {
        let [name, value, ..] = words else { continue };
        let name = name.text.expose();
        if !name.starts_with('-') {
            let name = name.trim_start_matches(['+', '?', '>']).trim_end_matches(':').to_owned();
            found.push((name, Field::set(value.text.clone(), value.at)));
        }
    }
    found
}

fn way(path: &str, deeds: &Deeds, site: &[Header], blind: Option<&Reason>, at: Span) -> Way {
    let matching = if path.ends_with('*') { Matching::Start } else { Matching::Exact };
    let flag = |done: Option<Span>| match (done, blind) {
        (Some(at), _) => Field::set(true, at),
        (None, Some(reason)) => Field::unknown(reason.clone(), at),
        (None, None) => Field::set(false, at),
    };
    let serves = match (deeds.serves, blind) {
        (None, Some(reason)) => Field::unknown(reason.clone(), at),
        (Some((_, word, at)), _) => Field::set(word.to_owned(), at),
        (None, None) => Field::set("nothing".to_owned(), at),
    };
    let own = !deeds.headers.is_empty();
    let route = Route {
        path: path.trim_end_matches('*').to_owned(),
        matching,
        serves,
        restricted: flag(deeds.restricted),
        limited: flag(deeds.limited),
        headers: own.then(|| deeds.headers.iter().chain(site).cloned().collect()),
        at,
    };
    // Where something else answers, nobody is sent on.
    let https = deeds.https.filter(|_| deeds.serves.is_some_and(|(_, word, _)| word == "redirect"));
    Way { route, https }
}
