//! The six outcomes.

/// What is said of one subject under one rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verdict {
    /// It holds.
    Pass,
    /// It does not hold.
    Fail,
    /// The files do not decide it.
    Unknown,
    /// Only a person can say.
    Manual,
    /// A person said that it holds, with evidence.
    Attested,
    /// The rule does not apply here.
    NotApplicable,
}

impl Verdict {
    /// All verdicts.
    pub const ALL: [Self; 6] =
        [Self::Pass, Self::Fail, Self::Unknown, Self::Manual, Self::Attested, Self::NotApplicable];

    /// From the worst to what says nothing: the order of reports, and what a whole takes over from its
    /// parts.
    const WORST_FIRST: [Self; 6] =
        [Self::Fail, Self::Unknown, Self::Manual, Self::Attested, Self::Pass, Self::NotApplicable];

    /// Its place in that order, the worst being 0.
    #[must_use]
    pub fn rank(self) -> usize {
        Self::WORST_FIRST.iter().position(|verdict| *verdict == self).unwrap_or(Self::WORST_FIRST.len())
    }

    /// The worst of several verdicts: what a rule says that rolls up others.
    #[must_use]
    pub fn worst(verdicts: impl Iterator<Item = Self>) -> Option<Self> {
        verdicts.min_by_key(|verdict| verdict.rank())
    }

    /// The word that rules, options and reports use.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Unknown => "unknown",
            Self::Manual => "manual",
            Self::Attested => "attested",
            Self::NotApplicable => "not-applicable",
        }
    }

    /// The verdict of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.word() == word)
    }
}
