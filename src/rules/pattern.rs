//! Regular expressions of rules and packs.

use regex::Regex;
use regex_automata::{meta, util::syntax};
use regex_syntax::ast;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// Texts after which an expression is worth being built for speed.
const MANY: u32 = 200;

/// A regular expression that is known to be one and built when it is first needed: most runs need few of
/// them, and building one takes longer than all else about a rule.
///
/// What a run asks of it is mostly of ASCII: for such texts there is a small form without Unicode's
/// tables, which says the same of them and is built in a tenth of the time. What is asked often is worth
/// a quick one. Other texts get the whole of it.
pub struct Pattern {
    text: String,
    small: OnceLock<Option<meta::Regex>>,
    quick: OnceLock<Option<meta::Regex>>,
    whole: OnceLock<Option<Regex>>,
    uses: AtomicU32,
}

impl Pattern {
    /// Checks an expression.
    ///
    /// # Errors
    /// What is wrong with it, in a sentence.
    pub fn new(text: impl Into<String>) -> Result<Self, String> {
        let text = text.into();
        // Whether it is well formed is quickly told. Only what is looked up in Unicode's tables, or is
        // not of Unicode any more, can still be wrong.
        let is_plain = !["\\p", "\\P", "-u"].iter().any(|sign| text.contains(sign));
        let wrong = match is_plain {
            true => ast::parse::Parser::new().parse(&text).err().map(|error| error.to_string()),
            false => regex_syntax::parse(&text).err().map(|error| error.to_string()),
        };
        match wrong {
            None => {
                let (small, quick, whole) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
                Ok(Self { text, small, quick, whole, uses: AtomicU32::new(0) })
            }
            Some(why) => {
                let why = why.lines().last().unwrap_or_default().trim_start_matches("error: ");
                Err(format!("this is no regular expression: {why}"))
            }
        }
    }

    /// Whether it is found in every text that begins so: in the beginning, without a look at what follows.
    #[must_use]
    pub fn is_at_beginning(&self, beginning: &str) -> bool {
        let looks_further = ["$", "\\b", "\\B", "\\z"].iter().any(|sign| self.text.contains(sign));
        !looks_further && self.is_in(beginning)
    }

    /// Whether it is found in a text. One that is too large to be built is found in none.
    #[must_use]
    pub fn is_in(&self, text: &str) -> bool {
        if text.is_ascii() {
            let is_seldom = self.quick.get().is_none() && self.uses.fetch_add(1, Ordering::Relaxed) < MANY;
            let form = if is_seldom { &self.small } else { &self.quick };
            if let Some(form) = form.get_or_init(|| ascii(&self.text, !is_seldom)) {
                return form.is_match(text);
            }
        }
        self.whole.get_or_init(|| Regex::new(&self.text).ok()).as_ref().is_some_and(|regex| regex.is_match(text))
    }

    /// The expression as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// An expression as it is for texts of ASCII, without anything that takes long to build, or with what makes
/// it quick; nothing for one that needs Unicode.
fn ascii(text: &str, is_quick: bool) -> Option<meta::Regex> {
    if text.contains("\\p") || text.contains("\\P") || !text.is_ascii() {
        return None;
    }
    let syntax = syntax::Config::new().unicode(false).utf8(false);
    let config = meta::Config::new().onepass(false).dfa(false).hybrid(is_quick).auto_prefilter(false).utf8_empty(false);
    meta::Regex::builder().syntax(syntax).configure(config).build(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Ruleset;
    use proptest::prelude::*;

    const TOUGH: [&str; 8] = [
        r"(?i)\bstra(ss|k)e\b",
        r"^[^a-z]{3}$",
        r"^\w+\s\d{2,4}$",
        r"(?i)[k-s]+$",
        r"^.{0,5}$",
        r"x*",
        r"(?u)\W\D\S",
        r"(?s)^.\B.$",
    ];

    proptest! {
        #[test]
        fn both_forms_say_the_same_of_ascii(text in "[ -~\t\n]{0,12}|[a-z0-9_.: -]{0,12}") {
            for expression in TOUGH {
                let whole = Regex::new(expression).unwrap();
                for is_quick in [false, true] {
                    let form = ascii(expression, is_quick).unwrap();
                    prop_assert_eq!(form.is_match(&text), whole.is_match(&text), "{}", expression);
                }
            }
        }
    }

    #[test]
    fn what_is_asked_often_or_of_other_letters_is_told_the_same() {
        let pattern = Pattern::new(r"(?i)^\w{3}$").unwrap();
        for _ in 0..2 * MANY {
            assert!(pattern.is_in("abc") && !pattern.is_in("ab"));
        }
        assert!(pattern.quick.get().is_some() && pattern.whole.get().is_none());
        assert!(pattern.is_in("äöü") && pattern.is_in("abc") && pattern.whole.get().is_some());
    }

    #[test]
    fn what_only_unicode_knows_is_checked_at_once() {
        assert!(Pattern::new(r"\p{Greek}").is_ok() && Pattern::new(r"\p{Gruk}").is_err());
        assert!(Pattern::new(r"(?-u)\xff").is_err() && Pattern::new("(").is_err());
        assert!(Pattern::new(r"\p{Greek}").unwrap().is_in("α"));
    }

    #[test]
    fn every_expression_that_is_built_in_can_be_built() {
        let ruleset = Ruleset::builtin().unwrap();
        for pack in &ruleset.packs {
            for pattern in pack.known_defaults.iter().chain(&pack.placeholders) {
                assert!(Regex::new(pattern.as_str()).is_ok(), "{}", pattern.as_str());
            }
        }
    }
}
