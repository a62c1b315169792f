//! Label selectors.

use super::pod::Pod;
use super::spot::Spot;
use crate::source::Reason;
use crate::syntax::Entry;

/// The label by which a StatefulSet tells its pods apart. It stands in no template.
pub(super) const POD_NAME: &str = "statefulset.kubernetes.io/pod-name";

/// Whether a name is that of a pod of a StatefulSet: `NAME-NUMBER`.
fn is_ordinal_of(pod: &str, name: &str) -> bool {
    let ordinal = pod.strip_prefix(name).and_then(|rest| rest.strip_prefix('-'));
    ordinal.is_some_and(|ordinal| !ordinal.is_empty() && ordinal.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether a `labelSelector` (`matchLabels`, `matchExpressions`) selects an object with these
/// labels. A selector that is not written selects nothing, an empty one everything.
pub(super) fn selects(selector: Spot, labels: &[(&str, &str)]) -> bool {
    if !selector.is_written() {
        return false;
    }
    matches(selector.get("matchLabels"), labels)
        && selector.get("matchExpressions").items().all(|expression| holds(expression, labels))
}

/// As [`selects`], unless the selector or the labels cannot be seen.
pub(super) fn selection(selector: Spot, pod: &Pod) -> Result<bool, Reason> {
    let expressions = selector.get("matchExpressions");
    let hidden = [selector, expressions].into_iter().find_map(Spot::reason);
    match (hidden, having(selector.get("matchLabels"), pod)) {
        (_, Ok(false)) => Ok(false),
        (Some(reason), _) | (None, Err(reason)) => Err(reason),
        (None, Ok(true)) => {
            let keys = expressions.items().filter_map(|expression| expression.get("key").text());
            let unseen = keys.filter(|key| find(&pod.labels, key).is_none()).find_map(|key| pod.hidden(key));
            match unseen {
                Some(reason) => Err(reason),
                None => Ok(expressions.items().all(|expression| holds(expression, &pod.labels))),
            }
        }
    }
}

/// As [`matches()`], unless a wanted value or the labels cannot be seen.
pub(super) fn having(wanted: Spot, pod: &Pod) -> Result<bool, Reason> {
    if let Some(reason) = wanted.reason() {
        return Err(reason);
    }
    let hidden = |entry: &&Entry| entry.value.provenance.as_ref().and_then(|provenance| provenance.unknown.clone());
    let mut unseen = None;
    for entry in wanted.entries() {
        if let Some(reason) = hidden(&entry) {
            unseen = Some(reason);
        } else if entry.name() == POD_NAME && pod.of.kind == "StatefulSet" {
            if !is_ordinal_of(entry.value.text().unwrap_or_default(), &pod.owner.name) {
                return Ok(false);
            }
        } else if find(&pod.labels, entry.name()) != Some(entry.value.text().unwrap_or_default()) {
            // What it is known to have is not hidden, unless nothing of it can be relied on.
            let is_known = pod.hidden_labels.is_none() && find(&pod.labels, entry.name()).is_some();
            match pod.hidden(entry.name()).filter(|_| !is_known) {
                Some(reason) => unseen = Some(reason),
                None => return Ok(false),
            }
        }
    }
    unseen.map_or(Ok(true), Err)
}

/// Whether an object has all labels of a mapping.
pub(super) fn matches(wanted: Spot, labels: &[(&str, &str)]) -> bool {
    wanted.entries().iter().all(|entry| {
        let value = entry.value.text().unwrap_or_default();
        find(labels, entry.name()) == Some(value)
    })
}

/// One expression of `matchExpressions`. An operator that does not exist selects nothing.
fn holds(expression: Spot, labels: &[(&str, &str)]) -> bool {
    let Some(key) = expression.get("key").text() else { return false };
    let value = find(labels, key);
    let listed = || expression.get("values").items().any(|item| item.text() == value);
    match expression.get("operator").text() {
        Some("In") => value.is_some() && listed(),
        // An object without the label is selected too.
        Some("NotIn") => value.is_none() || !listed(),
        Some("Exists") => value.is_some(),
        Some("DoesNotExist") => value.is_none(),
        _ => false,
    }
}

fn find<'l>(labels: &[(&str, &'l str)], key: &str) -> Option<&'l str> {
    labels.iter().find(|(have, _)| *have == key).map(|(_, value)| *value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubernetes::sink::Sink;
    use crate::source::SourceId;
    use crate::syntax::{Limits, yaml};

    #[test]
    fn selectors_select_as_the_api_does() {
        let labels = [("app", "web"), ("tier", "front")];
        for (selector, selected) in [
            ("{}", true),
            ("{matchLabels: {app: web}}", true),
            ("{matchLabels: {app: web, tier: back}}", false),
            ("{matchLabels: {}}", true),
            ("{matchExpressions: [{key: app, operator: In, values: [web, api]}]}", true),
            ("{matchExpressions: [{key: app, operator: NotIn, values: [web]}]}", false),
            ("{matchExpressions: [{key: gone, operator: NotIn, values: [web]}]}", true),
            ("{matchExpressions: [{key: gone, operator: In, values: [web]}]}", false),
            ("{matchExpressions: [{key: tier, operator: Exists}]}", true),
            ("{matchExpressions: [{key: tier, operator: DoesNotExist}]}", false),
            ("{matchExpressions: [{key: gone, operator: DoesNotExist}]}", true),
            ("{matchExpressions: [{key: tier, operator: Like}]}", false),
            ("{matchLabels: {app: web}, matchExpressions: [{key: gone, operator: Exists}]}", false),
        ] {
            let parsed = yaml::parse(SourceId(0), selector, &Limits::default());
            let root = &parsed.documents[0].root;
            let sink = Sink::default();
            assert_eq!(selects(Spot::new(root, root.span, "selector", &sink), &labels), selected, "{selector}");
        }
    }
}
