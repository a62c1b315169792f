//! Rules on the command line: those that are built in, and one's own.

use crate::support::{PACK, RULE, Tree, UNPINNED};
use seaworthy::app::Console;
use seaworthy::app::explain::explain_of;
use seaworthy::rules::Ruleset;
use serde_json::Value;

#[test]
fn a_rule_is_explained() {
    let ran = Tree::with_rules(&[]).run(&["explain", "team/owner-label", "--rules", "rules"]);
    assert_eq!((ran.status, ran.err.as_str()), (0, ""));
    insta::assert_snapshot!(ran.out);
}

#[test]
fn every_rule_can_be_explained_at_80_columns() {
    // In this process: to start one for each of hundreds of rules would take a minute.
    let ruleset = Ruleset::builtin().ok().unwrap();
    for meta in ruleset.metas() {
        let mut shown = Vec::new();
        let mut console = Console { out: &mut shown, colour: false, width: 80 };
        assert!(explain_of(&ruleset, &meta.id, &mut console).is_ok(), "{}", meta.id);
        let shown = String::from_utf8(shown).unwrap();
        for words in [meta.id.as_str(), "Why", "Fix"] {
            assert!(shown.contains(words), "{} lacks {words}", meta.id);
        }
        // Examples are shown as they are written; running text keeps to the width.
        let text = shown.split("\nThis ").next().unwrap();
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    }
}

#[test]
fn an_item_and_the_end_of_an_id_stand_for_their_rule() {
    let tree = Tree::with_rules(&[]);
    let by_id = tree.run(&["explain", "team/owner-label", "--rules", "rules"]).out;
    for name in ["team-owner", "owner-label", "team", "team/"] {
        assert_eq!(tree.run(&["explain", name, "--rules", "rules"]).out, by_id, "{name}");
    }
}

#[test]
fn rules_are_listed() {
    let tree = Tree::with_rules(&[]);
    let ran = tree.run(&["rules", "--rules", "rules", "--select", "team"]);
    assert_eq!(ran.status, 0);
    insta::assert_snapshot!(ran.out);
    let list: Value = serde_json::from_str(&tree.run(&["rules", "--rules", "rules", "-f", "json"]).out).unwrap();
    let rules = list["rules"].as_array().unwrap();
    assert!(rules.len() > 20);
    let ids: Vec<&str> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    assert!(ids.is_sorted());
    let own = rules.iter().find(|rule| rule["id"] == "team/owner-label").unwrap();
    assert_eq!(own["for"], "workload");
    assert_eq!(own["file"], "rules/team/owner-label.yaml");
    assert!(list["packs"].as_array().unwrap().iter().any(|pack| pack["name"] == "team"));
}

#[test]
fn a_rule_of_ones_own_is_asked_beside_the_others() {
    let tree = Tree::with_rules(&[("pod.yaml", UNPINNED)]);
    let ran = tree.run(&["pod.yaml", "--rules", "rules"]);
    assert!(ran.out.contains("app has no owner label") && ran.out.contains("signing/image-pinned"), "{}", ran.out);
    let ran = tree.run(&["pod.yaml", "--rules", "rules", "--select", "tag:people"]);
    assert!(ran.out.contains("app has no owner label") && !ran.out.contains("image-pinned"), "{}", ran.out);
}

#[test]
fn examples_are_run() {
    let tree = Tree::with_rules(&[]);
    let ran = tree.run(&["rules", "test", "rules"]);
    assert_eq!(ran.status, 0, "{}{}", ran.out, ran.err);
    assert_eq!(ran.out, "2 examples of 1 rule: each comes out as it says\n");
    tree.add("rules/team/owner-label.yaml", RULE.replace("expect: pass", "expect: fail").as_bytes());
    let ran = tree.run(&["rules", "test", "rules"]);
    assert_eq!(ran.status, 1, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("rules/team/owner-label.yaml"), "{}", ran.out);
}

#[test]
fn a_mistake_in_a_rule_is_told_with_its_place_and_nothing_is_audited() {
    let tree = Tree::with_rules(&[("pod.yaml", UNPINNED)]);
    tree.add("rules/team/owner-label.yaml", RULE.replace("severity: low", "sevrity: low").as_bytes());
    for arguments in
        [&["pod.yaml", "--rules", "rules"][..], &["rules", "--rules", "rules"], &["rules", "test", "rules"]]
    {
        let ran = tree.run(arguments);
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{arguments:?}");
        assert!(ran.err.contains("rules/team/owner-label.yaml:6:1: error: "), "{}", ran.err);
        assert!(ran.err.contains("did you mean \"severity\"?"), "{}", ran.err);
    }
}

#[test]
fn rule_files_are_as_the_schema_that_is_printed_says() {
    let tree = Tree::new(&[]);
    let schema: Value = serde_json::from_str(&tree.run(&["rules", "schema"]).out).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors = |name: &str, text: &str| -> Vec<String> {
        let rule: Value = serde_yaml::from_str(text).unwrap();
        validator.iter_errors(&rule).map(|error| format!("{name}: {error}")).collect()
    };
    let mut wrong = errors("team", RULE);
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.unwrap();
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".yaml") && name != "pack.yaml" {
            wrong.extend(errors(&name, &std::fs::read_to_string(entry.path()).unwrap()));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(!errors("pack", PACK).is_empty());
}

#[test]
fn completions_name_the_commands() {
    let tree = Tree::new(&[]);
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran = tree.run(&["completions", shell]);
        assert_eq!(ran.status, 0, "{shell}");
        assert!(ran.out.contains("explain") && ran.out.contains("fail-on"), "{shell}");
    }
}
