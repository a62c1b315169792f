//! Which rules are asked for.

use crate::rules::{Meta, Severity};
use crate::source::reader::is_within;

/// One word of `--select` or `--ignore`.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Term {
    /// Rules of this severity.
    Severity(Severity),
    /// Rules with this label.
    Tag(String),
    /// The beginning of an id up to a `/` or its end, an item, or a control.
    Word(String),
}

/// Which rules are asked for: all that are selected (all there are if nothing is) and not ignored.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    select: Vec<Term>,
    ignore: Vec<Term>,
}

impl Selection {
    /// Reads the words of `--select` and `--ignore`.
    ///
    /// # Errors
    /// A sentence about the word that cannot be read.
    pub fn parse(select: &[String], ignore: &[String]) -> Result<Self, String> {
        let read = |words: &[String]| words.iter().map(|word| Term::parse(word)).collect::<Result<Vec<_>, _>>();
        Ok(Self { select: read(select)?, ignore: read(ignore)? })
    }

    /// Whether it leaves nothing out.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.select.is_empty() && self.ignore.is_empty()
    }

    /// Whether a rule is asked for.
    #[must_use]
    pub fn admits(&self, rule: &Meta) -> bool {
        let selected = self.select.is_empty() || self.select.iter().any(|term| term.admits(rule));
        selected && !self.ignore.iter().any(|term| term.admits(rule))
    }

    /// The first word that no rule answers to: most likely it is misspelt.
    #[must_use]
    pub fn unanswered<'r>(&self, rules: impl IntoIterator<Item = &'r Meta> + Clone) -> Option<String> {
        let terms = self.select.iter().chain(&self.ignore);
        let mut unanswered = terms.filter(|term| !rules.clone().into_iter().any(|rule| term.admits(rule)));
        unanswered.find_map(|term| match term {
            Term::Word(word) => Some(word.clone()),
            Term::Tag(tag) => Some(format!("tag:{tag}")),
            // That no rule has a severity is no mistake.
            Term::Severity(_) => None,
        })
    }
}

impl Term {
    fn parse(word: &str) -> Result<Self, String> {
        if let Some(severity) = word.strip_prefix("severity:") {
            let words = Severity::ALL.map(Severity::word).join(", ");
            return Severity::parse(severity)
                .map(Self::Severity)
                .ok_or_else(|| format!("\"{severity}\" is no severity; write one of {words}"));
        }
        if let Some(tag) = word.strip_prefix("tag:") {
            return Ok(Self::Tag(tag.to_owned()));
        }
        Ok(Self::Word(word.trim_end_matches('/').to_owned()))
    }

    fn admits(&self, rule: &Meta) -> bool {
        match self {
            Self::Severity(severity) => rule.severity == *severity,
            Self::Tag(tag) => rule.tags.contains(tag),
            Self::Word(word) => {
                is_within(&rule.id, word)
                    || rule.items.iter().chain(&rule.controls).any(|name| name.eq_ignore_ascii_case(word))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Category, Confidence, Mode};

    fn rule(id: &str, severity: Severity) -> Meta {
        Meta {
            id: id.to_owned(),
            pack: String::new(),
            title: String::new(),
            why: String::new(),
            fix: String::new(),
            category: Category::Secrets,
            severity,
            confidence: Confidence::High,
            mode: Mode::Automatic,
            attest: None,
            items: vec!["X-ITEM".to_owned()],
            controls: vec!["a-control".to_owned()],
            tags: vec!["acute".to_owned()],
        }
    }

    #[test]
    fn words_choose_rules() {
        let admits = |select: &[&str], ignore: &[&str]| {
            let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
            Selection::parse(&owned(select), &owned(ignore)).unwrap().admits(&rule("secrets/strong", Severity::High))
        };
        assert!(admits(&[], &[]));
        for word in ["secrets", "secrets/", "secrets/strong", "x-item", "a-control", "severity:high", "tag:acute"] {
            assert!(admits(&[word], &[]), "{word}");
            assert!(!admits(&[], &[word]), "{word}");
        }
        assert!(!admits(&["secret"], &[]));
        assert!(!admits(&["secrets"], &["secrets/strong"]));
        assert!(Selection::parse(&["severity:bad".to_owned()], &[]).is_err());
    }

    #[test]
    fn misspelt_words_are_noticed() {
        let rules = [rule("secrets/strong", Severity::High)];
        let selection = Selection::parse(&["secrets".to_owned(), "secretz".to_owned()], &[]).unwrap();
        assert_eq!(selection.unanswered(&rules), Some("secretz".to_owned()));
    }
}
