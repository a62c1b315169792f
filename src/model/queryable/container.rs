//! What rules may ask of a container.

use super::{Datum, FieldDef, Slot, Thing, ThingKind, Type, database, job};
use crate::model::heap::heap;
use crate::model::{Container, Setting, State, SubjectKind, Word, clients};
use std::borrow::Cow;

/// A field that is a yes or no of the model.
macro_rules! flag {
    ($name:literal, $field:ident, $doc:literal) => {
        field!(Container, $name, Type::Boolean, $doc, |_stack, it, _argument| Slot::field(&it.$field, |flag| {
            Datum::Boolean(*flag)
        }))
    };
}

/// A field that is a string of the model.
macro_rules! word {
    ($name:literal, $field:ident, $doc:literal) => {
        field!(Container, $name, Type::Text, $doc, |_stack, it, _argument| Slot::word(&it.$field))
    };
}

/// A field that is a list of strings of the model.
macro_rules! words {
    ($name:literal, $field:ident, $doc:literal) => {
        field!(Container, $name, Type::List(&Type::Text), $doc, |_stack, it, _argument| Slot::words(&it.$field))
    };
}

/// A field that is a list of other subjects.
macro_rules! subjects {
    ($name:literal, $kind:ident, $field:ident, $doc:literal) => {
        field!(
            Container,
            $name,
            Type::List(&Type::Thing(ThingKind::Subject(SubjectKind::$kind))),
            $doc,
            |stack, it, _argument| {
                let open = stack.open_in(SubjectKind::$kind, it).map(|gap| gap.reason.clone());
                let things = it.$field.iter().filter_map(|index| stack.$field.get(*index));
                Slot::things(things.map(|thing| Thing::$kind(stack, thing)), Some(it.at), open)
            }
        )
    };
}

/// The fields of a container.
pub(super) const FIELDS: &[FieldDef] = &[
    field!(Container, "name", Type::Text, "its name", |_stack, it, _argument| Slot::constant(&it.name, Some(it.at))),
    field!(
        Container,
        "kind",
        Type::Word,
        "main, init, sidecar, ephemeral, one-shot, or managed by an operator",
        |_stack, it, _argument| { Slot::constant(it.kind.word(), Some(it.at)) }
    ),
    field!(Container, "app", Type::Text, "the app that it was recognised as", |_stack, it, _argument| {
        it.app.as_deref().map_or_else(|| Slot::absent(Some(it.at)), |app| Slot::constant(app, Some(it.at)))
    }),
    field!(
        Container,
        "role",
        Type::Word,
        "server, database, cache, pooler, queue, proxy...",
        |_stack, it, _argument| {
            it.role.as_deref().map_or_else(|| Slot::absent(Some(it.at)), |role| Slot::constant(role, Some(it.at)))
        }
    ),
    field!(Container, "measured", Type::Boolean, "whether its app is known to export metrics", |_stack, it| {
        Slot::set(Datum::Boolean(it.measured), Some(it.at))
    }),
    field!(Container, "image", Type::Image, "the image that it runs", |_stack, it, _argument| image(it)),
    field!(Container, "built", Type::Boolean, "whether the image is built here", |_stack, it, _argument| {
        Slot::set(Datum::Boolean(it.built), Some(it.at))
    }),
    field!(
        Container,
        "command",
        Type::Text,
        "its command, as far as the image's is overridden",
        |_stack, it, _argument| { Slot::text(&it.command) }
    ),
    field!(
        Container,
        "verb",
        Type::Text,
        "what its program is told to do: the first word of its command that is no path and no flag",
        |_stack, it, _argument| {
            let is_told = |word: &&Word| {
                word.value.value().is_none_or(|text| !text.expose().starts_with('-') && !text.expose().contains('/'))
            };
            match it.words.iter().find(is_told) {
                Some(word) => Slot::text(&word.value),
                None if it.command.reason().is_some() => Slot::text(&it.command),
                None => Slot::absent(Some(it.at)),
            }
        }
    ),
    word!("user", user, "the user that it runs as"),
    word!("group", group, "the group that it runs as"),
    flag!("run-as-non-root", run_as_non_root, "Kubernetes refuses to start it as root"),
    flag!("privileged", privileged, "it has all rights of the host"),
    flag!("escalation", escalation, "a process may gain more rights than its parent"),
    flag!("read-only-root", read_only_root, "its root file system is read-only"),
    words!("capabilities.add", capabilities_add, "capabilities added, without CAP_"),
    words!("capabilities.drop", capabilities_drop, "capabilities dropped, without CAP_"),
    word!("seccomp", seccomp, "the seccomp profile"),
    word!("apparmor", apparmor, "the AppArmor profile"),
    word!("selinux", selinux, "SELinux options"),
    word!("proc-mount", proc_mount, "how /proc is mounted"),
    words!("host-namespaces", host_namespaces, "namespaces shared with the host"),
    words!("devices", devices, "host devices passed in"),
    words!("sysctls", sysctls, "kernel parameters set"),
    flag!("init", init, "PID 1 is an init that reaps and forwards signals"),
    field!(Container, "limits.memory", Type::Memory, "the memory ceiling", |_stack, it, _argument| {
        Slot::field(&it.limits.memory, |memory| Datum::Memory(memory.0))
    }),
    field!(Container, "limits.cpu", Type::Cpu, "the processor ceiling", |_stack, it, _argument| {
        Slot::field(&it.limits.cpu, |cpu| Datum::Cpu(cpu.0))
    }),
    field!(Container, "limits.pids", Type::Integer, "the largest number of processes", |_stack, it, _argument| {
        Slot::field(&it.limits.pids, |pids| Datum::Integer(*pids))
    }),
    field!(Container, "requests.memory", Type::Memory, "memory reserved", |_stack, it, _argument| {
        Slot::field(&it.requests.memory, |memory| Datum::Memory(memory.0))
    }),
    field!(Container, "requests.cpu", Type::Cpu, "processor time reserved", |_stack, it, _argument| {
        Slot::field(&it.requests.cpu, |cpu| Datum::Cpu(cpu.0))
    }),
    field!(Container, "heap", Type::Memory, "the largest heap that its runtime may take", |stack, it, _argument| {
        let field = heap(it, stack);
        let state = match &field.state {
            State::Set(memory) => State::Set(Datum::Memory(memory.0)),
            State::Absent => State::Absent,
            State::Unknown(reason) => State::Unknown(reason.clone()),
        };
        Slot { state, at: field.at, origins: Cow::Owned(field.origins().to_vec()), secret: false }
    }),
    field!(Container, "ulimit", Type::Integer, Some("name"), "a ulimit, soft", |_stack, it, argument| {
        let found = it.ulimits.iter().find(|(name, _)| name == argument);
        found.map_or_else(|| Slot::absent(Some(it.at)), |(_, limit)| Slot::field(limit, |limit| Datum::Integer(*limit)))
    }),
    field!(
        Container,
        "probe",
        Type::Thing(ThingKind::Probe),
        Some("kind"),
        "a probe: health, liveness, readiness, startup",
        |stack, it, argument| {
            let found = it.probes.iter().find(|(kind, _)| kind.word() == argument);
            found.map_or_else(
                || Slot::absent(Some(it.at)),
                |(_, probe)| Slot::field(probe, |probe| Datum::Thing(Thing::Probe(stack, probe))),
            )
        }
    ),
    field!(Container, "log.driver", Type::Word, "the logging driver", |_stack, it, _argument| {
        it.logging.as_ref().map_or_else(|| Slot::absent(Some(it.at)), |logging| Slot::word(&logging.driver))
    }),
    field!(
        Container,
        "log.option",
        Type::Text,
        Some("key"),
        "an option of the logging driver",
        |_stack, it, argument| log_option(it, argument)
    ),
    field!(
        Container,
        "depends-on",
        Type::List(&Type::Thing(ThingKind::Dependency)),
        "what it waits for",
        |stack, it, _argument| {
            Slot::things(it.depends_on.iter().map(|dependency| Thing::Dependency(stack, dependency)), Some(it.at), None)
        }
    ),
    field!(
        Container,
        "networks",
        Type::List(&Type::Thing(ThingKind::Network)),
        "networks that it is attached to",
        |stack, it, _argument| {
            Slot::things(it.networks.iter().map(|network| Thing::Network(stack, network)), Some(it.at), None)
        }
    ),
    field!(
        Container,
        "scrapes",
        Type::List(&Type::Thing(ThingKind::Subject(SubjectKind::Scrape))),
        "the scrape jobs that ask it for metrics",
        |stack, it, _argument| super::scrape::of(stack, it)
    ),
    field!(
        Container,
        "workload",
        Type::Thing(ThingKind::Subject(SubjectKind::Workload)),
        "its workload",
        |stack, it, _argument| {
            let workload = stack.workloads.get(it.workload);
            workload.map_or_else(
                || Slot::absent(Some(it.at)),
                |workload| Slot::set(Datum::Thing(Thing::Workload(stack, workload)), Some(workload.at)),
            )
        }
    ),
    field!(
        Container,
        "stack",
        Type::Thing(ThingKind::Subject(SubjectKind::Stack)),
        "its stack",
        |stack, _it, _argument| { Slot::set(Datum::Thing(Thing::Stack(stack)), Some(stack.at)) }
    ),
    field!(
        Container,
        "setting",
        Type::Thing(ThingKind::Subject(SubjectKind::Setting)),
        Some("name"),
        "a setting of it",
        |stack, it, argument| {
            let mut settings = it.settings.iter().filter_map(|index| stack.setting(*index));
            settings.find(|setting| setting.is_named(argument)).map_or_else(
                || match stack.open_in(SubjectKind::Setting, it) {
                    Some(gap) => Slot::unknown(gap.reason.clone(), Some(gap.at)),
                    None => Slot::absent(Some(it.at)),
                },
                |setting| Slot::set(Datum::Thing(Thing::Setting(stack, setting)), Some(setting.at)),
            )
        }
    ),
    subjects!("settings", Setting, settings, "its settings"),
    field!(
        Container,
        "unknown-settings",
        Type::List(&Type::Thing(ThingKind::Subject(SubjectKind::Setting))),
        "settings that its app does not know; absent where its pack leaves that open",
        |stack, it, _argument| {
            let settings = || it.settings.iter().filter_map(|index| stack.setting(*index));
            let said = |setting: &Setting| setting.described.as_deref().is_some_and(|described| described.complete);
            if !settings().any(said) {
                return Slot::absent(Some(it.at));
            }
            let unknown = settings().filter(|setting| {
                setting.described.as_deref().is_some_and(|described| described.declared == Some(false))
            });
            let open = it
                .config_hidden
                .clone()
                .or_else(|| stack.open_in(SubjectKind::Setting, it).map(|gap| gap.reason.clone()));
            Slot::things(unknown.map(|setting| Thing::Setting(stack, setting)), Some(it.at), open)
        }
    ),
    subjects!("exposures", Exposure, exposures, "its exposures"),
    subjects!("mounts", Mount, mounts, "its mounts"),
    field!(
        Container,
        "host-rules",
        Type::List(&Type::Thing(ThingKind::HostRule)),
        "the lines of the pg_hba.conf that it is given; absent if it has that of its image",
        |stack, it, _argument| database::host_rules(stack, it.at, |rules| {
            let of = rules.container.and_then(|index| stack.container(index));
            of.is_some_and(|of| std::ptr::eq(of, it))
        })
    ),
    subjects!("edges", Edge, edges, "the edges that forward to it"),
    field!(
        Container,
        "servers",
        Type::List(&Type::Thing(ThingKind::Subject(SubjectKind::Container))),
        "the containers that it connects to, by hosts in its settings",
        |stack, it, _argument| {
            let (found, open) = clients::servers(it, stack);
            Slot::things(found.into_iter().map(|other| Thing::Container(stack, other)), Some(it.at), open)
        }
    ),
    field!(
        Container,
        "clients",
        Type::List(&Type::Thing(ThingKind::Subject(SubjectKind::Container))),
        "the containers that connect to it, by hosts in their settings",
        |stack, it, _argument| {
            let (found, open) = clients::clients(it, stack);
            Slot::things(found.into_iter().map(|other| Thing::Container(stack, other)), Some(it.at), open)
        }
    ),
    field!(
        Container,
        "jobs",
        Type::List(&Type::Thing(ThingKind::Subject(SubjectKind::Job))),
        "the jobs that work on its data",
        |stack, it, _argument| {
            job::on(Thing::Container(stack, it), |job| {
                let mut targets = job.targets.items.iter().filter_map(|index| stack.container(*index.value()?));
                targets.any(|target| std::ptr::eq(target, it))
            })
        }
    ),
];

/// An option of the driver; it would have to be written beside the driver.
fn log_option<'m>(container: &'m Container, name: &str) -> Slot<'m> {
    let Some(logging) = &container.logging else { return Slot::absent(Some(container.at)) };
    let found = logging.options.iter().find(|(key, _)| key == name);
    found.map_or_else(|| Slot::absent(Some(logging.at)), |(_, text)| Slot::text(text))
}

/// The image, or what is known of it.
fn image(container: &Container) -> Slot<'_> {
    let slot = Slot::field(&container.image, Datum::Image);
    match (&slot.state, &container.partly) {
        (State::Unknown(_), Some(known)) => Slot { state: State::Set(Datum::Image(known)), ..slot },
        _ => slot,
    }
}
