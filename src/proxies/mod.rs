//! Above the model and below the platforms: the configuration of reverse proxies, whoever brings it to them.
//!
//! Each proxy has a reader of its own, which yields [`Site`]s: what is served for a host on one kind
//! of port. [`edges`] joins those of a host into one edge.

pub mod caddy;
pub mod haproxy;
pub mod nginx;
mod site;
pub mod traefik;

pub use site::{Served, Site, edges};

use crate::source::{Problem, Reason, Text};
use crate::syntax::statements::Ground;

/// A config file, as its proxy finds it.
pub struct Config {
    /// Its path for the proxy.
    pub path: String,
    /// What it says.
    pub text: Text,
    /// Where that stands.
    pub ground: Ground,
}

/// What a proxy can see of its surroundings.
pub trait Files {
    /// The files that an absolute path names, in the order of their names; `*` stands for anything
    /// within a name.
    ///
    /// # Errors
    /// Why they cannot be seen.
    fn find(&self, path: &str) -> Result<Vec<Config>, Reason>;

    /// The value of an environment variable: `Ok(None)` if it is not set.
    ///
    /// # Errors
    /// Why it is not known.
    fn variable(&self, name: &str) -> Result<Option<Text>, Reason>;
}

/// What was read of a proxy's files.
#[derive(Default)]
pub struct Found {
    /// What is served.
    pub sites: Vec<Site>,
    /// What is wrong with the files.
    pub problems: Vec<Problem>,
    /// Why there may be more sites, if so.
    pub more: Option<Reason>,
}

/// What kind of certificate stands at a path, by its name.
fn certificate_at(path: &str) -> &'static str {
    let path = path.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| path.contains(word));
    if has(&["snakeoil", "selfsigned", "self-signed", "self_signed"]) {
        "self-signed"
    } else if has(&["letsencrypt", "acme"]) {
        "acme"
    } else {
        "certificate"
    }
}

/// What tests of the readers share.
#[cfg(test)]
mod testing {
    use super::{Config, Files, Served};
    use crate::model::{Field, Route};
    use crate::source::{Reason, SourceId, Text};
    use crate::syntax::statements::Ground;

    /// Surroundings without files, with these variables.
    pub struct Given(pub &'static [(&'static str, &'static str)]);

    impl Given {
        /// A config file.
        pub fn config(path: &str, text: &str) -> Config {
            Config { path: path.into(), text: Text::from(text), ground: Ground::File(SourceId(0)) }
        }
    }

    impl Files for Given {
        fn find(&self, path: &str) -> Result<Vec<Config>, Reason> {
            Err(Reason::MissingFile { path: path.into() })
        }

        fn variable(&self, name: &str) -> Result<Option<Text>, Reason> {
            Ok(self.0.iter().find(|(have, _)| *have == name).map(|(_, value)| Text::from(*value)))
        }
    }

    fn word(field: &Field<String>) -> String {
        match (field.value(), field.is_absent()) {
            (Some(word), _) => word.clone(),
            (None, true) => "*".into(),
            (None, false) => "?".into(),
        }
    }

    fn flag(name: &str, field: &Field<bool>) -> String {
        match field.value() {
            Some(true) => format!(" {name}"),
            Some(false) => String::new(),
            None => format!(" {name}?"),
        }
    }

    fn route(route: &Route) -> String {
        let (restricted, limited) = (flag("restricted", &route.restricted), flag("limited", &route.limited));
        let headers = route.headers.iter().flatten().map(|(name, _)| format!(" +{name}")).collect::<String>();
        format!("{} {}{restricted}{limited}{headers}", route.path, word(&route.serves))
    }

    /// Edges in one line: the host, how it is served, what becomes of plain HTTP, the routes, the headers
    /// of all of them and the hosts behind.
    pub fn shown(served: Vec<Served>) -> String {
        let one = |served: &Served| {
            let edge = &served.edge;
            let plain = match edge.redirects.value() {
                Some(true) => "redirects",
                Some(false) => "serves-plain",
                None => "redirects?",
            };
            let routes: Vec<String> = edge.routes.iter().map(route).collect();
            let headers: String = edge.headers.iter().map(|(name, _)| format!("; {name}")).collect();
            let targets =
                if served.targets.is_empty() { String::new() } else { format!(" -> {}", served.targets.join(" ")) };
            let aliases: String = edge.aliases.iter().map(|alias| format!(",{}", word(alias))).collect();
            format!(
                "{}{aliases} {} {plain} [{}{headers}]{targets}",
                word(&edge.host),
                word(&edge.tls),
                routes.join(", ")
            )
        };
        served.iter().map(one).collect::<Vec<_>>().join("; ")
    }

    /// Of edges in one line, what stands before their routes.
    pub fn doors(shown: &str) -> String {
        shown.split("; ").filter_map(|edge| Some(edge.split_once(" [")?.0)).collect::<Vec<_>>().join("; ")
    }

    /// Of edges in one line, the routes of the first.
    pub fn routes(shown: &str) -> Option<&str> {
        shown.split_once(" [").and_then(|(_, rest)| rest.split_once([']', ';'])).map(|(routes, _)| routes)
    }
}
