//! Services that wait for each other.

use super::{known, shared};
use crate::compose::profiles::Profiles;
use crate::source::{Problem, Span};
use crate::syntax::Node;
use std::collections::{HashMap, HashSet};

/// How many names of a circle are written out.
const NAMED: usize = 6;

/// A service with the services that it needs: where each is named, and its number.
type Edges = Vec<Vec<(Span, usize)>>;

/// One problem for each service that is met again on a way that began with it.
#[must_use]
pub(super) fn of_services(root: &Node, profiles: &Profiles) -> Vec<Problem> {
    let services = root.get("services").map_or(&[][..], Node::entries);
    let numbers: HashMap<&str, usize> =
        services.iter().enumerate().map(|(number, entry)| (entry.name(), number)).collect();
    let edges: Edges = services.iter().map(|entry| needed(&entry.value, &numbers)).collect();
    let name = |number: usize| services.get(number).map_or("", |entry| entry.name());
    let mut problems = Vec::new();
    let mut done = HashSet::new();
    for start in 0..edges.len() {
        walk(start, &edges, &mut done, &mut |way, at| {
            let mut names: Vec<&str> = way.iter().take(NAMED).map(|number| name(*number)).collect();
            if way.len() > NAMED {
                names.push("...");
            }
            names.extend(way.first().map(|number| name(*number)));
            let circle = format!("services depend on each other in a circle ({})", names.join(" -> "));
            let rest = "so Compose refuses the project; break the circle";
            // Services that are off close no circle.
            let off = way.iter().find_map(|number| profiles.missing(name(*number)));
            problems.push(match off {
                None => Problem::error(at, format!("{circle}, {rest}")),
                Some(profile) => Problem::warning(at, format!("with the profile {profile} on {circle}, {rest}")),
            });
        });
    }
    problems
}

fn needed(service: &Node, numbers: &HashMap<&str, usize>) -> Vec<(Span, usize)> {
    let depends = service.get("depends_on").map_or(&[][..], Node::entries).iter();
    let depends = depends.filter_map(|entry| Some((entry.key.span, known(&entry.key)?)));
    let shared = shared(service).into_iter().map(|(node, name)| (node.span, name));
    depends.chain(shared).filter_map(|(at, name)| Some((at, *numbers.get(name)?))).collect()
}

/// Follows every way from a service, and tells each that comes back to a service on it.
fn walk(start: usize, edges: &Edges, done: &mut HashSet<usize>, tell: &mut dyn FnMut(&[usize], Span)) {
    if !done.insert(start) {
        return;
    }
    let mut way = vec![start];
    let mut on_way: HashMap<usize, usize> = HashMap::from([(start, 0)]);
    let mut next = vec![0];
    while let (Some(here), Some(position)) = (way.last().copied(), next.last_mut()) {
        let edge = edges.get(here).and_then(|edges| edges.get(*position)).copied();
        *position += 1;
        match edge {
            None => {
                way.pop();
                next.pop();
                on_way.remove(&here);
            }
            Some((at, other)) => match on_way.get(&other) {
                Some(from) => tell(way.get(*from..).unwrap_or_default(), at),
                None if done.insert(other) => {
                    on_way.insert(other, way.len());
                    way.push(other);
                    next.push(0);
                }
                None => {}
            },
        }
    }
}
