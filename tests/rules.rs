//! Every rule that is built in compiles and does what its own examples say.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use seaworthy::engine::test_examples;
use seaworthy::rules::pack::{App, Pack};
use seaworthy::rules::{Mode, Ruleset, Tuning, example};
use std::path::Path;

fn builtin() -> Ruleset {
    Ruleset::builtin().unwrap_or_else(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        panic!("{}", lines.join("\n"))
    })
}

#[test]
fn examples_come_out_as_they_say() {
    let tested = test_examples(&builtin(), |_| true);
    assert!(tested.failures.is_empty(), "{}", tested.failures.join("\n"));
    assert!(
        tested.rules > 20 && tested.examples > 2 * tested.rules,
        "{} rules, {} examples",
        tested.rules,
        tested.examples
    );
}

#[test]
fn fixes_do_not_depend_on_values() {
    // A fix is shown as it is written.
    for meta in builtin().metas() {
        assert!(!meta.fix.contains("{{"), "{}", meta.id);
        assert!(!meta.title.ends_with('.'), "{}", meta.id);
    }
}

/// Rules are data: no code knows one of them, or an item, by its name.
#[test]
fn no_code_knows_a_rule_or_an_item() {
    let ruleset = Ruleset::builtin().unwrap();
    let mut names: Vec<&str> = ruleset.metas().map(|meta| meta.id.as_str()).collect();
    names.extend(ruleset.metas().flat_map(|meta| &meta.items).map(String::as_str));
    let chapters = ruleset.packs.iter().flat_map(|pack| &pack.checklist);
    names.extend(chapters.flat_map(|chapter| &chapter.items).map(|(item, _)| item.as_str()));
    let mut found = Vec::new();
    for entry in walkdir::WalkDir::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        let entry = entry.unwrap();
        if entry.path().extension().is_none_or(|end| end != "rs") {
            continue;
        }
        let text = std::fs::read_to_string(entry.path()).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        found.extend(
            names
                .iter()
                .filter(|name| code.contains(&format!("\"{name}\"")))
                .map(|name| format!("{name} in {}", entry.path().display())),
        );
    }
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn rules_that_wake_are_those_that_are_always_awake() {
    let told = |ruleset: &Ruleset| -> Vec<String> {
        let rules = ruleset.rules.iter();
        rules.map(|rule| format!("{} {:?} {:?}", rule.meta.id, rule.extends, rule.more_items)).collect()
    };
    let all = builtin();
    let mut woken = Ruleset::awake(&[], &Tuning::default()).unwrap();
    let asleep = |ruleset: &Ruleset| all.rules.len() - ruleset.rules.len();
    let at_first = asleep(&woken);
    assert!(at_first > 0);
    // What is recognised, and what is asked of everything, does not wait.
    let outlines = |ruleset: &Ruleset| -> Vec<String> {
        let app = |app: &App| {
            let App { name, like, role, images, env, units, programs, files, .. } = app;
            format!(
                "{name} {like:?} {role} {images:?} {env:?} {units:?} {programs:?} {files:?} {}",
                app.metrics.is_some()
            )
        };
        let facts = ruleset.facts.iter().map(|fact| fact.key());
        let of = |pack: &Pack| {
            let of: Vec<String> = pack.apps.iter().map(app).collect();
            format!("{} {} {} {of:?} {:?}", pack.name, pack.title, pack.always, pack.tools)
        };
        ruleset.packs.iter().map(of).chain(facts).collect()
    };
    assert_eq!(outlines(&woken), outlines(&all));
    let pack = all.packs.iter().find(|pack| !pack.always && !pack.apps.is_empty()).unwrap();
    woken.wake([pack.apps[0].name.as_str()]).unwrap();
    let of_pack = all.rules.iter().filter(|rule| rule.meta.pack == pack.name).count();
    assert_eq!(asleep(&woken), at_first - of_pack);
    woken.wake_all().unwrap();
    assert_eq!(told(&woken), told(&all));
    let provided = |ruleset: &Ruleset| -> Vec<String> {
        let apps = ruleset.packs.iter().flat_map(|pack| &pack.apps);
        apps.map(|app| format!("{} {} {} {}", app.name, app.provides.len(), app.ports.len(), app.config.settings.len()))
            .collect()
    };
    assert_eq!(provided(&woken), provided(&all));
}

/// What only a person can say is shown as it is before, while and after somebody vouches for it.
#[test]
fn what_people_vouch_for_is_shown_in_all_its_states() {
    let ruleset = builtin();
    let mut found = Vec::new();
    for rule in ruleset.rules.iter().filter(|rule| rule.meta.mode != Mode::Automatic && rule.parts.is_empty()) {
        let examples = example::examples(rule).unwrap();
        let has = |words: &[&str], vouched: bool| {
            examples.iter().any(|it| words.contains(&it.expect.as_str()) && it.attest.is_some() == vouched)
        };
        if !(has(&["manual", "unknown"], false) && has(&["attested"], true) && has(&["fail"], true)) {
            found.push(rule.meta.id.as_str());
        }
    }
    assert_eq!(found, Vec::<&str>::new());
}
