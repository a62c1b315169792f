//! A rule, checked and compiled.

use super::condition::Condition;
use super::formula::Formula;
use super::meta::{Category, Confidence, Meta, Severity};
use super::path::Path;
use super::template::Template;
use crate::model::SubjectKind;
use std::borrow::Cow;
use std::sync::Arc;

/// A rule, checked and compiled.
pub struct Rule {
    /// What it says about itself.
    pub meta: Arc<Meta>,
    /// What is judged.
    pub subject: SubjectKind,
    /// Which subjects; the others yield nothing.
    pub filter: Option<Condition>,
    /// Whether it applies.
    pub when: Option<Condition>,
    /// Named values.
    pub lets: Vec<Let>,
    /// The parameters with their values, those of the options included.
    pub params: Vec<(String, String)>,
    /// All must hold.
    pub require: Vec<Clause>,
    /// None may hold.
    pub reject: Vec<Clause>,
    /// Should hold.
    pub advise: Vec<Clause>,
    /// Partly: evidence is there, so that what does not hold is a fail.
    pub seen: Option<Condition>,
    /// What it comes to when no subject is concerned.
    pub otherwise: Otherwise,
    /// The wording of a fail.
    pub message: Option<Template>,
    /// The primary place.
    pub point: Option<Path>,
    /// Failures of one subject under this word are shown as one.
    pub fold: Option<Arc<str>>,
    /// The rules that it narrows, the nearest first: where both judge a subject, it speaks for them.
    pub extends: Vec<String>,
    /// Items of those, and of rules that roll it up.
    pub more_items: Arc<[String]>,
    /// Rules whose worst verdict is its own; it asks nothing itself then.
    pub parts: Vec<String>,
    /// The file that it was read from.
    pub file: String,
    /// The whole text of that file.
    pub text: Cow<'static, str>,
}

/// A condition with its own wording.
pub struct Clause {
    /// Whether it applies.
    pub when: Option<Condition>,
    /// What is to hold.
    pub condition: Condition,
    /// The wording.
    pub say: Option<Template>,
    /// How bad it is.
    pub severity: Option<Severity>,
}

/// A named value.
pub enum Let {
    /// Worked out.
    Formula(Formula),
    /// Elements of a list.
    List(Path, Option<Condition>),
}

/// What a rule comes to when no subject is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Otherwise {
    /// It does not apply.
    NotApplicable,
    /// All is well.
    Pass,
    /// That is the fault.
    Fail,
    /// Nobody knows.
    Unknown,
}

impl Category {
    /// The chapter of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.word() == word)
    }
}

impl Confidence {
    /// The confidence of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|confidence| confidence.word() == word)
    }
}
