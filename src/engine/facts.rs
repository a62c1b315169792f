//! Facts about values (RULES.md, section 3.4).

mod beside;
mod strength;
mod url;

use super::scope::{Frame, Scope};
use super::value;
use crate::model::queryable::{Datum, Slot, Thing};
use crate::model::{Reach, State};
use crate::rules::fact::Fact;
use crate::rules::literal;
use crate::source::{HOLE, OriginKind, Reason};
use std::borrow::Cow;
use std::net::IpAddr;

/// A fact about a value. What is not set, or not of the kind that the fact is about, has none.
pub(super) fn fact<'m>(fact: Fact, slot: &Slot<'m>, scope: Scope<'_, 'm>) -> Slot<'m> {
    let State::Set(datum) = &slot.state else { return of_outline(fact, slot).unwrap_or_else(|| of_unknown(slot)) };
    let made = match fact {
        Fact::Registry | Fact::Repository | Fact::Tag | Fact::Digest | Fact::Version => {
            if let Some(reason) = hidden(fact, datum, scope) {
                return Slot { state: State::Unknown(reason), ..slot.clone() };
            }
            image(fact, datum)
        }
        Fact::Mount => return mount(slot, scope),
        _ => value::text(datum).and_then(|text| of_text(fact, &text, scope)),
    };
    let is_still_secret = matches!(fact, Fact::Password | Fact::User | Fact::UrlPath);
    let state = made.map_or(State::Absent, State::Set);
    let secret = slot.secret && is_still_secret || fact == Fact::Password;
    let mut origins = slot.origins.clone();
    // The password comes from elsewhere; what stands around it stands here.
    if matches!(fact, Fact::Scheme | Fact::User | Fact::Host | Fact::Port | Fact::UrlPath)
        && let Some(here) = origins.iter().position(|origin| origin.kind == OriginKind::Composed)
    {
        origins.to_mut()[..=here].rotate_right(1);
    }
    Slot { state, secret, origins, ..slot.clone() }
}

/// A fact about a value that is not known. That the value is there says nothing of it.
fn of_unknown<'m>(slot: &Slot<'m>) -> Slot<'m> {
    let state = match &slot.state {
        State::Unknown(reason) => State::Unknown(match reason.of_rest() {
            Reason::Elsewhere { what } => Reason::Perhaps { what: what.clone() },
            why => why.clone(),
        }),
        other => other.clone(),
    };
    Slot { state, ..slot.clone() }
}

/// A part of a URL of which other parts are not known. What is not known holds no sign that parts a URL.
fn of_outline<'m>(fact: Fact, slot: &Slot<'m>) -> Option<Slot<'m>> {
    let State::Unknown(reason) = &slot.state else { return None };
    let outline = reason.outline()?.expose();
    let part = match fact {
        Fact::Scheme => url::scheme(outline).map(Cow::Borrowed),
        Fact::User => url::user(outline).map(url::decoded),
        Fact::Password => url::password(outline).map(url::decoded),
        Fact::Host => url::host(outline).map(Cow::Borrowed),
        Fact::UrlPath => url::path(outline).map(Cow::Borrowed),
        Fact::Port => {
            url::place(outline).filter(|place| !place.contains(HOLE))?;
            let port = url::port(outline).map(|port| Datum::Integer(i64::from(port)));
            let state = port.map_or(State::Absent, State::Set);
            return Some(Slot { state, origins: Cow::Borrowed(&[]), ..slot.clone() });
        }
        _ => None,
    };
    let part = part.filter(|part| !part.contains(HOLE))?;
    let state = State::Set(Datum::Text(Cow::Owned(part.into_owned())));
    let secret = slot.secret && matches!(fact, Fact::User | Fact::UrlPath) || fact == Fact::Password;
    Some(Slot { state, secret, origins: Cow::Borrowed(&[]), ..slot.clone() })
}

/// Why a part of an image is not known, if it is not.
fn hidden(fact: Fact, datum: &Datum<'_>, scope: Scope<'_, '_>) -> Option<Reason> {
    let Datum::Image(image) = datum else { return None };
    let is_known = match fact {
        Fact::Registry | Fact::Repository => image.knows_repository(),
        Fact::Digest => image.knows_digest(),
        _ => image.knows_tag(),
    };
    let of_container = || frames(scope.frame).find_map(|thing| thing.container()?.image.reason().cloned());
    (!is_known).then(|| of_container().unwrap_or(Reason::Unseen { what: "a part of the image's name".into() }))
}

fn image<'m>(fact: Fact, datum: &Datum<'m>) -> Option<Datum<'m>> {
    let Datum::Image(image) = datum else { return None };
    let text = |text: &'m str| Datum::Text(Cow::Borrowed(text));
    match fact {
        Fact::Registry => Some(text(&image.registry)),
        Fact::Repository => Some(text(image.repository.strip_prefix("library/").unwrap_or(&image.repository))),
        Fact::Tag => image.tag.as_deref().map(text),
        Fact::Digest => image.digest.as_deref().map(text),
        _ => image.tag.as_deref().filter(|tag| literal::version(tag).is_some()).map(text),
    }
}

#[allow(clippy::cast_precision_loss, reason = "lengths of texts are small")]
fn of_text<'m>(fact: Fact, text: &str, scope: Scope<'_, 'm>) -> Option<Datum<'m>> {
    let count = |number: usize| Some(Datum::Integer(i64::try_from(number).unwrap_or(i64::MAX)));
    let word = |word: &str| Some(Datum::Text(Cow::Owned(word.to_owned())));
    let part = |part: Option<&str>| part.and_then(word);
    match fact {
        Fact::Length => count(text.chars().count()),
        Fact::Bytes => count(strength::bytes(text)),
        Fact::Distinct => count(strength::distinct(text)),
        Fact::Entropy => Some(Datum::Number(strength::entropy(text))),
        Fact::Bits => Some(Datum::Number(strength::entropy(text) * text.chars().count() as f64)),
        Fact::Alphabet => word(strength::alphabet(text)),
        Fact::Placeholder => Some(Datum::Boolean(scope.around.world.is_placeholder(text))),
        Fact::Predictable => {
            let is_patterned = strength::is_patterned(text);
            Some(Datum::Boolean(is_patterned || beside::is_named(text, scope) || beside::is_made_of_names(text, scope)))
        }
        Fact::KnownDefault => Some(Datum::Boolean(scope.around.world.is_known_default(text))),
        Fact::Scheme => part(url::scheme(text)),
        Fact::User => part(url::user(text).map(url::decoded).as_deref()),
        Fact::Password => part(url::password(text).map(url::decoded).as_deref()),
        Fact::Host => part(url::host(text)),
        Fact::Port => url::port(text).map(|port| Datum::Integer(i64::from(port))),
        Fact::UrlPath => part(url::path(text)),
        Fact::Scope => word(host_scope(text)),
        Fact::Labels => count(text.trim_end_matches('.').split('.').filter(|label| !label.is_empty()).count()),
        Fact::Prefix => Network::parse(text).map(|network| Datum::Integer(i64::from(network.bits))),
        Fact::Major | Fact::Minor => {
            let numbers = literal::version(text)?;
            let number = numbers.get(usize::from(fact == Fact::Minor))?;
            Some(Datum::Integer(i64::try_from(*number).unwrap_or(i64::MAX)))
        }
        Fact::Registry | Fact::Repository | Fact::Tag | Fact::Digest | Fact::Version | Fact::Mount => None,
    }
}

/// Who may reach a host of this name.
fn host_scope(host: &str) -> &'static str {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    if bare == "localhost" || bare.ends_with(".localhost") {
        return "loopback";
    }
    if bare.parse::<IpAddr>().is_ok() {
        return match Reach::of_address(bare) {
            Reach::Loopback => "loopback",
            Reach::Private | Reach::Internal => "private",
            Reach::Public => "public",
        };
    }
    let ends = |names: &[&str]| names.iter().any(|name| bare == *name || bare.ends_with(&format!(".{name}")));
    if ends(&["example", "example.com", "example.org", "example.net", "test", "invalid"]) {
        "example"
    } else if !bare.contains('.') || ends(&["local", "internal", "lan", "home.arpa"]) {
        "private"
    } else {
        "public"
    }
}

/// The things around, the innermost first.
fn frames<'s, 'm>(frame: &'s Frame<'s, 'm>) -> impl Iterator<Item = Thing<'m>> + use<'s, 'm> {
    std::iter::successors(Some(frame), |frame| frame.outer).map(|frame| frame.thing)
}

/// The mount of the container around that holds a path: the one with the longest path.
fn mount<'m>(slot: &Slot<'m>, scope: Scope<'_, 'm>) -> Slot<'m> {
    let State::Set(datum) = &slot.state else { return slot.clone() };
    let container = frames(scope.frame).find_map(|thing| thing.container().map(|container| (thing.stack(), container)));
    let (Some(path), Some((stack, container))) = (value::text(datum), container) else { return Slot::absent(slot.at) };
    let mut best: Option<(usize, Thing<'m>)> = None;
    for mount in container.mounts.iter().filter_map(|index| stack.mounts.get(*index)) {
        match &mount.path.state {
            State::Set(at) if is_within(&path, at.expose()) => {
                let length = at.expose().trim_end_matches('/').len();
                if best.as_ref().is_none_or(|(known, _)| length >= *known) {
                    best = Some((length, Thing::Mount(stack, mount)));
                }
            }
            State::Unknown(reason) => return Slot::unknown(reason.clone(), mount.path.at),
            State::Set(_) | State::Absent => {}
        }
    }
    match best {
        Some((_, thing)) => Slot::set(Datum::Thing(thing), Some(thing.at())),
        None => match stack.open_in(crate::model::SubjectKind::Mount, container) {
            Some(gap) => Slot::unknown(gap.reason.clone(), Some(gap.at)),
            None => Slot::absent(Some(container.at)),
        },
    }
}

/// Whether a path is another or lies below it.
pub(super) fn is_within(path: &str, folder: &str) -> bool {
    crate::source::reader::is_within(path, folder.trim_end_matches('/'))
}

/// Whether a host or address is another or belongs to it: a subdomain, an address of a network.
pub(super) fn belongs(host: &str, to: &str) -> bool {
    if to.starts_with('/') {
        return is_within(host, to);
    }
    if let Some(network) = Network::parse(to) {
        return Network::parse(host).is_some_and(|inner| network.holds(inner));
    }
    let (host, to) = (host.to_ascii_lowercase(), to.to_ascii_lowercase());
    host == to || host.strip_suffix(&to).is_some_and(|rest| rest.ends_with('.'))
}

/// Addresses that share their first bits.
#[derive(Clone, Copy)]
struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    fn parse(text: &str) -> Option<Self> {
        let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Some(most), |bits| bits.parse().ok().filter(|bits| *bits <= most))?;
        Some(Self { address, bits })
    }

    fn holds(self, inner: Self) -> bool {
        let common = match (self.address, inner.address) {
            (IpAddr::V4(one), IpAddr::V4(other)) => (u32::from(one) ^ u32::from(other)).leading_zeros(),
            (IpAddr::V6(one), IpAddr::V6(other)) => (u128::from(one) ^ u128::from(other)).leading_zeros(),
            _ => return false,
        };
        inner.bits >= self.bits && common >= u32::from(self.bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_paths_and_networks_lie_inside_others() {
        for (inner, outer, holds) in [
            ("/var/lib/data/x", "/var/lib/data", true),
            ("/var/lib/database", "/var/lib/data", false),
            ("/x", "/", true),
            ("10.1.2.3", "10.0.0.0/8", true),
            ("10.0.0.0/7", "10.0.0.0/8", false),
            ("fd00::1", "fd00::/8", true),
            ("www.acme.example", "acme.example", true),
            ("notacme.example", "acme.example", false),
        ] {
            assert_eq!(belongs(inner, outer), holds, "{inner} in {outer}");
        }
        for (host, scope) in [
            ("localhost", "loopback"),
            ("::1", "loopback"),
            ("192.168.0.1", "private"),
            ("db", "private"),
            ("a.example.com", "example"),
            ("acme.io", "public"),
        ] {
            assert_eq!(host_scope(host), scope, "{host}");
        }
    }
}
