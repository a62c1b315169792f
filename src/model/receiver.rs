//! Where alerts go: the routes of an Alertmanager and the receivers at their ends.

use super::Field;
use crate::source::{Reason, Span, Text};
use regex::RegexBuilder;

/// The most bytes that the pattern of a matcher may take once compiled.
const PATTERN_BYTES: usize = 1 << 20;

/// Somebody or something that is told. A receiver with several integrations is several of these.
#[derive(Debug, Clone)]
pub struct Receiver {
    /// Its name.
    pub name: String,
    /// By what it is told: `pagerduty`, `opsgenie`, `webhook`, `slack`, `email`...; `none` for one that
    /// drops what it gets.
    pub kind: String,
    /// The address that it is told at, where one is written.
    pub address: Field<Text>,
    /// Where it stands.
    pub at: Span,
}

impl Receiver {
    /// An address as a URL: one of mail gets the scheme that it lacks. Of several the first counts that
    /// may be somebody's.
    #[must_use]
    pub fn address(text: &str) -> Text {
        if text.contains("://") || !text.contains('@') {
            return Text::from(text);
        }
        let mut all = text.split([',', ';', ' ', '\n']).filter(|part| part.contains('@'));
        let first = all.clone().next().unwrap_or(text);
        let chosen = all.find(|part| !part.contains("@example.")).unwrap_or(first);
        Text::from(format!("mailto://{}", chosen.trim_matches(['<', '>'])))
    }
}

/// A condition of a route on a label.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The label.
    pub label: String,
    /// Whether the value is a pattern for the whole value.
    pub is_pattern: bool,
    /// Whether it must not match.
    pub is_negated: bool,
    /// The value or pattern.
    pub value: String,
}

/// A route: who is told of the alerts that match, unless a route below it takes them.
#[derive(Debug, Clone)]
pub struct AlertRoute {
    /// What an alert has to match.
    pub wanted: Vec<Wanted>,
    /// Indices into the stack's receivers.
    pub receivers: Vec<usize>,
    /// Whether the routes behind it are asked too.
    pub goes_on: bool,
    /// The routes below it, in order.
    pub routes: Vec<AlertRoute>,
}

/// What is known of a label of an alert.
pub enum Label<'l> {
    /// Its value; empty if it has none.
    Is(&'l str),
    /// The series or the outside decide it.
    Unknown(Reason),
}

/// Whom an alert reaches.
#[derive(Debug, Default)]
pub struct Reached {
    /// Indices into the stack's receivers.
    pub receivers: Vec<usize>,
    /// Why others may be told too, if so.
    pub more: Option<Reason>,
}

/// Whom an alert with these labels reaches over several trees; without any it is what `absent` names that
/// decides.
#[must_use]
pub fn through<'l>(trees: &[AlertRoute], absent: &'static str, label: &dyn Fn(&str) -> Label<'l>) -> Reached {
    let mut all = Reached::default();
    if trees.is_empty() {
        all.more = Some(Reason::Elsewhere { what: absent.into() });
    }
    for part in trees.iter().map(|root| reached(root, label)) {
        all.receivers.extend(part.receivers);
        all.more = all.more.or(part.more);
    }
    all
}

/// Whom an alert with these labels reaches over a tree of routes.
#[must_use]
pub fn reached<'l>(root: &AlertRoute, label: &dyn Fn(&str) -> Label<'l>) -> Reached {
    let mut reached = Reached::default();
    walk(root, label, None, &mut reached);
    reached.receivers.sort_unstable();
    reached.receivers.dedup();
    reached
}

/// Routes nest no deeper than the files that they were read from.
fn walk<'l>(route: &AlertRoute, label: &dyn Fn(&str) -> Label<'l>, unsure: Option<&Reason>, reached: &mut Reached) {
    let mut unsure = unsure.cloned();
    let mut taken = false;
    for inner in &route.routes {
        match matches(inner, label) {
            Ok(false) => {}
            Ok(true) => {
                walk(inner, label, unsure.as_ref(), reached);
                taken = true;
                if !inner.goes_on {
                    return;
                }
            }
            Err(reason) => {
                // If it is taken, what stands behind it may not be asked any more.
                walk(inner, label, Some(&reason), reached);
                if !inner.goes_on {
                    unsure.get_or_insert(reason);
                }
            }
        }
    }
    if taken {
        return;
    }
    match unsure {
        None => reached.receivers.extend(&route.receivers),
        Some(reason) => _ = reached.more.get_or_insert(reason),
    }
}

fn matches<'l>(route: &AlertRoute, label: &dyn Fn(&str) -> Label<'l>) -> Result<bool, Reason> {
    let mut unsure = None;
    for wanted in &route.wanted {
        match label(&wanted.label) {
            Label::Unknown(reason) => unsure = Some(reason),
            Label::Is(value) => match wanted.takes(value) {
                Some(true) => {}
                Some(false) => return Ok(false),
                None => unsure = Some(Reason::Malformed { expected: "a pattern that can be read".into() }),
            },
        }
    }
    unsure.map_or(Ok(true), Err)
}

impl Wanted {
    /// Whether a value meets it; `None` if its pattern cannot be read.
    fn takes(&self, value: &str) -> Option<bool> {
        let same = if self.is_pattern {
            let whole = format!("^(?:{})$", self.value);
            RegexBuilder::new(&whole).size_limit(PATTERN_BYTES).build().ok()?.is_match(value)
        } else {
            self.value == value
        };
        Some(same != self.is_negated)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(label: &str, value: &str, receiver: usize, goes_on: bool, routes: Vec<AlertRoute>) -> AlertRoute {
        let wanted = Wanted { label: label.into(), is_pattern: true, is_negated: false, value: value.into() };
        let wanted = if label.is_empty() { Vec::new() } else { vec![wanted] };
        AlertRoute { wanted, receivers: vec![receiver], goes_on, routes }
    }

    #[test]
    fn the_first_route_that_matches_takes_an_alert() {
        let tree = route(
            "",
            "",
            0,
            false,
            vec![
                route("severity", "none", 9, false, Vec::new()),
                route("team", "db", 1, false, Vec::new()),
                route("severity", "critical", 2, true, Vec::new()),
                route("severity", "critical|warning", 3, false, Vec::new()),
            ],
        );
        let to = |severity: &'static str, team: Option<&'static str>| {
            let reached = reached(&tree, &|label| match (label, team) {
                ("severity", _) => Label::Is(severity),
                (_, Some(team)) => Label::Is(team),
                (_, None) => Label::Unknown(Reason::Generated),
            });
            (reached.receivers, reached.more.is_some())
        };
        assert_eq!(to("critical", Some("")), (vec![2, 3], false));
        assert_eq!(to("critical", Some("db")), (vec![1], false));
        assert_eq!(to("info", Some("")), (vec![0], false));
        assert_eq!(to("none", None), (vec![9], false));
        assert_eq!(to("critical", None), (vec![], true));
    }
}
