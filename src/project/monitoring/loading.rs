//! Which rules a Prometheus of these files loads, and whether it tells anybody.

use super::parts::Part;
use super::rules::place;
use crate::discovery::FileKind;
use crate::model::{Field, Object, Stack};
use crate::source::Span;
use crate::source::reader::{file_name, folder};
use crate::syntax::Node;

/// Says of every alert whether it is loaded, as far as a Prometheus here decides it.
pub(super) fn decide(stack: &mut Stack, parts: &[Part]) {
    let servers: Vec<&Part> = parts.iter().filter(|part| part.kind == FileKind::Prometheus).collect();
    let operated: Vec<usize> = (0..stack.objects.len())
        .filter(|number| {
            stack
                .objects
                .get(*number)
                .is_some_and(|it| it.kind == "Prometheus" && it.api.starts_with("monitoring.coreos.com/"))
        })
        .collect();
    for part in parts.iter().filter(|part| part.kind == FileKind::AlertRules) {
        let answer = match part.object.and_then(|number| stack.objects.get(number)) {
            Some(object) if part.is_object => {
                let prometheus = operated.iter().filter_map(|number| stack.objects.get(*number));
                by_operator(object, &prometheus.collect::<Vec<_>>())
            }
            _ => by_files(part, &servers),
        };
        let Some(answer) = answer else { continue };
        for alert in stack.alerts.iter_mut().filter(|alert| alert.kind != "grafana" && part.root.span.covers(alert.at))
        {
            alert.loaded = Field::set(answer, alert.at);
        }
    }
}

/// By the selectors of the operator's Prometheus objects: without one it loads nothing, with an empty
/// one everything.
fn by_operator(rule: &Object, servers: &[&Object]) -> Option<bool> {
    let label = |key: &str| rule.root.at(&["metadata", "labels", key]).and_then(Node::text);
    let mut answer = None;
    for server in servers {
        let selector = server.root.at(&["spec", "ruleSelector"]);
        let taken = match selector {
            None => false,
            Some(selector) if selector.get("matchExpressions").is_some() => return None,
            Some(selector) => {
                let wanted = selector.get("matchLabels").map_or(&[][..], Node::entries);
                wanted.iter().all(|entry| label(entry.name()) == entry.value.text())
            }
        };
        answer = Some(answer.unwrap_or(false) || taken);
    }
    answer
}

/// By the patterns under `rule_files`: where both are mounted into one container, by the paths there;
/// else by the paths in the tree. What only its name speaks for stays open.
fn by_files(part: &Part, servers: &[&Part]) -> Option<bool> {
    if servers.is_empty() {
        return None;
    }
    let mut perhaps = false;
    for server in servers {
        let patterns: Vec<&str> =
            server.root.get("rule_files").map_or(&[][..], Node::items).iter().filter_map(Node::text).collect();
        for (container, at) in &server.paths {
            let own = part.paths.iter().filter(|(of, _)| of == container);
            for (_, path) in own {
                if patterns.iter().any(|pattern| is_match(&absolute(folder(at), pattern), path)) {
                    return Some(true);
                }
            }
        }
        let beside = |pattern: &&str| is_match(&absolute(folder(&server.file), pattern), &part.file);
        if part.paths.is_empty() && patterns.iter().any(beside) {
            return Some(true);
        }
        perhaps |= patterns.iter().any(|pattern| is_match(file_name(pattern), file_name(&part.file)));
        // Somebody else may have it mounted for a reason.
        perhaps |= part.paths.iter().any(|(of, _)| !server.paths.iter().any(|(own, _)| own == of));
        // An unmounted server may find files that nobody mounts here either.
        perhaps |= server.paths.is_empty() && patterns.iter().any(|pattern| pattern.starts_with('/'));
    }
    (!perhaps).then_some(false)
}

/// A path of a configuration file, seen from its folder.
fn absolute(folder: &str, pattern: &str) -> String {
    let pattern = pattern.strip_prefix("./").unwrap_or(pattern);
    if pattern.starts_with('/') || folder == "." {
        pattern.to_owned()
    } else {
        format!("{}/{pattern}", folder.trim_end_matches('/'))
    }
}

/// Whether a path matches a pattern in whose last part `*` and `?` stand for characters. No `**`:
/// Prometheus has none.
fn is_match(pattern: &str, path: &str) -> bool {
    let same_folder = folder(pattern) == folder(path);
    let wanted: Vec<char> = file_name(pattern).chars().collect();
    let name: Vec<char> = file_name(path).chars().collect();
    same_folder && wild(&wanted, &name)
}

/// Goes along both, and back to the last star where they part.
fn wild(pattern: &[char], text: &[char]) -> bool {
    let (mut at, mut of) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while of < text.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, of));
                at += 1;
            }
            Some(next) if *next == '?' || Some(next) == text.get(of) => {
                at += 1;
                of += 1;
            }
            _ => match &mut star {
                Some((starred, taken)) => {
                    *taken += 1;
                    at = *starred + 1;
                    of = *taken;
                }
                None => return false,
            },
        }
    }
    pattern.get(at..).unwrap_or_default().iter().all(|next| *next == '*')
}

/// Where it shows that a Prometheus evaluates rules and names no Alertmanager. One that writes to
/// another place may be evaluated there.
pub(super) fn silent(server: &Part) -> Option<Span> {
    let root = &server.root;
    let has = |key: &str| root.get(key).is_some_and(|node| !node.items().is_empty());
    if !has("rule_files") || has("remote_write") {
        return None;
    }
    let named = root.at(&["alerting", "alertmanagers"]).map_or(&[][..], Node::items);
    let is_named = |node: &Node| {
        let targets = node.get("static_configs").map_or(&[][..], Node::items);
        let is_target = |it: &Node| !it.get("targets").map_or(&[][..], Node::items).is_empty();
        targets.iter().any(is_target) || node.entries().iter().any(|entry| entry.name().ends_with("_sd_configs"))
    };
    (!named.iter().any(is_named)).then(|| place(root, "rule_files"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_of_files_of_one_folder() {
        for (pattern, path, holds) in [
            ("rules/*.yml", "rules/a.yml", true),
            ("rules/*.yml", "rules/x/a.yml", false),
            ("/etc/p/a?.yml", "/etc/p/a1.yml", true),
            ("a.yml", "a.yml", true),
            ("*a*b", "xaybzb", true),
            ("*.rules", "a.yml", false),
        ] {
            assert_eq!(is_match(pattern, path), holds, "{pattern} {path}");
        }
    }
}
