//! What rules may ask of a setting.

use super::{Datum, FieldDef, Slot, Thing, ThingKind, Type};
use crate::model::{Base, Cpu, Duration, Held, Kind, Memory, Reuse, Setting, State, SubjectKind};
use crate::source::Reason;

/// The fields of a setting.
pub(super) const FIELDS: &[FieldDef] = &[
    field!(Setting, "name", Type::Text, "its name as the process knows it", |_stack, it| Slot::constant(
        &it.name,
        Some(it.at)
    )),
    field!(Setting, "of", Type::Text, "what it belongs to", |_stack, it| Slot::constant(&it.of, Some(it.at))),
    field!(Setting, "value", Type::Text, "the value that the process sees", |_stack, it| value(it)),
    field!(
        Setting,
        "source",
        Type::Word,
        "env, file, flag, sibling, label, build-arg, probe, default, object",
        |_stack, it| { Slot::constant(it.source.word(), Some(it.at)) }
    ),
    field!(
        Setting,
        "held",
        Type::Word,
        "literal, fallback, default, secret, external or generated; unknown where something unseen may set it",
        |_stack, it| {
            let at = it.value.at.or(Some(it.at));
            match it.value.reason().filter(|_| it.held == Held::Unseen) {
                Some(reason) => Slot::unknown(reason.clone(), at),
                None => Slot { origins: it.value.origins().into(), ..Slot::constant(it.held.word(), at) },
            }
        }
    ),
    field!(
        Setting,
        "hidden",
        Type::Boolean,
        "whether its value stands where these files do not reach",
        |_stack, it| Slot::set(Datum::Boolean(it.value.reason().is_some()), it.value.at.or(Some(it.at)))
    ),
    field!(
        Setting,
        "written",
        Type::Boolean,
        "whether it, or a credential in it, is known to be written out in a deployment file",
        |_stack, it| {
            let written = matches!(it.held, Held::Literal | Held::Fallback);
            Slot::set(Datum::Boolean(written), it.value.at.or(Some(it.at)))
        }
    ),
    field!(Setting, "secret", Type::Boolean, "whether its value is to be kept secret", |_stack, it| {
        Slot::set(Datum::Boolean(it.secret()), Some(it.at))
    }),
    field!(
        Setting,
        "declared",
        Type::Boolean,
        "whether its app knows it; absent where the pack of that leaves it open",
        |_stack, it| {
            let declared = it.described.as_ref().and_then(|described| described.declared);
            declared.map_or_else(|| Slot::absent(Some(it.at)), |known| Slot::set(Datum::Boolean(known), Some(it.at)))
        }
    ),
    field!(
        Setting,
        "replaced-by",
        Type::Text,
        "for an old name that does nothing any more, the one that is read now",
        |_stack, it| {
            let now = it.described.as_ref().and_then(|described| described.replaced_by.as_deref());
            now.map_or_else(|| Slot::absent(Some(it.at)), |name| Slot::constant(name, Some(it.at)))
        }
    ),
    field!(
        Setting,
        "nearest",
        Type::Text,
        "for a name that its app does not know, the one that was probably meant",
        |_stack, it| {
            let meant = it.described.as_ref().and_then(|described| described.nearest.as_deref());
            meant.map_or_else(|| Slot::absent(Some(it.at)), |name| Slot::constant(name, Some(it.at)))
        }
    ),
    field!(Setting, "tags", Type::List(&Type::Text), "words that the pack of its app gives it", |_stack, it| {
        let tags = it.described.as_ref().map_or(&[][..], |described| described.tags.as_slice());
        Slot::set(Datum::List(tags.iter().map(|tag| Slot::constant(tag, Some(it.at))).collect(), None), Some(it.at))
    }),
    field!(
        Setting,
        "layers",
        Type::List(&Type::Thing(ThingKind::Layer)),
        "all that set it, winner first",
        |stack, it| { Slot::things(it.layers.iter().map(|layer| Thing::Layer(stack, layer)), Some(it.at), None) }
    ),
    field!(
        Setting,
        "reused-by",
        Type::List(&Type::Thing(ThingKind::Subject(SubjectKind::Setting))),
        "settings that have its value for another purpose; a pair is told of one of the two",
        |stack, it| {
            let compared = || Reuse::of(&stack.settings, &stack.unnamed, &stack.containers, &stack.workloads);
            let reuse = stack.reuse.get_or_init(compared);
            let own = it.container.and_then(|container| stack.container(container));
            let index = own.and_then(|own| {
                let is_own = |index: &&usize| stack.setting(**index).is_some_and(|one| std::ptr::eq(one, it));
                own.settings.iter().find(is_own).copied()
            });
            let others = index.map_or(&[][..], |index| reuse.with(index));
            let things = others.iter().filter_map(|index| stack.setting(*index));
            let open = match it.value.reason() {
                // What is made up has no twin by chance.
                Some(reason) => Some(reason).filter(|reason| *reason.of_rest() != Reason::Generated),
                None => index.and_then(|index| reuse.open(index)),
            };
            Slot::things(things.map(|setting| Thing::Setting(stack, setting)), Some(it.at), open.cloned())
        }
    ),
    field!(Setting, "app", Type::Text, "the app that it is a setting of", |stack, it| {
        let container = it.container.and_then(|index| stack.container(index));
        let app = container.and_then(|container| container.app.as_deref());
        app.map_or_else(|| Slot::absent(Some(it.at)), |app| Slot::constant(app, Some(it.at)))
    }),
    field!(
        Setting,
        "container",
        Type::Thing(ThingKind::Subject(SubjectKind::Container)),
        "its container",
        |stack, it| {
            let container = it.container.and_then(|index| stack.container(index));
            container.map_or_else(
                || Slot::absent(Some(it.at)),
                |container| Slot::set(Datum::Thing(Thing::Container(stack, container)), Some(container.at)),
            )
        }
    ),
    field!(Setting, "stack", Type::Thing(ThingKind::Subject(SubjectKind::Stack)), "its stack", |stack, _it| {
        Slot::set(Datum::Thing(Thing::Stack(stack)), Some(stack.at))
    }),
];

/// The value of a setting, of the kind that it was declared as, marked secret if it is one.
#[must_use]
pub fn value(setting: &Setting) -> Slot<'_> {
    let mut slot = Slot::text(&setting.value);
    let kind = setting.described.as_ref().and_then(|described| described.kind);
    if let (State::Set(Datum::Text(text)), Some(kind)) = (&slot.state, kind)
        && let Some(datum) = typed(text.trim(), kind)
    {
        slot.state = State::Set(datum);
    }
    slot.at = slot.at.or(Some(setting.at));
    slot.secret = setting.veiled || setting.secret();
    slot
}

/// A text read as a kind; `None` where it stays a text or cannot be read.
fn typed<'m>(text: &str, kind: Kind) -> Option<Datum<'m>> {
    if kind.list {
        return None;
    }
    let bare = text.parse::<f64>().ok().filter(|number| number.is_finite());
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates; amounts are not negative")]
    let counted = |unit: f64| bare.map(|number| (number * unit).round() as u64);
    match kind.base {
        Base::Text | Base::Json => None,
        Base::Boolean => match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "1" => Some(Datum::Boolean(true)),
            "false" | "no" | "off" | "0" => Some(Datum::Boolean(false)),
            _ => None,
        },
        Base::Integer => text.parse().ok().map(Datum::Integer),
        Base::Number => bare.map(Datum::Number),
        Base::Memory if bare.is_some() => counted(kind.unit.unwrap_or(1.0)).map(Datum::Memory),
        Base::Memory => amount_of_memory(text).map(|memory| Datum::Memory(memory.0)),
        Base::Cpu => Cpu::parse(text).map(|cpu| Datum::Cpu(cpu.0)),
        Base::Duration if bare.is_some() => counted(kind.unit.unwrap_or(1000.0)).map(Datum::Duration),
        Base::Duration => Duration::parse(text).map(|duration| Datum::Duration(duration.0)),
    }
}

/// Amounts as apps write them: with the units of Compose, or those of Kubernetes.
fn amount_of_memory(text: &str) -> Option<Memory> {
    Memory::compose(text).or_else(|| Memory::kubernetes(text))
}
