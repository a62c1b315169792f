//! Ports of a service and how each can be reached.

use super::place::{Place, or_default};
use crate::model::{Container, Exposure, Field, Gap, Reach, Stack, State, SubjectKind, Via};
use crate::source::Reason;
use crate::syntax::Node;

/// How many ports of one service are listed one by one.
const MOST: usize = 256;

/// The first and last port of `PORT[-PORT][/PROTOCOL]`.
fn range(text: &str) -> Option<(i64, i64)> {
    let ports = text.split('/').next()?;
    let (first, last) = ports.split_once('-').unwrap_or((ports, ports));
    let (first, last) = (first.trim().parse::<u16>().ok()?, last.trim().parse::<u16>().ok()?);
    (first <= last).then_some((first.into(), last.into()))
}

/// Adds the exposures of a service.
pub(super) fn add(service: Place<'_>, number: usize, stack: &mut Stack, container: &mut Container) {
    let mut exposures = Vec::new();
    let mode = service.get("network_mode");
    let on_host = mode.known() == Some("host");
    // A mode that is not known may be the host's, with all ports that the process listens on.
    let perhaps = mode.hidden();
    if let Some(reason) = &perhaps {
        let at = mode.node.map_or(mode.at, |node| node.span);
        stack.gaps.push(Gap::new(&[SubjectKind::Exposure], reason.clone(), at));
    }
    let place = service.get("ports");
    for item in place.items() {
        if item.node.is_some_and(|node| node.as_mapping().is_some()) {
            exposures.push(published(item, number, on_host.then_some(mode)));
        }
    }
    for item in service.get("expose").items() {
        let protocol =
            item.node.and_then(Node::text).and_then(|text| text.split_once('/')).map(|(_, protocol)| protocol);
        let known = item.read("a port or a range of ports", range);
        let ports = match &known.state {
            State::Set((first, last)) => {
                let each = (*first..=*last).take(MOST.saturating_sub(exposures.len()).max(1));
                each.map(|port| Field { provenance: known.provenance.clone(), ..Field::set(port, item.at) }).collect()
            }
            _ => vec![known.map(|(first, _)| first)],
        };
        for port in ports {
            exposures.push(Exposure {
                container: number,
                port,
                host_port: Field::absent(item.at),
                host_ip: Field::absent(item.at),
                protocol: Field::set(protocol.unwrap_or("tcp").to_owned(), item.at),
                reach: if on_host {
                    Field::set(Reach::Public, mode.node.map_or(mode.at, |node| node.span))
                } else {
                    Field::set(Reach::Internal, item.at)
                },
                via: if on_host { Via::HostNetwork } else { Via::Internal },
                purpose: None,
                at: item.at,
            });
        }
    }
    if on_host && exposures.is_empty() {
        let at = mode.node.map_or(mode.at, |node| node.span);
        exposures.push(Exposure {
            container: number,
            port: Field::unknown(Reason::Image { what: "the ports that it listens on".into() }, at),
            host_port: Field::absent(at),
            host_ip: Field::absent(at),
            protocol: Field::default("tcp".to_owned(), at),
            reach: Field::set(Reach::Public, at),
            via: Via::HostNetwork,
            purpose: None,
            at,
        });
    }
    for mut exposure in exposures {
        if let Some(reason) = perhaps.as_ref().filter(|_| exposure.reach.value() != Some(&Reach::Public)) {
            exposure.reach = Field::unknown(reason.clone(), exposure.at);
        }
        container.exposures.push(stack.exposures.len());
        stack.exposures.push(exposure);
    }
}

fn published(item: Place<'_>, number: usize, host: Option<Place<'_>>) -> Exposure {
    let address = item.get("host_ip");
    let published = item.get("published");
    let reach = match host {
        // The host's own network: what is published here is ignored.
        Some(mode) => Field::set(Reach::Public, mode.node.map_or(mode.at, |node| node.span)),
        None if address.is_there() => {
            let read = address.read("an address", |text| Some(Reach::of_address(text)));
            Field { at: read.at.or(Some(item.at)), ..read }
        }
        None => match published.string() {
            // A variable in front of the port may hold an address as well.
            Field { state: State::Unknown(reason @ Reason::UnsetVariable { .. }), .. } => {
                Field::unknown(reason, item.at)
            }
            field => {
                let at = item.at;
                Field { provenance: field.provenance, ..Field::set(Reach::Public, at) }
            }
        },
    };
    let port = |place: Place<'_>| {
        place.read("a port", |text| text.split('-').next().and_then(|port| port.trim().parse().ok()))
    };
    Exposure {
        container: number,
        port: port(item.get("target")),
        host_port: port(published),
        host_ip: address.string(),
        protocol: or_default(item.get("protocol").string(), "tcp".to_owned()),
        reach,
        via: if host.is_some() { Via::HostNetwork } else { Via::Port },
        purpose: None,
        at: item.at,
    }
}
