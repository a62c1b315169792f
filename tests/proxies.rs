//! What the config files of proxies serve: what each fixture folder becomes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod dump;

use dump::Part;
use seaworthy::engine::understand;
use seaworthy::project::{Inputs, assemble};
use seaworthy::rules::Ruleset;
use std::path::Path;

/// The edges of the stacks of a fixture folder.
fn check(folder: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/proxies").join(folder);
    let mut project = assemble(&Inputs { paths: vec![path], ..Inputs::default() }).unwrap();
    understand(&mut project, &Ruleset::builtin().unwrap());
    let mut text = String::new();
    for stack in &project.stacks {
        text += &dump::dump(Some(stack), &project.problems, &project.workspace.sources, &[Part::Edges]);
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("data/proxies");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(folder, text));
}

#[test]
fn nginx_inherits_and_includes() {
    check("nginx");
}

#[test]
fn caddy_serves_over_tls_by_itself() {
    check("caddy");
}

#[test]
fn traefik_reads_labels_and_files() {
    check("traefik");
}

#[test]
fn haproxy_joins_frontends_and_backends() {
    check("haproxy");
}
