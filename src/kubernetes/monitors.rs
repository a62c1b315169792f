//! Who is asked for metrics: ServiceMonitors, PodMonitors and Probes of Prometheus' operator, those of
//! VictoriaMetrics', and the annotations that a Prometheus may look for.

use super::index::{Index, group};
use super::labels;
use super::network::Services;
use super::pod::Placed;
use super::selection::Selectable;
use super::sink::Sink;
use super::spot::Spot;
use super::workload::elsewhere;
use crate::model::{Duration, Field, Object, Scrape, Stack};
use crate::source::Text;
use crate::syntax::promql;
use hashbrown::HashMap;
use rayon::prelude::*;

/// The annotations that scrape configurations in use look for.
const SCRAPE: &str = "prometheus.io/scrape";
const PATH: &str = "prometheus.io/path";
const SCHEME: &str = "prometheus.io/scheme";

/// Adds the scrape jobs that objects and annotations ask for.
pub(super) fn lower<'t>(
    stack: &mut Stack,
    pods: &[Placed<'t>],
    (selectable, index): (&Selectable<'_, 't>, &Index<'t>),
    services: &Services<'t>,
    sink: &'t Sink,
) {
    let of_operator =
        |object: &Object| matches!(group(&object.api), "monitoring.coreos.com" | "operator.victoriametrics.com");
    let mut objects = index.of_other_groups().iter().copied().filter(|(_, object)| of_operator(object)).peekable();
    let mut found = Vec::new();
    if objects.peek().is_some() {
        let scene = Scene { stack, selectable, index, services, written: Written::new(index, sink), sink };
        for (number, object) in objects {
            let made = match object.kind.as_str() {
                "ServiceMonitor" | "VMServiceScrape" => scene.service_monitor(object),
                "PodMonitor" | "VMPodScrape" => scene.pod_monitor(object),
                "Probe" | "VMProbe" => scene.probe(object),
                _ => continue,
            };
            found.extend(made.into_iter().map(|scrape| Scrape { object: Some(number), ..scrape }));
        }
    }
    found.par_extend(annotated(pods, stack));
    found.par_extend(annotated_services(index, services, sink));
    stack.scrapes.extend(found);
}

struct Scene<'s, 'p, 't> {
    stack: &'s Stack,
    selectable: &'p Selectable<'p, 't>,
    index: &'s Index<'t>,
    services: &'s Services<'t>,
    written: Written<'t>,
    sink: &'t Sink,
}

/// The objects that are Services, by their labels.
struct Written<'t> {
    services: Vec<(&'t Object, Vec<(&'t str, &'t str)>)>,
    labelled: HashMap<(&'t str, &'t str), Vec<usize>>,
}

impl<'t> Written<'t> {
    fn new(index: &Index<'t>, sink: &'t Sink) -> Self {
        let mut labelled: HashMap<(&str, &str), Vec<usize>> = HashMap::new();
        let mut services = Vec::new();
        for &(_, object) in index.services() {
            let written = Spot::new(&object.root, object.at, "this object", sink).path(&["metadata", "labels"]);
            let own: Vec<(&str, &str)> =
                written.entries().iter().filter_map(|it| Some((it.name(), it.value.text()?))).collect();
            for label in &own {
                labelled.entry(*label).or_default().push(services.len());
            }
            services.push((object, own));
        }
        Self { services, labelled }
    }

    /// Those that a selector selects. Looks only at those that have the rarest of the wanted labels.
    fn selected(&self, selector: Spot<'t>) -> impl Iterator<Item = &'t Object> {
        let none: &[usize] = &[];
        let wanted = selector.get("matchLabels").entries().iter();
        let lists = wanted.map(|entry| {
            let label = (entry.name(), entry.value.text().unwrap_or_default());
            self.labelled.get(&label).map_or(none, Vec::as_slice)
        });
        let candidates = match lists.min_by_key(|services| services.len()) {
            Some(rarest) => rarest.to_vec(),
            None => (0..self.services.len()).collect(),
        };
        let services = candidates.into_iter().filter_map(|number| self.services.get(number));
        services.filter(move |(_, own)| labels::selects(selector, own)).map(|(object, _)| *object)
    }
}

impl<'t> Scene<'_, '_, 't> {
    fn spec(&self, object: &'t Object) -> Spot<'t> {
        Spot::new(&object.root, object.at, "this object", self.sink).get("spec")
    }

    /// Whether a monitor looks into a namespace.
    fn looks_into(&self, spec: Spot<'t>, object: &'t Object, namespace: &str) -> bool {
        let wanted = spec.get("namespaceSelector");
        let mut named = wanted.get("matchNames").items().peekable();
        if wanted.get("any").text() == Some("true") {
            return true;
        }
        match named.peek() {
            Some(_) => named.any(|item| item.text() == Some(namespace)),
            None => self.index.namespace(object) == namespace,
        }
    }

    fn service_monitor(&self, object: &'t Object) -> Vec<Scrape> {
        let spec = self.spec(object);
        let selector = spec.get("selector");
        let mut made: Vec<(Option<&str>, Scrape)> = spec
            .get("endpoints")
            .items()
            .map(|it| (it.get("port").text(), endpoint(it, object, "service-monitor")))
            .collect();
        let mut seen = false;
        for service in self.written.selected(selector) {
            let namespace = self.index.namespace(service);
            if !self.looks_into(spec, object, namespace) {
                continue;
            }
            seen = true;
            for port in self.services.get(&(namespace, service.name.as_str())).into_iter().flatten() {
                for (wanted, scrape) in &mut made {
                    if port.is(wanted.map(Err)) {
                        port.targets.iter().for_each(|target| aim(scrape, target.container()));
                    }
                }
            }
        }
        let mut made: Vec<Scrape> = made.into_iter().map(|(_, scrape)| scrape).collect();
        if !seen || selector.reason().is_some() {
            let what = format!("the Services that ServiceMonitor {} selects", object.name);
            made.iter_mut()
                .for_each(|scrape| scrape.targets.open(selector.reason().unwrap_or_else(|| elsewhere(&what))));
        }
        made
    }

    fn pod_monitor(&self, object: &'t Object) -> Vec<Scrape> {
        let spec = self.spec(object);
        let selected = self.selectable.select(spec.get("selector"), object, self.index.namespace(object));
        let endpoints = spec.get("podMetricsEndpoints").items();
        let mut made: Vec<Scrape> = endpoints.map(|it| endpoint(it, object, "pod-monitor")).collect();
        // Pods and workloads have the same numbers.
        let containers =
            selected.pods.iter().filter_map(|pod| self.stack.workloads.get(*pod)).flat_map(|it| &it.containers);
        let containers: Vec<usize> = containers.copied().collect();
        for scrape in &mut made {
            containers.iter().for_each(|container| aim(scrape, *container));
            if let Some((_, reason)) = selected.perhaps.first() {
                scrape.targets.open(reason.clone());
            } else if selected.pods.is_empty() {
                // Pods that an operator makes; those of the files have other labels.
                scrape.others = true;
                scrape.targets.open(elsewhere(&format!("the pods that PodMonitor {} selects", object.name)));
            }
        }
        made
    }

    fn probe(&self, object: &'t Object) -> Vec<Scrape> {
        let spec = self.spec(object);
        let mut scrape = endpoint(spec, object, "probe");
        scrape.path = Field::default(Text::from("/probe"), scrape.at);
        for target in spec.path(&["targets", "staticConfig", "static"]).items() {
            let address = target.guarded();
            if let Some(text) = address.value().map(Text::expose) {
                self.stack.containers_at(text).into_iter().for_each(|container| aim(&mut scrape, container));
            }
            scrape.addresses.push(address);
        }
        if scrape.targets.items.is_empty() {
            scrape.targets.open(elsewhere(&format!("what Probe {} asks", object.name)));
        }
        vec![scrape]
    }
}

/// What an endpoint of a monitor says.
fn endpoint(spot: Spot, object: &Object, kind: &'static str) -> Scrape {
    let mut scrape = Scrape::new(object.name.as_str(), kind, object.at);
    let path = spot.get("path");
    if path.is_written() {
        scrape.path = path.guarded();
    }
    let every = ["interval", "scrapeInterval"].map(|key| spot.get(key)).into_iter().find(|spot| spot.is_written());
    if let Some(every) = every {
        scrape.interval =
            every.field("a length of time such as 30s", |node| promql::duration(node.text()?).map(Duration));
    }
    let scheme = spot.get("scheme");
    if scheme.is_written() {
        scrape.tls = scheme.string().map(|scheme| scheme == "https");
    }
    let keys = ["authorization", "basicAuth", "bearerTokenSecret", "bearerTokenFile", "oauth2"];
    if let Some(written) = keys.map(|key| spot.get(key)).into_iter().find(|spot| spot.is_written()) {
        scrape.auth = Field::set("reference".to_owned(), written.at);
    }
    scrape
}

fn aim(scrape: &mut Scrape, container: usize) {
    if !scrape.targets.items.iter().any(|known| known.value() == Some(&container)) {
        let at = scrape.at;
        scrape.targets.push(container, at);
    }
}

/// Pods that are annotated to be asked.
fn annotated(pods: &[Placed<'_>], stack: &Stack) -> impl ParallelIterator<Item = Scrape> {
    pods.par_iter().enumerate().filter_map(|(number, placed)| {
        let notes = placed.pod.template.path(&["metadata", "annotations"]);
        let mut scrape = of_annotations(notes, &placed.pod.owner.name)?;
        for container in stack.workloads.get(number).map_or(&[][..], |it| &it.containers) {
            aim(&mut scrape, *container);
        }
        Some(Scrape { object: Some(placed.pod.object), ..scrape })
    })
}

/// Services that are annotated to be asked.
fn annotated_services<'t>(
    index: &Index<'t>,
    services: &Services<'t>,
    sink: &'t Sink,
) -> impl ParallelIterator<Item = Scrape> {
    index.services().par_iter().filter_map(move |(number, object)| {
        let root = Spot::new(&object.root, object.at, "this object", sink);
        let mut scrape = of_annotations(root.path(&["metadata", "annotations"]), &object.name)?;
        let ports = services.get(&(index.namespace(object), object.name.as_str()));
        for target in ports.into_iter().flatten().flat_map(|port| &port.targets) {
            aim(&mut scrape, target.container());
        }
        Some(Scrape { object: Some(*number), ..scrape })
    })
}

fn of_annotations(notes: Spot, name: &str) -> Option<Scrape> {
    let asked = notes.entries().iter().find(|entry| entry.name() == SCRAPE && entry.value.text() == Some("true"))?;
    let mut scrape = Scrape::new(name, "annotation", asked.key.span);
    let path = notes.get(PATH);
    if path.is_written() {
        scrape.path = path.guarded();
    }
    let scheme = notes.get(SCHEME);
    if scheme.is_written() {
        scrape.tls = scheme.string().map(|scheme| scheme == "https");
    }
    Some(scrape)
}
