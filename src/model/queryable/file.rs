//! What rules may ask of a file.

use super::{Datum, FieldDef, Slot, Thing, ThingKind, Type};
use crate::model::SubjectKind;

/// The fields of a file.
pub(super) const FIELDS: &[FieldDef] = &[
    field!(File, "name", Type::Path, "its path", |_stack, it| Slot::constant(&it.path, Some(it.at))),
    field!(File, "path", Type::Path, "its path", |_stack, it| Slot::constant(&it.path, Some(it.at))),
    field!(File, "kind", Type::Word, "env-file, config, dockerfile and so on", |_stack, it| {
        Slot::constant(it.kind, Some(it.at))
    }),
    field!(File, "role", Type::Word, "env, sample, config, key or script", |_stack, it| {
        Slot::constant(it.role.word(), Some(it.at))
    }),
    field!(File, "tracked", Type::Boolean, "whether git tracks it", |_stack, it| {
        Slot::field(&it.tracked, |flag| Datum::Boolean(*flag))
    }),
    field!(File, "ignored", Type::Boolean, "whether git would ignore it", |_stack, it| {
        Slot::field(&it.ignored, |flag| Datum::Boolean(*flag))
    }),
    field!(File, "encrypted", Type::Boolean, "whether it cannot be read without a key", |_stack, it| {
        Slot::set(Datum::Boolean(it.encrypted), Some(it.at))
    }),
    field!(
        File,
        "secrets",
        Type::List(&Type::Thing(ThingKind::Subject(SubjectKind::Setting))),
        "secrets in it",
        |stack, it| {
            Slot::things(it.secrets.iter().map(|setting| Thing::Setting(stack, setting)), Some(it.at), None)
        }
    ),
    field!(
        File,
        "credentials",
        Type::List(&Type::Thing(ThingKind::Credential)),
        "providers' tokens in it",
        |stack, it| {
            Slot::things(it.credentials.iter().map(|token| Thing::Credential(stack, token)), Some(it.at), None)
        }
    ),
    field!(
        File,
        "pem",
        Type::List(&Type::Word),
        "private key, encrypted private key, public key, certificate",
        |_stack, it| {
            let blocks = it.pem.iter().map(|(word, at)| Slot::constant(word, Some(*at)));
            Slot::set(Datum::List(blocks.collect(), None), Some(it.at))
        }
    ),
    field!(
        File,
        "used-by",
        Type::List(&Type::Thing(ThingKind::Subject(SubjectKind::Container))),
        "who uses it",
        |stack, it| {
            let containers = it.used_by.iter().filter_map(|index| stack.container(*index));
            Slot::things(containers.map(|container| Thing::Container(stack, container)), Some(it.at), None)
        }
    ),
    field!(File, "stack", Type::Thing(ThingKind::Subject(SubjectKind::Stack)), "its stack", |stack, _it| {
        Slot::set(Datum::Thing(Thing::Stack(stack)), Some(stack.at))
    }),
];

/// The fields of a provider's token.
pub(super) const CREDENTIAL: &[FieldDef] = &[FieldDef {
    name: "kind",
    of: Type::Word,
    argument: None,
    doc: "the provider",
    get: |thing, _argument| match thing {
        Thing::Credential(_, it) => Slot::constant(it.kind, Some(it.at)),
        _ => Slot::absent(None),
    },
}];
