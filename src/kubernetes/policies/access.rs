//! Roles, joined with their bindings and the accounts that pods run under.

use super::{Made, Scene, given};
use crate::kubernetes::spot::Spot;
use crate::kubernetes::workload::elsewhere;
use crate::model::{AccessRule, Binding, Field, Object, Policy, PolicyKind};
use crate::source::Reason;
use std::collections::HashMap;

/// The roles of a stack, and those that it binds without defining them.
pub(super) fn lower(scene: &Scene<'_, '_, '_>) -> Vec<Made> {
    let mut roles = Vec::new();
    let mut by_object = HashMap::new();
    let mut bindings = Vec::new();
    for &(number, object) in scene.index.of_other_groups() {
        if super::group(&object.api) != "rbac.authorization.k8s.io" {
            continue;
        }
        match object.kind.as_str() {
            "Role" | "ClusterRole" => {
                by_object.insert(number, roles.len());
                roles.push(role(scene, number, object));
            }
            "RoleBinding" | "ClusterRoleBinding" => bindings.push((number, object)),
            _ => {}
        }
    }
    for (number, object) in bindings {
        bind(scene, number, object, &mut roles, &by_object);
    }
    if roles.is_empty() {
        return Vec::new();
    }
    let holders = Holders::new(scene);
    roles.into_iter().map(|policy| holders.made(policy)).collect()
}

fn role<'t>(scene: &Scene<'_, '_, 't>, number: usize, object: &'t Object) -> Policy {
    let mut policy = scene.policy(PolicyKind::Access, number, object);
    if object.kind == "ClusterRole" {
        policy.namespace = None;
    }
    let root = scene.root(object);
    let written = root.get("rules");
    policy.rules = written.items().map(allowed).collect();
    if root.get("aggregationRule").is_written() {
        let what = format!("what ClusterRole {} gathers from other roles", object.name);
        policy.rules_more = Some(Reason::Unseen { what: what.into() });
    } else {
        policy.rules_more = written.reason();
    }
    policy.bound_more = Some(elsewhere(&format!("a binding of {} {}", object.kind, object.name)));
    policy
}

fn allowed(rule: Spot) -> AccessRule {
    let words = |key: &'static str| {
        let list = rule.get(key);
        match list.reason() {
            Some(reason) => Field::unknown(reason, list.at),
            None if !list.is_written() => Field::absent(rule.at),
            None => Field::set(list.items().map(Spot::string).collect(), list.at),
        }
    };
    AccessRule {
        verbs: words("verbs"),
        resources: words("resources"),
        groups: words("apiGroups"),
        names: words("resourceNames"),
        at: rule.at,
    }
}

/// Adds the subjects of a binding to its role.
fn bind<'t>(
    scene: &Scene<'_, '_, 't>,
    number: usize,
    object: &'t Object,
    roles: &mut Vec<Policy>,
    by_object: &HashMap<usize, usize>,
) {
    let root = scene.root(object);
    let role = root.get("roleRef");
    let Some(name) = role.get("name").text() else { return };
    let kind = if role.get("kind").text() == Some("Role") { "Role" } else { "ClusterRole" };
    let everywhere = object.kind == "ClusterRoleBinding";
    let namespace = scene.index.namespace(object);
    let known = scene.index.find(kind, namespace, name).and_then(|found| by_object.get(&found).copied());
    let policy = match known.and_then(|known| roles.get_mut(known)) {
        Some(policy) => policy,
        None => {
            roles.push(foreign(scene, number, object, kind, role.get("name")));
            let Some(policy) = roles.last_mut() else { return };
            policy
        }
    };
    let subjects = root.get("subjects");
    for subject in subjects.items() {
        let Some(name) = subject.get("name").text() else { continue };
        let kind = subject.get("kind").text().unwrap_or("ServiceAccount").to_ascii_lowercase();
        let own = subject.get("namespace").text().unwrap_or(namespace);
        let namespace = (kind == "serviceaccount").then(|| own.to_owned());
        policy.bound_to.push(Binding { kind, name: name.to_owned(), namespace, everywhere, at: subject.at });
    }
    if let Some(reason) = subjects.reason() {
        policy.bound_more = Some(reason);
    } else if !policy.bound_to.is_empty() {
        policy.bound_more = None;
    }
}

/// A role that is bound but not defined here. What those of every cluster allow is known all the same.
fn foreign<'t>(scene: &Scene<'_, '_, 't>, number: usize, object: &'t Object, kind: &str, name: Spot<'t>) -> Policy {
    let mut policy = scene.policy(PolicyKind::Access, number, object);
    policy.name = name.text().unwrap_or_default().to_owned();
    policy.at = name.node.map_or(object.at, |node| node.span);
    if kind == "ClusterRole" {
        policy.namespace = None;
    }
    match given::rules(kind, &policy.name, policy.at) {
        Some(rules) => policy.rules = rules,
        None => policy.rules_more = Some(elsewhere(&format!("{kind} {}", policy.name))),
    }
    policy
}

/// Workloads by the accounts that they run under.
struct Holders<'s> {
    accounts: HashMap<(&'s str, &'s str), Vec<usize>>,
    namespaces: HashMap<&'s str, Vec<usize>>,
    /// Those that run under an account that nobody knows.
    hidden: Vec<(usize, Reason)>,
}

impl<'s> Holders<'s> {
    fn new(scene: &Scene<'s, '_, '_>) -> Self {
        let mut holders = Self { accounts: HashMap::new(), namespaces: HashMap::new(), hidden: Vec::new() };
        for (number, (workload, placed)) in scene.stack.workloads.iter().zip(scene.pods).enumerate() {
            let namespace = placed.pod.namespace;
            match (workload.identity.value(), workload.identity.reason()) {
                (Some(account), _) => holders.accounts.entry((namespace, account)).or_default().push(number),
                (None, Some(reason)) => holders.hidden.push((number, reason.clone())),
                (None, None) => {}
            }
            holders.namespaces.entry(namespace).or_default().push(number);
        }
        holders
    }

    /// The workloads that a role is given to.
    fn made(&self, mut policy: Policy) -> Made {
        let mut holders: Vec<usize> = Vec::new();
        for binding in &policy.bound_to {
            match (binding.kind.as_str(), binding.name.strip_prefix("system:serviceaccounts")) {
                ("serviceaccount", _) => {
                    let namespace = binding.namespace.as_deref().unwrap_or_default();
                    holders.extend(self.accounts.get(&(namespace, binding.name.as_str())).into_iter().flatten());
                }
                ("group", Some("")) => holders.extend(self.namespaces.values().flatten()),
                ("group", Some(namespace)) => {
                    let namespace = namespace.trim_start_matches(':');
                    holders.extend(self.namespaces.get(namespace).into_iter().flatten());
                }
                _ => {}
            }
        }
        holders.sort_unstable();
        holders.dedup();
        policy.selects = holders;
        policy.selects_more =
            policy.bound_more.clone().or_else(|| self.hidden.first().map(|(_, reason)| reason.clone()));
        // A role that nothing here binds does not open the policies of every workload.
        let perhaps = if policy.bound_to.is_empty() { Vec::new() } else { self.hidden.clone() };
        Made { policy, perhaps }
    }
}
