//! Which pods a label selector of a namespace selects.

use super::index::Index;
use super::labels;
use super::pod::{Placed, Pod};
use super::spot::Spot;
use super::workload::elsewhere;
use crate::model::Object;
use crate::source::Reason;
use hashbrown::HashMap;

/// The pods of a stack by their labels and namespaces.
pub(super) struct Selectable<'p, 't> {
    pods: &'p [Placed<'t>],
    labelled: HashMap<(&'t str, &'t str), Vec<usize>>,
    namespaces: HashMap<&'t str, Vec<usize>>,
    /// Those whose labels cannot be seen.
    hidden: Vec<usize>,
    /// Whether objects that write no namespace may be in any: several are written elsewhere.
    any_namespace: bool,
}

/// Pods that something selects.
#[derive(Default)]
pub(super) struct Selected {
    /// Their positions, in order.
    pub pods: Vec<usize>,
    /// Pods that it may select too, and why nobody knows.
    pub perhaps: Vec<(usize, Reason)>,
}

impl<'p, 't> Selectable<'p, 't> {
    /// Indexes pods.
    pub fn new(pods: &'p [Placed<'t>], index: &Index<'t>) -> Self {
        let mut labelled: HashMap<(&str, &str), Vec<usize>> = HashMap::with_capacity(pods.len());
        let mut namespaces: HashMap<&str, Vec<usize>> = HashMap::new();
        let mut hidden = Vec::new();
        for (number, placed) in pods.iter().enumerate() {
            for label in &placed.pod.labels {
                labelled.entry(*label).or_default().push(number);
            }
            namespaces.entry(placed.pod.namespace).or_default().push(number);
            if placed.pod.hidden_labels.is_some() || !placed.pod.hides.is_empty() {
                hidden.push(number);
            }
        }
        Self { pods, labelled, namespaces, hidden, any_namespace: index.has_namespaces() }
    }

    /// Selects by a `labelSelector` in the namespace of an object. A selector that is not written
    /// selects nothing.
    pub fn select(&self, selector: Spot<'t>, of: &Object, namespace: &str) -> Selected {
        if !selector.is_written() {
            return Selected::default();
        }
        self.selected(selector.get("matchLabels"), of, namespace, |pod| labels::selection(selector, pod))
    }

    /// Selects by a plain mapping of labels in the namespace of an object.
    pub fn having(&self, wanted: Spot<'t>, of: &Object, namespace: &str) -> Selected {
        self.selected(wanted, of, namespace, |pod| labels::having(wanted, pod))
    }

    fn selected(
        &self,
        wanted: Spot<'t>,
        of: &Object,
        namespace: &str,
        chosen: impl Fn(&Pod) -> Result<bool, Reason>,
    ) -> Selected {
        // Looks only at the pods that have the rarest of the wanted labels.
        let none = Vec::new();
        let lists = wanted.entries().iter().filter(|entry| entry.name() != labels::POD_NAME).map(|entry| {
            let label = (entry.name(), entry.value.text().unwrap_or_default());
            self.labelled.get(&label).unwrap_or(&none)
        });
        let here = self.namespaces.get(namespace).unwrap_or(&none);
        let rarest = if wanted.reason().is_some() { None } else { lists.min_by_key(|pods| pods.len()) };
        let mut candidates = match rarest {
            Some(pods) => pods.clone(),
            None if self.any_namespace => (0..self.pods.len()).collect(),
            None => here.clone(),
        };
        candidates.extend(&self.hidden);
        candidates.sort_unstable();
        candidates.dedup();
        self.chosen(candidates, of, namespace, chosen)
    }

    fn chosen(
        &self,
        candidates: Vec<usize>,
        of: &Object,
        namespace: &str,
        chosen: impl Fn(&Pod) -> Result<bool, Reason>,
    ) -> Selected {
        let mut selected = Selected::default();
        for number in candidates {
            let Some(pod) = self.pods.get(number).map(|placed| &placed.pod) else { continue };
            let one_unwritten = of.namespace.is_some() != pod.owner.namespace.is_some();
            let unclear = self.any_namespace && one_unwritten;
            if pod.namespace != namespace && !unclear {
                continue;
            }
            match chosen(pod) {
                Ok(true) if unclear => {
                    let unwritten = if of.namespace.is_none() { of } else { pod.owner };
                    let what = format!("the namespace of {} {}", unwritten.kind, unwritten.name);
                    selected.perhaps.push((number, elsewhere(&what)));
                }
                Ok(true) => selected.pods.push(number),
                Ok(false) => {}
                Err(reason) => selected.perhaps.push((number, reason)),
            }
        }
        selected
    }
}
