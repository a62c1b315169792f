//! Subjects that look alike are asked once whether a rule is asked of them.
//!
//! Most filters go by a name, a kind or an app, and a stack has thousands of settings but few names.
//! What a filter says of such fields alone is worked out once for all subjects that agree in them.

use super::scope::World;
use super::subject::truth;
use super::truth::Truth;
use crate::model::queryable::{Thing, subjects};
use crate::model::{Stack, SubjectKind};
use crate::rules::Rule;
use crate::rules::condition::{Condition, Operand};
use crate::rules::path::{Path, Start, Step};
use hashbrown::HashMap;
use hashbrown::hash_map::Entry;
use std::ops::Range;
use std::sync::OnceLock;

/// What subjects of one class have in common. The fields that [`told_by`] names yield the same for
/// all of them.
#[derive(PartialEq, Eq, Hash)]
struct Class<'m> {
    words: [Option<&'m str>; 3],
    flag: bool,
}

impl<'m> Class<'m> {
    fn of(thing: Thing<'m>) -> Self {
        let (words, flag) = match thing {
            Thing::Setting(stack, it) => {
                let container = it.container.and_then(|index| stack.container(index));
                let app = container.and_then(|container| container.app.as_deref());
                ([Some(&*it.name), Some(it.source.word()), app], it.secret())
            }
            Thing::Container(_, it) => ([Some(it.kind.word()), it.app.as_deref(), it.role.as_deref()], false),
            Thing::Workload(_, it) => ([Some(it.kind.as_str()), None, None], false),
            Thing::Document(_, it) => ([Some(it.kind.as_str()), Some(it.api.as_str()), None], false),
            _ => ([None; 3], false),
        };
        Self { words, flag }
    }
}

/// The paths whose values the class of a subject tells.
fn told_by(kind: SubjectKind) -> &'static [&'static [&'static str]] {
    match kind {
        SubjectKind::Setting => &[&["name"], &["source"], &["secret"], &["app"], &["container", "app"]],
        SubjectKind::Container => &[&["kind"], &["app"], &["role"]],
        SubjectKind::Workload => &[&["kind"]],
        SubjectKind::Document => &[&["kind"], &["api"]],
        _ => &[],
    }
}

/// The subjects of a stack of one kind, by their classes once somebody asks for that.
pub(super) struct Classes<'m> {
    /// All of them, in the order of the stack.
    pub all: Vec<Thing<'m>>,
    groups: OnceLock<Vec<Vec<u32>>>,
}

/// Which subjects a rule's filter does not rule out by what their class tells.
pub(super) enum Kept {
    /// All of them.
    All,
    /// Those with these numbers, which ascend.
    Some(Vec<u32>),
}

impl<'m> Classes<'m> {
    pub fn new(stack: &'m Stack, kind: SubjectKind) -> Self {
        Self { all: subjects(stack, kind), groups: OnceLock::new() }
    }

    /// Which of them a rule is to be asked of, and what of its filter has still to be asked of these.
    pub fn kept<'r>(&self, rule: &'r Rule, world: &World<'_>) -> (Kept, Vec<&'r Condition>) {
        let (mut told, mut rest) = (Vec::new(), Vec::new());
        if let Some(filter) = &rule.filter {
            conjuncts(filter, rule.subject, &mut told, &mut rest);
        }
        if told.is_empty() {
            return (Kept::All, rest);
        }
        let mut kept: Vec<u32> = Vec::new();
        let mut is_sure = true;
        for group in self.groups.get_or_init(|| grouped(&self.all)) {
            let Some(first) = group.first().and_then(|index| self.all.get(*index as usize)) else { continue };
            let truth = truth(rule, &told, *first, world);
            is_sure &= truth != Truth::Unknown;
            if truth != Truth::False {
                kept.extend(group);
            }
        }
        kept.sort_unstable();
        (Kept::Some(kept), if is_sure { rest } else { rule.filter.iter().collect() })
    }

    /// Those kept among the subjects with the numbers of a range, each with its number.
    pub fn among<'k>(&'k self, kept: &'k Kept, range: Range<usize>) -> impl Iterator<Item = (usize, Thing<'m>)> + 'k {
        let (all, some) = match kept {
            Kept::All => (range, &[][..]),
            Kept::Some(numbers) => {
                let below = |end: usize| numbers.partition_point(|number| (*number as usize) < end);
                (0..0, numbers.get(below(range.start)..below(range.end)).unwrap_or_default())
            }
        };
        let numbers = all.chain(some.iter().map(|number| *number as usize));
        numbers.filter_map(|number| Some((number, *self.all.get(number)?)))
    }
}

fn grouped(all: &[Thing<'_>]) -> Vec<Vec<u32>> {
    let mut numbers: HashMap<Class<'_>, usize> = HashMap::new();
    let mut groups: Vec<Vec<u32>> = Vec::new();
    for (index, thing) in (0..).zip(all) {
        match numbers.entry(Class::of(*thing)) {
            Entry::Occupied(known) => groups.get_mut(*known.get()).into_iter().for_each(|group| group.push(index)),
            Entry::Vacant(place) => {
                place.insert(groups.len());
                groups.push(vec![index]);
            }
        }
    }
    groups
}

/// The parts of a filter that must all hold: those that a subject's class decides, and the rest.
fn conjuncts<'r>(
    filter: &'r Condition,
    kind: SubjectKind,
    told: &mut Vec<&'r Condition>,
    rest: &mut Vec<&'r Condition>,
) {
    match filter {
        Condition::All(conditions) => {
            conditions.iter().for_each(|condition| conjuncts(condition, kind, told, rest));
        }
        condition if is_told(condition, kind) => told.push(condition),
        condition => rest.push(condition),
    }
}

/// Whether the class of a subject decides a condition on it.
fn is_told(condition: &Condition, kind: SubjectKind) -> bool {
    match condition {
        Condition::All(conditions) | Condition::Any(conditions) => {
            conditions.iter().all(|condition| is_told(condition, kind))
        }
        Condition::Not(inner) => is_told(inner, kind),
        Condition::At(path, inner) => is_of_class(path, kind) && is_closed(inner),
        _ => false,
    }
}

/// Whether a path from a subject leads to what its class tells, or to what its whole stack has.
fn is_of_class(path: &Path, kind: SubjectKind) -> bool {
    let names: Option<Vec<&str>> = path
        .steps
        .iter()
        .map(|step| match step {
            Step::Field(field, _) => Some(field.name),
            Step::Raw(_) | Step::Fact(_) | Step::Provided(_) | Step::Origins(_) => None,
        })
        .collect();
    let from_subject = matches!(path.start, Start::Here | Start::Inner | Start::Subject);
    names.is_some_and(|names| from_subject && (told_by(kind).contains(&&*names) || names == ["stack", "platform"]))
}

/// Whether a condition on a value looks at nothing but that value.
fn is_closed(condition: &Condition) -> bool {
    let literal = |operand: &Operand| matches!(operand, Operand::Literal(_));
    match condition {
        Condition::Equals(operands) | Condition::Contains(operands) | Condition::Within(operands) => {
            operands.iter().all(literal)
        }
        Condition::Order(_, operand) => literal(operand),
        Condition::Matches(_) | Condition::Present(_) => true,
        Condition::Not(inner) => is_closed(inner),
        Condition::All(conditions) | Condition::Any(conditions) => conditions.iter().all(is_closed),
        _ => false,
    }
}
