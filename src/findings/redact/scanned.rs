//! Where texts hold secrets by themselves, whoever reads them and whatever for.

use super::memory::Memory;
use super::scan;
use crate::source::{Source, SourceId, Texts};
use hashbrown::HashMap;
use rayon::prelude::*;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

/// How many texts are searched in one go: few, as others may wait for who searches them.
const PART: usize = 64;

/// The byte ranges that are secret by the raw texts.
#[derive(Default)]
pub struct Scanned {
    /// By source, of those that have any.
    pub(super) places: HashMap<SourceId, Vec<Range<usize>>>,
    /// How many texts were searched, from the first.
    pub(super) texts: usize,
}

impl Scanned {
    /// Searches texts.
    #[must_use]
    pub fn of(texts: Texts) -> Self {
        let count = texts.len();
        // What was learned of some texts helps with the next.
        let memories: Mutex<Vec<Memory>> = Mutex::default();
        let lock = || memories.lock().unwrap_or_else(PoisonError::into_inner);
        let search = |part: &[(SourceId, Arc<Source>)]| {
            let mut memory = lock().pop().unwrap_or_default();
            let found = part.iter().filter_map(|(id, source)| {
                let ranges = scan::secret_ranges(source.expose(), &mut memory);
                (!ranges.is_empty()).then_some((*id, ranges))
            });
            let found: Vec<_> = found.collect();
            lock().push(memory);
            found
        };
        let places = texts.par_chunks(PART).with_max_len(1).flat_map_iter(search).collect();
        Self { places, texts: count }
    }

    /// Adds what was found in the texts behind these.
    pub(super) fn append(&mut self, behind: Self) {
        self.places.extend(behind.places);
        self.texts += behind.texts;
    }
}
