//! Every item of the checklists that packs follow has a rule, and examples that show it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use seaworthy::rules::example::examples;
use seaworthy::rules::{Mode, Rule, Ruleset};
use std::collections::BTreeSet;

/// The sizes of the checklists that packs follow, as their sources have them.
const CHECKLISTS: [(&str, usize); 6] =
    [("core", 56), ("preparr", 35), ("zitadel", 46), ("pgstack", 100), ("synctv", 97), ("prexorcloud", 68)];

/// Items that reading itself decides: a Compose file that does not render is a problem, with its place.
const DECIDED_BY_READING: [&str; 1] = ["GEN-COMPOSE-VALID"];

/// What examples have to show of a rule.
fn is_shown(rules: &[&Rule]) -> Result<(), String> {
    let mut shown: Vec<String> = Vec::new();
    for rule in rules {
        shown.extend(examples(rule).unwrap().into_iter().map(|example| example.expect));
    }
    let needed: &[&[&str]] = match rules.iter().any(|rule| rule.meta.mode == Mode::Manual) {
        // Not attested, attested, expired.
        true => &[&["manual"], &["attested"], &["fail"]],
        false => &[&["pass", "attested"], &["fail"]],
    };
    match needed.iter().find(|words| !shown.iter().any(|known| words.contains(&known.as_str()))) {
        None => Ok(()),
        Some(words) => Err(format!("no example expects {}", words.join(" or "))),
    }
}

#[test]
fn every_item_of_a_checklist_has_a_rule_that_is_shown() {
    let ruleset = Ruleset::builtin().unwrap();
    let mut faults = Vec::new();
    for (name, size) in CHECKLISTS {
        let pack = ruleset.packs.iter().find(|pack| pack.name == name).unwrap();
        let items: Vec<&String> =
            pack.checklist.iter().flat_map(|chapter| &chapter.items).map(|(item, _)| item).collect();
        let different: BTreeSet<&String> = items.iter().copied().collect();
        assert_eq!((items.len(), different.len()), (size, size), "{name}");
        for item in items {
            let owners: Vec<&Rule> = ruleset.rules.iter().filter(|rule| rule.meta.items.contains(item)).collect();
            match owners.is_empty() {
                true if DECIDED_BY_READING.contains(&item.as_str()) => {}
                true => faults.push(format!("{item}: no rule owns it")),
                false => faults.extend(is_shown(&owners).err().map(|fault| format!("{item}: {fault}"))),
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
