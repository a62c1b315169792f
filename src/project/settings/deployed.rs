//! Which values of a chart a setting or the image of a container is made from.

use crate::model::{Setting, SettingSource, Stack};
use crate::source::{Origin, OriginKind, SourceId, Sources, Span};
use hashbrown::HashMap;
use rayon::prelude::*;
use std::collections::BTreeSet;

/// Marks the values of charts from which something is made that is judged by itself.
pub(super) fn mark(stack: &mut Stack, sources: &Sources) {
    if stack.objects.par_iter().all(|object| object.values.is_none()) {
        return;
    }
    let mut made: HashMap<SourceId, BTreeSet<u32>> = HashMap::new();
    let mut add = |span: Span| {
        made.entry(span.source).or_default().insert(span.start);
    };
    let images = stack.containers.iter().flat_map(|container| container.image.origins());
    let origins = images.chain(stack.settings.iter().flat_map(|setting| setting.value.origins()));
    origins.filter_map(value).for_each(&mut add);
    for setting in stack.settings.iter().filter(|setting| is_in_a_file(setting)) {
        let places = setting.value.origins().iter().filter_map(|origin| origin.span);
        for place in places {
            let source = sources.get(place.source);
            let chains = source.origins.iter().flat_map(|origins| origins.chains(place));
            chains.flat_map(|chain| chain.iter()).filter_map(value).for_each(&mut add);
        }
    }
    for value in stack.objects.iter_mut().filter_map(|object| object.values.as_mut()).flatten() {
        let of_file = made.get(&value.value_at.source);
        let within = |made: &BTreeSet<u32>| made.range(value.value_at.start..=value.value_at.end).next().is_some();
        value.deployed = of_file.is_some_and(within);
    }
}

/// Whether it stands within a text that a template makes: such a text knows its values byte by byte.
fn is_in_a_file(setting: &Setting) -> bool {
    matches!(setting.source, SettingSource::File | SettingSource::Sibling)
}

fn value(origin: &Origin) -> Option<Span> {
    origin.span.filter(|_| origin.kind == OriginKind::Values)
}
