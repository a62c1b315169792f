//! Keys that come again and again.

use crate::source::Text;
use hashbrown::HashSet;
use std::cell::RefCell;
use std::sync::Arc;

/// How many keys a thread keeps.
const MOST: usize = 2000;

/// The longest key that is kept, in bytes.
const LONGEST: usize = 40;

thread_local! {
    static KNOWN: RefCell<HashSet<Arc<str>>> = RefCell::default();
}

/// The text of a key. Manifests have the same few hundred in all files: those that a thread has read before
/// are shared, so that they take no room and, when one is looked for, are at hand.
pub(super) fn key(key: &str) -> Text {
    if key.len() > LONGEST {
        return Text::from(key);
    }
    KNOWN.with_borrow_mut(|known| {
        if let Some(known) = known.get(key) {
            return Text::new(Arc::clone(known));
        }
        let text: Arc<str> = key.into();
        if known.len() < MOST {
            known.insert(Arc::clone(&text));
        }
        Text::new(text)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_kept_once_and_others_are_not() {
        let (one, other) = (key("metadata"), key("metadata"));
        assert!(one == other && std::ptr::eq(one.expose(), other.expose()));
        let long = "k".repeat(LONGEST + 1);
        assert!(!std::ptr::eq(key(&long).expose(), key(&long).expose()));
        for number in 0..2 * MOST {
            assert_eq!(key(&number.to_string()).expose(), number.to_string());
        }
        assert!(KNOWN.with_borrow(HashSet::len) <= MOST);
    }
}
