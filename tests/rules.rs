//! Every rule that is built in compiles and does what its own examples say.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use seaworthy::rules::Ruleset;

fn builtin() -> Ruleset {
    Ruleset::builtin().unwrap_or_else(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        panic!("{}", lines.join("\n"))
    })
}

#[test]
fn fixes_do_not_depend_on_values() {
    // A fix is shown as it is written.
    for meta in builtin().metas() {
        assert!(!meta.fix.contains("{{"), "{}", meta.id);
        assert!(!meta.title.ends_with('.'), "{}", meta.id);
    }
}
