//! Rights of a service.

use super::place::{Place, or_default};
use crate::model::Field;
use crate::syntax::{Entry, Node};

/// What `privileged` and `security_opt` say.
pub(super) struct Security {
    pub privileged: Field<bool>,
    pub escalation: Field<bool>,
    pub seccomp: Field<String>,
    pub apparmor: Field<String>,
    pub selinux: Field<String>,
}

impl Security {
    pub fn of(service: Place<'_>) -> Self {
        let privileged = or_default(service.get("privileged").boolean(), false);
        let options = service.get("security_opt");
        let mut security = Self {
            escalation: Field::default(true, options.at),
            seccomp: Field::default("RuntimeDefault".to_owned(), options.at),
            apparmor: Field::absent(options.at),
            selinux: Field::absent(options.at),
            privileged: Field::absent(options.at),
        };
        for item in options.items() {
            if let Some(reason) = item.hidden() {
                // It may be any of them.
                security.escalation = Field::unknown(reason.clone(), item.at);
                for field in [&mut security.seccomp, &mut security.apparmor, &mut security.selinux] {
                    *field = Field::unknown(reason.clone(), item.at);
                }
                continue;
            }
            let Some(text) = item.node.and_then(Node::text) else { continue };
            let (name, value) = text.split_once([':', '=']).unwrap_or((text, ""));
            let word = |value: &str| item.string().map(|_| value.to_owned());
            match name {
                "no-new-privileges" => {
                    security.escalation = item.read("no-new-privileges:true", |_| Some(value == "false"))
                }
                "seccomp" => security.seccomp = word(if value == "unconfined" { "Unconfined" } else { value }),
                "apparmor" => security.apparmor = word(if value == "unconfined" { "Unconfined" } else { value }),
                "label" => security.selinux = word(value),
                _ => {}
            }
        }
        // Who has all rights need not gain any, and runs without a profile.
        if privileged.value() == Some(&true) {
            security.seccomp = Field {
                state: crate::model::State::Set("Unconfined".to_owned()),
                at: privileged.at,
                provenance: privileged.provenance.clone(),
            };
            security.escalation =
                Field { state: privileged.state.clone(), at: privileged.at, provenance: privileged.provenance.clone() };
        }
        if let (Some(reason), Some(at)) = (privileged.reason(), privileged.at) {
            // It decides these two, unless they come to the same.
            if security.seccomp.value().is_none_or(|profile| profile != "Unconfined") {
                security.seccomp = Field::unknown(reason.clone(), at);
            }
            if security.escalation.value() != Some(&true) {
                security.escalation = Field::unknown(reason.clone(), at);
            }
        }
        security.privileged = privileged;
        security
    }
}

/// A list of capabilities, upper case and without `CAP_`.
pub(super) fn capabilities(place: Place<'_>) -> Field<Vec<Field<String>>> {
    let plain = |name: String| {
        let upper = name.to_ascii_uppercase();
        upper.strip_prefix("CAP_").unwrap_or(&upper).to_owned()
    };
    place.texts().map(|names| names.into_iter().map(|name| name.map(plain)).collect())
}

/// The devices, by their path on the host.
pub(super) fn devices(place: Place<'_>) -> Field<Vec<Field<String>>> {
    if !place.is_there() {
        return Field::absent(place.at);
    }
    let at = place.node.map_or(place.at, |node| node.span);
    let source = |item: Place<'_>| {
        if item.node.is_some_and(|node| node.as_mapping().is_some()) {
            item.get("source").string()
        } else {
            item.string().map(|text| text.split(':').next().unwrap_or_default().to_owned())
        }
    };
    Field::set(place.items().map(source).collect(), at)
}

/// The keys of a mapping.
pub(super) fn names(place: Place<'_>) -> Field<Vec<Field<String>>> {
    if !place.is_there() {
        return Field::absent(place.at);
    }
    let name = |entry: &Entry| Field::set(entry.name().to_owned(), entry.key.span);
    Field::set(place.entries().iter().map(name).collect(), place.at)
}

/// The namespaces of the host that the service shares.
pub(super) fn host_namespaces(service: Place<'_>) -> Field<Vec<Field<String>>> {
    let keys = [("network_mode", "network"), ("pid", "pid"), ("ipc", "ipc"), ("uts", "uts"), ("userns_mode", "user")];
    let mut shared = Vec::new();
    for (key, word) in keys {
        let place = service.get(key);
        if place.is_there() {
            let mode = place.string();
            if mode.value().is_some_and(|mode| mode == "host") || mode.reason().is_some() {
                shared.push(mode.map(|_| word.to_owned()));
            }
        }
    }
    if shared.is_empty() { Field::absent(service.at) } else { Field::set(shared, service.at) }
}
