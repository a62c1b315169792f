//! The names in templates, each kept once.

use super::ast::Path;
use crate::helm::functions::{self, Function};
use hashbrown::{HashMap, HashSet};
use std::rc::Rc;

/// How many names are found without hashing; a power of two.
const RECENT: usize = 1024;

/// What was found last for names that look alike. It saves hashing; whoever makes up names that all
/// look alike gains nothing but the hashing.
struct Recent<T> {
    slots: Vec<Option<(Rc<str>, T)>>,
}

impl<T> Recent<T> {
    fn new() -> Self {
        Self { slots: std::iter::repeat_with(|| None).take(RECENT).collect() }
    }

    fn slot(name: &str) -> usize {
        let bytes = name.as_bytes();
        let part = |from: usize| bytes.iter().skip(from).take(4).fold(0, |sum, byte| (sum << 8) | u32::from(*byte));
        let mixed = part(bytes.len() / 2).rotate_left(9)
            ^ part(bytes.len().saturating_sub(4))
            ^ u32::try_from(bytes.len()).unwrap_or_default().rotate_left(17);
        mixed.wrapping_mul(0x9e37_79b9) as usize >> 16 & (RECENT - 1)
    }

    fn get(&self, name: &str) -> Option<&(Rc<str>, T)> {
        self.slots.get(Self::slot(name))?.as_ref().filter(|(known, _)| **known == *name)
    }

    fn put(&mut self, name: Rc<str>, found: T) {
        if let Some(slot) = self.slots.get_mut(Self::slot(&name)) {
            *slot = Some((name, found));
        }
    }
}

/// Names that were seen. Equal ones share their characters.
pub struct Names {
    known: HashSet<Rc<str>>,
    paths: HashMap<Rc<str>, Path>,
    recent_names: Recent<()>,
    recent_paths: Recent<Path>,
    recent_functions: Recent<&'static Function>,
    dollar: Rc<str>,
    nowhere: Path,
}

impl Default for Names {
    fn default() -> Self {
        Self {
            known: HashSet::new(),
            paths: HashMap::new(),
            recent_names: Recent::new(),
            recent_paths: Recent::new(),
            recent_functions: Recent::new(),
            dollar: "$".into(),
            nowhere: Rc::from([]),
        }
    }
}

impl Names {
    /// The shared form of a name.
    pub fn get(&mut self, name: &str) -> Rc<str> {
        if let Some((known, ())) = self.recent_names.get(name) {
            return known.clone();
        }
        let shared = match self.known.get(name) {
            Some(known) => known.clone(),
            None => {
                let new: Rc<str> = name.into();
                self.known.insert(new.clone());
                new
            }
        };
        self.recent_names.put(shared.clone(), ());
        shared
    }

    /// The keys of a path such as `.a.b`; none of an empty text.
    pub fn path(&mut self, text: &str) -> Path {
        if text.is_empty() {
            return self.nowhere.clone();
        }
        if let Some((_, path)) = self.recent_paths.get(text) {
            return path.clone();
        }
        let (name, path) = match self.paths.get_key_value(text) {
            Some((name, path)) => (name.clone(), path.clone()),
            None => {
                let path: Path = text.split('.').skip(1).map(|name| self.get(name)).collect();
                let name: Rc<str> = text.into();
                self.paths.insert(name.clone(), path.clone());
                (name, path)
            }
        };
        self.recent_paths.put(name, path.clone());
        path
    }

    /// The function of a name.
    pub fn function(&mut self, name: &str) -> Option<&'static Function> {
        if let Some((_, function)) = self.recent_functions.get(name) {
            return Some(function);
        }
        let function = functions::find(name)?;
        self.recent_functions.put(name.into(), function);
        Some(function)
    }

    /// `$`, the variable that every template begins with.
    #[must_use]
    pub fn dollar(&self) -> Rc<str> {
        self.dollar.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_names_share_their_characters() {
        let mut names = Names::default();
        let first = names.get("image");
        for index in 0..5000 {
            assert_eq!(&*names.get(&format!("name{index}")), format!("name{index}"));
            assert_eq!(&*names.path(&format!(".a{index}.b"))[0], format!("a{index}"));
        }
        assert!(Rc::ptr_eq(&first, &names.get("image")));
        assert!(Rc::ptr_eq(&names.path(".a.b"), &names.path(".a.b")));
        assert_eq!(names.path("").len(), 0);
        assert_eq!(names.function("include").map(|function| function.name), Some("include"));
        assert!(names.function("nope").is_none());
    }
}
