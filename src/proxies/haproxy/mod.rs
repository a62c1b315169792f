//! Frontends of HAProxy.
//!
//! What a frontend does is told by its own statements, the `defaults` before it and the backends that it
//! uses. One in TCP mode hands on bytes, not requests, and serves no host.

mod condition;
mod front;
mod statement;

use self::front::Front;
use self::statement::version;
use super::{Config, Files, Found};
use crate::syntax::haproxy;
use crate::syntax::limits::Limits;
use crate::syntax::statements::Statement;

/// What the file of a HAProxy serves.
pub fn read(config: &Config, name: &str, files: &dyn Files) -> Found {
    let mut read = haproxy::parse(config.text.expose(), &config.ground, &Limits::default());
    let mut found = Found { problems: std::mem::take(&mut read.problems), ..Found::default() };
    let sections = read.list;
    let global = sections.iter().filter(|it| it.name() == "global").flat_map(Statement::inner);
    let lowest = global.filter(|it| it.name() == "ssl-default-bind-options").find_map(version);
    for (number, section) in sections.iter().enumerate() {
        if !matches!(section.name(), "frontend" | "listen") {
            continue;
        }
        let before = sections.get(..number).unwrap_or_default();
        let defaults = before.iter().rev().find(|it| it.name() == "defaults").map_or(&[][..], Statement::inner);
        let front = Front { section, defaults, sections: &sections, lowest: lowest.as_ref(), files };
        if front.one("mode").and_then(|it| it.argument(1)) == Some("http") {
            found.sites.extend(front.sites(name));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proxies::edges;
    use crate::proxies::testing::{Given, doors, routes, shown};
    use proptest::prelude::*;

    fn told(text: &str) -> String {
        let config = Given::config("/usr/local/etc/haproxy/haproxy.cfg", text);
        shown(edges(read(&config, "web", &Given(&[("APP", "app")])).sites))
    }

    #[test]
    fn binds_decide_about_tls_and_redirects() {
        let back = "backend b\nserver s app:80\n";
        for (front, expected) in [
            ("bind :80\ndefault_backend b", "* none serves-plain"),
            ("bind :80\nredirect scheme https code 301 if !{ ssl_fc }\ndefault_backend b", "* none redirects"),
            (
                "bind :80\nbind :443 ssl crt /x.pem\nhttp-request redirect scheme https unless { ssl_fc }\ndefault_backend b",
                "* certificate redirects",
            ),
            ("bind :80\nbind :443 ssl crt /x.pem\ndefault_backend b", "* certificate serves-plain"),
            ("bind :443 ssl crt /etc/letsencrypt/x.pem\ndefault_backend b", "* acme redirects"),
            (
                "bind :80\nacl le path_beg /.well-known/acme-challenge/\nredirect scheme https if !le !{ ssl_fc }\ndefault_backend b",
                "* none redirects",
            ),
            (
                "bind :80\nredirect scheme https if { path_beg /shop } !{ ssl_fc }\ndefault_backend b",
                "* none redirects?",
            ),
            (
                "bind :80\nuse_backend b if { hdr(host) -i a.example } || { hdr(host) -i b.example }",
                "a.example,b.example none serves-plain",
            ),
            ("bind :80\nuse_backend b if { hdr_end(host) -i .a.example }", "*.a.example none serves-plain"),
            ("mode tcp\nbind :443\ndefault_backend b", ""),
        ] {
            let told = told(&format!("defaults\nmode http\nfrontend f\n{front}\n{back}"));
            assert_eq!(doors(&told), expected, "{front}");
        }
    }

    #[test]
    fn routes_say_who_may_ask_for_what() {
        for (front, expected) in [
            ("default_backend b", "/ upstream"),
            (
                "http-request deny if { path_beg /admin } !{ src 10.0.0.0/8 }\ndefault_backend b",
                "/admin upstream restricted, / upstream",
            ),
            ("acl in src 10.0.0.0/8\nhttp-request deny if !in\ndefault_backend b", "/ upstream restricted"),
            ("http-request auth unless { http_auth(users) }\ndefault_backend b", "/ upstream restricted"),
            (
                "http-request track-sc0 src\nhttp-request deny deny_status 429 if { sc_http_req_rate(0) gt 20 }\ndefault_backend b",
                "/ upstream limited",
            ),
            ("stats enable\nstats uri /stats\nstats auth a:b", "/stats status restricted, / nothing"),
            ("use_backend b if { path_beg /api }\nhttp-response set-header X-A b", "/api upstream, / nothing"),
            (
                "http-request deny if { path /x } { method POST } !{ src 10.0.0.0/8 }\ndefault_backend b",
                "/x upstream restricted?, / upstream",
            ),
        ] {
            let told =
                told(&format!("frontend f\nmode http\nbind :80\n{front}\nbackend b\nserver s \"${{APP}}:80\"\n"));
            assert_eq!(routes(&told), Some(expected), "{front}");
        }
        assert!(told("listen f\nmode http\nbind :80\nserver s \"${APP}:80\"\n").ends_with("-> app"));
    }

    proptest! {
        #[test]
        fn anything_is_only_input(
            parts in proptest::collection::vec(
                prop_oneof![
                    Just("frontend a\n"), Just("backend b\n"), Just("mode http\n"), Just("bind :80\n"), Just("bind\n"),
                    Just("bind *:443 ssl crt x ssl-min-ver TLSv1.2\n"), Just("redirect scheme https if !{ ssl_fc }\n"),
                    Just("acl x path_beg /admin\n"), Just("http-request deny if x !{ src 10.0.0.0/8 }\n"),
                    Just("use_backend b if x\n"), Just("default_backend b\n"), Just("server s a:1\n"), Just("if {\n"),
                    Just("http-request deny unless x or\n"), Just("stats enable\n"), Just("http-response set-header A B\n"),
                ],
                0..30,
            )
        ) {
            let _ = told(&parts.concat());
        }
    }
}
