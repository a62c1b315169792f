//! Probes.

use super::spot::{Spot, integer, or_default};
use crate::model::{Duration, Field, Probe, ProbeKind, State};
use crate::source::Text;
use crate::syntax::Node;

/// The probes that Kubernetes knows, by their keys.
const KINDS: [(ProbeKind, &str); 3] = [
    (ProbeKind::Liveness, "livenessProbe"),
    (ProbeKind::Readiness, "readinessProbe"),
    (ProbeKind::Startup, "startupProbe"),
];

/// Failures in a row that count, where nothing is written.
const FAILURES: i64 = 3;

/// Seconds between two probes, where nothing is written.
const PERIOD: i64 = 10;

/// All probes of a container.
pub(super) fn read(container: Spot) -> Vec<(ProbeKind, Field<Probe>)> {
    let probes = KINDS.iter().map(|(kind, key)| {
        let spot = container.get(key);
        (*kind, spot.field("a mapping", |node| node.as_mapping().map(|_| probe(container, spot))))
    });
    probes.collect()
}

fn probe(container: Spot, spot: Spot) -> Probe {
    let http = spot.get("httpGet");
    let path = http.get("path").guarded();
    let port = [http, spot.get("tcpSocket"), spot.get("grpc")].into_iter().find(|way| way.is_written());
    Probe {
        path: if http.is_written() { or_default(path, "/".into()) } else { path },
        port: port.map_or_else(|| Field::absent(spot.at), |way| self::port(container, way.get("port"))),
        command: command(spot.path(&["exec", "command"])),
        budget: budget(spot),
    }
}

/// A port by number or by the name that the container gives it.
pub(super) fn port(container: Spot, spot: Spot) -> Field<i64> {
    spot.field("a port number or the name of a port of this container", |node| {
        integer(node).or_else(|| {
            let name = node.text()?;
            let named = container.get("ports").items().find(|port| port.get("name").text() == Some(name))?;
            named.get("containerPort").integer().value().copied()
        })
    })
}

fn command(spot: Spot) -> Field<Text> {
    spot.field("a list", |node| {
        let words = node.items().iter().filter_map(Node::text).collect::<Vec<_>>();
        node.as_scalar().is_none().then(|| Text::from(words.join(" ")))
    })
}

/// How long a fault may last before it counts.
fn budget(spot: Spot) -> Field<Duration> {
    let failures = or_default(spot.get("failureThreshold").integer(), FAILURES);
    let period = or_default(spot.get("periodSeconds").integer(), PERIOD);
    let state = match (failures.state, period.state) {
        (State::Set(failures), State::Set(period)) => {
            State::Set(Duration::seconds(u64::try_from(failures.saturating_mul(period)).unwrap_or(0)))
        }
        (State::Unknown(reason), _) | (_, State::Unknown(reason)) => State::Unknown(reason),
        _ => State::Absent,
    };
    // Where one of the two is written, the budget was chosen; point there.
    if failures.provenance.is_none() {
        Field { state, at: failures.at, provenance: None }
    } else {
        Field { state, at: period.at, provenance: period.provenance }
    }
}
