//! Rule groups of Prometheus, Loki and Grafana become alerts.

use super::parts::Part;
use crate::discovery::Workspace;
use crate::model::{Alert, Duration, Field, Metric, State};
use crate::source::{Problem, Reason, Span, Text};
use crate::syntax::inside::Places;
use crate::syntax::promql::{self, Expression};
use crate::syntax::{Flavour, Node, Resolved};

/// What the groups of a file hold.
#[derive(Default)]
pub(super) struct Found {
    /// Its alerts.
    pub alerts: Vec<Alert>,
    /// The names that its recording rules make.
    pub recorded: Vec<String>,
}

/// Reads the groups of a part.
pub(super) fn read(part: &Part, workspace: &Workspace, problems: &mut Vec<Problem>) -> Found {
    let mut found = Found::default();
    // An object of Grafana's operator is one group.
    let whole = std::slice::from_ref(&part.root);
    let is_group = part.is_object && part.root.get("rules").is_some();
    for group in part.root.get("groups").map_or(if is_group { whole } else { &[] }, Node::items) {
        let name = group.get("name").and_then(Node::text).unwrap_or_default();
        for rule in group.get("rules").map_or(&[][..], Node::items) {
            found.recorded.extend(rule.get("record").and_then(Node::text).map(str::to_owned));
            let alert = match (rule.get("alert"), rule.get("title")) {
                (Some(called), _) => prometheus(rule, called, workspace, problems),
                (None, Some(called)) => grafana(rule, called, workspace),
                (None, None) => continue,
            };
            found.alerts.push(Alert { group: name.to_owned(), file: part.file.clone(), object: part.object, ..alert });
        }
    }
    found
}

/// An alert of which only its name and place are known.
fn blank(called: &Node, rule: &Node, kind: &'static str) -> Alert {
    let at = called.span;
    let texts = |key: &str| {
        let entries = rule.get(key).map_or(&[][..], Node::entries);
        entries.iter().map(|entry| (entry.name().to_owned(), text(&entry.value))).collect()
    };
    Alert {
        name: called.text().unwrap_or_default().to_owned(),
        at,
        group: String::new(),
        file: String::new(),
        kind,
        expr: Field::absent(at),
        metrics: Vec::new(),
        metrics_more: None,
        functions: Vec::new(),
        compares: Field::absent(at),
        threshold: Field::absent(at),
        hold: Field::read_optional(rule.get("for"), at, "a length of time such as 5m", hold),
        enabled: Field::default(true, at),
        labels: texts("labels"),
        annotations: texts("annotations"),
        loaded: Field::absent(at),
        receivers: Vec::new(),
        receivers_more: None,
        object: None,
    }
}

fn text(node: &Node) -> Field<Text> {
    Field::read(node, "a text", |node| node.text().map(Text::from))
}

fn hold(node: &Node) -> Option<Duration> {
    let text = node.text()?;
    if text == "0" { Some(Duration(0)) } else { promql::duration(text).map(Duration) }
}

fn prometheus(rule: &Node, called: &Node, workspace: &Workspace, problems: &mut Vec<Problem>) -> Alert {
    let mut alert = blank(called, rule, "prometheus");
    alert.expr = Field::read_optional(rule.get("expr"), alert.at, "an expression", |node| node.text().map(Text::from));
    match &alert.expr.state {
        State::Absent => {}
        State::Unknown(reason) => {
            alert.metrics_more = Some(reason.clone());
            alert.compares = Field::unknown(reason.clone(), alert.at);
        }
        State::Set(_) => {
            if let Some(node) = rule.get("expr") {
                let defects = take(&mut alert, node, workspace);
                problems.extend(defects);
            }
        }
    }
    alert
}

/// Fills in what an expression says. Yields its defects.
fn take(alert: &mut Alert, node: &Node, workspace: &Workspace) -> Vec<Problem> {
    let source = workspace.sources.get(node.span.source);
    let places = Places::of(node, source.expose());
    let text = node.text().unwrap_or_default();
    let mut read = promql::read(text);
    if read.defects.iter().any(|(at, _)| text.get(at.clone()) == Some("|")) {
        // Lines of logs are filtered behind bars, which PromQL has not.
        alert.kind = "loki";
        read.defects.clear();
        read.metrics.clear();
    }
    alert.metrics.extend(metrics(&read, &places));
    alert.functions.extend(read.functions.iter().cloned());
    let at = node.span;
    alert.compares = Field::set(read.compares(), at);
    if let Some(threshold) = read.threshold() {
        alert.threshold = Field::set(threshold, at);
    }
    if !read.defects.is_empty() {
        let expected = "an expression that Prometheus reads".into();
        alert.compares = Field::unknown(Reason::Malformed { expected }, at);
        alert.metrics_more = alert.compares.reason().cloned();
    }
    let problem = |(at, what): &(std::ops::Range<usize>, &str)| {
        let message = format!("this expression has {what}, so Prometheus refuses the file; mend it");
        Problem::warning(places.span(at.clone()), message)
    };
    read.defects.iter().take(1).map(problem).collect()
}

fn metrics(read: &Expression, places: &Places) -> Vec<Metric> {
    let metric = |it: &promql::Selector| {
        let at = places.span(it.at.clone());
        let matchers = it.matchers.iter().filter(|matcher| matcher.label != "__name__");
        Metric {
            name: it.name.clone(),
            at,
            matchers: matchers.map(|it| (it.label.clone(), it.operator, it.value.clone())).collect(),
            function: it.function.clone(),
            kind: Field::absent(at),
            known: Field::absent(at),
            unknown_labels: Vec::new(),
        }
    };
    read.metrics.iter().map(metric).collect()
}

/// A rule as Grafana provisions it: queries, and conditions that are queries of their own.
fn grafana(rule: &Node, called: &Node, workspace: &Workspace) -> Alert {
    let mut alert = blank(called, rule, "grafana");
    alert.compares = Field::set(false, alert.at);
    for query in rule.get("data").map_or(&[][..], Node::items) {
        let Some(model) = query.get("model") else { continue };
        let is_condition = matches!(query.get("datasourceUid").and_then(Node::text), Some("__expr__" | "-100"));
        if is_condition {
            let kind = model.get("type").and_then(Node::text);
            if matches!(kind, Some("threshold" | "classic_conditions" | "math")) {
                alert.compares = Field::set(true, model.span);
            }
            let first = model.get("conditions").and_then(|node| node.items().first());
            let limit = first.and_then(|it| it.at(&["evaluator", "params"])).and_then(|node| node.items().first());
            if let Some((limit, at)) = limit.and_then(|node| Some((node.text()?.parse().ok()?, node.span))) {
                alert.threshold = Field::set(limit, at);
            }
        } else if let Some(node) = model.get("expr") {
            let compares = alert.compares.clone();
            alert.expr = text(node);
            take(&mut alert, node, workspace);
            alert.kind = "grafana";
            if compares.value() == Some(&true) {
                alert.compares = compares;
            }
        }
    }
    if let Some(node) = rule.get("isPaused") {
        let paused = matches!(Flavour::Core.resolve(node), Some(Resolved::Boolean(true)));
        alert.enabled = Field::set(!paused, node.span);
    }
    alert
}

/// The span that stands for a list, for those who look for what is missing from it.
pub(super) fn place(root: &Node, key: &str) -> Span {
    root.entry(key).map_or(root.span, |entry| entry.key.span)
}
