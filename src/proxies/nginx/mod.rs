//! Servers of nginx.
//!
//! Directives are inherited as nginx does it: a block with an `add_header`, an `allow` or `deny`, a
//! `limit_req` of its own has none of those around it. An `include` stands for the files that it
//! names; where those cannot be seen, what they might say is unknown.

mod level;
mod location;
mod server;

use self::level::Level;
use super::{Config, Files, Found};
use crate::model::Field;
use crate::source::Problem;
use crate::source::reader::folder;
use crate::syntax::limits::Limits;
use crate::syntax::nginx;
use crate::syntax::statements::Statement;

/// Files that come with nginx or with tools beside it and say nothing of who may ask for what.
const HARMLESS: [&str; 14] = [
    "mime.types",
    "fastcgi_params",
    "fastcgi.conf",
    "uwsgi_params",
    "scgi_params",
    "proxy_params",
    "fastcgi-php.conf",
    "snakeoil.conf",
    "koi-win",
    "koi-utf",
    "win-utf",
    "options-ssl-nginx.conf",
    "ssl-dhparams.pem",
    "modules-enabled/*.conf",
];

/// How deep files may include others, and how many of them are read.
const DEPTH: usize = 8;
const MOST: usize = 500;

/// What the files of an nginx serve. They are whole configurations, or what stands in `http` of one
/// that is not here.
pub fn read(configs: &[Config], in_http: bool, name: &str, files: &dyn Files) -> Found {
    let mut reader = Reader { files, problems: Vec::new(), left: MOST };
    let mut list = Vec::new();
    for config in configs {
        list.extend(reader.open(config, 0));
    }
    let mut found = Found::default();
    let https: Vec<&[Statement]> = if in_http {
        vec![&list]
    } else {
        list.iter().filter(|statement| statement.name() == "http").map(Statement::inner).collect()
    };
    for http in https {
        let level = Level::root(http);
        for server in http.iter().filter(|statement| statement.name() == "server") {
            found.sites.extend(server::sites(server, &level, name, files));
        }
    }
    mark_fallbacks(&mut found);
    found.problems = reader.problems;
    found
}

/// Without a `default_server` the first that listens on a port answers for hosts that no other names.
fn mark_fallbacks(found: &mut Found) {
    let mut taken: Vec<u16> =
        found.sites.iter().filter(|site| site.fallback).flat_map(|site| site.ports.clone()).collect();
    for site in &mut found.sites {
        if site.ports.iter().any(|port| !taken.contains(port)) {
            site.fallback = true;
            taken.extend(&site.ports);
        }
        // The name of the samples; who answers for every host serves every host.
        if site.fallback && site.edge.host.value().is_some_and(|host| host == "localhost") {
            site.edge.host = Field::absent(site.edge.at);
        }
    }
}

struct Reader<'f> {
    files: &'f dyn Files,
    problems: Vec<Problem>,
    left: usize,
}

impl Reader<'_> {
    fn open(&mut self, config: &Config, depth: usize) -> Vec<Statement> {
        let mut read = nginx::parse(config.text.expose(), &config.ground, &Limits::default());
        self.problems.append(&mut read.problems);
        self.include(read.list, depth)
    }

    /// Puts the files that a list includes into their places. What cannot be seen stays.
    fn include(&mut self, list: Vec<Statement>, depth: usize) -> Vec<Statement> {
        let mut whole = Vec::with_capacity(list.len());
        for mut statement in list {
            if let Some(inner) = statement.block.take() {
                statement.block = Some(self.include(inner, depth));
            }
            let path = statement.argument(1).filter(|_| statement.name() == "include").map(str::to_owned);
            let Some(path) = path else {
                whole.push(statement);
                continue;
            };
            if HARMLESS.iter().any(|end| path.ends_with(end)) {
                continue;
            }
            let path = if path.starts_with('/') { path } else { format!("/etc/nginx/{path}") };
            match self.files.find(&path) {
                Ok(configs) if depth < DEPTH && configs.len() <= self.left => {
                    self.left -= configs.len();
                    for config in configs {
                        whole.extend(self.open(&config, depth + 1));
                    }
                }
                // A folder that nobody filled.
                Err(_) if path.contains('*') && folder(&path) == "/etc/nginx/default.d" => {}
                Ok(_) | Err(_) => whole.push(statement),
            }
        }
        whole
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proxies::edges;
    use crate::proxies::testing::Given;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn anything_is_only_input(
            parts in proptest::collection::vec(
                prop_oneof![
                    Just("server {"), Just("location / {"), Just("location ~ ("), Just("}"), Just("listen 443 ssl;"),
                    Just("listen"), Just("return 301 https://$host;"), Just("if ($x) {"), Just("include x;"),
                    Just("proxy_pass http://$up;"), Just("set $up a:1;"), Just("add_header A B;"), Just("deny all;"),
                    Just("server_name ~^x$;"), Just("upstream a { server b:1; }"), Just(";"), Just("'"),
                ],
                0..30,
            )
        ) {
            let text = parts.join(" ");
            for in_http in [true, false] {
                let config = Given::config("/etc/nginx/nginx.conf", &text);
                let _ = edges(read(&[config], in_http, "web", &Given(&[])).sites);
            }
        }
    }
}
