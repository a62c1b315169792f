//! Every rule that is built in compiles and does what its own examples say.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use seaworthy::engine::test_examples;
use seaworthy::rules::Ruleset;

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
