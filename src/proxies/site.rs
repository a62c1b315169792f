//! What a proxy serves for a host on its plain and on its TLS ports, joined into one edge.

use crate::model::{Edge, Field};
use crate::source::Span;

/// What is served for a host on ports of one kind, plain or TLS.
pub struct Site {
    /// What is known of it. `redirects` is only looked at where it is plain: whether all that it
    /// serves is sent on to HTTPS. `tls` is `none` where it is plain.
    pub edge: Edge,
    /// Whether its ports are plain.
    pub plain: bool,
    /// Whether it answers for hosts that no other site names.
    pub fallback: bool,
    /// The ports that it listens on.
    pub ports: Vec<u16>,
    /// The hosts that requests are handed to.
    pub targets: Vec<String>,
    /// What becomes of plain HTTP for a host that is served over TLS, where the proxy sees to that by
    /// itself.
    pub redirected: Option<Field<bool>>,
    /// The place of the block that says all this: several names of one server share it.
    pub block: Span,
}

/// An edge with what has to be looked up in a stack.
pub struct Served {
    /// The edge; its upstreams and its reach are not known yet.
    pub edge: Edge,
    /// The ports that it is served on.
    pub ports: Vec<u16>,
    /// The hosts that requests are handed to.
    pub targets: Vec<String>,
}

/// Joins the sites of each host: that with TLS says how it is served, the plain one whether plain HTTP
/// is sent on. Hosts of the same blocks are one edge.
#[must_use]
pub fn edges(sites: Vec<Site>) -> Vec<Served> {
    // What answers for hosts that no plain site names.
    let fallback = sites.iter().filter(|site| site.plain);
    let usual = fallback.clone().find(|site| site.fallback && site.ports.contains(&80));
    let fallback = usual.or_else(|| fallback.clone().find(|site| site.fallback)).or_else(|| {
        let mut unnamed = fallback.filter(|site| site.edge.host.is_absent());
        unnamed.next()
    });
    let fallback = fallback.map(|site| Fallback {
        redirects: site.edge.redirects.clone(),
        host: site.edge.host.value().cloned(),
        is_usual: site.ports.is_empty() || site.ports.contains(&80),
        targets: site.targets.clone(),
    });
    let any_plain = sites.iter().any(|site| site.plain);
    let mut hosts: Vec<(Option<String>, Vec<Site>)> = Vec::new();
    // Who serves every host on a port of its own serves something of its own, such as a page of statistics.
    let is_usual = |site: &Site| site.ports.is_empty() || site.ports.iter().any(|port| matches!(port, 80 | 443));
    let is_near = |site: &Site, other: &Site| {
        site.block == other.block || site.ports == other.ports || (is_usual(site) && is_usual(other))
    };
    for site in sites {
        // Hosts that are not known are no two times the same.
        let known = site.edge.host.reason().is_none();
        let host = site.edge.host.value().cloned();
        let joins = |list: &[Site]| host.is_some() || list.iter().any(|other| is_near(&site, other));
        match hosts.iter_mut().find(|(have, list)| known && *have == host && joins(list)) {
            Some((_, list)) => list.push(site),
            None => hosts.push((host, vec![site])),
        }
    }
    let mut served: Vec<(Vec<(Span, bool)>, Served)> = Vec::new();
    for (host, list) in hosts {
        let blocks: Vec<(Span, bool)> = list.iter().map(|site| (site.block, site.plain)).collect();
        let (plain, mut secure): (Vec<Site>, Vec<Site>) = list.into_iter().partition(|site| site.plain);
        let redirects = plain
            .iter()
            .map(|site| &site.edge.redirects)
            .max_by_key(|field| match field.value() {
                Some(true) => 0,
                None => 1,
                Some(false) => 2,
            })
            .cloned();
        let ports = plain.iter().chain(&secure).flat_map(|site| site.ports.clone()).collect();
        let mut main = if secure.is_empty() { plain.into_iter().collect() } else { std::mem::take(&mut secure) };
        let rest = main.split_off(1);
        let Some(first) = main.pop() else { continue };
        let (is_plain, at, redirected) = (first.plain, first.edge.at, first.redirected);
        let mut one = Served { edge: first.edge, ports, targets: first.targets };
        for site in rest {
            one.edge.routes.extend(site.edge.routes);
            one.targets.extend(site.targets);
        }
        one.edge.redirects = match (redirects.or(redirected), &fallback) {
            (Some(redirects), _) => redirects,
            // Nothing listens for plain HTTP.
            (None, _) if !any_plain => Field::set(true, at),
            (None, Some(other)) if !is_plain && other.host != host && other.serves(&one.targets) => {
                other.redirects.clone()
            }
            (None, _) => Field::set(true, at),
        };
        match served.iter_mut().find(|(have, other)| *have == blocks && is_same(other, &one)) {
            // One fault of one block is one fault, whatever the block is called.
            Some((_, other)) => other.edge.aliases.push(one.edge.host),
            None => served.push((blocks, one)),
        }
    }
    served.into_iter().map(|(_, served)| served).collect()
}

/// What answers over plain HTTP for hosts that no plain site names.
struct Fallback {
    redirects: Field<bool>,
    host: Option<String>,
    /// Whether clients come there without naming a port.
    is_usual: bool,
    targets: Vec<String>,
}

impl Fallback {
    /// Whether it has to do with a host that is served over TLS with these targets: on a port of its own
    /// it may serve something else.
    fn serves(&self, targets: &[String]) -> bool {
        self.is_usual
            || self.redirects.value() != Some(&false)
            || targets.is_empty()
            || self.targets.iter().any(|target| targets.contains(target))
    }
}

/// Whether two hosts of the same blocks are served alike.
fn is_same(one: &Served, other: &Served) -> bool {
    one.edge.tls.state == other.edge.tls.state
        && one.edge.redirects.state == other.edge.redirects.state
        && one.edge.routes.len() == other.edge.routes.len()
        && one.ports == other.ports
        && one.targets == other.targets
}
