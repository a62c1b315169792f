//! A checklist with the verdict of every item.

use super::{Report, Reported, Verdict};
use crate::rules::pack::Chapter;
use crate::rules::{Meta, Ruleset, Severity};

/// A checklist, ticked.
#[derive(Debug)]
pub struct Checklist<'r> {
    /// The pack's name.
    pub pack: &'r str,
    /// For people.
    pub title: &'r str,
    /// In the order of the source.
    pub chapters: Vec<TickedChapter<'r>>,
}

/// A chapter of a checklist.
#[derive(Debug)]
pub struct TickedChapter<'r> {
    /// Its heading.
    pub title: &'r str,
    /// In the order of the source.
    pub items: Vec<Item<'r>>,
}

/// An item and what came of it.
#[derive(Debug)]
pub struct Item<'r> {
    /// Its id.
    pub id: &'r str,
    /// Its sentence.
    pub title: &'r str,
    /// What the rule that owns it says.
    pub rule: &'r Meta,
    /// The worst of the verdicts on it.
    pub verdict: Verdict,
    /// What decided that: findings of that verdict, the worst first.
    pub findings: Vec<&'r Reported>,
}

impl<'r> Checklist<'r> {
    /// Ticks the items of a pack's checklist. An item that no rule of the ruleset owns is left out.
    #[must_use]
    pub fn of(
        pack: &'r str,
        title: &'r str,
        chapters: &'r [Chapter],
        ruleset: &'r Ruleset,
        report: &'r Report,
    ) -> Self {
        let chapters = chapters.iter().map(|chapter| TickedChapter {
            title: &chapter.title,
            items: chapter.items.iter().filter_map(|item| Item::of(item, pack, ruleset, report)).collect(),
        });
        Self { pack, title, chapters: chapters.filter(|chapter| !chapter.items.is_empty()).collect() }
    }

    /// All items, whatever their chapter.
    pub fn items(&self) -> impl Iterator<Item = &Item<'r>> {
        self.chapters.iter().flat_map(|chapter| &chapter.items)
    }

    /// How many items have a verdict.
    #[must_use]
    pub fn count(&self, verdict: Verdict) -> usize {
        self.items().filter(|item| item.verdict == verdict).count()
    }
}

impl<'r> Item<'r> {
    fn of((id, title): &'r (String, String), pack: &str, ruleset: &'r Ruleset, report: &'r Report) -> Option<Self> {
        let rule = owner(id, pack, ruleset)?;
        let about: Vec<&Reported> = report
            .findings
            .iter()
            .map(|finding| &**finding)
            .filter(|finding| finding.items().contains(&id.as_str()))
            .collect();
        let verdict = Verdict::worst(about.iter().map(|finding| finding.verdict)).unwrap_or(Verdict::NotApplicable);
        let mut findings: Vec<&Reported> = about.into_iter().filter(|finding| finding.verdict == verdict).collect();
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        Some(Self { id, title, rule, verdict, findings })
    }

    /// How bad it is: the worst of what was found, else what the rule says.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.findings.iter().map(|finding| finding.severity).max().unwrap_or(self.rule.severity)
    }
}

/// The rule that decides an item: one that rolls up others before one of the pack before any other.
#[must_use]
pub fn owner<'r>(item: &str, pack: &str, ruleset: &'r Ruleset) -> Option<&'r Meta> {
    let owners = ruleset.rules.iter().filter(|rule| rule.meta.items.iter().any(|own| own == item));
    owners.min_by_key(|rule| (rule.parts.is_empty(), rule.meta.pack != pack)).map(|rule| &*rule.meta)
}
