//! What packs know of metrics is brought to alerts and containers.

use crate::model::alert::is_of_target;
use crate::model::{Field, Metric, Stack};
use crate::rules::Ruleset;
use crate::rules::catalogue::Catalogue;

/// Says of the metrics that alerts name whether they exist, and of containers whether they have any.
pub(super) fn complete(stacks: &mut [Stack], ruleset: &Ruleset) {
    let apps = ruleset.packs.iter().flat_map(|pack| &pack.apps);
    let known: Vec<(&str, &Catalogue)> =
        apps.filter_map(|app| Some((app.name.as_str(), app.metrics.as_deref()?))).collect();
    if known.is_empty() {
        return;
    }
    for stack in stacks {
        for container in &mut stack.containers {
            container.measured = known.iter().any(|(app, _)| container.app.as_deref() == Some(app));
        }
        let recorded = &stack.recorded;
        for metric in stack.alerts.iter_mut().flat_map(|alert| &mut alert.metrics) {
            if let Some((_, catalogue)) = known.iter().find(|(_, catalogue)| catalogue.covers(&metric.name)) {
                judge(metric, catalogue, recorded);
            }
        }
    }
}

fn judge(metric: &mut Metric, catalogue: &Catalogue, recorded: &[String]) {
    let at = metric.at;
    if recorded.contains(&metric.name) {
        metric.known = Field::set(true, at);
        return;
    }
    let Some(listed) = catalogue.find(&metric.name) else {
        metric.known = Field::set(false, at);
        return;
    };
    metric.known = Field::set(true, at);
    metric.kind = Field::set(listed.kind.to_owned(), at);
    if let Some(labels) = &listed.labels {
        let asked = metric.matchers.iter().map(|(label, ..)| label);
        let unknown = asked.filter(|label| !labels.contains(label) && !is_of_target(label));
        metric.unknown_labels = unknown.cloned().collect();
    }
}
