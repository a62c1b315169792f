//! What may have been meant by a key that is not known where it stands.

use super::kinds::Keys;
use super::service::SERVICE;
use crate::source::nearest::nearest;

/// The sections of a service that a key may have slipped out of.
const SECTIONS: [&str; 4] = ["deploy", "build", "healthcheck", "logging"];

/// How deep sections lie within each other.
const DEPTH: usize = 4;

/// The end of the sentence that says so, with what to do. `around` are the mappings around this
/// one, the outermost first.
pub(super) fn hint(name: &str, keys: &'static Keys, around: &[&'static Keys]) -> String {
    let near = nearest(name, keys.keys.iter().map(|(key, _)| *key));
    let meant = |key: &str| format!("; did you mean \"{key}\"?");
    let is_plural = |key: &str| key.strip_suffix('s') == Some(name) || name.strip_suffix('s') == Some(key);
    if let Some((_, key)) = near.filter(|(_, key)| is_plural(key)) {
        return meant(key);
    }
    if let Some(path) = below(name, keys, DEPTH) {
        return format!("; it belongs under {path}");
    }
    if let Some(outer) = around.iter().rev().find(|outer| outer.get(name).is_some()) {
        return format!("; it is a key of {}, so indent it less", outer.of);
    }
    let elsewhere =
        || below(name, &SERVICE, DEPTH).filter(|path| SECTIONS.iter().any(|section| path.starts_with(section)));
    if let Some((1, key)) = near {
        return meant(key);
    }
    if around.iter().any(|outer| std::ptr::eq(*outer, &raw const SERVICE))
        && let Some(path) = elsewhere()
    {
        return format!("; in a service it belongs under {path}");
    }
    match near {
        Some((_, key)) => meant(key),
        None => "; take it out, or begin its name with x- to keep it".to_owned(),
    }
}

/// The path of the section below these keys that has a key of this name; the nearest one first.
fn below(name: &str, keys: &'static Keys, depth: usize) -> Option<String> {
    let sections = || keys.keys.iter().filter_map(|(key, shape)| Some((*key, shape.keys()?)));
    if let Some((key, _)) = sections().find(|(_, inner)| inner.get(name).is_some()) {
        return Some(key.to_owned());
    }
    if depth == 0 {
        return None;
    }
    sections().find_map(|(key, inner)| Some(format!("{key}.{}", below(name, inner, depth - 1)?)))
}
