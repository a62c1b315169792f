//! Catalogues: the metrics that an app exports, as its pack lists them.
//!
//! `metrics: {prefix: acme_, gauges: [acme_up], counters: {acme_errors_total: [code]}}`: names under a
//! prefix that are not listed do not exist; behind a name may stand all its labels.

use super::compile::Compiler;
use super::read::unknown_keys;
use super::tool::texts;
use crate::syntax::{Node, Value};

/// The keys of a catalogue, and the kinds of the metrics that stand behind them.
const KINDS: [(&str, &str); 4] =
    [("gauges", "gauge"), ("counters", "counter"), ("histograms", "histogram"), ("summaries", "summary")];

/// The metrics of an app.
#[derive(Debug, Default)]
pub struct Catalogue {
    /// How all names of the app begin, and no others.
    pub prefixes: Vec<String>,
    /// The metrics.
    pub metrics: Vec<Listed>,
}

/// A metric of an app.
#[derive(Debug)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// What it is: gauge, counter, histogram or summary.
    pub kind: &'static str,
    /// All its labels, if they are listed.
    pub labels: Option<Vec<String>>,
}

impl Catalogue {
    /// Whether it speaks of metrics of this name.
    #[must_use]
    pub fn covers(&self, name: &str) -> bool {
        self.prefixes.iter().any(|prefix| name.starts_with(prefix))
    }

    /// The metric that has a series of this name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Listed> {
        let is_part = |metric: &Listed| {
            let ends: &[&str] = match metric.kind {
                "histogram" => &["_bucket", "_sum", "_count"],
                "summary" => &["", "_sum", "_count"],
                _ => &[""],
            };
            name.strip_prefix(metric.name.as_str()).is_some_and(|end| ends.contains(&end))
        };
        self.metrics.iter().find(|metric| is_part(metric))
    }
}

/// Reads the catalogue of an app.
pub(super) fn catalogue(compiler: &mut Compiler<'_>, node: &Node) -> Catalogue {
    let mut keys = vec!["prefix"];
    keys.extend(KINDS.map(|(key, _)| key));
    unknown_keys(compiler, node, &keys, "metrics");
    let mut made = Catalogue { prefixes: texts(node.get("prefix")), metrics: Vec::new() };
    if made.prefixes.is_empty() {
        compiler.error(node.span, "a catalogue of metrics needs the prefix that its names begin with");
    }
    for (key, kind) in KINDS {
        let Some(list) = node.get(key) else { continue };
        let listed: Vec<(&Node, Option<Vec<String>>)> = match &list.value {
            Value::Mapping(_) => {
                list.entries().iter().map(|entry| (&entry.key, Some(texts(Some(&entry.value))))).collect()
            }
            _ => list.items().iter().map(|item| (item, None)).collect(),
        };
        for (named, labels) in listed {
            let name = named.text().unwrap_or_default();
            if !made.covers(name) {
                compiler.error(named.span, format!("\"{name}\" does not begin with the prefix of its catalogue"));
            }
            made.metrics.push(Listed { name: name.to_owned(), kind, labels });
        }
    }
    made
}
