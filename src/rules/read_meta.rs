//! What a rule file says about the rule itself: who it is, how bad a failure is, whose word counts.

use super::meta::{Attest, Category, Confidence, Meta, Mode, Severity};
use super::read::{Reader, unknown_keys};

/// Days that a person's word counts for where a rule does not say.
const YEAR: u32 = 365;

impl Reader<'_, '_, '_> {
    pub(super) fn meta(&mut self, id: &str) -> Meta {
        let written = self.text("id");
        if written != id && !written.is_empty() {
            self.compiler
                .error(self.span("id"), format!("the id is \"{written}\", but the file's path makes it \"{id}\""));
        }
        let category = self.named("category", Category::parse, &Category::ALL.map(Category::word), None);
        let severity = self.named("severity", Severity::parse, &Severity::ALL.map(Severity::word), None);
        let words = Confidence::ALL.map(Confidence::word);
        let confidence = self.named("confidence", Confidence::parse, &words, Some(Confidence::High));
        let mode = self.named("mode", Mode::parse, &Mode::ALL.map(Mode::word), Some(Mode::Automatic));
        let mode = mode.unwrap_or(Mode::Automatic);
        let attest = self.attest(mode);
        Meta {
            id: id.to_owned(),
            pack: id.split('/').next().unwrap_or_default().to_owned(),
            title: self.text("title"),
            why: self.text("why"),
            fix: self.text("fix"),
            category: category.unwrap_or(Category::Hygiene),
            severity: severity.unwrap_or(Severity::Medium),
            confidence: confidence.unwrap_or(Confidence::High),
            mode,
            attest,
            items: self.texts("items"),
            controls: self.texts("controls"),
            tags: self.texts("tags"),
        }
    }

    /// How a person's word counts. What only a person can say, and what the files show only in part,
    /// can always be attested.
    fn attest(&mut self, mode: Mode) -> Option<Attest> {
        let usual = (mode != Mode::Automatic).then_some(Attest { valid: YEAR, always: false });
        let Some(node) = self.root.get("attest") else { return usual };
        unknown_keys(self.compiler, node, &["valid", "always"], "attest");
        let valid = match node.get("valid") {
            None => YEAR,
            Some(written) => {
                let text = written.text().unwrap_or_default();
                let days = text.strip_suffix('d').and_then(|days| days.parse().ok()).filter(|days| *days > 0);
                if days.is_none() {
                    let message = format!("\"{text}\" is no number of days; write it like 92d");
                    self.compiler.error(written.span, message);
                }
                days.unwrap_or(YEAR)
            }
        };
        let always = match node.get("always").map(|node| (node, node.text())) {
            None | Some((_, Some("false"))) => false,
            Some((_, Some("true"))) => true,
            Some((node, _)) => {
                self.compiler.error(node.span, "always is true or false");
                false
            }
        };
        Some(Attest { valid, always })
    }
}
