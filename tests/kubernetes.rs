//! Kubernetes manifests as stacks: what each fixture folder becomes, and that order does not matter.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod dump;

use dump::{ALL, Part};
use proptest::prelude::*;
use seaworthy::kubernetes::{Loaded, Manifest, load};
use seaworthy::source::Sources;
use seaworthy::syntax::{Limits, yaml};

/// The manifests of a fixture folder.
fn manifests(folder: &str, sources: &Sources) -> Vec<Manifest> {
    let base = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/kubernetes").join(folder);
    let mut manifests = Vec::new();
    for entry in std::fs::read_dir(base).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        manifests.extend(parse(&name, &std::fs::read_to_string(&path).unwrap(), sources));
    }
    manifests
}

fn parse(name: &str, text: &str, sources: &Sources) -> Vec<Manifest> {
    let source = sources.add(name, text);
    let parsed = yaml::parse(source, text, &Limits::default());
    assert_eq!(parsed.problems, []);
    parsed.documents.into_iter().map(|document| Manifest::new(name, document.root)).collect()
}

fn dump(loaded: &Loaded, sources: &Sources, parts: &[Part]) -> String {
    dump::dump(loaded.stack.as_ref(), &loaded.problems, sources, parts)
}

fn check(folder: &str, parts: &[Part]) {
    let sources = Sources::new();
    let loaded = load(folder, ".", manifests(folder, &sources), true);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("data/kubernetes");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(folder, dump(&loaded, &sources, parts)));
}

#[test]
fn every_kind_that_runs_pods_is_a_workload() {
    check("kinds", &[Part::Workloads]);
}

#[test]
fn containers_inherit_from_their_pods() {
    check("security", &[Part::Containers]);
}

#[test]
fn settings_know_their_way() {
    check("settings", &[Part::Settings]);
}

#[test]
fn ports_are_joined_with_what_leads_to_them() {
    check("network", &[Part::Exposures]);
}

#[test]
fn mounts_are_joined_with_claims_and_classes() {
    check("volumes", &[Part::Mounts]);
}

#[test]
fn autoscalers_accounts_and_ranges_count() {
    check("scaling", &[Part::Workloads, Part::Containers]);
}

#[test]
fn policies_know_whom_they_apply_to() {
    check("policies", &[Part::Policies]);
}

#[test]
fn references_are_looked_up() {
    check("references", &[Part::References]);
}

#[test]
fn edges_know_their_doors_and_routes() {
    check("edges", &[Part::Edges]);
}

#[test]
fn defects_are_told_where_they_are() {
    check("defects", &ALL);
}

proptest! {
    /// The order in which manifests arrive never changes the stack.
    #[test]
    fn order_does_not_matter(order in Just((0..40usize).collect::<Vec<_>>()).prop_shuffle(), folder in 0..10usize) {
        let folder = ["kinds", "security", "settings", "network", "volumes", "scaling", "defects", "policies", "references", "edges"][folder];
        let sources = Sources::new();
        let expected = dump(&load(folder, ".", manifests(folder, &sources), true), &sources, &ALL);
        let mut shuffled: Vec<_> = manifests(folder, &sources).into_iter().enumerate().collect();
        shuffled.sort_by_key(|(number, _)| order.get(*number).copied());
        let shuffled = shuffled.into_iter().map(|(_, manifest)| manifest).collect();
        prop_assert_eq!(expected, dump(&load(folder, ".", shuffled, true), &sources, &ALL));
    }
}
