//! One rule on one subject.

use super::evaluate::evaluate;
use super::evaluate::follow;
use super::explain::{Decider, Explainer};
use super::message::{filled, phrased};
use super::scope::{Frame, Provided, Scope, Surroundings, World};
use super::truth::Truth;
use crate::findings::{FaultKind, Role, Site};
use crate::model::queryable::{Datum, Slot, Thing};
use crate::rules::condition::Condition;
use crate::rules::rule::Clause;
use crate::rules::{Mode, Rule, Severity};
use crate::source::{Origin, OriginKind, Span};

/// What a rule says of a subject.
pub(super) enum Judged {
    /// The rule is not asked of it.
    NotConcerned,
    /// It does not apply to it.
    Exempt,
    /// It holds.
    Passed,
    /// It holds, and there is advice to give.
    Advised {
        /// What decided it.
        at: Span,
        /// The advice.
        remark: String,
    },
    /// It does not hold.
    Failed(Fault),
    /// The files do not decide it.
    Undecided(Doubt),
}

/// Why something fails.
pub(super) struct Fault {
    pub message: String,
    pub severity: Option<Severity>,
    pub sites: Vec<Site>,
    pub path: String,
    pub kind: FaultKind,
    pub content_is_public: bool,
}

/// Why something is not decided.
pub(super) struct Doubt {
    pub message: String,
    pub needs: String,
    pub sites: Vec<Site>,
    pub path: String,
}

/// Judges one subject (RULES.md, section 4).
pub(super) fn judge_subject(rule: &Rule, thing: Thing<'_>, world: &World<'_>) -> Judged {
    judge_filtered(rule, rule.filter.as_ref().as_slice(), thing, world, &Provided::default())
}

/// As [`judge_subject`], where only these parts of the rule's filter have still to be asked.
pub(super) fn judge_filtered<'m>(
    rule: &Rule,
    filter: &[&Condition],
    thing: Thing<'m>,
    world: &World<'_>,
    provided: &Provided<'m>,
) -> Judged {
    with_judge(rule, thing, world, provided, |judge| judge.verdict(filter))
}

/// What decided that a rule holds of a subject. Few of many that pass are pointed at: this is asked once it
/// is known which.
pub(super) fn place_of_pass(rule: &Rule, thing: Thing<'_>, world: &World<'_>) -> Span {
    with_judge(rule, thing, world, &Provided::default(), |judge| judge.place_of_pass())
}

/// Whether a rule surely applies to a subject, so that it speaks for those that it extends. Where
/// nobody knows, they speak too: what they find must not be hidden by a question.
pub(super) fn applies(rule: &Rule, thing: Thing<'_>, world: &World<'_>) -> bool {
    with_judge(rule, thing, world, &Provided::default(), |judge| {
        [&rule.filter, &rule.when].into_iter().all(|condition| judge.evaluate(condition.as_ref()) == Truth::True)
    })
}

/// Whether parts of a rule's filter hold of a subject.
pub(super) fn truth(rule: &Rule, parts: &[&Condition], thing: Thing<'_>, world: &World<'_>) -> Truth {
    with_judge(rule, thing, world, &Provided::default(), |judge| judge.evaluate_all(parts))
}

/// Lends a judge of one subject, with all that conditions can see around it.
fn with_judge<'m, R>(
    rule: &Rule,
    thing: Thing<'m>,
    world: &World<'_>,
    provided: &Provided<'m>,
    ask: impl FnOnce(&Judge<'_, 'm>) -> R,
) -> R {
    let around = Surroundings::new(world, &rule.lets, thing, provided);
    let frame = Frame { thing, outer: None };
    let scope = Scope { around: &around, frame: &frame };
    let here = Slot::set(Datum::Thing(thing), Some(thing.at()));
    ask(&Judge { rule, thing, here, scope })
}

/// A clause that does not hold, or of which nobody knows.
struct Broken<'r> {
    clause: &'r Clause,
    /// How it came out.
    truth: Truth,
    /// How its conditions did.
    asked: Asked,
}

/// How the conditions of a clause came out.
struct Asked {
    /// Whether it applies.
    when: Truth,
    /// Whether its condition holds; nobody asks where it does not apply.
    condition: Truth,
}

impl Asked {
    /// Whether what is required holds: where the clause does not apply, it does.
    fn required(&self) -> Truth {
        match self.when {
            Truth::False => Truth::True,
            when => Truth::any([when.opposite(), self.condition].into_iter()),
        }
    }
}

struct Judge<'j, 'm> {
    rule: &'j Rule,
    thing: Thing<'m>,
    here: Slot<'m>,
    scope: Scope<'j, 'm>,
}

impl<'m> Judge<'_, 'm> {
    fn evaluate(&self, condition: Option<&Condition>) -> Truth {
        condition.map_or(Truth::True, |condition| evaluate(condition, &self.here, self.scope))
    }

    fn explain<'c>(&self, condition: &'c Condition, truth: Truth, into: &mut Vec<Decider<'c, 'm>>) {
        Explainer::explain(condition, truth, &self.here, self.scope, into);
    }

    fn evaluate_all(&self, conditions: &[&Condition]) -> Truth {
        Truth::all(conditions.iter().map(|condition| self.evaluate(Some(condition))))
    }

    fn verdict(&self, filter: &[&Condition]) -> Judged {
        let rule = self.rule;
        let concerned = self.evaluate_all(filter);
        if concerned == Truth::False {
            return Judged::NotConcerned;
        }
        let when = self.evaluate(rule.when.as_ref());
        let applies = Truth::all([concerned, when].into_iter());
        if applies == Truth::False {
            return Judged::Exempt;
        }
        let broken = self.broken();
        if broken.is_empty() {
            return self.passed();
        }
        let is_fault = |broken: &Broken<'_>| broken.truth != Truth::Unknown;
        match applies {
            Truth::True if !broken.iter().any(is_fault) => self.undecided(&broken),
            Truth::True => {
                let mut faults = broken;
                faults.retain(is_fault);
                let is_seen = rule.meta.mode == Mode::Automatic
                    || faults.iter().any(|fault| fault.truth == Truth::True)
                    || rule.seen.as_ref().is_some_and(|seen| self.evaluate(Some(seen)) == Truth::True);
                if is_seen { self.failed(faults) } else { self.unseen(&faults) }
            }
            _ => self.unsure_whether_it_applies(concerned, when),
        }
    }

    /// The clauses for which the rule may not hold: what is required and is not so, what is rejected and is.
    fn broken(&self) -> Vec<Broken<'_>> {
        let required = self.rule.require.iter().filter_map(|clause| {
            let asked = self.asked(clause);
            let truth = asked.required();
            (truth != Truth::True).then_some(Broken { clause, truth, asked })
        });
        let rejected = self.rule.reject.iter().filter_map(|clause| {
            let asked = self.asked(clause);
            let truth = Truth::all([asked.when, asked.condition].into_iter());
            (truth != Truth::False).then_some(Broken { clause, truth, asked })
        });
        required.chain(rejected).collect()
    }

    fn asked(&self, clause: &Clause) -> Asked {
        let when = self.evaluate(clause.when.as_ref());
        let condition = match when {
            Truth::False => Truth::Unknown,
            Truth::True | Truth::Unknown => self.evaluate(Some(&clause.condition)),
        };
        Asked { when, condition }
    }

    fn passed(&self) -> Judged {
        let unheeded = self.rule.advise.iter().filter(|clause| self.asked(clause).required() == Truth::False);
        let remarks: Vec<String> = unheeded.map(|clause| self.wording(clause, Truth::False, None)).collect();
        match remarks.is_empty() {
            true => Judged::Passed,
            false => Judged::Advised { at: self.place_of_pass(), remark: remarks.join("; ") },
        }
    }

    /// What decided that the rule holds, else the subject itself.
    fn place_of_pass(&self) -> Span {
        let deciding = self.rule.require.iter().find(|clause| self.evaluate(clause.when.as_ref()) == Truth::True);
        let mut deciders = Vec::new();
        if let Some(clause) = deciding {
            self.explain(&clause.condition, Truth::True, &mut deciders);
        }
        deciders.iter().find_map(place).unwrap_or(self.thing.at())
    }

    fn failed(&self, mut faults: Vec<Broken<'_>>) -> Judged {
        let rule = self.rule;
        // The severest leads; among equals the first.
        faults.sort_by_key(|fault| std::cmp::Reverse(fault.clause.severity.unwrap_or(rule.meta.severity)));
        let deciders = self.deciders(&faults);
        // The first message names the subject; the others go on from there.
        let mut messages: Vec<String> = Vec::with_capacity(faults.len());
        for Broken { clause, truth, .. } in &faults {
            let mut message = self.wording(clause, *truth, rule.message.as_ref());
            if !messages.is_empty()
                && let Some(rest) = message.strip_prefix(&format!("{} ", self.thing.name().0))
            {
                message = rest.to_owned();
            }
            if !messages.contains(&message) {
                messages.push(message);
            }
        }
        let lead = deciders.first();
        let severity = faults.first().and_then(|fault| fault.clause.severity);
        Judged::Failed(Fault {
            message: messages.join("; "),
            severity,
            sites: self.sites(&deciders),
            path: lead.map(|decider| decider.path.to_string()).unwrap_or_default(),
            kind: if lead.is_some_and(|decider| decider.absent) { FaultKind::Absent } else { FaultKind::Value },
            content_is_public: !self.is_secret() && lead.is_some_and(|decider| !decider.secret),
        })
    }

    /// Nothing that would make it a fail was seen, but the files do not show everything.
    fn unseen(&self, faults: &[Broken<'_>]) -> Judged {
        let message = format!("Nothing in these files shows it: {}", self.rule.meta.title);
        let needs = "check it where it lives, or add the files that show it".to_owned();
        Judged::Undecided(self.doubt(&self.deciders(faults), message, needs))
    }

    /// What made clauses come out as they did.
    fn deciders<'c>(&self, faults: &[Broken<'c>]) -> Vec<Decider<'c, 'm>> {
        let mut deciders = Vec::new();
        faults.iter().for_each(|fault| self.explain(&fault.clause.condition, fault.truth, &mut deciders));
        deciders
    }

    fn undecided(&self, doubts: &[Broken<'_>]) -> Judged {
        let mut deciders = Vec::new();
        for Broken { clause, asked, .. } in doubts {
            self.open(clause.when.as_ref(), asked.when, &mut deciders);
            self.open(Some(&clause.condition), asked.condition, &mut deciders);
        }
        self.reasoned(deciders)
    }

    /// `concerned` and `when` are how the rule's filter and its condition came out.
    fn unsure_whether_it_applies(&self, concerned: Truth, when: Truth) -> Judged {
        let mut deciders = Vec::new();
        self.open(self.rule.filter.as_ref(), concerned, &mut deciders);
        self.open(self.rule.when.as_ref(), when, &mut deciders);
        self.reasoned(deciders)
    }

    /// What keeps a condition from being decided, if it is not.
    fn open<'c>(&self, condition: Option<&'c Condition>, truth: Truth, into: &mut Vec<Decider<'c, 'm>>) {
        if let Some(condition) = condition.filter(|_| truth == Truth::Unknown) {
            self.explain(condition, Truth::Unknown, into);
        }
    }

    fn reasoned(&self, mut deciders: Vec<Decider<'_, 'm>>) -> Judged {
        let reason = deciders.iter().find_map(|decider| decider.reason.clone());
        let (message, needs) = match reason {
            Some(reason) => (format!("Not decided: {}", reason.phrase()), reason.needs()),
            None => match deciders.iter().find(|decider| decider.absent && !decider.path.is_empty()) {
                Some(decider) => (
                    format!("Not decided: {} is not written", decider.path),
                    "write it, or check it by hand".to_owned(),
                ),
                None => ("Not decided: the files do not say".to_owned(), "check it by hand".to_owned()),
            },
        };
        // What is not known comes first: that is the place to look at.
        deciders.sort_by_key(|decider| decider.reason.is_none());
        Judged::Undecided(self.doubt(&deciders, message, needs))
    }

    fn doubt(&self, deciders: &[Decider<'_, 'm>], message: String, needs: String) -> Doubt {
        let path = deciders.first().map(|decider| decider.path.to_string()).unwrap_or_default();
        Doubt { message, needs, sites: self.sites(deciders), path }
    }

    /// The wording of a clause: its own, the rule's, or one made from its operators.
    fn wording(&self, clause: &Clause, truth: Truth, of_rule: Option<&crate::rules::template::Template>) -> String {
        match clause.say.as_ref().or(of_rule) {
            Some(template) => filled(template, self.scope),
            None => phrased(&clause.condition, truth, &self.here, self.scope)
                .unwrap_or_else(|| format!("This does not hold: {}", self.rule.meta.title)),
        }
    }

    /// Whether the subject itself is something to be kept secret.
    fn is_secret(&self) -> bool {
        matches!(self.thing, Thing::Setting(_, setting) if setting.secret())
    }

    /// The primary place with the way that the value took, then the other places that matter.
    fn sites(&self, deciders: &[Decider<'_, 'm>]) -> Vec<Site> {
        let pointed = self.rule.point.as_ref().map(|path| follow(path, &self.here, self.scope));
        let lead = match &pointed {
            Some(slot) => Some((slot.at, &*slot.origins)),
            None => deciders.first().map(|decider| (decider.at, &*decider.origins)),
        };
        let mut sites = match lead {
            Some((at, origins)) => way(at, origins),
            None => Vec::new(),
        };
        if sites.is_empty() {
            sites.push(Site { span: self.thing.at(), role: Role::Primary, kind: None, note: None });
        }
        let rest = if pointed.is_some() { deciders } else { deciders.get(1..).unwrap_or_default() };
        // Where there is nothing, there is nothing to look at either.
        for span in rest.iter().filter(|decider| !decider.absent).filter_map(place) {
            if !sites.iter().any(|site| site.span == span) {
                sites.push(Site { span, role: Role::Related, kind: None, note: None });
            }
        }
        sites
    }
}

/// The place to edit of what decided.
fn place(decider: &Decider<'_, '_>) -> Option<Span> {
    decider.origins.iter().find_map(|origin| origin.span).or(decider.at)
}

/// The places of a value's way: the first is to be edited, the others it passed through.
pub(super) fn way(at: Option<Span>, origins: &[Origin]) -> Vec<Site> {
    // There are many findings, and most have one place: no room is kept for more.
    let mut sites: Vec<Site> = Vec::with_capacity(origins.len().max(1));
    for origin in origins {
        let Some(span) = origin.span else { continue };
        let note = origin.name.as_ref().map(|name| match origin.kind {
            OriginKind::Reference | OriginKind::Composed => format!("used as {name}"),
            kind => format!("{} {name}", kind.word()),
        });
        let role = if sites.is_empty() { Role::Primary } else { Role::Origin };
        sites.push(Site { span, role, kind: Some(origin.kind), note });
    }
    if let Some(span) = at
        && !sites.iter().any(|site| site.span == span)
    {
        let role = if sites.is_empty() { Role::Primary } else { Role::Origin };
        sites.push(Site { span, role, kind: None, note: None });
    }
    sites
}
