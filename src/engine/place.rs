//! What of the model stands where, or came from there.

use super::subject::way;
use crate::findings::Site;
use crate::model::queryable::{self, Datum, Slot, Thing, ThingKind, Type};
use crate::model::{Stack, State, SubjectKind};

use crate::source::OriginKind;

/// Something that is understood, and its places.
pub struct Known<'m> {
    /// Index of its stack.
    pub stack: usize,
    /// The subject.
    pub thing: Thing<'m>,
    /// The kind of the subject.
    pub kind: SubjectKind,
    /// One of its fields; none for the subject as a whole.
    pub field: Option<(&'static str, Slot<'m>)>,
    /// Whether the field is one of a few words.
    pub word: bool,
    /// Where it is written, then the places that it passed through.
    pub sites: Vec<Site>,
}

/// Visits every subject of the stacks and every field of them that something in the files decides.
pub fn known<'m>(stacks: &'m [Stack], visit: &mut dyn FnMut(Known<'m>)) {
    for (index, stack) in stacks.iter().enumerate() {
        for kind in SubjectKind::ALL {
            for thing in queryable::subjects(stack, kind) {
                let at = thing.at();
                // A setting is its value.
                if kind != SubjectKind::Setting {
                    let sites = way(Some(at), &[]);
                    visit(Known { stack: index, thing, kind, field: None, word: false, sites });
                }
                for field in queryable::fields(ThingKind::Subject(kind)) {
                    // The name is told with the subject.
                    let is_name = field.name == "name" || (kind == SubjectKind::File && field.name == "path");
                    if is_name || field.argument.is_some() || !is_value(field.of) {
                        continue;
                    }
                    let slot = (field.get)(thing, "");
                    let is_told = match kind {
                        SubjectKind::Setting => field.name == "value",
                        // Of these one line says all there is.
                        SubjectKind::Exposure | SubjectKind::Mount | SubjectKind::File => true,
                        _ => slot.at != Some(at) || !slot.origins.is_empty(),
                    };
                    if is_told && is_written(&slot) {
                        let sites = way(slot.at, &slot.origins);
                        let word = field.of == Type::Word;
                        visit(Known { stack: index, thing, kind, field: Some((field.name, slot)), word, sites });
                    }
                }
            }
        }
    }
}

/// Whether fields of a type hold values, not other subjects.
fn is_value(of: Type) -> bool {
    match of {
        Type::List(of) => is_value(*of),
        Type::Thing(_) => false,
        _ => true,
    }
}

/// Whether something is written there, not merely taken for granted.
fn is_written(slot: &Slot<'_>) -> bool {
    let is_default = slot.origins.iter().any(|origin| origin.kind == OriginKind::Default);
    let is_empty = matches!(&slot.state, State::Set(Datum::List(items, None)) if items.is_empty());
    !matches!(slot.state, State::Absent) && !is_default && !is_empty
}
